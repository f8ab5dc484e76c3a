#include <gtest/gtest.h>

#include <optional>

#include "base/bytes.h"
#include "engines/stream/state/keys.h"
#include "engines/stream/state/row_arena.h"
#include "engines/stream/state/rows.h"
#include "engines/stream/state/seen_values.h"
#include "engines/stream/state/snapshot.h"

namespace freshet::stream {
namespace {

uint32_t Add(GroupIndex& index, const std::string& key, bool* added) { return index.FindOrAdd(key, HashBytes(key), added); }

TEST(GroupIndex, FindsEveryKeyAfterGrowthAndRemoval) {
  GroupIndex index(std::pmr::new_delete_resource());
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
  GroupIndex index(std::pmr::new_delete_resource());
  bool added = false;
  uint32_t first = Add(index, "a", &added);
  Add(index, "b", &added);

  index.Remove(first);

  EXPECT_EQ(Add(index, "c", &added), first);
  EXPECT_TRUE(added);
  Add(index, "a", &added);
  EXPECT_TRUE(added);
}

// As keys.cc computes: a word that is what was computed so far makes nothing of it, so all these have one hash.
std::string KeyThatMeetsOthers(uint64_t number) {
  auto mixed = static_cast<unsigned __int128>((0x9E3779B97F4A7C15ULL ^ 24) ^ number) * 0xD6E8FEB86659FD93ULL;
  uint64_t words[3] = {number, static_cast<uint64_t>(mixed) ^ static_cast<uint64_t>(mixed >> 64), 0};
  return {reinterpret_cast<const char*>(words), sizeof(words)};
}

TEST(GroupIndex, KeysThatAreMadeToMeetLieApart) {
  constexpr uint64_t kKeys = 20'000;  // one by one, 200 million steps to all of them
  GroupIndex index(std::pmr::new_delete_resource());
  bool added = false;
  ASSERT_EQ(HashBytes(KeyThatMeetsOthers(1)), HashBytes(KeyThatMeetsOthers(2)));

  for (uint64_t n = 0; n < kKeys; ++n) ASSERT_EQ(Add(index, KeyThatMeetsOthers(n), &added), n);
  for (uint64_t n = 0; n < kKeys; n += 2) index.Remove(static_cast<uint32_t>(n));

  size_t steps = 0;
  for (uint64_t n = 1; n < kKeys; n += 2) {
    ASSERT_EQ(index.Find(KeyThatMeetsOthers(n), HashBytes(KeyThatMeetsOthers(n))), n);
    steps += index.StepsTo(static_cast<uint32_t>(n));
  }
  EXPECT_LT(steps, 4 * kKeys);
}

TEST(SeenValues, NumbersThatAreMadeToMeetLieApart) {
  uint64_t inverse = 1;  // of the factor that spreads numbers, modulo 2^64
  for (int doubled = 0; doubled < 6; ++doubled) inverse *= 2 - 0x9E3779B97F4A7C15ULL * inverse;
  SeenValues seen(data::Type::BigInt(), false, std::pmr::new_delete_resource());
  auto number = [&](uint64_t n) {
    auto value = static_cast<int64_t>(((n << 32) | n) * inverse);
    return std::string(1, '\0').append(reinterpret_cast<const char*>(&value), sizeof(value));
  };
  constexpr uint64_t kNumbers = 20'000;

  for (uint64_t n = 1; n <= kNumbers; ++n) ASSERT_EQ(seen.AddKey(number(n), 1), 1u);

  for (uint64_t n = 1; n <= kNumbers; ++n) ASSERT_EQ(seen.AddKey(number(n), 1), 0u);
  EXPECT_LT(seen.MostSteps(), 200u);
}

TEST(ArrivalPlaces, GivesTheFirstFreeOneBehindARow) {
  ArrivalPlaces places;
  EXPECT_EQ(places.Take(1, 5), 5u);
  EXPECT_EQ(places.Take(1, 5), 6u);
  EXPECT_EQ(places.Take(2, 5), 5u);
  EXPECT_EQ(places.Take(1, 4), 4u);
  EXPECT_EQ(places.Take(1, 4), 7u);
  EXPECT_EQ(places.Take(1, 6), 8u);
}

TEST(ArrivalPlaces, ManyRowsOfOneTimeTakeNoLongerEach) {
  ArrivalPlaces places;
  constexpr uint64_t kRows = 200'000;  // looked at one by one, 20 billion looks
  for (uint64_t shard = 0; shard < 2; ++shard) {
    for (uint64_t row = 0; row < kRows; ++row) EXPECT_EQ(places.Take(7, row), shard * kRows + row);
  }
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
    rest = bytes;
    SkipKey(type, &rest);
    EXPECT_TRUE(rest.empty()) << type.ToString();
  }
}

TEST(Keys, OfABatchAreThoseOfItsRows) {
  data::BatchBuilder builder({data::Type::BigInt(), data::Type::String(), data::Type::Int()});
  for (int i = 0; i < 300; ++i) {
    builder.AppendRow({i % 3 == 0 ? data::Value() : data::Value(int64_t{i} << 33), i % 5 == 0 ? data::Value() : data::Value(std::string(static_cast<size_t>(i), 'x')), i});
  }
  data::Batch batch = builder.Build();
  KeyBatch keys;
  keys.Encode(batch, batch.selection(), {2, 1, 0});

  for (int row = 0; row < batch.length(); ++row) {
    std::string expected;
    for (int c : {2, 1, 0}) AppendKey(expected, *batch.column(c), row);
    ASSERT_EQ(keys.key(row), expected);
    ASSERT_EQ(keys.hash(row), HashBytes(expected));
  }
}

TEST(SeenValues, TellEachCallOnceOfAValue) {
  for (const auto& type : {data::Type::Int(), data::Type::String()}) {
    data::ColumnBuilder builder(type, 1000);
    for (int i = 0; i < 1000; ++i) builder.AppendValue(i % 7 == 0 ? data::Value() : type.IsString() ? data::Value(std::to_string(i % 100)) : data::Value(i % 100 - 50));
    auto column = builder.Finish();
    bool in_order = type.IsString();
    SeenValues seen(type, in_order, std::pmr::new_delete_resource()), again(type, in_order, std::pmr::new_delete_resource());
    std::map<std::string, uint32_t> expected;

    for (int row = 0; row < 1000; ++row) {
      std::string key;
      AppendKey(key, *column, row);
      uint32_t calls = static_cast<uint32_t>(row) % 8, before = expected[key];
      if (calls == 0) continue;
      ASSERT_EQ(seen.Add(*column, row, calls), calls & ~before);
      expected[key] = before | calls;
    }
    seen.ForEach([&](std::string_view key, uint32_t calls) { EXPECT_EQ(again.AddKey(key, calls), calls); });
    std::map<std::string, uint32_t> told;
    again.ForEach([&](std::string_view key, uint32_t calls) { told[std::string(key)] = calls; });

    std::erase_if(expected, [](const auto& value) { return value.second == 0; });
    EXPECT_EQ(told, expected);
  }
}

TEST(RowArena, KeepsRowsWhereTheyAreUntilTheyGo) {
  RowArena arena(std::pmr::new_delete_resource());
  std::vector<std::pair<RowArena::Ref, std::string>> rows;
  for (int i = 0; i < 20000; ++i) {
    std::string row(static_cast<size_t>(i % 500), static_cast<char>('a' + i % 26));
    rows.emplace_back(arena.Add(row), row);
    if (i % 3 != 0) continue;
    size_t gone = static_cast<size_t>(i) * 7919 % rows.size();
    arena.Free(rows[gone].first);
    rows.erase(rows.begin() + static_cast<ptrdiff_t>(gone));
  }
  std::string large(300 << 10, 'z');
  rows.emplace_back(arena.Add(large), large);

  for (const auto& [ref, row] : rows) ASSERT_EQ(arena.At(ref), row);
  EXPECT_FALSE(arena.scattered());
  for (const auto& [ref, row] : rows) arena.Free(ref);
  EXPECT_EQ(arena.live_bytes(), 0u);
  EXPECT_FALSE(arena.scattered());
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

// `whole` of an operator with two inputs.
OperatorState Saved(int64_t own, int64_t left, int64_t right, std::optional<int64_t> more) {
  OperatorState state;
  ByteWriter out(state.whole, Order::kLittle);
  out.Write(own);
  out.WriteVarUint64(2);
  out.Write(left);
  out.Write(right);
  if (more) out.Write(*more);
  return state;
}

TEST(Snapshot, PutsTheStateOfShardsTogether) {
  struct Example {
    WholeState what;
    std::optional<int64_t> here, there, both;
  };
  std::vector<Example> examples = {{WholeState::kTime, {}, {}, {}}, {WholeState::kArrivals, 12, 15, 15}, {WholeState::kFired, 12, 15, 12}};
  for (const auto& example : examples) {
    OperatorState here = Saved(7, 7, 20, example.here), there = Saved(6, 8, 19, example.there);

    MergeWhole(here.whole, there.whole, example.what);

    EXPECT_EQ(here.whole, Saved(6, 7, 19, example.both).whole);
  }
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

}  // namespace
}  // namespace freshet::stream
