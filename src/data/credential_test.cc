#include "data/credential.h"

#include <gtest/gtest.h>

namespace freshet::data {
namespace {

TEST(ShownName, IsCutAndHasNothingThatALogOrATerminalWouldObey) {
  EXPECT_EQ(ShownName("alice"), "alice");
  EXPECT_EQ(ShownName(""), "");
  EXPECT_EQ(ShownName("a\x1b[2J\n\"b\\"), "a\\x1b[2J\\x0a\\x22b\\x5c");
  EXPECT_EQ(ShownName("zoë\x80"), "zo\\xc3\\xab\\x80");
  EXPECT_EQ(ShownName(std::string(64, 'a')), std::string(64, 'a'));
  EXPECT_EQ(ShownName(std::string(100'000, 'a')), std::string(64, 'a') + "…");
}

}  // namespace
}  // namespace freshet::data
