#pragma once

#include <memory>
#include <optional>
#include <string>

#include "data/record_batch.h"
#include "links/kafka/client.h"

namespace freshet::links::kafka {

// Writes records to another cluster, in transactions if it has an id for them. On the loop that opened it; what blocks is
// called on a worker while the loop waits.
class Writer {
 public:
  // `transactional_id`: empty: without transactions.
  static Result<std::unique_ptr<Writer>> Open(Env& env, io::Loop& loop, const std::string& table, const Settings& settings, const std::string& transactional_id);

  Client& client() { return *client_; }

  // False: the client has its fill; wait, collect, and send it again. The bytes are copied.
  Result<bool> Send(const std::string& topic, int32_t partition, const data::Record& record);
  // Takes what has been answered: a Fault when the cluster did not take a record.
  Status Collect();
  int64_t pending() const { return pending_; }
  // Waits until something may have been answered.
  Task<> Wait(MonoTime until);

  // A note that a transaction leaves with its records: in the offsets of the group that has the transactions' name.
  struct Note {
    int64_t number = 0;
    std::string text;
  };
  // These block. The first one fences every other writer of this id, and ends what it left open.
  Status BeginSession();
  Result<std::optional<Note>> ReadNote(const std::string& topic);
  Status BeginTransaction();
  Status Commit(const std::string& topic, const std::optional<Note>& note);
  void Abort();

 private:
  Writer(io::Loop& loop, std::unique_ptr<Client> client, std::string transactional_id) : bell_(loop), client_(std::move(client)), transactional_id_(std::move(transactional_id)) {}
  Status Sent(std::string_view what, void* error);

  io::Doorbell bell_;
  std::unique_ptr<Client> client_;
  const std::string transactional_id_;
  rd_kafka_queue_s* queue_ = nullptr;
  int64_t pending_ = 0;
};

}  // namespace freshet::links::kafka
