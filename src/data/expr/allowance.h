#pragma once

#include <algorithm>
#include <cstdint>

namespace freshet::expr {

// How many bytes calls may make, all of them together: of a query that somebody else has written. What has been handed on
// and dealt with is given back. One thread.
class Allowance {
 public:
  explicit Allowance(int64_t bytes_max) : left_(bytes_max) {}

  bool Take(int64_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }
  int64_t left() const { return left_; }
  // What was taken since so much was left is gone.
  void ReturnTo(int64_t left) { left_ = std::max(left_, left); }

 private:
  int64_t left_;
};

}  // namespace freshet::expr
