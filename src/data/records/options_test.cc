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

TEST(ReadTopicOptions, TakesWhatAClientIsToldWhereItIsTrueWithoutOne) {
  struct Case {
    std::string key, value, says;
  };
  const Case cases[] = {{"properties.client.id", "orders-job", ""},
                        {"properties.isolation.level", "read_committed", ""},
                        {"properties.isolation.level", "read_uncommitted", "it takes read_committed"},
                        {"properties.transaction.timeout.ms", "600000", ""},
                        {"properties.transaction.timeout.ms", "10 min", "it takes a number of milliseconds"},
                        {"scan.topic-partition-discovery.interval", "5 min", ""},
                        {"scan.topic-partition-discovery.interval", "0 s", "are seen at the next poll"},
                        {"scan.watermark.emit.strategy", "on-periodic", ""},
                        {"scan.watermark.emit.strategy", "never", "it takes on-periodic or on-event"},
                        {"scan.watermark.idle-timeout", "2 s", ""},
                        {"scan.watermark.idle-timeout", "soon", "it takes a duration such as 5 s"},
                        {"sink.transaction-naming-strategy", "POOLING", ""},
                        {"sink.transaction-naming-strategy", "random", "it takes default, incrementing or pooling"},
                        {"properties.max.poll.recordss", "1", "has no option 'properties.max.poll.recordss'"}};
  for (bool upsert : {false, true}) {
    for (const Case& one : cases) {
      data::TableRequest table{.name = "t", .options = {{"connector", "kafka"}, {"topic", "t"}, {"format", "json"}, {one.key, one.value}}};
      if (upsert) {
        table.options = {{"connector", "upsert-kafka"}, {"topic", "t"}, {"key.format", "json"}, {"value.format", "json"}, {one.key, one.value}};
        table.primary_key = {"k"};
        table.record.Add("k", data::Type::Int());
      }

      auto read = ReadTopicOptions(table);

      EXPECT_EQ(read.ok(), one.says.empty()) << one.key << ": " << read.ToString();
      EXPECT_NE(read.ToString().find(one.says), std::string::npos) << read.ToString();
    }
  }
}

TEST(ReadTopicOptions, TakesTopicsOrAPatternOfThem) {
  struct Case {
    std::string topic, pattern, says;
  };
  for (const Case& one : {Case{"a;b", "", ""}, Case{"", "a.*", ""}, Case{"a", "b", "exclude each other"}, Case{"", "", "needs the option 'topic'"}, Case{"", "(?<=a)b", "is not supported"}}) {
    data::TableRequest table{.name = "t", .options = {{"connector", "kafka"}, {"format", "json"}}};
    if (!one.topic.empty()) table.options["topic"] = one.topic;
    if (!one.pattern.empty()) table.options["topic-pattern"] = one.pattern;

    auto read = ReadTopicOptions(table);

    EXPECT_EQ(read.ok(), one.says.empty()) << read.ToString();
    EXPECT_NE(read.ToString().find(one.says), std::string::npos) << read.ToString();
  }
}

TEST(AlignmentOf, ReadsAGroupAndHowFarItsTablesMayBeAhead) {
  struct Case {
    std::string group, drift, interval, says;
  };
  for (const Case& one : {Case{"g", "30 s", "", ""}, Case{"g", "0 s", "500 ms", ""}, Case{"", "", "", ""}, Case{"g", "", "", "'scan.watermark.alignment.max-drift' is ''; it takes a duration"}, Case{"", "30 s", "", "needs 'scan.watermark.alignment.group'"},
                          Case{"", "", "1 s", "needs 'scan.watermark.alignment.group'"}, Case{"g", "far", "", "it takes a duration such as 30 s"}, Case{"g", "1 s", "0", "a duration of at least 1 ms"}}) {
    data::TableRequest table{.name = "t"};
    if (!one.group.empty()) table.options["scan.watermark.alignment.group"] = one.group;
    if (!one.drift.empty()) table.options["scan.watermark.alignment.max-drift"] = one.drift;
    if (!one.interval.empty()) table.options["scan.watermark.alignment.update-interval"] = one.interval;

    auto read = AlignmentOf(table);

    ASSERT_EQ(read.ok(), one.says.empty()) << read.ToString();
    EXPECT_NE(read.ToString().find(one.says), std::string::npos) << read.ToString();
    bool aligns = read.ok() && read->has_value();
    EXPECT_EQ(aligns, read.ok() && !one.group.empty());
    EXPECT_EQ(aligns ? (*read)->update_interval.ms() : 0, !aligns ? 0 : one.interval.empty() ? 1000 : 500);
  }
}

TEST(HoldBackOf, HoldsRowsWhereBothOptionsSaySo) {
  struct Case {
    std::string rows, interval, says;
    bool holds;
  };
  for (const Case& one : {Case{"100", "1 s", "", true}, Case{"100", "", "", false}, Case{"", "1 s", "", false}, Case{"0", "1 s", "", false}, Case{"many", "1 s", "a number of rows", false}, Case{"1", "later", "a duration", false}}) {
    data::TableRequest table{.name = "t"};
    if (!one.rows.empty()) table.options["sink.buffer-flush.max-rows"] = one.rows;
    if (!one.interval.empty()) table.options["sink.buffer-flush.interval"] = one.interval;

    auto hold = HoldBackOf(table);

    ASSERT_EQ(hold.ok(), one.says.empty()) << hold.ToString();
    EXPECT_NE(hold.ToString().find(one.says), std::string::npos) << hold.ToString();
    EXPECT_EQ(hold.ok() && hold->holds(), one.holds) << one.rows << " " << one.interval;
  }
}

}  // namespace
}  // namespace freshet::records
