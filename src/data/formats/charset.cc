#include "data/formats/charset.h"

#include "base/capitals.h"
#include "data/expr/utf8.h"

namespace freshet::formats {
namespace {

constexpr uint32_t kReplacement = 0xFFFD;
constexpr std::string_view kBigEndianMark = "\xFE\xFF", kLittleEndianMark = "\xFF\xFE";

struct Name {
  std::string_view name;
  Charset charset;
};
constexpr Name kNames[] = {{"UTF-8", Charset::kUtf8},           {"UTF8", Charset::kUtf8},           {"US-ASCII", Charset::kAscii},          {"ASCII", Charset::kAscii},
                           {"ISO-8859-1", Charset::kLatin1},    {"ISO8859_1", Charset::kLatin1},    {"LATIN1", Charset::kLatin1},           {"UTF-16", Charset::kUtf16},
                           {"UTF-16BE", Charset::kUtf16BigEndian}, {"UTF-16LE", Charset::kUtf16LittleEndian}};

bool IsHighSurrogate(uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLowSurrogate(uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

void AppendFromUnits(std::string& out, std::string_view bytes, bool little) {
  auto unit = [&](size_t i) {
    auto first = static_cast<unsigned char>(bytes[i]), second = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<uint32_t>(little ? second << 8 | first : first << 8 | second);
  };
  size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2) {
    uint32_t high = unit(i);
    bool pair = IsHighSurrogate(high) && i + 3 < bytes.size() && IsLowSurrogate(unit(i + 2));
    if (pair) {
      expr::AppendCodePoint(out, 0x10000 + ((high - 0xD800) << 10) + (unit(i + 2) - 0xDC00));
      i += 2;
    } else {
      expr::AppendCodePoint(out, IsHighSurrogate(high) || IsLowSurrogate(high) ? kReplacement : high);
    }
  }
  if (i < bytes.size()) expr::AppendCodePoint(out, kReplacement);  // half of one
}

void AppendUnits(std::string& out, uint32_t code, bool little) {
  auto unit = [&](uint32_t u) {
    char high = static_cast<char>(u >> 8), low = static_cast<char>(u);
    out += little ? low : high;
    out += little ? high : low;
  };
  if (code < 0x10000) return unit(code);
  unit(0xD800 + ((code - 0x10000) >> 10));
  unit(0xDC00 + ((code - 0x10000) & 0x3FF));
}

}  // namespace

std::optional<Charset> FindCharset(std::string_view name) {
  std::string upper = InCapitals(name);
  for (const auto& known : kNames) {
    if (known.name == upper) return known.charset;
  }
  return std::nullopt;
}

void AppendDecoded(std::string& out, std::string_view bytes, Charset charset) {
  bool marked_little = charset == Charset::kUtf16 && bytes.starts_with(kLittleEndianMark), marked_big = charset == Charset::kUtf16 && bytes.starts_with(kBigEndianMark);
  switch (charset) {
    case Charset::kUtf8: out += bytes; return;
    case Charset::kAscii:
      for (char c : bytes) expr::AppendCodePoint(out, static_cast<unsigned char>(c) < 0x80 ? static_cast<unsigned char>(c) : kReplacement);
      return;
    case Charset::kLatin1:
      for (char c : bytes) expr::AppendCodePoint(out, static_cast<unsigned char>(c));
      return;
    case Charset::kUtf16: return AppendFromUnits(out, bytes.substr(marked_little || marked_big ? 2 : 0), marked_little);
    case Charset::kUtf16BigEndian: return AppendFromUnits(out, bytes, false);
    case Charset::kUtf16LittleEndian: return AppendFromUnits(out, bytes, true);
  }
}

void AppendEncoded(std::string& out, std::string_view text, Charset charset) {
  if (charset == Charset::kUtf8) {
    out += text;
    return;
  }
  if (charset == Charset::kUtf16 && !text.empty()) out += kBigEndianMark;
  for (size_t at = 0; at < text.size();) {
    uint32_t code = expr::TakeCodePoint(text, &at), most = charset == Charset::kAscii ? 0x7F : 0xFF;
    if (charset == Charset::kAscii || charset == Charset::kLatin1) out += code <= most ? static_cast<char>(code) : '?';
    else AppendUnits(out, code, charset == Charset::kUtf16LittleEndian);
  }
}

}  // namespace freshet::formats
