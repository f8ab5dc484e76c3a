#include <gtest/gtest.h>

#include "engines/kv/store.h"
#include "testing/memory_keys.h"
#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"

// What KeyValue promises, asked of the engine and of the fake that the doors are tested with.

namespace freshet::contracts {
namespace {

using ports::KeyEntry;
using ports::KeySpace;

class Program final : public ports::KeyProgram {
 public:
  Program(bool writes, std::function<void(KeySpace&)> run) : writes_(writes), run_(std::move(run)) {}
  bool writes() const override { return writes_; }
  void Run(KeySpace& keys) override { run_(keys); }

 private:
  bool writes_;
  std::function<void(KeySpace&)> run_;
};

// Opens the implementation, runs the program, then a second one that may look at what is left.
Task<> RunBoth(testing::SimEnv& sim, bool engine, Program* first, Program* second) {
  testing::MemoryLog log(sim);
  testing::MemoryTopics topics(sim, log);
  testing::MemoryKeys fake(sim);
  kv::Store store(sim, {}, log, topics, nullptr);
  if (engine) {
    CO_RETURN_NOT_OK(store.Begin());
  }
  ports::KeyValue& keys = engine ? static_cast<ports::KeyValue&>(store) : fake;
  CO_RETURN_NOT_OK(keys.Run({}, *first));
  CO_RETURN_NOT_OK(keys.Run({}, *second));
  if (engine) {
    CO_RETURN_NOT_OK(store.Close());
  }
  co_return Status::Ok();
}

class KeyValueContract : public ::testing::TestWithParam<bool> {
 protected:
  void WriteThenRead(std::function<void(KeySpace&)> write, std::function<void(KeySpace&)> read) {
    testing::SimEnv sim;
    Program first(true, std::move(write)), second(false, std::move(read));
    Status status = sim.Run(RunBoth(sim, GetParam(), &first, &second));
    EXPECT_TRUE(status.ok()) << status.ToString();
  }
};

TEST_P(KeyValueContract, FindsWhatWasPutLast) {
  WriteThenRead(
      [](KeySpace& keys) {
        EXPECT_TRUE(keys.Put("a", {.value = "1"}).ok());
        EXPECT_TRUE(keys.Put("a", {.value = KeyEntry::Hash{{"f", "v"}}}).ok());
        EXPECT_EQ(keys.Find("a")->hash()->at("f"), "v");
        EXPECT_EQ(keys.Find("b"), nullptr);
      },
      [](KeySpace& keys) {
        EXPECT_EQ(keys.Find("a")->hash()->at("f"), "v");
        EXPECT_EQ(keys.size(), 1);
      });
}

TEST_P(KeyValueContract, EraseSaysWhetherItWasThere) {
  WriteThenRead(
      [](KeySpace& keys) {
        EXPECT_TRUE(keys.Put("a", {.value = "1"}).ok());
        EXPECT_TRUE(*keys.Erase("a"));
        EXPECT_FALSE(*keys.Erase("a"));
        EXPECT_EQ(keys.Find("a"), nullptr);
      },
      [](KeySpace& keys) {
        EXPECT_EQ(keys.Find("a"), nullptr);
        EXPECT_EQ(keys.size(), 0);
      });
}

TEST_P(KeyValueContract, AKeyPastItsTimeIsNotThere) {
  WriteThenRead(
      [](KeySpace& keys) {
        EXPECT_TRUE(keys.Put("past", {.value = "1", .expires_ms = keys.now().ms}).ok());
        EXPECT_TRUE(keys.Put("later", {.value = "1", .expires_ms = keys.now().ms + 60000}).ok());
        EXPECT_EQ(keys.Find("past"), nullptr);
        EXPECT_FALSE(*keys.Erase("past"));
      },
      [](KeySpace& keys) {
        EXPECT_EQ(keys.Find("past"), nullptr);
        EXPECT_NE(keys.Find("later"), nullptr);
      });
}

TEST_P(KeyValueContract, AScanVisitsAllInPages) {
  std::set<std::string> names, seen;
  for (int i = 0; i < 100; ++i) names.insert(StrCat("key ", i));
  WriteThenRead(
      [&](KeySpace& keys) {
        for (const std::string& name : names) EXPECT_TRUE(keys.Put(name, {.value = name}).ok());
      },
      [&](KeySpace& keys) {
        uint64_t cursor = 0;
        int pages = 0;
        do {
          cursor = keys.Scan(cursor, 9, [&](std::string_view key, const KeyEntry& entry) {
            EXPECT_EQ(*entry.string(), key);
            seen.emplace(key);
          });
          ++pages;
        } while (cursor != 0 && pages < 1000);
        EXPECT_GE(pages, 11);
      });
  EXPECT_EQ(seen, names);
}

INSTANTIATE_TEST_SUITE_P(Of, KeyValueContract, ::testing::Values(true, false), [](const auto& info) { return info.param ? "Store" : "MemoryKeys"; });

}  // namespace
}  // namespace freshet::contracts
