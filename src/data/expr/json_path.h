#pragma once

#include <memory>
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
    kMany,   // the nodes, none too, as a list: a path with *, .., slices, filters or several indices
    kLength, // what length() says
  };
  Kind kind = kError;
  std::optional<int64_t> length;  // of an array or object; absent: of a value that has none
  std::vector<uint32_t> nodes;
};

class JsonFilter;

// A JsonPath is "$.a[0]['b'].*", with filters ($.a[?(@.p > 10)]) and, behind one place, length(), with "lax " or "strict " before it; without a mode it is strict.
class JsonPath {
 public:
  static Result<JsonPath> Compile(std::string_view path);

  // The same of a path that stands in so many filters.
  static Result<JsonPath> CompileWithin(std::string_view path, int filters);

  bool lax() const { return lax_; }
  bool many() const { return !definite_; }  // whether it may lead to several places
  bool scans() const;                       // whether it has a ..
  void Find(const JsonDocument& document, JsonFound* found) const { FindFrom(document, 0, found); }
  void FindFrom(const JsonDocument& document, uint32_t node, JsonFound* found) const;

 private:
  struct Step {
    enum Kind : uint8_t { kName, kIndex, kSlice, kAny, kScan, kFilter, kLength };
    Kind kind;
    std::string name;
    std::vector<int64_t> indices;            // kIndex
    std::optional<int64_t> from, to;         // kSlice
    std::shared_ptr<const JsonFilter> filter = nullptr;
  };
  static Status Dotted(std::string_view path, size_t* at, JsonPath& out);
  static Status Bracketed(std::string_view path, size_t* at, JsonPath& out);
  static Status Numbers(std::string_view inside, JsonPath& out);
  static Status Filtered(std::string_view path, size_t* at, JsonPath& out);
  bool Follow(const JsonDocument& document, uint32_t node, size_t step, bool definite, JsonFound* found) const;
  void Chosen(const JsonDocument& document, uint32_t node, size_t step, JsonFound* found) const;
  bool Elements(const JsonDocument& document, uint32_t node, size_t step, bool definite, JsonFound* found) const;
  void Scan(const JsonDocument& document, uint32_t node, size_t step, JsonFound* found) const;

  bool lax_ = false;
  int filters_ = 0;  // that it stands in
  bool definite_ = true;
  std::vector<Step> steps_;
};

}  // namespace freshet::expr
