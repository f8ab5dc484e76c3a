#include "engines/coordinators/membership.h"

#include "engines/coordinators/texts.h"

namespace freshet::coordinators {
namespace {

constexpr uint8_t kValueVersion = 1;

void WriteMember(const Membership::Member& member, ByteWriter& writer) {
  data::WriteText(writer, member.id);
  writer.Write<uint8_t>(member.instance_id.has_value() ? 1 : 0);
  if (member.instance_id.has_value()) data::WriteText(writer, *member.instance_id);
  for (const std::string* text : {&member.client_id, &member.client_host, &member.metadata, &member.assignment}) data::WriteText(writer, *text);
  writer.Write<int32_t>(member.session_timeout_ms);
  writer.Write<int32_t>(member.rebalance_timeout_ms);
}

Membership::Member ReadMember(ByteReader& reader) {
  Membership::Member member;
  member.id = data::ReadText(reader, kTextBytesMax);
  if (reader.Read<uint8_t>() == 1) member.instance_id = data::ReadText(reader, kTextBytesMax);
  for (std::string* text : {&member.client_id, &member.client_host, &member.metadata, &member.assignment}) *text = data::ReadText(reader, kTextBytesMax);
  member.session_timeout_ms = reader.Read<int32_t>();
  member.rebalance_timeout_ms = reader.Read<int32_t>();
  return member;
}

}  // namespace

Result<std::string> EncodeMembership(const std::string& group, const Membership& membership, int64_t now_ms) {
  std::string key, value;
  ByteWriter key_writer(key, Order::kLittle);
  key_writer.Write<uint8_t>(kMembershipKeyVersion);
  data::WriteText(key_writer, group);
  ByteWriter writer(value, Order::kLittle);
  writer.Write<uint8_t>(kValueVersion);
  for (const std::string* text : {&membership.protocol_type, &membership.protocol, &membership.leader}) data::WriteText(writer, *text);
  writer.Write<int32_t>(membership.generation);
  writer.Write<uint32_t>(static_cast<uint32_t>(membership.members.size()));
  for (const Membership::Member& member : membership.members) WriteMember(member, writer);
  std::optional<std::string_view> stored;
  if (!membership.members.empty()) stored = value;
  data::RecordBatchBuilder builder({});
  builder.Add(now_ms, key, stored);
  return builder.Finish();
}

std::optional<Membership> DecodeMembership(std::optional<std::string_view> value) {
  Membership membership;
  if (!value.has_value()) return membership;
  ByteReader reader(*value, Order::kLittle);
  if (reader.Read<uint8_t>() != kValueVersion) return std::nullopt;
  for (std::string* text : {&membership.protocol_type, &membership.protocol, &membership.leader}) *text = data::ReadText(reader, kTextBytesMax);
  membership.generation = reader.Read<int32_t>();
  auto count = reader.Read<uint32_t>();
  for (uint32_t i = 0; i < count && reader.ok(); ++i) membership.members.push_back(ReadMember(reader));
  if (!reader.ok()) return std::nullopt;
  return membership;
}

}  // namespace freshet::coordinators
