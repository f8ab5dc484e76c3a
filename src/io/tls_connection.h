#pragma once

#include <memory>

#include "io/tls.h"

struct ssl_st;  // OpenSSL's SSL

namespace freshet::io {

// TLS over any Connection. `ssl` is set to its side (accept or connect) and is taken over.
std::unique_ptr<TlsConnection> NewTlsConnection(std::unique_ptr<Connection> plain, ssl_st* ssl);

// What OpenSSL complained about last on this thread, and forgets then.
std::string TlsComplaint();

}  // namespace freshet::io
