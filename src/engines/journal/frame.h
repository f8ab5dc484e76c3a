#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "data/record_types.h"

// The bytes of one journal frame and of a journal file's header; docs/formats/journal.md draws them.

namespace freshet::journal {

constexpr size_t kFrameHeaderBytes = 88;
constexpr size_t kFrameAlignment = 8;
constexpr uint32_t kFrameMagic = 0x4a524631;  // "1FRJ"
constexpr size_t kFileHeaderBytes = 4096;  // two copies, in different sectors
constexpr uint32_t kFormatVersion = 1;

// Which journal file a frame belongs to. The salt is new at every use of a file, so bytes left from an earlier use
// never verify.
struct FileHeader {
  uint32_t version = kFormatVersion;
  uint32_t feature_bits = 0;
  Uuid house;
  uint64_t salt = 0;
  data::Position first;   // position of the byte behind the header
  int64_t file_bytes = 0; // of the whole file, which is written in full before it is used
};

std::string EncodeFileHeader(const FileHeader& header);
// kCorrupt when neither copy holds, kUnsupported when a newer program wrote it.
Result<FileHeader> DecodeFileHeader(std::string_view bytes);

// What a frame carries beside its payload's bytes.
struct FrameHeader {
  data::RecordType type = data::RecordType::kLogAppend;
  uint8_t type_version = 0;
  bool ends_unit = false;
  uint32_t payload_bytes = 0;
  uint32_t payload_crc = 0;
  data::StreamId stream;
  uint32_t tenant = 0;
  uint32_t key_id = 0;
  data::Offset next_offset{-1};   // see data::Frame
  data::Position position;        // of the frame's first byte
  data::Position durable_before;  // everything below was synced before this frame was written
  int64_t wall_time_ms = 0;
};

// Appends the header's bytes.
void EncodeFrameHeader(const FrameHeader& header, uint64_t salt, std::string& out);

// The header at the start of `bytes` when its own checksum, the salt and `expected` (the position where it stands) all
// hold; nothing is known otherwise.
bool DecodeFrameHeader(std::string_view bytes, uint64_t salt, data::Position expected, FrameHeader& header);

// Whether `bytes` look like a frame at `expected`, whatever its salt: tells a file whose header rotted from one that was
// never used.
bool LooksLikeFrame(std::string_view bytes, data::Position expected);

// Header, payload and padding together.
constexpr int64_t FrameBytes(int64_t payload_bytes) {
  int64_t unpadded = static_cast<int64_t>(kFrameHeaderBytes) + payload_bytes;
  int64_t alignment = static_cast<int64_t>(kFrameAlignment);
  return (unpadded + alignment - 1) / alignment * alignment;
}

}  // namespace freshet::journal
