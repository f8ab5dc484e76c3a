#pragma once

#include <string_view>

#include "base/status.h"
#include "io/ctx.h"

namespace freshet::ports {

// What a request wants to do to what it names. Each door's table gives every request one.
enum class Action : unsigned char {
  kNone,      // says nothing that the process list does not; not asked for
  kConnect,   // about the connection itself
  kObserve,   // counts, settings, topology
  kDescribe,
  kRead,
  kWrite,
  kCreate,
  kAlter,
  kDelete,
  kDecide,
};
std::string_view ActionName(Action action);

struct Access {
  std::string_view door;  // "kafka"
  std::string_view verb;  // the table's name for the request
  Action action = Action::kNone;
};

// The one place that every request of every door passes before its verb runs: permissions, quotas and audit are decided here and
// nowhere else. Thread-safe; must not wait.
class Guard {
 public:
  virtual ~Guard() = default;
  // kPermissionDenied: the principal may not; kExhausted: its quota is used up.
  virtual Status Admit(const Ctx& ctx, const Access& access) = 0;
};

inline std::string_view ActionName(Action action) {
  switch (action) {
    case Action::kNone: return "none";
    case Action::kConnect: return "connect";
    case Action::kObserve: return "observe";
    case Action::kDescribe: return "describe";
    case Action::kRead: return "read";
    case Action::kWrite: return "write";
    case Action::kCreate: return "create";
    case Action::kAlter: return "alter";
    case Action::kDelete: return "delete";
    case Action::kDecide: return "decide";
  }
  return "none";
}

}  // namespace freshet::ports
