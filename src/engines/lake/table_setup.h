#pragma once

#include "engines/lake/hadoop_table.h"
#include "engines/lake/options.h"
#include "engines/lake/partition.h"

namespace freshet::lake {

// What a sink needs to know of its table before the first row.
struct OpenedTable {
  TableSchema schema;    // the table's
  TableSchema written;   // of the sink's columns, in their order, with the table's field ids
  Partitioning partitioning;
};

// Creates the table, or adds columns that it lacks (nullable ones, at the end), or finds that both fit; anything else is
// refused with its remedy. Blocks: on a worker.
Result<OpenedTable> SetUpTable(Env& env, HadoopTable& at, const LakeOptions& options, const ports::TableRequest& request);

}  // namespace freshet::lake
