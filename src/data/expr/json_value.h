#pragma once

#include <string>

#include "base/status.h"
#include "data/column.h"

namespace freshet::expr {

// What JSON_STRING, JSON_OBJECT and their like can write.
bool IsJsonValue(const data::Type& type);
Fault NoJsonValue(std::string_view function, const data::Type& type);

// Appends one value as JSON: members in the order of their keys, bytes as base64, times as ISO 8601.
void AppendJsonValue(std::string& out, const data::Column& column, int row);

}  // namespace freshet::expr
