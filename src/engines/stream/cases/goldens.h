#pragma once

#include "engines/stream/cases/judge.h"

namespace freshet::stream {

// The case's file with the rows that it answers, run straight, in the place of those it expected; a case that expects nothing yet gets every
// result, folded. A run that fails is a Fault, unless the case expects an error.
Result<std::string> WithItsAnswers(const SqlCase& c, const RunOnce& run);

}  // namespace freshet::stream
