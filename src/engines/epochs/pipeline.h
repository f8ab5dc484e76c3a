#pragma once

#include "engines/epochs/epochs.h"

// Private to the room.

namespace freshet::epochs {

struct EpochStore::Pipeline {
  Uuid id;
  PipelineState state;
  bool doubtful = false;         // replay met damage of unknown owner, and no later record of this pipeline
  uint64_t highest = 0;          // number that a record has had, whether it was taken in or not
  data::Position forgotten_at;   // just past the record that says so
  bool has_files = false;        // of a forgotten one: they could not be removed, and go with the next start
  uint64_t last_serial = 0;      // of state files, in this life
  // Pieces of the next epoch's snapshot, laid down and not committed.
  struct Draft {
    StateRef state;
    bool adds = false;
    bool begun = false;          // the file is its own
    int64_t folder_failures = 0; // before it was begun
    std::unique_ptr<io::File> file = nullptr;
  };
  std::optional<Draft> draft;
  int64_t grown_by = 0;          // the attempt to whose state may be added: it is known what of it is durable
  io::Turns turns;               // what it does goes one after another
};

}  // namespace freshet::epochs
