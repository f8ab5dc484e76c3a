#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "data/column_builder.h"

// Single values as the text formats (json strings, csv fields) write them, shared by their readers and writers.

namespace freshet::formats {

// How timestamps are written: "2026-11-23 10:00:00.5" or "2026-11-23T10:00:00.5"; LTZ with a Z behind.
enum class TimestampStyle : unsigned char { kSql, kIso8601 };

// Appends the value that `text` spells for the builder's type; false when it spells none. Not for nested types.
bool AppendParsed(data::ColumnBuilder& builder, std::string_view text, TimestampStyle style);

// The text of a date or time value.
void AppendTemporal(std::string& out, const data::Column& column, int row, TimestampStyle style);

}  // namespace freshet::formats
