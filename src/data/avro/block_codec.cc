#include "data/avro/block_codec.h"

#include <snappy.h>
#include <zlib.h>

#include "base/bytes.h"
#include "data/compression.h"

namespace freshet::avro {
namespace {

constexpr std::string_view kNames[] = {"null", "deflate", "snappy", "zstandard"};
constexpr size_t kChecksumBytes = 4;  // of the unpacked bytes, behind a snappy block

// A raw stream of deflate: no header, no checksum.
Result<std::string> Inflate(std::string_view packed, size_t bytes_max) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return Fault::Internal("deflate: cannot start");
  std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  char buffer[16384];
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    code = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer, sizeof buffer - stream.avail_out);
    if (out.size() > bytes_max) return Fault::TooLarge("avro: a block unpacks to more than ", bytes_max, " bytes");
  }
  if (code != Z_STREAM_END) return Fault::Corrupt("avro: a deflate block is damaged");
  return out;
}

Result<std::string> Deflate(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) return Fault::Internal("deflate: cannot start");
  std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, deflateEnd);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return Fault::Internal("deflate: a block did not end");
  out.resize(stream.total_out);
  return out;
}

uint32_t Checksum(std::string_view bytes) { return static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()))); }

Result<std::string> UnpackSnappy(std::string_view packed, size_t bytes_max) {
  if (packed.size() < kChecksumBytes) return Fault::Corrupt("avro: a snappy block is cut");
  std::string_view body = packed.substr(0, packed.size() - kChecksumBytes);
  size_t size = 0;
  if (!snappy::GetUncompressedLength(body.data(), body.size(), &size)) return Fault::Corrupt("avro: a snappy block is damaged");
  if (size > bytes_max) return Fault::TooLarge("avro: a block unpacks to more than ", bytes_max, " bytes");
  std::string out;
  if (!snappy::Uncompress(body.data(), body.size(), &out)) return Fault::Corrupt("avro: a snappy block is damaged");
  if (Checksum(out) != LoadInt<uint32_t>(Order::kBig, packed.data() + body.size())) return Fault::Corrupt("avro: the checksum of a snappy block does not match");
  return out;
}

std::string PackSnappy(std::string_view bytes) {
  std::string out;
  snappy::Compress(bytes.data(), bytes.size(), &out);
  ByteWriter(out).Write(Checksum(bytes));
  return out;
}

}  // namespace

std::string_view BlockCodecName(BlockCodec codec) { return kNames[static_cast<size_t>(codec)]; }

Result<BlockCodec> ParseBlockCodec(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return static_cast<BlockCodec>(i);
  }
  return Fault::Unsupported("avro codec '", name, "'; null, deflate, snappy and zstandard are read and written");
}

Result<std::string> PackBlock(BlockCodec codec, std::string_view bytes) {
  switch (codec) {
    case BlockCodec::kNull: return std::string(bytes);
    case BlockCodec::kDeflate: return Deflate(bytes);
    case BlockCodec::kSnappy: return PackSnappy(bytes);
    case BlockCodec::kZstandard: return data::Compress(data::Codec::kZstd, bytes);
  }
  CHECK(false);
}

Result<std::string> UnpackBlock(BlockCodec codec, std::string_view packed, size_t bytes_max) {
  switch (codec) {
    case BlockCodec::kNull:
      if (packed.size() > bytes_max) return Fault::TooLarge("avro: a block has more than ", bytes_max, " bytes");
      return std::string(packed);
    case BlockCodec::kDeflate: return Inflate(packed, bytes_max);
    case BlockCodec::kSnappy: return UnpackSnappy(packed, bytes_max);
    case BlockCodec::kZstandard: return data::Decompress(data::Codec::kZstd, packed, bytes_max);
  }
  CHECK(false);
}

}  // namespace freshet::avro
