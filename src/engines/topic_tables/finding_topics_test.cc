#include "engines/topic_tables/position.h"
#include "engines/topic_tables/test_house.h"

namespace freshet::topic_tables {
namespace {

TEST(TopicSource, SeesPartitionsThatAreAddedLater) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 1, 1, data::Codec::kNone)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {{"scan.startup.mode", "latest-offset"}}))));
  std::string position = source->Position();

  ASSERT_TRUE(sim.Run(house.topics.AddPartitions({}, "rows", 2, false)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(1, 2, 2, data::Codec::kNone)).ok());

  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 2)), "1:2 ");
  auto again = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {{"scan.startup.mode", "latest-offset"}}))));
  ASSERT_TRUE(again->Seek(position).ok());
  EXPECT_EQ(*sim.Run(house.Poll(again.get(), 2)), "1:2 ");  // not known to the position: from its start
}

TEST(TopicSource, SeesTopicsOfItsPatternThatAreMadeLater) {
  testing::SimEnv sim;
  House house(sim);
  ports::TableRequest table = Request("kafka", {{"scan.startup.mode", "latest-offset"}, {"topic-pattern", "r.w[s]"}});
  table.options.erase("topic");
  auto source = Get(sim.Run(house.tables.OpenSource({}, table)));
  std::string before = source->Position();
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "");

  ASSERT_TRUE(sim.Run(house.MakeTopic(2)).ok());
  ASSERT_TRUE(sim.Run(house.topics.Create({}, {.name = "rows2", .partitions = 1}, false)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(1, 2, 2, data::Codec::kNone)).ok());
  ASSERT_TRUE(sim.Run(Sleep(sim.clock().Now() + Seconds(2))).ok());

  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 3)), "1:2 ");  // from its start, whatever the options say of those that were there
  EXPECT_EQ(source->Partitions().size(), 2u);
  auto again = Get(sim.Run(house.tables.OpenSource({}, table)));
  ASSERT_TRUE(again->Seek(before).ok());
  EXPECT_EQ(*sim.Run(house.Poll(again.get(), 3)), "1:2 ");
}

// One record {"k":"<v>","v":v} in partition 0.
Task<> ProduceInto(House* house, std::string topic, int v) {
  data::RecordBatchBuilder builder({});
  builder.Add(v, std::nullopt, StrCat("{\"k\":\"", v, "\",\"v\":", v, "}"));
  std::vector<ports::LogAppend> appends(1);
  appends[0].key = {house->topics.Find(topic)->id, data::PartitionId(0)};
  appends[0].batches = *builder.Finish();
  CO_ASSIGN_OR_RETURN(auto appended, house->log.Append({}, std::move(appends)));
  co_return appended[0].status();
}

TEST(TopicSource, GoesOnWithoutATopicOfItsPatternThatIsDeleted) {
  testing::SimEnv sim;
  House house(sim);
  ports::TableRequest table = Request("kafka", {{"topic-pattern", "rows[0-9]"}});
  table.options.erase("topic");
  for (const char* name : {"rows1", "rows2"}) {
    ASSERT_TRUE(sim.Run(house.topics.Create({}, {.name = name, .partitions = 1}, false)).ok());
    ASSERT_TRUE(sim.Run(ProduceInto(&house, name, 1)).ok());
  }
  auto source = Get(sim.Run(house.tables.OpenSource({}, table)));
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 2)), "0:1 1:1 ");

  ASSERT_TRUE(sim.Run(house.topics.Delete({}, "rows1")).ok());
  ASSERT_TRUE(sim.Run(ProduceInto(&house, "rows2", 2)).ok());

  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "1:2 ");
  auto ended = Get(sim.Run(source->Poll(Ctx().WithDeadline(sim.clock().Now()))));
  EXPECT_TRUE(ended.partition_ended && !ended.ended);  // it holds no watermark back any more
  EXPECT_EQ(ended.partition, 0);
  EXPECT_EQ(sim.metrics().AddCounter("freshet_topic_table_deleted_topics_total", "", {{"table", "t"}}).value(), 1);
  EXPECT_TRUE(sim.sink().Contains("the table goes on without it"));

  auto again = Get(sim.Run(house.tables.OpenSource({}, table)));
  ASSERT_TRUE(again->Seek(source->Position()).ok());
  EXPECT_EQ(again->Partitions().size(), 2u);  // the one that stays has the number that it had
  ASSERT_TRUE(sim.Run(house.topics.Create({}, {.name = "rows1", .partitions = 1}, false)).ok());
  ASSERT_TRUE(sim.Run(ProduceInto(&house, "rows1", 7)).ok());
  ASSERT_TRUE(sim.Run(ProduceInto(&house, "rows2", 3)).ok());
  ASSERT_TRUE(sim.Run(Sleep(sim.clock().Now() + Seconds(2))).ok());
  EXPECT_EQ(*sim.Run(house.Poll(again.get(), 3)), "1:3 2:7 ");  // made again it is another one
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 3)), "1:3 2:7 ");
  ASSERT_TRUE(sim.Run(house.topics.Delete({}, "rows1")).ok());
  ASSERT_TRUE(sim.Run(house.topics.Delete({}, "rows2")).ok());
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 4)), "");  // it waits for the next one
}

TEST(TopicSource, RefusesAPositionOfATopicThatIsThereAndThatItsPatternDoesNotTake) {
  testing::SimEnv sim;
  House house(sim);
  ports::TableRequest table = Request("kafka", {{"topic-pattern", "rows[0-9]"}});
  table.options.erase("topic");
  for (const char* name : {"rows1", "rows2"}) ASSERT_TRUE(sim.Run(house.topics.Create({}, {.name = name, .partitions = 1}, false)).ok());
  std::string position = Get(sim.Run(house.tables.OpenSource({}, table)))->Position();
  ports::TableRequest narrow = table, bounded = table;
  narrow.options["topic-pattern"] = "rows2";
  bounded.options["scan.bounded.mode"] = "latest-offset";

  Status narrowed = Get(sim.Run(house.tables.OpenSource({}, narrow)))->Seek(position);
  ASSERT_TRUE(sim.Run(house.topics.Delete({}, "rows1")).ok());
  Status lacking = Get(sim.Run(house.tables.OpenSource({}, bounded)))->Seek(position);
  Status gone = Get(sim.Run(house.tables.OpenSource({}, table)))->Seek(position);

  EXPECT_NE(narrowed.ToString().find("its last epoch had read topic 'rows1', which is none of its topics now"), std::string::npos) << narrowed.ToString();
  EXPECT_EQ(lacking.code(), Code::kConflict) << "what has an end would lack rows";
  EXPECT_TRUE(gone.ok()) << gone.ToString();
  EXPECT_EQ(sim.metrics().AddCounter("freshet_topic_table_deleted_topics_total", "", {{"table", "t"}}).value(), 1);
}

TEST(TopicSource, GoesOnWithATopicThatWasMadeAgainIfLossIsAccepted) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 1, 1, data::Codec::kNone)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "0:1 ");
  ASSERT_TRUE(sim.Run(house.topics.Delete({}, "rows")).ok());
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 5, 5, data::Codec::kNone)).ok());

  auto strict = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  Status refused = strict->Seek(source->Position());
  auto again = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  Status accepted = again->SeekWhatIsThere(source->Position());

  EXPECT_EQ(refused.code(), Code::kConflict);
  EXPECT_NE(refused.ToString().find("table t: topic 'rows', which its last epoch had read, was deleted"), std::string::npos) << refused.ToString();
  ASSERT_TRUE(accepted.ok()) << accepted.ToString();
  EXPECT_EQ(*sim.Run(house.Poll(again.get(), 2)), "1:5 ");
  auto later = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  EXPECT_TRUE(later->Seek(again->Position()).ok());  // accepted once is enough
}

TEST(TopicSource, TellsOfATopicThatIsMadeForItsTable) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.topics.Create({}, {.name = "rowss", .partitions = 1}, false)).ok());

  ASSERT_TRUE(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))).ok());

  EXPECT_TRUE(sim.sink().Contains("a topic is made for a table that reads it, and is empty until somebody writes it; did you mean 'rowss'?"));
}

TEST(TopicSource, FailsWithoutATopicThatItsTableNames) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));

  ASSERT_TRUE(sim.Run(house.topics.Delete({}, "rows")).ok());

  EXPECT_NE(sim.Run(house.Poll(source.get(), 1)).ToString().find("topic 'rows' was deleted; what it held cannot be read any more"), std::string::npos);
}

// Of topic rows, partition 0 and on.
Task<> CommitOffsets(ports::Groups& groups, std::vector<int64_t> committed) {
  ports::GroupCaller caller{.group = "readers", .member_id = "", .instance_id = {}};
  std::vector<ports::CommittedOffset> offsets;
  for (int64_t offset : committed) {
    offsets.push_back({.topic = "rows", .partition = data::PartitionId(static_cast<int32_t>(offsets.size())), .offset = data::Offset(offset), .metadata = ""});
  }
  CO_ASSIGN_OR_RETURN(auto error, groups.CommitOffsets({}, caller, std::move(offsets)));
  co_return error == ports::GroupError::kNone ? Status::Ok() : Status(Fault::Invalid("not committed"));
}

TEST(TopicSource, BeginsAndEndsWhereAGroupStands) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(2)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 0, 4, data::Codec::kNone)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(1, 7, 8, data::Codec::kNone)).ok());
  ASSERT_TRUE(sim.Run(CommitOffsets(house.groups, {3})).ok());
  auto rows = [&](std::map<std::string, std::string> options) {
    options["properties.group.id"] = "readers";
    auto opened = sim.Run(house.tables.OpenSource({}, Request("kafka", std::move(options))));
    if (!opened.ok()) return opened.ToString();
    auto polled = sim.Run(house.Poll(opened->get(), 4));
    return polled.ok() ? *polled : polled.ToString();
  };
  std::string no_offset = "not found: table t: group 'readers' has no offset of topic 'rows' partition 1; commit one, or say 'properties.auto.offset.reset' = 'earliest' or 'latest'";

  EXPECT_EQ(rows({{"scan.startup.mode", "group-offsets"}}), no_offset);
  EXPECT_EQ(rows({{"scan.startup.mode", "group-offsets"}, {"properties.auto.offset.reset", "earliest"}}), "0:3 0:4 1:7 1:8 ");
  EXPECT_EQ(rows({{"scan.startup.mode", "group-offsets"}, {"properties.auto.offset.reset", "latest"}}), "0:3 0:4 ");
  EXPECT_EQ(rows({{"scan.bounded.mode", "group-offsets"}, {"scan.startup.mode", "earliest-offset"}}), no_offset);
  ASSERT_TRUE(sim.Run(CommitOffsets(house.groups, {3, 1})).ok());
  EXPECT_EQ(rows({{"scan.startup.mode", "group-offsets"}}), "0:3 0:4 1:8 ");
  EXPECT_EQ(rows({{"scan.bounded.mode", "group-offsets"}, {"scan.startup.mode", "earliest-offset"}}), "0:0 0:1 0:2 1:7 ");
  EXPECT_EQ(rows({{"scan.startup.mode", "group-offsets"}, {"properties.auto.offset.reset", "newest"}}),
            "invalid: table t: option 'properties.auto.offset.reset' is 'newest'; it takes earliest, latest or none");
}

TEST(TopicSource, CountsAndTellsWhatWasRemovedBeforeItWasRead) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 0, 0, data::Codec::kNone)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "0:0 ");
  for (int i = 1; i <= 4; ++i) ASSERT_TRUE(sim.Run(house.Produce(0, i, i, data::Codec::kNone)).ok());
  ASSERT_TRUE(sim.Run(house.log.Trim({}, {house.topics.Find("rows")->id, data::PartitionId(0)}, data::Offset(4))).ok());

  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 2)), "0:4 ");
  EXPECT_EQ(sim.metrics().AddCounter("freshet_topic_table_lost_offsets_total", "", {{"table", "t"}}).value(), 3);
  EXPECT_TRUE(sim.sink().Contains("records were removed before they were read"));
}

TEST(TopicSource, GoesOnFromItsPositionThoughTheGroupHasNoOffsets) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 0, 4, data::Codec::kNone)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {{"scan.startup.mode", "group-offsets"}, {"properties.group.id", "nobody"}}))));
  ASSERT_TRUE(source->Seek(EncodePlaces({{.key = {house.topics.Find("rows")->id, data::PartitionId(0)}, .next = data::Offset(3)}})).ok());
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "0:3 0:4 ");
}

TEST(TopicSource, RefusesThePositionOfATopicThatWasMadeAgain) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  auto old = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  ASSERT_TRUE(sim.Run(house.topics.Delete({}, "rows")).ok());
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());

  auto fresh = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));

  EXPECT_EQ(fresh->Seek(old->Position()).code(), Code::kConflict);
  EXPECT_EQ(sim.Run(house.Poll(old.get(), 1)).code(), Code::kNotFound);
}

}  // namespace
}  // namespace freshet::topic_tables
