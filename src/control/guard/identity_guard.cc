#include "control/guard/identity_guard.h"

#include "base/text.h"

namespace freshet::guard {

Status IdentityGuard::Admit(const Ctx& ctx, const ports::Access& access) {
  if (access.action == ports::Action::kNone) return {};
  if (ctx.principal == nullptr) return Fault::Unauthenticated(access.door, " ", access.verb, ": nobody has logged in on this connection");
  if (identities_.Knows(*ctx.principal)) return {};
  return Fault::Unauthenticated(access.door, " ", access.verb, ": '", ctx.principal->name, "' is not known here any more");
}

}  // namespace freshet::guard
