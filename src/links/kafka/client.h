#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "io/doorbell.h"
#include "io/env.h"
#include "links/kafka/properties.h"

struct rd_kafka_s;
struct rd_kafka_queue_s;
struct rd_kafka_topic_s;

namespace freshet::links::kafka {

// One librdkafka client and its threads, which know nothing of loops: they fill queues, write to the log, and ring the
// bell. What is said to block is called on a worker. The client comes to its end on a worker, too.
class Client {
 public:
  // `own` are settings that the caller needs to be so; the table's are refused by name when librdkafka does not take them.
  static Result<std::unique_ptr<Client>> Open(Env& env, const std::string& table, Role role, const Settings& settings, const Settings& own);
  // Whether librdkafka takes them; starts nothing.
  static Status Check(const std::string& table, Role role, const Settings& settings);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  rd_kafka_s* handle() const { return parts_->handle; }
  // Rung whenever `queue` has something new; kept, and given back, with the client.
  void RingFor(rd_kafka_queue_s* queue, io::Doorbell& bell);
  rd_kafka_topic_s* Topic(const std::string& name);
  // What is read is stopped first when the client ends.
  void Consumes(rd_kafka_topic_s* topic, int32_t partition) { parts_->consumed.emplace(topic, partition); }

  // An error code of librdkafka, with what the client has complained of last.
  Fault Failed(std::string_view what, int error) const;

  // These block.
  Result<std::string> ClusterId(const Ctx& ctx);  // a cluster that does not answer is waited for no longer than somebody wants it to be
  Result<int32_t> Partitions(const std::string& topic);
  Result<std::vector<std::string>> Topics();  // but those of the brokers themselves

 private:
  struct Words;  // what its threads say
  struct Parts {
    rd_kafka_s* handle = nullptr;
    rd_kafka_queue_s* queue = nullptr;
    std::map<std::string, rd_kafka_topic_s*> topics;
    std::set<std::pair<rd_kafka_topic_s*, int32_t>> consumed;
    std::shared_ptr<Words> words;
    ~Parts();
  };
  class Ending;

  Client(Env& env, std::unique_ptr<Parts> parts) : env_(env), parts_(std::move(parts)) {}

  Env& env_;
  std::unique_ptr<Parts> parts_;
};

// How long the verbs that block wait for the cluster.
inline constexpr int kAnswerMs = 15000;

}  // namespace freshet::links::kafka
