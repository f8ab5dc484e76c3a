#include "engines/stream/state/kept_rows.h"

#include <gtest/gtest.h>

#include "data/canonical.h"
#include "data/pick.h"
#include "engines/stream/state/row_encoder.h"
#include "engines/stream/state/rows.h"
#include "engines/stream/state/state_memory.h"

namespace freshet::stream {
namespace {

using data::Type;
using data::Value;

const std::vector<Type>& Types() {
  static const std::vector<Type> kTypes = {Type::BigInt(), Type::String(), Type::Int(), Type::Decimal(30, 2), Type::Boolean(), Type::Double(), Type::Array(Type::String()), Type::String()};
  return kTypes;
}

std::string Long(int i) { return StrCat("a text that does not lie in its reference, number ", i); }

data::Batch Rows(int count) {
  data::BatchBuilder builder(Types());
  for (int i = 0; i < count; ++i) {
    if (i % 5 == 4) builder.AppendRow({Value(), Value(), Value(), Value(), Value(), Value(), Value(), Value()});
    else builder.AppendRow({i, Long(i), i * 7, Value(data::Int128{i * 100}), i % 2 == 0, i * 0.5, Value::List{"x", Value(), Long(i)}, "short"});
  }
  return builder.Build();
}

std::string TextOf(const std::vector<data::ColumnPtr>& columns, int row) {
  std::string out;
  for (const auto& column : columns) {
    if (column) data::AppendCanonical(out, *column, row);
    out += '|';
  }
  return out;
}

// The rows of a batch in an arena.
struct Arena {
  explicit Arena(const data::Batch& batch) {
    RowEncoder encoder;
    encoder.Begin(batch);
    for (int i = 0; i < batch.length(); ++i) places.push_back(rows.Add(encoder.Encode(i)));
  }
  StateMemory memory;
  RowArena rows{&memory};
  std::vector<RowArena::Ref> places;
};

TEST(RowEncoder, WritesRowsAsTheyWereAlwaysWritten) {
  data::Batch flat = Rows(20);
  std::vector<uint16_t> numbers = {19, 4, 4, 0, 7};
  data::Batch picked(5, data::Pick(flat.columns(), numbers));
  data::Batch constant(3, {data::Repeat(flat.column(1), 2, 3), data::NullColumn(Type::Int(), 3)});
  std::vector<uint16_t> few;
  for (size_t i = 0; i < 40; ++i) few.push_back(static_cast<uint16_t>(i * 3 % 5));
  std::vector<data::ColumnPtr> columns = Rows(40).columns(), shared = data::Pick(Rows(5).columns(), few);
  columns.insert(columns.end(), shared.begin(), shared.end());
  data::Batch ends_alike(40, std::move(columns));
  RowEncoder encoder;

  for (const auto& batch : {flat, picked, ends_alike, constant, ends_alike}) {
    encoder.Begin(batch);
    for (int i = 0; i < batch.length(); ++i) EXPECT_EQ(encoder.Encode(i), RowBytes(batch, i)) << i;
  }
}

TEST(KeptRows, ReadARowOnceHoweverOftenItIsAskedFor) {
  data::Batch batch = Rows(300);
  Arena arena(batch);
  KeptRows kept(Types(), std::vector<bool>(Types().size(), true));

  for (int turn = 0; turn < 3; ++turn) {
    std::vector<uint16_t> numbers;
    for (size_t i = 0; i < 1000; ++i) {
      RowArena::Ref place = arena.places[i * 7 % 300];
      numbers.push_back(kept.NumberOf(place, arena.rows.At(place)));
    }
    EXPECT_EQ(kept.count(), 300);
    auto columns = data::Pick(kept.Finish(), numbers);
    for (size_t i = 0; i < 1000; ++i) ASSERT_EQ(TextOf(columns, static_cast<int>(i)), TextOf(batch.columns(), static_cast<int>(i * 7 % 300)));
    EXPECT_EQ(kept.count(), 0);
  }
}

TEST(KeptRows, LiveOnWhenTheirStateHasGone) {
  data::Batch batch = Rows(10);
  KeptRows kept(Types(), std::vector<bool>(Types().size(), true));
  std::vector<data::ColumnPtr> columns;

  {
    Arena arena(batch);
    for (auto place : arena.places) kept.NumberOf(place, arena.rows.At(place));
    columns = kept.Finish();
    for (auto place : arena.places) arena.rows.Free(place);
    for (int i = 0; i < 100; ++i) arena.rows.Add(std::string(100, '#'));
  }

  for (int i = 0; i < 10; ++i) EXPECT_EQ(TextOf(columns, i), TextOf(batch.columns(), i));
}

TEST(KeptRows, HaveOnlyTheColumnsThatAreWanted) {
  data::Batch batch = Rows(3);
  Arena arena(batch);
  KeptRows kept(Types(), {false, false, true, false, false, false, false, true});

  kept.NumberOf(arena.places[2], arena.rows.At(arena.places[2]));
  kept.AddNulls();
  auto columns = kept.Finish();

  EXPECT_EQ(TextOf(columns, 0), "||14|||||\"short\"|");
  EXPECT_EQ(TextOf(columns, 1), "||null|||||null|");
}

TEST(KeptRows, TakeTextsThatAreMoreThanAllBuffersOfAColumn) {
  KeptRows kept({Type::String()}, {true});
  data::BatchBuilder builder({Type::String()});
  for (int i = 0; i < 20; ++i) builder.AppendRow({std::string(1'500'000, static_cast<char>('a' + i))});
  data::Batch batch = builder.Build();
  Arena arena(batch);

  for (auto place : arena.places) kept.NumberOf(place, arena.rows.At(place));
  auto columns = kept.Finish();

  for (int i = 0; i < 20; ++i) EXPECT_EQ(columns[0]->String(i), batch.column(0)->String(i));
}

}  // namespace
}  // namespace freshet::stream
