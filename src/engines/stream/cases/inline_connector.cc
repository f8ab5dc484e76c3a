#include "engines/stream/cases/inline_connector.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "data/canonical.h"
#include "data/formats/format.h"
#include "data/known_words.h"
#include "engines/stream/cases/draws.h"
#include "io/ahead.h"

namespace freshet::stream {
namespace {

constexpr size_t kPartitionsMax = 1000;

Result<size_t> PartitionsOf(const ports::TableRequest& table) {
  auto said = table.options.find("partitions");
  if (said == table.options.end()) return size_t{1};
  size_t partitions = 0;
  const char* end = said->second.data() + said->second.size();
  auto [at, error] = std::from_chars(said->second.data(), end, partitions);
  if (error == std::errc() && at == end && partitions >= 1 && partitions <= kPartitionsMax) return partitions;
  return Fault::Invalid("table ", table.name, ": 'partitions' = '", said->second, "' is no number from 1 to ", kPartitionsMax);
}

Result<std::unique_ptr<formats::Decoder>> DecoderOf(const ports::TableRequest& table) {
  auto format = table.options.find("format");
  if (format == table.options.end()) return Fault::Invalid("table ", table.name, ": connector inline needs the option 'format'; say 'format' = 'json' or 'csv'");
  if (formats::IsBlockFormat(format->second)) return Fault::Unsupported("table ", table.name, ": records of format ", format->second, " are no lines; read a file of them, 'connector' = 'filesystem'");
  formats::Options options;
  for (const auto& [key, value] : table.options) {
    if (key.starts_with(format->second + ".")) options[key.substr(format->second.size() + 1)] = value;
  }
  return formats::OpenDecoder(format->second, options, table.record, table.columns);
}

std::vector<std::string_view> RecordsOf(std::string_view all) {
  std::vector<std::string_view> records;
  while (!all.empty()) {
    size_t end = all.find('\n');
    std::string_view line = all.substr(0, end);
    if (line.find_first_not_of(" \r") != std::string_view::npos) records.push_back(line);
    all = end == std::string_view::npos ? std::string_view() : all.substr(end + 1);
  }
  return records;
}

// The lines of one batch.
struct InlineLines final : io::Ahead::Work {
  void Do() override {
    for (size_t n = 0; n < lines.size() && status.ok(); ++n) {
      status = decoder->Append(lines[n]);
      bad_line = n;
    }
    batch = decoder->Finish().WithPartition(static_cast<int32_t>(partition));
    if (stage != nullptr && status.ok()) staged = stage->Run(batch);
  }

  std::unique_ptr<formats::Decoder> decoder;
  std::unique_ptr<ports::Stage> stage;
  size_t partition = 0;
  std::vector<std::string_view> lines;
  std::vector<size_t> numbers;  // of the lines in the table
  std::vector<size_t> after;    // where the source stands behind them
  bool ended = false;           // with them
  data::Batch batch;
  std::unique_ptr<ports::Staged> staged;
  Status status;
  size_t bad_line = 0;          // where the status is a Fault
};

class InlineSource final : public ports::Source {
 public:
  struct Shape {
    size_t partitions = 1;
    bool any_order = false;  // of lines of different partitions, as the seed says
    uint64_t seed = 0;
  };

  InlineSource(ports::TableRequest table, std::vector<std::string_view> lines, std::shared_ptr<data::Slab> text, Shape shape)
      : table_(std::move(table)), lines_(std::move(lines)), text_(std::move(text)), shape_(shape), random_(shape.seed) {
    for (size_t p = 0; p < shape_.partitions; ++p) next_.push_back(p);
    given_ = next_;
  }

  Task<ports::Polled> Poll(Ctx) override {
    std::unique_ptr<InlineLines> lines;
    if (ahead_) {
      while (!all_cut_ && ahead_->size() < kAheadMost) {
        auto cut = Cut();
        auto stage = new_stage_ ? new_stage_() : std::unique_ptr<ports::Stage>();
        if (!stage.ok()) co_return stage.fault();
        cut->stage = std::move(*stage);
        ahead_->Add(std::move(cut));
      }
      auto taking = ahead_->Take();
      auto taken = co_await taking;
      if (!taken.ok()) co_return taken.fault();
      lines.reset(static_cast<InlineLines*>(taken->release()));
    } else {
      lines = Cut();
      lines->Do();
    }
    if (!lines->status.ok()) co_return Fault::Invalid("table ", table_.name, ": record ", lines->numbers[lines->bad_line] + 1, " of 'rows': ", lines->status.fault().message());
    given_ = lines->after;
    ports::Polled polled;
    polled.partition = static_cast<int32_t>(lines->partition);
    polled.batch = std::move(lines->batch);
    polled.staged = std::move(lines->staged);
    polled.ended = lines->ended;
    co_return polled;
  }
  std::string Position() const override {
    std::string out;
    for (size_t next : given_) out += StrCat(next, " ");
    return out;
  }
  Status Seek(std::string_view position) override {
    std::istringstream in{std::string(position)};
    for (size_t& next : next_) in >> next;
    given_ = next_;
    return {};
  }
  std::vector<int32_t> Partitions() const override {
    std::vector<int32_t> out;
    for (size_t p = 0; p < shape_.partitions; ++p) out.push_back(static_cast<int32_t>(p));
    return out;
  }
  void DecodeBeside(ports::Beside beside) override {
    new_stage_ = std::move(beside.new_stage);
    ahead_ = std::make_unique<io::Ahead>(beside.loops);
  }

 private:
  static constexpr size_t kAheadMost = 5;

  std::unique_ptr<InlineLines> Cut() {
    auto cut = std::make_unique<InlineLines>();
    cut->decoder = DecoderOf(table_).value();  // it could be opened when the table was
    cut->decoder->SetChunk({text_->data(), text_->size()}, text_);
    cut->partition = Turn();
    size_t& next = next_[cut->partition];
    size_t most = shape_.seed == 0 ? lines_.size() : 1 + random_.Below(3);
    for (size_t n = 0; n < most && next < lines_.size(); ++n) {
      if (!shape_.any_order && Earliest() != cut->partition) break;
      cut->lines.push_back(lines_[next]);
      cut->numbers.push_back(next);
      next += shape_.partitions;
    }
    cut->after = next_;
    cut->ended = all_cut_ = Ended();
    return cut;
  }
  bool Ended() const { return next_[Earliest()] >= lines_.size(); }
  size_t Earliest() const { return static_cast<size_t>(std::min_element(next_.begin(), next_.end()) - next_.begin()); }
  size_t Turn() {
    size_t partition = Earliest();
    while (shape_.any_order && shape_.seed != 0 && !Ended()) {
      partition = random_.Below(shape_.partitions);
      if (next_[partition] < lines_.size()) break;
    }
    return partition;
  }

  const ports::TableRequest table_;
  std::vector<std::string_view> lines_;
  std::shared_ptr<data::Slab> text_;
  Shape shape_;
  Draws random_;
  std::vector<size_t> next_;   // by partition: the line that is cut next
  std::vector<size_t> given_;  // and that Poll brings next
  bool all_cut_ = false;
  std::function<Result<std::unique_ptr<ports::Stage>>()> new_stage_;
  std::unique_ptr<io::Ahead> ahead_;
};

}  // namespace

Status InlineConnector::Check(const ports::TableRequest& table, ports::TableUse use) const {
  if (use == ports::TableUse::kWrite) return Fault::Unsupported("table ", table.name, ": inline tables cannot be written; 'connector' = 'print' shows what is");
  RETURN_NOT_OK(DecoderOf(table));
  RETURN_NOT_OK(PartitionsOf(table));
  for (const auto& [key, value] : table.options) {
    static constexpr std::string_view kKnown[] = {"connector", "format", "rows", "partitions", "interleave"};
    bool known = std::find(std::begin(kKnown), std::end(kKnown), key) != std::end(kKnown) || key.starts_with(table.options.at("format") + ".");
    if (!known) return Fault::Invalid("table ", table.name, ": connector inline has no option '", key, "'", data::InsteadOf(key, kKnown), " (and those of the format)");
    if (key == "interleave" && value != "any") return Fault::Invalid("table ", table.name, ": 'interleave' takes 'any', or is left out");
  }
  if (!table.options.contains("rows")) return Fault::Invalid("table ", table.name, ": connector inline needs the option 'rows', with one record a line");
  return {};
}

Task<std::unique_ptr<ports::Source>> InlineConnector::OpenSource(Ctx, ports::TableRequest table) {
  Status fits = Check(table, ports::TableUse::kRead);
  if (!fits.ok()) co_return fits.fault();
  auto decoder = DecoderOf(table);
  if (!decoder.ok()) co_return decoder.fault();
  auto partitions = PartitionsOf(table);
  if (!partitions.ok()) co_return partitions.fault();
  InlineSource::Shape shape{*partitions, table.options.contains("interleave"), seed_};
  const std::string& rows = table.options["rows"];
  auto text = data::Slab::Make(rows.size());
  std::memcpy(text->data(), rows.data(), rows.size());
  std::vector<std::string_view> records = RecordsOf({text->data(), rows.size()});
  std::unique_ptr<ports::Source> source = std::make_unique<InlineSource>(std::move(table), std::move(records), text, shape);
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

}  // namespace freshet::stream
