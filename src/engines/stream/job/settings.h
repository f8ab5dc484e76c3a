#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/quantity_text.h"

namespace freshet::stream {

// "4": on how many shards a job runs.
Result<int> ParseShards(std::string_view text);

// What SET may say: whether anything here reads the key. One that is nearly a known one is refused, so is a known one's bad value; others are kept, as in Flink: files that
// tune a cluster run as they are.
Result<bool> CheckSetting(const std::string& key, const std::string& value);
Result<bool> CheckSettingName(const std::string& key);

// Every key of SET, for docs/sql.md.
std::vector<std::string_view> SettingNames();

}  // namespace freshet::stream
