#pragma once

#include "ports/guard.h"

namespace freshet::guard {

// The guard of a house that listens on loopback without accounts: the one anonymous principal may do all that the doors' tables name,
// any other principal nothing. Owned by House.
class OpenGuard final : public ports::Guard {
 public:
  Status Admit(const Ctx& ctx, const ports::Access& access) override;
};

}  // namespace freshet::guard
