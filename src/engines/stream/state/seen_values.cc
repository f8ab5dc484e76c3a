#include "engines/stream/state/seen_values.h"

#include <algorithm>

namespace freshet::stream {
namespace {

size_t NumberWidth(const data::Type& type) {
  switch (type.physical()) {
    case data::Physical::kInt8:
    case data::Physical::kInt16:
    case data::Physical::kInt32:
    case data::Physical::kInt64: return data::PhysicalWidth(type.physical());
    default: return 0;
  }
}

// A number of that width out of its bytes.
int64_t Number(std::string_view bytes) {
  switch (bytes.size()) {
    case 1: return static_cast<int8_t>(bytes[0]);
    case 2: return LoadInt<int16_t>(Order::kLittle, bytes.data());
    case 4: return LoadInt<int32_t>(Order::kLittle, bytes.data());
    default: return LoadInt<int64_t>(Order::kLittle, bytes.data());
  }
}

uint64_t HashNumber(int64_t value, uint64_t secret) {
  if (secret != 0) return HashBytesBy(secret, {reinterpret_cast<const char*>(&value), sizeof(value)});
  uint64_t hash = static_cast<uint64_t>(value) * 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 32);
}

}  // namespace

SeenValues::SeenValues(const data::Type& type, bool in_order, std::pmr::memory_resource* memory)
    : width_(in_order ? 0 : NumberWidth(type)), in_order_(in_order), slots_(memory), index_(memory), calls_(memory) {}

uint32_t SeenValues::Add(const data::Column& column, int row, uint32_t calls) {
  if (column.IsNull(row) && !in_order_) return Mark(nulls_, calls);
  if (width_ > 0) return AddNumber(column.IntAt(row), calls);
  std::string key;
  AppendKey(key, column, row);
  return AddKey(key, calls);
}

uint32_t SeenValues::AddKey(std::string_view key, uint32_t calls) {
  if (key[0] != '\0' && !in_order_) return Mark(nulls_, calls);
  if (width_ > 0) return AddNumber(Number(key.substr(1, width_)), calls);
  bool added = false;
  uint32_t group = index_.FindOrAdd(key, HashBytes(key), &added);
  if (added) calls_.push_back(0);
  return Mark(calls_[group], calls);
}

size_t SeenValues::HomeOf(int64_t value) const { return HashNumber(value, secret_) & (slots_.size() - 1); }

uint32_t SeenValues::AddNumber(int64_t value, uint32_t calls) {
  if ((used_ + 1) * 4 > slots_.size() * 3) Place(slots_.empty() ? 4 : slots_.size() * 2);
  size_t mask = slots_.size() - 1, at = HomeOf(value), steps = 0;
  for (; slots_[at].calls != 0 && slots_[at].value != value; ++steps) at = (at + 1) & mask;
  if (slots_[at].calls == 0) {
    slots_[at].value = value;
    ++used_;
  }
  uint32_t fresh = Mark(slots_[at].calls, calls);
  if (steps <= kStepsMax || secret_ != 0) return fresh;
  secret_ = SecretOf(slots_.data());
  Place(slots_.size());
  return fresh;
}

// All numbers, anew.
void SeenValues::Place(size_t slots) {
  std::pmr::vector<Slot> old = std::move(slots_);
  slots_.assign(slots, Slot{});
  for (const auto& slot : old) {
    if (slot.calls == 0) continue;
    size_t at = HomeOf(slot.value);
    while (slots_[at].calls != 0) at = (at + 1) & (slots - 1);
    slots_[at] = slot;
  }
}

size_t SeenValues::MostSteps() const {
  size_t most = 0;
  for (size_t at = 0; at < slots_.size(); ++at) {
    if (slots_[at].calls != 0) most = std::max(most, (at - HomeOf(slots_[at].value)) & (slots_.size() - 1));
  }
  return most;
}

}  // namespace freshet::stream
