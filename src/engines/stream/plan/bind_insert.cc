#include <algorithm>

#include "base/capitals.h"
#include "base/nearest.h"
#include "data/expr/types.h"
#include "engines/stream/plan/binder.h"
#include "engines/stream/plan/rewrites.h"
#include "wire/flink_sql/lexer.h"

// INSERT.

namespace freshet::stream {

using expr::ExprPtr;

namespace {

std::vector<std::string> NamesOf(const std::vector<const TableColumn*>& columns) {
  std::vector<std::string> names;
  for (const auto* column : columns) names.push_back(column->name);
  return names;
}

std::string Instead(const std::string& wanted, const std::vector<std::string>& names, std::string otherwise) {
  std::vector<std::string_view> known(names.begin(), names.end());
  std::string near = DidYouMean(wanted, known);
  return near.empty() ? otherwise : near;
}

bool Is(const std::string& setting, std::string_view word) { return InCapitals(setting) == word; }

// What becomes of rows that meet in the table's key: what ON CONFLICT says, else what Flink does unless it is told to ask.
Status SetConflict(const sql::Insert& insert, const Table& table, const Catalog& catalog, SinkSpec& sink) {
  bool said = !insert.on_conflict.empty(), by_key = !table.primary_key.empty() && TakesUpserts(table);
  std::string materialize = catalog.Setting("table.exec.sink.upsert-materialize", "AUTO");
  bool never = Is(materialize, "NONE");
  if (said && !by_key) return Fault::Invalid(sql::At(insert.position), "ON CONFLICT needs a table whose rows stand by a PRIMARY KEY, such as one of upsert-kafka; ", table.name, " is not one");
  if (said && never) return Fault::Invalid(sql::At(insert.position), "ON CONFLICT and 'table.exec.sink.upsert-materialize' = 'NONE' say the opposite; leave one of them out");
  bool unseen = table.connector() == "blackhole" && !said;
  if (!by_key || unseen || never) return {};
  sink.conflict = insert.on_conflict == "ERROR" ? Conflict::kFault : insert.on_conflict == "NOTHING" ? Conflict::kOldest : Conflict::kNewest;
  sink.must_be_said = !said && catalog.Setting("table.exec.sink.require-on-conflict", "false") == "true";
  sink.judges_all = Is(materialize, "FORCE");
  return {};
}

}  // namespace

Result<NodePtr> Binder::BindInsert(const sql::Insert& insert) {
  ASSIGN_OR_RETURN(TableId id, Resolve(insert.table));
  std::string name = StrCat(id);
  auto table = catalog_.FindTable(id);
  if (!table) return Fault::NotFound(sql::At(insert.position), "no table '", name, "' to insert into", Instead(name, catalog_.Names("TABLES"), "; CREATE TABLE it first"));
  if (!insert.hints.empty()) {
    ASSIGN_OR_RETURN(table, WithHints(table, insert.hints, insert.position));
  }
  ASSIGN_OR_RETURN(NodePtr input, BindQuery(*insert.query));
  std::vector<const TableColumn*> targets = table->Insertable(), given = targets;
  auto target_named = [&](const std::string& column) { return std::find_if(targets.begin(), targets.end(), [&](const auto* t) { return t->name == column; }); };
  if (!insert.columns.empty()) {
    given.clear();
    for (const auto& column : insert.columns) {
      if (target_named(column) == targets.end()) return Fault::NotFound(sql::At(insert.position), "table ", name, " has no writable column '", column, "'", Instead(column, NamesOf(targets), ""));
      given.push_back(*target_named(column));
    }
  }
  std::map<const TableColumn*, ExprPtr> fixed;  // PARTITION (p = 'x')
  Scope nothing;
  nothing.node = MakeNode(ValuesSpec{data::Batch(1, {})}, {}, {});
  for (const auto& [column, constant] : insert.partition) {
    bool partitions = std::find(table->partitioned_by.begin(), table->partitioned_by.end(), column) != table->partitioned_by.end();
    if (!partitions || target_named(column) == targets.end()) return Fault::Invalid(sql::At(insert.position), "table ", name, " is not PARTITIONED BY '", column, "'");
    ASSIGN_OR_RETURN(fixed[*target_named(column)], BindExpr(*constant, nothing));
    std::erase(given, *target_named(column));
  }
  if (given.size() != input->columns.size()) {
    return Fault::Invalid(sql::At(insert.position), "INSERT INTO ", name, " takes ", given.size(), " columns, the query gives ", input->columns.size());
  }
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  std::vector<PlanColumn> columns;
  if (table->distribution) return Fault::Unsupported(sql::At(insert.position), "table ", name, " is DISTRIBUTED, but connector ", table->connector(), " has no buckets; leave DISTRIBUTED out, or DROP DISTRIBUTION");
  SinkSpec sink{table, name, {}};
  RETURN_NOT_OK(SetConflict(insert, *table, catalog_, sink));
  sink.drops_nulls = Is(catalog_.Setting("table.exec.sink.not-null-enforcer", "ERROR"), "DROP");
  std::string lengths = catalog_.Setting("table.exec.sink.type-length-enforcer", "IGNORE");  // of values of a column's own type, which are believed otherwise
  bool fits_texts = Is(lengths, "TRIM_PAD");
  sink.counts_lengths = Is(lengths, "ERROR");
  for (size_t t = 0; t < targets.size(); ++t) {
    auto found = std::find(given.begin(), given.end(), targets[t]);
    const data::Type& type = targets[t]->type;
    ExprPtr value = expr::Literal(type.WithNullable(true), data::Value());
    if (auto constant = fixed.find(targets[t]); constant != fixed.end()) {
      if (!expr::ImplicitlyCastable(constant->second->type, type)) return Fault::Invalid(sql::At(insert.position), "PARTITION (", targets[t]->name, " = …) takes ", type, ", not ", constant->second->type);
      ASSIGN_OR_RETURN(value, expr::MakeCast(constant->second, type));
    } else if (found != given.end()) {
      auto i = static_cast<int>(found - given.begin());
      const PlanColumn& from = input->columns[static_cast<size_t>(i)];
      value = expr::Input(i, from.type, from.name);
      if (!expr::ImplicitlyCastable(from.type, type)) {
        return Fault::Invalid(sql::At(insert.position), "column types of query result and sink ", name, " do not match: ", targets[t]->name, " is ", type, ", the query's column ", i + 1, " (", from.name,
                              ") is ", from.type, "; put a CAST around it");
      }
      bool believed = !fits_texts || !(from.type.IsString() || from.type.IsBinary());
      if (!believed) {
        ASSIGN_OR_RETURN(value, expr::MakeCast(value, (from.type.IsString() ? data::Type::String() : data::Type::Bytes()).WithNullable(from.type.nullable())));
      }
      ASSIGN_OR_RETURN(value, expr::MakeCast(value, type.WithNullable(from.type.nullable())));
    } else if (!type.nullable() && !sink.drops_nulls) {
      return Fault::Invalid(sql::At(insert.position), "table ", name, ": column ", targets[t]->name, " is NOT NULL, and the statement gives it no value; name it among the columns");
    }
    exprs.push_back(std::move(value));
    names.push_back(targets[t]->name);
    columns.push_back({targets[t]->name, type});
    bool key = std::find(table->primary_key.begin(), table->primary_key.end(), targets[t]->name) != table->primary_key.end();
    if (key) sink.primary_key.push_back(static_cast<int>(t));
  }
  NodePtr project = Project(input, std::move(exprs), std::move(names));
  return NodePtr(MakeNode(std::move(sink), {project}, std::move(columns)));
}

}  // namespace freshet::stream
