#include <bit>
#include <clocale>
#include <cwctype>

#include "data/expr/byte_places.h"
#include "data/expr/kernel.h"
#include "data/expr/made.h"
#include "data/expr/utf8.h"

// Functions on strings. To add one: a kernel, a line in the table.

namespace freshet::expr {
namespace {

using data::Kind;
using Text = std::string_view;

// The letters of the C library's UTF-8 tables, which every Debian has; ASCII needs none.
locale_t Letters() {
  static const locale_t kLetters = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return kLetters;
}
uint32_t UpperOf(uint32_t c) { return Letters() == nullptr ? c : static_cast<uint32_t>(towupper_l(static_cast<wint_t>(c), Letters())); }
uint32_t LowerOf(uint32_t c) { return Letters() == nullptr ? c : static_cast<uint32_t>(towlower_l(static_cast<wint_t>(c), Letters())); }
bool IsLetter(uint32_t c) { return Letters() != nullptr && iswalpha_l(static_cast<wint_t>(c), Letters()) != 0; }

// Capitals that are more than one character.
std::string_view LongUpper(uint32_t c) {
  switch (c) {
    case 0xDF: return "SS";
    case 0x149: return "ʼN";
    case 0xFB00: return "FF";
    case 0xFB01: return "FI";
    case 0xFB02: return "FL";
    case 0xFB03: return "FFI";
    case 0xFB04: return "FFL";
    default: return {};
  }
}

// A sigma that ends a word has a form of its own.
bool EndsWord(Text text, size_t begin, size_t end) {
  size_t before = begin;
  while (before > 0 && IsContinuation(text[--before])) {}
  size_t after = end, start = before;
  return begin > 0 && IsLetter(TakeCodePoint(text, &start)) && (end == text.size() || !IsLetter(TakeCodePoint(text, &after)));
}

// Letters of ASCII alone; false where there are others.
bool ChangeAsciiCase(Text text, bool upper, std::string& out) {
  const char first = upper ? 'a' : 'A';
  unsigned char all = 0;
  out.resize(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    bool flip = static_cast<unsigned char>(c - first) < 26;
    out[i] = static_cast<char>(flip ? c ^ 0x20 : c);
    all |= c;
  }
  return all < 0x80;
}

void ChangeCase(Text text, bool upper, std::string& out) {
  if (ChangeAsciiCase(text, upper, out)) return;
  out.clear();
  for (size_t i = 0; i < text.size();) {
    char c = text[i];
    if (static_cast<unsigned char>(c) < 0x80) {
      bool flip = upper ? (c >= 'a' && c <= 'z') : (c >= 'A' && c <= 'Z');
      out += flip ? static_cast<char>(c ^ 0x20) : c;
      ++i;
      continue;
    }
    size_t begin = i;
    uint32_t code = TakeCodePoint(text, &i);
    if (code < 0x100 && i - begin == 1) out += c;  // a byte that is not UTF-8
    else if (upper && !LongUpper(code).empty()) out += LongUpper(code);
    else if (!upper && code == 0x130) out += "i\u0307";
    else if (!upper && code == 0x3A3) AppendCodePoint(out, EndsWord(text, begin, i) ? 0x3C2 : 0x3C3);
    else AppendCodePoint(out, upper ? UpperOf(code) : LowerOf(code));
  }
}

// ---- binding ----

// All arguments strings; the result a STRING.
Result<Type> BindStrings(Site& s) {
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (s.type(i).kind() == Kind::kNull) RETURN_NOT_OK(s.CastTo(i, Type::String()));
    if (!s.type(i).IsString()) return s.Mismatch("strings");
  }
  return Type::String().WithNullable(s.AnyNullable());
}

Result<Type> BindConcatWs(Site& s) {
  ASSIGN_OR_RETURN(Type type, BindStrings(s));
  return type.WithNullable(s.type(0).nullable());
}

// The first argument a string, the rest by a pattern: 's' string, 'i' integer.
Status Shape(Site& s, Text shape, Text wanted) {
  for (size_t i = 0; i < s.args.size(); ++i) {
    bool text = shape[i] == 's';
    if (text ? !s.type(i).IsString() : !s.type(i).IsInteger()) return s.Mismatch(wanted);
    if (!text) RETURN_NOT_OK(s.CastTo(i, Type::Int()));
  }
  return {};
}

Result<Type> BindSubstring(Site& s) {
  RETURN_NOT_OK(Shape(s, "sii", "a string, a start and a length"));
  return Type::String().WithNullable(s.AnyNullable());
}
Result<Type> BindTextCount(Site& s) {
  RETURN_NOT_OK(Shape(s, "si", "a string and a number"));
  return Type::String().WithNullable(s.AnyNullable());
}
Result<Type> BindPad(Site& s) {
  RETURN_NOT_OK(Shape(s, "sis", "a string, a length and a filler"));
  return Type::String();
}
Result<Type> BindSplitIndex(Site& s) {
  if (s.type(1).IsInteger()) {
    ASSIGN_OR_RETURN(s.args[1], MakeCall("CHR", {s.args[1]}));
  }
  RETURN_NOT_OK(Shape(s, "ssi", "a string, a separator and an index"));
  return Type::String();
}
Result<Type> BindLength(Site& s) {
  RETURN_NOT_OK(Shape(s, "s", "a string"));
  return Type::Int().WithNullable(s.AnyNullable());
}
Result<Type> BindPosition(Site& s) {
  RETURN_NOT_OK(Shape(s, "ssii", "two strings and places"));
  return Type::Int().WithNullable(s.AnyNullable());
}
Result<Type> BindTwoToBoolean(Site& s) {
  bool fine = (s.type(0).IsString() && s.type(1).IsString()) || (s.type(0).IsBinary() && s.type(1).IsBinary());
  if (!fine) return s.Mismatch("two strings, or bytes");
  return Type::Boolean().WithNullable(s.AnyNullable());
}
Result<Type> BindCountChar(Site& s) {
  RETURN_NOT_OK(Shape(s, "ss", "a string and a character"));
  return Type::BigInt().WithNullable(s.AnyNullable());
}
Result<Type> BindChr(Site& s) {
  if (!s.type(0).IsInteger()) return s.Mismatch("an integer");
  RETURN_NOT_OK(s.CastTo(0, Type::BigInt()));
  return Type::String().WithNullable(s.AnyNullable());
}
Result<Type> BindOverlay(Site& s) {
  RETURN_NOT_OK(Shape(s, "ssii", "a string, its replacement, a start and a length"));
  return Type::String().WithNullable(s.AnyNullable());
}

// ---- kernels ----

Result<ColumnPtr> Concat(const Call& call) {
  std::vector<Reader<Text>> parts;
  for (const auto& arg : call.args) parts.emplace_back(*arg);
  Output<Text> out(call.length);
  std::string text;
  Made made("||", call);
  call.sel.ForEach([&](uint32_t i) {
    text.clear();
    size_t bytes = 0;
    for (const auto& part : parts) {
      if (!part.valid(i)) return out.SetNull(i);
      bytes += part[i].size();
    }
    if (!made.Takes(bytes)) return out.SetNull(i);
    for (const auto& part : parts) text += part[i];
    out.Set(i, text);
  });
  return made.Done(out.Finish(call.type()));
}

Result<ColumnPtr> ConcatWs(const Call& call) {
  std::vector<Reader<Text>> parts;
  for (const auto& arg : call.args) parts.emplace_back(*arg);
  Output<Text> out(call.length);
  std::string text;
  call.sel.ForEach([&](uint32_t i) {
    if (!parts[0].valid(i)) return out.SetNull(i);
    text.clear();
    bool first = true;
    for (size_t p = 1; p < parts.size(); ++p) {
      if (!parts[p].valid(i)) continue;
      if (!first) text += parts[0][i];
      text += parts[p][i];
      first = false;
    }
    out.Set(i, text);
  });
  return out.Finish(call.type());
}

Result<ColumnPtr> CharLength(const Call& call) {
  return Map1<int32_t, Text>(call, [](Text s) { return static_cast<int32_t>(CountCodePoints(s)); });
}
ColumnPtr InCase(const Call& call, bool upper) {
  std::string out;
  return Map1<Text, Text>(call, [&](Text s) {
    ChangeCase(s, upper, out);
    return Text(out);
  });
}
Result<ColumnPtr> Upper(const Call& call) { return InCase(call, true); }
Result<ColumnPtr> Lower(const Call& call) { return InCase(call, false); }

// Start counts from 1; 0 is 1; negative counts from the end.
Text SubstringOf(Text s, int64_t start, int64_t length) {
  if (length <= 0) return {};
  int64_t from = start > 0 ? start - 1 : start;
  if (from < 0) {
    from += CountCodePoints(s);
    if (from < 0) return {};
  }
  size_t begin = ByteOffset(s, from);
  Text rest = s.substr(begin);
  return rest.substr(0, ByteOffset(rest, length));
}

Result<ColumnPtr> Substring(const Call& call) {
  if (call.args.size() == 2) return Map2<Text, Text, int32_t>(call, [](Text s, int32_t start) { return SubstringOf(s, start, INT32_MAX); });
  return Write3<Text, Text, int32_t, int32_t>(call, [](auto& out, uint32_t i, Text s, int32_t start, int32_t n) {
    if (n < 0) return out.SetNull(i);
    out.Set(i, SubstringOf(s, start, n));
  });
}

Result<ColumnPtr> Left(const Call& call) {
  return Map2<Text, Text, int32_t>(call, [](Text s, int32_t n) { return n <= 0 ? Text() : s.substr(0, ByteOffset(s, n)); });
}
Result<ColumnPtr> Right(const Call& call) {
  return Map2<Text, Text, int32_t>(call, [](Text s, int32_t n) {
    int64_t size = CountCodePoints(s);
    return n <= 0 ? Text() : n >= size ? s : s.substr(ByteOffset(s, size - n));
  });
}

int32_t PositionOf(Text needle, Text s, int32_t from) {
  size_t begin = from < 1 ? 0 : ByteOffset(s, from - 1);
  size_t at = s.find(needle, begin);
  return at == Text::npos ? 0 : static_cast<int32_t>(CountCodePoints(s.substr(0, at))) + 1;
}

// POSITION(needle IN s), LOCATE(needle, s [, from]); INSTR(s, needle) has them the other way round.
Result<ColumnPtr> Position(const Call& call) {
  if (call.args.size() == 2) return Map2<int32_t, Text, Text>(call, [](Text needle, Text s) { return PositionOf(needle, s, 1); });
  return Write3<int32_t, Text, Text, int32_t>(call, [](auto& out, uint32_t i, Text needle, Text s, int32_t from) { out.Set(i, PositionOf(needle, s, from)); });
}
// The n-th place of `needle`, looking from place `start` on, or from the end when that is negative.
int32_t NthPosition(Text s, Text needle, int32_t start, int32_t n) {
  if (start > 0 && needle.empty()) return static_cast<int32_t>(std::min<int64_t>(int64_t{start} + n - 1, CountCodePoints(s) + 1));
  if (start > 0) {
    int32_t at = PositionOf(needle, s, start);
    for (; n > 1 && at > 0; --n) at = PositionOf(needle, s, at + 1);
    return at;
  }
  size_t end = s.size();  // begins lie at or before it
  int64_t size = CountCodePoints(s), from_end = -static_cast<int64_t>(start);
  if (from_end > size) return 0;
  int64_t needle_size = CountCodePoints(needle), last = size - from_end + 1 - needle_size;
  if (last < 0) return 0;
  end = ByteOffset(s, last);
  for (size_t at = s.rfind(needle, end); at != Text::npos; at = s.rfind(needle, at - 1)) {
    if (--n == 0) return static_cast<int32_t>(CountCodePoints(s.substr(0, at))) + 1;
    if (at == 0) break;
  }
  return 0;
}

Result<ColumnPtr> Instr(const Call& call) {
  if (call.args.size() == 2) return Map2<int32_t, Text, Text>(call, [](Text s, Text needle) { return PositionOf(needle, s, 1); });
  bool refused = false;
  const Column *start = call.args[2].get(), *nth = call.args.size() > 3 ? call.args[3].get() : nullptr;
  auto column = Write2<int32_t, Text, Text>(call, [&](auto& out, uint32_t i, Text s, Text needle) {
    int row = static_cast<int>(i);
    if (start->IsNull(row) || (nth != nullptr && nth->IsNull(row))) return out.SetNull(i);
    int32_t n = nth != nullptr ? nth->Value<int32_t>(row) : 1;
    refused |= n <= 0;
    out.Set(i, start->Value<int32_t>(row) == 0 || n <= 0 ? 0 : NthPosition(s, needle, start->Value<int32_t>(row), n));
  });
  if (refused) return Fault::Invalid("function INSTR takes 1 or more as the number of the place to find");
  return column;
}

Text Strip(Text s, Text characters, bool left, bool right) {
  if (left) {
    size_t begin = s.find_first_not_of(characters);
    s = begin == Text::npos ? Text() : s.substr(begin);
  }
  if (right) {
    size_t end = s.find_last_not_of(characters);
    s = end == Text::npos ? Text() : s.substr(0, end + 1);
  }
  return s;
}

ColumnPtr StripCall(const Call& call, bool left, bool right) {
  if (call.args.size() == 1) return Map1<Text, Text>(call, [=](Text s) { return Strip(s, " ", left, right); });
  return Map2<Text, Text, Text>(call, [=](Text s, Text characters) { return Strip(s, characters, left, right); });
}
Result<ColumnPtr> Trim(const Call& call) { return StripCall(call, call.option() != "TRAILING", call.option() != "LEADING"); }
Result<ColumnPtr> LeftTrim(const Call& call) { return StripCall(call, true, false); }
Result<ColumnPtr> RightTrim(const Call& call) { return StripCall(call, false, true); }

template <bool kLeft>
Result<ColumnPtr> Pad(const Call& call) {
  std::string text;
  Made made(kLeft ? "LPAD" : "RPAD", call);
  return made.Done(Write3<Text, Text, int32_t, Text>(call, [&](auto& out, uint32_t i, Text s, int32_t length, Text filler) {
    int64_t size = CountCodePoints(s);
    if (length < 0 || filler.empty() || static_cast<size_t>(length) > Made::kTextBytesMax) return out.SetNull(i);
    if (length <= size) return out.Set(i, s.substr(0, ByteOffset(s, length)));
    int64_t missing = length - size, filler_size = CountCodePoints(filler);
    if (!made.Takes(s.size() + static_cast<size_t>(missing / filler_size + 1) * filler.size())) return out.SetNull(i);
    text.clear();
    for (; missing >= filler_size; missing -= filler_size) text += filler;
    text += filler.substr(0, ByteOffset(filler, missing));
    if (kLeft) text += s;
    else text.insert(0, s);
    out.Set(i, text);
  }));
}

Result<ColumnPtr> Replace(const Call& call) {
  std::string text;
  Made made("REPLACE", call);
  return made.Done(Write3<Text, Text, Text, Text>(call, [&](auto& out, uint32_t i, Text s, Text from, Text to) {
    text.clear();
    size_t at = 0;
    if (from.empty()) {  // between all characters, as in Java
      if (!made.Takes(s.size() + (static_cast<size_t>(CountCodePoints(s)) + 1) * to.size())) return out.SetNull(i);
      for (size_t begin = 0; begin < s.size(); begin = at) {
        TakeCodePoint(s, &at);
        text.append(to).append(s, begin, at - begin);
      }
      return out.Set(i, text.append(to));
    }
    for (size_t hit = s.find(from); hit != Text::npos && text.size() <= Made::kTextBytesMax; hit = s.find(from, at)) {
      text.append(s, at, hit - at).append(to);
      at = hit + from.size();
    }
    text.append(s, at);
    if (!made.Takes(text.size())) return out.SetNull(i);
    out.Set(i, text);
  }));
}

Result<ColumnPtr> Repeat(const Call& call) {
  std::string text;
  Made made("REPEAT", call);
  return made.Done(Write2<Text, Text, int32_t>(call, [&](auto& out, uint32_t i, Text s, int32_t n) {
    text.clear();
    if (n > 0 && !made.Takes(s.size() * static_cast<size_t>(n))) return out.SetNull(i);
    for (int k = 0; k < n; ++k) text += s;
    out.Set(i, text);
  }));
}

Result<ColumnPtr> Reverse(const Call& call) {
  return Map1<Text, Text>(call, [text = std::string()](Text s) mutable {
    text.clear();
    for (size_t end = s.size(); end > 0;) {
      size_t begin = end - 1;
      while (begin > 0 && IsContinuation(s[begin])) --begin;
      text.append(s, begin, end - begin);
      end = begin;
    }
    return Text(text);
  });
}

// Letters of ASCII only, as Flink has it; all other characters part words.
Result<ColumnPtr> InitCap(const Call& call) {
  return Map1<Text, Text>(call, [text = std::string()](Text s) mutable {
    text = s;
    bool inside = false;
    for (char& c : text) {
      bool small = c >= 'a' && c <= 'z', capital = c >= 'A' && c <= 'Z';
      if (inside ? capital : small) c = static_cast<char>(c ^ 0x20);
      inside = small || capital || (c >= '0' && c <= '9');
    }
    return Text(text);
  });
}

// Between two separators of one byte, which are looked for in 64 bytes at once: parts are short, and a search of its own for each costs more than the bytes.
std::optional<Text> PartBetween(Text s, char separator, int32_t index) {
  constexpr size_t kBlock = 64;
  size_t begin = 0;
  for (size_t at = 0; at < s.size(); at += kBlock) {
    for (uint64_t hits = PlacesOf(separator, s.substr(at, kBlock)); hits != 0; hits &= hits - 1) {
      size_t hit = at + static_cast<size_t>(std::countr_zero(hits));
      if (index-- == 0) return s.substr(begin, hit - begin);
      begin = hit + 1;
    }
  }
  return index == 0 ? std::optional(s.substr(begin)) : std::nullopt;
}

std::optional<Text> PartBetween(Text s, Text separator, int32_t index) {
  size_t begin = 0;
  for (; index > 0; --index) {
    size_t hit = s.find(separator, begin);
    if (hit == Text::npos) return std::nullopt;
    begin = hit + separator.size();
  }
  return s.substr(begin, s.find(separator, begin) - begin);
}

Result<ColumnPtr> SplitIndex(const Call& call) {
  return Write3<Text, Text, Text, int32_t>(call, [](auto& out, uint32_t i, Text s, Text separator, int32_t index) {
    if (index < 0 || s.empty()) return out.SetNull(i);
    if (separator.empty()) separator = " ";  // Flink parts by blanks then
    auto part = separator.size() == 1 ? PartBetween(s, separator[0], index) : PartBetween(s, separator, index);
    if (part) out.Set(i, *part);
    else out.SetNull(i);
  });
}

Result<ColumnPtr> Overlay(const Call& call) {
  Reader<Text> s(*call.args[0]), r(*call.args[1]);
  Reader<int32_t> start(*call.args[2]);
  const Column* length = call.args.size() > 3 ? call.args[3].get() : nullptr;
  Output<Text> out(call.length);
  call.sel.ForEach([&](uint32_t i) {
    int row = static_cast<int>(i);
    if (!s.valid(i) || !r.valid(i) || !start.valid(i) || (length != nullptr && length->IsNull(row))) return out.SetNull(i);
    int64_t n = length != nullptr ? length->IntAt(row) : CountCodePoints(r[i]);
    if (start[i] <= 0 || start[i] > CountCodePoints(s[i])) return out.Set(i, s[i]);
    size_t begin = ByteOffset(s[i], start[i] - 1);
    Text tail = s[i].substr(begin);
    out.Set(i, StrCat(s[i].substr(0, begin), r[i], n <= 0 ? Text() : tail.substr(ByteOffset(tail, n))));  // FOR 0 cuts the rest off, as in Flink
  });
  return out.Finish(call.type());
}

Result<ColumnPtr> Chr(const Call& call) {
  return Map1<Text, int64_t>(call, [text = std::string()](int64_t n) mutable {
    text.clear();
    if (n >= 0) AppendCodePoint(text, static_cast<uint32_t>(n & 0xFF));
    return Text(text);
  });
}
Result<ColumnPtr> Ascii(const Call& call) {
  return Map1<int32_t, Text>(call, [](Text s) { return s.empty() ? 0 : static_cast<int32_t>(static_cast<signed char>(s[0])); });
}
Result<ColumnPtr> StartsWith(const Call& call) {
  return Map2<int8_t, Text, Text>(call, [](Text s, Text t) { return static_cast<int8_t>(s.starts_with(t)); });
}
Result<ColumnPtr> EndsWith(const Call& call) {
  return Map2<int8_t, Text, Text>(call, [](Text s, Text t) { return static_cast<int8_t>(s.ends_with(t)); });
}

// What com.github.nexmark.flink.udf.CountChar does: how often the first character of `c` stands in `s`.
Result<ColumnPtr> CountChar(const Call& call) {
  return Map2<int64_t, Text, Text>(call, [](Text s, Text c) {
    int64_t n = 0;
    for (char x : s) n += !c.empty() && x == c[0] ? 1 : 0;
    return n;
  });
}

constexpr Function kFunctions[] = {
    {"||", 2, 2, BindStrings, Concat,
     {"a || b", "two strings one after the other", "'a' || 'b'", "'ab'"}},
    {"CONCAT", 1, 1000, BindStrings, Concat,
     {"CONCAT(a, b, …)", "strings one after the other; NULL when one is NULL", "CONCAT('a', 'b', 'c')", "'abc'"}},
    {"CONCAT_WS", 1, 1000, BindConcatWs, ConcatWs,
     {"CONCAT_WS(separator, a, b, …)", "strings with a separator between; NULLs are skipped", "CONCAT_WS('-', 'a', CAST(NULL AS STRING), 'b')", "'a-b'"}},
    {"CHAR_LENGTH", 1, 1, BindLength, CharLength,
     {"CHAR_LENGTH(s)", "how many characters", "CHAR_LENGTH('h😀')", "2"}},
    {"CHARACTER_LENGTH", 1, 1, BindLength, CharLength,
     {"CHARACTER_LENGTH(s)", "the same as CHAR_LENGTH", "CHARACTER_LENGTH('')", "0"}},
    {"UPPER", 1, 1, BindStrings, Upper,
     {"UPPER(s)", "in capital letters", "UPPER('straße')", "'STRASSE'"}},
    {"LOWER", 1, 1, BindStrings, Lower,
     {"LOWER(s)", "in small letters", "LOWER('ÀB')", "'àb'"}},
    {"SUBSTRING", 2, 3, BindSubstring, Substring,
     {"SUBSTRING(s FROM start [FOR length])", "from the start-th character on; a negative start counts from the end", "SUBSTRING('hello' FROM 2 FOR 3)", "'ell'"}},
    {"SUBSTR", 2, 3, BindSubstring, Substring,
     {"SUBSTR(s, start [, length])", "the same as SUBSTRING", "SUBSTR('hello', -3, 2)", "'ll'"}},
    {"LEFT", 2, 2, BindTextCount, Left,
     {"LEFT(s, n)", "the first n characters", "LEFT('hello', 2)", "'he'"}},
    {"RIGHT", 2, 2, BindTextCount, Right,
     {"RIGHT(s, n)", "the last n characters", "RIGHT('hello', 2)", "'lo'"}},
    {"POSITION", 2, 2, BindPosition, Position,
     {"POSITION(part IN s)", "where a part begins, from 1; 0 when it is not there", "POSITION('l' IN 'hello')", "3"}},
    {"LOCATE", 2, 3, BindPosition, Position,
     {"LOCATE(part, s [, from])", "the same, looking from a place on", "LOCATE('l', 'hello', 4)", "4"}},
    {"INSTR", 2, 4, BindPosition, Instr,
     {"INSTR(s, part [, start [, n]])", "where the n-th part begins; a negative start looks from the end", "INSTR('hello', 'l', 1, 2)", "4"}},
    {"TRIM", 1, 2, BindStrings, Trim,
     {"TRIM([BOTH|LEADING|TRAILING] [characters FROM] s)", "without the characters (blanks) at its ends", "TRIM(BOTH 'ab' FROM 'abcab')", "'c'"}},
    {"LTRIM", 1, 2, BindStrings, LeftTrim,
     {"LTRIM(s [, characters])", "without the characters (blanks) at its beginning", "LTRIM('  a ')", "'a '"}},
    {"RTRIM", 1, 2, BindStrings, RightTrim,
     {"RTRIM(s [, characters])", "without the characters (blanks) at its end", "RTRIM('  a ')", "'  a'"}},
    {"BTRIM", 1, 2, BindStrings, Trim,
     {"BTRIM(s [, characters])", "without the characters (blanks) at both ends", "BTRIM('xyaxy', 'yx')", "'a'"}},
    {"LPAD", 3, 3, BindPad, Pad<true>,
     {"LPAD(s, length, filler)", "filled up on the left, or cut, to a length", "LPAD('hi', 4, '?')", "'??hi'"}},
    {"RPAD", 3, 3, BindPad, Pad<false>,
     {"RPAD(s, length, filler)", "filled up on the right, or cut, to a length", "RPAD('hi', 5, 'abc')", "'hiabc'"}},
    {"REPLACE", 3, 3, BindStrings, Replace,
     {"REPLACE(s, part, by)", "every part replaced", "REPLACE('ababab', 'abab', 'z')", "'zab'"}},
    {"REPEAT", 2, 2, BindTextCount, Repeat,
     {"REPEAT(s, n)", "n times one after the other", "REPEAT('ab', 3)", "'ababab'"}},
    {"REVERSE", 1, 1, BindStrings, Reverse,
     {"REVERSE(s)", "the characters from last to first", "REVERSE('abc')", "'cba'"}},
    {"INITCAP", 1, 1, BindStrings, InitCap,
     {"INITCAP(s)", "each word with a capital first and small other letters", "INITCAP('hello wORLD')", "'Hello World'"}},
    {"SPLIT_INDEX", 3, 3, BindSplitIndex, SplitIndex,
     {"SPLIT_INDEX(s, separator, n)", "the n-th part between separators, from 0; NULL when there is none", "SPLIT_INDEX('a,b,c', ',', 1)", "'b'"}},
    {"OVERLAY", 3, 4, BindOverlay, Overlay,
     {"OVERLAY(s PLACING by FROM start [FOR length])", "a part replaced by place", "OVERLAY('abcdef' PLACING 'XY' FROM 2 FOR 1)", "'aXYcdef'"}},
    {"CHR", 1, 1, BindChr, Chr,
     {"CHR(n)", "the character of a number, modulo 256", "CHR(97)", "'a'"}},
    {"ASCII", 1, 1, BindLength, Ascii,
     {"ASCII(s)", "the first byte as a number from -128 to 127; 0 of ''", "ASCII('abc')", "97"}},
    {"STARTSWITH", 2, 2, BindTwoToBoolean, StartsWith,
     {"STARTSWITH(s, part)", "whether it begins so; also of bytes", "STARTSWITH('abc', 'ab')", "true"}},
    {"ENDSWITH", 2, 2, BindTwoToBoolean, EndsWith,
     {"ENDSWITH(s, part)", "whether it ends so; also of bytes", "ENDSWITH('abc', 'bc')", "true"}},
    {"COUNT_CHAR", 2, 2, BindCountChar, CountChar,
     {"COUNT_CHAR(s, c)", "how often a character stands there; Nexmark's CountChar", "COUNT_CHAR('banana', 'a')", "3"}},
};

}  // namespace

std::string ToUpper(std::string_view text) {
  std::string out;
  ChangeCase(text, true, out);
  return out;
}

std::string ToLower(std::string_view text) {
  std::string out;
  ChangeCase(text, false, out);
  return out;
}

std::span<const Function> TextFunctions() { return kFunctions; }

}  // namespace freshet::expr
