#include <gtest/gtest.h>

#include "app/admin/groups.h"
#include "app/admin/reset.h"
#include "app/admin/topics.h"
#include "app/config.h"
#include "app/house.h"
#include "data/record_batch.h"
#include "io/wait.h"
#include "testing/sim_env.h"
#include "wire/kafka/messages/join_group.h"
#include "wire/kafka/messages/offset_commit.h"
#include "wire/kafka/messages/produce.h"
#include "wire/kafka/messages/sync_group.h"

// The verbs against a house in the simulated world.

namespace freshet::app {
namespace {

namespace wire = ::freshet::wire::kafka;
using testing::SimEnv;
using To = ResetWish::To;

constexpr int64_t kHour = 3'600'000;

// Records an hour apart, the first an hour after 1970 began.
Task<> Produce(Broker& broker, std::string topic, int32_t partition, int records) {
  data::RecordBatchBuilder builder({});
  for (int i = 1; i <= records; ++i) builder.Add(kHour * i, std::nullopt, StrCat(i));
  std::string batch = builder.Finish().value();
  wire::ProduceRequest request;
  request.transactional_id.reset();
  request.acks = -1;
  request.timeout_ms = 10'000;
  auto& data = request.topic_data.emplace_back();
  data.name = topic;
  auto& share = data.partition_data.emplace_back();
  share.index = partition;
  share.records = batch;
  auto ask = broker.Ask<wire::ProduceResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  co_return FromKafkaError(answer->responses[0].partition_responses[0].error_code, topic);
}

io::Address KafkaDoor(const House& house) {
  std::string doors = house.DoorsJson(), name = "\"kafka\":\"";
  size_t begin = doors.find(name) + name.size();
  return io::Address::Parse(doors.substr(begin, doors.find('"', begin) - begin)).value();
}

using Steps = Task<> (*)(Broker& broker);

Task<> RunSteps(SimEnv& sim, House& house, Steps steps) {
  auto open = house.Open();
  Status outcome = co_await open;
  if (outcome.ok()) {
    BrokerOptions options{.address = KafkaDoor(house)};
    auto connect = Broker::Connect(sim, std::move(options));
    auto broker = co_await connect;
    outcome = broker.status();
    if (broker.ok()) {
      auto run = steps(**broker);
      outcome = co_await run;
      auto part = (*broker)->Close();
      co_await part;
    }
  }
  auto close = house.Close();
  Status closed = co_await close;
  if (!outcome.ok()) co_return outcome;
  co_return closed;
}

void ExpectRuns(Steps steps) {
  SimEnv sim;
  ASSERT_TRUE(sim.disk().CreateDirectories("project").ok());
  auto config = ReadConfig("", "", {});
  ASSERT_TRUE(config.ok()) << config.ToString();
  auto house = House::Build(sim, *config, "project", "data");
  ASSERT_TRUE(house.ok()) << house.ToString();

  Status ran = sim.Run(RunSteps(sim, **house, steps));

  EXPECT_TRUE(ran.ok()) << ran.ToString();
}

void ExpectSays(const Status& status, std::string_view words) { EXPECT_NE(status.ToString().find(words), std::string::npos) << status.ToString(); }
void ExpectHas(const std::string& text, std::string_view words) { EXPECT_NE(text.find(words), std::string::npos) << text; }

TopicWish Wish(int32_t partitions) { return {.partitions = partitions, .configs = {}}; }

Task<> TopicsComeChangeAndGo(Broker& broker) {
  TopicWish wish = Wish(2);
  wish.configs.push_back({"retention.ms", "1000000"});
  CO_RETURN_NOT_OK(CreateTopic(broker, "orders", wish));
  auto again = CreateTopic(broker, "orders", wish);
  Status exists = co_await again;
  ExpectSays(exists, "topic 'orders': TOPIC_ALREADY_EXISTS");
  CO_RETURN_NOT_OK(Produce(broker, "orders", 1, 3));
  CO_ASSIGN_OR_RETURN(Table parts, DescribeTopic(broker, "orders"));
  EXPECT_EQ(parts.Aligned(),
            "topic   partition  leader  start  end\n"
            "orders          0       1      0    0\n"
            "orders          1       1      0    3\n");

  TopicWish changes = Wish(3);
  changes.configs.push_back({"retention.ms", std::nullopt});
  changes.configs.push_back({"cleanup.policy", "compact"});
  CO_RETURN_NOT_OK(AlterTopic(broker, "orders", changes));
  CO_ASSIGN_OR_RETURN(Table known, DescribeTopicConfigs(broker, "orders"));
  std::string json = known.JsonLines();
  ExpectHas(json, R"({"topic":"orders","config":"cleanup.policy","value":"compact","from":"topic"})");
  ExpectHas(json, R"({"topic":"orders","config":"retention.ms","value":"604800000","from":"default"})");
  CO_ASSIGN_OR_RETURN(Table all, ListTopics(broker));
  std::string listed = all.JsonLines();
  ExpectHas(listed, R"({"topic":"orders","partitions":3,"internal":false})");

  CO_RETURN_NOT_OK(CreateTopic(broker, "returns", Wish(1)));
  CO_ASSIGN_OR_RETURN(Table deleted, DeleteTopics(broker, {"orders", "nowhere", "returns"}));
  EXPECT_EQ(deleted.Aligned(),
            "topic    done\n"
            "nowhere  refused\n"
            "orders   deleted\n"
            "returns  deleted\n");
  EXPECT_TRUE(deleted.failed());
  ExpectHas(deleted.notes().at(0), "topic 'nowhere': UNKNOWN_TOPIC_OR_PARTITION");
  auto describe = DescribeTopic(broker, "orders");
  auto gone = co_await describe;
  ExpectSays(gone.status(), "topic 'orders': UNKNOWN_TOPIC_OR_PARTITION");
  co_return Status::Ok();
}

TEST(TopicsVerbs, MakeShowChangeAndDeleteATopic) { ExpectRuns(TopicsComeChangeAndGo); }

Task<> NothingOfAnAlterThatIsRefusedStays(Broker& broker) {
  CO_RETURN_NOT_OK(CreateTopic(broker, "orders", Wish(4)));
  TopicWish fewer = Wish(2);
  fewer.configs.push_back({"cleanup.policy", "compact"});
  auto alter = AlterTopic(broker, "orders", fewer);
  Status refused = co_await alter;
  ExpectSays(refused, "INVALID_PARTITIONS");
  TopicWish unknown;
  unknown.configs.push_back({"retention", "1"});
  auto alter_unknown = AlterTopic(broker, "orders", unknown);
  Status refused_config = co_await alter_unknown;
  ExpectSays(refused_config, "INVALID_CONFIG");
  CO_ASSIGN_OR_RETURN(Table known, DescribeTopicConfigs(broker, "orders"));
  ExpectHas(known.JsonLines(), R"("config":"cleanup.policy","value":"delete","from":"default")");
  co_return Status::Ok();
}

TEST(TopicsVerbs, NothingOfAnAlterThatIsRefusedStays) { ExpectRuns(NothingOfAnAlterThatIsRefusedStays); }

Task<Table> Reset(Broker& broker, To to, int64_t number, std::set<int32_t> partitions, bool execute) {
  ResetWish wish{.to = to, .number = number, .topics = {}, .execute = execute};
  wish.topics.push_back({"orders", std::move(partitions)});
  return ResetOffsets(broker, "billing", std::move(wish));
}

Task<> OffsetsAreMoved(Broker& broker) {
  CO_RETURN_NOT_OK(CreateTopic(broker, "orders", Wish(2)));
  CO_RETURN_NOT_OK(Produce(broker, "orders", 0, 10));
  CO_RETURN_NOT_OK(Produce(broker, "orders", 1, 4));
  std::set<int32_t> all, zero, one, seven;
  zero.insert(0);
  one.insert(1);
  seven.insert(7);

  CO_ASSIGN_OR_RETURN(Table shown, Reset(broker, To::kLatest, 0, all, false));
  EXPECT_EQ(shown.JsonLines(), "{\"group\":\"billing\",\"topic\":\"orders\",\"partition\":0,\"before\":null,\"now\":10,\"committed\":false}\n"
                               "{\"group\":\"billing\",\"topic\":\"orders\",\"partition\":1,\"before\":null,\"now\":4,\"committed\":false}\n");
  EXPECT_EQ(shown.notes().size(), 1u);
  auto not_yet = Reset(broker, To::kShift, 1, all, true);
  auto no_commit = co_await not_yet;
  ExpectSays(no_commit.status(), "nothing is committed that could be shifted");

  CO_RETURN_NOT_OK(Reset(broker, To::kEarliest, 0, all, true));
  CO_RETURN_NOT_OK(Reset(broker, To::kOffset, 6, zero, true));
  CO_RETURN_NOT_OK(Reset(broker, To::kShift, 1, zero, true));
  CO_ASSIGN_OR_RETURN(Table by_time, Reset(broker, To::kTime, kHour * 2 + 1, one, true));
  ExpectHas(by_time.JsonLines(), R"("before":0,"now":2,"committed":true)");
  std::vector<std::string> billing(1, "billing");
  CO_ASSIGN_OR_RETURN(Table lag, GroupLag(broker, billing));
  EXPECT_EQ(lag.Aligned(),
            "group    topic   partition  committed  end  lag  member\n"
            "billing  orders          0          7   10    3  -\n"
            "billing  orders          1          2    4    2  -\n");

  CO_ASSIGN_OR_RETURN(Table past_end, Reset(broker, To::kTime, kHour * 50, all, false));
  ExpectHas(past_end.JsonLines(), R"("partition":1,"before":2,"now":4)");
  CO_ASSIGN_OR_RETURN(Table beyond, Reset(broker, To::kOffset, 5, all, true));
  ExpectHas(beyond.JsonLines(), R"("partition":1,"before":2,"now":4,"committed":true)");
  EXPECT_EQ(beyond.notes()[0], "orders partition 1 has offsets from 0 to 4; 5 becomes 4");
  CO_ASSIGN_OR_RETURN(Table far_back, Reset(broker, To::kShift, INT64_MIN, all, false));
  ExpectHas(far_back.JsonLines(), R"("partition":0,"before":5,"now":0)");
  auto nowhere = Reset(broker, To::kEarliest, 0, seven, true);
  auto no_partition = co_await nowhere;
  ExpectSays(no_partition.status(), "topic 'orders' has no partition 7");
  co_return Status::Ok();
}

TEST(GroupsVerbs, MoveOffsetsAndShowLag) { ExpectRuns(OffsetsAreMoved); }

Task<> GroupsAreShownAndDeleted(Broker& broker) {
  CO_RETURN_NOT_OK(CreateTopic(broker, "orders", Wish(2)));
  CO_RETURN_NOT_OK(Reset(broker, To::kEarliest, 0, {}, true));
  CO_ASSIGN_OR_RETURN(Table groups, ListGroups(broker));
  ExpectHas(groups.JsonLines(), R"({"group":"billing","state":"Empty",)");
  CO_ASSIGN_OR_RETURN(Table described, DescribeGroup(broker, "billing"));
  EXPECT_EQ(described.rows().size(), 1u);

  std::vector<TopicPartitions> places(1);
  places[0].topic = "orders";
  places[0].partitions.insert(1);
  CO_ASSIGN_OR_RETURN(Table forgotten, DeleteGroupOffsets(broker, "billing", places));
  EXPECT_EQ(forgotten.JsonLines(), "{\"group\":\"billing\",\"topic\":\"orders\",\"partition\":1,\"deleted\":true}\n");
  auto again = DeleteGroupOffsets(broker, "billing", places);
  auto nothing = co_await again;
  ExpectSays(nothing.status(), "has committed nothing there");

  CO_RETURN_NOT_OK(DeleteGroupOffsets(broker, "billing", {}));
  CO_RETURN_NOT_OK(Reset(broker, To::kEarliest, 0, {}, true));
  CO_RETURN_NOT_OK(DeleteGroup(broker, "billing"));
  auto describe = DescribeGroup(broker, "billing");
  auto gone = co_await describe;
  ExpectSays(gone.status(), "group 'billing' does not exist");
  std::vector<std::string> billing(1, "billing");
  auto lag = GroupLag(broker, billing);
  auto no_lag = co_await lag;
  ExpectSays(no_lag.status(), "group 'billing' does not exist");
  auto erase = DeleteGroup(broker, "billing");
  Status missing = co_await erase;
  ExpectSays(missing, "group 'billing' does not exist");
  co_return Status::Ok();
}

TEST(GroupsVerbs, ShowAndDeleteGroupsAndTheirOffsets) { ExpectRuns(GroupsAreShownAndDeleted); }

// A member of "billing" that reads orders 1.
Task<std::string> JoinAsAMember(Broker& broker) {
  using namespace std::string_literals;
  std::string wants = "\0\0\0\0\0\1\0\6orders\0\0\0\0"s, given = "\0\0\0\0\0\1\0\6orders\0\0\0\1\0\0\0\1\0\0\0\0"s, member;
  wire::JoinGroupResponse joined;
  for (int round = 0; round < 2 && joined.generation_id < 0; ++round) {  // first it is told its id
    wire::JoinGroupRequest join{.group_id = "billing", .session_timeout_ms = 30'000, .rebalance_timeout_ms = 30'000, .member_id = member, .protocol_type = "consumer"};
    join.protocols.push_back({"range", wants});
    CO_ASSIGN_OR_RETURN(joined, broker.Ask<wire::JoinGroupResponse>(std::move(join)));
    member = joined.member_id;
  }
  wire::SyncGroupRequest sync{.group_id = "billing", .generation_id = joined.generation_id, .member_id = member};
  sync.assignments.push_back({member, given});
  CO_ASSIGN_OR_RETURN(auto synced, broker.Ask<wire::SyncGroupResponse>(std::move(sync)));
  Status in = FromKafkaError(synced.error_code, "the member");
  if (!in.ok()) co_return in;
  co_return member;
}

Task<> AGroupWithMembersKeepsItsOffsets(Broker& broker) {
  CO_RETURN_NOT_OK(CreateTopic(broker, "orders", Wish(2)));
  CO_ASSIGN_OR_RETURN(std::string member, JoinAsAMember(broker));
  for (bool execute : {false, true}) {
    auto reset = Reset(broker, To::kEarliest, 0, {}, execute);
    auto refused = co_await reset;
    EXPECT_EQ(refused.code(), Code::kConflict);
    ExpectSays(refused.status(), "group 'billing' has members and is Stable; stop them first");
  }
  auto erase = DeleteGroup(broker, "billing");
  Status not_empty = co_await erase;
  ExpectSays(not_empty, "NON_EMPTY_GROUP");
  std::vector<std::string> billing(1, "billing");
  CO_ASSIGN_OR_RETURN(Table lag, GroupLag(broker, billing));
  EXPECT_EQ(lag.JsonLines(), StrCat(R"({"group":"billing","topic":"orders","partition":1,"committed":null,"end":0,"lag":null,"member":")", member, "\"}\n"));
  CO_ASSIGN_OR_RETURN(Table described, DescribeGroup(broker, "billing"));
  ExpectHas(described.JsonLines(), R"("reads":"orders[1]")");
  wire::OffsetCommitRequest commit{.group_id = "billing", .generation_id_or_member_epoch = 1, .member_id = member};
  commit.topics.emplace_back().name = "orders";
  commit.topics[0].partitions.emplace_back().partition_index = 1;
  CO_RETURN_NOT_OK(broker.Ask<wire::OffsetCommitResponse>(std::move(commit)));
  std::vector<TopicPartitions> read(1);
  read[0].topic = "orders";
  CO_ASSIGN_OR_RETURN(Table kept, DeleteGroupOffsets(broker, "billing", read));
  EXPECT_TRUE(kept.failed());
  ExpectHas(kept.JsonLines(), R"("partition":1,"deleted":false)");
  ExpectHas(kept.notes()[0], "GROUP_SUBSCRIBED_TO_TOPIC");
  co_return Status::Ok();
}

TEST(GroupsVerbs, LeaveAGroupWithMembersAsItIs) { ExpectRuns(AGroupWithMembersKeepsItsOffsets); }

// Somebody who takes a connection and says nothing.
Task<> TakeAndSayNothing(io::Listener& listener, io::Loop& loop, std::unique_ptr<io::Connection>* taken) {
  CO_ASSIGN_OR_RETURN(*taken, listener.Accept(loop));
  co_return Status::Ok();
}

Task<> ConnectToOneWhoSaysNothing(SimEnv& sim) {
  auto listener = sim.net().Listen(sim.loop(0), {"127.0.0.1", 0});
  if (!listener.ok()) co_return listener.status();
  io::TaskGroup group(sim.loop(0), "mute");
  std::unique_ptr<io::Connection> taken;
  group.Spawn(io::Lane::kNormal, TakeAndSayNothing(**listener, sim.loop(0), &taken));
  BrokerOptions options{.address = (*listener)->address()};
  auto connect = Broker::Connect(sim, std::move(options));
  auto broker = co_await connect;
  EXPECT_EQ(broker.code(), Code::kDeadlineExceeded) << broker.ToString();
  if (taken != nullptr) taken->Close();
  (*listener)->Close();
  auto close = group.Close();
  co_return co_await close;
}

TEST(Broker, OneThatSaysNothingIsNotWaitedForForEver) {
  SimEnv sim;

  Status ran = sim.Run(ConnectToOneWhoSaysNothing(sim));

  EXPECT_TRUE(ran.ok()) << ran.ToString();
}

}  // namespace
}  // namespace freshet::app
