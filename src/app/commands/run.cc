#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "app/commands/command.h"
#include "app/commands/functions_option.h"
#include "app/commands/script_files.h"
#include "app/house.h"
#include "engines/datagen/datagen.h"
#include "engines/files/files.h"
#include "engines/journal/data_dir.h"
#include "engines/lake/lake.h"
#include "engines/lake/parquet_files.h"
#include "engines/stream/job/script.h"
#include "engines/stream/job/settings.h"
#include "io/file.h"
#include "io/process_usage.h"
#include "io/real_env.h"
#include "io/run_to_end.h"
#include "links/kafka/kafka_links.h"
#include "links/postgres/jdbc_tables.h"
#include "links/registry/registry.h"

namespace freshet::app {
namespace {

constexpr Option kOptions[] = {{"--param", true, true}, {"--parallelism"}, {"--result"}, {"--out"}, {"--stats", false}, {"--data"}, {"--memory"}, {"--functions"}, {"--python"}};
constexpr size_t kFilesMax = 1000;
constexpr int64_t kMemoryLeast = 64 << 20;
constexpr int kCores = 2;  // that a script without --parallelism may SET to use at once

Result<std::vector<stream::ScriptFile>> ReadScript(io::Files& files, const ParsedArguments& arguments) {
  ASSIGN_OR_RETURN(auto parameters, ReadParameters(arguments));
  std::vector<stream::ScriptFile> script;
  for (const auto& path : arguments.words) {
    ASSIGN_OR_RETURN(auto file, ReadScriptFile(files, path, parameters));
    script.push_back(std::move(file));
  }
  TellOfUnused("run", parameters);
  TellOfEmptyFiles("run", script);
  return script;
}

// One JSON line: events, seconds, CPU seconds, peak memory, late and dropped rows, rows per operator and shard.
std::string StatsLine(const stream::RunReport& report, Duration elapsed) {
  io::ProcessUsage usage = io::UsageOfThisProcess();
  std::string out = StrCat("{\"events\":", report.events, ",\"seconds\":", static_cast<double>(elapsed.us()) / 1e6,
                           ",\"cpu_seconds\":", static_cast<double>(usage.cpu.us()) / 1e6, ",\"peak_memory_bytes\":", usage.peak_memory_bytes,
                           ",\"late_rows\":", report.late_rows, ",\"dropped_rows\":", report.dropped_rows, ",\"operators\":[");
  bool first = true;
  for (const auto& op : report.operators) {
    out += first ? "{\"operator\":" : ",{\"operator\":";
    first = false;
    AppendJsonString(out, op.text);
    out += StrCat(",\"shard\":", op.shard, ",\"rows_in\":", op.counters.rows_in, ",\"rows_out\":", op.counters.rows_out, ",\"late_rows\":", op.counters.late_rows, ",\"state_bytes\":", op.state_bytes, ",\"state_moved_bytes\":", op.moved_bytes, "}");
  }
  return out + "]}\n";
}

void Show(const stream::ResultTable& table) {
  const auto& [prefix, on_error] = table.shown();
  std::string text = table.Text(), lines;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n') + 1);
    rest.remove_prefix(line.size());
    lines.append(prefix).append(line);
  }
  std::fwrite(lines.data(), 1, lines.size(), on_error ? stderr : stdout);
}

// A name of SQL may have any character; a file of this folder has no '/'.
std::string FileNameOf(std::string_view result) {
  std::string out;
  for (char letter : result) {
    if (letter == '/') out += "%2F";
    else if (letter == '%') out += "%25";
    else if (letter == '\0') out += "%00";
    else out += letter;
  }
  return out + ".jsonl";
}

// With one result (late rows apart) it goes to standard output, as do several that are told apart by their print-identifier; --out writes every result to its own file.
Status WriteResults(io::Files& files, const stream::Script& script, const std::string& folder) {
  for (const auto& notice : script.notices()) std::fprintf(stderr, "freshet run: %s\n", notice.c_str());
  std::fwrite(script.printed().data(), 1, script.printed().size(), stdout);
  const auto& results = script.results();
  if (!folder.empty()) {
    RETURN_NOT_OK(files.CreateDirectories(folder));
    for (const auto& name : results.names()) RETURN_NOT_OK(io::WriteWhole(files, StrCat(folder, "/", FileNameOf(name)), results.table(name).Text()));
    return {};
  }
  std::vector<const stream::ResultTable*> shown;
  for (const auto& name : results.names()) {
    if (!name.ends_with("$late")) shown.push_back(&results.table(name));
  }
  auto plain = std::count_if(shown.begin(), shown.end(), [](const auto* table) { return table->shown().prefix.empty(); });
  if (shown.size() > 1 && plain > 0) return Fault::Invalid("the script has ", shown.size(), " results; --out DIR writes each to DIR/<name>.jsonl, and 'print-identifier' tells printed tables apart");
  for (const auto* table : shown) Show(*table);
  return {};
}

// Zero: as the script SETs it.
Result<int> Shards(const ParsedArguments& arguments) {
  if (!arguments.has("--parallelism")) return 0;
  auto shards = stream::ParseShards(arguments.value("--parallelism"));
  if (!shards.ok()) return Fault::Invalid("--parallelism: ", shards.fault().message());
  return *shards;
}

// Of what the run may use the half is for state; rows on their way and results need the rest.
Result<int64_t> StateBytes(const ParsedArguments& arguments) {
  auto bytes = ParseBytes(arguments.value("--memory", "1GiB"), kMemoryLeast);
  if (!bytes.ok()) return Fault::Invalid("--memory: ", bytes.fault().message());
  return *bytes / 2;
}

// SIGINT or SIGTERM: tables without an end end where they are, and so does the run; one that has none of them is over at once.
class Interruption final : public io::Job {
 public:
  Interruption(const datagen::DatagenConnector& datagen, io::CancelFlag& stop) : datagen_(datagen), stop_(stop) {}
  void Run() override {
    constexpr int kInterrupted = 130;
    if (!datagen_.endless()) std::_Exit(kInterrupted);
    stop_.Raise();
  }

 private:
  const datagen::DatagenConnector& datagen_;
  io::CancelFlag& stop_;
};

// In a data folder that nobody serves: the store is opened, the script runs, the store is closed whatever came of it.
Task<> RunInHouse(House& house, stream::Script& script, const std::vector<stream::ScriptFile>& files) {
  auto open = house.OpenStore();
  Status outcome = co_await open;
  if (outcome.ok()) {
    if (house.epochs() != nullptr) script.CommitTo(*house.epochs());
    auto run = script.RunFiles(Ctx(), files);
    outcome = co_await run;
  }
  auto close = house.Close();
  Status closed = co_await close;
  if (!outcome.ok()) co_return outcome;
  co_return closed;
}

Result<std::unique_ptr<House>> OpenHouse(Env& env, const ParsedArguments& arguments) {
  if (!arguments.has("--data")) return std::unique_ptr<House>();
  std::string data = arguments.value("--data");
  ASSIGN_OR_RETURN(bool there, journal::DataDir::IsThere(env.files(), data));
  if (!there) return Fault::NotFound("--data ", data, ": no house keeps its data there; name the folder that freshet up --data was given");
  ASSIGN_OR_RETURN(Config config, ReadConfig("", "", {}));
  return House::BuildStore(env, config, data);
}

}  // namespace

Result<int> Run(const Arguments& words) {
  ASSIGN_OR_RETURN(auto arguments, ParseArguments(words, kOptions, kFilesMax));
  if (arguments.words.empty()) return Fault::Invalid("name at least one SQL file");
  std::string mode = arguments.value("--result", "final");
  if (mode != "final" && mode != "changelog") return Fault::Invalid("--result takes final or changelog, not '", mode, "'");
  ASSIGN_OR_RETURN(int shards, Shards(arguments));
  io::RealEnvOptions options;
  options.loops = shards == 1 ? 1 : std::max(shards, kCores) + 1;  // one for the job, one a shard; a loop without work sleeps
  options.general_workers = 1;
  options.holds_termination = true;
  ASSIGN_OR_RETURN(auto env, io::RealEnv::Open(options));
  ASSIGN_OR_RETURN(auto script_files, ReadScript(env->files(), arguments));
  auto parquet = lake::ParquetFiles();
  files::FilesConnector files(*env, {{"arrow", &formats::ArrowFiles()}, {"avro", &formats::AvroFiles()}, {"parquet", parquet.get()}});
  io::CancelFlag stop;
  datagen::DatagenConnector datagen(*env, &stop);
  Interruption interruption(datagen, stop);
  RETURN_NOT_OK(env->OnTermination(interruption));
  lake::LakeConnector lake(*env);
  links::registry::Registry registry(*env);
  links::postgres::JdbcTables jdbc(*env);
  links::kafka::KafkaLinks kafka(*env, {.registry = &registry});
  ports::Connectors connectors{{"filesystem", &files}, {"iceberg", &lake}, {"kafka", &kafka}, {"upsert-kafka", &kafka}, {"jdbc", &jdbc}};
  ASSIGN_OR_RETURN(auto house, OpenHouse(*env, arguments));
  io::PosixProcesses processes;
  ASSIGN_OR_RETURN(auto functions, OpenFunctions(*env, processes, arguments));
  if (house) connectors = house->connectors();
  connectors["datagen"] = &datagen;  // which is told to stop
  stream::Script script(connectors, *env, mode == "final" ? stream::ResultMode::kFinal : stream::ResultMode::kChangelog);
  script.UseShards(shards);
  script.UseFunctions(functions.get());
  ASSIGN_OR_RETURN(int64_t state_bytes, StateBytes(arguments));
  io::Budget state_memory("state of the run", state_bytes);
  io::PageFile state_pages(io::TemporaryFolder());
  script.BoundState({&state_memory, &state_pages});
  MonoTime begin = env->clock().Now();
  Status status = io::RunToEnd(*env, house ? RunInHouse(*house, script, script_files) : script.RunFiles(Ctx(), script_files));
  Duration elapsed = env->clock().Now() - begin;
  RETURN_NOT_OK(status);
  RETURN_NOT_OK(WriteResults(env->files(), script, arguments.value("--out")));
  const stream::RunReport& report = script.report();
  if (report.unread.records > 0) std::fprintf(stderr, "freshet run: %lld records cannot be read and are in no result; the first: %s\n", static_cast<long long>(report.unread.records), report.unread.first.c_str());
  bool tells = !arguments.has("--stats");  // all that is counted
  if (tells && report.dropped_rows > 0) std::fprintf(stderr, "freshet run: %lld rows had NULL in a column that is NOT NULL and were dropped, as the script SETs\n", static_cast<long long>(report.dropped_rows));
  if (!tells) {
    std::string line = StatsLine(report, elapsed);
    std::fwrite(line.data(), 1, line.size(), stderr);
  } else if (report.late_rows > 0) {
    std::string line = StrCat("freshet run: ", report.late_rows, " rows came later than the watermark allows and are in no result but <view>$late, which --out DIR writes, too\n");
    std::fwrite(line.data(), 1, line.size(), stderr);
  }
  return 0;
}

}  // namespace freshet::app
