#include <iterator>
#include <memory>
#include <regex>

#include "data/expr/function.h"
#include "data/expr/kernel.h"

// Regular expressions: REGEXP, REGEXP_EXTRACT, REGEXP_REPLACE. The library's grammar is ECMAScript's, which reads most
// Java patterns alike; what only Java has is refused. It recurses by the length of the text, so texts are capped.

namespace freshet::expr {
namespace {

using Text = std::string_view;
constexpr size_t kTextBytesMax = 4096;

// Constructs that mean something else, or nothing, to this library.
std::string_view JavaOnly(Text pattern) {
  for (Text construct : {"(?<", "(?i", "(?s", "(?m", "(?x", "(?>", "\\p{", "\\P{", "\\Q", "\\A", "\\z", "\\Z", "\\h", "*+", "++", "?+", "&&"}) {
    if (pattern.find(construct) != Text::npos) return construct;
  }
  return {};
}

// The pattern at hand, compiled when it changes. One evaluation's own.
class Pattern {
 public:
  // False: no valid pattern, so the answer is NULL.
  Result<bool> Use(Text pattern) {
    if (compiled_ && pattern == text_) return valid_;
    if (Text construct = JavaOnly(pattern); !construct.empty()) return Fault::Unsupported("regular expression '", pattern, "': '", construct, "' is not supported; write it without");
    text_ = pattern;
    compiled_ = true;
    try {
      regex_ = std::regex(text_, std::regex::ECMAScript | std::regex::optimize);
      valid_ = true;
    } catch (const std::regex_error&) {
      valid_ = false;
    }
    return valid_;
  }
  Result<bool> Search(Text text, std::cmatch* match) const {
    RETURN_NOT_OK(Short(text));
    try {
      return std::regex_search(text.data(), text.data() + text.size(), *match, regex_);
    } catch (const std::regex_error&) {
      return Fault::TooLarge("regular expression '", text_, "' gives up on a text of ", text.size(), " bytes");
    }
  }
  Result<std::string> Replace(Text text, Text by) const {
    RETURN_NOT_OK(Short(text));
    try {
      std::string out;
      std::regex_replace(std::back_inserter(out), text.begin(), text.end(), regex_, std::string(by));
      return out;
    } catch (const std::regex_error&) {
      return Fault::TooLarge("regular expression '", text_, "' gives up on a text of ", text.size(), " bytes");
    }
  }

 private:
  static Status Short(Text text) {
    if (text.size() > kTextBytesMax) return Fault::TooLarge("regular expressions read texts up to ", kTextBytesMax, " bytes, got ", text.size(), "; cut it with SUBSTRING");
    return {};
  }

  bool compiled_ = false;
  bool valid_ = false;
  std::string text_;
  std::regex regex_;
};

Result<Type> BindTexts(Site& s) {
  for (size_t i = 0; i < s.args.size() && i < 2; ++i) {
    if (!s.type(i).IsString()) return s.Mismatch("a string and a pattern");
  }
  if (s.name == "REGEXP") return Type::Boolean().WithNullable(true);
  if (s.name == "REGEXP_REPLACE" && !s.type(2).IsString()) return s.Mismatch("three strings");
  if (s.name == "REGEXP_EXTRACT" && s.args.size() > 2) {
    if (!s.type(2).IsInteger()) return s.Mismatch("a string, a pattern and the number of a group");
    RETURN_NOT_OK(s.CastTo(2, Type::Int()));
  }
  return Type::String();
}

Result<ColumnPtr> Regexp(const Call& call) {
  Pattern compiled;
  Status status;
  auto column = Write2<int8_t, Text, Text>(call, [&](auto& out, uint32_t i, Text text, Text pattern) {
    auto usable = compiled.Use(pattern);
    std::cmatch match;
    auto found = usable.ok() && *usable ? compiled.Search(text, &match) : usable;
    if (!found.ok()) status = found.status();
    if (!found.ok() || !*usable) return out.SetNull(i);
    out.Set(i, *found ? 1 : 0);
  });
  RETURN_NOT_OK(status);
  return column;
}

Result<ColumnPtr> RegexpExtract(const Call& call) {
  Pattern compiled;
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
    std::cmatch match;
    ASSIGN_OR_RETURN(bool found, compiled.Search(text[i], &match));
    int32_t wanted = group ? (*group)[i] : 0;
    bool there = found && wanted >= 0 && static_cast<size_t>(wanted) < match.size() && match[static_cast<size_t>(wanted)].matched;
    if (!there) return false;
    const auto& part = match[static_cast<size_t>(wanted)];
    out.AppendString({part.first, static_cast<size_t>(part.second - part.first)});
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

Result<ColumnPtr> RegexpReplace(const Call& call) {
  Pattern compiled;
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
