#include <cstdlib>

#include "doors/kafka/requests.h"
#include "doors/kafka/test_client.h"
#include "wire/kafka/messages/alter_user_scram_credentials.h"
#include "wire/kafka/messages/api_versions.h"
#include "wire/kafka/messages/describe_client_quotas.h"
#include "wire/kafka/messages/describe_user_scram_credentials.h"
#include "wire/kafka/messages/metadata.h"
#include "wire/kafka/messages/sasl_authenticate.h"
#include "wire/kafka/messages/sasl_handshake.h"

// A house with identities: who may do what before and after a login.

namespace freshet::doors::kafka {
namespace {

using Handshake = wire::SaslHandshakeResponse;
using Authenticate = wire::SaslAuthenticateResponse;

void Close(TestHouse& house) {
  house.identities.Add("alice", "wonderland");
  house.guard.AskForLogin();
}
#define LOGIN_TEST(name) DOOR_TEST_WITH(name, Close(house))

wire::SaslHandshakeRequest By(std::string_view mechanism) {
  wire::SaslHandshakeRequest request;
  request.mechanism = mechanism;
  return request;
}
wire::SaslAuthenticateRequest Token(std::string_view token) {
  wire::SaslAuthenticateRequest request;
  request.auth_bytes = token;
  return request;
}

Task<Authenticate> Login(TestClient& client, std::string_view token) {
  CO_ASSIGN_OR_RETURN(Handshake begun, client.Ask<Handshake>(By("TOKEN"), 1));
  EXPECT_EQ(begun.error_code, 0);
  CO_ASSIGN_OR_RETURN(Authenticate question, client.Ask<Authenticate>(Token("hello"), 2));
  EXPECT_EQ(question.auth_bytes, "who?");
  auto answer = client.Ask<Authenticate>(Token(token), 2);
  co_return co_await answer;
}

Task<bool> IsClosed(TestClient& client) {
  auto receive = client.Receive();
  auto received = co_await receive;
  co_return received.code() == Code::kCancelled;
}

// A request of which only the header is looked at.
std::string Bare(const Verb& verb) {
  std::string frame;
  ByteWriter writer(frame);
  writer.Write<int32_t>(0);
  writer.Write<int16_t>(static_cast<int16_t>(verb.key));
  writer.Write<int16_t>(verb.versions.last);
  writer.Write<int32_t>(1);
  writer.Write<int16_t>(-1);
  writer.Write<int8_t>(0);
  writer.Patch<int32_t>(0, static_cast<int32_t>(frame.size() - wire::kLengthBytes));
  return frame;
}

LOGIN_TEST(NoRequestOfTheTableIsCarriedOutBeforeALogin) {
  int refused = 0;
  for (const Verb& verb : Verbs()) {
    if (verb.action == Action::kNone) continue;
    CO_ASSIGN_OR_RETURN(auto client, house.Connect());
    CO_RETURN_NOT_OK(client->Send(Bare(verb)));
    CO_ASSIGN_OR_RETURN(bool closed, IsClosed(*client));
    EXPECT_TRUE(closed) << verb.name;
    ++refused;
  }
  EXPECT_EQ(refused, static_cast<int>(Verbs().size()) - 3);
  co_return Status::Ok();
}

LOGIN_TEST(WhoeverLogsInMayProduce) {
  CO_ASSIGN_OR_RETURN([[maybe_unused]] auto topic, MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(auto versions, client->Ask<wire::ApiVersionsResponse>(wire::ApiVersionsRequest(), 3));
  CO_ASSIGN_OR_RETURN(Authenticate welcome, Login(*client, "alice wonderland"));
  CO_ASSIGN_OR_RETURN(int16_t error, ErrorOfProducing(*client, "clicks", Batch("x")));

  EXPECT_FALSE(versions.api_keys.empty());
  EXPECT_EQ(welcome.error_code, 0);
  EXPECT_EQ(welcome.auth_bytes, "welcome");
  EXPECT_EQ(error, 0);
  co_return Status::Ok();
}

LOGIN_TEST(AFailedLoginIsAnsweredOnceAndEndsTheConnection) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(Authenticate refused, Login(*client, "alice guess"));
  CO_ASSIGN_OR_RETURN(bool closed, IsClosed(*client));

  EXPECT_EQ(refused.error_code, Number(Error::kSaslAuthenticationFailed));
  EXPECT_EQ(refused.error_message, "authentication failed");
  EXPECT_TRUE(closed);
  EXPECT_TRUE(house.said.Contains("\"name\":\"alice\""));
  EXPECT_FALSE(house.said.Contains("guess"));
  co_return Status::Ok();
}

LOGIN_TEST(TokensOutOfOrderEndTheConnection) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(Authenticate refused, client->Ask<Authenticate>(Token("alice wonderland"), 1));
  CO_ASSIGN_OR_RETURN(bool closed, IsClosed(*client));
  CO_ASSIGN_OR_RETURN(auto other, house.Connect());
  CO_ASSIGN_OR_RETURN(Handshake unknown, other->Ask<Handshake>(By("GSSAPI"), 1));
  CO_ASSIGN_OR_RETURN(bool other_closed, IsClosed(*other));

  EXPECT_EQ(refused.error_code, Number(Error::kIllegalSaslState));
  EXPECT_TRUE(closed);
  EXPECT_EQ(unknown.error_code, Number(Error::kUnsupportedSaslMechanism));
  EXPECT_EQ(unknown.mechanisms, std::vector<std::string>{"TOKEN"});
  EXPECT_TRUE(other_closed);
  co_return Status::Ok();
}

LOGIN_TEST(OldClientsSendTokensWithoutAHeader) {
  CO_ASSIGN_OR_RETURN([[maybe_unused]] auto topic, MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(Handshake begun, client->Ask<Handshake>(By("TOKEN"), 0));
  CO_RETURN_NOT_OK(client->Send(std::string("\0\0\0\5hello", 9)));
  CO_ASSIGN_OR_RETURN(std::string question, client->Receive());
  CO_RETURN_NOT_OK(client->Send(std::string("\0\0\0\x10" "alice wonderland", 20)));
  CO_ASSIGN_OR_RETURN(std::string welcome, client->Receive());
  CO_ASSIGN_OR_RETURN(int16_t error, ErrorOfProducing(*client, "clicks", Batch("x")));

  EXPECT_EQ(begun.error_code, 0);
  EXPECT_EQ(question, "who?");
  EXPECT_EQ(welcome, "welcome");
  EXPECT_EQ(error, 0);
  co_return Status::Ok();
}

LOGIN_TEST(AConnectionLogsInAgainButStaysWithWhomItBegan) {
  house.identities.Add("bob", "builder");
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(Authenticate first, Login(*client, "alice wonderland"));
  CO_ASSIGN_OR_RETURN(Authenticate again, Login(*client, "alice wonderland"));
  CO_ASSIGN_OR_RETURN(Authenticate other, Login(*client, "bob builder"));
  CO_ASSIGN_OR_RETURN(bool closed, IsClosed(*client));

  EXPECT_EQ(first.error_code, 0);
  EXPECT_EQ(again.error_code, 0);
  EXPECT_EQ(other.error_code, Number(Error::kSaslAuthenticationFailed));
  EXPECT_TRUE(closed);
  co_return Status::Ok();
}

LOGIN_TEST(BeforeALoginRequestsAreSmall) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_RETURN_NOT_OK(client->Send(std::string("\0\1\0\1", 4)));
  CO_ASSIGN_OR_RETURN(bool closed, IsClosed(*client));

  EXPECT_TRUE(closed);
  co_return Status::Ok();
}

void CloseAndHurry(TestHouse& house) {
  Close(house);
  house.options.login_wait = Milliseconds(1);
}
DOOR_TEST_WITH(WhoeverNeverLogsInIsNotWaitedFor, CloseAndHurry(house)) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(bool closed, IsClosed(*client));

  EXPECT_TRUE(closed);
  co_return Status::Ok();
}

DOOR_TEST(AnOpenHouseHasNothingToLogInTo) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(Handshake refused, client->Ask<Handshake>(By("SCRAM-SHA-256"), 1));

  EXPECT_EQ(refused.error_code, Number(Error::kIllegalSaslState));
  EXPECT_TRUE(refused.mechanisms.empty());
  co_return Status::Ok();
}

wire::AlterUserScramCredentialsRequest::ScramCredentialUpsertion Put(std::string_view name, int8_t mechanism = 1, int32_t iterations = 4096) {
  return {.name = name, .mechanism = mechanism, .iterations = iterations, .salt = "salt", .salted_password = "password"};
}

DOOR_TEST(ThereAreNoQuotas) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(auto quotas, client->Ask<wire::DescribeClientQuotasResponse>(wire::DescribeClientQuotasRequest(), 1));

  EXPECT_EQ(quotas.error_code, 0);
  EXPECT_TRUE(quotas.entries.has_value() && quotas.entries->empty());
  co_return Status::Ok();
}

LOGIN_TEST(CredentialsAreMadeShownAndTakenAway) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN([[maybe_unused]] Authenticate welcome, Login(*client, "alice wonderland"));
  wire::AlterUserScramCredentialsRequest request;
  request.upsertions = {Put("bob"), Put("carol", 3), Put("dave", 1, 1), Put("erin"), Put("erin")};
  request.deletions = {{"alice", 1}, {"frank", 1}};
  CO_ASSIGN_OR_RETURN(auto altered, client->Ask<wire::AlterUserScramCredentialsResponse>(request, 0));
  std::map<std::string, int16_t> errors;
  for (const auto& result : altered.results) errors[result.user] = result.error_code;
  std::map<std::string, int16_t> expected = {{"alice", 0}, {"bob", 0}, {"carol", 33}, {"dave", 93}, {"erin", 92}, {"frank", 91}};
  wire::DescribeUserScramCredentialsRequest everybody, some;
  everybody.users.reset();
  some.users->assign({{"bob"}, {"nobody"}, {"twice"}, {"twice"}});
  CO_ASSIGN_OR_RETURN(auto all, client->Ask<wire::DescribeUserScramCredentialsResponse>(everybody, 0));
  CO_ASSIGN_OR_RETURN(auto named, client->Ask<wire::DescribeUserScramCredentialsResponse>(some, 0));
  std::map<std::string, int16_t> found;
  for (const auto& result : named.results) found[result.user] = result.error_code;
  std::map<std::string, int16_t> expected_found = {{"bob", 0}, {"nobody", 91}, {"twice", 92}};

  EXPECT_EQ(errors, expected);
  EXPECT_EQ(all.results.size(), 1u);
  EXPECT_EQ(all.results.at(0).user, "bob");
  EXPECT_EQ(all.results.at(0).credential_infos.at(0).iterations, 4096);
  EXPECT_EQ(found, expected_found);
  co_return Status::Ok();
}

}  // namespace
}  // namespace freshet::doors::kafka
