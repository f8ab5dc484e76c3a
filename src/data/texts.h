#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

// Texts in records and snapshots: their length, then their bytes. A text that is longer than what is left, or than a reader's bound, fails the reader and
// is empty; nothing is allocated for it.

namespace freshet::data {

// The length in four bytes, in the order of the writer.
inline void WriteText(ByteWriter& out, std::string_view text) {
  out.Write<uint32_t>(static_cast<uint32_t>(text.size()));
  out.WriteBytes(text);
}
inline std::string ReadText(ByteReader& in, size_t bytes_max = SIZE_MAX) {
  size_t length = in.Read<uint32_t>();
  if (length > bytes_max) in.Fail();
  return std::string(in.ReadBytes(in.ok() ? length : 0));
}

// The length as a varint, so that the bound is what is left. A view into the reader's bytes.
inline void WriteVarText(ByteWriter& out, std::string_view text) {
  out.WriteVarUint64(text.size());
  out.WriteBytes(text);
}
inline std::string_view ReadVarText(ByteReader& in) {
  uint64_t length = in.ReadVarUint64();
  if (!in.ok() || length > in.remaining()) {
    in.Fail();
    return {};
  }
  return in.ReadBytes(static_cast<size_t>(length));
}

}  // namespace freshet::data
