#pragma once

#include <string>

#include "engines/stream/plan/node.h"

namespace freshet::stream {

// The statement that declares what is declared, in Flink's layout: SHOW CREATE TABLE, VIEW, MODEL and CATALOG. Expressions stand as their author wrote them, passwords as stars.
std::string CreateText(const Table& table);
std::string CreateText(const sql::CreateView& view, const TableId& name, const Node& bound);
std::string CreateText(const Model& model);
std::string CreateText(const std::string& catalog, const NamespaceProperties& properties);
// DESCRIBE CATALOG and DATABASE: its name, its comment if it has one, and its options if these are asked for.
std::string DescribeText(const std::string& name, const NamespaceProperties& properties, bool options);
// DESCRIBE MODEL: a line for each column, and which side it is of.
std::string DescribeText(const Model& model);

}  // namespace freshet::stream
