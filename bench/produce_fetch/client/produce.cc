#include <cstdio>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "commands.h"
#include "figures.h"
#include "kafka.h"
#include "options.h"
#include "record.h"

namespace bench {
namespace {

struct Work {
  std::string brokers, topic, linger_ms;
  long record_bytes, records, window;  // of one producer
  bool every_partition;                // record n goes to partition n, instead of where the client likes
};

// One application: its own connection, and never more than `window` records that wait for their acknowledgement.
class Producer {
 public:
  Producer(const Work& work, int number) : work_(work), number_(number), maker_(work.record_bytes) { waits_ns.reserve(static_cast<size_t>(work.records)); }

  void Run(std::latch& ready, std::latch& start) {
    client_ = OpenProducer(work_.brokers, {{"acks", "all"}, {"linger.ms", work_.linger_ms}, {"queue.buffering.max.messages", "1000000"}}, OnAck, this);
    partitions_ = AwaitBroker(client_.get(), work_.topic, 60);
    ready.count_down();
    start.wait();
    for (long i = 0; i < work_.records; ++i) {
      Send(i);
      rd_kafka_poll(client_.get(), 0);
      while (i + 1 - answered_ >= work_.window) rd_kafka_poll(client_.get(), 100);
    }
    while (answered_ < work_.records) rd_kafka_poll(client_.get(), 100);
  }

  long acked = 0;
  uint64_t checksum = 0;
  std::string refusal;
  std::vector<int64_t> waits_ns;

 private:
  static void OnAck(rd_kafka_t*, const rd_kafka_message_t* message, void* owner) {
    auto& self = *static_cast<Producer*>(owner);
    std::string_view record(static_cast<const char*>(message->payload), message->len);
    ++self.answered_;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      self.refusal = rd_kafka_err2str(message->err);
      return;
    }
    ++self.acked;
    self.checksum += Checksum(record);
    self.waits_ns.push_back(Now() - MadeOf(record));
  }

  void Send(long i) {
    std::string_view record = maker_.Make(Now(), number_ * 1'000'000'000L + i);
    int32_t partition = work_.every_partition ? static_cast<int32_t>(i % partitions_) : RD_KAFKA_PARTITION_UA;
    for (;;) {
      rd_kafka_resp_err_t queued = rd_kafka_producev(client_.get(), RD_KAFKA_V_TOPIC(work_.topic.c_str()), RD_KAFKA_V_PARTITION(partition),
                                                     RD_KAFKA_V_VALUE(const_cast<char*>(record.data()), record.size()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
      if (queued == RD_KAFKA_RESP_ERR_NO_ERROR) return;
      if (queued != RD_KAFKA_RESP_ERR__QUEUE_FULL) Fail(rd_kafka_err2str(queued));
      rd_kafka_poll(client_.get(), 10);
    }
  }

  const Work& work_;
  const int number_;
  RecordMaker maker_;
  Client client_;
  int partitions_ = 0;
  long answered_ = 0;
};

void Print(std::vector<std::unique_ptr<Producer>>& producers, double seconds) {
  long acked = 0;
  uint64_t checksum = 0;
  std::string refusal;
  std::vector<int64_t> waits_ns;
  for (const auto& producer : producers) {
    acked += producer->acked;
    checksum += producer->checksum;
    if (!producer->refusal.empty()) refusal = producer->refusal;
    waits_ns.insert(waits_ns.end(), producer->waits_ns.begin(), producer->waits_ns.end());
  }
  std::printf("{\"acked\": %ld, \"checksum\": %s, \"seconds\": %.3f, \"ack_ms\": %s, \"refusal\": \"%s\"}\n", acked, Hex(checksum).c_str(), seconds,
              PercentilesMs(waits_ns).c_str(), refusal.c_str());
}

}  // namespace

int Produce(int argc, char** argv) {
  Options options(argc, argv, {{"brokers", ""}, {"topic", ""}, {"records", "100000"}, {"record-bytes", "100"}, {"producers", "1"}, {"linger-ms", "5"},
                               {"window", "20000"}, {"every-partition", "0"}});
  long count = options.Number("producers");
  Work work{options.Text("brokers"), options.Text("topic"), options.Text("linger-ms"), options.Number("record-bytes"), options.Number("records") / count,
            std::max(options.Number("window") / count, 1L), options.Number("every-partition") != 0};
  std::vector<std::unique_ptr<Producer>> producers;
  std::vector<std::thread> threads;
  std::latch ready(count), start(1);
  for (int i = 0; i < count; ++i) {
    producers.push_back(std::make_unique<Producer>(work, i));
    threads.emplace_back([&producer = *producers.back(), &ready, &start] { producer.Run(ready, start); });
  }
  ready.wait();
  int64_t begin = Now();
  start.count_down();
  for (std::thread& thread : threads) thread.join();
  double seconds = static_cast<double>(Now() - begin) / 1e9;
  Print(producers, seconds);
  return 0;
}

}  // namespace bench
