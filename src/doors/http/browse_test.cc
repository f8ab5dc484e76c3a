#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "data/avro/encoder.h"
#include "data/json_tree.h"
#include "data/record_batch.h"
#include "doors/http/browse/search.h"
#include "doors/http/browse/shown.h"
#include "doors/http/query.h"
#include "doors/http/routes.h"
#include "ports/pipelines.h"
#include "testing/lone_groups.h"
#include "testing/memory_features.h"
#include "testing/memory_guard.h"
#include "testing/memory_identities.h"
#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"

// Topics, groups and messages over HTTP, in a house of memory.

namespace freshet::doors::http {
namespace {

using Json = nlohmann::json;

class NoPipelines final : public ports::Pipelines {
 public:
  Task<std::vector<ports::PipelineProgress>> Describe(Ctx) const override { co_return std::vector<ports::PipelineProgress>(); }
  std::vector<std::string> Failing() const override { return {}; }
};

struct Bench {
  testing::SimEnv sim;
  testing::MemoryGuard guard;
  testing::MemoryIdentities identities;
  testing::MemoryLog log{sim};
  testing::MemoryTopics topics{sim, log};
  testing::LoneGroups groups;
  testing::MemoryFeatures features;
  testing::MemoryModels models;
  NoPipelines pipelines;
  bool other_page = false;

  Response Ask(std::string method, std::string path, std::string query = "", std::string body = "") {
    HttpPorts ports{.guard = guard, .identities = identities, .readiness = [] { return Readiness{.ready = true, .reason = ""}; },
                    .rooms = HouseRooms{topics, log, groups, pipelines, features, models, [] { return "{}"; }}};
    Room room{sim, std::move(ports)};
    Request request{.method = std::move(method), .path = std::move(path), .query = std::move(query), .body = std::move(body), .is_of_another_page = other_page};
    auto response = sim.Run(Dispatch({}, room, request));
    EXPECT_TRUE(response.ok()) << response.ToString();
    return *response;
  }
  Json Get(std::string path, std::string query = "") {
    Response response = Ask("GET", std::move(path), std::move(query));
    EXPECT_EQ(response.status, 200) << response.body;
    return data::ParseJson<Json>(response.body);
  }
  std::string Refusal(int status, std::string method, std::string path, std::string query = "", std::string body = "") {
    Response response = Ask(std::move(method), std::move(path), std::move(query), std::move(body));
    EXPECT_EQ(response.status, status) << response.body;
    return data::ParseJson<Json>(response.body)["error"]["message"];
  }
  void Make(std::string name, int32_t partitions, std::map<std::string, std::string> configs = {}) {
    ports::TopicSpec spec{.name = std::move(name), .partitions = partitions, .configs = std::move(configs)};
    ASSERT_TRUE(sim.Run(topics.Create({}, std::move(spec), false)).ok());
  }
  // Records k0:{"n":0} to k9 and on, a second apart, from the first second of 1970 on.
  void Fill(std::string_view name, int32_t partition, int records, data::RecordBatchBuilder::Options options = {}) {
    data::RecordBatchBuilder builder(options);
    for (int i = 0; i < records; ++i) builder.Add(1000 * (i + 1), StrCat("k", i % 10), StrCat("{\"n\":", i, "}"));
    std::vector<ports::LogAppend> appends;
    appends.push_back({{topics.Find(name)->id, data::PartitionId(partition)}, *builder.Finish()});
    auto appended = sim.Run(log.Append({}, std::move(appends)));
    ASSERT_TRUE(appended.ok() && appended->at(0).ok());
  }
};

std::vector<int64_t> OffsetsOf(const Json& answer) {
  std::vector<int64_t> offsets;
  for (const auto& record : answer["records"]) offsets.push_back(record["offset"]);
  return offsets;
}
using Offsets = std::vector<int64_t>;

TEST(Browse, TheNewestRecordsAreShownUnlessAPlaceIsNamed) {
  Bench bench;
  bench.Make("clicks", 1);
  bench.Fill("clicks", 0, 30);

  Json newest = bench.Get("/v1/topics/clicks/records", "limit=2");
  EXPECT_EQ(newest["records"][1], data::ParseJson<Json>(R"({"partition":0,"offset":29,"time_ms":30000,"key":{"bytes":2,"form":"text","text":"k9"},"value":{"bytes":8,"form":"json","text":"{\"n\":29}"},"headers":[],"headers_left_out":0})"));
  EXPECT_EQ(newest["partitions"], data::ParseJson<Json>(R"([{"partition":0,"start":0,"end":30,"next":30}])"));
  EXPECT_EQ(OffsetsOf(bench.Get("/v1/topics/clicks/records", "partition=0&offset=4&limit=2")), (Offsets{4, 5}));
  EXPECT_EQ(OffsetsOf(bench.Get("/v1/topics/clicks/records", "time_ms=9500&limit=2")), (Offsets{9, 10}));
  EXPECT_EQ(OffsetsOf(bench.Get("/v1/topics/clicks/records", "time_ms=99999999")), Offsets{});
  EXPECT_EQ(OffsetsOf(bench.Get("/v1/topics/clicks/records", "offset=999")), Offsets{});
}

TEST(Browse, AKeyIsLookedForFromWhereTheSearchBeginsAndOn) {
  Bench bench;
  bench.Make("clicks", 1);
  bench.Fill("clicks", 0, 30);

  Json first = bench.Get("/v1/topics/clicks/records", "key=k7&limit=2");
  EXPECT_EQ(OffsetsOf(first), (Offsets{7, 17}));
  EXPECT_EQ(first["stopped"], "limit");
  Json rest = bench.Get("/v1/topics/clicks/records", StrCat("key=k7&limit=2&partition=0&offset=", first["partitions"][0]["next"].get<int64_t>()));
  EXPECT_EQ(OffsetsOf(rest), Offsets{27});
  EXPECT_EQ(rest["stopped"], nullptr);
  EXPECT_EQ(OffsetsOf(bench.Get("/v1/topics/clicks/records", "key=k")), Offsets{}) << "the whole key";
}

TEST(Browse, EveryPartitionHasItsShare) {
  Bench bench;
  bench.Make("clicks", 3);
  bench.Fill("clicks", 0, 20);
  bench.Fill("clicks", 2, 20);

  Json answer = bench.Get("/v1/topics/clicks/records", "limit=6");

  EXPECT_EQ(OffsetsOf(answer), (Offsets{18, 19, 18, 19}));
  EXPECT_EQ(answer["partitions"].size(), 3u);
}

TEST(Browse, ASearchEndsAtItsBoundsAndSaysWhereToGoOn) {
  Bench bench;
  bench.Make("clicks", 1);
  for (int i = 0; i < 5; ++i) bench.Fill("clicks", 0, 100);
  Search search{.topic = bench.topics.Find("clicks"), .from = Search::From::kEarliest, .limit = 500};

  auto by_read = bench.sim.Run(FindRecords({}, bench.sim, bench.log, search, {.read_bytes_max = 1}));
  auto by_answer = bench.sim.Run(FindRecords({}, bench.sim, bench.log, search, {.answer_bytes_max = 1000}));
  auto by_time = bench.sim.Run(FindRecords({}, bench.sim, bench.log, search, {.time_max = {0}}));

  ASSERT_TRUE(by_read.ok() && by_answer.ok() && by_time.ok());
  EXPECT_EQ(data::ParseJson<Json>(*by_read)["stopped"], "bytes");
  Json cut = data::ParseJson<Json>(*by_answer);
  EXPECT_EQ(cut["stopped"], "bytes");
  EXPECT_EQ(static_cast<int64_t>(cut["records"].size()), cut["partitions"][0]["next"].get<int64_t>());
  EXPECT_LT(by_answer->size(), 1500u);
  EXPECT_EQ(data::ParseJson<Json>(*by_time)["stopped"], "time");
  EXPECT_EQ(data::ParseJson<Json>(*by_time)["partitions"][0]["next"], 0);
}

TEST(Browse, PackedBatchesAreOpened) {
  Bench bench;
  bench.Make("clicks", 2);
  bench.Fill("clicks", 0, 10, {.codec = data::Codec::kZstd});

  EXPECT_EQ(bench.Get("/v1/topics/clicks/records", "from=earliest&partition=0")["records"].size(), 10u);
}

TEST(Browse, WhatASearchMayNotSayIsRefusedByName) {
  Bench bench;
  bench.Make("clicks", 1);
  bench.Make("wide", 101);

  EXPECT_EQ(bench.Refusal(404, "GET", "/v1/topics/absent/records"), "no topic absent");
  EXPECT_EQ(bench.Refusal(404, "GET", "/v1/topics/clicks/records", "partition=1"), "topic clicks has no partition 1");
  EXPECT_EQ(bench.Refusal(400, "GET", "/v1/topics/wide/records"), "topic wide has 101 partitions; name one with partition=0");
  EXPECT_EQ(bench.Refusal(400, "GET", "/v1/topics/clicks/records", "limit=501"), "limit: '501' is no whole number from 1 to 500");
  EXPECT_EQ(bench.Refusal(400, "GET", "/v1/topics/clicks/records", "offset=1&time_ms=2"), "a search begins at from, offset or time_ms, at one of them");
  EXPECT_EQ(bench.Refusal(400, "GET", "/v1/topics/clicks/records", "key=a&key=b"), "'key' is given twice");
  EXPECT_NE(bench.Refusal(400, "GET", "/v1/topics/clicks/records", "offst=1").find("'offst': the query takes partition, from,"), std::string::npos);
  EXPECT_NE(bench.Refusal(400, "GET", "/v1/topics/clicks/records", "value_schema=%7B").find("value_schema: "), std::string::npos);
}

TEST(Browse, ATestMessageIsAppendedWhereItsKeyBelongs) {
  Bench bench;
  bench.Make("clicks", 4);

  Response made = bench.Ask("POST", "/v1/topics/clicks/records", "", R"({"key":"user-7","value":"{\"n\":1}","headers":{"from":"portal"}})");

  ASSERT_EQ(made.status, 201) << made.body;
  Json record = bench.Get("/v1/topics/clicks/records")["records"][0];
  EXPECT_EQ(record["partition"], data::ParseJson<Json>(made.body)["partition"]);
  EXPECT_EQ(record["key"]["text"], "user-7");
  EXPECT_EQ(record["headers"][0]["value"]["text"], "portal");
  EXPECT_EQ(data::ParseJson<Json>(bench.Ask("POST", "/v1/topics/clicks/records", "", R"({"partition":3,"value":null})").body)["partition"], 3);
  EXPECT_EQ(bench.Ask("POST", "/v1/topics/clicks/records", "", R"({"value_base64":"AP8="})").status, 201);
}

TEST(Browse, WhatMayNotBeAppendedIsRefusedByName) {
  Bench bench;
  bench.Make("clicks", 1);
  bench.Make("kept", 1, {{"cleanup.policy", "compact"}});
  bench.Make("__own", 1);
  auto says = [&](int status, std::string topic, std::string body, std::string_view words) {
    std::string said = bench.Refusal(status, "POST", StrCat("/v1/topics/", topic, "/records"), "", std::move(body));
    EXPECT_NE(said.find(words), std::string::npos) << said;
  };

  says(404, "absent", R"({"value":"x"})", "no topic absent");
  says(403, "__own", R"({"value":"x"})", "only read");
  says(400, "kept", R"({"value":"x"})", "needs a key");
  says(404, "clicks", R"({"value":"x","partition":1})", "has no partition 1");
  says(400, "clicks", R"({"value":{"n":1}})", "a document is sent as its text");
  says(400, "clicks", R"({"key":"a"})", "has a value");
  says(400, "clicks", R"({"value":"x","value_base64":"eA=="})", "has a value");
  says(400, "clicks", R"({"value_base64":"?"})", "is no base64");
  says(400, "clicks", R"({"value":"x","headers":{"a":1}})", "header 'a' is no text");
  says(400, "clicks", R"({"value":"x","Partition":0})", "'Partition'");
  says(400, "clicks", "[]", "no JSON object");
  bench.other_page = true;
  says(403, "clicks", R"({"value":"x"})", "a page of another origin");
  EXPECT_EQ(bench.Get("/v1/topics/clicks")["partitions"][0]["end"], 0);
}

TEST(Browse, PermissionsStandBeforeEveryRoom) {
  Bench bench;
  bench.Make("clicks", 1);
  for (auto [method, path] : {std::pair("GET", "/v1/groups"), std::pair("GET", "/v1/topics/{topic}"), std::pair("GET", "/v1/topics/{topic}/records")}) bench.guard.Deny(StrCat("http ", path));

  EXPECT_EQ(bench.Ask("GET", "/v1/groups").status, 403);
  EXPECT_EQ(bench.Ask("GET", "/v1/topics/clicks").status, 403);
  EXPECT_EQ(bench.Ask("GET", "/v1/topics/clicks/records").status, 403);
  EXPECT_EQ(bench.Ask("POST", "/v1/topics/clicks/records", "", R"({"value":"x"})").status, 403);
}

TEST(Browse, ATopicTellsItsPartitionsAndConfigs) {
  Bench bench;
  bench.Make("clicks", 2);
  bench.Fill("clicks", 1, 3);

  Json topic = bench.Get("/v1/topics/clicks");
  EXPECT_EQ(topic["partitions_of_all"], 2);
  EXPECT_EQ(topic["partitions"][1]["end"], 3);
  EXPECT_GT(topic["partitions"][1]["bytes"], 0);
  EXPECT_EQ(bench.Get("/v1/topics/clicks", "from=1")["partitions"].size(), 1u);
  EXPECT_EQ(bench.Refusal(400, "GET", "/v1/topics/clicks", "from=2"), "from: '2' is no whole number from 0 to 1");
}

TEST(Browse, GroupsTellTheirLag) {
  Bench bench;
  bench.Make("clicks", 2);
  bench.Fill("clicks", 1, 3);
  ports::GroupCaller caller;
  caller.group = "a/b c";
  std::vector<ports::CommittedOffset> offsets{{.topic = "clicks", .partition = data::PartitionId(1), .offset = data::Offset(1)}, {.topic = "gone", .partition = data::PartitionId(0), .offset = data::Offset(4)}};
  ASSERT_TRUE(bench.sim.Run(bench.groups.CommitOffsets({}, caller, offsets)).ok());

  Json all = bench.Get("/v1/groups");
  EXPECT_EQ(all["groups"], data::ParseJson<Json>(R"([{"group":"a/b c","state":"Empty","protocol":"consumer","members":0,"partitions":2,"lag":2}])"));
  Json one = bench.Get("/v1/groups", "name=a%2Fb+c")["groups"][0];
  EXPECT_EQ(one["partitions_told"][0], data::ParseJson<Json>(R"({"topic":"clicks","partition":1,"committed":1,"end":3,"lag":2,"metadata":""})"));
  EXPECT_EQ(one["partitions_told"][1]["lag"], nullptr);
}

std::string Shown(std::optional<std::string_view> bytes, size_t bytes_max = 100, const avro::Schema* schema = nullptr) {
  std::string json;
  AppendShown(json, bytes, bytes_max, schema);
  return json;
}

TEST(Shown, SaysWhatTheBytesAre) {
  EXPECT_EQ(Shown(std::nullopt), "null");
  EXPECT_EQ(Shown(""), R"({"bytes":0,"form":"text","text":""})");
  EXPECT_EQ(Shown("[1]"), R"({"bytes":3,"form":"json","text":"[1]"})");
  EXPECT_EQ(Shown("{1}"), R"({"bytes":3,"form":"text","text":"{1}"})");
  EXPECT_EQ(Shown(std::string_view("\0\xff", 2)), R"({"bytes":2,"form":"binary","text":"AP8="})");
  EXPECT_EQ(Shown("añb", 2), R"({"bytes":4,"form":"text","text":"a","cut":true})") << "not inside a character";
}

TEST(Shown, AvroIsReadByASchemaThatFits) {
  auto schema = avro::ParseSchema(R"({"type":"record","name":"r","fields":[{"name":"n","type":"long"},{"name":"s","type":["null","string"]}]})");
  ASSERT_TRUE(schema.ok());
  std::string bytes;
  avro::Encoder to(bytes);
  to.Long(7);
  to.Branch(1);
  to.Bytes("hi");

  EXPECT_EQ(Shown(bytes, 100, schema->get()), R"({"bytes":5,"form":"avro","text":"{\"n\":7,\"s\":\"hi\"}"})");
  EXPECT_NE(Shown(bytes.substr(0, 3), 100, schema->get()).find("\"avro_error\":\"avro: the value runs over"), std::string::npos);
}

}  // namespace
}  // namespace freshet::doors::http
