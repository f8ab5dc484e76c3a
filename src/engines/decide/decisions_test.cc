#include "engines/decide/decisions.h"

#include <gtest/gtest.h>

#include "data/record_batch.h"
#include "engines/decide/decision_json.h"
#include "testing/memory_features.h"
#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"

namespace freshet::decide {
namespace {

using ports::FeatureKind;
using ports::FeatureSource;

constexpr std::string_view kService = R"(name: delay
model: forest
views: [flight, carrier]
deadline_ms: 200
request:
  distance: {type: DOUBLE}
  seats: {type: BIGINT, default: 100}
  stops: {type: INT, default: 0}
  open: {type: BOOLEAN, default: true}
)";

struct House {
  explicit House(testing::SimEnv& sim) : env(sim), log(sim), topics(sim, log) {
    features.Define({.name = "flight", .topic = "f", .entity = {"flight"}, .columns = {{"late", FeatureKind::kReal, {}, false}, {"night", FeatureKind::kBoolean, {}, false}}});
    features.Define({.name = "carrier", .topic = "c", .entity = {"carrier"}, .columns = {{"load", FeatureKind::kInteger, data::Value(5), true}}});
    data::EventTime then(1357016400000);
    features.SetRow("flight", {"7"}, {true, {{data::Value(1.5), FeatureSource::kFresh, then, 20, data::Offset(3)}, {data::Value(true), FeatureSource::kStale, then, 20, data::Offset(3)}}});
    features.SetRow("carrier", {"UA"}, {false, {{.value = data::Value(5), .source = FeatureSource::kDefault}}});
    models.Set(std::make_shared<testing::SumScorer>(ports::ModelIdentity{"forest", "3", "abc"}, std::vector<std::string>{"late", "distance", "load", "seats", "night"}));
  }

  Task<> Open() {
    auto opened = Decisions::Open(env, {{"delay.yaml", std::string(kService)}}, features, models);
    if (!opened.ok()) co_return opened.status();
    decisions = std::move(opened).value();
    CO_RETURN_NOT_OK(decisions->Begin(log, topics));
    co_return Status::Ok();
  }
  static ports::DecisionRequest Request() {
    return {.service = "delay", .entities = {{"flight", "7"}, {"carrier", "UA"}}, .request = {{"distance", data::Value(1000)}}, .deadline_ms = {}};
  }
  Task<std::string> Refusal(ports::DecisionRequest request) {
    auto decide = decisions->Decide({}, std::move(request));
    auto decision = co_await decide;
    co_return decision.ok() ? "answered" : decision.ToString();
  }
  Task<std::vector<std::string>> Records() {
    auto topic = topics.Find("delay.decisions");
    std::vector<std::string> values;
    for (int32_t i = 0; i < topic->partitions; ++i) {
      std::vector<ports::LogRead> reads(1);
      reads[0] = {.key = {topic->id, data::PartitionId(i)}, .from = data::Offset(0)};
      CO_ASSIGN_OR_RETURN(auto slices, log.Read({}, std::move(reads), {}));
      for (const auto& batch : slices[0].batches) {
        auto reader = data::RecordReader::Open(*data::RecordBatchView::Parse(*batch), 1 << 20);
        data::Record record;
        while (*reader->Next(record)) values.emplace_back(*record.value);
      }
    }
    co_return values;
  }

  testing::SimEnv& env;
  testing::MemoryLog log;
  testing::MemoryTopics topics;
  testing::MemoryFeatures features;
  testing::MemoryModels models;
  std::unique_ptr<Decisions> decisions;
};

using Body = Task<> (*)(House&);
Task<> OpenAndRun(testing::SimEnv& sim, Body body) {
  House house(sim);
  CO_RETURN_NOT_OK(house.Open());
  auto run = body(house);
  co_return co_await run;
}

#define DECIDE_TEST(name)                              \
  Task<> name(House& house);                           \
  TEST(Decisions, name) {                              \
    testing::SimEnv sim;                               \
    Status status = sim.Run(OpenAndRun(sim, name));    \
    EXPECT_TRUE(status.ok()) << status.ToString();     \
  }                                                    \
  Task<> name(House& house)

#define EXPECT_REFUSAL(request, expected)                              \
  {                                                                    \
    CO_ASSIGN_OR_RETURN(std::string refusal, house.Refusal(request));  \
    EXPECT_EQ(refusal, expected);                                      \
  }

DECIDE_TEST(AnswersWithWhereEachValueCameFromAndKeepsARecord) {
  CO_ASSIGN_OR_RETURN(auto decision, house.decisions->Decide({}, House::Request()));

  EXPECT_EQ(decision.scores, std::vector<float>{1.5f + 1000 + 5 + 100 + 1});
  std::string expected = StrCat(R"({"request_id":")", decision.request_id, R"(","score":1107.5,"features":{)"
      R"("late":{"value":1.5,"source":"fresh","event_time":"2013-01-01T05:00:00.000Z","age_ms":20},)"
      R"("night":{"value":true,"source":"stale","event_time":"2013-01-01T05:00:00.000Z","age_ms":20},)"
      R"("load":{"value":5,"source":"default","event_time":null,"age_ms":null}},)"
      R"("model":{"name":"forest","version":"3","digest":"abc"}})");
  EXPECT_EQ(decision.json, expected);
  EXPECT_EQ(house.env.metrics().AddCounter("freshet_decision_fallbacks_total", "", {{"service", "delay"}}).value(), 2);
  CO_ASSIGN_OR_RETURN(auto records, house.Records());
  std::vector<std::string> kept(1, StrCat(R"({"service":"delay","decided_at_ms":1767225600000,"entities":{"carrier":"UA","flight":"7"},"request":{"distance":1000,"open":true,"seats":100,"stops":0},)",
                                          expected.substr(1)));
  EXPECT_EQ(records, kept);
  co_return Status::Ok();
}

TEST(Decision, SaysTheScoreThatTheModelNames) {
  ports::Decision decision{.scores = {0.25f, 0.75f}, .score = 1, .model = {"m", "1", "d"}};
  std::string rest = R"("scores":[0.25,0.75],"features":{},"model":{"name":"m","version":"1","digest":"d"}})";

  EXPECT_NE(AnswerJson(decision).find(R"(,"score":0.75,)" + rest), std::string::npos) << AnswerJson(decision);
  decision.score = -1;
  EXPECT_EQ(AnswerJson(decision).find("\"score\":"), std::string::npos) << AnswerJson(decision);
  EXPECT_NE(AnswerJson(decision).find(rest), std::string::npos) << AnswerJson(decision);
}

DECIDE_TEST(RefusesWithWhatIsMissing) {
  auto request = House::Request();
  request.service = "nobody";
  EXPECT_REFUSAL(request, "not found: no service 'nobody' was in services/ when the house started; known are delay");
  request = House::Request();
  request.entities["flight"] = "8";
  EXPECT_REFUSAL(request, "not found: feature 'late': entity flight=8 has no row in feature view 'flight', and it has no default");
  data::EventTime then(1357016400000);
  house.features.SetRow("flight", {"9"}, {true, {{.event_time = then, .age_ms = 20}, {data::Value(true), FeatureSource::kFresh, then, 20, data::Offset(3)}}});
  request.entities["flight"] = "9";
  EXPECT_REFUSAL(request, "not found: feature 'late': entity flight=9 has no value of it in its row of feature view 'flight', and it has no default");
  house.features.SetRow("flight", {"9"}, {true, {{}, {}}});
  EXPECT_REFUSAL(request, "unavailable: feature 'late' of view 'flight' is older than its freshness objective, and it has no default");
  house.features.SetRow("carrier", {"OO"}, {false, {{}}});
  request = House::Request();
  request.entities["carrier"] = "OO";
  EXPECT_REFUSAL(request, "not found: feature 'load': entity carrier=OO has no row in feature view 'carrier', and the fallback of view 'carrier' leaves its default out");
  request = House::Request();
  request.entities.erase("flight");
  EXPECT_REFUSAL(request, "invalid: entities lack 'flight', which feature view 'flight' is kept by");
  request = House::Request();
  request.entities["plane"] = "x";
  EXPECT_REFUSAL(request, "invalid: entity key 'plane' is not one of service 'delay'");
  request = House::Request();
  request.request.clear();
  EXPECT_REFUSAL(request, "invalid: request lacks 'distance'");
  request = House::Request();
  request.request["distanse"] = data::Value(1);
  EXPECT_REFUSAL(request, "invalid: request field 'distanse' is not one of service 'delay'");
  request = House::Request();
  request.request["seats"] = data::Value(1.5);
  EXPECT_REFUSAL(request, "invalid: request field 'seats' has a value of another type");
  request = House::Request();
  request.request["distance"] = data::Value();
  EXPECT_REFUSAL(request, "invalid: request field 'distance' is null and has no default; give it one in services/, 'default: null' where the model may miss it");
  request = House::Request();
  request.request["stops"] = data::Value(int64_t{1} << 31);
  EXPECT_REFUSAL(request, "invalid: request field 'stops' is 2147483648, which is no INT; declare it BIGINT in services/");
  house.models.Set(std::make_shared<testing::SumScorer>(ports::ModelIdentity{"forest", "4", "d"}, std::vector<std::string>{"wind"}));
  EXPECT_REFUSAL(House::Request(), "unavailable: model 'forest' version 4 takes 'wind', which service 'delay' has neither as a feature nor as a request field");
  house.models = testing::MemoryModels();
  EXPECT_REFUSAL(House::Request(), "unavailable: service 'delay': no model 'forest'");

  CO_ASSIGN_OR_RETURN(auto records, house.Records());
  EXPECT_TRUE(records.empty());
  co_return Status::Ok();
}

DECIDE_TEST(NullIsTheDefaultOfItsField) {
  auto request = House::Request();
  request.request["seats"] = data::Value();
  CO_ASSIGN_OR_RETURN(auto decision, house.decisions->Decide({}, request));
  EXPECT_EQ(decision.scores, std::vector<float>{1.5f + 1000 + 5 + 100 + 1});

  auto decisions = Decisions::Open(house.env, {{"a.yaml", "name: missing\nmodel: m\ntopic: delay.decisions\nrequest: {x: {type: INT, default: null}}\n"}}, house.features, house.models);
  CO_RETURN_NOT_OK((*decisions)->Begin(house.log, house.topics));
  house.models.Set(std::make_shared<testing::SumScorer>(ports::ModelIdentity{"m", "1", "d"}, std::vector<std::string>{"x"}));
  ports::DecisionRequest nothing{.service = "missing", .entities = {}, .request = {}, .deadline_ms = {}};
  CO_ASSIGN_OR_RETURN(auto missing, (*decisions)->Decide({}, nothing));
  EXPECT_EQ(missing.scores, std::vector<float>{-1000});
  co_return Status::Ok();
}

DECIDE_TEST(APassedDeadlineIsNoAnswer) {
  auto request = House::Request();
  request.deadline_ms = 0;
  EXPECT_REFUSAL(request, "deadline exceeded: the request's deadline has passed");
  CO_ASSIGN_OR_RETURN(auto none, house.Records());
  EXPECT_TRUE(none.empty());
  house.log.SlowAppends(Milliseconds(250));
  CO_ASSIGN_OR_RETURN(std::string late, house.Refusal(House::Request()));
  EXPECT_TRUE(late.starts_with("deadline exceeded: decision ") && late.ends_with("was recorded after its deadline")) << late;
  request.deadline_ms = 1000;
  EXPECT_REFUSAL(request, "answered");
  co_return Status::Ok();
}

DECIDE_TEST(ADecisionThatIsNotDurableIsNoAnswer) {
  house.log.FailAppends(Fault::DiskFull("no room"));
  EXPECT_REFUSAL(House::Request(), "disk full: no room");
  co_return Status::Ok();
}

DECIDE_TEST(SaysWhichModelItsServicesCannotFeed) {
  house.features.Define({.name = "plane", .topic = "p", .entity = {"plane"}, .columns = {{"tail", FeatureKind::kText, {}, false}}});
  auto decisions = Decisions::Open(house.env, {{"a.yaml", "name: a\nmodel: m\nviews: [plane, flight]\nrequest: {x: {type: INT}}\n"}}, house.features, house.models);
  auto said = [&](std::string model, std::vector<std::string> inputs) { return (*decisions)->CanUse(testing::SumScorer({std::move(model), "4", "d"}, std::move(inputs))).ToString(); };
  EXPECT_EQ(said("m", {"late", "x"}), "ok");
  EXPECT_EQ(said("m", {"wind"}), "unavailable: model 'm' version 4 takes 'wind', which service 'a' has neither as a feature nor as a request field");
  EXPECT_EQ(said("m", {"tail"}), "invalid: model 'm' version 4 takes 'tail', which is text in feature view 'plane'; models take numbers and booleans");
  EXPECT_EQ(said("another", {"wind"}), "ok");
  co_return Status::Ok();
}

std::string ServiceRefusal(House& house, std::string yaml) { return ReadService(yaml, "s.yaml", house.features).ToString(); }

TEST(Service, NamesFileAndLineOfWhatItRefuses) {
  testing::SimEnv sim;
  House house(sim);
  EXPECT_EQ(ServiceRefusal(house, "name: a\nmodel: m\ntopic: __offsets\n"), "permission denied: s.yaml:3: topic: '__offsets' is the house's own; it can be read, not written");
  EXPECT_EQ(ServiceRefusal(house, "name: a\nmodel: m\nviews: [flight]\ntopic: f\n"), "invalid: s.yaml:4: topic: 'f' holds the rows of feature view 'flight'; decisions need one of their own");
  EXPECT_EQ(ServiceRefusal(house, "name: a\nmodel: m\nviews: [flight, other]\n"), "invalid: s.yaml:3: views: there is no feature view 'other' in products/");
  EXPECT_EQ(ServiceRefusal(house, "name: a\nmodel: m\nviews: [flight, flight]\n"), "invalid: s.yaml:3: views: feature 'late' is in two of the views; give one another name");
  EXPECT_EQ(ServiceRefusal(house, "name: a\nmodel: m\nviews: [flight]\nrequest: {late: {type: DOUBLE}}\n"), "invalid: s.yaml:4: request.late is the name of a feature, too");
  EXPECT_EQ(ServiceRefusal(house, "name: a\nmodel: m\nrequest:\n  x: {type: TEXT}\n"), "invalid: s.yaml:4: request.x.type: 'TEXT' is none of BOOLEAN, INT, BIGINT, FLOAT, DOUBLE");
  EXPECT_EQ(ServiceRefusal(house, "name: a\nmodel: m\nrequest:\n  x: {type: INT, default: 1.5}\n"), "invalid: s.yaml:4: request.x.default: '1.5' is not of type INT");
  EXPECT_EQ(ServiceRefusal(house, "name: a\nmodle: m\n"), "invalid: s.yaml:2: unknown key 'modle'; did you mean 'model'?");
  EXPECT_EQ(ServiceRefusal(house, "name: a\n"), "invalid: s.yaml:1: 'model' is missing");
  EXPECT_EQ(ServiceRefusal(house, "name: a\nmodel: m\nmodle: m\n"), "invalid: s.yaml:3: unknown key 'modle'; did you mean 'model'?");
}

}  // namespace
}  // namespace freshet::decide
