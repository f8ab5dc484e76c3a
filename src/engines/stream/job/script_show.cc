#include "base/capitals.h"
#include "engines/stream/job/script.h"
#include "engines/stream/plan/binder.h"
#include "engines/stream/plan/show_create.h"

// SHOW and DESCRIBE.

namespace freshet::stream {

// What SHOW lists, before LIKE chooses.
Result<std::vector<std::string>> Script::Listed(const sql::Show& show) const {
  if (show.what == "CATALOGS") return catalog_.Catalogs();
  if (show.what == "DATABASES") return catalog_.Databases(show.name.empty() ? "" : show.name.back());
  if (show.what == "CURRENT CATALOG") return std::vector<std::string>{catalog_.current().catalog};
  if (show.what == "CURRENT DATABASE") return std::vector<std::string>{catalog_.current().database};
  if (show.what == "MODULES") return std::vector<std::string>{"core"};
  if (show.what == "FULL MODULES") return std::vector<std::string>{"core true"};  // whether it is in use
  if (show.what == "JARS") return std::vector<std::string>();
  if (show.what == "PROCEDURES") {
    RETURN_NOT_OK(catalog_.NamesIn("TABLES", show.name));
    return std::vector<std::string>();
  }
  if (show.what == "JOBS") return std::vector<std::string>();  // a script's statements run one after another, each to its end
  if (show.what.ends_with("FUNCTIONS")) {  // of all databases: that it is there is all that a name says
    RETURN_NOT_OK(catalog_.NamesIn("TABLES", show.name));
    return show.what == "FUNCTIONS" ? catalog_.AllFunctions() : catalog_.Names("FUNCTIONS");
  }
  return catalog_.NamesIn(show.what, show.name);
}

Result<bool> Script::IsLike(const sql::Show& show, std::string name) const {
  if (!show.like) return true;
  std::string pattern = *show.like;
  if (show.any_case) {
    pattern = InCapitals(pattern);
    name = InCapitals(name);
  }
  ASSIGN_OR_RETURN(auto like, expr::MakeCall("LIKE", {expr::Literal(data::Type::String(), name), expr::Literal(data::Type::String(), pattern)}));
  ASSIGN_OR_RETURN(like, expr::Fold(like, session_));
  return (like->value.integer() != 0) != show.unlike;
}

Result<NodePtr> Script::BoundTable(const sql::Name& name) const {
  sql::Query query;
  query.items.push_back({std::make_shared<sql::Expr>(), ""});
  query.items[0].expr->kind = sql::ExprKind::kStar;
  query.from = std::make_shared<sql::Relation>();
  query.from->name = name;
  return Binder(catalog_, session_).BindQuery(query);
}

// SHOW CREATE TABLE t, VIEW v, MODEL m, CATALOG c; DESCRIBE MODEL m, CATALOG c, DATABASE d.
Result<std::string> Script::CreateTextOf(const sql::Show& show) const {
  bool catalog = show.what.ends_with(" CATALOG");
  if (catalog && show.name.size() > 1) return Fault::Invalid("catalog ", sql::NameText(show.name), ": a catalog's name has one part");
  if (catalog || show.what == "DESCRIBE DATABASE") {
    ASSIGN_OR_RETURN(const auto* properties, catalog ? catalog_.PropertiesOfCatalog(show.name[0]) : catalog_.PropertiesOfDatabase(show.name));
    if (show.what == "CREATE CATALOG") return CreateText(show.name[0], *properties);
    return DescribeText(show.name.back(), *properties, show.extended);
  }
  ASSIGN_OR_RETURN(TableId name, catalog_.Resolve(show.name));
  if (show.what.ends_with("MODEL")) {
    const Model* model = catalog_.FindModel(name);
    if (model == nullptr) return Fault::NotFound("no model '", name, "'; CREATE MODEL it first");
    return show.what == "DESCRIBE MODEL" ? DescribeText(*model) : CreateText(*model);
  }
  if (show.what == "CREATE VIEW") {
    const auto* view = catalog_.FindView(name);
    if (view == nullptr) return Fault::NotFound("no view '", name, "'; SHOW VIEWS lists them, SHOW CREATE TABLE is for tables");
    ASSIGN_OR_RETURN(NodePtr bound, BoundTable(show.name));
    return CreateText(*view, name, *bound);
  }
  auto table = catalog_.FindTable(name);
  if (table == nullptr) return Fault::NotFound("no table '", name, "'; SHOW TABLES lists them, SHOW CREATE VIEW is for views");
  return CreateText(*table);
}

Status Script::Show(const sql::Show& show) {
  if (show.what.starts_with("CREATE") || show.what.starts_with("DESCRIBE ")) {
    ASSIGN_OR_RETURN(std::string text, CreateTextOf(show));
    printed_ += text;
    return {};
  }
  if (show.what != "DESCRIBE" && show.what != "COLUMNS") {
    ASSIGN_OR_RETURN(auto names, Listed(show));
    for (const auto& name : names) {
      ASSIGN_OR_RETURN(bool shown, IsLike(show, name));
      if (shown) printed_ += name + "\n";
    }
    return {};
  }
  ASSIGN_OR_RETURN(auto node, BoundTable(show.name));
  for (const auto& column : node->columns) {
    ASSIGN_OR_RETURN(bool shown, IsLike(show, column.name));
    if (!shown) continue;
    std::string_view time = column.time == TimeRole::kRowtime ? " *ROWTIME*" : column.time == TimeRole::kProctime ? " *PROCTIME*" : "";
    printed_ += StrCat(column.name, " ", column.type.WithNullable(true), time, column.type.nullable() ? "" : " NOT NULL", "\n");
  }
  return {};
}

}  // namespace freshet::stream
