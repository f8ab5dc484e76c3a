#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engines/lake/hadoop_table.h"
#include "engines/lake/manifest.h"
#include "engines/lake/table_setup.h"

namespace freshet::lake {

// Writes the rows of one epoch into data files, at least one a partition. Owned by a sink; used by one worker at a time.
class DataFiles {
 public:
  DataFiles(Env& env, const HadoopTable& at, const OpenedTable& table, const ParquetFormat& format, ParquetCodec codec, int64_t file_bytes)
      : env_(env), at_(at), table_(table), format_(format), codec_(codec), file_bytes_(file_bytes) {}

  // `write` is part of every name: files of an epoch that was never delivered are known by it.
  Status Append(const data::Batch& batch, const Uuid& write);
  // Ends all files, durably; what they hold, and the folders that need a sync are synced.
  Result<std::vector<DataFile>> Finish();

 private:
  static constexpr size_t kOpenFilesMax = 200;

  // A file's bytes on their way to the disk.
  class Output final : public ByteOutput {
   public:
    explicit Output(std::unique_ptr<io::File> file) : file_(std::move(file)) {}
    Status Append(std::string_view bytes) override {
      RETURN_NOT_OK(file_->WriteAt(size_, std::span<const std::string_view>(&bytes, 1)));
      size_ += static_cast<int64_t>(bytes.size());
      return {};
    }
    Status Sync() { return file_->SyncData(); }
    int64_t size() const { return size_; }

   private:
    std::unique_ptr<io::File> file_;
    int64_t size_ = 0;
  };
  struct Open {
    std::string location;
    std::string folder;
    std::vector<PartitionValue> partition;
    std::unique_ptr<Output> output;
    std::unique_ptr<ParquetWriter> writer;  // dies before its output
  };

  Result<Open*> FileFor(const std::string& folder, const std::vector<PartitionValue>& values, const Uuid& write);
  Status Close(Open& open);

  Env& env_;
  const HadoopTable& at_;
  const OpenedTable& table_;
  const ParquetFormat& format_;
  const ParquetCodec codec_;
  const int64_t file_bytes_;
  std::map<std::string, Open> open_;  // by partition folder
  std::set<std::string> folders_;     // with new names
  std::vector<DataFile> finished_;
  int64_t number_ = 0;
};

}  // namespace freshet::lake
