#include "testing/crash_states.h"

#include "testing/seeded_random.h"

namespace freshet::testing {
namespace {

// Counts through all combinations like an odometer; false after the last.
bool NextCombination(const std::vector<std::vector<Fate>>& possible, std::vector<size_t>& picks) {
  for (size_t i = 0; i < picks.size(); ++i) {
    if (++picks[i] < possible[i].size()) return true;
    picks[i] = 0;
  }
  return false;
}

int64_t CountCombinations(const std::vector<std::vector<Fate>>& possible, int64_t bound) {
  int64_t count = 1;
  for (const auto& fates : possible) {
    count *= static_cast<int64_t>(fates.size());
    if (count > bound) return bound + 1;
  }
  return count;
}

std::string StoryOf(const std::string& before, const DiskImage& disk, const std::vector<Fate>& fates) {
  static constexpr std::string_view kNames[] = {"lost", "kept", "torn: front kept", "torn: back kept", "zeroed"};
  std::string story = StrCat("power cut before ", before);
  auto pending = disk.DescribePending();
  for (size_t i = 0; i < pending.size(); ++i) story += StrCat("; ", pending[i], " ", kNames[static_cast<size_t>(fates[i])]);
  return story;
}

}  // namespace

CrashStates::CrashStates(FaultFs& fs, std::function<int64_t()> mark) : fs_(fs), mark_(std::move(mark)) {
  fs_.set_before_change([this](FsCall call, const std::string& path) {
    moments_.push_back({fs_.image(), mark_(), StrCat(FsCallName(call), " ", path)});
  });
}

CrashStates::~CrashStates() { Stop(); }

void CrashStates::Stop() {
  if (!std::exchange(watching_, false)) return;
  fs_.set_before_change(nullptr);
  moments_.push_back({fs_.image(), mark_(), "the end"});
}

CrashReport CrashStates::ForEach(const std::function<std::string(const CrashState&)>& check, int64_t states_per_cut_max) const {
  CrashReport report;
  SeededRandom random(1);
  for (const Moment& moment : moments_) {
    ++report.cuts;
    auto possible = moment.disk.PossibleFates();
    bool sampled = CountCombinations(possible, states_per_cut_max) > states_per_cut_max;
    if (sampled) ++report.sampled;
    std::vector<size_t> picks(possible.size(), 0);
    for (int64_t tried = 0; tried < states_per_cut_max; ++tried) {
      if (sampled) {
        for (size_t i = 0; i < picks.size(); ++i) picks[i] = random.Below(possible[i].size());
      }
      std::vector<Fate> fates;
      for (size_t i = 0; i < picks.size(); ++i) fates.push_back(possible[i][picks[i]]);
      ++report.states;
      CrashState state{moment.disk.AfterCrash(fates), moment.mark, StoryOf(moment.before, moment.disk, fates)};
      std::string wrong = check(state);
      if (!wrong.empty()) report.violations.push_back(StrCat(wrong, " (", state.story, ")"));
      if (!sampled && !NextCombination(possible, picks)) break;
    }
  }
  return report;
}

}  // namespace freshet::testing
