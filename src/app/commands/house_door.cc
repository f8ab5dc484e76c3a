#include "app/commands/house_door.h"

#include <nlohmann/json.hpp>

#include "data/formats/base64.h"
#include "data/json_tree.h"

namespace freshet::app {
namespace {

constexpr int64_t kDoorsBytesMax = 64 << 10;

std::string AuthorizationOf(const std::optional<Login>& login) {
  if (!login) return "";
  std::string out = "Basic ";
  formats::AppendBase64(out, StrCat(login->user, ":", login->password.Reveal()));
  return out;
}

}  // namespace

Result<io::Address> DoorOf(io::Files& files, const std::string& data, const std::string& door) {
  std::string path = data + "/doors.json";
  ASSIGN_OR_RETURN(bool there, files.Exists(path));
  if (!there) return Fault::NotFound(path, " is not there: no house has opened its doors on that data folder; name the one of a running house by --data, or start it: freshet up");
  ASSIGN_OR_RETURN(std::string text, io::ReadWhole(files, path, kDoorsBytesMax));
  auto doors = data::ParseJson<nlohmann::json>(text);
  bool fine = doors.is_object() && doors.contains(door) && doors[door].is_string();
  if (!fine) return Fault::Invalid(path, " does not say where the door ", door, " is; start the house again");
  return io::Address::Parse(doors[door].get<std::string>());
}

Result<HouseDoor> HouseDoor::Find(io::Files& files, const std::string& data, const std::optional<Login>& login) {
  ASSIGN_OR_RETURN(io::Address address, DoorOf(files, data, "http"));
  return HouseDoor(data, std::move(address), AuthorizationOf(login));
}

Task<HttpAnswer> HouseDoor::Ask(Env& env, std::string target, std::string body) const {
  HttpCall call{address_, "POST", std::move(target), authorization_, std::move(body)};
  auto calling = Call(env, std::move(call));
  co_return co_await calling;
}

Task<HttpAnswer> HouseDoor::Look(Env& env, std::string target) const {
  HttpCall call{address_, "GET", std::move(target), authorization_, ""};
  auto calling = Call(env, std::move(call));
  co_return co_await calling;
}

Task<HttpAnswer> HouseDoor::Call(Env& env, HttpCall call) const {
  std::string by_hand = call.method == "POST" ? "POST the SQL to " + call.target : call.method + " " + call.target;
  auto calling = AskOverHttp(env, std::move(call));
  auto answer = co_await calling;
  if (answer.ok()) co_return answer;
  co_return Fault::Unavailable("the house of ", data_, " does not answer at ", address_.ToString(), ": ", answer.fault().message(),
                               "; is it running (freshet up)? A door that speaks TLS is asked by curl: ", by_hand);
}

Fault HouseDoor::Refusal(const HttpAnswer& answer) const {
  auto body = data::ParseJson<nlohmann::json>(answer.body);
  bool says_why = body.is_object() && body.contains("error") && body["error"].is_object() && body["error"].contains("message") && body["error"]["message"].is_string();
  std::string why = says_why ? body["error"]["message"].get<std::string>() : StrCat("the house at ", address_.ToString(), " answers with status ", answer.status);
  if (answer.status == 401) why += "; name who asks by --user NAME, with the password in FRESHET_PASSWORD or a file (--password-file FILE)";
  return Fault::Invalid(why);
}

std::string Percent(std::string_view text) {
  std::string out;
  for (char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    if (plain) out += c;
    else out += "%" + ToHex(std::string_view(&c, 1));
  }
  return out;
}

}  // namespace freshet::app
