#include "data/topic.h"

#include <gtest/gtest.h>

namespace freshet::data {
namespace {

TEST(Topic, NamesFollowKafkasRule) {
  for (std::string name : {"a", "clicks.v1", "a_b-C.9", "...", "__kv"}) EXPECT_TRUE(CheckTopicName(name).ok()) << name;
  EXPECT_TRUE(CheckTopicName(std::string(249, 'x')).ok());

  for (std::string name : {"", ".", "..", "a b", "a/b", "ä", "a:b"}) {
    EXPECT_EQ(CheckTopicName(name).code(), Code::kInvalid) << name;
  }
  EXPECT_EQ(CheckTopicName(std::string(250, 'x')).code(), Code::kInvalid);
}

}  // namespace
}  // namespace freshet::data
