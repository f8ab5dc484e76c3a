#include "engines/stream/job/table_request.h"

namespace freshet::stream {

ports::TableRequest TableRequestOf(const Node& source) {
  const auto& spec = std::get<SourceSpec>(source.spec);
  ports::TableRequest request;
  request.name = spec.table->name;
  request.primary_key = spec.table->primary_key;
  request.partitioned_by = spec.table->partitioned_by;
  request.options = spec.table->options;
  for (const auto& column : spec.table->columns) {
    if (column.kind == sql::ColumnKind::kPhysical) request.record.Add(column.name, column.type);
  }
  for (const auto& column : source.columns) request.columns.Add(column.name, column.type);
  request.metadata_keys = spec.metadata_keys;
  return request;
}

}  // namespace freshet::stream
