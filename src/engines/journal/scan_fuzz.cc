#include "base/bytes.h"
#include "base/crc32c.h"
#include "engines/journal/scan.h"

namespace freshet::journal {
namespace {

const FileHeader kHeader{.salt = 7, .first = data::Position(4096)};

// What was found lies inside the file and in order.
void CheckOrder(const Scan& scan, const FileHeader& header) {
  data::Position at = header.first;
  for (const Found& found : scan.found) {
    CHECK(found.begin == at && found.end > found.begin);
    at = found.end;
  }
  CHECK(at == scan.end);
}

// A journal file of frames as they are written; the input says of each how long it is and whether what came before was synced.
struct Written {
  std::string bytes = EncodeFileHeader(kHeader);
  std::vector<std::pair<size_t, std::string>> frames;  // place of each and its payload
  data::Position synced = kHeader.first;

  void Add(ByteReader& in) {
    auto kind = in.Read<uint8_t>();
    std::string payload(in.Read<uint8_t>(), static_cast<char>('a' + frames.size() % 26));
    data::Position at = kHeader.first + (bytes.size() - kFileHeaderBytes);
    if (kind % 2 == 1) synced = at;
    FrameHeader frame{.type = static_cast<data::RecordType>(1 + kind % 10), .ends_unit = kind % 3 == 0, .payload_bytes = static_cast<uint32_t>(payload.size()), .payload_crc = Crc32c(payload), .position = at, .durable_before = synced};
    frames.emplace_back(bytes.size(), payload);
    EncodeFrameHeader(frame, kHeader.salt, bytes);
    bytes += payload;
    bytes.resize(bytes.size() + static_cast<size_t>(FrameBytes(static_cast<int64_t>(payload.size()))) - kFrameHeaderBytes - payload.size(), '\0');
  }
};

// One burst that a checksum surely sees, and an end that came early. Frames in front of both are found, those that are found hold what was
// written, and nothing that was synced is taken for a torn tail.
void ScanDamaged(ByteReader in) {
  Written written;
  auto place = in.Read<uint16_t>();
  auto burst = in.Read<uint32_t>();
  auto cut = in.Read<uint16_t>();
  while (!in.AtEnd() && written.frames.size() < 40) written.Add(in);
  std::string bytes = written.bytes.substr(0, written.bytes.size() - cut % (written.bytes.size() - kFileHeaderBytes + 1));
  size_t hit = kFileHeaderBytes + place % (bytes.size() - kFileHeaderBytes + 1);
  if (hit + sizeof burst > bytes.size()) hit = bytes.size();
  if (hit < bytes.size()) StoreInt(Order::kLittle, bytes.data() + hit, LoadInt<uint32_t>(Order::kLittle, bytes.data() + hit) ^ burst);

  Scan scan = ScanFile(bytes, kHeader, kHeader.first);
  CheckOrder(scan, kHeader);
  size_t next = 0;
  for (const Found& found : scan.found) {
    if (found.kind != Found::Kind::kFrame) continue;
    size_t at = kFileHeaderBytes + (found.begin - kHeader.first);
    while (next < written.frames.size() && written.frames[next].first < at) ++next;
    CHECK(next < written.frames.size() && written.frames[next].first == at && written.frames[next].second == found.payload);
    CHECK(scan.end >= found.header.durable_before);
  }
  for (const auto& [at, payload] : written.frames) {
    size_t end = at + kFrameHeaderBytes + payload.size();
    if (end <= std::min(hit, bytes.size())) CHECK(kHeader.first + (end - kFileHeaderBytes) <= scan.end);
  }
}

}  // namespace
}  // namespace freshet::journal

// Whatever stands in a journal file, the scan ends, and what it found lies inside the file and in order. The same bytes as a recipe.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto decoded = journal::DecodeFileHeader(bytes);
  journal::FileHeader header = decoded.ok() && decoded->first.get() < (uint64_t{1} << 40) ? *decoded : journal::FileHeader{.salt = 0, .first = data::Position(4096)};
  uint64_t mark = size >= 8 ? LoadInt<uint64_t>(Order::kLittle, bytes.data()) % (1 << 20) : 0;
  journal::CheckOrder(journal::ScanFile(bytes, header, data::Position(mark)), header);
  journal::ScanDamaged(ByteReader(bytes, Order::kLittle));
  return 0;
}
