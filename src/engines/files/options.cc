#include "engines/files/options.h"

#include <algorithm>

#include "data/quantity_text.h"

namespace freshet::files {
namespace {

// Known and taken. What only tunes when an endless job shows its files has nothing to do in a run to the end, which
// shows them once; an endless job shows a file an epoch and refuses those by name.
constexpr std::string_view kEndlessOnly[] = {
    "sink.rolling-policy.rollover-interval", "sink.rolling-policy.inactivity-interval", "sink.rolling-policy.check-interval",
    "sink.partition-commit.trigger", "sink.partition-commit.delay", "sink.partition-commit.watermark-time-zone", "partition.time-extractor.kind",
    "partition.time-extractor.timestamp-pattern", "partition.time-extractor.timestamp-formatter"};
constexpr std::string_view kKnown[] = {
    "connector", "path", "format", "partition.default-name", "sink.partition-commit.policy.kind", "sink.partition-commit.success-file.name",
    "sink.rolling-policy.file-size", "sink.rolling-policy.rollover-interval", "sink.rolling-policy.inactivity-interval", "sink.rolling-policy.check-interval",
    "sink.partition-commit.trigger", "sink.partition-commit.delay", "sink.partition-commit.watermark-time-zone", "partition.time-extractor.kind",
    "partition.time-extractor.timestamp-pattern", "partition.time-extractor.timestamp-formatter", "sink.parallelism", "sink.shuffle-by-partition.enable"};
constexpr std::string_view kRefused[] = {"source.monitor-interval", "source.path.regex-pattern", "auto-compaction", "compaction.file-size"};

std::string Names(const formats::FileFormats& file_formats) {
  std::string out;
  for (auto name : formats::FormatNames()) out += StrCat(out.empty() ? "" : ", ", name);
  for (const auto& [name, format] : file_formats) out += formats::IsFormat(name) ? "" : ", " + name;
  return out;
}

}  // namespace

Result<FilesOptions> ReadFilesOptions(const ports::TableRequest& table, const formats::FileFormats& file_formats) {
  FilesOptions out;
  auto value = [&table](const std::string& key) {
    auto found = table.options.find(key);
    return found == table.options.end() ? std::string() : found->second;
  };
  out.path = value("path");
  out.format = value("format");
  if (out.path.starts_with("file://")) out.path = out.path.substr(7);
  if (out.path.empty()) return Fault::Invalid("table ", table.name, ": connector filesystem needs the option 'path'");
  if (out.path.find("://") != std::string::npos) return Fault::Unsupported("table ", table.name, ": path '", out.path, "': only local paths are supported");
  if (out.format.empty()) return Fault::Invalid("table ", table.name, ": connector filesystem needs the option 'format'; ", Names(file_formats));
  std::string prefix = out.format + ".";
  for (const auto& [key, text] : table.options) {
    if (key.starts_with(prefix)) {
      out.format_options[key.substr(prefix.size())] = text;
      continue;
    }
    if (std::find(std::begin(kRefused), std::end(kRefused), key) != std::end(kRefused)) return Fault::Unsupported("table ", table.name, ": option '", key, "' is not supported yet; leave it out");
    bool refused = !table.bounded && std::find(std::begin(kEndlessOnly), std::end(kEndlessOnly), key) != std::end(kEndlessOnly);
    if (refused) return Fault::Unsupported("table ", table.name, ": option '", key, "' is not supported yet in an endless pipeline, which makes one file an epoch; leave it out and SET 'execution.checkpointing.interval'");
    if (std::find(std::begin(kKnown), std::end(kKnown), key) != std::end(kKnown)) continue;
    std::string known;
    for (auto k : kKnown) known += (known.empty() ? "" : ", ") + std::string(k);
    return Fault::Invalid("table ", table.name, ": connector filesystem has no option '", key, "'; known are ", known, " and those of the format");
  }
  if (auto size = value("sink.rolling-policy.file-size"); !size.empty()) {
    auto bytes = data::ParseBytes(size);
    if (!bytes.ok() || *bytes == 0) return Fault::Invalid("table ", table.name, ": option 'sink.rolling-policy.file-size': ", bytes.ok() ? "0 is too small" : bytes.fault().message());
    out.file_bytes = *bytes;
  }
  std::string policy = value("sink.partition-commit.policy.kind");
  out.success_file = policy.find("success-file") != std::string::npos;
  if (policy.find("metastore") != std::string::npos || policy.find("custom") != std::string::npos) return Fault::Unsupported("table ", table.name, ": sink.partition-commit.policy.kind '", policy, "'; only success-file is supported");
  if (auto name = value("sink.partition-commit.success-file.name"); !name.empty()) out.success_file_name = name;
  if (auto name = value("partition.default-name"); !name.empty()) out.default_partition = name;
  return out;
}

std::span<const std::string_view> FilesOptionNames() { return kKnown; }

}  // namespace freshet::files
