#include "engines/stream/job/sink_form.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "engines/stream/state/snapshot_part.h"

namespace freshet::stream {
namespace {

std::shared_ptr<Table> Totals() {
  auto table = std::make_shared<Table>();
  table->name = "totals";
  table->columns.resize(2);
  table->columns[0].name = "k";
  table->columns[0].type = data::Type::String().NotNull();
  table->columns[1].name = "s";
  table->columns[1].type = data::Type::Int();
  table->primary_key = {"k"};
  table->options = {{"connector", "upsert-kafka"}, {"topic", "totals"}, {"key.format", "json"}, {"value.format", "json"}, {"sink.parallelism", "2"}};
  return table;
}

NodePtr SinkInto(std::shared_ptr<const Table> table, int rows = 1) {
  data::BatchBuilder values({data::Type::Int()});
  for (int i = 0; i < rows; ++i) {
    values.column(0).AppendInt(i);
    values.EndRow();
  }
  SinkSpec spec;
  spec.name = table->name;
  spec.table = std::move(table);
  return MakeNode(spec, {MakeNode(ValuesSpec{values.Build()}, {}, {})}, {});
}

// What an epoch of this sink leaves behind.
Snapshot LastOf(const NodePtr& sink, bool says_what_it_is = true) {
  Snapshot last;
  OperatorState& state = last.operators[Signature(*sink)];
  ByteWriter out(state.whole, Order::kLittle);
  out.Write(int64_t{7});
  out.WriteVarUint64(1);
  out.Write(int64_t{7});
  if (says_what_it_is) SaveForm(FormOf(*sink), state);
  return last;
}

SinkIs IsBehind(const Snapshot& last, const NodePtr& sink) { return ChangeOfSink(last, *sink, Signature(*sink)).is; }

TEST(SinkForm, IsWhatReadersOfTheTableSee) {
  SinkForm form = FormOf(*SinkInto(Totals()));

  EXPECT_EQ(form.place, "upsert-kafka topic=totals");
  EXPECT_EQ(form.layout, "key=[k STRING NOT NULL], key.format=json, value.format=json");
  EXPECT_EQ(form.columns, "k STRING NOT NULL, s INT");
  EXPECT_EQ(FormIn(LastOf(SinkInto(Totals())).operators.begin()->second), form);
}

TEST(SinkForm, TellsWhatHasChanged) {
  Snapshot last = LastOf(SinkInto(Totals()));
  auto changed = [&](auto change) {
    auto table = Totals();
    change(*table);
    return IsBehind(last, SinkInto(table));
  };

  EXPECT_EQ(changed([](Table&) {}), SinkIs::kAsBefore);
  EXPECT_EQ(changed([](Table& t) { t.options["sink.parallelism"] = "4"; }), SinkIs::kAsBefore);
  EXPECT_EQ(changed([](Table& t) { t.options["topic"] = "sums"; }), SinkIs::kElsewhere);
  EXPECT_EQ(changed([](Table& t) { t.options["connector"] = "kafka"; }), SinkIs::kElsewhere);
  EXPECT_EQ(changed([](Table& t) { t.primary_key = {"s"}; }), SinkIs::kUnlike);
  EXPECT_EQ(changed([](Table& t) { t.options["value.format"] = "csv"; }), SinkIs::kUnlike);
  EXPECT_EQ(changed([](Table& t) { t.columns[1].name = "n"; }), SinkIs::kOfOthers);
  EXPECT_EQ(changed([](Table& t) { t.name = "sums"; }), SinkIs::kNew);
  EXPECT_EQ(IsBehind(last, SinkInto(Totals(), 2)), SinkIs::kOfOthers);
}

TEST(SinkForm, ClaimsNothingOfWhatAnEarlierVersionSaved) {
  NodePtr before = SinkInto(Totals()), after = SinkInto(Totals(), 2);

  EXPECT_EQ(IsBehind(LastOf(before, false), after), SinkIs::kUnknown);
  EXPECT_FALSE(RowsStandOtherwise(ChangeOfSink(LastOf(before, false), *after, Signature(*after))));
  EXPECT_TRUE(HasRowsThere(LastOf(before, false), *after));
}

TEST(SinkForm, OpensWithASnapshotOfTheVersionBefore) {
  SnapshotPart part;
  part.operators["Sink(table=totals)<x>"].whole = "w";
  part.sources["s"] = "0:42";
  std::string bytes = part.Encode();
  ASSERT_EQ(bytes[4], 3);
  bytes[4] = 2;
  StoreInt<uint32_t>(Order::kLittle, bytes.data() + bytes.size() - 4, Crc32c(std::string_view(bytes).substr(0, bytes.size() - 4)));

  auto read = Snapshot::Decode(bytes);

  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_EQ(read->sources["s"], "0:42");
  bytes[4] = 4;
  StoreInt<uint32_t>(Order::kLittle, bytes.data() + bytes.size() - 4, Crc32c(std::string_view(bytes).substr(0, bytes.size() - 4)));
  EXPECT_EQ(Snapshot::Decode(bytes).code(), Code::kUnsupported);
}

}  // namespace
}  // namespace freshet::stream
