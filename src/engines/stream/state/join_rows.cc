#include "engines/stream/state/join_rows.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engines/stream/state/rows.h"

namespace freshet::stream {
namespace {

constexpr size_t kWorthSharing = 64;

size_t CommonEnd(std::string_view a, std::string_view b) {
  size_t most = std::min(a.size(), b.size()), same = 0;
  for (uint64_t x = 0, y = 0; same + sizeof(x) <= most; same += sizeof(x)) {
    std::memcpy(&x, a.data() + a.size() - same - sizeof(x), sizeof(x));
    std::memcpy(&y, b.data() + b.size() - same - sizeof(y), sizeof(y));
    if (x != y) return same + static_cast<size_t>(std::countl_zero(x ^ y)) / 8;
  }
  return same;
}

}  // namespace

void JoinRows::Add(std::string_view key, uint64_t hash, std::string_view bytes, int64_t expiry, int64_t matches) {
  bool added = false;
  uint32_t group = FindOrAdd(key, hash, &added);
  Changed(group);
  while (group >= groups_.size()) groups_.emplace_back();
  LookAt(group, expiry);
  Group& own = groups_[group];
  own.rows.push_back({Put(own, bytes, expiry), expiry, matches});
}

// Whole, or what is before the end that it shares with a row that stays.
RowArena::Ref JoinRows::Put(Group& group, std::string_view bytes, int64_t expiry) {
  const std::string_view whole(&kWhole, 1);
  if (expiry != kNever || sharing_ == 0) return arena_.Add({whole, bytes});
  Shared shared{group.base, 0};
  if (shared.base.piece != kNoBase.piece) shared.bytes = static_cast<uint32_t>(InCommon(shared.base, bytes));
  if (shared.bytes == 0) return group.base = arena_.Add({whole, bytes});
  some_share_ = true;
  front_.assign(1, kShares).append(reinterpret_cast<const char*>(&shared), sizeof(shared));
  return arena_.Add({front_, bytes.substr(0, bytes.size() - shared.bytes)});
}

// 0: not enough to be shared.
size_t JoinRows::InCommon(RowArena::Ref base, std::string_view bytes) {
  size_t common = CommonEnd(arena_.At(base).substr(1), bytes);
  bool shares = common >= kWorthSharing;
  sharing_ = shares ? kTrials : sharing_ - 1;
  return shares ? common : 0;
}

JoinRows::Shared JoinRows::SharedOf(std::string_view kept) {
  Shared shared;
  std::memcpy(&shared, kept.data() + 1, sizeof(shared));
  return shared;
}

RowArena::Bytes JoinRows::SharedBytes(std::string_view kept) const {
  Shared shared = SharedOf(kept);
  std::string_view base = arena_.At(shared.base);
  return {kept.substr(1 + sizeof(shared)), base.substr(base.size() - shared.bytes)};
}

// A row that is taken back may be one whose end others share.
void JoinRows::StopSharing() {
  sharing_ = 0;
  if (some_share_) MoveTogether();
}

bool JoinRows::Remove(std::string_view key, uint64_t hash, std::string_view bytes) {
  uint32_t group = index().Find(key, hash);
  if (group == kNone) return false;
  if (sharing_ > 0 || some_share_) StopSharing();
  auto& rows = groups_[group].rows;
  auto found = std::find_if(rows.rbegin(), rows.rend(), [&](const Row& row) { return this->bytes(row) == bytes; });
  if (found == rows.rend()) return false;
  Changed(group);
  arena_.Free(found->place);
  rows.erase(std::next(found).base());
  if (rows.empty()) {
    LookNoMoreAt(group);
    KeyedState::Remove(group);
  }
  if (arena_.scattered()) MoveTogether();
  return true;
}

void JoinRows::MoveTogether() {
  RowArena together(groups_.get_allocator().resource());
  for (auto& group : groups_) {
    RowArena::Ref base = kNoBase;
    for (auto& row : group.rows) {
      std::string_view kept = arena_.At(row.place);
      if (kept[0] == kWhole) {
        row.place = together.Add(kept);
        if (row.expiry == kNever) base = row.place;
      } else if (sharing_ == 0) {
        RowArena::Bytes both = SharedBytes(kept);
        row.place = together.Add({front_.assign(1, kWhole).append(both.head), both.tail});
      } else {  // with the end of the last row before it that is kept whole and stays
        Shared shared{base, SharedOf(kept).bytes};
        front_.assign(1, kShares).append(reinterpret_cast<const char*>(&shared), sizeof(shared));
        row.place = together.Add({front_, kept.substr(front_.size())});
      }
    }
    group.base = base;
  }
  some_share_ = some_share_ && sharing_ > 0;
  arena_ = std::move(together);
}

// At the earliest of all that was said.
void JoinRows::LookAt(uint32_t group, int64_t expiry) {
  if (groups_[group].look_at <= expiry) return;
  LookNoMoreAt(group);
  looks_[expiry].emplace(index().key(group));
  groups_[group].look_at = expiry;
}

void JoinRows::LookNoMoreAt(uint32_t group) {
  auto look = groups_[group].look_at == kNever ? looks_.end() : looks_.find(groups_[group].look_at);
  groups_[group].look_at = kNever;
  if (look == looks_.end()) return;
  look->second.erase(std::pmr::string(index().key(group)));
  if (look->second.empty()) looks_.erase(look);
}

std::vector<JoinRows::Row> JoinRows::TakeExpired(std::string_view key, int64_t expiry) {
  uint32_t group = index().Find(key, HashBytes(key));
  if (group == kNone) return {};
  Changed(group);
  groups_[group].look_at = kNever;
  auto& rows = groups_[group].rows;
  auto gone = std::stable_partition(rows.begin(), rows.end(), [&](const Row& row) { return row.expiry > expiry; });
  std::vector<Row> expired(std::make_move_iterator(gone), std::make_move_iterator(rows.end()));
  rows.erase(gone, rows.end());
  int64_t next = kNever;
  for (const auto& row : rows) next = std::min(next, row.expiry);
  LookAt(group, next);
  if (rows.empty()) KeyedState::Remove(group);
  return expired;
}

void JoinRows::WriteRest(uint32_t group, ByteWriter& out) const {
  out.WriteVarUint64(groups_[group].rows.size());
  for (const auto& row : groups_[group].rows) {
    RowArena::Bytes kept = bytes(row);
    out.WriteVarUint64(kept.size());
    out.WriteBytes(kept.head);
    out.WriteBytes(kept.tail);
    out.Write(row.expiry);
    out.WriteVarInt64(row.matches);
  }
}

void JoinRows::ReadRest(std::string_view key, uint64_t hash, ByteReader& in) {
  uint64_t count = in.ReadVarUint64();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    std::string_view bytes = ReadBytes(in);
    auto expiry = in.Read<int64_t>();
    int64_t matches = in.ReadVarInt64();
    if (in.ok()) Add(key, hash, bytes, expiry, matches);
  }
}

void JoinRows::Forget(uint32_t group) {
  for (const auto& row : groups_[group].rows) arena_.Free(row.place);
  groups_[group].rows.clear();
  groups_[group].base = kNoBase;
  LookNoMoreAt(group);
  KeyedState::Remove(group);
  if (arena_.scattered()) MoveTogether();
}

}  // namespace freshet::stream
