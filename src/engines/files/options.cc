#include "engines/files/options.h"

#include <algorithm>

#include "base/nearest.h"
#include "data/expr/date_format.h"
#include "data/known_words.h"
#include "data/quantity_text.h"
#include "data/table_options.h"

namespace freshet::files {
namespace {

constexpr std::string_view kKnown[] = {
    "connector", "path", "format", "source.monitor-interval", "source.path.regex-pattern", "partition.default-name", "sink.partition-commit.policy.kind", "sink.partition-commit.success-file.name",
    "sink.rolling-policy.file-size", "sink.rolling-policy.rollover-interval", "sink.rolling-policy.inactivity-interval", "sink.rolling-policy.check-interval",
    "sink.partition-commit.trigger", "sink.partition-commit.delay", "sink.partition-commit.watermark-time-zone", "partition.time-extractor.kind",
    "partition.time-extractor.timestamp-pattern", "partition.time-extractor.timestamp-formatter", "auto-compaction", "compaction.file-size", "sink.parallelism", "sink.shuffle-by-partition.enable"};

std::string Names(const formats::FileFormats& file_formats) {
  std::string out;
  for (auto name : formats::FormatNames()) out += StrCat(out.empty() ? "" : ", ", name);
  for (const auto& [name, format] : file_formats) out += formats::IsFormat(name) ? "" : ", " + name;
  return out;
}

// Reads options; says whose they are when they are wrong.
class OptionReader : public data::TableOptions {
 public:
  using TableOptions::TableOptions;

  Status Read(const std::string& key, Duration& into) const {
    if (!table_.options.contains(key)) return {};
    auto read = data::ParseDuration(Get(key));
    if (!read.ok()) return Fault::Invalid("table ", table_.name, ": option '", key, "': ", read.fault().message());
    into = *read;
    return {};
  }
};

Status ReadSize(const OptionReader& in, const std::string& key, int64_t& into) {
  std::string text = in.Get(key);
  if (text.empty()) return {};
  auto bytes = data::ParseBytes(text);
  if (!bytes.ok() || *bytes == 0) return in.Bad(key, "a size such as 128 mb");
  into = *bytes;
  return {};
}

// What an epoch writes into a partition's folder is one file here, or goes on in one: there is nothing to put together, but for how large that may become.
Status ReadCompaction(const OptionReader& in, FilesOptions& out) {
  std::string compacts = in.Get("auto-compaction", "false");
  if (compacts != "true" && compacts != "false") return in.Bad("auto-compaction", "true or false");
  int64_t bytes = out.file_bytes;
  RETURN_NOT_OK(ReadSize(in, "compaction.file-size", bytes));
  if (compacts == "true") out.file_bytes = bytes;
  return {};
}

Status ReadRolling(const ports::TableRequest& table, FilesOptions& out) {
  OptionReader in(table);
  RETURN_NOT_OK(ReadSize(in, "sink.rolling-policy.file-size", out.file_bytes));
  RETURN_NOT_OK(ReadCompaction(in, out));
  RETURN_NOT_OK(in.Read("sink.rolling-policy.rollover-interval", out.rollover_interval));
  RETURN_NOT_OK(in.Read("sink.rolling-policy.inactivity-interval", out.inactivity_interval));
  RETURN_NOT_OK(in.Read("sink.rolling-policy.check-interval", out.check_interval));
  if (out.check_interval.ns == 0) return in.Bad("sink.rolling-policy.check-interval", "a duration of at least 1 ms");
  return {};
}

Status ReadCommit(const ports::TableRequest& table, FilesOptions& out) {
  OptionReader in(table);
  CommitWhen& when = out.commit_when;
  std::string policy = in.Get("sink.partition-commit.policy.kind");
  if (policy.find("metastore") != std::string::npos || policy.find("custom") != std::string::npos) return Fault::Unsupported("table ", table.name, ": sink.partition-commit.policy.kind '", policy, "'; only success-file is supported");
  if (!policy.empty() && policy != "success-file") return in.Bad("sink.partition-commit.policy.kind", "success-file");
  out.success_file = !policy.empty();
  std::string trigger = in.Get("sink.partition-commit.trigger", "process-time");
  if (trigger != "process-time" && trigger != "partition-time") return in.Bad("sink.partition-commit.trigger", "process-time or partition-time");
  when.by_partition_time = trigger == "partition-time";
  RETURN_NOT_OK(in.Read("sink.partition-commit.delay", when.delay));
  auto zone = data::TimeZone::Find(in.Get("sink.partition-commit.watermark-time-zone", "UTC"));
  if (!zone.ok()) return in.Bad("sink.partition-commit.watermark-time-zone", "a time zone such as Europe/Zurich");
  when.zone = *zone;
  if (std::string kind = in.Get("partition.time-extractor.kind", "default"); kind != "default") return Fault::Unsupported("table ", table.name, ": option 'partition.time-extractor.kind' is '", kind, "'; only default is supported");
  when.pattern = in.Get("partition.time-extractor.timestamp-pattern");
  when.formatter = in.Get("partition.time-extractor.timestamp-formatter");
  if (when.formatter.empty()) return {};
  auto compiled = expr::DatePattern::Compile(when.formatter);
  if (!compiled.ok()) return Fault::Unsupported("table ", table.name, ": option 'partition.time-extractor.timestamp-formatter': ", compiled.fault().message());
  return {};
}

// Of a format that is not said the options might be any format's.
bool IsOfFormat(const std::string& key, const std::string& format, const formats::FileFormats& file_formats) {
  std::string prefix = key.substr(0, key.find('.'));
  if (prefix.size() == key.size()) return false;
  return format.empty() ? formats::IsFormat(prefix) || file_formats.contains(prefix) : prefix == format;
}

Status CheckKeys(const ports::TableRequest& table, const std::string& format, const formats::FileFormats& file_formats) {
  for (const auto& [key, text] : table.options) {
    bool known = std::find(std::begin(kKnown), std::end(kKnown), key) != std::end(kKnown) || IsOfFormat(key, format, file_formats);
    if (known) continue;
    return Fault::Invalid("table ", table.name, ": connector filesystem has no option '", key, "'", data::InsteadOf(key, kKnown));
  }
  return {};
}

// Of files there are more formats than of records.
Status CheckFormat(const ports::TableRequest& table, const std::string& format, const formats::FileFormats& file_formats) {
  if (formats::IsFormat(format) || file_formats.contains(format)) return {};
  std::vector<std::string_view> known(formats::FormatNames().begin(), formats::FormatNames().end());
  for (const auto& [name, one] : file_formats) known.push_back(name);
  std::string near = DidYouMean(format, known);
  return near.empty() ? Status() : Status(Fault::Invalid("table ", table.name, ": no format '", format, "'", near));
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
  RETURN_NOT_OK(CheckKeys(table, out.format, file_formats));
  if (out.path.starts_with("file://")) out.path = out.path.substr(7);
  if (out.path.empty()) return Fault::Invalid("table ", table.name, ": connector filesystem needs the option 'path'");
  if (std::any_of(out.path.begin(), out.path.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; })) return Fault::Invalid("table ", table.name, ": the path has a control character");
  while (out.path.size() > 1 && out.path.ends_with('/')) out.path.pop_back();
  if (out.path.find("://") != std::string::npos) return Fault::Unsupported("table ", table.name, ": path '", out.path, "': only local paths are supported");
  if (out.format.empty()) return Fault::Invalid("table ", table.name, ": connector filesystem needs the option 'format'; ", Names(file_formats));
  RETURN_NOT_OK(CheckFormat(table, out.format, file_formats));
  std::string prefix = out.format + ".";
  for (const auto& [key, text] : table.options) {
    if (key.starts_with(prefix)) out.format_options[key.substr(prefix.size())] = text;
  }
  RETURN_NOT_OK(OptionReader(table).Read("source.monitor-interval", out.monitor_interval));
  if (table.options.contains("source.monitor-interval") && out.monitor_interval.ns == 0) return OptionReader(table).Bad("source.monitor-interval", "a duration of at least 1 ms");
  out.path_pattern = value("source.path.regex-pattern");
  RETURN_NOT_OK(ReadRolling(table, out));
  RETURN_NOT_OK(ReadCommit(table, out));
  if (auto name = value("sink.partition-commit.success-file.name"); !name.empty()) out.success_file_name = name;
  if (auto name = value("partition.default-name"); !name.empty()) out.default_partition = name;
  return out;
}

std::span<const std::string_view> FilesOptionNames() { return kKnown; }

}  // namespace freshet::files
