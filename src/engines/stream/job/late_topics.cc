#include "engines/stream/job/late_topics.h"

#include "data/record_batch.h"

namespace freshet::stream {
namespace {

constexpr size_t kRecordsPerBatch = 1000;
constexpr size_t kNameMax = 200;

}  // namespace

std::string LateTopicName(const std::string& relation) {
  std::string name = "__late.";
  for (char c : relation.substr(0, kNameMax)) {
    bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    name += allowed ? c : '_';
  }
  return name;
}

void LateTopics::Add(const std::string& relation, const std::vector<std::string>& columns, const data::Batch& rows) {
  data::Schema schema;
  for (size_t c = 0; c < columns.size(); ++c) schema.Add(columns[c], rows.column(static_cast<int>(c))->type);
  auto encoder = formats::OpenEncoder("json", {}, schema);
  std::vector<std::string>& lines = lines_[LateTopicName(relation)];
  data::Selection sel = rows.selection();
  for (int k = 0; encoder.ok() && k < sel.count; ++k) {
    std::string line;
    if ((*encoder)->Append(line, rows, sel.row(k)).ok()) lines.push_back(std::move(line));
  }
}

Task<std::vector<ports::LogAppend>> LateTopics::Take(Ctx ctx, ports::Topics& topics, int64_t now_ms) {
  auto all = std::move(lines_);
  lines_.clear();
  std::vector<ports::LogAppend> appends;
  for (const auto& [name, lines] : all) {
    if (lines.empty()) continue;
    auto topic = topics.Find(name);
    if (topic == nullptr) {
      ports::TopicSpec spec;
      spec.name = name;
      spec.partitions = 1;
      auto creating = topics.Create(ctx, spec, false);
      auto created = co_await creating;
      if (!created.ok() && created.code() != Code::kAlreadyExists) co_return created.fault();
      topic = topics.Find(name);
    }
    if (topic == nullptr) co_return Fault::Unavailable("topic '", name, "' of late rows was deleted while it was made");
    ports::LogAppend append;
    append.key = {topic->id, data::PartitionId(0)};
    data::RecordBatchBuilder builder({});
    for (size_t i = 0; i < lines.size(); ++i) {
      builder.Add(now_ms, std::nullopt, lines[i]);
      bool full = builder.plain_bytes() > (256 << 10) || static_cast<size_t>(builder.count()) >= kRecordsPerBatch;
      if (!full && i + 1 < lines.size()) continue;
      auto batch = builder.Finish();
      if (!batch.ok()) co_return batch.fault();
      append.batches += *batch;
    }
    appends.push_back(std::move(append));
  }
  co_return appends;
}

}  // namespace freshet::stream
