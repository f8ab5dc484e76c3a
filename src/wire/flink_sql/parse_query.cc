#include "wire/flink_sql/parser.h"

// The phrases of queries: WITH, SELECT, VALUES, set operations, FROM with joins and table functions.

namespace freshet::wire::flink_sql {

Result<QueryPtr> Parser::QueryExpression() {
  Depth depth(*this);
  if (depth.too_deep()) return TooDeep();
  auto holder = std::make_shared<Query>();
  if (Is("WITH")) RETURN_NOT_OK(WithClause(*holder));
  ASSIGN_OR_RETURN(auto query, SetOperation(0));
  RETURN_NOT_OK(OrderAndLimit(*query));
  for (auto& with : query->with) holder->with.push_back(std::move(with));
  query->with = std::move(holder->with);
  return query;
}

Status Parser::WithClause(Query& query) {
  RETURN_NOT_OK(Expect("WITH"));
  do {
    Query::With with;
    ASSIGN_OR_RETURN(with.name, Identifier("a name for the WITH query"));
    if (Is("(")) {
      ASSIGN_OR_RETURN(with.columns, NameList("a column name"));
    }
    RETURN_NOT_OK(Expect("AS"));
    RETURN_NOT_OK(Expect("("));
    ASSIGN_OR_RETURN(with.query, QueryExpression());
    RETURN_NOT_OK(Expect(")"));
    query.with.push_back(std::move(with));
  } while (Take(","));
  return {};
}

// UNION and EXCEPT bind alike, INTERSECT stronger; all from left to right.
Result<QueryPtr> Parser::SetOperation(int least) {
  ASSIGN_OR_RETURN(auto left, QueryPrimary());
  int operands = 1;
  while (true) {
    bool intersect = Is("INTERSECT");
    if (!intersect && !Is("UNION") && !Is("EXCEPT") && !Is("MINUS")) return left;
    if (least > 0 && !intersect) return left;
    if (++operands > 1000) return TooDeep();
    auto set = std::make_shared<Query>();
    set->kind = QueryKind::kSet;
    set->position = Here().position;
    set->set_operator = intersect ? SetOperator::kIntersect : Is("UNION") ? SetOperator::kUnion : SetOperator::kExcept;
    ++at_;
    set->all = Take("ALL");
    if (!set->all) Take("DISTINCT");
    set->left = left;
    if (intersect) {
      ASSIGN_OR_RETURN(set->right, QueryPrimary());
    } else {
      ASSIGN_OR_RETURN(set->right, SetOperation(1));
    }
    left = set;
  }
}

Result<QueryPtr> Parser::QueryPrimary() {
  if (Is("VALUES")) return Values();
  if (Is("(")) {
    ++at_;
    ASSIGN_OR_RETURN(auto query, QueryExpression());
    RETURN_NOT_OK(Expect(")"));
    return query;
  }
  if (Is("SELECT")) return Select();
  if (Is("TABLE")) {  // TABLE t = SELECT * FROM t
    auto query = std::make_shared<Query>();
    query->position = Here().position;
    ++at_;
    query->items.push_back({Make(ExprKind::kStar), ""});
    query->from = std::make_shared<Relation>();
    query->from->position = Here().position;
    ASSIGN_OR_RETURN(query->from->name, QualifiedName("a table name"));
    return query;
  }
  return Unexpected("SELECT, VALUES, WITH or '('");
}

Result<QueryPtr> Parser::Values() {
  auto query = std::make_shared<Query>();
  query->kind = QueryKind::kValues;
  query->position = Here().position;
  RETURN_NOT_OK(Expect("VALUES"));
  do {
    if (Take("ROW") || Is("(")) {
      RETURN_NOT_OK(Expect("("));
      ASSIGN_OR_RETURN(auto row, ExpressionList());
      RETURN_NOT_OK(Expect(")"));
      query->rows.push_back(std::move(row));
    } else {
      ASSIGN_OR_RETURN(auto only, Expression());
      query->rows.push_back({std::move(only)});
    }
  } while (Take(","));
  return query;
}

Result<QueryPtr> Parser::Select() {
  auto query = std::make_shared<Query>();
  query->position = Here().position;
  RETURN_NOT_OK(Expect("SELECT"));
  ASSIGN_OR_RETURN(query->hints, Hints());
  query->distinct = Take("DISTINCT");
  if (!query->distinct) Take("ALL");
  do {
    ASSIGN_OR_RETURN(auto item, Item());
    query->items.push_back(std::move(item));
  } while (Take(","));
  if (Take("FROM")) {
    ASSIGN_OR_RETURN(query->from, FromClause());
  }
  if (Take("WHERE")) {
    ASSIGN_OR_RETURN(query->where, Expression());
  }
  if (TakeWords({"GROUP", "BY"})) RETURN_NOT_OK(GroupBy(*query));
  if (Take("HAVING")) {
    ASSIGN_OR_RETURN(query->having, Expression());
  }
  if (Take("WINDOW")) RETURN_NOT_OK(NamedWindows(*query));
  if (Take("QUALIFY")) {
    ASSIGN_OR_RETURN(query->qualify, Expression());
  }
  return query;
}

Result<SelectItem> Parser::Item() {
  SelectItem item;
  ASSIGN_OR_RETURN(item.expr, Expression());
  if (Take("AS")) {
    ASSIGN_OR_RETURN(item.alias, Identifier("a column name"));
  } else if (IsIdentifier()) {
    item.alias = tokens_[at_++].text;
  }
  return item;
}

Result<std::vector<std::vector<ExprPtr>>> Parser::GroupingSetList() {
  std::vector<std::vector<ExprPtr>> sets;
  RETURN_NOT_OK(Expect("("));
  do {
    if (!Take("(")) {
      ASSIGN_OR_RETURN(auto only, Expression());
      sets.push_back({std::move(only)});
      continue;
    }
    std::vector<ExprPtr> set;
    if (!Is(")")) {
      ASSIGN_OR_RETURN(set, ExpressionList());
    }
    RETURN_NOT_OK(Expect(")"));
    sets.push_back(std::move(set));
  } while (Take(","));
  RETURN_NOT_OK(Expect(")"));
  return sets;
}

Status Parser::GroupBy(Query& query) {
  query.grouped = true;
  query.group_distinct = Take("DISTINCT");
  if (!query.group_distinct) Take("ALL");
  do {
    GroupingElement element;
    if (TakeWords({"GROUPING", "SETS"})) {
      element.kind = GroupingKind::kSets;
    } else if (Is("ROLLUP") && Ahead(1).Is("(")) {
      ++at_;
      element.kind = GroupingKind::kRollup;
    } else if (Is("CUBE") && Ahead(1).Is("(")) {
      ++at_;
      element.kind = GroupingKind::kCube;
    }
    if (element.kind != GroupingKind::kPlain) {
      ASSIGN_OR_RETURN(element.sets, GroupingSetList());
    } else if (Is("(") && Ahead(1).Is(")")) {
      at_ += 2;
      element.sets.push_back({});
    } else {
      ASSIGN_OR_RETURN(auto expr, Expression());
      element.sets.push_back({std::move(expr)});
    }
    query.group_by.push_back(std::move(element));
  } while (Take(","));
  return {};
}

Status Parser::NamedWindows(Query& query) {
  do {
    ASSIGN_OR_RETURN(auto name, Identifier("a window name"));
    RETURN_NOT_OK(Expect("AS"));
    ASSIGN_OR_RETURN(auto window, Window());
    query.windows.emplace_back(std::move(name), std::move(window));
  } while (Take(","));
  return {};
}

Result<std::vector<SortKey>> Parser::SortKeys() {
  std::vector<SortKey> keys;
  do {
    SortKey key;
    ASSIGN_OR_RETURN(key.expr, Expression());
    if (Take("DESC")) {
      key.descending = true;
    } else {
      Take("ASC");
    }
    if (TakeWords({"NULLS", "FIRST"})) key.nulls_first = true;
    if (TakeWords({"NULLS", "LAST"})) key.nulls_first = false;
    keys.push_back(std::move(key));
  } while (Take(","));
  return keys;
}

Status Parser::OrderAndLimit(Query& query) {
  if (TakeWords({"ORDER", "BY"})) {
    ASSIGN_OR_RETURN(query.order_by, SortKeys());
  }
  if (Take("LIMIT")) {
    if (!Take("ALL")) {
      ASSIGN_OR_RETURN(query.limit, Sum());
    }
  }
  if (Take("OFFSET")) {
    ASSIGN_OR_RETURN(query.offset, Sum());
    if (!Take("ROWS")) Take("ROW");
  }
  if (Take("FETCH")) {
    if (!Take("FIRST")) RETURN_NOT_OK(Expect("NEXT"));
    ASSIGN_OR_RETURN(query.limit, Sum());
    if (!Take("ROWS")) RETURN_NOT_OK(Expect("ROW"));
    RETURN_NOT_OK(Expect("ONLY"));
  }
  return {};
}

// a, b, c: a comma is a cross join that the WHERE clause narrows.
Result<RelationPtr> Parser::FromClause() {
  ASSIGN_OR_RETURN(auto left, JoinTree());
  int joined = 1;
  while (Is(",")) {
    if (++joined > kMaxDepth) return TooDeep();
    auto join = std::make_shared<Relation>();
    join->kind = RelationKind::kJoin;
    join->join = JoinKind::kCross;
    join->position = Here().position;
    ++at_;
    join->left = left;
    ASSIGN_OR_RETURN(join->right, JoinTree());
    left = join;
  }
  return left;
}

bool Parser::TakeJoin(JoinKind* kind, bool* natural) {
  *natural = Is("NATURAL");
  size_t before = at_;
  if (*natural) ++at_;
  *kind = JoinKind::kInner;
  if (Take("JOIN") || TakeWords({"INNER", "JOIN"})) return true;
  for (auto [word, which] : {std::pair{"LEFT", JoinKind::kLeft}, {"RIGHT", JoinKind::kRight}, {"FULL", JoinKind::kFull}}) {
    *kind = which;
    if (TakeWords({word, "JOIN"}) || TakeWords({word, "OUTER", "JOIN"})) return true;
  }
  *kind = JoinKind::kCross;
  if (TakeWords({"CROSS", "JOIN"})) return true;
  at_ = before;
  return false;
}

Result<RelationPtr> Parser::JoinTree() {
  Depth depth(*this);
  if (depth.too_deep()) return TooDeep();
  ASSIGN_OR_RETURN(auto left, RelationPrimary());
  JoinKind kind;
  bool natural;
  Position position = Here().position;
  for (int joined = 1; TakeJoin(&kind, &natural); ++joined) {
    if (joined > kMaxDepth) return TooDeep();
    auto join = std::make_shared<Relation>();
    join->kind = RelationKind::kJoin;
    join->join = kind;
    join->natural = natural;
    join->position = position;
    join->left = left;
    ASSIGN_OR_RETURN(join->right, RelationPrimary());
    if (kind != JoinKind::kCross && !natural) {
      if (Take("USING")) {
        ASSIGN_OR_RETURN(join->using_columns, NameList("a column name"));
      } else {
        RETURN_NOT_OK(Expect("ON"));
        ASSIGN_OR_RETURN(join->condition, Expression());
      }
    }
    left = join;
    position = Here().position;
  }
  return left;
}

Result<RelationPtr> Parser::RelationPrimary() {
  ASSIGN_OR_RETURN(auto relation, RelationBase());
  if (relation->kind == RelationKind::kJoin) return relation;  // a join in parentheses
  if (TakeWords({"FOR", "SYSTEM_TIME", "AS", "OF"})) {
    ASSIGN_OR_RETURN(relation->as_of, Sum());
  }
  if (Is("MATCH_RECOGNIZE")) {
    ASSIGN_OR_RETURN(relation->match, Match());
  }
  if (Is("TABLESAMPLE")) return Fault::Unsupported(At(Here().position), "TABLESAMPLE is not supported");
  RETURN_NOT_OK(RelationAlias(*relation));
  if (relation->hints.empty()) {
    ASSIGN_OR_RETURN(relation->hints, Hints());
  }
  return relation;
}

Result<RelationPtr> Parser::RelationBase() {
  auto relation = std::make_shared<Relation>();
  relation->position = Here().position;
  relation->lateral = Take("LATERAL");
  if (AreWords({"TABLE", "("}) && Ahead(3).Is(")") && (Ahead(2).kind == TokenKind::kWord || Ahead(2).kind == TokenKind::kQuotedName)) {  // TABLE(t)
    at_ += 2;
    ASSIGN_OR_RETURN(relation->name, QualifiedName("a table name"));
    RETURN_NOT_OK(Expect(")"));
    return relation;
  }
  if (TakeWords({"TABLE", "("})) {
    relation->kind = RelationKind::kTableFunction;
    ASSIGN_OR_RETURN(relation->call, NameOrCall());
    if (relation->call->kind != ExprKind::kCall) return Unexpected("a table function call");
    RETURN_NOT_OK(Expect(")"));
    return relation;
  }
  if (Is("UNNEST") && Ahead(1).Is("(")) {
    relation->kind = RelationKind::kUnnest;
    relation->call = MakeCall("UNNEST", {}, Here().position);
    at_ += 2;
    ASSIGN_OR_RETURN(relation->call->args, ExpressionList());
    RETURN_NOT_OK(Expect(")"));
    relation->with_ordinality = TakeWords({"WITH", "ORDINALITY"});
    return relation;
  }
  if (Is("(")) {
    size_t inner = 1;  // "((SELECT" is a query, "((a JOIN" a join tree
    while (Ahead(inner).Is("(")) ++inner;
    bool query = Ahead(inner).Is("SELECT") || Ahead(inner).Is("WITH") || Ahead(inner).Is("VALUES");
    ++at_;
    if (query) {
      relation->kind = RelationKind::kSubquery;
      ASSIGN_OR_RETURN(relation->query, QueryExpression());
      RETURN_NOT_OK(Expect(")"));
      return relation;
    }
    ASSIGN_OR_RETURN(auto tree, FromClause());
    RETURN_NOT_OK(Expect(")"));
    return tree;
  }
  if (IsIdentifier() && Ahead(1).Is("(")) {
    relation->kind = RelationKind::kTableFunction;
    ASSIGN_OR_RETURN(relation->call, NameOrCall());
    return relation;
  }
  ASSIGN_OR_RETURN(relation->name, QualifiedName("a table name"));
  ASSIGN_OR_RETURN(relation->hints, Hints());
  return relation;
}

Status Parser::RelationAlias(Relation& relation) {
  if (Take("AS")) {
    ASSIGN_OR_RETURN(relation.alias, Identifier("an alias (a name)"));
  } else if (IsIdentifier()) {
    relation.alias = tokens_[at_++].text;
  }
  if (!relation.alias.empty() && Is("(")) {
    ASSIGN_OR_RETURN(relation.column_aliases, NameList("a column name"));
  }
  return {};
}

}  // namespace freshet::wire::flink_sql
