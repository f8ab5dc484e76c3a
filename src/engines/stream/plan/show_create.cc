#include "engines/stream/plan/show_create.h"

#include <algorithm>

#include "base/capitals.h"

namespace freshet::stream {
namespace {

std::string Quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (char c : text) out.append(c == quote ? 2 : 1, c);
  return out + quote;
}

std::string Name(std::string_view name) { return Quoted(name, '`'); }

std::string FullName(const TableId& id) { return StrCat(Name(id.catalog), ".", Name(id.database), ".", Name(id.name)); }

std::string Names(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += StrCat(out.empty() ? "" : ", ", Name(name));
  return out;
}

std::string CommentText(std::string_view comment) { return comment.empty() ? "" : StrCat(" COMMENT ", Quoted(comment, '\'')); }

// What nobody should read over a shoulder: options whose key, in whatever case, has one of these words. Those of Flink are among them.
bool IsSecret(std::string_view key) {
  static constexpr std::string_view kWords[] = {"PASSWORD", "PASSWD", "PWD", "SECRET", "TOKEN", "JAAS", "CREDENTIAL", "AUTHORIZATION", "USER-INFO", "APIKEY", "API-KEY", "API_KEY", "API.KEY", "ACCESSKEY", "ACCESS-KEY",
                                                "ACCESS_KEY", "ACCESS.KEY", "SERVICE-KEY", "ACCOUNT.KEY", "KEY.PEM", "AUTH-PARAMS", "BASIC-AUTH", "HTTP-HEADERS"};
  std::string capitals = InCapitals(key);
  return capitals == "AUTH" || std::any_of(std::begin(kWords), std::end(kWords), [&](std::string_view word) { return capitals.find(word) != std::string::npos; });
}

constexpr std::string_view kStars = "******";

// user:PASSWORD@host of each URL: a password may have an @, and the host begins behind the last one.
void HideUserInfo(std::string& value) {
  constexpr std::string_view kScheme = "://";
  for (size_t at = value.find(kScheme); at != std::string::npos; at = value.find(kScheme, at)) {
    at += kScheme.size();
    size_t host = value.substr(0, value.find_first_of("/?#", at)).rfind('@'), colon = value.find(':', at);
    if (host == std::string::npos || host < at || colon > host) continue;
    value.replace(colon + 1, host - colon - 1, kStars);
  }
}

// name=VALUE, of names as above.
void HideParameters(std::string& value) {
  auto names = [](char letter) { return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') || letter == '_' || letter == '-' || letter == '.'; };
  for (size_t equals = value.find('='); equals != std::string::npos; equals = value.find('=', equals + 1)) {
    size_t begin = equals;
    while (begin > 0 && names(value[begin - 1])) --begin;
    if (!IsSecret(std::string_view(value).substr(begin, equals - begin))) continue;
    value.replace(equals + 1, std::min(value.find('&', equals), value.size()) - equals - 1, kStars);
  }
}

std::string WithoutPasswords(std::string value) {
  HideUserInfo(value);
  HideParameters(value);
  return value;
}

std::string Shown(std::string_view key, const std::string& value) { return IsSecret(key) ? std::string(kStars) : WithoutPasswords(value); }

std::string WithText(const std::map<std::string, std::string>& options) {
  std::string out;
  for (const auto& [key, value] : options) out += StrCat(out.empty() ? "WITH (\n" : ",\n", "  ", Quoted(key, '\''), " = ", Quoted(Shown(key, value), '\''));
  return out + (out.empty() ? "" : "\n)\n");
}

std::string ColumnText(const TableColumn& column) {
  std::string out = Name(column.name);
  if (column.kind == sql::ColumnKind::kComputed) return StrCat(out, " AS ", column.computed_text, CommentText(column.comment));
  out += StrCat(" ", column.type.WithNullable(true), column.type.nullable() ? "" : " NOT NULL");
  if (column.kind == sql::ColumnKind::kMetadata) out += StrCat(" METADATA", column.metadata_key == column.name ? "" : StrCat(" FROM ", Quoted(column.metadata_key, '\'')), column.is_virtual ? " VIRTUAL" : "");
  return out + CommentText(column.comment);
}

std::string DistributionText(const sql::Distribution& distribution) {
  std::string out = "DISTRIBUTED";
  if (!distribution.columns.empty()) out += StrCat(" BY ", distribution.kind, "(", Names(distribution.columns), ")");
  return out + (distribution.buckets > 0 ? StrCat(" INTO ", distribution.buckets, " BUCKETS\n") : "\n");
}

std::string Line(const std::string& text, bool first) { return StrCat(first ? "  " : ",\n  ", text); }

std::string FieldsText(const std::vector<std::pair<std::string, data::Type>>& fields) {
  std::string out;
  for (const auto& [name, type] : fields) out += StrCat(out.empty() ? "" : ", ", Name(name), " ", type);
  return out;
}

}  // namespace

std::string CreateText(const Table& table) {
  std::string body;
  for (const auto& column : table.columns) body += Line(ColumnText(column), body.empty());
  if (table.watermark) body += Line(StrCat("WATERMARK FOR ", Names(table.watermark->column), " AS ", table.watermark->text), body.empty());
  if (!table.primary_key.empty()) body += Line(StrCat("PRIMARY KEY (", Names(table.primary_key), ") NOT ENFORCED"), body.empty());
  std::string out = StrCat("CREATE TABLE ", FullName(table.id), " (\n", body, "\n)\n");
  if (!table.comment.empty()) out += StrCat("COMMENT ", Quoted(table.comment, '\''), "\n");
  if (table.distribution) out += DistributionText(*table.distribution);
  if (!table.partitioned_by.empty()) out += StrCat("PARTITIONED BY (", Names(table.partitioned_by), ")\n");
  return out + WithText(table.options);
}

std::string CreateText(const sql::CreateView& view, const TableId& name, const Node& bound) {
  std::string columns;
  for (const auto& column : bound.columns) columns += Line(Name(column.name), columns.empty());
  return StrCat("CREATE ", view.temporary ? "TEMPORARY " : "", "VIEW ", FullName(name), " (\n", columns, "\n)\n", view.comment.empty() ? "" : StrCat("COMMENT ", Quoted(view.comment, '\''), "\n"), "AS ", view.text, "\n");
}

std::string CreateText(const Model& model) {
  return StrCat("CREATE MODEL ", FullName(model.id), "\nINPUT (", FieldsText(model.input), ")\nOUTPUT (", FieldsText(model.output), ")\n", WithText(model.options));
}

std::string CreateText(const std::string& catalog, const NamespaceProperties& properties) {
  return StrCat("CREATE CATALOG ", Name(catalog), "\n", properties.comment.empty() ? "" : StrCat("COMMENT ", Quoted(properties.comment, '\''), "\n"), WithText(properties.options));
}

std::string DescribeText(const std::string& name, const NamespaceProperties& properties, bool options) {
  std::string out = StrCat("name ", name, "\n");
  if (!properties.comment.empty()) out += StrCat("comment ", properties.comment, "\n");
  for (const auto& [key, value] : properties.options) {
    if (options) out += StrCat("option:", key, " ", Shown(key, value), "\n");
  }
  return out;
}

std::string DescribeText(const Model& model) {
  std::string out;
  for (const auto& [name, type] : model.input) out += StrCat(name, " ", type, " INPUT\n");
  for (const auto& [name, type] : model.output) out += StrCat(name, " ", type, " OUTPUT\n");
  return out;
}

}  // namespace freshet::stream
