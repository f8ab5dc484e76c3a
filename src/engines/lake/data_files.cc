#include "engines/lake/data_files.h"

namespace freshet::lake {

Result<DataFiles::Open*> DataFiles::FileFor(const std::string& folder, const std::vector<PartitionValue>& values, const Uuid& write) {
  auto found = open_.find(folder);
  if (found != open_.end()) return &found->second;
  if (open_.size() >= kOpenFilesMax) {
    for (auto& [name, open] : open_) RETURN_NOT_OK(Close(open));
    open_.clear();
  }
  std::string under = folder.empty() ? "" : "/" + folder;
  std::string name = StrCat("/freshet-", write, "-", number_++, ".parquet");
  Open open{.location = StrCat(at_.location(), "/data", under, name), .folder = at_.data_folder() + under, .partition = values, .output = nullptr, .writer = nullptr};
  RETURN_NOT_OK(env_.files().CreateDirectories(open.folder));
  ASSIGN_OR_RETURN(auto file, env_.files().Open(open.folder + name, io::OpenMode::kCreate));
  open.output = std::make_unique<Output>(std::move(file));
  ASSIGN_OR_RETURN(open.writer, format_.NewWriter(table_.written, codec_, *open.output));
  folders_.insert(open.folder);
  return &open_.emplace(folder, std::move(open)).first->second;
}

Status DataFiles::Close(Open& open) {
  DataFile file{.path = open.location, .partition = open.partition, .bytes = 0, .contents = {}};
  ASSIGN_OR_RETURN(file.contents, open.writer->Finish());
  RETURN_NOT_OK(open.output->Sync());
  file.bytes = open.output->size();
  finished_.push_back(std::move(file));
  return {};
}

Status DataFiles::Append(const data::Batch& batch, const Uuid& write) {
  struct Part {
    std::vector<PartitionValue> values;
    std::vector<int> rows;
  };
  std::map<std::string, Part> parts;
  data::Selection sel = batch.selection();
  for (int k = 0; k < sel.count; ++k) {
    int row = sel.row(k);
    auto values = table_.partitioning.ValuesOf(batch, row);
    Part& part = parts[table_.partitioning.FolderOf(values)];
    if (part.rows.empty()) part.values = std::move(values);
    part.rows.push_back(row);
  }
  for (auto& [folder, part] : parts) {
    ASSIGN_OR_RETURN(Open* open, FileFor(folder, part.values, write));
    RETURN_NOT_OK(open->writer->Append(batch, part.rows));
    if (open->writer->bytes_so_far() < file_bytes_) continue;
    RETURN_NOT_OK(Close(*open));
    open_.erase(folder);
  }
  return {};
}

Result<std::vector<DataFile>> DataFiles::Finish() {
  for (auto& [folder, open] : open_) RETURN_NOT_OK(Close(open));
  open_.clear();
  for (const auto& folder : folders_) RETURN_NOT_OK(env_.files().SyncDirectory(folder));
  folders_.clear();
  return std::exchange(finished_, {});
}

}  // namespace freshet::lake
