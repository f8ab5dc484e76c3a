#pragma once

#include <librdkafka/rdkafka.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bench {

struct Destroy {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
};
using Client = std::unique_ptr<rd_kafka_t, Destroy>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Destroy>;

using Settings = std::vector<std::pair<std::string, std::string>>;
using OnDelivery = void (*)(rd_kafka_t*, const rd_kafka_message_t*, void* owner);

// `on_delivery` is called by whoever polls the client.
Client OpenProducer(const std::string& brokers, const Settings& settings, OnDelivery on_delivery, void* owner);

// Asks until somebody answers. How many partitions the topic has; 0 when there is none, or none was asked for.
int AwaitBroker(rd_kafka_t* client, const std::string& topic, int seconds_max);

// A topic that is there is taken as it is.
void CreateTopic(rd_kafka_t* client, const std::string& topic, int partitions);

// Reads all partitions of a topic from their beginning.
class Reader {
 public:
  Reader(const std::string& brokers, const std::string& topic);
  ~Reader();
  // Waits for a record, then hands on all that have come. How many that were.
  int Take(int wait_ms, const std::function<void(std::string_view)>& use);

 private:
  Client client_;
  Queue queue_;
};

}  // namespace bench
