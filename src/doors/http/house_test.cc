#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "data/json_tree.h"
#include "data/record_batch.h"
#include "doors/http/routes.h"
#include "ports/pipelines.h"
#include "testing/lone_groups.h"
#include "testing/memory_features.h"
#include "testing/memory_guard.h"
#include "testing/memory_identities.h"
#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"

namespace freshet::doors::http {
namespace {

using Json = nlohmann::json;

class ToldPipelines final : public ports::Pipelines {
 public:
  Task<std::vector<ports::PipelineProgress>> Describe(Ctx) const override { co_return told; }
  std::vector<std::string> Failing() const override { return failing; }
  std::vector<ports::PipelineProgress> told;
  std::vector<std::string> failing;
};

struct SmallHouse {
  testing::SimEnv sim;
  testing::MemoryGuard guard;
  testing::MemoryIdentities identities;
  testing::MemoryLog log{sim};
  testing::MemoryTopics topics{sim, log};
  testing::LoneGroups groups;
  testing::MemoryFeatures features;
  testing::MemoryModels models;
  ToldPipelines pipelines;
  Readiness readiness{.ready = true};

  Response Get(std::string path = "/v1/house", std::string query = "") {
    HttpPorts ports{.guard = guard, .identities = identities, .readiness = [this] { return readiness; },
                    .rooms = HouseRooms{topics, log, groups, pipelines, features, models, [] { return R"({"kafka":"127.0.0.1:9092"})"; }}};
    Room room{sim, std::move(ports)};
    Request request{.method = "GET", .path = std::move(path), .query = std::move(query)};
    auto response = sim.Run(Dispatch({}, room, request));
    EXPECT_TRUE(response.ok()) << response.ToString();
    return *response;
  }
};

Task<> Produce(SmallHouse* house, std::string topic, int32_t partitions, int32_t to) {
  ports::TopicSpec spec;
  spec.name = std::move(topic);
  spec.partitions = partitions;
  CO_ASSIGN_OR_RETURN(auto made, house->topics.Create({}, spec, false));
  data::RecordBatchBuilder builder({});
  builder.Add(0, std::nullopt, "x");
  builder.Add(0, std::nullopt, "y");
  std::vector<ports::LogAppend> appends(1);
  appends[0] = {{made->id, data::PartitionId(to)}, *builder.Finish()};
  CO_ASSIGN_OR_RETURN(auto appended, house->log.Append({}, std::move(appends)));
  co_return appended[0].status();
}

TEST(HttpHouse, AnEmptyHouseHasItsDoors) {
  SmallHouse house;

  Response response = house.Get();

  EXPECT_EQ(response.status, 200);
  Json json = data::ParseJson<Json>(response.body);
  EXPECT_EQ(json["doors"]["kafka"], "127.0.0.1:9092");
  for (const char* nothing : {"topics", "pipelines", "feature_views", "models"}) EXPECT_EQ(json[nothing], Json::array()) << nothing;
}

TEST(HttpHouse, TellsWhereTopicsEnd) {
  SmallHouse house;
  ASSERT_TRUE(house.sim.Run(Produce(&house, "clicks", 2, 1)).ok());

  Json json = data::ParseJson<Json>(house.Get().body);

  EXPECT_EQ(json["topics"], data::ParseJson<Json>(R"([{"name":"clicks","partitions":[{"start":0,"end":0},{"start":0,"end":2}]}])"));
  EXPECT_EQ(json["topics_left_out"], 0);
}

TEST(HttpHouse, NamesThePartitionThatHoldsAWatermarkBack) {
  SmallHouse house;
  ports::SourceProgress source{.table = "clicks", .connector = "kafka", .has_watermark = true, .watermark = data::EventTime(5)};
  source.partitions = {{.number = 0, .place = ports::TopicPlace{"c", data::PartitionId(0), data::Offset(9)}, .watermark = data::EventTime(8)},
                       {.number = 1, .place = ports::TopicPlace{"c", data::PartitionId(1), data::Offset(3)}, .watermark = data::EventTime(5)},
                       {.number = 2, .watermark = data::kNoEventTime, .active = false}};
  house.pipelines.told = {{.name = "count", .running = true, .epoch = 4, .undelivered = 3, .rows = 12, .late_rows = 1, .dropped_rows = 2, .sources = {source},
                           .sinks = {{.table = "windows", .connector = "kafka", .topic = "w", .rows = 2}}}};

  Json pipeline = data::ParseJson<Json>(house.Get().body)["pipelines"][0];

  EXPECT_EQ(pipeline["name"], "count");
  EXPECT_EQ(pipeline["failure"], nullptr);
  EXPECT_EQ(pipeline["late_rows"], 1);
  EXPECT_EQ(pipeline["dropped_rows"], 2);
  EXPECT_EQ(pipeline["undelivered"], 3);
  Json told = pipeline["sources"][0];
  EXPECT_EQ(told["watermark_ms"], 5);
  EXPECT_EQ(told["held_back_by"], 1);
  EXPECT_EQ(told["partitions"][1], data::ParseJson<Json>(R"({"number":1,"active":true,"watermark_ms":5,"topic":"c","partition":1,"next":3})"));
  EXPECT_EQ(told["partitions"][2], data::ParseJson<Json>(R"({"number":2,"active":false,"watermark_ms":null})"));
  EXPECT_EQ(pipeline["sinks"][0], data::ParseJson<Json>(R"({"table":"windows","connector":"kafka","topic":"w","rows":2})"));
}

TEST(HttpHouse, SaysWhatIsServed) {
  SmallHouse house;
  house.features.Define({.name = "users", .topic = "user_rows", .entity = {"id"}, .columns = {{.name = "a"}, {.name = "b"}}, .fresh_ms = 1000});

  Json json = data::ParseJson<Json>(house.Get().body);

  EXPECT_EQ(json["feature_views"], data::ParseJson<Json>(R"([{"name":"users","topic":"user_rows","entity":["id"],"columns":2,"fresh_ms":1000}])"));
}

Task<> Commit(SmallHouse* house, std::string group, std::vector<ports::CommittedOffset> offsets) {
  ports::GroupCaller caller;
  caller.group = std::move(group);
  auto committing = house->groups.CommitOffsets({}, std::move(caller), std::move(offsets));
  co_return (co_await committing).status();
}

bool Has(const std::string& text, std::string_view line) { return text.find(StrCat("\n", line, "\n")) != std::string::npos; }

TEST(KafkaMetrics, TellTopicsGroupsAndTheirLag) {
  SmallHouse house;
  ASSERT_TRUE(house.sim.Run(Produce(&house, "clicks", 2, 1)).ok());
  ASSERT_TRUE(house.sim.Run(Commit(&house, "bil\"ling\n\xff", {{.topic = "clicks", .partition = data::PartitionId(1), .offset = data::Offset(1)},
                                                            {.topic = "clicks", .partition = data::PartitionId(0), .offset = data::Offset(0)},
                                                            {.topic = "gone", .partition = data::PartitionId(0), .offset = data::Offset(9)}})).ok());

  std::string text = house.Get("/metrics").body;

  for (std::string_view line : {"kafka_brokers 1", "kafka_controller_kafkacontroller_globalpartitioncount 2", "kafka_topic_partitions{topic=\"clicks\"} 2",
                                "kafka_topic_partition_current_offset{topic=\"clicks\",partition=\"1\"} 2", "kafka_topic_partition_oldest_offset{topic=\"clicks\",partition=\"1\"} 0",
                                "kafka_consumergroup_members{consumergroup=\"bil\\\"ling?\uFFFD\"} 0",
                                "kafka_consumergroup_lag{consumergroup=\"bil\\\"ling?\uFFFD\",topic=\"clicks\",partition=\"1\"} 1",
                                "kafka_consumergroup_current_offset_sum{consumergroup=\"bil\\\"ling?\uFFFD\",topic=\"clicks\"} 1",
                                "kafka_consumergroup_lag_sum{consumergroup=\"bil\\\"ling?\uFFFD\",topic=\"clicks\"} 1", "freshet_metrics_left_out{what=\"topic partitions\"} 0"}) {
    EXPECT_TRUE(Has(text, line)) << line << "\n" << text;
  }
  EXPECT_EQ(text.find("topic=\"gone\""), std::string::npos);
}

TEST(KafkaMetrics, LeaveOutWholeTopicsAndGroupsBeyondTheirBound) {
  SmallHouse house;
  ASSERT_TRUE(house.sim.Run(Produce(&house, "many", 1990, 1)).ok());
  ASSERT_TRUE(house.sim.Run(Produce(&house, "more", 20, 1)).ok());
  ASSERT_TRUE(house.sim.Run(Produce(&house, "small", 2, 1)).ok());
  std::vector<ports::CommittedOffset> all(1990);
  for (int32_t p = 0; p < 1990; ++p) all[static_cast<size_t>(p)] = {.topic = "many", .partition = data::PartitionId(p), .offset = data::Offset(0)};
  ASSERT_TRUE(house.sim.Run(Commit(&house, "a", all)).ok());
  ASSERT_TRUE(house.sim.Run(Commit(&house, "b", all)).ok());
  ASSERT_TRUE(house.sim.Run(Commit(&house, "c", {{.topic = "more", .partition = data::PartitionId(1), .offset = data::Offset(0)}})).ok());

  std::string text = house.Get("/metrics").body;

  EXPECT_TRUE(Has(text, "kafka_topic_partitions{topic=\"small\"} 2"));
  EXPECT_FALSE(Has(text, "kafka_topic_partitions{topic=\"more\"} 20"));
  EXPECT_TRUE(Has(text, "kafka_controller_kafkacontroller_globalpartitioncount 2012"));
  EXPECT_TRUE(Has(text, "freshet_metrics_left_out{what=\"topic partitions\"} 20"));
  EXPECT_TRUE(Has(text, "freshet_metrics_left_out{what=\"group partitions\"} 1990"));
  EXPECT_TRUE(Has(text, "kafka_consumergroup_lag_sum{consumergroup=\"a\",topic=\"many\"} 2"));
  EXPECT_TRUE(Has(text, "kafka_consumergroup_lag{consumergroup=\"c\",topic=\"more\",partition=\"1\"} 2"));
}

TEST(KafkaMetrics, AHouseThatIsNotReadyTellsOnlyWhatItCounts) {
  SmallHouse house;
  house.readiness = {.ready = false, .reason = "starting"};

  Response response = house.Get("/metrics");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.find("kafka_brokers"), std::string::npos);
}

TEST(HttpHouse, AHouseThatIsNotReadySaysWhy) {
  SmallHouse house;
  house.readiness = {.ready = false, .reason = "the journal has failed"};

  Response response = house.Get();

  EXPECT_EQ(response.status, 503);
  EXPECT_NE(response.body.find("the journal has failed"), std::string::npos) << response.body;
}

TEST(Readyz, TellsOfPipelinesThatFailAndIsNotReadyForThemWhereThatIsAsked) {
  SmallHouse house;

  EXPECT_EQ(house.Get("/readyz").body, "ok\n");
  EXPECT_EQ(house.Get("/readyz", "pipelines=true").status, 200);
  house.pipelines.failing = {"rides", "totals"};
  EXPECT_EQ(house.Get("/readyz").status, 200);
  EXPECT_EQ(house.Get("/readyz").body, "ok\npipeline rides fails\npipeline totals fails\n");
  EXPECT_EQ(house.Get("/readyz", "pipelines=false").status, 200);
  EXPECT_EQ(house.Get("/readyz", "pipelines=true").status, 503);
  EXPECT_EQ(house.Get("/readyz", "pipelines=true").body, "pipeline rides fails\npipeline totals fails\n");
  EXPECT_EQ(house.Get("/readyz", "pipelines=yes").status, 400);
  EXPECT_EQ(house.Get("/readyz", "pipeline=true").status, 400);
}

TEST(Readyz, NamesNoPipelineToWhoMayNotObserve) {
  SmallHouse house;
  house.pipelines.failing = {"rides"};
  house.guard.AskForLogin();

  EXPECT_EQ(house.Get("/readyz").body, "ok\n1 pipeline fails\n");
}

TEST(HttpHouse, IsForWhoMayObserve) {
  SmallHouse house;
  house.guard.Deny("http /v1/house");

  EXPECT_EQ(house.Get().status, 403);
}

}  // namespace
}  // namespace freshet::doors::http
