#include <algorithm>

#include "doors/kafka/requests.h"
#include "io/wait.h"
#include "wire/kafka/messages/fetch.h"

namespace freshet::doors::kafka {
namespace {

using Answer = wire::FetchResponse::PartitionData;

constexpr int kFirstVersionWithIds = 13;
// A long poll looks up this often, to see whether the house drains.
constexpr Duration kPatience = Seconds(1);
constexpr Duration kRoomPause = Milliseconds(20);
constexpr size_t kAnswerBytes = 128;  // what an answer tells of a partition beside its records
constexpr int64_t kSmallAnswer = 256 << 10;
constexpr int64_t kApartMean = 64 << 10;  // bytes of a batch
constexpr int32_t kThrottleMs = 500;  // of a client for whose records there was no room

struct Place {
  size_t topic;
  size_t partition;
  int32_t leader_epoch;  // that the client takes it to be
};

// The answer's skeleton: every partition in the order asked for, refused or waiting for its slice.
struct Plan {
  wire::FetchResponse response;
  std::vector<ports::LogRead> reads;
  std::vector<Place> places;  // of each read
  bool refused = false;       // some partition is: answer at once
};

ports::Topics::Ref FindTopic(const Room& room, const wire::FetchRequest::FetchTopic& wanted, int version) {
  return version >= kFirstVersionWithIds ? room.ports.topics.FindById(wanted.topic_id) : room.ports.topics.Find(wanted.topic);
}

void PlanTopic(const Room& room, const wire::FetchRequest::FetchTopic& wanted, int version, bool committed_only, Plan& plan) {
  auto topic = FindTopic(room, wanted, version);
  auto unknown = version >= kFirstVersionWithIds ? Error::kUnknownTopicId : Error::kUnknownTopicOrPartition;
  auto& answers = plan.response.responses.emplace_back();
  answers.topic = wanted.topic;
  answers.topic_id = wanted.topic_id;
  for (const auto& partition : wanted.partitions) {
    auto& answer = answers.partitions.emplace_back();
    answer.partition_index = partition.partition;
    answer.high_watermark = -1;
    if (!committed_only) answer.aborted_transactions.reset();
    Error error = Error::kNone;
    if (topic == nullptr) error = unknown;
    else if (partition.partition < 0 || partition.partition >= topic->partitions) error = Error::kUnknownTopicOrPartition;
    else if (partition.fetch_offset < 0) error = Error::kOffsetOutOfRange;
    if (error != Error::kNone) {
      answer.error_code = Number(error);
      plan.refused = true;
      continue;
    }
    plan.reads.push_back({{topic->id, data::PartitionId(partition.partition)}, data::Offset(partition.fetch_offset),
                          std::max(partition.partition_max_bytes, 1), committed_only});
    plan.places.push_back({plan.response.responses.size() - 1, answers.partitions.size() - 1, partition.current_leader_epoch});
  }
}

// A read_committed reader is told which of the transactions among the records were aborted, and leaves them out itself.
void Fill(const ports::LogSlice& slice, int32_t leader_epoch, Answer& answer) {
  answer.error_code = slice.status.ok() ? Number(CheckLeaderEpoch(leader_epoch, slice.bounds.leader_epoch)) : ErrorNumber(slice.status);
  answer.high_watermark = slice.bounds.end.get();
  answer.last_stable_offset = slice.bounds.last_stable.get();
  answer.log_start_offset = slice.bounds.start.get();
  if (answer.error_code != 0) return;
  for (const auto& batch : slice.batches) answer.records.push_back(*batch);
  for (const auto& aborted : slice.aborted) answer.aborted_transactions->push_back({aborted.producer.get(), aborted.first.get()});
}

int64_t BytesOf(const ports::LogSlice& slice) {
  int64_t bytes = 0;
  for (const auto& batch : slice.batches) bytes += static_cast<int64_t>(batch->size());
  return bytes;
}

int64_t RecordBytes(const std::vector<ports::LogSlice>& slices) {
  int64_t bytes = 0;
  for (const auto& slice : slices) bytes += BytesOf(slice);
  return bytes;
}

// Whether the batches are so large that each is sooner sent from where it is kept than copied: every piece is a call of the kernel and wakes the reader.
bool GoApart(const std::vector<ports::LogSlice>& slices) {
  size_t batches = 0;
  for (const auto& slice : slices) batches += slice.batches.size();
  return RecordBytes(slices) >= static_cast<int64_t>(batches) * kApartMean;
}

size_t CopiedBytes(const std::vector<ports::LogSlice>& slices, bool apart) {
  size_t bytes = 0;
  for (const auto& slice : slices) {
    for (const auto& batch : slice.batches) bytes += apart && batch->size() >= wire::kApartBytesMin ? 0 : batch->size();
  }
  return bytes;
}

// The frame keeps what it names; the session counts it, so that a slow reader takes nothing from the log's budget.
void KeepApart(std::vector<ports::LogSlice>& slices, AnswerFrame& frame) {
  for (auto& slice : slices) {
    for (auto& batch : slice.batches) {
      if (batch->size() < wire::kApartBytesMin) continue;
      batch.CountElsewhere();
      frame.kept.push_back(std::move(batch));
    }
  }
}

bool Enough(const std::vector<ports::LogSlice>& slices, int64_t bytes_min) {
  int64_t bytes = 0;
  for (const auto& slice : slices) {
    if (!slice.status.ok()) return true;
    bytes += BytesOf(slice);
  }
  return bytes >= bytes_min;
}

// Reads until there is enough to answer, the client's patience ends, or the house drains.
Task<std::vector<ports::LogSlice>> ReadEnough(Ctx ctx, Room& room, const Call& call, std::vector<ports::LogRead> reads,
                                              ports::ReadWait wait) {
  MonoTime until = wait.until;
  for (;;) {
    MonoTime now = room.env.clock().Now();
    wait.until = std::min(until, now + kPatience);
    auto read = room.ports.log.Read(ctx, reads, wait);
    auto slices = co_await read;
    if (!slices.ok()) co_return slices.status();
    if (room.env.clock().Now() >= until || call.served.draining() || Enough(*slices, wait.bytes_min)) co_return slices;
  }
}

// Answers become small before readers are given up: one of this size goes whole into a socket, however slow its reader is.
int64_t AnswerBytesMax(const Room& room) {
  int64_t left = room.answers.bytes_max() - room.answers.used();
  bool is_short = left < room.answers.bytes_max() / 2;
  return is_short ? kSmallAnswer : std::min(room.options.fetch_bytes_max, left / 8);
}

// Room for the records in an answer that waits for its reader. From the last partition on, what has none is left for another fetch; one batch goes
// whatever its size when nobody else is waiting.
io::Reservation MakeRoom(io::Budget& answers, std::vector<ports::LogSlice>& slices) {
  int64_t bytes = RecordBytes(slices);
  for (auto slice = slices.rbegin(); bytes > 0; ++slice) {
    auto taken = io::Reservation::Take(answers, bytes);
    if (taken.ok()) return std::move(taken).value();
    bool is_last = BytesOf(*slice) == bytes;
    if (is_last && answers.used() == 0) return {};
    bytes -= BytesOf(*slice);
    slice->batches.clear();
    slice->aborted.clear();
  }
  return {};
}

bool HasRecords(const std::vector<ports::LogSlice>& slices) {
  return std::any_of(slices.begin(), slices.end(), [](const auto& slice) { return !slice.batches.empty(); });
}

// Reads once there is something and room for it. Without room when its time is over, the answer has no records and tells the client to wait.
Task<std::vector<ports::LogSlice>> ReadWithRoom(Ctx ctx, Room& room, const Call& call, std::vector<ports::LogRead> reads, ports::ReadWait wait, MonoTime give_up,
                                                io::Reservation& reserved, bool& is_short) {
  for (;;) {
    CO_ASSIGN_OR_RETURN(auto slices, ReadEnough(ctx, room, call, reads, wait));
    bool has_records = HasRecords(slices);
    is_short = false;
    for (auto& slice : slices) {
      if (slice.status.code() != Code::kExhausted) continue;
      slice.status = Status();
      is_short = true;
    }
    reserved = MakeRoom(room.answers, slices);
    is_short = HasRecords(slices) ? false : is_short || has_records;
    if (!is_short || room.env.clock().Now() >= give_up || call.served.draining()) co_return slices;
    slices.clear();
    io::SleepUntil pause(room.env.clock().Now() + kRoomPause);
    co_await pause;
  }
}

}  // namespace

// No fetch sessions: id 0 in the answer tells the client to name all its partitions each time.
Task<AnswerFrame> Fetch(Ctx ctx, Room& room, const Call& call) {
  int version = call.header.version;
  auto request = wire::Decode<wire::FetchRequest>(call.body, version);
  if (!request.ok()) co_return request.status();
  Plan plan;
  std::vector<ports::LogSlice> slices;
  io::Reservation reserved;  // for the frame; the session counts it from then on
  if (request->session_id != 0) {
    plan.response.error_code = Number(Error::kFetchSessionIdNotFound);
  } else {
    for (const auto& topic : request->topics) PlanTopic(room, topic, version, request->isolation_level == 1, plan);
  }
  if (!plan.reads.empty()) {
    auto wait_max = std::clamp(Milliseconds(request->max_wait_ms), Duration{}, room.options.fetch_wait_max);
    ports::ReadWait wait{.bytes_min = std::max(request->min_bytes, 0),
                         .bytes_max = std::clamp<int64_t>(request->max_bytes, 1, AnswerBytesMax(room)),
                         .until = {}};
    MonoTime give_up = room.env.clock().Now() + wait_max;
    if (!plan.refused && wait.bytes_min > 0) wait.until = room.env.clock().Now() + wait_max;
    bool is_short = false;
    auto read = ReadWithRoom(ctx, room, call, plan.reads, wait, give_up, reserved, is_short);
    auto outcome = co_await read;
    if (is_short) plan.response.throttle_time_ms = kThrottleMs;
    if (!outcome.ok()) {
      for (const Place& place : plan.places) {
        plan.response.responses[place.topic].partitions[place.partition].error_code = ErrorNumber(outcome.fault());
      }
    } else {
      slices = std::move(outcome).value();
      CHECK(slices.size() == plan.places.size());
      for (size_t i = 0; i < slices.size(); ++i) {
        const Place& place = plan.places[i];
        Fill(slices[i], place.leader_epoch, plan.response.responses[place.topic].partitions[place.partition]);
        room.passed.bytes_out.Add(BytesOf(slices[i]));
      }
    }
  }
  AnswerFrame frame;
  bool apart = GoApart(slices);
  frame.bytes.reserve(CopiedBytes(slices, apart) + plan.places.size() * kAnswerBytes + kAnswerBytes);  // a string that grows takes twice what it holds
  wire::EncodeResponse(plan.response, version, call.header.correlation_id, frame.bytes, apart ? &frame.apart : nullptr);
  if (apart) KeepApart(slices, frame);
  co_return frame;
}

}  // namespace freshet::doors::kafka
