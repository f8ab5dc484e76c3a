#include "engines/coordinators/group.h"

#include <gtest/gtest.h>

namespace freshet::coordinators {
namespace {

using ports::GroupError;

constexpr MonoTime At(int64_t ms) { return MonoTime{ms * 1000000}; }

ports::GroupJoin JoinOf(std::string member_id, std::string metadata = "subscribes t", std::optional<std::string> instance = {}) {
  return {.group = "g", .member_id = std::move(member_id), .instance_id = std::move(instance), .protocol_type = "consumer",
          .protocols = {{"range", metadata}, {"roundrobin", metadata}}, .session_timeout_ms = 10000, .rebalance_timeout_ms = 60000};
}

class GroupTest : public testing::Test {
 protected:
  // Joins `ids` as new members and brings the group to a stable generation led by the first.
  void MakeStable(std::vector<std::string> ids, int64_t ms) {
    for (const auto& id : ids) group.Join(JoinOf(""), id, At(ms));
    group.Tick(At(ms + 300));
    leader = group.TakeJoined(ids[0])->leader;
    for (const auto& id : ids) group.TakeJoined(id);
    Sync(ids, ms + 300);
  }
  void Sync(const std::vector<std::string>& ids, int64_t ms) {
    int32_t generation = Generation();
    std::vector<std::pair<std::string, std::string>> assignments;
    for (const auto& id : ids) assignments.emplace_back(id, "parts of " + id);
    EXPECT_EQ(group.Sync({"g", leader, {}, generation}, assignments, At(ms)), GroupError::kNone);
  }
  int32_t Generation() {
    for (int32_t g = 0; g < 100; ++g) {
      if (group.Heartbeat({"g", leader, {}, g}, At(0)) != GroupError::kIllegalGeneration) return g;
    }
    return -1;
  }

  Group group{"g", {}};
  std::string leader;
};

TEST_F(GroupTest, ThreeMembersThatJoinAtOnceShareOneGeneration) {
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(group.Join(JoinOf(""), id, At(0)).error, GroupError::kNone);
  EXPECT_FALSE(group.TakeJoined("a").has_value());

  group.Tick(At(200));

  auto a = group.TakeJoined("a"), b = group.TakeJoined("b"), c = group.TakeJoined("c");
  ASSERT_TRUE(a && b && c);
  EXPECT_EQ(a->generation, 1);
  EXPECT_EQ(b->generation, 1);
  EXPECT_EQ(a->leader, c->leader);
  EXPECT_EQ(a->members.size(), 3u);
  EXPECT_TRUE(b->members.empty());
  EXPECT_EQ(a->protocol, "range");
}

// Found by a history of transactions: the first one's removal ends the rebalance, which drops the second.
TEST_F(GroupTest, TwoSilentMembersAreDroppedByTheTickThatFindsTheirRebalanceOverdue) {
  MakeStable({"a", "b", "c"}, 0);
  group.Join(JoinOf("c", "subscribes u"), "unused", At(1000));

  group.Tick(At(100'000));  // the machine was asleep

  auto c = group.TakeJoined("c");
  ASSERT_TRUE(c.has_value());
  EXPECT_EQ(c->leader, "c");
  EXPECT_EQ(c->members.size(), 1u);
  EXPECT_EQ(group.TakeJoined("a")->error, GroupError::kUnknownMember);
  EXPECT_EQ(group.TakeJoined("b")->error, GroupError::kUnknownMember);
}

TEST_F(GroupTest, ANewMemberIsSentBackWithItsIdFirst) {
  ports::GroupJoin join = JoinOf("");
  join.must_know_member_id = true;

  auto first = group.Join(join, "a", At(0));
  join.member_id = "a";
  auto second = group.Join(join, "unused", At(1));
  join.member_id = "stranger";

  EXPECT_EQ(first.error, GroupError::kMemberIdRequired);
  EXPECT_EQ(first.member_id, "a");
  EXPECT_EQ(second.error, GroupError::kNone);
  EXPECT_EQ(group.Join(join, "unused", At(2)).error, GroupError::kUnknownMember);
}

TEST_F(GroupTest, ReadsWhatItsMembersSubscribedTo) {
  using namespace std::string_literals;
  std::string clicks_and_views = "\0\3\0\0\0\2\0\6clicks\0\5views\0\0\0\0"s;

  group.Join(JoinOf("", clicks_and_views), "a", At(0));
  EXPECT_TRUE(group.is_consumer());
  EXPECT_TRUE(group.Reads("clicks"));
  EXPECT_TRUE(group.Reads("views"));
  EXPECT_FALSE(group.Reads("view"));

  group.Join(JoinOf("", clicks_and_views.substr(0, 9)), "b", At(0));
  EXPECT_TRUE(group.Reads("view"));  // cut short: it might
}

TEST_F(GroupTest, FollowersGetTheirAssignmentWhenTheLeaderHasSynced) {
  for (const char* id : {"a", "b"}) group.Join(JoinOf(""), id, At(0));
  group.Tick(At(200));
  EXPECT_EQ(group.Sync({"g", "b", {}, 1}, {}, At(210)), GroupError::kNone);
  EXPECT_FALSE(group.TakeSynced("b", 1).has_value());

  group.Sync({"g", "a", {}, 1}, {{"a", "0,1"}, {"b", "2,3"}}, At(220));

  EXPECT_EQ(group.TakeSynced("b", 1)->assignment, "2,3");
  EXPECT_EQ(group.Describe().state, "Stable");
}

TEST_F(GroupTest, ANewcomerMakesTheOthersJoinAgain) {
  MakeStable({"a", "b"}, 0);

  group.Join(JoinOf(""), "c", At(1000));

  EXPECT_EQ(group.Heartbeat({"g", "a", {}, 1}, At(1001)), GroupError::kRebalanceInProgress);
  group.Join(JoinOf("a"), "", At(1002));
  group.Join(JoinOf("b"), "", At(1003));
  EXPECT_EQ(group.TakeJoined("c")->generation, 2);
  EXPECT_EQ(group.Heartbeat({"g", "a", {}, 1}, At(1004)), GroupError::kIllegalGeneration);
}

TEST_F(GroupTest, WhoDoesNotJoinAgainInTimeIsDropped) {
  MakeStable({"a", "b"}, 0);
  group.Join(JoinOf(""), "c", At(1000));
  group.Join(JoinOf("a"), "", At(1001));
  for (int64_t ms = 2000; ms < 61000; ms += 5000) group.Heartbeat({"g", "b", {}, 1}, At(ms));

  group.Tick(At(61001));

  EXPECT_EQ(group.TakeJoined("a")->generation, 2);
  EXPECT_EQ(group.TakeJoined("b")->error, GroupError::kUnknownMember);
}

TEST_F(GroupTest, ASilentMemberExpiresAndTheRestRebalances) {
  MakeStable({"a", "b"}, 0);
  group.Heartbeat({"g", "a", {}, 1}, At(9000));

  EXPECT_TRUE(group.Tick(At(10400)));

  EXPECT_EQ(group.Heartbeat({"g", "b", {}, 1}, At(10401)), GroupError::kUnknownMember);
  EXPECT_EQ(group.Heartbeat({"g", "a", {}, 1}, At(10402)), GroupError::kRebalanceInProgress);
}

TEST_F(GroupTest, TheLastMemberLeavesAnEmptyGroup) {
  MakeStable({"a"}, 0);

  EXPECT_EQ(group.Leave({"g", "a", {}, -1}, At(1000)), GroupError::kNone);

  EXPECT_EQ(group.Describe().state, "Empty");
  EXPECT_TRUE(group.empty());
  EXPECT_EQ(group.Leave({"g", "a", {}, -1}, At(1001)), GroupError::kUnknownMember);
}

TEST_F(GroupTest, AStaticMemberComesBackWithoutARebalanceAndFencesItsPast) {
  group.Join(JoinOf("", "m", "one"), "a", At(0));
  group.Join(JoinOf("", "m", "two"), "b", At(0));
  group.Tick(At(300));
  leader = group.TakeJoined("a")->leader;
  ASSERT_EQ(leader, "a");
  group.Sync({"g", "a", "one", 1}, {{"a", "0"}, {"b", "1"}}, At(310));

  group.Join(JoinOf("", "m", "two"), "b2", At(400));

  auto back = group.TakeJoined("b2");
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->generation, 1);
  EXPECT_EQ(group.TakeSynced("b2", 1)->assignment, "1");
  EXPECT_EQ(group.Heartbeat({"g", "b", "two", 1}, At(410)), GroupError::kFencedInstance);
}

TEST_F(GroupTest, StrangersToTheProtocolAreRefused) {
  MakeStable({"a"}, 0);
  ports::GroupJoin connect = JoinOf("");
  connect.protocol_type = "connect";
  ports::GroupJoin other = JoinOf("");
  other.protocols = {{"sticky", "m"}};
  ports::GroupJoin hasty = JoinOf("");
  hasty.session_timeout_ms = 1;

  EXPECT_EQ(group.Join(connect, "x", At(1)).error, GroupError::kInconsistentProtocol);
  EXPECT_EQ(group.Join(other, "x", At(1)).error, GroupError::kInconsistentProtocol);
  EXPECT_EQ(group.Join(hasty, "x", At(1)).error, GroupError::kInvalidSessionTimeout);
}

TEST_F(GroupTest, OffsetsAreTakenFromMembersOfThisGenerationOrFromAConsumerOfNoGroup) {
  EXPECT_EQ(group.CheckCommit({"g", "", {}, -1}, At(0)), GroupError::kNone);
  MakeStable({"a"}, 0);

  EXPECT_EQ(group.CheckCommit({"g", "a", {}, 1}, At(400)), GroupError::kNone);
  EXPECT_EQ(group.CheckCommit({"g", "a", {}, 7}, At(400)), GroupError::kIllegalGeneration);
  EXPECT_EQ(group.CheckCommit({"g", "b", {}, 1}, At(400)), GroupError::kUnknownMember);
  EXPECT_EQ(group.CheckCommit({"g", "", {}, -1}, At(400)), GroupError::kUnknownMember);
}

}  // namespace
}  // namespace freshet::coordinators
