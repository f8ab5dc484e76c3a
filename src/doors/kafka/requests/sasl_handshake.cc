#include "doors/kafka/login.h"
#include "doors/kafka/requests.h"
#include "wire/kafka/messages/sasl_handshake.h"

namespace freshet::doors::kafka {

// Begins an exchange; on a connection that has logged in, to do so again.
Task<wire::SaslHandshakeResponse> SaslHandshake(Ctx, Room& room, const Call& call, const wire::SaslHandshakeRequest& request) {
  wire::SaslHandshakeResponse response;
  ports::Identities& identities = room.ports.identities;
  bool encrypted = call.served.encrypted();
  if (identities.is_open()) {
    response.error_code = Number(Error::kIllegalSaslState);
    co_return response;
  }
  for (std::string_view mechanism : identities.Mechanisms(encrypted)) response.mechanisms.emplace_back(mechanism);
  auto exchange = identities.BeginSasl(request.mechanism, encrypted);
  if (!exchange.ok()) {
    response.error_code = Number(Error::kUnsupportedSaslMechanism);
    call.login.failed = true;
    co_return response;
  }
  call.login.exchange = std::move(exchange).value();
  call.login.is_raw = call.header.version == 0;
  co_return response;
}

}  // namespace freshet::doors::kafka
