#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engines/stream/plan/node.h"

// From syntax trees to the logical plan: names are resolved, types derived, views and WITH queries put in place.
// bind_expr.cc, bind_query.cc, bind_from.cc, bind_aggregate.cc. To let SQL say more, add a case there and a node.

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

  const PlanColumn& column(int i) const { return node->columns[static_cast<size_t>(i)]; }
};

// Binds the statements of one script against its catalog. Lives for one statement.
class Binder {
 public:
  Binder(const Catalog& catalog, const expr::Session& session) : catalog_(catalog), session_(session) {}

  Result<NodePtr> BindQuery(const sql::Query& query);
  Result<NodePtr> BindInsert(const sql::Insert& insert);
  // A top-level SELECT: its rows are the result `name`.
  Result<NodePtr> BindResult(const sql::Query& query, const std::string& name);
  // One expression over the columns of a schema, for other engines.
  Result<expr::ExprPtr> BindExpr(const sql::Expr& ast, const Scope& scope);

 private:
  // Collects the aggregate calls of one SELECT while its expressions are bound.
  struct Aggregation {
    const Scope* input;
    std::vector<expr::ExprPtr> keys;
    std::vector<std::string> key_texts;
    std::vector<expr::ExprPtr> arguments;     // columns of the projection below the aggregate, keys first
    std::vector<std::string> argument_texts;
    std::vector<AggregateCall> calls;
    std::vector<std::string> call_texts;
    bool several_sets = false;
    std::vector<std::vector<std::string>> sets;  // GROUPING SETS: texts of the keys in each
    std::map<std::string, int> window_keys;   // of GROUP BY TUMBLE(…): "_START" and its sisters, to keys
  };

  // Expressions.
  Result<expr::ExprPtr> BindLiteral(const sql::Expr& ast);
  Result<expr::ExprPtr> BindInterval(const sql::Expr& ast);
  Result<expr::ExprPtr> BindName(const sql::Expr& ast, const Scope& scope);
  Result<expr::ExprPtr> BindColumn(const sql::Expr& ast, const Scope& scope, const sql::Name& name);
  Result<expr::ExprPtr> BindCall(const sql::Expr& ast, const Scope& scope);
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
  NodePtr ExpandSets(const Aggregation& aggregation, const std::vector<std::string>& names);
  Result<NodePtr> FinishAggregation(const Aggregation& aggregation);

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
  Result<NodePtr> Distinct(NodePtr input);
  Result<NodePtr> ProjectItems(const sql::Query& query, const Scope& scope, const Scope& star_scope);
  NodePtr Project(NodePtr input, std::vector<expr::ExprPtr> exprs, std::vector<std::string> names);
  Result<NodePtr> CastTo(NodePtr input, const std::vector<data::Type>& types, std::string_view what);

  // Joins (bind_join.cc).
  Result<Scope> BindJoin(const sql::Relation& relation);
  Result<Scope> BindAsOf(const sql::Relation& relation, const Scope& left);
  Result<NodePtr> BindPredict(const sql::Expr& call);
  Result<expr::ExprPtr> BindCondition(const sql::Expr& ast, const Scope& scope, std::string_view what);
  // WHERE: conditions, and IN and EXISTS over queries, which become joins.
  Result<NodePtr> BindWhere(const sql::Expr& ast, Scope scope);
  Result<NodePtr> BindMembership(const sql::Expr& ast, bool negated, Scope scope);
  Result<Scope> BindCorrelated(const sql::Query& query, const Scope& outer, expr::ExprPtr* condition);

  // Relations.
  Result<Scope> BindRelation(const sql::Relation& relation);
  Result<NodePtr> BindNamed(const sql::Name& name, sql::Position position, const std::vector<sql::Hint>& hints);
  Result<NodePtr> BindTable(const std::shared_ptr<const Table>& table);
  Result<NodePtr> BindWindowFunction(const sql::Expr& call);
  NodePtr WithWindow(NodePtr input, WindowSpec spec, const std::string& relation);
  // GROUP BY TUMBLE(…), HOP(…), SESSION(…): the window goes below, its bounds become keys.
  Status BindGroupWindow(const sql::Expr& call, Scope& scope, Aggregation& aggregation);
  Result<Scope> BindUnnest(const sql::Relation& relation, const Scope& left);
  Result<int64_t> ConstantMillis(const sql::Expr& ast, std::string_view what);

  const Catalog& catalog_;
  const expr::Session& session_;
  std::map<std::string, const sql::Query::With*> with_;
  Aggregation* aggregation_ = nullptr;
  std::map<const sql::Expr*, int> over_columns_;  // where the OVER calls of the SELECT at hand are
  struct WindowInfo {
    std::string relation;  // what the window function was called on, for the name of its late rows
    bool local_zone;       // bounds are local wall time
  };
  std::map<int, WindowInfo> windows_;  // by window id
  int next_window_ = 1;
  int depth_ = 0;
  int queries_ = 0;  // that were bound, those of views each time they are used
};

}  // namespace freshet::stream
