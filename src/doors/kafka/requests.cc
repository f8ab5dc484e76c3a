#include "doors/kafka/requests.h"

#include "wire/kafka/messages/add_offsets_to_txn.h"
#include "wire/kafka/messages/add_partitions_to_txn.h"
#include "wire/kafka/messages/alter_configs.h"
#include "wire/kafka/messages/alter_user_scram_credentials.h"
#include "wire/kafka/messages/api_versions.h"
#include "wire/kafka/messages/create_partitions.h"
#include "wire/kafka/messages/create_topics.h"
#include "wire/kafka/messages/delete_groups.h"
#include "wire/kafka/messages/delete_records.h"
#include "wire/kafka/messages/delete_topics.h"
#include "wire/kafka/messages/describe_client_quotas.h"
#include "wire/kafka/messages/describe_cluster.h"
#include "wire/kafka/messages/describe_configs.h"
#include "wire/kafka/messages/describe_groups.h"
#include "wire/kafka/messages/describe_log_dirs.h"
#include "wire/kafka/messages/describe_producers.h"
#include "wire/kafka/messages/describe_transactions.h"
#include "wire/kafka/messages/describe_user_scram_credentials.h"
#include "wire/kafka/messages/end_txn.h"
#include "wire/kafka/messages/fetch.h"
#include "wire/kafka/messages/find_coordinator.h"
#include "wire/kafka/messages/heartbeat.h"
#include "wire/kafka/messages/incremental_alter_configs.h"
#include "wire/kafka/messages/init_producer_id.h"
#include "wire/kafka/messages/join_group.h"
#include "wire/kafka/messages/leave_group.h"
#include "wire/kafka/messages/list_groups.h"
#include "wire/kafka/messages/list_offsets.h"
#include "wire/kafka/messages/list_config_resources.h"
#include "wire/kafka/messages/list_transactions.h"
#include "wire/kafka/messages/metadata.h"
#include "wire/kafka/messages/offset_commit.h"
#include "wire/kafka/messages/offset_delete.h"
#include "wire/kafka/messages/offset_fetch.h"
#include "wire/kafka/messages/offset_for_leader_epoch.h"
#include "wire/kafka/messages/produce.h"
#include "wire/kafka/messages/sasl_authenticate.h"
#include "wire/kafka/messages/sasl_handshake.h"
#include "wire/kafka/messages/sync_group.h"
#include "wire/kafka/messages/txn_offset_commit.h"

namespace freshet::doors::kafka {
namespace {

using wire::ApiKey;

// Decodes, runs the verb, encodes.
template <typename Request, auto Run>
Task<AnswerFrame> Speak(Ctx ctx, Room& room, const Call& call) {
  auto request = wire::Decode<Request>(call.body, call.header.version);
  if (!request.ok()) co_return request.status();
  auto run = Run(ctx, room, call, *request);
  auto response = co_await run;
  if (!response.ok()) co_return response.status();
  AnswerFrame frame;
  wire::EncodeResponse(*response, call.header.version, call.header.correlation_id, frame.bytes);
  co_return frame;
}

// Produce is advertised from 0: librdkafka turns compression off when it is not (versions 0–2 themselves carry
// record layouts that ended with Kafka 4 and are refused).
constexpr Verb kVerbs[] = {
    // key, name, versions, advertised from, action, turn, run
    {ApiKey::kProduce, "Produce", {3, 11}, 0, Action::kWrite, Turn::kOverlaps, Produce},
    {ApiKey::kFetch, "Fetch", {4, 17}, 4, Action::kRead, Turn::kInOrder, Fetch},
    {ApiKey::kListOffsets, "ListOffsets", {1, 10}, 1, Action::kDescribe, Turn::kInOrder, Speak<wire::ListOffsetsRequest, ListOffsets>},
    {ApiKey::kMetadata, "Metadata", {0, 13}, 0, Action::kDescribe, Turn::kWithRoom, Speak<wire::MetadataRequest, Metadata>},
    {ApiKey::kOffsetCommit, "OffsetCommit", {2, 8}, 2, Action::kRead, Turn::kInOrder, Speak<wire::OffsetCommitRequest, OffsetCommit>},
    {ApiKey::kOffsetFetch, "OffsetFetch", {1, 8}, 1, Action::kDescribe, Turn::kWithRoom, Speak<wire::OffsetFetchRequest, OffsetFetch>},
    {ApiKey::kFindCoordinator, "FindCoordinator", {0, 6}, 0, Action::kDescribe, Turn::kInOrder, Speak<wire::FindCoordinatorRequest, FindCoordinator>},
    {ApiKey::kJoinGroup, "JoinGroup", {0, 9}, 0, Action::kRead, Turn::kInOrder, Speak<wire::JoinGroupRequest, JoinGroup>},
    {ApiKey::kHeartbeat, "Heartbeat", {0, 4}, 0, Action::kRead, Turn::kInOrder, Speak<wire::HeartbeatRequest, Heartbeat>},
    {ApiKey::kLeaveGroup, "LeaveGroup", {0, 5}, 0, Action::kRead, Turn::kInOrder, Speak<wire::LeaveGroupRequest, LeaveGroup>},
    {ApiKey::kSyncGroup, "SyncGroup", {0, 5}, 0, Action::kRead, Turn::kInOrder, Speak<wire::SyncGroupRequest, SyncGroup>},
    {ApiKey::kDescribeGroups, "DescribeGroups", {0, 5}, 0, Action::kDescribe, Turn::kWithRoom, Speak<wire::DescribeGroupsRequest, DescribeGroups>},
    {ApiKey::kListGroups, "ListGroups", {0, 5}, 0, Action::kDescribe, Turn::kWithRoom, Speak<wire::ListGroupsRequest, ListGroups>},
    {ApiKey::kOffsetDelete, "OffsetDelete", {0, 0}, 0, Action::kDelete, Turn::kInOrder, Speak<wire::OffsetDeleteRequest, OffsetDelete>},
    {ApiKey::kDeleteGroups, "DeleteGroups", {0, 2}, 0, Action::kDelete, Turn::kInOrder, Speak<wire::DeleteGroupsRequest, DeleteGroups>},
    {ApiKey::kSaslHandshake, "SaslHandshake", {0, 1}, 0, Action::kNone, Turn::kInOrder, Speak<wire::SaslHandshakeRequest, SaslHandshake>},
    {ApiKey::kApiVersions, "ApiVersions", {0, 4}, 0, Action::kNone, Turn::kInOrder, ApiVersions},
    {ApiKey::kCreateTopics, "CreateTopics", {2, 7}, 2, Action::kCreate, Turn::kInOrder, Speak<wire::CreateTopicsRequest, CreateTopics>},
    {ApiKey::kDeleteTopics, "DeleteTopics", {1, 6}, 1, Action::kDelete, Turn::kInOrder, Speak<wire::DeleteTopicsRequest, DeleteTopics>},
    {ApiKey::kDeleteRecords, "DeleteRecords", {0, 2}, 0, Action::kDelete, Turn::kInOrder, Speak<wire::DeleteRecordsRequest, DeleteRecords>},
    {ApiKey::kInitProducerId, "InitProducerId", {0, 5}, 0, Action::kWrite, Turn::kInOrder, Speak<wire::InitProducerIdRequest, InitProducerId>},
    {ApiKey::kOffsetForLeaderEpoch, "OffsetForLeaderEpoch", {2, 4}, 2, Action::kDescribe, Turn::kInOrder,
     Speak<wire::OffsetForLeaderEpochRequest, OffsetForLeaderEpoch>},
    {ApiKey::kAddPartitionsToTxn, "AddPartitionsToTxn", {0, 3}, 0, Action::kWrite, Turn::kInOrder, Speak<wire::AddPartitionsToTxnRequest, AddPartitionsToTxn>},
    {ApiKey::kAddOffsetsToTxn, "AddOffsetsToTxn", {0, 3}, 0, Action::kRead, Turn::kInOrder, Speak<wire::AddOffsetsToTxnRequest, AddOffsetsToTxn>},
    {ApiKey::kEndTxn, "EndTxn", {0, 4}, 0, Action::kWrite, Turn::kInOrder, Speak<wire::EndTxnRequest, EndTxn>},
    {ApiKey::kTxnOffsetCommit, "TxnOffsetCommit", {0, 4}, 0, Action::kRead, Turn::kInOrder, Speak<wire::TxnOffsetCommitRequest, TxnOffsetCommit>},
    {ApiKey::kDescribeConfigs, "DescribeConfigs", {1, 4}, 1, Action::kDescribe, Turn::kWithRoom,
     Speak<wire::DescribeConfigsRequest, DescribeConfigs>},
    {ApiKey::kAlterConfigs, "AlterConfigs", {0, 2}, 0, Action::kAlter, Turn::kInOrder, Speak<wire::AlterConfigsRequest, AlterConfigs>},
    {ApiKey::kIncrementalAlterConfigs, "IncrementalAlterConfigs", {0, 1}, 0, Action::kAlter, Turn::kInOrder,
     Speak<wire::IncrementalAlterConfigsRequest, IncrementalAlterConfigs>},
    {ApiKey::kDescribeLogDirs, "DescribeLogDirs", {1, 4}, 1, Action::kDescribe, Turn::kWithRoom,
     Speak<wire::DescribeLogDirsRequest, DescribeLogDirs>},
    {ApiKey::kSaslAuthenticate, "SaslAuthenticate", {0, 2}, 0, Action::kNone, Turn::kInOrder, Speak<wire::SaslAuthenticateRequest, SaslAuthenticate>},
    {ApiKey::kCreatePartitions, "CreatePartitions", {0, 3}, 0, Action::kAlter, Turn::kInOrder,
     Speak<wire::CreatePartitionsRequest, CreatePartitions>},
    {ApiKey::kDescribeClientQuotas, "DescribeClientQuotas", {0, 1}, 0, Action::kDescribe, Turn::kInOrder, Speak<wire::DescribeClientQuotasRequest, DescribeClientQuotas>},
    {ApiKey::kDescribeUserScramCredentials, "DescribeUserScramCredentials", {0, 0}, 0, Action::kDescribe, Turn::kInOrder,
     Speak<wire::DescribeUserScramCredentialsRequest, DescribeUserScramCredentials>},
    {ApiKey::kAlterUserScramCredentials, "AlterUserScramCredentials", {0, 0}, 0, Action::kAlter, Turn::kInOrder,
     Speak<wire::AlterUserScramCredentialsRequest, AlterUserScramCredentials>},
    {ApiKey::kDescribeCluster, "DescribeCluster", {0, 1}, 0, Action::kDescribe, Turn::kInOrder,
     Speak<wire::DescribeClusterRequest, DescribeCluster>},
    {ApiKey::kDescribeProducers, "DescribeProducers", {0, 0}, 0, Action::kRead, Turn::kWithRoom, Speak<wire::DescribeProducersRequest, DescribeProducers>},
    {ApiKey::kDescribeTransactions, "DescribeTransactions", {0, 0}, 0, Action::kDescribe, Turn::kWithRoom, Speak<wire::DescribeTransactionsRequest, DescribeTransactions>},
    {ApiKey::kListTransactions, "ListTransactions", {0, 1}, 0, Action::kDescribe, Turn::kWithRoom, Speak<wire::ListTransactionsRequest, ListTransactions>},
    {ApiKey::kListConfigResources, "ListConfigResources", {0, 1}, 0, Action::kDescribe, Turn::kWithRoom, Speak<wire::ListConfigResourcesRequest, ListConfigResources>},
};

}  // namespace

size_t AnswerFrame::size() const {
  size_t total = bytes.size();
  for (const wire::Apart& one : apart) total += one.bytes.size();
  return total;
}

std::span<const Verb> Verbs() { return kVerbs; }

std::string KafkaDoor::DescribeRequests() {
  std::string out = "| request | key | versions | permission |\n|---|---|---|---|\n";
  for (const Verb& verb : kVerbs) {
    out += StrCat("| ", verb.name, " | ", static_cast<int>(verb.key), " | ", static_cast<int>(verb.versions.first), "–", static_cast<int>(verb.versions.last), " | ",
                  ActionName(verb.action), " |\n");
  }
  return out;
}

const Verb* FindVerb(int16_t key) {
  for (const Verb& verb : kVerbs) {
    if (static_cast<int16_t>(verb.key) == key) return &verb;
  }
  return nullptr;
}

}  // namespace freshet::doors::kafka
