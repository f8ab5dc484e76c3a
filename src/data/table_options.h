#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "data/table_request.h"

namespace freshet::data {

// A table's WITH options as somebody reads them: who finds one wrong says whose it is, and what it takes. Borrows the request.
class TableOptions {
 public:
  explicit TableOptions(const TableRequest& table) : table_(table) {}

  bool Has(std::string_view key) const { return table_.options.contains(std::string(key)); }
  std::string Get(std::string_view key, std::string otherwise = "") const {
    auto found = table_.options.find(std::string(key));
    return found == table_.options.end() ? otherwise : found->second;
  }
  Fault Bad(std::string_view key, std::string_view takes) const { return Fault::Invalid("table ", table_.name, ": option '", key, "' is '", Get(key), "'; it takes ", takes); }

 protected:
  const TableRequest& table_;
};

}  // namespace freshet::data
