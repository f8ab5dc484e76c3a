#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/time.h"

namespace freshet::stream {

// "100 ms", "1 s", "10min", "2 h", "1 d"; a bare number is milliseconds.
Result<Duration> ParseDuration(std::string_view text);

// "4": on how many shards a job runs.
Result<int> ParseShards(std::string_view text);

// What SET may say: an unknown key is refused with the nearest known one, a known one with a bad value too.
Status CheckSetting(const std::string& key, const std::string& value);
Status CheckSettingName(const std::string& key);

// Every key of SET, for docs/sql.md.
std::vector<std::string_view> SettingNames();

}  // namespace freshet::stream
