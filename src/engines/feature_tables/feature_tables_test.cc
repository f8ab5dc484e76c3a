#include "engines/feature_tables/feature_tables.h"

#include <gtest/gtest.h>

#include "data/canonical.h"
#include "testing/memory_features.h"
#include "testing/sim_env.h"

namespace freshet::feature_tables {
namespace {

using data::Type;
using ports::FeatureKind;
using ports::FeatureSource;

struct Cards {
  Cards() {
    features.Define({.name = "card", .topic = "c", .entity = {"bank", "card"}, .columns = {{"risk", FeatureKind::kReal, {}, false}, {"country", FeatureKind::kText, {}, false}}});
    features.SetRow("card", {"7", "c1"}, {true, {{.value = data::Value(0.5), .source = FeatureSource::kFresh}, {.value = data::Value("DE"), .source = FeatureSource::kStale}}});
    features.SetRow("card", {"7", "c2"}, {false, {{.value = data::Value(0.1), .source = FeatureSource::kDefault}, {}}});
    request.table.name = "profile";
    request.table.options = {{"connector", "features"}, {"view", "card"}};
    request.table.columns.Add("country", Type::String());
    request.table.columns.Add("bank", Type::BigInt());
    request.table.columns.Add("risk", Type::Double());
    request.key_columns = {"card", "bank"};
  }

  testing::SimEnv sim{{}};
  testing::MemoryFeatures features;
  FeatureTables tables{features};
  ports::LookupRequest request;
};

TEST(FeatureTables, AnswersKeysInTheOrderOfTheirColumns) {
  Cards cards;
  auto lookup = cards.sim.Run(cards.tables.OpenLookup(Ctx(), cards.request));
  ASSERT_TRUE(lookup.ok()) << lookup.ToString();
  data::BatchBuilder keys({Type::String(), Type::BigInt()});
  keys.AppendRow({"c1", 7});
  keys.AppendRow({"c9", 7});
  keys.AppendRow({"c2", 7});

  auto found = cards.sim.Run((*lookup)->Get(Ctx(), keys.Build()));

  ASSERT_TRUE(found.ok()) << found.ToString();
  EXPECT_EQ(found->found, (std::vector<bool>{true, false, false}));
  std::string rows;
  data::CanonicalWriter writer({"country", "bank", "risk"});
  for (int row = 0; row < 3; ++row) writer.AppendRow(rows, found->rows, row, false);
  EXPECT_EQ(rows, R"({"country":"DE","bank":7,"risk":0.5}{"country":null,"bank":null,"risk":null}{"country":null,"bank":null,"risk":0.1})");
}

// A view's whole numbers are BIGINT; cut to what a table says of them they would be other numbers.
TEST(FeatureTables, RefusesANumberThatItsColumnDoesNotHold) {
  Cards cards;
  cards.features.Define({.name = "seats", .topic = "s", .entity = {"plane"}, .columns = {{"sold", FeatureKind::kInteger, {}, false}}});
  cards.features.SetRow("seats", {"1"}, {true, {{.value = data::Value(int64_t{32767}), .source = FeatureSource::kFresh}}});
  cards.features.SetRow("seats", {"2"}, {true, {{.value = data::Value(int64_t{32768}), .source = FeatureSource::kFresh}}});
  ports::LookupRequest request;
  request.table.name = "seats";
  request.table.options = {{"connector", "features"}};
  request.table.columns.Add("sold", Type::SmallInt());
  request.key_columns = {"plane"};
  auto lookup = cards.sim.Run(cards.tables.OpenLookup(Ctx(), request));
  ASSERT_TRUE(lookup.ok()) << lookup.ToString();
  auto sold = [&](int64_t plane) {
    data::BatchBuilder keys({Type::BigInt()});
    keys.AppendRow({plane});
    return cards.sim.Run((*lookup)->Get(Ctx(), keys.Build()));
  };

  EXPECT_EQ(sold(1)->rows.column(0)->Value<int16_t>(0), 32767);
  EXPECT_EQ(sold(2).ToString(), "invalid: feature view seats: feature sold of (2) is 32768, which SMALLINT does not hold; declare the column BIGINT");
}

TEST(FeatureTables, RefusesWhatTheViewDoesNotHave) {
  auto refusal = [](auto change) {
    Cards cards;
    change(cards.request);
    return cards.sim.Run(cards.tables.OpenLookup(Ctx(), cards.request)).fault().message();
  };

  EXPECT_NE(refusal([](auto& r) { r.key_columns = {"card"}; }).find("'bank' is missing"), std::string::npos);
  EXPECT_NE(refusal([](auto& r) { r.table.columns.Add("age", Type::Int()); }).find("no feature or key 'age'"), std::string::npos);
  EXPECT_NE(refusal([](auto& r) { r.table.options["view"] = "other"; }).find("no feature view 'other'"), std::string::npos);
  EXPECT_NE(refusal([](auto& r) { r.table.options["ttl"] = "1"; }).find("no option 'ttl'"), std::string::npos);
  EXPECT_NE(refusal([](auto& r) { r.table.columns = {}, r.table.columns.Add("risk", Type::String()); }).find("declare it DOUBLE"), std::string::npos);
}

}  // namespace
}  // namespace freshet::feature_tables
