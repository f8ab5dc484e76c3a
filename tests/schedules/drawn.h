#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::testing {

// Where a table's rows are when their epoch has committed.
enum class OutputPlace : unsigned char { kTopic, kFiles, kLake, kPeer };
// What of them must be as in a run without crashes.
enum class OutputRule : unsigned char {
  kRows,       // the same rows, each as often
  kRowsOfKey,  // besides, those of one key in their order
  kTable,      // the table that the newest records of each key make
  kChanges,    // the rows that are left when every change has been followed
  kAtLeast,    // the same rows, each at least so often
};
struct DrawnOutput {
  std::string name;  // of topic, folder or table
  OutputPlace place = OutputPlace::kTopic;
  OutputRule rule = OutputRule::kRows;
};

struct DrawnRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
};
struct DrawnTopic {
  std::string name;
  std::vector<std::vector<DrawnRecord>> partitions;
};
struct DrawnFile {
  std::string name;  // "pipelines/p.sql"
  std::string sql;
};

// Pipelines that were drawn, with all that their sources will ever hold. What comes out does not hang on how sources are interleaved, nor on where
// batches and epochs end: rows of one key stand in one partition, none of them is late, and no two have the same time.
struct Drawn {
  std::vector<DrawnFile> files;
  std::vector<DrawnTopic> inputs;
  std::vector<DrawnOutput> outputs;
  bool writes_topics_only = true;
  bool shows_early = false;  // some output is written at least once

  int64_t rows() const;
};

// `point`: a kill point that the pipelines are to pass; see kKillPoints.
Drawn Draw(uint64_t seed, std::string_view point);
// With one statement, that of this table.
Drawn DrawOne(uint64_t seed, std::string_view table);

}  // namespace freshet::testing
