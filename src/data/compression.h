#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace freshet::data {

// Numbered as in the low three bits of a record batch's attributes.
enum class Codec : uint8_t { kNone = 0, kGzip = 1, kSnappy = 2, kLz4 = 3, kZstd = 4 };

inline constexpr int kCodecs = 5;

std::string_view CodecName(Codec codec);         // "none", "gzip", "snappy", "lz4", "zstd"
Result<Codec> ParseCodec(std::string_view name);  // the same names

// Unpacks the whole of `bytes`. The result never grows beyond `bytes_max`: that bound is checked while
// unpacking, so a small bomb costs at most bytes_max of memory (kTooLarge). Damaged input is kCorrupt.
// Snappy is accepted raw and in the xerial framing of the JVM clients; lz4 is the frame format.
Result<std::string> Decompress(Codec codec, std::string_view bytes, size_t bytes_max);

// Packs in the form every Kafka client reads (snappy with xerial framing).
Result<std::string> Compress(Codec codec, std::string_view bytes);

}  // namespace freshet::data
