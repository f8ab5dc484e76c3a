#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace freshet::arrow_ipc {

// Writes one FlatBuffers message from its root on: a table first, then what it points at.
class FlatWriter {
 public:
  // A field of a table; `bytes` is its width, or kPointer where an offset will stand.
  struct Slot {
    int number;
    int bytes;
    int64_t value = 0;
  };
  static constexpr int kPointer = -1;

  FlatWriter() : out_(4, '\0') {}

  // A table that the pointer at `from` leads to (0: the root). Gives its place.
  size_t Table(size_t from, std::initializer_list<Slot> slots);
  // Where a table's pointer stands.
  size_t Pointer(size_t table, int number) const;
  // Lists that a pointer leads to; elements are appended behind, by the calls below.
  void BeginList(size_t from, size_t size);
  void Append(int64_t value);                  // an element of 8 bytes
  size_t AppendPointer();                      // an element that is a table; gives its place
  void Text(size_t from, std::string_view text);

  const std::string& bytes() const { return out_; }

 private:
  void Pad(size_t modulo_8);
  void PointHere(size_t from);

  std::string out_;
};

}  // namespace freshet::arrow_ipc
