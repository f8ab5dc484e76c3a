#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "commands.h"
#include "figures.h"
#include "kafka.h"
#include "options.h"
#include "record.h"

namespace bench {
namespace {

constexpr int64_t kTickNs = 200'000;
constexpr int64_t kPatienceNs = 10'000'000'000;  // for the last records
constexpr int64_t kLateNs = 1'000'000;           // of a record: the client itself was too slow to send it in time

struct Seen {
  long read = 0;
  uint64_t checksum = 0;
  std::vector<int64_t> waits_ns;
};

struct Sent {
  std::atomic<long> acked{0}, refused{0};
  uint64_t checksum = 0;  // of those acknowledged
  long late = 0;
};

void OnAck(rd_kafka_t*, const rd_kafka_message_t* message, void* owner) {
  auto& sent = *static_cast<Sent*>(owner);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    sent.checksum += Checksum({static_cast<const char*>(message->payload), message->len});
    ++sent.acked;
  } else {
    ++sent.refused;
  }
}

void SleepUntil(int64_t moment_ns) {
  int64_t left = moment_ns - Now();
  if (left <= 0) return;
  timespec time{.tv_sec = left / 1'000'000'000, .tv_nsec = left % 1'000'000'000};
  nanosleep(&time, nullptr);
}

// A record is made when it is due, however late the sender is: who waits for a slow broker waits in the figures, too.
void Send(const Options& options, int64_t begin, long records, Sent& sent) {
  Client client = OpenProducer(options.Text("brokers"), {{"acks", "all"}, {"linger.ms", options.Text("linger-ms")}, {"queue.buffering.max.messages", "1000000"}}, OnAck, &sent);
  AwaitBroker(client.get(), options.Text("topic"), 60);
  RecordMaker maker(options.Number("record-bytes"));
  auto due = [&](long i) { return begin + i * 1'000'000'000 / options.Number("rate"); };
  for (long i = 0; i < records;) {
    int64_t now = Now();
    for (; i < records && due(i) <= now; ++i) {
      std::string_view record = maker.Make(due(i), i);
      if (now - due(i) > kLateNs) ++sent.late;
      rd_kafka_resp_err_t queued = rd_kafka_producev(client.get(), RD_KAFKA_V_TOPIC(options.Text("topic").c_str()),
                                                     RD_KAFKA_V_VALUE(const_cast<char*>(record.data()), record.size()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
      if (queued != RD_KAFKA_RESP_ERR_NO_ERROR) Fail(std::string("the client's queue of a million records is full: ") + rd_kafka_err2str(queued));
    }
    rd_kafka_poll(client.get(), 0);
    SleepUntil(now + kTickNs);
  }
  while (sent.acked + sent.refused < records) rd_kafka_poll(client.get(), 100);
}

// A number that stands behind `"name":` in a row.
int64_t NumberOf(std::string_view row, std::string_view name) {
  size_t at = row.find("\"" + std::string(name) + "\":");
  if (at == std::string_view::npos) Fail("a row without " + std::string(name) + ": " + std::string(row));
  return std::strtoll(std::string(row.substr(at + name.size() + 3, 20)).c_str(), nullptr, 10);
}

// Rows that count the records `n` of a key `k`, and have the moment of the newest. One that counts several that the row before did not, tells of all of them: a key's records come evenly.
class Totals {
 public:
  // How many records the row tells of; their moments go to `tell`.
  template <typename Tell>
  int64_t Read(std::string_view row, Tell tell) {
    Total now{MadeOf(row), NumberOf(row, "n")};
    auto [known, is_new] = of_key_.try_emplace(NumberOf(row, "k"), now);
    if (is_new) {  // nobody knows when the others were made
      tell(now.made_ns);
      return now.records;
    }
    Total before = std::exchange(known->second, now);
    int64_t told = now.records - before.records;
    for (int64_t i = 0; i < told; ++i) tell(now.made_ns - (now.made_ns - before.made_ns) * i / told);
    return told;
  }

 private:
  struct Total {
    int64_t made_ns, records;
  };
  std::map<int64_t, Total> of_key_;
};

// Records made before `begin` warm the broker, and are not counted.
void Read(Reader& reader, int64_t begin, long records, bool are_totals, Seen& seen) {
  Totals totals;
  int64_t last = Now();
  while (seen.read < records && Now() - last < kPatienceNs) {
    int64_t now = 0;
    auto tell = [&](int64_t made) {
      if (made >= begin) seen.waits_ns.push_back(now - made);
    };
    int taken = reader.Take(100, [&](std::string_view record) {
      if (now == 0) now = Now();
      seen.checksum += Checksum(record);
      if (are_totals) {
        seen.read += totals.Read(record, tell);
      } else {
        tell(MadeOf(record));
        ++seen.read;
      }
    });
    if (taken > 0) last = Now();
  }
}

}  // namespace

// From the moment at which a record is due to the one at which a consumer has it, on one clock. `read-topic` is where somebody else writes a row of each record, `made` before all else, or, with `totals`, rows that count them.
int Paced(int argc, char** argv) {
  Options options(argc, argv, {{"brokers", ""}, {"topic", ""}, {"read-topic", ""}, {"totals", "0"}, {"rate", "5000"}, {"seconds", "10"}, {"warm-seconds", "5"}, {"record-bytes", "100"}, {"linger-ms", "1"}});
  long rate = options.Number("rate"), warm = options.Number("warm-seconds");
  long records = rate * (warm + options.Number("seconds"));
  Reader reader(options.Text("brokers"), options.Text(options.Text("read-topic").empty() ? "topic" : "read-topic"));
  Seen seen;
  seen.waits_ns.reserve(static_cast<size_t>(records));
  Sent sent;
  int64_t begin = Now() + 500'000'000;
  std::thread reading([&] { Read(reader, begin + warm * 1'000'000'000, records, options.Number("totals") != 0, seen); });
  Send(options, begin, records, sent);
  reading.join();
  std::printf("{\"acked\": %ld, \"late\": %ld, \"checksum\": %s, \"read\": %ld, \"read_checksum\": %s, \"produce_to_consume_ms\": %s}\n", sent.acked.load(), sent.late,
              Hex(sent.checksum).c_str(), seen.read, Hex(seen.checksum).c_str(), PercentilesMs(seen.waits_ns).c_str());
  return 0;
}

}  // namespace bench
