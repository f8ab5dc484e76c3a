#include "data/record_batch.h"
#include "doors/kafka/requests.h"
#include "wire/kafka/messages/produce.h"

namespace freshet::doors::kafka {
namespace {

using Answer = wire::ProduceResponse::PartitionProduceResponse;

constexpr int64_t kUnpackedBytesMax = 64 << 20;  // eight times the largest batch
constexpr int64_t kUnpackedShare = 4;  // of the house's memory, a fourth at most
constexpr int kFirstVersionWithZstd = 7;
constexpr size_t kCopiedBytes = 16 << 10;

struct Refusal {
  Error error = Error::kNone;
  std::string message;
  std::vector<int32_t> records;  // those whose doing it is, by their place in the batch
};

// What the batches of one request are measured by.
struct Terms {
  int version;
  int64_t now_ms;
  size_t unpacked_bytes_max;
};

// A batch whose header has another newest time than its records: searches by time and retention go by the header.
struct Misdated {
  size_t at;  // in the run
  size_t bytes;
  int64_t newest_ms;
};

// The places of those records that are wrong in some way. A batch that cannot be read through is somebody else's to refuse.
template <typename IsWrong>
std::vector<int32_t> FindRecords(const data::RecordBatchView& batch, const Terms& terms, IsWrong is_wrong) {
  std::vector<int32_t> found;
  auto reader = data::RecordReader::Open(batch, terms.unpacked_bytes_max);
  data::Record record;
  for (int32_t i = 0; reader.ok(); ++i) {
    auto more = reader->Next(record);
    if (!more.ok() || !*more) break;
    if (is_wrong(record)) found.push_back(i);
  }
  return found;
}

// Times that the topic does not take. Topics that stamp records themselves take any.
Refusal CheckTimes(const data::RecordBatchView& batch, const data::LogConfig& config, const Terms& terms) {
  bool takes_any = config.timestamp_before_max_ms == INT64_MAX && config.timestamp_after_max_ms == INT64_MAX;
  if (takes_any || config.log_append_time) return {};
  auto wrong = FindRecords(batch, terms, [&, now_ms = terms.now_ms](const data::Record& record) {
    return record.timestamp_ms < now_ms - config.timestamp_before_max_ms || (record.timestamp_ms > now_ms && record.timestamp_ms - now_ms > config.timestamp_after_max_ms);
  });
  if (wrong.empty()) return {};
  return {Error::kInvalidTimestamp, "its time is too far from now (message.timestamp.before.max.ms, message.timestamp.after.max.ms)", std::move(wrong)};
}

// What a producer can do wrong that the log does not look for: the log checks checksum, size and sequence.
Refusal CheckBatch(const data::RecordBatchView& batch, const data::Topic& topic, const Terms& terms, int64_t& newest_ms) {
  const auto& header = batch.header();
  if (header.control()) return {Error::kInvalidRecord, "control batches are written by the house only"};
  if (header.codec_number() >= data::kCodecs) return {Error::kUnsupportedCompressionType, "unknown compression"};
  if (header.codec() == data::Codec::kZstd && terms.version < kFirstVersionWithZstd) {
    return {Error::kUnsupportedCompressionType, "zstd needs produce version 7"};
  }
  Refusal times = CheckTimes(batch, topic.log, terms);
  if (times.error != Error::kNone) return times;
  auto newest = data::ValidateRecords(batch, terms.unpacked_bytes_max, topic.log.compacted);
  if (newest.ok()) {
    newest_ms = *newest;
    Status sealed = newest_ms == header.max_timestamp_ms ? Status() : batch.CheckCrc();  // which would be made again over it
    return sealed.ok() ? Refusal() : Refusal{Error::kCorruptMessage, sealed.fault().message(), {}};
  }
  if (newest.code() != Code::kInvalid) return {ErrorOf(newest.code()), newest.fault().message(), {}};
  return {Error::kInvalidRecord, "a compacted topic needs a key", FindRecords(batch, terms, [](const data::Record& record) { return !record.key.has_value(); })};
}

Refusal CheckBatches(std::string_view run, const data::Topic& topic, const Terms& terms, std::vector<Misdated>& misdated) {
  const char* begin = run.data();
  if (run.empty()) return {Error::kInvalidRecord, "no records"};
  while (!run.empty()) {
    auto batch = data::RecordBatchView::Parse(run);
    if (!batch.ok()) {
      return {batch.code() == Code::kUnsupported ? Error::kInvalidRecord : Error::kCorruptMessage, batch.fault().message()};
    }
    int64_t newest_ms = 0;
    Refusal refusal = CheckBatch(*batch, topic, terms, newest_ms);
    if (refusal.error != Error::kNone) return refusal;
    if (newest_ms != batch->header().max_timestamp_ms) misdated.push_back({static_cast<size_t>(run.data() - begin), batch->bytes().size(), newest_ms});
    run.remove_prefix(batch->bytes().size());
  }
  return {};
}

// Of a run that was checked.
int64_t RecordsIn(std::string_view run) {
  int64_t records = 0;
  while (!run.empty()) {
    auto batch = data::RecordBatchView::Parse(run);
    records += batch->header().record_count;
    run.remove_prefix(batch->bytes().size());
  }
  return records;
}

// Nearly the whole frame is kept where it came to; what is short, or would keep much else in memory, is copied out.
ports::LogAppend AppendOf(data::PartitionKey key, std::string_view run, const data::OwnBytes& frame) {
  bool stays = run.size() >= kCopiedBytes && run.size() >= frame.size() / 4 * 3;
  if (stays) return {.key = key, .batches = {}, .in_place = frame.Part(run)};
  return {.key = key, .batches = std::string(run)};
}

// Collects what may be appended, and which answer each append belongs to.
class Plan {
 public:
  Plan(Room& room, const wire::ProduceRequest& request, const Call& call) : room_(room), request_(request), call_(call) {
    for (const auto& topic : request.topic_data) PlanTopic(topic);
  }

  std::vector<ports::LogAppend> TakeAppends() { return std::move(appends_); }
  bool empty() const { return appends_.empty(); }
  wire::ProduceResponse Finish(const std::vector<Result<ports::Appended>>& appended) {
    for (size_t i = 0; i < appended.size(); ++i) {
      Fill(response_.responses[places_[i].topic].partition_responses[places_[i].partition], appended[i]);
      if (appended[i].ok() && !appended[i]->duplicate) Count(places_[i]);
    }
    return std::move(response_);
  }
  wire::ProduceResponse Refuse(const Fault& fault) {
    for (const auto& place : places_) SetError(response_.responses[place.topic].partition_responses[place.partition], {ErrorOf(fault.code()), fault.message()});
    return std::move(response_);
  }

 private:
  struct Place {
    size_t topic;
    size_t partition;
    int64_t records;
    int64_t bytes;
  };

  void Count(const Place& place) {
    room_.passed.messages_in.Add(place.records);
    room_.passed.bytes_in.Add(place.bytes);
  }

  void PlanTopic(const wire::ProduceRequest::TopicProduceData& wanted) {
    auto topic = room_.ports.topics.Find(wanted.name);
    auto& answers = response_.responses.emplace_back();
    answers.name = wanted.name;
    for (const auto& partition : wanted.partition_data) {
      auto& answer = answers.partition_responses.emplace_back();
      answer.index = partition.index;
      answer.base_offset = -1;
      std::vector<Misdated> misdated;
      Refusal refusal = Check(topic.get(), partition, misdated);
      if (refusal.error != Error::kNone) {
        SetError(answer, refusal);
        continue;
      }
      appends_.push_back(AppendOf({topic->id, data::PartitionId(partition.index)}, *partition.records, call_.frame));
      for (const Misdated& batch : misdated) data::StampNewestTime(appends_.back().span().subspan(batch.at, batch.bytes), batch.newest_ms);
      places_.push_back({response_.responses.size() - 1, answers.partition_responses.size() - 1, RecordsIn(*partition.records), static_cast<int64_t>(partition.records->size())});
    }
  }

  Refusal Check(const data::Topic* topic, const wire::ProduceRequest::PartitionProduceData& partition, std::vector<Misdated>& misdated) const {
    if (request_.acks < -1 || request_.acks > 1) return {Error::kInvalidRequiredAcks, "acks must be -1, 0 or 1"};
    if (topic == nullptr || partition.index < 0 || partition.index >= topic->partitions) {
      return {Error::kUnknownTopicOrPartition, ""};
    }
    if (data::IsInternalTopic(topic->name)) return {Error::kInvalidTopic, "topics that begin with __ are the house's own and only read"};
    Terms terms{call_.header.version, room_.env.clock().WallNow().ms, static_cast<size_t>(std::min(kUnpackedBytesMax, room_.env.memory().bytes_max() / kUnpackedShare))};
    return CheckBatches(partition.records.value_or(std::string_view()), *topic, terms, misdated);
  }

  static void SetError(Answer& answer, const Refusal& refusal) {
    answer.error_code = Number(refusal.error);
    if (!refusal.message.empty()) answer.error_message = refusal.message;
    for (int32_t record : refusal.records) answer.record_errors.push_back({record, refusal.message});
  }

  static void Fill(Answer& answer, const Result<ports::Appended>& appended) {
    if (!appended.ok()) return SetError(answer, {appended.code() == Code::kConflict ? Error::kInvalidTxnState : ErrorOf(appended.code()), appended.fault().message()});
    answer.base_offset = appended->base_offset.get();
    answer.log_append_time_ms = appended->log_append_time_ms;
    answer.log_start_offset = appended->log_start.get();
  }

  Room& room_;
  const wire::ProduceRequest& request_;
  const Call& call_;
  wire::ProduceResponse response_;
  std::vector<ports::LogAppend> appends_;
  std::vector<Place> places_;
};

}  // namespace

// acks=0, 1 and -1 are all appended durably; acks only says whether the client wants to hear of it.
Task<AnswerFrame> Produce(Ctx ctx, Room& room, const Call& call) {
  int version = call.header.version;
  auto request = wire::Decode<wire::ProduceRequest>(call.body, version);
  if (!request.ok()) co_return request.status();
  Plan plan(room, *request, call);
  wire::ProduceResponse response;
  if (plan.empty()) {
    response = plan.Finish({});
  } else {
    ctx = ctx.WithDeadline(room.env.clock().Now() + Milliseconds(std::max(request->timeout_ms, 1000)));
    auto append = room.ports.log.Append(ctx, plan.TakeAppends());
    auto appended = co_await append;
    response = appended.ok() ? plan.Finish(*appended) : plan.Refuse(appended.fault());
  }
  AnswerFrame frame;
  if (request->acks == 0) co_return frame;
  wire::EncodeResponse(response, version, call.header.correlation_id, frame.bytes);
  co_return frame;
}

}  // namespace freshet::doors::kafka
