#include "engines/stream/state/join_rows.h"

#include <gtest/gtest.h>

#include "engines/stream/state/state_memory.h"

namespace freshet::stream {
namespace {

// Rows by key, beside a plain list of them.
class JoinRowsTest : public testing::Test {
 protected:
  size_t Below(size_t n) { return (random_ = random_ * 6364136223846793005u + 1442695040888963407u) / 8589934592u % n; }
  std::string Text(size_t bytes) {
    std::string out;
    while (out.size() < bytes) out += static_cast<char>('a' + Below(26));
    return out;
  }
  void Add(const std::string& key, const std::string& row) {
    rows.Add(key, HashBytes(key), row, JoinRows::kNever, 0);
    expected[key].push_back(row);
  }
  // Rows of each key end as that key's partner does, which now and then is another one.
  void AddRows(int count, size_t keys) {
    for (int i = 0; i < count; ++i) {
      std::string key = StrCat("key ", Below(keys));
      if (Below(50) == 0 || !partners_.contains(key)) partners_[key] = Text(Below(4) == 0 ? 20 : 300);
      Add(key, Text(Below(60)) + partners_[key]);
    }
  }
  void ExpectAll(const JoinRows& kept) {
    for (const auto& [key, wanted] : expected) {
      uint32_t group = kept.Find(key, HashBytes(key));
      ASSERT_EQ(group == JoinRows::kNone, wanted.empty()) << key;
      if (wanted.empty()) continue;
      ASSERT_EQ(kept.rows(group).size(), wanted.size()) << key;
      for (size_t i = 0; i < wanted.size(); ++i) {
        RowArena::Bytes bytes = kept.bytes(kept.rows(group)[i]);
        ASSERT_EQ(std::string(bytes.head) + std::string(bytes.tail), wanted[i]) << key << ' ' << i;
      }
    }
  }

  StateMemory memory;
  JoinRows rows{&memory, 0};
  std::map<std::string, std::vector<std::string>> expected;

 private:
  uint64_t random_ = 1;
  std::map<std::string, std::string> partners_;
};

TEST_F(JoinRowsTest, KeepsOnceWhatRowsOfAKeyHaveInCommon) {
  AddRows(20000, 100);

  ExpectAll(rows);
  EXPECT_LT(memory.live_bytes(), 20000 * 140);  // they have 260 bytes each
}

TEST_F(JoinRowsTest, SavesRowsAsTheyCame) {
  AddRows(2000, 20);
  OperatorState state;
  rows.SaveAll(state);

  JoinRows again(std::pmr::new_delete_resource(), 0);
  for (const std::string& group : state.groups) {
    ByteReader in(group, Order::kLittle);
    while (in.remaining() > 0) {
      ASSERT_EQ(in.Read<uint8_t>(), 0);  // the side
      ASSERT_TRUE(again.Load(in).ok());
    }
  }

  ExpectAll(again);
}

TEST_F(JoinRowsTest, TakesRowsBackThatOthersShare) {
  AddRows(3000, 10);
  for (int i = 0; i < 2000; ++i) {
    std::string key = StrCat("key ", Below(10));
    auto& wanted = expected[key];
    if (wanted.empty()) continue;
    size_t which = Below(wanted.size());
    std::string row = wanted[which];
    ASSERT_TRUE(rows.Remove(key, HashBytes(key), row));
    for (which = wanted.size() - 1; wanted[which] != row; --which) {}  // the last of its like
    wanted.erase(wanted.begin() + static_cast<ptrdiff_t>(which));
    if (i % 10 == 0) AddRows(1, 10);
  }

  ExpectAll(rows);
}

TEST_F(JoinRowsTest, MovesRowsTogetherThatShareTheirEnds) {
  AddRows(40000, 400);
  for (int i = 0; i < 350; ++i) {
    std::string key = StrCat("key ", i);
    rows.Drop(key);
    expected.erase(key);
  }
  AddRows(5000, 400);

  ExpectAll(rows);
}

TEST_F(JoinRowsTest, SharesNothingWithRowsThatExpire) {
  std::string end(200, 'e');
  for (int i = 0; i < 100; ++i) rows.Add("key", HashBytes("key"), StrCat(i, end), i % 2 == 0 ? i : JoinRows::kNever, 0);

  ASSERT_TRUE(rows.Expire(1000, [](const JoinRows::Row&) { return Status(); }).ok());

  for (int i = 1; i < 100; i += 2) expected["key"].push_back(StrCat(i, end));
  ExpectAll(rows);
}

}  // namespace
}  // namespace freshet::stream
