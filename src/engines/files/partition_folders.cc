#include "engines/files/partition_folders.h"

#include <cstring>

#include "base/text.h"
#include "data/civil.h"
#include "data/formats/text_values.h"
#include "data/number_text.h"

namespace freshet::files {
namespace {

using data::Kind;

constexpr std::string_view kEscaped = "\"#%'*/:=?[\\]^{\x7f";

bool IsEscaped(char c) { return static_cast<unsigned char>(c) < ' ' || kEscaped.find(c) != std::string_view::npos; }

int Nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// As Java prints a LocalDateTime: no seconds where they are zero, three, six or nine digits of a fraction.
void AppendLocalDateTime(std::string& out, const data::Column& values, int row) {
  std::string text;
  formats::AppendTemporal(text, values, row, formats::TimestampStyle::kIso8601);
  size_t dot = text.find('.');
  if (dot != std::string::npos) {
    while ((text.size() - dot - 1) % 3 != 0) text += '0';
  } else if (text.ends_with(":00")) {
    text.resize(text.size() - 3);
  }
  out += text;
}

std::string TextOf(const data::Column& values, int row) {
  std::string out;
  switch (values.type.kind()) {
    case Kind::kBoolean: out += values.Value<int8_t>(row) != 0 ? "true" : "false"; break;
    case Kind::kFloat: data::AppendJavaDouble(out, values.Value<float>(row), true); break;
    case Kind::kDouble: data::AppendJavaDouble(out, values.Value<double>(row), false); break;
    case Kind::kDecimal: data::AppendDecimal(out, values.DecimalAt(row), values.type.scale()); break;
    case Kind::kDate: formats::AppendTemporal(out, values, row, formats::TimestampStyle::kSql); break;
    case Kind::kTimestamp: AppendLocalDateTime(out, values, row); break;
    case Kind::kChar:
    case Kind::kVarchar: out += values.String(row); break;
    default: AppendText(out, values.IntAt(row));
  }
  return out;
}

Status AppendValue(data::ColumnBuilder& to, const data::Field& column, std::string text) {
  constexpr size_t kToMinutes = 16;  // "2026-11-23T10:00"
  if (column.type.kind() == Kind::kTimestamp && text.size() == kToMinutes) text += ":00";
  if (formats::AppendParsed(to, text, formats::TimestampStyle::kIso8601)) return {};
  return Fault::Invalid("partition column ", column.name, ": '", text, "' is no ", column.type);
}

}  // namespace

std::string EscapeFolder(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    if (!IsEscaped(c)) {
      out += c;
      continue;
    }
    auto byte = static_cast<unsigned char>(c);
    out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

std::string UnescapeFolder(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    int high = text[i] == '%' && i + 2 < text.size() ? Nibble(text[i + 1]) : -1;
    int low = high >= 0 ? Nibble(text[i + 2]) : -1;
    if (low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

Status CheckPartitionColumn(const data::Field& column) {
  const data::Type& type = column.type;
  bool fits = type.IsString() || type.IsNumeric() || type.kind() == Kind::kBoolean || type.kind() == Kind::kDate || type.kind() == Kind::kTimestamp;
  if (fits) return {};
  return Fault::Unsupported("partition column ", column.name, " of type ", type, " cannot be a folder's name; make it a STRING");
}

std::string FolderOf(const data::Field& column, const data::Column& values, int row, const std::string& nothing) {
  std::string text = values.IsNull(row) ? std::string() : TextOf(values, row);
  return StrCat(EscapeFolder(column.name), "=", EscapeFolder(text.empty() ? nothing : text));
}

bool HaveSameFolder(const data::Column& values, int a, int b) {
  if (values.Base(a) == values.Base(b)) return true;
  if (values.IsNull(a) || values.IsNull(b)) return values.IsNull(a) && values.IsNull(b);
  if (values.type.IsString()) return values.String(a) == values.String(b);
  size_t width = data::PhysicalWidth(values.type.physical());
  const char* all = static_cast<const char*>(values.values);
  return std::memcmp(all + static_cast<size_t>(values.Base(a)) * width, all + static_cast<size_t>(values.Base(b)) * width, width) == 0;
}

Result<std::vector<data::ColumnPtr>> PartitionValues(std::string_view path, std::string_view file, const std::vector<data::Field>& columns, const std::string& nothing) {
  std::vector<std::optional<std::string>> found(columns.size());
  std::string_view folders = file.substr(std::min(path.size(), file.size()));
  while (folders.find('/') != std::string_view::npos) {
    std::string_view folder = folders.substr(0, folders.find('/'));
    folders.remove_prefix(folder.size() + 1);
    size_t equals = folder.find('=');
    if (equals == std::string_view::npos) continue;
    std::string name = UnescapeFolder(folder.substr(0, equals));
    for (size_t c = 0; c < columns.size(); ++c) {
      if (columns[c].name == name) found[c] = UnescapeFolder(folder.substr(equals + 1));
    }
  }
  std::vector<data::ColumnPtr> values;
  for (size_t c = 0; c < columns.size(); ++c) {
    if (!found[c]) return Fault::Invalid("file ", file, " does not lie in a folder ", columns[c].name, "=…; tables that are PARTITIONED BY read such folders only");
    data::ColumnBuilder one(columns[c].type, 1);
    if (*found[c] == nothing) one.AppendNull();
    else RETURN_NOT_OK(AppendValue(one, columns[c], *found[c]));
    values.push_back(one.Finish());
  }
  return values;
}

}  // namespace freshet::files
