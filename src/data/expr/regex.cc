#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "data/expr/function.h"
#include "data/expr/kernel.h"
#include "data/expr/made.h"
#include "data/expr/plain_search.h"
#include "data/expr/utf8.h"

// Regular expressions: REGEXP and its family, SIMILAR TO, STR_TO_MAP. Patterns are Java's as far as RE2 reads them: time grows with the text's length, whatever
// the pattern. What only a backtracking engine can do is refused by name (docs/decisions/0121).

namespace freshet::expr {
namespace {

using Text = std::string_view;
constexpr size_t kPatternBytesMax = 10'000;
constexpr size_t kReplacedBytesMax = 64 << 20;

bool IsWithinCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

re2::StringPiece Piece(Text text) { return {text.data(), text.size()}; }

// What Java reads and RE2 would take for something else, or nothing.
std::string_view JavaOnly(Text pattern) {
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    Text rest = pattern.substr(i);
    if (pattern[i] == '\\' && rest.size() > 1) {
      if (Text("ZhHvVRGXkC").find(rest[1]) != Text::npos) return rest.substr(0, 2);
      ++i;
    } else if (in_class) {
      if (rest[0] == '[' && !rest.starts_with("[:")) return "a class within a class";
      if (rest.starts_with("&&")) return "&&";
      in_class = rest[0] != ']';
    } else if (rest[0] == '[') {
      in_class = true;
      if (rest.starts_with("[^")) ++i;
    } else if (rest.size() > 1 && rest[1] == '+' && Text("*+?}").find(rest[0]) != Text::npos) {
      return rest.substr(0, 2);
    } else if (rest.starts_with("(?")) {
      Text flags = rest.substr(2, rest.find_first_of(":)", 2) - 2);
      if (flags.find_first_not_of("imsxudU-") == Text::npos && flags.find_first_of("xudU") != Text::npos) return rest.substr(0, 2 + flags.size());
    }
  }
  return {};
}

// A text that stands in every match, where the pattern says one plainly: its longest run of ASCII letters and signs that no choice, class, group or repetition
// touches. Looking for it is much cheaper than the search, which then begins no further in front of it than a match can; nothing where there is none.
struct RequiredText {
  static constexpr size_t kUnknown = Text::npos;
  std::string text;
  size_t before_max = kUnknown;  // bytes of a match in front of it
};
// {n}, {n,} or {n,m} at the beginning of this; any other brace stands for itself.
bool IsRepetition(Text rest) {
  size_t close = rest.find_first_not_of("0123456789,", 1);
  return close != Text::npos && close > 1 && rest[close] == '}' && rest[1] != ',';
}

RequiredText RequiredBy(Text pattern) {
  for (Text unclear : {"(?", "[[", "[^[", "[]", "[^]", "[:"}) {  // a class may end elsewhere than at its first bracket
    if (pattern.find(unclear) != Text::npos) return {};
  }
  RequiredText longest, run;
  int depth = 0;
  size_t so_far = 0;  // bytes that what was read of the pattern can match, at most
  constexpr size_t kCharacter = 4;
  auto end = [&] {
    if (run.text.size() > longest.text.size()) longest = run;
    run.text.clear();
  };
  auto add = [&](size_t bytes) { so_far = so_far == RequiredText::kUnknown ? so_far : so_far + bytes; };
  for (size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    bool escaped = c == '\\' && i + 1 < pattern.size();
    if (escaped) c = pattern[++i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (escaped && Text("QxpPu0123456789").find(c) != Text::npos) return {};  // more belongs to it
    bool itself = escaped ? !letter : Text("()[]{}|.^$*?+").find(c) == Text::npos;
    if (itself && static_cast<unsigned char>(c) < 0x80) {
      if (depth == 0 && run.text.empty()) run.before_max = so_far;
      if (depth == 0) run.text += c;
      add(1);
      continue;
    }
    bool optional = !escaped && (c == '*' || c == '?' || c == '{');
    if (optional && !run.text.empty()) run.text.pop_back();
    end();
    bool repeats = !escaped && (c == '*' || c == '+' || c == '{');
    if (repeats) so_far = RequiredText::kUnknown;
    else if (escaped || Text("()|^$?").find(c) == Text::npos) add(kCharacter);
    if (escaped) continue;
    if (c == '|' && depth == 0) return {};
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c != '[' && c != '{') continue;
    if (c == '{' && !IsRepetition(pattern.substr(i))) return {};
    for (++i; i < pattern.size() && pattern[i] != (c == '[' ? ']' : '}'); ++i) i += pattern[i] == '\\' ? 1 : 0;
  }
  end();
  return longest;
}

// The pattern at hand, compiled when it changes. One evaluation's own. A pattern that the query says itself is refused by name; one that a row brings
// has no answer: a record must not stop its pipeline.
class Pattern {
 public:
  Pattern() : said_(true) {}
  explicit Pattern(const Call& call, size_t argument = 1) : said_(IsConstant(*call.expr.args[argument])) {}

  // False: no usable pattern, so the answer is NULL.
  Result<bool> Use(Text pattern) {
    if (used_ && pattern == text_) return valid_;
    Status compiled = Compile(pattern);
    if (!compiled.ok() && said_) return compiled.fault();
    text_ = pattern;
    used_ = true;
    return valid_ = compiled.ok() && compiled_->ok();
  }
  // From `at` on. Groups that took no part have no data. Nothing matches within a character: there RE2 finds, of \B, an empty match, which is none.
  bool Search(Text text, size_t at = 0) {
    while (SearchBytes(text, at)) {
      auto begin = static_cast<size_t>(group(0)->data() - text.data());
      if (begin == text.size() || !IsWithinCharacter(text[begin])) return true;
      at = begin + 1;
    }
    return false;
  }
  std::optional<Text> group(int number) const {
    bool there = number >= 0 && static_cast<size_t>(number) < groups_.size() && groups_[static_cast<size_t>(number)].data() != nullptr;
    if (!there) return std::nullopt;
    const auto& part = groups_[static_cast<size_t>(number)];
    return Text(part.data(), part.size());
  }
  bool Matches(Text text) { return compiled_->Match(Piece(text), 0, text.size(), RE2::ANCHOR_BOTH, nullptr, 0); }
  int groups() const { return compiled_->NumberOfCapturingGroups(); }

  // found(begin, end) for every match, from left to right, until it says false. Behind an empty match the search goes on one character later.
  template <typename F>
  void EachMatch(Text text, F found) {
    for (size_t at = 0; at <= text.size() && Search(text, at);) {
      Text whole = *group(0);
      auto begin = static_cast<size_t>(whole.data() - text.data());
      if (!found(begin, begin + whole.size())) return;
      at = whole.empty() ? begin + std::max<size_t>(ByteOffset(text.substr(begin), 1), 1) : begin + whole.size();
    }
  }

  // Every match replaced; `by` stands for itself.
  Result<std::string> Replace(Text text, Text by) {
    std::string out;
    size_t kept = 0;
    EachMatch(text, [&](size_t begin, size_t end) {
      out += text.substr(kept, begin - kept);
      out += by;
      kept = end;
      return out.size() <= kReplacedBytesMax;
    });
    if (out.size() > kReplacedBytesMax) return Fault::TooLarge("REGEXP_REPLACE makes more than ", kReplacedBytesMax, " bytes of a text of ", text.size());
    return out += text.substr(kept);
  }

  // The parts between matches, as Java's String.split: none of zero width at the beginning, no empty ones at the end.
  std::vector<Text> Split(Text text) {
    std::vector<Text> parts;
    size_t kept = 0;
    EachMatch(text, [&](size_t begin, size_t end) {
      if (end == 0) return true;
      parts.push_back(text.substr(kept, begin - kept));
      kept = end;
      return true;
    });
    parts.push_back(text.substr(kept));
    while (!parts.empty() && parts.back().empty()) parts.pop_back();
    return parts;
  }

 private:
  bool SearchBytes(Text text, size_t at) {
    if (plain_ && at == 0) {
      Text parts[PlainSearch::kGroupsMost];
      auto outcome = plain_->Find(text, parts);
      for (size_t i = 0; i < groups_.size(); ++i) groups_[i] = Piece(parts[i]);
      if (outcome != PlainSearch::Outcome::kUnclear) return outcome == PlainSearch::Outcome::kFound;
    }
    if (!required_.text.empty()) {
      size_t there = text.find(required_.text, at);
      if (there == Text::npos) return false;
      if (required_.before_max < there - at) at = there - required_.before_max;
    }
    return compiled_->Match(Piece(text), at, text.size(), RE2::UNANCHORED, groups_.data(), static_cast<int>(groups_.size()));
  }
  Status Compile(Text pattern) {
    if (pattern.size() > kPatternBytesMax) return Fault::TooLarge("a regular expression of ", pattern.size(), " bytes; at most ", kPatternBytesMax);
    if (Text construct = JavaOnly(pattern); !construct.empty()) return Refused(pattern, construct);
    RE2::Options options;
    options.set_log_errors(false);
    compiled_ = std::make_unique<RE2>(Piece(pattern), options);
    plain_ = compiled_->ok() ? PlainSearch::Of(pattern) : std::nullopt;
    required_ = RequiredBy(pattern);
    groups_.resize(static_cast<size_t>(std::max(0, compiled_->NumberOfCapturingGroups())) + 1);
    switch (compiled_->error_code()) {
      case RE2::ErrorBadPerlOp:      // (?=…), (?<=…), (?<name>…), (?>…)
      case RE2::ErrorBadEscape:      // \1
      case RE2::ErrorBadCharRange:   // \p{…} of Java
        return Refused(pattern, compiled_->error_arg());
      case RE2::ErrorPatternTooLarge: return Fault::TooLarge("regular expression '", pattern.substr(0, 200), "' needs too much memory; repeat less in it");
      default: return {};
    }
  }
  static Fault Refused(Text pattern, Text construct) {
    return Fault::Unsupported("regular expression '", pattern.substr(0, 200), "': '", construct, "' is not supported; write it without");
  }

  const bool said_;
  bool used_ = false;
  bool valid_ = false;
  std::unique_ptr<RE2> compiled_;
  std::optional<PlainSearch> plain_;
  RequiredText required_;  // of a text that has a match
  std::string text_;
  std::vector<re2::StringPiece> groups_;
};

// ---- binding ----

// A pattern that the query says itself is refused now, not with the first row.
Status CheckPattern(const Expr& pattern) {
  bool said = pattern.op == Op::kLiteral && !pattern.value.is_null();
  return said ? Pattern().Use(pattern.value.text()).status() : Status();
}

Status BindTextAndPattern(Site& s) {
  if (!s.type(0).IsString() || !s.type(1).IsString()) return s.Mismatch("a string and a pattern");
  return CheckPattern(*s.args[1]);
}

Result<Type> BindRegexp(Site& s) {
  RETURN_NOT_OK(BindTextAndPattern(s));
  return Type::Boolean().WithNullable(s.AnyNullable());
}
Result<Type> BindReplace(Site& s) {
  RETURN_NOT_OK(BindTextAndPattern(s));
  if (!s.type(2).IsString()) return s.Mismatch("three strings");
  return Type::String();
}
Result<Type> BindCount(Site& s) {
  RETURN_NOT_OK(BindTextAndPattern(s));
  return Type::Int();
}
Result<Type> BindPart(Site& s) {
  RETURN_NOT_OK(BindTextAndPattern(s));
  if (s.args.size() > 2 && !s.type(2).IsInteger()) return s.Mismatch("a string, a pattern and the number of a group");
  if (s.args.size() > 2) RETURN_NOT_OK(s.CastTo(2, Type::Int()));
  return s.name == "REGEXP_EXTRACT_ALL" ? Type::Array(Type::String()) : Type::String();
}
Result<Type> BindStrToMap(Site& s) {
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (!s.type(i).IsString()) return s.Mismatch("strings");
    if (i > 0) RETURN_NOT_OK(CheckPattern(*s.args[i]));
  }
  return Type::Map(Type::String(), Type::String());
}

// ---- kernels ----

// f(builder, row, text, pattern) appends the answer where nothing is NULL and the pattern is usable; broken(builder) where it is not.
template <typename F, typename B>
Result<ColumnPtr> EachText(const Call& call, F f, B broken) {
  Pattern compiled(call);
  Reader<Text> text(*call.args[0]), pattern(*call.args[1]);
  Status status;
  auto column = BuildPresent(call, [&](data::ColumnBuilder& out, int row) {
    auto usable = status.ok() ? compiled.Use(pattern[static_cast<uint32_t>(row)]) : Result<bool>(status.fault());
    if (!usable.ok()) status = usable.status();
    if (!usable.ok() || !*usable) return broken(out);
    Status done = f(out, row, text[static_cast<uint32_t>(row)], compiled);
    if (done.ok()) return;
    status = done;
    out.AppendNull();
  });
  RETURN_NOT_OK(status);
  return column;
}
constexpr auto kNullWhenBroken = [](data::ColumnBuilder& out) { out.AppendNull(); };

int GroupOf(const Call& call, int row, int otherwise) { return call.args.size() > 2 ? call.args[2]->Value<int32_t>(row) : otherwise; }
int CharactersBefore(Text text, size_t at) { return static_cast<int>(CountCodePoints(text.substr(0, at))); }

Result<ColumnPtr> Regexp(const Call& call) {
  Reader<Text> patterns(*call.args[1]);
  return EachText(
      call,
      [&](data::ColumnBuilder& out, int row, Text text, Pattern& pattern) {
        bool empty = patterns[static_cast<uint32_t>(row)].empty();  // finds nothing, in Flink
        out.Append(static_cast<int8_t>(!empty && pattern.Search(text)));
        return Status();
      },
      [](data::ColumnBuilder& out) { out.Append(int8_t{0}); });
}

Result<ColumnPtr> RegexpExtract(const Call& call) {
  return EachText(
      call,
      [&](data::ColumnBuilder& out, int row, Text text, Pattern& pattern) {
        auto part = pattern.Search(text) ? pattern.group(GroupOf(call, row, 0)) : std::nullopt;
        if (part) out.AppendString(*part);
        else out.AppendNull();
        return Status();
      },
      kNullWhenBroken);
}

Result<ColumnPtr> RegexpReplace(const Call& call) {
  Reader<Text> by(*call.args[2]);
  Made made("REGEXP_REPLACE", call);
  return EachText(
      call,
      [&](data::ColumnBuilder& out, int row, Text text, Pattern& pattern) -> Status {
        ASSIGN_OR_RETURN(std::string replaced, pattern.Replace(text, by[static_cast<uint32_t>(row)]));
        if (!made.Adds(replaced.size())) return made.Done(nullptr).status();
        out.AppendString(replaced);
        return {};
      },
      kNullWhenBroken);
}

Result<ColumnPtr> RegexpCount(const Call& call) {
  return EachText(
      call,
      [](data::ColumnBuilder& out, int, Text text, Pattern& pattern) {
        int32_t n = 0;
        pattern.EachMatch(text, [&](size_t, size_t) { return ++n > 0; });
        out.Append(n);
        return Status();
      },
      kNullWhenBroken);
}

Result<ColumnPtr> RegexpInstr(const Call& call) {
  return EachText(
      call,
      [](data::ColumnBuilder& out, int, Text text, Pattern& pattern) {
        int32_t place = 0;
        if (pattern.Search(text)) place = CharactersBefore(text, static_cast<size_t>(pattern.group(0)->data() - text.data())) + 1;
        out.Append(place);
        return Status();
      },
      kNullWhenBroken);
}

// No match, and a group that the pattern does not have: NULL. A group that took no part is a NULL in the list.
Result<ColumnPtr> RegexpExtractAll(const Call& call) {
  return EachText(
      call,
      [&](data::ColumnBuilder& out, int row, Text text, Pattern& pattern) {
        int group = GroupOf(call, row, 1), found = 0;
        if (group >= 0 && group <= pattern.groups()) {
          pattern.EachMatch(text, [&](size_t, size_t) {
            auto part = pattern.group(group);
            if (part) out.child(0).AppendString(*part);
            else out.child(0).AppendNull();
            return ++found > 0;
          });
        }
        if (found > 0) out.AppendList();
        else out.AppendNull();
        return Status();
      },
      kNullWhenBroken);
}

// What stands for one thing only, and so needs no pattern.
bool IsPlain(Text delimiter) { return delimiter.size() == 1 && Text(".$|()[{^?*+\\").find(delimiter[0]) == Text::npos; }

Result<ColumnPtr> StrToMap(const Call& call) {
  Pattern pairs, keys;
  Reader<Text> text(*call.args[0]);
  Status status;
  auto column = BuildPresent(call, [&](data::ColumnBuilder& out, int row) {
    auto delimiter = [&](size_t argument, Text otherwise) { return call.args.size() > argument ? call.args[argument]->String(row) : otherwise; };
    Text between = delimiter(1, ","), inside = delimiter(2, "=");
    auto usable = status.ok() ? pairs.Use(between) : Result<bool>(status.fault());
    auto split = usable.ok() && *usable ? keys.Use(inside) : usable;
    if (!split.ok()) status = split.status();
    if (!split.ok() || !*split) return out.AppendNull();
    std::vector<std::pair<Text, std::optional<Text>>> entries;  // of equal keys the last one counts
    std::unordered_map<Text, size_t> places;
    auto put = [&](Text key, std::optional<Text> value) {
      auto [place, fresh] = places.try_emplace(key, entries.size());
      if (fresh) entries.emplace_back(key, value);
      else entries[place->second].second = value;
    };
    Text whole = text[static_cast<uint32_t>(row)];
    for (Text pair : whole.empty() ? std::vector<Text>() : pairs.Split(whole)) {
      size_t begin = IsPlain(inside) ? pair.find(inside) : Text::npos, end = begin + inside.size();
      if (!IsPlain(inside) && keys.Search(pair)) {
        begin = static_cast<size_t>(keys.group(0)->data() - pair.data());
        end = begin + keys.group(0)->size();
      }
      if (begin == Text::npos || end == 0) put(pair, std::nullopt);
      else put(pair.substr(0, begin), pair.substr(end));
    }
    for (const auto& [key, value] : entries) {
      out.child(0).AppendString(key);
      if (value) out.child(1).AppendString(*value);
      else out.child(1).AppendNull();
    }
    out.AppendList();
  });
  RETURN_NOT_OK(status);
  return column;
}

// ---- SIMILAR TO ----

// Inside of [ ]: [:ALPHA:] is [:alpha:], the rest stays.
void AppendClass(std::string& out, Text inside) {
  for (size_t i = 0; i < inside.size(); ++i) {
    size_t end = inside.substr(i).starts_with("[:") ? inside.find(":]", i) : Text::npos;
    if (end != Text::npos) {
      for (; i < end; ++i) out += inside[i] >= 'A' && inside[i] <= 'Z' ? static_cast<char>(inside[i] + 32) : inside[i];
      out += ":]";
      ++i;
    } else {
      if (inside[i] == '\\') out += '\\';
      out += inside[i];
    }
  }
}

// The regular expression of an SQL pattern.
Result<std::string> RegexOfSimilar(Text pattern, Text escape) {
  if (CountCodePoints(escape) > 1) return Fault::Invalid("ESCAPE '", escape, "' must be one character");
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (!escape.empty() && c == escape[0]) {
      if (++i >= pattern.size()) return Fault::Invalid("SIMILAR TO pattern '", pattern, "' ends in its escape character");
      out += RE2::QuoteMeta({pattern.data() + i, 1});
    } else if (c == '[') {
      size_t end = i + 1;
      while (end < pattern.size() && pattern[end] != ']') end = pattern.substr(end).starts_with("[:") ? std::min(pattern.find(":]", end), pattern.size() - 2) + 2 : end + 1;
      if (end >= pattern.size()) return Fault::Invalid("SIMILAR TO pattern '", pattern, "' has a '[' that is never closed");
      out += '[';
      AppendClass(out, pattern.substr(i + 1, end - i - 1));
      out += ']';
      i = end;
    } else if (c == '%') {
      out += "(?s:.*)";
    } else if (c == '_') {
      out += '.';
    } else {
      if (c == '\\' || c == '$') out += '\\';
      out += c;
    }
  }
  return out;
}

Result<Type> BindSimilar(Site& s) {
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (!s.type(i).IsString()) return s.Mismatch("a string and a pattern");
  }
  return Type::Boolean().WithNullable(s.AnyNullable());
}

Result<ColumnPtr> Similar(const Call& call) {
  Pattern compiled;
  Reader<Text> text(*call.args[0]), pattern(*call.args[1]), escape(*call.args.back());
  bool escaped = call.args.size() > 2;
  Status status;
  std::string known, regex;
  auto column = BuildPresent(call, [&](data::ColumnBuilder& out, int row) {
    auto i = static_cast<uint32_t>(row);
    if (!status.ok()) return out.AppendNull();
    if (known != pattern[i] || regex.empty()) {
      auto made = RegexOfSimilar(pattern[i], escaped ? escape[i] : Text());
      status = made.status();
      if (!made.ok()) return out.AppendNull();
      regex = *made;
      known = pattern[i];
    }
    auto usable = compiled.Use(regex);
    if (usable.ok() && !*usable) usable = Fault::Invalid("SIMILAR TO pattern '", pattern[i].substr(0, 200), "' is broken");
    status = usable.status();
    if (!usable.ok()) return out.AppendNull();
    out.Append(static_cast<int8_t>(compiled.Matches(text[i])));
  });
  RETURN_NOT_OK(status);
  return column;
}

constexpr Function kFunctions[] = {
    {"REGEXP", 2, 2, BindRegexp, Regexp,
     {"REGEXP(s, pattern)", "whether a pattern is found anywhere; FALSE for a broken pattern", "REGEXP('abc123', '[0-9]+')", "true"}},
    {"REGEXP_EXTRACT", 2, 3, BindPart, RegexpExtract,
     {"REGEXP_EXTRACT(s, pattern [, group])", "the first match, or one of its groups; NULL when there is none", "REGEXP_EXTRACT('foothebar', 'foo(.*?)(bar)', 2)", "'bar'"}},
    {"REGEXP_REPLACE", 3, 3, BindReplace, RegexpReplace,
     {"REGEXP_REPLACE(s, pattern, by)", "every match replaced; $ and \\ in by stand for themselves", "REGEXP_REPLACE('foobar', 'oo|ar', '')", "'fb'"}},
    {"REGEXP_COUNT", 2, 2, BindCount, RegexpCount,
     {"REGEXP_COUNT(s, pattern)", "how many matches", "REGEXP_COUNT('abcabc', 'b')", "2"}},
    {"REGEXP_INSTR", 2, 2, BindCount, RegexpInstr,
     {"REGEXP_INSTR(s, pattern)", "where the first match begins, from 1; 0 when there is none", "REGEXP_INSTR('abc', 'c')", "3"}},
    {"REGEXP_SUBSTR", 2, 2, BindPart, RegexpExtract,
     {"REGEXP_SUBSTR(s, pattern)", "the first match; NULL when there is none", "REGEXP_SUBSTR('abc123', '[0-9]+')", "'123'"}},
    {"REGEXP_EXTRACT_ALL", 2, 3, BindPart, RegexpExtractAll,
     {"REGEXP_EXTRACT_ALL(s, pattern [, group])", "a group (1) of every match; NULL when there is no match", "REGEXP_EXTRACT_ALL('a1b22', '([a-z])([0-9]+)', 2)", "['1','22']"}},
    {"SIMILAR TO", 2, 3, BindSimilar, Similar,
     {"s [NOT] SIMILAR TO pattern [ESCAPE c]", "an SQL pattern of the whole text: % and _ as in LIKE, ( ) | * + ? { } [ ] as in regular expressions", "'abc' SIMILAR TO '(a|x)_c'", "true"}},
    {"STR_TO_MAP", 1, 3, BindStrToMap, StrToMap,
     {"STR_TO_MAP(s [, pairs [, keys]])", "pairs between patterns (','), key and value parted by a pattern ('=')", "STR_TO_MAP('a=1,b')", "[['a','1'],['b',null]]"}},
};

}  // namespace

std::span<const Function> RegexFunctions() { return kFunctions; }

}  // namespace freshet::expr
