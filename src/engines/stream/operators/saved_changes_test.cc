#include <gtest/gtest.h>

#include "data/canonical.h"
#include "engines/stream/job/upsert_entry.h"
#include "engines/stream/operators/deduplicate.h"
#include "engines/stream/operators/group_aggregate.h"
#include "engines/stream/operators/join.h"
#include "engines/stream/operators/rank.h"
#include "engines/stream/state/rows.h"
#include "testing/seeded_random.h"

// What operators say of what has changed, in parts one behind the other, against all that they keep.

namespace freshet::stream {
namespace {

using data::RowKind;
using data::Type;
using data::Value;

class SettableClock final : public Clock {
 public:
  MonoTime Now() override { return {}; }
  WallTime WallNow() override { return {ms}; }
  int64_t ms = 1'000'000;
};
SettableClock clock_;
expr::Session session_;

// Writes down what comes out.
class Page final : public Operator {
 public:
  Page() : Operator(1) {}
  Status OnBatch(int, const Batch& batch) override {
    batch.selection().ForEach([&](uint32_t row) {
      text += std::string(data::RowKindText(batch.op(static_cast<int>(row))));
      for (const auto& column : batch.columns()) {
        text += " ";
        data::AppendCanonical(text, *column, static_cast<int>(row));
      }
      text += "; ";
    });
    return {};
  }
  std::string text;
};

struct Example {
  std::string name;
  std::function<std::unique_ptr<Operator>()> make;
  std::vector<Type> types{Type::BigInt(), Type::BigInt()};
  int inputs = 1;
  bool takes_back = false;
};

std::vector<Type> Times(std::vector<Type> types, int times) {
  std::vector<Type> out;
  for (int i = 0; i < times; ++i) out.insert(out.end(), types.begin(), types.end());
  return out;
}

const std::vector<Type> kPair{Type::BigInt(), Type::BigInt()};
const std::vector<Type> kTimed{Type::BigInt(), Type::Timestamp(3)};

std::unique_ptr<Operator> Totals(int64_t ttl_ms) {
  AggregateCall count{"COUNT"}, most{"MAX"};
  count.type = Type::BigInt().NotNull();
  most.args = {1};
  most.type = Type::BigInt();
  AggregateSpec spec{{0}, {count, most}, ttl_ms};
  return std::make_unique<GroupAggregate>(spec, *AggregateSet::Make(spec.calls, kPair, true), Times({Type::BigInt()}, 3), GroupAggregate::Options{true, false, &clock_});
}

std::unique_ptr<Operator> Joined(JoinKind kind, int64_t ttl_ms) {
  JoinSpec spec;
  spec.kind = kind;
  spec.left_keys = spec.right_keys = {0};
  spec.null_equal = {false};
  spec.left_ttl_ms = spec.right_ttl_ms = ttl_ms;
  session_.clock = &clock_;
  bool one_sided = kind == JoinKind::kSemi || kind == JoinKind::kAnti;
  return std::make_unique<Join>(spec, kPair, kPair, Times(kPair, one_sided ? 1 : 2), Join::Windows(), session_);
}

std::unique_ptr<Operator> Ranked(RankKind kind, int time_column, bool takes_back, int64_t ttl_ms = kTtlUnsaid) {
  RankSpec spec;
  spec.kind = kind;
  spec.partition = {0};
  spec.order = {{1}};
  spec.to = 3;
  spec.time_column = time_column;
  spec.with_rank = false;
  spec.ttl_ms = ttl_ms;
  if (kind == RankKind::kKeepFirst) return std::make_unique<KeepFirst>(spec, time_column < 0 ? kPair : kTimed, time_column < 0 ? kPair : kTimed, std::vector<std::string>{"a", "b"}, nullptr, &clock_);
  if (kind == RankKind::kKeepLast) return std::make_unique<KeepLast>(spec, kPair, kPair, true, &clock_);
  return std::make_unique<Rank>(spec, kPair, kPair, Rank::Options{&clock_, takes_back, false, false});
}

std::vector<Example> Examples() {
  std::vector<Example> examples{
      {"groups", [] { return Totals(0); }, kPair, 1, true},
      {"groups for a time", [] { return Totals(100); }, kPair, 1, true},
      {"first rows", [] { return Ranked(RankKind::kKeepFirst, -1, false); }, kPair},
      {"first rows for a time", [] { return Ranked(RankKind::kKeepFirst, -1, false, 100); }, kPair},
      {"first rows by time", [] { return Ranked(RankKind::kKeepFirst, 1, false); }, kTimed},
      {"last rows", [] { return Ranked(RankKind::kKeepLast, 1, false); }, kPair},
      {"last rows for a time", [] { return Ranked(RankKind::kKeepLast, -1, false, 100); }, kPair},
      {"the three least", [] { return Ranked(RankKind::kTopN, -1, false); }, kPair},
      {"the three least of what is left", [] { return Ranked(RankKind::kTopN, -1, true, 100); }, kPair, 1, true},
      {"an upsert table", [] { return std::make_unique<UpsertEntry>(std::vector<int>{0}, kPair, true); }, kPair, 1, true},
  };
  for (JoinKind kind : {JoinKind::kInner, JoinKind::kLeft, JoinKind::kRight, JoinKind::kFull, JoinKind::kSemi, JoinKind::kAnti}) {
    for (int64_t ttl_ms : {int64_t{0}, int64_t{100}}) {
      examples.push_back({StrCat("join ", static_cast<int>(kind), " for ", ttl_ms), [=] { return Joined(kind, ttl_ms); }, kPair, 2, true});
    }
  }
  return examples;
}

// Rows as they might come: of few keys, some of them taken back.
class Rows {
 public:
  Rows(const Example& example, uint64_t seed) : example_(example), random_(seed), there_(static_cast<size_t>(example.inputs)) {}

  int Input() { return static_cast<int>(random_.Below(static_cast<uint64_t>(example_.inputs))); }
  bool OneOf(uint64_t n) { return random_.Below(n) == 0; }
  Batch Next(int input) {
    data::BatchBuilder builder(example_.types);
    auto& there = there_[static_cast<size_t>(input)];
    for (uint64_t i = 0, rows = 1 + random_.Below(4); i < rows; ++i) {
      if (example_.takes_back && !there.empty() && OneOf(3)) {
        size_t gone = random_.Below(there.size());
        builder.AppendRow(there[gone], RowKind::kDelete);
        there.erase(there.begin() + static_cast<ptrdiff_t>(gone));
        continue;
      }
      ++time_;
      there.push_back({static_cast<int64_t>(random_.Below(12)), example_.types[1].IsTimestamp() ? time_ + static_cast<int64_t>(random_.Below(20)) : static_cast<int64_t>(random_.Below(50))});
      builder.AppendRow(there.back());
    }
    return builder.Build();
  }
  EventTime Watermark() const { return EventTime(time_); }

 private:
  const Example& example_;
  testing::SeededRandom random_;
  std::vector<std::vector<std::vector<Value>>> there_;  // by input
  int64_t time_ = 0;
};

// As a job saves it: in pieces, what belongs to no key in the last.
std::string PartsOf(Operator& op, bool all, size_t piece_bytes = SIZE_MAX) {
  std::string bytes;
  SnapshotPart part;
  for (KeyedState* keyed : op.keyed()) {
    KeyedState::Place place;
    while (!keyed->SavePart(part.operators["op"], all, place, piece_bytes)) bytes += std::exchange(part, {}).Encode();
  }
  OperatorState state;
  op.SaveWhole(state);
  part.operators["op"].whole = state.whole;
  return bytes + part.Encode();
}

// As a job loads them.
void LoadParts(std::string_view parts, Operator& op) {
  OperatorState wholes;
  while (!parts.empty()) {
    auto body = TakePart(&parts);
    ASSERT_TRUE(body.ok() && body->has_value());
    auto part = ReadPart(**body);
    ASSERT_TRUE(part.ok());
    wholes.whole = part->operators[0].whole;
    Status loaded = ForEachEntry(part->operators[0].entries, [&](int, std::string_view id, std::optional<std::string_view> rest) { return op.LoadEntry(id, rest); });
    ASSERT_TRUE(loaded.ok()) << loaded.ToString();
  }
  ASSERT_TRUE(op.LoadWhole(wholes).ok());
}

// What the parts hold is what the operator keeps, entry by entry in any order.
void ExpectSame(const std::string& parts, const Operator& op, const std::string& name) {
  auto merged = Snapshot::Decode(parts);
  ASSERT_TRUE(merged.ok()) << merged.ToString();
  OperatorState all;
  op.Save(all);

  ASSERT_EQ(merged->operators["op"].whole, all.whole) << name;
  for (size_t g = 0; g < all.groups.size(); ++g) {
    std::string ours = merged->operators["op"].groups[g], theirs = all.groups[g];
    std::sort(ours.begin(), ours.end());
    std::sort(theirs.begin(), theirs.end());
    ASSERT_EQ(ours, theirs) << name << ", key group " << g;
  }
}

void Live(Operator& op, Rows& rows, const Example& example) {
  int input = rows.Input();
  ASSERT_TRUE(op.Receive(input, rows.Next(input)).ok()) << example.name;
  if (rows.OneOf(4)) {
    for (int i = 0; i < example.inputs; ++i) ASSERT_TRUE(op.OnWatermark(i, rows.Watermark()).ok());
  }
  if (rows.OneOf(3)) clock_.ms += 30;
}

TEST(SavedChanges, OfEveryOperatorMakeWhatItKeeps) {
  for (const Example& example : Examples()) {
    for (uint64_t seed = 1; seed <= 5; ++seed) {
      auto op = example.make();
      Page page;
      op->SendTo(page, 0);
      Rows rows(example, seed);
      std::string parts;
      size_t added = 0, whole = 0;
      for (int step = 0; step < 300; ++step) {
        Live(*op, rows, example);
        if (!rows.OneOf(4)) continue;
        bool all = parts.empty() || rows.OneOf(20);
        std::string part = PartsOf(*op, all, rows.OneOf(2) ? 50 : SIZE_MAX);
        (all ? whole : added) += part.size();
        parts = (all ? "" : parts) + part;
        ExpectSame(parts, *op, example.name);
        if (!rows.OneOf(5)) continue;
        auto other = example.make();
        LoadParts(parts, *other);
        ExpectSame(parts, *other, StrCat(example.name, ", loaded"));
      }
      EXPECT_GT(added, 0u);
      EXPECT_TRUE(op->keyed().front()->knows_changes());
    }
  }
}

// One that goes on from parts tells the same as the one that wrote them.
TEST(SavedChanges, LetAnotherGoOn) {
  for (const Example& example : Examples()) {
    auto op = example.make(), other = example.make(), third = example.make();
    Page page, other_page, third_page;
    op->SendTo(page, 0);
    other->SendTo(other_page, 0);
    third->SendTo(third_page, 0);
    Rows rows(example, 7);
    std::string parts;
    for (int step = 0; step < 100; ++step) {
      Live(*op, rows, example);
      parts += PartsOf(*op, step == 0);
    }
    page.text.clear();
    clock_.ms += 1000;  // all of limited state goes: times of writing are not saved

    auto merged = Snapshot::Decode(parts);
    ASSERT_TRUE(merged.ok());
    ASSERT_TRUE(other->Load(merged->operators["op"]).ok()) << example.name;
    LoadParts(parts, *third);
    clock_.ms += 1000;
    for (int step = 0; step < 100; ++step) {
      int input = rows.Input();
      Batch batch = rows.Next(input);
      ASSERT_TRUE(op->Receive(input, batch).ok());
      ASSERT_TRUE(other->Receive(input, batch).ok());
      ASSERT_TRUE(third->Receive(input, batch).ok());
      for (int i = 0; i < example.inputs; ++i) {
        ASSERT_TRUE(op->OnWatermark(i, rows.Watermark()).ok());
        ASSERT_TRUE(other->OnWatermark(i, rows.Watermark()).ok());
        ASSERT_TRUE(third->OnWatermark(i, rows.Watermark()).ok());
      }
    }

    EXPECT_EQ(other_page.text, page.text) << example.name;
    EXPECT_EQ(third_page.text, page.text) << example.name;
  }
}

TEST(SavedChanges, AreAsManyAsHaveChanged) {
  auto op = Totals(0);
  Page page;
  op->SendTo(page, 0);
  for (int64_t key = 0; key < 2000; ++key) {
    data::BatchBuilder builder(kPair);
    builder.AppendRow({key, int64_t{1}});
    ASSERT_TRUE(op->Receive(0, builder.Build()).ok());
  }
  size_t all = PartsOf(*op, true).size();
  size_t nothing = PartsOf(*op, false).size();
  data::BatchBuilder builder(kPair);
  builder.AppendRow({int64_t{7}, int64_t{3}});
  ASSERT_TRUE(op->Receive(0, builder.Build()).ok());
  size_t one = PartsOf(*op, false).size();

  EXPECT_GT(all, 2000u * 20);
  EXPECT_LT(nothing, 100u);
  EXPECT_GT(one, nothing);
  EXPECT_LT(one, 200u);
}

TEST(SnapshotParts, RefuseEveryFlippedByteAndEveryCut) {
  SnapshotPart part;
  part.operators["op"].whole = "w";
  part.operators["op"].Put(5, "id", "rest");
  part.operators["op"].Put(127, "", "a group");
  part.sources["s"] = "0:42";
  SnapshotPart more;
  more.operators["op"].whole = "v";
  more.operators["op"].Gone(5, "id");
  std::string first = part.Encode(), bytes = first + more.Encode();

  auto one = Snapshot::Decode(first), both = Snapshot::Decode(bytes);
  ASSERT_TRUE(one.ok() && both.ok());
  EXPECT_EQ(one->operators["op"].groups[5], "idrest");
  EXPECT_EQ(one->sources["s"], "0:42");
  EXPECT_EQ(both->operators["op"].whole, "v");
  EXPECT_EQ(both->operators["op"].groups[5], "");
  EXPECT_EQ(both->operators["op"].groups[127], "a group");
  EXPECT_TRUE(both->sources.empty());
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string broken = bytes;
    broken[i] = static_cast<char>(broken[i] ^ 1);
    EXPECT_FALSE(Snapshot::Decode(broken).ok()) << i;
    if (i == first.size()) continue;
    EXPECT_FALSE(Snapshot::Decode(bytes.substr(0, i)).ok()) << i;
  }
}

}  // namespace
}  // namespace freshet::stream
