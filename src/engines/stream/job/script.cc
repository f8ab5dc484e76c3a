#include "engines/stream/job/script.h"

#include <algorithm>

#include "data/expr/whole_match.h"
#include "data/records/tuning.h"
#include "engines/stream/job/job.h"
#include "engines/stream/job/settings.h"
#include "engines/stream/job/table_request.h"
#include "engines/stream/plan/binder.h"
#include "engines/stream/plan/create_as.h"
#include "engines/stream/plan/exchanges.h"
#include "engines/stream/plan/explain.h"
#include "engines/stream/plan/rewrites.h"
#include "wire/flink_sql/flink_sql.h"
#include "wire/flink_sql/lexer.h"

namespace freshet::stream {
namespace {

bool Reads(const Node& node, const std::string& table) {
  const auto* source = std::get_if<SourceSpec>(&node.spec);
  if (source != nullptr && source->table->name == table) return true;
  return std::any_of(node.inputs.begin(), node.inputs.end(), [&](const NodePtr& input) { return Reads(*input, table); });
}

const std::string& OptionOf(const Table& table, const std::string& key) {
  static const std::string kNone;
  auto found = table.options.find(key);
  return found == table.options.end() ? kNone : found->second;
}

Status CheckPattern(const Node& node, const std::vector<const Table*>& written) {
  const auto* source = std::get_if<SourceSpec>(&node.spec);
  if (source != nullptr && !OptionOf(*source->table, "topic-pattern").empty()) {
    ASSIGN_OR_RETURN(auto match, expr::WholeMatch::Of(OptionOf(*source->table, "topic-pattern")));
    for (const Table* table : written) {
      bool same_cluster = OptionOf(*table, "properties.bootstrap.servers") == OptionOf(*source->table, "properties.bootstrap.servers");
      ASSIGN_OR_RETURN(bool takes, match.Takes(OptionOf(*table, "topic")));
      if (same_cluster && takes) return Fault::Invalid("table ", source->table->name, ": its 'topic-pattern' takes topic '", OptionOf(*table, "topic"), "' too, which table ", table->name, " is written to: its rows would come again and again; choose another pattern or topic");
    }
  }
  for (const auto& input : node.inputs) RETURN_NOT_OK(CheckPattern(*input, written));
  return {};
}

bool AsksWatermark(const sql::Explain& explain) { return std::find(explain.details.begin(), explain.details.end(), "WATERMARK") != explain.details.end(); }

// A pattern that takes what the same file writes never comes to an end.
Status CheckPatterns(const std::vector<NodePtr>& plans) {
  std::vector<const Table*> written;
  for (const auto& plan : plans) {
    const auto* sink = std::get_if<SinkSpec>(&plan->spec);
    if (sink != nullptr && sink->table != nullptr && !OptionOf(*sink->table, "topic").empty()) written.push_back(sink->table.get());
  }
  for (const auto& plan : plans) RETURN_NOT_OK(CheckPattern(*plan, written));
  return {};
}

}  // namespace

Task<> Script::Run(Ctx ctx, std::string text) {
  std::vector<ScriptFile> one{{"", std::move(text)}};
  auto task = RunFiles(ctx, std::move(one));
  Status status = co_await task;
  co_return status;
}

Task<> Script::RunFiles(Ctx ctx, std::vector<ScriptFile> files) {
  std::vector<std::vector<sql::Statement>> scripts;
  for (const auto& file : files) {
    auto parsed = sql::ParseScript(file.text);
    if (!parsed.ok()) co_return In(file, parsed.fault());
    scripts.push_back(std::move(parsed).value());
  }
  session_.clock = &env_.clock();
  session_.random = [random = &env_.random()] { return random->Next(); };
  ScriptFaults faults;
  for (size_t f = 0; f < files.size(); ++f) {
    file_ = std::make_shared<const ScriptFile>(std::move(files[f]));
    for (const auto& statement : scripts[f]) {
      bool could_be_planned = false;
      auto task = RunStatement(ctx, &statement, faults.empty(), &could_be_planned);
      Status status = co_await task;
      if (status.ok()) continue;
      Fault fault = At(statement, status.fault());
      if (could_be_planned) co_return fault;
      faults.Add(statement, fault);
    }
  }
  co_return faults.status();
}

Result<std::vector<sql::Statement>> Script::Parsed(const std::string& text) {
  session_.clock = &env_.clock();
  session_.random = [random = &env_.random()] { return random->Next(); };
  file_ = std::make_shared<const ScriptFile>(ScriptFile{"", text});
  return sql::ParseScript(text);
}

Status Script::CheckPlanTime() const {
  if (env_.clock().Now() < plan_until_) return {};
  return Fault::Exhausted("the statements take longer to plan than they may; ask about fewer of them at once");
}

Result<std::vector<ShownPlan>> Script::PlanPreview(const std::string& text) {
  ASSIGN_OR_RETURN(auto statements, Parsed(text));
  std::vector<ShownPlan> shown;
  ScriptFaults faults;
  for (const auto& statement : statements) {
    RETURN_NOT_OK(CheckPlanTime());
    Status added = AddShown(statement, shown);
    if (!added.ok()) faults.Add(statement, At(statement, added.fault()));
  }
  RETURN_NOT_OK(faults.status());
  return shown;
}

Status Script::AddShown(const sql::Statement& statement, std::vector<ShownPlan>& shown) {
  if (const auto* explain = std::get_if<sql::Explain>(&statement.body)) {
    if (AsksWatermark(*explain)) return Fault::Unsupported(sql::At(statement.position), "EXPLAIN WATERMARK runs the query, and a preview prints plans only; leave WATERMARK out, or use freshet run");
    ASSIGN_OR_RETURN(std::string text, ExplainText(*explain, Tables::kUnchecked));
    printed_ += text;
    return {};
  }
  bool done = false;
  RETURN_NOT_OK(Declare(statement, &done));
  if (done) return {};
  ASSIGN_OR_RETURN(auto planned, PlansOf(statement));
  bool is_select = std::holds_alternative<sql::QueryPtr>(statement.body);
  selects_ += is_select ? 1 : 0;
  for (const auto& plan : planned) {
    auto sink = std::make_shared<Node>(*plan);
    auto& spec = std::get<SinkSpec>(sink->spec);
    spec.table = nullptr;
    shown.push_back({spec.name, is_select, sink});
  }
  return {};
}

Result<std::vector<StatementLineage>> Script::Lineages(const std::string& text, const std::string& house) {
  ASSIGN_OR_RETURN(auto statements, Parsed(text));
  std::vector<StatementLineage> out;
  for (const auto& statement : statements) {
    bool done = std::holds_alternative<sql::Explain>(statement.body);
    Status declared = done ? Status() : Declare(statement, &done);
    if (!declared.ok()) return At(statement, declared.fault());
    if (done) continue;
    auto bound = BoundOf(statement);
    if (!bound.ok()) return At(statement, bound.fault());
    selects_ += std::holds_alternative<sql::QueryPtr>(statement.body) ? 1 : 0;
    for (const auto& plan : *bound) out.push_back({statement.position.line, LineageOf(*plan, house)});
  }
  return out;
}

Result<std::vector<NodePtr>> Script::PlanPipeline(const std::string& text, Tables tables) {
  ASSIGN_OR_RETURN(auto statements, Parsed(text));
  std::vector<NodePtr> plans;
  lines_.clear();
  ScriptFaults faults;
  for (const auto& statement : statements) {
    RETURN_NOT_OK(CheckPlanTime());
    Status added = AddPlans(statement, tables, plans);
    if (!added.ok()) faults.Add(statement, At(statement, added.fault()));
  }
  RETURN_NOT_OK(faults.status());
  RETURN_NOT_OK(CheckPatterns(plans));
  TellApart(plans);
  return plans;
}

namespace {

std::vector<int> LinesOf(const sql::Statement& statement, size_t plans) {
  std::vector<int> lines(plans, statement.position.line);
  const auto* set = std::get_if<sql::StatementSet>(&statement.body);
  for (size_t i = 0; set != nullptr && i < std::min(plans, set->inserts.size()); ++i) lines[i] = set->inserts[i].position.line;
  return lines;
}

}  // namespace

Status Script::AddPlans(const sql::Statement& statement, Tables tables, std::vector<NodePtr>& plans) {
  bool done = false;
  bool prints = std::holds_alternative<sql::QueryPtr>(statement.body) || std::holds_alternative<sql::Explain>(statement.body) || std::holds_alternative<sql::Show>(statement.body);
  if (prints) return Fault::Unsupported(sql::At(statement.position), "a pipeline has nowhere to print; INSERT INTO a table, or use freshet run");
  RETURN_NOT_OK(Declare(statement, &done));
  if (done) return {};
  ASSIGN_OR_RETURN(auto planned, PlansOf(statement));
  std::vector<int> lines = LinesOf(statement, planned.size());
  lines_.insert(lines_.end(), lines.begin(), lines.end());
  for (auto& plan : planned) {
    const auto* sink = std::get_if<SinkSpec>(&plan->spec);
    bool result = sink == nullptr || sink->table == nullptr || sink->table->connector() == "print";
    if (result) return Fault::Unsupported(sql::At(statement.position), "a pipeline has nowhere to print; INSERT INTO another table, or use freshet run");
    if (tables == Tables::kChecked) RETURN_NOT_OK(CheckTables(plan, connectors_, false));
    plans.push_back(std::move(plan));
  }
  return {};
}

Status Script::Declare(const sql::Statement& statement, bool* done) {
  ASSIGN_OR_RETURN(*done, StandsBehind(statement));
  if (*done) return {};
  *done = true;
  if (const auto* table = std::get_if<sql::CreateTable>(&statement.body)) {
    ASSIGN_OR_RETURN(*done, DeclareTable(*table));
    ASSIGN_OR_RETURN(TableId id, catalog_.Resolve(table->name));
    said_[StrCat(id)] = {{file_, statement.position}};
    return {};
  }
  if (const auto* alter = std::get_if<sql::Alter>(&statement.body)) {
    ASSIGN_OR_RETURN(TableId id, catalog_.Resolve(alter->name));
    said_[StrCat(id)].push_back({file_, statement.position});
    return catalog_.Apply(*alter);
  }
  if (const auto* space = std::get_if<sql::CreateNamespace>(&statement.body)) return catalog_.Apply(*space);
  if (const auto* view = std::get_if<sql::CreateView>(&statement.body)) {
    RETURN_NOT_OK(catalog_.Apply(*view));
    auto bound = Binder(catalog_, session_).BindQuery(*view->query);  // a view that cannot be read is refused here
    return bound.status();
  }
  if (const auto* function = std::get_if<sql::CreateFunction>(&statement.body)) return catalog_.Apply(*function);
  if (const auto* model = std::get_if<sql::CreateModel>(&statement.body)) return catalog_.Apply(*model);
  if (const auto* drop = std::get_if<sql::Drop>(&statement.body)) return Drop(*drop);
  if (const auto* set = std::get_if<sql::SetOption>(&statement.body)) return Set(*set);
  if (const auto* reset = std::get_if<sql::ResetOption>(&statement.body)) {
    if (reset->key.empty()) catalog_.settings.clear();
    else RETURN_NOT_OK(CheckSettingName(reset->key));
    catalog_.settings.erase(reset->key);
    ASSIGN_OR_RETURN(session_.zone, data::TimeZone::Find(catalog_.Setting("table.local-time-zone", "UTC")));
    return {};
  }
  if (const auto* show = std::get_if<sql::Show>(&statement.body)) return Show(*show);
  if (const auto* use = std::get_if<sql::Use>(&statement.body)) return catalog_.Apply(*use);
  *done = false;
  return {};
}

// As in Flink a temporary table or view stands in front of one that is not temporary and has its name: that one is declared, and
// seen when the temporary one is dropped. True when `statement` declares one of these.
Result<bool> Script::StandsBehind(const sql::Statement& statement) {
  const auto* table = std::get_if<sql::CreateTable>(&statement.body);
  const auto* view = std::get_if<sql::CreateView>(&statement.body);
  if ((table == nullptr && view == nullptr) || (table != nullptr && table->replace != sql::Replace::kNo)) return false;
  ASSIGN_OR_RETURN(TableId name, catalog_.Resolve(table != nullptr ? table->name : view->name));
  bool temporary = table != nullptr ? table->temporary : view->temporary;
  if (!catalog_.Has(name)) {
    temporary_.erase(name);
    if (temporary) temporary_[name] = std::nullopt;
    return false;
  }
  auto front = temporary_.find(name);
  if (temporary || front == temporary_.end()) return false;
  if (front->second) {
    if (table != nullptr ? table->if_not_exists : view->if_not_exists) return true;
    return Fault::AlreadyExists("a table or view named '", name, "' is there already, behind a temporary one; DROP both first or say IF NOT EXISTS");
  }
  if (table != nullptr && table->as_query) return Fault::Unsupported("CREATE TABLE ", name, " … AS behind a temporary table of that name: its rows would have nowhere to go; give one of them another name");
  Catalog behind = catalog_;
  for (std::string_view what : {"TABLE", "VIEW"}) RETURN_NOT_OK(behind.Apply(sql::Drop{std::string(what), true, table != nullptr ? table->name : view->name}));
  RETURN_NOT_OK(table != nullptr ? behind.Apply(*table) : behind.Apply(*view));
  front->second = statement;
  return true;
}

Status Script::Drop(const sql::Drop& drop) {
  RETURN_NOT_OK(catalog_.Apply(drop));
  bool of_relations = drop.what == "TABLE" || drop.what == "VIEW";
  if (!of_relations) return {};
  ASSIGN_OR_RETURN(TableId name, catalog_.Resolve(drop.name));
  if (catalog_.Has(name)) return {};
  auto front = temporary_.extract(name);
  if (front.empty() || !front.mapped()) return {};
  bool done = false;
  return Declare(*front.mapped(), &done);
}

// [CREATE OR] REPLACE TABLE: what is declared goes, its rows stay where they are.
Status Script::MakeRoom(const sql::CreateTable& create, const TableId& name, const Node& query) {
  if (create.replace == sql::Replace::kNo) return {};
  bool there = catalog_.FindTable(name) != nullptr;
  if (!there && create.replace == sql::Replace::kThere) return Fault::NotFound("no table '", name, "' to replace; say CREATE OR REPLACE TABLE");
  if (Reads(query, StrCat(name))) return Fault::Unsupported("REPLACE TABLE ", name, ": its query reads the table that it replaces; give the new one another name");
  return there ? catalog_.Apply(sql::Drop{"TABLE", false, create.name}) : Status();
}

// CREATE TABLE … AS takes the query's columns, then its rows: false when these are still to come.
Result<bool> Script::DeclareTable(const sql::CreateTable& create) {
  if (!create.as_query) {
    if (create.replace != sql::Replace::kNo) return Fault::Unsupported("CREATE OR REPLACE TABLE ", sql::NameText(create.name), " needs AS and a query, as in Flink; DROP the table, then CREATE it");
    RETURN_NOT_OK(catalog_.Apply(create));
    NoticeTuning(create);
    return true;
  }
  ASSIGN_OR_RETURN(TableId name, catalog_.Resolve(create.name));
  if (create.if_not_exists && catalog_.Has(name)) return false;  // the rows come all the same, as in Flink
  if (!create.like.empty()) return Fault::Unsupported("CREATE TABLE ", name, " … LIKE … AS: one of both says its columns; leave LIKE out, or CREATE the table, then INSERT INTO it");
  ASSIGN_OR_RETURN(auto query, Binder(catalog_, session_).BindQuery(*create.as_query));
  RETURN_NOT_OK(MakeRoom(create, name, *query));
  ASSIGN_OR_RETURN(sql::CreateTable declared, WithColumnsOf(*query, create));
  RETURN_NOT_OK(catalog_.Apply(declared));
  NoticeTuning(declared);
  return false;
}

// One line for all that a table says to Java's client.
void Script::NoticeTuning(const sql::CreateTable& create) {
  std::string names;
  for (const auto& [key, value] : create.options) {
    if (records::OnlyTunes(key)) names += StrCat(names.empty() ? "'" : ", '", key, "'");
  }
  if (!names.empty()) notices_.push_back(StrCat("table ", sql::NameText(create.name), ": ", names, " tune Kafka's Java client; nothing here reads them"));
}

Status Script::Set(const sql::SetOption& set) {
  if (set.key.empty()) {
    for (const auto& [key, value] : catalog_.settings) printed_ += StrCat("'", key, "' = '", value, "'\n");
    return {};
  }
  ASSIGN_OR_RETURN(bool read, CheckSetting(set.key, set.value));
  if (!read) notices_.push_back(StrCat("SET '", set.key, "': kept, but nothing here reads it"));
  if (set.key == "table.local-time-zone") {
    ASSIGN_OR_RETURN(session_.zone, data::TimeZone::Find(set.value));
  }
  catalog_.settings[set.key] = set.value;
  return {};
}

int Script::shards() const {
  if (shards_ > 0) return shards_;
  std::string common = catalog_.Setting("parallelism.default", "1");
  return std::stoi(catalog_.Setting("table.exec.resource.default-parallelism", common));
}

Result<NodePtr> Script::Planned(NodePtr bound) {
  ASSIGN_OR_RETURN(NodePtr plan, Optimize(bound, session_));
  ASSIGN_OR_RETURN(Duration ttl, data::ParseDuration(catalog_.Setting("table.exec.state.ttl", "0")));
  return WithStateTtl(plan, ttl.ns / 1'000'000);
}

Result<std::vector<NodePtr>> Script::BoundOf(const sql::Statement& statement) {
  std::vector<NodePtr> bound;
  auto add = [&bound](Result<NodePtr> one) {
    if (one.ok()) bound.push_back(*one);
    return one.status();
  };
  if (const auto* insert = std::get_if<sql::Insert>(&statement.body)) {
    RETURN_NOT_OK(add(Binder(catalog_, session_).BindInsert(*insert)));
  } else if (const auto* set = std::get_if<sql::StatementSet>(&statement.body)) {
    ScriptFaults faults;
    for (const auto& one : set->inserts) {
      Status added = add(Binder(catalog_, session_).BindInsert(one));
      if (!added.ok()) faults.Add(WithPlace(one.position, added.fault()));
    }
    RETURN_NOT_OK(faults.status());
  } else if (const auto* create = std::get_if<sql::CreateTable>(&statement.body)) {
    sql::Insert insert;
    insert.table = create->name;
    insert.query = create->as_query;
    if (!create->columns.empty()) {
      ASSIGN_OR_RETURN(auto query, Binder(catalog_, session_).BindQuery(*create->as_query));
      for (const auto& column : query->columns) insert.columns.push_back(column.name);  // wherever the declaration has put them
    }
    insert.position = statement.position;
    RETURN_NOT_OK(add(Binder(catalog_, session_).BindInsert(insert)));
  } else if (const auto* query = std::get_if<sql::QueryPtr>(&statement.body)) {
    RETURN_NOT_OK(add(Binder(catalog_, session_).BindResult(**query, StrCat("select_", selects_ + 1))));
  }
  return bound;
}

Result<std::vector<NodePtr>> Script::PlansOf(const sql::Statement& statement) {
  ASSIGN_OR_RETURN(auto plans, BoundOf(statement));
  for (auto& plan : plans) {
    ASSIGN_OR_RETURN(plan, Planned(plan));
  }
  TellApart(plans);
  return plans;
}

Result<std::string> Script::ExplainText(const sql::Explain& explain, Tables tables) {
  ASSIGN_OR_RETURN(auto plans, PlansOf(*explain.statement));
  auto asks = [&explain](std::string_view detail) { return std::find(explain.details.begin(), explain.details.end(), detail) != explain.details.end(); };
  ExplainDetails details{.changelog = asks("CHANGELOG_MODE"), .cost = asks("ESTIMATED_COST")};
  std::string out;
  for (auto& plan : plans) {
    if (tables == Tables::kChecked) RETURN_NOT_OK(CheckTables(plan, connectors_, false));
    if (shards() > 1) plan = PlaceExchanges(plan);
    out += Explain(*plan, details);
  }
  if (asks("PLAN_ADVICE")) out += Advice(plans);
  if (asks("JSON_EXECUTION_PLAN")) out += ExecutionPlanJson(plans, shards());
  return out;
}

Task<> Script::RunStatement(Ctx ctx, const sql::Statement* statement, bool runs, bool* could_be_planned) {
  bool done = false;
  Status declared = Declare(*statement, &done);
  if (!declared.ok()) co_return declared.fault();
  if (done) co_return Status();
  if (const auto* explain = std::get_if<sql::Explain>(&statement->body)) {
    auto text = ExplainText(*explain, Tables::kChecked);
    if (!text.ok()) co_return text.fault();
    if (!AsksWatermark(*explain)) {
      printed_ += *text;
      co_return Status();
    }
  }
  const auto* explain = std::get_if<sql::Explain>(&statement->body);
  auto plans = PlansOf(explain == nullptr ? *statement : *explain->statement);
  if (!plans.ok()) co_return plans.fault();
  *could_be_planned = true;
  for (size_t i = 0; explain != nullptr && runs && i < plans->size(); ++i) {
    auto task = ExplainWatermark(ctx, (*plans)[i]);
    Status status = co_await task;
    if (!status.ok()) co_return status.fault();
  }
  if (explain != nullptr || !runs) co_return Status();
  if (const auto* query = std::get_if<sql::QueryPtr>(&statement->body)) {
    ++selects_;
    bool reordered = results_.mode() == ResultMode::kFinal && !(*query)->order_by.empty();
    if (reordered) notices_.push_back(StrCat("select_", selects_, ": its rows are chosen by ORDER BY, and shown sorted by the bytes of their lines"));
  }
  std::vector<int> lines = LinesOf(*statement, plans->size());
  auto task = RunPlans(ctx, *plans, std::move(lines));
  Status status = co_await task;
  co_return status;
}

// `t$late`; queries that read other columns of the same relation have results of their own, `t$late_2` …
std::string Script::LateName(const std::string& relation, const std::vector<std::string>& columns) {
  auto& known = late_columns_[relation];
  size_t n = static_cast<size_t>(std::find(known.begin(), known.end(), columns) - known.begin());
  if (n == known.size()) known.push_back(columns);
  return n == 0 ? relation + "$late" : StrCat(relation, "$late_", n + 1);
}

// What only shows rows leaves nothing behind in a house: no dead letters, no epoch.
Task<> Script::RunPlans(Ctx ctx, std::vector<NodePtr> plans, std::vector<int> lines) {
  bool shows = std::all_of(plans.begin(), plans.end(), [](const NodePtr& plan) {
    const auto* sink = std::get_if<SinkSpec>(&plan->spec);
    return sink != nullptr && IsInner(*sink);
  });
  Looking looking(connectors_);
  const ports::Connectors& connectors = shows ? looking.connectors() : connectors_;
  for (const auto& plan : plans) {
    Status checked = CheckTables(plan, connectors_, true);
    if (!checked.ok()) co_return checked;
  }
  Job::Options options;
  options.pipeline.shards = shards();
  if (plans.size() > 1) options.pipeline.lines = std::move(lines);  // one alone is where its fault is said to be
  options.pipeline.every_change = results_.mode() == ResultMode::kChangelog;
  options.pipeline.late = [this](const std::string& relation, const std::vector<std::string>& columns, const Batch& rows) {
    Status kept = results_.Open(LateName(relation, columns), columns, {}).Add(rows.Gather());
    CHECK(kept.ok());  // nothing bounds a script's results
  };
  options.rest_at = rest_at_;
  if (rest_at_) options.snapshot_piece_bytes = 100;  // so that little state is many pieces, too
  options.pipeline.models = models_;
  options.pipeline.functions = functions_;
  options.pipeline.state = state_;
  options.epochs = shows ? nullptr : epochs_;
  auto opened = Job::Create(env_, plans, connectors, session_, &results_, options);
  if (!opened.ok()) co_return opened.fault();
  std::unique_ptr<Job> job = std::move(opened).value();
  auto task = job->RunToEnd(ctx);
  Status status = co_await task;
  report_.events += job->events();
  report_.late_rows += job->late_rows();
  report_.dropped_rows += job->dropped_rows();
  if (report_.unread.records == 0) report_.unread.first = looking.unread().first;
  report_.unread.records += looking.unread().records;
  for (auto& op : job->Report()) report_.operators.push_back(std::move(op));
  co_return status;
}

// Runs the bounded query without keeping its rows and says where each partition's watermark came to stand.
Task<> Script::ExplainWatermark(Ctx ctx, NodePtr plan) {
  Results nowhere(ResultMode::kFinal);
  std::vector<NodePtr> plans{plan};
  Job::Options options;
  options.pipeline.shards = shards();
  options.pipeline.models = models_;
  options.pipeline.functions = functions_;
  options.pipeline.state = state_;
  Looking looking(connectors_);  // what cannot be read is kept by who reads for good
  auto opened = Job::Create(env_, plans, looking.connectors(), session_, &nowhere, options);
  if (!opened.ok()) co_return opened.fault();
  std::unique_ptr<Job> job = std::move(opened).value();
  auto task = job->RunToEnd(ctx);
  Status status = co_await task;
  if (!status.ok()) co_return status.fault();
  printed_ += job->WatermarkText();
  co_return Status();
}

}  // namespace freshet::stream
