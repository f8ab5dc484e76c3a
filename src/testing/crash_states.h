#pragma once

#include <functional>
#include <string>
#include <vector>

#include "testing/fault_fs.h"

namespace freshet::testing {

// One disk that a power cut could have left behind.
struct CrashState {
  DiskImage disk;
  int64_t mark = 0;      // what the workload had promised by then (acknowledged records, say)
  std::string story;     // where the cut came and what was lost, for messages
};

struct CrashReport {
  int64_t cuts = 0;        // moments at which the power went
  int64_t states = 0;      // disks tried
  int64_t sampled = 0;     // cuts with more combinations than states_per_cut_max, of which some were drawn
  std::vector<std::string> violations;
};

// A CrashStates watches a FaultFs while a workload runs and keeps the disk as it was before every change and at the
// end; ForEach then visits each disk that a power cut at one of these moments can leave: all combinations of fates
// (bounded per cut; beyond the bound the combinations are sampled with a fixed seed). The FaultFs must outlive it.
class CrashStates {
 public:
  explicit CrashStates(FaultFs& fs, std::function<int64_t()> mark = [] { return int64_t{0}; });
  ~CrashStates();

  // Ends the watching; the disk as it is now is the last moment.
  void Stop();

  // `check` gets each state and says what is wrong with it, or "" when all promises hold.
  CrashReport ForEach(const std::function<std::string(const CrashState&)>& check, int64_t states_per_cut_max = 4096) const;

 private:
  struct Moment {
    DiskImage disk;
    int64_t mark;
    std::string before;
  };

  FaultFs& fs_;
  std::function<int64_t()> mark_;
  std::vector<Moment> moments_;
  bool watching_ = true;
};

}  // namespace freshet::testing
