#include "data/formats/changelog_metadata.h"

#include <charconv>
#include <optional>

#include "data/column_builder.h"

namespace freshet::formats {
namespace {

using data::Type;

Type Texts() { return Type::Map(Type::String().NotNull(), Type::String()); }

std::vector<SaidBeside> SaidByDebezium() {
  Type text = Type::String(), moment = Type::TimestampLtz(3), number = Type::BigInt();
  return {{"schema", text, "schema", text, "", 1, true},
          {"ingestion-timestamp", moment, "ts_ms", number, ""},
          {"source.timestamp", moment, "source", Texts(), "ts_ms"},
          {"source.database", text, "source", Texts(), "db"},
          {"source.schema", text, "source", Texts(), "schema"},
          {"source.table", text, "source", Texts(), "table"},
          {"source.properties", Texts(), "source", Texts(), ""}};
}

std::vector<SaidBeside> SaidByCanal() {
  Type text = Type::String(), moment = Type::TimestampLtz(3), number = Type::BigInt();
  Type numbers = Type::Map(Type::String().NotNull(), Type::Int());
  return {{"database", text, "database", text, ""},
          {"table", text, "table", text, ""},
          {"sql-type", numbers, "sqlType", numbers, ""},
          {"pk-names", Type::Array(text), "pkNames", Type::Array(text), ""},
          {"ingestion-timestamp", moment, "ts", number, ""},
          {"event-timestamp", moment, "es", number, ""}};
}

// Maxwell counts seconds.
std::vector<SaidBeside> SaidByMaxwell() {
  Type text = Type::String();
  return {{"database", text, "database", text, ""},
          {"table", text, "table", text, ""},
          {"primary-key-columns", Type::Array(text), "primary_key_columns", Type::Array(text), ""},
          {"ingestion-timestamp", Type::TimestampLtz(3), "ts", Type::BigInt(), "", 1000}};
}

std::optional<std::string_view> PropertyAt(const data::Column& map, int row, std::string_view property) {
  if (map.IsNull(row)) return std::nullopt;
  auto [begin, end] = map.Range(row);
  for (int i = begin; i < end; ++i) {
    if (map.children[0]->String(i) != property) continue;
    if (map.children[1]->IsNull(i)) return std::nullopt;
    return map.children[1]->String(i);
  }
  return std::nullopt;
}

// NULL for what is no number, or no moment that can be told.
void AppendMoment(data::ColumnBuilder& builder, std::optional<int64_t> count, int64_t unit_ms) {
  int64_t ms = 0;
  if (!count || __builtin_mul_overflow(*count, unit_ms, &ms)) return builder.AppendNull();
  builder.AppendInt(ms);
}

std::optional<int64_t> NumberIn(std::optional<std::string_view> text) {
  int64_t number = 0;
  if (!text) return std::nullopt;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  return error == std::errc() && end == text->data() + text->size() ? std::optional(number) : std::nullopt;
}

}  // namespace

const std::vector<SaidBeside>& SaidBy(std::string_view format) {
  static const std::vector<SaidBeside> debezium = SaidByDebezium(), canal = SaidByCanal(), maxwell = SaidByMaxwell(), nothing;
  if (format == "debezium-json") return debezium;
  if (format == "canal-json") return canal;
  return format == "maxwell-json" ? maxwell : nothing;
}

data::ColumnPtr SaidColumn(const SaidBeside& said, const data::ColumnPtr& raw) {
  bool moment = said.type.IsTimestamp();
  if (!moment && said.property.empty()) return raw;
  data::ColumnBuilder builder(said.type, raw->length);
  for (int row = 0; row < raw->length; ++row) {
    if (said.property.empty()) {
      AppendMoment(builder, raw->IsNull(row) ? std::nullopt : std::optional(raw->IntAt(row)), said.unit_ms);
      continue;
    }
    auto text = PropertyAt(*raw, row, said.property);
    if (moment) AppendMoment(builder, NumberIn(text), said.unit_ms);
    else if (text) builder.AppendString(*text);
    else builder.AppendNull();
  }
  return builder.Finish();
}

}  // namespace freshet::formats
