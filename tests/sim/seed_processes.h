#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>

namespace freshet::testing {

// Runs ranges of seeds in processes of their own, since a crash leaves its house in memory (docs/decisions/0010). `Figures` is copied as bytes; `run(from, to)` makes them in the child.
template <typename Figures, typename Run>
class SeedProcesses {
 public:
  explicit SeedProcesses(Run run) : run_(run) {}

  size_t size() const { return children_.size(); }

  void Begin(uint64_t from, uint64_t to) {
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    std::fflush(stdout);
    pid_t process = fork();
    if (process < 0) std::abort();
    if (process > 0) {
      close(ends[1]);
      children_.insert({process, {from, to, ends[0]}});
      return;
    }
    Figures figures = run_(from, to);
    std::fflush(stdout);
    bool told = write(ends[1], &figures, sizeof figures) == static_cast<ssize_t>(sizeof figures);
    _exit(told ? 0 : 1);
  }

  // What the next one to end has found; `died` where it ended badly, which is a find, too.
  Figures End(const Figures& died) {
    int how = 0;
    pid_t process = wait(&how);
    auto ended = children_.find(process);
    if (ended == children_.end()) std::abort();
    Figures figures;
    if (how != 0 || read(ended->second.answers, &figures, sizeof figures) != static_cast<ssize_t>(sizeof figures)) {
      std::printf("seeds %llu to %llu: their process ended with %d\n", static_cast<unsigned long long>(ended->second.from), static_cast<unsigned long long>(ended->second.to - 1), how);
      figures = died;
    }
    close(ended->second.answers);
    children_.erase(ended);
    return figures;
  }

 private:
  struct Child {
    uint64_t from;
    uint64_t to;
    int answers;  // a pipe's end
  };

  Run run_;
  std::map<pid_t, Child> children_;
};

}  // namespace freshet::testing
