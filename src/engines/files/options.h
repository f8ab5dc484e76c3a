#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "data/formats/file_format.h"
#include "engines/files/partition_commit.h"
#include "ports/connector.h"

namespace freshet::files {

// The WITH options of a filesystem table, checked: unknown ones are refused by name.
struct FilesOptions {
  std::string path;
  std::string format;
  formats::Options format_options;  // prefix cut off
  Duration monitor_interval;        // how often an endless table looks for new files; zero: it ends with those that are there
  std::string path_pattern;         // that a file's path must fit; empty: any
  int64_t file_bytes = 128 << 20;   // a file is ended when it has grown to this
  Duration rollover_interval = Seconds(1800);    // … or is so old
  Duration inactivity_interval = Seconds(1800);  // … or was not written for so long
  Duration check_interval = Seconds(60);        // how often that is looked at
  CommitWhen commit_when;
  bool success_file = false;
  std::string success_file_name = "_SUCCESS";
  std::string default_partition = "__DEFAULT_PARTITION__";
};
Result<FilesOptions> ReadFilesOptions(const ports::TableRequest& table, const formats::FileFormats& file_formats);

// Every option that is taken, for docs/sql.md.
std::span<const std::string_view> FilesOptionNames();

}  // namespace freshet::files
