#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "data/topic.h"
#include "ports/topics.h"

namespace freshet::catalog {

// Kafka's topic configs as one table: name, type, default, meaning, and whether it may be set here. A config that cannot
// be honoured is refused when somebody sets it to anything but its default, never accepted and ignored.

// kInvalid for an unknown name, a bad value, or one that is not honoured.
Result<data::LogConfig> ParseLogConfig(const std::map<std::string, std::string>& configs);

// Of a topic that is made or changed now: also that they go together. What a catalog holds was taken once, and is read by ParseLogConfig.
Result<data::LogConfig> AcceptLogConfig(const std::map<std::string, std::string>& configs);

// Changes the configs of `topic`: all edits, or none when one is invalid.
Status EditLogConfig(const std::vector<ports::ConfigEdit>& edits, data::Topic& topic);

// Every config with its value in force, sorted by name.
std::vector<ports::ConfigEntry> DescribeLogConfig(const data::Topic& topic);

}  // namespace freshet::catalog
