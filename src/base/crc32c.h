#pragma once

#include <cstdint>
#include <string_view>

namespace freshet {

// CRC-32C (Castagnoli, RFC 3720 §12.1), as Kafka record batches and our frames use it.
// Extend continues an earlier checksum: Extend(Crc32c(a), b) == Crc32c(a + b).
uint32_t Crc32cExtend(uint32_t crc, std::string_view bytes);
inline uint32_t Crc32c(std::string_view bytes) { return Crc32cExtend(0, bytes); }

// The portable table form, for machines without SSE 4.2 and for the test that compares the two.
uint32_t Crc32cExtendPortable(uint32_t crc, std::string_view bytes);

}  // namespace freshet
