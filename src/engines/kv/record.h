#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ports/key_value.h"

// A key's whole state as the value of a record of the key topic, whose key is the key itself; docs/formats/kv.md.

namespace freshet::kv {

std::string EncodeEntry(const ports::KeyEntry& entry);
// kCorrupt for bytes that are no entry.
Result<ports::KeyEntry> DecodeEntry(std::string_view bytes);

}  // namespace freshet::kv
