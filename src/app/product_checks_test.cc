#include "app/product_checks.h"

#include <gtest/gtest.h>

namespace freshet::app {
namespace {

const std::string kProduct =
    "name: trip\n"
    "features:\n"
    "  topic: trips\n"
    "  entity: [origin]\n"
    "  event_time: seen\n"
    "  columns:\n"
    "    delay: {type: DOUBLE}\n"
    "    seats: {type: BIGINT}\n";
const std::string kUpsert = "'connector' = 'upsert-kafka', 'topic' = 'trips', 'key.format' = 'json', 'value.format' = 'json'";
const std::string kColumns = "origin STRING, delay DOUBLE, seats INT, seen TIMESTAMP(3)";

std::string Pipeline(const std::string& columns, const std::string& options) {
  return StrCat("CREATE TABLE t (", columns, ", PRIMARY KEY (origin) NOT ENFORCED) WITH (", options, ");\nINSERT INTO t SELECT * FROM s;\n");
}

std::string Told(const std::string& product, const std::string& pipeline) {
  std::string told;
  for (const auto& doubt : DoubtsOfProducts({{"products/trip.yaml", product}}, {{"pipelines/trips.sql", pipeline}}, {"127.0.0.1:9092"})) told += StrCat(doubt.is_mild ? "perhaps " : "", doubt.text, "\n");
  return told;
}

TEST(ProductChecks, HaveNothingToSayOfWhatFits) {
  EXPECT_EQ(Told(kProduct, Pipeline(kColumns, kUpsert)), "");
  EXPECT_EQ(Told(kProduct, Pipeline(kColumns, kUpsert + ", 'properties.bootstrap.servers' = '127.0.0.1:9092'")), "");
  EXPECT_EQ(Told(kProduct, "CREATE TABLE t WITH (" + kUpsert + ") AS SELECT * FROM s;" + Pipeline(kColumns, kUpsert)), "") << "its columns are the query's";
  EXPECT_EQ(Told(kProduct, ""), "") << "clients write the topic";
}

TEST(ProductChecks, NameATopicThatNoPipelineWrites) {
  std::string near = kProduct, far = kProduct;
  near.replace(near.find("trips"), 5, "trip");
  far.replace(far.find("trips"), 5, "weather");

  EXPECT_EQ(Told(near, Pipeline(kColumns, kUpsert)), "products/trip.yaml:3: features.topic: no pipeline writes topic 'trip'; did you mean 'trips'? if nobody else does, feature view trip has no rows\n");
  EXPECT_EQ(Told(far, Pipeline(kColumns, kUpsert)), "perhaps products/trip.yaml:3: features.topic: no pipeline writes topic 'weather'; if nobody else does, feature view trip has no rows\n");
}

TEST(ProductChecks, DoNotDoubtATopicThatAFileWhichCannotBeReadMayWrite) {
  std::string far = kProduct;
  far.replace(far.find("trips"), 5, "weather");
  ProjectFile fine{"pipelines/trips.sql", Pipeline(kColumns, kUpsert)}, broken{"pipelines/weather.sql", "CREATE TABLE w (a INT WITH;"};

  EXPECT_EQ(DoubtsOfProducts({{"products/trip.yaml", far}}, {fine}, {}).size(), 1u);
  EXPECT_TRUE(DoubtsOfProducts({{"products/trip.yaml", far}}, {fine, broken}, {}).empty());
}

TEST(ProductChecks, NameColumnsAndKeysThatRowsDoNotHave) {
  std::string who = "table t of pipelines/trips.sql, which writes topic 'trips',";

  EXPECT_EQ(Told(kProduct, Pipeline("origin STRING, delays DOUBLE, seats INT, seen TIMESTAMP(3)", kUpsert)),
            "products/trip.yaml:7: features.columns.delay: " + who + " has no column 'delay', so its rows have no value there; did you mean 'delays'?\n");
  EXPECT_EQ(Told(kProduct, Pipeline("origin STRING, delay STRING, seats DOUBLE, seen TIMESTAMP(3)", kUpsert)),
            "products/trip.yaml:7: features.columns.delay: " + who + " has it as STRING, not DOUBLE, so its records are passed over; give both one type\n" +
                "products/trip.yaml:8: features.columns.seats: " + who + " has it as DOUBLE, not BIGINT, so its records are passed over; give both one type\n");
  EXPECT_EQ(Told(kProduct, Pipeline("origin STRING, delay DOUBLE, seats INT", kUpsert)),
            "products/trip.yaml:5: features.event_time: " + who + " has no column 'seen', so its records are passed over; known are origin, delay, seats\n");
  std::string product = kProduct;
  product.replace(product.find("[origin]"), 8, "[origins]");
  EXPECT_EQ(Told(product, Pipeline(kColumns, kUpsert)), "products/trip.yaml:4: features.entity: " + who + " has no 'origins' in its key, so its records are passed over; did you mean 'origin'?\n");
}

TEST(ProductChecks, NameRecordsThatAreNoRowsOfViews) {
  std::string plain = "'connector' = 'kafka', 'topic' = 'trips', 'format' = 'json'", csv = kUpsert;
  csv.replace(csv.find("'value.format' = 'json'"), 23, "'value.format' = 'csv'");

  EXPECT_NE(Told(kProduct, Pipeline(kColumns, plain)).find("gives records no key, and a feature view passes over such; make it 'connector' = 'upsert-kafka'"), std::string::npos);
  EXPECT_NE(Told(kProduct, Pipeline(kColumns, csv)).find("has values in csv, and a feature view reads json"), std::string::npos);
}

}  // namespace
}  // namespace freshet::app
