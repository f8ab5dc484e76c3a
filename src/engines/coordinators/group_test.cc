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

  io::Budget memory{"members", 1 << 20};
  Group group{"g", {}, memory};
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
  EXPECT_FALSE(group.TakeSynced({"g", "b", {}, 1}).has_value());

  group.Sync({"g", "a", {}, 1}, {{"a", "0,1"}, {"b", "2,3"}}, At(220));

  EXPECT_EQ(group.TakeSynced({"g", "b", {}, 1})->assignment, "2,3");
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
  EXPECT_EQ(group.TakeSynced({"g", "b2", {}, 1})->assignment, "1");
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

// KIP-345: of two processes with one instance id the older one is told to end.
TEST_F(GroupTest, AnInstanceThatWaitsIsFencedByTheNextOne) {
  group.Join(JoinOf("", "m", "i"), "a", At(0));
  group.Join(JoinOf("", "m", "i"), "b", At(10));

  EXPECT_EQ(group.TakeJoined("a", "i")->error, GroupError::kFencedInstance);
  EXPECT_EQ(group.TakeSynced({"g", "a", "i", 0})->error, GroupError::kFencedInstance);
}

TEST_F(GroupTest, AnInstanceThatTheGroupDoesNotKnowIsNoMember) {
  MakeStable({"a"}, 0);

  EXPECT_EQ(group.Heartbeat({"g", "a", "nobody", 1}, At(400)), GroupError::kUnknownMember);
  EXPECT_EQ(group.Heartbeat({"g", "a", {}, 1}, At(400)), GroupError::kNone);
}

TEST_F(GroupTest, AMemberThatTakesTheGroupForAnotherIsRefused) {
  MakeStable({"a"}, 0);

  EXPECT_EQ(group.Sync({"g", "a", {}, 1, "consumer", "range"}, {}, At(400)), GroupError::kNone);
  EXPECT_EQ(group.Sync({"g", "a", {}, 1, "consumer", "roundrobin"}, {}, At(400)), GroupError::kInconsistentProtocol);
  EXPECT_EQ(group.Sync({"g", "a", {}, 1, "connect", {}}, {}, At(400)), GroupError::kInconsistentProtocol);
}

TEST_F(GroupTest, WhatMembersBringIsTakenFromABudgetAndGivenBack) {
  EXPECT_EQ(group.Join(JoinOf("", std::string(2 << 20, 'm')), "large", At(0)).error, GroupError::kMaxSizeReached);
  EXPECT_EQ(memory.used(), 0);
  MakeStable({"a"}, 0);
  int64_t of_one = memory.used();
  EXPECT_GT(of_one, 0);
  group.Join(JoinOf(""), "b", At(500));
  EXPECT_GT(memory.used(), of_one);

  group.Leave({"g", "a"}, At(600));
  group.Leave({"g", "b"}, At(600));

  EXPECT_EQ(memory.used(), 0);
}

TEST_F(GroupTest, IdsThatAreGivenOutAreTakenFromTheBudget) {
  ports::GroupJoin join = JoinOf("");
  join.must_know_member_id = true;
  int given = 0;
  while (group.Join(join, std::string(10'000, 'i') + std::to_string(given), At(0)).error == GroupError::kMemberIdRequired) ++given;
  EXPECT_GT(given, 90);
  EXPECT_LT(given, 110);

  group.Tick(At(10'000));

  EXPECT_EQ(memory.used(), 0);
}

TEST_F(GroupTest, AnAssignmentForWhichThereIsNoRoomIsRefused) {
  group.Join(JoinOf(""), "a", At(0));
  group.Tick(At(300));
  group.TakeJoined("a");

  EXPECT_EQ(group.Sync({"g", "a", {}, 1}, {{"a", std::string(2 << 20, 'p')}}, At(300)), GroupError::kMaxSizeReached);
  EXPECT_EQ(group.Sync({"g", "a", {}, 1}, {{"a", "all"}}, At(300)), GroupError::kNone);
}

TEST_F(GroupTest, WhereThereIsNoRoomForAllAssignmentsNobodyHasOneAndTheLeaderTriesAgain) {
  for (const char* id : {"a", "b"}) group.Join(JoinOf(""), id, At(0));
  group.Tick(At(300));
  for (const char* id : {"a", "b"}) group.TakeJoined(id);
  int64_t before = memory.used();
  auto others = io::Reservation::Take(memory, 900 << 10);
  std::vector<std::pair<std::string, std::string>> assignments = {{"a", std::string(100 << 10, 'p')}, {"b", std::string(100 << 10, 'q')}};

  EXPECT_EQ(group.Sync({"g", "a", {}, 1}, assignments, At(300)), GroupError::kRebalanceInProgress);
  EXPECT_EQ(memory.used(), before + (900 << 10));
  EXPECT_FALSE(group.TakeSynced({"g", "b", {}, 1}).has_value());

  others = io::Reservation();
  EXPECT_EQ(group.Join(JoinOf("a"), "unused", At(400)).error, GroupError::kNone);
  EXPECT_EQ(group.TakeJoined("a")->generation, 1);
  EXPECT_EQ(group.Sync({"g", "a", {}, 1}, assignments, At(400)), GroupError::kNone);
  EXPECT_EQ(group.TakeSynced({"g", "b", {}, 1})->assignment, assignments[1].second);
}

TEST(Group, NoMoreMembersThanTheMost) {
  io::Budget memory("members", 1 << 20);
  Group group("g", {.members_max = 2}, memory);
  group.Join(JoinOf(""), "a", At(0));
  group.Join(JoinOf("", "m", "i"), "b", At(0));

  EXPECT_EQ(group.Join(JoinOf(""), "c", At(0)).error, GroupError::kMaxSizeReached);
  EXPECT_EQ(group.Join(JoinOf("", "m", "j"), "d", At(0)).error, GroupError::kMaxSizeReached);
  EXPECT_EQ(group.Join(JoinOf("", "m", "i"), "e", At(0)).error, GroupError::kNone);
}

TEST_F(GroupTest, AStableGenerationGoesOnInAnotherLife) {
  MakeStable({"a", "b"}, 0);
  Membership kept = group.Keep();
  Group next("g", {}, memory);

  ASSERT_TRUE(next.Restore(kept, At(5000)));

  EXPECT_EQ(next.Keep(), kept);
  EXPECT_EQ(next.Heartbeat({"g", "a", {}, 1}, At(6000)), GroupError::kNone);
  EXPECT_EQ(next.TakeSynced({"g", "b", {}, 1})->assignment, "parts of b");
  next.Tick(At(15001));  // b has not come back
  EXPECT_EQ(next.Heartbeat({"g", "a", {}, 1}, At(15001)), GroupError::kRebalanceInProgress);
}

}  // namespace
}  // namespace freshet::coordinators
