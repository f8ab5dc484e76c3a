#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "io/ctx.h"
#include "io/task.h"
#include "ports/event_log.h"

// Epochs of pipelines: input positions, state and outputs that take effect together, in one unit of the journal
// (docs/formats/epochs.md).

namespace freshet::ports {

// The name of one epoch that every target sees, the same at each retry. The lineage is new when a pipeline starts
// from nothing, and stays while it goes on from its own epochs.
struct EpochToken {
  std::string pipeline;
  Uuid lineage;
  int64_t epoch = 0;
};

// Something to do outside the journal once the epoch is durable.
struct OutboxEntry {
  std::string sink;   // the table's name
  std::string bytes;  // the sink's own
};

struct EpochCommit {
  EpochToken token;
  int64_t attempt = 0;
  std::string snapshot;            // source positions and operator state; or the end of it, behind what was kept for this epoch
  bool adds = false;               // to what this attempt has committed before it; else it stands for all of that
  std::vector<LogAppend> staged;   // become readable, all together, with this epoch
  std::vector<OutboxEntry> outbox;
};

// Where an attempt begins.
struct EpochStart {
  int64_t attempt = 0;
  EpochToken last;                      // epoch 0: nothing is committed yet, the snapshot is empty
  int64_t snapshot_bytes = 0;           // of the last that stood for all, and those added to it one behind the other
  std::vector<std::pair<EpochToken, OutboxEntry>> undelivered;  // oldest first
};

// Callers may stand on any loop. Durable at return.
class Epochs {
 public:
  virtual ~Epochs() = default;

  // Journals a new attempt; every commit of an older one is refused from here on.
  virtual Task<EpochStart> Begin(Ctx ctx, std::string pipeline) = 0;
  // A piece of what this attempt's last epoch has as its snapshot, from there on; empty behind its end.
  virtual Task<std::string> ReadSnapshot(Ctx ctx, EpochToken last, int64_t attempt, int64_t offset) = 0;
  // Lays down a piece of the next epoch's snapshot, behind the pieces before it: of one that is larger than memory should hold at once. Its
  // Commit, with the same `adds`, makes all of it count.
  virtual Task<> Keep(Ctx ctx, EpochToken token, int64_t attempt, bool adds, std::string piece) = 0;
  // Epoch = last + 1. kFenced: a newer attempt has begun; kOutOfOrder: not the next epoch, one before it failed, or nothing is there to add to; as
  // EventLog::Append for what is staged. Nothing of a refused epoch is ever visible.
  virtual Task<> Commit(Ctx ctx, EpochCommit commit) = 0;
  // Whether what all pipelines have not delivered leaves room for one more outbox of a pipeline that owes some already. From any thread; a Commit that finds none is kExhausted.
  virtual bool HasRoom() const { return true; }
  // The epoch's outbox has reached its targets; journaled lazily.
  virtual Task<> Delivered(Ctx ctx, EpochToken token) = 0;
};

}  // namespace freshet::ports
