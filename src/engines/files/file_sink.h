#pragma once

#include "engines/files/part_files.h"
#include "ports/connector.h"

namespace freshet::files {

Result<FileWriting> PlanWriting(const ports::TableRequest& table, const formats::FileFormats& file_formats);

Task<std::unique_ptr<ports::Sink>> OpenFileSink(Env& env, Ctx ctx, ports::TableRequest table, const formats::FileFormats& file_formats);

}  // namespace freshet::files
