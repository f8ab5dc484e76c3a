#include <cstdio>

#include "app/commands/case_files.h"
#include "app/commands/command.h"
#include "app/commands/functions_option.h"
#include "app/inspect/overlay_files.h"
#include "engines/datagen/datagen.h"
#include "engines/files/files.h"
#include "engines/lake/lake_catalog.h"
#include "engines/lake/parquet_files.h"
#include "engines/models/model_folder.h"
#include "engines/stream/cases/case_env.h"
#include "engines/stream/cases/goldens.h"
#include "io/real_env.h"
#include "io/run_to_end.h"

namespace freshet::app {
namespace {

constexpr Option kOptions[] = {{"--param", true, true}, {"--models"}, {"--functions"}, {"--python"}, {"--update", false}};
constexpr size_t kWordsMax = 1000;
constexpr int64_t kWrittenBytesMax = 256 << 20;  // of one run, which keeps in memory what it writes to files
constexpr int kLoops = 4;                        // the job's and three shards'

// Tables of what only a house has.
class OfAHouse final : public ports::Connector {
 public:
  explicit OfAHouse(const ports::TableCatalog& lake) : unseen_(lake) {}
  Status Check(const ports::TableRequest& table, ports::TableUse) const override { return Refusal(table); }
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx, ports::TableRequest table) override { co_return Refusal(table); }
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx, ports::TableRequest table) override { co_return Refusal(table); }
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx, ports::LookupRequest lookup) override { co_return Refusal(lookup.table); }
  const ports::TableCatalog* catalog() const override { return &unseen_; }

 private:
  const ports::UnseenCatalog unseen_;
  static Fault Refusal(const ports::TableRequest& table) {
    return Fault::Unsupported("table ", table.name, ": a case has no house, so connector '", table.options.at("connector"), "' is not there; CREATE TEMPORARY TABLE ", table.name,
                              " in the case, with 'connector' = 'inline' (or 'filesystem') where it is read and 'print' where it is written: it stands in front");
  }
};

class Workbench {
 public:
  Workbench(Env& env, const ports::Models* models, ports::Functions* functions) : env_(env), models_(models), functions_(functions) {}

  stream::Outcome Run(const stream::SqlCase& c, stream::ResultMode mode, const stream::Way& way) {
    FolderFiles folder(env_.files(), io::ParentOf(c.path));
    OverlayFiles written(folder, kWrittenBytesMax);
    stream::CaseEnv env(env_, c.clock, written);
    auto parquet = lake::ParquetFiles();
    files::FilesConnector files(env, {{"arrow", &formats::ArrowFiles()}, {"avro", &formats::AvroFiles()}, {"parquet", parquet.get()}});
    datagen::DatagenConnector datagen(env);
    ports::Connectors connectors{{"filesystem", &files}, {"datagen", &datagen}, {"kafka", &house_}, {"upsert-kafka", &house_}, {"features", &house_}, {"iceberg", &house_}, {"jdbc", &house_}};
    return RunCase(c, mode, way, {env, connectors, models_, [this](Task<> task) { return io::RunToEnd(env_, std::move(task)); }, {}, functions_});
  }
  stream::RunOnce Of(const stream::SqlCase& c) {
    return [this, &c](stream::ResultMode mode, const stream::Way& way) { return Run(c, mode, way); };
  }

 private:
  Env& env_;
  const ports::Models* models_;
  ports::Functions* functions_;
  lake::LakeCatalog lake_{env_};
  OfAHouse house_{lake_};
};

enum class Verdict : uint8_t { kHolds, kDiffers };

Verdict Tell(const std::string& path, const std::string& what) {
  std::printf("differs  %s\n%s", path.c_str(), what.c_str());
  return Verdict::kDiffers;
}

// Writes what the case answers, then judges as ever: what differs from one way to another is no answer.
Result<bool> Update(io::Files& files, CaseFile& file, Parameters& parameters, Workbench& bench) {
  ASSIGN_OR_RETURN(std::string text, stream::WithItsAnswers(*file.read, bench.Of(*file.read)));
  if (text == file.read->text) return false;
  RETURN_NOT_OK(io::WriteWhole(files, file.path, text));
  file.read = ReadCaseFile(files, file.path, parameters);
  RETURN_NOT_OK(file.read);
  return true;
}

Verdict Judge(io::Files& files, CaseFile& file, Parameters& parameters, bool update, Workbench& bench) {
  if (!file.read.ok()) return Tell(file.path, StrCat("    ", file.read.fault().message(), "\n"));
  bool written = false;
  if (update) {
    auto updated = Update(files, file, parameters, bench);
    if (!updated.ok()) return Tell(file.path, StrCat("    ", updated.fault().message(), "\n"));
    written = *updated;
  }
  if (file.read->expected.empty()) return Tell(file.path, "    expects nothing; --update writes what it answers, for you to read\n");
  std::string told;
  for (const auto& difference : stream::Judge(*file.read, bench.Of(*file.read))) told += DifferenceText(*file.read, difference);
  if (!told.empty()) return Tell(file.path, told);
  std::printf("%s  %s\n", written ? "written" : "holds  ", file.path.c_str());
  return Verdict::kHolds;
}

}  // namespace

Result<int> TestCases(const Arguments& words) {
  ASSIGN_OR_RETURN(auto arguments, ParseArguments(words, kOptions, kWordsMax));
  ASSIGN_OR_RETURN(auto parameters, ReadParameters(arguments));
  if (arguments.words.empty()) arguments.words.push_back("tests");
  ASSIGN_OR_RETURN(auto env, io::RealEnv::Open({.loops = kLoops, .general_workers = 1, .log_level = Level::kWarn}));
  ASSIGN_OR_RETURN(auto cases, FindCases(env->files(), arguments.words, parameters));
  if (cases.empty()) return Fault::NotFound("no case: files that end in .sql");
  TellOfUnused("test", parameters);
  std::string folder = arguments.value("--models");
  ASSIGN_OR_RETURN(bool there, env->files().Exists(folder.empty() ? "." : folder));
  if (!there) return Fault::NotFound("--models ", folder, ": no such folder; name a project's models/");
  models::ModelFolder models(*env, {.directory = folder});
  if (!folder.empty()) RETURN_NOT_OK(io::RunToEnd(*env, models.Look()));
  io::PosixProcesses processes;
  ASSIGN_OR_RETURN(auto functions, OpenFunctions(*env, processes, arguments, "functions"));
  Workbench bench(*env, folder.empty() ? nullptr : &models, functions.get());
  size_t held = 0;
  for (CaseFile& file : cases) held += Judge(env->files(), file, parameters, arguments.has("--update"), bench) == Verdict::kHolds;
  std::printf("%zu case%s, each run %zu times: %zu hold, %zu differ\n", cases.size(), cases.size() == 1 ? "" : "s", 2 * stream::Ways().size(), held, cases.size() - held);
  return held == cases.size() ? 0 : 1;
}

}  // namespace freshet::app
