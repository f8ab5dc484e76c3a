#pragma once

// Arrow and we both have a RETURN_NOT_OK. Units of this folder include Arrow first, then this file, then ours.
#undef RETURN_NOT_OK

#include "base/status.h"

// The one bridge from Arrow's errors to ours, for the units of this folder.

namespace freshet::lake {

template <typename ArrowStatus>
Status FromArrow(const ArrowStatus& status) {
  if (status.ok()) return {};
  return Fault::IoError("parquet: ", status.ToString());
}

}  // namespace freshet::lake

#define RETURN_ARROW_NOT_OK(expr)                                                        \
  do {                                                                                   \
    const auto& arrow_status_ = (expr);                                                  \
    if (!arrow_status_.ok()) [[unlikely]] return ::freshet::lake::FromArrow(arrow_status_).fault(); \
  } while (false)
