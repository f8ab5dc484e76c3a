#include "links/postgres/options.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/nearest.h"
#include "data/quantity_text.h"
#include "data/table_options.h"

namespace freshet::links::postgres {
namespace {

using Text = std::string_view;

constexpr Text kScheme = "jdbc:postgresql://";
constexpr int64_t kCacheRowsMax = 100'000;  // where the table does not say
constexpr Text kOptions[] = {
    "connector", "url", "table-name", "username", "password", "driver", "connection.max-retry-timeout", "lookup.cache", "lookup.partial-cache.max-rows",
    "lookup.partial-cache.expire-after-write", "lookup.partial-cache.expire-after-access", "lookup.partial-cache.cache-missing-key", "lookup.cache.max-rows", "lookup.cache.ttl",
    "lookup.cache.caching-missing-key", "lookup.max-retries"};

// Parameters of the URL that are taken, and libpq's name for each.
constexpr std::pair<Text, Text> kParameters[] = {{"user", "user"}, {"password", "password"}, {"sslmode", "sslmode"}, {"sslrootcert", "sslrootcert"}, {"sslcert", "sslcert"},
                                                 {"sslkey", "sslkey"}, {"connectTimeout", "connect_timeout"}, {"ApplicationName", "application_name"}};

class Reading : public data::TableOptions {
 public:
  using TableOptions::TableOptions;

  Result<JdbcOptions> Read() {
    RETURN_NOT_OK(CheckKeys());
    RETURN_NOT_OK(ReadConnection());
    RETURN_NOT_OK(ReadCache());
    std::string name = Get("table-name");
    if (name.empty()) return Fault::Invalid("table ", table_.name, ": connector jdbc needs the option 'table-name'");
    for (Text rest = name; !rest.empty();) {
      Text part = rest.substr(0, rest.find('.'));
      rest.remove_prefix(std::min(part.size() + 1, rest.size()));
      out_.from += StrCat(out_.from.empty() ? "" : ".", Quoted(part));
    }
    ASSIGN_OR_RETURN(int64_t retries, Number("lookup.max-retries", 3));
    out_.retries_max = static_cast<int>(std::min<int64_t>(retries, 100));
    return std::move(out_);
  }

 private:
  Status CheckKeys() const {
    for (const auto& [key, value] : table_.options) {
      if (std::find(std::begin(kOptions), std::end(kOptions), key) != std::end(kOptions)) continue;
      bool other_use = key.starts_with("scan.") || key.starts_with("sink.");
      if (other_use) return Fault::Unsupported("table ", table_.name, ": option '", key, "' is not supported: connector jdbc is looked up, not read or written");
      bool full = key.starts_with("lookup.full-cache.");
      if (full) return Fault::Unsupported("table ", table_.name, ": option '", key, "' is not supported: no table is held whole; leave it out, 'lookup.cache' = 'PARTIAL' keeps the rows that were asked for");
      return Fault::Invalid("table ", table_.name, ": connector jdbc has no option '", key, "'", DidYouMean(key, kOptions));
    }
    bool java = Has("driver") && Get("driver") != "org.postgresql.Driver";
    return java ? Status(Bad("driver", "org.postgresql.Driver, or nothing")) : Status();
  }

  // jdbc:postgresql://host:port/database?name=value&…
  Status ReadConnection() {
    std::string url = Get("url");
    if (!url.starts_with(kScheme)) return Bad("url", "jdbc:postgresql://host:port/database");
    Text rest = Text(url).substr(kScheme.size());
    Text parameters = rest.find('?') == Text::npos ? "" : rest.substr(rest.find('?') + 1);
    rest = rest.substr(0, rest.find('?'));
    Text host = rest.substr(0, rest.find('/'));
    Text database = rest.find('/') == Text::npos ? "" : rest.substr(rest.find('/') + 1);
    bool plain = !host.empty() && !database.empty() && host.find(',') == Text::npos;
    if (!plain) return Bad("url", "jdbc:postgresql://host:port/database, with one host");
    size_t colon = host.find(']') == Text::npos ? host.find(':') : host.find(':', host.find(']'));
    out_.connection["host"] = std::string(host.substr(0, colon));
    if (colon != Text::npos) out_.connection["port"] = std::string(host.substr(colon + 1));
    out_.connection["dbname"] = std::string(database);
    out_.connection["connect_timeout"] = "10";
    for (auto [name, value] : {std::pair{"tcp_user_timeout", "30000"}, {"keepalives_idle", "10"}, {"keepalives_interval", "5"}, {"keepalives_count", "4"}}) out_.connection[name] = value;  // who is gone is known in half a minute
    while (!parameters.empty()) {
      Text one = parameters.substr(0, parameters.find('&'));
      parameters.remove_prefix(std::min(one.size() + 1, parameters.size()));
      RETURN_NOT_OK(TakeParameter(one.substr(0, one.find('=')), one.find('=') == Text::npos ? "" : one.substr(one.find('=') + 1)));
    }
    if (Has("username")) out_.connection["user"] = Get("username");
    if (Has("password")) out_.connection["password"] = Get("password");
    if (!Has("connection.max-retry-timeout")) return {};
    auto timeout = data::ParseDuration(Get("connection.max-retry-timeout"));
    if (!timeout.ok() || timeout->ms() < 1000) return Bad("connection.max-retry-timeout", "a duration of 1 s or more");
    out_.connection["connect_timeout"] = StrCat(timeout->ms() / 1000);
    return {};
  }

  Status TakeParameter(Text name, Text value) {
    if (name == "ssl" && value == "true") {
      out_.connection.try_emplace("sslmode", "require");
      return {};
    }
    for (const auto& [java, libpq] : kParameters) {
      if (java != name) continue;
      out_.connection[std::string(libpq)] = std::string(value);
      return {};
    }
    return Fault::Unsupported("table ", table_.name, ": option 'url' has a parameter '", name, "', which is not supported; known are user, password, ssl, sslmode, sslrootcert, sslcert, sslkey, connectTimeout, ApplicationName");
  }

  Status ReadCache() {
    std::string kind = Get("lookup.cache");
    bool older = kind.empty() && (Has("lookup.cache.max-rows") || Has("lookup.cache.ttl"));
    if (!kind.empty() && kind != "NONE" && kind != "PARTIAL") return Bad("lookup.cache", "NONE or PARTIAL");
    std::string prefix = "lookup.partial-cache.", rows = prefix + "max-rows", write = prefix + "expire-after-write", missing = prefix + "cache-missing-key";
    if (older) rows = "lookup.cache.max-rows", write = "lookup.cache.ttl", missing = "lookup.cache.caching-missing-key";
    ASSIGN_OR_RETURN(int64_t rows_max, Number(rows, kCacheRowsMax));
    ASSIGN_OR_RETURN(out_.expire_after_write, Interval(write));
    ASSIGN_OR_RETURN(out_.expire_after_access, Interval(prefix + "expire-after-access"));
    std::string keeps = Has(missing) ? Get(missing) : "true";
    if (keeps != "true" && keeps != "false") return Bad(missing, "true or false");
    out_.cache_missing = keeps == "true";
    if (kind == "PARTIAL" || older) out_.cache_rows_max = rows_max;
    return {};
  }

  Result<int64_t> Number(const std::string& key, int64_t otherwise) const {
    if (!Has(key)) return otherwise;
    std::string text = Get(key);
    int64_t number = -1;
    auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    bool good = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && number >= 0;
    if (!good) return Bad(key, "a whole number from 0 on");
    return number;
  }
  Result<Duration> Interval(const std::string& key) const {
    if (!Has(key)) return Duration{0};
    auto interval = data::ParseDuration(Get(key));
    if (!interval.ok() || interval->ns < 0) return Bad(key, "a duration such as 10 min");
    return *interval;
  }

  JdbcOptions out_;
};

}  // namespace

Result<JdbcOptions> ReadJdbcOptions(const data::TableRequest& table) { return Reading(table).Read(); }

std::string Quoted(Text name) {
  bool plain = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
               std::all_of(name.begin(), name.end(), [](unsigned char c) { return c < 128 && (std::isalnum(c) != 0 || c == '_' || c == '$'); });
  std::string out = "\"";
  for (char c : name) {
    if (c == '"') out += '"';
    out += plain ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : c;
  }
  return out + "\"";
}

std::span<const Text> JdbcOptionNames() { return kOptions; }

}  // namespace freshet::links::postgres
