#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/secret.h"
#include "base/status.h"
#include "io/net.h"
#include "io/tls.h"

namespace freshet::app {

// What freshet.yaml and --set decide, checked as a whole before anything is opened. docs/config.md is printed
// from the same table that reads it (`freshet config`).
struct Config {
  std::string data_dir;                // "" means <project folder>/data
  io::Address kafka_listen;
  io::Address http_listen;
  io::Address resp_listen;
  io::TlsOptions kafka_tls;            // its paths, and the password file, as `Rooted` made them
  io::TlsOptions http_tls;
  io::TlsOptions resp_tls;
  Secret resp_password;
  std::string identity_name;           // of the first identity
  std::string identity_password_file;  // at most one of the two is set; none: the house is open
  std::string identity_password_env;
  std::string kafka_advertised;        // host that Kafka clients are told; "" means the listen host
  std::string onnxruntime;             // path or name of the library
  std::string python;                  // path or name of the program
  int64_t functions_patience_ms = 0;
  int64_t functions_memory_bytes = 0;
  int64_t memory_bytes = 0;
  int64_t kafka_request_bytes_max = 0;
  int64_t connections_max = 0;
  int64_t default_partitions = 0;
  bool auto_create_topics = true;
  int64_t drain_ms = 0;
  int64_t offsets_retention_minutes = 0;
  int64_t scrub_bytes_per_second = 0;
  int64_t scrub_interval_hours = 0;
  int64_t loops = 0;
  Level log_level = Level::kInfo;
  int log_writers_max = 128;           // not a key: what the system lets the process have (commands/up.cc)
};

// One `--set path=value` of the command line.
struct Override {
  std::string path;
  std::string value;
};
Result<Override> ParseOverride(std::string_view text);

// Reads `yaml` (the text of `file`, which is named in messages with its line), then the overrides, over the
// defaults. An unknown key, a bad value, a key twice or an unsafe bind is a Fault and nothing has started.
// "512MiB", "4096": not fewer than `least`.
Result<int64_t> ParseBytes(std::string_view text, int64_t least);
Result<Config> ReadConfig(std::string_view yaml, std::string_view file, const std::vector<Override>& overrides);

// Paths that are not absolute are meant inside the project folder.
Config Rooted(Config config, const std::string& project_dir);

// Every key with its default and meaning, as a Markdown table.
std::string DescribeConfigKeys();

}  // namespace freshet::app
