#include "engines/functions/frames.h"

#include <limits>

#include "data/civil.h"
#include "data/number_text.h"
#include "data/texts.h"

namespace freshet::functions {
namespace {

using data::Column;
using data::ColumnBuilder;
using data::Kind;
using data::Type;

constexpr size_t kTextsMax = 4096;   // parameters of a function
constexpr size_t kModulesMax = 1000;
constexpr int64_t kMicros = 1'000'000;  // a second

enum class Code : uint8_t { kNone, kBoolean, kTinyInt, kSmallInt, kInt, kBigInt, kFloat, kDouble, kDecimal, kString, kBytes, kDate, kTime, kTimestamp, kArray, kMap };

Code CodeOf(const Type& type) {
  switch (type.kind()) {
    case Kind::kBoolean: return Code::kBoolean;
    case Kind::kTinyInt: return Code::kTinyInt;
    case Kind::kSmallInt: return Code::kSmallInt;
    case Kind::kInt: return Code::kInt;
    case Kind::kBigInt: return Code::kBigInt;
    case Kind::kFloat: return Code::kFloat;
    case Kind::kDouble: return Code::kDouble;
    case Kind::kDecimal: return Code::kDecimal;
    case Kind::kChar:
    case Kind::kVarchar: return Code::kString;
    case Kind::kBinary:
    case Kind::kVarbinary: return Code::kBytes;
    case Kind::kDate: return Code::kDate;
    case Kind::kTime: return Code::kTime;
    case Kind::kTimestamp: return Code::kTimestamp;
    case Kind::kArray: return Code::kArray;
    case Kind::kMap: return Code::kMap;
    default: return Code::kNone;
  }
}

void WriteType(ByteWriter& out, const Type& type) {
  Code code = CodeOf(type);
  out.Write(static_cast<uint8_t>(code));
  if (code == Code::kDecimal) {
    out.Write(static_cast<uint8_t>(type.precision()));
    out.Write(static_cast<uint8_t>(type.scale()));
  }
  if (code != Code::kArray && code != Code::kMap) return;
  for (const auto& part : type.fields()) WriteType(out, part.type);
}

// Microseconds, the unit that a TIMESTAMP goes over in. What is too large stays too large.
int64_t Times(int64_t value, int64_t by) {
  int64_t product = 0;
  if (!__builtin_mul_overflow(value, by, &product)) return product;
  return value < 0 ? INT64_MIN : INT64_MAX;
}
int64_t ToMicros(const Type& type, int64_t value) {
  int64_t units = type.UnitsPerSecond();
  return units <= kMicros ? Times(value, kMicros / units) : data::FloorDiv(value, units / kMicros);
}
int64_t FromMicros(const Type& type, int64_t micros) {
  int64_t units = type.UnitsPerSecond();
  return units <= kMicros ? data::FloorDiv(micros, kMicros / units) : Times(micros, units / kMicros);
}

int64_t IntegerOf(const Column& column, int row) {
  if (column.IsNull(row)) return 0;
  int64_t value = column.IntAt(row);
  return column.type.kind() == Kind::kTimestamp ? ToMicros(column.type, value) : value;
}

double RealOf(const Column& column, int row) {
  if (column.IsNull(row)) return 0;
  return column.type.kind() == Kind::kFloat ? static_cast<double>(column.Value<float>(row)) : column.Value<double>(row);
}

void WriteTexts(ByteWriter& out, const std::vector<std::string>& texts) {
  for (const auto& text : texts) out.Write(static_cast<uint32_t>(text.size()));
  for (const auto& text : texts) out.WriteBytes(text);
}

std::string TextOf(const Column& column, int row) {
  bool decimal = column.type.kind() == Kind::kDecimal;
  if (column.IsNull(row)) return decimal ? "0" : "";
  if (!decimal) return std::string(column.String(row));
  std::string text;
  data::AppendDecimal(text, column.DecimalAt(row), column.type.scale());
  return text;
}

void WriteColumn(ByteWriter& out, const Column& column, const std::vector<int>& rows);

void WriteLists(ByteWriter& out, const Column& column, const std::vector<int>& rows) {
  std::vector<int> elements;
  for (int row : rows) {
    auto [begin, end] = column.IsNull(row) ? std::pair(0, 0) : column.Range(row);
    out.Write(static_cast<uint32_t>(end - begin));
    for (int element = begin; element < end; ++element) elements.push_back(element);
  }
  for (const auto& child : column.children) WriteColumn(out, *child, elements);
}

void WriteColumn(ByteWriter& out, const Column& column, const std::vector<int>& rows) {
  for (int row : rows) out.Write(static_cast<uint8_t>(column.IsNull(row)));
  switch (CodeOf(column.type)) {
    case Code::kBoolean:
      for (int row : rows) out.Write(static_cast<uint8_t>(IntegerOf(column, row)));
      return;
    case Code::kFloat:
    case Code::kDouble:
      for (int row : rows) out.Write(std::bit_cast<uint64_t>(RealOf(column, row)));
      return;
    case Code::kDecimal:
    case Code::kString:
    case Code::kBytes: {
      std::vector<std::string> texts;
      for (int row : rows) texts.push_back(TextOf(column, row));
      return WriteTexts(out, texts);
    }
    case Code::kArray:
    case Code::kMap: return WriteLists(out, column, rows);
    default:
      for (int row : rows) out.Write(IntegerOf(column, row));
  }
}

std::string Frame(FrameKind kind, const std::string& body) {
  std::string frame;
  ByteWriter out(frame, Order::kLittle);
  out.Write(static_cast<uint32_t>(body.size() + 1));
  out.Write(static_cast<uint8_t>(kind));
  out.WriteBytes(body);
  return frame;
}

// Of `values` only those that the type holds.
struct Bounds {
  int64_t least;
  int64_t most;
};
Bounds BoundsOf(const Type& type) {
  switch (CodeOf(type)) {
    case Code::kBoolean: return {0, 1};
    case Code::kTinyInt: return {INT8_MIN, INT8_MAX};
    case Code::kSmallInt: return {INT16_MIN, INT16_MAX};
    case Code::kInt:
    case Code::kDate: return {INT32_MIN, INT32_MAX};
    case Code::kTime: return {0, 86'399'999};
    case Code::kTimestamp: return {INT64_MIN + 1, INT64_MAX - 1};
    default: return {INT64_MIN, INT64_MAX};
  }
}

Fault Broken(const Type& type) { return Fault::Corrupt("an answer of Python is no column of ", type); }

Status AppendInteger(const Type& type, int64_t value, ColumnBuilder& out) {
  if (type.kind() == Kind::kTimestamp) value = FromMicros(type, value);
  Bounds bounds = BoundsOf(type);
  if (value < bounds.least || value > bounds.most) return Broken(type);
  out.AppendInt(value);
  return {};
}

Status AppendText(const Type& type, std::string_view text, ColumnBuilder& out) {
  if (type.kind() != Kind::kDecimal) {
    out.AppendString(text);
    return {};
  }
  auto unscaled = data::ParseDecimal(text, type.precision(), type.scale());
  if (!unscaled) return Broken(type);
  out.AppendDecimal(*unscaled);
  return {};
}

Status ReadValues(ByteReader& in, int rows, ColumnBuilder& out);

Status ReadTexts(ByteReader& in, std::string_view nulls, ColumnBuilder& out) {
  std::vector<uint32_t> lengths;
  for (size_t row = 0; row < nulls.size(); ++row) lengths.push_back(in.Read<uint32_t>());
  for (size_t row = 0; row < nulls.size(); ++row) {
    std::string_view text = in.ReadBytes(lengths[row]);
    if (!in.ok()) return Broken(out.type());
    if (nulls[row] != 0) out.AppendNull();
    else RETURN_NOT_OK(AppendText(out.type(), text, out));
  }
  return {};
}

Status ReadLists(ByteReader& in, std::string_view nulls, ColumnBuilder& out) {
  std::vector<uint32_t> counts;
  uint64_t total = 0;
  for (size_t row = 0; row < nulls.size(); ++row) total += counts.emplace_back(in.Read<uint32_t>());
  if (total > in.remaining()) return Broken(out.type());  // an element has a byte at least
  std::vector<data::ColumnPtr> children;
  for (const auto& part : out.type().fields()) {
    ColumnBuilder elements(part.type, static_cast<int>(total));
    RETURN_NOT_OK(ReadValues(in, static_cast<int>(total), elements));
    children.push_back(elements.Finish());
  }
  int at = 0;
  for (size_t row = 0; row < nulls.size(); ++row) {
    int end = at + static_cast<int>(counts[row]);
    if (nulls[row] != 0) {
      out.AppendNull();
      at = end;
      continue;
    }
    for (; at < end; ++at) {
      for (size_t c = 0; c < children.size(); ++c) out.child(static_cast<int>(c)).AppendFrom(*children[c], at);
    }
    out.AppendList();
  }
  return {};
}

Status ReadNumbers(ByteReader& in, std::string_view nulls, ColumnBuilder& out) {
  Code code = CodeOf(out.type());
  for (char null : nulls) {
    int64_t value = code == Code::kBoolean ? in.Read<uint8_t>() : in.Read<int64_t>();
    if (null != 0) out.AppendNull();
    else if (code == Code::kDouble) out.Append(std::bit_cast<double>(value));
    else if (code == Code::kFloat) out.Append(static_cast<float>(std::bit_cast<double>(value)));
    else RETURN_NOT_OK(AppendInteger(out.type(), value, out));
  }
  return {};
}

Status ReadValues(ByteReader& in, int rows, ColumnBuilder& out) {
  std::string_view nulls = in.ReadBytes(static_cast<size_t>(rows));
  switch (CodeOf(out.type())) {
    case Code::kDecimal:
    case Code::kString:
    case Code::kBytes: RETURN_NOT_OK(ReadTexts(in, nulls, out)); break;
    case Code::kArray:
    case Code::kMap: RETURN_NOT_OK(ReadLists(in, nulls, out)); break;
    default: RETURN_NOT_OK(ReadNumbers(in, nulls, out));
  }
  return in.ok() ? Status() : Status(Broken(out.type()));
}

Result<ports::FunctionSignature> ReadFunction(ByteReader& in, ports::FunctionSignature signature) {
  std::string problem = data::ReadText(in);
  signature.deterministic = in.Read<uint8_t>() != 0;
  signature.args_min = in.Read<int32_t>();
  signature.args_max = in.Read<int32_t>();
  auto inputs = in.Read<uint32_t>();
  if (inputs > kTextsMax) in.Fail();
  for (uint32_t i = 0; i < inputs && in.ok(); ++i) signature.inputs.push_back(data::ReadText(in));
  signature.result = data::ReadText(in);
  if (!problem.empty()) return Fault::Invalid("function ", signature.name, " cannot be called: ", problem);
  return signature;
}

void ReadModule(ByteReader& in, Described& out) {
  std::string module = data::ReadText(in), digest = data::ReadText(in), problem = data::ReadText(in);
  if (!problem.empty()) out.emplace(module, Fault::Invalid("file ", module, ".py cannot be read: ", problem));
  else out.emplace(module, Fault::NotFound("'", module, "' is a file, not a function"));
  auto functions = in.Read<uint32_t>();
  for (uint32_t f = 0; f < functions && in.ok() && out.size() <= kFunctionsMax + kModulesMax; ++f) {
    std::string name = StrCat(module, ".", data::ReadText(in));
    out.emplace(name, ReadFunction(in, {.name = name, .digest = digest}));
  }
}

}  // namespace

Status CheckType(const Type& type) {
  Code code = CodeOf(type);
  if (code == Code::kNone) return Fault::Unsupported("values of ", type.WithNullable(true), " do not go to Python and back; known are BOOLEAN, numbers, texts, bytes, DATE, TIME, TIMESTAMP, ARRAY and MAP; put a CAST around it, or take its fields");
  if (code != Code::kArray && code != Code::kMap) return {};
  for (const auto& part : type.fields()) RETURN_NOT_OK(CheckType(part.type));
  return {};
}

std::string DescribeFrame() { return Frame(FrameKind::kDescribe, ""); }

std::string CallFrame(std::string_view name, const data::Batch& args, int begin, int count, const Type& result) {
  std::vector<int> rows;
  for (int k = begin; k < begin + count; ++k) rows.push_back(args.selection().row(k));
  std::string body;
  ByteWriter out(body, Order::kLittle);
  data::WriteText(out, name);
  out.Write(static_cast<uint32_t>(count));
  out.Write(static_cast<uint8_t>(args.column_count()));
  for (const auto& column : args.columns()) {
    WriteType(out, column->type);
    WriteColumn(out, *column, rows);
  }
  WriteType(out, result);
  return Frame(FrameKind::kCall, body);
}

Result<Description> ReadDescription(std::string_view body) {
  ByteReader in(body, Order::kLittle);
  Description description{.python = data::ReadText(in)};
  auto modules = in.Read<uint32_t>();
  for (uint32_t m = 0; m < modules && in.ok() && m < kModulesMax; ++m) ReadModule(in, description.functions);
  bool too_many = modules > kModulesMax || description.functions.size() > kFunctionsMax + kModulesMax;
  if (too_many) return Fault::TooLarge("the folder of functions has more than ", kModulesMax, " files or ", kFunctionsMax, " functions");
  if (!in.ok()) return Fault::Corrupt("what Python said of its functions is cut off");
  return description;
}

Status ReadColumn(std::string_view body, int rows, ColumnBuilder& out) {
  ByteReader in(body, Order::kLittle);
  RETURN_NOT_OK(ReadValues(in, rows, out));
  return in.AtEnd() ? Status() : Status(Broken(out.type()));
}

Result<std::string> ReadFailure(std::string_view body) {
  ByteReader in(body, Order::kLittle);
  std::string message = data::ReadText(in);
  if (!in.ok()) return Fault::Corrupt("what Python said of a failure is cut off");
  return message;
}

}  // namespace freshet::functions
