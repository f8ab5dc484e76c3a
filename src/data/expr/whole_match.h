#pragma once

#include <string>

#include "data/expr/expr.h"

namespace freshet::expr {

// A regular expression of Java's, as far as RE2 reads it, that takes texts as a whole: names of topics, paths of files.
class WholeMatch {
 public:
  static Result<WholeMatch> Of(const std::string& pattern);
  Result<bool> Takes(const std::string& text) const;

 private:
  explicit WholeMatch(ExprPtr found) : found_(std::move(found)) {}
  ExprPtr found_;
};

}  // namespace freshet::expr
