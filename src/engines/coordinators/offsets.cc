#include "engines/coordinators/offsets.h"

#include "base/bytes.h"
#include "engines/coordinators/texts.h"

namespace freshet::coordinators {
namespace {

constexpr uint8_t kKeyVersion = 1;
constexpr uint8_t kValueVersion = 2;       // 1 had no topic id
constexpr uint8_t kUseKeyVersion = 2;
constexpr uint8_t kUseValueVersion = 1;

void AddUse(data::RecordBatchBuilder& builder, const std::string& group, const GroupUse& use, int64_t now_ms) {
  std::string key, value;
  ByteWriter key_writer(key, Order::kLittle);
  key_writer.Write<uint8_t>(kUseKeyVersion);
  data::WriteText(key_writer, group);
  ByteWriter value_writer(value, Order::kLittle);
  value_writer.Write<uint8_t>(kUseValueVersion);
  value_writer.Write<uint8_t>(use.kind == GroupUse::Kind::kInUse ? 1 : 0);
  value_writer.Write<int64_t>(use.since_ms);
  std::optional<std::string_view> stored;
  if (use.kind != GroupUse::Kind::kForgotten) stored = value;
  builder.Add(now_ms, key, stored);
}

// What follows the key's version.
bool DecodeUse(ByteReader& key, const data::Record& record, OffsetRecord& decoded) {
  decoded.group = data::ReadText(key, kTextBytesMax);
  decoded.use = GroupUse{};
  if (!record.value.has_value()) return key.ok();
  ByteReader value(*record.value, Order::kLittle);
  bool version_holds = value.Read<uint8_t>() == kUseValueVersion;
  decoded.use->kind = value.Read<uint8_t>() == 1 ? GroupUse::Kind::kInUse : GroupUse::Kind::kEmpty;
  decoded.use->since_ms = value.Read<int64_t>();
  return key.ok() && value.ok() && version_holds;
}

}  // namespace

void Offsets::Apply(const std::string& group, const ports::CommittedOffset& offset, data::Offset at, int64_t at_ms) {
  Place place{offset.topic, offset.partition};
  if (offset.offset.get() >= 0) {
    auto [stored, is_new] = groups_[group].try_emplace(place, Stored{offset, at, at_ms});
    if (!is_new && at >= stored->second.at) stored->second = {offset, at, at_ms};
    return;
  }
  auto found = groups_.find(group);
  if (found == groups_.end()) return;
  auto stored = found->second.find(place);
  if (stored != found->second.end() && at >= stored->second.at) found->second.erase(stored);
  if (found->second.empty()) groups_.erase(found);
}

void Offsets::Forget(const std::string& group) { groups_.erase(group); }

void Offsets::EraseIf(const std::string& group, const std::function<bool(const ports::CommittedOffset&)>& is_gone) {
  auto found = groups_.find(group);
  if (found == groups_.end()) return;
  std::erase_if(found->second, [&is_gone](const auto& entry) { return is_gone(entry.second.offset); });
  if (found->second.empty()) groups_.erase(found);
}

ports::CommittedOffset Offsets::Find(const std::string& group, const std::string& topic, data::PartitionId partition) const {
  ports::CommittedOffset wanted{.topic = topic, .partition = partition};
  auto found = groups_.find(group);
  if (found != groups_.end()) {
    auto stored = found->second.find({topic, partition});
    if (stored != found->second.end()) wanted = stored->second.offset;
  }
  wanted.unstable = IsHeld(group, {topic, partition});
  return wanted;
}

std::vector<ports::CommittedOffset> Offsets::All(const std::string& group) const {
  std::vector<ports::CommittedOffset> all;
  auto found = groups_.find(group);
  if (found == groups_.end()) return all;
  for (const auto& [place, stored] : found->second) {
    all.push_back(stored.offset);
    all.back().unstable = IsHeld(group, place);
  }
  return all;
}

std::vector<std::string> Offsets::Groups() const {
  std::vector<std::string> names;
  for (const auto& [group, offsets] : groups_) names.push_back(group);
  return names;
}

std::vector<ports::CommittedOffset> Offsets::CommittedBy(const std::string& group, int64_t ms) const {
  std::vector<ports::CommittedOffset> old;
  auto found = groups_.find(group);
  if (found == groups_.end()) return old;
  for (const auto& [place, stored] : found->second) {
    if (stored.at_ms <= ms && !IsHeld(group, place)) old.push_back(stored.offset);
  }
  return old;
}

void Offsets::Hold(const std::string& group, const ports::CommittedOffset& offset, Holder holder) { held_[group][{offset.topic, offset.partition}].insert(holder); }

void Offsets::LetGo(const std::string& group, const ports::CommittedOffset& offset, Holder holder) {
  auto places = held_.find(group);
  if (places == held_.end()) return;
  auto holders = places->second.find({offset.topic, offset.partition});
  if (holders == places->second.end()) return;
  holders->second.erase(holder);
  if (holders->second.empty()) places->second.erase(holders);
  if (places->second.empty()) held_.erase(places);
}

bool Offsets::IsHeld(const std::string& group, const Place& place) const {
  auto places = held_.find(group);
  return places != held_.end() && places->second.contains(place);
}

Result<std::string> EncodeOffsets(const std::string& group, const std::vector<ports::CommittedOffset>& offsets, bool forget, int64_t now_ms, std::optional<GroupUse> use) {
  data::RecordBatchBuilder builder({});
  if (use.has_value()) AddUse(builder, group, *use, now_ms);
  for (const ports::CommittedOffset& offset : offsets) {
    std::string key, value;
    ByteWriter key_writer(key, Order::kLittle);
    key_writer.Write<uint8_t>(kKeyVersion);
    data::WriteText(key_writer, group);
    data::WriteText(key_writer, offset.topic);
    key_writer.Write<int32_t>(offset.partition.get());
    ByteWriter value_writer(value, Order::kLittle);
    value_writer.Write<uint8_t>(kValueVersion);
    value_writer.Write<int64_t>(offset.offset.get());
    value_writer.Write<int32_t>(offset.leader_epoch.get());
    data::WriteText(value_writer, offset.metadata);
    value_writer.WriteBytes(offset.topic_id.view());
    std::optional<std::string_view> stored;
    if (!forget) stored = value;
    builder.Add(now_ms, key, stored);
  }
  return builder.Finish();
}

Result<std::string> EncodeUses(const std::vector<std::pair<std::string, GroupUse>>& uses, int64_t now_ms) {
  data::RecordBatchBuilder builder({});
  for (const auto& [group, use] : uses) AddUse(builder, group, use, now_ms);
  return builder.Finish();
}

Result<OffsetRecord> DecodeOffset(const data::Record& record) {
  if (!record.key.has_value()) return Fault::Corrupt("__offsets: a record without a key");
  ByteReader key(*record.key, Order::kLittle);
  OffsetRecord decoded{.at = record.offset, .at_ms = record.timestamp_ms};
  auto key_version = key.Read<uint8_t>();
  if (key_version == kUseKeyVersion) {
    if (DecodeUse(key, record, decoded)) return decoded;
    return Fault::Corrupt("__offsets: the record at offset ", record.offset, " is not one of ours");
  }
  if (key_version == kMembershipKeyVersion) {
    decoded.group = data::ReadText(key, kTextBytesMax);
    decoded.membership = DecodeMembership(record.value);
    if (key.ok() && decoded.membership.has_value()) return decoded;
    return Fault::Corrupt("__offsets: the record at offset ", record.offset, " is not one of ours");
  }
  bool version_holds = key_version == kKeyVersion;
  decoded.group = data::ReadText(key, kTextBytesMax);
  decoded.committed.topic = data::ReadText(key, kTextBytesMax);
  decoded.committed.partition = data::PartitionId(key.Read<int32_t>());
  if (record.value.has_value()) {
    ByteReader value(*record.value, Order::kLittle);
    auto version = value.Read<uint8_t>();
    version_holds = version_holds && version >= 1 && version <= kValueVersion;
    decoded.committed.offset = data::Offset(value.Read<int64_t>());
    decoded.committed.leader_epoch = data::LeaderEpoch(value.Read<int32_t>());
    decoded.committed.metadata = data::ReadText(value, kTextBytesMax);
    auto topic_id = value.ReadBytes(version >= 2 ? sizeof(Uuid) : 0);
    version_holds = version_holds && value.ok();
    if (version_holds && version >= 2) decoded.committed.topic_id = Uuid::FromBytes(topic_id);
  }
  if (!key.ok() || !version_holds) return Fault::Corrupt("__offsets: the record at offset ", record.offset, " is not one of ours");
  return decoded;
}

}  // namespace freshet::coordinators
