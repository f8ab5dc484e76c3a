#include <algorithm>
#include <charconv>

#include "io/net.h"

namespace freshet::io {
namespace {

Result<uint16_t> ParsePort(std::string_view text, std::string_view whole) {
  unsigned port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || port > 65535) {
    return Fault::Invalid("address '", whole, "' needs a port of 0 to 65535 behind its last colon, such as 127.0.0.1:9092");
  }
  return static_cast<uint16_t>(port);
}

}  // namespace

Result<Address> Address::Parse(std::string_view text) {
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return Fault::Invalid("address '", text, "' has no port; write host:port");
  std::string_view host = text.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return Fault::Invalid("address '", text, "' has an IPv6 host without brackets; write [::1]:9092");
  }
  if (host.empty()) return Fault::Invalid("address '", text, "' has no host; write host:port");
  ASSIGN_OR_RETURN(uint16_t port, ParsePort(text.substr(colon + 1), text));
  return Address{std::string(host), port};
}

std::string Address::ToString() const {
  bool bare_ipv6 = host.find(':') != std::string::npos;
  return bare_ipv6 ? StrCat("[", host, "]:", port) : StrCat(host, ":", port);
}

bool Address::is_loopback() const {
  if (host == "localhost" || host == "::1") return true;
  bool dotted = std::all_of(host.begin(), host.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return dotted && host.starts_with("127.") && std::count(host.begin(), host.end(), '.') == 3;
}

}  // namespace freshet::io
