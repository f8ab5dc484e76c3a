#pragma once

#include "data/formats/format.h"
#include "engines/files/options.h"
#include "io/env.h"
#include "ports/connector.h"

namespace freshet::files {

// What the table's options and columns make of the records written.
struct FileWriting {
  FilesOptions options;
  std::unique_ptr<formats::Encoder> encoder;
  std::vector<int> kept;               // columns that stand in the records
  std::vector<int> partition_columns;  // columns that name the folder
};
Result<FileWriting> PlanWriting(const ports::TableRequest& table);

Task<std::unique_ptr<ports::Sink>> OpenFileSink(Env& env, Ctx ctx, ports::TableRequest table);

}  // namespace freshet::files
