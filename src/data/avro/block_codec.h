#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

namespace freshet::avro {

// How the blocks of an object container file are packed.
enum class BlockCodec : unsigned char { kNull, kDeflate, kSnappy, kZstandard };

std::string_view BlockCodecName(BlockCodec codec);           // as headers write it: "null", "deflate", "snappy", "zstandard"
Result<BlockCodec> ParseBlockCodec(std::string_view name);  // others are refused by name

Result<std::string> PackBlock(BlockCodec codec, std::string_view bytes);
// Never grows beyond `bytes_max`; damage is kCorrupt.
Result<std::string> UnpackBlock(BlockCodec codec, std::string_view packed, size_t bytes_max);

}  // namespace freshet::avro
