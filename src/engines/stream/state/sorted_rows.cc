#include "engines/stream/state/sorted_rows.h"

#include <algorithm>

#include "base/bytes.h"

namespace freshet::stream {
namespace {

constexpr size_t kRunMax = 64;
constexpr size_t kLength = sizeof(uint32_t);  // of the key, behind the row

uint32_t KeyLength(std::string_view kept) { return LoadInt<uint32_t>(Order::kLittle, kept.data() + kept.size() - kLength); }

}  // namespace

// In the arena a row is followed by its key and the key's length.
std::string_view SortedRows::RowOf(std::string_view kept) { return kept.substr(0, kept.size() - kLength - KeyLength(kept)); }

std::string_view SortedRows::KeyOf(std::string_view kept) {
  uint32_t length = KeyLength(kept);
  return kept.substr(kept.size() - kLength - length, length);
}

SortedRows::Head SortedRows::HeadOf(std::string_view key) {
  char bytes[sizeof(Head)] = {};
  key.copy(bytes, sizeof(bytes));  // none of an empty one, whose place may be none
  return {LoadInt<uint64_t>(Order::kBig, bytes), LoadInt<uint64_t>(Order::kBig, bytes + sizeof(uint64_t))};
}

bool SortedRows::IsBefore(const Place& place, const Head& head, std::string_view key, const RowArena& arena) {
  if (place.head != head) return place.head < head;
  return KeyOf(arena.At(place.row)) < key;
}

SortedRows::At SortedRows::Find(std::string_view key, const RowArena& arena) const {
  Head head = HeadOf(key);
  auto before = [&](const Place& place) { return IsBefore(place, head, key, arena); };
  auto run = std::partition_point(runs_.begin(), runs_.end(), [&](const Run& one) { return before(one.back()); });
  if (run == runs_.end() && run != runs_.begin()) --run;
  if (run == runs_.end()) return {};
  auto place = std::partition_point(run->begin(), run->end(), before);
  return {static_cast<size_t>(run - runs_.begin()), static_cast<size_t>(place - run->begin())};
}

void SortedRows::Add(std::string_view key, std::string_view row, RowArena& arena) {
  char room[256];
  std::pmr::monotonic_buffer_resource memory(room, sizeof(room));
  std::pmr::string behind(&memory);
  behind.resize(key.size() + kLength);
  key.copy(behind.data(), key.size());
  StoreInt(Order::kLittle, behind.data() + key.size(), static_cast<uint32_t>(key.size()));
  Place place{HeadOf(key), {}};
  At at = Find(key, arena);
  place.row = arena.Add({row, behind});
  ++size_;
  if (runs_.empty()) runs_.emplace_back();
  Run* run = &runs_[at.run];
  if (run->size() == kRunMax) {
    constexpr auto kHalf = static_cast<std::ptrdiff_t>(kRunMax / 2);
    Run upper(run->begin() + kHalf, run->end(), run->get_allocator());
    run->erase(run->begin() + kHalf, run->end());
    runs_.insert(runs_.begin() + static_cast<std::ptrdiff_t>(at.run) + 1, std::move(upper));
    bool in_upper = at.place > kRunMax / 2;
    run = &runs_[at.run + (in_upper ? 1 : 0)];
    if (in_upper) at.place -= kRunMax / 2;
  }
  run->insert(run->begin() + static_cast<std::ptrdiff_t>(at.place), place);
}

bool SortedRows::IsBehindAll(std::string_view key, const RowArena& arena) const { return runs_.empty() || IsBefore(runs_.back().back(), HeadOf(key), key, arena); }

SortedRows::Row SortedRows::TakeLast() {
  Row row = runs_.back().back().row;
  Erase({runs_.size() - 1, runs_.back().size() - 1});
  return row;
}

std::optional<SortedRows::Row> SortedRows::Take(std::string_view row, std::string_view from, std::string_view to, const RowArena& arena) {
  At at = Find(from, arena);
  for (; at.run < runs_.size(); at = {at.run + 1, 0}) {
    for (; at.place < runs_[at.run].size(); ++at.place) {
      Row found = runs_[at.run][at.place].row;
      std::string_view kept = arena.At(found);
      if (KeyOf(kept) > to) return std::nullopt;
      if (RowOf(kept) != row) continue;
      Erase(at);
      return found;
    }
  }
  return std::nullopt;
}

void SortedRows::Erase(At at) {
  Run& run = runs_[at.run];
  run.erase(run.begin() + static_cast<std::ptrdiff_t>(at.place));
  if (run.empty()) runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(at.run));
  --size_;
}

void SortedRows::Clear() {
  runs_.clear();
  size_ = 0;
}

}  // namespace freshet::stream
