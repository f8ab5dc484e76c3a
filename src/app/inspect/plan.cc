#include "app/inspect/plan.h"

#include "app/house.h"
#include "app/inspect/verify.h"
#include "engines/journal/data_dir.h"
#include "io/real_env.h"
#include "io/run_to_end.h"

namespace freshet::app {
namespace {

constexpr int64_t kOverlayBytesMax = int64_t{2} << 30;  // twice what a journal may hold

class Lines final : public LogSink {
 public:
  void WriteLine(std::string_view line) override {
    std::lock_guard lock(mutex_);
    lines_.emplace_back(line);
  }
  std::vector<std::string> Take() {
    std::lock_guard lock(mutex_);
    return std::move(lines_);
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;  // GUARDED_BY(mutex_)
};

Task<> StartAndStop(House& house) {
  auto open = house.OpenStore();
  Status started = co_await open;
  auto close = house.Close();
  Status closed = co_await close;
  if (!started.ok()) co_return started;
  co_return closed;
}

Status TryStart(io::Files& files, const std::string& folder, Lines& lines) {
  ASSIGN_OR_RETURN(auto env, io::RealEnv::Open({.loops = 1, .general_workers = 1, .log_sink = &lines, .files = &files}));
  ASSIGN_OR_RETURN(Config config, ReadConfig("", "", {}));
  ASSIGN_OR_RETURN(auto house, House::BuildStore(*env, config, folder));
  return io::RunToEnd(*env, StartAndStop(*house));
}

}  // namespace

Result<Plan> PlanStart(io::Files& files, const std::string& folder) {
  ASSIGN_OR_RETURN(bool is_there, journal::DataDir::IsThere(files, folder));
  if (!is_there) return Fault::NotFound("no house keeps its data in ", folder, "; name the folder that freshet up --data was given");
  OverlayFiles overlay(files, kOverlayBytesMax);
  Lines lines;
  Plan plan;
  plan.start = TryStart(overlay, folder, lines);
  plan.log = lines.Take();
  if (plan.start.code() == Code::kExhausted) return plan.start;  // of memory here: it says nothing of a real start
  if (!plan.start.ok()) return plan;
  for (OverlayFiles::Change& change : overlay.Changes()) {
    if (change.path.starts_with(folder + "/")) plan.changes.push_back(std::move(change));
  }
  ASSIGN_OR_RETURN(plan.after, VerifyDataFolder(overlay, folder));
  return plan;
}

std::vector<std::string> ToLines(const Plan& plan, const std::string& folder) {
  static constexpr std::string_view kWords[] = {"makes   ", "writes  ", "removes "};
  std::vector<std::string> lines;
  for (const std::string& said : plan.log) lines.push_back("says    " + said);
  if (!plan.start.ok()) {
    lines.push_back("refuses " + plan.start.fault().message());
    return lines;
  }
  for (const OverlayFiles::Change& change : plan.changes) {
    std::string line = StrCat(kWords[static_cast<size_t>(change.kind)], change.path.substr(folder.size() + 1));
    if (change.kind != OverlayFiles::Change::Kind::kRemoved) line += StrCat(", then ", change.bytes, " bytes");
    lines.push_back(std::move(line));
  }
  for (const Finding& finding : plan.after.findings) {
    if (finding.weight != Finding::Weight::kNote) lines.push_back("remains " + ToLine(finding));
  }
  return lines;
}

}  // namespace freshet::app
