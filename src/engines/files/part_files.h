#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "data/formats/file_format.h"
#include "engines/files/options.h"
#include "io/env.h"

namespace freshet::files {

// What the table's options and columns make of the rows written.
struct FileWriting {
  FilesOptions options;
  data::Schema columns;                               // of the table
  data::Schema records;                               // those that stand in the files
  std::vector<int> kept;                              // their places in the table
  std::vector<int> partition_columns;                 // columns that name the folder
  const formats::FileFormat* file_format = nullptr;   // null: one record a line, by `encoder`
  std::unique_ptr<formats::Encoder> encoder;
};

// Writes rows into files, one after the other in each partition's folder, under hidden names until their epoch is delivered.
// Owned by a sink; used by one worker at a time.
class PartFiles {
 public:
  PartFiles(Env& env, FileWriting writing) : env_(env), writing_(std::move(writing)), run_(env.random().NewUuid()) {}

  Status Append(const data::Batch& batch);
  // Ends all files, durably, and adds each one's folder and name to `outbox`.
  Status Finish(std::string& outbox);
  // Gives the files of an outbox their final names; those that have them already are left alone.
  Status Publish(std::string_view outbox);

 private:
  static constexpr size_t kOpenFilesMax = 200;

  // A file's bytes on their way to the disk.
  class Output final : public data::ByteOutput {
   public:
    explicit Output(std::unique_ptr<io::File> file) : file_(std::move(file)) {}
    Status Append(std::string_view bytes) override {
      RETURN_NOT_OK(file_->WriteAt(size_, std::span<const std::string_view>(&bytes, 1)));
      size_ += static_cast<int64_t>(bytes.size());
      return {};
    }
    Status Sync() { return file_->SyncData(); }

   private:
    std::unique_ptr<io::File> file_;
    int64_t size_ = 0;
  };
  struct Part {
    std::string name;
    std::unique_ptr<Output> output;
    std::unique_ptr<formats::FileWriter> writer;  // dies before its output
  };

  std::string FolderFor(const data::Batch& batch, int row) const;
  Result<Part*> PartIn(const std::string& folder);
  Status Close(const std::string& folder, Part& part);

  Env& env_;
  FileWriting writing_;
  const Uuid run_;
  int64_t number_ = 0;
  std::map<std::string, Part> open_;                          // by folder
  std::vector<std::pair<std::string, std::string>> ended_;    // folder and name
};

}  // namespace freshet::files
