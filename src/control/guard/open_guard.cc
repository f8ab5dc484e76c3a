#include "control/guard/open_guard.h"

#include "base/text.h"

namespace freshet::guard {

Status OpenGuard::Admit(const Ctx& ctx, const ports::Access& access) {
  const io::Principal anonymous;
  bool is_anonymous = ctx.principal == nullptr || (ctx.principal->name == anonymous.name && ctx.principal->tenant == anonymous.tenant);
  if (is_anonymous) return {};
  return Fault::PermissionDenied(access.door, " ", access.verb, ": '", ctx.principal->name, "' of tenant '", ctx.principal->tenant,
                                 "' has no account here; this house knows the anonymous principal only");
}

}  // namespace freshet::guard
