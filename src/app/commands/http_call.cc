#include "app/commands/http_call.h"

#include <charconv>

#include "io/wait.h"
#include "wire/http/message.h"

namespace freshet::app {
namespace {

constexpr size_t kAnswerBytesMax = 256 << 20;
constexpr size_t kReadBytes = 64 << 10;
constexpr size_t kHeadersMax = 100;

Task<std::string> Exchanged(io::Connection& connection, std::string request) {
  auto writing = connection.Write(request);
  Status written = co_await writing;
  if (!written.ok()) co_return written.fault();
  std::string answer;
  while (answer.size() < kAnswerBytesMax) {
    auto reading = connection.ReadMore(answer, kReadBytes);
    auto read = co_await reading;
    if (!read.ok()) co_return read.fault();
    if (*read == 0) co_return answer;
  }
  co_return Fault::TooLarge("the answer is longer than ", kAnswerBytesMax, " bytes");
}

}  // namespace

std::string HttpAnswer::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (wire::http::EqualsIgnoreCase(known, name)) return value;
  }
  return "";
}

Result<HttpAnswer> ParseHttpAnswer(std::string_view bytes) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  size_t head_end = bytes.find("\r\n\r\n");
  if (!bytes.starts_with(kVersion) || head_end == std::string_view::npos) return Fault::Invalid("no answer in HTTP/1.1");
  HttpAnswer answer;
  std::string_view head = bytes.substr(0, head_end + 2);
  std::string_view number = head.substr(kVersion.size());
  auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), answer.status);
  if (error != std::errc() || answer.status < 100 || answer.status > 599) return Fault::Invalid("an answer without a status");
  for (head.remove_prefix(head.find("\r\n") + 2); !head.empty(); head.remove_prefix(head.find("\r\n") + 2)) {
    std::string_view line = head.substr(0, head.find("\r\n"));
    size_t colon = line.find(':');
    if (colon == std::string_view::npos) return Fault::Invalid("an answer with a broken header");
    if (answer.headers.size() == kHeadersMax) return Fault::Invalid("an answer with more than ", kHeadersMax, " headers");
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    answer.headers.emplace_back(line.substr(0, colon), value);
  }
  answer.body = bytes.substr(head_end + 4);
  if (std::string length = answer.header("content-length"); !length.empty() && length != StrCat(answer.body.size())) {
    return Fault::Invalid("an answer that was cut off behind ", answer.body.size(), " of ", length, " bytes");
  }
  return answer;
}

Task<HttpAnswer> AskOverHttp(Env& env, HttpCall call) {
  io::ThisLoop here;
  io::Loop& loop = co_await here;
  auto connecting = env.net().Connect(loop, call.to);
  auto connection = co_await connecting;
  if (!connection.ok()) co_return connection.fault();
  std::string request = StrCat(call.method, " ", call.target, " HTTP/1.1\r\nHost: ", call.to.ToString(), "\r\nConnection: close\r\nContent-Length: ", call.body.size(), "\r\n");
  if (!call.authorization.empty()) request += StrCat("Authorization: ", call.authorization, "\r\n");
  auto exchanging = Exchanged(**connection, request + "\r\n" + call.body);
  auto answered = co_await exchanging;
  (*connection)->Close();
  if (!answered.ok()) co_return answered.fault();
  co_return ParseHttpAnswer(*answered);
}

}  // namespace freshet::app
