#include "engines/lake/lake_catalog.h"

#include <algorithm>

#include "data/known_words.h"
#include "engines/lake/hadoop_table.h"
#include "engines/lake/options.h"

namespace freshet::lake {
namespace {

constexpr std::string_view kKnown[] = {"catalog-type", "warehouse", "property-version", "cache-enabled"};
constexpr std::string_view kRefused[] = {"uri", "clients", "catalog-impl", "io-impl", "hive-conf-dir", "hadoop-conf-dir", "base-namespace", "cache.expiration-interval-ms", "credential", "token", "scope", "oauth2-server-uri", "prefix"};

// Of options that may say one thing only, because anything else would be read and not done.
constexpr std::pair<std::string_view, std::string_view> kOnly[] = {{"property-version", "1"}, {"cache-enabled", "false"}};

bool IsOneOf(std::span<const std::string_view> words, std::string_view word) { return std::find(words.begin(), words.end(), word) != words.end(); }

Status CheckCatalogType(const std::string& name, const data::ConnectorOptions& said) {
  auto type = said.find("catalog-type");
  bool unsaid = type == said.end() && !said.contains("catalog-impl");
  if (unsaid) return Fault::Invalid("catalog ", name, ": type iceberg needs the option 'catalog-type'; 'hadoop', a folder of tables, is supported");
  if (type == said.end() || type->second != "hadoop") {
    return Fault::Unsupported("catalog ", name, ": ", type == said.end() ? "'catalog-impl'" : StrCat("'catalog-type' = '", type->second, "'"), " is not supported; 'catalog-type' = 'hadoop', a folder of tables, is");
  }
  return {};
}

Fault WithPath(const Fault& fault, const std::string& location) { return Fault(fault.code(), fault.blame(), fault.retry(), StrCat("the table at ", location, ": ", fault.message())); }

}  // namespace

Result<data::ConnectorOptions> LakeCatalog::Open(const std::string& name, const data::ConnectorOptions& said) const {
  RETURN_NOT_OK(CheckCatalogType(name, said));
  for (const auto& [key, value] : said) {
    if (IsOneOf(kRefused, key)) return Fault::Unsupported("catalog ", name, ": option '", key, "' is not supported; leave it out");
    if (!IsOneOf(kKnown, key)) return Fault::Invalid("catalog ", name, ": a catalog of type iceberg has no option '", key, "'", data::InsteadOf(key, kKnown));
  }
  for (const auto& [key, only] : kOnly) {
    auto found = said.find(std::string(key));
    if (found != said.end() && found->second != only) return Fault::Unsupported("catalog ", name, ": '", key, "' = '", found->second, "'; '", only, "' is supported");
  }
  data::ConnectorOptions shared{{"connector", "iceberg"}, {"catalog-type", "hadoop"}, {"catalog-name", name}};
  if (said.contains("warehouse")) shared["warehouse"] = said.at("warehouse");
  ports::TableRequest any;
  any.name = "t";
  any.options = OptionsOf(shared, "default", "t");
  auto read = ReadLakeOptions(any);
  if (read.ok()) return shared;
  std::string_view why = read.fault().message();
  constexpr std::string_view kOfTable = "table t: ";
  return Fault(read.fault().code(), read.fault().blame(), read.fault().retry(), StrCat("catalog ", name, ": ", why.substr(why.starts_with(kOfTable) ? kOfTable.size() : 0)));
}

data::ConnectorOptions LakeCatalog::OptionsOf(const data::ConnectorOptions& shared, const std::string& database, const std::string& table) const {
  data::ConnectorOptions options = shared;
  options["catalog-database"] = database;
  options["catalog-table"] = table;
  return options;
}

Result<std::vector<std::string>> LakeCatalog::FoldersOf(const std::string& path) const {
  std::vector<std::string> names;
  auto entries = env_.files().List(path);
  if (entries.code() == Code::kNotFound) return names;
  if (!entries.ok()) return entries.fault();
  for (const auto& entry : *entries) {
    if (entry.is_directory && !entry.name.starts_with('.')) names.push_back(entry.name);
  }
  return names;
}

Result<std::vector<std::string>> LakeCatalog::Databases(const data::ConnectorOptions& shared) const {
  std::vector<std::string> databases;
  std::string warehouse = HadoopTable(env_, shared.at("warehouse")).PathOf(shared.at("warehouse"));
  ASSIGN_OR_RETURN(auto folders, FoldersOf(warehouse));
  for (const auto& folder : folders) {  // a table that stands in the warehouse itself is no database
    ASSIGN_OR_RETURN(bool is_table, env_.files().Exists(StrCat(warehouse, "/", folder, "/metadata")));
    if (!is_table) databases.push_back(folder);
  }
  return databases;
}

Result<std::vector<std::string>> LakeCatalog::Tables(const data::ConnectorOptions& shared, const std::string& database) const {
  std::vector<std::string> tables;
  std::string folder = StrCat(HadoopTable(env_, shared.at("warehouse")).PathOf(shared.at("warehouse")), "/", database);
  ASSIGN_OR_RETURN(auto folders, FoldersOf(folder));
  for (const auto& table : folders) {
    ASSIGN_OR_RETURN(bool is_table, env_.files().Exists(StrCat(folder, "/", table, "/metadata")));
    if (is_table) tables.push_back(table);
  }
  return tables;
}

Result<std::optional<data::TableRequest>> LakeCatalog::Find(const data::ConnectorOptions& shared, const std::string& database, const std::string& table) const {
  if (table.find('$') != std::string::npos) return Fault::Unsupported("table ", database, ".", table, ": what a table says of itself ('t$snapshots') cannot be read");
  data::TableRequest found;
  found.name = StrCat(database, ".", table);
  found.options = OptionsOf(shared, database, table);
  ASSIGN_OR_RETURN(auto options, ReadLakeOptions(found));
  auto version = HadoopTable(env_, options.location).Load();
  if (!version.ok()) return WithPath(version.fault(), options.location);
  if (!*version) return std::optional<data::TableRequest>();
  const TableMetadata& metadata = (*version)->metadata;
  found.columns = found.record = SqlOfFields(metadata.schema().fields);
  for (int32_t id : metadata.schema().identifier_ids) {
    if (const Field* field = metadata.schema().FindById(id)) found.primary_key.push_back(field->name);
  }
  for (const auto& part : metadata.spec().fields) {
    if (part.transform == "identity") found.partitioned_by.push_back(part.name);
  }
  bool hidden = found.partitioned_by.size() != metadata.spec().fields.size();  // by a function of a column, which SQL has no words for: sinks take it from the table
  if (hidden) found.partitioned_by.clear();
  return std::optional<data::TableRequest>(std::move(found));
}

}  // namespace freshet::lake
