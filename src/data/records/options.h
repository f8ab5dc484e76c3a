#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "data/compression.h"
#include "data/formats/format.h"
#include "data/table_request.h"

namespace freshet::records {

// Where reading begins or, for a bounded table, ends. kGroup: where a consumer group stands.
enum class Edge : uint8_t { kNone, kEarliest, kLatest, kTimestamp, kOffsets, kGroup };

// What a record that cannot be decoded comes to.
enum class BadRecords : uint8_t { kDeadLetter, kFail, kSkip };

enum class Partitioner : uint8_t { kDefault, kFixed, kRoundRobin };

// Whose topics a table is over.
enum class Cluster : uint8_t { kThisHouse, kAnother };

// The WITH options of a kafka or upsert-kafka table, read and checked.
struct TopicOptions {
  bool upsert = false;
  std::vector<std::string> topics;
  std::string topic_pattern;            // instead of topics: those that it takes whole, also later ones
  std::string group;                    // properties.group.id
  Edge reset = Edge::kNone;             // where kGroup begins in a partition that the group has no offset of; kNone: nowhere
  Edge begin = Edge::kGroup;
  int64_t begin_ms = 0;
  int64_t newest_max = 0;               // from there on, of each topic so many records at most; 0: all
  std::map<int32_t, int64_t> begin_offsets;
  Edge end = Edge::kNone;               // kNone: never
  int64_t end_ms = 0;
  std::map<int32_t, int64_t> end_offsets;
  std::string key_format;               // "": no key
  formats::Options key_format_options;
  std::vector<std::string> key_fields;
  std::string key_prefix;               // of the fields' names in the table, not in the key
  std::string value_format;
  formats::Options value_format_options;
  bool value_has_key = true;            // value.fields-include = ALL
  BadRecords bad_records = BadRecords::kDeadLetter;
  Partitioner partitioner = Partitioner::kDefault;
  bool exactly_once = false;
  data::Codec compression = data::Codec::kNone;
  // Of another cluster.
  std::map<std::string, std::string> properties;  // properties.*, without the prefix, as the table says them
  std::string transactional_id_prefix;            // of exactly once
  Duration discovery = Seconds(300);              // how often partitions are looked for that were added; zero: never. In this house: at every poll
};

// By properties.bootstrap.servers: absent, empty, freshet:// and what is in `own` mean this house.
Result<Cluster> ClusterOf(const data::TableRequest& table, const std::vector<std::string>& own);

// Options that a connector does not know are refused by name, as are known ones that Freshet does not do yet; of another
// cluster, properties.* are not looked at: they are for its client.
Result<TopicOptions> ReadTopicOptions(const data::TableRequest& table, Cluster cluster = Cluster::kThisHouse);
// Of a table that is read: whoever begins or ends where a group stands names the group.
Status CheckGroup(const TopicOptions& options, const data::TableRequest& table);
// Of a table that is written.
Status CheckOneTopic(const TopicOptions& options, const data::TableRequest& table);

// scan.watermark.idle-timeout: of this table's partitions, instead of everybody's.
Result<std::optional<Duration>> IdleTimeoutOf(const data::TableRequest& table);

// scan.watermark.alignment.*: tables of one group wait for its slowest, each as soon as it is so far ahead. Absent: it waits for nobody, and nobody for it.
struct WatermarkAlignment {
  std::string group;
  Duration max_drift;
  Duration update_interval = Seconds(1);
};
Result<std::optional<WatermarkAlignment>> AlignmentOf(const data::TableRequest& table);

// sink.buffer-flush.*: rows are held back for so long, or until there are so many; of a key the last change is written. Zero: they are not.
struct HoldBack {
  Duration interval;
  int64_t rows_max = 0;
  bool holds() const { return interval.ns > 0 && rows_max > 0; }
};
Result<HoldBack> HoldBackOf(const data::TableRequest& table);

// Physical columns that stand in the key, in the key's order, and those in the value.
struct RecordShape {
  std::vector<int> key;     // of `columns`
  std::vector<int> value;
  data::Schema key_record;  // with the prefix cut off
  data::Schema value_record;
};
RecordShape ShapeOf(const TopicOptions& options, const data::Schema& columns, const std::vector<std::string>& metadata_keys);

// Every option that is taken by kafka, or by upsert-kafka, for docs/sql.md.
std::span<const std::string_view> TopicOptionNames(bool upsert);

}  // namespace freshet::records
