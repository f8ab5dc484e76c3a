#include "engines/topic_tables/position.h"
#include "engines/topic_tables/test_house.h"

namespace freshet::topic_tables {
namespace {

TEST(TopicPosition, ReadsBackWhatItWroteAndRefusesTheRest) {
  PartitionPlace place;
  place.key = {Uuid::FromBytes("0123456789abcdef"), data::PartitionId(7)};
  place.next = data::Offset(int64_t{1} << 40);
  std::string bytes = EncodePlaces({place, place});

  auto back = DecodePlaces(bytes);

  ASSERT_TRUE(back.ok()) << back.ToString();
  ASSERT_EQ(back->size(), 2U);
  EXPECT_EQ((*back)[1].key, place.key);
  EXPECT_EQ((*back)[1].next, place.next);
  EXPECT_EQ((*back)[1].stop, PartitionPlace::kNoStop);
  EXPECT_EQ(DecodePlaces(bytes.substr(0, bytes.size() - 1)).code(), Code::kCorrupt);
  EXPECT_EQ(DecodePlaces("\x02").code(), Code::kUnsupported);
  EXPECT_EQ(DecodePlaces("").code(), Code::kUnsupported);
  EXPECT_EQ(DecodePlaces("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01").code(), Code::kCorrupt);
}

TEST(TopicSource, GoesOnInTheMiddleOfABatchFromItsPosition) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 0, data::kMaxBatchRows + 2, data::Codec::kZstd)).ok());  // more than one batch of rows
  auto first = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  std::string rows = *sim.Run(house.Poll(first.get(), 1));
  std::string position = first->Position();
  auto second = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));

  ASSERT_TRUE(second->Seek(position).ok());
  std::string rest = *sim.Run(house.Poll(second.get(), 1));

  EXPECT_TRUE(rows.ends_with("0:8191 ")) << rows.substr(rows.size() - 20);
  EXPECT_EQ(rest, "0:8192 0:8193 0:8194 ");
  EXPECT_EQ(*sim.Run(house.Poll(first.get(), 1)), rest);
}

TEST(TopicSource, ThatReplaysStopsBeforeThePositionThatItIsTold) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(2)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 0, 9, data::Codec::kNone)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(1, 10, 11, data::Codec::kNone)).ok());
  data::PartitionKey first{house.topics.Find("rows")->id, data::PartitionId(0)}, second{first.topic, data::PartitionId(1)};
  auto at = [&](int64_t of_first, int64_t of_second) { return EncodePlaces({{.key = second, .next = data::Offset(of_second)}, {.key = first, .next = data::Offset(of_first)}}); };
  ports::TableRequest request = Request("kafka", {});
  request.bounded = false;
  request.replays = true;
  auto source = Get(sim.Run(house.tables.OpenSource({}, request)));

  ASSERT_TRUE(source->HoldAt(at(4, 0)).ok());
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 3)), "1:0 1:1 1:2 1:3 ");  // partitions in the order of the position
  EXPECT_EQ(source->Position(), at(4, 0));
  ASSERT_TRUE(source->HoldAt(at(10, 1)).ok());
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 3)), "0:10 1:4 1:5 1:6 1:7 1:8 1:9 ");
  EXPECT_EQ(source->Position(), at(10, 1));
}

// What stands under the name of a deleted topic is another one: whoever held at the old one has not read it.
TEST(TopicSource, ThatReplaysKeepsThePlaceOfATopicThatIsGone) {
  testing::SimEnv sim;
  House house(sim);
  data::PartitionKey gone{*Uuid::Parse("01234567-89ab-4def-8123-456789abcdef"), data::PartitionId(0)};
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 0, 4, data::Codec::kNone)).ok());
  data::PartitionKey there{house.topics.Find("rows")->id, data::PartitionId(0)};
  auto open = [&](std::string_view option) {
    ports::TableRequest request = Request("kafka", {});
    request.options.erase("topic");
    request.options[std::string(option)] = "rows";
    request.replays = true;
    return Get(sim.Run(house.tables.OpenSource({}, request)));
  };
  std::string both = EncodePlaces({{.key = gone, .next = data::Offset(7)}, {.key = there, .next = data::Offset(3)}}), old = EncodePlaces({{.key = gone, .next = data::Offset(7)}});

  auto by_pattern = open("topic-pattern"), named = open("topic");

  ASSERT_TRUE(by_pattern->HoldAt(both).ok());
  EXPECT_EQ(*sim.Run(house.Poll(by_pattern.get(), 3)), "1:0 1:1 1:2 ");
  EXPECT_EQ(by_pattern->Position(), both);
  EXPECT_EQ(by_pattern->Places()[0].topic, "");
  ASSERT_TRUE(named->HoldAt(old).ok());
  EXPECT_EQ(*sim.Run(house.Poll(named.get(), 3)), "");
  EXPECT_EQ(named->Position(), old);
}

TEST(TopicSource, ThatReplaysBeginsWhereItBegan) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  auto refusal = [&](data::ConnectorOptions options) {
    ports::TableRequest request = Request("kafka", std::move(options));
    request.bounded = false;
    request.replays = true;
    return sim.Run(house.tables.OpenSource({}, request)).ToString();
  };

  EXPECT_NE(refusal({{"scan.startup.mode", "latest-offset"}}).find("begins at latest-offset, and where that was when the pipeline began is not known"), std::string::npos);
  EXPECT_NE(refusal({{"scan.bounded.mode", "latest-offset"}}).find("ends by scan.bounded.mode"), std::string::npos);
  EXPECT_EQ(refusal({}), "ok");
}

TEST(TopicSource, SaysWhatHasComeSinceItWasOpened) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 0, 3, data::Codec::kNone)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  auto poll = [&] { return Get(sim.Run(source->Poll(Ctx().WithDeadline(sim.clock().Now())))); };
  auto before = poll();

  ASSERT_TRUE(sim.Run(house.Produce(0, 4, 5, data::Codec::kNone)).ok());
  auto after = poll();

  EXPECT_EQ(before.batch.length(), 4);
  EXPECT_FALSE(before.came_later);
  EXPECT_EQ(after.batch.length(), 2);
  EXPECT_TRUE(after.came_later);
}

TEST(TopicSource, ReadsWhatIsCommitted) {
  using Kind = data::ControlMarker::Kind;
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.ProduceOpen(1, 2)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 3, 3, data::Codec::kNone)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  auto to_the_end = Request("kafka", {});
  to_the_end.bounded = true;
  auto bounded = Get(sim.Run(house.tables.OpenSource({}, to_the_end)));

  std::string while_open = *sim.Run(house.Poll(source.get(), 2));
  auto ended = Get(sim.Run(bounded->Poll(Ctx().WithDeadline(sim.clock().Now()))));
  ASSERT_TRUE(sim.Run(house.EndTransaction(Kind::kAbort)).ok());
  ASSERT_TRUE(sim.Run(house.ProduceOpen(4, 5)).ok());
  std::string after_abort = *sim.Run(house.Poll(source.get(), 2));
  ASSERT_TRUE(sim.Run(house.EndTransaction(Kind::kCommit)).ok());
  std::string after_commit = *sim.Run(house.Poll(source.get(), 2));

  EXPECT_EQ(while_open, "");
  EXPECT_TRUE(ended.ended);
  EXPECT_EQ(ended.batch.length(), 0);
  EXPECT_EQ(after_abort, "0:3 ");
  EXPECT_EQ(after_commit, "0:4 0:5 ");
}

TEST(TopicSource, ReadsEveryCodec) {
  for (int codec = 0; codec < data::kCodecs; ++codec) {
    testing::SimEnv sim;
    House house(sim);
    ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
    ASSERT_TRUE(sim.Run(house.Produce(0, 1, 3, static_cast<data::Codec>(codec))).ok());

    auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));

    EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "0:1 0:2 0:3 ") << codec;
  }
}

// How many records each batch of a topic's partitions has.

}  // namespace
}  // namespace freshet::topic_tables
