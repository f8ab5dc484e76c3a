#include "engines/lake/lake.h"

#include "engines/lake/lake_sink.h"
#include "engines/lake/lake_source.h"
#include "engines/lake/options.h"

namespace freshet::lake {

Status LakeConnector::Check(const ports::TableRequest& table, ports::TableUse use) const {
  if (use == ports::TableUse::kLookUp) return Fault::Unsupported("table ", table.name, ": connector iceberg cannot be looked up");
  RETURN_NOT_OK(ReadLakeOptions(table).status());
  if (use == ports::TableUse::kWrite) return {};
  if (!table.bounded) return Fault::Unsupported("table ", table.name, ": connector iceberg reads a table to its end; it does not follow new snapshots yet");
  for (const auto& key : table.metadata_keys) {
    if (!key.empty()) return Fault::Unsupported("table ", table.name, ": connector iceberg has no metadata column '", key, "'");
  }
  return {};
}

Task<std::unique_ptr<ports::Source>> LakeConnector::OpenSource(Ctx, ports::TableRequest table) {
  Status checked = Check(table, ports::TableUse::kRead);
  if (!checked.ok()) co_return checked.fault();
  co_return OpenLakeSource(env_, *format_, std::move(table));
}

Task<std::unique_ptr<ports::Sink>> LakeConnector::OpenSink(Ctx ctx, ports::TableRequest table) { return OpenLakeSink(env_, ctx, *format_, std::move(table)); }

Task<std::unique_ptr<ports::Lookup>> LakeConnector::OpenLookup(Ctx, ports::LookupRequest lookup) {
  co_return Check(lookup.table, ports::TableUse::kLookUp);
}

}  // namespace freshet::lake
