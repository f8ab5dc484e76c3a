#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "base/status.h"

namespace freshet {

// A Uuid is 16 bytes, printed as 8-4-4-4-12 lower-case hex. Fresh ones come from io::Random, never from here.
struct Uuid {
  std::array<uint8_t, 16> bytes{};

  auto operator<=>(const Uuid&) const = default;
  bool is_zero() const { return *this == Uuid{}; }
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
  std::string ToString() const;

  // Accepts the printed form only.
  static Result<Uuid> Parse(std::string_view text);
  static Uuid FromBytes(std::string_view sixteen_bytes);
};

inline void AppendText(std::string& out, const Uuid& id) { out += id.ToString(); }

}  // namespace freshet

template <>
struct std::hash<freshet::Uuid> {
  size_t operator()(const freshet::Uuid& id) const noexcept {
    uint64_t halves[2];
    std::memcpy(halves, id.bytes.data(), 16);
    return static_cast<size_t>(halves[0] ^ (halves[1] * 0x9e3779b97f4a7c15ull));
  }
};
