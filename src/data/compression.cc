#include "data/compression.h"

#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/bytes.h"

namespace freshet::data {
namespace {

constexpr std::array<std::string_view, kCodecs> kNames = {"none", "gzip", "snappy", "lz4", "zstd"};

// The JVM snappy library frames its blocks: this magic, version, compatible version, then length-prefixed
// raw blocks of at most 32 KiB plain bytes.
constexpr std::string_view kXerialMagic("\x82SNAPPY\0", 8);
constexpr size_t kXerialHeaderBytes = 16;
constexpr size_t kXerialBlockBytes = 32 * 1024;

Fault Damaged(Codec codec, std::string_view detail) {
  return Fault::Corrupt(CodecName(codec), " data: ", detail);
}

Fault Bomb(Codec codec, size_t bytes_max) {
  return Fault::TooLarge(CodecName(codec), " data: unpacks to more than ", bytes_max, " bytes");
}

// An Inflated is the output of a streaming decoder: it grows by doubling and stops at its cap. One byte
// beyond the cap is allowed as room, so that "exactly the cap" and "more" can be told apart.
class Inflated {
 public:
  Inflated(size_t packed_bytes, size_t bytes_max)
      : room_max_(bytes_max + 1), bytes_(std::min(room_max_, packed_bytes * 4 + 64), '\0') {}

  char* tail() { return bytes_.data() + used_; }
  size_t room() const { return bytes_.size() - used_; }
  void Used(size_t n) { used_ += n; }
  bool TooLarge() const { return used_ == room_max_; }
  void Restart() { used_ = 0; }
  void Grow() {
    if (room() == 0) bytes_.resize(std::min(room_max_, bytes_.size() * 2));
  }
  std::string Take() {
    bytes_.resize(used_);
    return std::move(bytes_);
  }

 private:
  size_t room_max_;
  std::string bytes_;
  size_t used_ = 0;
};

Result<std::string> Gunzip(std::string_view packed, size_t bytes_max) {
  z_stream stream{};
  if (inflateInit2(&stream, MAX_WBITS + 16) != Z_OK) return Fault::Internal("gzip: cannot start");
  std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  Inflated out(packed.size(), bytes_max);
  while (true) {
    out.Grow();
    size_t room = out.room();
    stream.next_out = reinterpret_cast<Bytef*>(out.tail());
    stream.avail_out = static_cast<uInt>(room);
    int code = inflate(&stream, Z_NO_FLUSH);
    out.Used(room - stream.avail_out);
    if (out.TooLarge()) return Bomb(Codec::kGzip, bytes_max);
    if (code == Z_STREAM_END) {
      if (stream.avail_in == 0) return out.Take();
      if (inflateReset(&stream) != Z_OK) return Damaged(Codec::kGzip, "bad second member");
    } else if (code != Z_OK || (stream.avail_in == 0 && stream.avail_out != 0)) {
      return Damaged(Codec::kGzip, code == Z_OK || code == Z_BUF_ERROR ? "cut short" : "bad stream");
    }
  }
}

Result<std::string> Gzip(std::string_view plain) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return Fault::Internal("gzip: cannot start");
  }
  std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, deflateEnd);
  std::string out(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return Fault::Internal("gzip: bound too small");
  out.resize(stream.total_out);
  return out;
}

Status UnsnapBlock(std::string_view packed, size_t bytes_max, std::string& out) {
  size_t plain_bytes = 0;
  if (!snappy::GetUncompressedLength(packed.data(), packed.size(), &plain_bytes)) {
    return Damaged(Codec::kSnappy, "bad length");
  }
  if (plain_bytes > bytes_max - out.size()) return Bomb(Codec::kSnappy, bytes_max);
  // No snappy element yields more than 64 bytes for its 2-byte code (plus slack for the preamble): a stated
  // length beyond that is a lie, found before anything is allocated for it.
  if (plain_bytes > packed.size() * 64) return Damaged(Codec::kSnappy, "bad length");
  size_t at = out.size();
  out.resize(at + plain_bytes);
  if (!snappy::RawUncompress(packed.data(), packed.size(), out.data() + at)) {
    return Damaged(Codec::kSnappy, "bad block");
  }
  return {};
}

Result<std::string> Unsnap(std::string_view packed, size_t bytes_max) {
  std::string out;
  if (!packed.starts_with(kXerialMagic)) {
    RETURN_NOT_OK(UnsnapBlock(packed, bytes_max, out));
    return out;
  }
  ByteReader reader(packed);
  reader.Skip(kXerialHeaderBytes);
  while (reader.ok() && !reader.AtEnd()) {
    auto block_bytes = reader.Read<uint32_t>();
    auto block = reader.ReadBytes(block_bytes);
    if (reader.ok()) RETURN_NOT_OK(UnsnapBlock(block, bytes_max, out));
  }
  if (!reader.ok()) return Damaged(Codec::kSnappy, "cut short");
  return out;
}

std::string Snap(std::string_view plain) {
  std::string out;
  ByteWriter writer(out);
  writer.WriteBytes(kXerialMagic);
  writer.Write<int32_t>(1);
  writer.Write<int32_t>(1);
  std::string block;
  while (!plain.empty()) {
    size_t n = std::min(plain.size(), kXerialBlockBytes);
    snappy::Compress(plain.data(), n, &block);
    writer.Write(static_cast<int32_t>(block.size()));
    writer.WriteBytes(block);
    plain.remove_prefix(n);
  }
  return out;
}

Result<std::string> Unlz4(std::string_view packed, size_t bytes_max) {
  LZ4F_dctx* raw = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&raw, LZ4F_VERSION))) return Fault::Internal("lz4: cannot start");
  std::unique_ptr<LZ4F_dctx, LZ4F_errorCode_t (*)(LZ4F_dctx*)> context(raw, LZ4F_freeDecompressionContext);
  Inflated out(packed.size(), bytes_max);
  while (true) {
    out.Grow();
    size_t produced = out.room();
    size_t consumed = packed.size();
    size_t hint = LZ4F_decompress(context.get(), out.tail(), &produced, packed.data(), &consumed, nullptr);
    if (LZ4F_isError(hint)) return Damaged(Codec::kLz4, "bad frame");
    out.Used(produced);
    packed.remove_prefix(consumed);
    if (out.TooLarge()) return Bomb(Codec::kLz4, bytes_max);
    if (packed.empty() && hint == 0) return out.Take();
    if (produced == 0 && consumed == 0) return Damaged(Codec::kLz4, "cut short");
  }
}

Result<std::string> Lz4(std::string_view plain) {
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;  // the JVM client reads no other
  std::string out(LZ4F_compressFrameBound(plain.size(), &preferences), '\0');
  size_t n = LZ4F_compressFrame(out.data(), out.size(), plain.data(), plain.size(), &preferences);
  if (LZ4F_isError(n)) return Fault::Internal("lz4: ", LZ4F_getErrorName(n));
  out.resize(n);
  return out;
}

// Without a window beside the output, but from the start again whenever that is too small.
Result<std::string> UnzstdWhole(ZSTD_DCtx* context, std::string_view packed, size_t bytes_max) {
  for (Inflated out(packed.size(), bytes_max);; out.Grow(), out.Restart()) {
    size_t produced = ZSTD_decompressDCtx(context, out.tail(), out.room(), packed.data(), packed.size());
    bool is_done = !ZSTD_isError(produced);
    if (!is_done && ZSTD_getErrorCode(produced) != ZSTD_error_dstSize_tooSmall) return Damaged(Codec::kZstd, ZSTD_getErrorName(produced));
    out.Used(is_done ? produced : out.room());
    if (out.TooLarge()) return Bomb(Codec::kZstd, bytes_max);
    if (is_done) return out.Take();
  }
}

// A frame of zstd 0.8 and later, or one to skip (RFC 8878, 3.1). Older ones, which the library may know, bring windows that no parameter bounds.
bool IsZstdFrame(std::string_view packed) {
  constexpr uint32_t kMagic = 0xFD2FB528, kSkippable = 0x184D2A50;
  if (packed.size() < 4) return true;  // is cut short, and will be told so
  uint32_t magic = 0;
  for (size_t i = 0; i < 4; ++i) magic |= static_cast<uint32_t>(static_cast<unsigned char>(packed[i])) << (8 * i);
  return magic == kMagic || (magic & ~uint32_t{15}) == kSkippable;
}

// A stream takes the window that the frame announces, 128 MiB for a few bytes if it says so: beyond that of compression level 19 it is not taken.
Result<std::string> Unzstd(std::string_view packed, size_t bytes_max) {
  constexpr int kWindowLogMax = 23;
  std::unique_ptr<ZSTD_DStream, size_t (*)(ZSTD_DStream*)> stream(ZSTD_createDStream(), ZSTD_freeDStream);
  if (stream == nullptr || ZSTD_isError(ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, kWindowLogMax))) return Fault::Internal("zstd: cannot start");
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  Inflated out(packed.size(), bytes_max);
  for (size_t hint = 0;;) {
    bool is_another = hint == 0 && !IsZstdFrame(packed.substr(in.pos));
    if (is_another) return Damaged(Codec::kZstd, "no frame of its format");
    out.Grow();
    ZSTD_outBuffer next{out.tail(), out.room(), 0};
    size_t before = in.pos;
    hint = ZSTD_decompressStream(stream.get(), &next, &in);
    if (ZSTD_getErrorCode(hint) == ZSTD_error_frameParameter_windowTooLarge) {
      ZSTD_DCtx_reset(stream.get(), ZSTD_reset_session_only);
      return UnzstdWhole(stream.get(), packed, bytes_max);
    }
    if (ZSTD_isError(hint)) return Damaged(Codec::kZstd, ZSTD_getErrorName(hint));
    out.Used(next.pos);
    if (out.TooLarge()) return Bomb(Codec::kZstd, bytes_max);
    if (hint == 0 && in.pos == in.size) return out.Take();
    if (next.pos == 0 && in.pos == before) return Damaged(Codec::kZstd, "cut short");
  }
}

Result<std::string> Zstd(std::string_view plain) {
  std::string out(ZSTD_compressBound(plain.size()), '\0');
  size_t n = ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), ZSTD_CLEVEL_DEFAULT);
  if (ZSTD_isError(n)) return Fault::Internal("zstd: ", ZSTD_getErrorName(n));
  out.resize(n);
  return out;
}

}  // namespace

std::string_view CodecName(Codec codec) { return kNames[static_cast<size_t>(codec)]; }

Result<Codec> ParseCodec(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Codec>(i);
  }
  return Fault::Invalid("compression '", name, "' is unknown; use none, gzip, snappy, lz4 or zstd");
}

Result<std::string> Decompress(Codec codec, std::string_view bytes, size_t bytes_max) {
  switch (codec) {
    case Codec::kNone:
      if (bytes.size() > bytes_max) return Bomb(codec, bytes_max);
      return std::string(bytes);
    case Codec::kGzip: return Gunzip(bytes, bytes_max);
    case Codec::kSnappy: return Unsnap(bytes, bytes_max);
    case Codec::kLz4: return Unlz4(bytes, bytes_max);
    case Codec::kZstd: return Unzstd(bytes, bytes_max);
  }
  return Fault::Unsupported("compression number ", static_cast<int>(codec));
}

Result<std::string> Compress(Codec codec, std::string_view bytes) {
  switch (codec) {
    case Codec::kNone: return std::string(bytes);
    case Codec::kGzip: return Gzip(bytes);
    case Codec::kSnappy: return Snap(bytes);
    case Codec::kLz4: return Lz4(bytes);
    case Codec::kZstd: return Zstd(bytes);
  }
  return Fault::Unsupported("compression number ", static_cast<int>(codec));
}

}  // namespace freshet::data
