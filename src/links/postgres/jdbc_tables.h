#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "io/env.h"
#include "links/postgres/database.h"
#include "ports/connector.h"

namespace freshet::links::postgres {

// 'connector' = 'jdbc': tables of PostgreSQL that joins look up. Thread-safe; a lookup lives on the loop that opened it.
class JdbcTables final : public ports::Connector {
 public:
  using Open = std::function<std::unique_ptr<Database>(std::map<std::string, std::string>)>;
  explicit JdbcTables(Env& env, Open open = OpenPostgres) : env_(env), open_(std::move(open)) {}

  Status Check(const ports::TableRequest& table, ports::TableUse use) const override;
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx ctx, ports::LookupRequest lookup) override;

 private:
  Env& env_;
  const Open open_;
};

}  // namespace freshet::links::postgres
