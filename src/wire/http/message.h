#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

// HTTP/1.1 (RFC 9112) as bytes ⇄ values: no I/O, no policy. Views point into the bytes handed in.

namespace freshet::wire::http {

constexpr size_t kHeadBytesMax = 32 << 10;  // request line and headers
constexpr size_t kHeadersMax = 100;

struct Header {
  std::string_view name;   // as sent; compare with EqualsIgnoreCase
  std::string_view value;  // without surrounding blanks
};

struct RequestHead {
  std::string_view method;
  std::string_view path;   // still percent-encoded, without the query
  std::string_view query;  // after '?', may be empty
  int minor_version = 1;   // of HTTP/1.x
  std::vector<Header> headers;

  std::string_view header(std::string_view name) const;  // "" when absent
  bool keep_alive() const;
};

// How the body that follows a head is delimited.
struct BodyFraming {
  bool chunked = false;
  int64_t content_length = 0;  // when not chunked
};

// Parses one request head from the start of `bytes`. Returns its length, or 0 when more bytes are needed.
// kInvalid for what RFC 9112 forbids (bare CR, blank before ':', obsolete folding, two Host lines), kTooLarge beyond the caps,
// kUnsupported for another major version.
Result<size_t> ParseRequestHead(std::string_view bytes, RequestHead& head);

// kInvalid when Content-Length and Transfer-Encoding contradict (request smuggling) or repeat with different values;
// kUnsupported for a transfer coding other than chunked.
Result<BodyFraming> FramingOf(const RequestHead& head);

// Decodes chunks from the start of `bytes`, appending data to `body` (at most body_bytes_max in all, kTooLarge
// above). Returns how many bytes were consumed; `done` turns true after the last chunk and its trailers.
Result<size_t> DecodeChunks(std::string_view bytes, size_t body_bytes_max, std::string& body, bool& done);

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // further ones
};

// Appends the response; a HEAD request gets the head only.
void AppendResponse(const Response& response, bool keep_alive, bool head_only, std::string& out);

bool EqualsIgnoreCase(std::string_view a, std::string_view b);

// %41 → A, and '+' → blank when `plus_is_space`; kInvalid for a broken escape.
Result<std::string> DecodePercent(std::string_view text, bool plus_is_space);

}  // namespace freshet::wire::http
