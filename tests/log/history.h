#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"

namespace freshet::testing {

// One history of the durability core under one seed: clients produce, read, trim and retry; checkpoints and flushes run;
// the power goes at a step, a file call or a named point, several times; at the end everything is read and compared with
// what was promised:
//   acknowledged records are there, at their offsets, byte for byte · nothing is there that nobody sent · offsets have no
//   hole · a producer's records are in its order and each there once, also over retries · what a reader saw stays
struct HistoryOptions {
  uint64_t seed = 1;
  int lives = 4;               // the last one ends without a crash
  int clients = 3;
  int operations = 25;         // of each client in each life
  bool failing_calls = false;  // some file calls fail with EIO or ENOSPC
};

// How transactions ended, as those who asked know it.
struct TransactionFates {
  int64_t committed = 0;
  int64_t aborted = 0;   // or left open
  int64_t unknown = 0;   // asked to commit or abort, without an answer
  int64_t fenced = 0;    // zombies that went on after another process had begun

  int64_t all() const { return committed + aborted + unknown; }
};

struct History {
  std::vector<std::string> violations;
  uint64_t trace_hash = 0;
  int64_t steps = 0;
  int64_t acknowledged = 0;
  int64_t crashes = 0;
  int64_t in_flight = 0;       // operations without an answer when the power went
  int64_t virtual_ms = 0;
  TransactionFates fates;
  std::vector<std::string> log;  // of the house, when something was violated
};

History RunHistory(const HistoryOptions& options);

// After a history without crashes one byte of a file of the core is changed, a sector zeroed or a file cut, while the house
// is down. A restart may refuse by name; if it serves, each acknowledged record is either right or answered with a typed
// fault; records that went together with their headers, as the last of their partition, are only told as lost. (The house was restarted in between: rot in the very last group of a journal cannot be told from a torn write.)
History RunRottenHistory(const HistoryOptions& options);

}  // namespace freshet::testing
