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

// What an epoch of these sinks leaves behind.
Snapshot LastOf(const std::vector<NodePtr>& sinks, bool says_what_they_are = true, std::string_view topic_id = "") {
  Snapshot last;
  for (const auto& sink : sinks) {
    OperatorState& state = last.operators[Signature(*sink)];
    ByteWriter out(state.whole, Order::kLittle);
    out.Write(int64_t{7});
    out.WriteVarUint64(1);
    out.Write(int64_t{7});
    if (says_what_they_are) SaveForm(FormOf(*sink, {}), topic_id, state);
  }
  return last;
}

SinkIs IsBehind(const Snapshot& last, const NodePtr& sink) { return SinkChanges(last, {sink}, {}).Of(*sink).is; }

TEST(SinkForm, IsWhatReadersOfTheTableSee) {
  SinkForm form = FormOf(*SinkInto(Totals()), {});

  EXPECT_EQ(form.place, "upsert-kafka topic=totals");
  EXPECT_EQ(form.layout, "key=[k STRING NOT NULL], key.format=json, value.format=json");
  EXPECT_EQ(form.columns, "k STRING NOT NULL, s INT");
  EXPECT_EQ(FormOf(*SinkInto(Totals()), *data::TimeZone::Find("Asia/Tokyo")).columns, "k STRING NOT NULL, s INT, in Asia/Tokyo");
  EXPECT_EQ(FormIn(LastOf({SinkInto(Totals())}).operators.begin()->second), form);
}

TEST(SinkForm, HasTheOptionsThatChangeWhatIsWrittenAndNoOthers) {
  auto layout = [](std::map<std::string, std::string> options) {
    auto table = Totals();
    for (const auto& [key, value] : options) table->options[key] = value;
    return FormOf(*SinkInto(table), {}).layout;
  };
  std::string usual = layout({});

  EXPECT_EQ(layout({{"value.fields-include", "ALL"}, {"key.json.timestamp-format.standard", "sql"}, {"value.json.ignore-parse-errors", "true"}, {"sink.parallelism", "4"}}), usual);
  EXPECT_EQ(layout({{"key.json.timestamp-format.standard", "ISO-8601"}}), "key=[k STRING NOT NULL], key.format=json, key.json.timestamp-format.standard=ISO-8601, value.format=json");
  EXPECT_NE(layout({{"value.fields-include", "EXCEPT_KEY"}}), usual);
  EXPECT_NE(layout({{"value.json.encode.decimal-as-plain-number", "true"}}), usual);
  EXPECT_NE(layout({{"key.fields-prefix", "k_"}}), usual);
}

TEST(SinkForm, TellsWhatHasChanged) {
  Snapshot last = LastOf({SinkInto(Totals())});
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
  EXPECT_EQ(changed([](Table& t) { t.name = "sums"; }), SinkIs::kOfOthers);
  EXPECT_EQ(changed([](Table& t) { t.name = t.options["topic"] = "sums"; }), SinkIs::kNew);
  EXPECT_EQ(IsBehind(last, SinkInto(Totals(), 2)), SinkIs::kOfOthers);
  SinkChanges in_tokyo(last, {SinkInto(Totals())}, *data::TimeZone::Find("Asia/Tokyo"));
  EXPECT_EQ(in_tokyo.Of(*SinkInto(Totals())).is, SinkIs::kOfOthers);
}

TEST(SinkForm, ComparesAStatementWithThoseThatAreGoneAndNotWithItsNeighbours) {
  NodePtr one = SinkInto(Totals(), 1), two = SinkInto(Totals(), 2), three = SinkInto(Totals(), 3);
  Snapshot last = LastOf({one, two});

  EXPECT_EQ(SinkChanges(last, {one, two}, {}).Of(*two).is, SinkIs::kAsBefore);
  EXPECT_EQ(SinkChanges(last, {one, two, three}, {}).Of(*three).is, SinkIs::kNew);
  SinkChange left_alone = SinkChanges(last, {one}, {}).Of(*one);
  EXPECT_EQ(left_alone.is, SinkIs::kOfOthers);
  EXPECT_EQ(left_alone.how.substr(0, 31), "another statement wrote it, too");
}

TEST(SinkForm, KnowsRowsOfItsOwnInAPlaceThatItComesBackTo) {
  auto moved = Totals();
  moved->options["topic"] = "sums";
  NodePtr here = SinkInto(Totals()), there = SinkInto(moved);
  SinkChanges leaves(LastOf({here}), {there}, {});
  Snapshot last = LastOf({there});
  for (const auto& [signature, whole] : leaves.LeftPlaces()) last.operators[signature].whole = whole;

  SinkChanges comes_back(last, {here}, {});

  EXPECT_EQ(comes_back.Of(*here).is, SinkIs::kOfOthers);
  EXPECT_TRUE(comes_back.HasRowsThere(*here));
  EXPECT_TRUE(comes_back.HasSuchRowsThere(*here));
  auto narrower = Totals();
  narrower->columns.pop_back();
  EXPECT_FALSE(SinkChanges(last, {SinkInto(narrower)}, {}).HasSuchRowsThere(*SinkInto(narrower)));
  EXPECT_EQ(comes_back.LeftPlaces().size(), 1u);
  EXPECT_EQ(SinkChanges(last, {there}, {}).Of(*there).is, SinkIs::kAsBefore);
  EXPECT_EQ(SinkChanges(last, {there}, {}).LeftPlaces(), leaves.LeftPlaces());
  EXPECT_FALSE(SinkChanges(LastOf({there}), {here}, {}).HasRowsThere(*here));
}

TEST(SinkForm, LeavesATableByKeyWhoseTopicWasDeleted) {
  NodePtr sink = SinkInto(Totals());
  TopicIds ids = [](const std::string& name) { return name == "totals" ? "id-2" : ""; };
  auto after = [&](std::string_view saved, const TopicIds& now) {
    Snapshot last = LastOf({sink}, true, saved);
    LeaveDeletedTopics(last, now);
    return last;
  };

  EXPECT_EQ(TopicIdOf(*sink, ids), "id-2");
  EXPECT_EQ(IsBehind(after("id-2", ids), sink), SinkIs::kAsBefore);
  EXPECT_EQ(IsBehind(after("", ids), sink), SinkIs::kAsBefore) << "an earlier version has not said which it was";
  EXPECT_EQ(IsBehind(after("id-1", nullptr), sink), SinkIs::kAsBefore) << "nobody knows which it is now";
  Snapshot gone = after("id-1", ids);
  SinkChanges changes(gone, {sink}, {});
  EXPECT_EQ(changes.Of(*sink).is, SinkIs::kElsewhere);
  EXPECT_EQ(changes.Of(*sink).how, "its topic 'totals' was deleted since the last epoch");
  EXPECT_TRUE(changes.LacksRows(*sink));
  EXPECT_FALSE(changes.HasRowsThere(*sink));
  EXPECT_TRUE(changes.LeftPlaces().empty());
}

TEST(SinkForm, TakesATableThatAnEarlierVersionSavedForWhatItIsNow) {
  NodePtr before = SinkInto(Totals()), after = SinkInto(Totals(), 2);
  Snapshot last = LastOf({before}, false);

  EXPECT_EQ(IsBehind(last, before), SinkIs::kAsBefore);
  EXPECT_EQ(IsBehind(last, after), SinkIs::kOfOthers);
  EXPECT_TRUE(SinkChanges(last, {after}, {}).HasRowsThere(*after));
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
