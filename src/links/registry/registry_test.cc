#include "links/registry/registry.h"

#include <gtest/gtest.h>

#include "testing/sim_env.h"

namespace freshet::links::registry {
namespace {

using data::Type;
using namespace std::string_literals;

// Answers by path, and remembers what it was asked.
class ScriptedHttp final : public Http {
 public:
  Result<HttpAnswer> Get(const formats::RegistryAccess&, const std::string& path) override { return Answer("GET " + path); }
  Result<HttpAnswer> Post(const formats::RegistryAccess&, const std::string& path, const std::string& json) override {
    posted = json;
    return Answer("POST " + path);
  }
  Result<HttpAnswer> Answer(const std::string& asked) {
    asks.push_back(asked);
    auto found = answers.find(asked);
    return found == answers.end() ? HttpAnswer{404, R"({"error_code":40403})"} : found->second;
  }

  std::map<std::string, HttpAnswer> answers;
  std::vector<std::string> asks;
  std::string posted;
};

data::TableRequest Table(std::string format_option) {
  data::TableRequest table;
  table.name = "t";
  table.columns.Add("n", Type::BigInt());
  table.record = table.columns;
  table.metadata_keys = {""};
  table.options = {{"connector", "kafka"}, {"topic", "rows"}, {"format", "avro-confluent"}, {"avro-confluent.url", "http://r"}};
  if (!format_option.empty()) table.options["avro-confluent.subject"] = std::move(format_option);
  return table;
}

data::Record RecordOf(std::string_view value) {
  data::Record record;
  record.value = value;
  return record;
}

struct Asked {
  explicit Asked(testing::SimEnv& sim) : http(new ScriptedHttp), registry(sim, std::unique_ptr<Http>(http)) {}
  ScriptedHttp* http;
  Registry registry;
};

TEST(Registry, FetchesASchemaOnce) {
  testing::SimEnv sim;
  Asked asked(sim);
  asked.http->answers["GET /schemas/ids/7"] = {200, R"({"schema":"{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"n\",\"type\":\"long\"}]}"})"};
  auto table = Table("");
  std::string bytes = "\0\0\0\0\x07\x06"s, unknown = "\0\0\0\0\x08\x06"s;
  std::vector<data::Record> records = {RecordOf(bytes), RecordOf(bytes), RecordOf(unknown)};
  auto rows = std::move(records::RecordRows::Open(*records::ReadTopicOptions(table), table)).value();
  auto others = std::move(records::RecordRows::Open(*records::ReadTopicOptions(table), table)).value();
  ASSERT_TRUE(rows->LacksSchemas(records));

  Status fetched = sim.Run(asked.registry.FetchFor({}, *rows, records));
  Status again = sim.Run(asked.registry.FetchFor({}, *others, std::span(records).first(1)));

  EXPECT_TRUE(fetched.ok()) << fetched.ToString();
  EXPECT_TRUE(again.ok()) << again.ToString();
  EXPECT_FALSE(rows->LacksSchemas(records));
  EXPECT_EQ(asked.http->asks, (std::vector<std::string>{"GET /schemas/ids/7", "GET /schemas/ids/8"}));
  rows->CopyIn(records);
  EXPECT_TRUE(rows->Append(records[0], {}).ok());
  EXPECT_NE(rows->Append(records[2], {}).ToString().find("schema 8: schema registry http://r, schema 8: status 404"), std::string::npos);
}

TEST(Registry, SaysWhatIsWrongWithIt) {
  struct Case {
    HttpAnswer answer;
    Code code;
  };
  const Case cases[] = {{{401, "who?"}, Code::kUnauthenticated}, {{403, ""}, Code::kPermissionDenied}, {{500, ""}, Code::kUnavailable}, {{200, "<html>"}, Code::kUnavailable}};
  for (const Case& one : cases) {
    testing::SimEnv sim;
    Asked asked(sim);
    asked.http->answers["GET /schemas/ids/7"] = one.answer;
    auto table = Table("");
    std::string bytes = "\0\0\0\0\x07\x06"s;
    std::vector<data::Record> records = {RecordOf(bytes)};
    auto rows = std::move(records::RecordRows::Open(*records::ReadTopicOptions(table), table)).value();

    Status fetched = sim.Run(asked.registry.FetchFor({}, *rows, records));

    EXPECT_EQ(fetched.code(), one.code) << fetched.ToString();
  }
}

TEST(Registry, RegistersTheTablesSchemaUnderItsSubject) {
  struct Case {
    std::string subject, path;
  };
  const Case cases[] = {{"", "POST /subjects/a%20b-value/versions"}, {"mine/own", "POST /subjects/mine%2Fown/versions"}};
  for (const Case& one : cases) {
    testing::SimEnv sim;
    Asked asked(sim);
    asked.http->answers[one.path] = {200, R"({"id":12})"};
    auto table = Table(one.subject);
    records::TopicOptions options;
    options.topics = {"a b"};
    options.value_format = "avro-confluent";
    options.value_format_options = {{"url", "http://r"}};
    if (!one.subject.empty()) options.value_format_options["subject"] = one.subject;
    auto rows = std::move(records::RowRecords::Open(options, table)).value();

    Status registered = sim.Run(asked.registry.RegisterFor({}, *rows));

    EXPECT_TRUE(registered.ok()) << registered.ToString();
    EXPECT_EQ(asked.http->asks, std::vector<std::string>{one.path});
    EXPECT_EQ(asked.http->posted.substr(0, 25), R"({"schema":"{\"type\":\"re)");
  }
}

}  // namespace
}  // namespace freshet::links::registry
