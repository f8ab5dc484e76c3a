#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/status.h"
#include "data/expr/expr.h"
#include "data/type.h"
#include "engines/stream/plan/table_id.h"
#include "ports/connector.h"
#include "ports/functions.h"
#include "ports/table_catalog.h"
#include "wire/flink_sql/ast.h"

// What the statements of a script have declared: tables, views, functions, models and settings.

namespace freshet::stream {

namespace sql = wire::flink_sql;

struct TableColumn {
  sql::ColumnKind kind = sql::ColumnKind::kPhysical;
  std::string name;
  data::Type type;            // not for computed columns: derived where they are used
  std::string metadata_key;
  bool is_virtual = false;
  sql::ExprPtr computed;
  std::string computed_text;  // as it was written
  std::string comment;
};

struct Table {
  TableId id;
  std::string name;           // its text
  std::vector<TableColumn> columns;
  std::optional<sql::WatermarkSpec> watermark;
  std::vector<std::string> primary_key;
  std::vector<std::string> partitioned_by;
  std::optional<sql::Distribution> distribution;
  std::string comment;
  std::map<std::string, std::string> options;
  std::map<std::string, std::string> hinted;  // of these, what OPTIONS says for one use of the table

  const std::string& connector() const;
  // Physical and non-virtual metadata columns, by position: what INSERT INTO fills.
  std::vector<const TableColumn*> Insertable() const;
};

struct Model {
  TableId id;
  std::string name;  // its text
  std::vector<std::pair<std::string, data::Type>> input;
  std::vector<std::pair<std::string, data::Type>> output;
  std::map<std::string, std::string> options;
};

// What CREATE FUNCTION made of a name: one of our own functions, or one that is called elsewhere.
struct DeclaredFunction {
  std::string native;                                  // in the registry; empty: `remote`
  std::shared_ptr<const expr::RemoteFunction> remote;
  int args_min = 0;
  int args_max = 0;                                    // -1: any number
  std::vector<std::optional<data::Type>> inputs;       // of the first arguments; absent: the value as it comes
  data::Type result;
  const ports::Functions* caller = nullptr;            // who calls `remote`
};

// Turns a type as written into a logical type; what is not known is refused by name with its place.
Result<data::Type> ResolveType(const sql::TypeSpec& spec);
Result<TableColumn> ResolveColumn(const sql::ColumnSpec& spec);

// Of a catalog or a database. No option of a database means anything to a catalog in memory; they are shown, as in Flink.
struct NamespaceProperties {
  std::string comment;
  std::map<std::string, std::string> options;
};

// One script's declarations. Owned by the session that runs it, used from one thread.
class Catalog {
 public:
  struct Namespace {
    std::string catalog;
    std::string database;
  };

  Status Apply(const sql::CreateTable& create);
  Status Apply(const sql::CreateView& create);
  Status Apply(const sql::CreateFunction& create);
  Status Apply(const sql::CreateModel& create);
  Status Apply(const sql::CreateNamespace& create);
  Status Apply(const sql::Alter& alter);
  Status Apply(const sql::Drop& drop);
  Status Apply(const sql::Use& use);

  // A table or a view.
  bool Has(const TableId& id) const { return tables_.contains(id) || views_.contains(id); }

  std::shared_ptr<const Table> FindTable(const TableId& id) const;
  const sql::CreateView* FindView(const TableId& id) const;
  const Model* FindModel(const TableId& id) const;
  // By its name in capitals; absent when nobody has declared it.
  const DeclaredFunction* FindFunction(const std::string& upper) const;

  // Where LANGUAGE PYTHON finds its functions; without, it is refused. Lives as long as the catalog.
  void UseFunctions(const ports::Functions* functions) { python_ = functions; }

  // Whose tables stand in catalogs of their own, by CREATE CATALOG's 'type'; without, there are catalogs in memory only. Lives as long as the catalog.
  void UseConnectors(const ports::Connectors* connectors) { connectors_ = connectors; }

  std::vector<std::string> Names(std::string_view what) const;  // TABLES, VIEWS, FUNCTIONS, MODELS: of all databases, their ids' texts
  std::vector<std::string> AllFunctions() const;  // those that are built in, too, in capitals
  // Of one database, without it: those of TABLES, VIEWS and MODELS. `where`: catalog.db, db, or nothing for the current one.
  Result<std::vector<std::string>> NamesIn(std::string_view what, const sql::Name& where) const;
  std::vector<std::string> Catalogs() const;
  Result<std::vector<std::string>> Databases(const std::string& catalog) const;  // "": of the current one
  // What CREATE CATALOG and CREATE DATABASE said of them.
  Result<const NamespaceProperties*> PropertiesOfCatalog(const std::string& name) const;
  Result<const NamespaceProperties*> PropertiesOfDatabase(const sql::Name& name) const;
  const Namespace& current() const { return current_; }

  // SET keys, checked by job/settings.h.
  std::map<std::string, std::string> settings;
  std::string Setting(const std::string& key, const std::string& otherwise) const;

  // Whose name it is, whatever its prefix leaves out. The database must be there.
  Result<TableId> Resolve(const sql::Name& name) const { return Resolve(name, current_); }
  Result<TableId> Resolve(const sql::Name& name, const Namespace& in) const;
  // What was the current one when a view was declared: names in its query are of there. The view must be there.
  const Namespace& DeclaredIn(const TableId& view) const { return declared_in_.at(view); }

 private:
  Result<Namespace> Find(const sql::Name& prefix, const Namespace& in) const;
  Result<Namespace> Named(const sql::Name& database) const;
  Status DropNamespace(const sql::Drop& drop);
  Status OpenOutside(const std::string& name, const std::string& type, const std::map<std::string, std::string>& options);
  Status CheckNotOutside(const Namespace& database) const;
  // A table that stands in a catalog outside comes in when its name is first said.
  Status TakeIn(const TableId& id) const;
  Status PutOutside(Table& table, const sql::CreateTable& create) const;
  Status CheckAlterOutside(const sql::Alter& alter, const TableId& id) const;
  Status DropOutside(const sql::Drop& drop, const TableId& id);
  std::vector<TableId> Ids(std::string_view what) const;  // TABLES, VIEWS, MODELS
  Status MustBeNew(const TableId& id) const;
  Result<DeclaredFunction> DeclarePython(const std::string& name, const std::string& target) const;
  Status Rename(std::string_view what, const TableId& id, const TableId& new_id);

  struct CatalogOf {
    NamespaceProperties properties;
    std::string default_database;  // that USE CATALOG goes to
    std::map<std::string, NamespaceProperties> databases;  // that are declared
    const ports::TableCatalog* outside = nullptr;          // whose tables they are, and others that nobody has declared; absent: in memory
    data::ConnectorOptions shared;                         // by all its tables
  };
  std::map<std::string, CatalogOf> catalogs_{{"default_catalog", {{"", {{"type", "generic_in_memory"}}}, "default_database", {{"default_database", {}}}}}};
  Namespace current_{"default_catalog", "default_database"};
  mutable std::map<TableId, std::shared_ptr<const Table>> tables_;  // grows by what is taken in
  mutable std::set<TableId> taken_in_;                              // of these, the ones that nobody has declared
  std::map<TableId, sql::CreateView> views_;
  std::map<TableId, Namespace> declared_in_;  // by view
  std::map<TableId, Model> models_;
  std::map<std::string, DeclaredFunction> functions_;
  const ports::Functions* python_ = nullptr;
  const ports::Connectors* connectors_ = nullptr;
};

}  // namespace freshet::stream
