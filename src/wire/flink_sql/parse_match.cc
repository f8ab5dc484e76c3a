#include <charconv>
#include <cstdint>

#include "wire/flink_sql/parser.h"

// MATCH_RECOGNIZE (PARTITION BY … ORDER BY … MEASURES … PATTERN (…) DEFINE …).

namespace freshet::wire::flink_sql {

Result<std::shared_ptr<MatchRecognize>> Parser::Match() {
  auto match = std::make_shared<MatchRecognize>();
  match->position = Here().position;
  RETURN_NOT_OK(Expect("MATCH_RECOGNIZE"));
  RETURN_NOT_OK(Expect("("));
  if (TakeWords({"PARTITION", "BY"})) {
    ASSIGN_OR_RETURN(match->partition_by, ExpressionList());
  }
  if (TakeWords({"ORDER", "BY"})) {
    ASSIGN_OR_RETURN(match->order_by, SortKeys());
  }
  if (Take("MEASURES")) {
    do {
      SelectItem measure;
      ASSIGN_OR_RETURN(measure.expr, Expression());
      RETURN_NOT_OK(Expect("AS"));
      ASSIGN_OR_RETURN(measure.alias, Identifier("a name for the measure"));
      match->measures.push_back(std::move(measure));
    } while (Take(","));
  }
  if (AreWords({"ALL", "ROWS", "PER", "MATCH"})) return Fault::Unsupported(At(Here().position), "ALL ROWS PER MATCH is not supported; write ONE ROW PER MATCH");
  TakeWords({"ONE", "ROW", "PER", "MATCH"});
  if (TakeWords({"AFTER", "MATCH"})) RETURN_NOT_OK(AfterMatch(*match));
  RETURN_NOT_OK(Expect("PATTERN"));
  RETURN_NOT_OK(Pattern(*match));
  if (Take("WITHIN")) {
    ASSIGN_OR_RETURN(match->within, Sum());
  }
  if (Is("SUBSET")) return Fault::Unsupported(At(Here().position), "SUBSET is not supported; name each variable");
  RETURN_NOT_OK(Expect("DEFINE"));
  do {
    ASSIGN_OR_RETURN(auto variable, Identifier("a pattern variable (a name)"));
    RETURN_NOT_OK(Expect("AS"));
    ASSIGN_OR_RETURN(auto condition, Expression());
    match->define.emplace_back(std::move(variable), std::move(condition));
  } while (Take(","));
  RETURN_NOT_OK(Expect(")"));
  return match;
}

Status Parser::AfterMatch(MatchRecognize& match) {
  RETURN_NOT_OK(Expect("SKIP"));
  if (TakeWords({"PAST", "LAST", "ROW"})) {
    match.skip = SkipTo::kPastLastRow;
    return {};
  }
  RETURN_NOT_OK(Expect("TO"));
  if (TakeWords({"NEXT", "ROW"})) return {};
  match.skip = Take("FIRST") ? SkipTo::kFirst : SkipTo::kLast;
  if (match.skip == SkipTo::kLast) Take("LAST");
  ASSIGN_OR_RETURN(match.skip_variable, Identifier("a pattern variable (a name)"));
  return {};
}

// Variables one after another, each with how often its rows may come.
Status Parser::Pattern(MatchRecognize& match) {
  RETURN_NOT_OK(Expect("("));
  while (!Take(")")) {
    Position position = Here().position;
    bool group = Is("(") || Is("{") || Is("^") || Is("$") || Is("|") || (Is("PERMUTE") && Ahead(1).Is("("));
    if (group) return Fault::Unsupported(At(position), "a PATTERN is variables one after another with *, +, ?, {n,m}; groups, alternatives, exclusions, anchors and PERMUTE are not supported");
    PatternPart part;
    part.position = position;
    ASSIGN_OR_RETURN(part.variable, Identifier("a pattern variable (a name)"));
    RETURN_NOT_OK(Quantifier(part));
    if (Is("|")) return Fault::Unsupported(At(Here().position), "alternatives in a PATTERN are not supported; put OR into a variable's condition");
    match.pattern.push_back(std::move(part));
  }
  if (match.pattern.empty()) return Unexpected("a PATTERN with a variable in it, before the ')'");
  return {};
}

Status Parser::Quantifier(PatternPart& part) {
  bool quantified = true;
  if (Take("*")) {
    part.least = 0;
    part.most = kUnlimited;
  } else if (Take("+")) {
    part.most = kUnlimited;
  } else if (Take("?")) {
    part.least = 0;
  } else if (Take("{")) {
    ASSIGN_OR_RETURN(part.least, Repetitions(0));
    part.most = part.least;
    if (Take(",")) {
      ASSIGN_OR_RETURN(part.most, Repetitions(kUnlimited));
    }
    RETURN_NOT_OK(Expect("}"));
    if (part.most == 0 || part.most < part.least) return Fault::Invalid(At(part.position), "pattern variable ", part.variable, " comes from ", part.least, " to ", part.most, " times, which is never");
  } else {
    quantified = false;
  }
  if (quantified && Take("?")) part.greedy = false;
  return {};
}

Result<int64_t> Parser::Repetitions(int64_t otherwise) {
  if (Here().kind != TokenKind::kNumber) return otherwise;
  const std::string& text = Here().text;
  int64_t n = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  bool fine = error == std::errc() && end == text.data() + text.size() && n <= 1000000;
  if (!fine) return Unexpected("a whole number up to 1000000");
  ++at_;
  return n;
}

}  // namespace freshet::wire::flink_sql
