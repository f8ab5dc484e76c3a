#include "engines/topic_tables/dead_letters.h"

#include "data/key_partition.h"
#include "data/record_batch.h"
#include "engines/topic_tables/topic_tables.h"

namespace freshet::topic_tables {

Task<> DeadLetterTopics::Keep(Ctx ctx, std::vector<ports::DeadLetter> letters) {
  for (auto& letter : letters) {
    auto keeping = KeepOne(ctx, std::move(letter));
    Status kept = co_await keeping;
    if (!kept.ok()) co_return kept;
  }
  co_return Status();
}

Task<> DeadLetterTopics::KeepOne(Ctx ctx, ports::DeadLetter letter) {
  auto finding = TopicNamed(topics_, ctx, ports::DeadLetterTopic(letter.topic), true, Keep::kForEver);
  auto topic = co_await finding;
  if (!topic.ok()) co_return topic.status();
  std::string partition = StrCat(letter.partition), offset = StrCat(letter.offset);
  std::vector<data::RecordHeader> headers{{"why", letter.why}, {"topic", letter.topic}, {"partition", partition}, {"offset", offset}};
  if (!letter.cluster.empty()) headers.push_back({"cluster", letter.cluster});
  data::RecordBatchBuilder builder({});
  builder.Add(env_.clock().WallNow().ms, letter.key, letter.value, headers);
  auto batch = builder.Finish();
  if (!batch.ok()) co_return batch.status();
  std::vector<ports::LogAppend> appends(1);
  appends[0].key = {(*topic)->id, data::PartitionOfKey(partition, (*topic)->partitions)};
  appends[0].batches = std::move(batch).value();
  auto appending = log_.Append(ctx, std::move(appends));
  auto appended = co_await appending;
  if (!appended.ok()) co_return appended.status();
  co_return (*appended)[0].status();
}

}  // namespace freshet::topic_tables
