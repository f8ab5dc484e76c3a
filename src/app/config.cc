#include "app/config.h"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <set>

#include "base/nearest.h"
#include "wire/sasl/messages.h"
#include "wire/yaml/document.h"

namespace freshet::app {
namespace {

constexpr int kDepthMax = 8;
constexpr size_t kYamlBytesMax = 1 << 20;

Result<int64_t> ParseInteger(std::string_view text, int64_t least, int64_t most) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return Fault::Invalid("'", text, "' is not a whole number");
  if (value < least || value > most) return Fault::Invalid(value, " is not between ", least, " and ", most);
  return value;
}

Result<bool> ParseBoolean(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return Fault::Invalid("'", text, "' is neither true nor false");
}

Result<Level> ParseLevel(std::string_view text) {
  if (text == "debug") return Level::kDebug;
  if (text == "info") return Level::kInfo;
  if (text == "warn") return Level::kWarn;
  if (text == "error") return Level::kError;
  return Fault::Invalid("'", text, "' is none of debug, info, warn, error");
}

template <typename T>
Status Put(T& place, Result<T> value) {
  if (!value.ok()) return value.status();
  place = std::move(value).value();
  return {};
}

// THE KEYS: path, default, meaning, and how a value is read. To add one, copy its neighbour.
struct Key {
  std::string_view path;
  std::string_view initial;
  std::string_view meaning;
  Status (*set)(Config&, std::string_view);
};
using Text = std::string_view;

constexpr Key kKeys[] = {
    {"data", "", "data folder; empty means `data` inside the project folder",
     [](Config& c, Text v) { c.data_dir = v; return Status(); }},
    {"doors.http.listen", "127.0.0.1:8080", "health, /metrics and the portal; port 0 takes a free one",
     [](Config& c, Text v) { return Put(c.http_listen, io::Address::Parse(v)); }},
    {"doors.http.tls.certificate", "", "PEM file with the certificate of the HTTP door and its chain; with it, nothing is in the clear. A changed file is taken for new connections",
     [](Config& c, Text v) { c.http_tls.certificate = v; return Status(); }},
    {"doors.http.tls.client_ca", "", "PEM file with who signs clients' certificates; then a client without one is turned away",
     [](Config& c, Text v) { c.http_tls.client_ca = v; return Status(); }},
    {"doors.http.tls.key", "", "PEM file with the certificate's key, without a passphrase",
     [](Config& c, Text v) { c.http_tls.key = v; return Status(); }},
    {"doors.kafka.advertised", "", "host name that Kafka clients are told to connect to; empty means the listen address",
     [](Config& c, Text v) { c.kafka_advertised = v; return Status(); }},
    {"doors.kafka.listen", "127.0.0.1:9092", "Kafka protocol; port 0 takes a free one",
     [](Config& c, Text v) { return Put(c.kafka_listen, io::Address::Parse(v)); }},
    {"doors.kafka.request_bytes_max", "100MiB", "largest request a Kafka client may send",
     [](Config& c, Text v) { return Put(c.kafka_request_bytes_max, ParseBytes(v, 1_KiB)); }},
    {"doors.kafka.tls.certificate", "", "PEM file with the certificate of the Kafka door and its chain; with it, nothing is in the clear. A changed file is taken for new connections",
     [](Config& c, Text v) { c.kafka_tls.certificate = v; return Status(); }},
    {"doors.kafka.tls.client_ca", "", "PEM file with who signs clients' certificates; then a client without one is turned away",
     [](Config& c, Text v) { c.kafka_tls.client_ca = v; return Status(); }},
    {"doors.kafka.tls.key", "", "PEM file with the certificate's key, without a passphrase",
     [](Config& c, Text v) { c.kafka_tls.key = v; return Status(); }},
    {"doors.resp.listen", "127.0.0.1:6379", "Redis protocol; port 0 takes a free one",
     [](Config& c, Text v) { return Put(c.resp_listen, io::Address::Parse(v)); }},
    {"doors.resp.password", "", "what Redis clients must give with AUTH; empty: nothing",
     [](Config& c, Text v) { c.resp_password = Secret(std::string(v)); return Status(); }},
    {"doors.resp.tls.certificate", "", "PEM file with the certificate of the Redis door and its chain; with it, nothing is in the clear. A changed file is taken for new connections",
     [](Config& c, Text v) { c.resp_tls.certificate = v; return Status(); }},
    {"doors.resp.tls.client_ca", "", "PEM file with who signs clients' certificates; then a client without one is turned away",
     [](Config& c, Text v) { c.resp_tls.client_ca = v; return Status(); }},
    {"doors.resp.tls.key", "", "PEM file with the certificate's key, without a passphrase",
     [](Config& c, Text v) { c.resp_tls.key = v; return Status(); }},
    {"functions.memory", "1GiB", "what each Python that calls functions may allocate (there are up to two on a loop); beyond it the function has a MemoryError",
     [](Config& c, Text v) { return Put(c.functions_memory_bytes, ParseBytes(v, 64_MiB)); }},
    {"functions.patience_ms", "30000", "how long a piece of some rows, or the first look at `functions/`, may take a Python function, milliseconds",
     [](Config& c, Text v) { return Put(c.functions_patience_ms, ParseInteger(v, 100, 3600000)); }},
    {"functions.python", "python3", "the Python, 3.10 or later, that calls the functions of `functions/`; a bare name is looked for along PATH, a path begins at the project folder",
     [](Config& c, Text v) { c.python = v; return Status(); }},
    {"identities.first.name", "admin", "name of the first identity, which may make others (with `kafka-configs.sh`, say)",
     [](Config& c, Text v) { c.identity_name = v; return wire::sasl::CheckName(v); }},
    {"identities.first.password_env", "", "environment variable with its password; this or the file is what closes the house to everybody who has not logged in",
     [](Config& c, Text v) { c.identity_password_env = v; return Status(); }},
    {"identities.first.password_file", "", "file with its password, relative to the project folder",
     [](Config& c, Text v) { c.identity_password_file = v; return Status(); }},
    {"limits.connections", "10000", "connections open at one time, of each door",
     [](Config& c, Text v) { return Put(c.connections_max, ParseInteger(v, 1, 1000000)); }},
    {"log.level", "info", "least severe line written to standard error: debug, info, warn, error",
     [](Config& c, Text v) { return Put(c.log_level, ParseLevel(v)); }},
    {"loops", "2", "event loops, one a core",
     [](Config& c, Text v) { return Put(c.loops, ParseInteger(v, 1, 64)); }},
    {"memory", "1GiB", "budget for everything that grows; beyond it requests are refused, never killed",
     [](Config& c, Text v) { return Put(c.memory_bytes, ParseBytes(v, 64_MiB)); }},
    {"models.onnxruntime", "libonnxruntime.so.1.32.0", "the ONNX Runtime library, loaded by the first ONNX model; a bare name is looked for in lib/ beside the program",
     [](Config& c, Text v) { c.onnxruntime = v; return Status(); }},
    {"offsets.retention_minutes", "10080", "how long a consumer group's committed offsets are kept once nobody is in it (and nobody commits them without being in it), minutes",
     [](Config& c, Text v) { return Put(c.offsets_retention_minutes, ParseInteger(v, 1, INT32_MAX)); }},
    {"scrub.bytes_per_second", "4MiB", "how fast the background scrub reads segments and their indexes to find what rots; 0: no scrub",
     [](Config& c, Text v) { return Put(c.scrub_bytes_per_second, ParseBytes(v, 0)); }},
    {"scrub.interval_hours", "24", "from the beginning of one round of the scrub to the beginning of the next, hours",
     [](Config& c, Text v) { return Put(c.scrub_interval_hours, ParseInteger(v, 1, 8760)); }},
    {"shutdown.drain_ms", "30000", "how long SIGTERM waits for requests in flight, milliseconds",
     [](Config& c, Text v) { return Put(c.drain_ms, ParseInteger(v, 0, 600000)); }},
    {"topics.auto_create", "true", "whether a Kafka client that asks for an unknown topic gets it made",
     [](Config& c, Text v) { return Put(c.auto_create_topics, ParseBoolean(v)); }},
    {"topics.default_partitions", "4", "partitions of a topic that is created without saying how many",
     [](Config& c, Text v) { return Put(c.default_partitions, ParseInteger(v, 1, 10000)); }},
};

const Key* FindKey(std::string_view path) {
  for (const Key& key : kKeys) {
    if (key.path == path) return &key;
  }
  return nullptr;
}

std::string Remedy(std::string_view unknown) {
  std::vector<std::string_view> known;
  for (const Key& key : kKeys) known.push_back(key.path);
  std::string nearest = DidYouMean(unknown, known);
  return nearest.empty() ? "; `freshet config` lists the keys" : nearest;
}

Status SetKey(Config& config, std::string_view place, std::string_view path, std::string_view value) {
  const Key* key = FindKey(path);
  if (key == nullptr) return Fault::Invalid(place, ": unknown key '", path, "'", Remedy(path));
  Status set = key->set(config, value);
  if (!set.ok()) return Fault::Invalid(place, ": ", path, ": ", set.fault().message());
  return {};
}

struct Leaf {
  std::string path;
  std::string value;
  int line;
};

Status Flatten(const YAML::Node& node, const std::string& path, std::string_view file, int depth, std::vector<Leaf>& leaves) {
  std::string place = StrCat(file, ":", node.Mark().line + 1);
  if (depth > kDepthMax) return Fault::Invalid(place, ": '", path, "' is nested too deeply");
  if (node.IsNull() && depth == 0) return {};
  if (node.IsScalar() && depth > 0) {
    leaves.push_back({path, node.Scalar(), node.Mark().line + 1});
    return {};
  }
  if (!node.IsMap()) return Fault::Invalid(place, ": ", path.empty() ? "the file" : path, " must be a mapping or a single value");
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) return Fault::Invalid(place, ": keys must be plain words");
    std::string child = path.empty() ? entry.first.Scalar() : path + "." + entry.first.Scalar();
    bool is_group = entry.second.IsMap();
    if (!is_group && FindKey(child) == nullptr) {
      return Fault::Invalid(file, ":", entry.first.Mark().line + 1, ": unknown key '", child, "'", Remedy(child));
    }
    RETURN_NOT_OK(Flatten(entry.second, child, file, depth + 1, leaves));
  }
  return {};
}

Status ReadYaml(std::string_view yaml, std::string_view file, Config& config) {
  if (yaml.size() > kYamlBytesMax) return Fault::TooLarge(file, " is larger than ", kYamlBytesMax, " bytes");
  std::vector<Leaf> leaves;
  try {
    YAML::Node root = YAML::Load(std::string(yaml));
    RETURN_NOT_OK(Flatten(root, "", file, 0, leaves));
  } catch (const YAML::Exception& error) {
    return wire::yaml::NotYaml(yaml, file, error.mark.line, error.msg);
  }
  std::set<std::string> seen;
  for (const Leaf& leaf : leaves) {
    std::string place = StrCat(file, ":", leaf.line);
    if (!seen.insert(leaf.path).second) return Fault::Invalid(place, ": '", leaf.path, "' is set twice");
    RETURN_NOT_OK(SetKey(config, place, leaf.path, leaf.value));
  }
  return {};
}

struct DoorKeys {
  std::string_view path;
  const io::Address& listen;
  const io::TlsOptions& tls;
};

// What others can reach is encrypted, and they say who they are.
Status CheckDoor(const DoorKeys& door, bool has_identity) {
  if (door.tls.certificate.empty() != door.tls.key.empty()) return Fault::Invalid(door.path, ".tls: a certificate needs its key, and a key its certificate");
  if (!door.tls.client_ca.empty() && !door.tls.configured()) return Fault::Invalid(door.path, ".tls.client_ca: clients show certificates over TLS only; set certificate and key, too");
  bool is_safe = door.tls.configured() && has_identity;
  if (door.listen.is_loopback() || is_safe) return {};
  std::string_view lacks = has_identity ? "no TLS" : door.tls.configured() ? "no authentication" : "neither authentication nor TLS";
  return Fault::Invalid(door.path, ".listen: ", door.listen.ToString(), " can be reached from other machines, and this door has ", lacks, "; listen on 127.0.0.1 or [::1], or set ",
                        door.path, ".tls and identities.first");
}

// "1GB", "512 mb", "64K": a number with a unit that others take. What to write here, or "".
std::string SizeMeantBy(std::string_view text) {
  size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  std::string_view unit = text.substr(std::min(text.find_first_not_of(' ', digits), text.size()));
  if (digits == 0 || unit.empty()) return "";
  char letter = static_cast<char>(unit[0] & ~0x20);
  std::string_view rest = unit.substr(1);
  bool is_size = std::string_view("KMGT").find(letter) != std::string_view::npos;
  bool is_bytes = rest.empty() || rest == "B" || rest == "b" || rest == "iB" || rest == "ib" || rest == "IB";
  return is_size && is_bytes ? StrCat(text.substr(0, digits), letter, "iB") : "";
}

}  // namespace

Result<int64_t> ParseBytes(std::string_view text, int64_t least) {
  static constexpr struct { std::string_view suffix; int64_t factor; } kUnits[] = {
      {"KiB", 1_KiB}, {"MiB", 1_MiB}, {"GiB", 1_GiB}, {"TiB", 1024_GiB}};
  int64_t factor = 1;
  std::string_view whole = text;
  for (auto [suffix, unit] : kUnits) {
    if (!text.ends_with(suffix)) continue;
    text.remove_suffix(suffix.size());
    factor = unit;
  }
  auto count = ParseInteger(text, 0, INT64_MAX / factor);
  std::string meant = count.ok() || text != whole ? "" : SizeMeantBy(whole);
  if (!meant.empty()) return Fault::Invalid("'", whole, "' is no size; write ", meant);
  if (!count.ok()) return Fault::Invalid(count.fault().message(), "; a size is a whole number of bytes, or of KiB, MiB, GiB or TiB");
  if (*count * factor < least) return Fault::Invalid("at least ", least, " bytes are needed");
  return *count * factor;
}

Result<Override> ParseOverride(std::string_view text) {
  size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return Fault::Invalid("--set ", text, ": write --set path=value, such as --set doors.kafka.listen=127.0.0.1:19092");
  }
  return Override{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

Result<Config> ReadConfig(std::string_view yaml, std::string_view file, const std::vector<Override>& overrides) {
  Config config;
  for (const Key& key : kKeys) RETURN_NOT_OK(key.set(config, key.initial));
  RETURN_NOT_OK(ReadYaml(yaml, file, config));
  for (const Override& set : overrides) RETURN_NOT_OK(SetKey(config, "--set", set.path, set.value));
  if (!config.identity_password_file.empty() && !config.identity_password_env.empty()) {
    return Fault::Invalid("identities.first: its password comes from password_file or from password_env, not from both");
  }
  bool has_identity = !config.identity_password_file.empty() || !config.identity_password_env.empty();
  RETURN_NOT_OK(CheckDoor({"doors.kafka", config.kafka_listen, config.kafka_tls}, has_identity));
  RETURN_NOT_OK(CheckDoor({"doors.http", config.http_listen, config.http_tls}, has_identity));
  RETURN_NOT_OK(CheckDoor({"doors.resp", config.resp_listen, config.resp_tls}, has_identity));
  return config;
}

Config Rooted(Config config, const std::string& project_dir) {
  for (std::string* path : {&config.kafka_tls.certificate, &config.kafka_tls.key, &config.kafka_tls.client_ca, &config.http_tls.certificate, &config.http_tls.key,
                            &config.http_tls.client_ca, &config.resp_tls.certificate, &config.resp_tls.key, &config.resp_tls.client_ca, &config.identity_password_file}) {
    if (!path->empty() && !path->starts_with('/')) *path = StrCat(project_dir, "/", *path);
  }
  bool inside = config.python.find('/') != std::string::npos && !config.python.starts_with('/');
  if (inside) config.python = StrCat(project_dir, "/", config.python);
  return config;
}

std::string DescribeConfigKeys() {
  std::string out = "| key | default | meaning |\n|---|---|---|\n";
  for (const Key& key : kKeys) out += StrCat("| `", key.path, "` | ", key.initial.empty() ? "" : StrCat("`", key.initial, "`"), " | ", key.meaning, " |\n");
  return out;
}

}  // namespace freshet::app
