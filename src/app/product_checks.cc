#include "app/product_checks.h"

#include <algorithm>
#include <optional>

#include "base/nearest.h"
#include "data/known_words.h"
#include "data/records/options.h"
#include "engines/features/product.h"
#include "engines/stream/job/written_tables.h"
#include "wire/flink_sql/flink_sql.h"
#include "wire/yaml/document.h"

namespace freshet::app {
namespace {

using ports::FeatureKind;

// A table of a pipeline over a topic of this house.
struct Writer {
  std::string name;
  std::string topic;
  std::optional<records::TopicOptions> options;  // absent: they are wrong, or its columns are not known
  records::RecordShape shape;
};

std::string OptionOf(const data::TableRequest& table, const std::string& key) {
  auto found = table.options.find(key);
  return found == table.options.end() ? "" : found->second;
}

bool IsOfThisHouse(const data::TableRequest& table, const std::vector<std::string>& own_addresses) {
  std::string connector = OptionOf(table, "connector");
  if (connector != "kafka" && connector != "upsert-kafka") return false;
  auto cluster = records::ClusterOf(table, own_addresses);
  return cluster.ok() && *cluster == records::Cluster::kThisHouse;
}

std::vector<Writer> WritersOf(const std::vector<ProjectFile>& pipelines, const std::vector<std::string>& own_addresses) {
  std::vector<Writer> writers;
  for (const ProjectFile& file : pipelines) {
    for (const auto& [table, columns_known] : stream::WrittenTables(file.text)) {
      if (!IsOfThisHouse(table, own_addresses)) continue;
      Writer writer{.topic = OptionOf(table, "topic")};
      writer.name = StrCat("table ", table.name, " of ", file.name, ", which writes topic '", writer.topic, "',");
      auto options = records::ReadTopicOptions(table);
      if (options.ok() && columns_known) {
        writer.shape = records::ShapeOf(*options, table.columns, table.metadata_keys);
        writer.options = std::move(*options);
      }
      writers.push_back(std::move(writer));
    }
  }
  return writers;
}

std::string_view KindName(FeatureKind kind) {
  switch (kind) {
    case FeatureKind::kBoolean: return "BOOLEAN";
    case FeatureKind::kInteger: return "BIGINT";
    case FeatureKind::kReal: return "DOUBLE";
    case FeatureKind::kText: return "STRING";
  }
  return "";
}

// Whether JSON of such a column may be read as that kind.
bool Fits(const data::Type& type, FeatureKind kind) {
  bool is_number = type.IsNumeric(), is_boolean = type.kind() == data::Kind::kBoolean;
  switch (kind) {
    case FeatureKind::kBoolean: return is_boolean;
    case FeatureKind::kInteger: return type.IsExact();
    case FeatureKind::kReal: return is_number;
    case FeatureKind::kText: return !is_number && !is_boolean && !type.IsNested() && !type.IsOpaque();
  }
  return true;
}

// A key of an entity compares exactly.
bool FitsKey(const data::Type& type) { return !type.IsFloating() && !type.IsNested() && !type.IsOpaque(); }

std::string Instead(const std::string& wanted, const data::Schema& record) {
  std::vector<std::string_view> names;
  for (const auto& field : record.fields()) names.push_back(field.name);
  return data::InsteadOf(wanted, names);
}

class ViewCheck {
 public:
  ViewCheck(const ProjectFile& file, const wire::yaml::Node& features, const features::Product& product) : file_(file), features_(features), product_(product), view_(*product.view) {}

  // `all_known`: a file that cannot be read may be the one that writes the topic.
  std::vector<Doubt> Run(const std::vector<Writer>& writers, bool all_known) {
    auto writes = [&](const Writer& writer) { return writer.topic == view_.topic; };
    if (all_known && !writers.empty() && std::none_of(writers.begin(), writers.end(), writes)) SayNobodyWrites(writers);
    for (const Writer& writer : writers) {
      if (writes(writer) && writer.options && HasRecordsOfViews(writer)) Compare(writer);
    }
    return std::move(doubts_);
  }

 private:
  template <typename... Parts>
  void Say(std::string_view key, const std::string& column, const Parts&... parts) {
    doubts_.push_back({StrCat(file_.name, ":", LineOf(key, column), ": features.", key, column.empty() ? "" : ".", column, ": ", parts...)});
  }

  int LineOf(std::string_view key, const std::string& column) const {
    for (const auto& entry : features_.entries) {
      if (entry.key != key) continue;
      for (const auto& inner : entry.value.entries) {
        if (inner.key == column) return inner.line;
      }
      return entry.line;
    }
    return features_.line;
  }

  void SayNobodyWrites(const std::vector<Writer>& writers) {
    std::vector<std::string_view> topics;
    for (const Writer& writer : writers) topics.push_back(writer.topic);
    std::string near = DidYouMean(view_.topic, topics);
    Say("topic", "", "no pipeline writes topic '", view_.topic, "'", near.empty() ? ";" : near, " if nobody else does, feature view ", view_.name, " has no rows");
    doubts_.back().is_mild = near.empty();
  }

  // A view reads JSON objects, keys as values.
  bool HasRecordsOfViews(const Writer& writer) {
    constexpr std::string_view kJson = "json";
    const records::TopicOptions& options = *writer.options;
    if (options.key_format.empty()) Say("topic", "", writer.name, " gives records no key, and a feature view passes over such; make it 'connector' = 'upsert-kafka', or add 'key.format' = 'json' and 'key.fields'");
    else if (options.key_format != kJson) Say("topic", "", writer.name, " has 'key.format' = '", options.key_format, "', and a feature view reads json");
    else if (options.value_format != kJson) Say("topic", "", writer.name, " has values in ", options.value_format, ", and a feature view reads json");
    return options.key_format == kJson && options.value_format == kJson;
  }

  void Compare(const Writer& writer) {
    const data::Schema& key = writer.shape.key_record;
    const data::Schema& value = writer.shape.value_record;
    for (const std::string& name : view_.entity) {
      auto at = key.Find(name);
      if (!at) Say("entity", "", writer.name, " has no '", name, "' in its key, so its records are passed over", Instead(name, key));
      else if (!FitsKey(key.field(*at).type)) Say("entity", "", writer.name, " has '", name, "' as ", key.field(*at).type, ", which is no key of an entity, so its records are passed over; CAST it to STRING or BIGINT");
    }
    for (const auto& column : view_.columns) {
      auto at = value.Find(column.name);
      if (!at) Say("columns", column.name, writer.name, " has no column '", column.name, "', so its rows have no value there", Instead(column.name, value));
      else if (!Fits(value.field(*at).type, column.kind)) Say("columns", column.name, writer.name, " has it as ", value.field(*at).type, ", not ", KindName(column.kind), ", so its records are passed over; give both one type");
    }
    const std::string& time = product_.event_time_column;
    if (!time.empty() && !value.Find(time)) Say("event_time", "", writer.name, " has no column '", time, "', so its records are passed over", Instead(time, value));
  }

  const ProjectFile& file_;
  const wire::yaml::Node& features_;
  const features::Product& product_;
  const ports::FeatureView& view_;
  std::vector<Doubt> doubts_;
};

}  // namespace

std::vector<Doubt> DoubtsOfProducts(const std::vector<ProjectFile>& products, const std::vector<ProjectFile>& pipelines, const std::vector<std::string>& own_addresses) {
  std::vector<Writer> writers = WritersOf(pipelines, own_addresses);
  std::vector<Doubt> doubts;
  bool all_known = std::all_of(pipelines.begin(), pipelines.end(), [](const auto& file) { return wire::flink_sql::ParseScript(file.text).ok(); });
  for (const ProjectFile& file : products) {
    auto product = features::ReadProduct(file.text, file.name);
    auto root = wire::yaml::Parse(file.text, file.name);
    if (!product.ok() || !root.ok()) continue;  // the start refuses it
    auto features = std::find_if(root->entries.begin(), root->entries.end(), [](const auto& entry) { return entry.key == "features"; });
    for (auto& doubt : ViewCheck(file, features->value, *product).Run(writers, all_known)) doubts.push_back(std::move(doubt));
  }
  return doubts;
}

Result<std::vector<Doubt>> DoubtsOfFolder(io::Files& files, const std::string& folder, const std::vector<ProjectFile>& pipelines) {
  ASSIGN_OR_RETURN(Config config, ReadProjectConfig(files, folder, {}));
  ASSIGN_OR_RETURN(auto products, ReadProjectFiles(files, folder, "products"));
  return DoubtsOfProducts(products, pipelines, OwnAddresses(config, config.kafka_listen));
}

}  // namespace freshet::app
