#include <arrow/api.h>
#include <arrow/io/interfaces.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>

#include "engines/lake/parquet/arrow_status.h"  // first of ours
#include "engines/lake/parquet/file_reader.h"
#include "engines/lake/parquet/flat_columns.h"

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

// How a column of the file becomes one of ours: which member of a struct each field of a ROW is, -1 for none.
struct Plan {
  std::vector<int> members;
  std::vector<Plan> inner;  // by field of a ROW; element; key and value
};

// Fields of rows stand where they stood when they were written, or are found by their names.
enum class Matching : uint8_t { kByPlace, kByName };

size_t WidthOf(arrow::Type::type id) {
  switch (id) {
    case arrow::Type::INT8: return 1;
    case arrow::Type::INT16:
    case arrow::Type::UINT8: return 2;
    case arrow::Type::INT32:
    case arrow::Type::UINT16: return 4;
    default: return 8;
  }
}

bool IsWhole(arrow::Type::type id) { return (arrow::is_integer(id) && id != arrow::Type::UINT64); }
bool IsText(arrow::Type::type id) { return id == arrow::Type::STRING || id == arrow::Type::LARGE_STRING; }
bool IsBytes(arrow::Type::type id) { return id == arrow::Type::BINARY || id == arrow::Type::LARGE_BINARY || id == arrow::Type::FIXED_SIZE_BINARY; }

// Files keep TINYINT and SMALLINT in 32 bits; a value that does not fit is refused when it comes.
bool FitsPlain(const arrow::DataType& from, const data::Type& to) {
  arrow::Type::type id = from.id();
  switch (to.kind()) {
    case data::Kind::kBoolean: return id == arrow::Type::BOOL;
    case data::Kind::kTinyInt:
    case data::Kind::kSmallInt:
    case data::Kind::kInt: return IsWhole(id) && WidthOf(id) <= 4;
    case data::Kind::kBigInt: return IsWhole(id);
    case data::Kind::kFloat: return id == arrow::Type::FLOAT;
    case data::Kind::kDouble: return id == arrow::Type::FLOAT || id == arrow::Type::DOUBLE;
    case data::Kind::kDecimal: {
      if (id != arrow::Type::DECIMAL128) return false;
      const auto& decimal = static_cast<const arrow::Decimal128Type&>(from);
      return decimal.scale() == to.scale() && decimal.precision() <= to.precision();
    }
    case data::Kind::kChar:
    case data::Kind::kVarchar: return IsText(id) || IsBytes(id);
    case data::Kind::kBinary:
    case data::Kind::kVarbinary: return IsBytes(id) || IsText(id);
    case data::Kind::kDate: return id == arrow::Type::DATE32;
    case data::Kind::kTime: return id == arrow::Type::TIME32 || id == arrow::Type::TIME64;
    case data::Kind::kTimestamp:
    case data::Kind::kTimestampLtz: return id == arrow::Type::TIMESTAMP;
    default: return false;
  }
}

Result<Plan> PlanFor(const std::string& name, const arrow::DataType& from, const data::Type& to, Matching matching);

Result<Plan> PlanRow(const std::string& name, const arrow::DataType& from, const data::Type& to, Matching matching) {
  const auto& record = static_cast<const arrow::StructType&>(from);
  const auto& fields = to.fields();
  bool all = static_cast<size_t>(record.num_fields()) == fields.size();
  if (matching == Matching::kByPlace && !all) return Fault::Unsupported("parquet: column ", name, ": a ROW of ", fields.size(), " fields has ", record.num_fields(), " in the file");
  Plan plan;
  for (size_t i = 0; i < fields.size(); ++i) {
    int member = matching == Matching::kByPlace ? static_cast<int>(i) : record.GetFieldIndex(fields[i].name);
    std::string full = StrCat(name, ".", fields[i].name);
    if (member < 0 && !fields[i].type.nullable()) return Fault::Invalid("parquet: column ", full, " is NOT NULL, and the file does not have it");
    plan.members.push_back(member);
    if (member < 0) {
      plan.inner.emplace_back();
      continue;
    }
    ASSIGN_OR_RETURN(Plan inner, PlanFor(full, *record.field(member)->type(), fields[i].type, matching));
    plan.inner.push_back(std::move(inner));
  }
  return plan;
}

Result<Plan> PlanFor(const std::string& name, const arrow::DataType& from, const data::Type& to, Matching matching) {
  if (from.id() == arrow::Type::DICTIONARY) return PlanFor(name, *static_cast<const arrow::DictionaryType&>(from).value_type(), to, matching);
  if (from.id() == arrow::Type::STRUCT && to.kind() == data::Kind::kRow) return PlanRow(name, from, to, matching);
  bool list = (from.id() == arrow::Type::LIST || from.id() == arrow::Type::LARGE_LIST) && to.kind() == data::Kind::kArray;
  bool map = from.id() == arrow::Type::MAP && to.kind() == data::Kind::kMap;
  if (list || map) {
    Plan plan;
    for (int i = 0; i < (list ? 1 : 2); ++i) {
      const arrow::DataType& part = list ? *from.field(0)->type() : i == 0 ? *static_cast<const arrow::MapType&>(from).key_type() : *static_cast<const arrow::MapType&>(from).item_type();
      ASSIGN_OR_RETURN(Plan inner, PlanFor(name, part, list ? to.element() : i == 0 ? to.key() : to.value(), matching));
      plan.inner.push_back(std::move(inner));
    }
    return plan;
  }
  if (!to.IsNested() && FitsPlain(from, to)) return Plan();
  return Fault::Unsupported("parquet: column ", name, " of type ", to, " cannot be read from the file's ", from.ToString());
}

Status AppendFrom(data::ColumnBuilder& to, const arrow::Array& from, int64_t row, const Plan& plan);

template <typename ListType>
Status AppendList(data::ColumnBuilder& to, const arrow::Array& from, int64_t row, const Plan& plan) {
  const auto& list = static_cast<const ListType&>(from);
  for (int64_t i = list.value_offset(row); i < list.value_offset(row + 1); ++i) RETURN_NOT_OK(AppendFrom(to.child(0), *list.values(), i, plan.inner[0]));
  to.AppendList();
  return {};
}

Status AppendMap(data::ColumnBuilder& to, const arrow::Array& from, int64_t row, const Plan& plan) {
  const auto& map = static_cast<const arrow::MapArray&>(from);
  for (int64_t i = map.value_offset(row); i < map.value_offset(row + 1); ++i) {
    RETURN_NOT_OK(AppendFrom(to.child(0), *map.keys(), i, plan.inner[0]));
    RETURN_NOT_OK(AppendFrom(to.child(1), *map.items(), i, plan.inner[1]));
  }
  to.AppendList();
  return {};
}

Status AppendStruct(data::ColumnBuilder& to, const arrow::Array& from, int64_t row, const Plan& plan) {
  const auto& record = static_cast<const arrow::StructArray&>(from);
  for (size_t i = 0; i < plan.members.size(); ++i) {
    data::ColumnBuilder& field = to.child(static_cast<int>(i));
    if (plan.members[i] < 0) field.AppendNull();
    else RETURN_NOT_OK(AppendFrom(field, *record.field(plan.members[i]), row, plan.inner[i]));
  }
  to.AppendRow();
  return {};
}

Status AppendWhole(data::ColumnBuilder& to, int64_t value) {
  size_t bits = 8 * data::PhysicalWidth(to.type().physical());
  int64_t most = bits == 64 ? INT64_MAX : (int64_t{1} << (bits - 1)) - 1;
  if (value > most || value < -most - 1) return Fault::Invalid("parquet: ", value, " is no ", to.type());
  to.AppendInt(value);
  return {};
}

void AppendFloating(data::ColumnBuilder& to, double value) {
  if (to.type().kind() == data::Kind::kFloat) to.Append(static_cast<float>(value));
  else to.Append(value);
}

Status AppendFrom(data::ColumnBuilder& to, const arrow::Array& from, int64_t row, const Plan& plan) {
  if (from.IsNull(row)) {
    if (!to.type().nullable()) return Fault::Invalid("parquet: NULL where ", to.type(), " stands");
    return to.AppendNull(), Status();
  }
  switch (from.type_id()) {
    case arrow::Type::BOOL: to.AppendInt(ValueOf<arrow::BooleanArray>(from, row) ? 1 : 0); break;
    case arrow::Type::INT8: return AppendWhole(to, ValueOf<arrow::Int8Array>(from, row));
    case arrow::Type::INT16: return AppendWhole(to, ValueOf<arrow::Int16Array>(from, row));
    case arrow::Type::INT32: return AppendWhole(to, ValueOf<arrow::Int32Array>(from, row));
    case arrow::Type::INT64: return AppendWhole(to, ValueOf<arrow::Int64Array>(from, row));
    case arrow::Type::UINT8: return AppendWhole(to, ValueOf<arrow::UInt8Array>(from, row));
    case arrow::Type::UINT16: return AppendWhole(to, ValueOf<arrow::UInt16Array>(from, row));
    case arrow::Type::UINT32: return AppendWhole(to, ValueOf<arrow::UInt32Array>(from, row));
    case arrow::Type::DICTIONARY: {
      const auto& dictionary = static_cast<const arrow::DictionaryArray&>(from);
      return AppendFrom(to, *dictionary.dictionary(), dictionary.GetValueIndex(row), plan);
    }
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
    case arrow::Type::TIMESTAMP: {
      int64_t value = ValueOf<arrow::TimestampArray>(from, row), wrote = PerSecond(static_cast<const arrow::TimestampType&>(*from.type()).unit()), wanted = to.type().UnitsPerSecond();
      if (int64_t fine; wanted > wrote && __builtin_mul_overflow(value, wanted / wrote, &fine)) return Fault::Invalid("parquet: a timestamp lies beyond ", to.type());
      to.AppendInt(Rescaled(value, wrote, wanted));
      break;
    }
    case arrow::Type::LIST: return AppendList<arrow::ListArray>(to, from, row, plan);
    case arrow::Type::LARGE_LIST: return AppendList<arrow::LargeListArray>(to, from, row, plan);
    case arrow::Type::MAP: return AppendMap(to, from, row, plan);
    case arrow::Type::STRUCT: return AppendStruct(to, from, row, plan);
    default: return Fault::Unsupported("parquet: a column of type ", from.type()->ToString());
  }
  return {};
}

Fault NullOf(const data::Type& type) { return Fault::Invalid("parquet: NULL where ", type, " stands"); }

Result<data::ColumnPtr> ColumnOf(const arrow::Array& from, const data::Type& to, const Plan& plan);

// A field of a ROW, of which some rows may be NULL: there the field is, too, whatever its type says.
Result<data::ColumnPtr> FieldOf(const arrow::StructArray& record, int member, const data::Type& to, const Plan& plan) {
  if (record.null_count() == 0) return ColumnOf(*record.field(member), to, plan);
  auto flattened = record.GetFlattenedField(member, arrow::system_memory_pool());
  RETURN_ARROW_NOT_OK(flattened.status());
  for (int64_t row = 0; !to.nullable() && row < record.length(); ++row) {
    if (record.IsValid(row) && (*flattened)->IsNull(row)) return NullOf(to);
  }
  ASSIGN_OR_RETURN(auto field, ColumnOf(**flattened, to.WithNullable(true), plan));
  return to.nullable() ? field : data::WithType(field, to);
}

Result<data::ColumnPtr> RowOf(const arrow::Array& from, const data::Type& to, const Plan& plan) {
  const auto& record = static_cast<const arrow::StructArray&>(from);
  auto out = std::make_shared<data::Column>();
  out->type = to;
  out->length = out->base_rows = static_cast<int>(from.length());
  out->validity = ValidityOf(from, *out);
  out->pins.push_back(data::Slab::Make(64));
  out->values = static_cast<const data::Slab&>(*out->pins.back()).data();
  for (size_t i = 0; i < plan.members.size(); ++i) {
    const data::Type& type = to.fields()[i].type;
    if (plan.members[i] >= 0) {
      ASSIGN_OR_RETURN(auto field, FieldOf(record, plan.members[i], type, plan.inner[i]));
      out->children.push_back(std::move(field));
      continue;
    }
    data::ColumnBuilder nulls(type, out->length);
    for (int row = 0; row < out->length; ++row) nulls.AppendNull();
    out->children.push_back(nulls.Finish());
  }
  return data::ColumnPtr(std::move(out));
}

// As a whole where that can be, else value by value.
Result<data::ColumnPtr> ColumnOf(const arrow::Array& from, const data::Type& to, const Plan& plan) {
  if (!to.nullable() && from.null_count() > 0) return NullOf(to);
  if (from.type_id() == arrow::Type::STRUCT) return RowOf(from, to, plan);
  if (auto flat = FlatColumn(from, to)) return flat;
  data::ColumnBuilder builder(to, static_cast<int>(from.length()));
  for (int64_t row = 0; row < from.length(); ++row) RETURN_NOT_OK(AppendFrom(builder, from, row, plan));
  return builder.Finish();
}

// A column that is wanted, and how to know it among those of the file.
struct Wanted {
  int32_t id = -1;   // -1: by its name
  std::string name;
  data::Type type;
  bool required = false;
};

class ArrowReader final : public ParquetReader {
 public:
  ArrowReader(std::vector<Wanted> wanted, Matching matching) : wanted_(std::move(wanted)), matching_(matching) {}

  Status Open(std::unique_ptr<ByteInput> in) {
    ASSIGN_OR_RETURN(int64_t size, in->Size());
    return Guarded([&]() -> Status {
      parquet::arrow::FileReaderBuilder builder;
      RETURN_ARROW_NOT_OK(builder.Open(std::make_shared<Input>(std::move(in), size)));
      parquet::ArrowReaderProperties properties;
      properties.set_batch_size(data::kMaxBatchRows);
      properties.set_pre_buffer(false);
      properties.set_coerce_int96_timestamp_unit(arrow::TimeUnit::MICRO);
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

  // Of a row found by its names only the fields that are wanted; at least one, which says where the row itself is.
  void AddWanted(const parquet::arrow::SchemaField& field, const data::Type& type, std::vector<int>& leaves) const {
    bool row = matching_ == Matching::kByName && type.kind() == data::Kind::kRow && field.field->type()->id() == arrow::Type::STRUCT;
    if (!row) return AddLeaves(field, leaves);
    size_t before = leaves.size();
    for (const auto& child : field.children) {
      auto wanted = std::find_if(type.fields().begin(), type.fields().end(), [&](const data::NamedType& one) { return one.name == child.field->name(); });
      if (wanted != type.fields().end()) AddWanted(child, wanted->type, leaves);
    }
    if (leaves.size() == before && !field.children.empty()) AddLeaves(field.children[0], leaves);
  }

  static int FieldIdOf(const arrow::Field& field) {
    auto id = field.metadata() == nullptr ? arrow::Result<std::string>(arrow::Status::KeyError("")) : field.metadata()->Get("PARQUET:field_id");
    return id.ok() ? std::atoi(id->c_str()) : -1;
  }

  bool Is(const Wanted& wanted, const arrow::Field& field) const { return matching_ == Matching::kByName ? field.name() == wanted.name : FieldIdOf(field) == wanted.id; }

  // Reads the columns that are wanted, and remembers where each stands.
  Status Project() {
    std::vector<int> leaves, groups;
    std::vector<const arrow::Field*> read;
    for (const auto& field : file_->manifest().schema_fields) {
      auto wanted = std::find_if(wanted_.begin(), wanted_.end(), [&](const Wanted& one) { return Is(one, *field.field); });
      if (wanted == wanted_.end()) continue;
      read.push_back(field.field.get());
      AddWanted(field, wanted->type, leaves);
    }
    for (int g = 0; g < file_->num_row_groups(); ++g) groups.push_back(g);
    auto reader = file_->GetRecordBatchReader(groups, leaves);
    RETURN_ARROW_NOT_OK(reader.status());
    rows_ = std::move(reader).ValueUnsafe();
    for (const Wanted& wanted : wanted_) {
      auto found = std::find_if(read.begin(), read.end(), [&](const arrow::Field* field) { return Is(wanted, *field); });
      if (found == read.end() && wanted.required) return Fault::Corrupt("parquet: the file has no column ", wanted.name, ", which is NOT NULL");
      places_.push_back(found == read.end() ? -1 : static_cast<int>(found - read.begin()));
      plans_.emplace_back();
      if (found == read.end()) continue;
      const arrow::Field& as_read = *rows_->schema()->field(places_.back());
      ASSIGN_OR_RETURN(plans_.back(), PlanFor(wanted.name, *as_read.type(), wanted.type, matching_));
    }
    return {};
  }

  Status Convert(const arrow::RecordBatch& records, data::Batch& batch) const {
    auto length = static_cast<int>(records.num_rows());
    std::vector<data::ColumnPtr> columns;
    for (size_t c = 0; c < places_.size(); ++c) {
      if (places_[c] < 0) {
        columns.push_back(data::NullColumn(wanted_[c].type, length));
        continue;
      }
      ASSIGN_OR_RETURN(auto column, ColumnOf(*records.column(places_[c]), wanted_[c].type, plans_[c]));
      columns.push_back(std::move(column));
    }
    batch = data::Batch(length, std::move(columns));
    return {};
  }

  const std::vector<Wanted> wanted_;
  const Matching matching_;
  std::vector<int> places_;  // of wanted columns among what is read; -1: not in the file
  std::vector<Plan> plans_;  // of each
  std::unique_ptr<parquet::arrow::FileReader> file_;
  std::unique_ptr<arrow::RecordBatchReader> rows_;
};

Result<std::unique_ptr<ParquetReader>> Opened(std::vector<Wanted> wanted, Matching matching, std::unique_ptr<ByteInput> in) {
  auto reader = std::make_unique<ArrowReader>(std::move(wanted), matching);
  RETURN_NOT_OK(reader->Open(std::move(in)));
  return std::unique_ptr<ParquetReader>(std::move(reader));
}

}  // namespace

Result<std::unique_ptr<ParquetReader>> OpenArrowReader(const TableSchema& wanted, const std::vector<data::Type>& types, std::unique_ptr<ByteInput> in) {
  std::vector<Wanted> columns;
  for (size_t c = 0; c < wanted.fields.size(); ++c) columns.push_back({wanted.fields[c].id, wanted.fields[c].name, types[c], wanted.fields[c].required});
  return Opened(std::move(columns), Matching::kByPlace, std::move(in));
}

Result<std::unique_ptr<ParquetReader>> OpenArrowReaderByName(const data::Schema& wanted, std::unique_ptr<ByteInput> in) {
  std::vector<Wanted> columns;
  for (const auto& field : wanted.fields()) columns.push_back({-1, field.name, field.type, !field.type.nullable()});
  return Opened(std::move(columns), Matching::kByName, std::move(in));
}

}  // namespace freshet::lake
