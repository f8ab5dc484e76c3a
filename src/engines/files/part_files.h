#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/formats/file_format.h"
#include "engines/files/options.h"
#include "engines/files/part_records.h"
#include "io/env.h"
#include "ports/epochs.h"

namespace freshet::files {

// What the table's options and columns make of the rows written.
struct FileWriting {
  FilesOptions options;
  std::string writer;                                 // whose files they are, the same after a restart; empty: of one run only
  bool bounded = true;                                // everything ends with the only epoch
  data::Schema columns;                               // of the table
  data::Schema records;                               // those that stand in the files
  std::vector<int> kept;                              // their places in the table
  std::vector<int> partition_columns;                 // columns that name the folder
  const formats::FileFormat* file_format = nullptr;   // null: one record a line, by `encoder`
  std::unique_ptr<formats::Encoder> encoder;
};

// Writes rows into files under hidden names, one at a time in each partition's folder. A file ends when it is large, old or
// left alone for long, as the table's options say, and gets its name when that epoch is delivered. Until then lines go on being
// added to it from epoch to epoch; how much of it is committed stands in a record beside the data, so that after a crash the rest is cut off. Owned by a sink; used by one worker at a time,
// but for Deliver, which may run on another one beside the rest: it reads nothing that they change, and of the disk it touches files that have ended, which nobody writes any more, and the record.
// That is read once, before the first row: while older epochs are owed it does not matter whether it says what was before them or behind some, for then the newest of them says what goes on.
class PartFiles {
 public:
  PartFiles(Env& env, FileWriting writing);

  Status Append(const data::Batch& batch);
  // Ends an epoch: what is written becomes durable; what is to be done once it is committed goes to `outbox`. `watermark`: how
  // far the rows' time has come. A Fault when later epochs of this pipeline are there: the data folder is older than its files.
  Status Finish(const ports::EpochToken& token, data::EventTime watermark, std::string& outbox);
  // An epoch of an earlier life waits to be delivered: what its outbox carries on counts, not what is kept beside the data. In the order of epochs, before the first row.
  Status Owe(std::string_view outbox);
  // Does what an epoch left to do, again after a crash.
  Status Deliver(std::string_view outbox) const;
  // Whether rows are read one by one, from columns of any encoding.
  bool writes_lines() const { return writing_.file_format == nullptr; }
  // When an epoch should end though nothing is written, in wall milliseconds; none: never.
  std::optional<int64_t> due_ms() const { return due_ms_; }

 private:
  static constexpr size_t kOpenFilesMax = 200;

  // A file's bytes on their way to the disk.
  class Output final : public data::ByteOutput {
   public:
    Output(std::unique_ptr<io::File> file, int64_t size) : file_(std::move(file)), size_(size) {}
    Status Append(std::string_view bytes) override {
      RETURN_NOT_OK(file_->WriteAt(size_, std::span<const std::string_view>(&bytes, 1)));
      size_ += static_cast<int64_t>(bytes.size());
      return {};
    }
    Status Sync() { return file_->SyncData(); }
    int64_t size() const { return size_; }

   private:
    std::unique_ptr<io::File> file_;
    int64_t size_;
  };
  class Lines;
  struct Part {
    OpenPart about;
    std::unique_ptr<Output> output;
    std::unique_ptr<formats::FileWriter> writer;  // dies before its output
    Lines* lines = nullptr;                       // the writer, where it can go on in the next epoch
    bool touched = false;                         // in this epoch
  };

  Result<PartState> ReadState() const;
  Fault OlderFolder(int64_t there, int64_t own) const;
  Status Adopt();
  Result<Part*> PartIn(const std::string& folder);
  Status StartWriter(Part& part);
  Status End(Part& part);
  Status EndThoseThatAreDue(data::EventTime watermark, std::vector<std::string>& whole);
  Result<bool> IsWholePartition(const std::string& folder, data::EventTime watermark) const;
  Status KeepOthers();
  void ScheduleNext();
  std::string FolderFor(const data::Batch& batch, int row) const;
  std::map<std::string, std::vector<int>> RowsByFolder(const data::Batch& batch) const;
  std::vector<std::string> PartitionFolders(const std::string& folder) const;
  std::string StatePath() const;

  Env& env_;
  FileWriting writing_;
  const Uuid run_;
  const bool commits_partitions_;
  bool adopted_ = false;                           // before anything is written
  int64_t number_ = 0;
  std::map<std::string, Part> open_;               // by folder
  std::vector<EpochParts::Ended> ended_;           // in this epoch
  std::map<std::string, int64_t> partitions_;      // not whole yet: folder, when it began
  std::optional<PartState> owed_;                  // as the newest epoch leaves it that an earlier life has not delivered
  PartState adopted_state_;                        // as an earlier life left it
  std::string carried_ = EncodeState({});          // as it was kept last, without its epoch
  int64_t next_check_ms_ = 0;
  std::optional<int64_t> due_ms_;
};

}  // namespace freshet::files
