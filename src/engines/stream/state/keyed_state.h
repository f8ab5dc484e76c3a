#pragma once

#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "engines/stream/state/keys.h"
#include "engines/stream/state/rows.h"
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
  // How far a part has come.
  struct Place {
    size_t gone = 0;
    uint32_t entry = 0;
  };
  // Every key, or those that have changed since the last part: until `part` holds so many bytes or all has been said, which is told. Then changes are followed.
  bool SavePart(StatePart& part, bool all, Place& place, size_t bytes_max);
  // One key, as SaveAll writes it behind the operator's number of these keys.
  Status Load(ByteReader& in) { return LoadKey(ReadBytes(in), in); }
  Status LoadKey(std::string_view key, ByteReader& in);
  void Drop(std::string_view key);
  // Whether it could tell: there was a part, and not more has gone since than is worth remembering.
  bool knows_changes() const { return follows_ && gone_.size() <= kGoneBytesMax; }

 protected:
  // An operator with several says its number of each, which stands in front of the keys.
  static constexpr int kOnly = -1;
  explicit KeyedState(std::pmr::memory_resource* memory, int number = kOnly) : number_(number), index_(memory), is_changed_(memory), changed_(memory), gone_(memory) {}

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

  void WriteId(std::string_view key, ByteWriter& out) const;
  // What is kept for a key, and back: of one that is not there.
  virtual void WriteRest(uint32_t group, ByteWriter& out) const = 0;
  virtual void ReadRest(std::string_view key, uint64_t hash, ByteReader& in) = 0;
  // Lets go what is kept for a key, and the key.
  virtual void Forget(uint32_t group) = 0;

 private:
  static constexpr size_t kGoneBytesMax = 64 << 20;

  void SaveEntry(uint32_t group, StatePart& part);

  const int number_;
  GroupIndex index_;
  bool follows_ = false;
  std::pmr::vector<bool> is_changed_;     // by group
  std::pmr::vector<uint32_t> changed_;    // some of them may have gone
  std::pmr::string gone_;                 // keys, each with its length; some of them may have come again
  std::string id_, rest_;                 // of the entry at hand
};

}  // namespace freshet::stream
