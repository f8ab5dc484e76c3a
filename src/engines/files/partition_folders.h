#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/batch.h"
#include "data/schema.h"

// Folders of partitions, as Hive and Flink name them: "dt=2026-11-23/hm=10%3A00".

namespace freshet::files {

std::string EscapeFolder(std::string_view text);
// Takes any text: a % without two hexadecimal digits behind it stands for itself.
std::string UnescapeFolder(std::string_view text);

// Types of columns that a folder's name can hold.
Status CheckPartitionColumn(const data::Field& column);

// "k=v" of one row; NULL and the empty string are called `nothing`.
std::string FolderOf(const data::Field& column, const data::Column& values, int row, const std::string& nothing);

// Whether two rows have the same value, to the bit, and so one folder.
bool HaveSameFolder(const data::Column& values, int a, int b);

// The values that the folders between `path` and the file's name give to the columns, one constant each.
Result<std::vector<data::ColumnPtr>> PartitionValues(std::string_view path, std::string_view file, const std::vector<data::Field>& columns, const std::string& nothing);

}  // namespace freshet::files
