#include "engines/stream/state/kept_rows.h"

#include <algorithm>
#include <cstring>

#include "engines/stream/state/keys.h"

namespace freshet::stream {
namespace {

std::vector<data::Type> WantedOf(const std::vector<data::Type>& types, const std::vector<bool>& wanted) {
  std::vector<data::Type> out;
  for (size_t c = 0; c < types.size(); ++c) {
    if (wanted[c]) out.push_back(types[c]);
  }
  return out;
}

}  // namespace

KeptRows::KeptRows(const std::vector<data::Type>& types, std::vector<bool> wanted) : types_(types), wanted_(std::move(wanted)), rows_(WantedOf(types_, wanted_)), slots_(kFirstSlots) {
  for (size_t c = 0; c < types_.size(); ++c) {
    if (!wanted_[c]) continue;
    last_ = c + 1;
    texts_ = texts_ || types_[c].physical() == data::Physical::kString;
  }
}

uint16_t KeptRows::NumberOf(RowArena::Ref place, const RowArena::Bytes& bytes) {
  uint64_t key = uint64_t{place.piece} << 32 | place.offset;
  Slot& slot = SlotOf(key);
  if (slot.turn == turn_) return slot.number;
  auto number = static_cast<uint16_t>(count());
  slot = {key, turn_, number};
  Read(bytes);
  if (static_cast<size_t>(count()) * 2 > slots_.size()) Widen();
  return number;
}

KeptRows::Slot& KeptRows::SlotOf(uint64_t place) {
  size_t mask = slots_.size() - 1, at = (place * 0x9E3779B97F4A7C15ULL) >> 40 & mask;
  while (slots_[at].turn == turn_ && slots_[at].place != place) at = (at + 1) & mask;
  return slots_[at];
}

void KeptRows::Widen() {
  std::vector<Slot> narrow = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
  for (const auto& slot : narrow) {
    if (slot.turn == turn_) SlotOf(slot.place) = slot;
  }
}

void KeptRows::Read(const RowArena::Bytes& bytes) {
  std::string_view rest = texts_ || !bytes.tail.empty() ? Copied(bytes) : bytes.head;
  int column = 0;
  for (size_t c = 0; c < last_; ++c) {
    if (!wanted_[c]) SkipKey(types_[c], &rest);
    else if (types_[c].physical() == data::Physical::kString) ReadText(rows_.column(column++), &rest);
    else AppendFromKey(rows_.column(column++), &rest);
  }
  rows_.EndRow();
}

void KeptRows::ReadText(data::ColumnBuilder& column, std::string_view* rest) {
  int buffer = column.ShareBuffer({chunk_->data(), chunk_->size()}, chunk_);
  uint32_t length;
  bool is_short = rest->size() < 1 + sizeof(length);
  if (is_short || buffer < 0 || rest->front() != '\0') return AppendFromKey(column, rest);
  std::memcpy(&length, rest->data() + 1, sizeof(length));
  rest->remove_prefix(1 + sizeof(length));
  length = static_cast<uint32_t>(std::min<size_t>(length, rest->size()));
  column.AppendRef(rest->substr(0, length), static_cast<uint32_t>(buffer), static_cast<uint32_t>(rest->data() - chunk_->data()));
  rest->remove_prefix(length);
}

std::string_view KeptRows::Copied(const RowArena::Bytes& bytes) {
  if (chunk_ == nullptr || chunk_used_ + bytes.size() > chunk_->size()) {
    auto chunk = data::Slab::Make(std::max(next_chunk_, bytes.size()));
    chunk_bytes_ = chunk->data();
    chunk_ = std::move(chunk);
    chunk_used_ = 0;
    next_chunk_ = std::min(next_chunk_ * 2, kChunkMax);
  }
  char* to = chunk_bytes_ + chunk_used_;
  std::memcpy(to, bytes.head.data(), bytes.head.size());
  if (!bytes.tail.empty()) std::memcpy(to + bytes.head.size(), bytes.tail.data(), bytes.tail.size());
  chunk_used_ += bytes.size();
  return {to, bytes.size()};
}

uint16_t KeptRows::AddNulls() {
  auto number = static_cast<uint16_t>(count());
  for (int c = 0; c < rows_.column_count(); ++c) rows_.column(c).AppendNull();
  rows_.EndRow();
  return number;
}

std::vector<data::ColumnPtr> KeptRows::Finish() {
  data::Batch made = rows_.Build();
  std::vector<data::ColumnPtr> columns(types_.size());
  int column = 0;
  for (size_t c = 0; c < types_.size(); ++c) {
    if (wanted_[c]) columns[c] = made.column(column++);
  }
  BeginAnew();
  return columns;
}

void KeptRows::BeginAnew() {
  next_chunk_ = kFirstChunk;
  chunk_ = nullptr;
  if (++turn_ > 0) return;
  slots_.assign(slots_.size(), Slot());
  turn_ = 1;
}

}  // namespace freshet::stream
