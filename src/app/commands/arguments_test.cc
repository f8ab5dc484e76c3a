#include <gtest/gtest.h>

#include "app/commands/command.h"

namespace freshet::app {
namespace {

constexpr Option kOptions[] = {{"--data"}, {"--set", true, true}, {"--stats", false}};

std::string Refusal(const Arguments& arguments) { return ParseArguments(arguments, kOptions, 1).ToString(); }

TEST(Arguments, TakesBothSpellingsInAnyOrder) {
  auto parsed = ParseArguments({"--set", "a=1", "dir", "--set=b=2", "--data=x", "--stats"}, kOptions, 1);

  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->words, std::vector<std::string>{"dir"});
  EXPECT_EQ(parsed->values("--set"), (std::vector<std::string>{"a=1", "b=2"}));
  EXPECT_EQ(parsed->value("--data"), "x");
  EXPECT_TRUE(parsed->has("--stats"));
}

TEST(Arguments, RefusesByName) {
  EXPECT_EQ(Refusal({"--dta", "x"}), "invalid: unknown option '--dta'; did you mean '--data'?");
  EXPECT_EQ(Refusal({"--verbose"}), "invalid: unknown option '--verbose'");
  EXPECT_EQ(Refusal({"--data"}), "invalid: option --data needs a value");
  EXPECT_EQ(Refusal({"--data", "x", "--data", "y"}), "invalid: option --data is given twice");
  EXPECT_EQ(Refusal({"--stats=1"}), "invalid: option --stats takes no value");
  EXPECT_EQ(Refusal({"a", "b"}), "invalid: unexpected argument 'b'");
}

}  // namespace
}  // namespace freshet::app
