#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

// "p50": …, "p99": …, "p99.9": … of waits, in milliseconds.
std::string PercentilesMs(std::vector<int64_t>& waits_ns);

// A number that JSON readers do not round.
std::string Hex(uint64_t number);

}  // namespace bench
