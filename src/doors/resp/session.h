#pragma once

#include <deque>
#include <string>
#include <vector>

#include "doors/resp/requests.h"
#include "io/memory.h"
#include "io/server.h"
#include "wire/resp/request.h"

namespace freshet::doors::resp {

// Registered once by the door, used by all sessions.
struct DoorMetrics {
  explicit DoorMetrics(Metrics& metrics);
  Counter& requests;
  Counter& bytes_received;
  Counter& bytes_sent;
  Counter& protocol_errors;
  Histogram& batch;
};

// One connection. Requests that came together run together, as one program on the keys, and are answered in order by one
// write: a pipeline costs one fdatasync. Memory for requests and answers larger than one read is
// taken from the door's budget; what finds no room is refused.
class RespSession {
 public:
  RespSession(Room& room, DoorMetrics& metrics, io::Served& served);
  ~RespSession();

  // Until the peer has gone, broke the protocol, said QUIT, or the server drains.
  Task<> Run();

 private:
  Status CutRequests();             // from unread_ into batch_
  Task<> CarryBatch();
  Task<> CheckLogin(size_t request);   // of batch_; when it is one
  Task<bool> ReadMore();            // into unread_; false at the end of the stream
  Task<> Answer();

  Room& room_;
  DoorMetrics& metrics_;
  io::Served& served_;
  Client client_;
  std::string unread_;
  io::Reservation reserved_;        // of what unread_ may hold beyond one read
  MonoTime piece_began_;            // of a request that is larger than one read
  size_t piece_end_ = 0;
  wire::resp::RequestParser parser_;
  size_t parsed_ = 0;               // bytes of unread_ that batch_ covers
  std::vector<std::vector<std::string_view>> batch_;
  std::deque<std::string> words_;          // of inline requests of batch_
  std::string replies_;
  std::vector<io::Reservation> held_;      // of replies_, where they are larger than one read
};

}  // namespace freshet::doors::resp
