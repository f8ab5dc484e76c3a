#pragma once

#include <memory>

#include "ports/identities.h"

namespace freshet::doors::kafka {

// How far a connection has come in saying who it is.
struct Login {
  std::unique_ptr<ports::SaslExchange> exchange;   // between a handshake and its end
  ports::PrincipalRef principal;                   // null: nobody yet
  std::string name;                                // that the last exchange gave, whether it is one or not
  bool is_raw = false;                             // SaslHandshake 0: tokens follow as frames without a header
  bool failed = false;                             // the connection ends with its next answer
};

}  // namespace freshet::doors::kafka
