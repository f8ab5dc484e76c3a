#include "engines/stream/plan/create_as.h"

#include <algorithm>

#include "base/nearest.h"
#include "wire/flink_sql/flink_sql.h"
#include "wire/flink_sql/lexer.h"

// CREATE TABLE … AS.

namespace freshet::stream {

namespace sql = wire::flink_sql;

namespace {

const sql::ColumnSpec* Named(const std::vector<sql::ColumnSpec>& columns, const std::string& name) {
  auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

// (b, a): each of the query's columns once.
Result<std::vector<sql::ColumnSpec>> InOrder(const std::vector<sql::ColumnSpec>& names, const std::vector<sql::ColumnSpec>& of_query) {
  std::vector<sql::ColumnSpec> ordered;
  std::vector<std::string_view> known;
  for (const auto& column : of_query) known.push_back(column.name);
  for (const auto& name : names) {
    const auto* column = Named(of_query, name.name);
    if (column == nullptr) return Fault::NotFound(sql::At(name.position), "the query of AS gives no column '", name.name, "'", DidYouMean(name.name, known), "; give a new column a data type");
    if (Named(ordered, name.name) != nullptr) return Fault::Invalid(sql::At(name.position), "column ", name.name, " is named twice");
    ordered.push_back(*column);
  }
  if (ordered.size() == of_query.size()) return ordered;
  return Fault::Invalid(sql::At(names[0].position), "the list names ", ordered.size(), " of the ", of_query.size(), " columns that the query of AS gives; name all of them");
}

}  // namespace

Result<sql::CreateTable> WithColumnsOf(const Node& query, const sql::CreateTable& create) {
  std::vector<sql::ColumnSpec> of_query;
  for (const auto& column : query.columns) {
    sql::ColumnSpec spec;
    spec.name = column.name;
    ASSIGN_OR_RETURN(spec.type, sql::ParseType(column.type.ToString()));
    of_query.push_back(std::move(spec));
  }
  sql::CreateTable declared = create;
  bool names_only = !create.columns.empty() && create.columns[0].kind == sql::ColumnKind::kPhysical && create.columns[0].type.name.empty();
  if (names_only) {
    ASSIGN_OR_RETURN(declared.columns, InOrder(create.columns, of_query));
    return declared;
  }
  declared.columns.clear();
  for (const auto& column : create.columns) {
    auto same = std::find_if(of_query.begin(), of_query.end(), [&](const auto& other) { return other.name == column.name; });
    if (same == of_query.end()) {
      declared.columns.push_back(column);
      continue;
    }
    if (column.kind != sql::ColumnKind::kPhysical) return Fault::Invalid(sql::At(column.position), "the query of AS gives a column '", column.name, "' already; give the other one another name");
    *same = column;
  }
  declared.columns.insert(declared.columns.end(), of_query.begin(), of_query.end());
  return declared;
}

}  // namespace freshet::stream
