#pragma once

#include <algorithm>
#include <compare>
#include <string>
#include <string_view>

#include "base/text.h"

namespace freshet::stream {

// What a table, a view or a model is known by, whatever dots its parts have.
struct TableId {
  std::string catalog;
  std::string database;
  std::string name;

  auto operator<=>(const TableId&) const = default;
  bool IsIn(const std::string& of_catalog, const std::string& of_database) const { return catalog == of_catalog && database == of_database; }
};

// As messages, results and signatures of state call it: alone in default_catalog.default_database, else with catalog and database, of which a part with a dot
// stands in backticks. Two tables or views of one text are not declared side by side (Catalog).
inline void AppendText(std::string& out, const TableId& id) {
  if (id.IsIn("default_catalog", "default_database")) {
    out += id.name;
    return;
  }
  for (const std::string* part : {&id.catalog, &id.database, &id.name}) {
    if (part != &id.catalog) out += '.';
    bool plain = part->find_first_of(".`") == std::string::npos;
    if (!plain) out += '`';
    for (char c : *part) out.append(c == '`' ? 2 : 1, c);
    if (!plain) out += '`';
  }
}

}  // namespace freshet::stream
