#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

// Replies of the Redis serialization protocol, versions 2 and 3.

namespace freshet::wire::resp {

// A ReplyWriter appends replies to a string that it borrows. What version 2 has no word for it says as version 2 servers
// do: a map as a flat array, a double as a bulk string, null as "$-1".
class ReplyWriter {
 public:
  ReplyWriter(std::string& out, int version) : out_(out), version_(version) {}

  int version() const { return version_; }
  std::string& out() { return out_; }

  void Simple(std::string_view text);     // no CR or LF in it
  void Error(std::string_view text);      // "ERR …"; CR and LF become blanks
  void Integer(int64_t number);
  void Bulk(std::string_view bytes);
  void Double(double number);
  void Boolean(bool value);
  void Null();
  void NullArray();
  void Array(size_t items);               // that many replies follow
  void Map(size_t entries);               // twice that many replies follow
  void Verbatim(std::string_view format, std::string_view text);  // format has three letters

 private:
  void Head(char kind, int64_t number);

  std::string& out_;
  int version_;
};

struct ReplyCaps {
  int depth_max = 32;
  size_t items_max = 1 << 20;         // of one reply, at all depths together
  size_t bulk_bytes_max = 64 << 20;
  size_t line_bytes_max = 64 << 10;
};

// One reply as a tree, for those who ask.
struct Reply {
  enum class Kind : unsigned char { kSimple, kError, kInteger, kBulk, kNull, kArray, kMap, kSet, kPush, kDouble, kBoolean, kBigNumber, kVerbatim };
  Kind kind = Kind::kNull;
  std::string text;           // kSimple, kError, kBulk, kBigNumber, kVerbatim (without its format)
  int64_t integer = 0;        // kInteger; kBoolean: 0 or 1
  double number = 0;          // kDouble
  std::vector<Reply> items;   // kArray, kSet, kPush; kMap: key, value, key, value …
};

// Parses one reply of either version from the start of `bytes`. Returns its length, or 0 when more bytes are needed.
// kInvalid for what is no reply, kTooLarge beyond the caps.
Result<size_t> ParseReply(std::string_view bytes, const ReplyCaps& caps, Reply& reply);

}  // namespace freshet::wire::resp
