#include "engines/stream/state/snapshot.h"

#include <algorithm>

#include "base/crc32c.h"
#include "data/texts.h"
#include "engines/stream/state/snapshot_part.h"

namespace freshet::stream {
namespace {

constexpr std::string_view kMagic = "FSTS";
constexpr uint16_t kVersion = 1;
constexpr uint32_t kMaxEntries = 1 << 20;

}  // namespace

void MergeWhole(std::string& into, std::string_view other, WholeState whole) {
  ByteReader a(into, Order::kLittle), b(other, Order::kLittle);
  std::string merged;
  ByteWriter out(merged, Order::kLittle);
  out.Write(std::min(a.Read<int64_t>(), b.Read<int64_t>()));
  uint64_t inputs = a.ReadVarUint64();
  CHECK(inputs == b.ReadVarUint64());
  out.WriteVarUint64(inputs);
  for (uint64_t i = 0; i < inputs; ++i) out.Write(std::min(a.Read<int64_t>(), b.Read<int64_t>()));
  if (whole == WholeState::kArrivals) out.Write(std::max(a.Read<uint64_t>(), b.Read<uint64_t>()));
  if (whole == WholeState::kFired) out.Write(std::min(a.Read<int64_t>(), b.Read<int64_t>()));
  if (whole == WholeState::kTexts) {
    out.WriteBytes(a.ReadBytes(a.remaining()));
    b.Skip(b.remaining());
  }
  CHECK(a.ok() && a.AtEnd() && b.ok() && b.AtEnd());  // all our own bytes
  into = std::move(merged);
}

std::string Snapshot::Encode() const {
  std::string bytes;
  ByteWriter out(bytes, Order::kLittle);
  out.WriteBytes(kMagic);
  out.Write(kVersion);
  out.Write(uint16_t{0});  // feature bits
  out.Write(uint32_t{0});  // key id: not encrypted
  out.WriteVarUint64(operators.size());
  for (const auto& [signature, state] : operators) {
    data::WriteVarText(out, signature);
    data::WriteVarText(out, state.whole);
    for (const auto& group : state.groups) data::WriteVarText(out, group);
  }
  out.WriteVarUint64(sources.size());
  for (const auto& [signature, position] : sources) {
    data::WriteVarText(out, signature);
    data::WriteVarText(out, position);
  }
  out.Write(Crc32c(bytes));
  return bytes;
}

Result<Snapshot> Snapshot::Decode(std::string_view bytes) {
  if (bytes.size() < 16 || !bytes.starts_with(kMagic)) return Fault::Corrupt("snapshot: does not begin with FSTS");
  if (LoadInt<uint16_t>(Order::kLittle, bytes.data() + kMagic.size()) > kVersion) return DecodeParts(bytes);
  std::string_view body = bytes.substr(0, bytes.size() - 4);
  if (LoadInt<uint32_t>(Order::kLittle, bytes.data() + body.size()) != Crc32c(body)) return Fault::Corrupt("snapshot: checksum does not match");
  ByteReader in(body.substr(4), Order::kLittle);
  auto version = in.Read<uint16_t>();
  auto features = in.Read<uint16_t>();
  auto key_id = in.Read<uint32_t>();
  if (version != kVersion || features != 0 || key_id != 0) return Fault::Unsupported("snapshot: version ", version, " features ", features, " key ", key_id, "; this build reads versions 1 to 3, unencrypted");
  Snapshot out;
  uint64_t count = in.ReadVarUint64();
  if (count > kMaxEntries) return Fault::Corrupt("snapshot: too many operators");
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    OperatorState& state = out.operators[std::string(data::ReadVarText(in))];
    state.whole = data::ReadVarText(in);
    for (auto& group : state.groups) group = data::ReadVarText(in);
  }
  count = in.ReadVarUint64();
  if (count > kMaxEntries) return Fault::Corrupt("snapshot: too many sources");
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    std::string signature(data::ReadVarText(in));
    out.sources[signature] = data::ReadVarText(in);
  }
  if (!in.ok() || !in.AtEnd()) return Fault::Corrupt("snapshot: ends in the middle of an entry");
  return out;
}

}  // namespace freshet::stream
