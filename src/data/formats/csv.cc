#include <algorithm>
#include <optional>

#include "data/formats/base64.h"
#include "data/formats/format.h"
#include "data/formats/text_values.h"
#include "data/number_text.h"
#include "data/type_article.h"

// CSV, one record a line. Reading: quotes, doubled quotes, an optional escape character. Writing quotes what
// Jackson quotes, which is what Flink's csv format writes with.

namespace freshet::formats {
namespace {

using data::Column;
using data::ColumnBuilder;
using data::Kind;

struct CsvOptions {
  char delimiter = ',';
  char quote = '"';
  bool quoting = true;
  char escape = '\0';
  bool allow_comments = false;
  bool ignore_parse_errors = false;
  bool ignore_trailing = false;
  bool trim_spaces = false;
  bool empty_is_null = false;
  bool has_null_literal = false;
  std::string null_literal;
  std::string array_delimiter = ";";
  bool scientific = true;  // decimals as Java prints them
};

Status OneCharacter(const Options& options, const std::string& key, char* out) {
  auto found = options.find(key);
  if (found == options.end()) return {};
  std::string value = found->second == "\\t" ? "\t" : found->second;
  if (value.size() != 1) return Fault::Invalid("option 'csv.", key, "' is '", value, "'; it takes one character");
  *out = value[0];
  return {};
}

Result<CsvOptions> ReadOptions(const Options& options) {
  CsvOptions out;
  RETURN_NOT_OK(OneCharacter(options, "field-delimiter", &out.delimiter));
  RETURN_NOT_OK(OneCharacter(options, "quote-character", &out.quote));
  RETURN_NOT_OK(OneCharacter(options, "escape-character", &out.escape));
  ASSIGN_OR_RETURN(bool no_quotes, BooleanOption(options, "disable-quote-character", false));
  out.quoting = !no_quotes;
  ASSIGN_OR_RETURN(out.allow_comments, BooleanOption(options, "allow-comments", false));
  ASSIGN_OR_RETURN(out.ignore_parse_errors, BooleanOption(options, "ignore-parse-errors", false));
  ASSIGN_OR_RETURN(out.ignore_trailing, BooleanOption(options, "ignore-trailing-unmappable", false));
  ASSIGN_OR_RETURN(out.trim_spaces, BooleanOption(options, "trim-spaces", false));
  ASSIGN_OR_RETURN(out.empty_is_null, BooleanOption(options, "empty-string-as-null", false));
  ASSIGN_OR_RETURN(out.scientific, BooleanOption(options, "write-bigdecimal-in-scientific-notation", true));
  if (auto found = options.find("null-literal"); found != options.end()) {
    out.has_null_literal = true;
    out.null_literal = found->second;
  }
  if (auto found = options.find("array-element-delimiter"); found != options.end()) out.array_delimiter = found->second;
  if (out.array_delimiter.empty()) return Fault::Invalid("option 'csv.array-element-delimiter' is empty; it takes what stands between the elements of an array");
  return out;
}

Status OnlyFlat(const Schema& columns) {
  for (const auto& field : columns.fields()) {
    auto plain = [](const data::Type& type) { return !type.IsNested() && !type.IsOpaque(); };
    bool list = field.type.kind() == Kind::kArray && plain(field.type.element());
    bool row = field.type.kind() == Kind::kRow && std::all_of(field.type.fields().begin(), field.type.fields().end(), [&](const auto& part) { return plain(part.type); });
    if (!plain(field.type) && !list && !row) return Fault::Unsupported("csv: column ", field.name, " of type ", field.type, "; an ARRAY or a ROW of plain values is one field, use format json for what is nested deeper");
  }
  return {};
}

class CsvDecoder final : public Decoder {
 public:
  CsvDecoder(CsvOptions options, const Schema& record, const Schema& wanted) : options_(std::move(options)) {
    for (const auto& field : wanted.fields()) builders_.emplace_back(field.type, 1024);
    for (const auto& field : record.fields()) {
      names_.push_back(field.name);
      types_.push_back(field.type);
      places_.push_back(wanted.Find(field.name));
    }
  }

  void SetChunk(std::string_view, Pin) override {}

  Status Append(std::string_view record) override {
    if (record.ends_with('\r')) record.remove_suffix(1);
    if (record.empty() || (options_.allow_comments && record[0] == '#')) return {};
    Status status = AppendFields(record);
    if (status.ok()) {
      ++rows_;
      return {};
    }
    for (auto& builder : builders_) {
      if (builder.length() > rows_) builder.Truncate(rows_);
    }
    if (!options_.ignore_parse_errors) return status;
    ++skipped_;
    return {};
  }

  int rows() const override { return rows_; }
  int64_t skipped() const override { return skipped_; }

  Batch Finish() override {
    std::vector<data::ColumnPtr> columns;
    for (auto& builder : builders_) columns.push_back(builder.Finish());
    Batch out(rows_, std::move(columns));
    rows_ = 0;
    return out;
  }

 private:
  // Cuts the next field off `rest`; `text` is it without quotes.
  bool NextField(std::string_view* rest, std::string* text, bool* quoted) {
    text->clear();
    std::string_view in = *rest;
    size_t i = 0;
    *quoted = options_.quoting && !in.empty() && in[0] == options_.quote;
    if (*quoted) ++i;
    bool closed = !*quoted;
    for (; i < in.size(); ++i) {
      char c = in[i];
      if (options_.escape != '\0' && c == options_.escape && i + 1 < in.size()) {
        *text += in[++i];
      } else if (*quoted && !closed && c == options_.quote) {
        if (i + 1 < in.size() && in[i + 1] == options_.quote) *text += in[++i];
        else closed = true;
      } else if (closed && c == options_.delimiter) {
        *rest = in.substr(i + 1);
        more_ = true;
        return true;
      } else {
        *text += c;
      }
    }
    *rest = {};
    more_ = false;
    return closed;
  }

  Status AppendFields(std::string_view record) {
    std::string_view rest = record;
    std::string text;
    bool quoted = false;
    more_ = true;
    for (size_t c = 0; c < places_.size(); ++c) {
      ColumnBuilder* builder = places_[c] ? &builders_[static_cast<size_t>(*places_[c])] : nullptr;
      if (!more_) {
        if (!options_.ignore_parse_errors) return Fault::Invalid("csv: ", c, " fields where ", places_.size(), " columns stand, in ", record.substr(0, 200));
        if (builder != nullptr) builder->AppendNull();
        continue;
      }
      if (!NextField(&rest, &text, &quoted)) return Fault::Invalid("csv: a quote is never closed in ", record.substr(0, 200));
      if (builder != nullptr) RETURN_NOT_OK(AppendField(*builder, c, text, quoted, record));
    }
    if (more_ && !options_.ignore_trailing) return Fault::Invalid("csv: more than ", places_.size(), " fields in ", record.substr(0, 200));
    return {};
  }

  Status AppendField(ColumnBuilder& builder, size_t field, std::string_view text, bool quoted, std::string_view record) {
    const std::string& name = names_[field];
    if (options_.trim_spaces) {
      while (text.starts_with(' ')) text.remove_prefix(1);
      while (text.ends_with(' ')) text.remove_suffix(1);
    }
    bool null = (options_.has_null_literal && !quoted && text == options_.null_literal) || (options_.empty_is_null && text.empty());
    if (null) {
      builder.AppendNull();
      return {};
    }
    Kind kind = builder.type().kind();
    bool good = kind == Kind::kArray ? AppendArray(builder, text) : kind == Kind::kRow ? AppendRow(builder, types_[field], text) : AppendParsed(builder, text, TimestampStyle::kSql);
    if (good) return {};
    builder.Truncate(rows_);  // parts of it may be there
    if (options_.ignore_parse_errors) {
      builder.AppendNull();
      return {};
    }
    return Fault::Invalid("csv: column ", name, ": '", text.substr(0, 60), "' is not ", data::WithArticle(builder.type()), " in ", record.substr(0, 200), text == name ? "; if that line names the columns, take it out: nothing here passes over one" : "",
                          "; 'csv.ignore-parse-errors' = 'true' makes fields that cannot be read NULL");
  }

  bool AppendArray(ColumnBuilder& builder, std::string_view text) {
    size_t end = 0;
    for (bool more = !text.empty(); more; more = end != std::string_view::npos) {
      end = text.find(options_.array_delimiter);
      bool good = AppendParsed(builder.child(0), text.substr(0, end), TimestampStyle::kSql);
      if (!good && !options_.ignore_parse_errors) return false;
      if (!good) builder.child(0).AppendNull();
      if (end != std::string_view::npos) text.remove_prefix(end + options_.array_delimiter.size());
    }
    builder.AppendList();
    return true;
  }

  // Fields of a ROW, one behind the other, of which the builder may want fewer; what stands behind them is passed over, as in Flink.
  bool AppendRow(ColumnBuilder& builder, const data::Type& row, std::string_view text) {
    if (text.empty()) return false;
    bool more = true;
    const auto& wanted = builder.type().fields();
    for (const auto& field : row.fields()) {
      size_t end = text.find(options_.array_delimiter);
      auto place = std::find_if(wanted.begin(), wanted.end(), [&](const auto& one) { return one.name == field.name; });
      bool good = more && (place == wanted.end() || AppendParsed(builder.child(static_cast<int>(place - wanted.begin())), text.substr(0, end), TimestampStyle::kSql));
      if (!good && !options_.ignore_parse_errors) return false;
      if (!good && place != wanted.end()) builder.child(static_cast<int>(place - wanted.begin())).AppendNull();
      more = end != std::string_view::npos;
      if (more) text = text.substr(end + options_.array_delimiter.size());
    }
    builder.AppendRow();
    return true;
  }

  CsvOptions options_;
  std::vector<std::string> names_;           // of the record's fields
  std::vector<data::Type> types_;            // as the table declares them, ROWs whole
  std::vector<std::optional<int>> places_;  // of each field among the wanted columns
  std::vector<ColumnBuilder> builders_;
  bool more_ = false;
  int rows_ = 0;
  int64_t skipped_ = 0;
};

class CsvEncoder final : public Encoder {
 public:
  explicit CsvEncoder(CsvOptions options) : options_(std::move(options)) {
    char highest = options_.delimiter;
    if (options_.quoting && options_.quote > highest) highest = options_.quote;
    if (options_.escape > highest) highest = options_.escape;
    least_safe_ = static_cast<char>(highest + 1);
  }

  Status Append(std::string& out, const Batch& batch, int row) override {
    moments_.resize(static_cast<size_t>(batch.column_count()));
    for (int c = 0; c < batch.column_count(); ++c) {
      if (c > 0) out += options_.delimiter;
      const Column& column = *batch.column(c);
      if (column.IsNull(row)) out += options_.null_literal;
      else if (column.type.IsString()) AppendText(out, column.String(row));
      else if (column.type.IsTimestamp()) out += TextOf(moments_[static_cast<size_t>(c)], column, row);
      else AppendOther(out, column, row);
    }
    return {};
  }

 private:
  // What was written last of a column: times often come several times.
  struct Moment {
    std::optional<int64_t> value;
    std::string text;
  };

  const std::string& TextOf(Moment& moment, const Column& column, int row) const {
    int64_t value = column.IntAt(row);
    if (moment.value == value) return moment.text;
    std::string plain;
    AppendField(plain, column, row);
    moment.value = value;
    moment.text.clear();
    AppendText(moment.text, plain);
    return moment.text;
  }

  void AppendOther(std::string& out, const Column& column, int row) {
    bool textual = column.type.IsBinary() || column.type.kind() == Kind::kArray || column.type.kind() == Kind::kRow || column.type.kind() == Kind::kDate || column.type.kind() == Kind::kTime;
    if (!textual) return AppendField(out, column, row);
    text_.clear();
    AppendField(text_, column, row);
    AppendText(out, text_);
  }

  void AppendField(std::string& out, const Column& column, int row) const {
    switch (column.type.kind()) {
      case Kind::kBoolean: out += column.Value<int8_t>(row) != 0 ? "true" : "false"; return;
      case Kind::kFloat: return data::AppendJavaDouble(out, column.Value<float>(row), true);
      case Kind::kDouble: return data::AppendJavaDouble(out, column.Value<double>(row), false);
      case Kind::kDecimal:
        if (options_.scientific) return data::AppendJavaDecimal(out, column.DecimalAt(row), column.type.scale());
        return data::AppendDecimal(out, column.DecimalAt(row), column.type.scale());
      case Kind::kChar:
      case Kind::kVarchar: out += column.String(row); return;
      case Kind::kBinary:
      case Kind::kVarbinary: return AppendBase64(out, column.String(row));
      case Kind::kDate:
      case Kind::kTime:
      case Kind::kTimestamp:
      case Kind::kTimestampLtz: return AppendTemporal(out, column, row, TimestampStyle::kSql);
      case Kind::kArray: {
        auto [begin, end] = column.Range(row);
        for (int i = begin; i < end; ++i) {
          if (i > begin) out += options_.array_delimiter;
          if (!column.children[0]->IsNull(i)) AppendField(out, *column.children[0], i);
        }
        return;
      }
      case Kind::kRow:
        for (size_t i = 0; i < column.children.size(); ++i) {
          if (i > 0) out += options_.array_delimiter;
          if (!column.children[i]->IsNull(column.Base(row))) AppendField(out, *column.children[i], column.Base(row));
        }
        return;
      default: return freshet::AppendText(out, column.IntAt(row));
    }
  }

  // Jackson quotes whatever is longer than 24 characters or holds a character up to the separator's code.
  bool NeedsQuotes(std::string_view text) const {
    if (!options_.quoting) return false;
    if (text.size() > 24) return true;
    return std::any_of(text.begin(), text.end(), [this](char c) { return static_cast<unsigned char>(c) < static_cast<unsigned char>(least_safe_); });
  }

  // In quotes where they are needed; a quote within, and an escape, with another one in front.
  void AppendText(std::string& out, std::string_view text) const {
    if (!NeedsQuotes(text)) {
      out += text;
      return;
    }
    const bool escapes = options_.escape != '\0';
    auto next = [&](char c, size_t from) { return text.find(c, from); };
    size_t begin = 0, quote = next(options_.quote, 0), escape = escapes ? next(options_.escape, 0) : std::string_view::npos;
    out += options_.quote;
    for (size_t at; (at = std::min(quote, escape)) != std::string_view::npos; begin = at + 1) {  // each sign is looked for behind its own last place
      out += text.substr(begin, at - begin);
      out += escapes ? options_.escape : options_.quote;
      out += text[at];
      if (at == quote) quote = next(options_.quote, at + 1);
      if (at == escape) escape = next(options_.escape, at + 1);
    }
    out += text.substr(begin);
    out += options_.quote;
  }

  CsvOptions options_;
  char least_safe_;
  std::string text_;
  std::vector<Moment> moments_;  // by column
};

}  // namespace

Result<std::unique_ptr<Decoder>> OpenCsvDecoder(const Options& options, const Schema& record, const Schema& wanted) {
  RETURN_NOT_OK(OnlyFlat(wanted));
  ASSIGN_OR_RETURN(CsvOptions read, ReadOptions(options));
  return std::unique_ptr<Decoder>(std::make_unique<CsvDecoder>(std::move(read), record, wanted));
}

Result<std::unique_ptr<Encoder>> OpenCsvEncoder(const Options& options, const Schema& columns) {
  RETURN_NOT_OK(OnlyFlat(columns));
  ASSIGN_OR_RETURN(CsvOptions read, ReadOptions(options));
  return std::unique_ptr<Encoder>(std::make_unique<CsvEncoder>(std::move(read)));
}

}  // namespace freshet::formats
