#include "engines/stream/state/keys.h"

#include <algorithm>

#include "base/bytes.h"

namespace freshet::stream {
namespace {

constexpr uint64_t kSeed = 0x9E3779B97F4A7C15ULL;
constexpr uint64_t kPrime = 0xD6E8FEB86659FD93ULL;
constexpr size_t kFirstSlots = 16;

uint64_t Mix(uint64_t a, uint64_t b) {
  auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

template <typename T>
void AppendFixed(std::string& out, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out.append(bytes, sizeof(T));
}

// What is cut short is NULL, and so is all behind it: bytes of a disk may be anything.
void EndShort(data::ColumnBuilder& builder, std::string_view* bytes) {
  *bytes = {};
  builder.AppendNull();
}

template <typename T>
void TakeFixed(data::ColumnBuilder& builder, std::string_view* bytes) {
  T value;
  if (bytes->size() < sizeof(T)) [[unlikely]] return EndShort(builder, bytes);
  std::memcpy(&value, bytes->data(), sizeof(T));
  bytes->remove_prefix(sizeof(T));
  builder.Append(value);
}

// Of a text its bytes, of a list its elements, of which each has one at least: no more than there are bytes.
uint32_t TakeLength(std::string_view* bytes) {
  uint32_t length;
  if (bytes->size() < sizeof(length)) [[unlikely]] {
    *bytes = {};
    return 0;
  }
  std::memcpy(&length, bytes->data(), sizeof(length));
  bytes->remove_prefix(sizeof(length));
  return static_cast<uint32_t>(std::min<size_t>(length, bytes->size()));
}

}  // namespace

uint64_t HashBytes(std::string_view bytes) {
  uint64_t hash = kSeed ^ bytes.size();
  size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) hash = Mix(hash ^ LoadInt<uint64_t>(Order::kLittle, bytes.data() + at), kPrime);
  uint64_t tail = 0;
  size_t rest = bytes.size() - at;
  if (rest > 0 && bytes.size() >= 8) tail = LoadInt<uint64_t>(Order::kLittle, bytes.data() + bytes.size() - 8) >> (8 * (8 - rest));
  else for (size_t k = 0; k < rest; ++k) tail |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[at + k])) << (8 * k);
  return Mix(Mix(hash ^ tail, kPrime), kSeed);
}

uint64_t HashBytesBy(uint64_t secret, std::string_view bytes) {
  uint64_t factor = Mix(secret, kPrime) | 1;  // neither is known, so neither is a word that makes them nothing
  uint64_t hash = secret ^ bytes.size();
  size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) hash = Mix(hash ^ LoadInt<uint64_t>(Order::kLittle, bytes.data() + at), factor) + factor;
  uint64_t tail = 0;
  if (at < bytes.size()) std::memcpy(&tail, bytes.data() + at, bytes.size() - at);
  return Mix(Mix(hash ^ tail, factor) + factor, kSeed);
}

uint64_t SecretOf(const void* place) { return Mix(reinterpret_cast<uintptr_t>(place) ^ kSeed, kPrime ^ reinterpret_cast<uintptr_t>(&place)) | 1; }

void AppendKey(std::string& out, const data::Column& column, int row) {
  if (column.IsNull(row)) {
    out += '\1';
    return;
  }
  out += '\0';
  switch (column.type.physical()) {
    case data::Physical::kInt8: return AppendFixed(out, column.Value<int8_t>(row));
    case data::Physical::kInt16: return AppendFixed(out, column.Value<int16_t>(row));
    case data::Physical::kInt32: return AppendFixed(out, column.Value<int32_t>(row));
    case data::Physical::kInt64: return AppendFixed(out, column.Value<int64_t>(row));
    case data::Physical::kInt128: return AppendFixed(out, column.Value<data::Int128>(row));
    case data::Physical::kFloat: return AppendFixed(out, column.Value<float>(row));
    case data::Physical::kDouble: return AppendFixed(out, column.Value<double>(row));
    case data::Physical::kString: {
      std::string_view text = column.String(row);
      AppendFixed(out, static_cast<uint32_t>(text.size()));
      out.append(text);
      return;
    }
    case data::Physical::kNested: break;
  }
  if (column.type.kind() == data::Kind::kRow) {
    for (const auto& child : column.children) AppendKey(out, *child, column.Base(row));
    return;
  }
  auto [begin, end] = column.Range(row);
  AppendFixed(out, static_cast<uint32_t>(end - begin));
  for (int i = begin; i < end; ++i) {
    for (const auto& child : column.children) AppendKey(out, *child, i);
  }
}

void AppendFromKey(data::ColumnBuilder& builder, std::string_view* bytes) {
  if (bytes->empty()) [[unlikely]] return builder.AppendNull();
  bool null = (*bytes)[0] != '\0';
  bytes->remove_prefix(1);
  if (null) return builder.AppendNull();
  switch (builder.type().physical()) {
    case data::Physical::kInt8: return TakeFixed<int8_t>(builder, bytes);
    case data::Physical::kInt16: return TakeFixed<int16_t>(builder, bytes);
    case data::Physical::kInt32: return TakeFixed<int32_t>(builder, bytes);
    case data::Physical::kInt64: return TakeFixed<int64_t>(builder, bytes);
    case data::Physical::kInt128: return TakeFixed<data::Int128>(builder, bytes);
    case data::Physical::kFloat: return TakeFixed<float>(builder, bytes);
    case data::Physical::kDouble: return TakeFixed<double>(builder, bytes);
    case data::Physical::kString: {
      uint32_t length = TakeLength(bytes);
      builder.AppendString(bytes->substr(0, length));
      bytes->remove_prefix(length);
      return;
    }
    case data::Physical::kNested: break;
  }
  auto columns = static_cast<int>(builder.type().fields().size());
  bool row = builder.type().kind() == data::Kind::kRow;
  if (row) {
    for (int c = 0; c < columns; ++c) AppendFromKey(builder.child(c), bytes);
    return builder.AppendRow();
  }
  uint32_t elements = TakeLength(bytes);
  if (builder.type().kind() == data::Kind::kArray) columns = 1;
  for (uint32_t i = 0; i < elements; ++i) {
    for (int c = 0; c < columns; ++c) AppendFromKey(builder.child(c), bytes);
  }
  builder.AppendList();
}

void KeyBatch::Encode(const data::Batch& batch, data::Selection rows, const std::vector<int>& columns) {
  used_ = 0;
  ends_.assign(1, 0);
  hashes_.clear();
  hashes_.reserve(static_cast<size_t>(rows.count));
  ends_.reserve(static_cast<size_t>(rows.count) + 1);
  std::vector<data::Reader<int64_t>> numbers;  // of the columns, where all are 64 bits wide and none is NULL
  for (int c : columns) {
    const data::Column& column = *batch.column(c);
    if (column.type.physical() == data::Physical::kInt64 && column.validity == nullptr) numbers.emplace_back(column);
  }
  bool plain = numbers.size() == columns.size();
  rows.ForEach([&](uint32_t row) {
    if (plain) AppendNumbers(numbers, row);
    for (size_t c = 0; !plain && c < columns.size(); ++c) Append(*batch.column(columns[c]), static_cast<int>(row));
    hashes_.push_back(HashBytes({bytes_.data() + ends_.back(), used_ - ends_.back()}));
    ends_.push_back(static_cast<uint32_t>(used_));
  });
}

void SkipKey(const data::Type& type, std::string_view* bytes) {
  if (bytes->empty()) [[unlikely]] return;
  bool null = (*bytes)[0] != '\0';
  bytes->remove_prefix(1);
  if (null) return;
  if (type.physical() == data::Physical::kString) return bytes->remove_prefix(TakeLength(bytes));
  if (!type.IsNested()) return bytes->remove_prefix(std::min(bytes->size(), static_cast<size_t>(data::PhysicalWidth(type.physical()))));
  bool row = type.kind() == data::Kind::kRow;
  uint32_t elements = row ? 1 : TakeLength(bytes);
  for (uint32_t i = 0; i < elements; ++i) {
    for (const auto& field : type.fields()) SkipKey(field.type, bytes);
  }
}

void KeyBatch::AppendNumbers(const std::vector<data::Reader<int64_t>>& numbers, uint32_t row) {
  char* out = Room(numbers.size() * (1 + sizeof(int64_t)));
  for (const auto& number : numbers) {
    int64_t value = number[row];
    *out++ = '\0';
    std::memcpy(out, &value, sizeof(value));
    out += sizeof(value);
  }
  used_ = static_cast<size_t>(out - bytes_.data());
}

// As AppendKey; what keys mostly are without a string that grows.
void KeyBatch::Append(const data::Column& column, int row) {
  auto physical = column.type.physical();
  bool usual = (physical == data::Physical::kInt64 || physical == data::Physical::kString) && !column.IsNull(row);
  if (!usual) {
    std::string key;
    AppendKey(key, column, row);
    std::memcpy(Room(key.size()), key.data(), key.size());
    used_ += key.size();
    return;
  }
  if (physical == data::Physical::kInt64) {
    char* out = Room(1 + sizeof(int64_t));
    auto value = column.Value<int64_t>(row);
    *out = '\0';
    std::memcpy(out + 1, &value, sizeof(value));
    used_ += 1 + sizeof(value);
    return;
  }
  std::string_view text = column.String(row);
  auto length = static_cast<uint32_t>(text.size());
  char* out = Room(1 + sizeof(length) + text.size());
  *out = '\0';
  std::memcpy(out + 1, &length, sizeof(length));
  if (!text.empty()) std::memcpy(out + 1 + sizeof(length), text.data(), text.size());
  used_ += 1 + sizeof(length) + text.size();
}

uint32_t GroupIndex::FindOrAdd(std::string_view key_bytes, uint64_t hash, bool* added) {
  if (slots_.empty()) Rehash(kFirstSlots);
  size_t mask = slots_.size() - 1, steps = 0;
  uint64_t placed = Placed(key_bytes, hash);
  auto tag = static_cast<uint32_t>(placed >> 32);
  size_t at = placed & mask;
  for (; slots_[at].group != kEmpty; ++steps) {
    uint32_t found = slots_[at].group;
    if (slots_[at].tag == tag && entries_[found].hash == hash && key(found) == key_bytes) {
      Passed(steps);
      *added = false;
      return found;
    }
    at = (at + 1) & mask;
  }
  *added = true;
  Entry entry{hash, keys_.size(), static_cast<uint32_t>(key_bytes.size()), true};
  keys_.append(key_bytes);
  uint32_t group;
  if (!free_.empty()) {
    group = free_.back();
    free_.pop_back();
    entries_[group] = entry;
  } else {
    group = static_cast<uint32_t>(entries_.size());
    entries_.push_back(entry);
  }
  slots_[at] = {tag, group};
  if (++live_ * 10 > slots_.size() * 7) Rehash(slots_.size() * 2);
  Passed(steps);
  return group;
}

uint32_t GroupIndex::Find(std::string_view key_bytes, uint64_t hash) const {
  if (slots_.empty()) return kEmpty;
  size_t mask = slots_.size() - 1, steps = 0;
  uint64_t placed = Placed(key_bytes, hash);
  auto tag = static_cast<uint32_t>(placed >> 32);
  uint32_t found = kEmpty;
  for (size_t at = placed & mask; slots_[at].group != kEmpty; at = (at + 1) & mask, ++steps) {
    uint32_t group = slots_[at].group;
    bool is_it = slots_[at].tag == tag && entries_[group].hash == hash && key(group) == key_bytes;
    if (!is_it) continue;
    found = group;
    break;
  }
  Passed(steps);
  return found;
}

void GroupIndex::Remove(uint32_t group) {
  size_t mask = slots_.size() - 1, steps = 0;
  size_t at = PlacedOf(group) & mask;
  while (slots_[at].group != group) at = (at + 1) & mask;
  size_t hole = at;  // close the gap, so that no search stops early
  for (size_t next = (hole + 1) & mask; slots_[next].group != kEmpty; next = (next + 1) & mask, ++steps) {
    size_t home = PlacedOf(slots_[next].group) & mask;
    bool stays = hole <= next ? (hole < home && home <= next) : (hole < home || home <= next);
    if (stays) continue;
    slots_[hole] = slots_[next];
    hole = next;
  }
  slots_[hole] = Slot{};
  dead_bytes_ += entries_[group].length;
  entries_[group].alive = false;
  entries_[group].length = 0;
  free_.push_back(group);
  --live_;
  Passed(steps);
  if (dead_bytes_ > (1 << 20) && dead_bytes_ > keys_.size() / 2) CompactKeys();
}

void GroupIndex::Rehash(size_t size) const {
  slots_.assign(size, Slot{});
  size_t mask = size - 1;
  for (uint32_t group = 0; group < entries_.size(); ++group) {
    if (!entries_[group].alive) continue;
    uint64_t placed = PlacedOf(group);
    size_t at = placed & mask;
    while (slots_[at].group != kEmpty) at = (at + 1) & mask;
    slots_[at] = {static_cast<uint32_t>(placed >> 32), group};
  }
}

void GroupIndex::Scatter() const {
  secret_ = SecretOf(slots_.data());
  Rehash(slots_.size());
}

size_t GroupIndex::StepsTo(uint32_t group) const {
  size_t mask = slots_.size() - 1, steps = 0;
  for (size_t at = PlacedOf(group) & mask; slots_[at].group != group; at = (at + 1) & mask) ++steps;
  return steps;
}

void GroupIndex::CompactKeys() {
  std::pmr::string fresh(keys_.get_allocator());
  fresh.reserve(keys_.size() - dead_bytes_);
  for (auto& entry : entries_) {
    if (!entry.alive) continue;
    size_t offset = fresh.size();
    fresh.append(keys_, entry.offset, entry.length);
    entry.offset = offset;
  }
  keys_ = std::move(fresh);
  dead_bytes_ = 0;
}

}  // namespace freshet::stream
