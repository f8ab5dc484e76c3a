#pragma once

#include <optional>
#include <string>

#include "app/commands/command.h"
#include "base/secret.h"
#include "io/file.h"

namespace freshet::app {

// Who asks a house, or a broker.
struct Login {
  std::string user;
  Secret password;
};

// As --user NAME says, with the password that is in --password-file FILE, or else in the environment's FRESHET_PASSWORD. Nobody, where no user is named. kInvalid names what is missing. Blocks.
Result<std::optional<Login>> LoginOf(io::Files& files, const ParsedArguments& arguments);

}  // namespace freshet::app
