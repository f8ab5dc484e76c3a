#include "engines/topic_tables/test_house.h"

namespace freshet::topic_tables {
namespace {

// How many records each batch of a topic's partitions has.
Task<std::vector<int>> RecordsOfBatches(House* house, std::string topic) {
  std::vector<int> out;
  auto described = house->topics.Find(topic);
  for (int32_t p = 0; p < described->partitions; ++p) {
    std::vector<ports::LogRead> reads{{.key = {described->id, data::PartitionId(p)}, .from = data::Offset(0), .bytes_max = 1 << 30, .committed_only = true}};
    CO_ASSIGN_OR_RETURN(auto slices, house->log.Read({}, std::move(reads), {.bytes_min = 1, .bytes_max = 1 << 30, .until = {0}}));
    for (const auto& batch : slices[0].batches) out.push_back(data::RecordBatchView::Parse(*batch)->header().record_count);
  }
  co_return out;
}

TEST(TopicSource, KeepsDeadLettersByTheBatchSoThatManyDoNotHoldUpTheGoodOnes) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  auto produce = [&](std::string value, int times) {
    data::RecordBatchBuilder builder({});
    for (int i = 0; i < times; ++i) builder.Add(i, "k", value);
    std::vector<ports::LogAppend> appends(1);
    appends[0] = {{house.topics.Find("rows")->id, data::PartitionId(0)}, *builder.Finish()};
    ASSERT_TRUE(sim.Run(house.log.Append({}, std::move(appends))).ok());
  };
  produce("no json", 500);
  produce(std::string(150 << 10, '['), 3);
  ASSERT_TRUE(sim.Run(house.Produce(0, 7, 7, data::Codec::kNone)).ok());
  ports::TableRequest to_the_end = Request("kafka", {});
  to_the_end.bounded = true;
  auto source = Get(sim.Run(house.tables.OpenSource({}, to_the_end)));

  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "0:7 ");
  for (auto& letters : Get(sim.Run(source->Prepare({})))) {  // as the epoch's end takes them
    std::vector<ports::LogAppend> appends;
    appends.push_back(std::move(letters));
    ASSERT_TRUE(sim.Run(house.log.Append({}, std::move(appends))).ok());
  }

  EXPECT_EQ(*sim.Run(RecordsOfBatches(&house, "__dead.rows")), (std::vector<int>{500, 1, 1, 1}));
  EXPECT_EQ(sim.metrics().AddCounter("freshet_topic_table_dead_letters_total", "", {{"table", "t"}}).value(), 503);
}

TEST(TopicSource, HandsDeadLettersToTheEpochAndSaysWhatItHasRead) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 1, 2, data::Codec::kNone)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  ASSERT_EQ(*sim.Run(house.Poll(source.get(), 1)), "0:1 0:2 ");

  EXPECT_EQ(source->LastRead(), "topic rows partition 0 offsets 0 to 1");
  ASSERT_TRUE(sim.Run(source->Refuse({}, {1}, Fault::Invalid("it has no time"))).ok());
  EXPECT_GT(source->staged_bytes(), 0);
  EXPECT_EQ(house.topics.Find("__dead.rows"), nullptr);
  auto staged = *sim.Run(source->Prepare({}));

  EXPECT_EQ(source->staged_bytes(), 0);
  ASSERT_EQ(staged.size(), 1U);
  EXPECT_NE(staged[0].batches.find("table t, topic rows partition 0 offset 1: it has no time"), std::string::npos);
  EXPECT_NE(staged[0].batches.find(R"({"k":"2","v":2})"), std::string::npos);
}

// Reads all there is from the start, and tells how many letters of it go into the epoch.
Task<int> StageLetters(House* house, ports::TableRequest table, ports::LettersMet* met) {
  CO_ASSIGN_OR_RETURN(auto source, house->tables.OpenSource({}, std::move(table)));
  source->ShareLetters(*met);
  CO_ASSIGN_OR_RETURN(auto rows, house->Poll(source.get(), 2));
  if (!rows.empty()) co_return Fault::Internal(rows);
  CO_ASSIGN_OR_RETURN(auto staged, source->Prepare({}));
  int letters = 0;
  for (auto& append : staged) {
    letters += data::RecordBatchView::Parse(append.batches)->header().record_count;
    std::vector<ports::LogAppend> appends;
    appends.push_back(std::move(append));
    CO_ASSIGN_OR_RETURN(auto appended, house->log.Append({}, std::move(appends)));
    if (!appended[0].ok()) co_return appended[0].fault();
  }
  co_return letters;
}

TEST(TopicSource, LeavesLettersToWhoHasHandedThemOver) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  data::RecordBatchBuilder builder({});
  for (int i = 0; i < 3; ++i) builder.Add(i, "k", "no json");
  std::vector<ports::LogAppend> appends(1);
  appends[0] = {{house.topics.Find("rows")->id, data::PartitionId(0)}, *builder.Finish()};
  ASSERT_TRUE(sim.Run(house.log.Append({}, std::move(appends))).ok());
  ports::TableRequest of_p = Request("kafka", {}), of_q = of_p, other_table = of_p;
  of_p.reader = other_table.reader = "p";
  of_q.reader = "q";
  other_table.name = "u";
  ports::LettersMet first_attempt, second_attempt, others, others_too;

  EXPECT_EQ(Get(sim.Run(StageLetters(&house, of_p, &first_attempt))), 3);
  EXPECT_EQ(Get(sim.Run(StageLetters(&house, of_p, &first_attempt))), 0);
  EXPECT_EQ(Get(sim.Run(StageLetters(&house, of_p, &second_attempt))), 0);  // they stand in the topic
  EXPECT_EQ(Get(sim.Run(StageLetters(&house, of_q, &others))), 3);
  EXPECT_EQ(Get(sim.Run(StageLetters(&house, other_table, &others_too))), 3);
}

}  // namespace
}  // namespace freshet::topic_tables
