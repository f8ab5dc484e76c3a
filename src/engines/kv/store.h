#pragma once

#include <deque>
#include <memory>
#include <shared_mutex>
#include <string>
#include <vector>

#include "engines/kv/key_map.h"
#include "io/env.h"
#include "io/task_group.h"
#include "ports/event_log.h"
#include "ports/key_value.h"
#include "ports/topics.h"

namespace freshet::kv {

struct StoreOptions {
  std::string topic = "__kv";
  int64_t memory_bytes_max = 256 << 20;
  size_t key_bytes_max = 64 << 10;
  int64_t entry_bytes_max = 4 << 20;     // of one key with its value
  int64_t group_bytes_max = 4 << 20;     // records of one append
};

class Overlay;

// The Store keeps durable ordinary keys: each change is a record of an internal topic (the key's whole state, or a
// tombstone), and the keys in memory are what reading that topic from its start gives. Programs that only read run at once,
// on the loop of their caller; programs that write stand in one queue, and all that wait are made durable by one append.
// Nobody sees a change before it is durable. Owned by House; the writer lives on loop 0.
class Store final : public ports::KeyValue {
 public:
  // `derived` may be null.
  Store(Env& env, StoreOptions options, ports::EventLog& log, ports::Topics& topics, const ports::DerivedKeys* derived);
  ~Store() override;

  // Makes the topic if needed, reads it whole, starts the writer. On loop 0.
  Task<> Begin();
  // On loop 0, when no program runs any more.
  Task<> Close();

  Task<> Run(Ctx ctx, ports::KeyProgram& program) override;

 private:
  friend class Overlay;
  // A writing program in the queue.
  struct Waiting {
    ports::KeyProgram& program;
    io::Signal done_signal;
    bool done = false;
    Status outcome;
  };

  Task<> Queue(ports::KeyProgram& program);
  Task<> WriteAll();
  Task<> WriteGroup();
  Task<> Append(Overlay& changes);
  Task<> SweepExpired();
  Task<> Replay();
  Status ReplayBatch(std::string_view batch);
  void Merge(Overlay& changes);
  void Account();

  Env& env_;
  const StoreOptions options_;
  Logger log_;
  ports::EventLog& event_log_;
  ports::Topics& topics_;
  const ports::DerivedKeys* const derived_;
  io::Budget budget_;
  data::PartitionKey partition_;
  std::shared_mutex mutex_;
  KeyMap keys_;                      // GUARDED_BY(mutex_); changed on loop 0 only
  int64_t reserved_ = 0;             // of budget_, for keys_; loop 0
  std::deque<Waiting*> queue_;       // loop 0
  io::Signal queued_;                // loop 0
  bool closing_ = false;             // loop 0
  io::TaskGroup work_;
  Gauge& keys_gauge_;
  Gauge& bytes_gauge_;
  Counter& expired_;
};

}  // namespace freshet::kv
