#pragma once

#include <memory>

#include "app/commands/command.h"
#include "engines/functions/python_functions.h"

namespace freshet::app {

// The Python functions of the folder that --functions names, called by --python; none when it names none. Blocks.
Result<std::unique_ptr<functions::PythonFunctions>> OpenFunctions(Env& env, io::Processes& processes, const ParsedArguments& arguments);

}  // namespace freshet::app
