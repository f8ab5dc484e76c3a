#include "engines/stream/state/snapshot_part.h"

#include <optional>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "engines/stream/state/rows.h"

namespace freshet::stream {
namespace {

constexpr std::string_view kMagic = "FSTS";
constexpr uint16_t kVersion = 3;
constexpr uint16_t kVersionBefore = 2;  // its sinks do not say what they are
constexpr size_t kHeaderBytes = 20;
constexpr size_t kChecksumBytes = 4;
constexpr uint32_t kMaxEntries = 1 << 20;

// One operator's entries while parts are read: views into these.
class Merging {
 public:
  std::string_view whole;

  Status Take(std::string_view entries) {
    return ForEachEntry(entries, [this](int group, std::string_view id, std::optional<std::string_view> rest) {
      Place(static_cast<size_t>(group), id) = rest;
      return Status();
    });
  }

  void Into(OperatorState& state) const {
    state.whole = whole;
    std::array<size_t, kKeyGroups> sizes{};
    for (const Entry& entry : entries_) {
      if (entry.rest) sizes[entry.group] += entry.id.size() + entry.rest->size();
    }
    for (size_t g = 0; g < sizes.size(); ++g) state.groups[g].reserve(sizes[g]);
    for (const Entry& entry : entries_) {
      if (entry.rest) state.groups[entry.group].append(entry.id).append(*entry.rest);
    }
  }

 private:
  struct Entry {
    size_t group;
    std::string_view id;
    std::optional<std::string_view> rest;
  };

  std::optional<std::string_view>& Place(size_t group, std::string_view id) {
    size_t next = entries_.size();
    size_t at = id.empty() ? groups_.try_emplace(group, next).first->second : ids_.try_emplace(id, next).first->second;
    if (at == next) entries_.push_back({group, id, {}});
    return entries_[at].rest;
  }

  std::vector<Entry> entries_;                          // those that came first in front
  std::unordered_map<std::string_view, size_t> ids_;    // their places
  std::unordered_map<size_t, size_t> groups_;           // the same, of those without an id
};

}  // namespace

void StatePart::Put(int key_group, std::string_view id, std::string_view rest) {
  ByteWriter out(entries_, Order::kLittle);
  out.Write(static_cast<uint8_t>(key_group));
  WriteBytes(out, id);
  out.WriteVarUint64(rest.size() + 1);
  out.WriteBytes(rest);
}

void StatePart::Gone(int key_group, std::string_view id) {
  ByteWriter out(entries_, Order::kLittle);
  out.Write(static_cast<uint8_t>(key_group));
  WriteBytes(out, id);
  out.WriteVarUint64(0);
}

std::string SnapshotPart::Encode() const {
  std::string bytes;
  ByteWriter out(bytes, Order::kLittle);
  out.WriteBytes(kMagic);
  out.Write(kVersion);
  out.Write(uint16_t{0});  // feature bits
  out.Write(uint32_t{0});  // key id: not encrypted
  out.Write(uint64_t{0});  // bytes up to the checksum, see below
  out.WriteVarUint64(operators.size());
  for (const auto& [signature, part] : operators) {
    WriteBytes(out, signature);
    WriteBytes(out, part.whole);
    WriteBytes(out, part.entries());
  }
  out.WriteVarUint64(sources.size());
  for (const auto& [signature, position] : sources) {
    WriteBytes(out, signature);
    WriteBytes(out, position);
  }
  StoreInt<uint64_t>(Order::kLittle, bytes.data() + kHeaderBytes - sizeof(uint64_t), bytes.size() - kHeaderBytes);
  out.Write(Crc32c(bytes));
  return bytes;
}

Result<std::optional<std::string_view>> TakePart(std::string_view* bytes) {
  if (!kMagic.starts_with(bytes->substr(0, kMagic.size()))) return Fault::Corrupt("snapshot: a part does not begin with FSTS");
  if (bytes->size() < kHeaderBytes) return std::optional<std::string_view>();
  ByteReader in(bytes->substr(kMagic.size()), Order::kLittle);
  auto version = in.Read<uint16_t>();
  auto features = in.Read<uint16_t>();
  auto key_id = in.Read<uint32_t>();
  auto size = in.Read<uint64_t>();
  bool is_known = version == kVersion || version == kVersionBefore;
  if (!is_known || features != 0 || key_id != 0) return Fault::Unsupported("snapshot: version ", version, " features ", features, " key ", key_id, " in a part; this build reads versions 2 and 3, unencrypted");
  if (bytes->size() < kHeaderBytes + kChecksumBytes || size > bytes->size() - kHeaderBytes - kChecksumBytes) return std::optional<std::string_view>();
  std::string_view sealed = bytes->substr(0, kHeaderBytes + size);
  if (LoadInt<uint32_t>(Order::kLittle, bytes->data() + sealed.size()) != Crc32c(sealed)) return Fault::Corrupt("snapshot: checksum does not match");
  bytes->remove_prefix(sealed.size() + kChecksumBytes);
  return std::optional(sealed.substr(kHeaderBytes));
}

Result<PartView> ReadPart(std::string_view body) {
  PartView part;
  ByteReader in(body, Order::kLittle);
  uint64_t count = in.ReadVarUint64();
  if (count > kMaxEntries) return Fault::Corrupt("snapshot: too many operators");
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    PartView::Operator op;
    op.signature = ReadBytes(in);
    op.whole = ReadBytes(in);
    op.entries = ReadBytes(in);
    part.operators.push_back(op);
  }
  count = in.ReadVarUint64();
  if (count > kMaxEntries) return Fault::Corrupt("snapshot: too many sources");
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    std::string_view signature = ReadBytes(in);
    part.sources.emplace_back(signature, ReadBytes(in));
  }
  if (!in.ok() || !in.AtEnd()) return Fault::Corrupt("snapshot: ends in the middle of an entry");
  return part;
}

Status ForEachEntry(std::string_view entries, const std::function<Status(int, std::string_view, std::optional<std::string_view>)>& visit) {
  ByteReader in(entries, Order::kLittle);
  while (!in.AtEnd()) {
    int group = in.Read<uint8_t>();
    std::string_view id = ReadBytes(in);
    uint64_t size = in.ReadVarUint64();  // and one; 0: gone
    std::optional<std::string_view> rest;
    if (size > 0) rest = in.ReadBytes(size - 1);
    if (!in.ok() || group >= kKeyGroups) return Fault::Corrupt("snapshot: entries of an operator are cut off");
    RETURN_NOT_OK(visit(group, id, rest));
  }
  return {};
}

Result<Snapshot> DecodeParts(std::string_view bytes) {
  std::map<std::string_view, Merging> operators;
  PartView part;
  while (!bytes.empty()) {
    ASSIGN_OR_RETURN(auto body, TakePart(&bytes));
    if (!body.has_value()) return Fault::Corrupt("snapshot: a part is cut off");
    ASSIGN_OR_RETURN(part, ReadPart(*body));
    for (const auto& op : part.operators) {
      operators[op.signature].whole = op.whole;
      RETURN_NOT_OK(operators[op.signature].Take(op.entries));
    }
  }
  Snapshot snapshot;
  for (const auto& [signature, position] : part.sources) snapshot.sources[std::string(signature)] = position;
  for (const auto& [signature, merging] : operators) merging.Into(snapshot.operators[std::string(signature)]);
  return snapshot;
}

}  // namespace freshet::stream
