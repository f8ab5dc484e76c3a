#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/compression.h"
#include "data/formats/format.h"
#include "ports/connector.h"

namespace freshet::topic_tables {

// Where reading begins or, for a bounded table, ends. kGroup: where a consumer group stands.
enum class Edge : uint8_t { kNone, kEarliest, kLatest, kTimestamp, kOffsets, kGroup };

// What a record that cannot be decoded comes to.
enum class BadRecords : uint8_t { kDeadLetter, kFail, kSkip };

enum class Partitioner : uint8_t { kDefault, kFixed, kRoundRobin };

// The WITH options of a kafka or upsert-kafka table, read and checked.
struct TopicOptions {
  bool upsert = false;
  std::vector<std::string> topics;
  std::string group;                    // properties.group.id
  Edge reset = Edge::kNone;             // where kGroup begins in a partition that the group has no offset of; kNone: nowhere
  Edge begin = Edge::kGroup;
  int64_t begin_ms = 0;
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
};

// Options that a connector does not know are refused by name, as are known ones that Freshet does not do yet.
Result<TopicOptions> ReadTopicOptions(const ports::TableRequest& table);
// `own` are the addresses of this house: other brokers are not reached from here.
Status CheckAddress(const ports::TableRequest& table, const std::vector<std::string>& own);

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

}  // namespace freshet::topic_tables
