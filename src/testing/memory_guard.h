#pragma once

#include <mutex>
#include <set>
#include <string>

#include "base/text.h"
#include "ports/guard.h"

namespace freshet::testing {

// Admits everything but the verbs it was told to deny, by "door verb"; and, when it asks for a login, what nobody may who has not
// logged in. Thread-safe.
class MemoryGuard final : public ports::Guard {
 public:
  Status Admit(const Ctx& ctx, const ports::Access& access) override {
    std::string name = StrCat(access.door, " ", access.verb);
    std::lock_guard lock(mutex_);
    asked_.insert(name);
    if (asks_for_login_ && ctx.principal == nullptr && access.action != ports::Action::kNone) return Fault::Unauthenticated(name, ": nobody has logged in");
    if (denied_.contains(name)) return Fault::PermissionDenied(name, " is denied");
    return {};
  }

  void Deny(std::string name) {
    std::lock_guard lock(mutex_);
    denied_.insert(std::move(name));
  }
  void AskForLogin() { asks_for_login_ = true; }   // before the door opens
  bool Asked(const std::string& name) const {
    std::lock_guard lock(mutex_);
    return asked_.contains(name);
  }

 private:
  bool asks_for_login_ = false;
  mutable std::mutex mutex_;
  std::set<std::string> denied_;  // GUARDED_BY(mutex_)
  std::set<std::string> asked_;   // GUARDED_BY(mutex_)
};

}  // namespace freshet::testing
