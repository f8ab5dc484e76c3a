#include <gtest/gtest.h>

#include <numeric>

#include "data/batch.h"
#include "data/bitmap.h"
#include "data/canonical.h"
#include "data/expr/expr.h"
#include "data/expr/types.h"
#include "data/number_text.h"

namespace freshet::expr {
namespace {

ExprPtr Text(const char* text) { return Literal(Type::Char(static_cast<int>(std::string_view(text).size())).NotNull(), text); }
ExprPtr Int(int64_t n) { return Literal(Type::Int().NotNull(), n); }
ExprPtr Double(double d) { return Literal(Type::Double().NotNull(), d); }
ExprPtr Decimal(const char* text) {
  Type type = *TypeOfNumber(text);
  return Literal(type, *data::ParseDecimal(text, type.precision(), type.scale()));
}
ExprPtr Time(const char* text) { return *MakeCast(Text(text), Type::Timestamp(3)); }
ExprPtr Null(Type type) { return Literal(type, Value()); }

// The canonical text of a constant expression, or its fault.
std::string Show(const Result<ExprPtr>& expr) {
  if (!expr.ok()) return expr.ToString();
  auto folded = Fold(*expr, Session{});
  if (!folded.ok()) return folded.ToString();
  std::string out;
  data::AppendCanonical(out, *(*folded)->constant, 0);
  return out;
}
std::string Call(std::string_view name, std::vector<ExprPtr> args, std::string option = "") { return Show(MakeCall(name, std::move(args), std::move(option))); }
std::string TypeOf(std::string_view name, std::vector<ExprPtr> args) {
  auto expr = MakeCall(name, std::move(args));
  return expr.ok() ? (*expr)->type.ToString() : expr.ToString();
}
ExprPtr Typed(Type type) { return Input(0, type.NotNull(), "x"); }

TEST(Types, FollowFlinksDecimalRules) {
  auto d = [](int p, int s) { return Typed(Type::Decimal(p, s)); };

  EXPECT_EQ(TypeOf("+", {d(10, 2), d(8, 4)}), "DECIMAL(13, 4) NOT NULL");
  EXPECT_EQ(TypeOf("*", {d(10, 2), d(10, 4)}), "DECIMAL(21, 6) NOT NULL");
  EXPECT_EQ(TypeOf("*", {Decimal("0.908"), Typed(Type::BigInt())}), "DECIMAL(24, 3) NOT NULL");
  EXPECT_EQ(TypeOf("*", {d(10, 2), Typed(Type::Int())}), "DECIMAL(21, 2) NOT NULL");
  EXPECT_EQ(TypeOf("/", {Decimal("7.0"), Int(2)}), "DECIMAL(13, 12) NOT NULL");
  EXPECT_EQ(TypeOf("*", {d(38, 10), d(38, 10)}), "DECIMAL(38, 6) NOT NULL");
  EXPECT_EQ(TypeOf("+", {d(10, 2), Typed(Type::Double())}), "DOUBLE NOT NULL");
  EXPECT_EQ(TypeOf("ROUND", {d(10, 4), Int(2)}), "DECIMAL(9, 2) NOT NULL");
  EXPECT_EQ(TypeOf("FLOOR", {d(10, 4)}), "DECIMAL(10, 0) NOT NULL");
}

TEST(Types, WidenIntegersAndKeepTheirDivisionWhole) {
  EXPECT_EQ(TypeOf("+", {Typed(Type::Int()), Typed(Type::BigInt())}), "BIGINT NOT NULL");
  EXPECT_EQ(TypeOf("/", {Typed(Type::Int()), Typed(Type::Int())}), "INT NOT NULL");
  EXPECT_EQ(TypeOf("MOD", {Typed(Type::BigInt()), Int(123)}), "INT NOT NULL");
  EXPECT_EQ(CommonType(Type::Int(), Type::Decimal(10, 2))->ToString(), "DECIMAL(12, 2)");
  EXPECT_EQ(TypeOfNumber("2147483648")->ToString(), "BIGINT NOT NULL");
  EXPECT_EQ(TypeOfNumber("1e0")->ToString(), "DOUBLE NOT NULL");
  EXPECT_EQ(TypeOfNumber("1.50")->ToString(), "DECIMAL(3, 2) NOT NULL");
}

TEST(Types, RefuseWhatFlinkRefuses) {
  EXPECT_NE(TypeOf("+", {Typed(Type::Int()), Text("1")}).find("takes two numbers"), std::string::npos);
  EXPECT_NE(TypeOf("=", {Typed(Type::Int()), Text("1")}).find("compare"), std::string::npos);
  EXPECT_EQ(TypeOf(">", {Typed(Type::Timestamp(3)), Text("2024-01-01 00:00:00")}), "BOOLEAN NOT NULL");
  EXPECT_FALSE(ImplicitlyCastable(Type::Int(), Type::String()));
  EXPECT_FALSE(ImplicitlyCastable(Type::String(), Type::Int()));
  EXPECT_TRUE(ImplicitlyCastable(Type::Decimal(24, 3), Type::Decimal(23, 3)));
}

TEST(Arithmetic, AnswersAsFlinkDoes) {
  EXPECT_EQ(Call("/", {Int(7), Int(2)}), "3");
  EXPECT_EQ(Call("/", {Int(-7), Int(2)}), "-3");
  EXPECT_EQ(Call("MOD", {Int(-7), Int(3)}), "-1");
  EXPECT_EQ(Call("MOD", {Int(7), Int(-3)}), "1");
  EXPECT_EQ(Call("+", {Int(2147483647), Int(1)}), "-2147483648");
  EXPECT_EQ(Call("/", {Decimal("7.0"), Int(2)}), "\"3.500000000000\"");
  EXPECT_EQ(Call("*", {Decimal("0.908"), Int(100)}), "\"90.800\"");
  EXPECT_EQ(Call("/", {Double(1), Double(0)}), "\"Infinity\"");
  EXPECT_EQ(Call("/", {Int(1), Int(0)}), "invalid: division by zero; guard the divisor with NULLIF(x, 0); in (/ 1 0)");
  EXPECT_EQ(Call("ROUND", {Double(2.5)}), "3.0");
  EXPECT_EQ(Call("ROUND", {Double(-2.5)}), "-3.0");
  EXPECT_EQ(Call("ROUND", {Int(15), Int(-1)}), "20");
  EXPECT_EQ(Call("TRUNCATE", {Decimal("2.349"), Int(2)}), "\"2.34\"");
  EXPECT_EQ(Call("CEIL", {Decimal("1.20")}), "\"2\"");
  EXPECT_EQ(Call("SQRT", {Double(-1)}), "\"NaN\"");
  EXPECT_EQ(Call("LN", {Int(0)}), "\"-Infinity\"");
  EXPECT_EQ(Call("%", {Decimal("7.5"), Int(2)}), "\"1.5\"");
}

TEST(Arithmetic, DecimalOverflowIsNull) {
  ExprPtr big = Literal(Type::Decimal(38, 0).NotNull(), data::PowerOfTen(37) * 9);

  EXPECT_EQ(Call("*", {big, big}), "null");
  EXPECT_EQ(Show(MakeCast(big, Type::Decimal(10, 0))), "null");
}

TEST(Arithmetic, DividesThroughTwoHundredFiftySixBits) {
  ExprPtr a = Literal(Type::Decimal(38, 18).NotNull(), data::PowerOfTen(30));
  ExprPtr b = Literal(Type::Decimal(38, 18).NotNull(), data::PowerOfTen(18) * 3);

  EXPECT_EQ(Call("/", {a, b}), "\"333333333333.333333\"");
}

TEST(Logic, IsThreeValued) {
  ExprPtr null = Null(Type::Boolean()), yes = True(), no = Literal(Type::Boolean().NotNull(), false);

  EXPECT_EQ(Call("AND", {no, null}), "false");
  EXPECT_EQ(Call("AND", {yes, null}), "null");
  EXPECT_EQ(Call("AND", {null, no}), "false");
  EXPECT_EQ(Call("OR", {yes, null}), "true");
  EXPECT_EQ(Call("OR", {null, no}), "null");
  EXPECT_EQ(Call("NOT", {null}), "null");
  EXPECT_EQ(Call("IS NOT TRUE", {null}), "true");
  EXPECT_EQ(Call("IN", {Int(2), Int(1), Null(Type::Int())}), "null");
  EXPECT_EQ(Call("IN", {Int(1), Int(1), Null(Type::Int())}), "true");
  EXPECT_EQ(Call("IS DISTINCT FROM", {Null(Type::Int()), Null(Type::Int())}), "false");
  EXPECT_EQ(Call("NULLIF", {Int(1), Int(1)}), "null");
  EXPECT_EQ(Call("COALESCE", {Null(Type::Int()), Int(4)}), "4");
  EXPECT_EQ(Call("IF", {null, Int(1), Int(2)}), "2");
  EXPECT_EQ(Call("GREATEST", {Int(1), Null(Type::Int())}), "null");
  EXPECT_EQ(Call("BETWEEN", {Int(2), Int(1), Int(3)}), "true");
}

TEST(Cast, ConvertsAsFlinkDoes) {
  auto cast = [](ExprPtr e, Type t, bool soft = false) { return Show(MakeCast(std::move(e), t, soft)); };

  EXPECT_EQ(cast(Decimal("2.345"), Type::Decimal(3, 2)), "\"2.35\"");
  EXPECT_EQ(cast(Double(1e20), Type::Int()), "2147483647");
  EXPECT_EQ(cast(Int(307), Type::TinyInt()), "51");
  EXPECT_EQ(cast(Text(" 12 "), Type::Int()), "12");
  EXPECT_EQ(cast(Text("1.9"), Type::Int()), "1");
  EXPECT_EQ(cast(Text("abc"), Type::Int(), true), "null");
  EXPECT_EQ(cast(Text("abc"), Type::Int()), "invalid: CAST: 'abc' is not an INT; TRY_CAST gives NULL instead; in (CAST INT 'abc')");
  EXPECT_EQ(cast(Text("abc"), Type::Char(5)), "\"abc  \"");
  EXPECT_EQ(cast(Text("yes"), Type::Boolean()), "true");
  EXPECT_EQ(cast(True(), Type::Int()), "1");
  EXPECT_EQ(cast(True(), Type::String()), "\"TRUE\"");
  EXPECT_EQ(cast(Double(1e7), Type::String()), "\"1.0E7\"");
  EXPECT_EQ(cast(Text("2024-2-3 4:5:6"), Type::Timestamp(3)), "\"2024-02-03 04:05:06.000\"");
  EXPECT_EQ(cast(Text("2024-02-03T04:05:06"), Type::Timestamp(3), true), "null");
  EXPECT_EQ(cast(Text("2024-02-30"), Type::Date(), true), "null");
  EXPECT_EQ(cast(Text("10:11:12.5"), Type::Time()), "\"10:11:12\"");
  EXPECT_EQ(cast(*MakeCall("ARRAY", {Int(1), Null(Type::Int())}), Type::String()), "\"[1, NULL]\"");
  EXPECT_EQ(cast(*MakeCall("ROW", {Int(1), Text("x")}), Type::String()), "\"(1, x)\"");
  EXPECT_EQ(cast(*MakeCall("MAP", {Text("a"), Int(1)}), Type::String()), "\"{a=1}\"");
  EXPECT_EQ(cast(Literal(Type::IntervalMillis(), 86400000), Type::String()), "\"+1 00:00:00.000\"");
}

TEST(TextFunctions, CountCodePointsFromOne) {
  EXPECT_EQ(Call("SUBSTRING", {Text("héllo"), Int(2), Int(2)}), "\"él\"");
  EXPECT_EQ(Call("SUBSTRING", {Text("hello"), Int(0), Int(2)}), "\"he\"");
  EXPECT_EQ(Call("SUBSTRING", {Text("hello"), Int(-3)}), "\"llo\"");
  EXPECT_EQ(Call("SUBSTRING", {Text("hello"), Int(9)}), "\"\"");
  EXPECT_EQ(Call("LEFT", {Text("abc"), Int(-1)}), "\"\"");
  EXPECT_EQ(Call("CHAR_LENGTH", {Text("😀")}), "1");
  EXPECT_EQ(Call("UPPER", {Text("straße")}), "\"STRASSE\"");
  EXPECT_EQ(Call("INITCAP", {Text("hello wORLD")}), "\"Hello World\"");
  EXPECT_EQ(Call("TRIM", {Text("abcab"), Text("ab")}, "BOTH"), "\"c\"");
  EXPECT_EQ(Call("LPAD", {Text("hi"), Int(5), Text("ab")}), "\"abahi\"");
  EXPECT_EQ(Call("LPAD", {Text("hi"), Int(5), Text("")}), "null");
  EXPECT_EQ(Call("POSITION", {Text("b"), Text("abc")}), "2");
  EXPECT_EQ(Call("INSTR", {Text("abc"), Text("")}), "1");
  EXPECT_EQ(Call("SPLIT_INDEX", {Text("a//c"), Text("/"), Int(1)}), "\"\"");
  EXPECT_EQ(Call("SPLIT_INDEX", {Text("a//c"), Text("/"), Int(3)}), "null");
  EXPECT_EQ(Call("SPLIT_INDEX", {Text("/a"), Text("/"), Int(0)}), "\"\"");
  EXPECT_EQ(Call("SPLIT_INDEX", {Text("a/"), Text("/"), Int(1)}), "\"\"");
  for (size_t size = 1; size < 200; ++size) {  // around the ends of blocks
    std::string part(size, 'p'), last(size % 7, 'q'), all = "x/" + part + "/" + last;
    EXPECT_EQ(Call("SPLIT_INDEX", {Text(all.c_str()), Text("/"), Int(1)}), "\"" + part + "\"") << size;
    EXPECT_EQ(Call("SPLIT_INDEX", {Text(all.c_str()), Text("/"), Int(2)}), "\"" + last + "\"") << size;
    EXPECT_EQ(Call("SPLIT_INDEX", {Text(all.c_str()), Text("/"), Int(3)}), "null") << size;
  }
  EXPECT_EQ(Call("CONCAT_WS", {Text("-"), Text("a"), Null(Type::String()), Text("b")}), "\"a-b\"");
  EXPECT_EQ(Call("||", {Text("a"), Null(Type::String())}), "null");
  EXPECT_EQ(Call("REVERSE", {Text("aé")}), "\"éa\"");
  EXPECT_EQ(Call("<", {Text("a"), Text("B")}), "false");
}

TEST(TextFunctions, LikeHasNoEscapeUnlessNamed) {
  EXPECT_EQ(Call("LIKE", {Text("a_b"), Text("a\\_b")}), "false");
  EXPECT_EQ(Call("LIKE", {Text("a_b"), Text("a!_b"), Text("!")}), "true");
  EXPECT_EQ(Call("LIKE", {Text("mississippi"), Text("m%iss%pi")}), "true");
  EXPECT_EQ(Call("LIKE", {Text("é"), Text("_")}), "true");
  EXPECT_EQ(Call("LIKE", {Text("abc"), Text("%b")}), "false");
  EXPECT_EQ(Call("LIKE", {Text(""), Text("%")}), "true");
}

TEST(TimeFunctions, FollowFlinksCalendar) {
  auto at = [](const char* text) { return Time(text); };
  auto interval = [](int64_t ms) { return Literal(Type::IntervalMillis().NotNull(), ms); };

  EXPECT_EQ(Call("EXTRACT", {at("2024-03-10 00:00:00")}, "DOW"), "1");
  EXPECT_EQ(Call("WEEK", {at("2021-01-03 00:00:00")}), "53");
  EXPECT_EQ(Call("HOUR", {at("1969-12-31 23:10:00")}), "23");
  EXPECT_EQ(Call("FLOOR", {at("2024-03-13 10:00:00")}, "WEEK"), "\"2024-03-10 00:00:00.000\"");
  EXPECT_EQ(Call("CEIL", {at("2024-02-01 00:00:00.001")}, "MONTH"), "\"2024-03-01 00:00:00.000\"");
  EXPECT_EQ(Call("CEIL", {at("2024-02-01 00:00:00")}, "MONTH"), "\"2024-02-01 00:00:00.000\"");
  EXPECT_EQ(Call("TIMESTAMPDIFF", {at("2024-01-01 23:00:00"), at("2024-01-02 22:00:00")}, "DAY"), "0");
  EXPECT_EQ(Call("TIMESTAMPDIFF", {at("2024-01-31 00:00:00"), at("2024-02-29 00:00:00")}, "MONTH"), "1");
  EXPECT_EQ(Call("TIMESTAMPADD", {Int(1), at("2024-01-31 00:00:00")}, "MONTH"), "\"2024-02-29 00:00:00.000\"");
  EXPECT_EQ(Call("-", {at("2024-01-01 00:00:04"), interval(4000)}), "\"2024-01-01 00:00:00.000\"");
  EXPECT_EQ(Call("DATE_FORMAT", {at("2024-03-10 02:04:00"), Text("yyyy-MM-dd EEE a hh:mm D")}), "\"2024-03-10 Sun AM 02:04 70\"");
  EXPECT_EQ(Call("TO_TIMESTAMP", {Text("2024-02-30 00:00:00")}), "\"2024-02-29 00:00:00.000\"");
  EXPECT_EQ(Call("TO_TIMESTAMP", {Text("garbage")}), "null");
  EXPECT_EQ(Call("TO_TIMESTAMP", {Text("10/03/2024"), Text("dd/MM/yyyy")}), "\"2024-03-10 00:00:00.000\"");
  EXPECT_EQ(Call("TO_DATE", {Text("2024-02-30")}), "null");
  EXPECT_EQ(Call("TO_TIMESTAMP_LTZ", {Int(1), Int(0)}), "\"1970-01-01 00:00:01.000Z\"");
  EXPECT_EQ(Call("MINUS_DATE", {at("2024-01-01 00:00:05"), at("2024-01-01 00:00:04")}, "DAY TO SECOND"), "1000");
}

TEST(Collections, CountFromOneAndMissIsNull) {
  auto list = *MakeCall("ARRAY", {Int(1), Int(2)});
  auto map = *MakeCall("MAP", {Text("a"), Int(1)});

  EXPECT_EQ(Call("ITEM", {list, Int(1)}), "1");
  EXPECT_EQ(Call("ITEM", {list, Int(3)}), "null");
  EXPECT_EQ(Call("ITEM", {map, Text("b")}), "null");
  EXPECT_EQ(Call("ITEM", {list, Int(0)}), "invalid: array index must be 1 or more: arrays count from 1");
  EXPECT_EQ(Call("CARDINALITY", {map}), "1");
}

TEST(Evaluate, BranchesNotTakenCannotFail) {
  ExprPtr x = Input(0, Type::Int(), "x");
  auto guard = *MakeCall("=", {x, Int(0)});
  auto divide = *MakeCall("/", {Int(10), x});
  auto expr = *MakeCase({guard, Int(-1), divide});
  data::BatchBuilder builder({Type::Int()});
  for (int n : {0, 5, 0, 2}) builder.AppendRow({n});
  Batch batch = builder.Build();

  auto column = Evaluate(*expr, batch, batch.selection(), Session{});

  ASSERT_TRUE(column.ok()) << column.ToString();
  EXPECT_EQ((*column)->IntAt(0), -1);
  EXPECT_EQ((*column)->IntAt(1), 2);
  EXPECT_EQ((*column)->IntAt(3), 5);
}

TEST(Evaluate, UnselectedRowsCannotFail) {
  auto divide = *MakeCall("/", {Int(10), Input(0, Type::Int(), "x")});
  data::BatchBuilder builder({Type::Int()});
  for (int n : {0, 5}) builder.AppendRow({n});
  Batch batch = builder.Build();

  EXPECT_TRUE(Evaluate(*divide, batch.WithSelection({1}), batch.WithSelection({1}).selection(), Session{}).ok());
  EXPECT_FALSE(Evaluate(*divide, batch, batch.selection(), Session{}).ok());
}

// ---- every kernel under {no sel, sel, empty} × {Flat, Constant, Dictionary} × {nulls, none} ----

struct KernelCase {
  std::string name;
  std::vector<Type> types;
  std::string option = "";
  std::vector<ExprPtr> constants = {};  // appended behind the columns
};

Value Sample(const Type& type, int i) {
  if (type.IsString()) return std::vector<std::string>{"a", "b/c", "", "a text of more than twelve bytes", "aéb"}[static_cast<size_t>(i % 5)];
  if (type.IsVariant()) return std::vector<std::string>{R"({"a":[1],"b/c":"x","aéb":{"a":2}})", "[10,[20],30]", "null", R"({"":1})", "\"a text of more than twelve bytes\""}[static_cast<size_t>(i % 5)];
  if (type.IsBitmap()) return data::BitmapOf({1, static_cast<uint32_t>(i % 5), static_cast<uint32_t>(i % 5) << 17});
  if (type.kind() == data::Kind::kBoolean) return i % 3 == 0;
  if (type.IsFloating()) return i * 1.25 - 3;
  if (type.kind() == data::Kind::kDecimal) return Value(data::Int128{i * 137 - 1000});
  if (type.IsTimestamp()) return int64_t{i} * 86399123 - 500000;
  if (type.kind() == data::Kind::kArray) return Value::List{Value(i), Value(), Value(i + 1)};
  return i * 3 - 20 == 0 ? 1 : i * 3 - 20;
}

ColumnPtr MakeColumn(const Type& type, data::Encoding encoding, bool nulls, int length, int seed) {
  data::ColumnBuilder builder(type);
  int base = encoding == data::Encoding::kConstant ? 1 : length;
  for (int i = 0; i < base; ++i) {
    if (nulls && (i + seed) % 4 == 1) builder.AppendNull();
    else builder.AppendValue(Sample(type, i + seed));
  }
  ColumnPtr flat = builder.Finish();
  if (encoding == data::Encoding::kFlat) return flat;
  if (encoding == data::Encoding::kConstant) return data::Repeat(flat, 0, length);
  std::vector<uint16_t> rows;
  for (int i = 0; i < length; ++i) rows.push_back(static_cast<uint16_t>((i * 7 + 3) % length));
  return data::Slice(flat, rows.data(), length);
}

using data::Column;

std::string RowText(const Column& column, int row) {
  std::string out;
  data::AppendCanonical(out, column, row);
  return out;
}
std::vector<KernelCase> Kernels() {
  Type i = Type::Int(), l = Type::BigInt(), d = Type::Double(), n = Type::Decimal(10, 2), w = Type::Decimal(30, 4), s = Type::String(), b = Type::Boolean(), t = Type::Timestamp(3), v = Type::Variant(), m = Type::Bitmap();
  std::vector<KernelCase> out;
  for (const char* op : {"+", "-", "*", "/", "MOD"}) {
    out.push_back({op, {i, l}});
    out.push_back({op, {n, w}});
    out.push_back({op, {d, i}});
  }
  for (const char* op : {"=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "GREATEST"}) {
    out.push_back({op, {i, i}});
    out.push_back({op, {s, s}});
    out.push_back({op, {n, n}});
    out.push_back({op, {d, d}});
  }
  for (const char* op : {"=", "<>", "IS DISTINCT FROM"}) out.push_back({op, {v, v}});
  for (const char* op : {"=", "IS DISTINCT FROM", "BITMAP_AND", "BITMAP_OR", "BITMAP_XOR", "BITMAP_ANDNOT", "COALESCE"}) out.push_back({op, {m, m}});
  for (const char* f : {"BITMAP_CARDINALITY", "BITMAP_TO_ARRAY", "BITMAP_TO_BYTES", "BITMAP_TO_STRING"}) out.push_back({f, {m}});
  out.push_back({"BITMAP_BUILD", {Type::Array(Type::Int())}});
  out.push_back({"AND", {b, b}});
  out.push_back({"OR", {b, b}});
  out.push_back({"NOT", {b}});
  out.push_back({"IS NULL", {s}});
  out.push_back({"IS TRUE", {b}});
  out.push_back({"IN", {i, i}, "", {Int(4), Null(Type::Int())}});
  out.push_back({"COALESCE", {s, s}});
  out.push_back({"IF", {b, i, i}});
  out.push_back({"NULLIF", {i, i}});
  out.push_back({"ABS", {n}});
  out.push_back({"ROUND", {d}, "", {Int(1)}});
  out.push_back({"FLOOR", {n}});
  out.push_back({"POWER", {d, d}});
  for (const char* f : {"UPPER", "LOWER", "CHAR_LENGTH", "REVERSE", "INITCAP", "TRIM"}) out.push_back({f, {s}});
  out.push_back({"||", {s, s}});
  out.push_back({"CONCAT_WS", {s, s, s}});
  out.push_back({"SUBSTRING", {s, i}});
  out.push_back({"REPLACE", {s, s, s}});
  out.push_back({"SPLIT_INDEX", {s}, "", {Text("/"), Int(1)}});
  out.push_back({"LIKE", {s}, "", {Text("%b%")}});
  out.push_back({"LPAD", {s, i}, "", {Text("*")}});
  out.push_back({"EXTRACT", {t}, "HOUR"});
  out.push_back({"FLOOR", {t}, "DAY"});
  out.push_back({"DATE_FORMAT", {t}, "", {Text("yyyy-MM-dd HH:mm")}});
  out.push_back({"TIMESTAMPDIFF", {t, t}, "HOUR"});
  out.push_back({"+", {t}, "", {Literal(Type::IntervalMonths(), 1)}});
  out.push_back({"ROW", {i, s}});
  out.push_back({"ARRAY", {i, i}});
  out.push_back({"ITEM", {Type::Array(Type::Int())}, "", {Int(3)}});
  out.push_back({"ITEM", {v}, "", {Int(2)}});
  out.push_back({"ITEM", {v, i}});
  out.push_back({"ITEM", {v, s}});
  out.push_back({"TRY_PARSE_JSON", {s, b}});
  out.push_back({"JSON_STRING", {v}});
  out.push_back({"JSON_VALUE", {v}, "", {Text("lax $.a[0]")}});
  out.push_back({"COALESCE", {v, v}});
  return out;
}

class EveryKernel : public testing::TestWithParam<KernelCase> {};

TEST_P(EveryKernel, GivesTheSameRowsInEveryEncodingAndSelection) {
  const KernelCase& c = GetParam();
  constexpr int kLength = 70;
  std::vector<ExprPtr> args;
  for (size_t a = 0; a < c.types.size(); ++a) args.push_back(Input(static_cast<int>(a), c.types[a], "x"));
  args.insert(args.end(), c.constants.begin(), c.constants.end());
  auto expr = MakeCall(c.name, args, c.option);
  ASSERT_TRUE(expr.ok()) << expr.ToString();
  std::vector<uint16_t> all(kLength), some, none;
  std::iota(all.begin(), all.end(), uint16_t{0});
  for (uint16_t r = 1; r < kLength; r = static_cast<uint16_t>(r + 3)) some.push_back(r);

  for (auto encoding : {data::Encoding::kFlat, data::Encoding::kConstant, data::Encoding::kDictionary}) {
    for (bool nulls : {false, true}) {
      std::vector<ColumnPtr> columns;
      for (size_t a = 0; a < c.types.size(); ++a) columns.push_back(MakeColumn(c.types[a], encoding, nulls, kLength, static_cast<int>(a) * 2));
      Batch batch(kLength, columns);
      for (const auto* rows : {&all, &some, &none}) {
        Batch selected = rows == &all ? batch : batch.WithSelection(*rows);
        auto got = Evaluate(**expr, selected, selected.selection(), Session{});
        ASSERT_TRUE(got.ok()) << got.ToString();
        EXPECT_EQ((*got)->length, kLength);
        for (uint16_t row : *rows) {
          std::vector<ColumnPtr> one;  // the same row alone, as constants
          for (const auto& column : columns) one.push_back(data::Repeat(column, row, 1));
          Batch single(1, one);
          auto expected = Evaluate(**expr, single, single.selection(), Session{});
          ASSERT_TRUE(expected.ok()) << expected.ToString();
          EXPECT_EQ(RowText(**got, row), RowText(**expected, 0)) << c.name << " row " << row;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryKernel, testing::ValuesIn(Kernels()), [](const auto& info) {
  std::string name = std::to_string(info.index) + "_";
  for (char ch : info.param.name) name += isalnum(ch) != 0 ? ch : '_';
  return name;
});

}  // namespace
}  // namespace freshet::expr
