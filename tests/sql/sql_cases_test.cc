#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engines/files/files.h"
#include "engines/stream/job/script.h"
#include "engines/topic_tables/topic_tables.h"
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

Outcome RunCase(const Case& c, stream::ResultMode mode, uint64_t seed, bool restore) {
  testing::SimEnv sim({.seed = seed + 1});
  InlineConnector inline_rows(seed);
  files::FilesConnector files(sim.env());
  testing::MemoryLog log(sim.env());
  testing::MemoryTopics topics(sim.env(), log);
  topic_tables::TopicTables tables(sim.env(), {}, log, topics);
  ports::Connectors connectors{{"inline", &inline_rows}, {"filesystem", &files}, {"kafka", &tables}, {"upsert-kafka", &tables}};
  stream::Script script(connectors, sim.clock(), mode);
  testing::MemoryModels models;
  models.Set(std::make_shared<testing::SumScorer>(ports::ModelIdentity{"sum", "1", "abc"}, std::vector<std::string>{"a", "b"}));
  script.UseModels(&models);
  testing::SeededRandom when(seed * 7 + 1);
  if (restore) script.RestAt([&when] { return when.Below(3) == 0; });
  Outcome out;
  out.status = sim.Run(script.Run(Ctx(), c.script));
  for (const auto& name : script.results().names()) out.results[name] = script.results().table(name).Text();
  out.printed = script.printed();
  return out;
}

class SqlCases : public ::testing::TestWithParam<std::string> {};

void ExpectAll(const Case& c, const Outcome& outcome, bool changelog, const std::string& how) {
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
      if (!changelog) {
        EXPECT_EQ(outcome.printed, text) << how;
      }
      continue;
    }
    bool wants_changelog = what.starts_with("changelog ");
    if (wants_changelog != changelog) continue;
    std::string name = wants_changelog ? what.substr(10) : what;
    auto found = outcome.results.find(name);
    EXPECT_EQ(found == outcome.results.end() ? "" : found->second, text) << how << ", result " << name;
  }
}

TEST_P(SqlCases, GiveTheExpectedRows) {
  Case c = ReadCase(GetParam());
  ASSERT_TRUE(c.script.starts_with("-- ")) << "the first line of " << c.path << " must say its intent";
  ASSERT_FALSE(c.expected.empty()) << c.path << " expects nothing";

  ExpectAll(c, RunCase(c, stream::ResultMode::kFinal, 0, false), false, "straight");
  ExpectAll(c, RunCase(c, stream::ResultMode::kChangelog, 0, false), true, "changelog");
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    ExpectAll(c, RunCase(c, stream::ResultMode::kFinal, seed, false), false, StrCat("split, seed ", seed));
    ExpectAll(c, RunCase(c, stream::ResultMode::kChangelog, seed, false), true, StrCat("changelog split, seed ", seed));
    ExpectAll(c, RunCase(c, stream::ResultMode::kFinal, seed, true), false, StrCat("restored, seed ", seed));
    ExpectAll(c, RunCase(c, stream::ResultMode::kChangelog, seed, true), true, StrCat("changelog restored, seed ", seed));
  }
}

INSTANTIATE_TEST_SUITE_P(All, SqlCases, ::testing::ValuesIn(CasePaths()), [](const auto& info) {
  std::string name = info.param.substr(std::string("tests/sql/").size());
  for (char& ch : name) ch = isalnum(ch) != 0 ? ch : '_';
  return name.substr(0, name.size() - 4);
});

}  // namespace
}  // namespace freshet::sql_cases
