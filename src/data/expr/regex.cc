#include <re2/re2.h>

#include <memory>

#include "data/expr/function.h"
#include "data/expr/kernel.h"

// Regular expressions: REGEXP, REGEXP_EXTRACT, REGEXP_REPLACE. Patterns are Java's as far as RE2 reads them: time grows with the text's length, whatever
// the pattern. What only a backtracking engine can do is refused by name (docs/decisions/0121).

namespace freshet::expr {
namespace {

using Text = std::string_view;
constexpr size_t kPatternBytesMax = 10'000;
constexpr size_t kReplacedBytesMax = 64 << 20;

re2::StringPiece Piece(Text text) { return {text.data(), text.size()}; }

// What Java reads and RE2 would take for something else, or nothing.
std::string_view JavaOnly(Text pattern) {
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    Text rest = pattern.substr(i);
    if (pattern[i] == '\\' && rest.size() > 1) {
      if (Text("ZhHvVRGXk").find(rest[1]) != Text::npos) return rest.substr(0, 2);
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

// The pattern at hand, compiled when it changes. One evaluation's own. A pattern that the query says itself is refused by name; one that a row brings
// has no answer: a record must not stop its pipeline.
class Pattern {
 public:
  Pattern() : said_(true) {}
  explicit Pattern(const Call& call) : said_(IsConstant(*call.expr.args[1])) {}

  // False: no usable pattern, so the answer is NULL.
  Result<bool> Use(Text pattern) {
    if (used_ && pattern == text_) return valid_;
    Status compiled = Compile(pattern);
    if (!compiled.ok() && said_) return compiled.fault();
    text_ = pattern;
    used_ = true;
    return valid_ = compiled.ok() && compiled_->ok();
  }
  // From `at` on. Groups that took no part have no data.
  bool Search(Text text, size_t at = 0) {
    return compiled_->Match(Piece(text), at, text.size(), RE2::UNANCHORED, groups_.data(), static_cast<int>(groups_.size()));
  }
  std::optional<Text> group(int number) const {
    bool there = number >= 0 && static_cast<size_t>(number) < groups_.size() && groups_[static_cast<size_t>(number)].data() != nullptr;
    if (!there) return std::nullopt;
    const auto& part = groups_[static_cast<size_t>(number)];
    return Text(part.data(), part.size());
  }
  // Every match, from left to right; $n in `by` is its n-th group, $$ a dollar.
  Result<std::string> Replace(Text text, Text by) {
    std::string out;
    size_t at = 0;
    while (at <= text.size() && Search(text, at)) {
      Text whole = *group(0);
      auto begin = static_cast<size_t>(whole.data() - text.data());
      out += text.substr(at, begin - at);
      AppendReplacement(by, out);
      at = begin + whole.size();
      if (out.size() > kReplacedBytesMax) return Fault::TooLarge("REGEXP_REPLACE makes more than ", kReplacedBytesMax, " bytes of a text of ", text.size());
      if (!whole.empty()) continue;
      size_t next = at;  // an empty match: the next character stays as it is
      do {
        if (next < text.size()) out += text[next];
        ++next;
      } while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80);
      at = next;
    }
    if (at < text.size()) out += text.substr(at);
    return out;
  }

 private:
  Status Compile(Text pattern) {
    if (pattern.size() > kPatternBytesMax) return Fault::TooLarge("a regular expression of ", pattern.size(), " bytes; at most ", kPatternBytesMax);
    if (Text construct = JavaOnly(pattern); !construct.empty()) return Refused(pattern, construct);
    RE2::Options options;
    options.set_log_errors(false);
    compiled_ = std::make_unique<RE2>(Piece(pattern), options);
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
  void AppendReplacement(Text by, std::string& out) const {
    for (size_t i = 0; i < by.size(); ++i) {
      bool more = by[i] == '$' && i + 1 < by.size();
      if (more && by[i + 1] == '$') out += by[++i];
      else if (more && by[i + 1] >= '0' && by[i + 1] <= '9') out += group(by[++i] - '0').value_or("");
      else out += by[i];
    }
  }

  const bool said_;
  bool used_ = false;
  bool valid_ = false;
  std::unique_ptr<RE2> compiled_;
  std::string text_;
  std::vector<re2::StringPiece> groups_;
};

Result<Type> BindTexts(Site& s) {
  for (size_t i = 0; i < s.args.size() && i < 2; ++i) {
    if (!s.type(i).IsString()) return s.Mismatch("a string and a pattern");
  }
  const Expr& pattern = *s.args[1];
  if (pattern.op == Op::kLiteral && !pattern.value.is_null()) RETURN_NOT_OK(Pattern().Use(pattern.value.text()).status());
  if (s.name == "REGEXP") return Type::Boolean().WithNullable(true);
  if (s.name == "REGEXP_REPLACE" && !s.type(2).IsString()) return s.Mismatch("three strings");
  if (s.name == "REGEXP_EXTRACT" && s.args.size() > 2) {
    if (!s.type(2).IsInteger()) return s.Mismatch("a string, a pattern and the number of a group");
    RETURN_NOT_OK(s.CastTo(2, Type::Int()));
  }
  return Type::String();
}

Result<ColumnPtr> Regexp(const Call& call) {
  Pattern compiled(call);
  Status status;
  auto column = Write2<int8_t, Text, Text>(call, [&](auto& out, uint32_t i, Text text, Text pattern) {
    auto usable = compiled.Use(pattern);
    if (!usable.ok()) status = usable.status();
    if (!usable.ok() || !*usable) return out.SetNull(i);
    out.Set(i, compiled.Search(text) ? 1 : 0);
  });
  RETURN_NOT_OK(status);
  return column;
}

Result<ColumnPtr> RegexpExtract(const Call& call) {
  Pattern compiled(call);
  std::unique_ptr<Reader<int32_t>> group;
  if (call.args.size() > 2) group = std::make_unique<Reader<int32_t>>(*call.args[2]);
  Reader<Text> text(*call.args[0]), pattern(*call.args[1]);
  data::ColumnBuilder out(call.type(), call.length);
  Status status;
  int at = 0;
  auto one = [&](uint32_t i) -> Result<bool> {
    if (!text.valid(i) || !pattern.valid(i) || (group && !group->valid(i))) return false;
    ASSIGN_OR_RETURN(bool usable, compiled.Use(pattern[i]));
    if (!usable) return false;
    if (!compiled.Search(text[i])) return false;
    auto part = compiled.group(group ? (*group)[i] : 0);
    if (part) out.AppendString(*part);
    return part.has_value();
  };
  call.sel.ForEach([&](uint32_t i) {
    for (; at < static_cast<int>(i); ++at) out.AppendNull();
    auto done = status.ok() ? one(i) : Result<bool>(false);
    if (!done.ok()) status = done.status();
    if (!done.ok() || !*done) out.AppendNull();
    ++at;
  });
  for (; at < call.length; ++at) out.AppendNull();
  RETURN_NOT_OK(status);
  return out.Finish();
}

Result<ColumnPtr> RegexpReplace(const Call& call) {
  Pattern compiled(call);
  Reader<Text> text(*call.args[0]), pattern(*call.args[1]), by(*call.args[2]);
  data::ColumnBuilder out(call.type(), call.length);
  Status status;
  int at = 0;
  auto one = [&](uint32_t i) -> Result<bool> {
    if (!text.valid(i) || !pattern.valid(i) || !by.valid(i)) return false;
    ASSIGN_OR_RETURN(bool usable, compiled.Use(pattern[i]));
    if (!usable) return false;
    ASSIGN_OR_RETURN(std::string replaced, compiled.Replace(text[i], by[i]));
    out.AppendString(replaced);
    return true;
  };
  call.sel.ForEach([&](uint32_t i) {
    for (; at < static_cast<int>(i); ++at) out.AppendNull();
    auto done = status.ok() ? one(i) : Result<bool>(false);
    if (!done.ok()) status = done.status();
    if (!done.ok() || !*done) out.AppendNull();
    ++at;
  });
  for (; at < call.length; ++at) out.AppendNull();
  RETURN_NOT_OK(status);
  return out.Finish();
}

constexpr Function kFunctions[] = {
    {"REGEXP", 2, 2, BindTexts, Regexp},
    {"REGEXP_EXTRACT", 2, 3, BindTexts, RegexpExtract},
    {"REGEXP_REPLACE", 3, 3, BindTexts, RegexpReplace},
};

}  // namespace

std::span<const Function> RegexFunctions() { return kFunctions; }

}  // namespace freshet::expr
