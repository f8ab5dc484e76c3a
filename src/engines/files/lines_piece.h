#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "data/formats/format.h"
#include "io/ahead.h"
#include "ports/connector.h"

namespace freshet::files {

// Some whole lines of a file, and the rows in them, once they are decoded. The bytes lie in a slab that all pieces of it share.
class LinesPiece final : public io::Ahead::Work {
 public:
  // Where in the file the lines begin, and whether it ends with them.
  struct Range {
    size_t file = 0;
    int64_t begin = 0;
    bool ends_file = false;
  };
  struct Rows {
    Result<data::Batch> batch;
    int64_t end = 0;  // in the file: of their last line
    std::vector<size_t> bad = {};  // of the piece's bytes: where lines between them begin that cannot be decoded
    std::unique_ptr<ports::Staged> staged = nullptr;
  };
  // By what it is decoded: one piece at a time has it.
  struct Tools {
    std::unique_ptr<formats::Decoder> decoder;
    std::unique_ptr<ports::Stage> stage;  // absent: there is none
  };
  // What makes rows of the table out of those of the file; on any loop.
  using Whole = std::function<Result<data::Batch>(data::Batch)>;
  // `passes_bad`: lines that cannot be decoded are told of, and those behind them decoded; else the first one is the fault.
  LinesPiece(Range range, std::string_view lines, data::Pin pin, Tools tools, Whole whole, bool passes_bad)
      : range_(range), lines_(lines), pin_(std::move(pin)), tools_(std::move(tools)), whole_(std::move(whole)), passes_bad_(passes_bad) {}

  void Do() override;

  const Range& range() const { return range_; }
  std::string_view lines() const { return lines_; }
  formats::Decoder& decoder() { return *tools_.decoder; }
  int64_t end() const { return range_.begin + static_cast<int64_t>(lines_.size()); }
  int64_t row_count() const { return row_count_; }
  // The next batch, each once; absent: there are no more, or the fault is next.
  std::optional<Rows> Next();
  // Of a line that begins there.
  const Status& status() const { return status_; }
  int64_t fault_at() const { return range_.begin + static_cast<int64_t>(at_); }
  Tools TakeTools() { return std::move(tools_); }

 private:
  Status Decode();
  void Add(data::Batch in_file, std::vector<size_t> bad);

  const Range range_;
  const std::string_view lines_;
  const data::Pin pin_;
  Tools tools_;
  const Whole whole_;
  const bool passes_bad_;
  size_t at_ = 0;  // of the lines: the first byte that is not decoded
  std::vector<Rows> rows_;
  size_t given_ = 0;
  int64_t row_count_ = 0;
  Status status_;
};

// Appends the lines of `chunk` from `at` on to the decoder until its batch is full or no whole line is left; the last one may lack its end where
// nothing comes behind it. `at` is moved behind what was decoded; with a Fault it stands at the line that is meant. With `bad` a line that cannot be decoded is no Fault: where it begins
// is added there, and when these are kBadLinesMax, too, it ends.
// A line of more rows than its batch still takes waits for the next one.
Status DecodeLines(formats::Decoder& decoder, std::string_view chunk, bool ended, size_t& at, std::vector<size_t>* bad = nullptr);

inline constexpr size_t kBadLinesMax = 1000;  // of one batch

bool HasRoomFor(const formats::Decoder& decoder, std::string_view line);
// The line of `chunk` that begins there, without its end.
std::string_view LineAt(std::string_view chunk, size_t at);

}  // namespace freshet::files
