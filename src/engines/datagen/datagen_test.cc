#include "engines/datagen/datagen.h"

#include <gtest/gtest.h>

#include "data/canonical.h"
#include "engines/datagen/recipe.h"
#include "testing/sim_env.h"

namespace freshet::datagen {
namespace {

using data::Type;
using testing::SimEnv;

ports::TableRequest Table(std::vector<std::pair<std::string, Type>> columns, ports::ConnectorOptions options) {
  ports::TableRequest table;
  table.name = "t";
  for (auto& [name, type] : columns) table.columns.Add(name, type);
  table.record = table.columns;
  table.metadata_keys.assign(columns.size(), "");
  table.options = std::move(options);
  table.options["connector"] = "datagen";
  return table;
}

struct Ask {
  std::string from = "";   // a position
  int rows_most = 1'000'000;
  Duration time_most = Seconds(3600);
};
struct Got {
  std::vector<std::string> rows;
  std::string position;
  bool ended = false;
};

Task<Got> Read(SimEnv& sim, const io::CancelFlag* stop, ports::TableRequest table, Ask ask) {
  DatagenConnector datagen(sim, stop);
  CO_ASSIGN_OR_RETURN(auto source, datagen.OpenSource({}, table));
  Status sought = ask.from.empty() ? Status() : source->Seek(ask.from);
  if (!sought.ok()) co_return sought.fault();
  Got got;
  MonoTime until = sim.clock().Now() + ask.time_most;
  while (!got.ended && static_cast<int>(got.rows.size()) < ask.rows_most && sim.clock().Now() < until) {
    CO_ASSIGN_OR_RETURN(auto polled, source->Poll({}));
    for (int i = 0; i < polled.batch.length(); ++i) {
      std::string row;
      for (const auto& column : polled.batch.columns()) {
        data::AppendCanonical(row, *column, i);
        row += ' ';
      }
      got.rows.push_back(std::move(row));
    }
    got.ended = polled.ended;
  }
  got.position = source->Position();
  co_return got;
}

Got ReadIn(SimEnv& sim, const ports::TableRequest& table, Ask ask = {}, const io::CancelFlag* stop = nullptr) {
  auto got = sim.Run(Read(sim, stop, table, std::move(ask)));
  EXPECT_TRUE(got.ok()) << got.ToString();
  return got.ok() ? *got : Got();
}

TEST(Datagen, EndsWithItsRowsOrItsFirstSequence) {
  SimEnv sim;
  ports::ConnectorOptions sequence{{"fields.a.kind", "sequence"}, {"fields.a.start", "3"}, {"fields.a.end", "5"}}, longer = sequence;
  longer["number-of-rows"] = "2";

  Got all = ReadIn(sim, Table({{"a", Type::Int()}}, sequence)), two = ReadIn(sim, Table({{"a", Type::Int()}}, longer)), none = ReadIn(sim, Table({{"a", Type::Int()}}, {{"number-of-rows", "0"}}));

  EXPECT_EQ(all.rows, (std::vector<std::string>{"3 ", "4 ", "5 "}));
  EXPECT_EQ(two.rows, (std::vector<std::string>{"3 ", "4 "}));
  EXPECT_TRUE(none.rows.empty() && none.ended);
}

TEST(Datagen, MakesTheRowsBehindAPositionAgainWhicheverColumnsAreRead) {
  SimEnv sim;
  ports::ConnectorOptions options{{"number-of-rows", "300"}, {"fields.s.length", "20"}, {"fields.s.null-rate", "0.5"}};
  ports::TableRequest table = Table({{"a", Type::BigInt()}, {"s", Type::String()}, {"m", Type::Map(Type::Int(), Type::Row({{"x", Type::Int()}, {"y", Type::Double()}}))}}, options);
  Got all = ReadIn(sim, table);
  std::string seed = all.position.substr(0, all.position.find(':'));

  Got rest = ReadIn(sim, table, {.from = seed + ":100"});
  ports::TableRequest narrow = table;
  narrow.columns = Table({{"s", Type::String()}}, {}).columns;
  narrow.metadata_keys = {""};
  Got texts = ReadIn(sim, narrow, {.from = seed + ":0"});

  ASSERT_EQ(all.rows.size(), 300u);
  EXPECT_EQ(all.position, seed + ":300");
  EXPECT_EQ(rest.rows, std::vector<std::string>(all.rows.begin() + 100, all.rows.end()));
  ASSERT_EQ(texts.rows.size(), 300u);
  for (size_t i = 0; i < 300; ++i) EXPECT_NE(all.rows[i].find(" " + texts.rows[i]), std::string::npos) << i;
  auto nulls = std::count(texts.rows.begin(), texts.rows.end(), "null ");
  EXPECT_TRUE(nulls > 100 && nulls < 200) << nulls;
}

TEST(Datagen, MakesSoManyRowsASecond) {
  SimEnv sim;

  Got slow = ReadIn(sim, Table({{"a", Type::Int()}}, {{"rows-per-second", "5"}}), {.time_most = Seconds(10)});
  Got usual = ReadIn(sim, Table({{"a", Type::Int()}}, {}), {.time_most = Seconds(2)});

  EXPECT_GE(slow.rows.size(), 49u);
  EXPECT_LE(slow.rows.size(), 52u);
  EXPECT_GE(usual.rows.size(), 19'000u);
  EXPECT_LE(usual.rows.size(), 20'200u);
  EXPECT_FALSE(usual.ended);
}

TEST(Datagen, EndsWhenItIsToldTo) {
  SimEnv sim;
  io::CancelFlag stop;
  stop.Raise();

  Got got = ReadIn(sim, Table({{"a", Type::Int()}}, {}), {}, &stop);

  EXPECT_TRUE(got.ended && got.rows.empty());
}

TEST(Datagen, LetsALookHaveASecondsWorthAtOnce) {
  SimEnv sim;
  ports::TableRequest table = Table({{"a", Type::Int()}}, {{"rows-per-second", "300"}});
  table.since = WallTime{0};
  MonoTime before = sim.clock().Now();

  Got got = ReadIn(sim, table);

  EXPECT_EQ(got.rows.size(), 300u);
  EXPECT_LT((sim.clock().Now() - before).ms(), 100);
}

TEST(Datagen, DrawsEveryTypeWithinItsBounds) {
  struct Draw {
    Type type;
    ports::ConnectorOptions options;
    std::function<bool(const data::Value&)> holds;
  };
  auto between = [](int64_t least, int64_t most) { return [=](const data::Value& v) { return v.integer() >= least && v.integer() <= most; }; };
  auto sized = [](size_t least, size_t most) { return [=](const data::Value& v) { return v.text().size() >= least && v.text().size() <= most; }; };
  const Draw draws[] = {
      {Type::Boolean(), {}, between(0, 1)},
      {Type::TinyInt(), {}, between(-128, 127)},
      {Type::Int(), {{"min", "-3"}, {"max", "-3"}}, between(-3, -3)},
      {Type::BigInt(), {{"min", "9223372036854775806"}}, between(INT64_MAX - 1, INT64_MAX)},
      {Type::Float(), {}, [](const data::Value& v) { return v.real() >= 0; }},
      {Type::Double(), {{"min", "-0.5"}, {"max", "0.5"}}, [](const data::Value& v) { return v.real() >= -0.5 && v.real() <= 0.5; }},
      {Type::Decimal(38, 10), {{"min", "-1.5"}}, [](const data::Value& v) { return v.decimal() >= -data::Int128{15'000'000'000}; }},
      {Type::Char(7), {}, sized(7, 7)},
      {Type::String(), {}, sized(100, 100)},
      {Type::Varchar(9), {{"var-len", "true"}}, sized(1, 9)},
      {Type::Binary(2), {}, sized(2, 2)},
      {Type::Date(), {}, between(20, 20)},
      {Type::Time(0), {}, between(5'000, 5'000)},
      {Type::TimestampLtz(3), {{"max-past", "2 s"}}, between(20 * 86'400'000 + 3'999, 20 * 86'400'000 + 5'999)},
      {Type::Timestamp(0), {}, between(20 * 86'400'000 + 5'000, 20 * 86'400'000 + 5'000)},
      {Type::Array(Type::Int()), {{"length", "4"}, {"element.min", "0"}, {"element.max", "1"}}, [](const data::Value& v) { return v.list().size() == 4 && v.list()[3].integer() <= 1; }},
      {Type::Map(Type::Boolean(), Type::Int()), {{"length", "9"}}, [](const data::Value& v) { return v.list().size() == 2 || (v.list().size() == 4 && !(v.list()[0] == v.list()[2])); }},
      {Type::Multiset(Type::String()), {}, [](const data::Value& v) { return v.list().size() == 6 && v.list()[1].integer() >= 1; }},
      {Type::Row({{"x", Type::Int()}, {"y", Type::Array(Type::Boolean())}}), {{"y.length", "1"}}, [](const data::Value& v) { return v.list()[1].list().size() == 1; }},
  };
  const RowAt kWhen{.seed = 7, .number = 0, .now_ms = int64_t{20} * 86'400'000 + 5'999, .local_ms = int64_t{20} * 86'400'000 + 5'999};

  for (const auto& draw : draws) {
    ports::ConnectorOptions options;
    for (const auto& [key, value] : draw.options) options["fields.f." + key] = value;
    auto recipe = ReadRecipe(Table({{"f", draw.type}}, options));
    ASSERT_TRUE(recipe.ok()) << draw.type.ToString() << ": " << recipe.ToString();
    for (RowAt row = kWhen; row.number < 100; ++row.number) EXPECT_TRUE(draw.holds(MakeValue(recipe->columns[0], row))) << draw.type.ToString() << " " << row.number;
  }
}

TEST(Datagen, RefusesWhatItCannotMake) {
  struct Refusal {
    Type type;
    ports::ConnectorOptions options;
    std::string says;
  };
  const Refusal refusals[] = {
      {Type::Int(), {{"fields.f.min", "x"}}, "option 'fields.f.min' is 'x'; it takes a whole number"},
      {Type::TinyInt(), {{"fields.f.max", "128"}}, "it takes a whole number from -128 to 127"},
      {Type::Int(), {{"fields.f.min", "2"}, {"fields.f.max", "1"}}, "column f has a 'fields.f.max' below its 'fields.f.min'"},
      {Type::Int(), {{"fields.f.kind", "chance"}}, "it takes random or sequence"},
      {Type::Int(), {{"fields.f.kind", "sequence"}, {"fields.f.start", "1"}}, "needs 'fields.f.end'"},
      {Type::TinyInt(), {{"fields.f.kind", "sequence"}, {"fields.f.start", "1"}, {"fields.f.end", "300"}}, "from -128 to 127"},
      {Type::Date(), {{"fields.f.kind", "sequence"}, {"fields.f.start", "1"}, {"fields.f.end", "3"}}, "of which there is no sequence"},
      {Type::Decimal(3, 2), {{"fields.f.kind", "sequence"}, {"fields.f.start", "1"}, {"fields.f.end", "10"}}, "has no room"},
      {Type::Int().NotNull(), {{"fields.f.null-rate", "0.1"}}, "is NOT NULL"},
      {Type::Int(), {{"fields.f.null-rate", "2"}}, "a number from 0 to 1"},
      {Type::Varchar(3), {{"fields.f.length", "4"}}, "a whole number from 0 to 3"},
      {Type::Char(3), {{"fields.f.length", "2"}}, "has no option 'fields.f.length'"},
      {Type::Int(), {{"fields.g.min", "2"}}, "has no option 'fields.g.min'"},
      {Type::Int(), {{"rows-per-second", "0"}}, "a whole number from 1"},
      {Type::Timestamp(3), {{"fields.f.max-past", "long"}}, "a duration such as 10 min"},
      {Type::Array(Type::Array(Type::String())), {{"fields.f.length", "10000"}, {"fields.f.element.length", "10000"}}, "may have more than"},
  };
  SimEnv sim;
  DatagenConnector datagen(sim);

  for (const auto& refusal : refusals) {
    Status checked = datagen.Check(Table({{"f", refusal.type}}, refusal.options), ports::TableUse::kRead);
    ASSERT_FALSE(checked.ok()) << refusal.says;
    EXPECT_NE(checked.ToString().find(refusal.says), std::string::npos) << checked.ToString();
  }
}

}  // namespace
}  // namespace freshet::datagen
