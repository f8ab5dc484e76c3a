#include "floors/rules.h"

#include <algorithm>
#include <regex>
#include <set>

#include "base/text.h"
#include "floors/source_text.h"

namespace freshet::floors {
namespace {

constexpr int kLinesMax = 1000;

// A file that may break one rule, and why.
struct Exception {
  std::string_view path;
  std::string_view rule;
};
constexpr Exception kExceptions[] = {
    {"base/check.cc", "world"},    // writes the last words of a dying process
    {"base/planted.cc", "world"},  // reads FRESHET_PLANT; empty unless built with planted bugs
};

bool IsExcepted(std::string_view path, std::string_view rule) {
  return std::any_of(std::begin(kExceptions), std::end(kExceptions),
                     [&](const Exception& e) { return e.path == path && e.rule == rule; });
}

bool IsHeader(std::string_view path) { return path.ends_with(".h"); }
bool IsTest(std::string_view path) {
  bool test_room = path.find("/test_") != std::string_view::npos || path.find("/testdata/") != std::string_view::npos;
  return test_room || path.ends_with("_test.cc") || path.ends_with("_fuzz.cc") || path.ends_with("_bench.cc");
}

std::vector<std::string_view> Split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// "engines/log/segment.cc" stands in house part "engines", room "engines/log".
struct Place {
  std::string_view part;
  std::string room;
};
bool HasRooms(std::string_view part) {
  return part == "engines" || part == "links" || part == "control" || part == "doors" || part == "wire";
}
Place PlaceOf(std::string_view path) {
  auto parts = Split(path, '/');
  Place place{parts[0], std::string(parts[0])};
  if (HasRooms(place.part) && parts.size() > 2) place.room = StrCat(parts[0], "/", parts[1]);
  return place;
}

// What each part of the house may include besides itself. Parts with rooms: besides the own room.
struct FloorRule {
  std::string_view part;
  std::vector<std::string_view> below;
};
const std::vector<FloorRule>& FloorRules() {
  static const auto* rules = new std::vector<FloorRule>{
      {"base", {}},
      {"io", {"base"}},
      {"data", {"base"}},
      {"wire", {"base"}},
      {"ports", {"base", "io", "data"}},
      {"testing", {"base", "io", "data", "ports"}},
      {"engines", {"base", "io", "data", "wire", "ports"}},
      {"links", {"base", "io", "data", "wire", "ports"}},
      {"control", {"base", "io", "data", "wire", "ports"}},
      {"doors", {"base", "io", "data", "wire", "ports"}},
      {"app", {"base", "io", "data", "wire", "ports", "engines", "links", "control", "doors"}},
  };
  return *rules;
}
const FloorRule* RuleOf(std::string_view part) {
  for (const FloorRule& rule : FloorRules()) {
    if (rule.part == part) return &rule;
  }
  return nullptr;
}

// Standard headers that cost too much in a header that others read.
const std::set<std::string_view> kHeavyHeaders = {"regex", "iostream", "filesystem", "ranges", "random", "sstream", "fstream", "chrono", "future"};

// Headers through which the world comes in: only io/ has them.
bool IsWorldHeader(std::string_view header) {
  static const std::set<std::string_view> kNames = {
      "thread", "chrono", "random", "fstream", "filesystem", "condition_variable", "future", "semaphore", "stop_token", "fcntl.h",
      "unistd.h", "netdb.h", "poll.h", "dirent.h", "signal.h", "csignal", "pthread.h", "time.h", "aio.h", "liburing.h"};
  return kNames.contains(header) || header.starts_with("sys/") || header.starts_with("netinet/") || header.starts_with("arpa/") ||
         header.starts_with("net/") || header.starts_with("linux/");
}

struct Token {
  std::regex pattern;
  std::string what;
};
const std::vector<Token>& WorldTokens() {
  static const auto* tokens = new std::vector<Token>{
      {std::regex(R"(std::chrono|std::this_thread|std::j?thread\b|std::async\b)"), "time and threads come from Env"},
      {std::regex(R"(\brandom_device\b|\bmt19937|(^|[^\w.>])s?rand\()"), "chance comes from Env::random"},
      {std::regex(R"((^|[^\w.>:])(fopen|freopen|open|creat|socket|epoll_create1|mmap)\(|::(open|socket|mmap|fopen)\()"), "files and sockets come from Env"},
      {std::regex(R"(std::[io]?fstream\b|std::filesystem\b)"), "files come from Env"},
      {std::regex(R"(\b(gettimeofday|clock_gettime|nanosleep|usleep|localtime|gmtime)\(|\btime\((nullptr|NULL|0)\))"), "time comes from Env::clock"},
      {std::regex(R"(\bgetenv\()"), "settings come from the configuration"},
  };
  return *tokens;
}

void Add(std::vector<Violation>& out, std::string_view path, int line, std::string what) {
  out.push_back({std::string(path), line, std::move(what)});
}

}  // namespace

std::vector<Violation> CheckFile(std::string_view path, std::string_view text) {
  std::vector<Violation> out;
  for (auto* rule : {CheckPlace, CheckFloors, CheckHeaders, CheckWorld, CheckCoroutines, CheckNames}) rule(path, text, out);
  return out;
}

void CheckPlace(std::string_view path, std::string_view text, std::vector<Violation>& out) {
  Place place = PlaceOf(path);
  if (RuleOf(place.part) == nullptr) Add(out, path, 1, StrCat("'", place.part, "' is no part of the house"));
  if (place.part == "ports" && path.ends_with(".cc") && !IsTest(path)) Add(out, path, 1, "ports are headers only");
  auto lines = std::count(text.begin(), text.end(), '\n');
  bool says_why = text.substr(0, 400).find("1,000 lines") != std::string_view::npos || text.substr(0, 400).find("enerated") != std::string_view::npos;
  if (lines > kLinesMax && !says_why && path.find("/testdata/") == std::string_view::npos) Add(out, path, kLinesMax, StrCat(lines, " lines, more than 1,000 lines without saying why at the top"));
}

void CheckFloors(std::string_view path, std::string_view text, std::vector<Violation>& out) {
  Place from = PlaceOf(path);
  const FloorRule* rule = RuleOf(from.part);
  if (rule == nullptr) return;
  for (const Include& include : IncludesOf(text)) {
    if (!include.quoted) continue;
    Place to = PlaceOf(include.path);
    if (RuleOf(to.part) == nullptr) {
      Add(out, path, include.line, StrCat("\"", include.path, "\" does not start at src/; other people's headers stand in <>"));
      continue;
    }
    bool down = std::find(rule->below.begin(), rule->below.end(), to.part) != rule->below.end();
    bool own = from.room == to.room || (HasRooms(from.part) && from.room == from.part && from.part == to.part);
    bool test_of_it = IsTest(path) && to.part == "testing";
    if (!down && !own && !test_of_it) Add(out, path, include.line, StrCat(from.room, " may not include ", include.path));
  }
}

void CheckHeaders(std::string_view path, std::string_view text, std::vector<Violation>& out) {
  if (!IsHeader(path) || IsTest(path)) return;
  if (text.find("#pragma once") == std::string_view::npos) Add(out, path, 1, "a header without #pragma once");
  for (const Include& include : IncludesOf(text)) {
    if (include.quoted) continue;
    bool is_standard = include.path.find('.') == std::string::npos && include.path.find('/') == std::string::npos;
    bool is_vectors = include.path == "immintrin.h" || include.path == "emmintrin.h";  // the compiler's own, of what is inlined
    if (!is_standard && !is_vectors) Add(out, path, include.line, StrCat("<", include.path, "> in a header: libraries belong into .cc files"));
    if (kHeavyHeaders.contains(include.path)) Add(out, path, include.line, StrCat("<", include.path, "> is too heavy for a header"));
  }
}

void CheckWorld(std::string_view path, std::string_view text, std::vector<Violation>& out) {
  std::string code = CodeOnly(text);
  size_t mutex = code.find("std::mutex ");
  if (mutex != std::string::npos && text.find("GUARDED_BY") == std::string_view::npos && !IsTest(path)) {
    Add(out, path, LineAt(code, mutex), "a mutex without GUARDED_BY beside what it guards");
  }
  if (PlaceOf(path).part == "io" || IsTest(path) || IsExcepted(path, "world")) return;
  for (const Include& include : IncludesOf(text)) {
    if (!include.quoted && IsWorldHeader(include.path)) {
      Add(out, path, include.line, StrCat("<", include.path, "> belongs into io/: the world comes through Env"));
    }
  }
  for (const Token& token : WorldTokens()) {
    std::smatch match;
    if (std::regex_search(code, match, token.pattern)) {
      Add(out, path, LineAt(code, static_cast<size_t>(match.position())), StrCat("'", match.str(), "': ", token.what));
    }
  }
}

void CheckNames(std::string_view path, std::string_view text, std::vector<Violation>& out) {
  static const std::regex kNamed(R"(\b(?:class|struct|enum|namespace|concept)\s+(?:class\s+)?((?:\w+::)*\w*(?:Manager|Helper|Util|Common|Handler|Impl|Processor)(?![a-z])\w*))");
  static const std::regex kFile(R"((^|[/_])(manager|helpers?|utils?|common|handlers?|impl|processor)([/_.]|$))");
  std::string code = CodeOnly(text);
  for (std::sregex_iterator next(code.begin(), code.end(), kNamed), end; next != end; ++next) {
    Add(out, path, LineAt(code, static_cast<size_t>(next->position())), StrCat("'", next->str(1), "': find the idea behind this name"));
  }
  std::string file(path);
  std::smatch match;
  if (std::regex_search(file, match, kFile)) Add(out, path, 1, StrCat("'", match.str(2), "' as a file name: find the idea behind it"));
}

}  // namespace freshet::floors
