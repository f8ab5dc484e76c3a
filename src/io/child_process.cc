#include "io/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "io/descriptors.h"
#include "io/os_error.h"
#include "io/tcp_net.h"

namespace freshet::io {
namespace {

constexpr int kExitPatienceMs = 20;

class PosixChild final : public ChildProcess {
 public:
  PosixChild(PosixProcesses& processes, pid_t pid, std::unique_ptr<Connection> connection) : processes_(processes), pid_(pid), connection_(std::move(connection)) {}
  ~PosixChild() override { Kill(); }

  Connection& connection() override { return *connection_; }

  // One that has closed its socket may still be on its way out.
  std::string End() override {
    if (ended_.empty()) AwaitExit();
    return Kill();
  }

 private:
  // For as long as a loop may be held up.
  void AwaitExit() const {
    auto process = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    if (process < 0) return;
    pollfd exit{process, POLLIN, 0};
    poll(&exit, 1, kExitPatienceMs);
    close(process);
  }

  std::string Kill() {
    if (!ended_.empty()) return ended_;
    int status = 0;
    bool gone = waitpid(pid_, &status, WNOHANG) == pid_;
    kill(-pid_, SIGKILL);  // what it has started, too
    if (!gone) {
      AwaitExit();
      gone = waitpid(pid_, &status, WNOHANG) == pid_;
    }
    if (!gone) processes_.Leave(pid_);
    connection_->Close();
    ended_ = gone ? Told(status) : "was killed";
    return ended_;
  }

  static std::string Told(int status) {
    if (WIFSIGNALED(status)) return StrCat("was killed by signal ", WTERMSIG(status));
    return StrCat("exited with status ", WEXITSTATUS(status));
  }

  PosixProcesses& processes_;
  const pid_t pid_;
  const std::unique_ptr<Connection> connection_;
  std::string ended_;
};

// What a program starts with. Freed with it.
class Beginning {
 public:
  explicit Beginning(int input) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Beginning() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  Beginning(const Beginning&) = delete;
  Beginning& operator=(const Beginning&) = delete;

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

std::vector<std::string> CleanEnvironment() {
  std::vector<std::string> kept;
  for (const char* name : {"PATH", "HOME", "LANG", "TZ"}) {
    const char* value = std::getenv(name);
    if (value != nullptr) kept.push_back(StrCat(name, "=", value));
  }
  return kept;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

Result<pid_t> Spawn(const Program& program, int input) {
  Beginning beginning(input);
  std::vector<std::string> arguments{program.path};
  arguments.insert(arguments.end(), program.arguments.begin(), program.arguments.end());
  std::vector<std::string> environment = CleanEnvironment();
  pid_t pid = 0;
  int error = posix_spawnp(&pid, program.path.c_str(), beginning.actions(), beginning.attributes(), Pointers(arguments).data(), Pointers(environment).data());
  if (error != 0) return FaultFromErrno(error, "start", program.path);
  GiveUsualDescriptorLimit(pid);
  return pid;
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> PosixProcesses::Start(Loop& loop, const Program& program) {
  LookAtLeft();
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return FaultFromErrno(errno, "open a socket for", program.name);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  auto connection = ConnectionOver(loop, ends[0], program.name);
  auto pid = Spawn(program, ends[1]);
  close(ends[1]);
  if (!pid.ok()) return pid.fault();
  return std::unique_ptr<ChildProcess>(std::make_unique<PosixChild>(*this, *pid, std::move(connection)));
}

void PosixProcesses::Leave(int pid) {
  std::lock_guard lock(mutex_);
  left_.push_back(pid);
}

void PosixProcesses::LookAtLeft() {
  std::lock_guard lock(mutex_);
  std::erase_if(left_, [](int pid) { return waitpid(pid, nullptr, WNOHANG) != 0; });
}

}  // namespace freshet::io
