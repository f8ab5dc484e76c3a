#include "app/admin/broker.h"

#include "app/admin/scram_client.h"
#include "wire/kafka/messages/api_versions.h"
#include "wire/kafka/messages/metadata.h"
#include "wire/kafka/messages/sasl_authenticate.h"
#include "wire/kafka/messages/sasl_handshake.h"

namespace freshet::app {
namespace {

namespace wire = ::freshet::wire::kafka;

constexpr size_t kFrameBytesMax = 256 << 20;
constexpr size_t kGreetingBytesMax = 1 << 20;
constexpr Duration kGreetingPatience = Seconds(5);
constexpr size_t kReadBytes = 64 << 10;
constexpr int kNonceWords = 3;

// What administration meets; all others are told as numbers.
constexpr struct {
  int16_t code;
  std::string_view name;
} kNames[] = {
    {-1, "UNKNOWN_SERVER_ERROR"},      {1, "OFFSET_OUT_OF_RANGE"},         {3, "UNKNOWN_TOPIC_OR_PARTITION"},
    {5, "LEADER_NOT_AVAILABLE"},       {6, "NOT_LEADER_OR_FOLLOWER"},      {7, "REQUEST_TIMED_OUT"},
    {14, "COORDINATOR_LOAD_IN_PROGRESS"}, {15, "COORDINATOR_NOT_AVAILABLE"}, {16, "NOT_COORDINATOR"},
    {17, "INVALID_TOPIC_EXCEPTION"},   {22, "ILLEGAL_GENERATION"},         {24, "INVALID_GROUP_ID"},
    {25, "UNKNOWN_MEMBER_ID"},         {29, "TOPIC_AUTHORIZATION_FAILED"}, {30, "GROUP_AUTHORIZATION_FAILED"},
    {31, "CLUSTER_AUTHORIZATION_FAILED"}, {33, "UNSUPPORTED_SASL_MECHANISM"}, {34, "ILLEGAL_SASL_STATE"},
    {35, "UNSUPPORTED_VERSION"},       {36, "TOPIC_ALREADY_EXISTS"},       {37, "INVALID_PARTITIONS"},
    {38, "INVALID_REPLICATION_FACTOR"}, {40, "INVALID_CONFIG"},            {41, "NOT_CONTROLLER"},
    {42, "INVALID_REQUEST"},           {44, "POLICY_VIOLATION"},           {56, "KAFKA_STORAGE_ERROR"},
    {58, "SASL_AUTHENTICATION_FAILED"}, {68, "NON_EMPTY_GROUP"},           {69, "GROUP_ID_NOT_FOUND"},
    {73, "TOPIC_DELETION_DISABLED"},   {86, "GROUP_SUBSCRIBED_TO_TOPIC"},
};

}  // namespace

bool PassesByItself(int16_t code) { return code == 14 || code == 15 || code == 16; }

Status FromKafkaError(int16_t code, std::string_view what, std::string_view said) {
  if (code == 0) return {};
  std::string name = StrCat("Kafka error ", code);
  for (const auto& known : kNames) {
    if (known.code == code) name = known.name;
  }
  return Fault::Invalid(what, ": ", name, said.empty() ? "" : ": ", said);
}

Broker::Broker(Env& env, const BrokerOptions& options, std::unique_ptr<io::Connection> connection)
    : env_(env), address_(options.address), patience_(options.patience), connection_(std::move(connection)), watch_(env.loop(0), "answers of a broker") {}

Task<std::unique_ptr<Broker>> Broker::Connect(Env& env, BrokerOptions options) {
  auto connect = env.net().Connect(env.loop(0), options.address);
  auto connection = co_await connect;
  if (!connection.ok() && !options.told_by.empty()) {
    co_return Fault::Unavailable(connection.fault().message(), ", where ", options.told_by, " says that the Kafka door is; is that house running (freshet up)? --bootstrap HOST:PORT says another place");
  }
  if (!connection.ok()) co_return Fault::Unavailable(connection.fault().message(), "; --bootstrap HOST:PORT or --data DATA say where the Kafka door of a house is");
  std::unique_ptr<Broker> broker(new Broker(env, options, std::move(connection).value()));
  broker->watch_.Spawn(io::Lane::kUrgent, broker->CloseWhenLate());
  auto greet = broker->Greet(std::move(options));
  Status greeted = co_await greet;
  if (greeted.ok()) co_return broker;
  auto close = broker->Close();
  co_await close;
  co_return greeted;
}

Task<> Broker::Close() {
  connection_->Close();
  auto close = watch_.Close();
  co_return co_await close;
}

Task<> Broker::CloseWhenLate() {
  while (!is_late_) {
    io::Signal::Waiter wait(watch_.cancelled(), env_.clock().Now() + Seconds(1));
    bool cancelled = co_await wait;
    if (cancelled) break;
    is_late_ = env_.clock().Now() >= due_;
  }
  connection_->Close();
  co_return Status::Ok();
}

Task<> Broker::Greet(BrokerOptions options) {
  if (options.tls.configured()) {
    CO_RETURN_NOT_OK(Encrypt(options.tls));
  }
  CO_RETURN_NOT_OK(LearnVersions());
  is_greeted_ = true;
  if (!options.user.empty()) {
    CO_RETURN_NOT_OK(Login(std::move(options.user), std::move(options.password)));
  }
  CO_RETURN_NOT_OK(ExpectAlone());
  co_return Status::Ok();
}

Task<> Broker::Encrypt(io::TlsClientOptions tls) {
  auto client = io::TlsClient::Open(env_.files(), env_.clock().WallNow(), tls);
  if (!client.ok()) co_return client.status();
  auto encrypted = (*client)->Connect(std::move(connection_), address_.host);
  io::TlsConnection& handshaking = *encrypted;
  connection_ = std::move(encrypted);
  due_ = env_.clock().Now() + kGreetingPatience;
  auto shake = handshaking.Handshake();
  Status shaken = co_await shake;
  due_ = MonoTime::Never();
  if (shaken.ok()) co_return shaken;
  if (is_late_) co_return Fault::DeadlineExceeded(address_.ToString(), " says nothing in TLS; without --tls-ca the door is spoken to in the clear");
  co_return Fault::Unavailable(shaken.fault().message(), "; --tls-ca names the authority of the door's certificate, which must be for '", address_.host, "'");
}

Task<> Broker::LearnVersions() {
  std::string frame;
  wire::EncodeRequest(wire::ApiVersionsRequest{}, 0, ++correlation_id_, kClientId, frame);
  auto exchange = Exchange(std::move(frame), wire::ApiKey::kApiVersions, 0);
  auto body = co_await exchange;
  if (!body.ok()) co_return body.status();
  auto response = wire::Decode<wire::ApiVersionsResponse>(*body, 0);
  if (!response.ok()) co_return response.status();
  Status told = FromKafkaError(response->error_code, address_.ToString());
  if (!told.ok()) co_return told;
  for (const auto& api : response->api_keys) spoken_.push_back({static_cast<wire::ApiKey>(api.api_key), api.min_version, api.max_version});
  co_return Status::Ok();
}

Task<> Broker::Login(std::string user, Secret password) {
  auto ask = Ask<wire::SaslHandshakeResponse>(wire::SaslHandshakeRequest{.mechanism = ScramClient::kMechanism});
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  Status spoken = FromKafkaError(answer->error_code, StrCat("a login by ", ScramClient::kMechanism));
  if (!spoken.ok()) co_return spoken;
  std::string nonce;
  for (int i = 0; i < kNonceWords; ++i) nonce += StrCat(env_.random().Next());
  ScramClient scram(std::move(user), std::move(password), std::move(nonce));
  auto prove_first = Prove(scram.First());
  auto challenge = co_await prove_first;
  if (!challenge.ok()) co_return challenge.status();
  auto proof = scram.Prove(*challenge);
  if (!proof.ok()) co_return proof.status();
  auto prove_last = Prove(*proof);
  auto signature = co_await prove_last;
  if (!signature.ok()) co_return signature.status();
  co_return scram.Verify(*signature);
}

Task<std::string> Broker::Prove(std::string token) {
  auto ask = Ask<wire::SaslAuthenticateResponse>(wire::SaslAuthenticateRequest{.auth_bytes = token});
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  Status told = FromKafkaError(answer->error_code, "the login", answer->error_message.value_or(""));
  if (!told.ok()) co_return told;
  co_return std::move(answer->auth_bytes);
}

Task<> Broker::ExpectAlone() {
  wire::MetadataRequest request{.allow_auto_topic_creation = false};  // of no topic
  auto ask = Ask<wire::MetadataResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  if (answer->brokers.size() > 1) {
    co_return Fault::Unsupported(address_.ToString(), " is one of ", answer->brokers.size(), " brokers; these commands speak to a house, or to a broker that stands alone");
  }
  co_return Status::Ok();
}

Task<> Broker::Pause(Duration pause) {
  io::SleepUntil sleep(env_.clock().Now() + pause);
  co_return co_await sleep;
}

int Broker::VersionOf(wire::ApiKey key, wire::Versions ours) const {
  for (const Spoken& spoken : spoken_) {
    if (spoken.key != key) continue;
    int version = std::min<int>(spoken.last, ours.last);
    return version >= std::max<int>(spoken.first, ours.first) ? version : -1;
  }
  return -1;
}

Fault Broker::Unspoken(wire::ApiKey key) const {
  const wire::ApiInfo* api = wire::FindApi(static_cast<int16_t>(key));
  return Fault::Unsupported(address_.ToString(), " speaks no version of ", api == nullptr ? "a request" : api->name, " that this program does");
}

// A door says no reason when it closes a connection; these are the usual ones.
Fault Broker::Gone(const Fault& fault) const {
  if (is_late_ && !is_greeted_) return Fault::DeadlineExceeded(address_.ToString(), " says nothing; is it a Kafka door? DATA/doors.json has a house's addresses");
  if (is_late_) return Fault::DeadlineExceeded(address_.ToString(), " has not answered for ", patience_.ms() / 1000, " seconds");
  return Fault::Unavailable(address_.ToString(), ": ", fault.message(), "; a door that wants a login (--user) ends so, and one in TLS (--tls-ca)");
}

Task<std::string> Broker::Exchange(std::string frame, wire::ApiKey key, int version) {
  due_ = env_.clock().Now() + (is_greeted_ ? patience_ : std::min(patience_, kGreetingPatience));
  auto write = connection_->Write(frame);
  Status written = co_await write;
  if (!written.ok()) co_return Gone(written.fault());
  std::string received;
  for (;;) {
    auto whole = wire::CutFrame(received, is_greeted_ ? kFrameBytesMax : kGreetingBytesMax);
    if (!whole.ok()) co_return Fault::Corrupt(address_.ToString(), " does not speak Kafka's protocol: ", whole.fault().message());
    if (whole->has_value()) {
      auto response = wire::DecodeResponse(**whole, key, version);
      if (!response.ok()) co_return response.status();
      if (response->correlation_id != correlation_id_) co_return Fault::Corrupt(address_.ToString(), " answers request ", response->correlation_id, " where ", correlation_id_, " was asked");
      due_ = MonoTime::Never();
      co_return std::string(response->body);
    }
    auto read = connection_->ReadMore(received, kReadBytes);
    auto bytes = co_await read;
    if (!bytes.ok()) co_return Gone(bytes.fault());
    if (*bytes == 0) co_return Gone(Fault::Unavailable("the connection was closed without an answer"));
  }
}

}  // namespace freshet::app
