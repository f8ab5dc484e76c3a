#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "base/check.h"
#include "engines/stream/job/pipeline.h"
#include "engines/stream/job/script.h"
#include "engines/stream/state/snapshot_part.h"
#include "testing/sim_env.h"

// Whatever a disk holds as the state of an operator, of each kind: it is loaded or refused, and goes on without harm. Checksums are another's matter: what comes here has passed them.

namespace freshet::stream {
namespace {

constexpr std::string_view kTables = R"(
CREATE TABLE t (k STRING, v INT, x DOUBLE, m DECIMAL(20, 2), a ARRAY<INT>, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'kafka', 'topic' = 't', 'format' = 'json');
CREATE TABLE u (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'kafka', 'topic' = 'u', 'format' = 'json');
CREATE TABLE c (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'c', 'key.format' = 'json', 'value.format' = 'json');
)";

// One for each kind of state there is.
constexpr std::string_view kQueries[] = {
    "SELECT k, COUNT(*), SUM(v), AVG(m), MIN(x), MAX(k), STDDEV_POP(x), FIRST_VALUE(v), LAST_VALUE(k) FROM t GROUP BY k",
    "SELECT v, COUNT(DISTINCT k), SUM(DISTINCT x), LISTAGG(k), LISTAGG(DISTINCT k), COLLECT(v), ARRAY_AGG(k), ARRAY_AGG(a) FROM t GROUP BY v",
    "SELECT k, JSON_ARRAYAGG(v), JSON_OBJECTAGG(KEY k VALUE v), APPROX_COUNT_DISTINCT(v), BITMAP_BUILD_AGG(v) FROM t GROUP BY k",
    "SELECT v, COUNT(*), MIN(k), MAX(ts), SUM(v), LISTAGG(k), ARRAY_AGG(k), COUNT(DISTINCT k), FIRST_VALUE(k), JSON_ARRAYAGG(k), APPROX_COUNT_DISTINCT(k), BITMAP_BUILD_AGG(v) FROM c GROUP BY v",
    "SELECT k, COUNT(*) FROM (SELECT k, MAX(v) AS v FROM t GROUP BY k, a) GROUP BY k",
    "SELECT k, window_start, COUNT(*), SUM(DISTINCT v), MAX(k) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY k, window_start, window_end",
    "SELECT k, window_start, COUNT(*), LISTAGG(k) FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND)) GROUP BY k, window_start, window_end",
    "SELECT window_start, COUNT(*), AVG(x) FROM TABLE(CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND)) GROUP BY window_start, window_end",
    "SELECT k, window_start, COUNT(*), MIN(v) FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '2' SECOND)) GROUP BY k, window_start, window_end",
    "SELECT * FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '2' SECOND))",
    "SELECT k, v, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) AS r FROM t) WHERE r <= 2",
    "SELECT k, v, r FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v) AS r FROM c) WHERE r <= 2",
    "SELECT k, v, x FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts) AS r FROM t) WHERE r = 1",
    "SELECT k, v, x FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts DESC) AS r FROM t) WHERE r = 1",
    "SELECT k, v, r FROM (SELECT *, RANK() OVER (PARTITION BY k ORDER BY v) AS r FROM t) WHERE r <= 3",
    "SELECT k, n, window_start FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY n DESC) AS r FROM (SELECT k, window_start, window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY k, window_start, window_end)) WHERE r <= 2",
    "SELECT k, v, x FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, k ORDER BY ts) AS r FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND))) WHERE r = 1",
    "SELECT k, SUM(v) OVER w, COUNT(*) OVER w FROM t WINDOW w AS (PARTITION BY k ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)",
    "SELECT k, SUM(v) OVER w, MIN(k) OVER w FROM t WINDOW w AS (PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '3' SECOND PRECEDING AND CURRENT ROW)",
    "SELECT k, SUM(v) OVER w, LISTAGG(k) OVER w FROM t WINDOW w AS (PARTITION BY k ORDER BY ts RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
    "SELECT k, LAG(v) OVER (PARTITION BY k ORDER BY ts), LEAD(v) OVER (PARTITION BY k ORDER BY ts) FROM t",
    "SELECT k, v, SUM(v) OVER (PARTITION BY v ORDER BY k) FROM c",
    "SELECT t.k, t.a, u.v FROM t JOIN u ON t.k = u.k",
    "SELECT t.k, t.v, u.v AS w FROM t LEFT JOIN u ON t.k = u.k AND t.v < u.v",
    "SELECT t.k, u.k AS w FROM t FULL JOIN u ON t.v = u.v",
    "SELECT k, v FROM t WHERE k IN (SELECT k FROM u) AND v NOT IN (SELECT v FROM u WHERE v IS NOT NULL)",
    "SELECT c.k, t.v FROM c JOIN t ON c.v = t.v",
    "SELECT t.k, t.x, u.v FROM t LEFT JOIN u ON t.k = u.k AND t.ts BETWEEN u.ts - INTERVAL '2' SECOND AND u.ts + INTERVAL '2' SECOND",
    "SELECT l.k, r.v FROM (SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND))) l LEFT JOIN (SELECT * FROM TABLE(TUMBLE(TABLE u, DESCRIPTOR(ts), INTERVAL '5' SECOND))) r ON l.k = r.k AND l.window_start = r.window_start AND l.window_end = r.window_end",
    "SELECT t.k, t.v, c.v AS w FROM t LEFT JOIN c FOR SYSTEM_TIME AS OF t.ts ON t.k = c.k",
    "SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts MEASURES FIRST(A.v) AS f, LAST(B.v) AS l, SUM(A.x) AS s AFTER MATCH SKIP PAST LAST ROW PATTERN (A+ B) DEFINE A AS A.v < 3, B AS B.v > A.v)",
    "SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts MEASURES A.v AS f, LAST(B.v) AS l AFTER MATCH SKIP TO NEXT ROW PATTERN (A B*? C) WITHIN INTERVAL '5' SECOND DEFINE C AS C.v > A.v)",
    "SELECT k, v FROM c",
    "SELECT k FROM t INTERSECT SELECT k FROM u",
    "SELECT k FROM t EXCEPT ALL SELECT k FROM u",
    "SELECT k, CURRENT_WATERMARK(ts) AS w, v FROM t ORDER BY v LIMIT 3",
};
constexpr int kBatches = 4, kRows = 12;

data::Value ValueAt(const data::Type& type, int row) {
  if (row % 7 == 6 && type.nullable()) return {};
  if (type.kind() == data::Kind::kTimestamp || type.kind() == data::Kind::kTimestampLtz) return data::Value(int64_t{row} * 900);
  if (type.physical() == data::Physical::kString) return data::Value(StrCat("key ", row % 3));
  if (type.physical() == data::Physical::kDouble) return data::Value(row * 0.5);
  if (type.physical() == data::Physical::kInt128) return data::Value(data::Int128{row} * 125);
  if (type.physical() == data::Physical::kNested) return {};
  return data::Value(int64_t{row} % 5);
}

// Rows of any source; those of a key take the place of one another, and some go.
Batch RowsOf(const Node& source, int batch) {
  auto types = TypesOf(source.columns);
  data::BatchBuilder builder(types);
  bool by_key = source.changelog.updates;
  for (int row = batch * kRows; row < (batch + 1) * kRows; ++row) {
    for (size_t c = 0; c < types.size(); ++c) {
      auto& column = builder.column(static_cast<int>(c));
      data::Value value = ValueAt(types[c], row + (row % 7 == 6 && types[c].kind() == data::Kind::kTimestamp ? 1 : 0));
      if (types[c].kind() == data::Kind::kArray && row % 2 == 0) {
        for (int i = 0; i < row % 4; ++i) column.child(0).AppendValue(data::Value(int64_t{i}));
        column.AppendList();
      } else {
        column.AppendValue(value);
      }
    }
    builder.EndRow(!by_key ? data::RowKind::kInsert : row % 5 == 4 ? data::RowKind::kDelete : data::RowKind::kUpdateAfter);
  }
  return builder.Build();
}

struct Query {
  std::unique_ptr<Script> script;
  std::vector<NodePtr> plans;
  SnapshotPart saved;  // after half of the rows

  // A row that is there 2^60 times comes out as often: somebody has to look at his watch.
  std::unique_ptr<Pipeline> Build(Results& results) const {
    constexpr int kBatchesMax = 2000;
    static ports::Connectors nobody;
    Pipeline::Options options;
    options.watch = [batches = std::make_shared<int>(0)]() -> Status { return ++*batches < kBatchesMax ? Status() : Status(Fault::DeadlineExceeded("too many batches")); };
    options.connectors = &nobody;
    auto built = Pipeline::Build(plans, script->session(), &results, options);
    CHECK(built.ok());
    for (size_t sink = 0; sink < (*built)->sinks().size(); ++sink) (*built)->BindSink(static_cast<int>(sink), [](const Batch&) { return Status(); });
    for (size_t source = 0; source < (*built)->sources().size(); ++source) CHECK((*built)->DeclarePartitions(static_cast<int>(source), {0}).ok());
    return std::move(built).value();
  }
};

Status PushBatches(Pipeline& pipeline, int first, int end) {
  for (int batch = first; batch < end; ++batch) {
    for (size_t source = 0; source < pipeline.sources().size(); ++source) RETURN_NOT_OK(pipeline.Push(static_cast<int>(source), RowsOf(*pipeline.sources()[source].node, batch)));
  }
  return {};
}

SnapshotPart Saved(Pipeline& pipeline) {
  SnapshotPart part;
  Pipeline::SavePlace place;
  while (!pipeline.Save(part, true, place, SIZE_MAX)) {
  }
  pipeline.SaveWholes(part);
  return part;
}

Query Planned(std::string_view select) {
  static auto* sim = new testing::SimEnv();
  static auto* connectors = new ports::Connectors();
  Query query{std::make_unique<Script>(*connectors, *sim, ResultMode::kFinal), {}, {}};
  auto plans = query.script->PlanPipeline(StrCat(kTables, "CREATE TABLE o WITH ('connector' = 'blackhole') AS ", select, ";"), Script::Tables::kUnchecked);
  if (!plans.ok()) std::fprintf(stderr, "%s\n%s\n", std::string(select).c_str(), plans.status().ToString().c_str());
  CHECK(plans.ok());
  query.plans = std::move(plans).value();
  Results results(ResultMode::kFinal);
  auto pipeline = query.Build(results);
  Status pushed = PushBatches(*pipeline, 0, kBatches / 2);
  if (!pushed.ok()) std::fprintf(stderr, "%s\n%s\n", std::string(select).c_str(), pushed.ToString().c_str());
  CHECK(pushed.ok());
  query.saved = Saved(*pipeline);
  CHECK(std::any_of(query.saved.operators.begin(), query.saved.operators.end(), [](const auto& op) { return !op.second.entries().empty(); }));
  return query;
}

const Query& QueryOf(size_t number) {
  static auto* known = new std::map<size_t, Query>();
  auto found = known->find(number);
  if (found == known->end()) found = known->emplace(number, Planned(kQueries[number])).first;
  return found->second;
}

// A recipe: which operator, which entry, whether its id, what stands behind it or what belongs to no key, where, and what shall stand there.
struct Recipe {
  const uint8_t* data;
  size_t left;
  uint8_t Byte() { return left == 0 ? 0 : (--left, *data++); }
  std::string Bytes(size_t most) {
    size_t count = std::min(most, left);
    std::string bytes(reinterpret_cast<const char*>(data), count);
    data += count;
    left -= count;
    return bytes;
  }
};

struct Change {
  size_t entry = 0;
  int of = 0;  // 0, 1: what stands behind the key; 2: its id; 3: what belongs to no key
  size_t at = 0;
  int how = 0;  // 0: bytes are others; 1: more of them; 2: cut off there; 3: all is other
  std::string bytes;

  void Apply(std::string& text) const {
    size_t place = std::min(at, text.size());
    if (how == 0) std::copy_n(bytes.begin(), std::min(bytes.size(), text.size() - place), text.begin() + static_cast<ptrdiff_t>(place));
    if (how == 1) text.insert(place, bytes);
    if (how == 2) text.resize(place);
    if (how == 3) text = bytes;
  }
};

StatePart Changed(const StatePart& part, const std::vector<Change>& changes) {
  StatePart out;
  out.whole = part.whole;
  size_t number = 0, count = 0;
  CHECK(ForEachEntry(part.entries(), [&](int, std::string_view, std::optional<std::string_view>) { return ++count, Status(); }).ok());
  for (const Change& change : changes) {
    if (change.of == 3) change.Apply(out.whole);
  }
  CHECK(ForEachEntry(part.entries(), [&](int group, std::string_view id, std::optional<std::string_view> rest) {
    std::string own_id(id), own_rest(rest.value_or(""));
    for (const Change& change : changes) {
      if (change.of == 3 || change.entry % count != number) continue;
      change.Apply(change.of == 2 ? own_id : own_rest);
    }
    ++number;
    out.Put(group, own_id, own_rest);
    return Status();
  }).ok());
  return out;
}

}  // namespace
}  // namespace freshet::stream

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  using namespace freshet::stream;
  Recipe recipe{data, size};
  const Query& query = QueryOf(recipe.Byte() % std::size(kQueries));
  std::map<size_t, std::vector<Change>> changes;  // by operator
  while (recipe.left > 0) {
    uint8_t op = recipe.Byte(), what = recipe.Byte();
    Change change{.entry = recipe.Byte(), .of = what & 3, .at = recipe.Byte(), .how = what >> 2 & 3, .bytes = {}};
    if ((what >> 4 & 1) != 0) change.at += size_t{256} * recipe.Byte();
    change.bytes = recipe.Bytes(change.how == 2 ? 0 : size_t{recipe.Byte()} + 1);
    changes[op % query.saved.operators.size()].push_back(std::move(change));
  }
  Results results(ResultMode::kFinal);
  auto pipeline = query.Build(results);
  Snapshot wholes;
  size_t number = 0;
  for (const auto& [signature, part] : query.saved.operators) {
    StatePart changed = Changed(part, changes[number++]);
    wholes.operators[signature].whole = changed.whole;
    if (!pipeline->LoadEntries(signature, changed.entries()).ok()) return 0;
  }
  if (!pipeline->EndLoad(wholes).ok()) return 0;
  Status pushed = PushBatches(*pipeline, kBatches / 2, kBatches);
  CHECK(pushed.ok() || !changes.empty());
  SnapshotPart again = Saved(*pipeline);
  for (size_t source = 0; pushed.ok() && source < pipeline->sources().size(); ++source) pushed = pipeline->End(static_cast<int>(source));
  return 0;
}
