#include "data/records/options.h"

#include <algorithm>
#include <charconv>

#include "data/expr/whole_match.h"
#include "data/known_words.h"
#include "data/quantity_text.h"
#include "data/records/tuning.h"
#include "data/table_options.h"
#include "data/topic.h"

namespace freshet::records {
namespace {

using Text = std::string_view;

constexpr Text kClientPrefix = "properties.";
constexpr Text kServers = "properties.bootstrap.servers";
constexpr Text kIsolation = "properties.isolation.level";
constexpr Text kTransactionTimeout = "properties.transaction.timeout.ms";

constexpr Text kKafkaOptions[] = {
    "connector", "topic", "topic-pattern", "properties.bootstrap.servers", "properties.group.id", "properties.client.id", "properties.compression.type", "properties.auto.offset.reset",
    "properties.isolation.level", "properties.transaction.timeout.ms", "format", "value.format", "key.format", "key.fields", "key.fields-prefix", "value.fields-include", "scan.topic-partition-discovery.interval", "scan.startup.mode",
    "scan.startup.specific-offsets", "scan.startup.timestamp-millis", "scan.bounded.mode", "scan.bounded.specific-offsets",
    "scan.bounded.timestamp-millis", "scan.watermark.emit.strategy", "scan.watermark.idle-timeout", "scan.watermark.alignment.group", "scan.watermark.alignment.max-drift", "scan.watermark.alignment.update-interval", "scan.parallelism", "sink.partitioner", "sink.delivery-guarantee", "sink.transactional-id-prefix",
    "sink.transaction-naming-strategy", "sink.parallelism"};
constexpr Text kUpsertOptions[] = {
    "connector", "topic", "properties.bootstrap.servers", "properties.group.id", "properties.client.id", "properties.compression.type",
    "properties.isolation.level", "properties.transaction.timeout.ms", "value.format", "key.format",
    "key.fields-prefix", "value.fields-include", "scan.topic-partition-discovery.interval", "scan.bounded.mode", "scan.bounded.specific-offsets", "scan.bounded.timestamp-millis",
    "scan.watermark.emit.strategy", "scan.watermark.idle-timeout", "scan.watermark.alignment.group", "scan.watermark.alignment.max-drift", "scan.watermark.alignment.update-interval", "scan.parallelism", "sink.delivery-guarantee", "sink.transactional-id-prefix", "sink.transaction-naming-strategy",
    "sink.buffer-flush.max-rows", "sink.buffer-flush.interval", "sink.parallelism"};

constexpr Text kDiscovery = "scan.topic-partition-discovery.interval";

class OptionReader : public data::TableOptions {
 public:
  OptionReader(const data::TableRequest& table, bool upsert, Cluster cluster) : TableOptions(table), upsert_(upsert), cluster_(cluster) {}

  Result<int64_t> Number(const std::string& key) const {
    std::string text = Get(key);
    int64_t number = 0;
    auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || number < 0) return Bad(key, "a number of milliseconds since 1970");
    return number;
  }

  // "partition:0,offset:42;partition:1,offset:300"
  Result<std::map<int32_t, int64_t>> Offsets(const std::string& key) const {
    std::map<int32_t, int64_t> out;
    std::string all = Get(key);
    Text rest = all;
    while (!rest.empty()) {
      Text one = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(one.size() + 1, rest.size()));
      int32_t partition = -1;
      int64_t offset = -1;
      size_t comma = one.find(",offset:");
      bool good = one.starts_with("partition:") && comma != Text::npos;
      good = good && std::from_chars(one.data() + 10, one.data() + comma, partition).ptr == one.data() + comma;
      good = good && std::from_chars(one.data() + comma + 8, one.data() + one.size(), offset).ptr == one.data() + one.size();
      if (!good || partition < 0 || offset < 0) return Bad(key, "partition:0,offset:42;partition:1,offset:300");
      out[partition] = offset;
    }
    if (out.empty()) return Bad(key, "partition:0,offset:42;partition:1,offset:300");
    return out;
  }

  // Every key is known, or one of the formats'.
  Status CheckKeys() const {
    std::span<const Text> known = upsert_ ? std::span<const Text>(kUpsertOptions) : std::span<const Text>(kKafkaOptions);
    for (const auto& [key, value] : table_.options) {
      if (std::find(known.begin(), known.end(), key) != known.end() || IsOfFormat(key)) continue;
      if ((cluster_ == Cluster::kAnother && key.starts_with(kClientPrefix)) || OnlyTunes(key)) continue;
      return Fault::Invalid("table ", table_.name, ": connector ", Get("connector"), " has no option '", key, "'", data::InsteadOf(key, known));
    }
    return {};
  }

  // While a format is not said, options of any format are its own.
  bool IsOfFormat(Text key) const {
    std::string value_format = Get("value.format", Get("format")), key_format = Get("key.format");
    auto is_of = [](Text option, const std::string& format) {
      Text prefix = option.substr(0, option.find('.'));
      return prefix.size() < option.size() && (format.empty() ? formats::IsFormat(prefix) || prefix == "avro-confluent" : prefix == format);
    };
    if (key.starts_with("value.")) return is_of(key.substr(6), value_format);
    if (key.starts_with("key.")) return !key_format.empty() && is_of(key.substr(4), key_format);
    return is_of(key, value_format);
  }

  std::map<std::string, std::string> Properties() const {
    std::map<std::string, std::string> out;
    for (const auto& [key, value] : table_.options) {
      if (key.starts_with(kClientPrefix)) out[key.substr(kClientPrefix.size())] = value;
    }
    return out;
  }

  formats::Options FormatOptions(Text side, const std::string& format) const {
    formats::Options out;
    std::string plain = format + ".", sided = StrCat(side, ".", format, ".");
    for (const auto& [key, value] : table_.options) {
      if (side == "value" && key.starts_with(plain)) out[key.substr(plain.size())] = value;
      if (key.starts_with(sided)) out[key.substr(sided.size())] = value;
    }
    return out;
  }

 private:
  bool upsert_;
  Cluster cluster_;
};

std::vector<std::string> Split(Text text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    Text one = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    if (!one.empty()) out.emplace_back(one);
  }
  return out;
}

Status ReadTopics(const OptionReader& in, const data::TableRequest& table, TopicOptions& out) {
  out.topics = Split(in.Get("topic"));
  out.topic_pattern = in.Get("topic-pattern");
  if (out.topics.empty() && out.topic_pattern.empty()) return Fault::Invalid("table ", table.name, ": connector ", in.Get("connector"), " needs the option 'topic'");
  if (!out.topics.empty() && !out.topic_pattern.empty()) return Fault::Invalid("table ", table.name, ": options 'topic' and 'topic-pattern' exclude each other; keep one");
  for (const auto& topic : out.topics) RETURN_NOT_OK(data::CheckTopicName(topic));
  return out.topic_pattern.empty() ? Status() : expr::WholeMatch::Of(out.topic_pattern).status();
}

Status ReadFormats(const OptionReader& in, const data::TableRequest& table, TopicOptions& out) {
  out.value_format = in.Get("value.format", in.Get("format"));
  if (out.value_format.empty()) return Fault::Invalid("table ", table.name, ": connector ", in.Get("connector"), " needs the option '", out.upsert ? "value.format" : "format", "'; for instance json, csv, avro, avro-confluent, protobuf or raw");
  if (in.Has("format") && in.Has("value.format")) return Fault::Invalid("table ", table.name, ": options 'format' and 'value.format' exclude each other; keep one");
  out.key_format = in.Get("key.format");
  if (out.upsert && out.key_format.empty()) return Fault::Invalid("table ", table.name, ": connector upsert-kafka needs the option 'key.format'; for instance json, csv or raw");
  out.key_prefix = in.Get("key.fields-prefix");
  out.key_fields = out.upsert ? table.primary_key : Split(in.Get("key.fields"));
  if (out.upsert && table.primary_key.empty()) return Fault::Invalid("table ", table.name, ": connector upsert-kafka needs a PRIMARY KEY (…) NOT ENFORCED");
  if (out.key_format.empty() != out.key_fields.empty()) return Fault::Invalid("table ", table.name, ": options 'key.format' and 'key.fields' go together; one of them is missing");
  std::string include = in.Get("value.fields-include", "ALL");
  if (include != "ALL" && include != "EXCEPT_KEY") return in.Bad("value.fields-include", "ALL or EXCEPT_KEY");
  out.value_has_key = include == "ALL";
  if (!out.key_prefix.empty() && out.value_has_key) return Fault::Invalid("table ", table.name, ": option 'key.fields-prefix' needs 'value.fields-include' = 'EXCEPT_KEY'");
  for (const auto& field : out.key_fields) {
    if (!table.record.Find(field)) return Fault::NotFound("table ", table.name, ": key field '", field, "' is no physical column");
    if (!field.starts_with(out.key_prefix)) return Fault::Invalid("table ", table.name, ": key field '", field, "' does not begin with key.fields-prefix '", out.key_prefix, "'");
  }
  if (formats::IsBlockFormat(out.key_format)) return Fault::Unsupported("table ", table.name, ": a record of format ", out.key_format, " holds many rows, so it is no key; say json, avro, csv or raw as 'key.format'");
  if (out.upsert && formats::IsBlockFormat(out.value_format)) return Fault::Unsupported("table ", table.name, ": a record of format ", out.value_format, " holds many rows, and one of upsert-kafka is the one row of its key; say json or avro as 'value.format'");
  out.value_format_options = in.FormatOptions("value", out.value_format);
  if (!out.key_format.empty()) out.key_format_options = in.FormatOptions("key", out.key_format);
  return {};
}

Status ReadBegin(const OptionReader& in, TopicOptions& out) {
  if (out.upsert) {
    out.begin = Edge::kEarliest;
    return {};
  }
  std::string mode = in.Get("scan.startup.mode", "group-offsets");
  std::string reset = in.Get("properties.auto.offset.reset", "none");
  if (reset == "earliest") out.reset = Edge::kEarliest;
  else if (reset == "latest") out.reset = Edge::kLatest;
  else if (reset != "none") return in.Bad("properties.auto.offset.reset", "earliest, latest or none");
  if (mode == "earliest-offset") out.begin = Edge::kEarliest;
  else if (mode == "latest-offset") out.begin = Edge::kLatest;
  else if (mode == "timestamp") out.begin = Edge::kTimestamp;
  else if (mode == "specific-offsets") out.begin = Edge::kOffsets;
  else if (mode != "group-offsets") return in.Bad("scan.startup.mode", "earliest-offset, latest-offset, group-offsets, timestamp or specific-offsets");
  if (out.begin == Edge::kTimestamp) {
    ASSIGN_OR_RETURN(out.begin_ms, in.Number("scan.startup.timestamp-millis"));
  }
  if (out.begin == Edge::kOffsets) {
    ASSIGN_OR_RETURN(out.begin_offsets, in.Offsets("scan.startup.specific-offsets"));
  }
  return {};
}

Status ReadEnd(const OptionReader& in, const data::TableRequest& table, TopicOptions& out) {
  std::string mode = in.Get("scan.bounded.mode", "unbounded");
  if (mode == "latest-offset") out.end = Edge::kLatest;
  else if (mode == "timestamp") out.end = Edge::kTimestamp;
  else if (mode == "specific-offsets") out.end = Edge::kOffsets;
  else if (mode == "group-offsets") out.end = Edge::kGroup;
  else if (mode != "unbounded") return in.Bad("scan.bounded.mode", "unbounded, latest-offset, group-offsets, timestamp or specific-offsets");
  if (out.end == Edge::kTimestamp) {
    ASSIGN_OR_RETURN(out.end_ms, in.Number("scan.bounded.timestamp-millis"));
  }
  if (out.end == Edge::kOffsets) {
    ASSIGN_OR_RETURN(out.end_offsets, in.Offsets("scan.bounded.specific-offsets"));
  }
  if (out.end == Edge::kNone && table.bounded) out.end = Edge::kLatest;
  return {};
}

Status ReadSinkOptions(const OptionReader& in, TopicOptions& out) {
  std::string partitioner = in.Get("sink.partitioner", "default");
  if (partitioner == "fixed") out.partitioner = Partitioner::kFixed;
  else if (partitioner == "round-robin") out.partitioner = Partitioner::kRoundRobin;
  else if (partitioner != "default") return in.Bad("sink.partitioner", "default, fixed or round-robin");
  if (out.partitioner == Partitioner::kRoundRobin && !out.key_format.empty()) return in.Bad("sink.partitioner", "default or fixed where records have keys");
  std::string guarantee = in.Get("sink.delivery-guarantee", "at-least-once");
  bool known = guarantee == "none" || guarantee == "at-least-once" || guarantee == "exactly-once";  // none asks for less than at least once, and gets that
  if (!known) return in.Bad("sink.delivery-guarantee", "none, at-least-once or exactly-once");
  out.exactly_once = guarantee == "exactly-once";
  auto codec = data::ParseCodec(in.Get("properties.compression.type", "none"));
  if (!codec.ok()) return in.Bad("properties.compression.type", "none, gzip, snappy, lz4 or zstd");
  out.compression = *codec;
  for (std::string key : {"scan.parallelism", "sink.parallelism"}) {
    std::string number = in.Get(key, "1");
    bool digits = !number.empty() && number.size() < 6 && number.find_first_not_of("0123456789") == std::string::npos && number != "0";
    if (!digits) return in.Bad(key, "a number from 1 on");
  }
  return {};
}

// A watermark is told with every batch and holds for every row, which is what either strategy promises; transactions are named by the epoch.
Status CheckWhatIsSoAnyway(const OptionReader& in) {
  std::string emit = in.Get("scan.watermark.emit.strategy", "on-event");
  if (emit != "on-periodic" && emit != "on-event") return in.Bad("scan.watermark.emit.strategy", "on-periodic or on-event");
  std::string naming = in.Get("sink.transaction-naming-strategy", "default");
  std::transform(naming.begin(), naming.end(), naming.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  bool known = naming == "default" || naming == "incrementing" || naming == "pooling";
  return known ? Status() : Status(in.Bad("sink.transaction-naming-strategy", "default, incrementing or pooling"));
}

// What a client of this house's topics would do, and nobody has to here: taken if it is true of what happens instead.
Status ReadOwnClient(const OptionReader& in) {
  if (in.Get(kIsolation, "read_committed") != "read_committed") return in.Bad(kIsolation, "read_committed in this house, whose tables see nothing else");
  std::string timeout = in.Get(kTransactionTimeout, "1");
  bool digits = !timeout.empty() && timeout.find_first_not_of("0123456789") == std::string::npos;
  return digits ? Status() : Status(in.Bad(kTransactionTimeout, "a number of milliseconds"));
}

// A look begins and ends by itself, wherever the table would; and what it cannot read is for others to judge.
void LookSince(WallTime since, int64_t newest_max, TopicOptions& out) {
  if (!out.upsert) {
    out.begin = Edge::kTimestamp;
    out.begin_ms = since.ms;
    out.newest_max = newest_max;
  }
  out.end = Edge::kLatest;
  out.bad_records = BadRecords::kSkip;
}

Status ReadDiscovery(const OptionReader& in, Cluster cluster, TopicOptions& out) {
  std::string key(kDiscovery);
  if (!in.Has(key)) return {};
  auto interval = data::ParseDuration(in.Get(key));
  if (!interval.ok() || interval->ns < 0) return in.Bad(kDiscovery, "a duration such as 5 min; of another cluster, 0 s looks for none");
  bool of_none = interval->ns == 0 && cluster == Cluster::kThisHouse;
  if (of_none) return in.Bad(kDiscovery, "a duration such as 5 min: partitions of this house that are added are seen at the next poll");
  out.discovery = *interval;
  return {};
}

void ReadOtherCluster(const OptionReader& in, TopicOptions& out) {
  out.properties = in.Properties();
  out.transactional_id_prefix = in.Get("sink.transactional-id-prefix");
}

std::vector<Text> Addresses(Text text) {
  std::vector<Text> out;
  while (!text.empty()) {
    Text one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (!one.empty()) out.push_back(one);
  }
  return out;
}

}  // namespace

Result<Cluster> ClusterOf(const data::TableRequest& table, const std::vector<std::string>& own) {
  auto servers = table.options.find(std::string(kServers));
  if (servers == table.options.end() || servers->second == "freshet://") return Cluster::kThisHouse;
  std::vector<Text> addresses = Addresses(servers->second);
  auto ours = std::count_if(addresses.begin(), addresses.end(), [&](Text address) { return std::find(own.begin(), own.end(), address) != own.end(); });
  if (ours == static_cast<int64_t>(addresses.size())) return Cluster::kThisHouse;
  if (ours == 0) return Cluster::kAnother;
  return Fault::Invalid("table ", table.name, ": ", kServers, " '", servers->second, "' names this house and another cluster; a table is over one of them");
}

Status CheckGroup(const TopicOptions& options, const data::TableRequest& table) {
  if (options.begin != Edge::kGroup && options.end != Edge::kGroup) return {};
  if (!options.group.empty()) return {};
  return Fault::Invalid("table ", table.name, ": ", options.begin == Edge::kGroup ? "scan.startup.mode 'group-offsets', the default," : "scan.bounded.mode 'group-offsets'",
                        " needs the option 'properties.group.id'; or say where reading begins and ends, as earliest-offset, latest-offset, timestamp or specific-offsets");
}

Status CheckOneTopic(const TopicOptions& options, const data::TableRequest& table) {
  if (options.topics.size() == 1) return {};
  if (!options.topic_pattern.empty()) return Fault::Invalid("table ", table.name, ": rows are written to one topic; 'topic-pattern' is for tables that are read");
  return Fault::Invalid("table ", table.name, ": rows are written to one topic; 'topic' names ", options.topics.size());
}

Result<TopicOptions> ReadTopicOptions(const data::TableRequest& table, Cluster cluster) {
  TopicOptions out;
  auto connector = table.options.find("connector");
  out.upsert = connector != table.options.end() && connector->second == "upsert-kafka";
  OptionReader in(table, out.upsert, cluster);
  RETURN_NOT_OK(in.CheckKeys());
  RETURN_NOT_OK(ReadFormats(in, table, out));
  RETURN_NOT_OK(ReadTopics(in, table, out));
  out.group = in.Get("properties.group.id");
  RETURN_NOT_OK(ReadBegin(in, out));
  RETURN_NOT_OK(ReadEnd(in, table, out));
  RETURN_NOT_OK(ReadSinkOptions(in, out));
  RETURN_NOT_OK(CheckWhatIsSoAnyway(in));
  RETURN_NOT_OK(IdleTimeoutOf(table).status());
  RETURN_NOT_OK(AlignmentOf(table).status());
  RETURN_NOT_OK(HoldBackOf(table).status());
  RETURN_NOT_OK(ReadDiscovery(in, cluster, out));
  if (cluster == Cluster::kAnother) ReadOtherCluster(in, out);
  else RETURN_NOT_OK(ReadOwnClient(in));
  // Said 'false', a bad record fails the job as Flink's would; said nothing, it goes to the dead letters.
  auto ignore = out.value_format_options.find("ignore-parse-errors");
  if (ignore != out.value_format_options.end()) out.bad_records = ignore->second == "true" ? BadRecords::kSkip : BadRecords::kFail;
  if (table.since) LookSince(*table.since, table.newest_max, out);
  if (table.replays && out.bad_records == BadRecords::kDeadLetter) out.bad_records = BadRecords::kSkip;  // it is kept already
  return out;
}

Result<std::optional<Duration>> IdleTimeoutOf(const data::TableRequest& table) {
  constexpr Text kKey = "scan.watermark.idle-timeout";
  OptionReader in(table, false, Cluster::kThisHouse);
  if (!in.Has(kKey)) return std::optional<Duration>();
  auto read = data::ParseDuration(in.Get(kKey));
  if (!read.ok()) return in.Bad(kKey, "a duration such as 5 s");
  return std::optional<Duration>(*read);
}

Result<std::optional<WatermarkAlignment>> AlignmentOf(const data::TableRequest& table) {
  constexpr Text kGroup = "scan.watermark.alignment.group", kDrift = "scan.watermark.alignment.max-drift", kInterval = "scan.watermark.alignment.update-interval";
  OptionReader in(table, false, Cluster::kThisHouse);
  WatermarkAlignment out{.group = in.Get(kGroup), .max_drift = {}};
  bool drifts = in.Has(kDrift), looks = in.Has(kInterval);
  if (out.group.empty() && (drifts || looks)) return Fault::Invalid("table ", table.name, ": option '", drifts ? kDrift : kInterval, "' needs '", kGroup, "', the tables that wait for each other");
  if (out.group.empty()) return std::optional<WatermarkAlignment>();
  auto drift = data::ParseDuration(in.Get(kDrift));
  if (!drift.ok()) return in.Bad(kDrift, "a duration such as 30 s, how far a table may be ahead of the slowest of its group");
  auto interval = data::ParseDuration(in.Get(kInterval, "1 s"));
  if (!interval.ok() || interval->ns == 0) return in.Bad(kInterval, "a duration of at least 1 ms");
  out.max_drift = *drift;
  out.update_interval = *interval;
  return std::optional(std::move(out));
}

Result<HoldBack> HoldBackOf(const data::TableRequest& table) {
  constexpr Text kRows = "sink.buffer-flush.max-rows", kInterval = "sink.buffer-flush.interval";
  OptionReader in(table, true, Cluster::kThisHouse);
  std::string rows = in.Get(kRows, "0");
  HoldBack out;
  auto [end, error] = std::from_chars(rows.data(), rows.data() + rows.size(), out.rows_max);
  bool whole = error == std::errc() && end == rows.data() + rows.size() && out.rows_max >= 0;
  if (!whole) return in.Bad(kRows, "a number of rows; 0 holds none back");
  auto interval = data::ParseDuration(in.Get(kInterval, "0 s"));
  if (!interval.ok()) return in.Bad(kInterval, "a duration such as 1 s; 0 s holds nothing back");
  out.interval = *interval;
  return out;
}

RecordShape ShapeOf(const TopicOptions& options, const data::Schema& columns, const std::vector<std::string>& metadata_keys) {
  RecordShape shape;
  for (const auto& name : options.key_fields) {
    auto column = columns.Find(name);
    if (!column || !metadata_keys[static_cast<size_t>(*column)].empty()) continue;  // not asked for
    shape.key.push_back(*column);
    shape.key_record.Add(name.substr(options.key_prefix.size()), columns.field(*column).type);
  }
  for (int c = 0; c < columns.size(); ++c) {
    bool key = std::find(options.key_fields.begin(), options.key_fields.end(), columns.field(c).name) != options.key_fields.end();
    if (!metadata_keys[static_cast<size_t>(c)].empty() || (key && !options.value_has_key)) continue;
    shape.value.push_back(c);
    shape.value_record.Add(columns.field(c).name, columns.field(c).type);
  }
  return shape;
}

std::span<const std::string_view> TopicOptionNames(bool upsert) {
  if (upsert) return kUpsertOptions;
  return kKafkaOptions;
}

}  // namespace freshet::records
