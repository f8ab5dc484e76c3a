#include "data/canonical.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "data/bitmap.h"
#include "data/civil.h"
#include "data/number_text.h"

namespace freshet::data {
namespace {

void AppendFloating(std::string& out, double value, bool single) {
  bool quoted = !std::isfinite(value);
  if (quoted) out += '"';
  AppendRepr(out, value, single);
  if (quoted) out += '"';
}

void AppendPairs(std::string& out, const Column& column, int row) {
  auto [begin, end] = column.Range(row);
  std::vector<std::string> pairs;
  for (int i = begin; i < end; ++i) {
    std::string pair = "[";
    AppendCanonical(pair, *column.children[0], i);
    pair += ',';
    AppendCanonical(pair, *column.children[1], i);
    pairs.push_back(pair + "]");
  }
  std::sort(pairs.begin(), pairs.end());
  out += '[';
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (i > 0) out += ',';
    out += pairs[i];
  }
  out += ']';
}

void AppendNested(std::string& out, const Column& column, int row) {
  if (column.type.kind() == Kind::kRow) {
    for (size_t i = 0; i < column.children.size(); ++i) {
      out += i == 0 ? '{' : ',';
      AppendJsonString(out, column.type.fields()[i].name);
      out += ':';
      AppendCanonical(out, *column.children[i], column.Base(row));
    }
    out += '}';
    return;
  }
  if (column.type.kind() != Kind::kArray) return AppendPairs(out, column, row);
  auto [begin, end] = column.Range(row);
  out += '[';
  for (int i = begin; i < end; ++i) {
    if (i > begin) out += ',';
    AppendCanonical(out, *column.children[0], i);
  }
  out += ']';
}

}  // namespace

void AppendCanonical(std::string& out, const Column& column, int row) {
  if (column.IsNull(row)) {
    out += "null";
    return;
  }
  const Type& type = column.type;
  switch (type.kind()) {
    case Kind::kNull: out += "null"; return;
    case Kind::kBoolean: out += column.Value<int8_t>(row) != 0 ? "true" : "false"; return;
    case Kind::kTinyInt:
    case Kind::kSmallInt:
    case Kind::kInt:
    case Kind::kBigInt:
    case Kind::kIntervalMonths:
    case Kind::kIntervalMillis: AppendText(out, column.IntAt(row)); return;
    case Kind::kFloat: return AppendFloating(out, column.Value<float>(row), true);
    case Kind::kDouble: return AppendFloating(out, column.Value<double>(row), false);
    case Kind::kDecimal:
      out += '"';
      AppendDecimal(out, column.DecimalAt(row), type.scale());
      out += '"';
      return;
    case Kind::kChar:
    case Kind::kVarchar:
    case Kind::kVariant: return AppendJsonString(out, column.String(row));
    case Kind::kBitmap: out += '"' + BitmapText(column.String(row)) + '"'; return;
    case Kind::kBinary:
    case Kind::kVarbinary: out += '"' + ToHex(column.String(row)) + '"'; return;
    case Kind::kDate:
      out += '"';
      AppendDate(out, column.IntAt(row));
      out += '"';
      return;
    case Kind::kTime:
      out += '"';
      AppendTimeOfDay(out, column.IntAt(row), type.precision());
      out += '"';
      return;
    case Kind::kTimestamp:
    case Kind::kTimestampLtz:
      out += '"';
      AppendTimestamp(out, column.IntAt(row), type);
      if (type.kind() == Kind::kTimestampLtz) out += 'Z';
      out += '"';
      return;
    case Kind::kArray:
    case Kind::kMap:
    case Kind::kMultiset:
    case Kind::kRow: return AppendNested(out, column, row);
  }
}

CanonicalWriter::CanonicalWriter(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    std::string key;
    AppendJsonString(key, name);
    keys_.push_back(key + ":");
  }
}

void CanonicalWriter::AppendRow(std::string& out, const Batch& batch, int row, bool with_op) const {
  out += '{';
  if (with_op) out += StrCat("\"op\":\"", RowKindText(batch.op(row)), "\"");
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (i > 0 || with_op) out += ',';
    out += keys_[i];
    AppendCanonical(out, *batch.column(static_cast<int>(i)), row);
  }
  out += '}';
}

}  // namespace freshet::data
