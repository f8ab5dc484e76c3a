#include "engines/coordinators/transaction.h"

#include "base/bytes.h"
#include "base/planted.h"
#include "engines/coordinators/texts.h"

namespace freshet::coordinators {

using ports::TransactionError;

namespace {

constexpr uint8_t kKeyVersion = 1;
constexpr uint8_t kValueVersion = 1;

void WriteOffset(const ports::CommittedOffset& offset, ByteWriter& writer) {
  data::WriteText(writer, offset.topic);
  writer.Write<int32_t>(offset.partition.get());
  writer.Write<int64_t>(offset.offset.get());
  writer.Write<int32_t>(offset.leader_epoch.get());
  data::WriteText(writer, offset.metadata);
  writer.WriteBytes(offset.topic_id.view());
}

ports::CommittedOffset ReadOffset(ByteReader& reader) {
  ports::CommittedOffset offset;
  offset.topic = data::ReadText(reader, kTextBytesMax);
  offset.partition = data::PartitionId(reader.Read<int32_t>());
  offset.offset = data::Offset(reader.Read<int64_t>());
  offset.leader_epoch = data::LeaderEpoch(reader.Read<int32_t>());
  offset.metadata = data::ReadText(reader, kTextBytesMax);
  auto topic = reader.ReadBytes(sizeof(Uuid));
  if (reader.ok()) offset.topic_id = Uuid::FromBytes(topic);
  return offset;
}

std::string EncodeValue(const Transaction& transaction) {
  std::string value;
  ByteWriter writer(value, Order::kLittle);
  writer.Write<uint8_t>(kValueVersion);
  writer.Write<int64_t>(transaction.producer.get());
  writer.Write<int16_t>(transaction.epoch.get());
  writer.Write<int16_t>(transaction.last_epoch.get());
  writer.Write<int32_t>(transaction.timeout_ms);
  writer.Write<uint8_t>(static_cast<uint8_t>(transaction.state));
  writer.Write<int64_t>(transaction.started_ms);
  writer.Write<int64_t>(transaction.updated_ms);
  writer.Write<uint32_t>(static_cast<uint32_t>(transaction.partitions.size()));
  for (const data::PartitionKey& key : transaction.partitions) {
    writer.WriteBytes(key.topic.view());
    writer.Write<int32_t>(key.partition.get());
  }
  writer.Write<uint32_t>(static_cast<uint32_t>(transaction.groups.size()));
  for (const auto& [group, offsets] : transaction.groups) {
    data::WriteText(writer, group);
    writer.Write<uint32_t>(static_cast<uint32_t>(offsets.size()));
    for (const auto& [place, offset] : offsets) WriteOffset(offset, writer);
  }
  return value;
}

bool DecodeValue(std::string_view value, Transaction& transaction) {
  ByteReader reader(value, Order::kLittle);
  bool version_holds = reader.Read<uint8_t>() == kValueVersion;
  transaction.producer = data::ProducerId(reader.Read<int64_t>());
  transaction.epoch = data::ProducerEpoch(reader.Read<int16_t>());
  transaction.last_epoch = data::ProducerEpoch(reader.Read<int16_t>());
  transaction.timeout_ms = reader.Read<int32_t>();
  auto state = reader.Read<uint8_t>();
  transaction.state = static_cast<Transaction::State>(state);
  transaction.started_ms = reader.Read<int64_t>();
  transaction.updated_ms = reader.Read<int64_t>();
  auto partitions = reader.Read<uint32_t>();
  for (uint32_t i = 0; i < partitions && reader.ok(); ++i) {
    auto topic = reader.ReadBytes(sizeof(Uuid));
    data::PartitionId partition(reader.Read<int32_t>());
    if (reader.ok()) transaction.partitions.insert({Uuid::FromBytes(topic), partition});
  }
  auto groups = reader.Read<uint32_t>();
  for (uint32_t g = 0; g < groups && reader.ok(); ++g) {
    auto& offsets = transaction.groups[data::ReadText(reader, kTextBytesMax)];
    auto count = reader.Read<uint32_t>();
    for (uint32_t i = 0; i < count && reader.ok(); ++i) {
      ports::CommittedOffset offset = ReadOffset(reader);
      offsets[{offset.topic, offset.partition}] = offset;
    }
  }
  return version_holds && reader.ok() && reader.AtEnd() && state <= static_cast<uint8_t>(Transaction::State::kAborted) && transaction.producer.get() >= 0;
}

}  // namespace

TransactionError Transaction::Check(const ports::TransactionCaller& caller) const {
  if (producer != caller.producer || producer == data::kNoProducer) return TransactionError::kUnknownProducer;
  bool is_newest = epoch == caller.epoch || Planted("zombie_producer_commits");
  return is_newest ? TransactionError::kNone : TransactionError::kFenced;
}

TransactionError Transaction::CheckInit(const ports::TransactionInit& init, bool* again) const {
  *again = false;
  bool goes_on = init.producer != data::kNoProducer && producer != data::kNoProducer;
  if (!goes_on) return TransactionError::kNone;
  if (init.producer == producer && init.epoch == epoch) return TransactionError::kNone;
  *again = init.producer == producer && init.epoch == last_epoch && !is_open();
  return *again ? TransactionError::kNone : TransactionError::kFenced;
}

TransactionError Transaction::CheckEnd(bool commit) const {
  if (is_open() || state == (commit ? State::kCommitted : State::kAborted)) return TransactionError::kNone;
  return TransactionError::kInvalidState;
}

void Transaction::Open(int64_t now_ms) {
  if (!is_open()) started_ms = now_ms;
  state = State::kOngoing;
  updated_ms = now_ms;
}

void Transaction::Close(State how, int64_t now_ms) {
  state = how;
  started_ms = -1;
  updated_ms = now_ms;
  partitions.clear();
  groups.clear();
}

ports::TransactionDescription Transaction::Describe() const {
  static constexpr std::string_view kNames[] = {"Empty", "Ongoing", "CompleteCommit", "CompleteAbort"};
  return {.id = id, .state = std::string(kNames[static_cast<size_t>(state)]), .timeout_ms = timeout_ms, .started_ms = started_ms,
          .producer = producer, .epoch = epoch, .partitions = {partitions.begin(), partitions.end()}};
}

std::vector<ports::CommittedOffset> Transaction::OffsetsOf(const std::string& group) const {
  std::vector<ports::CommittedOffset> offsets;
  auto found = groups.find(group);
  if (found == groups.end()) return offsets;
  for (const auto& [place, offset] : found->second) offsets.push_back(offset);
  return offsets;
}

Result<std::string> EncodeTransaction(const Transaction& transaction, bool forget, int64_t now_ms) {
  std::string key;
  ByteWriter writer(key, Order::kLittle);
  writer.Write<uint8_t>(kKeyVersion);
  data::WriteText(writer, transaction.id);
  std::string value = EncodeValue(transaction);
  std::optional<std::string_view> stored;
  if (!forget) stored = value;
  data::RecordBatchBuilder builder({});
  builder.Add(now_ms, key, stored);
  return builder.Finish();
}

Result<Transaction> DecodeTransaction(const data::Record& record) {
  Transaction transaction;
  ByteReader key(record.key.value_or(std::string_view()), Order::kLittle);
  bool holds = key.Read<uint8_t>() == kKeyVersion;
  transaction.id = data::ReadText(key, kTextBytesMax);
  holds = holds && key.ok() && key.AtEnd();
  if (holds && record.value.has_value()) holds = DecodeValue(*record.value, transaction);
  if (!holds) return Fault::Corrupt("__transactions: the record at offset ", record.offset, " is not one of ours");
  return transaction;
}

}  // namespace freshet::coordinators
