#include "kafka.h"

#include <chrono>
#include <thread>

#include "options.h"

namespace bench {
namespace {

constexpr int kMetadataMs = 2000;
constexpr int kCreateMs = 120'000;
constexpr size_t kRecordsAtOnce = 10'000;

rd_kafka_conf_t* Configuration(const std::string& brokers, const Settings& settings) {
  rd_kafka_conf_t* configuration = rd_kafka_conf_new();
  Settings all = {{"bootstrap.servers", brokers}, {"broker.address.family", "v4"}, {"log_level", "0"}};
  all.insert(all.end(), settings.begin(), settings.end());
  for (const auto& [name, value] : all) {
    char why[512];
    if (rd_kafka_conf_set(configuration, name.c_str(), value.c_str(), why, sizeof why) != RD_KAFKA_CONF_OK) Fail(why);
  }
  return configuration;
}

Client Open(rd_kafka_type_t type, rd_kafka_conf_t* configuration) {
  char why[512];
  Client client(rd_kafka_new(type, configuration, why, sizeof why));
  if (client == nullptr) Fail(why);
  return client;
}

struct DestroyTopicList {
  void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
};

}  // namespace

Client OpenProducer(const std::string& brokers, const Settings& settings, OnDelivery on_delivery, void* owner) {
  rd_kafka_conf_t* configuration = Configuration(brokers, settings);
  rd_kafka_conf_set_opaque(configuration, owner);
  if (on_delivery != nullptr) rd_kafka_conf_set_dr_msg_cb(configuration, on_delivery);
  return Open(RD_KAFKA_PRODUCER, configuration);
}

int AwaitBroker(rd_kafka_t* client, const std::string& topic, int seconds_max) {
  auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(seconds_max);
  rd_kafka_topic_t* handle = topic.empty() ? nullptr : rd_kafka_topic_new(client, topic.c_str(), nullptr);
  int partitions = -1;
  while (partitions < 0) {
    const rd_kafka_metadata_t* metadata = nullptr;
    rd_kafka_resp_err_t error = rd_kafka_metadata(client, 0, handle, &metadata, kMetadataMs);
    bool answered = error == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->broker_cnt > 0;
    if (answered) partitions = metadata->topic_cnt > 0 ? metadata->topics[0].partition_cnt : 0;
    if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
    if (answered) break;
    if (std::chrono::steady_clock::now() > give_up) Fail(std::string("no broker answers: ") + rd_kafka_err2str(error));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (handle != nullptr) rd_kafka_topic_destroy(handle);
  return partitions;
}

void CreateTopic(rd_kafka_t* client, const std::string& topic, int partitions) {
  char why[512];
  rd_kafka_NewTopic_t* wanted = rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, why, sizeof why);
  if (wanted == nullptr) Fail(why);
  Queue queue(rd_kafka_queue_new(client));
  rd_kafka_AdminOptions_t* options = rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
  rd_kafka_AdminOptions_set_request_timeout(options, kCreateMs, why, sizeof why);
  rd_kafka_AdminOptions_set_operation_timeout(options, kCreateMs, why, sizeof why);
  rd_kafka_CreateTopics(client, &wanted, 1, options, queue.get());
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue.get(), -1);
  if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) Fail(std::string("cannot create topic ") + topic + ": " + rd_kafka_event_error_string(event));
  size_t count = 0;
  const rd_kafka_topic_result_t** results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
  rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[0]);
  bool is_there = error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS;
  if (!is_there) Fail(std::string("cannot create topic ") + topic + ": " + rd_kafka_err2str(error));
  rd_kafka_event_destroy(event);
  rd_kafka_AdminOptions_destroy(options);
  rd_kafka_NewTopic_destroy(wanted);
}

Reader::Reader(const std::string& brokers, const std::string& topic)
    : client_(Open(RD_KAFKA_CONSUMER, Configuration(brokers, {{"group.id", "bench"}, {"enable.auto.commit", "false"}, {"auto.offset.reset", "error"}}))) {
  rd_kafka_poll_set_consumer(client_.get());
  int partitions = AwaitBroker(client_.get(), topic, 60);
  if (partitions == 0) Fail("no topic " + topic);
  std::unique_ptr<rd_kafka_topic_partition_list_t, DestroyTopicList> list(rd_kafka_topic_partition_list_new(partitions));
  for (int i = 0; i < partitions; ++i) rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), i)->offset = 0;
  rd_kafka_resp_err_t error = rd_kafka_assign(client_.get(), list.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) Fail(std::string("cannot read ") + topic + ": " + rd_kafka_err2str(error));
  queue_.reset(rd_kafka_queue_get_consumer(client_.get()));
}

Reader::~Reader() {
  queue_.reset();
  rd_kafka_consumer_close(client_.get());
}

int Reader::Take(int wait_ms, const std::function<void(std::string_view)>& use) {
  thread_local std::vector<rd_kafka_message_t*> come(kRecordsAtOnce);
  come[0] = rd_kafka_consumer_poll(client_.get(), wait_ms);
  if (come[0] == nullptr) return 0;
  ssize_t more = rd_kafka_consume_batch_queue(queue_.get(), 0, come.data() + 1, come.size() - 1);
  int taken = 0;
  for (ssize_t i = 0; i <= std::max<ssize_t>(more, 0); ++i) {
    rd_kafka_message_t* message = come[static_cast<size_t>(i)];
    bool is_lost = message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || message->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE;
    if (is_lost) Fail(std::string("records are gone: ") + rd_kafka_message_errstr(message));
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      use({static_cast<const char*>(message->payload), message->len});
      ++taken;
    }
    rd_kafka_message_destroy(message);
  }
  return taken;
}

}  // namespace bench
