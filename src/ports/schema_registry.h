#pragma once

#include <span>

#include "data/record_batch.h"
#include "data/records/record_rows.h"
#include "data/records/row_records.h"
#include "io/ctx.h"
#include "io/task.h"

// Schemas that records name by a number.

namespace freshet::ports {

class SchemaRegistry {
 public:
  virtual ~SchemaRegistry() = default;

  // Brings what `rows` needs to read these records. A schema that is not there makes bad records; a Fault: the registry
  // cannot be asked now.
  virtual Task<> FetchFor(Ctx ctx, records::RecordRows& rows, std::span<const data::Record> records) = 0;
  // Registers the schemas that `rows` writes by, before the first row.
  virtual Task<> RegisterFor(Ctx ctx, records::RowRecords& rows) = 0;
};

}  // namespace freshet::ports
