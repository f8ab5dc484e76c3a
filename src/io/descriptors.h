#pragma once

#include <cstdint>

namespace freshet::io {

// Files and connections that this process may have open at one time: as many as the system allows it, where it had been given fewer.
int64_t RaiseDescriptorLimit();

}  // namespace freshet::io
