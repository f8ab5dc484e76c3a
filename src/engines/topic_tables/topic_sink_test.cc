#include "engines/topic_tables/test_house.h"

namespace freshet::topic_tables {
namespace {

data::Batch Rows(std::vector<std::pair<data::RowKind, std::pair<const char*, int>>> rows) {
  data::BatchBuilder builder({Type::String(), Type::Int()});
  for (const auto& [kind, row] : rows) builder.AppendRow({row.first, row.second}, kind);
  return builder.Build();
}

Task<std::vector<ports::LogAppend>> Prepared(ports::Sink* sink) {
  ports::EpochToken token;
  CO_RETURN_NOT_OK(sink->Flush({}));
  CO_ASSIGN_OR_RETURN(auto prepared, sink->Prepare({}, token));
  co_return prepared.staged;
}

TEST(TopicSink, HandsItsRowsToTheEpochAndWritesTombstones) {
  using enum data::RowKind;
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  auto request = Request("upsert-kafka", {{"sink.delivery-guarantee", "exactly-once"}});
  auto sink = Get(sim.Run(house.tables.OpenSink({}, request)));

  ASSERT_TRUE(sink->Write(Rows({{kInsert, {"a", 1}}, {kInsert, {"b", 2}}, {kUpdateBefore, {"a", 1}}, {kUpdateAfter, {"a", 3}}, {kDelete, {"b", 2}}})).ok());
  auto staged = *sim.Run(Prepared(sink.get()));

  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("upsert-kafka", {}))));
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "");  // nothing is readable before the epoch commits
  ASSERT_EQ(staged.size(), 1U);
  ASSERT_TRUE(sim.Run(house.log.Append({}, staged)).ok());
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "0:3 0:deleted \"b\" ");
  EXPECT_TRUE(sim.Run(Prepared(sink.get()))->empty());
}

TEST(TopicSink, DealsRowsWithoutAKeyRoundRobin) {
  using enum data::RowKind;
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(2)).ok());
  auto sink = Get(sim.Run(house.tables.OpenSink({}, Request("kafka", {{"sink.partitioner", "round-robin"}, {"properties.compression.type", "lz4"}}))));

  ASSERT_TRUE(sink->Write(Rows({{kInsert, {"a", 1}}, {kInsert, {"b", 2}}, {kInsert, {"c", 3}}})).ok());
  ASSERT_TRUE(sim.Run(Prepared(sink.get()))->empty());  // at least once: appended, nothing is staged

  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 2)), "0:1 0:3 1:2 ");
  EXPECT_EQ(sink->Write(Rows({{kDelete, {"a", 1}}})).code(), Code::kInvalid);
}

TEST(TopicSink, RefusesARecordThatTheTopicDoesNotTake) {
  testing::SimEnv sim;
  House house(sim);
  auto sink = Get(sim.Run(house.tables.OpenSink({}, Request("kafka", {}))));
  std::string long_text(2 << 20, 'x');

  ASSERT_TRUE(sink->Write(Rows({{data::RowKind::kInsert, {long_text.c_str(), 1}}})).ok());

  EXPECT_EQ(sim.Run(Prepared(sink.get())).code(), Code::kTooLarge);
}

TEST(TopicSink, WritesManyRowsInBatchesAndUnitsThatTheLogTakes) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  auto sink = Get(sim.Run(house.tables.OpenSink({}, Request("kafka", {}))));
  std::string text(1000, 'y');

  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(sink->Write(Rows({{data::RowKind::kInsert, {text.c_str(), i}}})).ok());
  Status flushed = sim.Run(sink->Flush({}));

  ASSERT_TRUE(flushed.ok()) << flushed.ToString();
  EXPECT_EQ(sink->buffered_bytes(), 0);
  auto bounds = *sim.Run(house.log.Bounds({}, {house.topics.Find("rows")->id, data::PartitionId(0)}));
  EXPECT_EQ(bounds.end, data::Offset(10'000));
}

}  // namespace
}  // namespace freshet::topic_tables
