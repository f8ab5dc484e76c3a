#pragma once

#include <optional>
#include <string>

#include "app/config.h"
#include "control/guard/identities.h"
#include "io/file.h"

namespace freshet::app {

// The identity that identities.first names, with its password; none when the configuration gives it none. Blocks.
Result<std::optional<guard::ConfiguredIdentity>> ReadFirstIdentity(io::Files& files, const Config& config);

}  // namespace freshet::app
