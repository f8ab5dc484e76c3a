#include "engines/kv/key_map.h"

#include "base/fnv.h"

namespace freshet::kv {
namespace {

constexpr int64_t kNodeBytes = 128;   // tree node, entry and allocator overhead of a key
constexpr int64_t kFieldBytes = 112;  // of a hash field

}  // namespace

uint64_t ScanPlace(std::string_view key) {
  uint64_t hash = Fnv1a(key);
  hash ^= hash >> 32;
  hash *= 0x9e3779b97f4a7c15ull;
  return (hash >> 2) | 1;  // never 0, which begins and ends a scan
}

int64_t EntryBytes(std::string_view key, const ports::KeyEntry& entry) {
  auto bytes = kNodeBytes + static_cast<int64_t>(key.size());
  if (entry.expires_ms != ports::KeyEntry::kNever) bytes += kNodeBytes + static_cast<int64_t>(key.size());
  if (const std::string* text = entry.string()) return bytes + static_cast<int64_t>(text->size());
  for (const auto& [field, value] : *entry.hash()) bytes += kFieldBytes + static_cast<int64_t>(field.size() + value.size());
  return bytes;
}

const ports::KeyEntry* KeyMap::Find(std::string_view key) const {
  auto found = entries_.find(PlaceView{ScanPlace(key), key});
  return found == entries_.end() ? nullptr : &found->second;
}

void KeyMap::Put(std::string_view key, ports::KeyEntry entry) {
  Erase(key);
  bytes_ += EntryBytes(key, entry);
  if (entry.expires_ms != ports::KeyEntry::kNever) expiries_.emplace(entry.expires_ms, key);
  entries_.emplace(Place{ScanPlace(key), std::string(key)}, std::move(entry));
}

void KeyMap::Erase(std::string_view key) {
  auto found = entries_.find(PlaceView{ScanPlace(key), key});
  if (found == entries_.end()) return;
  bytes_ -= EntryBytes(key, found->second);
  if (found->second.expires_ms != ports::KeyEntry::kNever) expiries_.erase({found->second.expires_ms, found->first.key});
  entries_.erase(found);
}

uint64_t KeyMap::Scan(uint64_t from, size_t count, const ports::KeySpace::Visit& visit) const {
  auto at = entries_.lower_bound(PlaceView{from, {}});
  uint64_t last = 0;
  for (size_t seen = 0; at != entries_.end() && (seen < count || at->first.hash == last); ++at, ++seen) {
    last = at->first.hash;
    visit(at->first.key, at->second);
  }
  return at == entries_.end() ? 0 : at->first.hash;
}

const std::string* KeyMap::FirstExpired(int64_t now_ms) const {
  if (expiries_.empty() || expiries_.begin()->first > now_ms) return nullptr;
  return &expiries_.begin()->second;
}

}  // namespace freshet::kv
