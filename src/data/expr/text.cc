#include "data/expr/kernel.h"
#include "data/expr/utf8.h"

// Functions on strings. To add one: a kernel, a line in the table.

namespace freshet::expr {
namespace {

using data::Kind;
using Text = std::string_view;

constexpr size_t kMaxResultBytes = 16 << 20;  // of one REPEAT, LPAD, RPAD

void AppendCodePoint(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

uint32_t UpperOf(uint32_t c) {
  if (c >= 0xE0 && c <= 0xFE && c != 0xF7) return c - 0x20;
  if (c >= 0x3B1 && c <= 0x3C9 && c != 0x3C2) return c - 0x20;
  if (c >= 0x430 && c <= 0x44F) return c - 0x20;
  if (c >= 0x450 && c <= 0x45F) return c - 0x50;
  return c;
}
uint32_t LowerOf(uint32_t c) {
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 0x20;
  if (c >= 0x391 && c <= 0x3A9) return c + 0x20;
  if (c >= 0x410 && c <= 0x42F) return c + 0x20;
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  return c;
}

std::string ChangeCase(Text text, bool upper) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      bool flip = upper ? (c >= 'a' && c <= 'z') : (c >= 'A' && c <= 'Z');
      out += flip ? static_cast<char>(c ^ 0x20) : c;
    } else if ((byte & 0xE0) == 0xC0 && i + 1 < text.size()) {
      uint32_t code = (static_cast<uint32_t>(byte & 0x1F) << 6) | (static_cast<unsigned char>(text[i + 1]) & 0x3F);
      ++i;
      if (upper && code == 0xDF) out += "SS";
      else AppendCodePoint(out, upper ? UpperOf(code) : LowerOf(code));
    } else {
      out += c;
    }
  }
  return out;
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

// CONCAT and || also take what prints as text.
Result<Type> BindConcat(Site& s) {
  if (s.name == "||" && !s.type(0).IsString() && !s.type(1).IsString()) return s.Mismatch("at least one string");
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (!s.type(i).IsString()) RETURN_NOT_OK(s.CastTo(i, Type::String()));
  }
  return Type::String().WithNullable(s.AnyNullable());
}

Result<Type> BindConcatWs(Site& s) {
  ASSIGN_OR_RETURN(Type type, BindConcat(s));
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
  RETURN_NOT_OK(Shape(s, "ssi", "two strings"));
  return Type::Int().WithNullable(s.AnyNullable());
}
Result<Type> BindTwoToBoolean(Site& s) {
  RETURN_NOT_OK(Shape(s, "ss", "two strings"));
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
  call.sel.ForEach([&](uint32_t i) {
    text.clear();
    for (const auto& part : parts) {
      if (!part.valid(i)) return out.SetNull(i);
      text += part[i];
    }
    out.Set(i, text);
  });
  return out.Finish(call.type());
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
Result<ColumnPtr> Upper(const Call& call) { return Map1<Text, Text>(call, [text = std::string()](Text s) mutable { return Text(text = ToUpper(s)); }); }
Result<ColumnPtr> Lower(const Call& call) { return Map1<Text, Text>(call, [text = std::string()](Text s) mutable { return Text(text = ToLower(s)); }); }

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
  if (from < 1) return 0;
  size_t begin = ByteOffset(s, from - 1);
  size_t at = s.find(needle, begin);
  return at == Text::npos ? 0 : static_cast<int32_t>(CountCodePoints(s.substr(0, at))) + 1;
}

// POSITION(needle IN s), LOCATE(needle, s [, from]); INSTR(s, needle) has them the other way round.
Result<ColumnPtr> Position(const Call& call) {
  if (call.args.size() == 2) return Map2<int32_t, Text, Text>(call, [](Text needle, Text s) { return PositionOf(needle, s, 1); });
  return Write3<int32_t, Text, Text, int32_t>(call, [](auto& out, uint32_t i, Text needle, Text s, int32_t from) { out.Set(i, PositionOf(needle, s, from)); });
}
Result<ColumnPtr> Instr(const Call& call) {
  return Map2<int32_t, Text, Text>(call, [](Text s, Text needle) { return PositionOf(needle, s, 1); });
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
  return Write3<Text, Text, int32_t, Text>(call, [&](auto& out, uint32_t i, Text s, int32_t length, Text filler) {
    int64_t size = CountCodePoints(s);
    if (length < 0 || filler.empty() || static_cast<size_t>(length) > kMaxResultBytes) return out.SetNull(i);
    if (length <= size) return out.Set(i, s.substr(0, ByteOffset(s, length)));
    text.clear();
    int64_t missing = length - size, filler_size = CountCodePoints(filler);
    for (; missing >= filler_size; missing -= filler_size) text += filler;
    text += filler.substr(0, ByteOffset(filler, missing));
    if (kLeft) text += s;
    else text.insert(0, s);
    out.Set(i, text);
  });
}

Result<ColumnPtr> Replace(const Call& call) {
  std::string text;
  return Write3<Text, Text, Text, Text>(call, [&](auto& out, uint32_t i, Text s, Text from, Text to) {
    if (from.empty()) return out.Set(i, s);
    text.clear();
    size_t at = 0;
    for (size_t hit = s.find(from); hit != Text::npos; hit = s.find(from, at)) {
      text.append(s, at, hit - at).append(to);
      at = hit + from.size();
    }
    out.Set(i, text.append(s, at));
  });
}

Result<ColumnPtr> Repeat(const Call& call) {
  std::string text;
  return Write2<Text, Text, int32_t>(call, [&](auto& out, uint32_t i, Text s, int32_t n) {
    text.clear();
    if (n > 0 && s.size() * static_cast<size_t>(n) > kMaxResultBytes) return out.SetNull(i);
    for (int k = 0; k < n; ++k) text += s;
    out.Set(i, text);
  });
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

Result<ColumnPtr> InitCap(const Call& call) {
  return Map1<Text, Text>(call, [text = std::string()](Text s) mutable {
    text = ToLower(s);
    bool inside = false;
    for (char& c : text) {
      bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
      if (letter && !inside && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
      inside = letter;
    }
    return Text(text);
  });
}

Result<ColumnPtr> SplitIndex(const Call& call) {
  return Write3<Text, Text, Text, int32_t>(call, [](auto& out, uint32_t i, Text s, Text separator, int32_t index) {
    if (index < 0 || separator.empty()) return out.SetNull(i);
    size_t begin = 0;
    for (int n = 0; n < index; ++n) {
      size_t hit = s.find(separator, begin);
      if (hit == Text::npos) return out.SetNull(i);
      begin = hit + separator.size();
    }
    size_t end = s.find(separator, begin);
    out.Set(i, s.substr(begin, end == Text::npos ? Text::npos : end - begin));
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
    out.Set(i, StrCat(s[i].substr(0, begin), r[i], tail.substr(ByteOffset(tail, n < 0 ? INT32_MAX : n))));
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
    {"||", 2, 2, BindConcat, Concat},
    {"CONCAT", 1, 1000, BindConcat, Concat},
    {"CONCAT_WS", 1, 1000, BindConcatWs, ConcatWs},
    {"CHAR_LENGTH", 1, 1, BindLength, CharLength},
    {"CHARACTER_LENGTH", 1, 1, BindLength, CharLength},
    {"UPPER", 1, 1, BindStrings, Upper},
    {"LOWER", 1, 1, BindStrings, Lower},
    {"SUBSTRING", 2, 3, BindSubstring, Substring},
    {"SUBSTR", 2, 3, BindSubstring, Substring},
    {"LEFT", 2, 2, BindTextCount, Left},
    {"RIGHT", 2, 2, BindTextCount, Right},
    {"POSITION", 2, 2, BindPosition, Position},
    {"LOCATE", 2, 3, BindPosition, Position},
    {"INSTR", 2, 2, BindPosition, Instr},
    {"TRIM", 1, 2, BindStrings, Trim},
    {"LTRIM", 1, 2, BindStrings, LeftTrim},
    {"RTRIM", 1, 2, BindStrings, RightTrim},
    {"BTRIM", 1, 2, BindStrings, Trim},
    {"LPAD", 3, 3, BindPad, Pad<true>},
    {"RPAD", 3, 3, BindPad, Pad<false>},
    {"REPLACE", 3, 3, BindStrings, Replace},
    {"REPEAT", 2, 2, BindTextCount, Repeat},
    {"REVERSE", 1, 1, BindStrings, Reverse},
    {"INITCAP", 1, 1, BindStrings, InitCap},
    {"SPLIT_INDEX", 3, 3, BindSplitIndex, SplitIndex},
    {"OVERLAY", 3, 4, BindOverlay, Overlay},
    {"CHR", 1, 1, BindChr, Chr},
    {"ASCII", 1, 1, BindLength, Ascii},
    {"STARTSWITH", 2, 2, BindTwoToBoolean, StartsWith},
    {"ENDSWITH", 2, 2, BindTwoToBoolean, EndsWith},
    {"COUNT_CHAR", 2, 2, BindCountChar, CountChar},
};

}  // namespace

std::string ToUpper(std::string_view text) { return ChangeCase(text, true); }
std::string ToLower(std::string_view text) { return ChangeCase(text, false); }

std::span<const Function> TextFunctions() { return kFunctions; }

}  // namespace freshet::expr
