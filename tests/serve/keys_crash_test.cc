#include <gtest/gtest.h>

#include <map>
#include <set>

#include "control/catalog/catalog.h"
#include "engines/journal/journal.h"
#include "engines/kv/store.h"
#include "engines/log/log.h"
#include "testing/sim_env.h"

// Keys over the product's own journal, log and catalog, in a house that loses power at a place of the seed's choice. What was
// answered is kept; what was in flight is whole or not there.

namespace freshet::kv {
namespace {

constexpr int kWriters = 3;
constexpr int kWritesEach = 25;
constexpr int kLives = 4;

// What a key may hold: one value once it was answered, one more for each write in flight. "" is no key.
class Oracle {
 public:
  void Begin(const std::string& key, const std::string& value) { possible_.try_emplace(key, std::set<std::string>{""}).first->second.insert(value); }
  void Answered(const std::string& key, const std::string& value) { possible_[key] = {value}; }
  void Found(const std::string& key, const std::string& value) {
    EXPECT_TRUE(possible_[key].contains(value)) << key << " holds '" << value << "'";
    possible_[key] = {value};
  }
  std::vector<std::string> Keys() const {
    std::vector<std::string> keys;
    for (const auto& [key, values] : possible_) keys.push_back(key);
    return keys;
  }

 private:
  std::map<std::string, std::set<std::string>> possible_;
};

class SetOne final : public ports::KeyProgram {
 public:
  SetOne(std::string key, std::string value) : key_(std::move(key)), value_(std::move(value)) {}
  bool writes() const override { return true; }
  void Run(ports::KeySpace& keys) override {
    Status changed = value_.empty() ? keys.Erase(key_).status() : keys.Put(key_, {.value = value_});
    EXPECT_TRUE(changed.ok()) << changed.ToString();
  }

 private:
  std::string key_, value_;
};

class ReadAll final : public ports::KeyProgram {
 public:
  explicit ReadAll(Oracle& oracle) : oracle_(oracle) {}
  bool writes() const override { return false; }
  void Run(ports::KeySpace& keys) override {
    for (const std::string& key : oracle_.Keys()) {
      const ports::KeyEntry* entry = keys.Find(key);
      oracle_.Found(key, entry == nullptr ? "" : *entry->string());
    }
  }

 private:
  Oracle& oracle_;
};

Task<> WriteMany(Store& store, Oracle& oracle, int life, int writer) {
  for (int i = 0; i < kWritesEach; ++i) {
    std::string key = StrCat("key ", writer, "-", i % 10);  // each writer its own keys: their order is then known
    std::string value = i % 7 == 6 ? "" : StrCat(life, "-", i, std::string(static_cast<size_t>(i * 20), 'x'));
    oracle.Begin(key, value);
    SetOne set(key, value);
    auto run = store.Run({}, set);
    Status outcome = co_await run;
    if (outcome.ok()) oracle.Answered(key, value);
  }
  co_return Status::Ok();
}

Task<> Live(testing::SimEnv& sim, Oracle& oracle, int life) {
  auto log = log::SegmentLog::Open(sim, {.directory = "data/log"});
  if (!log.ok()) co_return log.status();
  auto catalog = catalog::Catalog::Open(sim, {.directory = "data/catalog"});
  if (!catalog.ok()) co_return catalog.status();
  auto journal = journal::FileJournal::Open(sim, {.directory = "data/journal"}, {catalog->get(), log->get()});
  if (!journal.ok()) co_return journal.status();
  CO_RETURN_NOT_OK((*catalog)->Begin(**journal, **log));
  CO_RETURN_NOT_OK((*log)->Begin(**journal));
  (*journal)->Start();
  Store store(sim, {}, **log, **catalog, nullptr);
  CO_RETURN_NOT_OK(store.Begin());
  ReadAll read(oracle);
  CO_RETURN_NOT_OK(store.Run({}, read));
  io::TaskGroup writers(sim.loop(0), "writers");
  for (int writer = 0; writer < kWriters; ++writer) writers.Spawn(io::Lane::kNormal, WriteMany(store, oracle, life, writer));
  while (writers.running() > 0) {
    io::SleepUntil pause(sim.clock().Now() + Milliseconds(1));
    co_await pause;
  }
  CO_RETURN_NOT_OK(writers.Close());
  CO_RETURN_NOT_OK(store.Close());
  CO_RETURN_NOT_OK((*log)->Close());
  auto close = (*journal)->Close();
  co_return co_await close;
}

class KeysInACrash : public ::testing::TestWithParam<uint64_t> {};

TEST_P(KeysInACrash, KeepWhatWasAnswered) {
  testing::SimEnv sim({.seed = GetParam()});
  Oracle oracle;
  int crashes = 0;
  for (int life = 0; life < kLives; ++life) {
    bool last = life == kLives - 1;
    if (!last) sim.CrashAtStep(static_cast<int64_t>(sim.Draw(1200)) + 100);
    Status lived = sim.Run(Live(sim, oracle, life));
    if (sim.crashed()) {
      ++crashes;
      sim.Restart();
      continue;
    }
    ASSERT_TRUE(lived.ok()) << lived.ToString();
  }
  EXPECT_EQ(oracle.Keys().size(), 30u);
  RecordProperty("crashes", crashes);
}

INSTANTIATE_TEST_SUITE_P(Seeds, KeysInACrash, ::testing::Range<uint64_t>(1, 41));

}  // namespace
}  // namespace freshet::kv
