#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "base/time.h"

namespace freshet::links::postgres {

// A row as texts, NULL absent.
using Cells = std::vector<std::optional<std::string>>;

// One connection to a database, made by the first question, and anew after one was lost. Blocks; one question at a time.
class Database {
 public:
  virtual ~Database() = default;
  // kUnavailable: later may help, or another connection, and so it is when there was no answer for `patience`; other Faults are the question's.
  virtual Result<std::vector<Cells>> Ask(const std::string& sql, const std::vector<std::string>& parameters, Duration patience) = 0;
};

// PostgreSQL by libpq, which is loaded by the first connection and never unloaded. Settings by libpq's names.
std::unique_ptr<Database> OpenPostgres(std::map<std::string, std::string> settings);

}  // namespace freshet::links::postgres
