#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/kept_bytes.h"
#include "doors/kafka/door.h"
#include "doors/kafka/errors.h"
#include "io/memory.h"
#include "io/server.h"
#include "io/task_group.h"
#include "wire/kafka/frame.h"

namespace freshet::doors::kafka {

namespace wire = ::freshet::wire::kafka;

struct Login;
class Line;

using ports::Action;

// What passes through, under the names that Kafka's own metrics have where they are exported (docs/metrics.md).
struct BrokerTopicMetrics {
  explicit BrokerTopicMetrics(Metrics& metrics);
  Counter& messages_in;
  Counter& bytes_in;
  Counter& bytes_out;
};

// What every verb works with. Owned by the door; the same on all loops.
struct Room {
  Env& env;
  KafkaOptions options;
  KafkaPorts ports;
  std::string host;       // as advertised
  int32_t port = 0;
  BrokerTopicMetrics passed{env.metrics()};
  int64_t unpacked_bytes_max = std::min(options.unpacked_bytes_max, env.memory().bytes_max() / 4);  // of one batch
  io::Budget unpacking{"batches that are unpacked", 2 * unpacked_bytes_max};
  io::Budget requests{"requests of the kafka door", env.memory().bytes_max() / 2, env.memory()};
  io::Budget outlasting{"changes whose requests wait for a time only", env.memory().bytes_max() / 8, env.memory()};
  io::Budget answers{"answers of the kafka door", env.memory().bytes_max() / 4, env.memory()};  // that their readers have not taken
};

// One request, its bytes owned by the session until it is answered.
struct Call {
  wire::RequestHeader header;
  std::string_view body;
  const data::OwnBytes& frame;  // in which the body lies
  const io::Served& served;
  Login& login;
  Line& produces;   // those of its connection
  io::TaskGroup& work;   // of its connection: what goes on there when the request was answered
  MonoTime arrived;      // its last byte
};

// When a request runs: while earlier ones of its connection still do; after them; or after them and, for its answer may be long, once
// there is room for answers.
enum class Turn : uint8_t { kOverlaps, kInOrder, kWithRoom };

// A whole answer. Large record batches are not copied into it: they stand between its own bytes and are sent from where they are kept.
class AnswerFrame {
 public:
  explicit AnswerFrame(std::string bytes = "") : bytes(std::move(bytes)) {}

  size_t size() const;
  bool empty() const { return bytes.empty(); }

  std::string bytes;
  std::vector<wire::Apart> apart;      // in order
  std::vector<data::KeptBytes> kept;   // whose bytes those are
};

// A verb decodes call.body, calls one port and returns the whole answer frame; an empty one is no answer (acks=0). A Fault
// means that the connection cannot go on. Everything the protocol can say is said in the answer.
struct Verb {
  wire::ApiKey key;
  std::string_view name;
  wire::Versions versions;
  int8_t advertised_first;   // what ApiVersions says instead of versions.first
  Action action;
  Turn turn;
  Task<AnswerFrame> (*run)(Ctx ctx, Room& room, const Call& call);
};

// THE TABLE, in requests.cc.
std::span<const Verb> Verbs();
const Verb* FindVerb(int16_t key);  // null when not spoken

// requests/*.cc, one verb a file. Those that answer more than a message, or none, write their frame themselves.
Task<AnswerFrame> ApiVersions(Ctx ctx, Room& room, const Call& call);
Task<AnswerFrame> Produce(Ctx ctx, Room& room, const Call& call);
Task<AnswerFrame> Fetch(Ctx ctx, Room& room, const Call& call);
Task<AnswerFrame> SaslToken(Ctx ctx, Room& room, const Call& call);   // after SaslHandshake 0; not in the table

}  // namespace freshet::doors::kafka

namespace freshet::wire::kafka {
#define FRESHET_FORWARD(name) struct name##Request; struct name##Response;
FRESHET_FORWARD(CreatePartitions) FRESHET_FORWARD(CreateTopics) FRESHET_FORWARD(DeleteRecords)
FRESHET_FORWARD(DeleteTopics) FRESHET_FORWARD(DescribeCluster) FRESHET_FORWARD(DescribeConfigs)
FRESHET_FORWARD(InitProducerId) FRESHET_FORWARD(ListOffsets) FRESHET_FORWARD(Metadata)
FRESHET_FORWARD(OffsetForLeaderEpoch)
FRESHET_FORWARD(DeleteGroups) FRESHET_FORWARD(DescribeGroups) FRESHET_FORWARD(FindCoordinator) FRESHET_FORWARD(Heartbeat) FRESHET_FORWARD(JoinGroup)
FRESHET_FORWARD(AlterConfigs) FRESHET_FORWARD(DescribeLogDirs) FRESHET_FORWARD(IncrementalAlterConfigs) FRESHET_FORWARD(OffsetDelete)
FRESHET_FORWARD(AddOffsetsToTxn) FRESHET_FORWARD(AddPartitionsToTxn) FRESHET_FORWARD(DescribeProducers) FRESHET_FORWARD(DescribeTransactions)
FRESHET_FORWARD(AlterUserScramCredentials) FRESHET_FORWARD(DescribeClientQuotas) FRESHET_FORWARD(DescribeUserScramCredentials) FRESHET_FORWARD(SaslAuthenticate) FRESHET_FORWARD(SaslHandshake)
FRESHET_FORWARD(EndTxn) FRESHET_FORWARD(ListConfigResources) FRESHET_FORWARD(ListTransactions) FRESHET_FORWARD(TxnOffsetCommit)
FRESHET_FORWARD(LeaveGroup) FRESHET_FORWARD(ListGroups) FRESHET_FORWARD(OffsetCommit) FRESHET_FORWARD(OffsetFetch) FRESHET_FORWARD(SyncGroup)
#undef FRESHET_FORWARD
}  // namespace freshet::wire::kafka

namespace freshet::doors::kafka {
#define FRESHET_VERB(name) Task<wire::name##Response> name(Ctx ctx, Room& room, const Call& call, const wire::name##Request& request);
FRESHET_VERB(AlterConfigs)
FRESHET_VERB(CreatePartitions)
FRESHET_VERB(CreateTopics)
FRESHET_VERB(DeleteRecords)
FRESHET_VERB(DeleteTopics)
FRESHET_VERB(DescribeCluster)
FRESHET_VERB(DescribeConfigs)
FRESHET_VERB(DescribeLogDirs)
FRESHET_VERB(IncrementalAlterConfigs)
FRESHET_VERB(InitProducerId)
FRESHET_VERB(ListOffsets)
FRESHET_VERB(Metadata)
FRESHET_VERB(OffsetForLeaderEpoch)
FRESHET_VERB(DeleteGroups)
FRESHET_VERB(DescribeGroups)
FRESHET_VERB(FindCoordinator)
FRESHET_VERB(Heartbeat)
FRESHET_VERB(JoinGroup)
FRESHET_VERB(LeaveGroup)
FRESHET_VERB(ListGroups)
FRESHET_VERB(OffsetCommit)
FRESHET_VERB(OffsetDelete)
FRESHET_VERB(OffsetFetch)
FRESHET_VERB(SyncGroup)
FRESHET_VERB(AddOffsetsToTxn)
FRESHET_VERB(AddPartitionsToTxn)
FRESHET_VERB(DescribeProducers)
FRESHET_VERB(DescribeTransactions)
FRESHET_VERB(EndTxn)
FRESHET_VERB(ListConfigResources)
FRESHET_VERB(ListTransactions)
FRESHET_VERB(TxnOffsetCommit)
FRESHET_VERB(AlterUserScramCredentials)
FRESHET_VERB(DescribeClientQuotas)
FRESHET_VERB(DescribeUserScramCredentials)
FRESHET_VERB(SaslAuthenticate)
FRESHET_VERB(SaslHandshake)
#undef FRESHET_VERB
}  // namespace freshet::doors::kafka
