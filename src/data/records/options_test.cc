#include "data/records/options.h"

#include <gtest/gtest.h>

namespace freshet::records {
namespace {

TEST(ClusterOf, TellsTheHouseByItsAddresses) {
  const std::vector<std::string> own = {"127.0.0.1:9092", "localhost:9092"};
  struct Case {
    std::string servers;
    std::string is;
  };
  const Case cases[] = {{"", "this house"},
                        {"freshet://", "this house"},
                        {"localhost:9092", "this house"},
                        {"localhost:9092, 127.0.0.1:9092", "this house"},
                        {"localhost:9093", "another"},
                        {"broker.example:9092,broker2.example:9092", "another"},
                        {"localhost:9092,broker.example:9092", "names this house and another cluster"}};
  for (const Case& one : cases) {
    data::TableRequest table{.name = "t", .options = {{"properties.bootstrap.servers", one.servers}}};

    auto cluster = ClusterOf(table, own);

    std::string is = !cluster.ok() ? cluster.ToString() : *cluster == Cluster::kAnother ? "another" : "this house";
    EXPECT_NE(is.find(one.is), std::string::npos) << one.servers << ": " << is;
  }
  EXPECT_EQ(*ClusterOf(data::TableRequest{.name = "t"}, own), Cluster::kThisHouse);
}

}  // namespace
}  // namespace freshet::records
