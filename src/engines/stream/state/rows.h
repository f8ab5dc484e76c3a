#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "engines/stream/state/keys.h"

// Whole rows as bytes of their own, for operators that keep rows; and bytes that sort as values do.

namespace freshet::stream {

// All columns of one row, as AppendKey writes them.
std::string RowBytes(const data::Batch& batch, int row);
void AppendRow(std::string& out, const data::Batch& batch, int row);
// Appends such a row to the builder's columns from `first` on, without ending the row.
void ReadRow(std::string_view bytes, data::BatchBuilder& out, int first, int count);

// How a row is placed by one ORDER BY key. NULL is the smallest value unless something else was said.
struct SortOrder {
  bool descending = false;
  bool nulls_first = true;
};
// Writes one value so that comparing bytes compares values; keys written one after another sort as a list of keys.
void AppendSortKey(std::string& out, const data::Column& column, int row, SortOrder order);

// Places for the rows that wait by time and arrival, while a snapshot is loaded: two shards may have given the same number to rows of different
// keys. Rows of one key, taken in order, stay in order.
class ArrivalPlaces {
 public:
  // The first free place at or behind a row's own; it is free no more.
  uint64_t Take(int64_t time, uint64_t arrival);

 private:
  // Of each place that is taken, one further on to look at; a look shortens the way it came (path halving: Tarjan and van Leeuwen, "Worst-case
  // Analysis of Set Union Algorithms", 1984).
  std::map<std::pair<int64_t, uint64_t>, uint64_t> further_;
};

// Length and bytes, for snapshots.
void WriteBytes(ByteWriter& out, std::string_view bytes);
std::string_view ReadBytes(ByteReader& in);

}  // namespace freshet::stream
