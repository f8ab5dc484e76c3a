#include "data/record_batch.h"
#include "doors/kafka/line.h"
#include "doors/kafka/in_time.h"
#include "doors/kafka/requests/produced_batch.h"
#include "io/wait.h"
#include "wire/kafka/messages/produce.h"

namespace freshet::doors::kafka {
namespace {

using Answer = wire::ProduceResponse::PartitionProduceResponse;

constexpr int64_t kBatchesWorth = 16;          // a request may unpack to so many times what a batch may
constexpr size_t kPackedAtOnce = 32 << 10;     // a packed batch up to this is tried on the loop …
constexpr size_t kUnpackedAtOnce = 256 << 10;  // … as long as it unpacks to this at most; anything larger is a worker's
constexpr size_t kPlainAtOnce = 1 << 20;       // the same of one that is not packed
constexpr size_t kLikelyRatio = 32;            // what a batch takes unpacked, before it is known to take more
constexpr int64_t kTurnBytes = 1 << 20;        // read on the loop, after which others have their turn
constexpr Duration kUnpackingPause = Milliseconds(2);
constexpr int kFirstVersionWithZstd = 7;
constexpr size_t kCopiedBytes = 16 << 10;

struct Refusal {
  Error error = Error::kNone;
  std::string message;
  std::vector<int32_t> records;  // those whose doing it is, by their place in the batch
};

// A batch whose header has another newest time than its records: searches by time and retention go by the header.
struct Misdated {
  size_t at;  // in the run
  size_t bytes;
  int64_t newest_ms;
};

// What a producer can do wrong that can be seen from outside of a batch, and that the log does not look for or looks for too late: a batch
// that is too large is not read through.
Refusal CheckHeader(const data::RecordBatchView& batch, const data::LogConfig& config, int version) {
  const auto& header = batch.header();
  if (header.control()) return {Error::kInvalidRecord, "control batches are written by the house only", {}};
  if (header.codec_number() >= data::kCodecs) return {Error::kUnsupportedCompressionType, "unknown compression", {}};
  if (header.codec() == data::Codec::kZstd && version < kFirstVersionWithZstd) {
    return {Error::kUnsupportedCompressionType, "zstd needs produce version 7", {}};
  }
  if (batch.bytes().size() <= static_cast<size_t>(config.max_message_bytes)) return {};
  return {Error::kMessageTooLarge, StrCat("a batch of ", batch.bytes().size(), " bytes; its topic takes ", config.max_message_bytes, " (max.message.bytes)"), {}};
}

// And what can be seen inside.
Refusal CheckContents(const data::RecordBatchView& batch, const data::LogConfig& config, BatchContents& contents) {
  if (!contents.of_another_time.empty()) {
    return {Error::kInvalidTimestamp, "its time is too far from now (message.timestamp.before.max.ms, message.timestamp.after.max.ms)", std::move(contents.of_another_time)};
  }
  if (config.compacted && !contents.without_key.empty()) return {Error::kInvalidRecord, "a compacted topic needs a key", std::move(contents.without_key)};
  bool is_dated = contents.newest_ms == batch.header().max_timestamp_ms;
  Status sealed = is_dated ? Status() : batch.CheckCrc();  // which will be made again over it
  return sealed.ok() ? Refusal() : Refusal{Error::kCorruptMessage, sealed.fault().message(), {}};
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
  Plan(Room& room, const wire::ProduceRequest& request, const Call& call, MonoTime until)
      : room_(room), request_(request), call_(call), until_(until), batch_bytes_max_(room.unpacked_bytes_max), bytes_left_(kBatchesWorth * batch_bytes_max_) {}

  // Reads all that was sent. What takes long is done by a worker, or piece by piece.
  Task<> Make() {
    for (const auto& topic : request_.topic_data) {
      CO_RETURN_NOT_OK(PlanTopic(&topic));
    }
    co_return Status::Ok();
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

  Task<> PlanTopic(const wire::ProduceRequest::TopicProduceData* wanted) {
    auto topic = room_.ports.topics.Find(wanted->name);
    size_t place = response_.responses.size();
    response_.responses.emplace_back().name = wanted->name;
    for (const auto& partition : wanted->partition_data) {
      std::vector<Misdated> misdated;
      auto check = Check(topic.get(), &partition, &misdated);
      auto refusal = co_await check;
      if (!refusal.ok()) co_return refusal.status();
      auto& answers = response_.responses[place].partition_responses;
      auto& answer = answers.emplace_back();
      answer.index = partition.index;
      answer.base_offset = -1;
      if (refusal->error != Error::kNone) {
        SetError(answer, *refusal);
        continue;
      }
      appends_.push_back(AppendOf({topic->id, data::PartitionId(partition.index)}, *partition.records, call_.frame));
      for (const Misdated& batch : misdated) data::StampNewestTime(appends_.back().span().subspan(batch.at, batch.bytes), batch.newest_ms);
      places_.push_back({place, answers.size() - 1, RecordsIn(*partition.records), static_cast<int64_t>(partition.records->size())});
    }
    co_return Status::Ok();
  }

  Task<Refusal> Check(const data::Topic* topic, const wire::ProduceRequest::PartitionProduceData* partition, std::vector<Misdated>* misdated) {
    if (request_.acks < -1 || request_.acks > 1) co_return Refusal{Error::kInvalidRequiredAcks, "acks must be -1, 0 or 1", {}};
    if (topic == nullptr || partition->index < 0 || partition->index >= topic->partitions) co_return Refusal{Error::kUnknownTopicOrPartition, "", {}};
    if (data::IsInternalTopic(topic->name)) co_return Refusal{Error::kInvalidTopic, "topics that begin with __ are the house's own and only read", {}};
    std::string_view run = partition->records.value_or(std::string_view());
    const char* begin = run.data();
    if (run.empty()) co_return Refusal{Error::kInvalidRecord, "no records", {}};
    while (!run.empty()) {
      auto batch = data::RecordBatchView::Parse(run);
      if (!batch.ok()) co_return Refusal{batch.code() == Code::kUnsupported ? Error::kInvalidRecord : Error::kCorruptMessage, batch.fault().message(), {}};
      Refusal outside = CheckHeader(*batch, topic->log, call_.header.version);
      if (outside.error != Error::kNone) co_return outside;
      std::optional<Result<BatchContents>> contents = ReadAtOnce(*batch, topic->log);
      if (turn_bytes_ >= kTurnBytes) {
        turn_bytes_ = 0;
        io::Yield others;
        co_await others;
      }
      if (!contents.has_value()) {
        auto read = Read(*batch, &topic->log);
        contents = co_await read;
      }
      if (!contents->ok()) co_return Refusal{ErrorOf(contents->code()), contents->fault().message(), {}};
      BatchContents& found = **contents;
      Refusal inside = CheckContents(*batch, topic->log, found);
      if (inside.error != Error::kNone) co_return inside;
      if (found.newest_ms != batch->header().max_timestamp_ms) misdated->push_back({static_cast<size_t>(run.data() - begin), batch->bytes().size(), found.newest_ms});
      run.remove_prefix(batch->bytes().size());
    }
    co_return Refusal();
  }

  // None: it is too large for that.
  std::optional<Result<BatchContents>> ReadAtOnce(const data::RecordBatchView& batch, const data::LogConfig& config) {
    bool is_packed = batch.header().codec() != data::Codec::kNone;
    if (batch.bytes().size() > (is_packed ? kPackedAtOnce : kPlainAtOnce)) return std::nullopt;
    size_t room = std::min(static_cast<size_t>(batch_bytes_max_), kUnpackedAtOnce);
    Status left = CheckLeft();
    Result<BatchContents> contents = left.ok() ? ReadThrough(batch, config, Now(), room) : Result<BatchContents>(left.fault());
    if (left.ok()) turn_bytes_ += Charge(contents, room);
    bool wants_more = left.ok() && contents.code() == Code::kTooLarge && static_cast<int64_t>(room) < batch_bytes_max_;
    if (wants_more) return std::nullopt;
    return contents;
  }

  // How large a packed batch is nobody knows before it is unpacked: with likely room first, and then with all that it may have.
  Task<BatchContents> Read(data::RecordBatchView batch, const data::LogConfig* config) {
    auto most = static_cast<size_t>(batch_bytes_max_);
    size_t likely = std::min(most, std::max(kPlainAtOnce, batch.bytes().size() * kLikelyRatio));
    Status left = CheckLeft();
    if (!left.ok()) co_return left;
    auto first = ReadOnWorker(batch, config, likely);
    auto contents = co_await first;
    Charge(contents, likely);
    if (contents.code() != Code::kTooLarge || likely == most) co_return contents;
    left = CheckLeft();
    if (!left.ok()) co_return left;
    auto again = ReadOnWorker(batch, config, most);
    contents = co_await again;
    Charge(contents, most);
    co_return contents;
  }

  Task<BatchContents> ReadOnWorker(data::RecordBatchView batch, const data::LogConfig* config, size_t room) {
    io::Reservation reserved;
    for (;;) {
      auto taken = io::Reservation::Take(room_.unpacking, static_cast<int64_t>(room));
      if (taken.ok()) {
        reserved = std::move(taken).value();
        break;
      }
      if (room_.env.clock().Now() >= until_) co_return taken.status();
      io::SleepUntil pause(room_.env.clock().Now() + kUnpackingPause);
      co_await pause;
    }
    auto read = InTime(call_.work, until_, std::move(reserved), ReadApart(room_.env.workers(), call_.frame.Part(batch.bytes()), *config, Now(), room));
    co_return co_await read;
  }

  // Its worker may take longer than the request lives.
  static Task<BatchContents> ReadApart(io::Workers& workers, data::OwnBytes bytes, data::LogConfig config, int64_t now_ms, size_t room) {
    auto batch = data::RecordBatchView::Parse(bytes.view());
    if (!batch.ok()) co_return batch.status();
    auto read = [&batch, &config, now_ms, room] { return ReadThrough(*batch, config, now_ms, room); };
    io::Offload offload(workers, io::Pool::kGeneral, read);
    co_return co_await offload;
  }

  // A request whose batches have unpacked to all that they may is read no further.
  Status CheckLeft() const {
    if (bytes_left_ > 0) return {};
    return Fault::TooLarge("the batches of one request may unpack to ", kBatchesWorth * batch_bytes_max_, " bytes together; send them in several");
  }
  // Of what was found, or of the room that did not do.
  int64_t Charge(const Result<BatchContents>& contents, size_t room) {
    int64_t bytes = contents.ok() ? contents->plain_bytes : static_cast<int64_t>(room);
    bytes_left_ -= bytes;
    return bytes;
  }
  int64_t Now() const { return room_.env.clock().WallNow().ms; }

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
  const MonoTime until_;
  const int64_t batch_bytes_max_;  // unpacked
  int64_t bytes_left_;             // the same of all that are still to be read
  int64_t turn_bytes_ = 0;         // read on the loop since others had their turn
  wire::ProduceResponse response_;
  std::vector<ports::LogAppend> appends_;
  std::vector<Place> places_;
};

// Nothing of it was begun.
wire::ProduceResponse RefuseAll(const wire::ProduceRequest& request, const Fault& fault) {
  wire::ProduceResponse response;
  for (const auto& topic : request.topic_data) {
    auto& answers = response.responses.emplace_back();
    answers.name = topic.name;
    for (const auto& partition : topic.partition_data) {
      Answer& answer = answers.partition_responses.emplace_back();
      answer.index = partition.index;
      answer.base_offset = -1;
      answer.error_code = Number(ErrorOf(fault.code()));
      answer.error_message = fault.message();
    }
  }
  return response;
}

}  // namespace

// acks=0, 1 and -1 are all appended durably; acks only says whether the client wants to hear of it.
Task<AnswerFrame> Produce(Ctx ctx, Room& room, const Call& call) {
  int version = call.header.version;
  auto request = wire::Decode<wire::ProduceRequest>(call.body, version);
  if (!request.ok()) co_return request.status();
  MonoTime until = UntilOf(call, request->timeout_ms);
  Line::Place place(call.produces);
  Status first;
  if (!place.is_first()) {
    auto turn = place.Await(until);
    first = co_await turn;
  }
  Plan plan(room, *request, call, until);
  if (first.ok()) {
    CO_RETURN_NOT_OK(plan.Make());
  }
  wire::ProduceResponse response;
  if (!first.ok()) {
    place.Leave();
    response = RefuseAll(*request, first.fault());
  } else if (plan.empty()) {
    response = plan.Finish({});
  } else {
    auto append = room.ports.log.Append(ctx.WithDeadline(until), plan.TakeAppends());
    place.Leave();  // who is next comes in a step of its own, behind the beginning of this append
    auto appended = co_await append;
    response = appended.ok() ? plan.Finish(*appended) : plan.Refuse(appended.fault());
  }
  AnswerFrame frame;
  if (request->acks == 0) co_return frame;
  wire::EncodeResponse(response, version, call.header.correlation_id, frame.bytes);
  co_return frame;
}

}  // namespace freshet::doors::kafka
