#include "links/kafka/outbox.h"

#include "data/texts.h"

namespace freshet::links::kafka {
namespace {

constexpr uint8_t kVersion = 1;
enum class Where : uint8_t { kHere = 0, kInFile = 1 };

}  // namespace

std::string EncodeRows(const std::vector<OwedRecords>& rows) {
  std::string bytes;
  ByteWriter out(bytes, Order::kLittle);
  out.WriteVarUint64(rows.size());
  for (const OwedRecords& of : rows) {
    out.Write(of.partition);
    data::WriteVarText(out, of.batches);
  }
  return bytes;
}

Result<std::vector<OwedRecords>> DecodeRows(std::string_view bytes) {
  ByteReader in(bytes, Order::kLittle);
  std::vector<OwedRecords> rows;
  uint64_t count = in.ReadVarUint64();
  if (!in.ok() || count > in.remaining()) return Fault::Corrupt("link outbox: its length does not fit its count");
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    auto partition = in.Read<int32_t>();
    rows.push_back({partition, std::string(data::ReadVarText(in))});
  }
  if (!in.ok() || in.remaining() != 0) return Fault::Corrupt("link outbox: it is cut short, or there are bytes behind its end");
  return rows;
}

std::string EncodeOutbox(const Outbox& outbox) {
  std::string bytes;
  ByteWriter out(bytes, Order::kLittle);
  out.Write(kVersion);
  out.Write(static_cast<uint8_t>(outbox.file.empty() ? Where::kHere : Where::kInFile));
  if (outbox.file.empty()) {
    out.WriteBytes(outbox.rows);
    return bytes;
  }
  out.Write(outbox.file_bytes);
  out.Write(outbox.file_checksum);
  out.WriteBytes(outbox.file);
  return bytes;
}

Result<Outbox> DecodeOutbox(std::string_view bytes) {
  ByteReader in(bytes, Order::kLittle);
  auto version = in.Read<uint8_t>();
  if (!in.ok() || version != kVersion) return Fault::Unsupported("link outbox: version ", static_cast<int>(version), "; this build reads version 1");
  auto where = in.Read<uint8_t>();
  Outbox outbox;
  if (where == static_cast<uint8_t>(Where::kInFile)) {
    outbox.file_bytes = in.Read<int64_t>();
    outbox.file_checksum = in.Read<uint32_t>();
    outbox.file = std::string(in.ReadBytes(in.remaining()));
    bool good = in.ok() && outbox.file_bytes >= 0 && !outbox.file.empty() && outbox.file.find('/') == std::string::npos;
    if (!good) return Fault::Corrupt("link outbox: it names no file");
    return outbox;
  }
  if (!in.ok() || where != static_cast<uint8_t>(Where::kHere)) return Fault::Corrupt("link outbox: it does not say where its rows are");
  outbox.rows = std::string(in.ReadBytes(in.remaining()));
  return outbox;
}

}  // namespace freshet::links::kafka
