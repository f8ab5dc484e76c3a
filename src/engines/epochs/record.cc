#include "engines/epochs/record.h"

#include "data/texts.h"

namespace freshet::epochs {
namespace {

constexpr size_t kDamageBytesMax = 1 << 10;
constexpr uint32_t kEpochsUndeliveredMax = 1 << 20;

Uuid ReadUuid(ByteReader& reader) {
  auto bytes = reader.ReadBytes(16);
  return reader.ok() ? Uuid::FromBytes(bytes) : Uuid();
}

void WriteState(const StateRef& state, ByteWriter& writer) {
  writer.Write<int64_t>(state.attempt);
  writer.Write<uint64_t>(state.serial);
  writer.Write<int64_t>(state.file_bytes);
  writer.Write<uint32_t>(state.crc);
  writer.Write<int64_t>(state.begun);
  writer.Write<uint8_t>(state.grows ? 1 : 0);
  data::WriteText(writer, state.bytes);
}

// In the first format a file was of one epoch.
StateRef ReadState(ByteReader& reader, bool first_format, int64_t epoch) {
  StateRef state;
  state.attempt = reader.Read<int64_t>();
  state.serial = reader.Read<uint64_t>();
  state.file_bytes = reader.Read<int64_t>();
  state.crc = reader.Read<uint32_t>();
  state.grows = !first_format;
  if (!first_format) {
    state.begun = reader.Read<int64_t>();
    auto grows = reader.Read<uint8_t>();
    if (grows > 1) reader.Fail();
    state.grows = grows != 0;
  } else if (state.in_file()) {
    state.begun = epoch;
  }
  state.bytes = data::ReadText(reader, kInlineBytesMax);
  bool alone = state.grows || state.bytes.empty();
  bool holds = state.in_file() ? alone && state.file_bytes >= 0 && state.file_bytes <= kStateFileBytesMax : state.file_bytes == 0;
  if (!holds) reader.Fail();
  return state;
}

void WriteOutbox(const Outbox& outbox, ByteWriter& writer) {
  writer.Write<uint32_t>(static_cast<uint32_t>(outbox.size()));
  for (const ports::OutboxEntry& entry : outbox) {
    data::WriteText(writer, entry.sink);
    data::WriteText(writer, entry.bytes);
  }
}

Outbox ReadOutbox(ByteReader& reader) {
  Outbox outbox;
  auto entries = reader.Read<uint32_t>();
  if (entries > kOutboxEntriesMax) reader.Fail();
  for (uint32_t i = 0; i < entries && reader.ok(); ++i) {
    std::string sink = data::ReadText(reader, kNameBytesMax);
    outbox.push_back({std::move(sink), data::ReadText(reader, kOutboxBytesMax)});
  }
  return outbox;
}

Status CheckEnd(const ByteReader& reader, std::string_view what) {
  if (reader.ok() && reader.AtEnd()) return {};
  return Fault::Corrupt("epochs: ", what, " does not hold together");
}

}  // namespace

int64_t BytesOf(const Outbox& outbox) {
  int64_t total = 0;
  for (const ports::OutboxEntry& entry : outbox) total += static_cast<int64_t>(entry.sink.size() + entry.bytes.size());
  return total;
}

std::string EncodeAttempt(const AttemptRecord& record) {
  std::string out;
  ByteWriter writer(out, Order::kLittle);
  writer.Write<uint64_t>(record.number);
  data::WriteText(writer, record.pipeline);
  writer.WriteBytes(record.lineage.view());
  writer.Write<int64_t>(record.attempt);
  return out;
}

Result<AttemptRecord> DecodeAttempt(std::string_view bytes) {
  ByteReader reader(bytes, Order::kLittle);
  AttemptRecord record;
  record.number = reader.Read<uint64_t>();
  record.pipeline = data::ReadText(reader, kNameBytesMax);
  record.lineage = ReadUuid(reader);
  record.attempt = reader.Read<int64_t>();
  RETURN_NOT_OK(CheckEnd(reader, "an attempt"));
  return record;
}

std::string EncodeCommit(const CommitRecord& record) {
  std::string out;
  ByteWriter writer(out, Order::kLittle);
  writer.Write<uint64_t>(record.number);
  data::WriteText(writer, record.token.pipeline);
  writer.WriteBytes(record.token.lineage.view());
  writer.Write<int64_t>(record.token.epoch);
  writer.Write<int64_t>(record.attempt);
  writer.Write<uint8_t>(record.adds ? 1 : 0);
  WriteState(record.state, writer);
  WriteOutbox(record.outbox, writer);
  return out;
}

Result<CommitRecord> DecodeCommit(std::string_view bytes, uint8_t version) {
  ByteReader reader(bytes, Order::kLittle);
  CommitRecord record;
  record.number = reader.Read<uint64_t>();
  record.token.pipeline = data::ReadText(reader, kNameBytesMax);
  record.token.lineage = ReadUuid(reader);
  record.token.epoch = reader.Read<int64_t>();
  record.attempt = reader.Read<int64_t>();
  if (version > 0) {
    auto adds = reader.Read<uint8_t>();
    if (adds > 1) reader.Fail();
    record.adds = adds != 0;
  }
  record.state = ReadState(reader, version == 0, record.token.epoch);
  record.outbox = ReadOutbox(reader);
  RETURN_NOT_OK(CheckEnd(reader, "a commit"));
  return record;
}

std::string EncodeDone(const DoneRecord& record) {
  std::string out;
  ByteWriter writer(out, Order::kLittle);
  writer.WriteBytes(record.lineage.view());
  writer.Write<int64_t>(record.epoch);
  return out;
}

Result<DoneRecord> DecodeDone(std::string_view bytes) {
  ByteReader reader(bytes, Order::kLittle);
  DoneRecord record;
  record.lineage = ReadUuid(reader);
  record.epoch = reader.Read<int64_t>();
  RETURN_NOT_OK(CheckEnd(reader, "a delivery"));
  return record;
}

std::string EncodePipeline(const PipelineState& state) {
  std::string out;
  ByteWriter writer(out, Order::kLittle);
  data::WriteText(writer, state.name);
  writer.WriteBytes(state.lineage.view());
  writer.Write<uint64_t>(state.number);
  writer.Write<int64_t>(state.attempt);
  writer.Write<int64_t>(state.epoch);
  WriteState(state.state, writer);
  writer.Write<uint32_t>(static_cast<uint32_t>(state.undelivered.size()));
  for (const auto& [epoch, outbox] : state.undelivered) {
    writer.Write<int64_t>(epoch);
    WriteOutbox(outbox, writer);
  }
  data::WriteText(writer, std::string_view(state.damage).substr(0, kDamageBytesMax));
  return out;
}

Result<PipelineState> DecodePipeline(std::string_view bytes, uint32_t version) {
  ByteReader reader(bytes, Order::kLittle);
  PipelineState state;
  state.name = data::ReadText(reader, kNameBytesMax);
  state.lineage = ReadUuid(reader);
  state.number = reader.Read<uint64_t>();
  state.attempt = reader.Read<int64_t>();
  state.epoch = reader.Read<int64_t>();
  state.state = ReadState(reader, version == 1, state.epoch);
  auto undelivered = reader.Read<uint32_t>();
  if (undelivered > kEpochsUndeliveredMax) reader.Fail();
  for (uint32_t i = 0; i < undelivered && reader.ok(); ++i) {
    auto epoch = reader.Read<int64_t>();
    state.undelivered[epoch] = ReadOutbox(reader);
  }
  state.damage = data::ReadText(reader, kDamageBytesMax);
  RETURN_NOT_OK(CheckEnd(reader, "a pipeline"));
  return state;
}

void TakeState(StateRef& state, StateRef next, bool adds) {
  if (adds) next.bytes.insert(0, state.bytes);
  state = std::move(next);
}

}  // namespace freshet::epochs
