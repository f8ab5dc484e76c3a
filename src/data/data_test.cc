#include <gtest/gtest.h>

#include <limits>

#include "data/batch.h"
#include "data/canonical.h"
#include "data/civil.h"
#include "data/event_time.h"
#include "data/number_text.h"
#include "data/quantity_text.h"

namespace freshet::data {
namespace {

TEST(Type, PrintsAsFlinkDoes) {
  Type row = Type::Row({{"a", Type::Int().NotNull()}, {"b", Type::Array(Type::String())}});

  EXPECT_EQ(Type::BigInt().NotNull().ToString(), "BIGINT NOT NULL");
  EXPECT_EQ(Type::Decimal(23, 3).ToString(), "DECIMAL(23, 3)");
  EXPECT_EQ(Type::TimestampLtz(3).ToString(), "TIMESTAMP_LTZ(3)");
  EXPECT_EQ(Type::Map(Type::String(), Type::Varchar(7)).ToString(), "MAP<STRING, VARCHAR(7)>");
  EXPECT_EQ(row.ToString(), "ROW<`a` INT NOT NULL, `b` ARRAY<STRING>>");
}

TEST(Type, ShortDecimalsLieInSixtyFourBits) {
  EXPECT_EQ(Type::Decimal(18, 2).physical(), Physical::kInt64);
  EXPECT_EQ(Type::Decimal(19, 2).physical(), Physical::kInt128);
}

TEST(Type, VariantLiesAsAStringAndIsNotNested) {
  ColumnBuilder builder(Type::Variant());
  builder.AppendString(R"({"a":1})");
  builder.AppendString("null");
  builder.AppendNull();
  auto column = builder.Finish();

  std::string out;
  for (int row = 0; row < 3; ++row) AppendCanonical(out, *column, row);

  EXPECT_FALSE(Type::Variant().IsNested());
  EXPECT_EQ(Type::Variant().NotNull().ToString(), "VARIANT NOT NULL");
  EXPECT_EQ(out, R"("{\"a\":1}""null"null)");
}

TEST(Schema, NumbersFieldsAboveTheHighestId) {
  Schema schema({{FieldId(7), "a", Type::Int()}});

  schema.Add("b", Type::String());

  EXPECT_EQ(schema.field(1).id, FieldId(8));
  EXPECT_EQ(schema.Find("b"), 1);
  EXPECT_EQ(schema.Find("B"), std::nullopt);
}

TEST(Batch, KeepsOpsAndSelectionThroughGather) {
  BatchBuilder builder({Type::BigInt(), Type::String()});
  builder.AppendRow({1, "short"});
  builder.AppendRow({2, "a text of more than twelve bytes"}, RowKind::kDelete);
  builder.AppendRow({Value(), Value()});
  Batch batch = builder.Build().WithSelection({1, 2});

  Batch copy = batch.Gather();

  EXPECT_EQ(copy.length(), 2);
  EXPECT_EQ(copy.op(0), RowKind::kDelete);
  EXPECT_EQ(copy.column(1)->String(0), "a text of more than twelve bytes");
  EXPECT_TRUE(copy.column(0)->IsNull(1));
}

TEST(Column, DictionarySliceReadsTheSameValues) {
  ColumnBuilder builder(Type::String());
  builder.AppendString("one");
  builder.AppendNull();
  builder.AppendString("three, which does not fit inline");
  const uint16_t rows[] = {2, 1, 0, 2};

  ColumnPtr slice = Slice(builder.Finish(), rows, 4);
  ColumnPtr again = Slice(slice, rows, 2);

  EXPECT_EQ(slice->String(0), "three, which does not fit inline");
  EXPECT_TRUE(slice->IsNull(1));
  EXPECT_EQ(slice->String(2), "one");
  EXPECT_EQ(again->String(0), "one");
}

TEST(Column, ChildrenOfANullRowAreNull) {
  ColumnBuilder builder(Type::Row({{"a", Type::Int()}}));
  builder.AppendValue(Value::List{Value(5)});
  builder.AppendNull();

  ColumnPtr row = builder.Finish();

  EXPECT_EQ(row->children[0]->IntAt(0), 5);
  EXPECT_TRUE(row->children[0]->IsNull(1));
}

// Rows of NULL are told to the children later, many at once.
TEST(Column, ChildrenOfManyNullRowsAreNullAndOthersKeepTheirPlaces) {
  Type inner = Type::Row({{"list", Type::Array(Type::Int())}, {"text", Type::String()}});
  ColumnBuilder builder(Type::Row({{"a", Type::BigInt()}, {"in", inner}}), 2);
  auto value = [](int64_t n) { return Value(Value::List{Value(n), Value(Value::List{Value(Value::List{Value(n), Value(n + 1)}), Value("a text of row " + std::to_string(n))})}); };
  std::vector<bool> there;
  for (int row = 0; row < 300; ++row) {
    there.push_back(row % 130 == 0 || row == 299);
    if (there.back()) builder.AppendValue(value(row));
    else builder.AppendNull();
    if (row != 200) continue;
    builder.Truncate(190);  // and as many that are none of the usual rows, instead
    for (int again = 190; again <= 200; ++again) builder.AppendValue(Value::List{Value(), Value()});
  }

  ColumnPtr column = builder.Finish();

  ASSERT_EQ(column->children[1]->children[1]->length, 300);
  for (int row = 0; row < 300; ++row) {
    bool half = row >= 190 && row <= 200;
    Value wanted = there[static_cast<size_t>(row)] ? value(row) : half ? Value(Value::List{Value(), Value()}) : Value();
    EXPECT_EQ(ValueAt(*column, row), wanted) << row;
    EXPECT_EQ(column->children[1]->IsNull(row), !there[static_cast<size_t>(row)]) << row;
    EXPECT_EQ(column->children[1]->children[1]->IsNull(row), !there[static_cast<size_t>(row)]) << row;
  }
}

TEST(Column, TextsOfOneBuilderStandInTheColumnThatTheyCameInto) {
  ColumnBuilder builder(Type::String());
  auto text = [](int n) { return "a text that is not short: " + std::to_string(n); };
  for (int n = 0; n < 1000; ++n) builder.AppendString(text(n));
  ColumnPtr first = builder.Finish();
  builder.AppendString(text(5));
  ColumnPtr second = builder.Finish();

  for (int n = 0; n < 1000; ++n) EXPECT_EQ(first->String(n), text(n));
  EXPECT_EQ(second->String(0), text(5));
  EXPECT_LT(second->pinned_bytes(), 2000);
}

std::string Canonical(Type type, const Value& value) {
  ColumnBuilder builder(std::move(type));
  builder.AppendValue(value);
  std::string out;
  AppendCanonical(out, *builder.Finish(), 0);
  return out;
}

TEST(Canonical, WritesEveryKindAsAgreed) {
  EXPECT_EQ(Canonical(Type::Boolean(), true), "true");
  EXPECT_EQ(Canonical(Type::Decimal(10, 2), Value(Int128{-5})), "\"-0.05\"");
  EXPECT_EQ(Canonical(Type::Double(), 1.0), "1.0");
  EXPECT_EQ(Canonical(Type::Double(), 1e16), "1e+16");
  EXPECT_EQ(Canonical(Type::Double(), 0.00001), "1e-05");
  EXPECT_EQ(Canonical(Type::Double(), -std::numeric_limits<double>::infinity()), "\"-Infinity\"");
  EXPECT_EQ(Canonical(Type::Float(), static_cast<double>(0.1F)), "0.1");
  EXPECT_EQ(Canonical(Type::Bytes(), std::string("\x41\xff")), "\"41ff\"");
  EXPECT_EQ(Canonical(Type::Date(), 20780), "\"2026-11-23\"");
  EXPECT_EQ(Canonical(Type::Time(3), 36000123), "\"10:00:00.123\"");
  EXPECT_EQ(Canonical(Type::Timestamp(3), int64_t{-1}), "\"1969-12-31 23:59:59.999\"");
  EXPECT_EQ(Canonical(Type::TimestampLtz(0), int64_t{0}), "\"1970-01-01 00:00:00Z\"");
  EXPECT_EQ(Canonical(Type::Timestamp(9), int64_t{1}), "\"1970-01-01 00:00:00.000000001\"");
  EXPECT_EQ(Canonical(Type::Map(Type::String(), Type::Int()), Value::List{"b", 1, "a", 2}), "[[\"a\",2],[\"b\",1]]");
  EXPECT_EQ(Canonical(Type::Row({{"x", Type::Int()}}), Value::List{Value()}), "{\"x\":null}");
  EXPECT_EQ(Canonical(Type::String(), "a\"\\\n\x01é/"), "\"a\\\"\\\\\\n\\u0001é/\"");
}

TEST(Canonical, PutsTheKindFirstInAChangelog) {
  BatchBuilder builder({Type::Int()});
  builder.AppendRow({1}, RowKind::kUpdateBefore);
  std::string out;

  CanonicalWriter({"a"}).AppendRow(out, builder.Build(), 0, true);

  EXPECT_EQ(out, "{\"op\":\"-U\",\"a\":1}");
}

TEST(Civil, DaysAndDatesAreInverse) {
  for (int64_t day = -800000; day < 800000; day += 37) EXPECT_EQ(DaysFromCivil(CivilFromDays(day)), day);
  EXPECT_EQ(DaysFromCivil({2000, 2, 29}), 11016);
}

TEST(Civil, ReadsTimestampsStrictlyOrNotAtAll) {
  Type ms = Type::Timestamp(3);

  EXPECT_EQ(ParseTimestamp("1970-01-01 00:00:01.5", ms), 1500);
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:01.5", ms), std::nullopt);
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:01", ms, 'T'), 1000);
  EXPECT_EQ(ParseTimestamp("2024-02-30 00:00:00", ms), std::nullopt);
  EXPECT_EQ(ParseTimestamp("2024-2-3 4:5:6", ms), std::nullopt);
  EXPECT_TRUE(ParseTimestamp("2024-2-3 4:5:6", ms, ' ', true).has_value());
  EXPECT_EQ(ParseTimestamp("1969-12-31 23:59:59.999", ms), -1);
  for (const char* far : {"0001-01-01 00:00:00", "9999-12-31 23:59:59"}) {  // further from 1970 than nanoseconds in 64 bits go
    EXPECT_TRUE(ParseTimestamp(far, Type::Timestamp(6)).has_value());
    EXPECT_EQ(ParseTimestamp(far, Type::Timestamp(9)), std::nullopt);
  }
  EXPECT_TRUE(ParseTimestamp("1678-01-01 00:00:00", Type::Timestamp(9)).has_value() && ParseTimestamp("2262-04-11 23:47:16", Type::Timestamp(9)).has_value());
}

TEST(Civil, CutsTrailingZerosForFormats) {
  std::string out;
  AppendTimestampShort(out, 50, Type::Timestamp(3), ' ');
  EXPECT_EQ(out, "1970-01-01 00:00:00.05");
}

TEST(QuantityText, BareNumbersAreMillisecondsInOptionsAndNothingAtAPrompt) {
  EXPECT_EQ(ParseDuration("10")->ms(), 10);
  EXPECT_EQ(ParseDurationWithUnit("10m")->ms(), 600'000);
  EXPECT_EQ(ParseDurationWithUnit("10").fault().message(), "'10' has no unit; write 10s, 10m or 10h");
  EXPECT_NE(ParseDurationWithUnit("").fault().message().find("is no duration"), std::string::npos);
}

TEST(NumberText, RoundsDecimalsHalfUp) {
  EXPECT_EQ(ParseDecimal("2.345", 3, 2), Int128{235});
  EXPECT_EQ(ParseDecimal("-2.345", 3, 2), Int128{-235});
  EXPECT_EQ(ParseDecimal("1e3", 10, 1), Int128{10000});
  EXPECT_EQ(ParseDecimal("0.004", 3, 2), Int128{0});
  EXPECT_EQ(ParseDecimal("1000", 3, 0), std::nullopt);
  EXPECT_EQ(ParseDecimal("1x", 3, 0), std::nullopt);
}

TEST(NumberText, LaysDoublesOutAsJavaDoes) {
  auto text = [](double d) { std::string out; AppendJavaDouble(out, d, false); return out; };
  EXPECT_EQ(text(1e7), "1.0E7");
  EXPECT_EQ(text(0.00001), "1.0E-5");
  EXPECT_EQ(text(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(text(1e10), "1.0E10");
  EXPECT_EQ(text(-1234.5), "-1234.5");
}

}  // namespace
}  // namespace freshet::data
