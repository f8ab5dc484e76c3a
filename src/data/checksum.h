#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// Checksums put together from those of parts, so that long texts are read once (base/crc32c.h).

namespace freshet::data {

// Join(Crc32c(a), Crc32c(b), b.size()) == Crc32c(a + b), in a time that does not depend on how long b is.
uint32_t Crc32cJoin(uint32_t first, uint32_t second, size_t second_bytes);

constexpr size_t kWorthJoiningBytes = 8 << 10;  // fewer are read as fast as joined

// Crc32cExtend by bytes whose own checksum is known: the same result; those that are worth it are not read again.
uint32_t Crc32cExtendKnown(uint32_t crc, std::string_view bytes, uint32_t bytes_crc);

}  // namespace freshet::data
