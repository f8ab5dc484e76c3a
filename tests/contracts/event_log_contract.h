#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "data/record_batch.h"
#include "io/env.h"
#include "ports/event_log.h"

// What every EventLog promises, whoever keeps it. The suite runs against the product's log in several sizes and against the
// fake alike, so that the fake cannot lie.

namespace freshet::contracts {

using LogBody = Task<> (*)(Env& env, ports::EventLog& log);

struct LogKind {
  std::string name;
  std::function<Status(LogBody body)> run;  // makes a world and a log in it, runs the body on loop 0, ends both
};
std::vector<LogKind> AllLogs();

class EventLogContract : public ::testing::TestWithParam<LogKind> {
 protected:
  void ExpectRuns(LogBody body) {
    Status status = GetParam().run(body);
    EXPECT_TRUE(status.ok()) << status.ToString();
  }
};

// A batch with one record per value; timestamps count up from `timestamp_ms`.
struct BatchSpec {
  std::vector<std::string> values;
  int64_t timestamp_ms = 1000;
  int64_t producer = -1;
  int16_t epoch = 0;
  int32_t sequence = 0;
  bool transactional = false;
};
std::string MakeBatch(const BatchSpec& spec);

std::shared_ptr<const data::Topic> MakeTopic(Env& env, int32_t partitions, data::LogConfig config = {});

// Values of all records in these batches, in order; offsets are checked to be dense from `first`.
std::vector<std::string> ValuesOf(const std::vector<data::KeptBytes>& batches, int64_t first);

}  // namespace freshet::contracts
