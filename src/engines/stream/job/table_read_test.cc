#include "engines/stream/job/table_read.h"

#include <gtest/gtest.h>

namespace freshet::stream {
namespace {

using data::Type;
using data::Value;

const Type kPerson = Type::Row({{"id", Type::BigInt()}, {"name", Type::String()}, {"city", Type::String()}});

std::shared_ptr<const Table> Events(const std::string& path) {
  auto table = std::make_shared<Table>();
  table->name = "events";
  table->columns = {{sql::ColumnKind::kPhysical, "kind", Type::Int(), "", false, nullptr}, {sql::ColumnKind::kPhysical, "person", kPerson, "", false, nullptr}};
  table->options = {{"connector", "filesystem"}, {"path", path}};
  return table;
}

Pipeline::SourcePart Source(const std::shared_ptr<const Table>& table, const std::string& signature, std::vector<PlanColumn> columns) {
  std::vector<std::string> keys(columns.size());
  return {signature, MakeNode(SourceSpec{table, keys}, {}, std::move(columns))};
}

PlanColumn PersonWith(std::vector<data::NamedType> fields) { return {"person", Type::Row(std::move(fields))}; }

TEST(TableRead, AsksOnceForWhatAnySourceWants) {
  auto table = Events("a");
  std::vector<Pipeline::SourcePart> sources = {Source(table, "one", {PersonWith({{"city", Type::String()}})}),
                                               Source(table, "two", {{"kind", Type::Int()}, PersonWith({{"id", Type::BigInt()}})})};

  auto reads = PlanReads(sources, {});

  ASSERT_EQ(reads.size(), 1u);
  EXPECT_EQ(reads[0].sources(), (std::vector<int>{0, 1}));
  ASSERT_EQ(reads[0].node().columns.size(), 2u);
  EXPECT_EQ(reads[0].node().columns[0].type, Type::Row({{"id", Type::BigInt()}, {"city", Type::String()}}));
  EXPECT_EQ(reads[0].node().columns[1].name, "kind");
}

TEST(TableRead, GivesEachSourceItsOwnColumnsAndFields) {
  auto table = Events("a");
  auto reads = PlanReads({Source(table, "one", {PersonWith({{"city", Type::String()}})}), Source(table, "two", {{"kind", Type::Int()}, PersonWith({{"id", Type::BigInt()}})})}, {});
  data::BatchBuilder rows({reads[0].node().columns[0].type, Type::Int()});
  rows.AppendRow({Value::List{int64_t{7}, "Oslo"}, 0});
  rows.AppendRow({Value(), 2});
  Batch batch = rows.Build();

  Batch one = reads[0].RowsFor(0, batch), two = reads[0].RowsFor(1, batch);

  ASSERT_EQ(one.column_count(), 1);
  EXPECT_EQ(data::ValueAt(*one.column(0), 0), Value(Value::List{"Oslo"}));
  EXPECT_TRUE(one.column(0)->IsNull(1));
  ASSERT_EQ(two.column_count(), 2);
  EXPECT_EQ(data::ValueAt(*two.column(0), 1), Value(2));
  EXPECT_EQ(data::ValueAt(*two.column(1), 0), Value(Value::List{int64_t{7}}));
  EXPECT_EQ(reads[0].RowsFor(0, Batch()).length(), 0);
}

TEST(TableRead, ReadsApartWhatStandsAtDifferentPositionsOrHasOtherOptions) {
  auto table = Events("a");
  std::vector<PlanColumn> kind = {{"kind", Type::Int()}};
  std::vector<Pipeline::SourcePart> sources = {Source(table, "old", kind), Source(table, "new", kind), Source(Events("b"), "elsewhere", kind), Source(table, "old too", kind)};

  auto reads = PlanReads(sources, {{"old", "0:42"}, {"old too", "0:42"}});

  ASSERT_EQ(reads.size(), 3u);
  EXPECT_EQ(reads[0].sources(), (std::vector<int>{0, 3}));
  EXPECT_EQ(reads[1].sources(), (std::vector<int>{1}));
  EXPECT_EQ(reads[2].sources(), (std::vector<int>{2}));
}

}  // namespace
}  // namespace freshet::stream
