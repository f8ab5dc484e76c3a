#include "engines/stream/plan/alter_schema.h"

#include <algorithm>

#include "base/nearest.h"
#include "wire/flink_sql/lexer.h"

namespace freshet::stream {
namespace {

bool Mentions(const sql::ExprPtr& expr, const std::string& column) {
  if (expr == nullptr) return false;
  if (expr->kind == sql::ExprKind::kName && !expr->name.empty() && expr->name.front() == column) return true;
  auto mentions = [&column](const sql::ExprPtr& part) { return Mentions(part, column); };
  return std::any_of(expr->args.begin(), expr->args.end(), mentions) || Mentions(expr->otherwise, column) || Mentions(expr->filter, column);
}

// What is computed from a column, in words; empty when nothing is.
std::string ComputedFrom(const Table& table, const std::string& column) {
  for (const auto& other : table.columns) {
    if (other.kind == sql::ColumnKind::kComputed && Mentions(other.computed, column)) return StrCat("column '", other.name, "' is computed from it");
  }
  bool watermark = table.watermark && (sql::NameText(table.watermark->column) == column || Mentions(table.watermark->expr, column));
  return watermark ? "its WATERMARK looks at it" : "";
}

bool Has(const std::vector<std::string>& names, const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); }

// The same, and what lists it.
std::string NeededBy(const Table& table, const std::string& column) {
  std::string computed = ComputedFrom(table, column);
  if (!computed.empty()) return computed;
  if (Has(table.primary_key, column)) return "it is in the PRIMARY KEY";
  if (Has(table.partitioned_by, column)) return "the table is PARTITIONED BY it";
  return table.distribution && Has(table.distribution->columns, column) ? "the table is DISTRIBUTED BY it" : "";
}

auto Find(Table& table, const std::string& name) {
  return std::find_if(table.columns.begin(), table.columns.end(), [&](const TableColumn& column) { return column.name == name; });
}

Fault NoColumn(const Table& table, const std::string& name) {
  std::vector<std::string_view> known;
  for (const auto& column : table.columns) known.push_back(column.name);
  return Fault::NotFound("table ", table.name, " has no column '", name, "'", DidYouMean(name, known));
}

Status Place(Table& table, TableColumn column, const sql::PlacedColumn& placed, size_t otherwise) {
  size_t at = placed.first ? 0 : otherwise;
  if (!placed.after.empty()) {
    auto after = Find(table, placed.after);
    if (after == table.columns.end()) return NoColumn(table, placed.after);
    at = static_cast<size_t>(after - table.columns.begin()) + 1;
  }
  table.columns.insert(table.columns.begin() + static_cast<std::ptrdiff_t>(at), std::move(column));
  return {};
}

Status PlaceColumns(Table& table, const sql::Alter& alter) {
  for (const auto& placed : alter.columns) {
    auto there = Find(table, placed.column.name);
    size_t at = static_cast<size_t>(there - table.columns.begin());
    bool adds = alter.action == "ADD";
    if (adds && there != table.columns.end()) return Fault::AlreadyExists("table ", table.name, " has a column '", placed.column.name, "' already; MODIFY it, or choose another name");
    if (!adds && there == table.columns.end()) return NoColumn(table, placed.column.name);
    ASSIGN_OR_RETURN(TableColumn column, ResolveColumn(placed.column));
    if (!adds) table.columns.erase(there);
    RETURN_NOT_OK(Place(table, std::move(column), placed, at));
  }
  return {};
}

// ADD takes what is not there yet, MODIFY what is.
Status CheckThere(const Table& table, const sql::Alter& alter, bool said, bool there, std::string_view what) {
  if (!said || (alter.action == "ADD") != there) return {};
  if (there) return Fault::AlreadyExists("table ", table.name, " has a ", what, " already; MODIFY it");
  return Fault::NotFound("table ", table.name, " has no ", what, " to modify; ADD it");
}

Status AddOrModify(Table& table, const sql::Alter& alter) {
  RETURN_NOT_OK(CheckThere(table, alter, alter.watermark.has_value(), table.watermark.has_value(), "WATERMARK"));
  RETURN_NOT_OK(CheckThere(table, alter, !alter.primary_key.empty(), !table.primary_key.empty(), "PRIMARY KEY"));
  RETURN_NOT_OK(CheckThere(table, alter, alter.distribution.has_value(), table.distribution.has_value(), "DISTRIBUTION"));
  RETURN_NOT_OK(PlaceColumns(table, alter));
  if (alter.watermark) table.watermark = alter.watermark;
  if (!alter.primary_key.empty()) table.primary_key = alter.primary_key;
  if (alter.distribution) table.distribution = alter.distribution;
  return {};
}

Status DropParts(Table& table, const sql::Alter& alter) {
  if (alter.drops_watermark && !table.watermark) return Fault::NotFound("table ", table.name, " has no WATERMARK to drop");
  if (alter.drops_primary_key && table.primary_key.empty()) return Fault::NotFound("table ", table.name, " has no PRIMARY KEY to drop");
  if (alter.drops_distribution && !table.distribution) return Fault::NotFound("table ", table.name, " has no DISTRIBUTION to drop");
  if (alter.drops_watermark) table.watermark.reset();
  if (alter.drops_primary_key) table.primary_key.clear();
  if (alter.drops_distribution) table.distribution.reset();
  for (const auto& name : alter.names) {
    auto column = Find(table, name);
    if (column == table.columns.end()) return NoColumn(table, name);
    table.columns.erase(column);
  }
  for (const auto& name : alter.names) {
    std::string needed = NeededBy(table, name);
    if (!needed.empty()) return Fault::Invalid("table ", table.name, ": column '", name, "' cannot be dropped, ", needed);
  }
  return table.columns.empty() ? Status(Fault::Invalid("table ", table.name, ": its last column cannot be dropped; DROP TABLE")) : Status();
}

Status RenameColumn(Table& table, const std::string& from, const std::string& to) {
  auto column = Find(table, from);
  if (column == table.columns.end()) return NoColumn(table, from);
  if (Find(table, to) != table.columns.end()) return Fault::AlreadyExists("table ", table.name, " has a column '", to, "' already");
  std::string computed = ComputedFrom(table, from);
  if (!computed.empty()) return Fault::Invalid("table ", table.name, ": column '", from, "' cannot be renamed, ", computed, "; MODIFY that first");
  column->name = to;
  for (auto* list : {&table.primary_key, &table.partitioned_by, table.distribution ? &table.distribution->columns : nullptr}) {
    if (list != nullptr) std::replace(list->begin(), list->end(), from, to);
  }
  return {};
}

}  // namespace

Status AlterSchema(Table& table, const sql::Alter& alter) {
  Status altered = alter.action == "RENAME COLUMN" ? RenameColumn(table, alter.names[0], alter.names[1]) : alter.action == "DROP" ? DropParts(table, alter) : AddOrModify(table, alter);
  return altered.ok() ? altered : Status(Fault(altered.fault().code(), altered.fault().blame(), altered.fault().retry(), sql::At(alter.position) + altered.fault().message()));
}

}  // namespace freshet::stream
