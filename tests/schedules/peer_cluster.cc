#include "schedules/peer_cluster.h"

#include "io/wait.h"
#include "links/kafka/link_sink.h"

namespace freshet::testing {

// One client of it, with a transactional id. Records are answered in some milliseconds.
class PeerWriter final : public links::kafka::Writer {
 public:
  PeerWriter(PeerCluster& peer, std::string transactional_id) : peer_(peer), id_(std::move(transactional_id)) {}

  Result<bool> Send(const std::string& topic, int32_t partition, const data::Record& record) override {
    if (pending_ == kPendingMax) return false;
    DrawnRecord copy;
    if (record.key) copy.key = std::string(*record.key);
    if (record.value) copy.value = std::string(*record.value);
    sent_.push_back({topic, partition, std::move(copy)});
    ++pending_;
    return true;
  }
  Status Collect() override {
    if (!answered_) return {};
    pending_ = 0;
    answered_ = false;
    if (in_transaction_) return {};
    return peer_.Take(std::exchange(sent_, {}));
  }
  int64_t pending() const override { return pending_; }
  Task<> Wait(MonoTime) override {
    io::SleepUntil pause(peer_.sim_.clock().Now() + Microseconds(static_cast<int64_t>(peer_.random_.Below(2000))));
    co_await pause;
    answered_ = true;
    co_return Status();
  }
  Fault Silent(std::string_view what) const override { return Fault::Unavailable(what); }

  Result<std::string> ClusterId(const Ctx&) override { return std::string("peer"); }
  Result<int32_t> Partitions(const std::string&) override { return PeerCluster::kPartitions; }
  Status BeginSession() override {
    session_ = ++peer_.sessions_[id_].number;
    return {};
  }
  Result<std::optional<Note>> ReadNote(const std::string&) override { return peer_.sessions_[id_].note; }
  Status BeginTransaction() override {
    in_transaction_ = true;
    sent_.clear();
    return {};
  }
  Status Commit(const std::string&, const std::optional<Note>& note) override {
    in_transaction_ = false;
    return peer_.Commit(id_, session_, std::exchange(sent_, {}), note);
  }
  void Abort() override {
    in_transaction_ = false;
    sent_.clear();
  }

 private:
  static constexpr int64_t kPendingMax = 8;

  PeerCluster& peer_;
  const std::string id_;
  int64_t session_ = 0;
  bool in_transaction_ = false;
  std::vector<PeerCluster::Sent> sent_;
  int64_t pending_ = 0;
  bool answered_ = false;
};

Status PeerCluster::Commit(const std::string& id, int64_t number, std::vector<Sent> sent, const std::optional<links::kafka::Writer::Note>& note) {
  Session& session = sessions_[id];
  if (session.number != number) return Fault::Fenced("transactional id '", id, "' has another writer");
  if (Happens(trouble_.lost)) {
    ++figures_.lost;
    return Fault::Unavailable("the peer has not been reached; the schedule has it so");
  }
  RETURN_NOT_OK(Take(std::move(sent)));
  if (note) session.note = note;
  if (!Happens(trouble_.swallowed)) return {};
  ++figures_.swallowed;
  return Fault::Unavailable("no answer came from the peer; the schedule has it so");
}

Status PeerCluster::Take(std::vector<Sent> sent) {
  if (sim_.disk().frozen()) return Fault::Unavailable("the power is gone");
  for (Sent& one : sent) records_[{one.topic, one.partition}].push_back(std::move(one.record));
  return {};
}

Status PeerTables::Check(const ports::TableRequest& table, ports::TableUse use) const {
  if (use != ports::TableUse::kWrite) return Fault::Unsupported("table ", table.name, ": this cluster is only written to");
  return records::ReadTopicOptions(table, records::Cluster::kAnother).status();
}

Task<std::unique_ptr<ports::Sink>> PeerTables::OpenSink(Ctx ctx, ports::TableRequest table) {
  auto options = records::ReadTopicOptions(table, records::Cluster::kAnother);
  if (!options.ok()) co_return options.fault();
  auto rows = records::RowRecords::Open(*options, table);
  if (!rows.ok()) co_return rows.fault();
  auto open_writer = [this, id = links::kafka::TransactionalId(*options, table)]() -> Result<std::unique_ptr<links::kafka::Writer>> { return std::make_unique<PeerWriter>(peer_, id); };
  links::kafka::LinkSinkOptions house;
  house.own_cluster = "house";
  house.directory = directory_;
  auto sink = std::make_unique<links::kafka::LinkSink>(env_, house, *options, table, std::move(rows).value(), open_writer);
  auto beginning = sink->Begin(ctx);
  Status begun = co_await beginning;
  if (!begun.ok()) co_return begun.fault();
  std::unique_ptr<ports::Sink> opened = std::move(sink);
  co_return opened;
}

}  // namespace freshet::testing
