#pragma once

#include <map>
#include <string>
#include <vector>

#include "engines/stream/job/pipeline.h"

namespace freshet::stream {

// Gives the state of a job at rest as a snapshot's bytes, piece by piece, so that no second copy of it stands in memory: all of it, or what has
// changed since it was saved last.
class Saving {
 public:
  // What is said beside the state, with the last piece.
  struct Beside {
    std::map<std::string, std::string> sources;      // where they stand
    std::map<std::string, std::string> left_places;  // see SinkChanges
  };
  Saving(std::vector<Pipeline*> parts, Beside beside, bool all, size_t piece_bytes)
      : parts_(std::move(parts)), beside_(std::move(beside)), all_(all), piece_bytes_(piece_bytes) {}

  bool adds() const { return !all_; }
  std::string Next();
  bool done() const { return done_; }
  int64_t bytes() const { return bytes_; }  // so far

 private:
  std::vector<Pipeline*> parts_;
  Beside beside_;
  const bool all_;
  const size_t piece_bytes_;
  size_t at_ = 0;
  Pipeline::SavePlace place_;
  bool done_ = false;
  int64_t bytes_ = 0;
};

}  // namespace freshet::stream
