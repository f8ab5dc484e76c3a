#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/expr/json_text.h"

namespace freshet::expr {

// What a path leads to.
struct JsonFound {
  enum Kind : uint8_t {
    kError,  // nothing there, and the path asked for one thing; or the text is not JSON
    kOne,    // nodes[0]
    kMany,   // the nodes, none too, as a list: a path with *, .., slices or several indices
  };
  Kind kind = kError;
  std::vector<uint32_t> nodes;
};

// A JsonPath is "$.a[0]['b'].*", with "lax " or "strict " before it; without a mode it is strict.
class JsonPath {
 public:
  static Result<JsonPath> Compile(std::string_view path);

  bool lax() const { return lax_; }
  void Find(const JsonDocument& document, JsonFound* found) const;

 private:
  struct Step {
    enum Kind : uint8_t { kName, kIndex, kSlice, kAny, kScan };
    Kind kind;
    std::string name;
    std::vector<int64_t> indices;            // kIndex
    std::optional<int64_t> from, to;         // kSlice
  };
  static Status Dotted(std::string_view path, size_t* at, JsonPath& out);
  static Status Bracketed(std::string_view path, size_t* at, JsonPath& out);
  static Status Numbers(std::string_view inside, JsonPath& out);
  bool Follow(const JsonDocument& document, uint32_t node, size_t step, bool definite, JsonFound* found) const;
  bool Elements(const JsonDocument& document, uint32_t node, size_t step, bool definite, JsonFound* found) const;
  void Scan(const JsonDocument& document, uint32_t node, size_t step, JsonFound* found) const;

  bool lax_ = false;
  bool definite_ = true;
  std::vector<Step> steps_;
};

}  // namespace freshet::expr
