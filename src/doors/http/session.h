#pragma once

#include "base/secret.h"
#include "doors/http/routes.h"
#include "io/server.h"

namespace freshet::doors::http {

// One connection: requests one after another, answers in the same order (RFC 9112 §9.3.2). Keeps at most one head
// and one body in memory.
class HttpSession {
 public:
  HttpSession(Room& room, const HttpOptions& options, io::Served& served)
      : room_(room), options_(options), served_(served) {}

  // Until the peer has gone, broke the protocol, or the server drains.
  Task<> Run();

 private:
  // The next request; nullopt-like `has_request_` false when the peer closed between requests.
  Task<bool> ReadRequest();
  Task<> ReadBody(wire::http::BodyFraming framing, bool expects_continue);
  Task<bool> ReadMore();  // false at the end of the stream
  Task<> Identify(Secret authorization);   // sets principal_; null when nobody said who it is
  Status Hold(size_t bytes);               // takes the memory for so many from the door's budget
  Task<> Answer(const Response& response, bool keep_alive);

  Room& room_;
  const HttpOptions& options_;
  io::Served& served_;
  std::string unread_;
  Request request_;
  ports::PrincipalRef principal_;   // whose request it is
  Secret known_authorization_;      // one that was checked on this connection, and whose it is
  ports::PrincipalRef known_;
  bool keep_alive_ = true;
  io::Reservation held_;            // for the body, or the answer
};

}  // namespace freshet::doors::http
