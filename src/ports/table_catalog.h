#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "data/table_request.h"

namespace freshet::ports {

// Tables that stand in a place of their connector's, database by database, whether a script declares them or not: what CREATE CATALOG … WITH ('type' = …) names.
// Thread-safe. Where databases and tables are looked for, a few small files are read on the caller's thread.
class TableCatalog {
 public:
  virtual ~TableCatalog() = default;

  // What CREATE CATALOG says, without its type and its default database, as the options that all tables of the catalog share; or why it cannot be.
  virtual Result<data::ConnectorOptions> Open(const std::string& name, const data::ConnectorOptions& said) const = 0;
  // The options by which the connector finds one of them; `shared` is what Open gave.
  virtual data::ConnectorOptions OptionsOf(const data::ConnectorOptions& shared, const std::string& database, const std::string& table) const = 0;
  // Sorted by name.
  virtual Result<std::vector<std::string>> Databases(const data::ConnectorOptions& shared) const = 0;
  virtual Result<std::vector<std::string>> Tables(const data::ConnectorOptions& shared, const std::string& database) const = 0;
  // The table as it stands there: columns, key, partitions, OptionsOf. Absent: nobody has made it yet.
  virtual Result<std::optional<data::TableRequest>> Find(const data::ConnectorOptions& shared, const std::string& database, const std::string& table) const = 0;
};

// The same catalog where nobody looks into its place: tables are what a script declares. Borrows `inner`.
class UnseenCatalog final : public TableCatalog {
 public:
  explicit UnseenCatalog(const TableCatalog& inner) : inner_(inner) {}

  Result<data::ConnectorOptions> Open(const std::string& name, const data::ConnectorOptions& said) const override { return inner_.Open(name, said); }
  data::ConnectorOptions OptionsOf(const data::ConnectorOptions& shared, const std::string& database, const std::string& table) const override { return inner_.OptionsOf(shared, database, table); }
  Result<std::vector<std::string>> Databases(const data::ConnectorOptions&) const override { return std::vector<std::string>(); }
  Result<std::vector<std::string>> Tables(const data::ConnectorOptions&, const std::string&) const override { return std::vector<std::string>(); }
  Result<std::optional<data::TableRequest>> Find(const data::ConnectorOptions&, const std::string&, const std::string&) const override { return std::optional<data::TableRequest>(); }

 private:
  const TableCatalog& inner_;
};

}  // namespace freshet::ports
