#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

// Texts in this room's records: length (4), bytes.

namespace freshet::coordinators {

inline constexpr uint32_t kTextBytesMax = 1 << 20;

inline void WriteText(std::string_view text, ByteWriter& writer) {
  writer.Write<uint32_t>(static_cast<uint32_t>(text.size()));
  writer.WriteBytes(text);
}

inline std::string ReadText(ByteReader& reader) {
  auto length = reader.Read<uint32_t>();
  if (length > kTextBytesMax) reader.Fail();
  return std::string(reader.ReadBytes(reader.ok() ? length : 0));
}

}  // namespace freshet::coordinators
