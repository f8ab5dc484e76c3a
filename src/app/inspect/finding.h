#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace freshet::app {

// One place of a data folder that is not as it should be.
struct Finding {
  enum class Weight : unsigned char {
    kNote,    // costs nothing: what a crash leaves behind
    kDamage,  // something is lost; the rest is served
    kStops,   // a house would not start on it
  };
  Weight weight = Weight::kNote;
  std::string path;   // in the data folder
  int64_t at = 0;     // byte in that file
  std::string what;
  std::string costs;  // what is lost, and what readers of it meet
};

// What was looked at.
struct Verified {
  std::vector<Finding> findings;
  int64_t files = 0;
  int64_t bytes = 0;

  bool holds() const {
    for (const Finding& finding : findings) {
      if (finding.weight != Finding::Weight::kNote) return false;
    }
    return true;
  }
};

// "damage  log/… at 4160: what; costs: …"
std::string ToLine(const Finding& finding);

}  // namespace freshet::app
