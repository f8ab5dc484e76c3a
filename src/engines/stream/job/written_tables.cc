#include "engines/stream/job/written_tables.h"

#include "engines/stream/job/table_request.h"
#include "engines/stream/plan/catalog.h"
#include "wire/flink_sql/flink_sql.h"

namespace freshet::stream {
namespace {

class Reading {
 public:
  void Take(const sql::Statement& statement) {
    if (const auto* create = std::get_if<sql::CreateTable>(&statement.body)) {
      if (create->as_query) TakeWithQuery(*create);
      else (void)catalog_.Apply(*create).ok();
    }
    if (const auto* space = std::get_if<sql::CreateNamespace>(&statement.body)) (void)catalog_.Apply(*space).ok();
    if (const auto* use = std::get_if<sql::Use>(&statement.body)) (void)catalog_.Apply(*use).ok();
    if (const auto* alter = std::get_if<sql::Alter>(&statement.body)) (void)catalog_.Apply(*alter).ok();
    if (const auto* drop = std::get_if<sql::Drop>(&statement.body)) (void)catalog_.Apply(*drop).ok();
    if (const auto* insert = std::get_if<sql::Insert>(&statement.body)) TakeInsert(*insert);
    if (const auto* set = std::get_if<sql::StatementSet>(&statement.body)) {
      for (const auto& insert : set->inserts) TakeInsert(insert);
    }
  }
  std::vector<WrittenTable> written;

 private:
  void TakeWithQuery(const sql::CreateTable& create) {
    WrittenTable table{.columns_known = false};
    auto name = catalog_.Resolve(create.name);
    table.request.name = name.ok() ? StrCat(*name) : create.name.back();
    for (const auto& [key, value] : create.options) table.request.options[key] = value;
    table.request.primary_key = create.primary_key;
    written.push_back(std::move(table));
  }
  void TakeInsert(const sql::Insert& insert) {
    auto name = catalog_.Resolve(insert.table);
    auto table = name.ok() ? catalog_.FindTable(*name) : nullptr;
    if (table != nullptr) written.push_back({.request = SinkRequest(*table)});
  }

  Catalog catalog_;
};

}  // namespace

std::vector<WrittenTable> WrittenTables(const std::string& text) {
  Reading reading;
  auto statements = sql::ParseScript(text);
  if (!statements.ok()) return {};
  for (const auto& statement : *statements) reading.Take(statement);
  return std::move(reading.written);
}

}  // namespace freshet::stream
