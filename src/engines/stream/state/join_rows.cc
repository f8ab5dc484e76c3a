#include "engines/stream/state/join_rows.h"

#include <algorithm>

#include "engines/stream/state/rows.h"

namespace freshet::stream {

void JoinRows::Add(std::string_view key, uint64_t hash, Row row) {
  bool added = false;
  uint32_t group = index_.FindOrAdd(key, hash, &added);
  if (group >= rows_.size()) rows_.resize(group + 1);
  if (row.expiry != kNever) expiries_[row.expiry].insert(std::string(key));
  rows_[group].push_back(std::move(row));
}

bool JoinRows::Remove(std::string_view key, uint64_t hash, std::string_view bytes) {
  uint32_t group = index_.Find(key, hash);
  if (group == kNone) return false;
  auto& rows = rows_[group];
  auto found = std::find_if(rows.rbegin(), rows.rend(), [&](const Row& row) { return row.bytes == bytes; });
  if (found == rows.rend()) return false;
  rows.erase(std::next(found).base());
  if (rows.empty()) index_.Remove(group);
  return true;
}

std::vector<JoinRows::Row> JoinRows::TakeExpired(const std::string& key, int64_t expiry) {
  uint32_t group = index_.Find(key, HashBytes(key));
  if (group == kNone) return {};
  auto& rows = rows_[group];
  auto gone = std::stable_partition(rows.begin(), rows.end(), [&](const Row& row) { return row.expiry > expiry; });
  std::vector<Row> expired(std::make_move_iterator(gone), std::make_move_iterator(rows.end()));
  rows.erase(gone, rows.end());
  if (rows.empty()) index_.Remove(group);
  return expired;
}

void JoinRows::Save(std::array<std::string, kKeyGroups>& groups, uint8_t side) const {
  for (uint32_t group = 0; group < index_.size(); ++group) {
    if (!index_.alive(group)) continue;
    ByteWriter out(groups[static_cast<size_t>(KeyGroupOf(index_.hash(group)))], Order::kLittle);
    out.Write(side);
    WriteBytes(out, index_.key(group));
    out.WriteVarUint64(rows_[group].size());
    for (const auto& row : rows_[group]) {
      WriteBytes(out, row.bytes);
      out.Write(row.expiry);
      out.WriteVarInt64(row.matches);
    }
  }
}

Status JoinRows::Load(ByteReader& in) {
  std::string key(ReadBytes(in));
  uint64_t hash = HashBytes(key), count = in.ReadVarUint64();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    Row row;
    row.bytes = ReadBytes(in);
    row.expiry = in.Read<int64_t>();
    row.matches = in.ReadVarInt64();
    Add(key, hash, std::move(row));
  }
  return in.ok() ? Status() : Status(Fault::Corrupt("snapshot: rows of a join are cut off"));
}

}  // namespace freshet::stream
