#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace freshet::expr {

// A moment without a zone: milliseconds of local time, and what is left of a millisecond.
struct LocalMoment {
  int64_t ms = 0;
  int32_t nanos = 0;  // 0 … 999,999
};

// What a text said by a pattern.
struct ReadMoment {
  int64_t local_ms = 0;
  std::optional<int64_t> offset_ms;  // where the pattern has X, x or Z
};

// A Java date pattern such as "yyyy-MM-dd EEE a hh:mm:ss.SSS", compiled once. Letters not known here are
// refused, not copied.
class DatePattern {
 public:
  static Result<DatePattern> Compile(std::string_view pattern);

  void Append(std::string& out, LocalMoment moment) const;
  // Moments of one such step, counted from 1970, have one text; 0: each its own.
  int64_t step_ms() const;
  // When the whole text fits, or with `prefix` its beginning does.
  std::optional<ReadMoment> Parse(std::string_view text, bool prefix = false) const;

 private:
  struct Part {
    char letter;       // 0: literal text
    int width;
    std::string text;
  };
  std::vector<Part> parts_;
};

}  // namespace freshet::expr
