#include <cmath>
#include <limits>

#include "data/formats/avro_rows.h"
#include "data/number_text.h"

namespace freshet::formats {
namespace {

using avro::Logical;
using avro::Shape;
using data::ColumnBuilder;
using data::Kind;
using data::Type;

constexpr int64_t kEmptyItemsMax = 10'000;  // of a record: an item of no bytes costs its sender nothing

// Units of a writer's timestamp in one second; what has no logical type is taken as the column is.
int64_t UnitsPerSecond(Logical logical, int64_t otherwise) {
  switch (logical) {
    case Logical::kTimestampMillis: return 1'000;
    case Logical::kTimestampMicros: return 1'000'000;
    case Logical::kTimestampNanos: return 1'000'000'000;
    default: return otherwise;
  }
}

int64_t FloorDivide(int64_t value, int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

bool IsCounted(Shape shape) { return shape == Shape::kInt || shape == Shape::kLong; }
bool IsText(Shape shape) { return shape == Shape::kString || shape == Shape::kBytes; }

Status Cut(const ByteReader& in) {
  if (in.ok()) return {};
  return Fault::Corrupt("avro: a value runs over the end of its record, or another schema wrote it");
}

Result<size_t> Branch(ByteReader& in, size_t branches) {
  int64_t branch = in.ReadVarInt64();
  RETURN_NOT_OK(Cut(in));
  if (branch < 0 || branch >= static_cast<int64_t>(branches)) return Fault::Corrupt("avro: a union has no branch ", branch, ", or another schema wrote it");
  return static_cast<size_t>(branch);
}

size_t LengthOf(int64_t length) { return length < 0 ? SIZE_MAX : static_cast<size_t>(length); }

}  // namespace

Result<AvroRowReader> AvroRowReader::Make(avro::SchemaPtr writer, const data::Schema& columns) {
  AvroRowReader reader(std::move(writer));
  const avro::Schema* record = reader.writer_.get();
  if (record->shape == Shape::kUnion) {
    for (size_t i = 0; i < reader.writer_->children.size(); ++i) {
      if (reader.writer_->children[i]->shape != Shape::kRecord) continue;
      record = reader.writer_->children[i].get();
      reader.record_branch_ = static_cast<int>(i);
    }
  }
  if (record->shape != Shape::kRecord) return Fault::Unsupported("avro: the schema that wrote is a ", ShapeName(record->shape), "; rows are records");
  for (const auto& field : columns.fields()) {
    const avro::Schema* found = nullptr;
    for (const auto& member : record->fields) {
      if (member.name == field.name) found = member.type.get();
    }
    if (found == nullptr && !field.type.nullable()) return Fault::Invalid("avro: column ", field.name, " is NOT NULL, and the schema that wrote has no such field");
    if (found != nullptr && Plan(*found, field.type).what == Step::Do::kUnfit) return Fault::Invalid("avro: column ", field.name, " of type ", field.type, " cannot be read from Avro's ", ShapeName(found->shape));
  }
  reader.record_ = PlanRecord(*record, columns.AsRowType().fields());
  return reader;
}

AvroRowReader::Step AvroRowReader::PlanRecord(const avro::Schema& writer, const std::vector<data::NamedType>& fields) {
  Step step{.what = Step::Do::kRecord, .writer = &writer, .children = {}, .places = {}, .absent = {}};
  std::vector<bool> filled(fields.size(), false);
  for (const auto& member : writer.fields) {
    size_t at = 0;
    while (at < fields.size() && (filled[at] || fields[at].name != member.name)) ++at;
    bool wanted = at < fields.size();
    step.places.push_back(wanted ? static_cast<int>(at) : -1);
    step.children.push_back(wanted ? Plan(*member.type, fields[at].type) : Step{.writer = member.type.get(), .children = {}, .places = {}, .absent = {}});
    if (!wanted) continue;
    if (step.children.back().what == Step::Do::kUnfit) step.what = Step::Do::kUnfit;
    filled[at] = true;
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    if (filled[i]) continue;
    step.absent.push_back(static_cast<int>(i));
    if (!fields[i].type.nullable()) step.what = Step::Do::kUnfit;
  }
  return step;
}

AvroRowReader::Step AvroRowReader::Plan(const avro::Schema& writer, const Type& type) {
  if (writer.shape == Shape::kUnion) {
    Step step{.what = Step::Do::kUnfit, .writer = &writer, .children = {}, .places = {}, .absent = {}};
    for (const auto& branch : writer.children) {
      step.children.push_back(Plan(*branch, type));
      if (step.children.back().what != Step::Do::kUnfit) step.what = Step::Do::kUnion;
    }
    return step;
  }
  return type.IsNested() ? PlanNested(writer, type) : PlanPlain(writer, type);
}

AvroRowReader::Step AvroRowReader::PlanNested(const avro::Schema& writer, const Type& type) {
  Step step{.what = Step::Do::kUnfit, .writer = &writer, .children = {}, .places = {}, .absent = {}};
  if (writer.shape == Shape::kNull && type.nullable()) step.what = Step::Do::kNull;
  if (writer.shape == Shape::kRecord && type.kind() == Kind::kRow) return PlanRecord(writer, type.fields());
  bool array = writer.shape == Shape::kArray && type.kind() == Kind::kArray;
  bool map = writer.shape == Shape::kMap && (type.kind() == Kind::kMap || type.kind() == Kind::kMultiset) && type.key().IsString();
  if (!array && !map) return step;
  step.children.push_back(Plan(*writer.children[0], array ? type.element() : type.value()));
  if (step.children[0].what != Step::Do::kUnfit) step.what = array ? Step::Do::kArray : Step::Do::kMap;
  return step;
}

AvroRowReader::Step AvroRowReader::PlanPlain(const avro::Schema& writer, const Type& type) {
  Step step{.what = Step::Do::kUnfit, .writer = &writer, .children = {}, .places = {}, .absent = {}};
  Shape shape = writer.shape;
  if (shape == Shape::kNull) {
    if (type.nullable()) step.what = Step::Do::kNull;
    return step;
  }
  switch (type.kind()) {
    case Kind::kBoolean:
      if (shape == Shape::kBoolean) step.what = Step::Do::kBoolean;
      break;
    case Kind::kTinyInt:
    case Kind::kSmallInt:
    case Kind::kInt:
      if (shape == Shape::kInt) step.what = Step::Do::kInteger;
      break;
    case Kind::kBigInt:
      if (IsCounted(shape)) step.what = Step::Do::kInteger;
      break;
    case Kind::kFloat:
      if (IsCounted(shape) || shape == Shape::kFloat) step.what = Step::Do::kReal;
      break;
    case Kind::kDouble:
      if (IsCounted(shape) || shape == Shape::kFloat || shape == Shape::kDouble) step.what = Step::Do::kReal;
      break;
    case Kind::kChar:
    case Kind::kVarchar:
    case Kind::kBinary:
    case Kind::kVarbinary:
      if (IsText(shape)) step.what = Step::Do::kText;
      if (shape == Shape::kFixed && type.IsBinary()) step.what = Step::Do::kFixedText;
      if (shape == Shape::kEnum && type.IsString()) step.what = Step::Do::kSymbol;
      break;
    case Kind::kDecimal:
      if (shape == Shape::kBytes) step.what = Step::Do::kDecimal;
      if (shape == Shape::kFixed) step.what = Step::Do::kFixedDecimal;
      if (writer.logical == Logical::kDecimal) step.scale_up = type.scale() - writer.scale;
      break;
    case Kind::kDate:
      if (shape == Shape::kInt) step.what = Step::Do::kInteger;
      break;
    case Kind::kTime:
      if (IsCounted(shape)) step.what = Step::Do::kTime;
      if (writer.logical == Logical::kTimeMicros) step.divide = 1'000;
      break;
    case Kind::kTimestamp:
    case Kind::kTimestampLtz: {
      if (shape == Shape::kLong) step.what = Step::Do::kTimestamp;
      int64_t wrote = UnitsPerSecond(writer.logical, type.UnitsPerSecond());
      step.multiply = std::max<int64_t>(1, type.UnitsPerSecond() / wrote);
      step.divide = std::max<int64_t>(1, wrote / type.UnitsPerSecond());
      break;
    }
    default: break;
  }
  return step;
}

Result<bool> AvroRowReader::Read(ByteReader& in, std::vector<ColumnBuilder>& builders) {
  empty_items_left_ = kEmptyItemsMax;
  if (record_branch_ >= 0) {
    ASSIGN_OR_RETURN(size_t branch, Branch(in, writer_->children.size()));
    if (writer_->children[branch]->shape == Shape::kNull) return false;
    if (static_cast<int>(branch) != record_branch_) return Fault::Unsupported("avro: a ", ShapeName(writer_->children[branch]->shape), " stands where rows are records");
  }
  RETURN_NOT_OK(ReadMembers(record_, in, builders.data()));
  return true;
}

Status AvroRowReader::ReadMembers(const Step& step, ByteReader& in, ColumnBuilder* builders) {
  for (size_t i = 0; i < step.children.size(); ++i) {
    if (step.places[i] < 0) RETURN_NOT_OK(ReadOver(*step.children[i].writer, in));
    else RETURN_NOT_OK(ReadValue(step.children[i], in, builders[step.places[i]]));
  }
  for (int place : step.absent) builders[place].AppendNull();
  return {};
}

Status AvroRowReader::ReadValue(const Step& step, ByteReader& in, ColumnBuilder& builder) {
  using Do = Step::Do;
  switch (step.what) {
    case Do::kUnfit: return Fault::Invalid("avro: a ", ShapeName(step.writer->shape), " is no ", builder.type());
    case Do::kNull: builder.AppendNull(); return {};
    case Do::kBoolean: builder.Append(static_cast<int8_t>(in.Read<uint8_t>() != 0)); return Cut(in);
    case Do::kInteger:
    case Do::kTime:
    case Do::kTimestamp: {
      int64_t value = FloorDivide(in.ReadVarInt64(), step.divide);
      RETURN_NOT_OK(Cut(in));
      if (__builtin_mul_overflow(value, step.multiply, &value)) return Fault::Invalid("avro: a timestamp lies beyond ", builder.type());
      return AppendInteger(value, builder);
    }
    case Do::kReal: {
      double value = IsCounted(step.writer->shape)      ? static_cast<double>(in.ReadVarInt64())
                     : step.writer->shape == Shape::kFloat ? static_cast<double>(std::bit_cast<float>(in.Read<uint32_t>()))
                                                           : std::bit_cast<double>(in.Read<uint64_t>());
      if (builder.type().kind() == Kind::kFloat) builder.Append(static_cast<float>(value));
      else builder.Append(value);
      return Cut(in);
    }
    case Do::kText:
    case Do::kFixedText: {
      std::string_view text = in.ReadBytes(step.what == Do::kText ? LengthOf(in.ReadVarInt64()) : step.writer->size);
      RETURN_NOT_OK(Cut(in));
      AppendText(text, builder);
      return {};
    }
    case Do::kSymbol: {
      int64_t symbol = in.ReadVarInt64();
      RETURN_NOT_OK(Cut(in));
      if (symbol < 0 || symbol >= static_cast<int64_t>(step.writer->symbols.size())) return Fault::Corrupt("avro: an enum has no symbol ", symbol);
      builder.AppendString(step.writer->symbols[static_cast<size_t>(symbol)]);
      return {};
    }
    case Do::kDecimal:
    case Do::kFixedDecimal: {
      std::string_view bytes = in.ReadBytes(step.what == Do::kDecimal ? LengthOf(in.ReadVarInt64()) : step.writer->size);
      RETURN_NOT_OK(Cut(in));
      return AppendDecimalBytes(bytes, step, builder);
    }
    case Do::kArray:
      RETURN_NOT_OK(ReadItems(*step.writer, in, nullptr, [&](ByteReader& from) { return ReadValue(step.children[0], from, builder.child(0)); }));
      builder.AppendList();
      return {};
    case Do::kMap:
      RETURN_NOT_OK(ReadItems(*step.writer, in, &builder.child(0), [&](ByteReader& from) { return ReadValue(step.children[0], from, builder.child(1)); }));
      builder.AppendList();
      return {};
    case Do::kRecord:
      RETURN_NOT_OK(ReadMembers(step, in, builder.type().fields().empty() ? nullptr : &builder.child(0)));
      builder.AppendRow();
      return {};
    case Do::kUnion: return ReadUnion(step, in, builder);
  }
  CHECK(false);
}

Status AvroRowReader::ReadUnion(const Step& step, ByteReader& in, ColumnBuilder& builder) {
  ASSIGN_OR_RETURN(size_t branch, Branch(in, step.children.size()));
  const Step& chosen = step.children[branch];
  if (chosen.what == Step::Do::kUnfit && chosen.writer->shape == Shape::kNull) return Fault::Invalid("avro: NULL where ", builder.type(), " stands");
  return ReadValue(chosen, in, builder);
}

// Blocks of items, each with its count, or with minus its count and its size in bytes; a count of 0 ends them.
template <typename Item>
Status AvroRowReader::ReadItems(const avro::Schema& writer, ByteReader& in, ColumnBuilder* key, Item&& item) {
  while (true) {
    int64_t count = in.ReadVarInt64();
    if (count < 0) in.ReadVarInt64();
    RETURN_NOT_OK(Cut(in));
    if (count == 0) return {};
    uint64_t items = count < 0 ? 0 - static_cast<uint64_t>(count) : static_cast<uint64_t>(count);
    for (uint64_t i = 0; i < items; ++i) {
      size_t before = in.position();
      if (writer.shape == Shape::kMap) {
        std::string_view text = in.ReadBytes(LengthOf(in.ReadVarInt64()));
        RETURN_NOT_OK(Cut(in));
        if (key != nullptr) AppendText(text, *key);
      }
      RETURN_NOT_OK(item(in));
      if (in.position() == before && --empty_items_left_ < 0) return Fault::TooLarge("avro: a record has more than ", kEmptyItemsMax, " items of no bytes");
    }
  }
}

Status AvroRowReader::ReadOver(const avro::Schema& writer, ByteReader& in) {
  switch (writer.shape) {
    case Shape::kNull: return {};
    case Shape::kBoolean: in.Skip(1); break;
    case Shape::kInt:
    case Shape::kLong:
    case Shape::kEnum: in.ReadVarInt64(); break;
    case Shape::kFloat: in.Skip(4); break;
    case Shape::kDouble: in.Skip(8); break;
    case Shape::kBytes:
    case Shape::kString: in.Skip(LengthOf(in.ReadVarInt64())); break;
    case Shape::kFixed: in.Skip(writer.size); break;
    case Shape::kArray:
    case Shape::kMap: return ReadItems(writer, in, nullptr, [&](ByteReader& from) { return ReadOver(*writer.children[0], from); });
    case Shape::kUnion: {
      ASSIGN_OR_RETURN(size_t branch, Branch(in, writer.children.size()));
      return ReadOver(*writer.children[branch], in);
    }
    case Shape::kRecord:
      for (const auto& field : writer.fields) RETURN_NOT_OK(ReadOver(*field.type, in));
      return {};
  }
  return Cut(in);
}

Status AvroRowReader::AppendInteger(int64_t value, ColumnBuilder& builder) {
  size_t bits = 8 * data::PhysicalWidth(builder.type().physical());
  int64_t most = bits == 64 ? INT64_MAX : (int64_t{1} << (bits - 1)) - 1;
  if (value > most || value < -most - 1) return Fault::Invalid("avro: ", value, " is no ", builder.type());
  builder.AppendInt(value);
  return {};
}

// A number with too many digits becomes NULL, as decimals that overflow do.
Status AvroRowReader::AppendDecimalBytes(std::string_view bytes, const Step& step, ColumnBuilder& builder) {
  const Type& type = builder.type();
  data::Int128 value = !bytes.empty() && static_cast<signed char>(bytes[0]) < 0 ? -1 : 0;
  bool fits = true;
  for (char byte : bytes) {
    fits = fits && value < (data::Int128{1} << 118) && value >= -(data::Int128{1} << 118);
    if (fits) value = value * 256 + static_cast<unsigned char>(byte);
  }
  for (int i = 0; fits && i < step.scale_up; ++i) {
    value *= 10;
    fits = value < data::PowerOfTen(38) && value > -data::PowerOfTen(38);
  }
  if (step.scale_up < 0 && fits) {
    data::Int128 by = data::PowerOfTen(-step.scale_up), rest = value % by;
    value /= by;
    if ((rest < 0 ? -rest : rest) * 2 >= by) value += rest < 0 ? -1 : 1;
  }
  data::Int128 limit = data::PowerOfTen(type.precision());
  if (fits && value < limit && value > -limit) {
    builder.AppendDecimal(value);
    return {};
  }
  if (!type.nullable()) return Fault::Invalid("avro: a decimal has more digits than ", type);
  builder.AppendNull();
  return {};
}

void AvroRowReader::AppendText(std::string_view text, ColumnBuilder& builder) {
  bool inside = text.size() > data::StringRef::kInlineMax && text.data() >= chunk_.data() && text.data() + text.size() <= chunk_.data() + chunk_.size();
  int buffer = inside ? builder.ShareBuffer(chunk_, pin_) : -1;
  if (buffer < 0) builder.AppendString(text);
  else builder.AppendRef(text, static_cast<uint32_t>(buffer), static_cast<uint32_t>(text.data() - chunk_.data()));
}

}  // namespace freshet::formats
