#include "tests/sql/inline_connector.h"

#include "data/canonical.h"
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

namespace {

std::string KeyText(const data::Batch& batch, const std::vector<int>& columns, int row) {
  std::string text;
  for (int c : columns) {
    data::AppendCanonical(text, *batch.column(c), row);
    text += '|';
  }
  return text;
}

class InlineLookup final : public ports::Lookup {
 public:
  InlineLookup(data::Batch rows, std::vector<int> keys) : rows_(std::move(rows)), keys_(std::move(keys)) {}

  Task<Found> Get(Ctx, data::Batch keys) override {
    std::vector<data::Type> types;
    for (const auto& column : rows_.columns()) types.push_back(column->type.WithNullable(true));
    std::vector<int> all;
    for (int c = 0; c < keys.column_count(); ++c) all.push_back(c);
    data::BatchBuilder out(types);
    Found found;
    for (int k = 0; k < keys.length(); ++k) {
      int at = -1;
      for (int row = 0; row < rows_.length(); ++row) {
        if (KeyText(rows_, keys_, row) == KeyText(keys, all, k)) at = row;
      }
      for (int c = 0; c < rows_.column_count(); ++c) {
        if (at < 0) out.column(c).AppendNull();
        else out.column(c).AppendFrom(*rows_.column(c), at);
      }
      out.EndRow();
      found.found.push_back(at >= 0);
    }
    found.rows = out.Build();
    co_return found;
  }

 private:
  data::Batch rows_;
  std::vector<int> keys_;
};

}  // namespace

Task<std::unique_ptr<ports::Lookup>> InlineConnector::OpenLookup(Ctx ctx, ports::LookupRequest lookup) {
  InlineConnector whole(0);
  auto opening = whole.OpenSource(ctx, lookup.table);
  auto source = co_await opening;
  if (!source.ok()) co_return source.fault();
  auto polling = (*source)->Poll(ctx);
  auto polled = co_await polling;
  if (!polled.ok()) co_return polled.fault();
  std::vector<int> keys;
  for (const auto& key : lookup.key_columns) {
    for (size_t c = 0; c < lookup.table.columns.fields().size(); ++c) {
      if (lookup.table.columns.fields()[c].name == key) keys.push_back(static_cast<int>(c));
    }
  }
  std::unique_ptr<ports::Lookup> opened = std::make_unique<InlineLookup>(polled->batch.Gather(), std::move(keys));
  co_return opened;
}

}  // namespace freshet::sql_cases
