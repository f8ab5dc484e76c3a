#include "engines/stream/plan/catalog.h"

#include <algorithm>

// Catalogs whose tables stand outside the script, such as a lake's: what is there is found, what is declared is made when rows are written.

namespace freshet::stream {
namespace {

std::shared_ptr<const Table> TableOf(const TableId& id, const data::TableRequest& found) {
  Table table;
  table.id = id;
  table.name = StrCat(id);
  for (const auto& field : found.columns.fields()) {
    TableColumn column;
    column.name = column.metadata_key = field.name;
    column.type = field.type;
    table.columns.push_back(std::move(column));
  }
  table.primary_key = found.primary_key;
  table.partitioned_by = found.partitioned_by;
  table.options = found.options;
  return std::make_shared<const Table>(std::move(table));
}

// Not a temporary table in front of one.
bool IsOf(const Table& table, const data::ConnectorOptions& shared) { return table.connector() == shared.at("connector"); }

}  // namespace

Status Catalog::OpenOutside(const std::string& name, const std::string& type, const std::map<std::string, std::string>& options) {
  if (type.empty()) return Fault::Invalid("catalog ", name, " needs the option 'type'; known are generic_in_memory and iceberg");
  bool known = type == "iceberg";
  if (!known) return Fault::Unsupported("catalog ", name, ": type '", type, "' is not supported; known are generic_in_memory and iceberg");
  auto connector = connectors_ == nullptr ? ports::Connectors::const_iterator() : connectors_->find(type);
  bool there = connectors_ != nullptr && connector != connectors_->end() && connector->second->catalog() != nullptr;
  if (!there) return Fault::Unsupported("catalog ", name, ": there are no catalogs of type '", type, "' here; freshet run and pipelines have them");
  const ports::TableCatalog* outside = connector->second->catalog();
  ASSIGN_OR_RETURN(auto shared, outside->Open(name, options));
  catalogs_[name].outside = outside;
  catalogs_[name].shared = std::move(shared);
  return {};
}

Status Catalog::TakeIn(const TableId& id) const {
  const CatalogOf& catalog = catalogs_.at(id.catalog);
  if (catalog.outside == nullptr || tables_.contains(id) || views_.contains(id)) return {};
  ASSIGN_OR_RETURN(auto found, catalog.outside->Find(catalog.shared, id.database, id.name));
  if (!found) return {};
  tables_[id] = TableOf(id, *found);
  taken_in_.insert(id);
  return {};
}

Status Catalog::PutOutside(Table& table, const sql::CreateTable& create) const {
  const CatalogOf& catalog = catalogs_.at(table.id.catalog);
  if (catalog.outside == nullptr || create.temporary) return {};
  auto refuse = [&table](const auto&... why) { return Fault::Unsupported("table ", table.name, ": ", why..., "; say CREATE TEMPORARY TABLE, or put it into default_catalog"); };
  for (const auto& [key, value] : create.options) {
    if (key == "connector") return refuse("its catalog holds tables of type ", catalog.shared.at("connector"), ", which take no option 'connector'");
  }
  bool physical = std::all_of(table.columns.begin(), table.columns.end(), [](const TableColumn& column) { return column.kind == sql::ColumnKind::kPhysical; });
  if (!physical) return refuse("its catalog keeps no computed and no metadata columns");
  if (table.watermark) return refuse("its catalog keeps no WATERMARK");
  for (const auto& [key, value] : catalog.outside->OptionsOf(catalog.shared, table.id.database, table.id.name)) table.options[key] = value;
  return {};
}

// What a declaration alone can do: the table itself changes only by what its sink adds.
Status Catalog::CheckAlterOutside(const sql::Alter& alter, const TableId& id) const {
  const CatalogOf& catalog = catalogs_.at(id.catalog);
  bool outside = alter.what == "TABLE" && catalog.outside != nullptr && IsOf(*FindTable(id), catalog.shared);
  bool fine = !outside || alter.action == "SET" || alter.action == "RESET" || (alter.action == "ADD" && !alter.watermark && alter.primary_key.empty());
  if (fine) return {};
  return Fault::Unsupported("ALTER TABLE ", id, " ", alter.action, ": of a table in a catalog outside only options and new columns change here (SET, RESET, ADD); change the rest where the catalog is kept");
}

Status Catalog::DropOutside(const sql::Drop& drop, const TableId& id) {
  const CatalogOf& catalog = catalogs_.at(id.catalog);
  auto table = FindTable(id);
  if (catalog.outside == nullptr || table == nullptr || !IsOf(*table, catalog.shared)) return {};
  ASSIGN_OR_RETURN(auto found, catalog.outside->Find(catalog.shared, id.database, id.name));
  if (!found) return {};
  return Fault::Unsupported("DROP TABLE ", id, ": its rows stand in a catalog outside, where nothing is deleted from here; remove the table there", drop.if_exists ? ", or leave the statement out" : "");
}

Status Catalog::CheckNotOutside(const Namespace& database) const {
  const CatalogOf& catalog = catalogs_.at(database.catalog);
  if (catalog.outside == nullptr) return {};
  ASSIGN_OR_RETURN(auto there, catalog.outside->Databases(catalog.shared));
  if (std::find(there.begin(), there.end(), database.database) == there.end()) return {};
  return Fault::Unsupported("DROP DATABASE ", database.catalog, ".", database.database, ": it stands in a catalog outside, where nothing is deleted from here; remove it there");
}

}  // namespace freshet::stream
