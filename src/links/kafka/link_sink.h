#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/records/row_records.h"
#include "io/env.h"
#include "io/turn.h"
#include "links/kafka/outbox.h"
#include "links/kafka/writer.h"
#include "ports/connector.h"
#include "ports/schema_registry.h"

namespace freshet::links::kafka {

struct LinkSinkOptions {
  std::string own_cluster;      // the id of this house, which is no other cluster
  std::string directory;        // where rows of an epoch wait that are too many for its record; empty: the epoch is not kept
  ports::SchemaRegistry* registry = nullptr;  // there where the records name schemas
};

// A LinkSink writes records to a topic of another cluster. At least once: sent at each Flush and acknowledged. Exactly once:
// an epoch's records wait in its outbox, and are delivered by one transaction that also notes the epoch; who comes after a
// crash, or after a delivery that failed, reads the note first. On the loop that opened it; after a Fault of another verb than Deliver it is thrown away.
//
// Exactly once Deliver runs beside the others, for as long as the other cluster is away:
// - Write and Flush have the rows, which Deliver does not know: it sends what stands in its outbox.
// - Prepare takes the rows and writes a file of its own epoch; what is owed has files of older ones. Partitions are set on the loop, by who is about to deliver anyway. So it
//   waits for no other cluster, but for the first one of an attempt, which asks whether the cluster knows later epochs: it needs the session, as Deliver does, and who comes second
//   waits for the first's (BeginSession). Whether the session's note names this epoch or a later one does not hang on how far Deliver is: what that notes are older epochs, and it
//   forgets the note as the session found it only where that was of an epoch older than what it sent.
class LinkSink final : public ports::Sink {
 public:
  using OpenWriter = std::function<Result<std::unique_ptr<Writer>>()>;

  LinkSink(Env& env, LinkSinkOptions house, const records::TopicOptions& options, const data::TableRequest& table, std::unique_ptr<records::RowRecords> rows, OpenWriter open_writer);

  // Opens a writer and finds the topic; a cluster that makes topics when they are asked for makes it.
  Task<> Begin(Ctx ctx);

  Status Write(const data::Batch& batch) override;
  int64_t buffered_bytes() const override { return rows_->bytes(); }
  Task<> Flush(Ctx ctx) override;
  Task<ports::Prepared> Prepare(Ctx ctx, ports::EpochToken token) override;
  Result<int64_t> Owe(const ports::EpochToken& token, std::string_view outbox) override;
  Task<> Deliver(Ctx ctx, ports::EpochToken token, std::string outbox) override;

 private:
  Result<int32_t> LookUpTopic(const Ctx& ctx) const;
  Task<> LookAgain();
  Result<std::vector<OwedRecords>> TakeOwed();
  Task<> RemoveUnborn(ports::EpochToken token);
  Task<Outbox> Keep(ports::EpochToken token, std::string rows);
  Task<> BeginSession();
  void EndSession();
  Task<> RefuseOlderFolder(ports::EpochToken token);
  bool HasFrom(const ports::EpochToken& token) const;
  Task<> DeliverInSession(ports::EpochToken token, Outbox outbox);
  Task<> DeliverRows(ports::EpochToken token, Outbox outbox);
  Task<> Transact(ports::EpochToken token, std::vector<OwedRecords> rows);
  Task<> SendOwed(std::vector<OwedRecords> rows);
  Task<> SendRows(std::vector<records::OutgoingRecord> rows);
  Task<> SendWithRoom(int32_t partition, const data::Record& record);
  Task<> AwaitAnswers(int64_t pending_max);
  Fault OfTable(const Fault& fault) const { return Fault(fault.code(), fault.blame(), fault.retry(), StrCat("table ", table_, ": ", fault.message())); }

  Env& env_;
  const LinkSinkOptions house_;
  const records::TopicOptions options_;
  const std::string table_;
  const std::string writer_name_;    // empty: a run to the end, which has no epochs to note
  const std::string& topic_;
  std::unique_ptr<records::RowRecords> rows_;
  const OpenWriter open_writer_;
  std::unique_ptr<Writer> writer_;   // absent behind a session that failed: the next one has a new client
  records::PartitionChoice partition_;
  int64_t record_bytes_max_;
  int32_t partitions_ = 0;
  MonoTime next_look_;
  int64_t owed_here_bytes_ = 0;      // rows in outboxes that are not delivered
  bool in_session_ = false;
  io::Turns session_turns_;          // of those who ask for one
  bool has_prepared_ = false;        // an epoch, in this life
  bool has_asked_ = false;           // whether the cluster knows later epochs
  std::optional<Writer::Note> note_; // as the session found it
  Counter& written_;
};

// The id of a table's transactions, and the group that keeps their note.
std::string TransactionalId(const records::TopicOptions& options, const data::TableRequest& table);

}  // namespace freshet::links::kafka
