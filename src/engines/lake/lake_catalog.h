#pragma once

#include <string>
#include <vector>

#include "io/env.h"
#include "ports/table_catalog.h"

namespace freshet::lake {

// CREATE CATALOG … WITH ('type' = 'iceberg', 'catalog-type' = 'hadoop', 'warehouse' = …): a folder of databases that are folders of tables. A table that a script declares is made when
// its first sink opens; one that is there is found with its columns. Thread-safe; reads files on the caller's thread.
class LakeCatalog final : public ports::TableCatalog {
 public:
  explicit LakeCatalog(Env& env) : env_(env) {}

  Result<data::ConnectorOptions> Open(const std::string& name, const data::ConnectorOptions& said) const override;
  data::ConnectorOptions OptionsOf(const data::ConnectorOptions& shared, const std::string& database, const std::string& table) const override;
  Result<std::vector<std::string>> Databases(const data::ConnectorOptions& shared) const override;
  Result<std::vector<std::string>> Tables(const data::ConnectorOptions& shared, const std::string& database) const override;
  Result<std::optional<data::TableRequest>> Find(const data::ConnectorOptions& shared, const std::string& database, const std::string& table) const override;

 private:
  Result<std::vector<std::string>> FoldersOf(const std::string& path) const;

  Env& env_;
};

}  // namespace freshet::lake
