#include "links/kafka/properties.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/nearest.h"
#include "data/records/tuning.h"

namespace freshet::links::kafka {
namespace {

using Text = std::string_view;

enum class Use : uint8_t { kBoth, kReader, kWriter };
struct Property {
  Text name;    // Java's, which Flink's tables carry, or librdkafka's own
  Text client;  // librdkafka's; empty: read elsewhere
  Use use = Use::kBoth;
};
constexpr Property kProperties[] = {
    {"bootstrap.servers", "bootstrap.servers"}, {"client.id", "client.id"}, {"client.rack", "client.rack", Use::kReader}, {"group.id", "group.id", Use::kReader},
    {"auto.offset.reset", ""}, {"security.protocol", "security.protocol"},
    {"sasl.mechanism", "sasl.mechanism"}, {"sasl.jaas.config", ""}, {"sasl.username", "sasl.username"}, {"sasl.password", "sasl.password"},
    {"ssl.truststore.type", ""}, {"ssl.truststore.location", ""}, {"ssl.truststore.certificates", "ssl.ca.pem"},
    {"ssl.keystore.type", ""}, {"ssl.keystore.location", "ssl.keystore.location"}, {"ssl.keystore.password", "ssl.keystore.password"},
    {"ssl.ca.location", "ssl.ca.location"}, {"ssl.ca.pem", "ssl.ca.pem"}, {"ssl.certificate.location", "ssl.certificate.location"},
    {"ssl.certificate.pem", "ssl.certificate.pem"}, {"ssl.key.location", "ssl.key.location"}, {"ssl.key.pem", "ssl.key.pem"}, {"ssl.key.password", "ssl.key.password"},
    {"ssl.cipher.suites", "ssl.cipher.suites"}, {"ssl.endpoint.identification.algorithm", "ssl.endpoint.identification.algorithm"},
    {"metadata.max.age.ms", "metadata.max.age.ms"}, {"connections.max.idle.ms", "connections.max.idle.ms"}, {"socket.connection.setup.timeout.ms", "socket.connection.setup.timeout.ms"},
    {"reconnect.backoff.ms", "reconnect.backoff.ms"}, {"reconnect.backoff.max.ms", "reconnect.backoff.max.ms"}, {"retry.backoff.ms", "retry.backoff.ms"},
    {"receive.buffer.bytes", "socket.receive.buffer.bytes"}, {"send.buffer.bytes", "socket.send.buffer.bytes"}, {"request.timeout.ms", "socket.timeout.ms"},
    {"fetch.min.bytes", "fetch.min.bytes", Use::kReader}, {"fetch.max.bytes", "fetch.max.bytes", Use::kReader}, {"fetch.max.wait.ms", "fetch.wait.max.ms", Use::kReader},
    {"max.partition.fetch.bytes", "fetch.message.max.bytes", Use::kReader}, {"check.crcs", "check.crcs", Use::kReader}, {"isolation.level", "isolation.level", Use::kReader},
    {"acks", "acks", Use::kWriter}, {"batch.size", "batch.size", Use::kWriter}, {"linger.ms", "linger.ms", Use::kWriter}, {"compression.type", "compression.type", Use::kWriter},
    {"delivery.timeout.ms", "delivery.timeout.ms", Use::kWriter}, {"enable.idempotence", "enable.idempotence", Use::kWriter},
    {"max.in.flight.requests.per.connection", "max.in.flight.requests.per.connection", Use::kWriter}, {"max.request.size", "message.max.bytes", Use::kWriter},
    {"transaction.timeout.ms", "transaction.timeout.ms", Use::kWriter}};

std::vector<Text> Names() {
  std::vector<Text> names;
  for (const auto& property : kProperties) names.push_back(property.name);
  return names;
}

class Reading {
 public:
  Reading(const std::string& table, const records::TopicOptions& options, Role role) : table_(table), given_(options.properties), role_(role) {}

  Result<Settings> Read() {
    for (const auto& [name, value] : given_) RETURN_NOT_OK(Take(name, value));
    RETURN_NOT_OK(ReadJaas());
    RETURN_NOT_OK(ReadStores());
    return std::move(out_);
  }

 private:
  Status Take(const std::string& name, const std::string& value) {
    auto known = std::find_if(std::begin(kProperties), std::end(kProperties), [&](const auto& p) { return p.name == name; });
    if (known == std::end(kProperties)) return records::OnlyTunes("properties." + name) ? Status() : Status(Unknown(name));
    bool for_us = known->use == Use::kBoth || (known->use == Use::kReader) == (role_ == Role::kReader);
    if (!for_us || known->client.empty()) return {};
    out_[std::string(known->client)] = name == "ssl.endpoint.identification.algorithm" && value.empty() ? "none" : value;
    return {};
  }

  Fault Unknown(const std::string& name) const {
    std::vector<Text> names = Names();
    std::string near = DidYouMean(name, names);
    if (near.empty()) near = "; docs/sql.md lists those that are";
    return Fault::Unsupported("table ", table_, ": option 'properties.", name, "' is not taken by the client of another cluster", near);
  }

  std::string Given(const std::string& name) const {
    auto found = given_.find(name);
    return found == given_.end() ? "" : found->second;
  }

  // org.apache.kafka.common.security.plain.PlainLoginModule required username="…" password="…";
  Status ReadJaas() {
    std::string jaas = Given("sasl.jaas.config");
    if (jaas.empty()) return {};
    bool known = jaas.find(".plain.PlainLoginModule") != std::string::npos || jaas.find(".scram.ScramLoginModule") != std::string::npos;
    auto user = Quoted(jaas, "username"), password = Quoted(jaas, "password");
    if (!known || !user || !password) {
      return Fault::Unsupported("table ", table_, ": option 'properties.sasl.jaas.config' is read with PlainLoginModule or ScramLoginModule, a username and a password in quotes; or say properties.sasl.username and properties.sasl.password");
    }
    out_["sasl.username"] = *user;
    out_["sasl.password"] = *password;
    return {};
  }

  static std::optional<std::string> Quoted(const std::string& text, const std::string& key) {
    size_t at = text.find(" " + key + "=");
    if (at == std::string::npos) return std::nullopt;
    at += key.size() + 2;
    char quote = at < text.size() ? text[at] : ' ';
    if (quote != '"' && quote != '\'') return std::nullopt;
    std::string out;
    for (++at; at < text.size() && text[at] != quote; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      out += text[at];
    }
    return at < text.size() ? std::optional(out) : std::nullopt;
  }

  // Java's stores that OpenSSL can read: PEM, and PKCS#12 for an own certificate.
  Status ReadStores() {
    std::string trust = Given("ssl.truststore.location"), own = Given("ssl.keystore.location");
    if (!trust.empty() && Given("ssl.truststore.type") != "PEM") {
      return Fault::Unsupported("table ", table_, ": option 'properties.ssl.truststore.location' is read with 'properties.ssl.truststore.type' = 'PEM' only; or say properties.ssl.ca.location, a file of PEM");
    }
    if (!trust.empty()) out_["ssl.ca.location"] = trust;
    if (own.empty()) return {};
    std::string type = Given("ssl.keystore.type");
    if (type == "PKCS12") return {};
    if (type != "PEM") return Fault::Unsupported("table ", table_, ": option 'properties.ssl.keystore.location' is read with 'properties.ssl.keystore.type' = 'PKCS12' or 'PEM' only");
    out_.erase("ssl.keystore.location");
    out_["ssl.certificate.location"] = out_["ssl.key.location"] = own;
    return {};
  }

  const std::string& table_;
  const std::map<std::string, std::string>& given_;
  const Role role_;
  Settings out_;
};

}  // namespace

Result<Settings> ClientSettings(const std::string& table, const records::TopicOptions& options, Role role) { return Reading(table, options, role).Read(); }

std::span<const Text> PropertyNames() {
  static const std::vector<Text> names = Names();
  return names;
}

}  // namespace freshet::links::kafka
