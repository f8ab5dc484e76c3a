#include "schedules/drawn.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "testing/seeded_random.h"

namespace freshet::testing {
namespace {

// How a table is written.
enum class Writes : unsigned char { kKeyed, kRows, kEager, kUpsert, kEarlyUpsert, kChanges, kFiles, kLake, kPeer, kEarlyPeer };

enum Reads : unsigned { kClicks = 1, kAnswers = 2, kItems = 4 };

// One INSERT and its table.
struct Statement {
  std::string_view name;
  Writes writes;
  unsigned reads;
  std::string_view columns;
  std::string_view key;  // primary key of upserts, key.fields of keyed rows
  std::string_view query;
};

constexpr Statement kStatements[] = {
    {"copies", Writes::kKeyed, kClicks, "k STRING, id INT, w INT", "k", "SELECT k, id, v * 2 FROM clicks WHERE MOD(v, 5) <> 1"},
    {"wide", Writes::kKeyed, kClicks, "k STRING, id INT, w STRING", "k", "SELECT k, id, REPEAT(k, 300) FROM clicks"},
    {"windows", Writes::kKeyed, kClicks, "k STRING, e TIMESTAMP(3), n BIGINT, s INT", "k",
     "SELECT k, window_end, COUNT(*), SUM(v) FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY k, window_start, window_end"},
    {"hops", Writes::kRows, kClicks, "g INT, e TIMESTAMP(3), n BIGINT, hi INT", "",
     "SELECT g, window_end, COUNT(*), MAX(v) FROM TABLE(HOP(TABLE clicks, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND)) GROUP BY g, window_start, window_end"},
    {"sessions", Writes::kKeyed, kClicks, "k STRING, b TIMESTAMP(3), e TIMESTAMP(3), n BIGINT", "k",
     "SELECT k, window_start, window_end, COUNT(*) FROM TABLE(SESSION(TABLE clicks PARTITION BY k, DESCRIPTOR(ts), INTERVAL '3' SECOND)) GROUP BY k, window_start, window_end"},
    {"running", Writes::kKeyed, kClicks, "k STRING, id INT, s INT", "k",
     "SELECT k, id, SUM(v) OVER (PARTITION BY k ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM clicks"},
    {"rises", Writes::kKeyed, kClicks, "k STRING, a INT, b INT", "k",
     "SELECT k, a, b FROM clicks MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts MEASURES FIRST(LOW.id) AS a, LAST(HIGH.id) AS b ONE ROW PER MATCH AFTER MATCH SKIP PAST LAST ROW "
     "PATTERN (LOW+ HIGH) DEFINE LOW AS LOW.v < 50, HIGH AS HIGH.v >= 50)"},
    {"met", Writes::kRows, kClicks | kAnswers, "k STRING, c INT, a INT", "",
     "SELECT c.k, c.id, a.id FROM clicks AS c JOIN answers AS a ON c.k = a.k AND a.ts BETWEEN c.ts - INTERVAL '2' SECOND AND c.ts + INTERVAL '3' SECOND"},
    {"unmet", Writes::kRows, kClicks | kAnswers, "k STRING, c INT", "",
     "SELECT c.k, c.id FROM clicks AS c LEFT JOIN answers AS a ON c.k = a.k AND a.ts BETWEEN c.ts AND c.ts + INTERVAL '2' SECOND WHERE a.k IS NULL"},
    {"all_windows", Writes::kRows, kClicks | kAnswers, "e TIMESTAMP(3), n BIGINT, s INT", "",
     "SELECT window_end, COUNT(*), SUM(v) FROM TABLE(TUMBLE(TABLE all_rows, DESCRIPTOR(ts), INTERVAL '4' SECOND)) GROUP BY window_start, window_end"},
    {"eager", Writes::kEager, kClicks, "k STRING, id INT", "", "SELECT k, id FROM clicks WHERE v < 60"},
    {"totals", Writes::kUpsert, kClicks, "k STRING, n BIGINT, s INT, lo INT, hi INT", "k", "SELECT k, COUNT(*), SUM(v), MIN(v), MAX(v) FROM clicks GROUP BY k"},
    {"levels", Writes::kUpsert, kClicks, "n BIGINT, c BIGINT", "n", "SELECT n, COUNT(*) FROM (SELECT k, COUNT(*) AS n FROM clicks GROUP BY k) GROUP BY n"},
    {"largest", Writes::kUpsert, kClicks, "g INT, n BIGINT, id INT, v INT", "g, n",
     "SELECT g, n, id, v FROM (SELECT g, id, v, ROW_NUMBER() OVER (PARTITION BY g ORDER BY v DESC, id) AS n FROM clicks) WHERE n <= 2"},
    {"firsts", Writes::kUpsert, kClicks, "g INT, id INT, v INT", "g", "SELECT g, id, v FROM (SELECT g, id, v, ROW_NUMBER() OVER (PARTITION BY g ORDER BY ts) AS n FROM clicks) WHERE n = 1"},
    {"pairs", Writes::kUpsert, kItems, "x INT, y INT", "x, y", "SELECT x.id, y.id FROM items AS x JOIN items AS y ON x.g = y.g"},
    {"item_groups", Writes::kUpsert, kItems, "g INT, n BIGINT, s INT", "g", "SELECT g, COUNT(*), SUM(v) FROM items GROUP BY g"},
    {"clicked", Writes::kUpsert, kClicks | kItems, "id INT, v INT, iv INT", "id", "SELECT c.id, c.v, i.v FROM clicks AS c JOIN items AS i ON MOD(c.id, 13) = i.id"},
    {"early_totals", Writes::kEarlyUpsert, kClicks, "k STRING, n BIGINT, s INT", "k", "SELECT k, COUNT(*), SUM(v) FROM clicks GROUP BY k"},
    {"early_groups", Writes::kEarlyUpsert, kItems, "g INT, n BIGINT, s INT", "g", "SELECT g, COUNT(*), SUM(v) FROM items GROUP BY g"},
    {"changes", Writes::kChanges, kClicks, "g INT, n BIGINT, d BIGINT", "", "SELECT g, COUNT(*), COUNT(DISTINCT k) FROM clicks GROUP BY g"},
    {"item_changes", Writes::kChanges, kItems, "g INT, n BIGINT, s INT", "", "SELECT g, COUNT(*), SUM(v) FROM items GROUP BY g"},
    {"lines", Writes::kFiles, kClicks, "k STRING, id INT, v INT", "", "SELECT k, id, v FROM clicks"},
    {"window_lines", Writes::kFiles, kClicks, "g INT, e TIMESTAMP(3), n BIGINT", "",
     "SELECT g, window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '3' SECOND)) GROUP BY g, window_start, window_end"},
    {"lake", Writes::kLake, kClicks, "k STRING, id INT, v INT", "", "SELECT k, id, v FROM clicks"},
    {"lake_sums", Writes::kLake, kClicks, "k STRING, id INT, v INT", "",
     "SELECT k, CAST(COUNT(*) AS INT), SUM(v) FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '3' SECOND)) GROUP BY k, window_start, window_end"},
    {"sent", Writes::kPeer, kClicks, "k STRING, id INT, v INT", "k", "SELECT k, id, v FROM clicks WHERE v > 10"},
    {"sent_totals", Writes::kEarlyPeer, kClicks, "k STRING, n BIGINT, s INT", "k", "SELECT k, COUNT(*), SUM(v) FROM clicks GROUP BY k"},
    {"sent_windows", Writes::kPeer, kClicks, "k STRING, e TIMESTAMP(3), n BIGINT", "k",
     "SELECT k, window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '3' SECOND)) GROUP BY k, window_start, window_end"},
};

constexpr std::string_view kSources = R"(
CREATE TABLE clicks (id INT, k STRING, g INT, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE answers WITH ('topic' = 'answers') LIKE clicks (OVERWRITING OPTIONS);
CREATE TABLE items (id INT, g INT, v INT, PRIMARY KEY (id) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'items', 'key.format' = 'json', 'value.format' = 'json');
CREATE VIEW all_rows AS SELECT v, ts FROM clicks UNION ALL SELECT v, ts FROM answers;
)";

// Reads what another pipeline writes.
constexpr std::string_view kSecondFile = R"(
CREATE TABLE windows (k STRING, e TIMESTAMP(3), n BIGINT, s INT) WITH ('connector' = 'kafka', 'topic' = 'windows', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE window_sums (k STRING, c BIGINT, n BIGINT, PRIMARY KEY (k) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'window_sums', 'key.format' = 'json', 'value.format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
INSERT INTO window_sums SELECT k, COUNT(*), SUM(n) FROM windows GROUP BY k;
)";

std::string OptionsOf(const Statement& statement) {
  constexpr std::string_view kOnce = "'sink.delivery-guarantee' = 'exactly-once'", kElsewhere = "'properties.bootstrap.servers' = 'elsewhere:9092'";
  std::string topic = StrCat("'topic' = '", statement.name, "'");
  std::string json = StrCat("'connector' = 'kafka', ", topic, ", 'format' = 'json'");
  std::string keyed = StrCat(json, ", 'key.format' = 'json', 'key.fields' = '", statement.key, "', ", kOnce);
  std::string upsert = StrCat("'connector' = 'upsert-kafka', ", topic, ", 'key.format' = 'json', 'value.format' = 'json'");
  switch (statement.writes) {
    case Writes::kKeyed: return keyed;
    case Writes::kRows: return StrCat(json, ", ", kOnce);
    case Writes::kEager: return json;
    case Writes::kUpsert: return StrCat(upsert, ", ", kOnce);
    case Writes::kEarlyUpsert: return upsert;
    case Writes::kChanges: return StrCat("'connector' = 'kafka', ", topic, ", 'format' = 'debezium-json', ", kOnce);
    case Writes::kFiles:
      return StrCat("'connector' = 'filesystem', 'path' = '/out/", statement.name, "', 'format' = 'json', 'sink.rolling-policy.rollover-interval' = '120 ms', "
                    "'sink.rolling-policy.inactivity-interval' = '90 ms', 'sink.rolling-policy.check-interval' = '20 ms'");
    case Writes::kLake: return "'connector' = 'iceberg', 'catalog-type' = 'hadoop', 'catalog-name' = 'lake', 'warehouse' = '/wh', 'catalog-database' = 'db'";
    case Writes::kPeer: return StrCat(keyed, ", ", kElsewhere, ", 'sink.transactional-id-prefix' = 'house'");
    case Writes::kEarlyPeer: return StrCat(upsert, ", ", kElsewhere);
  }
  return "";
}

DrawnOutput OutputOf(const Statement& statement) {
  DrawnOutput output{.name = std::string(statement.name)};
  switch (statement.writes) {
    case Writes::kKeyed: output.rule = OutputRule::kRowsOfKey; break;
    case Writes::kRows: output.rule = OutputRule::kRows; break;
    case Writes::kEager: output.rule = OutputRule::kAtLeast; break;
    case Writes::kUpsert:
    case Writes::kEarlyUpsert: output.rule = OutputRule::kTable; break;
    case Writes::kChanges: output.rule = OutputRule::kChanges; break;
    case Writes::kFiles: output.place = OutputPlace::kFiles; break;
    case Writes::kLake: output.place = OutputPlace::kLake; break;
    case Writes::kPeer:
      output.place = OutputPlace::kPeer;
      output.rule = OutputRule::kRowsOfKey;
      break;
    case Writes::kEarlyPeer:
      output.place = OutputPlace::kPeer;
      output.rule = OutputRule::kTable;
  }
  return output;
}

std::string TableOf(const Statement& statement) {
  bool has_key = statement.writes == Writes::kUpsert || statement.writes == Writes::kEarlyUpsert || statement.writes == Writes::kEarlyPeer;
  std::string key = has_key ? StrCat(", PRIMARY KEY (", statement.key, ") NOT ENFORCED") : "";
  return StrCat("CREATE TABLE ", statement.name, " (", statement.columns, key, ") WITH (", OptionsOf(statement), ");\n");
}

bool Passes(const Statement& statement, std::string_view point) {
  if (point.starts_with("lake.")) return statement.writes == Writes::kLake;
  if (point.starts_with("files.")) return statement.writes == Writes::kFiles;
  if (point.starts_with("link.")) return statement.writes == Writes::kPeer;
  bool has_outbox = statement.writes == Writes::kLake || statement.writes == Writes::kFiles || statement.writes == Writes::kPeer;
  if (point == "pipeline.before_delivered") return has_outbox;
  if (point.starts_with("log.after_compaction")) return statement.writes == Writes::kUpsert;
  return true;
}

// Two to four statements, one of which passes the point.
std::vector<const Statement*> DrawStatements(SeededRandom& random, std::string_view point) {
  std::vector<const Statement*> chosen;
  size_t count = 2 + random.Below(3);
  while (chosen.size() < count) {
    const Statement& one = kStatements[random.Below(std::size(kStatements))];
    bool is_there = std::find(chosen.begin(), chosen.end(), &one) != chosen.end();
    if (is_there || (chosen.empty() && !Passes(one, point))) continue;
    chosen.push_back(&one);
  }
  return chosen;
}

std::string TimeText(int64_t ms) {
  auto two = [](int64_t n) { return StrCat(n < 10 ? "0" : "", n); };
  auto three = [](int64_t n) { return StrCat(n < 100 ? "0" : "", n < 10 ? "0" : "", n); };
  return StrCat("2026-01-01 00:", two(ms / 60000), ":", two(ms / 1000 % 60), ".", three(ms % 1000));
}

// Rows of `keys` keys, each in a partition of its own choice; the last record of a partition ends its time.
DrawnTopic DrawRows(SeededRandom& random, std::string name, int rows, bool some_unreadable) {
  constexpr int kKeys = 6;
  DrawnTopic topic{std::move(name), {}};
  topic.partitions.resize(1 + random.Below(3));
  std::set<int64_t> times;
  for (int id = 0; id < rows; ++id) {
    auto key = random.Below(kKeys);
    int64_t ms = id * 700 + static_cast<int64_t>(random.Below(1200));  // so none is later than the watermark's 2 s
    while (!times.insert(ms).second) ++ms;
    auto& partition = topic.partitions[key % topic.partitions.size()];
    std::string value = StrCat(R"({"id":)", id, R"(,"k":"k)", key, R"(","g":)", random.Below(4), R"(,"v":)", random.Below(100), R"(,"ts":")", TimeText(ms), "\"}");
    partition.push_back({{}, std::move(value)});
    if (some_unreadable && random.Below(30) == 0) partition.push_back({{}, StrCat("unreadable ", id)});
  }
  for (size_t p = 0; p < topic.partitions.size(); ++p) {
    topic.partitions[p].push_back({{}, StrCat(R"({"id":)", -1 - static_cast<int64_t>(p), R"(,"k":"end)", p, R"(","g":9,"v":0,"ts":"2026-01-02 00:00:0)", p, "\"}")});
  }
  return topic;
}

DrawnTopic DrawItems(SeededRandom& random, int changes) {
  DrawnTopic topic{"items", {}};
  topic.partitions.resize(1 + random.Below(2));
  for (int i = 0; i < changes; ++i) {
    auto id = random.Below(13);
    DrawnRecord record{StrCat("{\"id\":", id, "}"), {}};
    if (random.Below(4) > 0) record.value = StrCat("{\"id\":", id, ",\"g\":", random.Below(4), ",\"v\":", random.Below(100), "}");
    topic.partitions[id % topic.partitions.size()].push_back(std::move(record));
  }
  return topic;
}

}  // namespace

int64_t Drawn::rows() const {
  size_t all = 0;
  for (const auto& topic : inputs) {
    for (const auto& partition : topic.partitions) all += partition.size();
  }
  return static_cast<int64_t>(all);
}

namespace {

Drawn DrawWith(SeededRandom& random, const std::vector<const Statement*>& statements) {
  Drawn drawn;
  std::string sql = StrCat("SET 'execution.checkpointing.interval' = '", 10 + random.Below(40), " ms';", kSources);
  std::string inserts;
  unsigned reads = 0;
  bool has_windows = false;
  for (const Statement* statement : statements) {
    sql += TableOf(*statement);
    inserts += StrCat("INSERT INTO ", statement->name, " ", statement->query, ";\n");
    reads |= statement->reads;
    drawn.outputs.push_back(OutputOf(*statement));
    drawn.writes_topics_only &= drawn.outputs.back().place == OutputPlace::kTopic;
    drawn.shows_early |= statement->writes == Writes::kEager || statement->writes == Writes::kEarlyUpsert || statement->writes == Writes::kEarlyPeer;
    has_windows |= statement->name == "windows";
  }
  drawn.files.push_back({"pipelines/p.sql", sql + inserts});
  if (has_windows && random.Below(2) == 0) {
    drawn.files.push_back({"pipelines/q.sql", StrCat("SET 'execution.checkpointing.interval' = '25 ms';", kSecondFile)});
    drawn.outputs.push_back({.name = "window_sums", .rule = OutputRule::kTable});
  }
  bool some_unreadable = random.Below(3) == 0;
  int rows = 30 + static_cast<int>(random.Below(60));
  if (reads & kClicks) drawn.inputs.push_back(DrawRows(random, "clicks", rows, some_unreadable));
  if (reads & kAnswers) drawn.inputs.push_back(DrawRows(random, "answers", rows, false));
  if (reads & kItems) drawn.inputs.push_back(DrawItems(random, rows));
  if (some_unreadable && (reads & kClicks)) drawn.outputs.push_back({.name = "__dead.clicks"});
  return drawn;
}

}  // namespace

Drawn Draw(uint64_t seed, std::string_view point) {
  SeededRandom random(seed * 7919 + 3);
  return DrawWith(random, DrawStatements(random, point));
}

Drawn DrawOne(uint64_t seed, std::string_view table) {
  SeededRandom random(seed);
  std::vector<const Statement*> one;
  for (const Statement& statement : kStatements) {
    if (statement.name == table) one.push_back(&statement);
  }
  return DrawWith(random, one);
}

}  // namespace freshet::testing
