#include "engines/stream/cases/sql_case.h"

#include <algorithm>

#include "base/nearest.h"
#include "data/civil.h"

namespace freshet::stream {
namespace {

constexpr std::string_view kExpect = "/* expect ";
constexpr std::string_view kRuns = "-- runs: ", kClock = "-- clock: ";
constexpr WallTime kUsualClock{1767225600000};  // 2026-01-01 00:00:00

constexpr std::string_view kWordsOfHeads[] = {"runs", "clock"};
constexpr std::string_view kWordsOfAnswers[] = {"expect"};
constexpr std::string_view kKinds[] = {"changelog", "printed", "error"};

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string_view Trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t\r") + 1);
}

bool IsNearly(std::string_view word, std::span<const std::string_view> known) { return !DidYouMean(Lower(word), known).empty(); }

int LineOf(std::string_view text, size_t at) { return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(at), '\n')); }

Expected Named(std::string_view what) {
  Expected expected;
  constexpr std::string_view kChangelog = "changelog ";
  if (what == "error") expected.kind = Expected::Kind::kError;
  else if (what == "printed") expected.kind = Expected::Kind::kPrinted;
  else if (what.starts_with(kChangelog)) expected.kind = Expected::Kind::kChangelog;
  expected.name = what.substr(expected.kind == Expected::Kind::kChangelog ? kChangelog.size() : 0);
  return expected;
}

// A comment with lines of its own that begins with nearly the right word would hold no answer.
Status CheckMisspelt(std::string_view text) {
  for (size_t at = text.find("/*"); at != std::string_view::npos;) {
    size_t end = std::min(text.find("*/", at), text.size()), first = std::min(text.find('\n', at), end);
    std::string_view said = Trimmed(text.substr(at + 2, first - at - 2));
    bool is_answer = text.substr(at).starts_with(kExpect) && !said.substr(kWordsOfAnswers[0].size()).empty();
    bool like_one = first < end && text[end - 1] == '\n' && IsNearly(said.substr(0, said.find(' ')), kWordsOfAnswers);
    if (like_one && !is_answer) return Fault::Invalid("line ", LineOf(text, at), ": '/* ", said, "' is no answer; write /* expect NAME, then one row a line, then */");
    at = text.find("/*", end);
  }
  return {};
}

Status CheckKind(const Expected& expected) {
  std::string word = expected.name.substr(0, expected.name.find(' '));
  bool meant = expected.kind == Expected::Kind::kRows && word.size() < expected.name.size() && IsNearly(word, kKinds);
  if (!meant) return {};
  return Fault::Invalid("line ", expected.line, ": nothing is expected as '", expected.name, "'", DidYouMean(Lower(word), kKinds), " Write a result's name, changelog and a result's name, printed, or error");
}

Status ReadExpected(SqlCase& c) {
  std::string_view text = c.text;
  RETURN_NOT_OK(CheckMisspelt(text));
  for (size_t at = text.find(kExpect); at != std::string_view::npos; at = text.find(kExpect, at)) {
    int line = LineOf(text, at);
    size_t name_end = text.find('\n', at), end = text.find("*/", at);
    if (end == std::string_view::npos) return Fault::Invalid("line ", line, ": /* expect is never closed; end it with */ on a line of its own");
    if (name_end > end) return Fault::Invalid("line ", line, ": write /* expect NAME, then one row a line, then */");
    if (text[end - 1] != '\n') return Fault::Invalid("line ", LineOf(text, end), ": the */ behind expected rows stands on a line of its own");
    std::string_view what = text.substr(at + kExpect.size(), name_end - at - kExpect.size());
    Expected expected = Named(what.substr(0, what.find_last_not_of(" \r") + 1));
    if (expected.name.empty()) return Fault::Invalid("line ", line, ": say what is expected: a result's name, changelog and a result's name, printed, or error");
    expected.line = line;
    RETURN_NOT_OK(CheckKind(expected));
    expected.begin = name_end + 1;
    expected.end = end;
    expected.text = text.substr(expected.begin, end - expected.begin);
    for (const auto& other : c.expected) {
      if (other.what() == expected.what()) return Fault::Invalid("line ", line, ": ", expected.what(), " is expected in line ", other.line, " too");
    }
    c.expected.push_back(std::move(expected));
    at = end;
  }
  return {};
}

// "-- run: a.sql" would be nothing but words.
Status CheckHead(std::string_view said, int line) {
  if (said.starts_with(kRuns) || said.starts_with(kClock)) return {};
  size_t colon = std::min(said.find(':'), said.size());
  if (colon == said.size()) return {};
  std::string_view word = Trimmed(said.substr(2, colon - 2));
  bool meant = word.find(' ') == std::string_view::npos && IsNearly(word, kWordsOfHeads);
  if (!meant) return {};
  return Fault::Invalid("line ", line, ": '", said.substr(0, colon + 1), "' says nothing to a case; write ", kRuns, "FILE.sql, or ", kClock, "2026-01-01 00:00:00, or words without the colon");
}

Status ReadHead(SqlCase& c) {
  std::string_view rest = c.text;
  for (int line = 1; rest.starts_with("--"); ++line) {
    size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view said = rest.substr(0, end);
    said = said.substr(0, said.find_last_not_of(" \r") + 1);
    RETURN_NOT_OK(CheckHead(said, line));
    if (said.starts_with(kRuns)) c.runs.emplace_back(said.substr(kRuns.size()));
    if (said.starts_with(kClock)) {
      auto at = data::ParseTimestamp(said.substr(kClock.size()), data::Type::Timestamp(3));
      if (!at) return Fault::Invalid("line ", line, ": write ", kClock, "2026-01-01 00:00:00");
      c.clock.ms = *at;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

}  // namespace

std::string Expected::what() const { return kind == Kind::kChangelog ? "changelog " + name : name; }

Result<SqlCase> ParseCase(std::string path, std::string text) {
  SqlCase c{std::move(path), std::move(text), kUsualClock, {}, {}, {}};
  bool says_intent = c.text.starts_with("-- ") && !c.text.starts_with(kRuns) && !c.text.starts_with(kClock);
  if (!says_intent) return Fault::Invalid("the first line says what the case is for: -- each customer's total is of one minute");
  RETURN_NOT_OK(ReadHead(c));
  RETURN_NOT_OK(ReadExpected(c));
  c.files.push_back({c.path, c.text});
  return c;
}

std::string WithRows(const SqlCase& c, const std::vector<std::string>& rows, const std::vector<NewRows>& more) {
  std::string out;
  size_t at = 0;
  for (size_t i = 0; i < c.expected.size(); ++i) {
    out += c.text.substr(at, c.expected[i].begin - at) + rows[i];
    at = c.expected[i].end;
  }
  out += c.text.substr(at);
  if (!more.empty() && !out.ends_with('\n')) out += '\n';
  for (const auto& [what, text] : more) out += StrCat(kExpect, what, "\n", text, "*/\n");
  return out;
}

}  // namespace freshet::stream
