#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engines/stream/job/looking.h"
#include "engines/stream/job/pipeline.h"
#include "engines/stream/job/results.h"
#include "engines/stream/plan/catalog.h"
#include "engines/stream/plan/lineage.h"
#include "io/env.h"
#include "ports/connector.h"

namespace freshet::stream {

// What one script run did, for --stats.
struct RunReport {
  int64_t events = 0;  // rows that sources brought
  int64_t late_rows = 0;
  int64_t dropped_rows = 0;  // see NotNull
  Unread unread;           // of statements that only show rows: of others it is kept as dead letters
  std::vector<Pipeline::OperatorReport> operators;
};

// A file of SQL: its text, and how messages call it. A name may be missing.
struct ScriptFile {
  std::string name;
  std::string text;
};

// A plan whose sink is a result, whatever its script writes to.
struct ShownPlan {
  std::string name;        // of the table that an INSERT writes, or select_1 …
  bool is_select = false;
  NodePtr plan;
};

struct StatementLineage {
  int line = 0;
  Lineage lineage;
};

Fault In(const ScriptFile& file, const Fault& fault);  // the same, naming the file
Fault WithPlace(sql::Position position, const Fault& fault);  // the same, with that place where it says none

// What is wrong with the statements of a script, a line each: all of it, but what only lacks what a wrong statement would have declared.
class ScriptFaults {
 public:
  // A fault with its place, of that statement. Those behind the twentieth are only counted.
  void Add(const sql::Statement& statement, const Fault& fault);
  void Add(const Fault& fault);
  bool empty() const { return !first_; }
  Status status() const;  // as the first one is, with what all of them say

 private:
  std::optional<Fault> first_;
  std::string lines_;
  int told_ = 0, left_out_ = 0;
  std::set<std::string> undeclared_;  // names
};

// Runs the statements of a script one after another: declarations change the catalog, each INSERT, SELECT or
// STATEMENT SET runs as one job to the end of its bounded inputs. Used on one loop.
class Script {
 public:
  Script(const ports::Connectors& connectors, Env& env, ResultMode mode) : connectors_(connectors), results_(mode), env_(env) { catalog_.UseConnectors(&connectors_); }

  Task<> Run(Ctx ctx, std::string text);
  // The same of files that are one script: nothing runs before all of them are read. A fault names its file.
  Task<> RunFiles(Ctx ctx, std::vector<ScriptFile> files);

  // For a file that becomes an endless job: declares what it declares and plans every INSERT, runs nothing. What prints
  // is refused; so is a table that its connector does not take, unless nobody asks.
  enum class Tables : uint8_t { kChecked, kUnchecked };
  Result<std::vector<NodePtr>> PlanPipeline(const std::string& text, Tables tables = Tables::kChecked);
  // Of the plans of the last PlanPipeline: where in the file each one's statement stands.
  const std::vector<int>& lines() const { return lines_; }
  // For a look at what a script would give: declares what it declares, plans every SELECT and INSERT, and prints what EXPLAIN, SHOW and DESCRIBE say; runs and
  // writes nothing, and asks nothing of the tables that EXPLAIN names.
  Result<std::vector<ShownPlan>> PlanPreview(const std::string& text);
  // A fault about a table, such as its connector's when it is opened: at the option that it names, where the table is declared.
  Fault AtItsTable(const Fault& fault) const;
  // The lineage of every SELECT and INSERT, in order; tables that do not say where they are belong to the namespace `house`.
  Result<std::vector<StatementLineage>> Lineages(const std::string& text, const std::string& house);
  const expr::Session& session() const { return session_; }

  // Where sinks that write exactly once commit; without it they are refused.
  void CommitTo(ports::Epochs& epochs) { epochs_ = &epochs; }

  // Whom ML_PREDICT asks; lives as long as the script.
  void UseModels(const ports::Models* models) { models_ = models; }
  // Who calls Python; without, LANGUAGE PYTHON is refused. Lives as long as the script.
  void UseFunctions(ports::Functions* functions) {
    functions_ = functions;
    catalog_.UseFunctions(functions);
  }
  // What bounds the state of jobs; lives as long as the script.
  void BoundState(StateBounds bounds) { state_ = bounds; }
  // Asked before each statement of a plan that somebody else's text asks for.
  void PlanUntil(MonoTime deadline) { plan_until_ = deadline; }
  // What somebody else's text may make, when it is planned as when it runs; lives as long as the script.
  void SpendsFrom(expr::Allowance& allowance) { session_.allowance = &allowance; }
  // On how many shards jobs run, whatever the script SETs.
  void UseShards(int shards) { shards_ = shards; }
  // On how many the next job runs: UseShards, or what was SET, or one.
  int shards() const;
  // Asked between polls; when it says a number, the running job is saved to bytes, thrown away and restored on so many
  // shards. For tests: what is not in the snapshot shows.
  void RestAt(std::function<int()> rest) { rest_at_ = std::move(rest); }

  const Results& results() const { return results_; }
  const std::string& printed() const { return printed_; }  // of EXPLAIN, SHOW and DESCRIBE
  const std::vector<std::string>& notices() const { return notices_; }  // what its author should know, a line each
  const RunReport& report() const { return report_; }
  Catalog& catalog() { return catalog_; }

 private:
  // Where something is said of a table.
  struct Said {
    std::shared_ptr<const ScriptFile> file;
    sql::Position position;  // of the statement
  };

  Status CheckPlanTime() const;
  // Faults of a statement of `file_`, with its line; in RunFiles, with its file.
  Fault At(const sql::Statement& statement, const Fault& fault) const;
  // Without `runs` it is declared or planned, and that is all.
  Task<> RunStatement(Ctx ctx, const sql::Statement* statement, bool runs, bool* could_be_planned);
  Status AddPlans(const sql::Statement& statement, Tables tables, std::vector<NodePtr>& plans);
  Status AddShown(const sql::Statement& statement, std::vector<ShownPlan>& shown);
  std::string LateName(const std::string& relation, const std::vector<std::string>& columns);
  Task<> RunPlans(Ctx ctx, std::vector<NodePtr> plans, std::vector<int> lines);
  Task<> ExplainWatermark(Ctx ctx, NodePtr plan);
  Result<std::vector<sql::Statement>> Parsed(const std::string& text);
  Result<std::vector<NodePtr>> BoundOf(const sql::Statement& statement);
  Result<std::vector<NodePtr>> PlansOf(const sql::Statement& statement);
  Result<NodePtr> Planned(NodePtr bound);
  Status Declare(const sql::Statement& statement, bool* done);
  Result<bool> DeclareTable(const sql::CreateTable& create);
  void NoticeTuning(const sql::CreateTable& create);
  Status MakeRoom(const sql::CreateTable& create, const TableId& name, const Node& query);
  Result<bool> StandsBehind(const sql::Statement& statement);
  Status Drop(const sql::Drop& drop);
  Status Set(const sql::SetOption& set);
  Status Show(const sql::Show& show);
  Result<std::vector<std::string>> Listed(const sql::Show& show) const;
  Result<bool> IsLike(const sql::Show& show, std::string name) const;
  Result<NodePtr> BoundTable(const sql::Name& name) const;
  Result<std::string> CreateTextOf(const sql::Show& show) const;
  Result<std::string> ExplainText(const sql::Explain& explain, Tables tables);

  const ports::Connectors& connectors_;
  Catalog catalog_;
  Results results_;
  Env& env_;
  int shards_ = 0;
  const ports::Models* models_ = nullptr;
  ports::Functions* functions_ = nullptr;
  StateBounds state_;
  MonoTime plan_until_ = MonoTime::Never();
  std::map<std::string, std::vector<std::vector<std::string>>> late_columns_;  // by relation
  std::map<TableId, std::optional<sql::Statement>> temporary_;  // tables and views, and what of the same name stands behind them
  std::shared_ptr<const ScriptFile> file_ = std::make_shared<const ScriptFile>();  // that is worked on
  std::map<std::string, std::vector<Said>> said_;                                  // by table
  expr::Session session_;
  std::string printed_;
  std::vector<std::string> notices_;
  RunReport report_;
  std::function<int()> rest_at_;
  ports::Epochs* epochs_ = nullptr;
  int selects_ = 0;
  std::vector<int> lines_;
};

}  // namespace freshet::stream
