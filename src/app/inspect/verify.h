#pragma once

#include <memory>
#include <string>

#include "app/inspect/finding.h"
#include "io/file.h"

namespace freshet::app {

// Keeps a house from starting on the folder while it is looked at. kConflict when one serves it: its files change under the
// reader. Null when there is no LOCK file, for nothing is made.
Result<std::unique_ptr<io::FileLock>> HoldDataFolder(io::Files& files, const std::string& folder);

// Looks at every file of a data folder with the readers that a start, a replay and a fetch use, and says what each damaged place
// costs. Reads only. A Fault when the folder itself cannot be read.
Result<Verified> VerifyDataFolder(io::Files& files, const std::string& folder);

}  // namespace freshet::app
