#include <gtest/gtest.h>

#include "data/expr/function.h"
#include "engines/stream/job/script.h"
#include "engines/stream/plan/aggregates.h"
#include "testing/sim_env.h"

// The examples of docs/sql.md, which lie beside the functions as data: each is run as SQL and gives the answer that is printed.

namespace freshet::sql_cases {
namespace {

// 'text' in the registries is "text" in canonical rows; inside, quotes are as in JSON.
std::string Canonical(std::string_view answer) {
  std::string out;
  for (size_t i = 0; i < answer.size(); ++i) {
    if (answer[i] != '\'') {
      out += answer[i];
      continue;
    }
    size_t end = i + 1;
    while (end < answer.size() && !(answer[end] == '\'' && (end + 1 == answer.size() || std::string_view(",:]}").find(answer[end + 1]) != std::string_view::npos))) ++end;
    AppendJsonString(out, answer.substr(i + 1, end - i - 1));
    i = end;
  }
  return out;
}

std::string Run(const std::string& sql) {
  testing::SimEnv sim({.seed = 1});
  ports::Connectors connectors;
  stream::Script script(connectors, sim, stream::ResultMode::kFinal);
  Status status = sim.Run(script.Run(Ctx(), sql));
  if (!status.ok()) return status.ToString();
  const auto& names = script.results().names();
  if (names.empty()) return "no result";
  std::string rows = script.results().table(names[0]).Text();
  size_t colon = rows.find(':'), end = rows.rfind('}');
  return colon == std::string::npos ? rows : rows.substr(colon + 1, end - colon - 1);
}

void ExpectExample(const expr::Doc& doc, const std::string& sql) {
  ASSERT_FALSE(doc.signature.empty());
  ASSERT_FALSE(doc.meaning.empty()) << doc.signature;
  ASSERT_FALSE(doc.example.empty()) << doc.signature;
  EXPECT_EQ(Run(sql), Canonical(doc.answer)) << doc.signature << "\n" << sql;
}

TEST(DocExamples, OfEveryFunctionGiveTheirAnswers) {
  for (const auto& family : expr::Families()) {
    for (const auto& function : family.functions()) ExpectExample(function.doc, StrCat("SELECT ", function.doc.example, " AS answer;"));
  }
}

TEST(DocExamples, OfEveryAggregateGiveTheirAnswers) {
  for (const auto& function : stream::AggregateFunctions()) ExpectExample(function.doc, StrCat(function.doc.example, ";"));
  for (const auto& doc : stream::GroupDocs()) ExpectExample(doc, StrCat(doc.example, ";"));
}

TEST(DocExamples, OfEveryFormGiveTheirAnswers) {
  for (const auto& doc : expr::FormDocs()) ExpectExample(doc, StrCat("SELECT ", doc.example, " AS answer;"));
}

}  // namespace
}  // namespace freshet::sql_cases
