#include "engines/features/features.h"

#include <gtest/gtest.h>

#include "data/key_partition.h"
#include "data/record_batch.h"
#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"

namespace freshet::features {
namespace {

using ports::FeatureSource;

constexpr std::string_view kUsers = R"(name: users
features:
  topic: user_features
  entity: [user_id]
  ttl_ms: 60000
  fresh_ms: 5000
  columns:
    clicks: {type: BIGINT, default: 0}
    ratio: {type: DOUBLE}
    country: {type: STRING, default: CH}
  resp: {key: "user:{user_id}:features", as: json}
)";

constexpr std::string_view kRoutes = R"(name: routes
features:
  topic: route_features
  entity: [origin, carrier]
  fresh_ms: 1000
  fallback: [fresh, default]
  time: stream
  event_time: seen
  columns:
    delay: {type: DOUBLE, default: 1.5}
    open: {type: BOOLEAN}
  resp: {key: "route:{origin}:{carrier}", as: hash}
)";

struct House {
  explicit House(testing::SimEnv& sim) : env(sim), log(sim), topics(sim, log) {}

  Task<> Restart() {
    if (features != nullptr) {
      CO_RETURN_NOT_OK(features->Close());
    }
    auto opened = Features::Open(env, {}, {{"users.yaml", std::string(kUsers)}, {"routes.yaml", std::string(kRoutes)}});
    if (!opened.ok()) co_return opened.status();
    features = std::move(opened).value();
    CO_RETURN_NOT_OK(features->Begin(log, topics));
    co_return Status::Ok();
  }

  // As a Kafka client would; null tombstones.
  Task<> Produce(std::string topic, std::string key, std::optional<std::string> value, int64_t timestamp_ms = 0) {
    auto found = topics.Find(topic);
    data::RecordBatchBuilder builder({});
    builder.Add(timestamp_ms == 0 ? env.clock().WallNow().ms : timestamp_ms, key, value);
    data::PartitionKey partition{found->id, data::PartitionOfKey(key, found->partitions)};
    std::vector<ports::LogAppend> appends(1);
    appends[0] = {.key = partition, .batches = *builder.Finish()};
    CO_ASSIGN_OR_RETURN(auto appended, log.Append({}, std::move(appends)));
    co_return appended[0].status();
  }

  Task<ports::EntityRow> Get(std::string view, ports::EntityKey entity) {
    std::vector<ports::EntityKey> entities(1, entity);
    CO_ASSIGN_OR_RETURN(auto rows, features->Get({}, view, std::move(entities)));
    co_return rows[0];
  }
  std::string Key(std::string_view key) {
    auto entry = features->Find(key, env.clock().WallNow());
    if (!entry) return "(none)";
    if (entry->string() != nullptr) return *entry->string();
    std::string out;
    for (const auto& [field, value] : *entry->hash()) out += StrCat(field, "=", value, ";");
    return out;
  }
  // Until every record of the topics has been applied.
  Task<> Settle() {
    io::SleepUntil pause(env.clock().Now() + Milliseconds(500));
    co_return co_await pause;
  }

  testing::SimEnv& env;
  testing::MemoryLog log;
  testing::MemoryTopics topics;
  std::unique_ptr<Features> features;
};

using Body = Task<> (*)(House&);
Task<> OpenRunClose(testing::SimEnv& sim, Body body) {
  House house(sim);
  CO_RETURN_NOT_OK(house.Restart());
  auto run = body(house);
  Status outcome = co_await run;
  CO_RETURN_NOT_OK(house.features->Close());
  co_return outcome;
}

#define FEATURES_TEST(name)                             \
  Task<> name(House& house);                            \
  TEST(Features, name) {                                \
    testing::SimEnv sim;                                \
    Status status = sim.Run(OpenRunClose(sim, name));   \
    EXPECT_TRUE(status.ok()) << status.ToString();      \
  }                                                     \
  Task<> name(House& house)

FEATURES_TEST(FollowsItsTopicAndRebuildsFromIt) {
  CO_RETURN_NOT_OK(house.Produce("user_features", R"({"user_id":"u1"})", R"({"clicks":3,"ratio":0.5,"country":"US","more":[1]})"));
  CO_RETURN_NOT_OK(house.Produce("user_features", R"({"user_id":7})", R"({"clicks":4})"));
  CO_RETURN_NOT_OK(house.Produce("user_features", R"({"user_id":"gone"})", R"({"clicks":5})"));
  CO_RETURN_NOT_OK(house.Produce("user_features", R"({"user_id":"gone"})", std::nullopt));
  CO_RETURN_NOT_OK(house.Settle());
  for (int start = 0; start < 2; ++start) {
    CO_ASSIGN_OR_RETURN(auto row, house.Get("users", {"u1"}));
    EXPECT_TRUE(row.found);
    EXPECT_EQ(row.features[0].value, data::Value(3));
    EXPECT_EQ(row.features[1].value, data::Value(0.5));
    EXPECT_EQ(row.features[2].value, data::Value("US"));
    EXPECT_EQ(row.features[0].source, FeatureSource::kFresh);
    EXPECT_EQ(row.features[0].offset, data::Offset(0));
    CO_ASSIGN_OR_RETURN(auto seven, house.Get("users", {"7"}));
    EXPECT_EQ(seven.features[0].value, data::Value(4));
    EXPECT_EQ(seven.features[1].source, FeatureSource::kMissing);  // its row lacks it
    EXPECT_EQ(seven.features[1].offset, seven.features[0].offset);
    EXPECT_EQ(seven.features[2].value, data::Value("CH"));
    EXPECT_EQ(seven.features[2].source, FeatureSource::kDefault);
    CO_ASSIGN_OR_RETURN(auto gone, house.Get("users", {"gone"}));
    EXPECT_FALSE(gone.found);

    CO_RETURN_NOT_OK(house.Restart());  // what was there is visible at once
  }
  co_return Status::Ok();
}

FEATURES_TEST(SaysFreshThenStaleThenDefault) {
  CO_RETURN_NOT_OK(house.Produce("user_features", R"({"user_id":"u"})", R"({"clicks":3,"ratio":0.5})"));
  struct Step { int64_t sleep_ms; FeatureSource clicks, ratio; };
  using enum FeatureSource;
  for (Step step : {Step{1000, kFresh, kFresh}, {5000, kStale, kStale}, {55000, kDefault, kMissing}}) {
    io::SleepUntil pause(house.env.clock().Now() + Milliseconds(step.sleep_ms));
    co_await pause;
    CO_ASSIGN_OR_RETURN(auto row, house.Get("users", {"u"}));
    EXPECT_EQ(row.features[0].source, step.clicks) << step.sleep_ms;
    EXPECT_EQ(row.features[1].source, step.ratio) << step.sleep_ms;
    EXPECT_EQ(row.found, step.clicks != kDefault);
  }
  CO_ASSIGN_OR_RETURN(auto row, house.Get("users", {"u"}));
  EXPECT_EQ(row.features[0].value, data::Value(0));
  EXPECT_TRUE(row.features[1].value.is_null());
  EXPECT_EQ(house.Key("user:u:features"), "(none)");
  EXPECT_EQ(house.env.metrics().AddGauge("freshet_features_rows", "", {{"view", "users"}}).value(), 0);  // and swept
  co_return Status::Ok();
}

FEATURES_TEST(AgesOfReplayedDataCountInStreamTime) {
  CO_RETURN_NOT_OK(house.Produce("route_features", R"({"origin":"JFK","carrier":"UA"})", R"({"delay":7,"open":true,"seen":"2013-01-01 05:00:00"})"));
  CO_RETURN_NOT_OK(house.Produce("route_features", R"({"origin":"LGA","carrier":"UA"})", R"({"delay":8,"open":false,"seen":1357016400900})"));
  CO_RETURN_NOT_OK(house.Settle());
  CO_ASSIGN_OR_RETURN(auto before, house.Get("routes", {"JFK", "UA"}));
  CO_RETURN_NOT_OK(house.Produce("route_features", R"({"origin":"LGA","carrier":"AA"})", R"({"delay":9,"seen":"2013-01-01T05:00:01.500Z"})"));
  CO_RETURN_NOT_OK(house.Settle());
  CO_ASSIGN_OR_RETURN(auto after, house.Get("routes", {"JFK", "UA"}));

  EXPECT_EQ(before.features[0].value, data::Value(7.0));
  EXPECT_EQ(before.features[0].age_ms, 900);
  EXPECT_EQ(before.features[0].event_time, data::EventTime(1357016400000));
  EXPECT_EQ(after.features[0].value, data::Value(1.5));  // no stale in its chain
  EXPECT_EQ(after.features[0].source, FeatureSource::kDefault);
  EXPECT_EQ(after.features[1].source, FeatureSource::kMissing);
  co_return Status::Ok();
}

FEATURES_TEST(ShowsRowsAsKeys) {
  CO_RETURN_NOT_OK(house.Produce("user_features", R"({"user_id":"u\"1"})", R"({"clicks":3,"ratio":0.1,"country":"a\"b"})"));
  CO_RETURN_NOT_OK(house.Produce("route_features", R"({"carrier":"UA","origin":"JFK"})", R"({"delay":7,"open":true,"seen":1})"));
  CO_RETURN_NOT_OK(house.Settle());

  EXPECT_EQ(house.Key("user:u\"1:features"), R"({"clicks":3,"ratio":0.1,"country":"a\"b"})");
  EXPECT_EQ(house.Key("route:JFK:UA"), "delay=7;open=true;");
  EXPECT_EQ(house.Key("route:JFK:AA"), "(none)");
  EXPECT_TRUE(house.features->Owns("user:nobody:features"));
  EXPECT_FALSE(house.features->Owns("user:nobody"));
  std::vector<std::string> keys;
  uint64_t cursor = 0;
  do cursor = house.features->Scan(cursor, 1, house.env.clock().WallNow(), [&](std::string_view key, const ports::KeyEntry&) { keys.emplace_back(key); });
  while (cursor != 0);
  EXPECT_EQ(keys, (std::vector<std::string>{"user:u\"1:features", "route:JFK:UA"}));
  co_return Status::Ok();
}

FEATURES_TEST(PassesOverWhatIsNoRowAndSaysSo) {
  for (std::string_view key : {"u1", "{\"id\":1}", "{\"user_id\":1.5}", "{\"user_id\":\"\"}", "{\"user_id\":"}) {
    CO_RETURN_NOT_OK(house.Produce("user_features", std::string(key), R"({"clicks":3})"));
  }
  for (std::string_view value : {"", "3", R"({"clicks":"3"})", R"({"clicks":1.5})", R"({"clicks":99999999999999999999})"}) {
    CO_RETURN_NOT_OK(house.Produce("user_features", R"({"user_id":"u"})", std::string(value)));
  }
  CO_RETURN_NOT_OK(house.Produce("user_features", R"({"user_id":"u2"})", R"({"clicks":2,"ratio":1})"));
  CO_RETURN_NOT_OK(house.Settle());

  EXPECT_EQ(house.env.metrics().AddCounter("freshet_features_refused_total", "", {{"view", "users"}}).value(), 10);
  EXPECT_EQ(house.Key("user:u:features"), "(none)");
  EXPECT_EQ(house.Key("user:u2:features"), R"({"clicks":2,"ratio":1,"country":"CH"})");
  co_return Status::Ok();
}

FEATURES_TEST(PutsAndForgetsThroughTheTopic) {
  std::vector<ports::FeatureWrite> rows(1);
  rows[0] = {.entity = {"u"}, .values = {data::Value(9), data::Value(), data::Value("DE")}, .event_time = data::EventTime(house.env.clock().WallNow().ms)};
  CO_RETURN_NOT_OK(house.features->Put({}, "users", rows));
  CO_RETURN_NOT_OK(house.Settle());
  EXPECT_EQ(house.Key("user:u:features"), R"({"clicks":9,"ratio":null,"country":"DE"})");
  std::vector<ports::EntityKey> entities(1, {"u"});
  CO_RETURN_NOT_OK(house.features->Forget({}, "users", entities));
  CO_RETURN_NOT_OK(house.Settle());
  EXPECT_EQ(house.Key("user:u:features"), "(none)");

  rows[0].values[0] = data::Value("text");
  auto put = house.features->Put({}, "users", rows);
  Status refused = co_await put;
  EXPECT_EQ(refused.code(), Code::kInvalid);
  auto unknown = house.features->Put({}, "nobody", rows);
  Status not_found = co_await unknown;
  EXPECT_EQ(not_found.code(), Code::kNotFound);
  co_return Status::Ok();
}

FEATURES_TEST(ATopicThatIsMadeAnewStartsTheViewAnew) {
  CO_RETURN_NOT_OK(house.Produce("user_features", R"({"user_id":"old"})", R"({"clicks":1})"));
  CO_RETURN_NOT_OK(house.Settle());
  CO_RETURN_NOT_OK(house.topics.Delete({}, "user_features"));
  CO_RETURN_NOT_OK(house.Settle());
  io::SleepUntil pause(house.env.clock().Now() + Seconds(3));
  co_await pause;
  CO_RETURN_NOT_OK(house.Produce("user_features", R"({"user_id":"new"})", R"({"clicks":2})"));
  CO_RETURN_NOT_OK(house.Settle());

  EXPECT_EQ(house.Key("user:old:features"), "(none)");
  EXPECT_EQ(house.Key("user:new:features"), R"({"clicks":2,"ratio":null,"country":"CH"})");
  co_return Status::Ok();
}

std::string Refusal(std::string yaml, std::string_view from, std::string_view to) {
  size_t at = yaml.find(from);
  yaml.replace(at, from.size(), to);
  return ReadProduct(yaml, "p.yaml").ToString();
}

TEST(Product, TakesNullForADefaultThatIsNoValue) {
  std::string users(kUsers);
  users.replace(users.find("default: 0"), 10, "default: null");

  auto product = ReadProduct(users, "p.yaml");

  ASSERT_TRUE(product.ok()) << product.ToString();
  EXPECT_TRUE(product->view->columns[0].has_default);
  EXPECT_TRUE(product->view->columns[0].initial.is_null());
}

TEST(Product, NamesFileAndLineOfWhatItRefuses) {
  std::string users(kUsers);
  EXPECT_TRUE(ReadProduct(users, "p.yaml").ok());
  EXPECT_EQ(Refusal(users, "fresh_ms", "fresh"), "invalid: p.yaml:6: unknown key 'features.fresh'; it takes topic, entity, ttl_ms, fresh_ms, fallback, time, event_time, columns, resp");
  EXPECT_EQ(Refusal(users, "BIGINT", "NUMBER"), "invalid: p.yaml:8: features.columns.clicks.type: 'NUMBER' is none of BOOLEAN, INT, BIGINT, FLOAT, DOUBLE, STRING");
  EXPECT_EQ(Refusal(users, "default: 0", "default: x"), "invalid: p.yaml:8: features.columns.clicks.default: 'x' is not a number of that type");
  EXPECT_EQ(Refusal(users, "default: 0", "default: [0]"), "invalid: p.yaml:8: features.columns.clicks.default: must be a single value");
  EXPECT_EQ(Refusal(users, "{user_id}", "{id}"), "invalid: p.yaml:11: features.resp.key: 'user:{id}:features': {id} is not a key of the entity");
  EXPECT_EQ(Refusal(users, "as: json", "as: list"), "invalid: p.yaml:11: features.resp.as: 'list' is neither json nor hash");
  EXPECT_EQ(Refusal(users, "[user_id]", "[]"), "invalid: p.yaml:3: features.entity: list 1 to 16 names, such as [user_id]");
  EXPECT_EQ(Refusal(users, "fresh_ms: 5000", "fallback: [stale]"), "invalid: p.yaml:6: features.fallback: write a part of [fresh, stale, default] that begins with fresh, in this order");
  EXPECT_EQ(Refusal(users, "user_features", "__offsets"), "invalid: p.yaml:3: features.topic: '__offsets' is the house's own, and its records are no features");
  EXPECT_EQ(Refusal(users, "user_features", "bad topic"), "invalid: p.yaml:3: features.topic: topic name 'bad topic' may hold letters, digits, '.', '_' and '-' only");
}

TEST(Product, TwoViewsMayNotClaimTheSameKeys) {
  testing::SimEnv sim;
  std::string other(kUsers);
  other.replace(6, 5, "other");

  EXPECT_EQ(Features::Open(sim, {}, {{"a.yaml", std::string(kUsers)}, {"b.yaml", other}}).status().ToString(),
            "invalid: b.yaml: feature views 'users' and 'other' claim the same keys 'user:{}:features'");
  EXPECT_EQ(Features::Open(sim, {}, {{"a.yaml", std::string(kUsers)}, {"b.yaml", std::string(kUsers)}}).status().ToString(),
            "invalid: b.yaml: feature view 'users' is defined in a.yaml, too; give one of them another name");
}

TEST(KeyPattern, DifferentEntitiesHaveDifferentKeys) {
  auto pattern = KeyPattern::Parse("r:{a}:{b}::{c}!", {"a", "b", "c"});
  ASSERT_TRUE(pattern.ok()) << pattern.ToString();
  struct Case { ports::EntityKey entity; const char* key; };
  for (const Case& c : {Case{{"x", "y", "z"}, "r:x:y::z!"}, {{"a:b", "c", "d"}, "r:a%3Ab:c::d!"}, {{"a", "b:c", "d"}, "r:a:b%3Ac::d!"}, {{"a", "b", "c:d!%"}, "r:a:b::c:d!%!"},
                        {{"50%", "%3A", "x"}, "r:50%25:%253A::x!"}, {{"ü", "!", "x"}, "r:ü:!::x!"}}) {
    EXPECT_EQ(pattern->Render(c.entity), c.key);
    EXPECT_EQ(pattern->Read(c.key), c.entity) << c.key;
  }
  for (const char* other : {"r:a%3ab:c::d!", "r:a%62:c::d!", "r:a%:c::d!", "r:a%2:c::d!", "r::c::d!", "r:a:b:c!"}) EXPECT_EQ(pattern->Read(other), std::nullopt) << other;
  auto one = KeyPattern::Parse("u:{a}", {"a"});
  EXPECT_EQ(one->Render({"50%:x"}), "u:50%:x");
  EXPECT_EQ(one->Read("u:50%:x"), ports::EntityKey{"50%:x"});
}

TEST(KeyPattern, RendersAndReadsBack) {
  auto pattern = KeyPattern::Parse("r:{b}-{a}", {"a", "b"});

  ASSERT_TRUE(pattern.ok()) << pattern.ToString();
  EXPECT_EQ(pattern->Render({"x", "y"}), "r:y-x");
  EXPECT_EQ(pattern->Read("r:y-x-z"), (ports::EntityKey{"x-z", "y"}));
  EXPECT_EQ(pattern->Read("r:y-"), std::nullopt);
  EXPECT_EQ(pattern->Read("s:y-x"), std::nullopt);
  EXPECT_EQ(KeyPattern::Parse("{a}{b}", {"a", "b"}).code(), Code::kInvalid);
  EXPECT_EQ(KeyPattern::Parse("{a}:{a}", {"a"}).code(), Code::kInvalid);
  EXPECT_EQ(KeyPattern::Parse("{a}", {"a", "b"}).code(), Code::kInvalid);
  EXPECT_EQ(KeyPattern::Parse("x{a", {"a"}).code(), Code::kInvalid);
}

}  // namespace
}  // namespace freshet::features
