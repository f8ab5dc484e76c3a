#include "engines/stream/cases/judge.h"

#include <algorithm>

#include "base/nearest.h"

namespace freshet::stream {
namespace {

constexpr size_t kLinesMax = 40;  // of one difference

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// What a changelog leaves behind, sorted: each row as often as it is there.
std::string Folded(const std::string& changelog) {
  constexpr std::string_view kOp = "\"op\":\"";
  std::map<std::string, int> rows;
  for (const auto& line : LinesOf(changelog)) {
    size_t op = line.find(kOp);
    if (op == std::string::npos) ++rows[line];
    else rows[line.substr(0, op + kOp.size()) + line.substr(op + kOp.size() + 2)] += line[op + kOp.size()] == '+' ? 1 : -1;
  }
  std::string out;
  for (const auto& [row, count] : rows) {
    for (int n = 0; n < std::abs(count); ++n) out += StrCat(count < 0 ? "taken back: " : "", row, "\n");
  }
  return out;
}

std::string Marked(const std::vector<std::string>& gone, const std::vector<std::string>& come) {
  std::string out;
  for (const auto& [sign, lines] : {std::pair{"- ", &gone}, std::pair{"+ ", &come}}) {
    for (size_t i = 0; i < lines->size() && i < kLinesMax; ++i) out += StrCat(sign, (*lines)[i], "\n");
    if (lines->size() > kLinesMax) out += StrCat(sign, "… and ", lines->size() - kLinesMax, " more\n");
  }
  return out;
}

// "; did you mean 'select_1'?", then what there is.
std::string NoResult(const std::string& name, const Outcome& outcome) {
  std::vector<std::string_view> known(outcome.names.begin(), outcome.names.end());
  std::string near = DidYouMean(name, known);
  return StrCat("there is no result of that name", near.empty() ? ";" : near, " results are: ");
}

// Late rows make a result when the first of them comes.
bool ComesWithItsRows(const std::string& name) { return name.find("$late") != std::string::npos; }

std::string Names(const Outcome& outcome) {
  std::string out;
  for (const auto& name : outcome.names) out += StrCat(out.empty() ? "" : ", ", name);
  return out.empty() ? "none" : out;
}

}  // namespace

std::string RowDifference(const std::string& expected, const std::string& actual, bool in_order) {
  if (expected == actual) return "";
  std::vector<std::string> wanted = LinesOf(expected), came = LinesOf(actual), gone, extra;
  if (in_order) {
    size_t front = 0, back = 0, shorter = std::min(wanted.size(), came.size());
    while (front < shorter && wanted[front] == came[front]) ++front;
    while (back < shorter - front && wanted[wanted.size() - 1 - back] == came[came.size() - 1 - back]) ++back;
    gone.assign(wanted.begin() + static_cast<ptrdiff_t>(front), wanted.end() - static_cast<ptrdiff_t>(back));
    extra.assign(came.begin() + static_cast<ptrdiff_t>(front), came.end() - static_cast<ptrdiff_t>(back));
    return Marked(gone, extra);
  }
  std::vector<std::string> sorted_wanted = wanted, sorted_came = came;
  std::sort(sorted_wanted.begin(), sorted_wanted.end());
  std::sort(sorted_came.begin(), sorted_came.end());
  std::set_difference(sorted_wanted.begin(), sorted_wanted.end(), sorted_came.begin(), sorted_came.end(), std::back_inserter(gone));
  std::set_difference(sorted_came.begin(), sorted_came.end(), sorted_wanted.begin(), sorted_wanted.end(), std::back_inserter(extra));
  if (gone.empty() && extra.empty()) return "the same rows in another order: sort the expected ones by their bytes, or say --update\n";
  return Marked(gone, extra);
}

std::vector<Difference> Compare(const SqlCase& c, const Outcome& outcome, ResultMode mode, const Way& way) {
  std::string how = way.name + (mode == ResultMode::kChangelog ? ", as changes" : "");
  for (const auto& expected : c.expected) {
    if (expected.kind != Expected::Kind::kError) continue;
    std::string wanted = expected.text.substr(0, expected.text.find_last_not_of('\n') + 1);
    if (outcome.status.ok()) return {{"the run", expected.line, how, StrCat("- fails: ", wanted, "\n+ came to its end\n")}};
    if (outcome.status.fault().message().find(wanted) != std::string::npos) return {};
    return {{"the run", expected.line, how, StrCat("- fails: ", wanted, "\n+ fails: ", outcome.status.fault().message(), "\n")}};
  }
  if (!outcome.status.ok()) return {{"the run", 0, how, StrCat("+ fails: ", outcome.status.fault().message(), "\n")}};
  std::vector<Difference> out;
  for (const auto& expected : c.expected) {
    bool printed = expected.kind == Expected::Kind::kPrinted;
    if (printed && !way.in_order) continue;  // EXPLAIN shows exchanges
    if ((mode == ResultMode::kChangelog) != (expected.kind == Expected::Kind::kChangelog)) continue;
    auto found = outcome.results.find(expected.name);
    std::string came = printed ? outcome.printed : found == outcome.results.end() ? "" : found->second;
    bool fold = expected.kind == Expected::Kind::kChangelog && !way.in_order;
    bool in_order = printed || expected.kind == Expected::Kind::kChangelog;
    std::string difference = fold ? RowDifference(Folded(expected.text), Folded(came), false) : RowDifference(expected.text, came, in_order);
    bool unknown = !printed && found == outcome.results.end() && !(expected.text.empty() && ComesWithItsRows(expected.name));
    if (difference.empty() && !unknown) continue;
    if (unknown) difference += StrCat(NoResult(expected.name, outcome), Names(outcome), "\n");
    out.push_back({printed ? "what is printed" : "result " + expected.what(), expected.line, how, std::move(difference)});
  }
  return out;
}

std::vector<Difference> Judge(const SqlCase& c, const RunOnce& run) {
  std::vector<Difference> found;
  for (const Way& way : Ways()) {
    for (ResultMode mode : {ResultMode::kFinal, ResultMode::kChangelog}) {
      for (Difference& difference : Compare(c, run(mode, way), mode, way)) {
        auto same = std::find_if(found.begin(), found.end(), [&](const auto& other) { return other.what == difference.what; });
        if (same == found.end()) found.push_back(std::move(difference));
        else if (&way != &StraightWay()) ++same->other_ways;
      }
    }
    if (&way == &StraightWay() && !found.empty()) return found;  // it would be told again of every way
  }
  return found;
}

std::string DifferenceText(const SqlCase& c, const Difference& difference) {
  std::string out = c.path;
  if (difference.line > 0) out += StrCat(":", difference.line);
  out += StrCat(": ", difference.what, ", ", difference.way);
  if (difference.other_ways > 0) out += StrCat(" (and ", difference.other_ways, " other runs)");
  out += ":\n";
  for (const auto& line : LinesOf(difference.text)) out += StrCat("    ", line, "\n");
  return out;
}

}  // namespace freshet::stream
