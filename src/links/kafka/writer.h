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
  virtual ~Writer() = default;

  // False: there is no room; wait, collect, and send it again. The bytes are copied.
  virtual Result<bool> Send(const std::string& topic, int32_t partition, const data::Record& record) = 0;
  // Takes what has been answered: a Fault when the cluster did not take a record.
  virtual Status Collect() = 0;
  virtual int64_t pending() const = 0;
  // Waits until something may have been answered.
  virtual Task<> Wait(MonoTime until) = 0;
  // Of a cluster that answers nothing.
  virtual Fault Silent(std::string_view what) const = 0;

  // A note that a transaction leaves with its records: in the offsets of the group that has the transactions' name.
  struct Note {
    int64_t number = 0;
    std::string text;
  };
  // These block. The first session of an id fences every other writer of it, and ends what that left open.
  virtual Result<std::string> ClusterId(const Ctx& ctx) = 0;
  virtual Result<int32_t> Partitions(const std::string& topic) = 0;
  virtual Status BeginSession() = 0;
  virtual Result<std::optional<Note>> ReadNote(const std::string& topic) = 0;
  virtual Status BeginTransaction() = 0;
  virtual Status Commit(const std::string& topic, const std::optional<Note>& note) = 0;
  virtual void Abort() = 0;
};

// By librdkafka.
class ClientWriter final : public Writer {
 public:
  // `transactional_id`: empty: without transactions.
  static Result<std::unique_ptr<Writer>> Open(Env& env, io::Loop& loop, const std::string& table, const Settings& settings, const std::string& transactional_id);

  Result<bool> Send(const std::string& topic, int32_t partition, const data::Record& record) override;
  Status Collect() override;
  int64_t pending() const override { return pending_; }
  Task<> Wait(MonoTime until) override;
  Fault Silent(std::string_view what) const override;
  Result<std::string> ClusterId(const Ctx& ctx) override { return client_->ClusterId(ctx); }
  Result<int32_t> Partitions(const std::string& topic) override { return client_->Partitions(topic); }
  Status BeginSession() override;
  Result<std::optional<Note>> ReadNote(const std::string& topic) override;
  Status BeginTransaction() override;
  Status Commit(const std::string& topic, const std::optional<Note>& note) override;
  void Abort() override;

 private:
  ClientWriter(io::Loop& loop, std::unique_ptr<Client> client, std::string transactional_id) : bell_(loop), client_(std::move(client)), transactional_id_(std::move(transactional_id)) {}
  Status Sent(std::string_view what, void* error);

  io::Doorbell bell_;
  std::unique_ptr<Client> client_;
  const std::string transactional_id_;
  rd_kafka_queue_s* queue_ = nullptr;
  int64_t pending_ = 0;
};

}  // namespace freshet::links::kafka
