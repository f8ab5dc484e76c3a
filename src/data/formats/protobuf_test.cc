#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "data/canonical.h"
#include "data/formats/format.h"
#include "data/formats/proto_schema.h"

namespace freshet::formats {
namespace {

using data::Type;

std::string Golden(const std::string& name) {
  std::ifstream in("src/data/formats/testdata/" + name, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  EXPECT_FALSE(all.str().empty()) << name;
  return all.str();
}

// The columns of tools/goldens/protobuf.sql.
Schema Wide() {
  Schema schema;
  schema.Add("b", Type::Boolean());
  for (const char* name : {"i4", "s4", "u4", "x4", "y4"}) schema.Add(name, Type::Int());
  for (const char* name : {"i8", "s8", "u8", "x8", "y8"}) schema.Add(name, Type::BigInt());
  schema.Add("f4", Type::Float());
  schema.Add("f8", Type::Double());
  schema.Add("s", Type::String());
  schema.Add("y", Type::Bytes());
  schema.Add("e", Type::String());
  schema.Add("n", Type::Int());
  schema.Add("r", Type::Row({{"p", Type::Int()}, {"q", Type::String()}, {"c", Type::Array(Type::String())}}));
  schema.Add("a", Type::Array(Type::Int()));
  schema.Add("t", Type::Array(Type::String()));
  schema.Add("ar", Type::Array(Type::Row({{"q", Type::String()}, {"p", Type::Int()}})));
  schema.Add("m", Type::Map(Type::String(), Type::BigInt()));
  schema.Add("maybe", Type::Int());
  schema.Add("word", Type::String());
  schema.Add("left", Type::Int());
  schema.Add("right", Type::String());
  return schema;
}

Schema Old() {
  Schema schema;
  schema.Add("n", Type::Int());
  schema.Add("s", Type::String());
  schema.Add("a", Type::Array(Type::BigInt()));
  schema.Add("k", Type::Array(Type::Int()));
  schema.Add("must", Type::Boolean());
  schema.Add("e", Type::String());
  return schema;
}

Options Of(const std::string& message, Options more = {}) {
  more["message-class-name"] = message;
  more["descriptor-set"] = Golden("protobuf.desc.base64");
  return more;
}
const std::string kWide = "freshet.golden.GoldenProto$Wide", kOld = "freshet.golden.Golden2Proto$Old";

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}
std::string Hex(std::string_view bytes) {
  std::string out;
  for (unsigned char c : bytes) {
    out += "0123456789abcdef"[c >> 4];
    out += "0123456789abcdef"[c & 15];
  }
  return out;
}
std::string FromHex(std::string_view hex) {
  std::string out;
  for (size_t i = 0; hex != "-" && i + 1 < hex.size(); i += 2) out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return out;
}

Batch Rows(const std::string& format, const Options& options, const Schema& record, const Schema& wanted, const std::vector<std::string>& records) {
  auto decoder = OpenDecoder(format, options, record, wanted);
  EXPECT_TRUE(decoder.ok()) << decoder.ToString();
  if (!decoder.ok()) return {};
  for (const auto& bytes : records) {
    auto slab = data::Slab::Make(bytes.size());
    if (!bytes.empty()) std::memcpy(slab->data(), bytes.data(), bytes.size());
    (*decoder)->SetChunk({slab->data(), bytes.size()}, slab);
    Status status = (*decoder)->Append({slab->data(), bytes.size()});
    EXPECT_TRUE(status.ok()) << status.ToString();
  }
  return (*decoder)->Finish();
}

std::string Canonical(const Schema& schema, const Batch& batch) {
  std::vector<std::string> names;
  for (const auto& field : schema.fields()) names.push_back(field.name);
  std::string out;
  for (int row = 0; row < batch.length(); ++row) {
    data::CanonicalWriter(names).AppendRow(out, batch, row);
    out += '\n';
  }
  return out;
}

void WritesAsFlinkDoes(const Schema& schema, const Options& options, const std::string& rows_file, const std::string& records_file) {
  Batch rows = Rows("json", {}, schema, schema, Lines(Golden(rows_file)));
  std::vector<std::string> hex = Lines(Golden(records_file));
  auto encoder = OpenEncoder("protobuf", options, schema);
  ASSERT_TRUE(encoder.ok()) << encoder.ToString();
  ASSERT_EQ(rows.length(), static_cast<int>(hex.size()));

  for (int row = 0; row < rows.length(); ++row) {
    std::string out;
    Status status = (*encoder)->Append(out, rows, row);
    ASSERT_TRUE(status.ok()) << status.ToString();
    EXPECT_EQ(Hex(out), hex[static_cast<size_t>(row)]) << "row " << row;
  }
}

void ReadsAsFlinkDoes(const Schema& schema, const std::string& message, const std::string& name) {
  std::vector<std::string> records;
  for (const auto& line : Lines(Golden(name + ".hex"))) records.push_back(FromHex(line));

  EXPECT_EQ(Canonical(schema, Rows("protobuf", Of(message), schema, schema, records)), Golden(name + ".rows"));
  EXPECT_EQ(Canonical(schema, Rows("protobuf", Of(message, {{"read-default-values", "true"}}), schema, schema, records)), Golden(name + "_defaults.rows"));
}

TEST(Protobuf, WritesTheBytesOfFlink) {
  WritesAsFlinkDoes(Wide(), Of(kWide), "protobuf_rows.json", "protobuf_records.hex");
  WritesAsFlinkDoes(Old(), Of(kOld), "protobuf_old_rows.json", "protobuf_old_records.hex");
}

TEST(Protobuf, ReadsWhatFlinkReads) {
  Schema wide = Wide();
  wide.Add("mr", Type::Map(Type::Int(), Type::Row({{"p", Type::Int()}})));
  ReadsAsFlinkDoes(wide, kWide, "protobuf_read");
  ReadsAsFlinkDoes(Old(), kOld, "protobuf_old_read");
}

TEST(Protobuf, ReadsOnlyTheColumnsThatAreWanted) {
  Schema wanted;
  wanted.Add("r", Type::Row({{"q", Type::String()}}));
  wanted.Add("i8", Type::BigInt());

  EXPECT_EQ(Canonical(wanted, Rows("protobuf", Of("freshet.golden.Wide"), Wide(), wanted, {FromHex(Lines(Golden("protobuf_records.hex"))[0])})), "{\"r\":{\"q\":\"x\"},\"i8\":-6}\n");
}

TEST(Protobuf, RefusesCutRecordsAndStandsAsBefore) {
  std::string record = FromHex(Lines(Golden("protobuf_records.hex"))[0]);
  auto decoder = *OpenDecoder("protobuf", Of(kWide), Wide(), Wide());

  ASSERT_TRUE(decoder->Append(record).ok());
  int refused = 0;
  for (size_t n = 0; n < record.size(); ++n) refused += decoder->Append(std::string_view(record).substr(0, n)).ok() ? 0 : 1;
  ASSERT_TRUE(decoder->Append(record).ok());
  Batch rows = decoder->Finish();

  EXPECT_GT(refused, 100);
  std::string all = Canonical(Wide(), rows), one = Canonical(Wide(), Rows("protobuf", Of(kWide), Wide(), Wide(), {record}));
  EXPECT_TRUE(all.starts_with(one) && all.ends_with(one));
}

TEST(Protobuf, NamesWhatDoesNotGoTogether) {
  auto opened = [](Schema schema, const Options& options) {
    auto decoder = OpenDecoder("protobuf", options, schema, schema);
    return decoder.ToString();
  };
  auto one = [](const std::string& name, Type type) {
    Schema schema;
    schema.Add(name, std::move(type));
    return schema;
  };

  EXPECT_NE(opened(one("nope", Type::Int()), Of(kWide)).find("column nope: message freshet.golden.Wide has no such field"), std::string::npos);
  EXPECT_NE(opened(one("i4", Type::BigInt()), Of(kWide)).find("column i4 of type BIGINT is not compatible with the field's int32"), std::string::npos);
  EXPECT_NE(opened(one("a", Type::Int()), Of(kWide)).find("repeated int32"), std::string::npos);
  EXPECT_NE(opened(one("r", Type::Row({{"q", Type::Int()}})), Of(kWide)).find("column r.q"), std::string::npos);
  EXPECT_NE(opened(one("i4", Type::Int()), Of("freshet.golden.None")).find("it has freshet.golden.GoldenProto$Wide, freshet.golden.GoldenProto$Wide$Inner"), std::string::npos);
  EXPECT_NE(opened(one("i4", Type::Int()), {{"message-class-name", kWide}}).find("protobuf.descriptor-set"), std::string::npos);
  EXPECT_NE(opened(one("i4", Type::Int()), {{"message-class-name", kWide}, {"descriptor-set", "?"}}).find("is not base64"), std::string::npos);
  EXPECT_NE(OpenEncoder("protobuf", Of(kOld), one("n", Type::Int())).ToString().find("required field 5, which no column gives"), std::string::npos);
}

TEST(Protobuf, NamesRecordsThatAreBad) {
  auto decoder = *OpenDecoder("protobuf", Of(kOld), Old(), Old());
  auto forgiving = *OpenDecoder("protobuf", Of(kOld, {{"ignore-parse-errors", "true"}}), Old(), Old());
  auto encoder = *OpenEncoder("protobuf", Of(kOld), Old());
  data::BatchBuilder builder(data::TypesOf(Old()));
  builder.AppendRow({1, "x", data::Value(), data::Value(), true, "GREENISH"});
  std::string out;

  EXPECT_NE(decoder->Append(FromHex("0807")).ToString().find("lacks its required field 5"), std::string::npos);
  EXPECT_TRUE(forgiving->Append(FromHex("0807")).ok());
  EXPECT_EQ(forgiving->skipped(), 1);
  EXPECT_NE(encoder->Append(out, builder.Build(), 0).ToString().find("'GREENISH' is no value of freshet.golden.Old.Colour2"), std::string::npos);
}

}  // namespace
}  // namespace freshet::formats
