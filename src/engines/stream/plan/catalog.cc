#include "engines/stream/plan/catalog.h"

#include <algorithm>
#include <set>

#include "base/capitals.h"
#include "base/nearest.h"
#include "data/expr/function.h"
#include "engines/stream/plan/aggregates.h"
#include "engines/stream/plan/alter_schema.h"
#include "wire/flink_sql/flink_sql.h"
#include "wire/flink_sql/lexer.h"

namespace freshet::stream {
namespace {

// Java classes that scripts name and what they are here.
constexpr std::pair<std::string_view, std::string_view> kKnownClasses[] = {
    {"com.github.nexmark.flink.udf.CountChar", "COUNT_CHAR"},
};

int Parameter(const sql::TypeSpec& spec, size_t i, int otherwise) {
  return spec.parameters.size() > i ? spec.parameters[i] : otherwise;
}

Result<data::Type> Sized(const sql::TypeSpec& spec, int otherwise, int least, int most, data::Type (*make)(int)) {
  int n = Parameter(spec, 0, otherwise);
  if (n < least || n > most) return Fault::Invalid(sql::At(spec.position), spec.name, "(", n, ") is out of range; it takes ", least, " to ", most);
  return make(n);
}

Result<data::Type> ResolveDecimal(const sql::TypeSpec& spec) {
  int precision = Parameter(spec, 0, 10), scale = Parameter(spec, 1, 0);
  bool fine = precision >= 1 && precision <= data::kMaxDecimalPrecision && scale >= 0 && scale <= precision;
  if (!fine) return Fault::Invalid(sql::At(spec.position), "DECIMAL(", precision, ", ", scale, ") is out of range; precision goes to 38, scale to the precision");
  return data::Type::Decimal(precision, scale);
}

Result<data::Type> ResolveParts(const sql::TypeSpec& spec) {
  std::vector<data::Type> parts;
  for (const auto& part : spec.parts) {
    ASSIGN_OR_RETURN(auto type, ResolveType(part));
    parts.push_back(std::move(type));
  }
  if (spec.name == "ARRAY") return data::Type::Array(parts[0]);
  if (spec.name == "MULTISET") return data::Type::Multiset(parts[0]);
  if (spec.name == "MAP") return data::Type::Map(parts[0], parts[1]);
  std::vector<data::NamedType> fields;
  for (size_t i = 0; i < parts.size(); ++i) fields.push_back({spec.field_names[i], parts[i]});
  return data::Type::Row(std::move(fields));
}

Result<data::Type> ResolveNullable(const sql::TypeSpec& spec) {
  using data::Type;
  const std::string& n = spec.name;
  static const std::map<std::string_view, Type> kPlain = {
      {"BOOLEAN", Type::Boolean()}, {"TINYINT", Type::TinyInt()}, {"SMALLINT", Type::SmallInt()}, {"INT", Type::Int()}, {"BIGINT", Type::BigInt()},
      {"FLOAT", Type::Float()},     {"DOUBLE", Type::Double()},   {"STRING", Type::String()},     {"BYTES", Type::Bytes()}, {"DATE", Type::Date()},
      {"VARIANT", Type::Variant()}, {"BITMAP", Type::Bitmap()}};
  if (auto plain = kPlain.find(n); plain != kPlain.end()) return plain->second;
  if (n == "DECIMAL") return ResolveDecimal(spec);
  if (n == "CHAR") return Sized(spec, 1, 1, data::kUnboundedLength, Type::Char);
  if (n == "VARCHAR") return Sized(spec, data::kUnboundedLength, 1, data::kUnboundedLength, Type::Varchar);  // unsaid, as in Flink, not 1
  if (n == "BINARY") return Sized(spec, 1, 1, data::kUnboundedLength, Type::Binary);
  if (n == "VARBINARY") return Sized(spec, data::kUnboundedLength, 1, data::kUnboundedLength, Type::Varbinary);
  if (n == "TIME") return Sized(spec, 0, 0, 9, Type::Time);
  if (n == "TIMESTAMP") return Sized(spec, 6, 0, 9, Type::Timestamp);
  if (n == "TIMESTAMP_LTZ") return Sized(spec, 6, 0, 9, Type::TimestampLtz);
  bool nested = n == "ROW" || ((n == "ARRAY" || n == "MAP" || n == "MULTISET") && !spec.parts.empty());
  if (nested) return ResolveParts(spec);
  if (n == "INTERVAL") {
    const std::string& unit = spec.field_names[0];
    return unit.starts_with("YEAR") || unit.starts_with("MONTH") ? Type::IntervalMonths() : Type::IntervalMillis();
  }
  return Fault::Unsupported(sql::At(spec.position), "data type ", n, " is not supported; known are BOOLEAN, TINYINT … BIGINT, FLOAT, DOUBLE, DECIMAL, CHAR, VARCHAR, STRING, "
                            "BINARY, VARBINARY, BYTES, DATE, TIME, TIMESTAMP, TIMESTAMP_LTZ, INTERVAL, ROW, ARRAY, MAP, MULTISET, VARIANT, BITMAP");
}

Result<std::vector<std::pair<std::string, data::Type>>> ResolveColumns(const std::vector<sql::ColumnSpec>& columns) {
  std::vector<std::pair<std::string, data::Type>> out;
  for (const auto& column : columns) {
    ASSIGN_OR_RETURN(auto type, ResolveType(column.type));
    out.emplace_back(column.name, std::move(type));
  }
  return out;
}

}  // namespace

Result<data::Type> ResolveType(const sql::TypeSpec& spec) {
  ASSIGN_OR_RETURN(auto type, ResolveNullable(spec));
  return type.WithNullable(spec.nullable);
}

const std::string& Table::connector() const {
  static const std::string none;
  auto found = options.find("connector");
  return found == options.end() ? none : found->second;
}

std::vector<const TableColumn*> Table::Insertable() const {
  std::vector<const TableColumn*> out;
  for (const auto& column : columns) {
    bool stored = column.kind == sql::ColumnKind::kPhysical || (column.kind == sql::ColumnKind::kMetadata && !column.is_virtual);
    if (stored) out.push_back(&column);
  }
  return out;
}

Result<TableColumn> ResolveColumn(const sql::ColumnSpec& spec) {
  TableColumn column{spec.kind, spec.name, {}, spec.metadata_key.empty() ? spec.name : spec.metadata_key, spec.is_virtual, spec.expr, spec.text, spec.comment};
  if (spec.kind != sql::ColumnKind::kComputed) {
    ASSIGN_OR_RETURN(column.type, ResolveType(spec.type));
  }
  return column;
}

// Results and state are known by an id's text, so two of one text cannot stand side by side: `a.b.c` alone, and c in the database b of a.
Status Catalog::MustBeNew(const TableId& name) const {
  std::string text = StrCat(name);
  for (const auto& other : Ids("TABLES")) {
    if (other != name && StrCat(other) == text) return Fault::Invalid("'", text, "' would be the name of two tables: catalog '", other.catalog, "', database '", other.database, "' has one that reads like it; give one of them another name");
  }
  if (tables_.contains(name) || views_.contains(name)) return Fault::AlreadyExists("a table or view named '", name, "' is there already; DROP it first or say IF NOT EXISTS");
  return {};
}

namespace {

// What LIKE takes of a part of the other table: what was said last of it, else of ALL, else the usual.
std::string LikeStrategy(const sql::CreateTable& create, std::string_view part) {
  std::string all, own;
  for (const auto& [how, what] : create.like_options) {
    if (what == "ALL") all = how;
    if (what == part) own = how;
  }
  if (!own.empty()) return own;
  if (!all.empty()) return all;
  return part == "OPTIONS" ? "OVERWRITING" : "INCLUDING";
}

Status CheckLikeOptions(const sql::CreateTable& create) {
  static constexpr std::string_view kParts[] = {"ALL", "CONSTRAINTS", "DISTRIBUTION", "GENERATED", "METADATA", "OPTIONS", "PARTITIONS", "WATERMARKS"};
  static constexpr std::string_view kOverwritten[] = {"GENERATED", "METADATA", "OPTIONS", "WATERMARKS"};
  for (const auto& [how, what] : create.like_options) {
    bool known = std::find(std::begin(kParts), std::end(kParts), what) != std::end(kParts);
    bool fits = how != "OVERWRITING" || std::find(std::begin(kOverwritten), std::end(kOverwritten), what) != std::end(kOverwritten);
    if (!known || !fits) return Fault::Invalid("LIKE does not know ", how, " ", what, "; INCLUDING and EXCLUDING take ALL, CONSTRAINTS, GENERATED, METADATA, OPTIONS, PARTITIONS, WATERMARKS, OVERWRITING takes GENERATED, METADATA, OPTIONS, WATERMARKS");
  }
  return {};
}

// The other table's part of a table made LIKE it; what the statement says itself is not in it yet.
Result<Table> BaseOf(const Table& other, const sql::CreateTable& create) {
  RETURN_NOT_OK(CheckLikeOptions(create));
  Table base = other;
  auto declared = [&](const std::string& name) { return std::any_of(create.columns.begin(), create.columns.end(), [&](const auto& c) { return c.name == name; }); };
  std::erase_if(base.columns, [&](const TableColumn& column) {
    if (column.kind == sql::ColumnKind::kPhysical) return false;
    std::string how = LikeStrategy(create, column.kind == sql::ColumnKind::kComputed ? "GENERATED" : "METADATA");
    return how == "EXCLUDING" || (how == "OVERWRITING" && declared(column.name));
  });
  if (LikeStrategy(create, "CONSTRAINTS") == "EXCLUDING") base.primary_key.clear();
  if (LikeStrategy(create, "PARTITIONS") == "EXCLUDING") base.partitioned_by.clear();
  if (LikeStrategy(create, "DISTRIBUTION") == "EXCLUDING") base.distribution.reset();
  std::string options = LikeStrategy(create, "OPTIONS"), watermarks = LikeStrategy(create, "WATERMARKS");
  if (options == "EXCLUDING") base.options.clear();
  if (watermarks == "EXCLUDING") base.watermark.reset();
  for (const auto& [key, value] : create.options) {
    bool twice = options == "INCLUDING" && base.options.contains(key);
    if (twice) return Fault::Invalid("option '", key, "' is in the table behind LIKE too; say OVERWRITING OPTIONS");
  }
  if (create.watermark && base.watermark && watermarks == "INCLUDING") return Fault::Invalid(sql::At(create.watermark->position), "the table behind LIKE has a WATERMARK too; say OVERWRITING WATERMARKS or EXCLUDING WATERMARKS");
  if (!create.primary_key.empty() && !base.primary_key.empty()) return Fault::Invalid("the table behind LIKE has a PRIMARY KEY too; say EXCLUDING CONSTRAINTS");
  if (!create.partitioned_by.empty() && !base.partitioned_by.empty()) return Fault::Invalid("the table behind LIKE is PARTITIONED BY something too; say EXCLUDING PARTITIONS");
  return base;
}

// Words of before Flink 1.11, which Nexmark's files still have: of a table of files they mean today's.
Status ReadOlderWords(Table& table) {
  if (!table.connector().empty() || !table.options.contains("connector.type")) return {};
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {{"connector.type", "connector"}, {"connector.path", "path"}, {"format.type", "format"}};
  std::string type = table.options["connector.type"], other;
  for (const auto& [key, value] : table.options) {
    auto is_key = [&key](const auto& word) { return word.first == key; };
    bool older = key.starts_with("connector.") || key.starts_with("format.");
    if (older && std::none_of(std::begin(kWords), std::end(kWords), is_key)) other = key;
  }
  if (type != "filesystem" || !other.empty()) {
    return Fault::Unsupported("table ", table.name, ": '", other.empty() ? "connector.type" : other, "' and its kin are words of before Flink 2; write 'connector' = '", type, "', 'path', 'format' …");
  }
  for (auto [older, word] : kWords) {
    auto said = table.options.extract(std::string(older));
    if (!said.empty()) table.options[std::string(word)] = said.mapped();
  }
  return {};
}

// The columns of a key become NOT NULL, and names that a table lists must be columns of it.
Status FinishTable(Table& table) {
  auto column_named = [&table](const std::string& name) { return std::find_if(table.columns.begin(), table.columns.end(), [&](const auto& c) { return c.name == name; }); };
  for (const auto& list : {table.primary_key, table.partitioned_by, table.distribution ? table.distribution->columns : std::vector<std::string>()}) {
    for (const auto& key : list) {
      if (column_named(key) == table.columns.end()) return Fault::NotFound("table ", table.name, " has no column '", key, "', which its PRIMARY KEY, PARTITIONED BY or DISTRIBUTED BY names");
    }
  }
  for (const auto& key : table.primary_key) column_named(key)->type = column_named(key)->type.NotNull();
  RETURN_NOT_OK(ReadOlderWords(table));
  std::string_view connector[] = {"connector"};
  for (const auto& [key, value] : table.options) {
    std::string near = table.connector().empty() ? DidYouMean(key, connector) : "";
    if (!near.empty()) return Fault::Invalid("table ", table.name, ": there is no option '", key, "'", near);
  }
  if (table.connector().empty()) return Fault::Invalid("table ", table.name, " has no option 'connector'; WITH ('connector' = 'kafka' | 'filesystem' | 'print' | 'blackhole', …)");
  return {};
}

}  // namespace

Status Catalog::Apply(const sql::CreateTable& create) {
  ASSIGN_OR_RETURN(TableId name, Resolve(create.name));
  if (create.if_not_exists && Has(name)) return {};
  if (taken_in_.erase(name) > 0) tables_.erase(name);  // its sink compares the two: a script that is run again says the same again
  RETURN_NOT_OK(MustBeNew(name));
  Table table;
  if (!create.like.empty()) {
    ASSIGN_OR_RETURN(TableId other, Resolve(create.like));
    auto found = FindTable(other);
    if (!found) return Fault::NotFound("table '", other, "' behind LIKE does not exist");
    ASSIGN_OR_RETURN(table, BaseOf(*found, create));
  }
  table.id = name;
  table.name = StrCat(name);
  std::set<std::string> seen;
  for (const auto& column : table.columns) seen.insert(column.name);
  for (const auto& spec : create.columns) {
    if (!seen.insert(spec.name).second) return Fault::Invalid(sql::At(spec.position), "column ", spec.name, " of table ", name, " is declared twice");
    ASSIGN_OR_RETURN(auto column, ResolveColumn(spec));
    table.columns.push_back(std::move(column));
  }
  if (create.watermark) table.watermark = create.watermark;
  if (!create.primary_key.empty()) table.primary_key = create.primary_key;
  if (!create.partitioned_by.empty()) table.partitioned_by = create.partitioned_by;
  if (create.distribution) table.distribution = create.distribution;
  if (!create.comment.empty()) table.comment = create.comment;
  for (const auto& [key, value] : create.options) table.options[key] = value;
  RETURN_NOT_OK(PutOutside(table, create));
  RETURN_NOT_OK(FinishTable(table));
  tables_[name] = std::make_shared<const Table>(std::move(table));
  return {};
}

Status Catalog::Apply(const sql::Alter& alter) {
  ASSIGN_OR_RETURN(TableId name, Resolve(alter.name));
  bool there = alter.what == "TABLE" ? tables_.contains(name) : alter.what == "VIEW" ? views_.contains(name) : models_.contains(name);
  if (!there && alter.if_exists) return {};
  if (!there) return Fault::NotFound("no ", alter.what, " named '", name, "' to alter; IF EXISTS passes over it");
  RETURN_NOT_OK(CheckAlterOutside(alter, name));
  if (alter.action == "RENAME") {
    ASSIGN_OR_RETURN(TableId new_name, Resolve(alter.new_name));
    return Rename(alter.what, name, new_name);
  }
  if (alter.action == "AS") {
    views_[name].query = alter.query;
    views_[name].text = alter.text;
    declared_in_[name] = current_;
    return {};
  }
  auto apply = [&alter](std::map<std::string, std::string>& options) {
    for (const auto& [key, value] : alter.options) {
      if (alter.action == "SET") options[key] = value;
      else options.erase(key);
    }
  };
  if (alter.what == "MODEL") {
    apply(models_[name].options);
    return models_[name].options.contains("provider") ? Status() : Status(Fault::Invalid("model ", name, " needs its option 'provider'"));
  }
  Table table = *tables_[name];
  if (alter.action == "SET" || alter.action == "RESET") apply(table.options);
  else RETURN_NOT_OK(AlterSchema(table, alter));
  RETURN_NOT_OK(FinishTable(table));
  tables_[name] = std::make_shared<const Table>(std::move(table));
  return {};
}

Status Catalog::Rename(std::string_view what, const TableId& name, const TableId& new_name) {
  if (what == "MODEL") {
    if (models_.contains(new_name)) return Fault::AlreadyExists("a model named '", new_name, "' is there already");
    auto node = models_.extract(name);
    node.key() = node.mapped().id = new_name;
    node.mapped().name = StrCat(new_name);
    models_.insert(std::move(node));
    return {};
  }
  RETURN_NOT_OK(MustBeNew(new_name));
  if (what == "VIEW") {
    auto node = views_.extract(name);
    node.key() = new_name;
    node.mapped().name = {new_name.catalog, new_name.database, new_name.name};
    views_.insert(std::move(node));
    auto declared = declared_in_.extract(name);
    declared.key() = new_name;
    declared_in_.insert(std::move(declared));
    return {};
  }
  Table table = *tables_[name];
  table.id = new_name;
  table.name = StrCat(new_name);
  tables_.erase(name);
  tables_[new_name] = std::make_shared<const Table>(std::move(table));
  return {};
}

Status Catalog::Apply(const sql::CreateView& create) {
  ASSIGN_OR_RETURN(TableId name, Resolve(create.name));
  if (create.if_not_exists && Has(name)) return {};
  RETURN_NOT_OK(MustBeNew(name));
  views_[name] = create;
  declared_in_[name] = current_;
  return {};
}

namespace {

// Functions that are made of others while a query is read.
constexpr std::string_view kForms[] = {"COALESCE", "IFNULL", "IF", "NULLIF"};

bool IsBuiltIn(const std::string& upper) {
  return expr::FindFunction(upper) != nullptr || IsAggregateFunction(upper) || std::find(std::begin(kForms), std::end(kForms), upper) != std::end(kForms);
}

}  // namespace

Status Catalog::Apply(const sql::CreateFunction& create) {
  RETURN_NOT_OK(Resolve(create.name));
  std::string name = InCapitals(create.name.back());  // functions are of all databases
  if (functions_.contains(name)) {
    if (create.if_not_exists) return {};
    return Fault::AlreadyExists("a function named '", name, "' is there already; DROP it first or say IF NOT EXISTS");
  }
  if (create.language == "PYTHON") {
    ASSIGN_OR_RETURN(functions_[name], DeclarePython(name, create.class_name));
    return {};
  }
  for (auto [class_name, native] : kKnownClasses) {
    if (class_name != create.class_name) continue;
    functions_[name].native = native;
    return {};
  }
  return Fault::Unsupported("class '", create.class_name, "' cannot be loaded: there is no Java here, and known classes are functions that are built in (com.github.nexmark.flink.udf.CountChar); write it in Python: AS 'module.function' LANGUAGE PYTHON");
}

Result<DeclaredFunction> Catalog::DeclarePython(const std::string& name, const std::string& target) const {
  if (python_ == nullptr) return Fault::Unsupported("function ", name, ": no Python functions are called here; pipelines have those of their project's functions/, freshet run and freshet lineage those of --functions DIR, freshet test those or the ones of functions/ where it is called, previews none");
  if (IsBuiltIn(name)) return Fault::Unsupported("function ", name, ": a built-in function has this name; give yours another");
  ASSIGN_OR_RETURN(auto signature, python_->Find(target));
  DeclaredFunction function;
  function.caller = python_;
  function.remote = std::make_shared<expr::RemoteFunction>(expr::RemoteFunction{name, signature.name, signature.digest, signature.deterministic});
  function.args_min = signature.args_min;
  function.args_max = signature.args_max;
  auto resolve = [&](const std::string& text) -> Result<data::Type> {
    auto parsed = sql::ParseType(text);
    auto type = parsed.ok() ? ResolveType(*parsed) : Result<data::Type>(parsed.fault());
    Status carried = type.ok() ? python_->CheckType(*type) : type.status();
    if (!carried.ok()) return Fault::Invalid("function ", signature.name, " has type '", text, "': ", carried.fault().message());
    return type->WithNullable(true);
  };
  for (const auto& text : signature.inputs) {
    auto& input = function.inputs.emplace_back();
    if (text.empty()) continue;
    ASSIGN_OR_RETURN(input, resolve(text));
  }
  ASSIGN_OR_RETURN(function.result, resolve(signature.result));
  return function;
}

Status Catalog::Apply(const sql::CreateModel& create) {
  ASSIGN_OR_RETURN(TableId name, Resolve(create.name));
  if (models_.contains(name)) {
    if (create.if_not_exists) return {};
    return Fault::AlreadyExists("a model named '", name, "' is there already; DROP it first or say IF NOT EXISTS");
  }
  Model model;
  model.id = name;
  model.name = StrCat(name);
  ASSIGN_OR_RETURN(model.input, ResolveColumns(create.input));
  ASSIGN_OR_RETURN(model.output, ResolveColumns(create.output));
  for (const auto& [key, value] : create.options) model.options[key] = value;
  if (!model.options.contains("provider")) return Fault::Invalid("model ", name, " has no option 'provider'");
  models_[name] = std::move(model);
  return {};
}

Status Catalog::Apply(const sql::Drop& drop) {
  if (drop.what == "CATALOG" || drop.what == "DATABASE") return DropNamespace(drop);
  ASSIGN_OR_RETURN(TableId name, Resolve(drop.name));
  if (drop.what == "TABLE") RETURN_NOT_OK(DropOutside(drop, name));
  size_t gone = 0;
  if (drop.what == "TABLE") gone = tables_.erase(name);
  if (drop.what == "VIEW") gone = views_.erase(name);
  if (drop.what == "MODEL") gone = models_.erase(name);
  if (drop.what == "FUNCTION") gone = functions_.erase(InCapitals(drop.name.back()));
  if (gone == 0 && !drop.if_exists) return Fault::NotFound("no ", drop.what, " named '", name, "' to drop; IF EXISTS passes over it");
  return {};
}

std::shared_ptr<const Table> Catalog::FindTable(const TableId& name) const {
  auto found = tables_.find(name);
  return found == tables_.end() ? nullptr : found->second;
}
const sql::CreateView* Catalog::FindView(const TableId& name) const {
  auto found = views_.find(name);
  return found == views_.end() ? nullptr : &found->second;
}
const Model* Catalog::FindModel(const TableId& name) const {
  auto found = models_.find(name);
  return found == models_.end() ? nullptr : &found->second;
}
const DeclaredFunction* Catalog::FindFunction(const std::string& upper) const {
  auto found = functions_.find(upper);
  return found == functions_.end() ? nullptr : &found->second;
}

std::vector<std::string> Catalog::AllFunctions() const {
  std::vector<std::string> names = Names("FUNCTIONS");
  names.insert(names.end(), std::begin(kForms), std::end(kForms));
  for (std::string_view name : expr::FunctionNames()) {
    if (name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos) names.emplace_back(name);
  }
  for (const auto& aggregate : AggregateFunctions()) names.emplace_back(aggregate.name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<TableId> Catalog::Ids(std::string_view what) const {
  std::vector<TableId> ids;
  auto collect = [&ids](const auto& map) {
    for (const auto& [id, value] : map) ids.push_back(id);
  };
  if (what == "TABLES") collect(tables_);
  if (what == "TABLES" || what == "VIEWS") collect(views_);
  if (what == "MODELS") collect(models_);
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::vector<std::string> Catalog::Names(std::string_view what) const {
  std::vector<std::string> names;
  for (const auto& id : Ids(what)) names.push_back(StrCat(id));
  if (what == "FUNCTIONS") {
    for (const auto& [name, function] : functions_) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string Catalog::Setting(const std::string& key, const std::string& otherwise) const {
  auto found = settings.find(key);
  return found == settings.end() ? otherwise : found->second;
}

}  // namespace freshet::stream
