#include "engines/stream/state/state_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

namespace freshet::stream {
namespace {

constexpr size_t kBlock = 1000;

// So many blocks that each hold their number.
std::vector<char*> Filled(StateMemory& memory, int blocks) {
  std::vector<char*> all;
  for (int i = 0; i < blocks; ++i) {
    all.push_back(static_cast<char*>(memory.allocate(kBlock)));
    std::memcpy(all.back(), &i, sizeof(i));
  }
  return all;
}

void ExpectFilled(const std::vector<char*>& blocks) {
  for (int i = 0; i < static_cast<int>(blocks.size()); ++i) ASSERT_EQ(std::memcmp(blocks[static_cast<size_t>(i)], &i, sizeof(i)), 0);
}

TEST(StateMemory, CountsWhatItHandsOutAndUsesItAgain) {
  StateMemory memory;
  void* stays = memory.allocate(1);  // so that nothing begins anew
  for (size_t bytes : {size_t{1}, size_t{16}, size_t{17}, size_t{1024}, size_t{1025}, size_t{70000}, size_t{1} << 20, (size_t{1} << 20) + 1, size_t{5} << 20}) {
    int64_t before = memory.live_bytes();
    void* block = memory.allocate(bytes);
    std::memset(block, 7, bytes);
    EXPECT_GE(memory.live_bytes() - before, static_cast<int64_t>(bytes));
    memory.deallocate(block, bytes);
    EXPECT_EQ(memory.live_bytes(), before);
    int64_t resident = memory.resident_bytes();
    void* again = memory.allocate(bytes);
    if (bytes <= size_t{1} << 20) {
      EXPECT_EQ(again, block) << bytes;
      EXPECT_EQ(memory.resident_bytes(), resident) << bytes;
    }
    memory.deallocate(again, bytes);
  }
  memory.deallocate(stays, 1);
}

TEST(StateMemory, OfEverySizeNoTwoBlocksOverlap) {
  StateMemory memory;
  std::map<char*, size_t> blocks;
  for (size_t bytes = 1; bytes < 300000; bytes += 1 + bytes / 7) blocks[static_cast<char*>(memory.allocate(bytes))] = bytes;
  for (auto at = blocks.begin(); std::next(at) != blocks.end(); ++at) ASSERT_LE(at->first + at->second, std::next(at)->first);
}

TEST(StateStore, MovesWhatHasNoRoomAndEverybodyFindsItWhereItWas) {
  io::Budget budget("state", 256 << 10);
  io::PageFile file(io::TemporaryFolder());
  StateStore store({&budget, &file});
  StateMemory large, small;
  store.Keep(large);
  store.Keep(small);
  auto few = Filled(small, 10), many = Filled(large, 5000);

  ASSERT_TRUE(store.Balance().ok());

  EXPECT_LE(large.resident_bytes() + small.resident_bytes(), 256 << 10);
  EXPECT_EQ(budget.used(), large.resident_bytes() + small.resident_bytes());
  EXPECT_GT(large.moved_bytes(), 4 << 20);
  EXPECT_EQ(small.moved_bytes(), 0);
  ExpectFilled(few);
  ExpectFilled(many);
  auto more = Filled(large, 5000);  // also out of pieces that have moved
  ASSERT_TRUE(store.Balance().ok());
  ExpectFilled(many);
  ExpectFilled(more);
}

TEST(StateStore, MovesLongBlocksBeforeShortOnes) {
  io::Budget budget("state", 7 << 20);  // the newest piece with long blocks is 4 MiB of it
  io::PageFile file(io::TemporaryFolder());
  StateStore store({&budget, &file});
  StateMemory memory;
  store.Keep(memory);
  auto short_ones = Filled(memory, 1500);
  std::vector<char*> long_ones;
  for (int i = 0; i < 40; ++i) long_ones.push_back(static_cast<char*>(memory.allocate(256 << 10)));

  ASSERT_TRUE(store.Balance().ok());

  EXPECT_LE(memory.resident_bytes(), 7 << 20);
  EXPECT_GT(memory.moved_bytes(), 4 << 20);
  for (char* block : long_ones) memory.deallocate(block, 256 << 10);
  EXPECT_EQ(memory.moved_bytes(), 0);
  ExpectFilled(short_ones);
}

TEST(StateStore, WhatIsWrittenToMovesBehindWhatIsOld) {
  io::Budget budget("state", 7 << 20);
  io::PageFile file(io::TemporaryFolder());
  StateStore store({&budget, &file});
  StateMemory memory;
  store.Keep(memory);
  auto short_ones = Filled(memory, 4000);
  std::vector<void*> long_ones;
  for (int step = 0; step < 60; ++step) {
    long_ones.push_back(memory.allocate(256 << 10));
    ASSERT_TRUE(store.Balance().ok());
  }

  EXPECT_LE(memory.resident_bytes(), 7 << 20);
  EXPECT_LT(memory.moved_bytes() + memory.resident_bytes(), memory.live_bytes() + (8 << 20));  // no piece was left before it was full
  ExpectFilled(short_ones);
}

TEST(StateStore, UsesNothingAgainThatHasMovedAndGivesItBackWhenNobodyHoldsIt) {
  io::Budget budget("state", 256 << 10);
  io::PageFile file(io::TemporaryFolder());
  StateStore store({&budget, &file});
  StateMemory memory;
  store.Keep(memory);
  auto first = Filled(memory, 5000);
  ASSERT_TRUE(store.Balance().ok());
  int64_t moved = memory.moved_bytes();
  ASSERT_GT(moved, 4 << 20);

  std::set<char*> freed;  // every second one: where a whole piece is given back, the system may place the next one
  for (size_t i = 0; i < 200; i += 2) freed.insert(first[i]);
  for (char* block : freed) memory.deallocate(block, kBlock);
  auto second = Filled(memory, 100);

  for (char* block : second) EXPECT_FALSE(freed.contains(block));
  for (char* block : first) {
    if (!freed.contains(block)) memory.deallocate(block, kBlock);
  }
  EXPECT_LT(memory.moved_bytes(), 1 << 20);
  ExpectFilled(second);
}

TEST(StateStore, WhatWasFreeInAPieceThatMovesIsNotWaitedFor) {
  io::Budget budget("state", 256 << 10);
  io::PageFile file(io::TemporaryFolder());
  StateStore store({&budget, &file});
  StateMemory memory;
  store.Keep(memory);
  auto blocks = Filled(memory, 5000);
  for (size_t i = 0; i < blocks.size(); i += 2) memory.deallocate(blocks[i], kBlock);
  ASSERT_TRUE(store.Balance().ok());
  ASSERT_GT(memory.moved_bytes(), 4 << 20);
  char* stays = static_cast<char*>(memory.allocate(kBlock));

  for (size_t i = 1; i < blocks.size(); i += 2) memory.deallocate(blocks[i], kBlock);

  EXPECT_LT(memory.moved_bytes(), 1 << 20);
  EXPECT_EQ(memory.live_bytes(), 1008);
  memory.deallocate(stays, kBlock);
  EXPECT_EQ(memory.live_bytes(), 0);
}

TEST(StateStore, GivesBackWhatStateNoLongerNeeds) {
  io::Budget budget("state", 64 << 20);
  io::PageFile file(io::TemporaryFolder());
  StateStore store({&budget, &file});
  StateMemory memory;
  store.Keep(memory);
  void* block = memory.allocate(20 << 20);
  ASSERT_TRUE(store.Balance().ok());
  EXPECT_GE(budget.used(), 20 << 20);

  memory.deallocate(block, 20 << 20);
  ASSERT_TRUE(store.Balance().ok());

  EXPECT_LT(budget.used(), 1 << 20);
}

TEST(StateMemory, GivesEverythingBackWhenNothingIsLeftInIt) {
  StateMemory memory;
  for (int round = 0; round < 2; ++round) {
    auto blocks = Filled(memory, 5000);
    EXPECT_GT(memory.resident_bytes(), 4 << 20);
    ExpectFilled(blocks);
    for (char* block : blocks) memory.deallocate(block, kBlock);
    EXPECT_EQ(memory.live_bytes(), 0);
    EXPECT_EQ(memory.resident_bytes(), 0);
  }
}

TEST(StateStore, WithoutAFileItSaysThatThereIsNoRoom) {
  io::Budget budget("state", 64 << 10);
  StateStore store({&budget, nullptr});
  StateMemory memory;
  store.Keep(memory);
  auto blocks = Filled(memory, 1000);

  Status balanced = store.Balance();

  ASSERT_FALSE(balanced.ok());
  EXPECT_EQ(balanced.fault().code(), Code::kExhausted);
  ExpectFilled(blocks);
}

TEST(StateStore, AFolderThatIsNotThereIsNamed) {
  io::Budget budget("state", 0);
  io::PageFile file("/nowhere/at/all");
  StateStore store({&budget, &file});
  StateMemory memory;
  store.Keep(memory);
  auto blocks = Filled(memory, 10);

  Status balanced = store.Balance();

  ASSERT_FALSE(balanced.ok());
  EXPECT_NE(balanced.fault().message().find("/nowhere/at/all"), std::string::npos);
  ExpectFilled(blocks);
}

}  // namespace
}  // namespace freshet::stream
