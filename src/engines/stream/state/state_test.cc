#include <gtest/gtest.h>

#include "base/bytes.h"
#include "engines/stream/state/keys.h"
#include "engines/stream/state/snapshot.h"

namespace freshet::stream {
namespace {

uint32_t Add(GroupIndex& index, const std::string& key, bool* added) { return index.FindOrAdd(key, HashBytes(key), added); }

TEST(GroupIndex, FindsEveryKeyAfterGrowthAndRemoval) {
  GroupIndex index;
  bool added = false;
  std::map<std::string, uint32_t> expected;
  for (int i = 0; i < 5000; ++i) expected["key " + std::to_string(i * 7919)] = Add(index, "key " + std::to_string(i * 7919), &added);

  int n = 0;
  for (auto at = expected.begin(); at != expected.end();) {
    if (++n % 3 != 0) {
      ++at;
      continue;
    }
    index.Remove(at->second);
    at = expected.erase(at);
  }

  EXPECT_EQ(index.live(), expected.size());
  for (const auto& [key, group] : expected) {
    EXPECT_EQ(Add(index, key, &added), group);
    EXPECT_FALSE(added);
    EXPECT_EQ(index.key(group), key);
  }
}

TEST(GroupIndex, UsesFreedNumbersAgain) {
  GroupIndex index;
  bool added = false;
  uint32_t first = Add(index, "a", &added);
  Add(index, "b", &added);

  index.Remove(first);

  EXPECT_EQ(Add(index, "c", &added), first);
  EXPECT_TRUE(added);
  Add(index, "a", &added);
  EXPECT_TRUE(added);
}

TEST(Keys, HashesStayAsTheyAreOnDisk) {
  EXPECT_EQ(HashBytes("a"), 9532638821721961711ULL);
  EXPECT_EQ(HashBytes("a key of more than eight bytes"), 15683068063361624432ULL);
}

TEST(Keys, ReadBackWhatTheyWroteForEveryType) {
  using data::Type;
  using data::Value;
  std::vector<std::pair<Type, Value>> values = {
      {Type::Boolean(), true}, {Type::SmallInt(), 7}, {Type::Date(), -3}, {Type::Timestamp(3), int64_t{1} << 40}, {Type::Decimal(30, 2), Value(data::Int128{-5})},
      {Type::Double(), 2.5}, {Type::String(), "text"}, {Type::String(), Value()}, {Type::Array(Type::Int()), Value::List{1, Value(), 3}},
      {Type::Row({{"a", Type::Int()}, {"b", Type::String()}}), Value::List{1, "x"}}, {Type::Map(Type::String(), Type::Int()), Value::List{"k", 1}}};
  for (const auto& [type, value] : values) {
    data::ColumnBuilder builder(type);
    builder.AppendValue(value);
    std::string bytes;
    AppendKey(bytes, *builder.Finish(), 0);

    std::string_view rest = bytes;
    AppendFromKey(builder, &rest);

    EXPECT_EQ(data::ValueAt(*builder.Finish(), 0), value) << type.ToString();
    EXPECT_TRUE(rest.empty());
  }
}

TEST(Snapshot, ReadsBackWhatItWrote) {
  Snapshot snapshot;
  snapshot.operators["op"].whole = "w";
  snapshot.operators["op"].groups[127] = "g";
  snapshot.sources["s"] = "0:42";

  auto read = Snapshot::Decode(snapshot.Encode());

  ASSERT_TRUE(read.ok()) << read.ToString();
  EXPECT_EQ(read->operators["op"].groups[127], "g");
  EXPECT_EQ(read->sources["s"], "0:42");
}

TEST(Snapshot, RefusesEveryFlippedByteAndEveryCut) {
  Snapshot snapshot;
  snapshot.operators["op"].whole = "state";
  std::string bytes = snapshot.Encode();

  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string broken = bytes;
    broken[i] = static_cast<char>(broken[i] ^ 1);
    EXPECT_FALSE(Snapshot::Decode(broken).ok()) << i;
    EXPECT_FALSE(Snapshot::Decode(bytes.substr(0, i)).ok()) << i;
  }
}

TEST(OperatorState, OfTwoShardsIsOneWithTheLeastTimeAndTheMostArrivals) {
  auto state = [](int64_t watermark, uint64_t arrivals, size_t group, std::string bytes) {
    OperatorState out;
    ByteWriter writer(out.whole, Order::kLittle);
    writer.Write(watermark);
    writer.WriteVarUint64(1);
    writer.Write(watermark + 1);
    writer.Write(arrivals);
    out.groups[group] = std::move(bytes);
    return out;
  };
  OperatorState merged = state(10, 3, 5, "five");

  Merge(merged, state(8, 7, 100, "hundred"), WholeState::kArrivals);

  EXPECT_EQ(merged.whole, state(8, 7, 0, "").whole);
  EXPECT_EQ(merged.groups[5], "five");
  EXPECT_EQ(merged.groups[100], "hundred");
}

}  // namespace
}  // namespace freshet::stream
