#include "engines/files/lines_piece.h"

#include "data/formats/line_reader.h"

namespace freshet::files {

std::string_view LineAt(std::string_view chunk, size_t at) { return chunk.substr(at, chunk.find('\n', at) - at); }

bool HasRoomFor(const formats::Decoder& decoder, std::string_view line) { return decoder.rows() + decoder.rows_of(line) <= data::kMaxBatchRows; }

Status DecodeLines(formats::Decoder& decoder, std::string_view chunk, bool ended, size_t& at, std::vector<size_t>* bad) {
  auto* line_reader = dynamic_cast<formats::LineReader*>(&decoder);
  while (decoder.rows() + decoder.rows_per_record() <= data::kMaxBatchRows && at < chunk.size()) {
    size_t taken = line_reader == nullptr ? 0 : line_reader->AppendLine(chunk.substr(at));
    at += taken;
    if (taken > 0) continue;
    size_t newline = chunk.find('\n', at);
    if (newline == std::string_view::npos && !ended) return {};
    size_t end = std::min(newline, chunk.size());
    if (!HasRoomFor(decoder, chunk.substr(at, end - at))) return {};
    Status decoded = decoder.Append(chunk.substr(at, end - at));
    if (!decoded.ok() && bad == nullptr) return decoded;
    if (!decoded.ok()) bad->push_back(at);
    at = std::min(end + 1, chunk.size());
    if (bad != nullptr && bad->size() >= kBadLinesMax) return {};
  }
  return {};
}

void LinesPiece::Do() {
  tools_.decoder->SetChunk(lines_, pin_);
  status_ = Decode();
}

Status LinesPiece::Decode() {
  do {
    std::vector<size_t> bad;
    RETURN_NOT_OK(DecodeLines(*tools_.decoder, lines_, true, at_, passes_bad_ ? &bad : nullptr));
    if (tools_.decoder->rows() > 0 || !bad.empty()) Add(tools_.decoder->Finish(), std::move(bad));
  } while (at_ < lines_.size());
  return {};
}

void LinesPiece::Add(data::Batch in_file, std::vector<size_t> bad) {
  row_count_ += in_file.length();
  bool none = in_file.length() == 0;
  rows_.push_back({none ? Result<data::Batch>(std::move(in_file)) : whole_(std::move(in_file)), fault_at(), std::move(bad)});
  if (none) return;
  Rows& rows = rows_.back();
  if (rows.batch.ok() && tools_.stage) rows.staged = tools_.stage->Run(*rows.batch);
}

std::optional<LinesPiece::Rows> LinesPiece::Next() {
  if (given_ == rows_.size()) return std::nullopt;
  return std::move(rows_[given_++]);
}

}  // namespace freshet::files
