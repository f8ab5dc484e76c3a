#include "doors/kafka/requests.h"

#include "doors/kafka/test_client.h"
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
#include "wire/kafka/messages/sasl_authenticate.h"
#include "wire/kafka/messages/sasl_handshake.h"
#include "wire/kafka/messages/sync_group.h"
#include "wire/kafka/messages/txn_offset_commit.h"

namespace freshet::doors::kafka {
namespace {

// The smallest request of an API, and whether an answer to it can be read.
struct Probe {
  wire::ApiKey key;
  void (*encode)(int version, std::string& out);
  Status (*decode)(std::string_view body, int version);
};

template <typename Request, typename Response>
constexpr Probe ProbeOf() {
  return {Request::kKey, [](int version, std::string& out) { wire::EncodeRequest(Request{}, version, version, "probe", out); },
          [](std::string_view body, int version) {
            Response response;
            return wire::DecodeBody(Response::kShape, Response::kFlexible.Has(version), version, body,
                                    Response::kAllocationFactor, &response);
          }};
}

constexpr Probe kProbes[] = {
    ProbeOf<wire::AlterConfigsRequest, wire::AlterConfigsResponse>(),
    ProbeOf<wire::DescribeLogDirsRequest, wire::DescribeLogDirsResponse>(),
    ProbeOf<wire::IncrementalAlterConfigsRequest, wire::IncrementalAlterConfigsResponse>(),
    ProbeOf<wire::OffsetDeleteRequest, wire::OffsetDeleteResponse>(),
    ProbeOf<wire::ApiVersionsRequest, wire::ApiVersionsResponse>(),
    ProbeOf<wire::CreatePartitionsRequest, wire::CreatePartitionsResponse>(),
    ProbeOf<wire::CreateTopicsRequest, wire::CreateTopicsResponse>(),
    ProbeOf<wire::DeleteRecordsRequest, wire::DeleteRecordsResponse>(),
    ProbeOf<wire::DeleteTopicsRequest, wire::DeleteTopicsResponse>(),
    ProbeOf<wire::DescribeClusterRequest, wire::DescribeClusterResponse>(),
    ProbeOf<wire::DescribeConfigsRequest, wire::DescribeConfigsResponse>(),
    ProbeOf<wire::FetchRequest, wire::FetchResponse>(),
    ProbeOf<wire::InitProducerIdRequest, wire::InitProducerIdResponse>(),
    ProbeOf<wire::ListOffsetsRequest, wire::ListOffsetsResponse>(),
    ProbeOf<wire::MetadataRequest, wire::MetadataResponse>(),
    ProbeOf<wire::OffsetForLeaderEpochRequest, wire::OffsetForLeaderEpochResponse>(),
    ProbeOf<wire::DeleteGroupsRequest, wire::DeleteGroupsResponse>(),
    ProbeOf<wire::DescribeGroupsRequest, wire::DescribeGroupsResponse>(),
    ProbeOf<wire::FindCoordinatorRequest, wire::FindCoordinatorResponse>(),
    ProbeOf<wire::HeartbeatRequest, wire::HeartbeatResponse>(),
    ProbeOf<wire::JoinGroupRequest, wire::JoinGroupResponse>(),
    ProbeOf<wire::LeaveGroupRequest, wire::LeaveGroupResponse>(),
    ProbeOf<wire::ListGroupsRequest, wire::ListGroupsResponse>(),
    ProbeOf<wire::OffsetCommitRequest, wire::OffsetCommitResponse>(),
    ProbeOf<wire::OffsetFetchRequest, wire::OffsetFetchResponse>(),
    ProbeOf<wire::SyncGroupRequest, wire::SyncGroupResponse>(),
    ProbeOf<wire::AlterUserScramCredentialsRequest, wire::AlterUserScramCredentialsResponse>(),
    ProbeOf<wire::DescribeClientQuotasRequest, wire::DescribeClientQuotasResponse>(),
    ProbeOf<wire::DescribeUserScramCredentialsRequest, wire::DescribeUserScramCredentialsResponse>(),
    ProbeOf<wire::SaslAuthenticateRequest, wire::SaslAuthenticateResponse>(),
    ProbeOf<wire::SaslHandshakeRequest, wire::SaslHandshakeResponse>(),
    ProbeOf<wire::TxnOffsetCommitRequest, wire::TxnOffsetCommitResponse>(),
    ProbeOf<wire::ListConfigResourcesRequest, wire::ListConfigResourcesResponse>(),
    ProbeOf<wire::ListTransactionsRequest, wire::ListTransactionsResponse>(),
    ProbeOf<wire::EndTxnRequest, wire::EndTxnResponse>(),
    ProbeOf<wire::DescribeTransactionsRequest, wire::DescribeTransactionsResponse>(),
    ProbeOf<wire::DescribeProducersRequest, wire::DescribeProducersResponse>(),
    ProbeOf<wire::AddPartitionsToTxnRequest, wire::AddPartitionsToTxnResponse>(),
    ProbeOf<wire::AddOffsetsToTxnRequest, wire::AddOffsetsToTxnResponse>(),
};

// A connection each: some answers end theirs.
Task<> AskEveryVersion(TestHouse& house, const Verb& verb) {
  const Probe* probe = std::find_if(std::begin(kProbes), std::end(kProbes), [&](const Probe& p) { return p.key == verb.key; });
  CHECK(probe != std::end(kProbes));  // a new verb needs its line above
  for (int version = verb.versions.first; version <= verb.versions.last; ++version) {
    CO_ASSIGN_OR_RETURN(auto client, house.Connect());
    std::string bytes;
    probe->encode(version, bytes);
    CO_RETURN_NOT_OK(client->Send(bytes));
    CO_ASSIGN_OR_RETURN(auto frame, client->Receive());
    auto answer = wire::DecodeResponse(frame, verb.key, version);
    EXPECT_TRUE(answer.ok());
    EXPECT_EQ(answer->correlation_id, version);
    auto read = probe->decode(answer->body, version);
    EXPECT_TRUE(read.ok()) << verb.name << " version " << version << ": " << read.ToString();
  }
  co_return Status::Ok();
}

DOOR_TEST(AnswersEveryVersionOfEveryRequestInItsTable) {
  for (const Verb& verb : Verbs()) {
    if (verb.key == wire::ApiKey::kProduce) continue;  // its smallest request has acks 0, and no answer
    CO_RETURN_NOT_OK(AskEveryVersion(house, verb));
  }
  co_return Status::Ok();
}

DOOR_TEST(TakesEveryVersionOfProduce) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  const Verb& verb = *FindVerb(static_cast<int16_t>(wire::ApiKey::kProduce));
  for (int version = verb.versions.first; version <= verb.versions.last; ++version) {
    CO_ASSIGN_OR_RETURN(int16_t error, ErrorOfProducing(*client, "clicks", Batch("v"), version));
    EXPECT_EQ(error, 0) << version;
  }
  co_return Status::Ok();
}

TEST(KafkaDoor, SpeaksOnlyVersionsThatHaveATable) {
  for (const Verb& verb : Verbs()) {
    const wire::ApiInfo* api = wire::FindApi(static_cast<int16_t>(verb.key));
    ASSERT_NE(api, nullptr);
    EXPECT_EQ(verb.name, api->name);
    EXPECT_TRUE(api->versions.Has(verb.versions.first) && api->versions.Has(verb.versions.last)) << verb.name;
    EXPECT_LE(verb.advertised_first, verb.versions.first) << verb.name;
  }
}

}  // namespace
}  // namespace freshet::doors::kafka
