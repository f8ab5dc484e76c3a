#include "engines/coordinators/coordinators.h"

#include <gtest/gtest.h>

#include "io/run_to_end.h"
#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"

namespace freshet::coordinators {
namespace {

ports::CommittedOffset OffsetOf(std::string topic, int32_t partition, int64_t offset, std::string metadata = "") {
  return {.topic = std::move(topic), .partition = data::PartitionId(partition), .offset = data::Offset(offset), .metadata = std::move(metadata)};
}

TEST(Offsets, ARecordComesBackAsItWas) {
  auto batch = EncodeOffsets("g", {OffsetOf("t", 3, 77, "note")}, false, 5);
  ASSERT_TRUE(batch.ok());
  auto view = data::RecordBatchView::Parse(*batch);
  auto reader = data::RecordReader::Open(*view, 1 << 20);
  data::Record record;
  ASSERT_TRUE(*reader->Next(record));

  auto decoded = DecodeOffset(record);

  ASSERT_TRUE(decoded.ok()) << decoded.ToString();
  EXPECT_EQ(decoded->group, "g");
  EXPECT_EQ(decoded->committed.offset, data::Offset(77));
  EXPECT_EQ(decoded->committed.metadata, "note");
}

TEST(Offsets, AGroupsUseComesBackAsItWas) {
  for (GroupUse use : {GroupUse{GroupUse::Kind::kInUse, 77}, GroupUse{GroupUse::Kind::kEmpty, 78}, GroupUse{}}) {
    auto batch = EncodeUses({{"g", use}}, 5);
    ASSERT_TRUE(batch.ok());
    auto view = data::RecordBatchView::Parse(*batch);
    auto reader = data::RecordReader::Open(*view, 1 << 20);
    data::Record record;
    ASSERT_TRUE(*reader->Next(record));

    auto decoded = DecodeOffset(record);

    ASSERT_TRUE(decoded.ok()) << decoded.ToString();
    EXPECT_EQ(decoded->group, "g");
    EXPECT_EQ(decoded->use, use);
  }
}

TEST(Offsets, AGenerationComesBackAsItWas) {
  Membership all{"consumer", "range", "a", 3, {{"a", "i", "client", "/host", "m", "parts", 10000, 60000}, {"b", {}, "", "", "", "", 1, 2}}};
  for (const Membership& membership : {all, Membership()}) {
    auto batch = EncodeMembership("g", membership, 5);
    ASSERT_TRUE(batch.ok());
    auto view = data::RecordBatchView::Parse(*batch);
    auto reader = data::RecordReader::Open(*view, 1 << 20);
    data::Record record;
    ASSERT_TRUE(*reader->Next(record));

    auto decoded = DecodeOffset(record);

    ASSERT_TRUE(decoded.ok()) << decoded.ToString();
    EXPECT_EQ(decoded->group, "g");
    EXPECT_EQ(decoded->membership, membership);
    for (size_t bytes = 0; record.value.has_value() && bytes < record.value->size(); ++bytes) EXPECT_FALSE(DecodeMembership(record.value->substr(0, bytes)).has_value()) << bytes;
  }
}

TEST(Offsets, ARecordThatStandsBeforeWhatIsKnownChangesNothing) {
  Offsets offsets;
  offsets.Apply("g", OffsetOf("t", 0, 10), data::Offset(5), 0);
  offsets.Apply("g", OffsetOf("t", 0, 9), data::Offset(3), 0);
  offsets.Apply("g", OffsetOf("t", 0, -1), data::Offset(4), 0);

  EXPECT_EQ(offsets.Find("g", "t", data::PartitionId(0)).offset, data::Offset(10));
}

TEST(Offsets, RecordsFromBeforeTopicIdsAreRead) {
  using namespace std::string_literals;
  std::string key = "\1\1\0\0\0g\1\0\0\0t\3\0\0\0"s, value = "\1\x4d\0\0\0\0\0\0\0\xff\xff\xff\xff\1\0\0\0m"s;
  data::Record record;
  record.key = key;
  record.value = value;

  auto decoded = DecodeOffset(record);

  ASSERT_TRUE(decoded.ok()) << decoded.ToString();
  EXPECT_EQ(decoded->committed.offset, data::Offset(77));
  EXPECT_EQ(decoded->committed.metadata, "m");
  EXPECT_TRUE(decoded->committed.topic_id.is_zero());
}

TEST(Offsets, ForeignRecordsAreCorruptNotMisread) {
  data::Record record;
  EXPECT_EQ(DecodeOffset(record).code(), Code::kCorrupt);
  record.key = "\x01\xff\xff\xff\xff";
  EXPECT_EQ(DecodeOffset(record).code(), Code::kCorrupt);
  record.key = "";
  EXPECT_EQ(DecodeOffset(record).code(), Code::kCorrupt);
  std::string key = std::string("\1\1\0\0\0g\1\0\0\0t\3\0\0\0", 15), cut = std::string("\2\x4d\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0id", 19);
  record.key = key;
  record.value = cut;
  EXPECT_EQ(DecodeOffset(record).code(), Code::kCorrupt);
  std::string use_key("\2\1\0\0\0g", 6), use_cut("\1\1\0\0", 4), use_newer("\2\1\0\0\0\0\0\0\0\0", 10);
  record.key = use_key;
  record.value = use_cut;
  EXPECT_EQ(DecodeOffset(record).code(), Code::kCorrupt);
  record.value = use_newer;
  EXPECT_EQ(DecodeOffset(record).code(), Code::kCorrupt);
}

// Coordinators over memory, twice: what the first stored, the second finds.
Task<> CommitThenBeginAgain(Env& env) {
  testing::MemoryLog log(env);
  testing::MemoryTopics topics(env, log);
  Ctx ctx;
  {
    Coordinators first(env, {}, log, topics);
    CO_RETURN_NOT_OK(first.Begin());
    std::vector<ports::CommittedOffset> offsets;
    offsets.push_back(OffsetOf("t", 0, 10, "m"));
    offsets.push_back(OffsetOf("t", 1, 20));
    ports::GroupCaller caller;
    caller.group = "g";
    CO_ASSIGN_OR_RETURN(ports::GroupError committed, first.CommitOffsets(ctx, caller, offsets));
    EXPECT_EQ(committed, ports::GroupError::kNone);
    caller.group = "gone";
    CO_ASSIGN_OR_RETURN(ports::GroupError other, first.CommitOffsets(ctx, caller, offsets));
    EXPECT_EQ(other, ports::GroupError::kNone);
    CO_ASSIGN_OR_RETURN(ports::GroupError deleted, first.Delete(ctx, "gone"));
    EXPECT_EQ(deleted, ports::GroupError::kNone);
    CO_RETURN_NOT_OK(first.Close());
  }
  Coordinators second(env, {}, log, topics);
  CO_RETURN_NOT_OK(second.Begin());
  CO_ASSIGN_OR_RETURN(auto all, second.FetchOffsets(ctx, "g", std::nullopt));
  EXPECT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].offset, data::Offset(10));
  EXPECT_EQ(all[0].metadata, "m");
  std::vector<ports::CommittedOffset> wanted;
  wanted.push_back(OffsetOf("t", 7, 0));
  CO_ASSIGN_OR_RETURN(auto none, second.FetchOffsets(ctx, "g", wanted));
  EXPECT_EQ(none[0].offset, data::Offset(-1));
  CO_ASSIGN_OR_RETURN(auto gone, second.Describe(ctx, "gone"));
  EXPECT_EQ(gone.error, ports::GroupError::kGroupNotFound);
  CO_ASSIGN_OR_RETURN(ports::GroupError unknown, second.Delete(ctx, "gone"));
  EXPECT_EQ(unknown, ports::GroupError::kGroupNotFound);
  CO_RETURN_NOT_OK(second.Close());
  co_return Status::Ok();
}

TEST(Coordinators, CommittedOffsetsAreReadBackAtBegin) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    testing::SimEnv env({.seed = seed});

    Status ended = env.Run(CommitThenBeginAgain(env));

    EXPECT_TRUE(ended.ok()) << ended.ToString();
  }
}

Task<> CommitThenTakeBack(Env& env) {
  testing::MemoryLog log(env);
  testing::MemoryTopics topics(env, log);
  Ctx ctx;
  ports::GroupCaller caller;
  caller.group = "g";
  std::vector<ports::CommittedOffset> offsets, places, rest;
  for (int32_t i = 0; i < 3; ++i) offsets.push_back(OffsetOf("t", i, 10 + i));
  places.push_back(OffsetOf("t", 1, -1));
  places.push_back(OffsetOf("other", 0, -1));
  rest.push_back(OffsetOf("t", 0, -1));
  rest.push_back(OffsetOf("t", 2, -1));
  for (int life = 0; life < 2; ++life) {
    Coordinators coordinators(env, {}, log, topics);
    CO_RETURN_NOT_OK(coordinators.Begin());
    if (life == 0) {
      CO_RETURN_NOT_OK(coordinators.CommitOffsets(ctx, caller, offsets));
      CO_ASSIGN_OR_RETURN(auto forgotten, coordinators.ForgetOffsets(ctx, "g", places));
      EXPECT_EQ(forgotten.error, ports::GroupError::kNone);
      EXPECT_EQ(forgotten.places.size(), 2u);
    }
    CO_ASSIGN_OR_RETURN(auto left, coordinators.FetchOffsets(ctx, "g", std::nullopt));
    EXPECT_EQ(left.size(), 2u) << "life " << life;
    if (life == 1) {
      CO_ASSIGN_OR_RETURN(auto forgotten, coordinators.ForgetOffsets(ctx, "g", rest));
      EXPECT_EQ(forgotten.error, ports::GroupError::kNone);
      CO_ASSIGN_OR_RETURN(auto nothing, coordinators.ForgetOffsets(ctx, "g", rest));
      EXPECT_EQ(nothing.error, ports::GroupError::kGroupNotFound);
    }
    CO_RETURN_NOT_OK(coordinators.Close());
  }
  co_return Status::Ok();
}

TEST(Coordinators, OffsetsTakenBackStayAway) {
  testing::SimEnv env({.seed = 4});

  Status ended = env.Run(CommitThenTakeBack(env));

  EXPECT_TRUE(ended.ok()) << ended.ToString();
}

Task<> ForgetWhileAMemberReads(Env& env) {
  using namespace std::string_literals;
  testing::MemoryLog log(env);
  testing::MemoryTopics topics(env, log);
  Coordinators coordinators(env, {}, log, topics);
  CO_RETURN_NOT_OK(coordinators.Begin());
  Ctx ctx;
  ports::GroupJoin join{.group = "g", .protocol_type = "consumer", .protocols = {{"range", "\0\0\0\0\0\1\0\1t\0\0\0\0"s}}, .session_timeout_ms = 10000, .rebalance_timeout_ms = 60000};
  CO_ASSIGN_OR_RETURN(auto joined, coordinators.Join(ctx, join));
  ports::GroupCaller member;
  member.group = "g";
  member.member_id = joined.member_id;
  member.generation = joined.generation;
  std::vector<std::pair<std::string, std::string>> assignments;
  assignments.emplace_back(joined.member_id, "all");
  CO_RETURN_NOT_OK(coordinators.Sync(ctx, member, assignments));
  std::vector<ports::CommittedOffset> offsets;
  offsets.push_back(OffsetOf("t", 0, 1));
  offsets.push_back(OffsetOf("before", 0, 2));
  CO_ASSIGN_OR_RETURN(ports::GroupError committed, coordinators.CommitOffsets(ctx, member, offsets));
  EXPECT_EQ(committed, ports::GroupError::kNone);

  CO_ASSIGN_OR_RETURN(auto forgotten, coordinators.ForgetOffsets(ctx, "g", offsets));

  std::vector<ports::GroupError> expected;
  expected.push_back(ports::GroupError::kSubscribed);
  expected.push_back(ports::GroupError::kNone);
  EXPECT_EQ(forgotten.places, expected);
  CO_ASSIGN_OR_RETURN(auto left, coordinators.FetchOffsets(ctx, "g", std::nullopt));
  EXPECT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].topic, "t");
  CO_RETURN_NOT_OK(coordinators.Close());
  co_return Status::Ok();
}

TEST(Coordinators, OffsetsOfATopicThatAMemberReadsAreNotTakenBack) {
  testing::SimEnv env({.seed = 5});

  Status ended = env.Run(ForgetWhileAMemberReads(env));

  EXPECT_TRUE(ended.ok()) << ended.ToString();
}

// A member leaves, the next one makes a new generation: what was committed before is what it goes on from.
Task<> CommitThenRebalance(Env& env) {
  testing::MemoryLog log(env);
  testing::MemoryTopics topics(env, log);
  Coordinators coordinators(env, {}, log, topics);
  CO_RETURN_NOT_OK(coordinators.Begin());
  Ctx ctx;
  std::vector<ports::CommittedOffset> offsets;
  offsets.push_back(OffsetOf("t", 0, 7));
  for (int life = 0; life < 2; ++life) {
    ports::GroupJoin join{.group = "g", .protocol_type = "consumer", .protocols = {{"range", ""}}, .session_timeout_ms = 10000, .rebalance_timeout_ms = 60000};
    CO_ASSIGN_OR_RETURN(auto joined, coordinators.Join(ctx, join));
    CO_ASSIGN_OR_RETURN(auto found, coordinators.FetchOffsets(ctx, "g", offsets));
    EXPECT_EQ(found[0].offset, data::Offset(life == 0 ? -1 : 7));
    ports::GroupCaller member;
    member.group = "g";
    member.member_id = joined.member_id;
    member.generation = joined.generation;
    std::vector<std::pair<std::string, std::string>> assignments;
    assignments.emplace_back(joined.member_id, "all");
    CO_RETURN_NOT_OK(coordinators.Sync(ctx, member, assignments));
    CO_ASSIGN_OR_RETURN(ports::GroupError committed, coordinators.CommitOffsets(ctx, member, offsets));
    EXPECT_EQ(committed, ports::GroupError::kNone);
    CO_RETURN_NOT_OK(coordinators.Leave(ctx, member));
  }
  CO_RETURN_NOT_OK(coordinators.Close());
  co_return Status::Ok();
}

TEST(Coordinators, CommittedOffsetsOutliveARebalance) {
  testing::SimEnv env({.seed = 6});

  Status ended = env.Run(CommitThenRebalance(env));

  EXPECT_TRUE(ended.ok()) << ended.ToString();
}

Task<ports::GroupCaller> Enter(Coordinators& coordinators, std::optional<std::string> instance) {
  Ctx ctx;
  ports::GroupJoin join{.group = "g", .instance_id = instance, .protocol_type = "consumer", .protocols = {{"range", "m"}}, .session_timeout_ms = 10000, .rebalance_timeout_ms = 60000};
  CO_ASSIGN_OR_RETURN(auto joined, coordinators.Join(ctx, join));
  EXPECT_EQ(joined.error, ports::GroupError::kNone);
  ports::GroupCaller member;
  member.group = "g";
  member.member_id = joined.member_id;
  member.instance_id = instance;
  member.generation = joined.generation;
  std::vector<std::pair<std::string, std::string>> assignments;
  assignments.emplace_back(joined.member_id, "all");
  CO_ASSIGN_OR_RETURN(auto synced, coordinators.Sync(ctx, member, assignments));
  EXPECT_EQ(synced.error, ports::GroupError::kNone);
  EXPECT_EQ(synced.assignment, "all");
  co_return member;
}

// One member, with an instance id or none: the house ends and begins again, and the member goes on as if nothing had been.
Task<> LiveOn(Env& env, std::optional<std::string> instance) {
  testing::MemoryLog log(env);
  testing::MemoryTopics topics(env, log);
  Ctx ctx;
  std::vector<ports::CommittedOffset> offsets;
  offsets.push_back(OffsetOf("t", 0, 1));
  ports::GroupCaller member;
  for (int life = 0; life < 4; ++life) {
    Coordinators coordinators(env, {}, log, topics);
    CO_RETURN_NOT_OK(coordinators.Begin());
    bool enters = life == 0 || (life == 2 && instance.has_value());  // the instance in another process: no rebalance, another member id
    if (enters) {
      CO_ASSIGN_OR_RETURN(member, Enter(coordinators, instance));
    }
    CO_ASSIGN_OR_RETURN(auto beat, coordinators.Heartbeat(ctx, member));
    EXPECT_EQ(beat, ports::GroupError::kNone) << "life " << life;
    CO_ASSIGN_OR_RETURN(auto committed, coordinators.CommitOffsets(ctx, member, offsets));
    EXPECT_EQ(committed, ports::GroupError::kNone) << "life " << life;
    CO_ASSIGN_OR_RETURN(auto described, coordinators.Describe(ctx, "g"));
    EXPECT_EQ(described.state, "Stable");
    EXPECT_EQ(described.members.size(), 1u);
    if (life == 3) {
      CO_RETURN_NOT_OK(coordinators.Leave(ctx, member));
    }
    CO_RETURN_NOT_OK(coordinators.Close());
  }
  Coordinators after(env, {}, log, topics);
  CO_RETURN_NOT_OK(after.Begin());
  CO_ASSIGN_OR_RETURN(auto described, after.Describe(ctx, "g"));
  EXPECT_EQ(described.state, "Empty");
  CO_ASSIGN_OR_RETURN(auto beat, after.Heartbeat(ctx, member));
  EXPECT_EQ(beat, ports::GroupError::kUnknownMember);
  CO_RETURN_NOT_OK(after.Close());
  co_return Status::Ok();
}

TEST(Coordinators, AMemberGoesOnInTheNextLifeOfTheHouse) {
  testing::SimEnv env({.seed = 6});

  Status ended = env.Run(LiveOn(env, {}));

  EXPECT_TRUE(ended.ok()) << ended.ToString();
}

TEST(Coordinators, AnInstanceGoesOnInTheNextLifeOfTheHouse) {
  testing::SimEnv env({.seed = 7});

  Status ended = env.Run(LiveOn(env, "i"));

  EXPECT_TRUE(ended.ok()) << ended.ToString();
}

Task<> CommitThenMakeTheTopicAgain(Env& env) {
  testing::MemoryLog log(env);
  testing::MemoryTopics topics(env, log);
  Ctx ctx;
  ports::GroupCaller caller;
  caller.group = "g";
  ports::TopicSpec spec;
  spec.name = "t";
  spec.partitions = 1;
  std::vector<ports::CommittedOffset> offsets;
  offsets.push_back(OffsetOf("t", 0, 7));
  CO_RETURN_NOT_OK(topics.Create(ctx, spec, false));
  for (int life = 0; life < 2; ++life) {
    Coordinators coordinators(env, {}, log, topics);
    CO_RETURN_NOT_OK(coordinators.Begin());
    if (life == 0) {
      CO_RETURN_NOT_OK(coordinators.CommitOffsets(ctx, caller, offsets));
      CO_ASSIGN_OR_RETURN(auto kept, coordinators.FetchOffsets(ctx, "g", offsets));
      EXPECT_EQ(kept[0].offset, data::Offset(7));
      CO_RETURN_NOT_OK(topics.Delete(ctx, "t"));
      CO_RETURN_NOT_OK(topics.Create(ctx, spec, false));
    }
    CO_ASSIGN_OR_RETURN(auto fetched, coordinators.FetchOffsets(ctx, "g", offsets));
    EXPECT_EQ(fetched[0].offset, data::Offset(-1)) << "life " << life;
    CO_ASSIGN_OR_RETURN(auto groups, coordinators.List(ctx));
    EXPECT_TRUE(groups.empty()) << "life " << life;
    CO_RETURN_NOT_OK(coordinators.Close());
  }
  co_return Status::Ok();
}

TEST(Coordinators, OffsetsEndWithTheirTopic) {
  testing::SimEnv env({.seed = 6});

  Status ended = env.Run(CommitThenMakeTheTopicAgain(env));

  EXPECT_TRUE(ended.ok()) << ended.ToString();
}

// A member waits in a rebalance that cannot complete; the house closes.
Task<> JoinAlone(Coordinators& coordinators, ports::GroupError* error) {
  Ctx ctx;
  ports::GroupJoin join{.group = "g", .protocol_type = "consumer", .protocols = {{"range", "m"}}, .session_timeout_ms = 10000, .rebalance_timeout_ms = 60000};
  CO_ASSIGN_OR_RETURN(auto joined, coordinators.Join(ctx, join));
  *error = joined.error;
  co_return Status::Ok();
}

Task<> CloseWhileOneWaits(Env& env) {
  testing::MemoryLog log(env);
  testing::MemoryTopics topics(env, log);
  CoordinatorOptions options;
  options.limits.first_join_delay = options.limits.first_join_delay_max = Seconds(3600);
  Coordinators coordinators(env, options, log, topics);
  CO_RETURN_NOT_OK(coordinators.Begin());
  io::TaskGroup members(env.loop(0), "members");
  ports::GroupError error = ports::GroupError::kNone;
  members.Spawn(io::Lane::kNormal, JoinAlone(coordinators, &error));
  io::SleepUntil pause(env.clock().Now() + Seconds(1));
  co_await pause;
  CO_RETURN_NOT_OK(coordinators.Close());
  CO_RETURN_NOT_OK(members.Close());
  EXPECT_EQ(error, ports::GroupError::kCoordinatorLeaving);
  co_return Status::Ok();
}

TEST(Coordinators, WaitingMembersAreSentAwayWhenTheHouseCloses) {
  testing::SimEnv env({.seed = 3});

  Status ended = env.Run(CloseWhileOneWaits(env));

  EXPECT_TRUE(ended.ok()) << ended.ToString();
}

}  // namespace
}  // namespace freshet::coordinators
