#include "data/arrow_ipc/flat_writer.h"

#include <algorithm>

#include "base/bytes.h"

namespace freshet::arrow_ipc {
namespace {

constexpr int kPointerBytes = 4;

int BytesOf(const FlatWriter::Slot& slot) { return slot.bytes == FlatWriter::kPointer ? kPointerBytes : slot.bytes; }

}  // namespace

void FlatWriter::Pad(size_t modulo_8) {
  while (out_.size() % 8 != modulo_8) out_ += '\0';
}

void FlatWriter::PointHere(size_t from) { StoreInt(Order::kLittle, out_.data() + from, static_cast<uint32_t>(out_.size() - from)); }

// The list of places, then the table: the place of that list, and the fields with the widest first, so that all stand where they may.
size_t FlatWriter::Table(size_t from, std::initializer_list<Slot> slots) {
  int numbers = 0, table_bytes = kPointerBytes;
  for (const Slot& slot : slots) {
    numbers = std::max(numbers, slot.number + 1);
    table_bytes += BytesOf(slot);
  }
  std::string places(static_cast<size_t>(4 + 2 * numbers), '\0');
  StoreInt(Order::kLittle, places.data(), static_cast<uint16_t>(places.size()));
  StoreInt(Order::kLittle, places.data() + 2, static_cast<uint16_t>(table_bytes));
  while ((out_.size() + places.size()) % 8 != 4) out_ += '\0';
  size_t table = out_.size() + places.size(), at = kPointerBytes;
  std::string fields(static_cast<size_t>(table_bytes), '\0');
  StoreInt(Order::kLittle, fields.data(), static_cast<int32_t>(places.size()));
  for (int width : {8, 4, 2, 1}) {
    for (const Slot& slot : slots) {
      if (BytesOf(slot) != width) continue;
      StoreInt(Order::kLittle, places.data() + 4 + 2 * slot.number, static_cast<uint16_t>(at));
      for (int i = 0; i < width; ++i) fields[at + static_cast<size_t>(i)] = static_cast<char>(slot.value >> (8 * i));
      at += static_cast<size_t>(width);
    }
  }
  out_ += places;
  PointHere(from);
  out_ += fields;
  return table;
}

size_t FlatWriter::Pointer(size_t table, int number) const {
  size_t places = table - static_cast<size_t>(LoadInt<int32_t>(Order::kLittle, out_.data() + table));
  return table + LoadInt<uint16_t>(Order::kLittle, out_.data() + places + 4 + 2 * static_cast<size_t>(number));
}

void FlatWriter::BeginList(size_t from, size_t size) {
  Pad(4);
  PointHere(from);
  ByteWriter(out_, Order::kLittle).Write(static_cast<uint32_t>(size));
}

void FlatWriter::Append(int64_t value) { ByteWriter(out_, Order::kLittle).Write(value); }

size_t FlatWriter::AppendPointer() {
  out_.append(kPointerBytes, '\0');
  return out_.size() - kPointerBytes;
}

void FlatWriter::Text(size_t from, std::string_view text) {
  BeginList(from, text.size());
  out_ += text;
  out_ += '\0';
}

}  // namespace freshet::arrow_ipc
