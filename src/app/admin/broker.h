#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/secret.h"
#include "io/env.h"
#include "io/net.h"
#include "io/tls.h"
#include "io/task_group.h"
#include "wire/kafka/frame.h"

namespace freshet::app {

struct BrokerOptions {
  io::Address address;
  std::string told_by;              // the file that says so; empty: nobody but who asks
  std::string user;                 // empty: without a login
  Secret password;
  io::TlsClientOptions tls;         // not configured: in the clear
  Duration patience = Seconds(30);  // for each answer
};

// A connection to one Kafka broker that stands alone, which a house is: one request at a time, each in the newest version that both speak.
// On the loop where it was connected.
class Broker {
 public:
  static Task<std::unique_ptr<Broker>> Connect(Env& env, BrokerOptions options);
  // Before the end, also after a Fault.
  Task<> Close();

  // The texts that a request points to outlive the task.
  template <typename Response, typename Request>
  Task<Response> Ask(Request request) {
    int version = VersionOf(Request::kKey, Request::kVersions);
    if (version < 0) co_return Unspoken(Request::kKey);
    std::string frame;
    wire::kafka::EncodeRequest(request, version, ++correlation_id_, kClientId, frame);
    auto exchange = Exchange(std::move(frame), Request::kKey, version);
    auto body = co_await exchange;
    if (!body.ok()) co_return body.status();
    co_return wire::kafka::Decode<Response>(*body, version);
  }

  Task<> Pause(Duration pause);

 private:
  static constexpr std::string_view kClientId = "freshet";
  struct Spoken {
    wire::kafka::ApiKey key;
    int first;
    int last;
  };

  Broker(Env& env, const BrokerOptions& options, std::unique_ptr<io::Connection> connection);
  // Versions, the login, and that nobody else leads partitions.
  Task<> Greet(BrokerOptions options);
  Task<> Encrypt(io::TlsClientOptions tls);
  Task<> LearnVersions();
  Task<> Login(std::string user, Secret password);
  Task<std::string> Prove(std::string token);
  Task<> ExpectAlone();
  int VersionOf(wire::kafka::ApiKey key, wire::kafka::Versions ours) const;
  Fault Unspoken(wire::kafka::ApiKey key) const;
  Fault Gone(const Fault& fault) const;
  // The body of the answer.
  Task<std::string> Exchange(std::string frame, wire::kafka::ApiKey key, int version);
  Task<> CloseWhenLate();

  Env& env_;
  const io::Address address_;
  const Duration patience_;
  std::unique_ptr<io::Connection> connection_;
  std::vector<Spoken> spoken_ = {};
  int32_t correlation_id_ = 0;
  MonoTime due_ = MonoTime::Never();  // of the answer that is waited for
  bool is_late_ = false;
  bool is_greeted_ = false;
  io::TaskGroup watch_;
};

// Of a broker that has just come up, or makes room for groups: it answers otherwise in a moment.
bool PassesByItself(int16_t code);

// Ok for code 0; else a Fault with `what`, Kafka's name of the code, and what the broker said.
Status FromKafkaError(int16_t code, std::string_view what, std::string_view said = "");

}  // namespace freshet::app
