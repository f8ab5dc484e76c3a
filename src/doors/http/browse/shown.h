#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "data/avro/schema.h"

namespace freshet::doors::http {

// How a key or a value is shown: {"bytes":7,"form":"json","text":"{\"a\":1}"}, or null. The form is json, avro (with a schema that fits; the text is JSON), text, or binary (the text is
// base64). Text beyond `bytes_max` is cut, and `"cut":true` says so. A schema that does not fit says why in "avro_error".
void AppendShown(std::string& json, std::optional<std::string_view> bytes, size_t bytes_max, const avro::Schema* schema = nullptr);

}  // namespace freshet::doors::http
