#include <arrow/api.h>
#include <arrow/io/interfaces.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>

#include "engines/lake/parquet/arrow_status.h"  // first of ours
#include "engines/lake/parquet/file_reader.h"

namespace freshet::lake {
namespace {

// Arrow's random access file over ours.
class Input final : public arrow::io::RandomAccessFile {
 public:
  Input(std::unique_ptr<ByteInput> in, int64_t size) : in_(std::move(in)), size_(size) {}

  arrow::Result<int64_t> GetSize() override { return size_; }
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t bytes, void* out) override {
    auto read = in_->ReadAt(position, {static_cast<char*>(out), static_cast<size_t>(std::min(bytes, std::max<int64_t>(0, size_ - position)))});
    if (read.ok()) return static_cast<int64_t>(*read);
    return arrow::Status::IOError(read.fault().message());
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t bytes) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(bytes, arrow::system_memory_pool()));
    ARROW_ASSIGN_OR_RAISE(int64_t read, ReadAt(position, bytes, buffer->mutable_data()));
    ARROW_RETURN_NOT_OK(buffer->Resize(read, false));
    return std::shared_ptr<arrow::Buffer>(std::move(buffer));
  }
  arrow::Result<int64_t> Read(int64_t bytes, void* out) override {
    ARROW_ASSIGN_OR_RAISE(int64_t read, ReadAt(position_, bytes, out));
    position_ += read;
    return read;
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, bytes));
    position_ += buffer->size();
    return buffer;
  }
  arrow::Status Seek(int64_t position) override {
    position_ = position;
    return arrow::Status::OK();
  }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }

 private:
  const std::unique_ptr<ByteInput> in_;
  const int64_t size_;
  int64_t position_ = 0;
  bool closed_ = false;
};

int64_t PerSecond(arrow::TimeUnit::type unit) {
  constexpr int64_t kUnits[] = {1, 1'000, 1'000'000, 1'000'000'000};
  return kUnits[static_cast<int>(unit)];
}

int64_t Rescaled(int64_t value, int64_t from, int64_t to) {
  if (to >= from) return value * (to / from);
  int64_t step = from / to;
  return value / step - (value % step < 0 ? 1 : 0);
}

template <typename ArrayType>
auto ValueOf(const arrow::Array& from, int64_t row) { return static_cast<const ArrayType&>(from).GetView(row); }

Status AppendFrom(data::ColumnBuilder& to, const arrow::Array& from, int64_t row);

template <typename ListType>
Status AppendList(data::ColumnBuilder& to, const arrow::Array& from, int64_t row) {
  const auto& list = static_cast<const ListType&>(from);
  for (int64_t i = list.value_offset(row); i < list.value_offset(row + 1); ++i) RETURN_NOT_OK(AppendFrom(to.child(0), *list.values(), i));
  to.AppendList();
  return {};
}

Status AppendMap(data::ColumnBuilder& to, const arrow::Array& from, int64_t row) {
  const auto& map = static_cast<const arrow::MapArray&>(from);
  for (int64_t i = map.value_offset(row); i < map.value_offset(row + 1); ++i) {
    RETURN_NOT_OK(AppendFrom(to.child(0), *map.keys(), i));
    RETURN_NOT_OK(AppendFrom(to.child(1), *map.items(), i));
  }
  to.AppendList();
  return {};
}

Status AppendStruct(data::ColumnBuilder& to, const arrow::Array& from, int64_t row) {
  const auto& record = static_cast<const arrow::StructArray&>(from);
  if (static_cast<size_t>(record.num_fields()) != to.type().fields().size()) return Fault::Unsupported("parquet: a ROW of ", to.type().fields().size(), " fields has ", record.num_fields(), " in the file");
  for (int i = 0; i < record.num_fields(); ++i) RETURN_NOT_OK(AppendFrom(to.child(i), *record.field(i), row));
  to.AppendRow();
  return {};
}

void AppendFloating(data::ColumnBuilder& to, double value) {
  if (to.type().kind() == data::Kind::kFloat) to.Append(static_cast<float>(value));
  else to.Append(value);
}

Status AppendFrom(data::ColumnBuilder& to, const arrow::Array& from, int64_t row) {
  if (from.IsNull(row)) return to.AppendNull(), Status();
  switch (from.type_id()) {
    case arrow::Type::BOOL: to.AppendInt(ValueOf<arrow::BooleanArray>(from, row) ? 1 : 0); break;
    case arrow::Type::INT32: to.AppendInt(ValueOf<arrow::Int32Array>(from, row)); break;
    case arrow::Type::INT64: to.AppendInt(ValueOf<arrow::Int64Array>(from, row)); break;
    case arrow::Type::DATE32: to.AppendInt(ValueOf<arrow::Date32Array>(from, row)); break;
    case arrow::Type::FLOAT: AppendFloating(to, ValueOf<arrow::FloatArray>(from, row)); break;
    case arrow::Type::DOUBLE: AppendFloating(to, ValueOf<arrow::DoubleArray>(from, row)); break;
    case arrow::Type::STRING: to.AppendString(ValueOf<arrow::StringArray>(from, row)); break;
    case arrow::Type::LARGE_STRING: to.AppendString(ValueOf<arrow::LargeStringArray>(from, row)); break;
    case arrow::Type::BINARY: to.AppendString(ValueOf<arrow::BinaryArray>(from, row)); break;
    case arrow::Type::LARGE_BINARY: to.AppendString(ValueOf<arrow::LargeBinaryArray>(from, row)); break;
    case arrow::Type::FIXED_SIZE_BINARY: to.AppendString(ValueOf<arrow::FixedSizeBinaryArray>(from, row)); break;
    case arrow::Type::DECIMAL128: {
      arrow::Decimal128 value(static_cast<const arrow::Decimal128Array&>(from).GetValue(row));
      to.AppendDecimal(static_cast<data::Int128>(value.high_bits()) << 64 | value.low_bits());
      break;
    }
    case arrow::Type::TIME32:
    case arrow::Type::TIME64: {
      int64_t value = from.type_id() == arrow::Type::TIME32 ? ValueOf<arrow::Time32Array>(from, row) : ValueOf<arrow::Time64Array>(from, row);
      to.AppendInt(Rescaled(value, PerSecond(static_cast<const arrow::TimeType&>(*from.type()).unit()), 1000));
      break;
    }
    case arrow::Type::TIMESTAMP:
      to.AppendInt(Rescaled(ValueOf<arrow::TimestampArray>(from, row), PerSecond(static_cast<const arrow::TimestampType&>(*from.type()).unit()), to.type().UnitsPerSecond()));
      break;
    case arrow::Type::LIST: return AppendList<arrow::ListArray>(to, from, row);
    case arrow::Type::LARGE_LIST: return AppendList<arrow::LargeListArray>(to, from, row);
    case arrow::Type::MAP: return AppendMap(to, from, row);
    case arrow::Type::STRUCT: return AppendStruct(to, from, row);
    default: return Fault::Unsupported("parquet: a column of type ", from.type()->ToString());
  }
  return {};
}

class ArrowReader final : public ParquetReader {
 public:
  ArrowReader(const TableSchema& wanted, const std::vector<data::Type>& types) : wanted_(wanted), types_(types) {}

  Status Open(std::unique_ptr<ByteInput> in) {
    ASSIGN_OR_RETURN(int64_t size, in->Size());
    return Guarded([&]() -> Status {
      parquet::arrow::FileReaderBuilder builder;
      RETURN_ARROW_NOT_OK(builder.Open(std::make_shared<Input>(std::move(in), size)));
      parquet::ArrowReaderProperties properties;
      properties.set_batch_size(data::kMaxBatchRows);
      properties.set_pre_buffer(false);
      RETURN_ARROW_NOT_OK(builder.memory_pool(arrow::system_memory_pool())->properties(properties)->Build(&file_));
      return Project();
    });
  }

  Result<data::Batch> Next() override {
    data::Batch batch;
    RETURN_NOT_OK(Guarded([&]() -> Status {
      std::shared_ptr<arrow::RecordBatch> records;
      RETURN_ARROW_NOT_OK(rows_->ReadNext(&records));
      if (records == nullptr) return {};
      return Convert(*records, batch);
    }));
    return batch;
  }

 private:
  template <typename Function>
  static Status Guarded(Function&& function) {
    try {
      return function();
    } catch (const std::exception& e) {
      return Fault::Corrupt("parquet: ", e.what());
    }
  }

  static void AddLeaves(const parquet::arrow::SchemaField& field, std::vector<int>& leaves) {
    if (field.is_leaf()) leaves.push_back(field.column_index);
    for (const auto& child : field.children) AddLeaves(child, leaves);
  }

  static int FieldIdOf(const arrow::Field& field) {
    auto id = field.metadata() == nullptr ? arrow::Result<std::string>(arrow::Status::KeyError("")) : field.metadata()->Get("PARQUET:field_id");
    return id.ok() ? std::atoi(id->c_str()) : -1;
  }

  // Reads the columns that are wanted, and remembers where each stands.
  Status Project() {
    std::vector<int> leaves, groups;
    std::vector<int> ids;
    for (const auto& field : file_->manifest().schema_fields) {
      int id = FieldIdOf(*field.field);
      if (wanted_.FindById(id) == nullptr) continue;
      ids.push_back(id);
      AddLeaves(field, leaves);
    }
    for (const Field& field : wanted_.fields) {
      auto found = std::find(ids.begin(), ids.end(), field.id);
      if (found == ids.end() && field.required) return Fault::Corrupt("parquet: the file has no column for field ", field.id, " (", field.name, "), which is required");
      places_.push_back(found == ids.end() ? -1 : static_cast<int>(found - ids.begin()));
    }
    for (int g = 0; g < file_->num_row_groups(); ++g) groups.push_back(g);
    auto reader = file_->GetRecordBatchReader(groups, leaves);
    RETURN_ARROW_NOT_OK(reader.status());
    rows_ = std::move(reader).ValueUnsafe();
    return {};
  }

  Status Convert(const arrow::RecordBatch& records, data::Batch& batch) const {
    auto length = static_cast<int>(records.num_rows());
    std::vector<data::ColumnPtr> columns;
    for (size_t c = 0; c < places_.size(); ++c) {
      if (places_[c] < 0) {
        columns.push_back(data::NullColumn(types_[c], length));
        continue;
      }
      data::ColumnBuilder to(types_[c], length);
      const arrow::Array& from = *records.column(places_[c]);
      for (int row = 0; row < length; ++row) RETURN_NOT_OK(AppendFrom(to, from, row));
      columns.push_back(to.Finish());
    }
    batch = data::Batch(length, std::move(columns));
    return {};
  }

  const TableSchema wanted_;
  const std::vector<data::Type> types_;
  std::vector<int> places_;  // of wanted fields among what is read; -1: not in the file
  std::unique_ptr<parquet::arrow::FileReader> file_;
  std::unique_ptr<arrow::RecordBatchReader> rows_;
};

}  // namespace

Result<std::unique_ptr<ParquetReader>> OpenArrowReader(const TableSchema& wanted, const std::vector<data::Type>& types, std::unique_ptr<ByteInput> in) {
  auto reader = std::make_unique<ArrowReader>(wanted, types);
  RETURN_NOT_OK(reader->Open(std::move(in)));
  return std::unique_ptr<ParquetReader>(std::move(reader));
}

}  // namespace freshet::lake
