#include <gtest/gtest.h>

#include "data/avro/container_reader.h"
#include "data/avro/encoder.h"

namespace freshet::avro {
namespace {

constexpr std::string_view kSchema = R"({"type":"record","name":"r","fields":[
  {"name":"n","type":"long","field-id":1},
  {"name":"s","type":["null","string"],"default":null,"field-id":2},
  {"name":"m","type":{"type":"array","items":{"type":"record","name":"k1_v2","fields":[
      {"name":"key","type":"int","field-id":11},{"name":"value","type":"bytes","field-id":12}]},"logicalType":"map"},"field-id":3},
  {"name":"f","type":{"type":"fixed","name":"two","size":2},"field-id":4},
  {"name":"d","type":"double","field-id":5}]})";
constexpr std::string_view kSync = "0123456789abcdef";

std::string TwoObjects() {
  std::string objects;
  Encoder to(objects);
  to.Long(-3);
  to.Branch(1);
  to.Bytes("hi");
  to.Items(1);
  to.Long(7);
  to.Bytes("x");
  to.End();
  to.Fixed("ab");
  to.Double(1.5);
  to.Long(int64_t{1} << 40);
  to.Branch(0);
  to.Items(0);
  to.End();
  to.Fixed("cd");
  to.Double(-0.0);
  return ContainerFile(kSchema, {{"content", "data"}}, kSync, 2, objects);
}

TEST(Avro, ReadsBackWhatItWrites) {
  auto reader = ContainerReader::Open(TwoObjects());

  ASSERT_TRUE(reader.ok()) << reader.ToString();
  EXPECT_EQ(reader->metadata().at("content"), "data");
  ASSERT_EQ(reader->objects().size(), 2U);
  const Value& first = reader->objects()[0];
  EXPECT_EQ(std::get<int64_t>(reader->Member(first, 1)->v), -3);
  EXPECT_EQ(std::get<std::string>(reader->Member(first, 2)->v), "hi");
  EXPECT_EQ(std::get<std::vector<Value>>(reader->Member(first, 3)->v).size(), 1U);
  EXPECT_EQ(std::get<double>(reader->Member(first, 5)->v), 1.5);
  EXPECT_TRUE(reader->Member(reader->objects()[1], 2)->is_null());
  EXPECT_EQ(reader->Member(first, 99), nullptr);
}

TEST(Avro, RefusesEveryCutAndStrangeCodecs) {
  std::string whole = TwoObjects();
  std::string zstd = whole;
  zstd.replace(zstd.find("\x08null") + 1, 4, "zstd");
  size_t header = whole.find(kSync) + 16;

  for (size_t n = 0; n < whole.size(); ++n) {
    if (n == header) continue;  // a file without blocks
    EXPECT_FALSE(ContainerReader::Open(whole.substr(0, n)).ok()) << n;
  }
  EXPECT_EQ(ContainerReader::Open(zstd).code(), Code::kUnsupported);
}

TEST(Avro, RefusesSchemasThatContainThemselvesOrNestTooDeep) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += R"({"type":"array","items":)";
  deep += "\"int\"" + std::string(100, '}');

  EXPECT_EQ(ParseSchema(R"({"type":"record","name":"r","fields":[{"name":"next","type":"r"}]})").code(), Code::kCorrupt);
  EXPECT_EQ(ParseSchema(deep).code(), Code::kCorrupt);
  EXPECT_EQ(ParseSchema("{").code(), Code::kCorrupt);
}

TEST(Avro, CountsBeforeItTakesMemory) {
  std::string objects;
  Encoder to(objects);
  to.Long(INT64_MAX);  // as many nulls: no bytes at all
  std::string file = ContainerFile(R"({"type":"array","items":"null"})", {}, kSync, 1, objects);

  auto reader = ContainerReader::Open(file, {.block_bytes = 1000, .values = 1000});

  EXPECT_EQ(reader.code(), Code::kTooLarge);
}

}  // namespace
}  // namespace freshet::avro
