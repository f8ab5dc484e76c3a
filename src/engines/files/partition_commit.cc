#include "engines/files/partition_commit.h"

#include "data/expr/date_format.h"
#include "data/type.h"
#include "data/civil.h"
#include "engines/files/partition_folders.h"

namespace freshet::files {
namespace {

struct NameAndValue {
  std::string name;
  std::string value;
};
NameAndValue Split(const std::string& folder) {
  size_t equals = std::min(folder.find('='), folder.size());
  return {UnescapeFolder(std::string_view(folder).substr(0, equals)), UnescapeFolder(std::string_view(folder).substr(std::min(equals + 1, folder.size())))};
}

std::string Filled(std::string pattern, const std::vector<std::string>& folders) {
  for (const auto& folder : folders) {
    auto [name, value] = Split(folder);
    std::string variable = "$" + name;
    for (size_t at = pattern.find(variable); at != std::string::npos; at = pattern.find(variable, at + value.size())) pattern.replace(at, variable.size(), value);
  }
  return pattern;
}

std::optional<int64_t> LocalMs(const CommitWhen& when, const std::string& text) {
  if (!when.formatter.empty()) {
    auto pattern = expr::DatePattern::Compile(when.formatter);
    auto moment = pattern.ok() ? pattern->Parse(text) : std::nullopt;
    return moment ? std::optional<int64_t>(moment->local_ms) : std::nullopt;
  }
  constexpr int64_t kDayMs = 86'400'000;
  if (auto days = data::ParseDate(text)) return *days * kDayMs;
  return data::ParseTimestamp(text, data::Type::Timestamp(3));
}

}  // namespace

Result<int64_t> PartitionTime(const CommitWhen& when, const std::vector<std::string>& folders) {
  std::string text = when.pattern.empty() && !folders.empty() ? Split(folders[0]).value : Filled(when.pattern, folders);
  auto local = LocalMs(when, text);
  if (local) return when.zone.ToUtc(*local);
  std::string all;
  for (const auto& folder : folders) all += (all.empty() ? "" : "/") + folder;
  return Fault::Invalid("partition ", all, ": '", text, "' is no time; 'partition.time-extractor.timestamp-pattern' says how its columns make one, such as $dt $hm:00");
}

Result<bool> IsWhole(const CommitWhen& when, const std::vector<std::string>& folders, int64_t created_ms, int64_t now_ms, data::EventTime watermark) {
  if (watermark == data::kEndOfTime) return true;
  if (!when.by_partition_time) return when.delay.ns == 0 || now_ms > created_ms + when.delay.ms();
  ASSIGN_OR_RETURN(int64_t time_ms, PartitionTime(when, folders));
  return watermark != data::kNoEventTime && watermark.get() > time_ms + when.delay.ms();
}

}  // namespace freshet::files
