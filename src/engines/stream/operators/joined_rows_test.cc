#include "engines/stream/operators/joined_rows.h"

#include <gtest/gtest.h>

#include "data/canonical.h"
#include "engines/stream/state/row_encoder.h"
#include "engines/stream/state/state_memory.h"

namespace freshet::stream {
namespace {

using data::RowKind;
using data::Type;

const std::vector<Type> kLeft = {Type::BigInt().NotNull(), Type::String().NotNull()};
const std::vector<Type> kRight = {Type::String().NotNull()};

std::string TextOf(const data::Batch& batch) {
  std::string out;
  for (int i = 0; i < batch.length(); ++i) {
    out += data::RowKindText(batch.op(i));
    for (const auto& column : batch.columns()) {
      out += ' ';
      data::AppendCanonical(out, *column, i);
    }
    out += '\n';
  }
  return out;
}

// Left rows 1 and 2 at hand, right rows "x" and "y" kept.
class JoinedRowsTest : public testing::Test {
 protected:
  void SetUp() override {
    data::BatchBuilder left(kLeft), right(kRight);
    left.AppendRow({1, "one"});
    left.AppendRow({2, "two, in more words than fit"});
    right.AppendRow({"x"});
    right.AppendRow({"y, in more words than fit"});
    at_hand = left.Build();
    data::Batch batch = right.Build();
    RowEncoder encoder;
    encoder.Begin(batch);
    for (int i = 0; i < 2; ++i) places.push_back(arena.Add(encoder.Encode(i)));
  }
  JoinedRows::Kept Kept(size_t i) const { return {places[i], arena.At(places[i])}; }

  StateMemory memory;
  RowArena arena{&memory};
  std::vector<RowArena::Ref> places;
  data::Batch at_hand;
};

TEST_F(JoinedRowsTest, PointsAtRowsThatMeetSeveralTimes) {
  JoinedRows joined(kLeft, kRight, {kLeft[0], kLeft[1], kRight[0]});

  for (int turn = 0; turn < 2; ++turn) {
    joined.Begin(1, &at_hand);
    joined.AddPair(1, Kept(0), RowKind::kInsert);
    joined.AddPair(1, Kept(1), RowKind::kInsert);
    joined.AddPair(0, Kept(1), RowKind::kInsert);
    data::Batch out = joined.Build();

    EXPECT_EQ(TextOf(out), "+I 2 \"two, in more words than fit\" \"x\"\n+I 2 \"two, in more words than fit\" \"y, in more words than fit\"\n+I 1 \"one\" \"y, in more words than fit\"\n");
    EXPECT_EQ(out.column(2)->base_rows, 2);
    EXPECT_TRUE(out.append_only());
  }
  EXPECT_EQ(joined.Build().length(), 0);
}

TEST_F(JoinedRowsTest, PutsNullsWhereSomebodyIsAlone) {
  JoinedRows joined(kLeft, kRight, {kLeft[0].WithNullable(true), kLeft[1].WithNullable(true), kRight[0].WithNullable(true)});

  joined.Begin(1, &at_hand);
  joined.AddKept(Kept(0), RowKind::kDelete);
  joined.AddPair(0, Kept(0), RowKind::kInsert);
  joined.AddAtHand(1, RowKind::kInsert);
  data::Batch mixed = joined.Build();
  joined.AddAtHand(0, RowKind::kDelete);
  data::Batch lone = joined.Build();
  joined.Begin(1, nullptr);
  joined.AddKept(Kept(1), RowKind::kInsert);
  data::Batch kept = joined.Build();

  EXPECT_EQ(TextOf(mixed), "-D null null \"x\"\n+I 1 \"one\" \"x\"\n+I 2 \"two, in more words than fit\" null\n");
  EXPECT_EQ(TextOf(lone), "-D 1 \"one\" null\n");
  EXPECT_EQ(TextOf(kept), "+I null null \"y, in more words than fit\"\n");
  EXPECT_TRUE(mixed.column(0)->type.nullable());
}

TEST_F(JoinedRowsTest, HandsOnLeftRowsAlone) {
  JoinedRows at_hand_only(kLeft, kRight, kLeft), kept_only(kRight, kLeft, kRight);

  at_hand_only.Begin(1, &at_hand);
  at_hand_only.AddAtHand(1, RowKind::kInsert);
  kept_only.Begin(0, &at_hand);
  kept_only.AddKept(Kept(0), RowKind::kDelete);

  EXPECT_EQ(TextOf(at_hand_only.Build()), "+I 2 \"two, in more words than fit\"\n");
  EXPECT_EQ(TextOf(kept_only.Build()), "-D \"x\"\n");
}

TEST_F(JoinedRowsTest, CountsRowsOfWhichNobodyWantsAColumn) {
  JoinedRows joined({}, kRight, {});

  for (int turn = 0; turn < 3; ++turn) {
    joined.Begin(1, &at_hand);
    joined.AddPair(0, Kept(0), RowKind::kInsert);
    joined.AddPair(1, Kept(0), RowKind::kInsert);
    EXPECT_EQ(joined.Build().selected(), 2);
  }
}

}  // namespace
}  // namespace freshet::stream
