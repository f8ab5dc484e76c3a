#include "engines/stream/state/sorted_rows.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/bytes.h"

namespace freshet::stream {
namespace {

// Keys that begin alike, keys that end early, and no two alike.
std::string KeyBytes(std::mt19937& random, uint64_t arrival) {
  std::string key = std::string("as long as a key's head").substr(0, random() % 3 == 0 ? 0 : random() % 24);
  key += static_cast<char>(random() % 3);
  char bytes[sizeof(arrival)];
  StoreInt(Order::kBig, bytes, arrival);
  return key.append(bytes, sizeof(bytes));
}

std::vector<std::string> All(const SortedRows& rows, const RowArena& arena) {
  std::vector<std::string> all;
  rows.ForEach([&](SortedRows::Row row) {
    all.emplace_back(SortedRows::RowOf(arena.At(row)));
    return true;
  });
  return all;
}

TEST(SortedRows, StandInTheOrderOfTheirKeysWhateverComesAndGoes) {
  std::mt19937 random(7);
  RowArena arena(std::pmr::new_delete_resource());
  SortedRows rows{SortedRows::allocator_type()};
  std::map<std::string, std::string> expected;
  for (uint64_t step = 0; step < 3000; ++step) {
    std::string key = KeyBytes(random, step);
    bool behind = expected.empty() || key > expected.rbegin()->first;
    EXPECT_EQ(rows.IsBehindAll(key, arena), behind);
    if (step % 3 != 2 || expected.empty()) {
      std::string row = "row " + std::to_string(random() % 50);
      rows.Add(key, row, arena);
      expected[key] = row;
    } else if (step % 2 == 0) {
      EXPECT_EQ(SortedRows::RowOf(arena.At(rows.TakeLast())), expected.rbegin()->second);
      expected.erase(std::prev(expected.end()));
    } else {
      auto some = std::next(expected.begin(), static_cast<std::ptrdiff_t>(random() % expected.size()));
      auto taken = rows.Take(some->second, some->first, some->first, arena);
      ASSERT_TRUE(taken.has_value());
      EXPECT_EQ(SortedRows::KeyOf(arena.At(*taken)), some->first);
      arena.Free(*taken);
      expected.erase(some);
    }
  }

  std::vector<std::string> in_order;
  for (const auto& [key, row] : expected) in_order.push_back(row);
  EXPECT_GT(in_order.size(), 500u);
  EXPECT_EQ(All(rows, arena), in_order);
  EXPECT_EQ(rows.size(), in_order.size());
}

TEST(SortedRows, AreTakenOutByTheirBytesAndTheOldestOfEqualsFirst) {
  RowArena arena(std::pmr::new_delete_resource());
  SortedRows rows{SortedRows::allocator_type()};
  for (const char* key : {"b3", "b1", "b2", "a9", "c0"}) rows.Add(key, key[0] == 'b' ? "twin" : key, arena);

  auto first = rows.Take("twin", "b0", "b9", arena);
  auto none = rows.Take("a9", "b0", "b9", arena);

  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(SortedRows::KeyOf(arena.At(*first)), "b1");
  EXPECT_FALSE(none.has_value());
  EXPECT_EQ(All(rows, arena), (std::vector<std::string>{"a9", "twin", "twin", "c0"}));
}

}  // namespace
}  // namespace freshet::stream
