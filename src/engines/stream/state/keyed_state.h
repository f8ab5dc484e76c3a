#pragma once

#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "engines/stream/state/keys.h"
#include "engines/stream/state/snapshot_part.h"

namespace freshet::stream {

// What an operator keeps by key: keys with the numbers that an index gives them; by number derived classes keep the rest. It knows which keys
// have changed since the last part of a snapshot, if there was one, so that the next part holds these alone. One thread.
class KeyedState {
 public:
  virtual ~KeyedState() = default;
  KeyedState(const KeyedState&) = delete;
  KeyedState& operator=(const KeyedState&) = delete;

  // Every key, as a whole snapshot holds them.
  void SaveAll(OperatorState& state) const;
  // Every key, or those that have changed since the last part. From here on changes are followed.
  void SavePart(StatePart& part, bool all);
  // Whether it could tell: there was a part, and not more has gone since than is worth remembering.
  bool knows_changes() const { return follows_ && gone_.size() <= kGoneBytesMax; }

 protected:
  explicit KeyedState(std::pmr::memory_resource* memory) : index_(memory), is_changed_(memory), changed_(memory), gone_(memory) {}

  const GroupIndex& index() const { return index_; }
  uint32_t FindOrAdd(std::string_view key, uint64_t hash, bool* added) {
    uint32_t group = index_.FindOrAdd(key, hash, added);
    if (*added) Changed(group);
    return group;
  }
  void Remove(uint32_t group);
  // To be called with every change of what is kept for a key.
  void Changed(uint32_t group) {
    if (!follows_) return;
    if (group >= is_changed_.size()) is_changed_.resize(group + 1);
    if (is_changed_[group]) return;
    is_changed_[group] = true;
    changed_.push_back(group);
  }

  // An entry is both, one behind the other; the first tells the keys of an operator apart.
  virtual void WriteId(std::string_view key, ByteWriter& out) const;
  virtual void WriteRest(uint32_t group, ByteWriter& out) const = 0;

 private:
  static constexpr size_t kGoneBytesMax = 64 << 20;

  void SaveEntry(uint32_t group, StatePart& part);

  GroupIndex index_;
  bool follows_ = false;
  std::pmr::vector<bool> is_changed_;     // by group
  std::pmr::vector<uint32_t> changed_;    // some of them may have gone
  std::pmr::string gone_;                 // keys, each with its length; some of them may have come again
  std::string id_, rest_;                 // of the entry at hand
};

}  // namespace freshet::stream
