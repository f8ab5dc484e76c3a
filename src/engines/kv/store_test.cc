#include "engines/kv/store.h"

#include <gtest/gtest.h>

#include "engines/kv/record.h"
#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"

namespace freshet::kv {
namespace {

using ports::KeyEntry;
using ports::KeySpace;

// A program made of a function.
class Program final : public ports::KeyProgram {
 public:
  Program(bool writes, std::function<void(KeySpace&)> run) : writes_(writes), run_(std::move(run)) {}
  bool writes() const override { return writes_; }
  void Run(KeySpace& keys) override { run_(keys); }

 private:
  bool writes_;
  std::function<void(KeySpace&)> run_;
};

struct House {
  explicit House(testing::SimEnv& sim) : env(sim), log(sim), topics(sim, log) {}

  // A new process on the same log.
  Task<> Restart() {
    if (store != nullptr) {
      CO_RETURN_NOT_OK(store->Close());
    }
    store = std::make_unique<Store>(env, options, log, topics, derived);
    CO_RETURN_NOT_OK(store->Begin());
    co_return Status::Ok();
  }
  Task<> Put(std::string key, KeyEntry entry) {
    Status put;
    Program program(true, [&](KeySpace& keys) { put = keys.Put(key, entry); });
    CO_RETURN_NOT_OK(store->Run({}, program));
    co_return put;
  }
  Task<std::string> Get(std::string key) {
    std::string value = "(none)";
    Program program(false, [&](KeySpace& keys) {
      const KeyEntry* entry = keys.Find(key);
      if (entry != nullptr) value = entry->string() != nullptr ? *entry->string() : StrCat("hash of ", entry->hash()->size());
    });
    CO_RETURN_NOT_OK(store->Run({}, program));
    co_return value;
  }
  Task<int64_t> RecordsInTopic() {
    data::PartitionKey key{topics.Find("__kv")->id, data::PartitionId(0)};
    CO_ASSIGN_OR_RETURN(auto bounds, log.Bounds({}, key));
    co_return bounds.end.get();
  }

  testing::SimEnv& env;
  testing::MemoryLog log;
  testing::MemoryTopics topics;
  StoreOptions options;
  const ports::DerivedKeys* derived = nullptr;
  std::unique_ptr<Store> store;
};

using Body = Task<> (*)(House&);
Task<> OpenRunClose(testing::SimEnv& sim, Body body) {
  House house(sim);
  CO_RETURN_NOT_OK(house.Restart());
  auto run = body(house);
  Status outcome = co_await run;
  CO_RETURN_NOT_OK(house.store->Close());
  co_return outcome;
}

#define STORE_TEST(name)                                \
  Task<> name(House& house);                            \
  TEST(KeyStore, name) {                                \
    testing::SimEnv sim;                                \
    Status status = sim.Run(OpenRunClose(sim, name));   \
    EXPECT_TRUE(status.ok()) << status.ToString();      \
  }                                                     \
  Task<> name(House& house)

#define EXPECT_GET(key, expected)                                   \
  {                                                                 \
    CO_ASSIGN_OR_RETURN(std::string got, house.Get(key));           \
    EXPECT_EQ(got, expected) << key;                                \
  }

STORE_TEST(RebuildsItsKeysFromTheTopic) {
  CO_RETURN_NOT_OK(house.Put("a", {.value = "1"}));
  CO_RETURN_NOT_OK(house.Put("a", {.value = "2"}));
  CO_RETURN_NOT_OK(house.Put("h", {.value = KeyEntry::Hash{{"x", "1"}, {"y", ""}}}));
  CO_RETURN_NOT_OK(house.Put("gone", {.value = "3"}));
  Result<bool> erased = false;
  Program erase(true, [&](KeySpace& keys) { erased = keys.Erase("gone"); });
  CO_RETURN_NOT_OK(house.store->Run({}, erase));
  EXPECT_TRUE(*erased);

  CO_RETURN_NOT_OK(house.Restart());

  EXPECT_GET("a", "2");
  EXPECT_GET("h", "hash of 2");
  EXPECT_GET("gone", "(none)");
  co_return Status::Ok();
}

STORE_TEST(ShowsNobodyWhatTheLogRefused) {
  CO_RETURN_NOT_OK(house.Put("a", {.value = "kept"}));
  house.log.FailAppends(Fault::DiskFull("no room"));
  auto put = house.Put("a", {.value = "lost"});
  Status refused = co_await put;
  house.log.FailAppends({});

  EXPECT_EQ(refused.code(), Code::kDiskFull);
  EXPECT_GET("a", "kept");
  co_return Status::Ok();
}

STORE_TEST(ManyWaitingWritersShareOneAppend) {
  house.log.SlowAppends(Milliseconds(5));
  io::TaskGroup writers(house.env.loop(0), "writers");
  for (int i = 0; i < 100; ++i) writers.Spawn(io::Lane::kNormal, house.Put("same key", {.value = StrCat(i)}));
  CO_RETURN_NOT_OK(writers.Close());

  EXPECT_GET("same key", "99");
  CO_ASSIGN_OR_RETURN(int64_t records, house.RecordsInTopic());
  EXPECT_LE(records, 2);  // the first alone, then all others as one state
  co_return Status::Ok();
}

STORE_TEST(AProgramSeesItsOwnWritesAndThoseQueuedBefore) {
  house.log.SlowAppends(Milliseconds(5));
  int seen = 0;
  Program count(true, [&](KeySpace& keys) {
    const KeyEntry* entry = keys.Find("n");
    seen = entry == nullptr ? 1 : std::stoi(*entry->string()) + 1;
    EXPECT_TRUE(keys.Put("n", {.value = StrCat(seen)}).ok());
    EXPECT_EQ(*keys.Find("n")->string(), StrCat(seen));
  });
  io::TaskGroup writers(house.env.loop(0), "writers");
  for (int i = 0; i < 10; ++i) writers.Spawn(io::Lane::kNormal, house.store->Run({}, count));
  CO_RETURN_NOT_OK(writers.Close());

  EXPECT_GET("n", "10");
  co_return Status::Ok();
}

STORE_TEST(AKeyEndsAtItsTimeAlsoAfterARestart) {
  int64_t now = house.env.clock().WallNow().ms;
  CO_RETURN_NOT_OK(house.Put("short", {.value = "s", .expires_ms = now + 1000}));
  CO_RETURN_NOT_OK(house.Put("long", {.value = "l", .expires_ms = now + 100000}));
  EXPECT_GET("short", "s");

  io::SleepUntil pause(house.env.clock().Now() + Milliseconds(1001));
  co_await pause;

  EXPECT_GET("short", "(none)");
  EXPECT_GET("long", "l");
  CO_RETURN_NOT_OK(house.Restart());
  EXPECT_GET("short", "(none)");
  EXPECT_GET("long", "l");
  io::SleepUntil sweep(house.env.clock().Now() + Seconds(101));
  co_await sweep;
  EXPECT_GET("long", "(none)");
  EXPECT_EQ(house.env.metrics().AddGauge("freshet_kv_memory_bytes", "").value(), 0);
  co_return Status::Ok();
}

STORE_TEST(RefusesWhatDoesNotFit) {
  house.options = {.memory_bytes_max = 4000, .key_bytes_max = 10, .entry_bytes_max = 2000};
  CO_RETURN_NOT_OK(house.Restart());
  struct Case { std::string key; size_t value_bytes; Code code; };
  for (const Case& c : {Case{"12345678901", 1, Code::kTooLarge}, {"a", 3000, Code::kTooLarge}, {"a", 1800, Code::kOk}, {"b", 1800, Code::kOk},
                        {"c", 1800, Code::kExhausted}, {"d", 1, Code::kOk}}) {
    auto put = house.Put(c.key, {.value = std::string(c.value_bytes, 'x')});
    Status outcome = co_await put;
    EXPECT_EQ(outcome.code(), c.code) << c.key << " " << outcome.ToString();
  }
  co_return Status::Ok();
}

STORE_TEST(AScanMeetsEveryKeyThatIsThereAllTheTime) {
  for (int i = 0; i < 100; ++i) {
    CO_RETURN_NOT_OK(house.Put(StrCat("stays-", i), {.value = "v"}));
  }
  std::set<std::string> seen;
  uint64_t cursor = 0;
  int round = 0;
  do {
    Program scan(false, [&](KeySpace& keys) {
      cursor = keys.Scan(cursor, 7, [&](std::string_view key, const KeyEntry&) { seen.emplace(key); });
    });
    CO_RETURN_NOT_OK(house.store->Run({}, scan));
    CO_RETURN_NOT_OK(house.Put(StrCat("comes-", round++), {.value = "v"}));
  } while (cursor != 0 && round < 1000);

  for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.contains(StrCat("stays-", i))) << i;
  co_return Status::Ok();
}

// Keys "row:1" and "row:2" that somebody else computes.
class TwoRows final : public ports::DerivedKeys {
 public:
  bool Owns(std::string_view key) const override { return key.starts_with("row:"); }
  std::optional<KeyEntry> Find(std::string_view key, WallTime) const override {
    if (key != "row:1" && key != "row:2") return std::nullopt;
    return KeyEntry{.value = std::string("derived")};
  }
  uint64_t Scan(uint64_t cursor, size_t, WallTime now, const KeySpace::Visit& visit) const override {
    std::string key = StrCat("row:", cursor + 1);
    visit(key, *Find(key, now));
    return cursor == 0 ? 1 : 0;
  }
  int64_t size() const override { return 2; }
};

STORE_TEST(DerivedKeysAreReadBesideTheOrdinaryOnesAndNeverWritten) {
  TwoRows rows;
  house.derived = &rows;
  CO_RETURN_NOT_OK(house.Restart());
  CO_RETURN_NOT_OK(house.Put("plain", {.value = "p"}));
  std::vector<std::string> seen;
  Program scan(false, [&](KeySpace& keys) {
    EXPECT_EQ(keys.size(), 3);
    uint64_t cursor = 0;
    do cursor = keys.Scan(cursor, 10, [&](std::string_view key, const KeyEntry&) { seen.emplace_back(key); });
    while (cursor != 0);
  });
  CO_RETURN_NOT_OK(house.store->Run({}, scan));

  EXPECT_EQ(seen, (std::vector<std::string>{"plain", "row:1", "row:2"}));
  EXPECT_GET("row:2", "derived");
  EXPECT_GET("row:3", "(none)");
  auto put = house.Put("row:3", {.value = "x"});
  Status refused = co_await put;
  EXPECT_EQ(refused.ToString(), "permission denied: key 'row:3' shows a feature row and is read-only; write to the view's topic");
  CO_RETURN_NOT_OK(house.store->Close());
  house.store = std::make_unique<Store>(house.env, house.options, house.log, house.topics, nullptr);
  CO_RETURN_NOT_OK(house.store->Begin());
  co_return Status::Ok();
}

TEST(KeyRecord, ReadsBackWhatItWroteAndRefusesTheRest) {
  std::string bytes = EncodeEntry({.value = KeyEntry::Hash{{"f", "v"}, {"g", std::string("\0\n", 2)}}, .expires_ms = 77});

  auto entry = DecodeEntry(bytes);

  ASSERT_TRUE(entry.ok()) << entry.ToString();
  EXPECT_EQ(entry->expires_ms, 77);
  EXPECT_EQ(entry->hash()->at("g"), std::string("\0\n", 2));
  for (size_t end = 0; end < bytes.size(); ++end) EXPECT_EQ(DecodeEntry(std::string_view(bytes).substr(0, end)).code(), Code::kCorrupt) << end;
  EXPECT_EQ(DecodeEntry(bytes + "x").code(), Code::kCorrupt);
  EXPECT_EQ(DecodeEntry(std::string("\1\2\0\0\0\0\0\0\0\0\xff\xff\xff\xff\x0f", 15)).code(), Code::kCorrupt);
}

}  // namespace
}  // namespace freshet::kv
