#pragma once

#include <algorithm>

#include "data/expr/allowance.h"
#include "data/expr/function.h"

namespace freshet::expr {

// What a function that makes long texts has made of one batch.
class Made {
 public:
  static constexpr size_t kTextBytesMax = 16 << 20;  // of one text; what would be longer is NULL

  Made(std::string_view function, const Call& call) : function_(function), bytes_max_(kCallBytesMax) {
    if (call.session.allowance != nullptr) bytes_max_ = std::min(bytes_max_, static_cast<size_t>(call.session.allowance->left()));
  }
  // Whether there is room for a text of so many bytes.
  bool Takes(size_t bytes) {
    return bytes <= kTextBytesMax && Adds(bytes);
  }
  bool Adds(size_t bytes) {
    total_ += bytes;
    return fits();
  }
  bool fits() const { return total_ <= bytes_max_; }
  Result<ColumnPtr> Done(ColumnPtr column) const {
    if (fits()) return column;
    return Fault::TooLarge("function ", function_, " makes more than ", bytes_max_ >> 10, " KiB of one batch of rows; make shorter texts");
  }

 private:
  static constexpr size_t kCallBytesMax = 512 << 20;

  const std::string_view function_;
  size_t bytes_max_;
  size_t total_ = 0;
};

}  // namespace freshet::expr
