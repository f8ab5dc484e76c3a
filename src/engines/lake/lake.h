#pragma once

#include "engines/lake/lake_catalog.h"
#include "engines/lake/parquet_format.h"
#include "io/env.h"
#include "ports/connector.h"

namespace freshet::lake {

// 'connector' = 'iceberg': Iceberg v2 tables of a Hadoop catalog in a local folder. Rows are appended, and those of an epoch
// become visible with its snapshot; a bounded read gives the rows of the snapshot that was current when it began. Owned by the house (or the run command); its sources and sinks live on the loop that opened
// them and do file calls and encoding on workers. Thread-safe.
class LakeConnector final : public ports::Connector {
 public:
  explicit LakeConnector(Env& env) : LakeConnector(env, ParquetFromLibrary(std::string(kParquetLibrary))) {}
  LakeConnector(Env& env, std::unique_ptr<ParquetFormat> format) : env_(env), format_(std::move(format)), catalog_(env) {}

  Status Check(const ports::TableRequest& table, ports::TableUse use) const override;
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx ctx, ports::LookupRequest lookup) override;
  const ports::TableCatalog* catalog() const override { return &catalog_; }

 private:
  Env& env_;
  const std::unique_ptr<ParquetFormat> format_;
  const LakeCatalog catalog_;
};

}  // namespace freshet::lake
