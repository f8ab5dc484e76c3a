#include <cstdio>
#include <string>

#include "commands.h"
#include "kafka.h"
#include "knock.h"
#include "options.h"
#include "record.h"

namespace bench {
namespace {

constexpr int kSecondsMax = 120;

// A client that tries again soon, so that the wait is the broker's.
const Settings kEager = {{"reconnect.backoff.ms", "5"}, {"reconnect.backoff.max.ms", "10"}, {"retry.backoff.ms", "5"},
                         {"topic.metadata.refresh.fast.interval.ms", "10"}, {"acks", "all"}, {"linger.ms", "0"}, {"message.timeout.ms", "120000"}};

void OnAck(rd_kafka_t*, const rd_kafka_message_t* message, void* acked) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) Fail(std::string("the first record was not taken: ") + rd_kafka_err2str(message->err));
  *static_cast<bool*>(acked) = true;
}

}  // namespace

// `--since` is a moment of CLOCK_MONOTONIC, in nanoseconds: the broker's start.
int First(int argc, char** argv) {
  Options options(argc, argv, {{"brokers", ""}, {"topic", ""}, {"since", "0"}});
  int64_t since = kClockBase + options.Number("since");
  KnockUntilAnswered(options.Text("brokers"), kSecondsMax);
  double answer_ms = static_cast<double>(Now() - since) / 1e6;
  if (options.Text("topic").empty()) {
    std::printf("{\"first_answer_ms\": %.1f}\n", answer_ms);
    return 0;
  }
  bool acked = false;
  Client client = OpenProducer(options.Text("brokers"), kEager, OnAck, &acked);
  std::string record(RecordMaker(100).Make(Now(), 0));
  rd_kafka_resp_err_t queued = rd_kafka_producev(client.get(), RD_KAFKA_V_TOPIC(options.Text("topic").c_str()), RD_KAFKA_V_VALUE(record.data(), record.size()),
                                                 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
  if (queued != RD_KAFKA_RESP_ERR_NO_ERROR) Fail(rd_kafka_err2str(queued));
  while (!acked) rd_kafka_poll(client.get(), 10);
  std::printf("{\"first_answer_ms\": %.1f, \"first_ack_ms\": %.1f}\n", answer_ms, static_cast<double>(Now() - since) / 1e6);
  return 0;
}

}  // namespace bench
