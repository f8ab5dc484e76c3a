#include "engines/stream/job/previews.h"

#include <algorithm>
#include <optional>

#include "engines/stream/job/looking.h"
#include "engines/stream/plan/rewrites.h"
#include "io/task_group.h"
#include "io/wait.h"
#include "ports/table_catalog.h"

namespace freshet::stream {
namespace {

constexpr int kTries = 3;
constexpr int64_t kFewer = 4;  // times: records than the try before came to until it was given up
constexpr size_t kSqlBytesMax = 64 << 10;
constexpr int64_t kPlanBytesPerByte = 512;  // of SQL, at most: a plan of short literals

// Tables of what lies outside of the house: who may look at its topics may not therefore read the machine's files.
class Outside final : public ports::Connector {
 public:
  // The catalog, as far as a script declares its tables, is that of `lake`.
  explicit Outside(const ports::TableCatalog* lake) {
    if (lake != nullptr) unseen_.emplace(*lake);
  }
  Status Check(const ports::TableRequest& table, ports::TableUse) const override { return Refusal(table); }
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx, ports::TableRequest table) override { co_return Refusal(table); }
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx, ports::TableRequest table) override { co_return Refusal(table); }
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx, ports::LookupRequest lookup) override { co_return Refusal(lookup.table); }
  const ports::TableCatalog* catalog() const override { return unseen_ ? &*unseen_ : nullptr; }

 private:
  std::optional<ports::UnseenCatalog> unseen_;

  static Fault Refusal(const ports::TableRequest& table) {
    return Fault::Unsupported("table ", table.name, ": a preview looks at topics, feature views and datagen only; freshet run reads what connector '", table.options.at("connector"), "' reads");
  }
};

const ports::TableCatalog* LakeOf(const ports::Connectors& all) {
  auto lake = all.find("iceberg");
  return lake == all.end() ? nullptr : lake->second->catalog();
}

ports::Connectors OfTheHouse(const ports::Connectors& all, Outside& outside) {
  static constexpr std::string_view kOfTheHouse[] = {"datagen", "features", "kafka", "upsert-kafka"};  // datagen makes a look's rows itself, a second's worth
  ports::Connectors out;
  for (const auto& [name, connector] : all) {
    bool inside = std::find(std::begin(kOfTheHouse), std::end(kOfTheHouse), name) != std::end(kOfTheHouse);
    out[name] = inside ? connector : &outside;
  }
  return out;
}

// Who may look at topics may not therefore let the house run its functions.
Status CallsNobody(const Node& plan) {
  if (const auto* python = std::get_if<PythonSpec>(&plan.spec)) {
    return Fault::Unsupported("a preview calls no Python functions, and this result needs ", python->calls.front().function->name, "; look at another one with --result NAME, or use freshet run or freshet test with --functions DIR");
  }
  for (const auto& input : plan.inputs) RETURN_NOT_OK(CallsNobody(*input));
  return {};
}

std::string NamesOf(const std::vector<ShownPlan>& shown) {
  std::vector<std::string> names;
  for (const auto& one : shown) {
    if (std::find(names.begin(), names.end(), one.name) == names.end()) names.push_back(one.name);
  }
  std::string out;
  for (const auto& name : names) out += StrCat(out.empty() ? "" : ", ", name);
  return out;
}

// The plans of one result: that of `wanted`, or the only SELECT, or else the only table that is written.
Result<std::string> Chosen(const std::vector<ShownPlan>& shown, const std::string& wanted) {
  if (shown.empty()) return Fault::Invalid("there is nothing to look at: SELECT something, or INSERT INTO a table");
  if (!wanted.empty()) {
    bool there = std::any_of(shown.begin(), shown.end(), [&](const auto& one) { return one.name == wanted; });
    return there ? Result<std::string>(wanted) : Fault::NotFound("no result '", wanted, "'; there are: ", NamesOf(shown));
  }
  for (bool selects : {true, false}) {
    std::vector<std::string> names;
    for (const auto& one : shown) {
      if (one.is_select == selects && std::find(names.begin(), names.end(), one.name) == names.end()) names.push_back(one.name);
    }
    if (names.size() == 1) return names[0];
    if (names.size() > 1) break;
  }
  return Fault::Invalid("the script has several results, of which one is shown; name it: ", NamesOf(shown));
}

// What EXPLAIN, SHOW and DESCRIBE say is an answer of its own, beside the INSERTs of files that brought the tables.
Status TellPrinted(const std::string& printed, const std::vector<ShownPlan>& shown, int64_t bytes_max, ports::PreviewAnswer& answer) {
  bool selects = std::any_of(shown.begin(), shown.end(), [](const auto& one) { return one.is_select; });
  if (selects) return Fault::Invalid("a preview shows rows, or what EXPLAIN, SHOW and DESCRIBE print; leave one of both out, or name the rows: ", NamesOf(shown));
  if (static_cast<int64_t>(printed.size()) > bytes_max) return Fault::TooLarge("what EXPLAIN, SHOW and DESCRIBE print takes ", printed.size(), " bytes; a preview answers with ", bytes_max, " at most");
  answer.lines = printed;
  answer.rows = std::count(printed.begin(), printed.end(), '\n');
  return {};
}

struct Ended {
  bool ended = false;
  Status outcome;
  io::Signal signal;
};

Task<> Tell(Task<> work, Ended& ended) {
  Status outcome = co_await work;
  ended.outcome = std::move(outcome);
  ended.ended = true;
  ended.signal.NotifyAll();
  co_return Status();
}

}  // namespace

Previews::Bounds Previews::BoundsWithin(int64_t memory_bytes, StateBounds state) {
  Bounds bounds;
  bounds.made_bytes = std::min(bounds.made_bytes, memory_bytes / 16);
  bounds.result_bytes = std::min(bounds.result_bytes, memory_bytes / 16);
  bounds.answer_bytes = std::min(bounds.answer_bytes, memory_bytes / 64);
  bounds.state = state;
  return bounds;
}

// A door asks on its urgent lane; rows are worked on among the loop's normal work.
Task<ports::PreviewAnswer> Previews::Preview(Ctx ctx, ports::PreviewRequest request) {
  if (running_.fetch_add(1) >= bounds_.at_once) {
    running_.fetch_sub(1);
    co_return Fault::Exhausted(bounds_.at_once, " previews run at the moment, which is as many as may; try again soon");
  }
  ports::PreviewAnswer answer;
  io::ThisLoop here;
  io::Loop& home = co_await here;
  Ended ended;
  io::TaskGroup group(home, "preview");
  group.Spawn(io::Lane::kNormal, Tell(Look(ctx, request, answer), ended));
  while (!ended.ended) {
    io::Signal::Waiter wait(ended.signal, MonoTime::Never());
    co_await wait;
  }
  auto closing = group.Close();
  co_await closing;
  running_.fetch_sub(1);
  if (!ended.outcome.ok()) co_return ended.outcome.fault();
  co_return answer;
}

Status Previews::CheckBounds(const ports::PreviewRequest& request, const Results& results, MonoTime begun, int64_t events) const {
  constexpr std::string_view kRemedy = "; look at less: a shorter time, or a WHERE close to the topic";
  if (events > bounds_.events) return Fault::Exhausted("more than ", bounds_.events, " records came in the last ", request.last.ms(), " ms", kRemedy);
  if (env_.clock().Now() - begun > bounds_.time) return Fault::Exhausted("the preview took more than ", bounds_.time.ms(), " ms", kRemedy);
  for (const auto& name : results.names()) {
    if (results.table(name).rows() > bounds_.rows) return Fault::Exhausted("result ", name, " has more than ", bounds_.rows, " rows", kRemedy);
  }
  return {};
}

// A few rows may meet so many that they hold the loop up for as long as all may take.
Status Previews::CheckTurn(MonoTime begun) const {
  if (env_.clock().Now() - begun <= bounds_.turn) return {};
  return Fault::Exhausted("a few hundred rows took more than ", bounds_.turn.ms(), " ms in one piece, as where each meets very many others; look at less: a narrower join, or a WHERE close to the topic");
}

Task<> Previews::Look(Ctx ctx, const ports::PreviewRequest& request, ports::PreviewAnswer& answer) {
  if (request.sql.size() > kSqlBytesMax) {
    co_return Fault::TooLarge("the SQL of a preview has ", request.sql.size(), " bytes, and may have ", kSqlBytesMax, "; what is long belongs into a table: a topic, or a file that a pipeline reads");
  }
  auto memory = io::Reservation::Take(env_.memory(), bounds_.memory_bytes() + kPlanBytesPerByte * static_cast<int64_t>(request.sql.size()));
  if (!memory.ok()) co_return memory.fault();
  Outside outside(LakeOf(connectors_));
  Looking looking(OfTheHouse(connectors_, outside));
  const ports::Connectors& connectors = looking.connectors();
  Script script(connectors, env_, ResultMode::kFinal);
  script.UseFunctions(functions_);
  expr::Allowance allowance(bounds_.made_bytes);
  script.SpendsFrom(allowance);
  script.PlanUntil(env_.clock().Now() + bounds_.time);
  auto plan = [&] { return script.PlanPreview(request.sql); };
  io::Offload planning(env_.workers(), io::Pool::kGeneral, plan);  // seconds at worst, in which doors of this loop answer
  auto shown = co_await planning;
  if (!shown.ok()) co_return shown.fault();
  bool prints = !script.printed().empty() && request.result.empty();
  if (prints) co_return TellPrinted(script.printed(), *shown, bounds_.answer_bytes, answer);
  auto chosen = Chosen(*shown, request.result);
  if (!chosen.ok()) co_return chosen.fault();
  std::vector<NodePtr> plans;
  for (const auto& one : *shown) {
    if (one.name != *chosen) continue;
    Status calls = CallsNobody(*one.plan);
    if (!calls.ok()) co_return calls;
    plans.push_back(one.plan);
  }
  TellApart(plans);
  ports::PreviewRequest wanted = request;
  wanted.result = *chosen;
  MonoTime begun = env_.clock().Now();
  for (int tries_left = kTries - 1; tries_left >= 0; --tries_left) {
    auto trying = Try(ctx, wanted, script, plans, tries_left > 0, begun, answer);
    auto read = co_await trying;
    if (!read.ok()) co_return read.fault();
    if (!*read) break;
    answer.newest_max = std::max<int64_t>(**read / kFewer, 1);
  }
  co_return Status();
}

Task<std::optional<int64_t>> Previews::Try(Ctx ctx, const ports::PreviewRequest& request, Script& script, std::vector<NodePtr> plans, bool may_give_up, MonoTime begun, ports::PreviewAnswer& answer) {
  Outside outside(LakeOf(connectors_));
  Looking looking(OfTheHouse(connectors_, outside));
  Results results(ResultMode::kFinal, bounds_.result_bytes);
  Job::Options options;
  options.pipeline.models = &models_;
  options.pipeline.state = bounds_.state;
  options.since = WallTime{env_.clock().WallNow().ms - request.last.ms()};
  options.newest_max = answer.newest_max;
  int64_t events = 0;
  MonoTime turn = env_.clock().Now(), try_until = turn + bounds_.try_time;
  bool gives_up = false;
  auto check = [&]() -> Status {
    gives_up = may_give_up && (env_.clock().Now() > try_until || events > bounds_.events);
    if (gives_up) return Fault::DeadlineExceeded("a part of the records is looked at instead");
    return CheckBounds(request, results, begun, events);
  };
  options.watch = [&](int64_t now) {
    turn = env_.clock().Now();
    events = now;
    return check();
  };
  options.pipeline.watch = [&] {  // a few rows may become very many
    Status in_turn = CheckTurn(turn);
    return in_turn.ok() ? check() : in_turn;
  };
  auto opened = Job::Create(env_, std::move(plans), looking.connectors(), script.session(), &results, options);
  if (!opened.ok()) co_return script.AtItsTable(opened.fault());
  std::unique_ptr<Job> job = std::move(opened).value();
  auto running = job->RunToEnd(ctx);
  Status ran = co_await running;
  if (!ran.ok() && gives_up) co_return std::optional<int64_t>(events);
  if (!ran.ok()) co_return script.AtItsTable(ran.fault());
  answer.result = request.result;
  answer.events = job->events();
  answer.late_rows = job->late_rows();
  answer.unread_records = looking.unread().records;
  answer.first_unread = looking.unread().first;
  if (results.names().empty()) co_return std::optional<int64_t>();
  answer.rows = results.table(request.result).rows();
  answer.lines = results.table(request.result).Text(request.rows_max, bounds_.answer_bytes);
  co_return std::optional<int64_t>();
}

}  // namespace freshet::stream
