#include <algorithm>
#include <cstdio>

#include "app/commands/command.h"
#include "app/house.h"
#include "app/project.h"
#include "io/descriptors.h"
#include "io/posix_files.h"
#include "io/real_env.h"
#include "io/run_to_end.h"
#include "io/wait.h"
#include "io/working_folder.h"

namespace freshet::app {
namespace {

constexpr Option kOptions[] = {{"--data"}, {"--set", true, true}};
constexpr int kWorkers = 8;  // they mostly wait for the disk

// Segments that are held open for appending, of two descriptors each, have a fourth of what the process may open: one that is closed to make room must be synced
// first, and a start that replays five thousand partitions would wait for the disk at each. Of few, where a fourth is all that connections leave, an eighth.
int WritersMax(int64_t descriptors) {
  constexpr int64_t kDescriptorsOfAWriter = 2, kFew = 1024, kWritersMin = 4, kWritersMax = 8192;
  int64_t share = descriptors < kFew ? 8 : 4;
  return static_cast<int>(std::clamp(descriptors / kDescriptorsOfAWriter / share, kWritersMin, kWritersMax));
}

// Notified by SIGTERM or SIGINT, on loop 0.
class Termination final : public io::Job {
 public:
  void Run() override {
    arrived_ = true;
    signal_.NotifyAll();
  }
  Task<> Await() {
    while (!arrived_) {
      io::Signal::Waiter wait(signal_, MonoTime::Never());
      co_await wait;
    }
    co_return Status::Ok();
  }

 private:
  bool arrived_ = false;
  io::Signal signal_;
};

Result<Config> LoadConfig(io::Files& files, const std::string& folder, const ParsedArguments& arguments) {
  std::vector<Override> overrides;
  for (const std::string& text : arguments.values("--set")) {
    ASSIGN_OR_RETURN(Override set, ParseOverride(text));
    overrides.push_back(std::move(set));
  }
  return ReadProjectConfig(files, folder, overrides);
}

// Paths of tables begin at the project folder, wherever the program was started; what its command line names begins where that was.
Status EnterProject(std::string& folder, std::string& data) {
  if (folder == ".") return {};
  ASSIGN_OR_RETURN(std::string here, io::WorkingFolder());
  for (std::string* path : {&folder, &data}) {
    if (!path->starts_with('/')) *path = StrCat(here, "/", *path);
  }
  return io::EnterFolder(folder);
}

Task<> Serve(House& house, Termination& termination) {
  auto open = house.Open();
  Status opened = co_await open;
  if (opened.ok()) {
    std::puts("ready");
    std::fflush(stdout);
    auto wait = termination.Await();
    co_await wait;
  }
  auto close = house.Close();
  Status closed = co_await close;
  if (!opened.ok()) co_return opened;
  co_return closed;
}

}  // namespace

Result<int> Up(const Arguments& words) {
  ASSIGN_OR_RETURN(ParsedArguments arguments, ParseArguments(words, kOptions, 1));
  std::string folder = arguments.words.empty() ? "." : arguments.words[0];
  io::PosixFiles files;
  ASSIGN_OR_RETURN(Config config, LoadConfig(files, folder, arguments));
  std::string data = arguments.value("--data", DataFolder(folder, config));
  RETURN_NOT_OK(EnterProject(folder, data));
  config.log_writers_max = WritersMax(io::RaiseDescriptorLimit());
  ASSIGN_OR_RETURN(auto env, io::RealEnv::Open({.loops = static_cast<int>(config.loops), .general_workers = kWorkers, .memory_bytes = config.memory_bytes,
                                                .log_level = config.log_level, .holds_termination = true}));
  ASSIGN_OR_RETURN(auto house, House::Build(*env, config, folder, data));
  Termination termination;
  RETURN_NOT_OK(env->OnTermination(termination));
  RETURN_NOT_OK(io::RunToEnd(*env, Serve(*house, termination)));
  return 0;
}

}  // namespace freshet::app
