#include "engines/topic_tables/dead_letters.h"

#include "data/key_partition.h"
#include "data/record_batch.h"
#include "engines/topic_tables/topic_tables.h"

namespace freshet::topic_tables {

namespace {

constexpr int64_t kBatchBytes = 256 << 10;  // of several letters; a larger one stands in a batch of its own

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
  std::vector<data::RecordHeader> headers{{"why", letter.why}, {"topic", letter.topic}, {"partition", partition}, {"offset", offset}};
  if (!letter.cluster.empty()) headers.push_back({"cluster", letter.cluster});
  builder.Add(now_ms, letter.key, letter.value, headers);
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
