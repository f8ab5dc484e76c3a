#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/expr/json_path.h"
#include "data/expr/whole_match.h"

namespace freshet::expr {

// A filter of a JSON path, `?(@.p > 10 && @.n in ["a","b"])`: which elements of an array, or whether an object, the path goes on with. As Jayway's JsonPath reads and decides it: what is compared with
// a value of another kind is not less, greater or equal; a string and a number are equal when they read alike. Never changed once read.
class JsonFilter {
 public:
  // Reads from the '?' at `*at` on, and moves `*at` behind the closing ')'. `depth`: in how many filters this one lies.
  static Result<std::shared_ptr<const JsonFilter>> Read(std::string_view path, size_t* at, int depth);

  bool Takes(const JsonDocument& document, uint32_t item) const { return Decide(document, item, root_); }

 private:
  enum class Do : uint8_t { kOr, kAnd, kNot, kExists, kEqual, kNotEqual, kSame, kNotSame, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kMatches, kIn, kNotIn, kContains, kSize, kEmpty, kSubset, kAny, kNone, kAll };

  // A side of a comparison: a path from the item (@) or from the root ($), a literal, or a pattern.
  struct Operand {
    std::shared_ptr<const JsonPath> path;
    bool of_item = false;
    std::shared_ptr<const std::string> text;   // of the literal, which its document borrows
    std::shared_ptr<const JsonDocument> literal;
    std::shared_ptr<const WholeMatch> pattern;
  };
  struct Node {
    Do does;
    int left = -1, right = -1;  // among nodes_: of kOr, kAnd, kNot
    Operand first, second;
  };
  // What an operand is for one item. Absent document: nothing is there.
  struct Seen {
    const JsonDocument* document = nullptr;
    uint32_t node = 0;
    std::optional<int64_t> length;  // instead of a node: what length() said
  };
  class Parser;

  Seen See(const Operand& operand, const JsonDocument& document, uint32_t item) const;
  bool Decide(const JsonDocument& document, uint32_t item, int node) const;
  bool Compare(const Node& node, const JsonDocument& document, uint32_t item) const;

  std::vector<Node> nodes_;
  int root_ = -1;
};

}  // namespace freshet::expr
