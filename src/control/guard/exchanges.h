#pragma once

#include "control/guard/identities.h"

// The server's side of the SASL mechanisms that are spoken.

namespace freshet::guard {

std::unique_ptr<ports::SaslExchange> NewScramExchange(Identities& identities, data::ScramMechanism mechanism);
std::unique_ptr<ports::SaslExchange> NewPlainExchange(Identities& identities);

}  // namespace freshet::guard
