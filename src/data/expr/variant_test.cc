#include "data/expr/variant.h"

#include <gtest/gtest.h>

namespace freshet::expr {
namespace {

using Twice = VariantReader::Twice;

std::string Read(std::string_view json, Twice twice = Twice::kRefused) {
  VariantReader reader;
  auto variant = reader.Read(json, twice);
  return variant.ok() ? std::string(*variant) : variant.fault().message();
}

std::string Member(std::string_view json, std::string_view key) { return std::string(VariantMember(Read(json), CanonicalKey(key)).value_or("nothing")); }
std::string Element(std::string_view json, int64_t place) { return std::string(VariantElement(Read(json), place).value_or("nothing")); }

TEST(Variant, HasOneTextForOneValue) {
  EXPECT_EQ(Read(R"( {"b" : [1, 2.50 ,"x",null,true], "a":{"d":{}, "c":[]} } behind)"), R"({"a":{"c":[],"d":{}},"b":[1,2.5,"x",null,true]})");
  EXPECT_EQ(Read(R"({"\u0062":1,"a\/":"\u00e9\ud83d\ude00\ud83d"})"), R"({"a/":"é😀?","b":1})");
  EXPECT_EQ(Read(R"("\u0001\u001f\b\t\n\f\r\"\\\u007f")"), "\"\\u0001\\u001F\\b\\t\\n\\f\\r\\\"\\\\\x7f\"");
}

TEST(Variant, PutsKeysInTheOrderOfJavasStrings) {
  EXPECT_EQ(Read(R"({"é":1,"z":2,"Z":3,"10":4,"9":5,"":6,"zz":7})"), R"({"":6,"10":4,"9":5,"Z":3,"z":2,"zz":7,"é":1})");
  EXPECT_EQ(Read(R"({"\uffee":1,"\ud83d\ude00":2,"\ud7ff":3})"), "{\"\xed\x9f\xbf\":3,\"😀\":2,\"\xef\xbf\xae\":1}");
}

TEST(Variant, KeepsNumbersExactlyUpTo38Digits) {
  struct Case { std::string_view json, text; };
  for (auto [json, text] : {Case{"1.0", "1"}, {"2.50", "2.5"}, {"100.0", "100"}, {"-0", "0"}, {"-0.0", "0"}, {"0.10", "0.1"}, {"-12.000", "-12"}, {"9223372036854775808", "9223372036854775808"},
                            {"123456789012345678901234567890.50", "123456789012345678901234567890.5"}, {"12345678901234567890123456789012345678901", "1.2345678901234568E40"},
                            {"0.1234567890123456789012345678901234567890", "0.12345678901234568"}, {"1e2", "100"}, {"-0e0", "0"}, {"1e-3", "0.001"}, {"1e7", "1.0E7"}, {"1e-7", "1.0E-7"}, {"0e0", "0"}, {"1e22", "1.0E22"}, {"4.9e-325", "0"}}) {
    EXPECT_EQ(Read(json), text) << json;
    EXPECT_EQ(Read(text), text) << json;
  }
  EXPECT_EQ(Read("1e400"), "number 1e400 is beyond DOUBLE");
  EXPECT_EQ(Read(std::string(kVariantNumberMax + 1, '1')), "a number of 1001 characters; at most 1000 are read");
}

TEST(Variant, RefusesWhatIsNoJsonAndKeysThatComeTwice) {
  EXPECT_EQ(Read("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxééé"), "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' is not JSON");
  for (std::string_view broken : {"", "tru", "NaN", "'a'", "{a:1}", "[1,]", "{\"a\":1", "01", "1x"}) EXPECT_EQ(Read(broken), StrCat("'", broken, "' is not JSON"));
  EXPECT_EQ(Read(R"([{"a":1,"b":3,"a":2}])"), "key 'a' comes twice in one object");
  EXPECT_EQ(Read(R"([{"a":1,"b":3,"\u0061":2,"a":4}])", Twice::kLastCounts), R"([{"a":4,"b":3}])");
}

TEST(Variant, HasBoundsOnDepthAndSize) {
  std::string deep(JsonDocument::kDepthMax, '['), deeper(JsonDocument::kDepthMax + 1, '['), much = "\"" + std::string(kVariantBytesMax, 'a') + "\"", many = "[1", longer = "[\"";
  while (many.size() < 2 * kVariantNodesMax) many += ",1";
  while (longer.size() < kVariantBytesMax - 10) longer += "\\u0001";
  EXPECT_EQ(Read(deep + std::string(deep.size(), ']')).size(), 2 * deep.size());
  EXPECT_EQ(Read(deeper + std::string(deeper.size(), ']')), "arrays and objects lie in each other more than 1000 deep");
  EXPECT_EQ(Read(much), "a JSON text of 16777218 bytes; at most 16777216 become a VARIANT");
  EXPECT_EQ(Read(many + "]"), "a JSON text of more than 4194304 values and keys");
  EXPECT_EQ(Read(longer + "\"]").size(), longer.size() + 2);
}

TEST(Variant, PartsArePiecesOfItsText) {
  std::string_view json = R"({"a":[1,{"x,]}":"},\"]"},[]],"b\"":{"c":null},"d":"e"})";
  EXPECT_EQ(Member(json, "a"), R"([1,{"x,]}":"},\"]"},[]])");
  EXPECT_EQ(Member(json, "b\""), R"({"c":null})");
  EXPECT_EQ(Member(json, "d"), R"("e")");
  for (std::string_view missing : {"c", "e", "", "b", "A"}) EXPECT_EQ(Member(json, missing), "nothing") << missing;
  EXPECT_EQ(Member("{}", "a"), "nothing");
  EXPECT_EQ(Member("[1]", "a"), "nothing");
  EXPECT_EQ(Member("\"a\"", "a"), "nothing");
}

TEST(Variant, PlacesCountFromOne) {
  std::string_view json = R"([10,[20,{"a":[1,2]}],"],",null])";
  EXPECT_EQ(Element(json, 1), "10");
  EXPECT_EQ(Element(json, 2), R"([20,{"a":[1,2]}])");
  EXPECT_EQ(Element(json, 3), R"("],")");
  EXPECT_EQ(Element(json, 4), "null");
  for (int64_t outside : {int64_t{0}, int64_t{-1}, int64_t{5}, INT64_MAX, INT64_MIN}) EXPECT_EQ(Element(json, outside), "nothing") << outside;
  EXPECT_EQ(Element("[]", 1), "nothing");
  EXPECT_EQ(Element(R"({"a":1})", 1), "nothing");
}

}  // namespace
}  // namespace freshet::expr
