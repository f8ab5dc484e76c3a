#pragma once

#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "data/batch.h"

namespace freshet::stream {

// State is spread over this many key groups; a group is the unit of snapshots and of moving state to another
// shard. Never changes: it is on disk.
inline constexpr int kKeyGroups = 128;

// The hash of a key's bytes. On disk by way of the key group, so it never changes either.
uint64_t HashBytes(std::string_view bytes);
// Another one, for tables in memory alone: whoever does not know the secret cannot find keys that meet in it. Never on disk.
uint64_t HashBytesBy(uint64_t secret, std::string_view bytes);
// A search in a table that takes more steps than this met keys that were made to meet (docs/decisions/0388).
inline constexpr size_t kStepsMax = 1024;
// Not 0, and nobody's outside this process to know: where the system has put its memory.
uint64_t SecretOf(const void* place);
inline int KeyGroupOf(uint64_t hash) { return static_cast<int>(hash >> 57); }
static_assert(kKeyGroups == 1 << (64 - 57));

// Writes the key columns of one row as bytes: equal values (NULL equals NULL), equal bytes.
void AppendKey(std::string& out, const data::Column& column, int row);
// Reads back what AppendKey wrote, cutting it off `bytes`.
void AppendFromKey(data::ColumnBuilder& builder, std::string_view* bytes);
// Cuts it off unread.
void SkipKey(const data::Type& type, std::string_view* bytes);

class GroupIndex;

// The keys of a batch's selected rows, in one buffer.
class KeyBatch {
 public:
  void Encode(const data::Batch& batch, data::Selection rows, const std::vector<int>& columns);
  int count() const { return static_cast<int>(hashes_.size()); }
  // Fetches what an index knows of the keys that come soon after the k-th.
  void PrefetchBehind(int k, const GroupIndex& index) const;
  std::string_view key(int k) const { return std::string_view(bytes_).substr(ends_[static_cast<size_t>(k)], ends_[static_cast<size_t>(k) + 1] - ends_[static_cast<size_t>(k)]); }
  uint64_t hash(int k) const { return hashes_[static_cast<size_t>(k)]; }

 private:
  void Append(const data::Column& column, int row);
  void AppendNumbers(const std::vector<data::Reader<int64_t>>& numbers, uint32_t row);
  char* Room(size_t bytes) {
    if (used_ + bytes > bytes_.size()) bytes_.resize((used_ + bytes) * 2);
    return bytes_.data() + used_;
  }

  std::string bytes_;    // as far as used_
  size_t used_ = 0;
  std::vector<uint32_t> ends_;
  std::vector<uint64_t> hashes_;
};

// A GroupIndex numbers distinct keys 0, 1, 2 … by open addressing; freed numbers are used again. Copies the
// bytes it is given, into `memory`. Keys lie where their hash says, which everybody can compute: where so many were made to lie in one place that
// a search takes more than kStepsMax steps, they move to where a secret says. One thread.
class GroupIndex {
 public:
  explicit GroupIndex(std::pmr::memory_resource* memory) : slots_(memory), entries_(memory), free_(memory), keys_(memory) {}

  uint32_t FindOrAdd(std::string_view key, uint64_t hash, bool* added);
  uint32_t Find(std::string_view key, uint64_t hash) const;  // UINT32_MAX: not there
  void Remove(uint32_t group);
  std::string_view key(uint32_t group) const { return {keys_.data() + entries_[group].offset, entries_[group].length}; }
  uint64_t hash(uint32_t group) const { return entries_[group].hash; }
  bool alive(uint32_t group) const { return entries_[group].alive; }
  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }  // numbers in use or free
  uint32_t live() const { return live_; }
  // Keys that a search for this one passes, for tests.
  size_t StepsTo(uint32_t group) const;
  // Of a key that will be asked for: first its slot, some keys later what that leads to.
  void Prefetch(uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  }
  void PrefetchEntry(uint64_t hash) const {
    if (slots_.empty()) return;
    const Slot& slot = slots_[hash & (slots_.size() - 1)];
    if (slot.group != kEmpty) __builtin_prefetch(&entries_[slot.group]);
  }
  // The number where a search for the hash begins: mostly that of its key, if there is one. UINT32_MAX: none.
  uint32_t Near(uint64_t hash) const { return slots_.empty() ? kEmpty : slots_[hash & (slots_.size() - 1)].group; }
  // Of a key whose entry was fetched: its bytes.
  void PrefetchBytes(uint64_t hash) const {
    uint32_t group = Near(hash);
    if (group != kEmpty) __builtin_prefetch(keys_.data() + entries_[group].offset);
  }

 private:
  static constexpr uint32_t kEmpty = UINT32_MAX;
  struct Slot {
    uint32_t tag = 0;
    uint32_t group = kEmpty;
  };
  struct Entry {
    uint64_t hash;
    size_t offset;
    uint32_t length;
    bool alive;
  };

  uint64_t Placed(std::string_view key, uint64_t hash) const { return secret_ == 0 ? hash : HashBytesBy(secret_, key); }
  uint64_t PlacedOf(uint32_t group) const { return Placed(key(group), hash(group)); }
  void Rehash(size_t size) const;
  void Passed(size_t steps) const {
    if (steps > kStepsMax && secret_ == 0) Scatter();
  }
  void Scatter() const;
  void CompactKeys();

  mutable std::pmr::vector<Slot> slots_;  // where keys lie in it is nobody's to see
  mutable uint64_t secret_ = 0;           // none yet
  std::pmr::vector<Entry> entries_;
  std::pmr::vector<uint32_t> free_;
  std::pmr::string keys_;
  size_t dead_bytes_ = 0;
  uint32_t live_ = 0;
};

inline void KeyBatch::PrefetchBehind(int k, const GroupIndex& index) const {
  constexpr int kSlots = 16, kEntries = 8, kBytes = 4;
  if (k + kSlots < count()) index.Prefetch(hash(k + kSlots));
  if (k + kEntries < count()) index.PrefetchEntry(hash(k + kEntries));
  if (k + kBytes < count()) index.PrefetchBytes(hash(k + kBytes));
}

}  // namespace freshet::stream
