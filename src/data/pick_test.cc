#include "data/pick.h"

#include <gtest/gtest.h>

#include "data/batch.h"

namespace freshet::data {
namespace {

ColumnPtr Texts(const std::vector<Value>& values) {
  ColumnBuilder builder(Type::String());
  for (const auto& value : values) builder.AppendValue(value);
  return builder.Finish();
}

std::string TextOf(const Column& column) {
  std::string out;
  for (int i = 0; i < column.length; ++i) out += column.IsNull(i) ? "-" : std::string(column.String(i));
  return out;
}

TEST(Pick, NamesRowsOfEveryEncodingInAnyOrderAndTwice) {
  ColumnPtr flat = Texts({"a", "b", Value(), "d"});
  const uint16_t turned[] = {3, 2, 1, 0};
  const uint16_t rows[] = {1, 1, 0, 2, 3, 1};

  auto picked = Pick({flat, Repeat(flat, 1, 4), Slice(flat, turned, 4)}, rows);

  EXPECT_EQ(TextOf(*picked[0]), "bba-db");
  EXPECT_EQ(TextOf(*picked[1]), "bbbbbb");
  EXPECT_EQ(TextOf(*picked[2]), "--dba-");
}

TEST(Pick, SharesTheNumbersOfColumnsThatAreNumberedAlike) {
  ColumnPtr one = Texts({"a", "b"}), two = Texts({"c", "d"});
  const uint16_t rows[] = {1, 0, 1};

  auto picked = Pick({one, nullptr, two}, rows);
  auto again = Pick(picked, std::span(rows).first(2));

  EXPECT_EQ(picked[0]->indices, picked[2]->indices);
  EXPECT_EQ(picked[1], nullptr);
  EXPECT_EQ(again[0]->indices, again[2]->indices);
  EXPECT_EQ(TextOf(*again[2]), "cd");
}

TEST(Pick, LeavesColumnsAloneOfWhichEveryRowIsWantedOnce) {
  ColumnPtr column = Texts({"a", "b"});
  const uint16_t rows[] = {0, 1};

  EXPECT_EQ(Pick({column}, rows)[0], column);
  EXPECT_EQ(TextOf(*Pick({column}, std::span(rows).first(1))[0]), "a");
}

}  // namespace
}  // namespace freshet::data
