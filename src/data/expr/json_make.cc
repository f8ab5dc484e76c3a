#include <algorithm>
#include <cmath>

#include "data/civil.h"
#include "data/expr/json_text.h"
#include "data/expr/json_value.h"
#include "data/expr/kernel.h"
#include "data/formats/base64.h"
#include "data/number_text.h"

// JSON_STRING, JSON_OBJECT, JSON_ARRAY: values as JSON text, members in the order of their keys.

namespace freshet::expr {
namespace {

using data::Kind;
using Text = std::string_view;

void AppendFloating(std::string& out, double value, bool single) {
  std::string text;
  data::AppendJavaDouble(text, value, single);
  if (std::isfinite(value)) return AppendJavaNumber(out, text);
  AppendJsonString(out, text);
}

void AppendMembers(std::string& out, const Column& column, int row) {
  std::vector<JsonMember> members;
  if (column.type.kind() == Kind::kRow) {
    for (size_t i = 0; i < column.children.size(); ++i) {
      members.push_back({column.type.fields()[i].name, {}});
      AppendJsonValue(members.back().value, *column.children[i], column.Base(row));
    }
    return AppendObject(out, std::move(members));
  }
  auto [begin, end] = column.Range(row);
  for (int i = begin; i < end; ++i) {
    members.push_back({std::string(column.children[0]->IsNull(i) ? Text() : column.children[0]->String(i)), {}});
    AppendJsonValue(members.back().value, *column.children[1], i);
  }
  AppendObject(out, std::move(members));
}

void AppendElements(std::string& out, const Column& column, int row) {
  auto [begin, end] = column.Range(row);
  out += '[';
  for (int i = begin; i < end; ++i) {
    if (i > begin) out += ',';
    AppendJsonValue(out, *column.children[0], i);
  }
  out += ']';
}

// Whether an argument is JSON already: made by one of these functions, and so put in as it is.
bool MakesJson(const Expr& expr) { return expr.function != nullptr && (expr.function->name == "JSON_OBJECT" || expr.function->name == "JSON_ARRAY" || expr.function->name == "JSON"); }

}  // namespace

bool IsJsonValue(const Type& type) {
  switch (type.kind()) {
    case Kind::kDate:
    case Kind::kTime:
    case Kind::kIntervalMonths:
    case Kind::kIntervalMillis:
    case Kind::kBitmap: return false;
    case Kind::kMap:
    case Kind::kMultiset: return type.key().IsString() && IsJsonValue(type.value());
    case Kind::kArray: return IsJsonValue(type.element());
    case Kind::kRow: return std::all_of(type.fields().begin(), type.fields().end(), [](const auto& field) { return IsJsonValue(field.type); });
    default: return true;
  }
}

Fault NoJsonValue(Text function, const Type& type) {
  return Fault::Invalid("function ", function, " cannot write ", type.WithNullable(true), " as JSON; dates and times go through CAST(… AS STRING), a BITMAP through BITMAP_TO_ARRAY, map keys must be strings");
}

void AppendJsonValue(std::string& out, const Column& column, int row) {
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
    case Kind::kBigInt: AppendText(out, column.IntAt(row)); return;
    case Kind::kFloat: return AppendFloating(out, column.Value<float>(row), true);
    case Kind::kDouble: return AppendFloating(out, column.Value<double>(row), false);
    case Kind::kDecimal: return data::AppendJavaDecimal(out, column.DecimalAt(row), type.scale());
    case Kind::kChar:
    case Kind::kVarchar: return AppendJsonString(out, column.String(row));
    case Kind::kVariant: out += column.String(row); return;
    case Kind::kBinary:
    case Kind::kVarbinary:
      out += '"';
      formats::AppendBase64(out, column.String(row));
      out += '"';
      return;
    case Kind::kTimestamp:
    case Kind::kTimestampLtz:
      out += '"';
      data::AppendTimestampShort(out, column.IntAt(row), type, 'T');
      out += type.kind() == Kind::kTimestampLtz ? "Z\"" : "\"";
      return;
    case Kind::kArray: return AppendElements(out, column, row);
    case Kind::kMap:
    case Kind::kMultiset:
    case Kind::kRow: return AppendMembers(out, column, row);
    default: CHECK(false);  // IsJsonValue said no
  }
}

namespace {

Result<Type> BindJsonString(Site& s) {
  if (!IsJsonValue(s.type(0))) return NoJsonValue(s.name, s.type(0));
  return Type::String().WithNullable(s.AnyNullable());
}

// Arguments that are JSON already are remembered in the option: folding makes plain texts of them.
Status BindValues(Site& s, size_t first, size_t step) {
  if (!s.option.empty() && s.option != "NULL ON NULL" && s.option != "ABSENT ON NULL") return Fault::Invalid("function ", s.name, " does not take '", s.option, "'");
  for (size_t i = first; i < s.args.size(); i += step) {
    if (!IsJsonValue(s.type(i))) return NoJsonValue(s.name, s.type(i));
    if (MakesJson(*s.args[i])) s.option += StrCat(" #", i);
  }
  return {};
}

Result<Type> BindJsonObject(Site& s) {
  if (s.args.size() % 2 != 0) return s.Mismatch("KEY k VALUE v, …");
  for (size_t i = 0; i < s.args.size(); i += 2) {
    bool key = s.args[i]->op == Op::kLiteral && s.type(i).IsString() && !s.args[i]->value.is_null();
    if (!key) return s.Mismatch("a text in quotes for each key");
  }
  RETURN_NOT_OK(BindValues(s, 1, 2));
  return Type::String().NotNull();
}

Result<Type> BindJsonArray(Site& s) {
  RETURN_NOT_OK(BindValues(s, 0, 1));
  return Type::String().NotNull();
}

bool IsRaw(const Call& call, size_t i) { return (call.option() + " ").find(StrCat(" #", i, " ")) != std::string::npos; }

// The arguments of one call that become values, and how.
class Parts {
 public:
  Parts(const Call& call, bool nulls_stay) : call_(call), keep_nulls_(nulls_stay ? !call.option().starts_with("ABSENT") : call.option().starts_with("NULL")) {
    for (size_t i = 0; i < call.args.size(); ++i) raw_.push_back(IsRaw(call, i));
  }
  bool Skips(size_t i, int row) const { return !keep_nulls_ && call_.args[i]->IsNull(row); }
  void Append(std::string& out, size_t i, int row) const {
    if (raw_[i] && !call_.args[i]->IsNull(row)) out += call_.args[i]->String(row);
    else AppendJsonValue(out, *call_.args[i], row);
  }

 private:
  const Call& call_;
  bool keep_nulls_;
  std::vector<bool> raw_;
};

Result<ColumnPtr> JsonString(const Call& call) {
  Output<Text> out(call.length);
  std::string text;
  call.sel.ForEach([&](uint32_t i) {
    int row = static_cast<int>(i);
    if (call.args[0]->IsNull(row)) return out.SetNull(i);
    text.clear();
    AppendJsonValue(text, *call.args[0], row);
    out.Set(i, text);
  });
  return out.Finish(call.type());
}

Result<Type> BindJson(Site& s) {
  if (!s.type(0).IsString()) return s.Mismatch("a JSON text");
  return Type::String().WithNullable(s.AnyNullable());
}

Result<ColumnPtr> Json(const Call& call) {
  JsonDocument document;
  Status broken;
  std::string compact;
  auto column = Write1<Text, Text>(call, [&](auto& out, uint32_t i, Text json) {
    if (!broken.ok()) return out.SetNull(i);
    if (!document.Parse(json)) {
      broken = Fault::Invalid("JSON: '", json.substr(0, 60), "' is no JSON text; CASE WHEN … IS JSON passes over it");
      return out.SetNull(i);
    }
    compact.clear();
    document.AppendCompact(compact, 0);
    out.Set(i, compact);
  });
  RETURN_NOT_OK(broken);
  return column;
}

Result<ColumnPtr> JsonObject(const Call& call) {
  Parts parts(call, true);
  Output<Text> out(call.length);
  std::string text;
  call.sel.ForEach([&](uint32_t i) {
    int row = static_cast<int>(i);
    std::vector<JsonMember> members;
    for (size_t k = 0; k < call.args.size(); k += 2) {
      if (parts.Skips(k + 1, row)) continue;
      members.push_back({std::string(call.args[k]->String(row)), {}});
      parts.Append(members.back().value, k + 1, row);
    }
    text.clear();
    AppendObject(text, std::move(members));
    out.Set(i, text);
  });
  return out.Finish(call.type());
}

Result<ColumnPtr> JsonArray(const Call& call) {
  Parts parts(call, false);
  Output<Text> out(call.length);
  std::string text;
  call.sel.ForEach([&](uint32_t i) {
    int row = static_cast<int>(i);
    text = "[";
    for (size_t k = 0; k < call.args.size(); ++k) {
      if (parts.Skips(k, row)) continue;
      if (text.size() > 1) text += ',';
      parts.Append(text, k, row);
    }
    out.Set(i, text += ']');
  });
  return out.Finish(call.type());
}

constexpr Function kFunctions[] = {
    {"JSON_STRING", 1, 1, BindJsonString, JsonString,
     {"JSON_STRING(value)", "any value but dates, times of day and intervals as JSON; keys in order", "JSON_STRING(MAP['b', 1, 'a', 2])", "'{\"a\":2,\"b\":1}'"}},
    {"JSON", 1, 1, BindJson, Json,
     {"JSON(text)", "the text, compact and with its keys in order; JSON_OBJECT, JSON_ARRAY and their aggregates put it in as it is; what is no JSON is a Fault", "JSON_OBJECT('a' VALUE JSON('{\"c\": 2.50, \"b\": [1]}'))",
      "'{\"a\":{\"b\":[1],\"c\":2.50}}'"}},
    {"JSON_OBJECT", 0, 1000, BindJsonObject, JsonObject,
     {"JSON_OBJECT([KEY] 'k' VALUE v, … [NULL|ABSENT ON NULL])", "an object; NULLs stay; JSON_OBJECT and JSON_ARRAY inside are not quoted again",
      "JSON_OBJECT('b' VALUE 1, 'a' VALUE JSON_ARRAY('x'))", "'{\"a\":[\"x\"],\"b\":1}'"}},
    {"JSON_ARRAY", 0, 1000, BindJsonArray, JsonArray,
     {"JSON_ARRAY(v, … [NULL|ABSENT ON NULL])", "an array; NULLs are left out", "JSON_ARRAY(1, 'a', CAST(NULL AS INT))", "'[1,\"a\"]'"}},
};

}  // namespace

std::span<const Function> JsonMakeFunctions() { return kFunctions; }

}  // namespace freshet::expr
