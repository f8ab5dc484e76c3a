#include <algorithm>
#include <charconv>

#include "base/capitals.h"
#include "data/expr/kernel.h"
#include "data/expr/utf8.h"
#include "data/formats/base64.h"

// Between texts, bytes and digits: base64, hexadecimal, binary, character sets.

namespace freshet::expr {
namespace {

using data::Kind;
using Text = std::string_view;

// ---- binding ----

Result<Type> BindToBase64(Site& s) {
  if (!s.type(0).IsString() && !s.type(0).IsBinary()) return s.Mismatch("a string or bytes");
  return Type::String().WithNullable(s.AnyNullable());
}
Result<Type> BindText(Site& s) {
  if (!s.type(0).IsString()) return s.Mismatch("a string");
  return Type::String().WithNullable(s.AnyNullable());
}
Result<Type> BindHex(Site& s) {
  if (s.type(0).IsInteger()) RETURN_NOT_OK(s.CastTo(0, Type::BigInt()));
  else if (!s.type(0).IsString()) return s.Mismatch("a whole number or a string");
  return Type::String().WithNullable(s.AnyNullable());
}
Result<Type> BindUnhex(Site& s) {
  if (!s.type(0).IsString()) return s.Mismatch("a string");
  return Type::Bytes();
}
Result<Type> BindBin(Site& s) {
  if (!s.type(0).IsInteger()) return s.Mismatch("a whole number");
  RETURN_NOT_OK(s.CastTo(0, Type::BigInt()));
  return Type::String().WithNullable(s.AnyNullable());
}

// ---- character sets ----

enum class Charset : uint8_t { kUtf8, kLatin1, kAscii, kUtf16, kUtf16Be, kUtf16Le };

Result<Charset> CharsetOf(Text name) {
  static constexpr std::pair<Text, Charset> kNames[] = {{"UTF-8", Charset::kUtf8},    {"ISO-8859-1", Charset::kLatin1},  {"US-ASCII", Charset::kAscii},
                                                        {"UTF-16", Charset::kUtf16},  {"UTF-16BE", Charset::kUtf16Be},   {"UTF-16LE", Charset::kUtf16Le}};
  std::string upper = InCapitals(name);
  for (auto [known, charset] : kNames) {
    if (upper == known) return charset;
  }
  return Fault::Invalid("no character set '", name.substr(0, 40), "'; known are UTF-8, ISO-8859-1, US-ASCII, UTF-16, UTF-16BE, UTF-16LE");
}

void AppendUnit(std::string& out, uint32_t unit, bool little) {
  auto high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
  out += little ? low : high;
  out += little ? high : low;
}

void Encode(std::string& out, Text text, Charset charset) {
  if (charset == Charset::kUtf8) {
    out += text;
    return;
  }
  bool little = charset == Charset::kUtf16Le;
  if (charset == Charset::kUtf16) AppendUnit(out, 0xFEFF, false);
  for (size_t at = 0; at < text.size();) {
    uint32_t code = TakeCodePoint(text, &at);
    if (charset == Charset::kLatin1 || charset == Charset::kAscii) {
      out += code < (charset == Charset::kAscii ? 0x80U : 0x100U) ? static_cast<char>(code) : '?';
    } else if (code < 0x10000) {
      AppendUnit(out, code, little);
    } else {
      AppendUnit(out, 0xD800 + ((code - 0x10000) >> 10), little);
      AppendUnit(out, 0xDC00 + ((code - 0x10000) & 0x3FF), little);
    }
  }
}

constexpr uint32_t kReplacement = 0xFFFD;

void DecodeUtf16(std::string& out, Text bytes, bool little) {
  auto unit = [&](size_t i) { return little ? (static_cast<uint32_t>(static_cast<unsigned char>(bytes[i + 1])) << 8) | static_cast<unsigned char>(bytes[i])
                                            : (static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])) << 8) | static_cast<unsigned char>(bytes[i + 1]); };
  for (size_t i = 0; i < bytes.size(); i += 2) {
    if (i + 1 == bytes.size()) return AppendCodePoint(out, kReplacement);
    uint32_t code = unit(i);
    bool first = code >= 0xD800 && code < 0xDC00, second = code >= 0xDC00 && code < 0xE000;
    if (first && i + 3 < bytes.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    } else if (first || second) {
      code = kReplacement;
    }
    AppendCodePoint(out, code);
  }
}

void Decode(std::string& out, Text bytes, Charset charset) {
  switch (charset) {
    case Charset::kUtf8: return AppendValidUtf8(out, bytes);
    case Charset::kLatin1:
      for (char c : bytes) AppendCodePoint(out, static_cast<unsigned char>(c));
      return;
    case Charset::kAscii:
      for (char c : bytes) AppendCodePoint(out, static_cast<unsigned char>(c) < 0x80 ? static_cast<unsigned char>(c) : kReplacement);
      return;
    case Charset::kUtf16Be: return DecodeUtf16(out, bytes, false);
    case Charset::kUtf16Le: return DecodeUtf16(out, bytes, true);
    case Charset::kUtf16: {
      bool little = bytes.starts_with("\xFF\xFE"), big = bytes.starts_with("\xFE\xFF");
      return DecodeUtf16(out, little || big ? bytes.substr(2) : bytes, little);
    }
  }
}

Result<Type> BindCharset(Site& s) {
  bool encodes = s.name == "ENCODE";
  if (!(encodes ? s.type(0).IsString() : s.type(0).IsBinary()) || !s.type(1).IsString()) return s.Mismatch(encodes ? "a string and a character set" : "bytes and a character set");
  if (s.args[1]->op == Op::kLiteral && !s.args[1]->value.is_null()) RETURN_NOT_OK(CharsetOf(s.args[1]->value.text()).status());
  return (encodes ? Type::Bytes() : Type::String()).WithNullable(true);
}

template <void (*kConvert)(std::string&, Text, Charset)>
Result<ColumnPtr> Recode(const Call& call) {
  std::string text;
  Status status;
  auto column = Write2<Text, Text, Text>(call, [&](auto& out, uint32_t i, Text from, Text name) {
    auto charset = CharsetOf(name);
    if (!charset.ok()) {
      status = charset.status();
      return out.SetNull(i);
    }
    text.clear();
    kConvert(text, from, *charset);
    out.Set(i, text);
  });
  RETURN_NOT_OK(status);
  return column;
}

// ---- kernels ----

Result<ColumnPtr> ToBase64(const Call& call) {
  return Map1<Text, Text>(call, [out = std::string()](Text bytes) mutable {
    out.clear();
    formats::AppendBase64(out, bytes);
    return Text(out);
  });
}

Result<ColumnPtr> FromBase64(const Call& call) {
  std::string refused, text;
  auto column = Write1<Text, Text>(call, [&](auto& out, uint32_t i, Text digits) {
    auto bytes = formats::ParseBase64(digits);
    if (!bytes) {
      if (refused.empty()) refused = digits.substr(0, 80);
      return out.SetNull(i);
    }
    text.clear();
    AppendValidUtf8(text, *bytes);
    out.Set(i, text);
  });
  if (!refused.empty()) return Fault::Invalid("function FROM_BASE64: '", refused, "' is not base64");
  return column;
}

void AppendUpperHex(std::string& out, Text bytes) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  for (char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
}

// A number's digits in a base that is a power of two, as of the 64 bits that it has.
Text Digits(char (&space)[65], int64_t number, int base) {
  auto end = std::to_chars(space, space + sizeof space, static_cast<uint64_t>(number), base).ptr;
  for (char* c = space; c != end; ++c) *c = *c >= 'a' ? static_cast<char>(*c - 32) : *c;
  return {space, static_cast<size_t>(end - space)};
}

Result<ColumnPtr> Hex(const Call& call) {
  if (call.args[0]->type.IsInteger()) {
    return Map1<Text, int64_t>(call, [out = std::string()](int64_t n) mutable {
      char space[65];
      return Text(out = Digits(space, n, 16));
    });
  }
  return Map1<Text, Text>(call, [out = std::string()](Text bytes) mutable {
    out.clear();
    AppendUpperHex(out, bytes);
    return Text(out);
  });
}

Result<ColumnPtr> Bin(const Call& call) {
  return Map1<Text, int64_t>(call, [out = std::string()](int64_t n) mutable {
    char space[65];
    return Text(out = Digits(space, n, 2));
  });
}

int HexDigit(char c) { return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1; }

// Of an odd number of digits the first one is passed over and a zero byte stands for it, as Flink documents; other characters have no answer.
Result<ColumnPtr> Unhex(const Call& call) {
  std::string bytes;
  return Write1<Text, Text>(call, [&](auto& out, uint32_t i, Text digits) {
    bytes.clear();
    int high = -1;
    if (digits.size() % 2 != 0) {
      bytes += '\0';
      digits.remove_prefix(1);
    }
    for (char c : digits) {
      int digit = HexDigit(c);
      if (digit < 0) return out.SetNull(i);
      if (high >= 0) bytes += static_cast<char>(high * 16 + digit);
      high = high >= 0 ? -1 : digit;
    }
    out.Set(i, bytes);
  });
}

constexpr Function kFunctions[] = {
    {"TO_BASE64", 1, 1, BindToBase64, ToBase64, {"TO_BASE64(s)", "the base64 text of a string's bytes", "TO_BASE64('hello world')", "'aGVsbG8gd29ybGQ='"}},
    {"FROM_BASE64", 1, 1, BindText, FromBase64, {"FROM_BASE64(s)", "the string whose base64 text this is", "FROM_BASE64('aGVsbG8gd29ybGQ=')", "'hello world'"}},
    {"HEX", 1, 1, BindHex, Hex, {"HEX(n | s)", "a whole number, or a string's bytes, in hexadecimal capitals", "HEX('hi')", "'6869'"}},
    {"UNHEX", 1, 1, BindUnhex, Unhex, {"UNHEX(s)", "the bytes of hexadecimal digits; NULL when there are others", "UNHEX('4142')", "'4142'"}},
    {"BIN", 1, 1, BindBin, Bin, {"BIN(n)", "a whole number in binary digits", "BIN(12)", "'1100'"}},
    {"ENCODE", 2, 2, BindCharset, Recode<Encode>,
     {"ENCODE(s, charset)", "a string's bytes in a character set: UTF-8, ISO-8859-1, US-ASCII, UTF-16, UTF-16BE, UTF-16LE", "ENCODE('é', 'ISO-8859-1')", "'e9'"}},
    {"DECODE", 2, 2, BindCharset, Recode<Decode>, {"DECODE(bytes, charset)", "the string whose bytes these are", "DECODE(X'e9', 'ISO-8859-1')", "'é'"}},
};

}  // namespace

std::span<const Function> EncodingFunctions() { return kFunctions; }

}  // namespace freshet::expr
