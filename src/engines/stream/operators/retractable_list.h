#pragma once

#include <memory>
#include <string>

#include "data/type.h"
#include "engines/stream/operators/aggregate.h"

namespace freshet::stream {

// What is told of values in the order of their arrival, over rows that may be taken back: the first, the last, or all of them as one text.
// NULL is skipped. Of equal values the one that came first is taken back.
enum class ListOutput : uint8_t { kFirst, kLast, kText };
std::unique_ptr<Aggregate> MakeRetractableList(ListOutput output, const std::string& separator);

}  // namespace freshet::stream
