#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "app/house.h"
#include "data/record_batch.h"
#include "io/wait.h"
#include "testing/sim_env.h"
#include "wire/kafka/frame.h"
#include "wire/kafka/messages/produce.h"

// One event through the whole house, in simulated time: bytes at the Kafka door, the log, a pipeline, an upsert topic, the
// feature store, and the answer of a decision at the HTTP door. Each room that it passes leaves a span.

namespace freshet::app {
namespace {

namespace wire = ::freshet::wire::kafka;

constexpr std::string_view kProduct = R"(name: trip
features:
  topic: trip_features
  entity: [origin]
  fresh_ms: 3600000
  columns:
    a: {type: DOUBLE}
    b: {type: DOUBLE}
    c: {type: DOUBLE}
    d: {type: DOUBLE}
    e: {type: DOUBLE}
    f: {type: DOUBLE}
    g: {type: DOUBLE}
)";
constexpr std::string_view kService = R"(name: delay
model: delay
views: [trip]
deadline_ms: 5000
request:
  h: {type: DOUBLE}
)";
constexpr std::string_view kModel = R"(version: '1'
file: model.json
format: xgboost-json
inputs: [a, b, c, d, e, f, g, h]
)";
constexpr std::string_view kPipeline = R"(
CREATE TABLE flights (origin STRING, delay DOUBLE) WITH ('connector' = 'kafka', 'topic' = 'flights', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE trip_features (origin STRING, a DOUBLE, b DOUBLE, c DOUBLE, d DOUBLE, e DOUBLE, f DOUBLE, g DOUBLE, PRIMARY KEY (origin) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'trip_features', 'key.format' = 'json', 'value.format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
INSERT INTO trip_features SELECT origin, SUM(delay), CAST(COUNT(*) AS DOUBLE), AVG(delay), MIN(delay), MAX(delay), 0.5e0, 1.5e0 FROM flights GROUP BY origin;
)";

std::string ReadTestdata(const std::string& path) {
  std::ifstream file(path);
  std::stringstream all;
  all << file.rdbuf();
  return all.str();
}

void WriteProject(io::Files& files) {
  const std::pair<std::string, std::string> all[] = {{"products/trip.yaml", std::string(kProduct)},      {"services/delay.yaml", std::string(kService)},
                                                     {"pipelines/features.sql", std::string(kPipeline)}, {"models/delay/model.yaml", std::string(kModel)},
                                                     {"models/delay/model.json", ReadTestdata("src/engines/models/testdata/binary_logistic.json")}};
  for (const auto& [path, text] : all) {
    ASSERT_TRUE(files.CreateDirectories("project/" + path.substr(0, path.rfind('/'))).ok());
    ASSERT_TRUE(io::WriteWhole(files, "project/" + path, text).ok());
  }
}

// "http":"127.0.0.1:8080" out of doors.json.
Result<io::Address> DoorAddress(const House& house, const std::string& door) {
  std::string all = house.DoorsJson(), name = "\"" + door + "\":\"";
  size_t begin = all.find(name) + name.size();
  return io::Address::Parse(all.substr(begin, all.find('"', begin) - begin));
}

// Sends bytes, and reads until `enough` says so.
Task<std::string> Talk(Env* env, io::Address address, std::string bytes, bool (*enough)(std::string_view)) {
  CO_ASSIGN_OR_RETURN(auto connection, env->net().Connect(env->loop(0), address));
  CO_RETURN_NOT_OK(connection->Write(bytes));
  std::string answer;
  while (!enough(answer)) {
    char piece[4096];
    CO_ASSIGN_OR_RETURN(size_t got, connection->Read(piece));
    if (got == 0) break;
    answer.append(piece, got);
  }
  connection->Close();
  co_return answer;
}

Task<> ProduceFlight(Env* env, io::Address kafka) {
  data::RecordBatchBuilder builder({});
  builder.Add(env->clock().WallNow().ms, std::nullopt, R"({"origin":"JFK","delay":12.5})");
  std::string batch = *builder.Finish();
  wire::ProduceRequest request;
  request.transactional_id.reset();
  request.acks = -1;
  request.timeout_ms = 5000;
  auto& partition = request.topic_data.emplace_back(wire::ProduceRequest::TopicProduceData{"flights", {}}).partition_data.emplace_back();
  partition.records = batch;
  std::string bytes;
  wire::EncodeRequest(request, 9, 1, "test", bytes);
  auto talking = Talk(env, kafka, bytes, [](std::string_view answer) { return wire::CutFrame(answer, 1 << 20).ok() && wire::CutFrame(answer, 1 << 20)->has_value(); });
  auto answer = co_await talking;
  if (!answer.ok()) co_return answer.status();
  std::string frame(**wire::CutFrame(*answer, 1 << 20));
  auto decoded = wire::DecodeResponse(frame, wire::ApiKey::kProduce, 9);
  if (!decoded.ok()) co_return decoded.status();
  auto produced = wire::Decode<wire::ProduceResponse>(decoded->body, 9);
  if (!produced.ok()) co_return produced.status();
  constexpr int16_t kUnknownTopic = 3;  // the pipeline, which makes its topics, has only begun
  int16_t error = produced->responses.at(0).partition_responses.at(0).error_code;
  if (error == kUnknownTopic) co_return Fault::NotFound("topic flights");
  EXPECT_EQ(error, 0);
  co_return Status();
}

Task<std::string> Decide(Env* env, io::Address http) {
  std::string body = R"({"entities":{"origin":"JFK"},"request":{"h":0.25},"deadline_ms":4000})";
  std::string request = StrCat("POST /v1/decide/delay HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ", body.size(), "\r\n\r\n", body);
  auto talking = Talk(env, http, request, [](std::string_view) { return false; });
  co_return co_await talking;
}

Task<std::string> Walk(Env* env, House* house) {
  CO_RETURN_NOT_OK(house->Open());
  auto kafka = DoorAddress(*house, "kafka"), http = DoorAddress(*house, "http");
  if (!kafka.ok()) co_return kafka.status();
  if (!http.ok()) co_return http.status();
  std::string answer;
  for (int n = 0; n < 600; ++n) {  // one request in 64 is traced: the event comes again until some were
    auto producing = ProduceFlight(env, *kafka);
    Status produced = co_await producing;
    if (produced.code() == Code::kNotFound) --n;
    else if (!produced.ok()) co_return produced;
    io::SleepUntil pause(env->clock().Now() + Milliseconds(2));
    co_await pause;
  }
  for (int n = 0; n < 400; ++n) {
    auto deciding = Decide(env, *http);
    auto decided = co_await deciding;
    if (!decided.ok()) co_return decided;
    answer = *decided;
    bool counted = answer.find("\"a\":{\"value\":7500") != std::string::npos;
    if (counted && n >= 200) break;
    io::SleepUntil pause(env->clock().Now() + Milliseconds(10));
    co_await pause;
  }
  CO_RETURN_NOT_OK(house->Close());
  co_return answer;
}

std::set<std::string> RoomsOf(const std::vector<SpanRecord>& spans) {
  std::set<std::string> rooms;
  for (const auto& span : spans) rooms.insert(span.room);
  return rooms;
}

TEST(PathOfOneEvent, LeadsFromAKafkaClientToADecision) {
  testing::SimEnv sim({.seed = 7});
  WriteProject(sim.disk());
  auto config = ReadConfig("", "", {});
  ASSERT_TRUE(config.ok()) << config.ToString();
  auto house = House::Build(sim.env(), *config, "project", "data");
  ASSERT_TRUE(house.ok()) << house.ToString();

  auto answer = sim.Run(Walk(&sim.env(), house->get()));

  ASSERT_TRUE(answer.ok()) << answer.ToString();
  EXPECT_NE(answer->find("HTTP/1.1 200"), std::string::npos) << *answer;
  EXPECT_NE(answer->find("\"a\":{\"value\":7500"), std::string::npos) << *answer;  // 600 flights of 12.5
  EXPECT_NE(answer->find("\"b\":{\"value\":600"), std::string::npos) << *answer;
  EXPECT_NE(answer->find("\"score\":"), std::string::npos) << *answer;
  std::set<std::string> rooms = RoomsOf(sim.tracer().Newest());
  for (const char* room : {"doors/kafka", "engines/topic_tables", "engines/stream", "engines/features", "engines/decide", "doors/http"}) {
    EXPECT_TRUE(rooms.contains(room)) << room;
  }
}

}  // namespace
}  // namespace freshet::app
