#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engines/datagen/datagen.h"
#include "engines/files/files.h"
#include "engines/stream/cases/case_env.h"
#include "engines/stream/cases/judge.h"
#include "engines/topic_tables/topic_tables.h"
#include "io/real_env.h"
#include "io/run_to_end.h"
#include "testing/memory_features.h"
#include "testing/memory_functions.h"
#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"

namespace freshet::sql_cases {
namespace {

using namespace stream;

Result<SqlCase> ReadCase(const std::string& path) {
  std::ifstream file(path);
  std::stringstream all;
  all << file.rdbuf();
  return ParseCase(path, all.str());
}

std::vector<std::string> CasePaths() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("tests/sql")) {
    if (entry.path().extension() == ".sql") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

using Row = testing::MemoryFunctions::Row;

// What the cases of tests/sql/python call.
void SetSamples(testing::MemoryFunctions& functions) {
  using data::Value;
  functions.Set({.name = "samples.twice", .digest = "0123456789abcdef", .args_min = 1, .args_max = 1, .inputs = {"BIGINT"}, .result = "BIGINT"},
                [](const Row& args) -> Result<Value> { return args[0].is_null() ? Value() : Value(args[0].integer() * 2); });
  functions.Set({.name = "samples.tag", .digest = "fedcba9876543210", .args_min = 1, .args_max = -1, .inputs = {""}, .result = "STRING"},
                [](const Row& args) -> Result<Value> { return Value(StrCat("#", args.size(), args[0].is_null() ? "?" : args[0].text())); });
  functions.Set({.name = "samples.letters", .digest = "00", .args_min = 1, .args_max = 1, .inputs = {"STRING"}, .result = "ARRAY<STRING>"}, [](const Row& args) -> Result<Value> {
    Value::List letters;
    for (char c : args[0].text()) letters.push_back(Value(std::string(1, c)));
    return Value(letters);
  });
  functions.Set({.name = "samples.even", .digest = "00", .args_min = 1, .args_max = 1, .inputs = {"BIGINT"}, .result = "BOOLEAN"}, [](const Row& args) -> Result<Value> {
    if (args[0].integer() > 100) return Fault::Invalid("even(", args[0].integer(), ") raised OverflowError");
    return Value(args[0].integer() % 2 == 0);
  });
  functions.Set({.name = "samples.dice", .digest = "00", .args_min = 0, .args_max = 0, .result = "INT", .deterministic = false}, [](const Row&) -> Result<Value> { return Value(4); });
}

// `run` runs a task to its end in `below`.
Outcome RunIn(Env& below, std::function<Status(Task<>)> run, const SqlCase& c, ResultMode mode, const Way& way, stream::StateBounds state = {}) {
  CaseEnv env(below, c.clock, below.files());
  files::FilesConnector files(env);
  datagen::DatagenConnector datagen(env);
  testing::MemoryLog log(env);
  testing::MemoryTopics topics(env, log);
  topic_tables::TopicTables tables(env, {}, log, topics);
  testing::MemoryModels models;
  models.Set(std::make_shared<testing::SumScorer>(ports::ModelIdentity{"sum", "1", "abc"}, std::vector<std::string>{"a", "b"}));
  testing::MemoryFunctions functions;
  SetSamples(functions);
  CaseWorld world{env, {{"filesystem", &files}, {"datagen", &datagen}, {"kafka", &tables}, {"upsert-kafka", &tables}}, &models, std::move(run), state, &functions};
  return RunCase(c, mode, way, world);
}

Outcome RunSimulated(const SqlCase& c, ResultMode mode, const Way& way) {
  testing::SimEnv sim({.seed = way.seed + 1, .loops = 3});
  return RunIn(sim, [&sim](Task<> task) { return sim.Run(std::move(task)); }, c, mode, way);
}

Outcome RunOnThreads(const SqlCase& c, ResultMode mode, const Way& way, stream::StateBounds state) {
  auto env = io::RealEnv::Open({.loops = 4, .general_workers = 1});
  if (!env.ok()) return {env.fault(), {}, {}, {}};
  return RunIn(**env, [&env](Task<> task) { return io::RunToEnd(**env, std::move(task)); }, c, mode, way, state);
}

void ExpectNone(const SqlCase& c, const std::vector<Difference>& differences) {
  for (const auto& difference : differences) ADD_FAILURE() << DifferenceText(c, difference);
}

class SqlCases : public ::testing::TestWithParam<std::string> {};

TEST_P(SqlCases, GiveTheExpectedRows) {
  auto c = ReadCase(GetParam());
  ASSERT_TRUE(c.ok()) << GetParam() << ": " << c.status().ToString();
  ASSERT_FALSE(c->expected.empty()) << c->path << " expects nothing";

  ExpectNone(*c, Judge(*c, [&](ResultMode mode, const Way& way) { return RunSimulated(*c, mode, way); }));
}

// What one thread in a simulation cannot show, and state that has no room in memory; cases with files keep to the simulated disk.
TEST_P(SqlCases, GiveTheExpectedRowsOnThreads) {
  auto c = ReadCase(GetParam());
  ASSERT_TRUE(c.ok()) << GetParam();
  if (c->text.find("'filesystem'") != std::string::npos) return;
  Way rested{"restored on 3 threads", 9, 3, {2, 3}, false}, straight{"on 3 threads", 8, 3, {}, false};

  io::Budget no_room("state of a case", 0);
  io::PageFile pages(io::TemporaryFolder());
  stream::StateBounds in_a_file{&no_room, &pages};

  ExpectNone(*c, Compare(*c, RunOnThreads(*c, ResultMode::kFinal, straight, in_a_file), ResultMode::kFinal, straight));
  ExpectNone(*c, Compare(*c, RunOnThreads(*c, ResultMode::kChangelog, rested, in_a_file), ResultMode::kChangelog, rested));
}

INSTANTIATE_TEST_SUITE_P(All, SqlCases, ::testing::ValuesIn(CasePaths()), [](const auto& info) {
  std::string name = info.param.substr(std::string("tests/sql/").size());
  for (char& ch : name) ch = isalnum(ch) != 0 ? ch : '_';
  return name.substr(0, name.size() - 4);
});

}  // namespace
}  // namespace freshet::sql_cases
