#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

// Requests of the Redis serialization protocol (https://redis.io/docs/latest/develop/reference/protocol-spec/): an
// array of bulk strings, or one inline line of words. Bytes in, values out.

namespace freshet::wire::resp {

// Checked before anything is allocated for what a request announces.
struct RequestCaps {
  size_t arguments_max = 1 << 20;
  size_t argument_bytes_max = 64 << 20;   // of one argument
  size_t request_bytes_max = 64 << 20;    // of a whole request
  size_t line_bytes_max = 64 << 10;       // of an inline request, or of a length line
};

// A RequestParser cuts one request after another. It remembers how far it came, so that a request which arrives in pieces
// is looked at once. Empty requests (an empty line, *0) are skipped.
class RequestParser {
 public:
  explicit RequestParser(RequestCaps caps) : caps_(caps) {}

  // `bytes` begins where the request begins, and since the last call it has only grown. True when the request is whole;
  // then consumed() bytes are its own. kInvalid and kTooLarge end the connection: where the next request begins is not
  // known any more.
  Result<bool> Parse(std::string_view bytes);

  // After Parse said true. Views into the bytes given then, or into this parser for an inline request.
  std::vector<std::string_view> Arguments(std::string_view bytes) const;
  size_t consumed() const { return at_; }
  // Whether it came as a line of words: then the arguments live in this parser, until Reset.
  bool is_inline() const { return !words_.empty(); }
  // The next request begins at the byte after consumed().
  void Reset();

 private:
  struct Piece {
    size_t offset;
    size_t size;
  };

  Result<bool> ParseHead(std::string_view bytes);
  Result<bool> ParseArgument(std::string_view bytes);
  Status SplitInline(std::string_view line);

  RequestCaps caps_;
  size_t at_ = 0;                     // everything before was understood
  int64_t arguments_left_ = -1;       // -1: the head of the request was not seen yet
  int64_t argument_size_ = -1;        // -1: the length line of the next argument was not seen yet
  std::vector<Piece> pieces_;
  std::vector<std::string> words_;    // of an inline request
};

// Appends a request as clients write it: an array of bulk strings.
void AppendRequest(const std::vector<std::string_view>& arguments, std::string& out);

}  // namespace freshet::wire::resp
