#include "engines/lake/lake_catalog.h"

#include <gtest/gtest.h>

#include "engines/lake/table_setup.h"
#include "testing/sim_env.h"

namespace freshet::lake {
namespace {

using data::Type;

const data::ConnectorOptions kSaid = {{"catalog-type", "hadoop"}, {"warehouse", "file:///wh"}, {"property-version", "1"}};

void Make(Env& env, const LakeCatalog& catalog, const data::ConnectorOptions& shared, const std::string& database, const std::string& table) {
  ports::TableRequest request;
  request.name = table;
  request.columns.Add("id", Type::BigInt().NotNull());
  request.columns.Add("at", Type::TimestampLtz(3));
  request.columns.Add("tags", Type::Map(Type::String().NotNull(), Type::Array(Type::Decimal(9, 2))));
  request.columns.Add("place", Type::Row({{"x", Type::Int()}, {"y", Type::Bytes()}}));
  request.record = request.columns;
  request.primary_key = {"id"};
  request.partitioned_by = {"id"};
  request.options = catalog.OptionsOf(shared, database, table);
  auto options = ReadLakeOptions(request);
  ASSERT_TRUE(options.ok()) << options.ToString();
  HadoopTable at(env, options->location);
  auto made = SetUpTable(env, at, *options, request);
  ASSERT_TRUE(made.ok()) << made.ToString();
}

TEST(LakeCatalog, FindsWhatStandsInTheWarehouse) {
  testing::SimEnv env({.seed = 1});
  LakeCatalog catalog(env);
  auto shared = catalog.Open("ice", kSaid);
  ASSERT_TRUE(shared.ok()) << shared.ToString();
  EXPECT_EQ(catalog.Databases(*shared)->size(), 0u);
  Make(env, catalog, *shared, "db", "t");
  Make(env, catalog, *shared, "db", "u");

  EXPECT_EQ(*catalog.Databases(*shared), std::vector<std::string>{"db"});
  EXPECT_EQ(*catalog.Tables(*shared, "db"), (std::vector<std::string>{"t", "u"}));
  EXPECT_EQ(catalog.Tables(*shared, "other")->size(), 0u);
  EXPECT_FALSE(catalog.Find(*shared, "db", "v")->has_value());
  auto found = catalog.Find(*shared, "db", "t");
  ASSERT_TRUE(found.ok() && *found) << found.ToString();
  std::string columns;
  for (const auto& field : (*found)->columns.fields()) columns += StrCat(field.name, " ", field.type, "\n");
  EXPECT_EQ(columns, "id BIGINT NOT NULL\nat TIMESTAMP_LTZ(6)\ntags MAP<STRING NOT NULL, ARRAY<DECIMAL(9, 2)>>\nplace ROW<`x` INT, `y` BYTES>\n");
  EXPECT_EQ((*found)->primary_key, std::vector<std::string>{"id"});
  EXPECT_EQ((*found)->partitioned_by, std::vector<std::string>{"id"});
  EXPECT_EQ((*found)->options.at("catalog-table"), "t");
}

TEST(LakeCatalog, SaysWhatItCannotDo) {
  testing::SimEnv env({.seed = 1});
  LakeCatalog catalog(env);
  auto why = [&](const data::ConnectorOptions& said) {
    auto opened = catalog.Open("ice", said);
    return opened.ok() ? std::string("fine") : opened.fault().message();
  };

  EXPECT_NE(why({{"warehouse", "/wh"}}).find("needs the option 'catalog-type'"), std::string::npos);
  EXPECT_NE(why({{"catalog-type", "rest"}, {"uri", "http://x"}}).find("'catalog-type' = 'rest' is not supported"), std::string::npos);
  EXPECT_NE(why({{"catalog-impl", "org.apache.iceberg.nessie.NessieCatalog"}}).find("'catalog-impl' is not supported"), std::string::npos);
  EXPECT_NE(why({{"catalog-type", "hadoop"}}).find("catalog ice: connector iceberg needs the option 'warehouse'"), std::string::npos);
  EXPECT_NE(why({{"catalog-type", "hadoop"}, {"warehouse", "s3://b/wh"}}).find("only local folders"), std::string::npos);
  EXPECT_NE(why({{"catalog-type", "hadoop"}, {"warehouse", "/wh"}, {"werehouse", "/x"}}).find("has no option 'werehouse'"), std::string::npos);
  EXPECT_NE(why({{"catalog-type", "hadoop"}, {"warehouse", "/wh"}, {"cache-enabled", "true"}}).find("'false' is supported"), std::string::npos);
  auto shared = catalog.Open("ice", kSaid);
  EXPECT_FALSE(catalog.Find(*shared, "..", "etc").ok());
  EXPECT_EQ(catalog.Find(*shared, "db", "t$snapshots").fault().code(), Code::kUnsupported);
}

}  // namespace
}  // namespace freshet::lake
