#pragma once

#include "io/wait.h"

namespace freshet::io {

// Sleeps until then while somebody waits for what comes behind it: a flag that is raised, or a deadline that passes, ends it within 100 ms with the Fault of Ctx::Check.
Task<> PauseUntil(Ctx ctx, Clock& clock, MonoTime due);

}  // namespace freshet::io
