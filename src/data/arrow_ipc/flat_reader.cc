#include "data/arrow_ipc/flat_reader.h"

namespace freshet::arrow_ipc {
namespace {

constexpr size_t kOffsetBytes = 4;

}  // namespace

FlatTable FlatTable::Root(std::string_view message, bool& ok) {
  ok = true;
  FlatTable nothing(message, 0, ok);
  return FlatTable(message, nothing.Follow(0), ok);
}

FlatTable::FlatTable(std::string_view message, size_t at, bool& ok) : message_(message), ok_(&ok) {
  if (at == 0 || !Has(at, kOffsetBytes)) return;
  int64_t fields_at = static_cast<int64_t>(at) - LoadInt<int32_t>(Order::kLittle, message.data() + at);
  if (fields_at < 0 || !Has(static_cast<size_t>(fields_at), kOffsetBytes)) {
    ok = false;
    return;
  }
  fields_at_ = static_cast<size_t>(fields_at);
  fields_bytes_ = LoadInt<uint16_t>(Order::kLittle, message.data() + fields_at_);
  if (fields_bytes_ < kOffsetBytes || !Has(fields_at_, fields_bytes_)) {
    ok = false;
    return;
  }
  at_ = at;
}

bool FlatTable::Has(size_t at, size_t bytes) const {
  bool inside = at <= message_.size() && message_.size() - at >= bytes;
  if (!inside) *ok_ = false;
  return inside;
}

size_t FlatTable::Place(int slot, size_t bytes) const {
  size_t entry = kOffsetBytes + static_cast<size_t>(slot) * 2;
  if (at_ == 0 || entry + 2 > fields_bytes_) return 0;
  size_t offset = LoadInt<uint16_t>(Order::kLittle, message_.data() + fields_at_ + entry);
  return offset != 0 && Has(at_ + offset, bytes) ? at_ + offset : 0;
}

size_t FlatTable::Follow(size_t place) const {
  if (!Has(place, kOffsetBytes)) return 0;
  size_t to = place + LoadInt<uint32_t>(Order::kLittle, message_.data() + place);
  return Has(to, kOffsetBytes) ? to : 0;
}

FlatTable FlatTable::Child(int slot) const {
  size_t place = Place(slot, kOffsetBytes);
  return FlatTable(message_, place == 0 ? 0 : Follow(place), *ok_);
}

std::string_view FlatTable::Text(int slot) const {
  FlatList bytes = List(slot, 1);
  return bytes.size() == 0 ? std::string_view() : message_.substr(bytes.at_, bytes.size());
}

FlatList FlatTable::List(int slot, size_t width) const {
  size_t place = Place(slot, kOffsetBytes), at = place == 0 ? 0 : Follow(place);
  if (at == 0) return FlatList(*this, 0, 0, width);
  size_t size = LoadInt<uint32_t>(Order::kLittle, message_.data() + at);
  if (!Has(at + kOffsetBytes, size * width)) return FlatList(*this, 0, 0, width);
  return FlatList(*this, at + kOffsetBytes, size, width);
}

FlatTable FlatList::Table(size_t i) const { return FlatTable(table_.message_, table_.Follow(at_ + i * width_), *table_.ok_); }

}  // namespace freshet::arrow_ipc
