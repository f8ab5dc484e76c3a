#include "base/text.h"

#include <charconv>

namespace freshet {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

void AppendEscaped(std::string& out, unsigned char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (c >= 0x20) {
    out.push_back(static_cast<char>(c));
    return;
  }
  out += "\\u00";
  out.push_back(kHexDigits[c >> 4]);
  out.push_back(kHexDigits[c & 15]);
}

template <typename Number>
void AppendDigits(std::string& out, Number value) {
  char digits[40];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

}  // namespace

void AppendText(std::string& out, int64_t value) { AppendDigits(out, value); }
void AppendText(std::string& out, uint64_t value) { AppendDigits(out, value); }
void AppendText(std::string& out, float value) { AppendDigits(out, value); }
void AppendText(std::string& out, double value) { AppendDigits(out, value); }

std::string Joined(std::initializer_list<TextPart> parts) {
  std::string out;
  for (const TextPart& part : parts) part.AppendTo(out);
  return out;
}

void AppendJsonString(std::string& out, std::string_view text) {
  out.push_back('"');
  for (char c : text) AppendEscaped(out, static_cast<unsigned char>(c));
  out.push_back('"');
}

std::string ToHex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    out.push_back(kHexDigits[byte >> 4]);
    out.push_back(kHexDigits[byte & 15]);
  }
  return out;
}

}  // namespace freshet
