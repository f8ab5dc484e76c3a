#include "log/plans.h"

#include <cerrno>

namespace freshet::testing {
namespace {

void AllFiles(io::Files& files, const std::string& folder, std::vector<io::Entry>& out) {
  auto entries = files.List(folder);
  if (!entries.ok()) return;
  for (const io::Entry& entry : *entries) {
    std::string path = folder + "/" + entry.name;
    if (entry.is_directory) AllFiles(files, path, out);
    else if (entry.size > 0) out.push_back({path, false, entry.size});
  }
}

}  // namespace

LogHouseOptions SmallHouse() {
  LogHouseOptions options;
  options.journal.file_bytes = 24 << 10;
  options.journal.unprepared_bytes = 12 << 10;
  options.journal.group_bytes_max = 4 << 10;
  options.journal.checkpoint_interval = Seconds(5);
  options.log.partition_flush_bytes = 1500;
  options.log.large_batch_bytes = 1200;
  options.log.joint_inline_bytes = 700;
  options.log.open_writers_max = 2;
  options.log.indexes_max = 2;
  options.log.retention_interval = Seconds(2);
  options.epochs.inline_bytes_max = 200;
  return options;
}

void PlanCrash(SimEnv& sim, SeededRandom& choices, std::span<const std::string_view> points) {
  switch (choices.Below(3)) {
    case 0: sim.CrashAtStep(1 + static_cast<int64_t>(choices.Below(2500))); break;
    case 1: sim.CrashAtChange(1 + static_cast<int64_t>(choices.Below(300))); break;
    default: {
      uint64_t point = choices.Below(points.size());
      sim.CrashAtPoint(std::string(points[point]), 1 + static_cast<int64_t>(choices.Below(12)));
    }
  }
}

std::string PlanFault(SimEnv& sim, SeededRandom& choices) {
  static constexpr FsCall kCalls[] = {FsCall::kSync, FsCall::kWrite, FsCall::kOpen, FsCall::kRename, FsCall::kSyncDirectory, FsCall::kRemove, FsCall::kRead};
  FsCall call = kCalls[choices.Below(std::size(kCalls))];
  int error = choices.Below(3) == 0 ? ENOSPC : EIO;
  std::string where = choices.Below(2) == 0 ? "journal" : "";
  int nth = 8 + static_cast<int>(choices.Below(60));
  sim.disk().Fail(call, where, error, nth);
  return StrCat(" ", FsCallName(call), " #", nth, " '", where, "' errno ", error, ";");
}

std::string RotSomewhere(SimEnv& sim, SeededRandom& choices) {
  std::vector<io::Entry> files;
  AllFiles(sim.disk(), "data", files);
  const io::Entry& file = files[choices.Below(files.size())];
  auto place = static_cast<int64_t>(choices.Below(static_cast<uint64_t>(file.size)));
  std::string what;
  switch (choices.Below(3)) {
    case 0:
      what = "a flipped bit";
      sim.disk().FlipBit(file.name, place, static_cast<int>(choices.Below(8)));
      break;
    case 1:
      what = "a zeroed sector";
      sim.disk().Overwrite(file.name, place, std::string(static_cast<size_t>(std::min<int64_t>(512, file.size - place)), '\0'));
      break;
    default:
      what = "a cut";
      sim.disk().Cut(file.name, place);
  }
  return StrCat(" (", what, " in ", file.name, " at ", place, " of ", file.size, ")");
}

}  // namespace freshet::testing
