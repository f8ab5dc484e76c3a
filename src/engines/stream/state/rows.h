#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "engines/stream/state/keys.h"

// Whole rows as bytes of their own, for operators that keep rows; and bytes that sort as values do.

namespace freshet::stream {

// All columns of one row, as AppendKey writes them.
std::string RowBytes(const data::Batch& batch, int row);
// Appends such a row to the builder's columns from `first` on, without ending the row.
void ReadRow(std::string_view bytes, data::BatchBuilder& out, int first, int count);

// How a row is placed by one ORDER BY key. NULL is the smallest value unless something else was said.
struct SortOrder {
  bool descending = false;
  bool nulls_first = true;
};
// Writes one value so that comparing bytes compares values; keys written one after another sort as a list of keys.
void AppendSortKey(std::string& out, const data::Column& column, int row, SortOrder order);

// The first free place at or behind a row's own among rows that wait by time and arrival: two shards may have given the same
// number to rows of different keys. Rows of one key, read in order, stay in order.
template <typename Waiting>
uint64_t FreeArrival(const Waiting& waiting, int64_t time, uint64_t arrival) {
  while (waiting.contains({time, arrival})) ++arrival;
  return arrival;
}

// Length and bytes, for snapshots.
void WriteBytes(ByteWriter& out, std::string_view bytes);
std::string_view ReadBytes(ByteReader& in);

}  // namespace freshet::stream
