#include "app/commands/functions_option.h"

namespace freshet::app {

Result<std::unique_ptr<functions::PythonFunctions>> OpenFunctions(Env& env, io::Processes& processes, const ParsedArguments& arguments, const std::string& unsaid) {
  std::string folder = arguments.value("--functions");
  if (folder.empty() && !unsaid.empty()) {
    ASSIGN_OR_RETURN(bool has_its_own, env.files().Exists(unsaid));
    if (has_its_own) folder = unsaid;
  }
  if (folder.empty() && arguments.has("--python")) return Fault::Invalid("--python calls the functions of a folder; name it with --functions DIR");
  if (folder.empty()) return std::unique_ptr<functions::PythonFunctions>();
  ASSIGN_OR_RETURN(bool there, env.files().Exists(folder));
  if (!there) return Fault::NotFound("--functions ", folder, ": no such folder; name one with *.py files");
  return functions::PythonFunctions::Open(env, processes, {.directory = folder, .python = arguments.value("--python", "python3")});
}

}  // namespace freshet::app
