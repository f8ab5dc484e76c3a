#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "data/batch.h"
#include "ports/functions.h"

// What is said to the child and what it answers: docs/formats/functions.md. A frame is a length, a kind and a body.

namespace freshet::functions {

enum class FrameKind : uint8_t { kDescribe = 1, kCall = 2, kDescription = 3, kColumn = 4, kFailed = 5 };

inline constexpr size_t kFrameHeadBytes = 5;
inline constexpr size_t kFrameBytesMax = 64 << 20;
inline constexpr size_t kFunctionsMax = 1000;

// kUnsupported, naming the type, for what does not go over.
Status CheckType(const data::Type& type);

std::string DescribeFrame();
// Rows begin … begin + count of the selection.
std::string CallFrame(std::string_view name, const data::Batch& args, int begin, int count, const data::Type& result);

// By "module.function"; a function or a file that cannot be read is a Fault in its place. A file's name has no dot.
using Described = std::map<std::string, Result<ports::FunctionSignature>, std::less<>>;
struct Description {
  std::string python;  // its version
  Described functions;
};
Result<Description> ReadDescription(std::string_view body);

// Appends `rows` values.
Status ReadColumn(std::string_view body, int rows, data::ColumnBuilder& out);
// The message of kFailed.
Result<std::string> ReadFailure(std::string_view body);

}  // namespace freshet::functions
