#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace freshet::expr {

// A Java date pattern such as "yyyy-MM-dd EEE a hh:mm:ss.SSS", compiled once. Letters not known here are
// refused, not copied.
class DatePattern {
 public:
  static Result<DatePattern> Compile(std::string_view pattern);

  void Append(std::string& out, int64_t local_millis) const;
  // Local milliseconds, when the whole text fits.
  std::optional<int64_t> Parse(std::string_view text) const;

 private:
  struct Part {
    char letter;       // 0: literal text
    int width;
    std::string text;
  };
  std::vector<Part> parts_;
};

}  // namespace freshet::expr
