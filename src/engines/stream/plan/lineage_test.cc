#include "engines/stream/plan/lineage.h"

#include <gtest/gtest.h>

#include "engines/stream/job/script.h"
#include "testing/sim_env.h"

namespace freshet::stream {
namespace {

constexpr std::string_view kTables = R"(
CREATE TABLE bids (auction BIGINT, bidder BIGINT, price INT, note STRING, person ROW<name STRING, home ROW<city STRING>>, tags ARRAY<STRING>, ts TIMESTAMP(3), p AS PROCTIME(), double_price AS price * 2,
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'kafka', 'topic' = 'bids', 'format' = 'json', 'properties.bootstrap.servers' = 'k:9092');
CREATE TABLE auctions (id BIGINT, seller STRING, ends TIMESTAMP(3), WATERMARK FOR ends AS ends) WITH ('connector' = 'filesystem', 'path' = 'auctions', 'format' = 'json');
CREATE TABLE names (id BIGINT, name STRING) WITH ('connector' = 'features', 'view' = 'names_view');
CREATE TABLE out_table (a BIGINT, b STRING) WITH ('connector' = 'upsert-kafka', 'topic' = 'out', 'key.format' = 'json', 'value.format' = 'json');
CREATE MODEL m INPUT (price INT, auction BIGINT) OUTPUT (score DOUBLE) WITH ('provider' = 'freshet');
)";

std::string InfluenceText(const Influences& influences) {
  static constexpr std::string_view kNames[] = {"identity", "transformation", "aggregation", "conditional", "filter", "group by", "join", "sort", "window"};
  std::string out;
  for (const auto& [field, transformations] : influences) {
    for (const auto& one : transformations) {
      out += StrCat(out.empty() ? "" : ", ", field.dataset.name, ".", field.name, " ", kNames[static_cast<size_t>(one.influence)], one.masking ? " masked" : "", one.description.empty() ? "" : " by ", one.description);
    }
  }
  return out;
}

std::vector<StatementLineage> Lineages(const std::string& sql) {
  testing::SimEnv sim;
  ports::Connectors nobody;
  Script script(nobody, sim, ResultMode::kFinal);
  auto lineages = script.Lineages(StrCat(kTables, sql), "house");
  EXPECT_TRUE(lineages.ok()) << lineages.status().ToString();
  return lineages.ok() ? *lineages : std::vector<StatementLineage>();
}

// "k: t.k identity", a line for each column, then what decides over rows.
std::string Told(const std::string& sql) {
  std::string out;
  for (const auto& statement : Lineages(sql)) {
    for (const auto& [name, influences] : statement.lineage.columns) out += StrCat(name, ": ", InfluenceText(influences), "\n");
    out += StrCat("rows: ", InfluenceText(statement.lineage.rows), "\n");
  }
  return out;
}

TEST(Lineage, TellsValuesAsTheyAreFromValuesThatAreMade) {
  EXPECT_EQ(Told("SELECT auction AS a, price + bidder AS b, CAST(price AS STRING) AS c, 1 AS d, double_price AS e FROM bids WHERE note LIKE 'x%';"),
            "a: bids.auction identity\nb: bids.bidder transformation, bids.price transformation\nc: bids.price transformation\nd: \ne: bids.price transformation\nrows: bids.note filter\n");
}

TEST(Lineage, TellsWhichFieldOfARow) {
  EXPECT_EQ(Told("SELECT person.name AS a, UPPER(person.home.city) AS b, person AS c FROM bids;"), "a: bids.person.name identity\nb: bids.person.home.city transformation\nc: bids.person identity\nrows: \n");
}

TEST(Lineage, TellsWhatChoosesFromWhatIsChosen) {
  EXPECT_EQ(Told("SELECT CASE WHEN price > 5 THEN note ELSE 'cheap' END AS a, COALESCE(note, CAST(bidder AS STRING)) AS b, IF(bidder = 1, auction, 0) AS c FROM bids;"),
            "a: bids.note transformation, bids.price conditional\nb: bids.bidder transformation, bids.note transformation, bids.note conditional\nc: bids.auction transformation, bids.bidder conditional\nrows: \n");
}

TEST(Lineage, TellsAggregatesByTheirGroups) {
  EXPECT_EQ(Told("SELECT auction, MAX(price) AS m, COUNT(*) AS n, COUNT(bidder) AS c, SUM(price) FILTER (WHERE note = 'x') AS s FROM bids GROUP BY auction HAVING MIN(bidder) > 3;"),
            "auction: bids.auction identity\nm: bids.price aggregation\nn: \nc: bids.bidder aggregation masked\ns: bids.note filter, bids.price aggregation\nrows: bids.auction group by, bids.bidder filter\n");
}

TEST(Lineage, TellsWindowsByTheirTime) {
  EXPECT_EQ(Told("SELECT window_start, auction, SUM(price) AS s FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, auction;"),
            "window_start: bids.ts transformation\nauction: bids.auction identity\ns: bids.price aggregation\nrows: bids.auction group by, bids.ts group by, bids.ts window\n");
}

TEST(Lineage, TellsJoinsOfEveryKindByTheirConditions) {
  std::string plain = "a: bids.price identity\nb: auctions.seller identity\nrows: auctions.id join, bids.auction join\n";
  EXPECT_EQ(Told("SELECT price AS a, seller AS b FROM bids JOIN auctions ON auction = id;"), plain);
  EXPECT_EQ(Told("SELECT price AS a, seller AS b FROM bids FULL JOIN auctions ON auction = id;"), plain);
  EXPECT_EQ(Told("SELECT price AS a FROM bids WHERE auction IN (SELECT id FROM auctions WHERE seller = 'x');"), "a: bids.price identity\nrows: auctions.id join, auctions.seller join, bids.auction join\n");
  EXPECT_EQ(Told("SELECT price AS a, name AS b FROM bids LEFT JOIN names FOR SYSTEM_TIME AS OF bids.p ON bidder = names.id;"),
            "a: bids.price identity\nb: names_view.name identity\nrows: names_view.id join, bids.bidder join\n");
}

TEST(Lineage, AddsUpTheSidesOfAUnionAndLooksThroughViewsAndWith) {
  EXPECT_EQ(Told("CREATE VIEW v AS SELECT auction AS k FROM bids WHERE price > 1; WITH w AS (SELECT k + 1 AS k FROM v) SELECT k FROM w UNION ALL SELECT id FROM auctions;"),
            "k: auctions.id identity, bids.auction transformation\nrows: bids.price filter\n");
}

TEST(Lineage, TellsQueriesAsValues) {
  std::string told = Told("SELECT id, (SELECT MAX(price) FROM bids WHERE auction = auctions.id) AS best FROM auctions;");

  EXPECT_NE(told.find("id: auctions.id identity\n"), std::string::npos) << told;
  EXPECT_NE(told.find("bids.price aggregation"), std::string::npos) << told;
  EXPECT_NE(told.find("bids.auction join"), std::string::npos) << told;
}

TEST(Lineage, TellsTheWindowsOfOverAndTopN) {
  EXPECT_EQ(Told("SELECT price, SUM(price) OVER (PARTITION BY auction ORDER BY ts) AS s FROM bids;"), "price: bids.price identity\ns: bids.auction window, bids.price aggregation, bids.ts window\nrows: \n");
  EXPECT_EQ(Told("SELECT LAG(note) OVER (PARTITION BY auction ORDER BY ts) AS l FROM bids;"), "l: bids.auction window, bids.note transformation, bids.ts window\nrows: \n");
  EXPECT_EQ(Told("SELECT price FROM (SELECT price, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS n FROM bids) WHERE n <= 3;"),
            "price: bids.price identity\nrows: bids.auction window, bids.price window\n");
  EXPECT_EQ(Told("SELECT bidder FROM bids ORDER BY price LIMIT 3;"), "bidder: bids.bidder identity\nrows: bids.price sort\n");
}

TEST(Lineage, TellsWhatAModelSaw) {
  EXPECT_EQ(Told("SELECT bidder, score FROM ML_PREDICT(TABLE bids, MODEL m, DESCRIPTOR(price, auction));"),
            "bidder: bids.bidder identity\nscore: bids.auction transformation by ML_PREDICT with model m, bids.price transformation by ML_PREDICT with model m\nrows: \n");
}

TEST(Lineage, MasksDigests) {
  EXPECT_EQ(Told("SELECT CONCAT('#', SHA256(note)) AS a, note || MD5(note) AS b FROM bids;"), "a: bids.note transformation masked\nb: bids.note transformation, bids.note transformation masked\nrows: \n");
}

TEST(Lineage, UnnestsAndMatches) {
  EXPECT_EQ(Told("SELECT bidder, tag FROM bids CROSS JOIN UNNEST(tags) AS u (tag);"), "bidder: bids.bidder identity\ntag: bids.tags transformation\nrows: \n");
  EXPECT_EQ(Told("SELECT * FROM bids MATCH_RECOGNIZE (PARTITION BY auction ORDER BY ts MEASURES A.bidder AS first_bidder, SUM(B.price) AS s PATTERN (A B+ C) DEFINE A AS A.price > 5, B AS B.note = 'x', C AS C.note <> 'x');"),
            "auction: bids.auction identity\nfirst_bidder: bids.bidder identity\ns: bids.price aggregation\nrows: bids.auction window, bids.note filter, bids.price filter, bids.ts sort\n");
}

TEST(Lineage, NamesDatasetsAsOpenLineageDoes) {
  auto lineages = Lineages("INSERT INTO out_table SELECT a.id, n.name FROM auctions a, names n, bids b WHERE a.id = n.id AND b.auction = a.id; SELECT 1 AS one;");

  ASSERT_EQ(lineages.size(), 2u);
  const Lineage& lineage = lineages[0].lineage;
  EXPECT_EQ(lineages[0].line, 8);
  EXPECT_EQ(lineage.output, (Dataset{"house", "out"}));
  EXPECT_EQ(lineage.inputs, (std::vector<Dataset>{{"file", "auctions"}, {"house", "names_view"}, {"kafka://k:9092", "bids"}}));
  EXPECT_EQ(lineage.columns[1].first, "b");
  EXPECT_EQ(lineages[1].lineage.output, (Dataset{"house", "select_1"}));
}

TEST(Lineage, IsWrittenAsTheFacetSays) {
  auto lineages = Lineages("SELECT id AS a FROM auctions WHERE seller = 'x';");

  EXPECT_EQ(ColumnLineageFacet(lineages.at(0).lineage, "urn:p"),
            R"({"_producer":"urn:p","_schemaURL":"https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet","fields":{"a":{"inputFields":[)"
            R"({"namespace":"file","name":"auctions","field":"id","transformations":[{"type":"DIRECT","subtype":"IDENTITY","description":"","masking":false}]}]}},"dataset":[)"
            R"({"namespace":"file","name":"auctions","field":"seller","transformations":[{"type":"INDIRECT","subtype":"FILTER","description":"","masking":false}]}]})");
}

}  // namespace
}  // namespace freshet::stream
