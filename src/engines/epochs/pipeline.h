#pragma once

#include "engines/epochs/epochs.h"

// Private to the room.

namespace freshet::epochs {

struct EpochStore::Pipeline {
  Uuid id;
  PipelineState state;
  bool doubtful = false;         // replay met damage of unknown owner, and no later record of this pipeline
  uint64_t last_serial = 0;      // of state files, in this life
  // Pieces of the next epoch's snapshot, laid down and not committed.
  struct Draft {
    StateRef state;
    bool adds = false;
    bool begun = false;          // the file is its own
    std::unique_ptr<io::File> file = nullptr;
  };
  std::optional<Draft> draft;
  int64_t grown_by = 0;          // the attempt to whose state may be added: it is known what of it is durable
  io::Turns turns;               // what it does goes one after another
};

// A record between the journal's queue and its effect: a snapshot file that claims its position waits for it.
class EpochStore::Record {
 public:
  explicit Record(EpochStore& store) : store_(store), number_(++store.records_) { store_.open_records_.insert(number_); }
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;
  ~Record() {
    store_.open_records_.erase(number_);
    store_.record_taken_.NotifyAll();
  }

 private:
  EpochStore& store_;
  const uint64_t number_;
};

}  // namespace freshet::epochs
