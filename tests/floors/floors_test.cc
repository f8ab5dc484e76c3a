#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "floors/rules.h"

namespace freshet::floors {
namespace {

std::string ReadText(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Floors, HoldInTheWholeHouse) {
  std::string found;
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("src")) {
    std::string extension = entry.path().extension();
    if (extension != ".h" && extension != ".cc") continue;
    ++files;
    for (const Violation& violation : CheckFile(std::filesystem::relative(entry.path(), "src").string(), ReadText(entry.path()))) {
      found += StrCat("\n  src/", violation.file, ":", violation.line, ": ", violation.what);
    }
  }

  EXPECT_GT(files, 100) << "run from the root of the repository";
  EXPECT_EQ(found, "");
}

// A rule that cannot fail proves nothing: each of these must be found, and its repaired twin must not.
struct Planted {
  std::string_view path;
  std::string_view wrong;
  std::string_view right;
  std::string_view message;
};

const Planted kPlanted[] = {
    {"base/a.cc", "#include \"io/env.h\"\n", "#include \"base/status.h\"\n", "may not include"},
    {"data/a.cc", "#include \"wire/kafka/frame.h\"\n", "#include \"base/bytes.h\"\n", "may not include"},
    {"io/a.cc", "#include \"data/ids.h\"\n", "#include \"io/loop.h\"\n", "may not include"},
    {"wire/kafka/a.cc", "#include \"wire/http/message.h\"\n", "#include \"wire/kafka/frame.h\"\n", "may not include"},
    {"ports/a.h", "#pragma once\n#include \"engines/log/segment.h\"\n", "#pragma once\n#include \"data/ids.h\"\n", "may not include"},
    {"engines/log/a.cc", "#include \"engines/journal/journal.h\"\n", "#include \"ports/commit.h\"\n", "may not include"},
    {"doors/kafka/a.cc", "#include \"engines/log/log.h\"\n", "#include \"ports/event_log.h\"\n", "may not include"},
    {"doors/kafka/a.cc", "#include \"app/house.h\"\n", "#include \"doors/kafka/door.h\"\n", "may not include"},
    {"engines/log/a.cc", "#include \"testing/sim_env.h\"\n", "#include \"io/env.h\"\n", "may not include"},
    {"app/a.cc", "#include \"testing/sim_env.h\"\n", "#include \"engines/log/log.h\"\n", "may not include"},
    {"app/a.cc", "#include \"nlohmann/json.hpp\"\n", "#include <nlohmann/json.hpp>\n", "does not start at src/"},
    {"ports/a.cc", "int a;\n", "", "headers only"},
    {"cellar/a.cc", "int a;\n", "", "no part of the house"},
    {"data/a.h", "int a;\n", "#pragma once\nint a;\n", "#pragma once"},
    {"data/a.h", "#pragma once\n#include <arrow/api.h>\n", "#pragma once\n#include <vector>\n", "libraries belong"},
    {"data/a.h", "#pragma once\n#include <regex>\n", "#pragma once\n#include <string>\n", "too heavy"},
    {"engines/log/a.cc", "#include <thread>\n", "#include <vector>\n", "belongs into io/"},
    {"engines/log/a.cc", "#include <fcntl.h>\n", "// #include <fcntl.h>\n", "belongs into io/"},
    {"engines/log/a.cc", "#include <sys/stat.h>\n", "#include <map>\n", "belongs into io/"},
    {"engines/log/a.cc", "int f() { return ::open(\"x\", 0); }\n", "int f() { return file.open(0); }\n", "come from Env"},
    {"engines/log/a.cc", "auto t = std::chrono::now();\n", "auto t = \"std::chrono::now()\";\n", "come from Env"},
    {"engines/log/a.cc", "std::mt19937 r;\n", "io::Random& r;\n", "comes from Env"},
    {"engines/log/a.cc", "long t = time(nullptr);\n", "long t = event_time(nullptr);\n", "comes from Env"},
    {"engines/log/a.h", "#pragma once\nstd::mutex mutex_;\n", "#pragma once\nstd::mutex mutex_;\nint a_;  // GUARDED_BY(mutex_)\n", "GUARDED_BY"},
    {"doors/a/a.cc", "auto x = co_await a && b;\n", "if (a && b) co_return co_await x;\n", "inside ?:"},
    {"doors/a/a.cc", "if (x || co_await wait) return;\n", "if (!co_await wait) return;\n", "inside ?:"},
    {"doors/a/a.cc", "auto x = co_await (a ? b : c);\n", "auto x = co_await b;\n", "inside ?:"},
    {"doors/a/a.cc", "auto x = co_await Run([&] { return 1; });\n", "auto f = [&] { return 1; };\nauto x = co_await run;\n", "capturing lambda"},
    {"doors/a/a.cc", "auto [a, b] = co_await pair;\n", "auto both = co_await pair;\n", "structured binding"},
    {"doors/a/a.cc", "auto x = co_await Wait{1};\n", "while (!co_await wait) {\n}\n", "braced value"},
    {"doors/a/a.cc", "auto x = co_await Read(1);\n", "auto read = Read(1);\nauto x = co_await read;\n", "of a temporary"},
    {"doors/a/a.cc", "auto x = co_await connection->Read(1);\n", "auto x = co_await *read;\n", "of a temporary"},
    {"doors/a/a.cc", "auto f = [](int a) -> Task<> { co_return Status::Ok(); };\n", "auto f = [](int a) { return a; };\n", "lambda that is a coroutine"},
    {"doors/a/a.cc", "auto f = [&] { auto x = co_await y; };\n", "values[i] = 1; { co_await y; }\n", "lambda that is a coroutine"},
    {"engines/a/a.cc", "class LogManager {};\n", "class Log {};\n", "find the idea"},
    {"engines/a/a.cc", "struct State::Impl {};\n", "struct Implicit {};\n", "find the idea"},
    {"engines/a/string_utils.cc", "int a;\n", "", "find the idea"},
};

TEST(Floors, FindEveryPlantedViolation) {
  for (const Planted& planted : kPlanted) {
    auto found = CheckFile(planted.path, planted.wrong);

    ASSERT_FALSE(found.empty()) << planted.path << ": " << planted.wrong;
    EXPECT_NE(found[0].what.find(planted.message), std::string::npos) << planted.wrong << " gave: " << found[0].what;
  }
}

TEST(Floors, LeaveTheRepairedTwinsAlone) {
  for (const Planted& planted : kPlanted) {
    if (planted.right.empty()) continue;

    auto found = CheckFile(planted.path, planted.right);

    EXPECT_TRUE(found.empty()) << planted.right << " gave: " << found[0].what;
  }
}

TEST(Floors, LetTestsUseTestingAndTheWorld) {
  EXPECT_TRUE(CheckFile("engines/log/a_test.cc", "#include \"testing/sim_env.h\"\n#include <unistd.h>\n").empty());
  EXPECT_FALSE(CheckFile("engines/log/a_test.cc", "#include \"engines/journal/journal.h\"\n").empty());
}

TEST(Floors, AskWhyAFileIsLong) {
  std::string lines(1001, '\n');

  EXPECT_FALSE(CheckFile("base/a.cc", lines).empty());
  EXPECT_TRUE(CheckFile("base/a.cc", "// More than 1,000 lines: one table.\n" + lines).empty());
}

}  // namespace
}  // namespace freshet::floors
