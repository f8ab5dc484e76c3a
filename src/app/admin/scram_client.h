#pragma once

#include <string>

#include "base/secret.h"
#include "base/status.h"

namespace freshet::app {

// The client's side of one SCRAM-SHA-256 login (RFC 5802). Neither side learns the other's secret.
class ScramClient {
 public:
  static constexpr std::string_view kMechanism = "SCRAM-SHA-256";

  // The nonce is printable and without commas.
  ScramClient(std::string name, Secret password, std::string nonce) : name_(std::move(name)), password_(std::move(password)), nonce_(std::move(nonce)) {}

  std::string First();
  Result<std::string> Prove(std::string_view challenge);
  // That the other side knows the password's keys, too.
  Status Verify(std::string_view server_final) const;

 private:
  const std::string name_;
  const Secret password_;
  const std::string nonce_;
  std::string first_bare_;
  std::string server_signature_;
};

}  // namespace freshet::app
