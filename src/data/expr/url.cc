#include <algorithm>
#include <charconv>

#include "data/expr/kernel.h"
#include "data/expr/utf8.h"

// URLs taken apart as java.net.URL does, URL encoding of forms, IPv4 addresses as numbers.

namespace freshet::expr {
namespace {

using Text = std::string_view;

struct Url {
  std::string protocol;
  std::string authority, user_info, host, path;
  std::optional<std::string> query, ref;
  bool has_authority = false, has_user_info = false;
};

Text Trimmed(Text text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

// "/a/./b/../c" is "/a/c"; one look at each segment.
std::string WithoutDots(Text path) {
  std::string out(path.substr(0, path.find('/')));
  std::vector<size_t> parents;  // where those begin that a ".." takes away
  for (size_t at = out.size(); at < path.size();) {
    size_t end = std::min(path.find('/', at + 1), path.size());
    Text segment = path.substr(at, end - at);  // with its slash
    bool last = end == path.size();
    at = end;
    if (segment == "/." && !last) continue;
    if (segment == "/.." && !last && !parents.empty()) {
      out.resize(parents.back());
      parents.pop_back();
      continue;
    }
    if (segment != "/..") parents.push_back(out.size());
    out += segment;
  }
  return out;
}

bool TakeAuthority(Text authority, Url* url) {
  url->has_authority = true;
  url->authority = authority;
  size_t at = authority.find('@');
  if (at != Text::npos) {
    url->has_user_info = true;
    url->user_info = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  size_t host_end = authority.starts_with('[') ? authority.find(']') : 0;
  if (host_end == Text::npos) return false;
  size_t colon = authority.find(':', host_end);
  url->host = authority.substr(0, colon);
  if (colon == Text::npos) return true;
  Text port = authority.substr(colon + 1);
  return port.size() <= 9 && port.find_first_not_of("0123456789") == Text::npos;
}

// Nothing when it is no URL, or one of a protocol that is not known.
std::optional<Url> ParseUrl(Text text) {
  static constexpr Text kProtocols[] = {"http", "https", "ftp", "file", "mailto", "jar"};
  text = Trimmed(text);
  Url url;
  size_t colon = text.find(':');
  if (colon == Text::npos) return std::nullopt;
  for (char c : text.substr(0, colon)) url.protocol += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (std::find(std::begin(kProtocols), std::end(kProtocols), url.protocol) == std::end(kProtocols)) return std::nullopt;
  text.remove_prefix(colon + 1);
  if (size_t hash = text.find('#'); hash != Text::npos) {
    url.ref = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  if (size_t mark = text.find('?'); mark != Text::npos && url.protocol != "mailto") {
    url.query = text.substr(mark + 1);
    text = text.substr(0, mark);
  }
  if (text.starts_with("//")) {
    size_t slash = text.find('/', 2);
    if (!TakeAuthority(text.substr(2, slash == Text::npos ? slash : slash - 2), &url)) return std::nullopt;
    text = slash == Text::npos ? Text() : text.substr(slash);
  }
  url.path = WithoutDots(text);
  return url;
}

std::optional<std::string> PartOf(const Url& url, Text part) {
  if (part == "HOST") return url.host;
  if (part == "PATH") return url.path;
  if (part == "QUERY") return url.query;
  if (part == "REF") return url.ref;
  if (part == "PROTOCOL") return url.protocol;
  if (part == "FILE") return url.query ? url.path + "?" + *url.query : url.path;
  if (part == "AUTHORITY" && url.has_authority) return url.authority;
  if (part == "USERINFO" && url.has_user_info) return url.user_info;
  return std::nullopt;
}

std::optional<Text> Parameter(Text query, Text key) {
  for (size_t at = 0; at <= query.size();) {
    size_t end = std::min(query.find('&', at), query.size());
    Text pair = query.substr(at, end - at);
    if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=') return pair.substr(key.size() + 1);
    at = end + 1;
  }
  return std::nullopt;
}

Result<Type> BindTexts(Site& s) {
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (!s.type(i).IsString()) return s.Mismatch("strings");
  }
  return Type::String();
}

Result<ColumnPtr> UrlPart(const Call& call) {
  bool keyed = call.args.size() > 2;
  Reader<Text> key(*call.args.back());
  return Write2<Text, Text, Text>(call, [&](auto& out, uint32_t i, Text text, Text part) {
    if (keyed && (!key.valid(i) || part != "QUERY")) return out.SetNull(i);
    auto url = ParseUrl(text);
    auto found = url ? PartOf(*url, part) : std::nullopt;
    if (!found) return out.SetNull(i);
    if (!keyed) return out.Set(i, *found);
    auto value = Parameter(*found, key[i]);
    if (value) out.Set(i, *value);
    else out.SetNull(i);
  });
}

Result<ColumnPtr> UrlEncode(const Call& call) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  return Map1<Text, Text>(call, [out = std::string()](Text text) mutable {
    out.clear();
    for (char c : text) {
      bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '*' || c == '_';
      auto byte = static_cast<unsigned char>(c);
      if (plain) out += c;
      else if (c == ' ') out += '+';
      else (out += '%', out += kHex[byte >> 4], out += kHex[byte & 15]);
    }
    return Text(out);
  });
}

Result<ColumnPtr> UrlDecode(const Call& call) {
  std::string bytes, text;
  return Write1<Text, Text>(call, [&](auto& out, uint32_t i, Text from) {
    bytes.clear();
    for (size_t at = 0; at < from.size(); ++at) {
      if (from[at] != '%') {
        bytes += from[at] == '+' ? ' ' : from[at];
        continue;
      }
      unsigned int value = 0;
      Text digits = from.substr(at + 1, 2);
      auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
      if (digits.size() < 2 || error != std::errc() || end != digits.data() + 2) return out.SetNull(i);
      bytes += static_cast<char>(value);
      at += 2;
    }
    text.clear();
    AppendValidUtf8(text, bytes);
    out.Set(i, text);
  });
}

// ---- IPv4 ----

Result<Type> BindAton(Site& s) {
  if (!s.type(0).IsString()) return s.Mismatch("a string");
  return Type::BigInt();
}
Result<Type> BindNtoa(Site& s) {
  if (!s.type(0).IsInteger()) return s.Mismatch("a whole number");
  RETURN_NOT_OK(s.CastTo(0, Type::BigInt()));
  return Type::String();
}

// "a.b.c.d"; of fewer parts the last one stands at the end: "127.1" is 127.0.0.1.
std::optional<int64_t> AddressOf(Text text) {
  int64_t address = 0;
  for (int part = 0; part < 4; ++part) {
    size_t dot = text.find('.');
    Text digits = text.substr(0, dot);
    int64_t n = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    bool good = error == std::errc() && end == digits.data() + digits.size() && digits.size() <= 3 && n >= 0 && n <= 255;
    if (!good) return std::nullopt;
    bool last = dot == Text::npos;
    address |= n << (last ? 0 : 8 * (3 - part));
    if (last) return address;
    text.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

Result<ColumnPtr> InetAton(const Call& call) {
  return Write1<int64_t, Text>(call, [](auto& out, uint32_t i, Text text) {
    auto address = AddressOf(text);
    if (address) out.Set(i, *address);
    else out.SetNull(i);
  });
}

Result<ColumnPtr> InetNtoa(const Call& call) {
  return Write1<Text, int64_t>(call, [](auto& out, uint32_t i, int64_t n) {
    if (n < 0 || n > UINT32_MAX) return out.SetNull(i);
    out.Set(i, StrCat(n >> 24, '.', (n >> 16) & 255, '.', (n >> 8) & 255, '.', n & 255));
  });
}

constexpr Function kFunctions[] = {
    {"PARSE_URL", 2, 3, BindTexts, UrlPart,
     {"PARSE_URL(url, part [, key])", "HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY or USERINFO of a URL, or the value of a key of its QUERY", "PARSE_URL('http://host.com/p?k=v', 'QUERY', 'k')", "'v'"}},
    {"URL_ENCODE", 1, 1, BindTexts, UrlEncode, {"URL_ENCODE(s)", "as a value of a form", "URL_ENCODE('a b&c')", "'a+b%26c'"}},
    {"URL_DECODE", 1, 1, BindTexts, UrlDecode, {"URL_DECODE(s)", "the text behind; NULL of what is no such encoding", "URL_DECODE('a+b%26c')", "'a b&c'"}},
    {"INET_ATON", 1, 1, BindAton, InetAton, {"INET_ATON(s)", "an IPv4 address as a number", "INET_ATON('127.0.0.1')", "2130706433"}},
    {"INET_NTOA", 1, 1, BindNtoa, InetNtoa, {"INET_NTOA(n)", "the IPv4 address of a number", "INET_NTOA(2130706433)", "'127.0.0.1'"}},
};

}  // namespace

std::span<const Function> UrlFunctions() { return kFunctions; }

}  // namespace freshet::expr
