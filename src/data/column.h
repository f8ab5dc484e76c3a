#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "data/type.h"

// Columns of values, never changed once built. Strings are 16-byte views of (buffer number, offset), so they
// stay right when the buffers move to disk or to another process.

namespace freshet::data {

inline constexpr int kMaxBatchRows = 8192;
inline constexpr size_t kMaxStringBuffers = 16;

// A Slab is one piece of memory: 64-byte aligned, with 64 readable spare bytes behind for SIMD. Whoever holds
// a Pin keeps it alive; it is written only by the one who made it, before it is shared.
class Slab {
 public:
  static std::shared_ptr<Slab> Make(size_t bytes);
  ~Slab();
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;

  char* data() { return data_; }
  const char* data() const { return data_; }
  size_t size() const { return size_; }
  static constexpr size_t kSpareBytes = 64;

 private:
  Slab(char* data, size_t size) : data_(data), size_(size) {}
  char* data_;
  size_t size_;
};
using Pin = std::shared_ptr<const Slab>;

// Arrow's string view: up to 12 bytes inline, else a 4-byte prefix and a place in a buffer of the column.
struct StringRef {
  static constexpr uint32_t kInlineMax = 12;
  uint32_t length = 0;
  char prefix[4] = {0, 0, 0, 0};
  uint32_t buffer = 0;
  uint32_t offset = 0;

  static StringRef Inline(std::string_view text) {
    StringRef ref;
    ref.length = static_cast<uint32_t>(text.size());
    if (!text.empty()) std::memcpy(ref.prefix, text.data(), text.size());  // an empty view may have no data at all
    return ref;
  }
  static StringRef Far(std::string_view text, uint32_t buffer, uint32_t offset) {
    StringRef ref{static_cast<uint32_t>(text.size()), {0, 0, 0, 0}, buffer, offset};
    std::memcpy(ref.prefix, text.data(), 4);
    return ref;
  }
  bool is_inline() const { return length <= kInlineMax; }
  const char* inline_data() const { return prefix; }
};
static_assert(sizeof(StringRef) == 16);

enum class Encoding : uint8_t { kFlat, kConstant, kDictionary };

struct Column;
using ColumnPtr = std::shared_ptr<const Column>;

// One column of `length` rows. Row r's value lies at base row r (Flat), 0 (Constant) or indices[r]
// (Dictionary); validity, values and children are numbered by base rows. Where a ROW is NULL its children are
// NULL too, so a field is read without looking at its parent. ARRAY and MAP keep base_rows + 1 int32 offsets
// in `values` and their elements in children. Shared and immutable: treat as const after the builder.
struct Column {
  Type type;
  Encoding encoding = Encoding::kFlat;
  int length = 0;
  int base_rows = 0;
  const uint64_t* validity = nullptr;  // bit 1 = value there; absent = no NULL
  const void* values = nullptr;
  const uint16_t* indices = nullptr;
  std::vector<std::string_view> buffers;  // of strings, at most kMaxStringBuffers
  std::vector<ColumnPtr> children;        // fields of ROW; element of ARRAY; key and value of MAP, MULTISET
  std::vector<Pin> pins;

  Column();
  Column(const Column& other);
  Column(Column&& other) noexcept;
  Column& operator=(const Column& other);
  Column& operator=(Column&& other) noexcept;
  ~Column();

  int Base(int row) const {
    if (encoding == Encoding::kFlat) return row;
    return encoding == Encoding::kConstant ? 0 : indices[row];
  }
  bool IsNull(int row) const { return validity != nullptr && !BitAt(validity, Base(row)); }
  template <typename T>
  T Value(int row) const { return static_cast<const T*>(values)[Base(row)]; }
  std::string_view String(int row) const { return Resolve(static_cast<const StringRef*>(values)[Base(row)]); }
  std::string_view Resolve(const StringRef& ref) const {
    if (ref.is_inline()) return {ref.inline_data(), ref.length};
    return buffers[ref.buffer].substr(ref.offset, ref.length);
  }
  // ARRAY and MAP: first and one-past-last element of a row.
  std::pair<int, int> Range(int row) const {
    auto* offsets = static_cast<const int32_t*>(values);
    int base = Base(row);
    return {offsets[base], offsets[base + 1]};
  }
  int64_t IntAt(int row) const;        // any integer-backed column up to 64 bits, widened
  Int128 DecimalAt(int row) const;     // the unscaled value of an integer or DECIMAL column
  int64_t pinned_bytes() const;

  static bool BitAt(const uint64_t* bits, int i) { return (bits[i >> 6] >> (i & 63)) & 1; }
};

// Random access by row for kernels, the same for all three encodings. Borrows the column. A string column is
// a Reader<std::string_view>.
template <typename T>
class Reader {
 public:
  explicit Reader(const Column& column)
      : values_(static_cast<const T*>(column.values)), validity_(column.validity), indices_(column.indices),
        mask_(column.encoding == Encoding::kConstant ? 0 : ~uint32_t{0}) {}
  bool has_nulls() const { return validity_ != nullptr; }
  bool plain() const { return indices_ == nullptr && mask_ != 0; }
  const T* values() const { return values_; }
  // In place, always: a call for each value costs more than the value.
  [[gnu::always_inline]] uint32_t At(uint32_t row) const { return indices_ != nullptr ? indices_[row] : (row & mask_); }
  [[gnu::always_inline]] bool valid(uint32_t row) const { return validity_ == nullptr || Column::BitAt(validity_, static_cast<int>(At(row))); }
  [[gnu::always_inline]] T operator[](uint32_t row) const { return values_[At(row)]; }

 private:
  const T* values_;
  const uint64_t* validity_;
  const uint16_t* indices_;
  uint32_t mask_;
};

template <>
class Reader<std::string_view> {
 public:
  explicit Reader(const Column& column) : refs_(column), buffers_(column.buffers.data()) {}
  bool has_nulls() const { return refs_.has_nulls(); }
  uint32_t At(uint32_t row) const { return refs_.At(row); }
  bool valid(uint32_t row) const { return refs_.valid(row); }
  std::string_view operator[](uint32_t row) const {
    const StringRef& ref = refs_.values()[refs_.At(row)];
    if (ref.is_inline()) return {ref.inline_data(), ref.length};
    return {buffers_[ref.buffer].data() + ref.offset, ref.length};
  }

 private:
  Reader<StringRef> refs_;
  const std::string_view* buffers_;
};

// The rows of a batch that count: all of 0…count-1 when `rows` is absent, else `count` ascending row numbers.
struct Selection {
  const uint16_t* rows = nullptr;
  int count = 0;

  int row(int k) const { return rows != nullptr ? rows[k] : k; }
  template <typename F>
  void ForEach(F&& f) const {
    if (rows == nullptr) {
      for (int i = 0; i < count; ++i) f(static_cast<uint32_t>(i));
    } else {
      for (int k = 0; k < count; ++k) f(static_cast<uint32_t>(rows[k]));
    }
  }
};

// Makes new columns out of old ones without copying values.
ColumnPtr Slice(const ColumnPtr& column, const uint16_t* rows, int count);  // Dictionary over a Flat base
ColumnPtr WithType(const ColumnPtr& column, Type type);                     // same physical type, another label
ColumnPtr WithNulls(const ColumnPtr& column, const uint64_t* validity, Pin pin, int length);
ColumnPtr Repeat(const ColumnPtr& column, int row, int length);             // a Constant of one row
ColumnPtr NullColumn(Type type, int length);

// Copies the selected rows into a new Flat column that pins nothing of the old one.
ColumnPtr Gather(const Column& column, Selection selection);

}  // namespace freshet::data
