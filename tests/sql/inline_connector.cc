#include "tests/sql/inline_connector.h"

#include "data/formats/format.h"

namespace freshet::sql_cases {
namespace {

class InlineSource final : public ports::Source {
 public:
  InlineSource(std::vector<std::string_view> lines, std::shared_ptr<data::Slab> text, std::unique_ptr<formats::Decoder> decoder, int partitions, uint64_t seed)
      : lines_(std::move(lines)), text_(std::move(text)), decoder_(std::move(decoder)), partitions_(partitions), seed_(seed), random_(seed) {
    decoder_->SetChunk({text_->data(), text_->size()}, text_);
  }

  Task<ports::Polled> Poll(Ctx) override {
    ports::Polled polled;
    auto partition = static_cast<int32_t>(next_ % static_cast<size_t>(partitions_));
    polled.partition = partition;
    size_t most = seed_ == 0 ? lines_.size() : 1 + random_.Below(3);
    for (size_t n = 0; n < most && next_ < lines_.size(); ++n) {
      if (static_cast<int32_t>(next_ % static_cast<size_t>(partitions_)) != partition) break;
      Status status = decoder_->Append(lines_[next_++]);
      if (!status.ok()) co_return status.fault();
    }
    polled.batch = decoder_->Finish();
    polled.ended = next_ == lines_.size();
    co_return polled;
  }
  std::string Position() const override { return StrCat(next_); }
  Status Seek(std::string_view position) override {
    next_ = static_cast<size_t>(std::stoul(std::string(position)));
    return {};
  }
  std::vector<int32_t> Partitions() const override {
    std::vector<int32_t> out;
    for (int32_t p = 0; p < partitions_; ++p) out.push_back(p);
    return out;
  }

 private:
  std::vector<std::string_view> lines_;
  std::shared_ptr<data::Slab> text_;
  std::unique_ptr<formats::Decoder> decoder_;
  int partitions_;
  uint64_t seed_;
  testing::SeededRandom random_;
  size_t next_ = 0;
};

}  // namespace

Task<std::unique_ptr<ports::Source>> InlineConnector::OpenSource(Ctx, ports::TableRequest table) {
  std::string format = table.options["format"], rows = table.options["rows"];
  formats::Options options;
  for (const auto& [key, value] : table.options) {
    if (key.starts_with(format + ".")) options[key.substr(format.size() + 1)] = value;
  }
  auto decoder = formats::OpenDecoder(format, options, table.record, table.columns);
  if (!decoder.ok()) co_return decoder.fault();
  int partitions = table.options.contains("partitions") ? std::stoi(table.options["partitions"]) : 1;
  auto text = data::Slab::Make(rows.size());
  std::memcpy(text->data(), rows.data(), rows.size());
  std::vector<std::string_view> lines;
  std::string_view all(text->data(), rows.size());
  while (!all.empty()) {
    size_t end = all.find('\n');
    std::string_view line = all.substr(0, end);
    if (line.find_first_not_of(' ') != std::string_view::npos) lines.push_back(line);
    all = end == std::string_view::npos ? std::string_view() : all.substr(end + 1);
  }
  std::unique_ptr<ports::Source> source = std::make_unique<InlineSource>(std::move(lines), text, std::move(*decoder), partitions, seed_);
  co_return source;
}
Task<std::unique_ptr<ports::Sink>> InlineConnector::OpenSink(Ctx, ports::TableRequest table) {
  co_return Fault::Unsupported("table ", table.name, ": inline tables cannot be written");
}
Task<std::unique_ptr<ports::Lookup>> InlineConnector::OpenLookup(Ctx, ports::LookupRequest lookup) {
  co_return Fault::Unsupported("table ", lookup.table.name, ": inline tables cannot be looked up");
}

}  // namespace freshet::sql_cases
