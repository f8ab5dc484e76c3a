#include "links/postgres/jdbc_tables.h"

#include <algorithm>
#include <charconv>

#include "data/expr/expr.h"
#include "io/pause.h"
#include "links/postgres/answer_cache.h"
#include "links/postgres/options.h"

namespace freshet::links::postgres {
namespace {

using data::Kind;
using data::Type;

constexpr size_t kKeysAtOnce = 100;
constexpr size_t kRowsOfKeyMax = 65'536;

bool IsRead(const Type& type) { return !type.IsNested() && !type.IsOpaque() && type.kind() != Kind::kBinary && type.kind() != Kind::kVarbinary; }

// What is selected for a column: a text that a cast to its type reads.
std::string Selected(const data::Field& field) {
  std::string column = Quoted(field.name);
  if (field.type.kind() == Kind::kTimestampLtz) return StrCat("(", column, " AT TIME ZONE 'UTC')::text");
  return column + "::text";
}

// Of a number's parameter: by the table's type, so that one that the column cannot hold finds nothing, and is no fault.
std::string_view CastOf(const data::Schema& declared, const std::string& name) {
  auto column = declared.Find(name);
  if (!column) return "";
  switch (declared.field(*column).type.kind()) {
    case Kind::kTinyInt:
    case Kind::kSmallInt:
    case Kind::kInt:
    case Kind::kBigInt: return "::bigint";
    case Kind::kDecimal: return "::numeric";
    case Kind::kFloat:
    case Kind::kDouble: return "::float8";
    default: return "";
  }
}

// One branch a key, so that PostgreSQL gives each other parameter its column's type and may use an index for it.
std::string QueryFor(const std::string& from, const data::Schema& columns, const data::Schema& declared, const std::vector<std::string>& keys, size_t count) {
  std::string wanted, sql;
  for (const auto& field : columns.fields()) wanted += StrCat(", ", Selected(field));
  size_t parameter = 0;
  for (size_t i = 0; i < count; ++i) {
    sql += StrCat(i > 0 ? " UNION ALL " : "", "(SELECT ", i, wanted, " FROM ", from, " WHERE ");
    for (size_t k = 0; k < keys.size(); ++k) sql += StrCat(k > 0 ? " AND " : "", Quoted(keys[k]), " = $", ++parameter, CastOf(declared, keys[k]));
    sql += StrCat(" LIMIT ", kRowsOfKeyMax + 1, ")");
  }
  return sql;
}

Result<data::ColumnPtr> CastTo(const data::ColumnPtr& column, const Type& type) {
  if (column->type.SameExceptNull(type)) return column;
  ASSIGN_OR_RETURN(auto cast, expr::MakeCast(expr::Input(0, column->type, "value"), type));
  expr::Session session;  // UTC
  data::Batch one(column->length, {column});
  return expr::Evaluate(*cast, one, one.selection(), session);
}

class JdbcLookup final : public ports::Lookup {
 public:
  JdbcLookup(Env& env, ports::LookupRequest lookup, JdbcOptions options, std::unique_ptr<Database> database)
      : env_(env), table_(lookup.table.name), columns_(lookup.table.columns), declared_(lookup.table.record), keys_(std::move(lookup.key_columns)), options_(std::move(options)), database_(std::move(database)), cache_(options_) {}

  Task<Found> Get(Ctx ctx, data::Batch keys) override {
    auto texts = TextsOf(keys);
    if (!texts.ok()) co_return OfTable(texts.fault());
    std::vector<std::vector<Cells>> rows(texts->size());
    std::vector<size_t> unknown;
    for (size_t i = 0; i < texts->size(); ++i) {
      auto kept = cache_.Find(NameOf((*texts)[i]), env_.clock().Now());
      if (kept) rows[i] = std::move(*kept);
      else if (!HoldsNul((*texts)[i])) unknown.push_back(i);
    }
    for (size_t begin = 0; begin < unknown.size(); begin += kKeysAtOnce) {
      std::vector<size_t> some(unknown.begin() + static_cast<ptrdiff_t>(begin), unknown.begin() + static_cast<ptrdiff_t>(std::min(begin + kKeysAtOnce, unknown.size())));
      auto asking = Ask(ctx, some, *texts);
      auto answers = co_await asking;
      if (!answers.ok()) co_return OfTable(answers.fault());
      for (size_t i = 0; i < some.size(); ++i) {
        cache_.Keep(NameOf((*texts)[some[i]]), (*answers)[i], env_.clock().Now());
        rows[some[i]] = std::move((*answers)[i]);
      }
    }
    auto found = FoundOf(rows);
    if (!found.ok()) co_return OfTable(found.fault());
    co_return std::move(*found);
  }

 private:
  using Texts = std::vector<std::vector<std::string>>;  // per key its parts

  Result<Texts> TextsOf(const data::Batch& keys) const {
    Texts texts(static_cast<size_t>(keys.length()));
    for (int c = 0; c < keys.column_count(); ++c) {
      ASSIGN_OR_RETURN(auto column, CastTo(keys.column(c), Type::String()));
      for (size_t row = 0; row < texts.size(); ++row) texts[row].emplace_back(column->String(static_cast<int>(row)));
    }
    return texts;
  }

  // No text of PostgreSQL does.
  static bool HoldsNul(const std::vector<std::string>& key) {
    return std::any_of(key.begin(), key.end(), [](const std::string& part) { return part.find('\0') != std::string::npos; });
  }

  static std::string NameOf(const std::vector<std::string>& key) {
    std::string name;
    for (const auto& part : key) name += StrCat(part.size(), ":", part);
    return name;
  }

  // The rows of each of the keys.
  Task<std::vector<std::vector<Cells>>> Ask(Ctx ctx, std::vector<size_t> which, const Texts& texts) {
    std::string sql = QueryFor(options_.from, columns_, declared_, keys_, which.size());
    std::vector<std::string> parameters;
    for (size_t i : which) parameters.insert(parameters.end(), texts[i].begin(), texts[i].end());
    for (int retry = 1;; ++retry) {
      Status wanted = ctx.Check(env_.clock().Now());
      if (!wanted.ok()) co_return wanted.fault();
      Duration patience = ctx.deadline - env_.clock().Now();
      auto ask = [&] { return database_->Ask(sql, parameters, patience); };
      io::Offload offload(env_.workers(), io::Pool::kRemote, ask);
      auto rows = co_await offload;
      if (rows.ok()) co_return Sorted(std::move(*rows), which.size(), static_cast<size_t>(columns_.size()) + 1);
      bool again = rows.code() == Code::kUnavailable && retry <= options_.retries_max;
      if (!again) co_return rows.fault();
      auto pausing = io::PauseUntil(ctx, env_.clock(), env_.clock().Now() + Seconds(retry));  // as in Flink
      wanted = co_await pausing;
      if (!wanted.ok()) co_return wanted.fault();
    }
  }

  static Result<std::vector<std::vector<Cells>>> Sorted(std::vector<Cells> rows, size_t keys, size_t cells) {
    std::vector<std::vector<Cells>> answers(keys);
    for (Cells& row : rows) {
      if (row.size() != cells || !row[0]) return Fault::Corrupt("an answer has other columns than were asked for; is it PostgreSQL that answers?");
      size_t key = keys;
      const std::string& number = *row[0];
      std::from_chars(number.data(), number.data() + number.size(), key);
      if (key >= keys) return Fault::Corrupt("an answer is to no question");
      if (answers[key].size() == kRowsOfKeyMax) return Fault::TooLarge("more than ", kRowsOfKeyMax, " rows for one key; look the table up by more of its columns");
      row.erase(row.begin());
      answers[key].push_back(std::move(row));
    }
    return answers;
  }

  Result<Found> FoundOf(const std::vector<std::vector<Cells>>& rows) const {
    Found found;
    std::vector<const Cells*> all;  // absent: of a key that is not known
    for (size_t key = 0; key < rows.size(); ++key) {
      found.found.push_back(!rows[key].empty());
      for (const Cells& row : rows[key]) all.push_back(&row);
      if (rows[key].empty()) all.push_back(nullptr);
      found.keys.resize(all.size(), static_cast<int>(key));
    }
    std::vector<data::ColumnPtr> columns;
    for (int c = 0; c < columns_.size(); ++c) {
      ASSIGN_OR_RETURN(auto column, ColumnOf(all, c));
      columns.push_back(std::move(column));
    }
    found.rows = data::Batch(static_cast<int>(all.size()), std::move(columns));
    return found;
  }

  Result<data::ColumnPtr> ColumnOf(const std::vector<const Cells*>& rows, int c) const {
    const data::Field& field = columns_.field(c);
    const Type type = field.type.WithNullable(true);
    data::ColumnBuilder out(type, static_cast<int>(rows.size()));
    for (size_t begin = 0; begin < rows.size(); begin += data::kMaxBatchRows) {
      size_t end = std::min<size_t>(begin + data::kMaxBatchRows, rows.size());
      data::ColumnBuilder texts(Type::String(), static_cast<int>(end - begin));
      for (size_t r = begin; r < end; ++r) {
        const auto* cell = rows[r] == nullptr ? nullptr : &(*rows[r])[static_cast<size_t>(c)];
        if (cell != nullptr && cell->has_value()) texts.AppendString(**cell);
        else texts.AppendNull();
      }
      auto cast = CastTo(texts.Finish(), type);
      if (!cast.ok()) return Fault::Invalid("column ", field.name, " of type ", field.type, ": ", cast.fault().message());
      for (int r = 0; r < (*cast)->length; ++r) out.AppendFrom(**cast, r);
    }
    return out.Finish();
  }

  Fault OfTable(const Fault& fault) const { return Fault(fault.code(), fault.blame(), fault.retry(), StrCat("table ", table_, ": ", fault.message())); }

  Env& env_;
  const std::string table_;
  const data::Schema columns_;
  const data::Schema declared_;  // all columns
  const std::vector<std::string> keys_;
  const JdbcOptions options_;
  const std::unique_ptr<Database> database_;
  AnswerCache cache_;
};

}  // namespace

Status JdbcTables::Check(const ports::TableRequest& table, ports::TableUse use) const {
  if (use == ports::TableUse::kRead) return Fault::Unsupported("table ", table.name, ": connector jdbc is looked up, not read; join it FOR SYSTEM_TIME AS OF a PROCTIME() column");
  if (use == ports::TableUse::kWrite) return Fault::Unsupported("table ", table.name, ": connector jdbc is looked up, not written; write the rows to a topic ('connector' = 'upsert-kafka'), from where a sink of Kafka Connect brings them to the database");
  RETURN_NOT_OK(ReadJdbcOptions(table).status());
  for (size_t c = 0; c < table.metadata_keys.size(); ++c) {
    if (!table.metadata_keys[c].empty()) return Fault::Unsupported("table ", table.name, ": metadata '", table.metadata_keys[c], "'; connector jdbc has none");
  }
  for (const auto& field : table.columns.fields()) {
    if (!IsRead(field.type)) return Fault::Unsupported("table ", table.name, ": column ", field.name, " of type ", field.type, " is not read by connector jdbc yet; leave it out of the query");
  }
  return {};
}

Task<std::unique_ptr<ports::Source>> JdbcTables::OpenSource(Ctx, ports::TableRequest table) { co_return Check(table, ports::TableUse::kRead); }
Task<std::unique_ptr<ports::Sink>> JdbcTables::OpenSink(Ctx, ports::TableRequest table) { co_return Check(table, ports::TableUse::kWrite); }

Task<std::unique_ptr<ports::Lookup>> JdbcTables::OpenLookup(Ctx, ports::LookupRequest lookup) {
  Status checked = Check(lookup.table, ports::TableUse::kLookUp);
  if (!checked.ok()) co_return checked.fault();
  auto options = ReadJdbcOptions(lookup.table);
  auto database = open_(options->connection);
  std::unique_ptr<ports::Lookup> opened = std::make_unique<JdbcLookup>(env_, std::move(lookup), std::move(*options), std::move(database));
  co_return opened;
}

}  // namespace freshet::links::postgres
