#pragma once

#include <memory>

#include "app/commands/command.h"
#include "engines/functions/python_functions.h"

namespace freshet::app {

// The Python functions of the folder that --functions names, called by --python. Where it names none: those of `unsaid`, if that is there, else none. Blocks.
Result<std::unique_ptr<functions::PythonFunctions>> OpenFunctions(Env& env, io::Processes& processes, const ParsedArguments& arguments, const std::string& unsaid = "");

}  // namespace freshet::app
