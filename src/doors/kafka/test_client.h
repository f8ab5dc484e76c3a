#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "data/record_batch.h"
#include "doors/kafka/door.h"
#include "doors/kafka/errors.h"
#include "io/real_env.h"
#include "io/run_to_end.h"
#include "testing/lone_groups.h"
#include "testing/memory_guard.h"
#include "testing/memory_identities.h"
#include "testing/memory_log.h"
#include "testing/memory_sink.h"
#include "testing/memory_topics.h"
#include "testing/memory_transactions.h"
#include "wire/kafka/frame.h"
#include "wire/kafka/messages/fetch.h"
#include "wire/kafka/messages/produce.h"

// For the tests of this door: a house with memory behind the ports, and a client that speaks frames.

namespace freshet::doors::kafka {

namespace wire = ::freshet::wire::kafka;

// One connection, used from loop 0.
class TestClient {
 public:
  explicit TestClient(std::unique_ptr<io::Connection> connection) : connection_(std::move(connection)) {}

  Task<> Send(std::string bytes) {
    CO_RETURN_NOT_OK(connection_->Write(bytes));
    co_return Status::Ok();
  }

  // The next frame without its length; kCancelled at the end of the stream.
  Task<std::string> Receive() {
    for (;;) {
      auto frame = wire::CutFrame(unread_, 1 << 30);
      if (!frame.ok()) co_return frame.status();
      if (frame->has_value()) {
        std::string bytes(**frame);
        unread_.erase(0, wire::kLengthBytes + bytes.size());
        co_return bytes;
      }
      char piece[16384];
      CO_ASSIGN_OR_RETURN(size_t got, connection_->Read(piece));
      if (got == 0) co_return Fault::Cancelled("the door closed the connection");
      unread_.append(piece, got);
    }
  }

  // Asks and waits; texts and records of the answer live until the next Ask.
  template <typename Response, typename Request>
  Task<Response> Ask(Request request, int version) {
    std::string bytes;
    wire::EncodeRequest(request, version, ++correlation_id_, "test", bytes);
    CO_RETURN_NOT_OK(Send(std::move(bytes)));
    CO_ASSIGN_OR_RETURN(answer_, Receive());
    auto frame = wire::DecodeResponse(answer_, Request::kKey, version);
    if (!frame.ok()) co_return frame.status();
    if (frame->correlation_id != correlation_id_) co_return Fault::Internal("answer to another request");
    co_return wire::Decode<Response>(frame->body, version);
  }

  void Close() { connection_->Close(); }

 private:
  std::unique_ptr<io::Connection> connection_;
  std::string unread_;
  std::string answer_;
  int32_t correlation_id_ = 0;
};

// A house of one door. Bodies run on loop 0 with the door open and must leave through co_return.
struct TestHouse {
  using Body = Task<> (*)(TestHouse& house);

  testing::MemorySink said;
  std::unique_ptr<io::RealEnv> env = io::RealEnv::Open({.log_level = Level::kWarn, .log_sink = &said}).value();
  testing::MemoryLog log{*env};
  testing::MemoryTopics topics{*env, log};
  testing::MemoryProducerIds producer_ids;
  testing::LoneGroups groups;
  testing::MemoryTransactions transactions{log, log, groups};
  testing::MemoryGuard guard;
  testing::MemoryIdentities identities;
  KafkaOptions options{.listen = {"127.0.0.1", 0}, .cluster_id = "test-cluster"};
  std::unique_ptr<KafkaDoor> door;

  Status Run(Body body) { return io::RunToEnd(*env, OpenRunClose(body)); }

  Task<std::unique_ptr<TestClient>> Connect() {
    CO_ASSIGN_OR_RETURN(auto connection, env->net().Connect(env->loop(0), door->address()));
    co_return std::make_unique<TestClient>(std::move(connection));
  }

 private:
  Task<> OpenRunClose(Body body) {
    auto opened = KafkaDoor::Open(*env, options, {log, topics, producer_ids, groups, transactions, log, guard, identities});
    if (!opened.ok()) co_return opened.status();
    door = std::move(opened).value();
    auto run = body(*this);
    auto outcome = co_await run;
    auto close = door->Close();
    auto closed = co_await close;
    door.reset();
    if (!outcome.ok()) co_return outcome;
    co_return closed;
  }
};

inline std::string Batch(std::string_view value, data::RecordBatchBuilder::Options options = {},
                  data::Sequence sequence = data::kNoSequence) {
  data::RecordBatchBuilder builder(options);
  builder.Add(1000, "key", value);
  return *builder.Finish(sequence);
}

inline wire::ProduceRequest ProduceOne(std::string_view topic, std::string_view batch, int16_t acks = -1) {
  wire::ProduceRequest request;
  request.transactional_id.reset();
  request.acks = acks;
  request.timeout_ms = 5000;
  auto& partition = request.topic_data.emplace_back(wire::ProduceRequest::TopicProduceData{topic, {}}).partition_data.emplace_back();
  partition.records = batch;
  return request;
}

inline wire::FetchRequest FetchFrom(std::string_view topic, int64_t offset, int32_t max_wait_ms = 0) {
  wire::FetchRequest request;
  request.max_wait_ms = max_wait_ms;
  request.min_bytes = 1;
  auto& wanted = request.topics.emplace_back();
  wanted.topic = topic;
  auto& partition = wanted.partitions.emplace_back();
  partition.fetch_offset = offset;
  partition.partition_max_bytes = 1 << 20;
  return request;
}

// The one partition of an answer.
inline const auto& Only(const wire::ProduceResponse& response) { return response.responses.at(0).partition_responses.at(0); }
inline const auto& Only(const wire::FetchResponse& response) { return response.responses.at(0).partitions.at(0); }

inline Task<data::Topic> MakeTopic(TestHouse& house, std::string name, std::map<std::string, std::string> configs = {}) {
  ports::TopicSpec spec{.name = std::move(name), .partitions = 1, .configs = std::move(configs)};
  CO_ASSIGN_OR_RETURN(auto topic, house.topics.Create({}, std::move(spec), false));
  co_return *topic;
}

inline Task<int16_t> ErrorOfProducing(TestClient& client, std::string_view topic, std::string batch, int version = 9) {
  CO_ASSIGN_OR_RETURN(auto answer, client.Ask<wire::ProduceResponse>(ProduceOne(topic, batch), version));
  co_return Only(answer).error_code;
}

// The body is a task that runs on loop 0 of a house of its own, its door open.
#define DOOR_TEST(name) DOOR_TEST_WITH(name, (void)house)
#define DOOR_TEST_WITH(name, prepare)                \
  Task<> name(TestHouse& house);                     \
  TEST(KafkaDoor, name) {                            \
    TestHouse house;                                 \
    prepare;                                         \
    Status status = house.Run(name);                 \
    EXPECT_TRUE(status.ok()) << status.ToString();   \
  }                                                  \
  Task<> name(TestHouse& house)

}  // namespace freshet::doors::kafka
