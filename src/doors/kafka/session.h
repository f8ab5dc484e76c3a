#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "doors/kafka/line.h"
#include "doors/kafka/login.h"
#include "doors/kafka/requests.h"
#include "io/memory.h"
#include "io/server.h"
#include "io/task_group.h"

namespace freshet::doors::kafka {

// What one API costs. Registered once by the door, used by all sessions.
struct VerbMetrics {
  Counter& requests;
  Counter& kafka_requests;  // the same, as Kafka calls it
  Histogram& elapsed;
};

struct DoorMetrics {
  explicit DoorMetrics(Metrics& metrics);
  std::vector<VerbMetrics> verbs;  // as Verbs()
  Counter& bytes_received;
  Counter& bytes_sent;
  Counter& requests_refused;
};

// One connection. Requests are taken in order and answered in the same order. Produce requests overlap, so that one
// fdatasync can serve several of them; any other request first waits until all before it are done. What was received
// whole is carried out even when the peer has gone, but for what only answers: answers are then dropped, records are not.
// Unanswered requests, and answers that the peer has not read, are bounded in bytes per connection and, over all, by budgets of the door; while these are
// short, a peer who does not take or send on is given up (io/patience.h).
class KafkaSession {
 public:
  KafkaSession(Room& room, DoorMetrics& metrics, io::Served& served)
      : room_(room), metrics_(metrics), served_(served), work_(served.connection().loop(), "kafka session") {}

  // Until the peer has gone, broke the protocol, or the server drains.
  Task<> Run();

 private:
  // One request from its first byte to its answer.
  struct Slot {
    data::OwnBytes frame;
    size_t room = 0;         // of the frame's bytes, counted in the door's budget
    std::vector<io::Reservation> reserved;
    wire::Request request;
    MonoTime arrived;        // its last byte
    const Verb* verb = nullptr;
    bool is_token = false;   // of SASL, without a header
    Result<AnswerFrame> answer = AnswerFrame();
    bool done = false;
    size_t bytes() const { return frame.size() + (answer.ok() ? answer->size() : 0); }
  };

  Task<> TakeRequests();
  Task<bool> ReadFrame(Slot& slot);       // false when the peer closed between frames, or inside one
  Task<bool> ReadMore();                  // into unread_; false at the end of the stream
  Task<size_t> ReadPiece(Slot& slot, size_t have, size_t size);  // how much there is then; 0 when the peer closed
  Task<> Grow(Slot& slot, size_t have, size_t wanted, size_t size);
  bool HasWholeFrame() const;             // in unread_
  Task<> WaitForRoom(size_t bytes);
  Task<> WaitForEarlier();
  Task<> WaitForAnswersOfOthers();
  Status Route(Slot& slot) const;
  Task<> AwaitLogin();                    // closes a connection on which nobody logs in
  bool may_only_log_in() const { return login_.principal == nullptr && !room_.ports.identities.is_open(); }
  size_t frame_bytes_max() const;
  Task<> Carry(Slot& slot);               // runs the verb
  void CountAnswer(Slot& slot);
  Task<> WriteAnswers();
  Task<> WriteFrame(const AnswerFrame& frame);
  void UpdateIdle() { served_.set_idle(waiting_ && slots_.empty() && unread_.empty()); }

  Room& room_;
  DoorMetrics& metrics_;
  io::Served& served_;
  io::TaskGroup work_;
  Login login_;
  Line produces_;
  io::Signal changed_;                        // a slot was done or answered, or reading ended
  std::deque<std::unique_ptr<Slot>> slots_;   // in order of arrival
  size_t bytes_in_flight_ = 0;                // of slots_
  int64_t taken_ = 0, answered_ = 0;          // requests so far
  bool memory_is_short_ = false;              // an answer found no room in the budget: the next request waits until all are gone
  std::string unread_;
  bool waiting_ = false;                      // for the first byte of a request
  bool reading_ended_ = false;
  bool broken_ = false;                       // a request was malformed: nothing after it is taken
  bool peer_deaf_ = false;                    // a write failed: later answers are dropped
};

}  // namespace freshet::doors::kafka
