#include "engines/topic_tables/dead_letters.h"

#include <algorithm>
#include <charconv>

#include "data/key_partition.h"
#include "data/record_batch.h"
#include "engines/topic_tables/topic_tables.h"

namespace freshet::topic_tables {

namespace {

constexpr int64_t kBatchBytes = 256 << 10;  // of several letters; a larger one stands in a batch of its own
constexpr size_t kUnpackedBytesMax = 256 << 20;
constexpr size_t kStandingMax = 1'000'000;

// Headers of a letter.
constexpr std::string_view kWhy = "why", kTopic = "topic", kTopicId = "topic_id", kPartition = "partition", kOffset = "offset", kCluster = "cluster", kPipeline = "pipeline", kTable = "table";

bool AreNeighbours(const ports::DeadLetter& a, const ports::DeadLetter& b) { return a.topic == b.topic && a.cluster == b.cluster && a.partition == b.partition; }

// How many of the first letters become one batch.
size_t RunOf(std::span<const ports::DeadLetter> letters) {
  size_t count = 0;
  int64_t bytes = 0;
  for (const auto& letter : letters) {
    bytes += letter.bytes();
    if (count > 0 && (bytes > kBatchBytes || !AreNeighbours(letters[0], letter))) break;
    ++count;
  }
  return count;
}

void Add(const ports::DeadLetter& letter, int64_t now_ms, data::RecordBatchBuilder& builder) {
  std::string partition = StrCat(letter.partition), offset = StrCat(letter.offset);
  std::vector<data::RecordHeader> headers{{kWhy, letter.why}, {kTopic, letter.topic}, {kPartition, partition}, {kOffset, offset}};
  const std::pair<std::string_view, const std::string&> others[] = {{kCluster, letter.cluster}, {kPipeline, letter.pipeline}, {kTable, letter.table}, {kTopicId, letter.topic_id}};
  for (const auto& [name, text] : others) {
    if (!text.empty()) headers.push_back({name, text});
  }
  builder.Add(now_ms, letter.key, letter.value, headers);
}

std::string_view HeaderOf(const data::Record& record, std::string_view name) {
  auto at = std::find_if(record.headers.begin(), record.headers.end(), [&](const auto& header) { return header.key == name; });
  return at == record.headers.end() || !at->value ? std::string_view() : *at->value;
}

template <typename T>
std::optional<T> NumberOf(const data::Record& record, std::string_view name) {
  std::string_view text = HeaderOf(record, name);
  T number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Of one that this pipeline has handed over; anybody may write into the topic.
std::optional<ports::LetterPlace> PlaceOf(const data::Record& record, const ports::DeadLetter& like) {
  bool is_like = HeaderOf(record, kTopic) == like.topic && HeaderOf(record, kTopicId) == like.topic_id && HeaderOf(record, kCluster) == like.cluster && HeaderOf(record, kPipeline) == like.pipeline &&
                 HeaderOf(record, kTable) == like.table;
  if (!is_like) return std::nullopt;
  auto partition = NumberOf<int32_t>(record, kPartition);
  auto offset = NumberOf<int64_t>(record, kOffset);
  if (!partition || !offset) return std::nullopt;
  return ports::LetterPlace(*partition, *offset);
}

Status AddPlaces(std::string_view batch, const ports::DeadLetter& like, std::vector<ports::LetterPlace>& places) {
  ASSIGN_OR_RETURN(auto view, data::RecordBatchView::Parse(batch));
  if (view.header().control()) return {};
  ASSIGN_OR_RETURN(auto reader, data::RecordReader::Open(view, kUnpackedBytesMax));
  data::Record record;
  for (;;) {
    ASSIGN_OR_RETURN(bool more, reader.Next(record));
    if (!more) return {};
    auto place = PlaceOf(record, like);
    if (place && places.size() < kStandingMax) places.push_back(*place);
  }
}

}  // namespace

Task<> DeadLetterTopics::Keep(Ctx ctx, std::vector<ports::DeadLetter> letters) {
  for (std::span<const ports::DeadLetter> rest(letters); !rest.empty();) {
    size_t run = RunOf(rest);
    std::vector<ports::LogAppend> appends(1);
    CO_ASSIGN_OR_RETURN(appends[0], AppendOf(ctx, rest.first(run)));
    auto appending = log_.Append(ctx, std::move(appends));
    auto appended = co_await appending;
    if (!appended.ok()) co_return appended.status();
    if (!(*appended)[0].ok()) co_return (*appended)[0].status();
    rest = rest.subspan(run);
  }
  co_return Status();
}

Task<std::vector<ports::LogAppend>> DeadLetterTopics::Stage(Ctx ctx, std::vector<ports::DeadLetter> letters) {
  std::vector<ports::LogAppend> staged;
  for (std::span<const ports::DeadLetter> rest(letters); !rest.empty();) {
    size_t run = RunOf(rest);
    CO_ASSIGN_OR_RETURN(auto append, AppendOf(ctx, rest.first(run)));
    staged.push_back(std::move(append));
    rest = rest.subspan(run);
  }
  co_return staged;
}

Task<std::vector<ports::LetterPlace>> DeadLetterTopics::Standing(Ctx ctx, ports::DeadLetter like) {
  std::vector<ports::LetterPlace> places;
  ports::Topics::Ref topic = topics_.Find(ports::DeadLetterTopic(like.topic));
  for (int32_t p = 0; topic != nullptr && p < topic->partitions; ++p) {
    ports::LogRead next{.key = {topic->id, data::PartitionId(p)}, .from = data::Offset(0), .committed_only = true};
    CO_ASSIGN_OR_RETURN(auto bounds, log_.Bounds(ctx, next.key));
    next.from = bounds.start;
    while (next.from < bounds.last_stable) {
      std::vector<ports::LogRead> reads{next};
      CO_ASSIGN_OR_RETURN(auto slices, log_.Read(ctx, std::move(reads), {}));
      if (!slices[0].status.ok()) {  // letters that cannot be read stand perhaps once more; they stop nobody
        env_.log().ForRoom("engines/topic_tables").Warn("dead letters cannot be read, and may stand twice", {{"topic", topic->name}, {"partition", p}, {"why", slices[0].status.fault().message()}});
        break;
      }
      if (slices[0].batches.empty()) break;
      for (const auto& batch : slices[0].batches) {
        Status added = AddPlaces(*batch, like, places);
        if (!added.ok()) co_return added.fault();
        next.from = data::RecordBatchView::Parse(*batch)->header().next_offset();
      }
    }
  }
  co_return places;
}

Task<ports::LogAppend> DeadLetterTopics::AppendOf(Ctx ctx, std::span<const ports::DeadLetter> run) {
  auto finding = TopicNamed(topics_, ctx, ports::DeadLetterTopic(run[0].topic), true, Keep::kForEver);
  auto topic = co_await finding;
  if (!topic.ok()) co_return topic.status();
  data::RecordBatchBuilder builder({});
  for (const auto& letter : run) Add(letter, env_.clock().WallNow().ms, builder);
  auto batch = builder.Finish();
  if (!batch.ok()) co_return batch.status();
  ports::LogAppend append;
  append.key = {(*topic)->id, data::PartitionOfKey(StrCat(run[0].partition), (*topic)->partitions)};
  append.batches = std::move(batch).value();
  co_return append;
}

}  // namespace freshet::topic_tables
