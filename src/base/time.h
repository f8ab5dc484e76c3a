#pragma once

#include <compare>
#include <cstdint>

// Three kinds of time that never mix: MonoTime measures waits inside one process, WallTime is the calendar as
// this machine believes it, and data::EventTime (data/event_time.h) is what the data says.

namespace freshet {

// A length of time in nanoseconds.
struct Duration {
  int64_t ns = 0;
  auto operator<=>(const Duration&) const = default;
  constexpr Duration operator+(Duration o) const { return {ns + o.ns}; }
  constexpr Duration operator-(Duration o) const { return {ns - o.ns}; }
  constexpr int64_t us() const { return ns / 1000; }
  constexpr int64_t ms() const { return ns / 1000000; }
};
constexpr Duration Nanoseconds(int64_t n) { return {n}; }
constexpr Duration Microseconds(int64_t n) { return {n * 1000}; }
constexpr Duration Milliseconds(int64_t n) { return {n * 1000000}; }
constexpr Duration Seconds(int64_t n) { return {n * 1000000000}; }

struct MonoTime {
  int64_t ns = 0;
  auto operator<=>(const MonoTime&) const = default;
  constexpr MonoTime operator+(Duration d) const { return {ns + d.ns}; }
  constexpr Duration operator-(MonoTime o) const { return {ns - o.ns}; }
  static constexpr MonoTime Never() { return {INT64_MAX}; }
};

// Milliseconds since 1970-01-01 UTC.
struct WallTime {
  int64_t ms = 0;
  auto operator<=>(const WallTime&) const = default;
};

// Declared here because log, metrics and trace need it; implemented in io/ (real) and testing/ (virtual).
// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual MonoTime Now() = 0;
  virtual WallTime WallNow() = 0;
};

}  // namespace freshet
