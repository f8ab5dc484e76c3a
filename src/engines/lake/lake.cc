#include "engines/lake/lake.h"

#include "engines/lake/lake_sink.h"
#include "engines/lake/lake_source.h"

namespace freshet::lake {

Task<std::unique_ptr<ports::Source>> LakeConnector::OpenSource(Ctx ctx, ports::TableRequest table) { return OpenLakeSource(env_, ctx, *format_, std::move(table)); }
Task<std::unique_ptr<ports::Sink>> LakeConnector::OpenSink(Ctx ctx, ports::TableRequest table) { return OpenLakeSink(env_, ctx, *format_, std::move(table)); }

Task<std::unique_ptr<ports::Lookup>> LakeConnector::OpenLookup(Ctx, ports::LookupRequest lookup) {
  co_return Fault::Unsupported("table ", lookup.table.name, ": connector iceberg cannot be looked up");
}

}  // namespace freshet::lake
