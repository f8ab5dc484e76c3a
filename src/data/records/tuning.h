#pragma once

#include <span>
#include <string_view>

namespace freshet::records {

// Names of properties.* that tune Kafka's Java client, or that Flink sets itself: taken, because files for Flink have them, and read by nobody. None of them says who may come in, what a
// record is, or where it goes.
std::span<const std::string_view> TuningProperties();

// `option` as a table says it, with "properties." in front.
bool OnlyTunes(std::string_view option);

}  // namespace freshet::records
