#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "data/event_time.h"
#include "data/time_zone.h"

namespace freshet::files {

// When a partition counts as whole, as sink.partition-commit.* says.
struct CommitWhen {
  bool by_partition_time = false;  // else by the clock
  Duration delay;
  data::TimeZone zone;             // of the time that a partition's name says
  std::string pattern;             // "$dt $hm:00"; empty: the first partition column
  std::string formatter;           // a Java pattern; empty: yyyy-MM-dd HH:mm:ss, or a date
};

// The moment that a partition stands for, in UTC milliseconds. `folders` are "dt=2026-11-23", in the table's order.
Result<int64_t> PartitionTime(const CommitWhen& when, const std::vector<std::string>& folders);

// Whether it is whole now. `created_ms`: when its first file was begun; `watermark`: how far the rows' time has come.
Result<bool> IsWhole(const CommitWhen& when, const std::vector<std::string>& folders, int64_t created_ms, int64_t now_ms, data::EventTime watermark);

}  // namespace freshet::files
