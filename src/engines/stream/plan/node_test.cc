#include "engines/stream/plan/node.h"

#include <gtest/gtest.h>

namespace freshet::stream {
namespace {

using data::Type;

NodePtr Values(const Type& type, std::vector<data::Value> values) {
  data::BatchBuilder rows({type});
  for (auto& value : values) rows.AppendRow({std::move(value)});
  return MakeNode(ValuesSpec{rows.Build()}, {}, {{"v", type}});
}

NodePtr Source(std::map<std::string, std::string> hinted, Type type = Type::Int()) {
  auto table = std::make_shared<Table>();
  table->name = "t";
  table->options = {{"connector", "kafka"}};
  for (const auto& [key, value] : hinted) table->options[key] = table->hinted[key] = value;
  return MakeNode(SourceSpec{table, {""}}, {}, {{"v", std::move(type)}});
}

// A process that begins again plans anew: what it planned before must be known by what it says, not by where it lay.
TEST(Signature, OfLiteralRowsIsWhatTheySay) {
  EXPECT_EQ(Signature(*Values(Type::String(), {"a", data::Value()})), Signature(*Values(Type::String(), {"a", data::Value()})));
  EXPECT_NE(Signature(*Values(Type::String(), {"a", "b"})), Signature(*Values(Type::String(), {"a", "c"})));
  EXPECT_NE(Signature(*Values(Type::Int(), {1})), Signature(*Values(Type::BigInt(), {1})));
}

TEST(Signature, TellsUsesOfATableApartThatHintsReadDifferently) {
  EXPECT_EQ(Signature(*Source({})), "Source(table=t, connector=kafka, columns=[v INT])");
  EXPECT_NE(Signature(*Source({})), Signature(*Source({{"scan.startup.mode", "latest-offset"}})));
  EXPECT_EQ(Signature(*Source({{"a", "1"}, {"b", "2"}})), "Source(table=t, connector=kafka, columns=[v INT], options=['a'='1', 'b'='2'])");
}

TEST(Signature, HasTheTypesOfColumnsBecauseWhatIsKeptIsReadByThem) {
  EXPECT_NE(Signature(*Source({}, Type::Decimal(10, 2))), Signature(*Source({}, Type::Decimal(10, 4))));
  EXPECT_EQ(NodeText(*Source({})), "Source(table=t, connector=kafka, columns=[v])");
  EXPECT_EQ(SignatureWithoutTypes(*Source({})), "Source(table=t, connector=kafka, columns=[v])");
}

}  // namespace
}  // namespace freshet::stream
