#include "data/arrow_ipc/fit.h"

#include <algorithm>

#include "data/arrow_ipc/messages.h"

namespace freshet::arrow_ipc {
namespace {

using data::Kind;
using data::Type;

Status DoesNotFit(const Fit& fit, std::string_view remedy) {
  return Fault::Invalid("arrow: column ", fit.path, " is written as ", fit.field->is_dictionary ? StrCat("dictionary of ", fit.field->type_name) : fit.field->type_name, " and declared ", fit.type.WithNullable(true), "; ", remedy);
}

int BitsOf(const Type& type) { return static_cast<int>(data::PhysicalWidth(type.physical())) * 8; }

Status FitInteger(const Field& field, Fit& out) {
  bool fits = field.shape == Shape::kInteger && (field.is_signed ? field.bits <= BitsOf(out.type) : field.bits < BitsOf(out.type));
  if (!fits) return DoesNotFit(out, field.shape == Shape::kInteger && (field.is_signed || field.bits < 64) ? "declare a wider type" : "declare the type that it has, or cast it where it is written");
  out.conversion = field.bits == BitsOf(out.type) ? Conversion::kNone : Conversion::kInteger;
  return {};
}

Status FitDecimal(const Field& field, Fit& out) {
  bool fits = field.shape == Shape::kDecimal && field.bits <= 128 && field.scale == out.type.scale() && field.precision <= out.type.precision();
  if (!fits) return DoesNotFit(out, "declare its precision and scale; decimals of up to 38 digits are read");
  out.conversion = Conversion::kDecimal;
  return {};
}

Status FitUnits(int64_t from, int64_t to, int from_bits, Fit& out) {
  out.times = std::max<int64_t>(to / from, 1);
  out.divided_by = std::max<int64_t>(from / to, 1);
  bool same = from == to && from_bits == BitsOf(out.type) && out.type.kind() != Kind::kTime;
  out.conversion = same ? Conversion::kNone : Conversion::kScaled;
  return {};
}

Status FitTime(const Field& field, Fit& out) {
  Kind kind = out.type.kind();
  if (kind == Kind::kDate) {
    if (field.shape != Shape::kDate) return DoesNotFit(out, "a DATE is read from date32 or date64");
    if (field.bits == 32) {
      out.conversion = Conversion::kNone;
      return {};
    }
    out.divided_by = 86'400'000;
    out.conversion = Conversion::kScaled;
    return {};
  }
  if (kind == Kind::kTime) return field.shape == Shape::kTime ? FitUnits(field.units_per_second, 1000, field.bits, out) : DoesNotFit(out, "a TIME is read from time32 or time64");
  if (field.shape != Shape::kTimestamp) return DoesNotFit(out, "it is read from timestamp");
  bool is_moment = kind == Kind::kTimestampLtz;
  if (field.has_zone != is_moment) return DoesNotFit(out, is_moment ? "a timestamp without a zone is a TIMESTAMP" : "a timestamp with a zone is a TIMESTAMP_LTZ");
  return FitUnits(field.units_per_second, out.type.UnitsPerSecond(), field.bits, out);
}

Status FitTexts(const Field& field, Fit& out) {
  bool fits = out.type.IsString() ? field.shape == Shape::kText : field.shape == Shape::kBytes || field.shape == Shape::kFixedBytes;
  if (!fits) return DoesNotFit(out, out.type.IsString() ? "a text is read from utf8, large_utf8 or utf8_view" : "bytes are read from binary, large_binary, binary_view or fixed_size_binary");
  out.conversion = Conversion::kTexts;
  return {};
}

// Numbers of arrays, as a batch lists them: each before those inside it.
class Fitting {
 public:
  explicit Fitting(bool fail_on_missing) : fail_on_missing_(fail_on_missing) {}

  Status Of(const Field& field, int array, Fit& out) {
    out.field = &field;
    out.array = array;
    const Type& type = out.type;
    if (field.shape == Shape::kNull && !field.is_dictionary) {
      out.conversion = Conversion::kNullsOnly;
      return {};
    }
    if (type.kind() == Kind::kBoolean) {
      out.conversion = Conversion::kBits;
      return field.shape == Shape::kBoolean ? Status() : DoesNotFit(out, "a BOOLEAN is read from bool");
    }
    if (type.IsInteger()) return FitInteger(field, out);
    if (type.kind() == Kind::kDecimal) return FitDecimal(field, out);
    if (type.IsFloating()) return OfFloat(field, out);
    if (type.IsString() || type.IsBinary()) return FitTexts(field, out);
    if (type.kind() == Kind::kDate || type.kind() == Kind::kTime || type.IsTimestamp()) return FitTime(field, out);
    if (type.kind() == Kind::kRow) return OfRow(field, out);
    if (type.kind() == Kind::kArray) return OfList(field, out);
    if (type.kind() == Kind::kMap || type.kind() == Kind::kMultiset) return OfMap(field, out);
    return DoesNotFit(out, "Arrow has no such type; declare a STRING");
  }

  // Of fields side by side, the first of which has the number `array`.
  Status ByName(const std::vector<Field>& fields, int array, const std::string& path, const std::string& name, Fit& out) {
    out.path = path.empty() ? name : StrCat(path, ".", name);
    const Field* found = nullptr;
    int found_array = 0;
    for (const Field& field : fields) {
      if (field.name == name && found != nullptr) return Fault::Invalid("arrow: two columns are called ", out.path, "; give them names of their own");
      if (field.name == name) found = &field, found_array = array;
      array += ArraysOf(field);
    }
    if (found != nullptr) return Of(*found, found_array, out);
    if (fail_on_missing_) return Fault::Invalid("arrow: column ", out.path, " is not there; leave arrow.fail-on-missing-field out to read it as NULL");
    if (!out.type.nullable()) return Fault::Invalid("arrow: column ", out.path, " is NOT NULL and is not there");
    return {};
  }

 private:
  static int ArraysOf(const Field& field) {
    int arrays = 1;
    if (!HasChildArrays(field)) return arrays;
    for (const Field& child : field.children) arrays += ArraysOf(child);
    return arrays;
  }

  Status OfFloat(const Field& field, Fit& out) {
    bool fits = field.shape == Shape::kFloat && (field.bits == 32 || field.bits == 64) && field.bits <= BitsOf(out.type);
    if (!fits) return DoesNotFit(out, "a FLOAT is read from float32, a DOUBLE from float32 or float64");
    out.conversion = field.bits == BitsOf(out.type) ? Conversion::kNone : Conversion::kDouble;
    return {};
  }

  Status OfRow(const Field& field, Fit& out) {
    if (field.shape != Shape::kStruct) return DoesNotFit(out, "a ROW is read from struct");
    out.conversion = Conversion::kRow;
    for (const auto& wanted : out.type.fields()) {
      Fit& child = out.children.emplace_back();
      child.type = wanted.type;
      RETURN_NOT_OK(ByName(field.children, out.array + 1, out.path, wanted.name, child));
    }
    return {};
  }

  Status OfList(const Field& field, Fit& out) {
    if (field.shape != Shape::kList && field.shape != Shape::kFixedList) return DoesNotFit(out, "an ARRAY is read from list, large_list or fixed_size_list");
    out.conversion = Conversion::kList;
    Fit& child = out.children.emplace_back();
    child.type = out.type.element();
    child.path = out.path + "[]";
    return Of(field.children[0], out.array + 1, child);
  }

  // The entries between a map and its keys and values are an array, too.
  Status OfMap(const Field& field, Fit& out) {
    if (field.shape != Shape::kMap) return DoesNotFit(out, "a MAP is read from map");
    out.conversion = Conversion::kMap;
    const std::vector<Field>& entries = field.children[0].children;
    int array = out.array + 2;
    for (size_t i = 0; i < 2; ++i) {
      Fit& child = out.children.emplace_back();
      child.type = i == 0 ? out.type.key() : out.type.value();
      child.path = StrCat(out.path, i == 0 ? " key" : " value");
      RETURN_NOT_OK(Of(entries[i], array, child));
      array += ArraysOf(entries[i]);
    }
    return {};
  }

  const bool fail_on_missing_;
};

}  // namespace

Parts OwnParts(const Field& field) {
  if (field.is_dictionary) return {1, 2};
  switch (field.shape) {
    case Shape::kNull:
    case Shape::kRunEnds: return {1, 0};
    case Shape::kStruct:
    case Shape::kFixedList: return {1, 1};
    case Shape::kUnion: return {1, field.is_dense ? 2 : 1};
    case Shape::kText:
    case Shape::kBytes: return {1, field.offsets == Offsets::kViews ? 2 : 3};
    case Shape::kListView: return {1, 3};
    default: return {1, 2};
  }
}

bool HasChildArrays(const Field& field) { return !field.is_dictionary; }

Result<std::shared_ptr<const FittedSchema>> FitSchema(std::string metadata, const data::Schema& wanted, bool fail_on_missing) {
  auto out = std::make_shared<FittedSchema>();
  ASSIGN_OR_RETURN(out->fields, FieldsIn(metadata));
  out->metadata = std::move(metadata);
  Fitting fitting(fail_on_missing);
  for (const auto& column : wanted.fields()) {
    Fit& fit = out->columns.emplace_back();
    fit.type = column.type;
    RETURN_NOT_OK(fitting.ByName(out->fields, 0, "", column.name, fit));
  }
  return std::shared_ptr<const FittedSchema>(std::move(out));
}

}  // namespace freshet::arrow_ipc
