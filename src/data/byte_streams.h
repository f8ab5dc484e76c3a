#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/status.h"

// Where the bytes of a file come from and go to, for formats that know files but no disk. Calls may block.

namespace freshet::data {

class ByteInput {
 public:
  virtual ~ByteInput() = default;
  virtual Result<int64_t> Size() = 0;
  virtual Result<size_t> ReadAt(int64_t offset, std::span<char> into) = 0;  // fewer bytes only at the end
};

// Takes the bytes in order.
class ByteOutput {
 public:
  virtual ~ByteOutput() = default;
  virtual Status Append(std::string_view bytes) = 0;
};

}  // namespace freshet::data
