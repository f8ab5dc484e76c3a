#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engines/files/files.h"
#include "engines/stream/job/script.h"
#include "engines/topic_tables/topic_tables.h"
#include "io/real_env.h"
#include "io/run_to_end.h"
#include "testing/memory_features.h"
#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"
#include "tests/sql/inline_connector.h"

namespace freshet::sql_cases {
namespace {

struct Case {
  std::string path;
  std::string script;
  std::vector<std::pair<std::string, std::string>> expected;  // "changelog select_1" → rows
};

Case ReadCase(const std::string& path) {
  std::ifstream file(path);
  std::stringstream all;
  all << file.rdbuf();
  Case out{path, all.str(), {}};
  size_t at = 0;
  while ((at = out.script.find("/* expect ", at)) != std::string::npos) {
    size_t name_end = out.script.find('\n', at), end = out.script.find("*/", at);
    std::string name = out.script.substr(at + 10, name_end - at - 10);
    out.expected.emplace_back(name, out.script.substr(name_end + 1, end - name_end - 1));
    at = end;
  }
  return out;
}

std::vector<std::string> CasePaths() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("tests/sql")) {
    if (entry.path().extension() == ".sql") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

struct Outcome {
  Status status;
  std::map<std::string, std::string> results;
  std::string printed;
};

// On how many shards a case begins (0: as it SETs), and on how many it goes on after each rest; none: it never rests.
struct How {
  int shards = 0;
  std::vector<int> rests;
  bool state_in_a_file = false;  // all of it, whatever room there is in memory
};

// `run` runs a task to its end in `env`.
template <typename Run>
Outcome RunIn(Env& env, Run run, const Case& c, stream::ResultMode mode, uint64_t seed, const How& how) {
  InlineConnector inline_rows(seed);
  files::FilesConnector files(env);
  testing::MemoryLog log(env);
  testing::MemoryTopics topics(env, log);
  topic_tables::TopicTables tables(env, {}, log, topics);
  ports::Connectors connectors{{"inline", &inline_rows}, {"filesystem", &files}, {"kafka", &tables}, {"upsert-kafka", &tables}};
  stream::Script script(connectors, env, mode);
  testing::MemoryModels models;
  models.Set(std::make_shared<testing::SumScorer>(ports::ModelIdentity{"sum", "1", "abc"}, std::vector<std::string>{"a", "b"}));
  script.UseModels(&models);
  testing::SeededRandom when(seed * 7 + 1);
  script.UseShards(how.shards);
  io::Budget no_room("state of a case", 0);
  io::PageFile pages(io::TemporaryFolder());
  if (how.state_in_a_file) script.BoundState({&no_room, &pages});
  bool must_rest = seed % 2 == 1;  // of every other run, the first round at the latest: short cases might never else
  if (!how.rests.empty()) {
    script.RestAt([&] {
      bool rests = std::exchange(must_rest, false) || when.Below(3) == 0;
      return rests ? how.rests[when.Below(how.rests.size())] : 0;
    });
  }
  Outcome out;
  out.status = run(script.Run(Ctx(), c.script));
  for (const auto& name : script.results().names()) out.results[name] = script.results().table(name).Text();
  out.printed = script.printed();
  return out;
}

Outcome RunCase(const Case& c, stream::ResultMode mode, uint64_t seed, const How& how) {
  testing::SimEnv sim({.seed = seed + 1, .loops = 3});
  auto run = [&sim](Task<> task) { return sim.Run(std::move(task)); };
  return RunIn(sim, run, c, mode, seed, how);
}

Outcome RunOnThreads(const Case& c, stream::ResultMode mode, uint64_t seed, const How& how) {
  auto env = io::RealEnv::Open({.loops = 4, .general_workers = 1});
  if (!env.ok()) return {env.fault(), {}, {}};
  auto run = [&env](Task<> task) { return io::RunToEnd(**env, std::move(task)); };
  return RunIn(**env, run, c, mode, seed, how);
}

class SqlCases : public ::testing::TestWithParam<std::string> {};

// What a changelog leaves behind: lines of rows with how often they are there.
std::map<std::string, int> Folded(const std::string& changelog) {
  std::map<std::string, int> rows;
  std::stringstream lines(changelog);
  for (std::string line; std::getline(lines, line);) {
    size_t op = line.find("\"op\":\"") + 6;
    int& count = rows[line.substr(0, op) + line.substr(op + 2)];
    count += line[op] == '+' ? 1 : -1;
  }
  std::erase_if(rows, [](const auto& row) { return row.second == 0; });
  return rows;
}

void ExpectAll(const Case& c, const Outcome& outcome, bool changelog, const std::string& how, bool in_order = true) {
  for (const auto& [what, text] : c.expected) {
    if (what == "error") {
      ASSERT_FALSE(outcome.status.ok()) << how;
      std::string wanted = text.substr(0, text.find_last_not_of('\n') + 1);
      EXPECT_NE(outcome.status.fault().message().find(wanted), std::string::npos) << how << "\n" << outcome.status.fault().message();
      return;
    }
  }
  ASSERT_TRUE(outcome.status.ok()) << how << ": " << outcome.status.ToString();
  for (const auto& [what, text] : c.expected) {
    if (what == "printed") {
      if (!changelog && in_order) {
        EXPECT_EQ(outcome.printed, text) << how;
      }
      continue;
    }
    bool wants_changelog = what.starts_with("changelog ");
    if (wants_changelog != changelog) continue;
    std::string name = wants_changelog ? what.substr(10) : what;
    auto found = outcome.results.find(name);
    std::string rows = found == outcome.results.end() ? "" : found->second;
    if (in_order || !changelog) EXPECT_EQ(rows, text) << how << ", result " << name;
    else EXPECT_EQ(Folded(rows), Folded(text)) << how << ", result " << name << "\n" << rows;
  }
}

TEST_P(SqlCases, GiveTheExpectedRows) {
  Case c = ReadCase(GetParam());
  ASSERT_TRUE(c.script.starts_with("-- ")) << "the first line of " << c.path << " must say its intent";
  ASSERT_FALSE(c.expected.empty()) << c.path << " expects nothing";

  for (bool changelog : {false, true}) {
    auto mode = changelog ? stream::ResultMode::kChangelog : stream::ResultMode::kFinal;
    auto expect = [&](const std::string& name, uint64_t seed, const How& how, bool in_order) {
      ExpectAll(c, RunCase(c, mode, seed, how), changelog, StrCat(name, changelog ? ", changelog" : "", ", seed ", seed), in_order);
    };
    expect("straight", 0, {}, true);
    for (uint64_t seed = 1; seed <= 4; ++seed) {
      expect("split", seed, {}, true);
      expect("restored", seed, {0, {1}}, true);
    }
    expect("2 shards", 0, {2}, false);
    expect("3 shards", 0, {3}, false);
    for (uint64_t seed = 5; seed <= 7; ++seed) {
      expect("2 shards, split", seed, {2}, false);
      expect("3 shards, split", seed, {3}, false);
      expect("restored on other shards", seed, {1, {1, 2, 3}}, false);
    }
  }
}

// What one thread in a simulation cannot show, and state that has no room in memory; cases with files keep to the simulated disk.
TEST_P(SqlCases, GiveTheExpectedRowsOnThreads) {
  Case c = ReadCase(GetParam());
  if (c.script.find("'filesystem'") != std::string::npos) return;

  ExpectAll(c, RunOnThreads(c, stream::ResultMode::kFinal, 8, {3, {}, true}), false, "3 threads, state in a file", false);
  ExpectAll(c, RunOnThreads(c, stream::ResultMode::kChangelog, 9, {3, {2, 3}, true}), true, "3 threads, restored, state in a file, changelog", false);
}

INSTANTIATE_TEST_SUITE_P(All, SqlCases, ::testing::ValuesIn(CasePaths()), [](const auto& info) {
  std::string name = info.param.substr(std::string("tests/sql/").size());
  for (char& ch : name) ch = isalnum(ch) != 0 ? ch : '_';
  return name.substr(0, name.size() - 4);
});

}  // namespace
}  // namespace freshet::sql_cases
