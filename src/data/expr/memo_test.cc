#include "data/expr/memo.h"

#include <gtest/gtest.h>

namespace freshet::expr {
namespace {

ExprPtr Call(std::string_view name, std::vector<ExprPtr> args) {
  auto call = MakeCall(name, std::move(args));
  EXPECT_TRUE(call.ok()) << call.ToString();
  return *call;
}
ExprPtr Number(int64_t n) { return Literal(Type::BigInt().NotNull(), n); }

const ExprPtr kText = Input(0, Type::String().NotNull(), "s"), kN = Input(1, Type::BigInt().NotNull(), "n");

Batch Rows(std::vector<int64_t> numbers) {
  data::BatchBuilder rows({Type::String().NotNull(), Type::BigInt().NotNull()});
  for (int64_t n : numbers) rows.AppendRow({StrCat("Text ", n), n});
  return rows.Build();
}

ColumnPtr Ask(const ExprPtr& expr, const Batch& batch, std::vector<uint16_t> rows, Memo& memo) {
  auto column = Evaluate(*expr, batch, {rows.data(), static_cast<int>(rows.size())}, Session(), memo);
  EXPECT_TRUE(column.ok()) << column.ToString();
  return column.ok() ? *column : nullptr;
}

TEST(Memo, ComputesAPartOnceForRowsThatItKnows) {
  ExprPtr upper = Call("UPPER", {kText}), same = Call("UPPER", {kText}), other = Call("LOWER", {kText});
  Memo memo;
  for (const auto& e : {upper, same, other}) memo.Add(*e);
  Batch batch = Rows({1, 2, 3, 4});

  ColumnPtr some = Ask(upper, batch, {0, 2, 3}, memo), fewer = Ask(same, batch, {3}, memo), others = Ask(same, batch, {1}, memo);
  ColumnPtr all = *Evaluate(*upper, batch, batch.selection(), Session(), memo), again = Ask(same, batch, {1, 2}, memo);
  ColumnPtr once = Ask(other, batch, {1}, memo), twice = Ask(other, batch, {1}, memo);

  EXPECT_TRUE(memo.shares());
  EXPECT_EQ(some, fewer);
  EXPECT_NE(some, others);
  EXPECT_EQ(others->String(1), "TEXT 2");
  EXPECT_EQ(all, again);
  EXPECT_EQ(all->String(3), "TEXT 4");
  EXPECT_NE(once, twice);  // it stands in one place only
}

TEST(Memo, ForgetsAnotherBatchsRows) {
  ExprPtr upper = Call("UPPER", {kText});
  Memo memo;
  memo.Add(*upper);
  memo.Add(*upper);

  ColumnPtr first = Ask(upper, Rows({1}), {0}, memo), second = Ask(upper, Rows({2}), {0}, memo);

  EXPECT_EQ(first->String(0), "TEXT 1");
  EXPECT_EQ(second->String(0), "TEXT 2");
}

// CASE WHEN n <> 0 THEN 10 / n ELSE 0 END, beside 10 / n elsewhere.
TEST(Memo, ComputesNothingThatSqlLeavesOut) {
  ExprPtr quotient = Call("/", {Number(10), kN});
  ExprPtr guarded = *MakeCase({Call("<>", {kN, Number(0)}), quotient, *MakeCast(Number(0), quotient->type)});
  Memo memo;
  memo.Add(*guarded);
  memo.Add(*quotient);
  Batch batch = Rows({0, 5});

  auto first = Evaluate(*guarded, batch, batch.selection(), Session(), memo);
  auto second = Evaluate(*quotient, batch, batch.selection(), Session(), memo);

  ASSERT_TRUE(first.ok()) << first.ToString();
  EXPECT_EQ(data::ValueAt(**first, 0), data::ValueAt(**Evaluate(*guarded, batch, batch.selection(), Session()), 0));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.ToString(), Evaluate(*quotient, batch, batch.selection(), Session()).ToString());
}

TEST(Memo, SharesNothingThatChangesFromRowToRow) {
  uint64_t draws = 0;
  Session session;
  session.random = [&draws] { return ++draws << 40; };
  ExprPtr random = Call("RAND", {}), same = Call("RAND", {});
  Memo memo;
  memo.Add(*random);
  memo.Add(*same);
  Batch batch = Rows({1});

  ColumnPtr first = *Evaluate(*random, batch, batch.selection(), session, memo), second = *Evaluate(*same, batch, batch.selection(), session, memo);

  EXPECT_FALSE(memo.shares());
  EXPECT_NE(first->Value<double>(0), second->Value<double>(0));
}

// WHERE and SELECT over the same rows: what the condition has computed is there for those that pass.
TEST(Memo, KnowsForAProjectionWhatAFilterHasComputed) {
  ExprPtr upper = Call("UPPER", {kText}), condition = Call("=", {upper, Literal(Type::String().NotNull(), "TEXT 2")});
  Memo memo;
  memo.Add(*condition);
  memo.Add(*upper);
  Batch batch = Rows({1, 2});

  auto passed = Filter(*condition, batch, batch.selection(), Session(), memo);
  ASSERT_TRUE(passed.ok());
  Batch kept = batch.WithSelection(*passed);
  ColumnPtr shown = *Evaluate(*upper, kept, kept.selection(), Session(), memo);

  EXPECT_EQ(*passed, std::vector<uint16_t>{1});
  EXPECT_EQ(shown->String(0), "TEXT 1");  // computed with the condition, for all rows
}

}  // namespace
}  // namespace freshet::expr
