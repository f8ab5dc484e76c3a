#include "engines/stream/operators/join.h"

#include <gtest/gtest.h>

#include <map>

namespace freshet::stream {
namespace {

using data::RowKind;
using data::Type;

constexpr int kHot = 6000;  // rows of one key
const std::vector<Type> kPair{Type::BigInt(), Type::BigInt()};

// Counts what comes out: by kind, and of these how many have no partner.
class Counted final : public Operator {
 public:
  Counted() : Operator(1) {}
  Status OnBatch(int, const Batch& batch) override {
    batch.selection().ForEach([&](uint32_t row) {
      auto r = static_cast<int>(row);
      ++rows[batch.op(r)];
      padded += batch.column(2)->IsNull(r) ? 1 : 0;
    });
    return {};
  }
  std::map<RowKind, int> rows;
  int padded = 0;
};

// Pairs of one key and so many numbers.
Batch Rows(int from, int count, RowKind kind = RowKind::kInsert) {
  data::BatchBuilder rows(kPair, count);
  for (int number = from; number < from + count; ++number) {
    rows.column(0).Append(int64_t{7});
    rows.column(1).Append(int64_t{number});
    rows.EndRow(kind);
  }
  return rows.Build();
}

struct LeftJoin {
  expr::Session session;
  Join join;
  Counted out;

  LeftJoin() : join(Spec(), kPair, kPair, {kPair[0], kPair[1], kPair[0], kPair[1]}, Join::Windows(), session) { join.SendTo(out, 0); }
  static JoinSpec Spec() {
    JoinSpec spec;
    spec.kind = JoinKind::kLeft;
    spec.left_keys = spec.right_keys = {0};
    spec.null_equal = {false};
    return spec;
  }
  void Take(int input, const Batch& batch) { ASSERT_TRUE(join.Receive(input, batch).ok()); }
  void FillRight() {
    for (int from = 0; from < kHot; from += 1000) Take(1, Rows(from, 1000));
  }
};

TEST(Join, HoldsFewCandidatesHoweverManyRowsHaveOneKey) {
  LeftJoin left;
  left.FillRight();

  left.Take(0, Rows(0, 2));

  EXPECT_EQ(left.out.rows, (std::map<RowKind, int>{{RowKind::kInsert, 2 * kHot}}));
  EXPECT_EQ(left.out.padded, 0);
  EXPECT_LE(left.join.candidates_held(), 4096u);  // 2 rows have 12,000
}

TEST(Join, CountsPartnersOfAllPieces) {
  LeftJoin left;
  left.FillRight();
  left.Take(0, Rows(0, 1));
  left.out.rows.clear();

  for (int from = 0; from < kHot; from += 1000) left.Take(1, Rows(from, 1000, RowKind::kDelete));

  EXPECT_EQ(left.out.rows, (std::map<RowKind, int>{{RowKind::kDelete, kHot}, {RowKind::kInsert, 1}}));
  EXPECT_EQ(left.out.padded, 1);
}

}  // namespace
}  // namespace freshet::stream
