#include "engines/lake/metadata.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "data/json_tree.h"

namespace freshet::lake {

using Json = nlohmann::ordered_json;

struct TableMetadata::Document {
  Json json;
};

namespace {

constexpr int64_t kFormatVersion = 2;
constexpr size_t kMetadataLogMax = 100;  // write.metadata.previous-versions-max

int64_t Number(const Json& json, const char* key, int64_t otherwise) {
  auto found = json.find(key);
  return found != json.end() && found->is_number_integer() ? found->get<int64_t>() : otherwise;
}

std::string Text(const Json& json, const char* key) {
  auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The element of an array whose `key` is `id`, or nullptr.
const Json* ById(const Json& json, const char* array, const char* key, int64_t id) {
  auto found = json.find(array);
  if (found == json.end() || !found->is_array()) return nullptr;
  for (const Json& element : *found) {
    if (element.is_object() && Number(element, key, INT64_MIN) == id) return &element;
  }
  return nullptr;
}

Json& ArrayOf(Json& json, const char* key) {
  Json& array = json[key];
  if (!array.is_array()) array = Json::array();
  return array;
}

// A total of the parent plus what is added; nothing when the parent does not say.
void AddTotal(Json& summary, const Json* parent, const char* key, int64_t added) {
  int64_t before = 0;
  if (parent != nullptr) {
    std::string text = Text(*parent, key);
    auto end = std::from_chars(text.data(), text.data() + text.size(), before);
    if (text.empty() || end.ec != std::errc()) return;
  }
  summary[key] = StrCat(before + added);
}

Json SummaryOf(const AppendedSnapshot& snapshot, const Json* parent) {
  Json summary = {{"operation", "append"},
                  {"freshet.pipeline", snapshot.token.pipeline},
                  {"freshet.lineage", snapshot.token.lineage.ToString()},
                  {"freshet.epoch", StrCat(snapshot.token.epoch)},
                  {"freshet.write", snapshot.token.write.ToString()},
                  {"added-data-files", StrCat(snapshot.files)},
                  {"added-records", StrCat(snapshot.rows)},
                  {"added-files-size", StrCat(snapshot.bytes)},
                  {"changed-partition-count", StrCat(snapshot.partitions)}};
  AddTotal(summary, parent, "total-records", snapshot.rows);
  AddTotal(summary, parent, "total-files-size", snapshot.bytes);
  AddTotal(summary, parent, "total-data-files", snapshot.files);
  AddTotal(summary, parent, "total-delete-files", 0);
  AddTotal(summary, parent, "total-position-deletes", 0);
  AddTotal(summary, parent, "total-equality-deletes", 0);
  return summary;
}

}  // namespace

TableMetadata::TableMetadata(std::unique_ptr<Document> document) : document_(std::move(document)) {}
TableMetadata::TableMetadata(TableMetadata&&) noexcept = default;
TableMetadata& TableMetadata::operator=(TableMetadata&&) noexcept = default;
TableMetadata::TableMetadata(const TableMetadata& other)
    : document_(std::make_unique<Document>(*other.document_)), schema_(other.schema_), spec_(other.spec_), location_(other.location_) {}
TableMetadata::~TableMetadata() = default;

Result<TableMetadata> TableMetadata::Create(const Creation& creation) {
  int64_t last_partition_id = 999;
  for (const auto& field : creation.spec.fields) last_partition_id = std::max<int64_t>(last_partition_id, field.field_id);
  Json properties = Json::object();
  for (const auto& [key, value] : creation.properties) properties[key] = value;
  Json spec = {{"spec-id", creation.spec.id}, {"fields", data::ParseJson<Json>(PartitionFieldsJson(creation.spec))}};
  Json json = {{"format-version", kFormatVersion},
               {"table-uuid", creation.table.ToString()},
               {"location", creation.location},
               {"last-sequence-number", 0},
               {"last-updated-ms", creation.now_ms},
               {"last-column-id", creation.schema.LastId()},
               {"current-schema-id", creation.schema.id},
               {"schemas", Json::array({data::ParseJson<Json>(SchemaJson(creation.schema))})},
               {"default-spec-id", creation.spec.id},
               {"partition-specs", Json::array({std::move(spec)})},
               {"last-partition-id", last_partition_id},
               {"default-sort-order-id", 0},
               {"sort-orders", Json::array({Json{{"order-id", 0}, {"fields", Json::array()}}})},
               {"properties", std::move(properties)},
               {"current-snapshot-id", -1},
               {"refs", Json::object()},
               {"snapshots", Json::array()},
               {"statistics", Json::array()},
               {"partition-statistics", Json::array()},
               {"snapshot-log", Json::array()},
               {"metadata-log", Json::array()}};
  TableMetadata metadata(std::make_unique<Document>(Document{std::move(json)}));
  RETURN_NOT_OK(metadata.ReadParts());
  return metadata;
}

Result<TableMetadata> TableMetadata::Parse(std::string_view text) {
  Json json = data::ParseJson<Json>(text);
  if (!json.is_object()) return Fault::Corrupt("iceberg metadata: not a JSON object");
  int64_t version = Number(json, "format-version", 0);
  if (version != kFormatVersion) return Fault::Unsupported("iceberg metadata: format-version ", version, "; tables of version 2 are written");
  TableMetadata metadata(std::make_unique<Document>(Document{std::move(json)}));
  RETURN_NOT_OK(metadata.ReadParts());
  return metadata;
}

Status TableMetadata::ReadParts() {
  const Json& json = document_->json;
  location_ = lake::Text(json, "location");
  if (location_.empty()) return Fault::Corrupt("iceberg metadata: no location");
  const Json* schema = ById(json, "schemas", "schema-id", Number(json, "current-schema-id", -1));
  const Json* spec = ById(json, "partition-specs", "spec-id", Number(json, "default-spec-id", -1));
  if (schema == nullptr || spec == nullptr) return Fault::Corrupt("iceberg metadata: its current schema or default partition spec is not there");
  ASSIGN_OR_RETURN(schema_, ParseSchemaJson(schema->dump()));
  ASSIGN_OR_RETURN(spec_, ParsePartitionSpecJson(spec->dump()));
  auto branch = json.find("refs");
  bool lost = tip().has_value() && ById(json, "snapshots", "snapshot-id", tip()->snapshot_id) == nullptr;
  if (lost || (branch != json.end() && !branch->is_object())) return Fault::Corrupt("iceberg metadata: its current snapshot is not there");
  return {};
}

int32_t TableMetadata::last_column_id() const {
  return std::max(static_cast<int32_t>(Number(document_->json, "last-column-id", 0)), schema_.LastId());
}
int64_t TableMetadata::last_updated_ms() const { return Number(document_->json, "last-updated-ms", 0); }
int64_t TableMetadata::next_sequence_number() const { return Number(document_->json, "last-sequence-number", 0) + 1; }

std::string TableMetadata::Property(std::string_view key) const {
  auto properties = document_->json.find("properties");
  if (properties == document_->json.end() || !properties->is_object()) return {};
  return lake::Text(*properties, std::string(key).c_str());
}

std::optional<TableMetadata::Tip> TableMetadata::tip() const {
  int64_t id = Number(document_->json, "current-snapshot-id", -1);
  if (id < 0) return std::nullopt;
  const Json* snapshot = ById(document_->json, "snapshots", "snapshot-id", id);
  return Tip{id, snapshot == nullptr ? std::string() : lake::Text(*snapshot, "manifest-list")};
}

std::optional<TableMetadata::Tip> TableMetadata::Snapshot(int64_t snapshot_id) const {
  const Json* snapshot = ById(document_->json, "snapshots", "snapshot-id", snapshot_id);
  if (snapshot == nullptr) return std::nullopt;
  return Tip{snapshot_id, lake::Text(*snapshot, "manifest-list")};
}

bool TableMetadata::Delivered(const DeliveryToken& token) const {
  auto snapshots = document_->json.find("snapshots");
  if (snapshots == document_->json.end() || !snapshots->is_array()) return false;
  for (const Json& snapshot : *snapshots) {
    auto summary = snapshot.find("summary");
    if (summary == snapshot.end() || !summary->is_object()) continue;
    bool same = lake::Text(*summary, "freshet.write") == token.write.ToString() && lake::Text(*summary, "freshet.epoch") == StrCat(token.epoch) &&
                lake::Text(*summary, "freshet.lineage") == token.lineage.ToString() && lake::Text(*summary, "freshet.pipeline") == token.pipeline;
    if (same) return true;
  }
  return false;
}

int64_t TableMetadata::NewestEpoch(std::string_view pipeline, const Uuid& lineage) const {
  int64_t newest = 0;
  auto snapshots = document_->json.find("snapshots");
  if (snapshots == document_->json.end() || !snapshots->is_array()) return newest;
  for (const Json& snapshot : *snapshots) {
    auto summary = snapshot.find("summary");
    if (summary == snapshot.end() || !summary->is_object()) continue;
    bool same = lake::Text(*summary, "freshet.lineage") == lineage.ToString() && lake::Text(*summary, "freshet.pipeline") == pipeline;
    std::string text = lake::Text(*summary, "freshet.epoch");
    int64_t epoch = 0;
    std::from_chars(text.data(), text.data() + text.size(), epoch);
    if (same) newest = std::max(newest, epoch);
  }
  return newest;
}

void TableMetadata::Log(int64_t now_ms, const std::string& previous_file) {
  Json& json = document_->json;
  Json& log = ArrayOf(json, "metadata-log");
  log.push_back({{"timestamp-ms", last_updated_ms()}, {"metadata-file", previous_file}});
  while (log.size() > kMetadataLogMax) log.erase(log.begin());
  json["last-updated-ms"] = std::max(now_ms, last_updated_ms());
}

void TableMetadata::Append(const AppendedSnapshot& added, const std::string& previous_file) {
  Json& json = document_->json;
  auto parent = tip();
  const Json* parent_snapshot = parent ? ById(json, "snapshots", "snapshot-id", parent->snapshot_id) : nullptr;
  const Json* parent_summary = parent_snapshot != nullptr && parent_snapshot->contains("summary") ? &(*parent_snapshot)["summary"] : nullptr;
  static const Json kSilent = Json::object();
  if (parent_snapshot != nullptr && parent_summary == nullptr) parent_summary = &kSilent;
  int64_t sequence = next_sequence_number();
  int64_t timestamp = std::max(added.timestamp_ms, last_updated_ms());
  Json snapshot = {{"sequence-number", sequence}, {"snapshot-id", added.snapshot_id}};
  if (parent) snapshot["parent-snapshot-id"] = parent->snapshot_id;
  snapshot["timestamp-ms"] = timestamp;
  snapshot["summary"] = SummaryOf(added, parent_summary);
  snapshot["manifest-list"] = added.manifest_list;
  snapshot["schema-id"] = schema_.id;
  Log(timestamp, previous_file);
  ArrayOf(json, "snapshots").push_back(std::move(snapshot));
  ArrayOf(json, "snapshot-log").push_back({{"timestamp-ms", timestamp}, {"snapshot-id", added.snapshot_id}});
  if (!json["refs"].is_object()) json["refs"] = Json::object();
  json["refs"]["main"]["snapshot-id"] = added.snapshot_id;
  json["refs"]["main"]["type"] = "branch";
  json["current-snapshot-id"] = added.snapshot_id;
  json["last-sequence-number"] = sequence;
}

void TableMetadata::SetSchema(std::vector<Field> fields, int32_t last_column_id, int64_t now_ms, const std::string& previous_file) {
  Json& json = document_->json;
  int64_t last_id = 0;
  for (const Json& schema : json["schemas"]) last_id = std::max(last_id, Number(schema, "schema-id", 0));
  schema_.id = static_cast<int32_t>(last_id + 1);
  schema_.fields = std::move(fields);
  json["schemas"].push_back(data::ParseJson<Json>(SchemaJson(schema_)));
  json["current-schema-id"] = schema_.id;
  json["last-column-id"] = last_column_id;
  Log(now_ms, previous_file);
}

std::string TableMetadata::Text() const { return data::JsonText(document_->json); }

}  // namespace freshet::lake
