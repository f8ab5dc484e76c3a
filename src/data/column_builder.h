#pragma once

#include <string_view>
#include <vector>

#include "data/column.h"
#include "data/value.h"

namespace freshet::data {

// A ColumnBuilder grows one Flat column row by row. Strings are copied in, or, with AddBuffer and AppendRef,
// pointed at. Used by one thread; Finish() leaves it empty and reusable.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(Type type, int expected_rows = 64);
  ColumnBuilder(ColumnBuilder&& other) noexcept;
  ColumnBuilder& operator=(ColumnBuilder&& other) noexcept;
  ~ColumnBuilder();

  const Type& type() const { return type_; }
  int length() const { return length_; }

  void AppendNull();
  template <typename T>
  void Append(T value) {
    Room(sizeof(T));
    reinterpret_cast<T*>(values_->data())[length_++] = value;
  }
  void AppendInt(int64_t value);      // by the width of the physical type
  void AppendDecimal(Int128 value);   // int64 or int128 by precision
  void AppendString(std::string_view text);
  void AppendValue(const Value& value);
  void AppendFrom(const Column& column, int row);  // same physical type

  // Strings that stay where they are: the pin keeps `bytes` alive.
  uint32_t AddBuffer(std::string_view bytes, Pin pin);
  // The number of a buffer that was shared last, adding it when new; -1 when the column has no room for one.
  int ShareBuffer(std::string_view bytes, const Pin& pin) {
    if (shared_ >= 0 && buffers_[static_cast<size_t>(shared_)].data() == bytes.data()) return shared_;
    if (buffers_.size() + 2 > kMaxStringBuffers) return -1;
    return shared_ = static_cast<int>(AddBuffer(bytes, pin));
  }
  void AppendRef(std::string_view text, uint32_t buffer, uint32_t offset) {
    if (text.size() <= StringRef::kInlineMax) return Append(StringRef::Inline(text));
    Append(StringRef::Far(text, buffer, offset));
  }

  // ROW: append to every child, then AppendRow. ARRAY, MAP: append elements to the children, then AppendList.
  ColumnBuilder& child(int i) {
    if (behind_) CatchUp();
    return children_[static_cast<size_t>(i)];
  }
  void AppendRow() { ++length_; }
  void AppendList();

  // Takes back the rows from `rows` on, as after a record that broke in its middle.
  void Truncate(int rows);

  ColumnPtr Finish();

 private:
  void Room(size_t width) {
    if ((static_cast<size_t>(length_) + 1) * width > capacity_) [[unlikely]] Grow(width, 1);
  }
  void Grow(size_t width, int more);
  void MarkNulls(int count);
  void AppendNulls(int count);
  void CatchUp();
  char* ArenaRoom(size_t bytes);
  void FinishArena(Column& column);

  Type type_;
  size_t width_;
  int expected_rows_;
  int length_ = 0;
  size_t capacity_ = 0;  // bytes in values_
  std::shared_ptr<Slab> values_;
  std::vector<uint64_t> validity_;  // as far as the last NULL; all bits of other rows are 1
  std::shared_ptr<Slab> arena_;     // copied strings, as far as arena_used_: buffer number arena_number_
  size_t arena_used_ = 0;
  uint32_t arena_before_ = 0;       // of the column before this one
  bool behind_ = false;             // a ROW's children lack its last rows, which are NULL: they are told when somebody asks for them, of many rows at once
  int arena_number_ = -1;
  int shared_ = -1;                 // buffer that ShareBuffer gave out last
  std::vector<std::string_view> buffers_;
  std::vector<Pin> pins_;
  std::vector<ColumnBuilder> children_;
};

}  // namespace freshet::data
