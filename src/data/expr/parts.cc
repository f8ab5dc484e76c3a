#include <re2/re2.h>

#include <charconv>
#include <unordered_map>

#include "data/expr/kernel.h"
#include "data/expr/utf8.h"

// Strings taken apart, chosen from, translated; what kind of characters they hold.

namespace freshet::expr {
namespace {

using data::Kind;
using Text = std::string_view;

// ---- binding ----

Result<Type> BindSplit(Site& s) {
  if (!s.type(0).IsString() || !s.type(1).IsString()) return s.Mismatch("a string and a separator");
  return Type::Array(Type::String()).WithNullable(s.AnyNullable());
}

// ELT(n, a, b, …): all strings, or all bytes.
Result<Type> BindElt(Site& s) {
  if (!s.type(0).IsInteger()) return s.Mismatch("a place and strings");
  bool below = s.args[0]->op == Op::kLiteral && !s.args[0]->value.is_null() && s.args[0]->value.integer() < 0;
  if (below) return s.Mismatch("a place of 0 or more");
  RETURN_NOT_OK(s.CastTo(0, Type::BigInt()));
  bool bytes = s.type(1).IsBinary();
  for (size_t i = 1; i < s.args.size(); ++i) {
    if (bytes ? !s.type(i).IsBinary() : !s.type(i).IsString()) return s.Mismatch("a place and strings");
  }
  return bytes ? Type::Bytes() : Type::String();
}

Result<Type> BindTranslate(Site& s) {
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (!s.type(i).IsString()) return s.Mismatch("strings");
  }
  return Type::String().WithNullable(s.type(0).nullable());
}

Result<Type> BindKindTest(Site&) { return Type::Boolean().NotNull(); }

// ---- kernels ----

Result<ColumnPtr> Split(const Call& call) {
  Reader<Text> text(*call.args[0]), separator(*call.args[1]);
  return BuildPresent(call, [&](data::ColumnBuilder& out, int row) {
    auto i = static_cast<uint32_t>(row);
    Text rest = text[i], by = separator[i];
    while (by.empty() && !rest.empty()) {  // every character by itself
      size_t size = ByteOffset(rest, 1);
      out.child(0).AppendString(rest.substr(0, size));
      rest.remove_prefix(size);
    }
    while (!by.empty() && !text[i].empty()) {
      size_t hit = rest.find(by);
      out.child(0).AppendString(rest.substr(0, hit));
      if (hit == Text::npos) break;
      rest.remove_prefix(hit + by.size());
    }
    out.AppendList();
  });
}

Result<ColumnPtr> Elt(const Call& call) {
  Reader<int64_t> place(*call.args[0]);
  std::vector<Reader<Text>> values;
  for (size_t i = 1; i < call.args.size(); ++i) values.emplace_back(*call.args[i]);
  Output<Text> out(call.length);
  call.sel.ForEach([&](uint32_t i) {
    bool there = place.valid(i) && place[i] >= 1 && place[i] <= static_cast<int64_t>(values.size());
    if (!there || !values[static_cast<size_t>(place[i] - 1)].valid(i)) return out.SetNull(i);
    out.Set(i, values[static_cast<size_t>(place[i] - 1)][i]);
  });
  return out.Finish(call.type());
}

// Which character becomes which, or none; of a character said twice the first counts.
using Translation = std::unordered_map<uint32_t, std::optional<uint32_t>>;
Translation TranslationOf(Text from, Text to) {
  Translation out;
  size_t f = 0, t = 0;
  while (f < from.size()) {
    uint32_t key = TakeCodePoint(from, &f);
    std::optional<uint32_t> value;
    if (t < to.size()) value = TakeCodePoint(to, &t);
    out.emplace(key, value);
  }
  return out;
}

// A NULL of characters to replace changes nothing, a NULL of replacements takes them away.
Result<ColumnPtr> Translate(const Call& call) {
  Reader<Text> text(*call.args[0]), from(*call.args[1]), to(*call.args[2]);
  Output<Text> out(call.length);
  std::string known, changed;
  Translation table;
  call.sel.ForEach([&](uint32_t i) {
    if (!text.valid(i)) return out.SetNull(i);
    Text replaced = from.valid(i) ? from[i] : Text(), by = to.valid(i) ? to[i] : Text();
    std::string pair = StrCat(replaced.size(), ' ', replaced, by);
    if (pair != known) table = TranslationOf(replaced, by);
    known = std::move(pair);
    changed.clear();
    for (size_t at = 0; at < text[i].size();) {
      size_t begin = at;
      uint32_t code = TakeCodePoint(text[i], &at);
      auto found = table.find(code);
      if (found == table.end()) changed += text[i].substr(begin, at - begin);
      else if (found->second) AppendCodePoint(changed, *found->second);
    }
    out.Set(i, changed);
  });
  return out.Finish(call.type());
}

bool IsDecimalText(Text text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (text == "NaN" || text == "Infinity") return true;
  if (text.empty() || !((text[0] >= '0' && text[0] <= '9') || text[0] == '.')) return false;
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::invalid_argument) return false;
  Text rest = text.substr(static_cast<size_t>(end - text.data()));
  return rest.empty() || (rest.size() == 1 && Text("fFdD").find(rest[0]) != Text::npos);  // Java's suffixes
}

// `number`: the answer for values of number types, which no text test is made of.
template <typename F>
Result<ColumnPtr> KindTest(const Call& call, bool number, F test) {
  Output<int8_t> out(call.length);
  const Column& column = *call.args[0];
  bool text = column.type.IsString();
  call.sel.ForEach([&](uint32_t i) {
    int row = static_cast<int>(i);
    bool is = !column.IsNull(row) && (text ? test(column.String(row)) : number);
    out.Set(i, is ? 1 : 0);
  });
  return out.Finish(call.type());
}

Result<ColumnPtr> IsAlpha(const Call& call) {
  static const RE2 kLetters("\\pL+");
  return KindTest(call, false, [](Text s) { return RE2::FullMatch({s.data(), s.size()}, kLetters); });
}
Result<ColumnPtr> IsDigit(const Call& call) {
  static const RE2 kDigits("\\p{Nd}+");
  return KindTest(call, call.arg_type(0).IsInteger(), [](Text s) { return RE2::FullMatch({s.data(), s.size()}, kDigits); });
}
Result<ColumnPtr> IsDecimal(const Call& call) { return KindTest(call, call.arg_type(0).IsNumeric(), IsDecimalText); }

constexpr Function kFunctions[] = {
    {"SPLIT", 2, 2, BindSplit, Split, {"SPLIT(s, separator)", "the parts between separators; each character where the separator is empty", "SPLIT('a,b,,c', ',')", "['a','b','','c']"}},
    {"ELT", 2, 1000, BindElt, Elt, {"ELT(n, a, b, …)", "the n-th of the strings, from 1; NULL when there is none", "ELT(2, 'a', 'b')", "'b'"}},
    {"TRANSLATE", 3, 3, BindTranslate, Translate, {"TRANSLATE(s, from, to)", "each character of from becomes the one at its place in to, or goes", "TRANSLATE('hello', 'elo', 'ip')", "'hipp'"}},
    {"TRANSLATE3", 3, 3, BindTranslate, Translate, {"TRANSLATE3(s, from, to)", "the same as TRANSLATE", "TRANSLATE3('hello', 'el', 'ip')", "'hippo'"}},
    {"IS_ALPHA", 1, 1, BindKindTest, IsAlpha, {"IS_ALPHA(s)", "whether all characters are letters; never of NULL and ''", "IS_ALPHA('é')", "true"}},
    {"IS_DIGIT", 1, 1, BindKindTest, IsDigit, {"IS_DIGIT(s)", "whether all characters are digits; never of NULL and ''", "IS_DIGIT('12a')", "false"}},
    {"IS_DECIMAL", 1, 1, BindKindTest, IsDecimal, {"IS_DECIMAL(s)", "whether a text reads as a number; never of NULL and ''", "IS_DECIMAL('-1.5e3')", "true"}},
};

}  // namespace

std::span<const Function> PartsFunctions() { return kFunctions; }

}  // namespace freshet::expr
