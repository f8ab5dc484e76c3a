#pragma once

#include <functional>
#include <vector>

#include "data/arrow_ipc/body.h"
#include "data/arrow_ipc/fit.h"

namespace freshet::arrow_ipc {

inline constexpr int kElementsMax = 1 << 24;  // of the lists of one batch, or values of a dictionary

// Which rows are there; no words: all.
struct Bits {
  const uint64_t* words = nullptr;
  Pin pin;
};

// Makes columns of one batch of arrays. Where memory has the same layout a column is a view of what was read; else its values are converted. Borrows all that it is given; used by one thread.
class ColumnReader {
 public:
  // The values of a column's dictionary.
  using Dictionaries = std::function<Result<data::ColumnPtr>(const Fit& fit)>;

  // `fields` stand side by side, the first with array number `first_array`. `as_values`: it is a dictionary's batch, whose one field stands for its values.
  static Result<ColumnReader> Open(data::ByteInput& in, const BatchPlan& plan, std::span<const Field> fields, int first_array, bool as_values, Dictionaries dictionaries);

  // Rows `from` and behind. Where a row of `parent` is NULL the column's is NULL, too.
  Result<data::ColumnPtr> Read(const Fit& fit, int64_t from, int count, const Bits& parent = {});
  // Those of a dictionary's batch.
  Result<data::ColumnPtr> ReadValues(const Fit& fit, int64_t from, int count, const Bits& parent = {});

 private:
  struct Place {
    ArrayPlace array;
    size_t buffer = 0;        // its first
    int64_t view_buffers = 0;
  };
  using ColumnRef = std::shared_ptr<data::Column>;

  ColumnReader(data::ByteInput& in, const BatchPlan& plan, int first_array, Dictionaries dictionaries) : plan_(plan), body_(in, plan), first_array_(first_array), dictionaries_(std::move(dictionaries)) {}
  Status AddPlaces(const Field& field, bool as_values, size_t& buffer, size_t& views);
  const Place& PlaceOf(const Fit& fit) const { return places_[static_cast<size_t>(fit.array - first_array_)]; }
  Result<Bits> ReadBits(const Fit& fit, const Place& place, int64_t from, int count, const Bits& parent);
  ColumnRef Begin(const Fit& fit, int count, const Bits& bits) const;

  Result<data::ColumnPtr> ReadDictionary(const Fit& fit, int64_t from, int count, const Bits& bits);
  Status ReadPlain(const Fit& fit, const Place& place, int64_t from, data::Column& out);
  Status ReadBooleans(const Place& place, int64_t from, data::Column& out);
  Status ReadConverted(const Fit& fit, const Place& place, int64_t from, data::Column& out);
  Status ReadDecimals(const Fit& fit, const Place& place, int64_t from, data::Column& out);
  Status ReadTexts(const Fit& fit, const Place& place, int64_t from, data::Column& out);
  Status ReadViews(const Fit& fit, const Place& place, int64_t from, data::Column& out);
  Status ReadElements(const Fit& fit, const Place& place, int64_t from, data::Column& out);
  struct Ranges {
    std::vector<int32_t> ends;   // count + 1, from 0 on
    int64_t begin = 0;           // of what they count
  };
  Result<Ranges> ReadRanges(const Field& field, size_t buffer, int64_t from, int count);

  const BatchPlan& plan_;
  Body body_;
  const int first_array_;
  Dictionaries dictionaries_;
  std::vector<Place> places_;   // by array
};

}  // namespace freshet::arrow_ipc
