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

std::string Extracted(const std::string& text, const std::string& pattern, int64_t group = 0) {
  auto literal = [](const std::string& value) { return Literal(Type::String().NotNull(), value); };
  auto call = MakeCall("REGEXP_EXTRACT", {Input(0, Type::String().NotNull(), "s"), literal(pattern), Literal(Type::Int().NotNull(), group)}).value();
  data::BatchBuilder rows({Type::String().NotNull()});
  rows.AppendRow({text});
  Batch batch = rows.Build();
  auto column = Evaluate(*call, batch, batch.selection(), Session()).value();
  return column->IsNull(0) ? "NULL" : std::string(column->String(0));
}

// The search begins in front of that text, as far as a match can reach.
TEST(Regexp, FindsMatchesFromTheirFirstCharacterOn) {
  struct Case {
    std::string pattern, text, match;
  };
  const Case cases[] = {
      {"(&|^)key=([^&]*)", "https://a.example/b?c=1&key=7&d", "&key=7"},
      {"(&|^)key=([^&]*)", "key=1&key=2", "key=1"},
      {"^a?key=", "xxxxxkey=", "NULL"},
      {"^a?key=", "akey=", "akey="},
      {"x?y?key=1", "zzxykey=1", "xykey=1"},
      {"[a-z]?é?key=1", "00zékey=1", "zékey=1"},
      {"\\d\\dkey", "12345key", "45key"},
      {"x+key", "yyxxxxxxxxkey", "xxxxxxxxkey"},
      {"(ab|c){2}key", "zzababkey", "ababkey"},
      {"[^0]*key", "0abcdefghkey", "abcdefghkey"},
      {"..key", "ééékey", "éékey"},
      {"key.*end", "a key to the end", "key to the end"},
      {"a.key|b.key", "xxxxxb1key", "b1key"},
      {"\\bkey", "monkey key", "key"},
      {"q[a[:digit:]bcd]x", "qax", "qax"},
      {"[a-f_[:digit:]-]_[.]?x", "f_x", "f_x"},
      {"a{b|c}d", "a{b", "a{b"},
      {"a{2}b", "zaab", "aab"},
      {"a{1,}key", "zaakey", "aakey"},
  };
  for (const auto& one : cases) EXPECT_EQ(Extracted(one.text, one.pattern), one.match) << one.pattern << " in " << one.text;
}

// Patterns that are searches for a text and what lies behind it are not given to RE2; a group around all of it hides that.
TEST(Regexp, SearchesForPlainTextsAsRe2Does) {
  const std::string patterns[] = {"(&|^)a=([^&]*)", "(^|&)a=([^&]+)", "(ba|^)a=", "(b|^)aa([^=]+)", "a=", "aa", "a=([^ ]*)", "=([^=]+)", "(a|^)ab([^b]*)", "(&|^)a=([^-]*)", "(é|^)a=([^&]*)", "(&|^)a*=([^&]*)"};
  const std::string pieces[] = {"a", "=", "&", "b", "aa", "a=", "&a=", "é", " ", "-", "\n", "\xff"};
  uint64_t random = 1;
  auto below = [&random](size_t n) { return (random = random * 6364136223846793005u + 1442695040888963407u) / 8589934592u % n; };
  int found = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string& pattern = patterns[below(std::size(patterns))];
    std::string text;
    for (size_t n = below(9); n > 0; --n) text += pieces[below(std::size(pieces))];
    auto group = static_cast<int64_t>(below(3));

    std::string plain = Extracted(text, pattern, group), whole = Extracted(text, "(?:" + pattern + ")", group);

    ASSERT_EQ(plain, whole) << pattern << " group " << group << " in " << text;
    found += plain != "NULL" ? 1 : 0;
  }
  EXPECT_GT(found, 3000);
}

std::string Replaced(const std::string& text, const std::string& pattern) {
  auto literal = [](const std::string& value) { return Literal(Type::String().NotNull(), value); };
  auto call = MakeCall("REGEXP_REPLACE", {Input(0, Type::String().NotNull(), "s"), literal(pattern), literal(".")}).value();
  data::BatchBuilder rows({Type::String().NotNull()});
  rows.AppendRow({text});
  Batch batch = rows.Build();
  return std::string(Evaluate(*call, batch, batch.selection(), Session()).value()->String(0));
}

// Where no word begins or ends is a place between characters, however many bytes they have.
TEST(Regexp, LeavesCharactersWhole) {
  struct Case {
    std::string pattern, text, replaced;
  };
  const Case cases[] = {
      {"\\B", "ab", "a.b"},        {"\\B", "aé", "aé."},   {"\\B", "aéb", "aéb"},    {"\\B", "日本", ".日.本."}, {"x|\\B", "é日x", ".é.日."},
      {"\\b", "aéb", ".a.é.b."},   {"\\Bé", "éé", ".."},   {"(\\B|b)é", "béé", ".."}, {"\\B*", "é", ".é."},       {"\\B", "😀", ".😀."},
      {"\\B日|\\B", "a 日本", "a ..本."},
  };
  for (const auto& one : cases) EXPECT_EQ(Replaced(one.text, one.pattern), one.replaced) << one.pattern << " in " << one.text;
}

}  // namespace
}  // namespace freshet::expr
