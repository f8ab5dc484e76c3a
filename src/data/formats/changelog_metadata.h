#pragma once

#include <string>
#include <vector>

#include "data/formats/format.h"

namespace freshet::formats {

// What records of a changelog format say beside the row, for columns METADATA FROM 'value.KEY': which database's table it is of, and when that changed.
struct SaidBeside {
  std::string_view key;
  data::Type type;            // of the column
  std::string_view field;     // of the record: where it stands
  data::Type raw;             // as which it is read there
  std::string_view property;  // of that, where it is a MAP; empty: the whole
  int64_t unit_ms = 1;        // of a moment
  bool of_root = false;       // of the record itself, where its rest is a payload
};

// Of this format, in the order in which Flink names them; none for one that is no changelog's.
const std::vector<SaidBeside>& SaidBy(std::string_view format);

// Reads records of `format`, whose batches have the `wanted` columns and behind them those of `said`, keys of SaidBy.
Result<std::unique_ptr<Decoder>> OpenChangelogDecoder(const std::string& format, const Options& options, const Schema& record, const Schema& wanted, const std::vector<std::string>& said);

// Columns of what was said from the record's fields as they were read, one row each.
data::ColumnPtr SaidColumn(const SaidBeside& said, const data::ColumnPtr& raw);

}  // namespace freshet::formats
