#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "ports/key_value.h"

namespace freshet::kv {

// Where a key stands in the order of a scan: by hash, so that a cursor is one number. Below 2^62.
uint64_t ScanPlace(std::string_view key);

// Bytes that an entry is counted with, its node included.
int64_t EntryBytes(std::string_view key, const ports::KeyEntry& entry);

// Keys in scan order, and by expiry. Not thread-safe: Store guards it.
class KeyMap {
 public:
  const ports::KeyEntry* Find(std::string_view key) const;
  void Put(std::string_view key, ports::KeyEntry entry);
  void Erase(std::string_view key);

  // Visits keys from place `from` on, until `count` were visited and a place has ended. Returns the next place, 0 at the end.
  uint64_t Scan(uint64_t from, size_t count, const ports::KeySpace::Visit& visit) const;
  // The key that expires first, if that is at or before `now_ms`.
  const std::string* FirstExpired(int64_t now_ms) const;

  int64_t size() const { return static_cast<int64_t>(entries_.size()); }
  int64_t bytes() const { return bytes_; }

 private:
  struct Place {
    uint64_t hash;
    std::string key;
  };
  struct PlaceView {
    uint64_t hash;
    std::string_view key;
  };
  struct Earlier {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return a.hash != b.hash ? a.hash < b.hash : std::string_view(a.key) < std::string_view(b.key);
    }
  };

  std::map<Place, ports::KeyEntry, Earlier> entries_;
  std::set<std::pair<int64_t, std::string>> expiries_;
  int64_t bytes_ = 0;
};

}  // namespace freshet::kv
