#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engines/stream/plan/node.h"

// From syntax trees to the logical plan: names are resolved, types derived, views and WITH queries put in place.
// bind_expr.cc, bind_query.cc, bind_from.cc, bind_join.cc, bind_subquery.cc, bind_aggregate.cc, bind_over.cc. To let SQL say more, add a case there and a node.

namespace freshet::stream {

// The columns that names may mean at one place: those of `node`, grouped under table aliases.
struct Scope {
  struct Entry {
    std::string alias;
    int begin;
    int end;
  };
  NodePtr node;
  std::vector<Entry> entries;
  int inner = 0;  // columns before this one belong to the query around: they are looked at last
  std::vector<int> first;  // of JOIN … USING: '*' gives these in front
  std::set<int> merged;    // and passes over these; only with their table's alias are they named

  const PlanColumn& column(int i) const { return node->columns[static_cast<size_t>(i)]; }
};

// Binds the statements of one script against its catalog. Lives for one statement.
class Binder {
 public:
  Binder(const Catalog& catalog, const expr::Session& session) : catalog_(catalog), session_(session), in_(catalog.current()) {}

  Result<NodePtr> BindQuery(const sql::Query& query);
  Result<NodePtr> BindInsert(const sql::Insert& insert);
  // A top-level SELECT: its rows are the result `name`.
  Result<NodePtr> BindResult(const sql::Query& query, const std::string& name);
  // One expression over the columns of a schema, for other engines.
  Result<expr::ExprPtr> BindExpr(const sql::Expr& ast, const Scope& scope);

 private:
  // What one grouped SELECT says of its groups: its keys, and the aggregate calls that stand anywhere in it.
  struct Aggregation {
    Scope input;
    std::vector<expr::ExprPtr> keys;
    std::vector<std::string> key_texts;
    std::vector<expr::ExprPtr> arguments;     // columns of the projection below the aggregate, keys first
    std::vector<std::string> argument_texts;
    std::vector<AggregateCall> calls;
    std::vector<std::string> call_texts;
    bool several_sets = false;
    std::vector<std::vector<std::string>> sets;  // GROUPING SETS: texts of the keys in each
    std::map<std::string, int> window_keys;   // of GROUP BY TUMBLE(…): "_START" and its sisters, to keys
    bool finished = false;                    // all calls are known; expressions are bound over the groups
  };

  // What the formulas of one MATCH_RECOGNIZE may speak of, and what the one at hand does.
  struct Matching {
    Scope rows;                            // the input's columns, under each variable's name too
    std::vector<std::string> variables;
    int time_column = 0;
    std::vector<MatchSpec::Reference> references;
  };

  // Expressions.
  Result<expr::ExprPtr> BindLiteral(const sql::Expr& ast);
  Result<expr::ExprPtr> BindInterval(const sql::Expr& ast);
  Result<expr::ExprPtr> BindName(const sql::Expr& ast, const Scope& scope);
  Result<expr::ExprPtr> BindColumn(const Scope& scope, const sql::Name& name);
  Result<expr::ExprPtr> BindCall(const sql::Expr& ast, const Scope& scope);
  Result<expr::ExprPtr> BindRemote(const DeclaredFunction& function, std::vector<expr::ExprPtr> args);
  Result<expr::ExprPtr> BindCase(const sql::Expr& ast, const Scope& scope);
  Result<expr::ExprPtr> BindIn(const sql::Expr& ast, const Scope& scope);
  Result<std::vector<expr::ExprPtr>> BindArgs(const sql::Expr& ast, const Scope& scope);
  Result<expr::ExprPtr> BindParts(const sql::Expr& ast, const Scope& scope);
  // Names the place of a fault that has none yet.
  static Fault Placed(const Fault& fault, sql::Position position);

  // Aggregates (aggregation_ is set while select items are bound over groups).
  static bool IsAggregate(const sql::Expr& ast);
  static bool HasAggregate(const sql::Expr& ast);
  Result<std::optional<expr::ExprPtr>> BindGrouped(const sql::Expr& ast);
  Result<expr::ExprPtr> BindAggregateCall(const sql::Expr& ast);
  Result<int> AddArgument(const expr::ExprPtr& arg);
  // Every set that the elements of GROUP BY multiply out to; one for plain keys.
  static Result<std::vector<std::vector<const sql::Expr*>>> GroupingSets(const sql::Query& query);
  Result<std::vector<std::vector<const sql::Expr*>>> OneOfEach(std::vector<std::vector<const sql::Expr*>> sets, const Scope& scope);
  NodePtr ExpandSets(const Aggregation& aggregation, const std::vector<std::string>& names);
  Result<NodePtr> FinishAggregation(const Aggregation& aggregation);
  // GROUP BY: binds keys and calls, and makes `scope` that of the groups.
  Status BindGroups(const sql::Query& query, Scope& scope, Aggregation& aggregation);
  Status CollectAggregates(const sql::Expr& ast);
  Result<expr::ExprPtr> BindGroupingCall(const sql::Expr& ast);

  // OVER, ORDER BY and LIMIT (bind_over.cc).
  static std::vector<const sql::Expr*> OverCalls(const sql::Query& query);
  Status BindOver(const sql::Query& query, const std::vector<const sql::Expr*>& calls, Scope& scope);
  Result<sql::WindowSpec> WindowOf(const sql::Expr& call, const sql::Query& query);
  Status BindFrame(const sql::Expr& call, const sql::WindowSpec& window, OverSpec& spec);
  Result<AggregateCall> BindOverCall(const sql::Expr& ast, const Scope& scope, std::vector<expr::ExprPtr>& exprs, std::vector<std::string>& names);
  Result<std::vector<SortColumn>> BindOrder(const std::vector<sql::SortKey>& keys, const Scope& scope, std::vector<expr::ExprPtr>& exprs, std::vector<std::string>& names);
  Result<NodePtr> BindOrderedSelect(const sql::Query& query);
  Result<NodePtr> BindOrderAndLimit(const sql::Query& query, NodePtr node);
  Result<int64_t> ConstantCount(const sql::Expr& ast, std::string_view what);

  // Queries.
  Result<NodePtr> BindSelect(const sql::Query& query);
  Result<NodePtr> BindValues(const sql::Query& query);
  Result<NodePtr> BindSet(const sql::Query& query);
  Result<NodePtr> MemberOfRight(NodePtr left, NodePtr right, bool kept);
  Result<NodePtr> CountedRows(NodePtr left, NodePtr right, bool intersects);
  Result<NodePtr> Distinct(NodePtr input);
  Result<NodePtr> BindRows(const sql::Query& query);
  // CURRENT_WATERMARK(rowtime) in a SELECT becomes a column behind those of its FROM.
  static void AddWatermarkColumn(const sql::Query& query, Scope& scope);
  Result<expr::ExprPtr> BindCurrentWatermark(const sql::Expr& ast, const Scope& scope);
  // SELECT /*+ STATE_TTL('t' = '1 h') */: how long state lives, by table name or alias.
  Status TakeHints(const sql::Query& query);
  int64_t TtlOf(const std::vector<Scope::Entry>& entries);
  // SELECT /*+ LOOKUP('table' = 't', 'retry-predicate' = 'lookup_miss', …) */
  Status TakeLookupHint(const sql::Hint& hint, sql::Position position);
  Result<NodePtr> BindOverGroups(const sql::Query& query, Scope& scope);
  Result<NodePtr> ProjectItems(const sql::Query& query, const Scope& scope);
  Status SpreadRow(const sql::Expr& star, const Scope& scope, std::vector<expr::ExprPtr>& exprs, std::vector<std::string>& names);
  NodePtr Project(NodePtr input, std::vector<expr::ExprPtr> exprs, std::vector<std::string> names);
  Result<NodePtr> CastTo(NodePtr input, const std::vector<data::Type>& types, std::string_view what);

  // Joins (bind_join.cc).
  Result<Scope> BindJoin(const sql::Relation& relation);
  Result<Scope> BindAsOf(const sql::Relation& relation, const Scope& left);
  Result<Scope> BindUsing(const sql::Relation& relation, const Scope& left, const Scope& right);
  static Scope SideBySide(const Scope& left, const Scope& right);
  Result<NodePtr> BindPredict(const sql::Expr& call);
  Result<NodePtr> BindChangelog(const sql::Expr& call);
  Result<expr::ExprPtr> BindCondition(const sql::Expr& ast, const Scope& scope, std::string_view what);

  // Queries inside of queries (bind_subquery.cc).
  // A query whose WHERE looks at the query around it, by itself: its rows with the columns that must equal `outer`.
  struct Correlated {
    NodePtr rows;                       // the query's own columns, then one for each of `outer`
    int items = 0;                      // how many are its own
    std::vector<expr::ExprPtr> outer;   // over the scope around
  };
  Result<Correlated> Decorrelate(const sql::Query& query, const Scope& outer);
  bool ResolvesIn(const sql::Expr& ast, const Scope& scope);
  Status SplitCorrelation(sql::Query& query, const Scope& outer, Correlated& out, std::vector<sql::ExprPtr>& keys);
  Result<expr::ExprPtr> KeysEqual(const Correlated& query, int width);
  // WHERE and HAVING: conditions, and IN and EXISTS over queries, which become joins.
  Result<NodePtr> BindWhere(const sql::ExprPtr& ast, Scope scope, std::string_view what = "WHERE");
  static Status CheckExists(const sql::Query& query);
  Result<NodePtr> BindMembership(const sql::Expr& ast, bool negated, Scope scope);
  Result<Scope> BindCorrelated(const sql::Query& query, const Scope& outer, expr::ExprPtr* condition, int* items);
  // Queries elsewhere in an expression are joined behind the scope's columns; their values are looked up by their place.
  Status AttachSubqueries(const sql::Expr& ast, Scope& scope, bool decides = false);
  Status AttachScalar(const sql::Expr& ast, Scope& scope);
  Status AttachExists(const sql::Expr& ast, Scope& scope);
  Status AttachQuantified(const sql::Expr& ast, Scope& scope);
  Status AttachIn(const sql::Expr& ast, Scope& scope, bool decides);
  Result<int> JoinBehind(Correlated query, Scope& scope, expr::ExprPtr condition);
  Result<expr::ExprPtr> Mark(const Correlated& query, Scope& scope);
  Result<Scope> BindLateral(const sql::Relation& relation, const Scope& left);
  Result<Scope> BindComputed(const sql::Relation& relation, const Scope& left);
  static bool ComputesOnly(const sql::Query& query);

  // Relations.
  Result<Scope> BindRelation(const sql::Relation& relation);
  Result<NodePtr> BindNamed(const sql::Name& name, sql::Position position, const std::vector<sql::Hint>& hints);
  static Result<std::shared_ptr<const Table>> WithHints(const std::shared_ptr<const Table>& table, const std::vector<sql::Hint>& hints, sql::Position position);
  Result<NodePtr> BindTable(const std::shared_ptr<const Table>& table);
  Result<NodePtr> BindWindowFunction(const sql::Expr& call);
  Result<NodePtr> WithWindow(NodePtr input, WindowSpec spec, const std::string& relation);
  // GROUP BY TUMBLE(…), HOP(…), SESSION(…): the window goes below, its bounds become keys.
  Status BindGroupWindow(const sql::Expr& call, Scope& scope, Aggregation& aggregation);
  Result<Scope> BindUnnest(const sql::Relation& relation, const Scope& left);
  // MATCH_RECOGNIZE (bind_match.cc).
  Result<NodePtr> BindMatch(const sql::MatchRecognize& match, const Scope& rows);
  Result<MatchSpec::Formula> BindFormula(const sql::Expr& ast, Matching& matching);
  Result<std::optional<expr::ExprPtr>> BindMatched(const sql::Expr& ast);
  Result<int64_t> ConstantMillis(const sql::Expr& ast, std::string_view what);

  // Of the view at hand, or of the script.
  Result<TableId> Resolve(const sql::Name& name) const { return catalog_.Resolve(name, in_); }

  const Catalog& catalog_;
  const expr::Session& session_;
  Catalog::Namespace in_;
  std::map<std::string, const sql::Query::With*> with_;
  Aggregation* aggregation_ = nullptr;
  Matching* matching_ = nullptr;
  std::map<const sql::Expr*, int> over_columns_;  // where the OVER calls of the SELECT at hand are
  std::map<const sql::Expr*, expr::ExprPtr> subquery_values_;  // the same of its queries as values
  struct WindowInfo {
    std::string relation;  // what the window function was called on, for the name of its late rows
    bool local_zone;       // bounds are local wall time
  };
  std::map<int, WindowInfo> windows_;  // by window id
  std::map<std::string, int64_t> ttl_hints_;  // of the SELECT at hand
  std::set<std::string> ttl_used_;
  std::map<std::string, LookupHint> lookup_hints_;  // of the same, by the table that is looked up; taken out when it is
  int next_window_ = 1;
  int depth_ = 0;
  int queries_ = 0;  // that were bound, those of views each time they are used
};

}  // namespace freshet::stream
