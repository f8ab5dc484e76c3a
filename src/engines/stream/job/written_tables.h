#pragma once

#include <string>
#include <vector>

#include "data/table_request.h"

namespace freshet::stream {

// A table that an INSERT writes, as its connector is told of it.
struct WrittenTable {
  data::TableRequest request;
  bool columns_known = true;  // not of CREATE TABLE … AS: they are its query's
};

// What a pipeline's file writes by its declarations, without planning a query. Statements that cannot be read are passed over: who starts the file refuses them.
std::vector<WrittenTable> WrittenTables(const std::string& text);

}  // namespace freshet::stream
