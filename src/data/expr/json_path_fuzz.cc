#include <cstddef>
#include <cstdint>
#include <string>

#include "data/expr/json_path.h"

// A path, a newline, a text: what is found is read to its end, and never a crash.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  size_t line = input.find('\n');
  auto path = freshet::expr::JsonPath::Compile(input.substr(0, line));
  freshet::expr::JsonDocument document;
  if (line == std::string_view::npos || !document.Parse(input.substr(line + 1))) return 0;
  std::string out;
  document.AppendCompact(out, 0);
  if (!path.ok()) return 0;
  freshet::expr::JsonFound found;
  path->Find(document, &found);
  for (uint32_t node : found.nodes) {
    if (document.node(node).is_scalar()) document.AppendScalar(out, document.node(node));
  }
  return 0;
}
