#pragma once

#include "engines/stream/plan/node.h"
#include "wire/flink_sql/ast.h"

namespace freshet::stream {

// What CREATE TABLE (…) … AS `query` declares. Columns that it has beside the query's stand in front, in their order; one that it types and the query has too stays in the query's place, of the
// type that is said. A list of nothing but names is the query's columns in another order, all of them. Invalid when a computed or metadata column has the name of a column of the query.
Result<wire::flink_sql::CreateTable> WithColumnsOf(const Node& query, const wire::flink_sql::CreateTable& create);

}  // namespace freshet::stream
