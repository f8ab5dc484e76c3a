#pragma once

#include "data/formats/format.h"
#include "engines/files/options.h"
#include "io/env.h"
#include "io/wait.h"
#include "ports/connector.h"

namespace freshet::files {

// What the table's options and columns make of its files.
struct FileReading {
  FilesOptions options;
  std::unique_ptr<formats::Decoder> decoder;
  std::vector<int> decoded;  // per table column: place in the decoded batch, or -1 for metadata
};
Result<FileReading> PlanReading(const ports::TableRequest& table);

// Reads lines of a list of files, chunk by chunk. A batch never holds rows of two files.
class FileSource final : public ports::Source {
 public:
  struct Entry {
    std::string path;
    std::string name;
    int64_t size;
  };
  FileSource(Env& env, FileReading reading, ports::TableRequest table, std::vector<Entry> files)
      : env_(env), options_(std::move(reading.options)), table_(std::move(table)), files_(std::move(files)), decoder_(std::move(reading.decoder)), decoded_(std::move(reading.decoded)) {}

  Task<ports::Polled> Poll(Ctx ctx) override;
  std::string Position() const override;
  Status Seek(std::string_view position) override;
  std::vector<int32_t> Partitions() const override { return {0}; }

 private:
  static constexpr size_t kChunkBytes = 1 << 20;
  static constexpr size_t kLineBytesMax = 64 << 20;

  Status ReadChunk();            // on a worker: the rest of the last chunk and what comes behind it
  Status DecodeLines();          // on the loop: until the batch is full or the chunk has no whole line left
  data::Batch WithMetadata(data::Batch batch) const;

  Env& env_;
  FilesOptions options_;
  ports::TableRequest table_;
  std::vector<Entry> files_;
  std::unique_ptr<formats::Decoder> decoder_;
  std::vector<int> decoded_;        // per table column: place in the decoded batch, or -1 for metadata

  size_t file_number_ = 0;
  std::unique_ptr<io::File> file_;
  int64_t read_to_ = 0;             // offset in the file behind the chunk
  std::shared_ptr<data::Slab> chunk_;
  size_t at_ = 0;                   // first byte of the chunk not decoded yet
  size_t end_ = 0;
  bool file_ended_ = false;
};

Task<std::unique_ptr<ports::Source>> OpenFileSource(Env& env, Ctx ctx, ports::TableRequest table);

}  // namespace freshet::files
