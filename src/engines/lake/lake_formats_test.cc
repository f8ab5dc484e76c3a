#include <gtest/gtest.h>

#include "data/batch.h"
#include "engines/lake/bounds.h"
#include "engines/lake/metadata.h"
#include "engines/lake/outbox.h"
#include "engines/lake/parquet_format.h"

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
