#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "data/avro/encoder.h"
#include "data/canonical.h"
#include "data/formats/avro_rows.h"
#include "data/formats/file_format.h"

namespace freshet::formats {
namespace {

using data::Type;

// The columns of tools/goldens/avro.sql.
Schema Wide() {
  Schema schema;
  schema.Add("b", Type::Boolean());
  schema.Add("i1", Type::TinyInt());
  schema.Add("i2", Type::SmallInt());
  schema.Add("i4", Type::Int().NotNull());
  schema.Add("i8", Type::BigInt());
  schema.Add("f4", Type::Float());
  schema.Add("f8", Type::Double());
  schema.Add("d9", Type::Decimal(9, 2));
  schema.Add("d38", Type::Decimal(38, 10));
  schema.Add("c", Type::Char(3));
  schema.Add("s", Type::String());
  schema.Add("y", Type::Bytes());
  schema.Add("dt", Type::Date());
  schema.Add("tm", Type::Time(3));
  schema.Add("t3", Type::Timestamp(3));
  schema.Add("a", Type::Array(Type::Int()));
  schema.Add("ar", Type::Array(Type::Row({{"x", Type::Int()}, {"y", Type::String().NotNull()}})));
  schema.Add("m", Type::Map(Type::String(), Type::BigInt().NotNull()));
  schema.Add("r", Type::Row({{"p", Type::Double()}, {"q", Type::Row({{"z", Type::String()}})}}));
  return schema;
}

Schema Times() {
  Schema schema;
  schema.Add("t3", Type::Timestamp(3));
  schema.Add("l0", Type::TimestampLtz(0).NotNull());
  schema.Add("l6", Type::TimestampLtz(6));
  return schema;
}

const Options kCorrectTimes = {{"timestamp_mapping.legacy", "false"}};

std::string Golden(const std::string& name) {
  std::ifstream in("src/data/formats/testdata/" + name, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  EXPECT_FALSE(all.str().empty()) << name;
  return all.str();
}

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
  for (size_t i = 0; i + 1 < hex.size(); i += 2) out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return out;
}

Batch Rows(const std::string& format, const Options& options, const Schema& record, const Schema& wanted, const std::vector<std::string>& records) {
  auto decoder = OpenDecoder(format, options, record, wanted);
  EXPECT_TRUE(decoder.ok()) << decoder.ToString();
  if (!decoder.ok()) return {};
  for (const auto& bytes : records) {
    auto slab = data::Slab::Make(bytes.size());
    std::memcpy(slab->data(), bytes.data(), bytes.size());
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

void ReadsAndWritesAsFlinkDoes(const Schema& schema, const Options& options, const std::string& rows_file, const std::string& records_file) {
  Batch rows = Rows("json", {}, schema, schema, Lines(Golden(rows_file)));
  std::vector<std::string> hex = Lines(Golden(records_file)), records;
  for (const auto& line : hex) records.push_back(FromHex(line));
  auto encoder = OpenEncoder("avro", options, schema);
  ASSERT_TRUE(encoder.ok()) << encoder.ToString();
  ASSERT_EQ(rows.length(), static_cast<int>(hex.size()));

  for (int row = 0; row < rows.length(); ++row) {
    std::string out;
    ASSERT_TRUE((*encoder)->Append(out, rows, row).ok());
    EXPECT_EQ(Hex(out), hex[static_cast<size_t>(row)]) << "row " << row;
  }
  EXPECT_EQ(Canonical(schema, Rows("avro", options, schema, schema, records)), Canonical(schema, rows));
}

TEST(AvroFormat, ReadsAndWritesTheBytesOfFlink) { ReadsAndWritesAsFlinkDoes(Wide(), {}, "avro_rows.json", "avro_records.hex"); }

TEST(AvroFormat, ReadsAndWritesTimesByTheNewMapping) { ReadsAndWritesAsFlinkDoes(Times(), kCorrectTimes, "avro_time_rows.json", "avro_time_records.hex"); }

// Flink writes milliseconds there, whatever its schema says.
TEST(AvroFormat, WritesTimestampsOfSixDigitsInMicroseconds) {
  Schema schema;
  schema.Add("t", Type::Timestamp(6).NotNull());
  data::BatchBuilder builder(data::TypesOf(schema));
  builder.AppendRow({data::Value(int64_t{-1'000'001})});
  std::string out, expected;
  avro::Encoder(expected).Long(-1'000'001);

  ASSERT_TRUE((*OpenEncoder("avro", kCorrectTimes, schema))->Append(out, builder.Build(), 0).ok());

  EXPECT_EQ(out, expected);
  EXPECT_EQ(Canonical(schema, Rows("avro", kCorrectTimes, schema, schema, {out})), "{\"t\":\"1969-12-31 23:59:58.999999\"}\n");
}

TEST(AvroFormat, DerivesTheSchemaThatFlinkDerives) {
  auto wide = AvroSchemaOf(Wide(), AvroTimestamps::kLegacy);
  Schema one;
  one.Add("t3", Type::Timestamp(3));
  auto times = AvroSchemaOf(one, AvroTimestamps::kCorrect);

  ASSERT_TRUE(wide.ok() && times.ok());
  EXPECT_NE(Golden("avro_null.avro").find(*wide), std::string::npos) << *wide;
  EXPECT_NE(Golden("avro_times.avro").find(*times), std::string::npos) << *times;
}

TEST(AvroFormat, ReadsOnlyTheColumnsThatAreWanted) {
  std::string record = FromHex(Lines(Golden("avro_records.hex"))[0]);
  Schema wanted;
  wanted.Add("r", Type::Row({{"q", Type::Row({{"z", Type::String()}})}}));
  wanted.Add("i8", Type::BigInt());

  EXPECT_EQ(Canonical(wanted, Rows("avro", {}, Wide(), wanted, {record})), "{\"r\":{\"q\":{\"z\":\"deep\"}},\"i8\":9223372036854775807}\n");
}

TEST(AvroFormat, RefusesEveryCutRecordAndStandsAsBefore) {
  std::string record = FromHex(Lines(Golden("avro_records.hex"))[0]);
  auto decoder = *OpenDecoder("avro", {}, Wide(), Wide());

  ASSERT_TRUE(decoder->Append(record).ok());
  for (size_t n = 0; n < record.size(); ++n) ASSERT_FALSE(decoder->Append(std::string_view(record).substr(0, n)).ok()) << n;
  ASSERT_TRUE(decoder->Append(record).ok());

  Batch rows = decoder->Finish();
  EXPECT_EQ(rows.length(), 2);
  std::string text = Canonical(Wide(), rows);
  EXPECT_EQ(text.substr(0, text.size() / 2), text.substr(text.size() / 2));
}

TEST(AvroFormat, RefusesByNameWhatAvroCannotSay) {
  auto refusal = [](const std::string& name, Type type, const Options& options) {
    Schema schema;
    schema.Add(name, std::move(type));
    auto encoder = OpenEncoder("avro", options, schema);
    auto decoder = OpenDecoder("avro", options, schema, schema);
    EXPECT_EQ(encoder.code(), decoder.code());
    return encoder.ToString();
  };

  EXPECT_NE(refusal("t", Type::Timestamp(6), {}).find("'avro.timestamp_mapping.legacy' = 'false'"), std::string::npos);
  EXPECT_NE(refusal("t", Type::TimestampLtz(3), {}).find("'avro.timestamp_mapping.legacy' = 'false'"), std::string::npos);
  EXPECT_NE(refusal("t", Type::Timestamp(9), kCorrectTimes).find("up to precision 6"), std::string::npos);
  EXPECT_NE(refusal("m", Type::Map(Type::Int(), Type::Int()), {}).find("keys of maps are strings"), std::string::npos);
  EXPECT_NE(refusal("a b", Type::Int(), {}).find("rename it"), std::string::npos);
  EXPECT_NE(refusal("n", Type::Int(), {{"encoding", "json"}}).find("not supported yet"), std::string::npos);
  EXPECT_NE(refusal("n", Type::Int(), {{"codec", "null"}}).find("no option 'avro.codec'"), std::string::npos);
}

class TextInput final : public data::ByteInput {
 public:
  explicit TextInput(std::string text) : text_(std::move(text)) {}
  Result<int64_t> Size() override { return static_cast<int64_t>(text_.size()); }
  Result<size_t> ReadAt(int64_t offset, std::span<char> into) override {
    size_t read = std::min(into.size(), text_.size() - std::min(text_.size(), static_cast<size_t>(offset)));
    std::copy_n(text_.data() + offset, read, into.data());
    return read;
  }

 private:
  std::string text_;
};

class TextOutput final : public data::ByteOutput {
 public:
  Status Append(std::string_view bytes) override {
    text += bytes;
    return {};
  }
  std::string text;
};

// All rows of a file, canonically, or the fault.
std::string FileRows(const std::string& file, const Schema& columns) {
  auto reader = AvroFiles().NewReader({}, columns, std::make_unique<TextInput>(file));
  if (!reader.ok()) return reader.ToString();
  std::string out;
  while (true) {
    auto batch = (*reader)->Next();
    if (!batch.ok()) return batch.ToString();
    if (batch->length() == 0) return out;
    out += Canonical(columns, *batch);
  }
}

std::string FileOf(const Batch& rows, const Options& options, const Schema& columns, const Uuid& unique) {
  TextOutput out;
  auto writer = AvroFiles().NewWriter(options, columns, unique, out);
  EXPECT_TRUE(writer.ok()) << writer.ToString();
  std::vector<int> all;
  for (int row = 0; row < rows.length(); ++row) all.push_back(row);
  EXPECT_TRUE((*writer)->Append(rows, all).ok());
  EXPECT_TRUE((*writer)->Finish().ok());
  EXPECT_EQ((*writer)->bytes_so_far(), static_cast<int64_t>(out.text.size()));
  return out.text;
}

TEST(AvroFilesTest, WriteTheVeryFileThatFlinkWrites) {
  Batch rows = Rows("json", {}, Wide(), Wide(), Lines(Golden("avro_rows.json")));
  std::string golden = Golden("avro_null.avro");

  std::string file = FileOf(rows, {{"codec", "null"}}, Wide(), Uuid::FromBytes(golden.substr(golden.size() - 16)));

  EXPECT_EQ(file, golden);
}

TEST(AvroFilesTest, ReadWhatFlinkWroteWithEveryCodec) {
  std::string rows = Canonical(Wide(), Rows("json", {}, Wide(), Wide(), Lines(Golden("avro_rows.json"))));

  for (const char* codec : {"default", "null", "deflate", "zstandard"}) EXPECT_EQ(FileRows(Golden(StrCat("avro_", codec, ".avro")), Wide()), rows) << codec;
}

TEST(AvroFilesTest, ReadBackWhatTheyWriteInBlocks) {
  Schema columns;
  columns.Add("n", Type::Int());
  columns.Add("s", Type::String());
  data::BatchBuilder builder(data::TypesOf(columns));
  std::string text(100, 'x');
  for (int i = 0; i < 3000; ++i) builder.AppendRow({i, text + std::to_string(i)});
  Batch rows = builder.Build();

  for (const char* codec : {"snappy", "null", "deflate", "zstandard"}) {
    std::string file = FileOf(rows, {{"codec", codec}}, columns, Uuid::FromBytes("0123456789abcdef"));
    EXPECT_EQ(FileRows(file, columns), Canonical(columns, rows)) << codec;
  }
}

TEST(AvroFilesTest, RefuseEveryCutButTheOneBehindTheHeader) {
  std::string file = Golden("avro_default.avro");
  size_t header = file.find(file.substr(file.size() - 16)) + 16;

  for (size_t n = 0; n < file.size(); n += n + 7 == header ? 7 : 1) {
    std::string rows = FileRows(file.substr(0, n), Wide());
    if (n == header) EXPECT_EQ(rows, "");
    else EXPECT_NE(rows.find("corrupt"), std::string::npos) << n << rows;
  }
  EXPECT_NE(FileRows(file + "x", Wide()).find("cut"), std::string::npos);
  file[header + 40] ^= 1;
  EXPECT_NE(FileRows(file, Wide()).find("snappy"), std::string::npos);
}

// One record of `schema_json`, its bytes as given, read as the columns.
std::string Resolved(std::string_view schema_json, const std::string& bytes, const Schema& columns) {
  auto writer = avro::ParseSchema(schema_json);
  if (!writer.ok()) return writer.ToString();
  auto reader = AvroRowReader::Make(*writer, columns);
  if (!reader.ok()) return reader.ToString();
  std::vector<data::ColumnBuilder> builders;
  for (const auto& field : columns.fields()) builders.emplace_back(field.type, 1);
  ByteReader in(bytes, Order::kLittle);
  auto row = reader->Read(in, builders);
  if (!row.ok()) return row.ToString();
  if (!*row) return "no row";
  std::vector<data::ColumnPtr> built;
  for (auto& builder : builders) built.push_back(builder.Finish());
  return Canonical(columns, Batch(1, std::move(built)));
}

TEST(AvroRows, FollowTheSchemaThatWroteThem) {
  constexpr std::string_view kWriter = R"(["null",{"type":"record","name":"w","namespace":"n","fields":[
    {"name":"gone","type":{"type":"array","items":{"type":"map","values":["int",{"type":"fixed","name":"two","size":2}]}}},
    {"name":"wider","type":"int"},{"name":"word","type":["string","null"]},{"name":"kind","type":{"type":"enum","name":"k","symbols":["a","b"]}},
    {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"price","type":{"type":"fixed","name":"p","size":2,"logicalType":"decimal","precision":4,"scale":1}},
    {"name":"again","type":"two"}]}])";
  std::string bytes;
  avro::Encoder to(bytes);
  to.Branch(1);
  to.Long(-1);  // one item, with its size in front
  to.Long(7);
  to.Items(1);
  to.Bytes("k");
  to.Branch(1);
  to.Fixed("xy");
  to.End();
  to.End();
  to.Long(-7);
  to.Branch(1);
  to.Long(1);
  to.Long(-1'500);
  to.Fixed(std::string_view("\xff\x85", 2));
  to.Fixed("zz");
  Schema columns;
  columns.Add("price", Type::Decimal(10, 2));
  columns.Add("at", Type::Timestamp(3));
  columns.Add("kind", Type::String());
  columns.Add("added", Type::Int());
  columns.Add("word", Type::String());
  columns.Add("wider", Type::BigInt());
  columns.Add("again", Type::Bytes());

  EXPECT_EQ(Resolved(kWriter, bytes, columns), "{\"price\":\"-12.30\",\"at\":\"1969-12-31 23:59:59.998\",\"kind\":\"b\",\"added\":null,\"word\":null,\"wider\":-7,\"again\":\"7a7a\"}\n");
  EXPECT_EQ(Resolved(kWriter, std::string(1, '\0'), columns), "no row");
}

TEST(AvroRows, NameTheColumnThatDoesNotFit) {
  Schema columns;
  columns.Add("a", Type::Int());
  columns.Add("b", Type::Int().NotNull());

  EXPECT_NE(Resolved(R"({"type":"record","name":"w","fields":[{"name":"a","type":"string"},{"name":"b","type":"int"}]})", "", columns).find("column a of type INT cannot be read from Avro's string"), std::string::npos);
  EXPECT_NE(Resolved(R"({"type":"record","name":"w","fields":[]})", "", columns).find("column b is NOT NULL"), std::string::npos);
  EXPECT_NE(Resolved(R"("int")", "", columns).find("rows are records"), std::string::npos);
  EXPECT_NE(Resolved(R"({"type":"record","name":"w","fields":[{"name":"b","type":["null","int"]}]})", std::string(1, '\0'), columns).find("NULL where INT NOT NULL stands"), std::string::npos);
}

TEST(AvroRows, BoundWhatAFewBytesMayCost) {
  std::string doubling = R"({"type":"record","name":"r0","fields":[]})";
  for (int i = 1; i < 40; ++i) doubling = StrCat(R"({"type":"record","name":"r)", i, R"(","fields":[{"name":"a","type":)", doubling, R"(},{"name":"b","type":"r)", i - 1, R"("}]})");
  std::string items;
  avro::Encoder(items).Long(INT64_MAX);
  Schema columns;
  columns.Add("n", Type::Int());

  EXPECT_NE(Resolved(doubling, "", columns).find("more than 20000 types"), std::string::npos);
  EXPECT_NE(Resolved(R"({"type":"record","name":"w","fields":[{"name":"a","type":{"type":"array","items":"null"}}]})", items, columns).find("items of no bytes"), std::string::npos);
}

}  // namespace
}  // namespace freshet::formats
