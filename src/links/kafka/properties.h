#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "data/records/options.h"

namespace freshet::links::kafka {

enum class Role : uint8_t { kReader, kWriter };

// By librdkafka's names.
using Settings = std::map<std::string, std::string>;

// What a table's properties.* come to for the client: names that mean the same in Java and librdkafka, and librdkafka's own
// for TLS and SASL. Others are refused by name, whichever side of the table is used.
Result<Settings> ClientSettings(const std::string& table, const records::TopicOptions& options, Role role);

// properties.* that are taken, without the prefix, for docs/sql.md.
std::span<const std::string_view> PropertyNames();

}  // namespace freshet::links::kafka
