#pragma once

#include <string>
#include <string_view>

#include "data/avro/schema.h"

namespace freshet::avro {

// One value of the schema, which takes all of the bytes, as JSON that a person reads: bytes that are no text as base64, a union as its branch's value, logical types as the
// numbers that they are stored in. kCorrupt when the bytes are none of it; kTooLarge beyond `json_bytes_max`.
Result<std::string> JsonTextOf(const Schema& schema, std::string_view bytes, size_t json_bytes_max);

}  // namespace freshet::avro
