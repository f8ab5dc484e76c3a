#pragma once

#include "ports/guard.h"
#include "ports/identities.h"

namespace freshet::guard {

// The guard of a house with identities: nobody may do anything but log in; whoever has logged in, and is still known, may do all that
// the doors' tables name. Owned by House.
class IdentityGuard final : public ports::Guard {
 public:
  explicit IdentityGuard(const ports::Identities& identities) : identities_(identities) {}
  Status Admit(const Ctx& ctx, const ports::Access& access) override;

 private:
  const ports::Identities& identities_;
};

}  // namespace freshet::guard
