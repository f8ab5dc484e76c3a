#include "engines/files/file_sink.h"

#include <algorithm>

#include "engines/files/partition_folders.h"
#include "io/wait.h"

namespace freshet::files {
namespace {

constexpr int64_t kPinnedForARow = 4096;  // bytes that may wait with a row, else it is copied

// Rows wait in memory until a Flush writes them into hidden files; Deliver gives those their names. It shares nothing with the other verbs: see PartFiles.
class FileSink final : public ports::Sink {
 public:
  FileSink(Env& env, FileWriting writing, std::string name)
      : env_(env), name_(std::move(name)), takes_changes_(formats::IsChangelogFormat(writing.options.format)), parts_(env, std::move(writing)) {}

  Status Write(const data::Batch& batch) override {
    data::Selection sel = batch.selection();
    for (int k = 0; k < sel.count && !batch.append_only() && !takes_changes_; ++k) {
      data::RowKind kind = batch.op(sel.row(k));
      if (kind != data::RowKind::kInsert) return Fault::Unsupported("table ", name_, ": connector filesystem takes inserts only, not ", data::RowKindText(kind), "; write debezium-json, or a query without updates, such as a window's");
    }
    if (sel.count == 0) return {};
    bool as_it_is = parts_.writes_lines() && batch.pinned_bytes() <= sel.count * kPinnedForARow;
    pending_.push_back(as_it_is ? batch : batch.Gather());
    buffered_ += pending_.back().pinned_bytes();
    return {};
  }
  int64_t buffered_bytes() const override { return buffered_; }
  void OnWatermark(data::EventTime watermark) override { watermark_ = watermark; }
  bool due() const override { return parts_.due_ms() && env_.clock().WallNow().ms >= *parts_.due_ms(); }

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

  Result<int64_t> Owe(const ports::EpochToken&, std::string_view outbox) override {
    Status owed = Named(parts_.Owe(outbox));
    if (!owed.ok()) return owed.fault();
    return 0;
  }

  Task<> Deliver(Ctx, ports::EpochToken, std::string outbox) override {
    auto publish = [&] { return Named(parts_.Deliver(outbox)); };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, publish);
    Status status = co_await offload;
    co_return status;
  }

 private:
  Status Named(Status status) const {
    if (status.ok()) return status;
    return Fault(status.fault().code(), status.fault().blame(), status.fault().retry(), StrCat("table ", name_, ": ", status.fault().message()));
  }

  Status WritePending() {
    for (const auto& batch : pending_) RETURN_NOT_OK(parts_.Append(batch));
    pending_.clear();
    buffered_ = 0;
    return {};
  }

  Status FinishEpoch(const ports::EpochToken& token, std::string& outbox) {
    RETURN_NOT_OK(WritePending());
    return parts_.Finish(token, watermark_, outbox);
  }

  Env& env_;
  const std::string name_;
  const bool takes_changes_;
  PartFiles parts_;
  data::EventTime watermark_ = data::kNoEventTime;
  std::vector<data::Batch> pending_;
  int64_t buffered_ = 0;
};

}  // namespace

Result<FileWriting> PlanWriting(const ports::TableRequest& table, const formats::FileFormats& file_formats) {
  FileWriting writing;
  ASSIGN_OR_RETURN(writing.options, ReadFilesOptions(table, file_formats));
  writing.columns = table.columns;
  writing.writer = table.writer;
  writing.bounded = table.bounded;
  for (const auto& name : table.partitioned_by) {
    auto column = table.columns.Find(name);
    if (!column) return Fault::NotFound("table ", table.name, " has no column '", name, "' to partition by");
    RETURN_NOT_OK(CheckPartitionColumn(table.columns.field(*column)));
    writing.partition_columns.push_back(*column);
  }
  for (int c = 0; c < table.columns.size(); ++c) {
    if (std::find(writing.partition_columns.begin(), writing.partition_columns.end(), c) != writing.partition_columns.end()) continue;
    writing.kept.push_back(c);
    writing.records.Add(table.columns.field(c).name, table.columns.field(c).type);
  }
  auto found = file_formats.find(writing.options.format);
  if (found != file_formats.end()) {
    writing.file_format = found->second;
    RETURN_NOT_OK(writing.file_format->Check(writing.options.format_options, writing.records));
    return writing;
  }
  ASSIGN_OR_RETURN(writing.encoder, formats::OpenEncoder(writing.options.format, writing.options.format_options, writing.records));
  return writing;
}

Task<std::unique_ptr<ports::Sink>> OpenFileSink(Env& env, Ctx, ports::TableRequest table, const formats::FileFormats& file_formats) {
  auto writing = PlanWriting(table, file_formats);
  if (!writing.ok()) co_return writing.fault();
  std::unique_ptr<ports::Sink> sink = std::make_unique<FileSink>(env, std::move(*writing), table.name);
  co_return sink;
}

}  // namespace freshet::files
