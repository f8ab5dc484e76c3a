#include "control/catalog/change.h"

#include "control/catalog/topic_configs.h"
#include "data/texts.h"

namespace freshet::catalog {
namespace {

constexpr size_t kTextBytesMax = 1 << 16;
constexpr uint32_t kConfigsMax = 256;
constexpr size_t kSaltBytesMax = 1024;
constexpr size_t kLoginSecretBytes = 32;

void EncodeCredential(const ports::NamedCredential& named, ByteWriter& writer) {
  const data::ScramCredential& credential = *named.credential;
  data::WriteText(writer, credential.salt);
  writer.Write<int32_t>(credential.iterations);
  data::WriteText(writer, credential.stored_key.Reveal());
  data::WriteText(writer, credential.server_key.Reveal());
}

Status DecodeCredentialName(ByteReader& reader, ports::NamedCredential& named) {
  named.name = data::ReadText(reader, kTextBytesMax);
  auto mechanism = reader.Read<uint8_t>();
  named.mechanism = static_cast<data::ScramMechanism>(mechanism);
  bool known = named.mechanism == data::ScramMechanism::kSha256 || named.mechanism == data::ScramMechanism::kSha512;
  if (reader.ok() && !known) return Fault::Corrupt("catalog: a credential of mechanism ", static_cast<int>(mechanism));
  return {};
}

Status DecodeCredential(ByteReader& reader, ports::NamedCredential& named) {
  data::ScramCredential credential;
  credential.salt = data::ReadText(reader, kTextBytesMax);
  credential.iterations = reader.Read<int32_t>();
  credential.stored_key = Secret(data::ReadText(reader, kTextBytesMax));
  credential.server_key = Secret(data::ReadText(reader, kTextBytesMax));
  if (!reader.ok()) return Fault::Corrupt("catalog: it ends inside a credential");
  size_t key_bytes = data::ScramKeyBytes(named.mechanism);
  bool holds = credential.salt.size() <= kSaltBytesMax && credential.iterations >= data::kScramIterationsMin && credential.iterations <= data::kScramIterationsMax &&
               credential.stored_key.Reveal().size() == key_bytes && credential.server_key.Reveal().size() == key_bytes;
  if (!holds) return Fault::Corrupt("catalog: what stands for the credential of '", named.name, "' is none");
  named.credential = std::make_shared<const data::ScramCredential>(std::move(credential));
  return {};
}

}  // namespace

void EncodeTopic(const data::Topic& topic, ByteWriter& writer) {
  writer.WriteBytes(topic.id.view());
  data::WriteText(writer, topic.name);
  writer.Write<int32_t>(topic.partitions);
  writer.Write<int64_t>(topic.revision);
  writer.Write<uint32_t>(static_cast<uint32_t>(topic.configs.size()));
  for (const auto& [name, value] : topic.configs) {
    data::WriteText(writer, name);
    data::WriteText(writer, value);
  }
}

Result<data::Topic> DecodeTopic(ByteReader& reader) {
  data::Topic topic;
  auto id = reader.ReadBytes(16);
  if (id.size() == 16) topic.id = Uuid::FromBytes(id);
  topic.name = data::ReadText(reader, kTextBytesMax);
  topic.partitions = reader.Read<int32_t>();
  topic.revision = reader.Read<int64_t>();
  auto configs = reader.Read<uint32_t>();
  if (configs > kConfigsMax) return Fault::Corrupt("catalog: a topic with ", configs, " configs");
  for (uint32_t i = 0; i < configs && reader.ok(); ++i) {
    std::string name = data::ReadText(reader, kTextBytesMax);
    topic.configs[name] = data::ReadText(reader, kTextBytesMax);
  }
  if (!reader.ok()) return Fault::Corrupt("catalog: it ends inside a topic");
  auto config = ParseLogConfig(topic.configs);
  if (!config.ok()) return Fault::Corrupt("catalog: topic '", topic.name, "': ", config.fault().message());
  topic.log = *config;
  return topic;
}

std::string EncodeChange(const Change& change) {
  std::string out;
  ByteWriter writer(out, Order::kLittle);
  writer.Write<uint8_t>(static_cast<uint8_t>(change.kind));
  writer.Write<uint64_t>(change.number);
  switch (change.kind) {
    case Change::Kind::kTopicPut: EncodeTopic(change.topic, writer); break;
    case Change::Kind::kTopicGone: writer.WriteBytes(change.topic.id.view()); break;
    case Change::Kind::kProducerIdsEnd: writer.Write<int64_t>(change.producer_ids_end); break;
    case Change::Kind::kCredentialPut:
    case Change::Kind::kCredentialGone:
      data::WriteText(writer, change.credential.name);
      writer.Write<uint8_t>(static_cast<uint8_t>(change.credential.mechanism));
      if (change.kind == Change::Kind::kCredentialPut) EncodeCredential(change.credential, writer);
      break;
    case Change::Kind::kLoginSecret: data::WriteText(writer, change.login_secret.Reveal()); break;
  }
  return out;
}

Result<Change> DecodeChange(std::string_view bytes) {
  ByteReader reader(bytes, Order::kLittle);
  Change change;
  auto kind = reader.Read<uint8_t>();
  change.kind = static_cast<Change::Kind>(kind);
  change.number = reader.Read<uint64_t>();
  switch (change.kind) {
    case Change::Kind::kTopicPut: {
      ASSIGN_OR_RETURN(change.topic, DecodeTopic(reader));
      break;
    }
    case Change::Kind::kTopicGone: {
      auto id = reader.ReadBytes(16);
      if (id.size() == 16) change.topic.id = Uuid::FromBytes(id);
      break;
    }
    case Change::Kind::kProducerIdsEnd: change.producer_ids_end = reader.Read<int64_t>(); break;
    case Change::Kind::kCredentialPut:
      RETURN_NOT_OK(DecodeCredentialName(reader, change.credential));
      RETURN_NOT_OK(DecodeCredential(reader, change.credential));
      break;
    case Change::Kind::kCredentialGone: RETURN_NOT_OK(DecodeCredentialName(reader, change.credential)); break;
    case Change::Kind::kLoginSecret:
      change.login_secret = Secret(data::ReadText(reader, kTextBytesMax));
      if (reader.ok() && change.login_secret.Reveal().size() != kLoginSecretBytes) return Fault::Corrupt("catalog: a login secret of a wrong length");
      break;
    default: return Fault::Corrupt("catalog: a change of kind ", static_cast<int>(kind));
  }
  if (!reader.ok() || !reader.AtEnd()) return Fault::Corrupt("catalog: a change has a wrong length");
  return change;
}

}  // namespace freshet::catalog
