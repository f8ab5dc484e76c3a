#include "engines/files/file_sink.h"

#include <map>

#include "data/expr/expr.h"
#include "io/wait.h"

namespace freshet::files {
namespace {

// Writes records into one file a partition folder, under a hidden name until its epoch is delivered.
class FileSink final : public ports::Sink {
 public:
  FileSink(Env& env, FileWriting writing, ports::TableRequest table)
      : env_(env), options_(std::move(writing.options)), table_(std::move(table)), encoder_(std::move(writing.encoder)), kept_(std::move(writing.kept)),
        partition_columns_(std::move(writing.partition_columns)), run_(env.random().NewUuid()) {}

  Status Write(const data::Batch& batch) override {
    data::Batch records = batch;
    if (!partition_columns_.empty()) {
      std::vector<data::ColumnPtr> columns;
      for (int c : kept_) columns.push_back(batch.column(c));
      records = batch.WithColumns(std::move(columns));
    }
    data::Selection sel = batch.selection();
    for (int k = 0; k < sel.count; ++k) {
      int row = sel.row(k);
      ASSIGN_OR_RETURN(std::string folder, FolderOf(batch, row));
      Part& part = parts_[folder];
      size_t before = part.pending.size();
      RETURN_NOT_OK(encoder_->Append(part.pending, records, row));
      part.pending += '\n';
      buffered_ += static_cast<int64_t>(part.pending.size() - before);
    }
    return {};
  }
  int64_t buffered_bytes() const override { return buffered_; }

  Task<> Flush(Ctx) override {
    auto write = [this] { return WritePending(); };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, write);
    Status status = co_await offload;
    co_return status;
  }

  Task<ports::Prepared> Prepare(Ctx, ports::EpochToken) override {
    ports::Prepared prepared;
    auto sync = [&] { return SyncParts(prepared.outbox); };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, sync);
    Status status = co_await offload;
    if (!status.ok()) co_return status.fault();
    co_return prepared;
  }

  Task<> Deliver(Ctx, ports::EpochToken, std::string outbox) override {
    auto publish = [&] { return Publish(outbox); };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, publish);
    Status status = co_await offload;
    co_return status;
  }

 private:
  struct Part {
    std::string pending;
    std::unique_ptr<io::File> file;
    int64_t size = 0;
  };

  // "path/dt=2026-11-23/hm=10:00", by the partition columns' values.
  Result<std::string> FolderOf(const data::Batch& batch, int row) const {
    std::string folder = options_.path;
    for (int c : partition_columns_) {
      std::string value = options_.default_partition;
      if (!batch.column(c)->IsNull(row)) {
        auto constant = expr::Literal(batch.column(c)->type, data::ValueAt(*batch.column(c), row));
        ASSIGN_OR_RETURN(auto text, expr::MakeCast(constant, data::Type::String()));
        ASSIGN_OR_RETURN(text, expr::Fold(text, expr::Session()));
        value = text->value.text();
      }
      if (value.find('/') != std::string::npos || value.empty()) return Fault::Invalid("table ", table_.name, ": partition value '", value, "' cannot be a folder's name");
      folder += "/" + table_.columns.field(c).name + "=" + value;
    }
    return folder;
  }

  static constexpr std::string_view kHiddenEnd = ".inprogress";
  std::string PartName() const { return StrCat("part-", run_, "-", commits_); }

  Status WritePending() {
    for (auto& [folder, part] : parts_) {
      if (part.pending.empty()) continue;
      if (!part.file) {
        RETURN_NOT_OK(env_.files().CreateDirectories(folder));
        ASSIGN_OR_RETURN(part.file, env_.files().Open(StrCat(folder, "/.", PartName(), kHiddenEnd), io::OpenMode::kCreate));
      }
      std::string_view piece = part.pending;
      RETURN_NOT_OK(part.file->WriteAt(part.size, std::span<const std::string_view>(&piece, 1)));
      part.size += static_cast<int64_t>(part.pending.size());
      part.pending.clear();
    }
    buffered_ = 0;
    return {};
  }

  // Makes the hidden files durable and writes each one's folder and name into `outbox`.
  Status SyncParts(std::string& outbox) {
    RETURN_NOT_OK(WritePending());
    for (auto& [folder, part] : parts_) {
      if (!part.file) continue;
      RETURN_NOT_OK(part.file->SyncData());
      RETURN_NOT_OK(env_.files().SyncDirectory(folder));
      outbox += StrCat(folder, "\n", PartName(), "\n");
    }
    parts_.clear();
    ++commits_;
    return {};
  }

  // Gives the files their final names; those that have them already are left alone.
  Status Publish(std::string_view outbox) {
    while (!outbox.empty()) {
      std::string folder(TakeLine(outbox)), name(TakeLine(outbox));
      std::string hidden = StrCat(folder, "/.", name, kHiddenEnd);
      ASSIGN_OR_RETURN(bool waits, env_.files().Exists(hidden));
      if (waits) {
        RETURN_NOT_OK(env_.files().Rename(hidden, StrCat(folder, "/", name)));
        RETURN_NOT_OK(env_.files().SyncDirectory(folder));
      }
      bool mark = options_.success_file && !partition_columns_.empty();
      if (mark) RETURN_NOT_OK(io::WriteWhole(env_.files(), folder + "/" + options_.success_file_name, ""));
    }
    return {};
  }

  static std::string_view TakeLine(std::string_view& text) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
  }

  Env& env_;
  FilesOptions options_;
  ports::TableRequest table_;
  std::unique_ptr<formats::Encoder> encoder_;
  std::vector<int> kept_;  // columns that stand in the records
  std::vector<int> partition_columns_;
  Uuid run_;
  int64_t commits_ = 0;
  int64_t buffered_ = 0;
  std::map<std::string, Part> parts_;  // by folder
};

}  // namespace

Result<FileWriting> PlanWriting(const ports::TableRequest& table) {
  FileWriting writing;
  ASSIGN_OR_RETURN(writing.options, ReadFilesOptions(table));
  for (const auto& name : table.partitioned_by) {
    auto column = table.columns.Find(name);
    if (!column) return Fault::NotFound("table ", table.name, " has no column '", name, "' to partition by");
    writing.partition_columns.push_back(*column);
  }
  data::Schema records;
  for (int c = 0; c < table.columns.size(); ++c) {
    if (std::find(writing.partition_columns.begin(), writing.partition_columns.end(), c) != writing.partition_columns.end()) continue;
    writing.kept.push_back(c);
    records.Add(table.columns.field(c).name, table.columns.field(c).type);
  }
  ASSIGN_OR_RETURN(writing.encoder, formats::OpenEncoder(writing.options.format, writing.options.format_options, records));
  return writing;
}

Task<std::unique_ptr<ports::Sink>> OpenFileSink(Env& env, Ctx, ports::TableRequest table) {
  auto writing = PlanWriting(table);
  if (!writing.ok()) co_return writing.fault();
  std::unique_ptr<ports::Sink> sink = std::make_unique<FileSink>(env, std::move(*writing), std::move(table));
  co_return sink;
}

}  // namespace freshet::files
