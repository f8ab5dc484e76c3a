#pragma once

#include "data/formats/file_format.h"
#include "data/slab_pool.h"
#include "engines/files/file_listing.h"
#include "engines/files/lines_piece.h"
#include "io/ahead.h"
#include "io/env.h"
#include "io/wait.h"
#include "ports/connector.h"
#include "ports/letters_to_keep.h"

namespace freshet::files {

// What the table's options and columns make of its files.
struct FileReading {
  // Where a column of the table comes from.
  enum class From : unsigned char { kFile, kFolder, kMetadata };
  struct Column {
    From from = From::kFile;
    int place = 0;             // among the columns of the file, or of the folders
    std::string metadata_key;
  };
  FilesOptions options;
  std::vector<Column> columns;
  data::Schema in_file;
  std::vector<data::Field> in_folders;
  data::Schema record;       // what a record holds
  const formats::FileFormat* file_format = nullptr;  // null: one record a line, by `decoder`
  std::unique_ptr<formats::Decoder> decoder;
};
Result<FileReading> PlanReading(const ports::TableRequest& table, const formats::FileFormats& file_formats);

// Reads a list of files one after the other, and those that come later where the table says so: lines chunk by chunk, others by their format's reader. A batch never holds rows of
// two files. Lines may be decoded on other loops: then some pieces of whole lines are on their way, and the position is behind the rows that Poll has given.
class FileSource final : public ports::Source {
 public:
  using Entry = ListedFile;
  // `dead_letters`: who keeps lines that cannot be decoded, as letters of the topic "files." and the table's name, the file's path their key and the byte where the line begins their offset;
  // absent: the first such line is a Fault, as it is where the format is told not to ignore any.
  FileSource(Env& env, FileReading reading, ports::TableRequest table, std::vector<Entry> files, ports::DeadLetters* dead_letters);

  Task<ports::Polled> Poll(Ctx ctx) override;
  std::string Position() const override;
  Status Seek(std::string_view position) override;
  std::vector<int32_t> Partitions() const override { return {0}; }
  void DecodeBeside(ports::Beside beside) override;
  Task<std::vector<ports::LogAppend>> Prepare(Ctx ctx) override { return letters_.Stage(ctx); }
  int64_t staged_bytes() const override { return letters_.bytes(); }

 private:
  static constexpr size_t kChunkBytes = 1 << 20;
  static constexpr size_t kLineBytesMax = 64 << 20;
  static constexpr size_t kPiecesALoop = 2;  // on their way
  static constexpr size_t kPieceBytesMin = 256 << 10;
  static constexpr int64_t kPieceRows = data::kMaxBatchRows * 15 / 16;  // that a piece should hold: one batch

  // How far a list of files has come.
  struct Place {
    size_t file = 0;
    int64_t at = 0;  // lines: a byte; other formats: rows
  };

  Task<ports::Polled> PollHere(Ctx ctx);
  Task<ports::Polled> PollBeside(Ctx ctx);
  Task<> ReadMore();             // into a new chunk, wherever the bytes are
  Task<> ReadAhead();            // until enough pieces are on their way, or nothing is left to read
  Status CutPiece();
  void LeavePiece();
  void AimAtOneBatch();
  Place Given() const;           // where the next row that Poll brings stands
  Task<> BrokenLine(Fault fault, Place place);  // the Fault, with file and line
  // Of the lines that begin at `bad` in `lines`, whose first byte is at `begin` of the file.
  void PassOver(const std::vector<size_t>& bad, std::string_view lines, size_t file, int64_t begin, formats::Decoder& decoder);
  Task<> KeepLetters(Ctx ctx);   // at once, where no epoch does
  Status BeginChunk();           // with the rest of the last one, and room for what comes behind it
  bool ReadCached();             // into it, on the loop, what needs no waiting; false: nothing
  Status ReadChunk();            // into it, on a worker
  Status ReadRows(data::Batch& batch);  // on a worker, by the format's reader; empty at the end of the file
  void CloseFile();              // and go on with the next one
  Task<> LookAgain(Ctx ctx);
  Status TakeUnread(std::vector<Entry> listed);
  std::string WatchPosition() const;
  Status SeekWatched(std::string_view position);
  Result<int64_t> LineNumber(Place place);  // on a worker: of the line that begins there
  Fault InFile(const Fault& fault, size_t file, int64_t line = 0) const;
  Result<data::Batch> WithTheRest(data::Batch batch, const Entry& file) const;  // adds what folders and metadata say
  Result<LinesPiece::Tools> TakeTools();

  Env& env_;
  FileReading reading_;
  ports::TableRequest table_;
  const bool watches_;              // an endless table looks for new files again and again
  std::vector<Entry> files_;        // watched: that are not read yet
  ReadFiles read_;                  // watched: before them
  const bool passes_bad_;           // lines that cannot be decoded are kept, or told of, and passed over
  ports::LettersToKeep letters_;
  Counter& passed_over_;
  MonoTime next_look_;

  size_t file_number_ = 0;
  int64_t read_to_ = 0;             // lines: offset in the file behind the chunk; other formats: rows given
  std::unique_ptr<formats::FileReader> reader_;

  std::unique_ptr<io::File> file_;
  data::SlabPool slabs_{2};
  std::shared_ptr<data::Slab> chunk_;
  size_t chunk_bytes_ = kChunkBytes;
  size_t room_ = 0;                 // of the chunk; its slab may be longer
  size_t at_ = 0;                   // first byte of the chunk not decoded, or put into a piece, yet
  size_t end_ = 0;
  bool file_ended_ = false;

  // Of lines that are decoded beside: what stands above is what has been read, this is what has been given.
  Place given_;
  std::unique_ptr<LinesPiece> piece_;  // whose rows are being given
  std::vector<LinesPiece::Tools> tools_;  // that no piece needs now
  std::function<Result<std::unique_ptr<ports::Stage>>()> new_stage_;
  size_t pieces_max_ = 0;
  size_t piece_bytes_max_ = 0;
  std::unique_ptr<io::Ahead> ahead_;  // whose pieces use what stands above
};

Task<std::unique_ptr<ports::Source>> OpenFileSource(Env& env, Ctx ctx, ports::TableRequest table, const formats::FileFormats& file_formats, ports::DeadLetters* dead_letters);

}  // namespace freshet::files
