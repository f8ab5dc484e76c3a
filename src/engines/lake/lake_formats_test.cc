#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "data/canonical.h"
#include "engines/lake/bounds.h"
#include "engines/lake/metadata.h"
#include "engines/lake/outbox.h"
#include "engines/lake/parquet_files.h"

namespace freshet::lake {
namespace {

using data::Type;

TEST(LakeMetadata, KeepsWhatItDoesNotKnow) {
  TableSchema schema{.id = 0, .fields = {{1, "k", false, {TypeKind::kString}}}, .identifier_ids = {}};
  std::string text = TableMetadata::Create({.table = {}, .location = "/t", .schema = schema, .spec = {}, .properties = {{"a", "b"}}, .now_ms = 5})->Text();
  text.insert(1, R"("from-the-future":{"x":[1,2]},)");

  auto metadata = TableMetadata::Parse(text);
  ASSERT_TRUE(metadata.ok()) << metadata.ToString();
  metadata->Append({.snapshot_id = 77, .timestamp_ms = 6, .manifest_list = "/t/metadata/l.avro", .token = {.pipeline = "p"}}, "/t/metadata/v1.metadata.json");

  EXPECT_NE(metadata->Text().find(R"("from-the-future":{"x":[1,2]})"), std::string::npos);
  EXPECT_EQ(TableMetadata::Parse(metadata->Text())->tip()->snapshot_id, 77);
  EXPECT_TRUE(TableMetadata::Parse(metadata->Text())->Delivered({.pipeline = "p"}));
  EXPECT_FALSE(TableMetadata::Parse(metadata->Text())->Delivered({.pipeline = "p", .epoch = 1}));
  text.replace(text.find("\"format-version\":2"), 18, "\"format-version\":3");
  EXPECT_EQ(TableMetadata::Parse(text).code(), Code::kUnsupported);
}

TEST(LakeBounds, CutTextSoThatItStillBounds) {
  FieldType text{TypeKind::kString}, bytes{TypeKind::kBinary};
  std::string umlauts;
  for (int i = 0; i < 20; ++i) umlauts += "ü";

  EXPECT_EQ(CutLowerBound(text, "short"), "short");
  EXPECT_EQ(CutLowerBound(text, umlauts).size(), 32U);
  EXPECT_EQ(CutUpperBound(text, "abcdefghijklmnopqrs"), "abcdefghijklmnoq");
  EXPECT_EQ(CutUpperBound(text, umlauts)->substr(30), "ý");
  EXPECT_EQ(CutUpperBound(text, std::string(15, 'a') + "\xF4\x8F\xBF\xBFz"), std::string(14, 'a') + "b");
  EXPECT_EQ(CutUpperBound(bytes, std::string(20, '\xff')), std::nullopt);
  EXPECT_EQ(DecimalBytes(128), std::string("\0\x80", 2));
  EXPECT_EQ(DecimalBytes(-128), "\x80");
  EXPECT_EQ(DecimalBytes(0), std::string(1, '\0'));
}

TEST(LakeOutbox, ReadsBackAndRefusesCuts) {
  Outbox outbox{.write = Uuid::FromBytes("0123456789abcdef"), .location = "/wh/db/t", .manifest = {.path = "/m", .length = 9, .spec_id = 1, .added_files = 2, .added_rows = 3}, .bytes = 7, .partitions = 2};
  outbox.manifest.partitions = {{true, false, "a", std::nullopt}};
  std::string bytes = EncodeOutbox(outbox);

  auto back = DecodeOutbox(bytes);

  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->manifest.partitions->at(0).lower, "a");
  EXPECT_FALSE(back->manifest.partitions->at(0).upper.has_value());
  EXPECT_EQ(EncodeOutbox(*back), bytes);
  for (size_t n = 1; n < bytes.size(); ++n) EXPECT_EQ(DecodeOutbox(bytes.substr(0, n)).code(), Code::kCorrupt) << n;
}

// The real module: metrics come from the file's own footer.
TEST(LakeParquet, WritesAFileAndKnowsItsColumns) {
  class Bytes final : public ByteOutput {
   public:
    Status Append(std::string_view more) override {
      text += more;
      return {};
    }
    std::string text;
  } out;
  TableSchema schema{.id = 0, .fields = {{1, "s", false, {TypeKind::kString}}, {2, "d", false, {TypeKind::kDouble}}, {3, "m", false, {TypeKind::kDecimal, 10, 2}}}, .identifier_ids = {}};
  data::BatchBuilder rows({Type::String(), Type::Double(), Type::Decimal(10, 2)});
  rows.AppendRow({"b", 1.5, -300});
  rows.AppendRow({data::Value(), __builtin_nan(""), 5});
  rows.AppendRow({"a", data::Value(), data::Value()});
  const std::vector<int> all = {0, 1, 2};

  auto format = ParquetFromLibrary(FRESHET_PARQUET_LIBRARY);
  auto writer = format->NewWriter(schema, ParquetCodec::kZstd, out);
  ASSERT_TRUE(writer.ok()) << writer.ToString();
  ASSERT_TRUE((*writer)->Append(rows.Build(), all).ok());
  auto summary = (*writer)->Finish();

  ASSERT_TRUE(summary.ok()) << summary.ToString();
  EXPECT_TRUE(out.text.starts_with("PAR1") && out.text.ends_with("PAR1"));
  EXPECT_EQ(summary->rows, 3);
  ASSERT_EQ(summary->columns.size(), 3U);
  EXPECT_EQ(summary->columns[0].nulls, 1);
  EXPECT_EQ(summary->columns[0].lower, "a");
  EXPECT_EQ(summary->columns[0].upper, "b");
  EXPECT_EQ(summary->columns[1].nans, 1);
  EXPECT_EQ(summary->columns[2].lower, DecimalBytes(-300));
  EXPECT_EQ(summary->columns[2].upper, DecimalBytes(5));
}

class Text final : public ByteOutput {
 public:
  Status Append(std::string_view more) override {
    text += more;
    return {};
  }
  std::string text;
};

class TextInput final : public ByteInput {
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

std::string Golden(const std::string& name) {
  std::ifstream in("src/engines/lake/testdata/" + name, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  EXPECT_FALSE(all.str().empty()) << name;
  return all.str();
}

// All rows of a file, canonically, or the fault.
std::string FileRows(const std::string& file, const data::Schema& columns) {
  auto format = ParquetFiles(ParquetFromLibrary(FRESHET_PARQUET_LIBRARY));
  auto reader = format->NewReader({}, columns, std::make_unique<TextInput>(file));
  if (!reader.ok()) return reader.ToString();
  std::vector<std::string> names;
  for (const auto& field : columns.fields()) names.push_back(field.name);
  std::string out;
  while (true) {
    auto batch = (*reader)->Next();
    if (!batch.ok()) return batch.ToString();
    if (batch->length() == 0) return out;
    for (int row = 0; row < batch->length(); ++row) {
      data::CanonicalWriter(names).AppendRow(out, *batch, row);
      out += '\n';
    }
  }
}

data::Schema Columns(std::vector<std::pair<std::string, Type>> columns) {
  data::Schema schema;
  for (auto& [name, type] : columns) schema.Add(name, type);
  return schema;
}

// The columns of tools/goldens/parquet_files.py.
data::Schema GoldenColumns() {
  return Columns({{"r", Type::Row({{"q", Type::Array(Type::Row({{"z", Type::String()}}))}, {"absent", Type::Int()}, {"p", Type::Double()}})},
                  {"b", Type::Boolean()}, {"i1", Type::TinyInt()}, {"i2", Type::Int()}, {"u4", Type::BigInt()}, {"i8", Type::BigInt()}, {"f4", Type::Float()},
                  {"f8", Type::Double()}, {"d9", Type::Decimal(9, 2)}, {"d38", Type::Decimal(38, 10)}, {"s", Type::String()}, {"word", Type::String()}, {"y", Type::Bytes()},
                  {"dt", Type::Date()}, {"tm", Type::Time(3)}, {"t3", Type::Timestamp(3)}, {"t6", Type::TimestampLtz(6)}, {"t96", Type::Timestamp(6)},
                  {"m", Type::Map(Type::String(), Type::BigInt())}, {"added", Type::Int()}});
}

TEST(ParquetFilesTest, ReadWhatArrowWroteByName) {
  for (const char* name : {"arrow.parquet", "arrow_zstd_v1.parquet"}) EXPECT_EQ(FileRows(Golden(name), GoldenColumns()), Golden("arrow.rows.json")) << name;
}

TEST(ParquetFilesTest, ReadBackWhatTheyWrite) {
  data::Schema columns = GoldenColumns();
  auto format = ParquetFiles(ParquetFromLibrary(FRESHET_PARQUET_LIBRARY));
  auto reader = format->NewReader({}, columns, std::make_unique<TextInput>(Golden("arrow_zstd_v1.parquet")));
  ASSERT_TRUE(reader.ok()) << reader.ToString();
  data::Batch rows = *(*reader)->Next();
  std::vector<int> all;
  for (int row = 0; row < rows.length(); ++row) all.push_back(row);

  for (const char* codec : {"SNAPPY", "UNCOMPRESSED", "GZIP", "ZSTD"}) {
    Text out;
    auto writer = format->NewWriter({{"compression", codec}}, columns, Uuid(), out);
    ASSERT_TRUE(writer.ok()) << writer.ToString();
    ASSERT_TRUE((*writer)->Append(rows, all).ok());
    ASSERT_TRUE((*writer)->Finish().ok());
    EXPECT_EQ(FileRows(out.text, columns), Golden("arrow.rows.json")) << codec;
  }
}

TEST(ParquetFilesTest, NameTheColumnThatDoesNotFit) {
  std::string file = Golden("arrow.parquet");

  EXPECT_NE(FileRows(file, Columns({{"s", Type::Int()}})).find("column s of type INT cannot be read from the file's string"), std::string::npos);
  EXPECT_NE(FileRows(file, Columns({{"i8", Type::Int()}})).find("column i8 of type INT cannot be read from the file's int64"), std::string::npos);
  EXPECT_NE(FileRows(file, Columns({{"d9", Type::Decimal(9, 3)}})).find("column d9"), std::string::npos);
  EXPECT_NE(FileRows(file, Columns({{"r", Type::Row({{"p", Type::Int()}})}})).find("column r.p of type INT"), std::string::npos);
  EXPECT_NE(FileRows(file, Columns({{"i2", Type::TinyInt()}})).find("32767 is no TINYINT"), std::string::npos);
  EXPECT_NE(FileRows(file, Columns({{"gone", Type::Int().NotNull()}})).find("no column gone, which is NOT NULL"), std::string::npos);
  EXPECT_NE(FileRows(file, Columns({{"b", Type::Boolean().NotNull()}})).find("NULL where BOOLEAN NOT NULL stands"), std::string::npos);
  EXPECT_NE(FileRows(file.substr(0, file.size() / 2), Columns({{"b", Type::Boolean()}})).find("parquet: "), std::string::npos);
}

TEST(ParquetFilesTest, RefuseOptionsAndTypesByName) {
  auto format = ParquetFiles(ParquetFromLibrary("libno_such.so"));
  data::Schema columns = Columns({{"n", Type::Int()}});

  EXPECT_TRUE(format->Check({{"compression", "ZSTD"}, {"utc-timezone", "true"}}, columns).ok());
  EXPECT_EQ(format->Check({{"utc-timezone", "false"}}, columns).code(), Code::kUnsupported);
  EXPECT_EQ(format->Check({{"compression", "LZO"}}, columns).code(), Code::kInvalid);
  EXPECT_NE(format->Check({{"block.size", "1"}}, columns).ToString().find("no option 'parquet.block.size'"), std::string::npos);
  EXPECT_EQ(format->Check({}, Columns({{"t", Type::Timestamp(9)}})).code(), Code::kUnsupported);
  EXPECT_EQ(format->Check({}, Columns({{"m", Type::Multiset(Type::Int())}})).code(), Code::kUnsupported);
  EXPECT_EQ(format->Check({}, Columns({{"v", Type::Array(Type::Variant())}})).code(), Code::kUnsupported);
}

TEST(LakeParquet, SaysWhatToDoWhenTheModuleIsNotThere) {
  auto format = ParquetFromLibrary("libno_such.so");
  class Nowhere final : public ByteOutput {
    Status Append(std::string_view) override { return {}; }
  } out;

  auto writer = format->NewWriter({}, ParquetCodec::kNone, out);

  EXPECT_EQ(writer.code(), Code::kUnavailable);
  EXPECT_NE(writer.ToString().find("beside the program"), std::string::npos);
}

}  // namespace
}  // namespace freshet::lake
