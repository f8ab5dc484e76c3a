#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

// Reading of FlatBuffers, in which Arrow writes its metadata: a table's fields are found through a list of places in front of it, what is not written is its default.

namespace freshet::arrow_ipc {

class FlatList;

// One table of a message; borrows the message. After the first place that lies outside it stays failed, and everything is its default.
class FlatTable {
 public:
  // The root of a message. `ok` outlives the table and all that is found through it.
  static FlatTable Root(std::string_view message, bool& ok);

  bool present() const { return at_ != 0; }
  template <typename Int>
  Int Get(int slot, Int otherwise) const {
    size_t place = Place(slot, sizeof(Int));
    return place == 0 ? otherwise : LoadInt<Int>(Order::kLittle, message_.data() + place);
  }
  bool Flag(int slot, bool otherwise) const { return Get<uint8_t>(slot, otherwise ? 1 : 0) != 0; }
  FlatTable Child(int slot) const;
  std::string_view Text(int slot) const;
  FlatList List(int slot, size_t width) const;  // `width` bytes an element

 private:
  friend class FlatList;
  FlatTable(std::string_view message, size_t at, bool& ok);
  size_t Place(int slot, size_t bytes) const;  // 0: not written
  size_t Follow(size_t place) const;           // the place that an offset at `place` points at; 0: outside
  bool Has(size_t at, size_t bytes) const;

  std::string_view message_;
  size_t at_ = 0;
  size_t fields_at_ = 0;
  size_t fields_bytes_ = 0;
  bool* ok_;
};

// Elements of one width, behind each other.
class FlatList {
 public:
  size_t size() const { return size_; }
  template <typename Int>
  Int Get(size_t i, size_t offset) const { return LoadInt<Int>(Order::kLittle, table_.message_.data() + at_ + i * width_ + offset); }
  FlatTable Table(size_t i) const;  // of a list of tables

 private:
  friend class FlatTable;
  FlatList(FlatTable table, size_t at, size_t size, size_t width) : table_(table), at_(at), size_(size), width_(width) {}

  FlatTable table_;
  size_t at_;
  size_t size_;
  size_t width_;
};

}  // namespace freshet::arrow_ipc
