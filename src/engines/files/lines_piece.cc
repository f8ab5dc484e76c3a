#include "engines/files/lines_piece.h"

#include "data/formats/line_reader.h"

namespace freshet::files {

Status DecodeLines(formats::Decoder& decoder, std::string_view chunk, bool ended, size_t& at) {
  auto* line_reader = dynamic_cast<formats::LineReader*>(&decoder);
  while (decoder.rows() + decoder.rows_per_record() <= data::kMaxBatchRows && at < chunk.size()) {
    size_t taken = line_reader == nullptr ? 0 : line_reader->AppendLine(chunk.substr(at));
    at += taken;
    if (taken > 0) continue;
    size_t newline = chunk.find('\n', at);
    if (newline == std::string_view::npos && !ended) return {};
    size_t end = std::min(newline, chunk.size());
    RETURN_NOT_OK(decoder.Append(chunk.substr(at, end - at)));
    at = std::min(end + 1, chunk.size());
  }
  return {};
}

void LinesPiece::Do() {
  tools_.decoder->SetChunk(lines_, pin_);
  status_ = Decode();
}

Status LinesPiece::Decode() {
  do {
    RETURN_NOT_OK(DecodeLines(*tools_.decoder, lines_, true, at_));
    if (tools_.decoder->rows() > 0) Add(tools_.decoder->Finish());
  } while (at_ < lines_.size());
  return {};
}

void LinesPiece::Add(data::Batch in_file) {
  row_count_ += in_file.length();
  rows_.push_back({whole_(std::move(in_file)), fault_at()});
  Rows& rows = rows_.back();
  if (rows.batch.ok() && tools_.stage) rows.staged = tools_.stage->Run(*rows.batch);
}

std::optional<LinesPiece::Rows> LinesPiece::Next() {
  if (given_ == rows_.size()) return std::nullopt;
  return std::move(rows_[given_++]);
}

}  // namespace freshet::files
