#include "engines/stream/plan/catalog.h"

#include <algorithm>

// Catalogs and databases, and where a name stands in them.

namespace freshet::stream {
namespace {

// Of two lists of names each one once, sorted.
std::vector<std::string> Both(std::vector<std::string> names, const std::vector<std::string>& others) {
  names.insert(names.end(), others.begin(), others.end());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

Result<TableId> Catalog::Resolve(const sql::Name& name, const Namespace& where) const {
  ASSIGN_OR_RETURN(auto in, Find(sql::Name(name.begin(), name.end() - 1), where));
  TableId id{in.catalog, in.database, name.back()};
  RETURN_NOT_OK(TakeIn(id));
  return id;
}

// catalog.db, db or nothing; whatever is left out is that of `where`.
Result<Catalog::Namespace> Catalog::Find(const sql::Name& prefix, const Namespace& where) const {
  if (prefix.size() > 2) return Fault::Invalid("name ", sql::NameText(prefix), ".… has too many parts; it is catalog.database.name");
  Namespace in{prefix.size() > 1 ? prefix[0] : where.catalog, prefix.empty() ? where.database : prefix.back()};
  auto catalog = catalogs_.find(in.catalog);
  if (catalog == catalogs_.end()) return Fault::NotFound("no catalog '", in.catalog, "'; CREATE CATALOG it first");
  if (catalog->second.databases.contains(in.database)) return in;
  ASSIGN_OR_RETURN(auto databases, Databases(in.catalog));  // those that nobody has declared among them
  if (std::find(databases.begin(), databases.end(), in.database) == databases.end()) return Fault::NotFound("no database '", in.database, "' in catalog '", in.catalog, "'; CREATE DATABASE it first");
  return in;
}

// The same of a database that need not be there.
Result<Catalog::Namespace> Catalog::Named(const sql::Name& database) const {
  Namespace named{database.size() > 1 ? database[0] : current_.catalog, database.back()};
  if (database.size() > 2) return Fault::Invalid("name ", sql::NameText(database), " has too many parts; a database is catalog.database");
  if (!catalogs_.contains(named.catalog)) return Fault::NotFound("no catalog '", named.catalog, "'; CREATE CATALOG it first");
  return named;
}

Status Catalog::Apply(const sql::CreateNamespace& create) {
  if (create.what == "DATABASE") {
    ASSIGN_OR_RETURN(auto named, Named(create.name));
    NamespaceProperties said{create.comment, {create.options.begin(), create.options.end()}};
    bool added = catalogs_[named.catalog].databases.try_emplace(named.database, std::move(said)).second;
    if (added || create.if_not_exists) return {};
    return Fault::AlreadyExists("database '", named.database, "' is there already; say IF NOT EXISTS");
  }
  if (create.name.size() > 1) return Fault::Invalid("catalog ", sql::NameText(create.name), ": a catalog's name has one part");
  const std::string& name = create.name[0];
  if (catalogs_.contains(name)) return create.if_not_exists ? Status() : Status(Fault::AlreadyExists("catalog '", name, "' is there already; say IF NOT EXISTS"));
  std::map<std::string, std::string> options(create.options.begin(), create.options.end());
  std::string type = options["type"], database = options.contains("default-database") ? options["default-database"] : "default";
  options.erase("type");
  options.erase("default-database");
  NamespaceProperties said{create.comment, {create.options.begin(), create.options.end()}};
  if (type != "generic_in_memory") {
    RETURN_NOT_OK(OpenOutside(name, type, options));
    catalogs_[name].properties = std::move(said);
    catalogs_[name].default_database = database;
    catalogs_[name].databases[database] = {};
    return {};
  }
  if (!options.empty()) return Fault::Invalid("catalog ", name, ": there is no option '", options.begin()->first, "'; known are type and default-database");
  catalogs_[name] = {std::move(said), database, {{database, {}}}};
  return {};
}

Status Catalog::Apply(const sql::Use& use) {
  if (use.what == "CATALOG") {
    auto catalog = catalogs_.find(use.name[0]);
    if (use.name.size() > 1 || catalog == catalogs_.end()) return Fault::NotFound("no catalog '", sql::NameText(use.name), "'; CREATE CATALOG it first");
    current_ = {use.name[0], catalog->second.default_database};
    return {};
  }
  ASSIGN_OR_RETURN(auto in, Find(use.name, current_));
  current_ = in;
  return {};
}

Status Catalog::DropNamespace(const sql::Drop& drop) {
  if (drop.what == "CATALOG") {
    const std::string& name = drop.name.back();
    if (!catalogs_.contains(name)) return drop.if_exists ? Status() : Status(Fault::NotFound("no CATALOG named '", name, "' to drop; IF EXISTS passes over it"));
    if (name == current_.catalog) return Fault::Invalid("catalog '", name, "' is in use; USE CATALOG another one first");
    catalogs_.erase(name);
    auto inside = [&name](const auto& entry) { return entry.first.catalog == name; };
    std::erase_if(tables_, inside);
    std::erase_if(taken_in_, [&name](const TableId& id) { return id.catalog == name; });
    std::erase_if(views_, inside);
    std::erase_if(models_, inside);
    return {};
  }
  ASSIGN_OR_RETURN(auto named, Named(drop.name));
  RETURN_NOT_OK(CheckNotOutside(named));
  if (!catalogs_[named.catalog].databases.contains(named.database)) return drop.if_exists ? Status() : Status(Fault::NotFound("no DATABASE named '", named.database, "' to drop; IF EXISTS passes over it"));
  if (named.catalog == current_.catalog && named.database == current_.database) return Fault::Invalid("database '", named.database, "' is in use; USE another one first");
  for (std::string_view what : {"TABLES", "MODELS"}) {
    for (const auto& id : Ids(what)) {
      if (!id.IsIn(named.catalog, named.database)) continue;
      if (!drop.cascade) return Fault::Invalid("database '", named.database, "' is not empty: it has ", id.name, "; DROP what is in it first, or say CASCADE");
      tables_.erase(id);
      views_.erase(id);
      models_.erase(id);
    }
  }
  catalogs_[named.catalog].databases.erase(named.database);
  return {};
}

std::vector<std::string> Catalog::Catalogs() const {
  std::vector<std::string> names;
  for (const auto& [name, databases] : catalogs_) names.push_back(name);
  return names;
}

Result<std::vector<std::string>> Catalog::Databases(const std::string& catalog) const {
  auto found = catalogs_.find(catalog.empty() ? current_.catalog : catalog);
  if (found == catalogs_.end()) return Fault::NotFound("no catalog '", catalog, "'; CREATE CATALOG it first");
  std::vector<std::string> names;
  for (const auto& [name, said] : found->second.databases) names.push_back(name);
  if (found->second.outside == nullptr) return names;
  ASSIGN_OR_RETURN(auto outside, found->second.outside->Databases(found->second.shared));
  return Both(std::move(names), outside);
}

Result<const NamespaceProperties*> Catalog::PropertiesOfCatalog(const std::string& name) const {
  auto found = catalogs_.find(name);
  if (found == catalogs_.end()) return Fault::NotFound("no catalog '", name, "'; SHOW CATALOGS lists them");
  return &found->second.properties;
}

Result<const NamespaceProperties*> Catalog::PropertiesOfDatabase(const sql::Name& name) const {
  ASSIGN_OR_RETURN(auto in, Find(name, current_));
  static const NamespaceProperties kNothingSaid;
  const auto& databases = catalogs_.at(in.catalog).databases;
  auto said = databases.find(in.database);
  return said == databases.end() ? &kNothingSaid : &said->second;
}

Result<std::vector<std::string>> Catalog::NamesIn(std::string_view what, const sql::Name& where) const {
  ASSIGN_OR_RETURN(auto in, Find(where, current_));
  std::vector<std::string> names;
  for (const auto& id : Ids(what)) {
    if (id.IsIn(in.catalog, in.database)) names.push_back(id.name);
  }
  const CatalogOf& catalog = catalogs_.at(in.catalog);
  if (catalog.outside == nullptr || what != "TABLES") return names;
  ASSIGN_OR_RETURN(auto outside, catalog.outside->Tables(catalog.shared, in.database));
  return Both(std::move(names), outside);
}

}  // namespace freshet::stream
