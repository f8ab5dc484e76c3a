#include <gtest/gtest.h>

#include "data/expr/expr.h"

namespace freshet::expr {
namespace {

Result<bool> Found(const std::string& text, const std::string& pattern) {
  auto literal = [](const std::string& value) { return Literal(Type::String().NotNull(), value); };
  ASSIGN_OR_RETURN(auto call, MakeCall("REGEXP", {Input(0, Type::String().NotNull(), "s"), literal(pattern)}));
  data::BatchBuilder rows({Type::String().NotNull()});
  rows.AppendRow({text});
  Batch batch = rows.Build();
  ASSIGN_OR_RETURN(auto passed, Filter(*call, batch, batch.selection(), Session()));
  return !passed.empty();
}

// A search looks first for a text that every match has: what need not be there must be none.
TEST(Regexp, FindsWhatItsPatternSaysThoughLettersOfItAreMissing) {
  struct Case {
    std::string pattern, text;
    bool found;
  };
  const Case cases[] = {
      {"(&|^)channel_id=([^&]*)", "channel_id=7", true},
      {"(&|^)channel_id=([^&]*)", "a=b&channel_id=", true},
      {"(&|^)channel_id=([^&]*)", "a=b&xchannel_id=7", false},
      {"(&|^)channel_id=([^&]*)", "a=b", false},
      {"ab+c", "xabbbc", true},
      {"ab*c", "ac", true},
      {"ab?c", "ac", true},
      {"ab{0,2}c", "ac", true},
      {"ab{2}c", "abbc", true},
      {"ab??c", "ac", true},
      {"abc|xy", "xy", true},
      {"(abc|xy)z", "xyz", true},
      {"(abc)?de", "de", true},
      {"(?i)abc", "ABC", true},
      {"(?:abc)*de", "de", true},
      {"[abc]de", "bde", true},
      {"[]a]b", "]b", true},
      {"[^]]b", "ab", true},
      {"[[:alpha:]]+1", "abc1", true},
      {"[\\]x]y", "]y", true},
      {"a\\.b", "a.b", true},
      {"a\\.b", "axb", false},
      {"\\d+km", "12km", true},
      {"\\bword\\b", "a word here", true},
      {"a\\x41b", "aAb", true},
      {"a\\101b", "aAb", true},
      {"\\Qa.b\\E", "a.b", true},
      {"é*x", "x", true},
      {"aé?x", "ax", true},
      {"üx", "üx", true},
      {"^abc$", "abc", true},
      {"a.c", "abc", true},
      {"a{x", "a{x", true},
  };
  for (const auto& one : cases) {
    auto found = Found(one.text, one.pattern);
    ASSERT_TRUE(found.ok()) << one.pattern << ": " << found.ToString();
    EXPECT_EQ(*found, one.found) << one.pattern << " in " << one.text;
  }
}

}  // namespace
}  // namespace freshet::expr
