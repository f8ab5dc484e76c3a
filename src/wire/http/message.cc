#include "wire/http/message.h"

#include <algorithm>
#include <charconv>

namespace freshet::wire::http {
namespace {

constexpr size_t kChunkLineBytesMax = 256;
constexpr std::string_view kBlanks = " \t";

// RFC 9110 §5.6.2.
bool IsTokenChar(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) {
  for (char c : text) {
    if (!IsTokenChar(c)) return false;
  }
  return !text.empty();
}

bool HasControl(std::string_view text) {
  for (char c : text) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) return true;
  }
  return false;
}

std::string_view Trim(std::string_view text) {
  size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

Status ParseRequestLine(std::string_view line, RequestHead& head) {
  size_t first = line.find(' ');
  size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return Fault::Invalid("request line is not 'METHOD target HTTP/1.1'");
  head.method = line.substr(0, first);
  std::string_view target = line.substr(first + 1, last - first - 1);
  std::string_view version = line.substr(last + 1);
  if (!IsToken(head.method)) return Fault::Invalid("request method is not a token");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return Fault::Unsupported("only HTTP/1.1 and HTTP/1.0 are spoken here");
  head.minor_version = version.back() - '0';
  if (target.empty() || target.front() != '/' || target.find(' ') != std::string_view::npos || HasControl(target)) {
    return Fault::Invalid("request target must be a path that begins with '/'");
  }
  size_t question = target.find('?');
  head.path = target.substr(0, question);
  head.query = question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  return {};
}

Status ParseHeaderLine(std::string_view line, RequestHead& head) {
  size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) {
    return Fault::Invalid("header line is not 'name: value'");
  }
  std::string_view value = Trim(line.substr(colon + 1));
  if (HasControl(value)) return Fault::Invalid("header '", line.substr(0, colon), "' has a control character");
  if (head.headers.size() == kHeadersMax) return Fault::TooLarge("more than ", kHeadersMax, " headers");
  head.headers.push_back({line.substr(0, colon), value});
  return {};
}

Result<int64_t> ParseLength(std::string_view text, int base) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || text.front() == '-') {
    return Fault::Invalid("length '", text.substr(0, 32), "' is not a number");
  }
  return value;
}

// The line at `at` without CRLF; npos-like false when it is not complete yet.
bool LineAt(std::string_view bytes, size_t at, std::string_view& line) {
  size_t end = bytes.find("\r\n", at);
  if (end == std::string_view::npos) return false;
  line = bytes.substr(at, end - at);
  return true;
}

std::string_view ReasonOf(int status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
  }
}

// RFC 9112 §3.2: whoever stands between would go by one of two, and this house by the other.
Status CheckHost(const RequestHead& head) {
  auto is_host = [](const Header& header) { return EqualsIgnoreCase(header.name, "host"); };
  if (std::count_if(head.headers.begin(), head.headers.end(), is_host) > 1) return Fault::Invalid("more than one host header; a request is for one host");
  return {};
}

// Of a head that has not come whole: who speaks another protocol waits for an answer, not for more to say.
Status CheckBegun(std::string_view bytes, RequestHead& head) {
  if (!bytes.empty() && !IsTokenChar(bytes[0])) return Fault::Invalid("request method is not a token; HTTP is spoken here");
  std::string_view line;
  if (!LineAt(bytes, 0, line)) return {};
  Status begun = ParseRequestLine(line, head);
  head = {};
  return begun;
}

}  // namespace

std::string_view RequestHead::header(std::string_view name) const {
  for (const Header& header : headers) {
    if (EqualsIgnoreCase(header.name, name)) return header.value;
  }
  return {};
}

bool RequestHead::keep_alive() const {
  std::string_view connection = header("connection");
  if (EqualsIgnoreCase(connection, "close")) return false;
  return minor_version == 1 || EqualsIgnoreCase(connection, "keep-alive");
}

Result<size_t> ParseRequestHead(std::string_view bytes, RequestHead& head) {
  head = {};
  size_t end = bytes.substr(0, kHeadBytesMax).find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (bytes.size() >= kHeadBytesMax) return Fault::TooLarge("request head is larger than ", kHeadBytesMax, " bytes");
    RETURN_NOT_OK(CheckBegun(bytes, head));
    return size_t{0};
  }
  std::string_view lines = bytes.substr(0, end + 2);
  std::string_view line;
  LineAt(lines, 0, line);
  RETURN_NOT_OK(ParseRequestLine(line, head));
  for (size_t at = line.size() + 2; at < lines.size(); at += line.size() + 2) {
    LineAt(lines, at, line);
    RETURN_NOT_OK(ParseHeaderLine(line, head));
  }
  RETURN_NOT_OK(CheckHost(head));
  return end + 4;
}

Result<BodyFraming> FramingOf(const RequestHead& head) {
  BodyFraming framing;
  bool has_length = false;
  bool has_coding = false;
  for (const Header& header : head.headers) {
    if (EqualsIgnoreCase(header.name, "transfer-encoding")) {
      if (has_coding || !EqualsIgnoreCase(header.value, "chunked")) {
        return Fault::Unsupported("transfer-encoding '", header.value, "'; only chunked is spoken here");
      }
      has_coding = true;
    }
    if (EqualsIgnoreCase(header.name, "content-length")) {
      if (header.value.empty()) return Fault::Invalid("content-length is empty");
      ASSIGN_OR_RETURN(int64_t length, ParseLength(header.value, 10));
      if (has_length && length != framing.content_length) return Fault::Invalid("two different content-length headers");
      has_length = true;
      framing.content_length = length;
    }
  }
  if (has_coding && has_length) return Fault::Invalid("both content-length and transfer-encoding");
  framing.chunked = has_coding;
  return framing;
}

Result<size_t> DecodeChunks(std::string_view bytes, size_t body_bytes_max, std::string& body, bool& done) {
  size_t at = 0;
  done = false;
  std::string_view line;
  while (LineAt(bytes, at, line)) {
    if (line.size() > kChunkLineBytesMax) return Fault::TooLarge("chunk line is longer than ", kChunkLineBytesMax, " bytes");
    std::string_view size_text = Trim(line.substr(0, line.find(';')));
    if (size_text.empty()) return Fault::Invalid("chunk without a size");
    ASSIGN_OR_RETURN(int64_t size, ParseLength(size_text, 16));
    size_t data = at + line.size() + 2;
    if (size == 0) {
      // Trailers are read over; the empty line ends the body.
      for (size_t trailer = data; LineAt(bytes, trailer, line); trailer += line.size() + 2) {
        if (line.empty()) { done = true; return trailer + 2; }
      }
      if (bytes.size() - data > kHeadBytesMax) return Fault::TooLarge("trailers are longer than ", kHeadBytesMax, " bytes");
      return at;
    }
    if (static_cast<uint64_t>(size) > body_bytes_max - body.size()) return Fault::TooLarge("body is larger than ", body_bytes_max, " bytes");
    size_t end = data + static_cast<size_t>(size);
    if (bytes.size() < end + 2) return at;
    if (bytes.substr(end, 2) != "\r\n") return Fault::Invalid("chunk does not end in CRLF");
    body.append(bytes.substr(data, static_cast<size_t>(size)));
    at = end + 2;
  }
  if (bytes.size() - at > kChunkLineBytesMax) return Fault::TooLarge("chunk line is longer than ", kChunkLineBytesMax, " bytes");
  return at;
}

void AppendResponse(const Response& response, bool keep_alive, bool head_only, std::string& out) {
  out += StrCat("HTTP/1.1 ", response.status, " ", ReasonOf(response.status), "\r\n");
  if (!response.body.empty()) out += StrCat("Content-Type: ", response.content_type, "\r\n");
  for (const auto& [name, value] : response.headers) out += StrCat(name, ": ", value, "\r\n");
  bool bodiless = response.status == 204 || response.status == 304;  // RFC 9110 §8.6: no length of what is not meant
  if (!bodiless) out += StrCat("Content-Length: ", response.body.size(), "\r\n");
  if (!keep_alive) out += "Connection: close\r\n";
  out += "\r\n";
  if (!head_only) out += response.body;
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

Result<std::string> DecodePercent(std::string_view text, bool plus_is_space) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) { out += ' '; continue; }
    if (text[i] != '%') { out += text[i]; continue; }
    int value = 0;
    auto [end, error] = std::from_chars(text.data() + i + 1, text.data() + std::min(i + 3, text.size()), value, 16);
    if (error != std::errc() || end != text.data() + i + 3) return Fault::Invalid("broken percent escape in '", text.substr(0, 64), "'");
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

}  // namespace freshet::wire::http
