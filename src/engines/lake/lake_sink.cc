#include "engines/lake/lake_sink.h"

#include "base/planted.h"
#include "io/wait.h"

namespace freshet::lake {
namespace {

constexpr int kRacesMax = 1000;
constexpr int64_t kManifestListBytesMax = 256_MiB;

// Appends rows to one table. Between Flushes rows wait in memory; Prepare leaves data files and the manifest that lists
// them; Deliver makes a snapshot of the manifest, and shares nothing with the other verbs: to the table it is one writer
// among others, and RefuseOlderFolder asks for epochs that are newer than any that is owed.
class LakeSink final : public ports::Sink {
 public:
  LakeSink(Env& env, HadoopTable at, OpenedTable table, LakeOptions options, const ParquetFormat& format, const ports::TableRequest& request)
      : env_(env), at_(std::move(at)), table_(std::move(table)), name_(request.name), has_epochs_(!request.bounded), write_(env.random().NewUuid()),
        files_(env_, at_, table_, format, options.codec, options.file_bytes) {}

  Status Write(const data::Batch& batch) override {
    if (!batch.append_only()) {
      Status only_inserts;
      batch.selection().ForEach([&](uint32_t row) {
        data::RowKind kind = batch.op(static_cast<int>(row));
        if (only_inserts.ok() && kind != data::RowKind::kInsert) only_inserts = Fault::Unsupported("table ", name_, ": connector iceberg appends rows and was given a ", data::RowKindText(kind), "; write a query without updates, such as a window's");
      });
      RETURN_NOT_OK(only_inserts);
    }
    if (batch.selected() == 0) return {};
    pending_.push_back(batch.Gather());
    buffered_ += pending_.back().pinned_bytes();
    return {};
  }
  int64_t buffered_bytes() const override { return buffered_; }

  Task<> Flush(Ctx) override {
    auto write = [this] { return Named(WritePending()); };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, write);
    Status status = co_await offload;
    co_return status;
  }

  Task<ports::Prepared> Prepare(Ctx, ports::EpochToken token) override {
    ports::Prepared prepared;
    auto finish = [&] { return Named(FinishEpoch(token, prepared.outbox)); };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, finish);
    Status status = co_await offload;
    if (!status.ok()) co_return status.fault();
    co_return prepared;
  }

  Task<> Deliver(Ctx, ports::EpochToken token, std::string outbox) override {
    if (outbox.empty()) co_return Status();
    auto deliver = [&]() -> Status {
      ASSIGN_OR_RETURN(Outbox decoded, DecodeOutbox(outbox));
      HadoopTable at(env_, decoded.location);
      return DeliverOnce(env_, at, token, decoded);
    };
    auto named = [&] { return Named(deliver()); };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, named);
    Status status = co_await offload;
    co_return status;
  }

 private:
  Status Named(Status status) const {
    if (status.ok()) return status;
    return Fault(status.fault().code(), status.fault().blame(), status.fault().retry(), StrCat("table ", name_, ": ", status.fault().message()));
  }

  Status WritePending() {
    for (const auto& batch : pending_) RETURN_NOT_OK(files_.Append(batch, write_));
    pending_.clear();
    buffered_ = 0;
    return {};
  }

  // Before the attempt's first epoch commits, with rows or without: later ones would pass.
  Status RefuseOlderFolder(const ports::EpochToken& token) {
    if (!has_epochs_ || has_asked_) return {};
    ASSIGN_OR_RETURN(auto version, at_.Load());
    int64_t newest = version ? version->metadata.NewestEpoch(token.pipeline, token.lineage) : 0;
    if (newest >= token.epoch) {
      return Fault::Conflict("the table at ", at_.location(), " has the rows of epoch ", newest, " of pipeline ", token.pipeline, ", and this data folder is at epoch ", token.epoch - 1,
                             " only: it is older than what was delivered. Give the pipeline's file another name to begin anew");
    }
    has_asked_ = true;
    return {};
  }

  Status FinishEpoch(const ports::EpochToken& token, std::string& bytes) {
    RETURN_NOT_OK(RefuseOlderFolder(token));
    RETURN_NOT_OK(WritePending());
    ASSIGN_OR_RETURN(auto files, files_.Finish());
    if (files.empty()) return {};
    std::string manifest = EncodeManifest(table_.schema, table_.partitioning, files, write_);
    Outbox outbox{.write = write_, .location = at_.location(), .manifest = DescribeManifest(table_.partitioning, files)};
    outbox.manifest.path = StrCat(at_.location(), "/metadata/", write_, "-m0.avro");
    outbox.manifest.length = static_cast<int64_t>(manifest.size());
    std::set<std::string> partitions;
    for (const auto& file : files) {
      outbox.bytes += file.bytes;
      partitions.insert(table_.partitioning.FolderOf(file.partition));
    }
    outbox.partitions = static_cast<int64_t>(partitions.size());
    RETURN_NOT_OK(at_.WriteNew(at_.PathOf(outbox.manifest.path), manifest));
    RETURN_NOT_OK(env_.files().SyncDirectory(at_.metadata_folder()));
    bytes = EncodeOutbox(outbox);
    write_ = env_.random().NewUuid();
    return {};
  }

  Env& env_;
  HadoopTable at_;
  const OpenedTable table_;
  const std::string name_;
  const bool has_epochs_;   // else a run to the end, whose only one may be told twice
  bool has_asked_ = false;  // whether the table knows later epochs
  Uuid write_;  // of the epoch that is being written
  DataFiles files_;
  std::vector<data::Batch> pending_;
  int64_t buffered_ = 0;
};

int64_t NewSnapshotId(Env& env, const TableMetadata& table) {
  while (true) {
    auto id = static_cast<int64_t>(env.random().Next() >> 1);
    if (id > 0 && !table.Snapshot(id)) return id;
  }
}

// The manifests of the table's tip, behind the new one.
Result<std::vector<ManifestFile>> WithEarlier(Env& env, const HadoopTable& at, const TableMetadata& table, ManifestFile added) {
  std::vector<ManifestFile> manifests = {std::move(added)};
  auto tip = table.tip();
  if (!tip) return manifests;
  if (tip->manifest_list.empty()) return Fault::Unsupported("snapshot ", tip->snapshot_id, " has no manifest list, as tables of version 1 may");
  ASSIGN_OR_RETURN(std::string bytes, io::ReadWhole(env.files(), at.PathOf(tip->manifest_list), kManifestListBytesMax));
  ASSIGN_OR_RETURN(auto earlier, ReadManifestList(bytes));
  manifests.insert(manifests.end(), std::make_move_iterator(earlier.begin()), std::make_move_iterator(earlier.end()));
  return manifests;
}

// One attempt on top of `version`. kAlreadyExists: another writer was faster and nothing of this one is visible.
Status CommitOn(Env& env, HadoopTable& at, HadoopTable::Version& version, const DeliveryToken& token, const Outbox& outbox) {
  TableMetadata& table = version.metadata;
  AppendedSnapshot snapshot{.snapshot_id = NewSnapshotId(env, table), .timestamp_ms = env.clock().WallNow().ms, .files = outbox.manifest.added_files,
                            .rows = outbox.manifest.added_rows, .bytes = outbox.bytes, .partitions = outbox.partitions, .token = token};
  int64_t sequence = table.next_sequence_number();
  ManifestFile added = outbox.manifest;
  added.sequence_number = added.min_sequence_number = sequence;
  added.added_snapshot_id = snapshot.snapshot_id;
  ASSIGN_OR_RETURN(auto manifests, WithEarlier(env, at, table, std::move(added)));
  std::optional<int64_t> parent;
  if (auto tip = table.tip()) parent = tip->snapshot_id;
  std::string list = EncodeManifestList(manifests, snapshot.snapshot_id, parent, sequence, outbox.write);
  snapshot.manifest_list = StrCat(at.location(), "/metadata/snap-", snapshot.snapshot_id, "-1-", outbox.write, ".avro");
  std::string path = at.PathOf(snapshot.manifest_list);
  RETURN_NOT_OK(at.WriteNew(path, list));
  table.Append(snapshot, at.NameOf(version.number));
  Status committed = at.Commit(version.number + 1, table);
  if (committed.code() == Code::kAlreadyExists) (void)env.files().Remove(path);
  return committed;
}

}  // namespace

Status DeliverOnce(Env& env, HadoopTable& at, const ports::EpochToken& epoch, const Outbox& outbox) {
  const DeliveryToken token{.pipeline = epoch.pipeline, .lineage = epoch.lineage, .epoch = epoch.epoch, .write = outbox.write};
  for (int race = 0; race < kRacesMax; ++race) {
    ASSIGN_OR_RETURN(auto version, at.Load());
    if (!version) return Fault::NotFound("the table at ", at.location(), " is gone; epoch ", token.epoch, " stays undelivered");
    if (version->metadata.Delivered(token) && !Planted("outbox_retried_without_asking")) return at.Confirm(version->number);
    Status committed = CommitOn(env, at, *version, token, outbox);
    if (committed.code() != Code::kAlreadyExists) return committed;
  }
  return Fault::Unavailable("the table at ", at.location(), ": ", kRacesMax, " other writers in a row were faster; try again");
}

Task<std::unique_ptr<ports::Sink>> OpenLakeSink(Env& env, Ctx, const ParquetFormat& format, ports::TableRequest request) {
  auto options = ReadLakeOptions(request);
  if (!options.ok()) co_return options.fault();
  HadoopTable at(env, options->location);
  auto set_up = [&] { return SetUpTable(env, at, *options, request); };
  io::Offload offload(env.workers(), io::Pool::kGeneral, set_up);
  Result<OpenedTable> table = co_await offload;
  if (!table.ok()) co_return table.fault();
  std::unique_ptr<ports::Sink> sink = std::make_unique<LakeSink>(env, std::move(at), std::move(table).value(), *options, format, request);
  co_return sink;
}

}  // namespace freshet::lake
