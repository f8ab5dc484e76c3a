#pragma once

#include "data/record_batch.h"

namespace freshet::data {

// The header at the beginning of `bytes`, whether or not the records are there: magic and length make sense, nothing else is promised.
Result<RecordBatchHeader> DecodeRecordBatchHeader(std::string_view bytes);

}  // namespace freshet::data
