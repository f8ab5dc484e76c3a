#pragma once

#include <cstdint>

namespace freshet::io {

// Files and connections that this process may have open at one time: as many as the system allows it, where it had been given fewer.
int64_t RaiseDescriptorLimit();
// A program that was started has what programs expect: those that still use select() know no more.
void GiveUsualDescriptorLimit(int process);

}  // namespace freshet::io
