#include "engines/files/part_files.h"

#include <set>

#include "engines/files/partition_folders.h"

namespace freshet::files {
namespace {

constexpr std::string_view kHiddenEnd = ".inprogress";
constexpr size_t kLinesBytes = 256 << 10;  // written together

std::string HiddenPath(std::string_view folder, std::string_view name) { return StrCat(folder, "/.", name, kHiddenEnd); }

// One record a line.
class LinesWriter final : public formats::FileWriter {
 public:
  LinesWriter(formats::Encoder& encoder, data::ByteOutput& out) : encoder_(encoder), out_(out) {}

  Status Append(const data::Batch& batch, std::span<const int> rows) override {
    for (int row : rows) {
      RETURN_NOT_OK(encoder_.Append(text_, batch, row));
      text_ += '\n';
    }
    return text_.size() >= kLinesBytes ? Put() : Status();
  }
  int64_t bytes_so_far() const override { return bytes_ + static_cast<int64_t>(text_.size()); }
  Status Finish() override { return Put(); }

 private:
  Status Put() {
    RETURN_NOT_OK(out_.Append(text_));
    bytes_ += static_cast<int64_t>(text_.size());
    text_.clear();
    return {};
  }

  formats::Encoder& encoder_;
  data::ByteOutput& out_;
  std::string text_;
  int64_t bytes_ = 0;
};

std::string_view TakeLine(std::string_view& text) {
  size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

// "path/dt=2026-11-23/hm=10%3A00", by the partition columns' values.
std::string PartFiles::FolderFor(const data::Batch& batch, int row) const {
  std::string folder = writing_.options.path;
  for (int c : writing_.partition_columns) folder += StrCat("/", FolderOf(writing_.columns.field(c), *batch.column(c), row, writing_.options.default_partition));
  return folder;
}

Status PartFiles::Append(const data::Batch& batch) {
  std::map<std::string, std::vector<int>> folders;
  data::Selection sel = batch.selection();
  for (int k = 0; k < sel.count; ++k) folders[FolderFor(batch, sel.row(k))].push_back(sel.row(k));
  std::vector<data::ColumnPtr> columns;
  for (int c : writing_.kept) columns.push_back(batch.column(c));
  data::Batch records = batch.WithColumns(std::move(columns));
  for (const auto& [folder, rows] : folders) {
    ASSIGN_OR_RETURN(Part* part, PartIn(folder));
    RETURN_NOT_OK(part->writer->Append(records, rows));
    if (part->writer->bytes_so_far() < writing_.options.file_bytes) continue;
    RETURN_NOT_OK(Close(folder, *part));
    open_.erase(folder);
  }
  return {};
}

Result<PartFiles::Part*> PartFiles::PartIn(const std::string& folder) {
  auto found = open_.find(folder);
  if (found != open_.end()) return &found->second;
  if (open_.size() >= kOpenFilesMax) {
    for (auto& [name, part] : open_) RETURN_NOT_OK(Close(name, part));
    open_.clear();
  }
  Part part{.name = StrCat("part-", run_, "-", number_++, writing_.options.name_end), .output = nullptr, .writer = nullptr};
  RETURN_NOT_OK(env_.files().CreateDirectories(folder));
  ASSIGN_OR_RETURN(auto file, env_.files().Open(HiddenPath(folder, part.name), io::OpenMode::kCreate));
  part.output = std::make_unique<Output>(std::move(file));
  if (writing_.file_format == nullptr) {
    part.writer = std::make_unique<LinesWriter>(*writing_.encoder, *part.output);
  } else {
    ASSIGN_OR_RETURN(part.writer, writing_.file_format->NewWriter(writing_.options.format_options, writing_.records, env_.random().NewUuid(), *part.output));
  }
  return &open_.emplace(folder, std::move(part)).first->second;
}

Status PartFiles::Close(const std::string& folder, Part& part) {
  RETURN_NOT_OK(part.writer->Finish());
  RETURN_NOT_OK(part.output->Sync());
  ended_.emplace_back(folder, part.name);
  return {};
}

Status PartFiles::Finish(std::string& outbox) {
  for (auto& [folder, part] : open_) RETURN_NOT_OK(Close(folder, part));
  open_.clear();
  std::set<std::string> folders;
  for (const auto& [folder, name] : ended_) {
    folders.insert(folder);
    outbox += StrCat(folder, "\n", name, "\n");
  }
  ended_.clear();
  for (const auto& folder : folders) RETURN_NOT_OK(env_.files().SyncDirectory(folder));
  return {};
}

Status PartFiles::Publish(std::string_view outbox) {
  std::set<std::string> folders;
  while (!outbox.empty()) {
    std::string folder(TakeLine(outbox)), name(TakeLine(outbox)), hidden = HiddenPath(folder, name);
    folders.insert(folder);
    ASSIGN_OR_RETURN(bool waits, env_.files().Exists(hidden));
    if (waits) RETURN_NOT_OK(env_.files().Rename(hidden, StrCat(folder, "/", name)));
  }
  for (const auto& folder : folders) {
    RETURN_NOT_OK(env_.files().SyncDirectory(folder));
    bool mark = writing_.options.success_file && !writing_.partition_columns.empty();
    if (mark) RETURN_NOT_OK(io::WriteWhole(env_.files(), StrCat(folder, "/", writing_.options.success_file_name), ""));
  }
  return {};
}

}  // namespace freshet::files
