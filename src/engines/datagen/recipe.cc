#include "engines/datagen/recipe.h"

#include <algorithm>
#include <charconv>
#include <cfloat>

#include "base/fnv.h"
#include "data/known_words.h"
#include "data/number_text.h"
#include "data/quantity_text.h"
#include "data/table_options.h"
#include "engines/datagen/datagen.h"

namespace freshet::datagen {
namespace {

using data::Int128;
using data::Kind;
using data::Type;

constexpr std::string_view kOptions[] = {"rows-per-second", "number-of-rows", "scan.parallelism", "fields.F.kind", "fields.F.min", "fields.F.max", "fields.F.start", "fields.F.end",
                                         "fields.F.length", "fields.F.var-len", "fields.F.max-past", "fields.F.null-rate"};
constexpr int64_t kTextLength = 100;
constexpr int64_t kElements = 3;
constexpr int64_t kLengthMax = 1 << 20;
constexpr int64_t kElementsMax = 10'000;
constexpr double kRowBytesMax = 64 << 20;
constexpr int64_t kMonthsMost = 120'000;
constexpr int64_t kRateMost = 1'000'000'000;

// Reads options, and knows afterwards which nobody has asked for.
class OptionReader : public data::TableOptions {
 public:
  using TableOptions::TableOptions;

  const std::string* Find(std::string key) {
    auto found = table_.options.find(key);
    known_.push_back(std::move(key));
    return found == table_.options.end() ? nullptr : &found->second;
  }
  Fault OfColumn(std::string_view path, std::string_view what) const { return Fault::Invalid("table ", table_.name, ": column ", path, " ", what); }

  Status ReadWhole(const std::string& key, int64_t least, int64_t most, int64_t& into) {
    const std::string* text = Find(key);
    if (text == nullptr) return {};
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), into);
    bool good = error == std::errc() && end == text->data() + text->size() && into >= least && into <= most;
    return good ? Status() : Status(Bad(key, StrCat("a whole number from ", least, " to ", most)));
  }
  Status ReadReal(const std::string& key, double least, double most, double& into) {
    const std::string* text = Find(key);
    if (text == nullptr) return {};
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), into);
    bool good = error == std::errc() && end == text->data() + text->size() && into >= least && into <= most;
    return good ? Status() : Status(Bad(key, StrCat("a number from ", least, " to ", most)));
  }
  Status ReadDecimal(const std::string& key, const Type& type, Int128& into) {
    const std::string* text = Find(key);
    if (text == nullptr) return {};
    auto value = data::ParseDecimal(*text, type.precision(), type.scale());
    if (!value) return Bad(key, StrCat("a number of ", type.WithNullable(true)));
    into = *value;
    return {};
  }
  Status ReadBoolean(const std::string& key, bool& into) {
    const std::string* text = Find(key);
    if (text == nullptr) return {};
    into = *text == "true";
    return into || *text == "false" ? Status() : Status(Bad(key, "true or false"));
  }
  Status ReadDuration(const std::string& key, int64_t& into_ms) {
    const std::string* text = Find(key);
    if (text == nullptr) return {};
    auto read = data::ParseDuration(*text);
    if (!read.ok()) return Bad(key, "a duration such as 10 min");
    into_ms = read->ms();
    return {};
  }
  Status OnlyKnown() const {
    std::vector<std::string_view> known(known_.begin(), known_.end());
    for (const auto& [key, value] : table_.options) {
      if (key == "connector" || std::find(known.begin(), known.end(), key) != known.end()) continue;
      return Fault::Invalid("table ", table_.name, ": connector datagen has no option '", key, "'", data::InsteadOf(key, known));
    }
    return {};
  }

 private:
  std::vector<std::string> known_;
};

std::string KeyOf(std::string_view path, std::string_view what) { return StrCat("fields.", path, ".", what); }

struct Range {
  int64_t least;
  int64_t most;
};
Range RangeOf(Kind kind) {
  switch (kind) {
    case Kind::kTinyInt: return {INT8_MIN, INT8_MAX};
    case Kind::kSmallInt: return {INT16_MIN, INT16_MAX};
    case Kind::kInt: return {INT32_MIN, INT32_MAX};
    default: return {INT64_MIN, INT64_MAX};
  }
}

Status InOrder(const OptionReader& in, std::string_view path, bool in_order, std::string_view low, std::string_view high) {
  return in_order ? Status() : Status(in.OfColumn(path, StrCat("has a '", KeyOf(path, high), "' below its '", KeyOf(path, low), "'")));
}

Status ReadExact(OptionReader& in, const std::string& path, Recipe& recipe, Range otherwise, Range bounds) {
  int64_t least = otherwise.least, most = otherwise.most;
  RETURN_NOT_OK(in.ReadWhole(KeyOf(path, "min"), bounds.least, bounds.most, least));
  RETURN_NOT_OK(in.ReadWhole(KeyOf(path, "max"), bounds.least, bounds.most, most));
  recipe.least = least;
  recipe.most = most;
  return InOrder(in, path, least <= most, "min", "max");
}

Status ReadReals(OptionReader& in, const std::string& path, Recipe& recipe, double most) {
  recipe.real_most = most;
  RETURN_NOT_OK(in.ReadReal(KeyOf(path, "min"), -most, most, recipe.real_least));
  RETURN_NOT_OK(in.ReadReal(KeyOf(path, "max"), -most, most, recipe.real_most));
  return InOrder(in, path, recipe.real_least <= recipe.real_most, "min", "max");
}

Status ReadDecimals(OptionReader& in, const std::string& path, Recipe& recipe) {
  recipe.most = data::PowerOfTen(recipe.type.precision()) - 1;
  RETURN_NOT_OK(in.ReadDecimal(KeyOf(path, "min"), recipe.type, recipe.least));
  RETURN_NOT_OK(in.ReadDecimal(KeyOf(path, "max"), recipe.type, recipe.most));
  return InOrder(in, path, recipe.least <= recipe.most, "min", "max");
}

// CHAR and BINARY are as long as they are declared, others at most.
Status ReadLength(OptionReader& in, const std::string& path, Recipe& recipe) {
  bool fixed = recipe.type.kind() == Kind::kChar || recipe.type.kind() == Kind::kBinary, declared = recipe.type.length() != data::kUnboundedLength;
  recipe.length = declared ? recipe.type.length() : kTextLength;
  if (recipe.length > kLengthMax) return in.OfColumn(path, StrCat("is longer than ", kLengthMax, ", the longest that datagen makes; say '", KeyOf(path, "length"), "'"));
  if (fixed) return {};
  RETURN_NOT_OK(in.ReadWhole(KeyOf(path, "length"), 0, declared ? recipe.type.length() : kLengthMax, recipe.length));
  return in.ReadBoolean(KeyOf(path, "var-len"), recipe.any_length);
}

Result<Recipe> ByChance(OptionReader& in, const std::string& path, const Type& type);

Status ReadParts(OptionReader& in, const std::string& path, Recipe& recipe) {
  bool row = recipe.type.kind() == Kind::kRow;
  recipe.length = kElements;
  if (!row) RETURN_NOT_OK(in.ReadWhole(KeyOf(path, "length"), 0, kElementsMax, recipe.length));
  for (const auto& field : recipe.type.fields()) {
    bool count = recipe.type.kind() == Kind::kMultiset && field.name == "count";
    if (count) continue;
    ASSIGN_OR_RETURN(Recipe part, ByChance(in, StrCat(path, ".", field.name), field.type));
    recipe.parts.push_back(std::move(part));
  }
  return {};
}

Status ReadKind(OptionReader& in, const std::string& path, Recipe& recipe) {
  const Type& type = recipe.type;
  switch (type.kind()) {
    case Kind::kTinyInt:
    case Kind::kSmallInt:
    case Kind::kInt:
    case Kind::kBigInt:
    case Kind::kIntervalMillis: return ReadExact(in, path, recipe, RangeOf(type.kind()), RangeOf(type.kind()));
    case Kind::kIntervalMonths: return ReadExact(in, path, recipe, {0, kMonthsMost}, RangeOf(Kind::kInt));
    case Kind::kFloat: return ReadReals(in, path, recipe, FLT_MAX);
    case Kind::kDouble: return ReadReals(in, path, recipe, DBL_MAX);
    case Kind::kDecimal: return ReadDecimals(in, path, recipe);
    case Kind::kChar:
    case Kind::kVarchar:
    case Kind::kBinary:
    case Kind::kVarbinary: return ReadLength(in, path, recipe);
    case Kind::kTimestamp:
    case Kind::kTimestampLtz: return in.ReadDuration(KeyOf(path, "max-past"), recipe.past_ms_most);
    case Kind::kArray:
    case Kind::kMap:
    case Kind::kMultiset:
    case Kind::kRow: return ReadParts(in, path, recipe);
    case Kind::kBitmap: return in.OfColumn(path, "is BITMAP, of which there are no rows by chance; make one of a column of INT in a query with BITMAP_BUILD(ARRAY[n])");
    case Kind::kVariant: return in.OfColumn(path, "is VARIANT, of which there are no rows by chance; leave it out, or make it of a text in a query with PARSE_JSON");
    default: return {};
  }
}

Result<Recipe> ByChance(OptionReader& in, const std::string& path, const Type& type) {
  Recipe recipe{.type = type, .stream = Fnv1a(path)};
  std::string null_rate = KeyOf(path, "null-rate");
  RETURN_NOT_OK(in.ReadReal(null_rate, 0, 1, recipe.null_rate));
  if (recipe.null_rate > 0 && !type.nullable()) return in.OfColumn(path, StrCat("is NOT NULL; leave '", null_rate, "' out"));
  RETURN_NOT_OK(ReadKind(in, path, recipe));
  return recipe;
}

Result<Recipe> InSequence(OptionReader& in, const std::string& path, const Type& type) {
  if (type.kind() == Kind::kBoolean) return ByChance(in, path, type);
  if (!type.IsNumeric() && !type.IsString() && !type.IsBinary()) return in.OfColumn(path, StrCat("is ", type, ", of which there is no sequence; numbers, texts and bytes have one"));
  Recipe recipe{.type = type, .stream = Fnv1a(path), .sequence = true};
  for (std::string_view end : {"start", "end"}) {
    if (!in.Has(KeyOf(path, end))) return in.OfColumn(path, StrCat("is a sequence and needs '", KeyOf(path, end), "'"));
  }
  Range bounds = type.IsInteger() ? RangeOf(type.kind()) : Range{INT64_MIN, INT64_MAX};
  int64_t start = 0, end = 0;
  RETURN_NOT_OK(in.ReadWhole(KeyOf(path, "start"), bounds.least, bounds.most, start));
  RETURN_NOT_OK(in.ReadWhole(KeyOf(path, "end"), bounds.least, bounds.most, end));
  recipe.least = start;
  recipe.most = end;
  if (type.kind() == Kind::kDecimal) {
    Int128 limit = data::PowerOfTen(type.precision() - type.scale());
    if (recipe.least <= -limit || recipe.most >= limit) return in.OfColumn(path, StrCat("is ", type.WithNullable(true), ", in which its sequence has no room"));
  }
  RETURN_NOT_OK(InOrder(in, path, start <= end, "start", "end"));
  return recipe;
}

Result<Recipe> ReadColumn(OptionReader& in, const std::string& path, const Type& type) {
  const std::string* kind = in.Find(KeyOf(path, "kind"));
  if (kind == nullptr || *kind == "random") return ByChance(in, path, type);
  if (*kind == "sequence") return InSequence(in, path, type);
  return in.Bad(KeyOf(path, "kind"), "random or sequence");
}

// About as many as a value takes at most.
double BytesOf(const Recipe& recipe) {
  constexpr double kFixed = 16;
  double parts = 0;
  for (const auto& part : recipe.parts) parts += BytesOf(part);
  if (recipe.type.kind() == Kind::kRow) return parts;
  return kFixed + static_cast<double>(recipe.length) * (recipe.type.IsNested() ? parts : 1);
}

// A sequence ends with its last number, and the table with the first that ends.
std::optional<int64_t> RowsOf(const Recipe& recipe) {
  if (!recipe.sequence) return std::nullopt;
  Int128 rows = recipe.most - recipe.least + 1;
  return rows > INT64_MAX ? INT64_MAX : static_cast<int64_t>(rows);
}

}  // namespace

std::span<const std::string_view> DatagenOptionNames() { return kOptions; }

Result<TableRecipe> ReadRecipe(const ports::TableRequest& table) {
  OptionReader in(table);
  TableRecipe recipe;
  int64_t rows = -1, parallelism = 1;
  RETURN_NOT_OK(in.ReadWhole("rows-per-second", 1, kRateMost, recipe.rows_per_second));
  RETURN_NOT_OK(in.ReadWhole("number-of-rows", 0, INT64_MAX, rows));
  RETURN_NOT_OK(in.ReadWhole("scan.parallelism", 1, INT32_MAX, parallelism));
  if (rows >= 0) recipe.rows = rows;
  for (const auto& field : table.record.fields()) {
    ASSIGN_OR_RETURN(Recipe column, ReadColumn(in, field.name, field.type));
    if (auto most = RowsOf(column)) recipe.rows = std::min(recipe.rows.value_or(INT64_MAX), *most);
  }
  RETURN_NOT_OK(in.OnlyKnown());
  for (int c = 0; c < table.columns.size(); ++c) {
    const auto& field = table.columns.field(c);
    bool metadata = !table.metadata_keys[static_cast<size_t>(c)].empty();
    if (metadata) return Fault::Invalid("table ", table.name, ": connector datagen has no metadata '", table.metadata_keys[static_cast<size_t>(c)], "'");
    ASSIGN_OR_RETURN(Recipe column, ReadColumn(in, field.name, field.type));
    recipe.row_bytes += static_cast<int64_t>(std::min(BytesOf(column), kRowBytesMax));
    recipe.columns.push_back(std::move(column));
  }
  if (recipe.row_bytes >= static_cast<int64_t>(kRowBytesMax)) return Fault::TooLarge("table ", table.name, ": its rows may have more than ", static_cast<int64_t>(kRowBytesMax), " bytes; make lengths shorter");
  return recipe;
}

}  // namespace freshet::datagen
