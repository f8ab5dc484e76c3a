#pragma once

#include <optional>
#include <string>

#include "app/commands/http_call.h"
#include "app/login.h"
#include "io/file.h"

namespace freshet::app {

// Where a door of a house listens: "http", "kafka" or "resp", as DATA/doors.json says. Blocks.
Result<io::Address> DoorOf(io::Files& files, const std::string& data, const std::string& door);

// The HTTP door of a running house, as its data folder says where it is.
class HouseDoor {
 public:
  // Who asks there; absent: nobody logs in. Blocks.
  static Result<HouseDoor> Find(io::Files& files, const std::string& data, const std::optional<Login>& login);

  // POST; a house that does not answer is a Fault that says what may be the matter.
  Task<HttpAnswer> Ask(Env& env, std::string target, std::string body) const;
  // GET, as Ask.
  Task<HttpAnswer> Look(Env& env, std::string target) const;
  // What an answer that is not 200 says.
  Fault Refusal(const HttpAnswer& answer) const;

 private:
  Task<HttpAnswer> Call(Env& env, HttpCall call) const;
  HouseDoor(std::string data, io::Address address, std::string authorization) : data_(std::move(data)), address_(std::move(address)), authorization_(std::move(authorization)) {}

  std::string data_;
  io::Address address_;
  std::string authorization_;
};

// "a b" → "a%20b".
std::string Percent(std::string_view text);

}  // namespace freshet::app
