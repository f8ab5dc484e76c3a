#pragma once

#include <memory>

#include "engines/lake/data_files.h"
#include "engines/lake/outbox.h"
#include "io/env.h"
#include "ports/connector.h"

namespace freshet::lake {

// Commits what a Prepare left behind, once: looks for the epoch's token before each attempt, because the outcome of an
// attempt that failed is not known. Blocks: on a worker.
Status DeliverOnce(Env& env, HadoopTable& at, const ports::EpochToken& token, const Outbox& outbox);

Task<std::unique_ptr<ports::Sink>> OpenLakeSink(Env& env, Ctx ctx, const ParquetFormat& format, ports::TableRequest table);

}  // namespace freshet::lake
