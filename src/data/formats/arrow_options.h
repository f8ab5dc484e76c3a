#pragma once

#include "data/compression.h"
#include "data/formats/format.h"

namespace freshet::formats {

// arrow.compression: what Arrow's bodies are packed with.
Result<data::Codec> ArrowCodecOf(const Options& options);

}  // namespace freshet::formats
