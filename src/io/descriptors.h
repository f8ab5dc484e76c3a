#pragma once

#include <cstdint>

namespace freshet::io {

// Files and connections that this process may have open at one time: as many as the system allows it, where it had been given fewer.
int64_t RaiseDescriptorLimit();
// How many that are now, and how many of them no connection that comes may take: segments, indexes and journal files are opened while peers are many, too.
int64_t DescriptorLimit();
int64_t DescriptorsKeptForFiles(int64_t limit);
// A program that was started has what programs expect: those that still use select() know no more.
void GiveUsualDescriptorLimit(int process);

}  // namespace freshet::io
