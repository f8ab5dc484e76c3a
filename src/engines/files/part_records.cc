#include "engines/files/part_records.h"

#include "base/bytes.h"

namespace freshet::files {
namespace {

constexpr std::string_view kStateMagic = "FPS2", kStateMagic1 = "FPS1", kOutboxMagic = "FPO1";
constexpr uint32_t kEntriesMax = 1'000'000;

void PutText(ByteWriter& to, std::string_view text) {
  to.WriteVarUint32(static_cast<uint32_t>(text.size()));
  to.WriteBytes(text);
}
std::string TakeText(ByteReader& from) {
  uint32_t size = from.ReadVarUint32();
  return std::string(from.ReadBytes(size));
}

// So many entries, each by `take`; stops at the first that is cut.
template <typename Take>
void TakeEach(ByteReader& from, Take&& take) {
  uint32_t count = from.ReadVarUint32();
  if (count > kEntriesMax) from.Fail();
  for (uint32_t i = 0; i < count && from.ok(); ++i) take();
}

// Outboxes of before a sink carried anything: folder and name of each file, a line each.
EpochParts DecodeLines(std::string_view bytes) {
  auto line = [&bytes] {
    size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string text(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    return text;
  };
  EpochParts epoch;
  while (!bytes.empty()) {
    std::string folder = line(), name = line();
    epoch.ended.push_back({std::move(folder), std::move(name)});
  }
  return epoch;
}

}  // namespace

std::string EncodeState(const PartState& state) {
  std::string out(kStateMagic);
  ByteWriter to(out);
  to.WriteBytes(state.lineage.view());
  to.WriteVarInt64(state.epoch);
  to.WriteVarUint32(static_cast<uint32_t>(state.parts.size()));
  for (const auto& part : state.parts) {
    PutText(to, part.folder);
    PutText(to, part.name);
    for (int64_t number : {part.bytes, part.created_ms, part.written_ms}) to.WriteVarInt64(number);
  }
  to.WriteVarUint32(static_cast<uint32_t>(state.partitions.size()));
  for (const auto& partition : state.partitions) {
    PutText(to, partition.folder);
    to.WriteVarInt64(partition.created_ms);
  }
  return out;
}

Result<PartState> DecodeState(std::string_view bytes) {
  ByteReader from(bytes);
  PartState state;
  std::string_view magic = from.ReadBytes(kStateMagic.size());
  if (magic != kStateMagic && magic != kStateMagic1) return Fault::Corrupt("the record of a table's open files is none");
  if (magic == kStateMagic) {
    std::string_view lineage = from.ReadBytes(sizeof(Uuid::bytes));
    if (from.ok()) state.lineage = Uuid::FromBytes(lineage);
    state.epoch = from.ReadVarInt64();
  }
  TakeEach(from, [&] {
    OpenPart part{.folder = TakeText(from), .name = TakeText(from)};
    part.bytes = from.ReadVarInt64();
    part.created_ms = from.ReadVarInt64();
    part.written_ms = from.ReadVarInt64();
    if (part.bytes < 0) from.Fail();
    state.parts.push_back(std::move(part));
  });
  TakeEach(from, [&] {
    OpenPartition partition{.folder = TakeText(from)};
    partition.created_ms = from.ReadVarInt64();
    state.partitions.push_back(std::move(partition));
  });
  if (!from.ok() || !from.AtEnd()) return Fault::Corrupt("the record of a table's open files is cut or too long");
  return state;
}

std::string EncodeOutbox(const EpochParts& epoch) {
  std::string out(kOutboxMagic);
  ByteWriter to(out);
  to.WriteVarUint32(static_cast<uint32_t>(epoch.ended.size()));
  for (const auto& ended : epoch.ended) {
    PutText(to, ended.folder);
    PutText(to, ended.name);
  }
  to.WriteVarUint32(static_cast<uint32_t>(epoch.whole.size()));
  for (const auto& folder : epoch.whole) PutText(to, folder);
  PutText(to, epoch.state);
  return out;
}

Result<EpochParts> DecodeOutbox(std::string_view bytes) {
  if (!bytes.starts_with(kOutboxMagic)) return DecodeLines(bytes);
  ByteReader from(bytes.substr(kOutboxMagic.size()));
  EpochParts epoch;
  TakeEach(from, [&] {
    std::string folder = TakeText(from), name = TakeText(from);
    epoch.ended.push_back({std::move(folder), std::move(name)});
  });
  TakeEach(from, [&] { epoch.whole.push_back(TakeText(from)); });
  epoch.state = TakeText(from);
  if (!from.ok() || !from.AtEnd()) return Fault::Corrupt("an epoch's outbox of files is cut or too long");
  return epoch;
}

}  // namespace freshet::files
