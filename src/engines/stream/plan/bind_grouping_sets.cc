#include <algorithm>

#include "engines/stream/plan/binder.h"
#include "wire/flink_sql/lexer.h"

// GROUPING SETS, ROLLUP and CUBE: the rows once for each set, keys outside of it NULL, and the set's number one key
// more.

namespace freshet::stream {

namespace {

using Set = std::vector<const sql::Expr*>;
constexpr size_t kSetsMax = 4096;

Set Flat(const std::vector<std::vector<sql::ExprPtr>>& parts, size_t count) {
  Set set;
  for (size_t i = 0; i < count; ++i) {
    for (const auto& e : parts[i]) set.push_back(e.get());
  }
  return set;
}

std::vector<Set> SetsOf(const sql::GroupingElement& element) {
  std::vector<Set> sets;
  const auto& parts = element.sets;
  switch (element.kind) {
    case sql::GroupingKind::kPlain: return {Flat(parts, parts.size())};
    case sql::GroupingKind::kSets:
      for (const auto& part : parts) sets.push_back(Flat({part}, 1));
      return sets;
    case sql::GroupingKind::kRollup:
      for (size_t n = parts.size() + 1; n-- > 0;) sets.push_back(Flat(parts, n));
      return sets;
    case sql::GroupingKind::kCube: break;
  }
  for (size_t mask = (size_t{1} << parts.size()); mask-- > 0;) {
    Set set;
    for (size_t i = 0; i < parts.size(); ++i) {
      bool in = (mask >> (parts.size() - 1 - i)) & 1;
      for (const auto& e : parts[i]) {
        if (in) set.push_back(e.get());
      }
    }
    sets.push_back(std::move(set));
  }
  return sets;
}

}  // namespace

Result<std::vector<std::vector<const sql::Expr*>>> Binder::GroupingSets(const sql::Query& query) {
  std::vector<Set> all{{}};
  for (const auto& element : query.group_by) {
    if (element.kind == sql::GroupingKind::kCube && element.sets.size() > 12) return Fault::TooLarge(sql::At(query.position), "CUBE of more than 12 columns");
    std::vector<Set> sets = SetsOf(element), product;
    if (all.size() * sets.size() > kSetsMax) return Fault::TooLarge(sql::At(query.position), "GROUP BY makes more than ", kSetsMax, " grouping sets");
    for (const auto& before : all) {
      for (const auto& set : sets) {
        product.push_back(before);
        product.back().insert(product.back().end(), set.begin(), set.end());
      }
    }
    all = std::move(product);
  }
  return all;
}

NodePtr Binder::ExpandSets(const Aggregation& aggregation, const std::vector<std::string>& names) {
  NodePtr rows = Project(aggregation.input.node, aggregation.arguments, names);
  std::vector<PlanColumn> columns = rows->columns;
  ExpandSpec spec;
  for (const auto& set : aggregation.sets) {
    std::vector<int> nulled;
    for (size_t k = 0; k < aggregation.keys.size(); ++k) {
      bool in = std::find(set.begin(), set.end(), aggregation.key_texts[k]) != set.end();
      if (in) continue;
      nulled.push_back(static_cast<int>(k));
      columns[k].type = columns[k].type.WithNullable(true);
      columns[k].time = TimeRole::kNone;
      columns[k].window_role = WindowRole::kNone;
    }
    spec.nulled.push_back(std::move(nulled));
  }
  columns.push_back({"set$", data::Type::Int().NotNull()});
  return MakeNode(std::move(spec), {rows}, std::move(columns));
}

}  // namespace freshet::stream
