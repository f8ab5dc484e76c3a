#include "engines/stream/state/join_rows.h"

#include <algorithm>

#include "engines/stream/state/rows.h"

namespace freshet::stream {

void JoinRows::Add(std::string_view key, uint64_t hash, std::string_view bytes, int64_t expiry, int64_t matches) {
  bool added = false;
  uint32_t group = FindOrAdd(key, hash, &added);
  Changed(group);
  if (group >= rows_.size()) rows_.resize(group + 1);
  if (group >= look_at_.size()) look_at_.resize(group + 1, kNever);
  LookAt(group, expiry);
  rows_[group].push_back({arena_.Add(bytes), expiry, matches});
}

bool JoinRows::Remove(std::string_view key, uint64_t hash, std::string_view bytes) {
  uint32_t group = index().Find(key, hash);
  if (group == kNone) return false;
  auto& rows = rows_[group];
  auto found = std::find_if(rows.rbegin(), rows.rend(), [&](const Row& row) { return arena_.At(row.place) == bytes; });
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
  RowArena together(rows_.get_allocator().resource());
  for (auto& rows : rows_) {
    for (auto& row : rows) row.place = together.Add(arena_.At(row.place));
  }
  arena_ = std::move(together);
}

// At the earliest of all that was said.
void JoinRows::LookAt(uint32_t group, int64_t expiry) {
  if (look_at_[group] <= expiry) return;
  LookNoMoreAt(group);
  looks_[expiry].emplace(index().key(group));
  look_at_[group] = expiry;
}

void JoinRows::LookNoMoreAt(uint32_t group) {
  auto look = look_at_[group] == kNever ? looks_.end() : looks_.find(look_at_[group]);
  look_at_[group] = kNever;
  if (look == looks_.end()) return;
  look->second.erase(std::pmr::string(index().key(group)));
  if (look->second.empty()) looks_.erase(look);
}

std::vector<JoinRows::Row> JoinRows::TakeExpired(std::string_view key, int64_t expiry) {
  uint32_t group = index().Find(key, HashBytes(key));
  if (group == kNone) return {};
  Changed(group);
  look_at_[group] = kNever;
  auto& rows = rows_[group];
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
  out.WriteVarUint64(rows_[group].size());
  for (const auto& row : rows_[group]) {
    WriteBytes(out, bytes(row));
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
  for (const auto& row : rows_[group]) arena_.Free(row.place);
  rows_[group].clear();
  LookNoMoreAt(group);
  KeyedState::Remove(group);
  if (arena_.scattered()) MoveTogether();
}

}  // namespace freshet::stream
