#include "knock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "options.h"

namespace bench {
namespace {

// Length; api 18, version 0, correlation id 1, no client id.
constexpr unsigned char kApiVersions[] = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff};
constexpr auto kPause = std::chrono::milliseconds(1);

sockaddr_in Parse(const std::string& address) {
  size_t colon = address.rfind(':');
  sockaddr_in parsed{};
  parsed.sin_family = AF_INET;
  bool is_address = colon != std::string::npos && inet_pton(AF_INET, address.substr(0, colon).c_str(), &parsed.sin_addr) == 1;
  if (!is_address) Fail("--brokers is one IPv4 address and port, not '" + address + "'");
  parsed.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(colon + 1))));
  return parsed;
}

bool Answers(const sockaddr_in& at) {
  int descriptor = socket(AF_INET, SOCK_STREAM, 0);
  if (descriptor < 0) Fail("no socket");
  char answer[4];
  bool answered = connect(descriptor, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0 &&
                  send(descriptor, kApiVersions, sizeof kApiVersions, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof kApiVersions) &&
                  recv(descriptor, answer, sizeof answer, MSG_WAITALL) == static_cast<ssize_t>(sizeof answer);
  close(descriptor);
  return answered;
}

}  // namespace

void KnockUntilAnswered(const std::string& address, int seconds_max) {
  sockaddr_in at = Parse(address);
  auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(seconds_max);
  while (!Answers(at)) {
    if (std::chrono::steady_clock::now() > give_up) Fail("nobody answers at " + address);
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace bench
