#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "data/expr/expr.h"
#include "data/type.h"
#include "ports/functions.h"
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
};

struct Table {
  std::string name;
  std::vector<TableColumn> columns;
  std::optional<sql::WatermarkSpec> watermark;
  std::vector<std::string> primary_key;
  std::vector<std::string> partitioned_by;
  std::map<std::string, std::string> options;
  std::map<std::string, std::string> hinted;  // of these, what OPTIONS says for one use of the table

  const std::string& connector() const;
  // Physical and non-virtual metadata columns, by position: what INSERT INTO fills.
  std::vector<const TableColumn*> Insertable() const;
};

struct Model {
  std::string name;
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

// One script's declarations. Owned by the session that runs it, used from one thread.
class Catalog {
 public:
  Status Apply(const sql::CreateTable& create);
  Status Apply(const sql::CreateView& create);
  Status Apply(const sql::CreateFunction& create);
  Status Apply(const sql::CreateModel& create);
  Status Apply(const sql::Alter& alter);
  Status Apply(const sql::Drop& drop);

  // A table or a view of this name.
  bool Has(const std::string& name) const { return tables_.contains(name) || views_.contains(name); }

  std::shared_ptr<const Table> FindTable(const std::string& name) const;
  const sql::CreateView* FindView(const std::string& name) const;
  const Model* FindModel(const std::string& name) const;
  // By its name in capitals; absent when nobody has declared it.
  const DeclaredFunction* FindFunction(const std::string& upper) const;

  // Where LANGUAGE PYTHON finds its functions; without, it is refused. Lives as long as the catalog.
  void UseFunctions(const ports::Functions* functions) { python_ = functions; }

  std::vector<std::string> Names(std::string_view what) const;  // TABLES, VIEWS, FUNCTIONS, MODELS

  // SET keys, checked by job/settings.h.
  std::map<std::string, std::string> settings;
  std::string Setting(const std::string& key, const std::string& otherwise) const;

  // catalog.db.table, db.table and table are the same for the default catalog and database.
  static Result<std::string> Simple(const sql::Name& name);

 private:
  Status MustBeNew(const std::string& name) const;
  Result<DeclaredFunction> DeclarePython(const std::string& name, const std::string& target) const;
  Status Rename(std::string_view what, const std::string& name, const std::string& new_name);

  std::map<std::string, std::shared_ptr<const Table>> tables_;
  std::map<std::string, sql::CreateView> views_;
  std::map<std::string, Model> models_;
  std::map<std::string, DeclaredFunction> functions_;
  const ports::Functions* python_ = nullptr;
};

}  // namespace freshet::stream
