#include "doors/http/query.h"

#include <charconv>

#include "wire/http/message.h"

namespace freshet::doors::http {

Result<Query> ParseQuery(std::string_view query, std::span<const std::string_view> taken) {
  Query parsed;
  while (!query.empty()) {
    std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), one.size() + 1));
    if (one.empty()) continue;
    size_t equals = std::min(one.find('='), one.size());
    ASSIGN_OR_RETURN(std::string name, wire::http::DecodePercent(one.substr(0, equals), true));
    ASSIGN_OR_RETURN(std::string value, wire::http::DecodePercent(one.substr(std::min(equals + 1, one.size())), true));
    if (std::find(taken.begin(), taken.end(), name) == taken.end()) {
      std::string all;
      for (std::string_view known : taken) all += StrCat(all.empty() ? "" : ", ", known);
      return Fault::Invalid("'", name.substr(0, 256), "': the query takes ", all);
    }
    if (!parsed.emplace(name, std::move(value)).second) return Fault::Invalid("'", name, "' is given twice");
  }
  return parsed;
}

Result<int64_t> NumberIn(const Query& query, std::string_view name, int64_t otherwise, int64_t least, int64_t most) {
  auto found = query.find(name);
  if (found == query.end()) return otherwise;
  const std::string& text = found->second;
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool fine = error == std::errc() && end == text.data() + text.size() && number >= least && number <= most;
  if (!fine) return Fault::Invalid(name, ": '", text.substr(0, 64), "' is no whole number from ", least, " to ", most);
  return number;
}

}  // namespace freshet::doors::http
