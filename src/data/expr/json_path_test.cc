#include "data/expr/json_path.h"

#include <gtest/gtest.h>

namespace freshet::expr {
namespace {

std::string Found(std::string_view path, std::string_view text) {
  auto compiled = JsonPath::Compile(path);
  if (!compiled.ok()) return compiled.ToString();
  JsonDocument document;
  if (!document.Parse(text)) return "no JSON";
  JsonFound found;
  compiled->Find(document, &found);
  if (found.kind == JsonFound::kLength) return found.length ? StrCat("length ", *found.length) : "no length";
  std::string out = found.kind == JsonFound::kError ? "error" : found.kind == JsonFound::kMany ? "many" : "one";
  for (uint32_t node : found.nodes) {
    out += ' ';
    document.AppendCompact(out, node);
  }
  return out;
}

std::string Compact(std::string_view text) {
  JsonDocument document;
  if (!document.Parse(text)) return "no JSON";
  std::string out;
  document.AppendCompact(out, 0);
  return out;
}

TEST(JsonText, IsReadAsStrictlyAsJacksonDoes) {
  EXPECT_EQ(Compact(R"( {"b":1.0e3 , "a" : [ 1.50,null,"x\u00e9\n" ] , "b":-0})"), R"({"a":[1.50,null,"xé\n"],"b":0})");
  EXPECT_EQ(Compact("1 2"), "1");
  EXPECT_EQ(Compact(R"({"a":1}x)"), R"({"a":1})");
  for (const char* broken : {"", "{", "[1,]", "{a:1}", "01", "1x", "NaN", "\"a\nb\"", "\"\\q\"", "\"\\u12\"", "tru", "truex", "-", "1.", "1e", "{\"a\"}", "\"abc"}) EXPECT_EQ(Compact(broken), "no JSON") << broken;
}

TEST(JsonText, HasABoundOnItsDepth) {
  std::string deep(JsonDocument::kDepthMax, '['), deeper(JsonDocument::kDepthMax + 2, '[');
  EXPECT_EQ(Compact(deep + std::string(deep.size(), ']')), deep + std::string(deep.size(), ']'));
  EXPECT_EQ(Compact(deeper + std::string(deeper.size(), ']')), "no JSON");
}

TEST(JsonText, PrintsNumbersAsJavaDoes) {
  auto shown = [](std::string_view number) {
    std::string out;
    AppendJavaNumber(out, number);
    return out;
  };
  EXPECT_EQ(shown("1.0E3"), "1.0E+3");
  EXPECT_EQ(shown("1e400"), "1E+400");
  EXPECT_EQ(shown("0.00000001"), "1E-8");
  EXPECT_EQ(shown("0.000001"), "0.000001");
  EXPECT_EQ(shown("-12.50"), "-12.50");
  EXPECT_EQ(shown("-0.0"), "0.0");
  EXPECT_EQ(shown("100000000000000000000"), "100000000000000000000");
}

TEST(JsonPath, WalksNamesPlacesAndLists) {
  constexpr std::string_view kText = R"({"a":{"b":[10,20,30],"c d":null},"e":[{"f":1},{"f":2},{"g":3}]})";
  EXPECT_EQ(Found("$.a.b[1]", kText), "one 20");
  EXPECT_EQ(Found("a.b[-1]", kText), "one 30");
  EXPECT_EQ(Found("$['a'][\"c d\"]", kText), "one null");
  EXPECT_EQ(Found("$.a.b[0,2]", kText), "many 10 30");
  EXPECT_EQ(Found("$.a.b[1:]", kText), "many 20 30");
  EXPECT_EQ(Found("$.a.b[:-1]", kText), "many 10 20");
  EXPECT_EQ(Found("$.e[*].f", kText), "many 1 2");
  EXPECT_EQ(Found("$..f", kText), "many 1 2");
  EXPECT_EQ(Found("$.x", kText), "error");
  EXPECT_EQ(Found("$.x[*]", kText), "error");
  EXPECT_EQ(Found("lax $.x[*]", kText), "many");
  EXPECT_EQ(Found("$.a.b[9]", kText), "error");
}

TEST(JsonPath, ChoosesByFilters) {
  constexpr std::string_view kText = R"({"min":11,"s":[{"n":"a","p":10,"l":[1,2]},{"n":"b","p":11},{"n":"c","p":12.5,"q":false}]})";
  auto names = [&](std::string_view filter) { return Found(StrCat("$.s[?(", filter, ")].n"), kText); };
  EXPECT_EQ(names("@.p > 10"), "many \"b\" \"c\"");
  EXPECT_EQ(names("@.p >= $.min && !@.q || @['n']=='a'"), "many \"a\" \"b\"");
  EXPECT_EQ(names("(@.p < 11 || @.q == false) && @.n != null"), "many \"a\" \"c\"");
  EXPECT_EQ(names("@.n in [\"c\", \"a\"]"), "many \"a\" \"c\"");
  EXPECT_EQ(names("@.n =~ /B/i"), "many \"b\"");
  EXPECT_EQ(names("@.l.length() == 2"), "many \"a\"");
  EXPECT_EQ(names("@.l contains 2"), "many \"a\"");
  EXPECT_EQ(names("@.l[?(@ > 1)]"), "many \"a\"");
  EXPECT_EQ(Found("$.s.length()", kText), "length 3");
  EXPECT_EQ(Found("$.min.length()", kText), "no length");
}

TEST(JsonPath, RefusesWhatItDoesNotKnowByName) {
  EXPECT_EQ(JsonPath::Compile("$.a[?(@..b)]").fault().code(), Code::kUnsupported);
  EXPECT_EQ(JsonPath::Compile("$.a[?(@.b == @.c[*])]").fault().code(), Code::kUnsupported);
  EXPECT_EQ(JsonPath::Compile("$.a[?(@[?(@[?(@[?(@[?(@.b)])])])])]").fault().code(), Code::kUnsupported);
  EXPECT_EQ(JsonPath::Compile("$.a.max()").fault().code(), Code::kUnsupported);
  EXPECT_EQ(JsonPath::Compile("$.a[*].length()").fault().code(), Code::kUnsupported);
  for (const char* broken : {"$[?(@.a > )]", "$[?(@.a]", "$[?(@.a ~ 1)]", "$[?(1)]", "$[?()]", "$[?(@.a =~ 1)]", "$[?(@.a == 'x)]", "$.length().a", "$[?@.a]"}) EXPECT_EQ(JsonPath::Compile(broken).fault().code(), Code::kInvalid) << broken;
  EXPECT_EQ(JsonPath::Compile("$..a..b").fault().code(), Code::kUnsupported);
  for (const char* broken : {"", "$.", "$[", "$['a", "$[x]", "$x", "$.a b"}) EXPECT_EQ(JsonPath::Compile(broken).fault().code(), Code::kInvalid) << broken;
}

}  // namespace
}  // namespace freshet::expr
