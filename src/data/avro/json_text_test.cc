#include "data/avro/json_text.h"

#include <gtest/gtest.h>

#include "data/avro/encoder.h"

namespace freshet::avro {
namespace {

std::string TextOf(std::string_view schema, std::string_view bytes) {
  auto parsed = ParseSchema(schema);
  EXPECT_TRUE(parsed.ok()) << parsed.ToString();
  auto text = JsonTextOf(**parsed, bytes, 1 << 16);
  return text.ok() ? *text : text.fault().message();
}

TEST(AvroJsonText, EveryShapeHasItsForm) {
  using namespace std::string_literals;
  EXPECT_EQ(TextOf(R"("boolean")", "\1"), "true");
  EXPECT_EQ(TextOf(R"("long")", "\1"), "-1");
  EXPECT_EQ(TextOf(R"("double")", "\0\0\0\0\0\0\xf8\x3f"s), "1.5");
  EXPECT_EQ(TextOf(R"("double")", "\0\0\0\0\0\0\xf0\x7f"s), "\"Infinity\"");
  EXPECT_EQ(TextOf(R"("bytes")", "\4\0\xff"s), "\"AP8=\"");
  EXPECT_EQ(TextOf(R"("string")", "\4a\xff"), "\"a\uFFFD\"");
  EXPECT_EQ(TextOf(R"(["null","string"])", "\0"s), "null");
  EXPECT_EQ(TextOf(R"({"type":"enum","name":"e","symbols":["x","y"]})", "\2"), "\"y\"");
  EXPECT_EQ(TextOf(R"({"type":"array","items":"long"})", "\4\2\4\0"s), "[1,2]");
  EXPECT_EQ(TextOf(R"({"type":"map","values":"long"})", "\1\4\2a\6\0"s), "{\"a\":3}") << "a block that says its bytes";
}

TEST(AvroJsonText, WhatDoesNotHoldIsRefused) {
  using namespace std::string_literals;
  EXPECT_EQ(TextOf(R"("string")", "\4a"), "avro: the value runs over the end of the bytes");
  EXPECT_EQ(TextOf(R"("long")", "\2\2"), "avro: 1 bytes are left behind the value");
  EXPECT_EQ(TextOf(R"(["null"])", "\2"), "avro: a union has no branch 1");
  EXPECT_EQ(TextOf(R"({"type":"enum","name":"e","symbols":["x"]})", "\1"), "avro: an enum has no symbol -1");
  EXPECT_EQ(TextOf(R"({"type":"array","items":"null"})", "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\1"), "avro: more than 65536 bytes of text") << "items that take no byte";
}

}  // namespace
}  // namespace freshet::avro
