#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engines/stream/state/keyed_state.h"
#include "engines/stream/state/row_arena.h"
#include "engines/stream/state/snapshot.h"

namespace freshet::stream {

// The rows that one side of a join has seen, by join key and in order of arrival, each with the number of rows it
// has met on the other side. Owned by the join operator. Bytes of a row are good until the next change. Rows of one key often end alike, where another join below gave
// all of them the same partner: what a row has in common with the end of one before it is kept once, as long as no row is taken back (docs/decisions/0332).
class JoinRows final : public KeyedState {
 public:
  struct Row {
    RowArena::Ref place;
    int64_t expiry;  // the watermark at which no partner can come any more; kNever: stays
    int64_t matches;
  };
  using Rows = std::pmr::vector<Row>;
  static constexpr int64_t kNever = INT64_MAX;
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr int kTrials = 64;

  // `side`: of the join, in front of its keys in snapshots.
  JoinRows(std::pmr::memory_resource* memory, uint8_t side) : KeyedState(memory, side), arena_(memory), groups_(memory), looks_(memory) {}

  uint32_t Find(std::string_view key, uint64_t hash) const { return index().Find(key, hash); }
  // Of the keys that come soon after the k-th: where they are found, or also where a row of theirs would be added.
  void PrefetchBehind(int k, const KeyBatch& keys) const { keys.PrefetchBehind(k, index()); }
  void PrefetchEndsBehind(int k, const KeyBatch& keys) const {
    constexpr int kGroups = 5, kRows = 2;
    keys.PrefetchBehind(k, index());
    if (const Group* group = GroupNear(k + kGroups, keys)) __builtin_prefetch(group, 1);
    if (const Group* group = GroupNear(k + kRows, keys)) __builtin_prefetch(group->rows.data() + group->rows.size(), 1);
  }
  const Rows& rows(uint32_t group) const { return groups_[group].rows; }
  // One row of a group has met so many more on the other side.
  void Meet(uint32_t group, uint32_t position, int64_t more) {
    groups_[group].rows[position].matches += more;
    Changed(group);
  }
  RowArena::Bytes bytes(const Row& row) const {
    std::string_view kept = arena_.At(row.place);
    return kept[0] == kWhole ? RowArena::Bytes(kept.substr(1)) : SharedBytes(kept);
  }
  void Prefetch(const Row& row) const { arena_.Prefetch(row.place); }
  size_t keys_to_look_at() const {
    size_t keys = 0;
    for (const auto& [when, some] : looks_) keys += some.size();
    return keys;
  }
  void Add(std::string_view key, uint64_t hash, std::string_view bytes, int64_t expiry, int64_t matches);
  // Takes back one row with these bytes; false when there is none.
  bool Remove(std::string_view key, uint64_t hash, std::string_view bytes);
  // Drops the rows whose time is over, earliest first, and shows each to `visit`.
  template <typename F>
  Status Expire(int64_t watermark, F visit) {
    while (!looks_.empty() && looks_.begin()->first <= watermark) {
      auto [expiry, keys] = std::move(*looks_.begin());
      looks_.erase(looks_.begin());
      for (const auto& key : keys) {
        for (const Row& row : TakeExpired(key, expiry)) {
          RETURN_NOT_OK(visit(row));
          arena_.Free(row.place);
        }
      }
    }
    if (arena_.scattered()) MoveTogether();
    return {};
  }

 private:
  static constexpr RowArena::Ref kNoBase{UINT32_MAX, UINT32_MAX};
  static constexpr char kWhole = 0, kShares = 1;  // tags, in front of what is kept of a row
  // Of a kept row, behind its tag: how many bytes it shares with the end of which row.
  struct Shared {
    RowArena::Ref base;
    uint32_t bytes;
  };

  struct Group {
    using allocator_type = std::pmr::polymorphic_allocator<>;
    explicit Group(const allocator_type& memory) : rows(memory) {}
    Group(Group&&) noexcept = default;
    Group(Group&& other, const allocator_type& memory) : rows(std::move(other.rows), memory), base(other.base), look_at(other.look_at) {}
    Rows rows;
    RowArena::Ref base = kNoBase;  // the last row that is kept whole and stays; new ones may share its end
    int64_t look_at = kNever;      // when its key is looked at; kNever: not at all
  };

  // Most likely of the k-th key; absent: there is none so far, as far as one look tells.
  const Group* GroupNear(int k, const KeyBatch& keys) const {
    uint32_t group = k < keys.count() ? index().Near(keys.hash(k)) : kNone;
    return group < groups_.size() ? &groups_[group] : nullptr;
  }
  RowArena::Ref Put(Group& group, std::string_view bytes, int64_t expiry);
  size_t InCommon(RowArena::Ref base, std::string_view bytes);
  static Shared SharedOf(std::string_view kept);
  RowArena::Bytes SharedBytes(std::string_view kept) const;
  void StopSharing();
  std::vector<Row> TakeExpired(std::string_view key, int64_t expiry);
  void LookAt(uint32_t group, int64_t expiry);
  void LookNoMoreAt(uint32_t group);
  void MoveTogether();
  void WriteRest(uint32_t group, ByteWriter& out) const override;
  void ReadRest(std::string_view key, uint64_t hash, ByteReader& in) override;
  void Forget(uint32_t group) override;

  RowArena arena_;
  std::pmr::vector<Group> groups_;
  int sharing_ = kTrials;  // falls while rows that could share do not; at 0 none is tried
  bool some_share_ = false;
  std::string front_;
  std::pmr::map<int64_t, std::pmr::set<std::pmr::string>> looks_;  // keys to look at when a watermark comes; each at most once
};

}  // namespace freshet::stream
