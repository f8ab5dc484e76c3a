#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/expr/json_text.h"

// Values of the type VARIANT. One lies in a string column as its canonical JSON: no blanks, each key of an object once and in the order of Java's strings,
// integers without leading zeros, decimals of up to 38 digits without zeros at their end, what is beyond them as Java prints a double, with an E. What is written
// so and read again is the same text. So values are equal when their bytes are, a part of a value is a piece of its text, and state, journal and exchanges carry it as they carry any string.

namespace freshet::expr {

inline constexpr size_t kVariantBytesMax = size_t{16} << 20;  // of the canonical text; Flink's binary form ends there, too
inline constexpr size_t kVariantNumberMax = 1000;             // characters of one number
inline constexpr size_t kVariantNodesMax = size_t{4} << 20;   // values and keys of one text, of 16 bytes while it is read
inline constexpr size_t kVariantBytesKept = size_t{1} << 20;  // that a reader keeps for the next text

// A VariantReader makes canonical texts of JSON and keeps its memory; its owner calls it from one thread. Arrays and objects lie in each other up to
// JsonDocument::kDepthMax deep.
class VariantReader {
 public:
  enum class Twice : uint8_t { kRefused, kLastCounts };  // a key that comes twice in one object

  // The first value of `json`; what stands behind it is not looked at. Valid until the next call. A fault says what is wrong: Invalid what is no JSON or has a
  // key twice, TooLarge what is beyond one of the bounds above, nested too deep, or a number beyond DOUBLE.
  Result<std::string_view> Read(std::string_view json, Twice twice);

 private:
  struct Member {
    uint32_t key;        // its node; the value's is the next one
    uint32_t at, bytes;  // where the key stands in unescaped_, if it has escapes
  };

  Result<std::string_view> ReadAll(std::string_view json, Twice twice);
  std::string_view KeyOf(const Member& member) const;
  Status Append(uint32_t node, Twice twice);
  Status AppendMembers(uint32_t object, Twice twice);
  Status AppendNumber(std::string_view number);
  void PushMembers(uint32_t object);

  JsonDocument document_;
  std::vector<Member> members_;  // of the objects that are being written, the innermost one's last
  std::string unescaped_;        // their keys that have escapes, one behind the other
  std::string out_;
};

// Parts of a canonical text, which they point into. Nothing when there is no such part, or the value is no object, no array.
std::optional<std::string_view> VariantMember(std::string_view variant, std::string_view canonical_key);  // the key as CanonicalKey writes it
std::optional<std::string_view> VariantElement(std::string_view variant, int64_t place);                  // from 1

// The JSON string that stands for a key, quotes and all.
std::string CanonicalKey(std::string_view key);

}  // namespace freshet::expr
