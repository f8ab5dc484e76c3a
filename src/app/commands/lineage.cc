#include <cstdio>

#include "app/commands/command.h"
#include "app/commands/functions_option.h"
#include "app/commands/script_files.h"
#include "data/civil.h"
#include "engines/lake/lake.h"
#include "io/real_env.h"

namespace freshet::app {
namespace {

constexpr Option kOptions[] = {{"--namespace"}, {"--functions"}, {"--python"}, {"--param", true, true}};
constexpr size_t kFilesMax = 1000;
constexpr std::string_view kProducer = "urn:freshet:lineage";

std::string DatasetText(const stream::Dataset& dataset) {
  std::string out = "{\"namespace\":";
  AppendJsonString(out, dataset.name_space);
  out += ",\"name\":";
  AppendJsonString(out, dataset.name);
  return out;
}

// One JobEvent: what a job reads and writes by design, not in a run.
std::string EventLine(const stream::ScriptFile& file, const stream::StatementLineage& statement, const std::string& name_space, const std::string& time) {
  const stream::Lineage& lineage = statement.lineage;
  std::string out = StrCat("{\"eventTime\":\"", time, "\",\"producer\":\"", kProducer, "\",\"schemaURL\":\"https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent\",\"job\":");
  out += DatasetText({name_space, StrCat(file.name, ":", statement.line, ":", lineage.output.name)});
  out += "},\"inputs\":[";
  for (const auto& input : lineage.inputs) out += StrCat(out.back() == '[' ? "" : ",", DatasetText(input), "}");
  out += StrCat("],\"outputs\":[", DatasetText(lineage.output), ",\"facets\":{\"columnLineage\":", ColumnLineageFacet(lineage, kProducer), "}}]}\n");
  return out;
}

}  // namespace

Result<int> PrintLineage(const Arguments& words) {
  ASSIGN_OR_RETURN(auto arguments, ParseArguments(words, kOptions, kFilesMax));
  if (arguments.words.empty()) return Fault::Invalid("name at least one SQL file");
  ASSIGN_OR_RETURN(auto parameters, ReadParameters(arguments));
  ASSIGN_OR_RETURN(auto env, io::RealEnv::Open({.loops = 1, .general_workers = 1}));
  std::string name_space = arguments.value("--namespace", "freshet"), time;
  data::AppendTimestamp(time, env->clock().WallNow().ms, data::Type::Timestamp(3), 'T');
  lake::LakeConnector lake(*env);
  ports::Connectors lakes{{"iceberg", &lake}};  // nothing is opened
  io::PosixProcesses processes;
  ASSIGN_OR_RETURN(auto functions, OpenFunctions(*env, processes, arguments));
  stream::Script script(lakes, *env, stream::ResultMode::kFinal);
  script.UseFunctions(functions.get());
  std::string lines;
  for (const auto& path : arguments.words) {
    ASSIGN_OR_RETURN(auto file, ReadScriptFile(env->files(), path, parameters));
    auto lineages = script.Lineages(file.text, name_space);
    if (!lineages.ok()) return In(file, lineages.fault());
    TellOfEmptyFiles("lineage", {file});
    for (const auto& statement : *lineages) lines += EventLine(file, statement, name_space, time + "Z");
  }
  TellOfUnused("lineage", parameters);
  std::fwrite(lines.data(), 1, lines.size(), stdout);
  return 0;
}

}  // namespace freshet::app
