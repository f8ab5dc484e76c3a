#include "engines/files/part_files.h"

#include <algorithm>
#include <set>

#include "base/planted.h"
#include "engines/files/partition_folders.h"

namespace freshet::files {
namespace {

constexpr std::string_view kHiddenEnd = ".inprogress";
constexpr size_t kLinesBytes = 256 << 10;        // written together
constexpr int64_t kStateBytesMax = 64 << 20;

std::string HiddenPath(std::string_view folder, std::string_view name) { return StrCat(folder, "/.", name, kHiddenEnd); }

}  // namespace

// One record a line.
class PartFiles::Lines final : public formats::FileWriter {
 public:
  Lines(formats::Encoder& encoder, Output& out) : encoder_(encoder), out_(out) {}

  Status Append(const data::Batch& batch, std::span<const int> rows) override {
    for (int row : rows) {
      RETURN_NOT_OK(encoder_.Append(text_, batch, row));
      text_ += '\n';
    }
    return text_.size() >= kLinesBytes ? Put() : Status();
  }
  int64_t bytes_so_far() const override { return out_.size() + static_cast<int64_t>(text_.size()); }
  Status Finish() override { return Put(); }
  Status Put() {
    RETURN_NOT_OK(out_.Append(text_));
    text_.clear();
    return {};
  }

 private:
  formats::Encoder& encoder_;
  Output& out_;
  std::string text_;
};

PartFiles::PartFiles(Env& env, FileWriting writing)
    : env_(env), writing_(std::move(writing)), run_(env.random().NewUuid()), commits_partitions_(writing_.options.success_file && !writing_.partition_columns.empty()) {
  if (!writing_.bounded) due_ms_ = 0;  // what an earlier life left may be due
}

// "path/dt=2026-11-23/hm=10%3A00", by the partition columns' values.
std::string PartFiles::FolderFor(const data::Batch& batch, int row) const {
  std::string folder = writing_.options.path;
  for (int c : writing_.partition_columns) folder += StrCat("/", FolderOf(writing_.columns.field(c), *batch.column(c), row, writing_.options.default_partition));
  return folder;
}

// Rows behind each other mostly lie in one folder, which is then not named again.
std::map<std::string, std::vector<int>> PartFiles::RowsByFolder(const data::Batch& batch) const {
  std::map<std::string, std::vector<int>> folders;
  std::vector<int>* rows = nullptr;
  int before = 0;
  data::Selection sel = batch.selection();
  for (int k = 0; k < sel.count; ++k) {
    int row = sel.row(k);
    bool same = rows != nullptr && std::all_of(writing_.partition_columns.begin(), writing_.partition_columns.end(), [&](int c) { return HaveSameFolder(*batch.column(c), before, row); });
    if (!same) rows = &folders[FolderFor(batch, row)];
    rows->push_back(row);
    before = row;
  }
  return folders;
}

// "dt=2026-11-23", "hm=10%3A00".
std::vector<std::string> PartFiles::PartitionFolders(const std::string& folder) const {
  std::vector<std::string> out;
  std::string_view rest = std::string_view(folder).substr(std::min(writing_.options.path.size() + 1, folder.size()));
  while (!rest.empty()) {
    size_t end = std::min(rest.find('/'), rest.size());
    out.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::string PartFiles::StatePath() const { return StrCat(writing_.options.path, "/.", EscapeFolder(writing_.writer), ".open"); }

Result<PartState> PartFiles::ReadState() const {
  ASSIGN_OR_RETURN(bool known, env_.files().Exists(StatePath()));
  if (!known) return PartState();
  ASSIGN_OR_RETURN(std::string bytes, io::ReadWhole(env_.files(), StatePath(), kStateBytesMax));
  return DecodeState(bytes);
}

Fault PartFiles::OlderFolder(int64_t there, int64_t own) const {
  return Fault::Conflict(writing_.options.path, " has the files of epoch ", there, ", and this data folder is at epoch ", own, " only: it is older than what was delivered. Give the pipeline's file another name to begin anew");
}

// Goes on with what the last committed epoch left; what was written behind that is cut off.
Status PartFiles::Adopt() {
  if (adopted_ || writing_.bounded) return {};
  adopted_ = true;
  ASSIGN_OR_RETURN(adopted_state_, ReadState());
  if (owed_) {
    bool is_older = adopted_state_.lineage == owed_->lineage && adopted_state_.epoch > owed_->epoch;
    if (is_older) return OlderFolder(adopted_state_.epoch, owed_->epoch);
    adopted_state_ = *std::exchange(owed_, std::nullopt);
  }
  PartState& state = adopted_state_;
  carried_ = EncodeState({.parts = state.parts, .partitions = state.partitions});
  for (auto& about : state.parts) {
    std::string path = HiddenPath(about.folder, about.name);
    ASSIGN_OR_RETURN(auto file, env_.files().Open(path, io::OpenMode::kReadWrite));
    ASSIGN_OR_RETURN(int64_t size, file->Size());
    if (size < about.bytes) return Fault::Corrupt("file ", path, " has ", size, " bytes, and ", about.bytes, " were committed");
    if (!Planted("uncommitted_lines_not_cut")) RETURN_NOT_OK(file->Truncate(about.bytes));
    Part part{.about = about, .output = std::make_unique<Output>(std::move(file), Planted("uncommitted_lines_not_cut") ? size : about.bytes), .writer = nullptr};
    RETURN_NOT_OK(StartWriter(part));
    if (part.lines == nullptr) return Fault::Conflict("file ", path, " was begun in another format; drop it, or give the table its format back until it has ended");
    if (commits_partitions_) partitions_.try_emplace(about.folder, about.created_ms);
    open_.emplace(about.folder, std::move(part));
  }
  for (const auto& partition : state.partitions) partitions_.emplace(partition.folder, partition.created_ms);
  return {};
}

Status PartFiles::Append(const data::Batch& batch) {
  RETURN_NOT_OK(Adopt());
  std::vector<data::ColumnPtr> columns;
  for (int c : writing_.kept) columns.push_back(batch.column(c));
  data::Batch records = batch.WithColumns(std::move(columns));
  for (const auto& [folder, rows] : RowsByFolder(batch)) {
    ASSIGN_OR_RETURN(Part* part, PartIn(folder));
    RETURN_NOT_OK(part->writer->Append(records, rows));
    part->touched = true;
    if (part->writer->bytes_so_far() < writing_.options.file_bytes) continue;
    RETURN_NOT_OK(End(*part));
    open_.erase(folder);
  }
  return {};
}

Result<PartFiles::Part*> PartFiles::PartIn(const std::string& folder) {
  auto found = open_.find(folder);
  if (found != open_.end()) return &found->second;
  if (open_.size() >= kOpenFilesMax) {
    for (auto& [name, part] : open_) RETURN_NOT_OK(End(part));
    open_.clear();
  }
  int64_t now_ms = env_.clock().WallNow().ms;
  Part part{.about = {.folder = folder, .name = StrCat("part-", run_, "-", number_++), .bytes = 0, .created_ms = now_ms, .written_ms = now_ms}, .output = nullptr, .writer = nullptr};
  RETURN_NOT_OK(env_.files().CreateDirectories(folder));
  ASSIGN_OR_RETURN(auto file, env_.files().Open(HiddenPath(folder, part.about.name), io::OpenMode::kCreate));
  part.output = std::make_unique<Output>(std::move(file), 0);
  RETURN_NOT_OK(StartWriter(part));
  if (commits_partitions_) partitions_.try_emplace(folder, now_ms);
  return &open_.emplace(folder, std::move(part)).first->second;
}

Status PartFiles::StartWriter(Part& part) {
  if (writing_.file_format != nullptr) {
    ASSIGN_OR_RETURN(part.writer, writing_.file_format->NewWriter(writing_.options.format_options, writing_.records, env_.random().NewUuid(), *part.output));
    return {};
  }
  auto lines = std::make_unique<Lines>(*writing_.encoder, *part.output);
  part.lines = lines.get();
  part.writer = std::move(lines);
  return {};
}

Status PartFiles::End(Part& part) {
  RETURN_NOT_OK(part.writer->Finish());
  RETURN_NOT_OK(part.output->Sync());
  ended_.push_back({part.about.folder, part.about.name});
  return {};
}

Result<bool> PartFiles::IsWholePartition(const std::string& folder, data::EventTime watermark) const {
  auto partition = partitions_.find(folder);
  if (partition == partitions_.end()) return false;
  return IsWhole(writing_.options.commit_when, PartitionFolders(folder), partition->second, env_.clock().WallNow().ms, watermark);
}

// Files of a partition that is whole end with it.
Status PartFiles::EndThoseThatAreDue(data::EventTime watermark, std::vector<std::string>& whole) {
  const FilesOptions& options = writing_.options;
  int64_t now_ms = env_.clock().WallNow().ms;
  bool check = now_ms >= next_check_ms_;
  if (check) next_check_ms_ = now_ms + options.check_interval.ms();
  for (auto at = open_.begin(); at != open_.end();) {
    Part& part = at->second;
    if (part.touched) part.about.written_ms = now_ms;
    ASSIGN_OR_RETURN(bool with_its_partition, IsWholePartition(at->first, watermark));
    bool old = check && (now_ms - part.about.created_ms >= options.rollover_interval.ms() || now_ms - part.about.written_ms >= options.inactivity_interval.ms());
    bool ends = writing_.bounded || part.lines == nullptr || watermark == data::kEndOfTime || with_its_partition || old;
    if (ends) RETURN_NOT_OK(End(part));
    at = ends ? open_.erase(at) : std::next(at);
  }
  for (auto at = partitions_.begin(); at != partitions_.end();) {
    ASSIGN_OR_RETURN(bool is_whole, IsWholePartition(at->first, watermark));
    if (is_whole) whole.push_back(at->first);
    at = is_whole ? partitions_.erase(at) : std::next(at);
  }
  return {};
}

// What goes on in the next epoch is durable up to here.
Status PartFiles::KeepOthers() {
  for (auto& [folder, part] : open_) {
    if (!part.touched) continue;
    RETURN_NOT_OK(part.lines->Put());
    RETURN_NOT_OK(part.output->Sync());
    if (part.about.bytes == 0) RETURN_NOT_OK(env_.files().SyncDirectory(folder));
    part.about.bytes = part.output->size();
    part.touched = false;
  }
  return {};
}

void PartFiles::ScheduleNext() {
  const FilesOptions& options = writing_.options;
  due_ms_.reset();
  auto at = [this](int64_t ms) { due_ms_ = due_ms_ ? std::min(*due_ms_, ms) : ms; };
  for (const auto& [folder, part] : open_) {
    at(std::max(next_check_ms_, part.about.created_ms + options.rollover_interval.ms()));
    at(std::max(next_check_ms_, part.about.written_ms + options.inactivity_interval.ms()));
  }
  if (options.commit_when.by_partition_time) return;  // rows bring the watermark
  for (const auto& [folder, created_ms] : partitions_) at(created_ms + options.commit_when.delay.ms() + 1);
}

Status PartFiles::Finish(const ports::EpochToken& token, data::EventTime watermark, std::string& outbox) {
  RETURN_NOT_OK(Adopt());
  bool is_older = adopted_state_.epoch > 0 && adopted_state_.lineage == token.lineage && adopted_state_.epoch >= token.epoch;
  if (!writing_.bounded && is_older) return OlderFolder(adopted_state_.epoch, token.epoch - 1);
  if (writing_.bounded) watermark = data::kEndOfTime;
  EpochParts epoch;
  RETURN_NOT_OK(EndThoseThatAreDue(watermark, epoch.whole));
  RETURN_NOT_OK(KeepOthers());
  ScheduleNext();
  epoch.ended = std::exchange(ended_, {});
  std::set<std::string> folders;
  for (const auto& ended : epoch.ended) folders.insert(ended.folder);
  for (const auto& folder : folders) RETURN_NOT_OK(env_.files().SyncDirectory(folder));
  PartState state;
  for (const auto& [folder, part] : open_) state.parts.push_back(part.about);
  for (const auto& [folder, created_ms] : partitions_) state.partitions.push_back({folder, created_ms});
  std::string carried = EncodeState(state);
  bool nothing = epoch.ended.empty() && epoch.whole.empty() && (writing_.bounded || carried == carried_);
  if (nothing) return {};
  carried_ = std::move(carried);
  state.lineage = token.lineage;
  state.epoch = token.epoch;
  if (!writing_.bounded) epoch.state = EncodeState(state);
  outbox = EncodeOutbox(epoch);
  return {};
}

Status PartFiles::Owe(std::string_view outbox) {
  if (adopted_ || writing_.bounded) return {};  // of this life
  ASSIGN_OR_RETURN(EpochParts epoch, DecodeOutbox(outbox));
  if (epoch.state.empty()) return {};
  ASSIGN_OR_RETURN(owed_, DecodeState(epoch.state));
  return {};
}

// Files first, then the marks that say that they are there, then what is carried on: after a crash anywhere between it is done again.
Status PartFiles::Deliver(std::string_view outbox) const {
  ASSIGN_OR_RETURN(EpochParts epoch, DecodeOutbox(outbox));
  if (!epoch.state.empty()) {
    ASSIGN_OR_RETURN(PartState own, DecodeState(epoch.state));
    ASSIGN_OR_RETURN(PartState there, ReadState());
    if (there.lineage == own.lineage && there.epoch > own.epoch) return {};  // delivered, and so was a later one: Adopt has asked whether this data folder is older
  }
  std::set<std::string> folders;
  env_.kill_points().Reach("files.before_publish");
  for (const auto& [folder, name] : epoch.ended) {
    std::string hidden = HiddenPath(folder, name);
    ASSIGN_OR_RETURN(bool waits, env_.files().Exists(hidden));
    if (waits) RETURN_NOT_OK(env_.files().Rename(hidden, StrCat(folder, "/", name)));
    folders.insert(folder);
  }
  env_.kill_points().Reach("files.published_unsynced");
  for (const auto& folder : folders) RETURN_NOT_OK(env_.files().SyncDirectory(folder));
  for (const auto& folder : epoch.whole) RETURN_NOT_OK(io::WriteWhole(env_.files(), StrCat(folder, "/", writing_.options.success_file_name), ""));
  if (epoch.state.empty()) return {};
  env_.kill_points().Reach("files.before_carry");
  RETURN_NOT_OK(env_.files().CreateDirectories(writing_.options.path));
  return io::WriteWhole(env_.files(), StatePath(), epoch.state);
}

}  // namespace freshet::files
