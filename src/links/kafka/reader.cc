#include "links/kafka/reader.h"

#include <librdkafka/rdkafka.h>

namespace freshet::links::kafka {
namespace {

constexpr size_t kTakeMax = 8192;

// What reading by positions of our own needs: nothing is committed, ends are told, an offset that is gone is an error.
const Settings kReading = {{"enable.auto.commit", "false"}, {"auto.commit.enable", "false"}, {"enable.auto.offset.store", "false"}, {"enable.partition.eof", "true"},
                           {"auto.offset.reset", "error"}, {"queued.max.messages.kbytes", "8192"}};

struct ListDeleter {
  void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
};
using List = std::unique_ptr<rd_kafka_topic_partition_list_t, ListDeleter>;

// Messages of one Take, given back together.
struct Taken {
  std::vector<rd_kafka_message_t*> messages;
  ~Taken() {
    for (auto* message : messages) rd_kafka_message_destroy(message);
  }
};

std::string PartitionName(const std::string& topic, int32_t partition) { return StrCat("topic ", topic, " partition ", partition); }

void ReadHeaders(const rd_kafka_message_t& message, data::Record& record) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    record.headers.push_back({name, value == nullptr ? std::nullopt : std::optional(std::string_view(static_cast<const char*>(value), size))});
  }
}

void ReadRecord(const rd_kafka_message_t& message, Arrived& arrived) {
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  arrived.record.offset = data::Offset(message.offset);
  arrived.record.timestamp_ms = rd_kafka_message_timestamp(&message, &type);
  arrived.log_append_time = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;
  if (message.key != nullptr) arrived.record.key = std::string_view(static_cast<const char*>(message.key), message.key_len);
  if (message.payload != nullptr) arrived.record.value = std::string_view(static_cast<const char*>(message.payload), message.len);
  ReadHeaders(message, arrived.record);
}

}  // namespace

Result<std::unique_ptr<Reader>> Reader::Open(Env& env, io::Loop& loop, const std::string& table, const Settings& settings) {
  Settings wanted = settings;
  wanted.try_emplace("check.crcs", "true");
  wanted.try_emplace("isolation.level", "read_committed");
  ASSIGN_OR_RETURN(auto client, Client::Open(env, table, Role::kReader, wanted, kReading));
  std::unique_ptr<Reader> reader(new Reader(loop, std::move(client)));
  reader->queue_ = rd_kafka_queue_new(reader->client_->handle());
  reader->client_->RingFor(reader->queue_, reader->bell_);
  return reader;
}

Result<Reader::Bounds> Reader::BoundsOf(const std::string& topic, int32_t partition) {
  Bounds bounds{};
  rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(client_->handle(), topic.c_str(), partition, &bounds.start, &bounds.end, kAnswerMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return client_->Failed(PartitionName(topic, partition), error);
  return bounds;
}

Result<std::optional<int64_t>> Reader::OffsetAt(const std::string& topic, int32_t partition, int64_t ms) {
  List list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = ms;
  rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(client_->handle(), list.get(), kAnswerMs);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = list->elems[0].err;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return client_->Failed(PartitionName(topic, partition), error);
  int64_t offset = list->elems[0].offset;
  return offset < 0 ? std::nullopt : std::optional(offset);
}

Result<std::map<int32_t, int64_t>> Reader::Committed(const std::string& topic, int32_t partitions) {
  List list(rd_kafka_topic_partition_list_new(partitions));
  for (int32_t p = 0; p < partitions; ++p) rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), p);
  rd_kafka_resp_err_t error = rd_kafka_committed(client_->handle(), list.get(), kAnswerMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return client_->Failed(StrCat("offsets of topic ", topic), error);
  std::map<int32_t, int64_t> offsets;
  for (int i = 0; i < list->cnt; ++i) {
    if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) return client_->Failed(StrCat("offsets of topic ", topic), list->elems[i].err);
    if (list->elems[i].offset >= 0) offsets[list->elems[i].partition] = list->elems[i].offset;
  }
  return offsets;
}

Status Reader::Start(size_t place, const std::string& topic, int32_t partition, int64_t offset) {
  rd_kafka_topic_t* handle = client_->Topic(topic);
  places_[{topic, partition}] = place;
  last_topic_ = nullptr;
  if (rd_kafka_consume_start_queue(handle, partition, offset, queue_) != 0) return client_->Failed(PartitionName(topic, partition), rd_kafka_last_error());
  client_->Consumes(handle, partition);
  return {};
}

void Reader::Stop(const std::string& topic, int32_t partition) { rd_kafka_consume_stop(client_->Topic(topic), partition); }

void Reader::Pause(const std::string& topic, int32_t partition) {
  List list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
  rd_kafka_pause_partitions(client_->handle(), list.get());
}

size_t Reader::PlaceOf(rd_kafka_topic_s* topic, int32_t partition) {
  if (topic == last_topic_ && partition == last_partition_) return last_place_;
  last_topic_ = topic;
  last_partition_ = partition;
  return last_place_ = places_.at({rd_kafka_topic_name(topic), partition});
}

Result<Arrivals> Reader::Take() {
  rd_kafka_poll(client_->handle(), 0);
  auto taken = std::make_shared<Taken>();
  taken->messages.resize(kTakeMax);
  ssize_t count = rd_kafka_consume_batch_queue(queue_, 0, taken->messages.data(), kTakeMax);
  taken->messages.resize(count < 0 ? 0 : static_cast<size_t>(count));
  Arrivals arrivals;
  arrivals.all.reserve(taken->messages.size());
  for (const auto* message : taken->messages) {
    if (message->rkt == nullptr) return client_->Failed("reading", message->err);
    Arrived arrived;
    arrived.place = PlaceOf(message->rkt, message->partition);
    switch (message->err) {
      case RD_KAFKA_RESP_ERR_NO_ERROR: ReadRecord(*message, arrived); break;
      case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        arrived.kind = Arrived::Kind::kEnd;
        arrived.record.offset = data::Offset(message->offset);
        break;
      case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET: arrived.kind = Arrived::Kind::kGone; break;
      case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
      case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        arrived.kind = Arrived::Kind::kDeleted;
        arrived.error = message->err;
        break;
      default: return client_->Failed(PartitionName(rd_kafka_topic_name(message->rkt), message->partition), message->err);
    }
    arrivals.all.push_back(std::move(arrived));
  }
  arrivals.keeps = std::move(taken);
  return arrivals;
}

Task<> Reader::Wait(MonoTime until) {
  io::Signal::Waiter wait(bell_.signal(), until);
  co_await wait;
  co_return Status();
}

}  // namespace freshet::links::kafka
