#include "engines/lake/table_setup.h"

namespace freshet::lake {
namespace {

constexpr int kRacesMax = 100;

Result<TableMetadata> NewMetadata(Env& env, const HadoopTable& at, const LakeOptions& options, const ports::TableRequest& request) {
  TableSchema schema;
  int32_t last_id = 0;
  ASSIGN_OR_RETURN(schema.fields, FieldsOfSql(request.columns, last_id));
  for (const auto& key : request.primary_key) {
    const Field* field = schema.Find(key);
    bool floating = field != nullptr && (field->type.kind == TypeKind::kFloat || field->type.kind == TypeKind::kDouble);
    if (field != nullptr && field->required && !floating) schema.identifier_ids.push_back(field->id);
  }
  ASSIGN_OR_RETURN(PartitionSpec spec, IdentitySpec(schema, request.partitioned_by));
  return TableMetadata::Create({.table = env.random().NewUuid(), .location = at.location(), .schema = std::move(schema), .spec = std::move(spec),
                                .properties = options.properties, .now_ms = env.clock().WallNow().ms});
}

// A declared column against the table's of the same name.
Status CheckColumn(const Field& declared, const Field& existing) {
  if (!SameType(declared.type, existing.type)) return Fault::Invalid("column ", declared.name, " is ", TypeText(existing.type), " in the table, and declared as ", TypeText(declared.type), "; declare it as it is, or cast");
  if (existing.required && !declared.required) return Fault::Invalid("column ", declared.name, " is required in the table; declare it NOT NULL");
  return {};
}

Status CheckPartitions(const TableMetadata& table, const ports::TableRequest& request) {
  if (request.partitioned_by.empty()) return {};
  std::vector<std::string> existing;
  std::string text;
  for (const auto& field : table.spec().fields) {
    existing.push_back(field.transform == "identity" ? field.name : field.transform + "(" + field.name + ")");
    text += (text.empty() ? "" : ", ") + existing.back();
  }
  if (existing == request.partitioned_by) return {};
  return Fault::Invalid("the table exists and is partitioned by (", text, "); declare the same, or leave PARTITIONED BY out");
}

// Declared columns that the table lacks.
Result<std::vector<Field>> MissingFields(const TableMetadata& table, const std::vector<Field>& declared) {
  std::vector<Field> missing;
  for (const Field& field : declared) {
    const Field* existing = table.schema().Find(field.name);
    if (existing != nullptr) {
      RETURN_NOT_OK(CheckColumn(field, *existing));
    } else if (field.required) {
      return Fault::Invalid("column ", field.name, " is NOT NULL and the table does not have it; a new column must take NULL for the rows that are there: declare it without NOT NULL");
    } else {
      missing.push_back(field);
    }
  }
  for (const Field& existing : table.schema().fields) {
    bool written = std::any_of(declared.begin(), declared.end(), [&](const Field& f) { return f.name == existing.name; });
    if (!written && existing.required) return Fault::Invalid("the table requires column ", existing.name, "; declare it NOT NULL and fill it");
  }
  return missing;
}

int32_t Renumber(std::vector<Field>& fields, int32_t last_id) {
  for (Field& field : fields) field.id = ++last_id;
  for (Field& field : fields) last_id = Renumber(field.type.children, last_id);
  return last_id;
}

// The sink's columns with the table's ids.
Result<OpenedTable> Opened(const TableMetadata& table, const std::vector<Field>& declared) {
  OpenedTable out{.schema = table.schema(), .written = {}, .partitioning = {}};
  out.written.id = table.schema().id;
  for (const Field& field : declared) {
    Field copy = *table.schema().Find(field.name);
    copy.required |= field.required;
    out.written.fields.push_back(std::move(copy));
  }
  ASSIGN_OR_RETURN(out.partitioning, Partitioning::Make(table.schema(), table.spec(), out.written));
  return out;
}

// One look at the table; absent when another writer was faster and another look is needed.
Result<std::optional<OpenedTable>> TryOnce(Env& env, HadoopTable& at, const LakeOptions& options, const ports::TableRequest& request) {
  int32_t last_id = 0;
  ASSIGN_OR_RETURN(std::vector<Field> declared, FieldsOfSql(request.columns, last_id));
  ASSIGN_OR_RETURN(auto version, at.Load());
  if (!version) {
    ASSIGN_OR_RETURN(TableMetadata created, NewMetadata(env, at, options, request));
    ASSIGN_OR_RETURN(OpenedTable opened, Opened(created, declared));
    RETURN_NOT_OK(env.files().CreateDirectories(at.metadata_folder()));
    RETURN_NOT_OK(env.files().CreateDirectories(at.data_folder()));
    Status committed = at.Commit(1, created);
    if (committed.code() == Code::kAlreadyExists) return std::optional<OpenedTable>();
    RETURN_NOT_OK(committed);
    return std::optional<OpenedTable>(std::move(opened));
  }
  TableMetadata& table = version->metadata;
  RETURN_NOT_OK(CheckPartitions(table, request));
  ASSIGN_OR_RETURN(std::vector<Field> missing, MissingFields(table, declared));
  if (!missing.empty()) {
    int32_t last = Renumber(missing, table.last_column_id());
    std::vector<Field> fields = table.schema().fields;
    fields.insert(fields.end(), missing.begin(), missing.end());
    table.SetSchema(std::move(fields), last, env.clock().WallNow().ms, at.NameOf(version->number));
    Status committed = at.Commit(version->number + 1, table);
    if (committed.code() == Code::kAlreadyExists) return std::optional<OpenedTable>();
    RETURN_NOT_OK(committed);
  }
  ASSIGN_OR_RETURN(OpenedTable opened, Opened(table, declared));
  return std::optional<OpenedTable>(std::move(opened));
}

}  // namespace

Result<OpenedTable> SetUpTable(Env& env, HadoopTable& at, const LakeOptions& options, const ports::TableRequest& request) {
  for (int race = 0; race < kRacesMax; ++race) {
    auto opened = TryOnce(env, at, options, request);
    if (!opened.ok()) return Fault(opened.fault().code(), opened.fault().blame(), opened.fault().retry(), StrCat("table ", request.name, ": ", opened.fault().message()));
    if (*opened) return std::move(**opened);
  }
  return Fault::Unavailable("table ", request.name, ": ", kRacesMax, " writers in a row were faster; try again");
}

}  // namespace freshet::lake
