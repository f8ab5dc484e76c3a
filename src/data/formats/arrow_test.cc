#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "data/arrow_ipc/messages.h"
#include "data/canonical.h"
#include "data/formats/file_format.h"

namespace freshet::formats {
namespace {

using data::Type;

// The columns of tools/goldens/arrow_files.py.
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
  schema.Add("s", Type::String());
  schema.Add("y", Type::Bytes());
  schema.Add("dt", Type::Date());
  schema.Add("tm", Type::Time(3));
  schema.Add("t3", Type::Timestamp(3));
  schema.Add("l6", Type::TimestampLtz(6));
  schema.Add("a", Type::Array(Type::Int()));
  schema.Add("ar", Type::Array(Type::Row({{"x", Type::Int()}, {"y", Type::String()}})));
  schema.Add("m", Type::Map(Type::String(), Type::BigInt()));
  schema.Add("r", Type::Row({{"p", Type::Double()}, {"q", Type::Row({{"z", Type::String()}})}}));
  return schema;
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

std::string Golden(const std::string& name) {
  std::ifstream in("src/data/formats/testdata/" + name, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  EXPECT_FALSE(all.str().empty()) << name;
  return all.str();
}

class TextInput final : public data::ByteInput {
 public:
  explicit TextInput(std::string text) : text_(std::move(text)) {}
  Result<int64_t> Size() override { return static_cast<int64_t>(text_.size()); }
  Result<size_t> ReadAt(int64_t offset, std::span<char> into) override {
    bytes_read += static_cast<int64_t>(into.size());
    std::string_view rest = std::string_view(text_).substr(std::min(text_.size(), static_cast<size_t>(offset)));
    size_t read = std::min(into.size(), rest.size());
    std::copy_n(rest.data(), read, into.data());
    return read;
  }
  static inline int64_t bytes_read = 0;

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
std::string FileRows(const std::string& file, const Schema& columns, const Options& options = {}) {
  auto reader = ArrowFiles().NewReader(options, columns, std::make_unique<TextInput>(file));
  if (!reader.ok()) return reader.ToString();
  std::string out;
  while (true) {
    auto batch = (*reader)->Next();
    if (!batch.ok()) return batch.ToString();
    if (batch->length() == 0) return out;
    out += Canonical(columns, *batch);
  }
}

std::string FileOf(const Batch& rows, const Options& options, const Schema& columns) {
  TextOutput out;
  auto writer = ArrowFiles().NewWriter(options, columns, Uuid(), out);
  if (!writer.ok()) return writer.ToString();
  std::vector<int> all;
  for (int row = 0; row < rows.length(); ++row) all.push_back(row);
  Status written = (*writer)->Append(rows, all);
  if (!written.ok()) return written.ToString();
  written = (*writer)->Finish();
  if (!written.ok()) return written.ToString();
  EXPECT_EQ((*writer)->bytes_so_far(), static_cast<int64_t>(out.text.size()));
  return out.text;
}

// The rows of arrow_rows.json.
Batch GoldenRows(const Schema& columns = Wide()) {
  std::string text = Golden("arrow_rows.json");
  auto slab = data::Slab::Make(text.size());
  std::copy(text.begin(), text.end(), slab->data());
  auto decoder = std::move(OpenDecoder("json", {{"timestamp-format.standard", "SQL"}}, columns, columns)).value();
  decoder->SetChunk({slab->data(), text.size()}, slab);
  for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    Status appended = decoder->Append({slab->data() + at, text.find('\n', at) - at});
    EXPECT_TRUE(appended.ok()) << appended.ToString();
  }
  return decoder->Finish();
}

std::string RecordOf(const Batch& rows, const Schema& columns, const Options& options = {}) {
  auto encoder = std::move(OpenBlockEncoder("arrow", options, columns)).value();
  for (int row = 0; row < rows.length(); ++row) encoder->Append(rows, row);
  int64_t bytes = encoder->bytes();
  std::string record = std::move(encoder->Finish()).value();
  EXPECT_LE(static_cast<int64_t>(record.size()), bytes);
  return record;
}

// Rows of records, canonically, or the fault of the first that is bad.
std::string RecordRows(const std::vector<std::string>& records, const Schema& columns, const Options& options = {}) {
  auto decoder = OpenDecoder("arrow", options, columns, columns);
  if (!decoder.ok()) return decoder.ToString();
  for (const auto& record : records) {
    std::string unaligned = "x" + record;
    Status appended = (*decoder)->Append(std::string_view(unaligned).substr(1));
    if (!appended.ok()) return appended.ToString();
  }
  int rows = (*decoder)->rows();
  Batch batch = (*decoder)->Finish();
  EXPECT_EQ(batch.length(), rows);
  return StrCat(Canonical(columns, batch), (*decoder)->skipped() > 0 ? StrCat((*decoder)->skipped(), " skipped") : "");
}

TEST(ArrowFilesTest, ReadWhatPyarrowWrites) {
  std::string rows = Canonical(Wide(), GoldenRows());

  for (const char* name : {"arrow_plain.arrow", "arrow_plain.arrows", "arrow_old.arrows", "arrow_lz4.arrow", "arrow_zstd.arrow", "arrow_other.arrow", "arrow_other_zstd.arrow"}) EXPECT_EQ(FileRows(Golden(name), Wide()), rows) << name;
}

TEST(ArrowFilesTest, ReadRowsFromTheMiddleOfWhatWasWritten) {
  EXPECT_EQ(FileRows(Golden("arrow_sliced.arrows"), Wide()), Canonical(Wide(), GoldenRows()));
}

TEST(ArrowFilesTest, ReadDictionariesThatAreReplacedOrGrow) {
  Schema columns;
  columns.Add("w", Type::String());
  data::BatchBuilder rows(data::TypesOf(columns));
  for (const data::Value& word : {data::Value("a"), data::Value("b"), data::Value(), data::Value("a"), data::Value("c"), data::Value("b"), data::Value("a text that is longer than twelve bytes: é")}) rows.AppendRow({word});
  std::string expected = Canonical(columns, rows.Build());

  EXPECT_EQ(FileRows(Golden("arrow_replaced.arrows"), columns), expected);
  EXPECT_EQ(FileRows(Golden("arrow_deltas.arrows"), columns), expected);
}

TEST(ArrowFilesTest, ReadOnlyTheBuffersOfWantedColumns) {
  std::string file = FileOf(GoldenRows(), {}, Wide());
  Schema one, nothing;
  one.Add("i8", Type::BigInt());

  TextInput::bytes_read = 0;
  FileRows(file, nothing);
  int64_t of_nothing = TextInput::bytes_read;
  TextInput::bytes_read = 0;
  FileRows(file, one);

  EXPECT_EQ(TextInput::bytes_read - of_nothing, 4 * 8 + 1);  // values, and which are there
}

TEST(ArrowFilesTest, ReadBackWhatTheyWrite) {
  Batch rows = GoldenRows();

  for (const char* codec : {"none", "lz4", "zstd"}) EXPECT_EQ(FileRows(FileOf(rows, {{"compression", codec}}, Wide()), Wide()), Canonical(Wide(), rows)) << codec;
}

TEST(ArrowFilesTest, ReadBackManyBatches) {
  Schema columns;
  columns.Add("n", Type::Int());
  columns.Add("s", Type::String());
  columns.Add("a", Type::Array(Type::String()));
  std::string expected, file;
  data::BatchBuilder builder(data::TypesOf(columns));
  TextOutput out;
  auto writer = std::move(ArrowFiles().NewWriter({}, columns, Uuid(), out)).value();
  for (int part = 0; part < 3; ++part) {
    std::vector<int> all;
    for (int i = 0; i < 8000; ++i) {
      std::string text = std::string(static_cast<size_t>(i % 30), 'x') + std::to_string(i);
      builder.AppendRow({i % 7 == 0 ? data::Value() : data::Value(i), text, data::Value::List(static_cast<size_t>(i % 3), text)});
      all.push_back(i);
    }
    Batch rows = builder.Build();
    expected += Canonical(columns, rows);
    ASSERT_TRUE(writer->Append(rows, all).ok());
  }
  ASSERT_TRUE(writer->Finish().ok());

  EXPECT_EQ(FileRows(out.text, columns), expected);
}

TEST(ArrowFilesTest, RefuseEveryCut) {
  std::string file = FileOf(GoldenRows(), {}, Wide());
  size_t footer = file.rfind("\xff\xff\xff\xff") + 8;  // nothing behind the end of its stream is needed

  for (size_t n = 0; n < footer; ++n) EXPECT_NE(FileRows(file.substr(0, n), Wide()).find("corrupt"), std::string::npos) << n;
}

TEST(ArrowFilesTest, NameTheColumnThatDoesNotFit) {
  struct Case {
    std::string column;
    Type type;
    std::string says;
  };
  const Case cases[] = {{"i8", Type::Int(), "column i8 is written as int64 and declared INT; declare a wider type"},
                        {"i8", Type::String(), "column i8 is written as int64 and declared STRING; a text is read from utf8"},
                        {"d9", Type::Decimal(9, 3), "column d9 is written as decimal128(9, 2) and declared DECIMAL(9, 3)"},
                        {"t3", Type::TimestampLtz(3), "a timestamp without a zone is a TIMESTAMP"},
                        {"l6", Type::Timestamp(6), "a timestamp with a zone is a TIMESTAMP_LTZ"},
                        {"r", Type::Row({{"p", Type::Float()}}), "column r.p is written as float64 and declared FLOAT"},
                        {"s", Type::String().NotNull(), "column s is NOT NULL and a row brings NULL"},
                        {"r", Type::Row({{"p", Type::Double().NotNull()}}), "column r.p is NOT NULL and a row brings NULL"},
                        {"none", Type::Int().NotNull(), "column none is NOT NULL and is not there"}};
  for (const Case& one : cases) {
    Schema columns;
    columns.Add(one.column, one.type);

    EXPECT_NE(FileRows(Golden("arrow_plain.arrow"), columns).find(one.says), std::string::npos) << one.says << "\n" << FileRows(Golden("arrow_plain.arrow"), columns);
  }
}

TEST(ArrowFilesTest, ReadWhatIsNotThereAsNullUnlessToldOtherwise) {
  Schema columns;
  columns.Add("none", Type::Row({{"x", Type::Int()}}));
  columns.Add("r", Type::Row({{"none", Type::Array(Type::Int())}}));

  EXPECT_EQ(FileRows(Golden("arrow_plain.arrow"), columns).find("{\"none\":null,\"r\":{\"none\":null}}\n{\"none\":null,\"r\":null}\n"), 0);
  EXPECT_NE(FileRows(Golden("arrow_plain.arrow"), columns, {{"fail-on-missing-field", "true"}}).find("column none is not there"), std::string::npos);
}

TEST(ArrowFilesTest, RefuseOptionsTypesAndNullsByName) {
  Schema variant, required;
  variant.Add("v", Type::Variant());
  required.Add("i", Type::Int());
  data::BatchBuilder rows(data::TypesOf(required));
  rows.AppendRow({data::Value()});
  Batch null = rows.Build();
  required = Schema();
  required.Add("i", Type::Int().NotNull());

  EXPECT_NE(ArrowFiles().Check({}, variant).ToString().find("column v: Arrow has no type for VARIANT"), std::string::npos);
  EXPECT_NE(ArrowFiles().Check({{"compression", "gzip"}}, Wide()).ToString().find("it takes none, lz4 or zstd"), std::string::npos);
  EXPECT_NE(ArrowFiles().Check({{"codec", "lz4"}}, Wide()).ToString().find("no option 'arrow.codec'"), std::string::npos);
  EXPECT_NE(FileOf(null, {}, required).find("column i is NOT NULL and a row brings NULL"), std::string::npos);
}

TEST(ArrowRecords, ReadBackWhatTheyWrite) {
  Batch rows = GoldenRows();

  for (const char* codec : {"none", "lz4", "zstd"}) {
    std::string record = RecordOf(rows, Wide(), {{"compression", codec}});
    EXPECT_EQ(RecordRows({record}, Wide()), Canonical(Wide(), rows)) << codec;
    EXPECT_EQ(RecordRows({record, record}, Wide()), Canonical(Wide(), rows) + Canonical(Wide(), rows)) << codec;
  }
  EXPECT_EQ(RecordRows({Golden("arrow_plain.arrows"), Golden("arrow_other.arrow")}, Wide()), Canonical(Wide(), rows) + Canonical(Wide(), rows));
}

TEST(ArrowRecords, AreBadAsAWhole) {
  std::string record = RecordOf(GoldenRows(), Wide());
  std::string cut = record.substr(0, record.size() - 40);

  EXPECT_NE(RecordRows({cut}, Wide()).find("corrupt"), std::string::npos);
  EXPECT_NE(RecordRows({""}, Wide()).find("begins with a schema"), std::string::npos);
  EXPECT_NE(RecordRows({"{\"a\":1}"}, Wide()).find("none of Arrow"), std::string::npos);
  EXPECT_EQ(RecordRows({cut, record, ""}, Wide(), {{"ignore-parse-errors", "true"}}), Canonical(Wide(), GoldenRows()) + "2 skipped");
}

TEST(ArrowRecords, HaveAsManyRowsAsABatch) {
  Schema columns;
  columns.Add("n", Type::BigInt());
  data::BatchBuilder builder(data::TypesOf(columns));
  for (int i = 0; i < data::kMaxBatchRows; ++i) builder.AppendRow({i});
  Batch rows = builder.Build();
  auto encoder = std::move(OpenBlockEncoder("arrow", {}, columns)).value();
  for (int i = 0; i < data::kMaxBatchRows; ++i) encoder->Append(rows, i);

  EXPECT_FALSE(encoder->HasRoom(rows, 0, 1 << 30));
  std::string record = std::move(encoder->Finish()).value();
  EXPECT_EQ(RecordRows({record}, columns), Canonical(columns, rows));

  std::string twice = record.substr(0, record.size() - 8) + record.substr(record.find("\xff\xff\xff\xff", 8));  // the batch once more, and the end
  EXPECT_NE(RecordRows({twice}, columns).find("more than 8192 rows"), std::string::npos);
}

TEST(ArrowRecords, EndWhereTheirBytesDo) {
  Batch rows = GoldenRows();
  auto encoder = std::move(OpenBlockEncoder("arrow", {}, Wide())).value();
  int row = 0;
  while (encoder->HasRoom(rows, row % rows.length(), 64 << 10)) encoder->Append(rows, row++ % rows.length());

  int64_t record = static_cast<int64_t>(encoder->Finish().value().size());

  EXPECT_GT(row, 200);
  EXPECT_LE(record, 64 << 10);
  EXPECT_GT(record, 48 << 10);
}

}  // namespace
}  // namespace freshet::formats
