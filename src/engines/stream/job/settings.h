#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/quantity_text.h"

namespace freshet::stream {

// "4": on how many shards a job runs.
Result<int> ParseShards(std::string_view text);

// What SET may say: an unknown key is refused with the nearest known one, a known one with a bad value too.
Status CheckSetting(const std::string& key, const std::string& value);
Status CheckSettingName(const std::string& key);

// Every key of SET, for docs/sql.md.
std::vector<std::string_view> SettingNames();

}  // namespace freshet::stream
