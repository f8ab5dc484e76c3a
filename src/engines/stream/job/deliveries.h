#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "engines/stream/job/job.h"
#include "io/task_group.h"

namespace freshet::stream {

// What a pipeline's epochs owe to others than the journal, such as a lake or another cluster: delivered epoch by epoch, oldest first, while the job reads and commits on
// (docs/decisions/0390). A delivery that fails is tried again after a pause that doubles, and nothing behind it goes first. On the pipeline's loop; of one attempt at a time:
// Take, perhaps DeliverOwed, Begin, any number of Owe, End.
class Deliveries {
 public:
  // Tasks are of `group`, whose loop the pipeline's is.
  Deliveries(Env& env, io::TaskGroup& group, const std::string& pipeline);
  ~Deliveries();

  // What earlier attempts left, oldest first, is owed by this job's sinks. kConflict: by one that it does not have. Job and epochs are used until End.
  Status Take(Job& job, ports::Epochs& epochs, std::vector<std::pair<ports::EpochToken, ports::OutboxEntry>> undelivered);
  // All that is owed, each once: ends with the first Fault.
  Task<> DeliverOwed();
  // From here on what is owed is on its way.
  void Begin();
  // An epoch has committed with these.
  Status Owe(const ports::EpochToken& token, std::vector<ports::OutboxEntry> entries);
  // What is under way comes to its end; of an attempt that ends well the rest is tried, too, until something fails. What is left is owed by the next one.
  Task<> End(bool well);

  bool empty() const { return owed_.empty(); }
  int64_t epochs() const { return static_cast<int64_t>(owed_.size()); }
  // Whether another epoch may add to what is owed: else the pipeline waits.
  bool HasRoom() const;
  // Until something has been delivered, or the attempt ends, or until then.
  Task<> Await(MonoTime until);

  // Why the oldest of what is owed could not be delivered; empty: it was not tried, or is under way for the first time.
  const std::string& failure() const { return failure_; }
  bool failing() const { return failing_.value() == 1; }  // there is a failure; from any thread

 private:
  struct Owed {
    ports::EpochToken token;
    std::vector<ports::OutboxEntry> entries;
    size_t delivered = 0;    // of these
    int64_t outbox_bytes = 0;
    int64_t kept_bytes = 0;  // on this disk, by sinks
  };

  Task<> Run();
  Task<> DeliverOldest();
  Task<> Pause(Duration pause);
  void Count(const Owed& owed, int sign);
  void Tell(std::string failure);

  Env& env_;
  io::TaskGroup& group_;
  const std::string pipeline_;
  Logger log_;
  Job* job_ = nullptr;  // of the attempt
  ports::Epochs* epochs_ = nullptr;
  std::deque<Owed> owed_;
  int64_t outbox_bytes_ = 0;
  int64_t kept_bytes_ = 0;
  std::string failure_;
  bool begun_ = false;
  bool running_ = false;  // the task that delivers
  bool ends_ = false;     // without another try of what fails
  bool stops_ = false;    // without another delivery
  io::Signal changed_;
  Gauge& undelivered_;
  Gauge& failing_;
  Counter& failures_;
};

}  // namespace freshet::stream
