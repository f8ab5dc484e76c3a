#include <gtest/gtest.h>

#include "engines/stream/operators/aggregate.h"
#include "engines/stream/operators/operator.h"
#include "engines/stream/operators/window_math.h"

namespace freshet::stream {
namespace {

using data::RowKind;
using data::Type;
using data::Value;

struct Row {
  Value value;
  RowKind kind = RowKind::kInsert;
};

// The answer of one aggregate over rows, straight, through Save and Load in the middle, and merged from two halves.
std::string Answer(const AggregateCall& call, const Type& type, const std::vector<Row>& rows, bool retracts) {
  auto set = *AggregateSet::Make({call}, {type}, retracts);
  auto feed = [&](char* payload, size_t from, size_t to) {
    data::BatchBuilder builder({type});
    for (size_t i = from; i < to; ++i) builder.AppendRow({rows[i].value}, rows[i].kind);
    data::Batch batch = builder.Build();
    std::vector<char*> payloads(static_cast<size_t>(batch.length()), payload);
    set.Update(batch, batch.selection(), payloads.data());
  };
  auto text = [&](const char* payload) {
    data::ColumnBuilder out(call.type);
    set.OutputCall(payload, 0, out);
    auto value = data::ValueAt(*out.Finish(), 0);
    if (value.is_null()) return std::string("NULL");
    if (auto* s = std::get_if<std::string>(&value.v)) return *s;
    if (auto* d = std::get_if<double>(&value.v)) return StrCat(*d);
    return StrCat(static_cast<int64_t>(value.decimal()));
  };
  std::vector<std::string> answers;
  for (size_t split = 0; split <= rows.size(); ++split) {
    alignas(16) char a[256], b[256];
    set.Start(a);
    set.Start(b);
    feed(a, 0, split);
    std::string saved;
    ByteWriter writer(saved, Order::kLittle);
    set.Save(a, writer);
    ByteReader reader(saved, Order::kLittle);
    set.Load(b, reader);
    EXPECT_TRUE(reader.ok() && reader.AtEnd());
    feed(b, split, rows.size());
    answers.push_back(text(b));
    set.End(a);
    set.End(b);
    if (retracts) continue;
    set.Start(a);
    set.Start(b);
    feed(a, 0, split);
    feed(b, split, rows.size());
    set.Merge(a, b);
    answers.push_back(text(a));
    set.End(a);
    set.End(b);
  }
  for (const auto& answer : answers) EXPECT_EQ(answer, answers[0]);
  return answers[0];
}

AggregateCall Call(std::string function, Type type, bool distinct = false) { return {.function = std::move(function), .args = {0}, .distinct = distinct, .type = std::move(type)}; }

TEST(Aggregate, SkipsNullsAndAnswersAsFlinkDoes) {
  std::vector<Row> ints = {{5}, {Value()}, {-2}, {-2}};

  EXPECT_EQ(Answer(Call("COUNT", Type::BigInt()), Type::Int(), ints, false), "3");
  EXPECT_EQ(Answer(Call("COUNT", Type::BigInt(), true), Type::Int(), ints, false), "2");
  EXPECT_EQ(Answer(Call("SUM", Type::Int()), Type::Int(), ints, false), "1");
  EXPECT_EQ(Answer(Call("SUM", Type::Int(), true), Type::Int(), ints, false), "3");
  EXPECT_EQ(Answer(Call("AVG", Type::Int()), Type::Int(), {{-1}, {-2}, {-2}}, false), "-1");
  EXPECT_EQ(Answer(Call("SUM", Type::Int()), Type::Int(), {{2147483647}, {2147483647}}, false), "-2");
  EXPECT_EQ(Answer(Call("MIN", Type::Int()), Type::Int(), ints, false), "-2");
  EXPECT_EQ(Answer(Call("MAX", Type::String()), Type::String(), {{"b"}, {"a longer text"}, {Value()}}, false), "b");
  EXPECT_EQ(Answer(Call("SUM", Type::Int()), Type::Int(), {{Value()}}, false), "NULL");
  EXPECT_EQ(Answer(Call("AVG", Type::Decimal(38, 6)), Type::Decimal(12, 2), {{Value(data::Int128{1000})}, {Value(data::Int128{500})}}, false), "7500000");
  EXPECT_EQ(Answer(Call("AVG", Type::Double()), Type::Double(), {{1.0}, {2.0}}, false), "1.5");
  EXPECT_EQ(Answer(Call("FIRST_VALUE", Type::Int()), Type::Int(), {{Value()}, {7}, {8}}, false), "7");
  EXPECT_EQ(Answer(Call("LAST_VALUE", Type::String()), Type::String(), {{"x"}, {"y"}, {Value()}}, false), "y");
}

TEST(Aggregate, TakesRowsBack) {
  std::vector<Row> rows = {{5}, {9}, {9, RowKind::kUpdateBefore}, {7, RowKind::kUpdateAfter}, {5, RowKind::kDelete}};

  EXPECT_EQ(Answer(Call("COUNT", Type::BigInt()), Type::Int(), rows, true), "1");
  EXPECT_EQ(Answer(Call("SUM", Type::Int()), Type::Int(), rows, true), "7");
  EXPECT_EQ(Answer(Call("AVG", Type::Int()), Type::Int(), rows, true), "7");
  EXPECT_EQ(Answer(Call("MIN", Type::Int()), Type::Int(), rows, true), "7");
  EXPECT_EQ(Answer(Call("MAX", Type::Int()), Type::Int(), rows, true), "7");
  EXPECT_EQ(Answer(Call("COUNT", Type::BigInt(), true), Type::Int(), {{5}, {5}, {5, RowKind::kDelete}}, true), "1");
  EXPECT_EQ(Answer(Call("MAX", Type::String()), Type::String(), {{"a"}, {"b"}, {"b", RowKind::kDelete}}, true), "a");
}

std::string Windows(WindowShape shape, int64_t ms) {
  std::string out;
  ForEachWindow(shape, ms, [&out](int64_t start, int64_t end) { out += StrCat("[", start, ",", end, ")"); });
  return out;
}

TEST(WindowMath, PutsMomentsIntoTheirWindows) {
  EXPECT_EQ(Windows({WindowKind::kTumble, 10, 10, 0}, 10), "[10,20)");
  EXPECT_EQ(Windows({WindowKind::kTumble, 10, 10, 0}, -1), "[-10,0)");
  EXPECT_EQ(Windows({WindowKind::kTumble, 10, 10, 3}, 2), "[-7,3)");
  EXPECT_EQ(Windows({WindowKind::kHop, 10, 5, 0}, 8), "[0,10)[5,15)");
  EXPECT_EQ(Windows({WindowKind::kHop, 10, 5, 0}, 2), "[-5,5)[0,10)");
  EXPECT_EQ(Windows({WindowKind::kCumulate, 20, 5, 0}, 7), "[0,10)[0,15)[0,20)");
}

TEST(WindowMath, KnowsWhenASliceIsDoneWith) {
  EXPECT_EQ(LastWindowEnd({WindowKind::kHop, 10, 5, 0}, 5), 15);
  EXPECT_EQ(LastWindowEnd({WindowKind::kCumulate, 20, 5, 0}, 5), 20);
  EXPECT_EQ(WindowStart({WindowKind::kCumulate, 20, 5, 0}, 20), 0);
  EXPECT_EQ(WindowStart({WindowKind::kHop, 10, 5, 0}, 15), 5);
}

class Silent final : public Operator {
 public:
  Silent() : Operator(1) {}
  Status OnBatch(int, const data::Batch&) override { return Emit(data::Batch()); }
};

TEST(Operators, ThatHandNothingOnAskWhetherToGoOn) {
  int asked = 0;
  std::function<Status()> watch = [&] { return ++asked < 3 ? Status() : Status(Fault::Exhausted("that is enough")); };
  Silent silent;
  silent.WatchedBy(watch);

  EXPECT_TRUE(silent.Receive(0, data::Batch()).ok());
  EXPECT_TRUE(silent.Receive(0, data::Batch()).ok());
  EXPECT_EQ(silent.Receive(0, data::Batch()).ToString(), "exhausted: that is enough");
}

}  // namespace
}  // namespace freshet::stream
