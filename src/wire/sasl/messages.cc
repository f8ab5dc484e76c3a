#include "wire/sasl/messages.h"

#include <algorithm>

namespace freshet::wire::sasl {
namespace {

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// How many bytes the character takes that `text` begins with; 0 when it is not UTF-8 (RFC 3629: no surrogates, nothing overlong).
size_t CharacterBytes(std::string_view text) {
  auto at = [text](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  auto follows = [at](size_t i) { return (at(i) & 0xc0U) == 0x80U; };
  unsigned first = at(0), second = at(1);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf && follows(1)) return 2;
  bool three = first >= 0xe0 && first <= 0xef && follows(1) && follows(2);
  if (three && !(first == 0xe0 && second < 0xa0) && !(first == 0xed && second > 0x9f)) return 3;
  bool four = first >= 0xf0 && first <= 0xf4 && follows(1) && follows(2) && follows(3);
  if (four && !(first == 0xf0 && second < 0x90) && !(first == 0xf4 && second > 0x8f)) return 4;
  return 0;
}

// The part before the next comma, which is taken off with it.
std::string_view CutPart(std::string_view& text) {
  size_t comma = std::min(text.find(','), text.size());
  std::string_view part = text.substr(0, comma);
  text.remove_prefix(std::min(comma + 1, text.size()));
  return part;
}

// "=2C" is a comma and "=3D" an equals sign; nothing else may follow "=".
Result<std::string> DecodeSaslName(std::string_view text) {
  std::string name;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      name += text[i];
      continue;
    }
    std::string_view code = text.substr(i, 3);
    if (code != "=2C" && code != "=3D") return Fault::Invalid("scram: a name with '=' that is not =2C or =3D");
    name += code == "=2C" ? ',' : '=';
    i += 2;
  }
  return name;
}

bool IsNonce(std::string_view nonce) {
  auto printable = [](char c) { return c >= '!' && c <= '~' && c != ','; };
  return !nonce.empty() && std::all_of(nonce.begin(), nonce.end(), printable);
}

Status CheckToken(std::string_view token) {
  if (token.size() > kTokenBytesMax) return Fault::TooLarge("sasl: a token of more than ", kTokenBytesMax, " bytes");
  return {};
}

// The value of "k=value", or a Fault when `part` is something else.
Result<std::string_view> ValueOf(std::string_view part, char key) {
  if (part.size() < 2 || part[0] != key || part[1] != '=') return Fault::Invalid("scram: '", std::string_view(&key, 1), "=' was expected");
  return part.substr(2);
}

// "n" or "y", then an authorization id or nothing, each with its comma.
Result<std::string> ParseGs2Header(std::string_view& rest) {
  std::string_view flag = CutPart(rest);
  if (flag.starts_with("p=")) return Fault::Unsupported("scram: channel binding is not spoken; use the mechanism without -PLUS");
  if (flag != "n" && flag != "y") return Fault::Invalid("scram: a message that does not begin with n, or y,");
  std::string_view id = CutPart(rest);
  if (id.empty()) return std::string();
  ASSIGN_OR_RETURN(auto text, ValueOf(id, 'a'));
  return DecodeSaslName(text);
}

}  // namespace

Status CheckName(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax) return Fault::Invalid("the name of an identity has 1 to ", kNameBytesMax, " bytes");
  if (std::any_of(name.begin(), name.end(), IsControl)) return Fault::Invalid("the name of an identity has no control characters");
  for (std::string_view rest = name; !rest.empty();) {
    size_t bytes = CharacterBytes(rest);
    if (bytes == 0) return Fault::Invalid("the name of an identity is UTF-8");
    rest.remove_prefix(bytes);
  }
  return {};
}

Result<PlainMessage> ParsePlain(std::string_view token) {
  RETURN_NOT_OK(CheckToken(token));
  size_t first = token.find('\0');
  size_t second = first == std::string_view::npos ? first : token.find('\0', first + 1);
  if (second == std::string_view::npos || token.find('\0', second + 1) != std::string_view::npos) {
    return Fault::Invalid("plain: a token that is not [authorization id] NUL name NUL password");
  }
  PlainMessage message{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
  RETURN_NOT_OK(CheckName(message.name));
  if (message.password.empty()) return Fault::Invalid("plain: an empty password");
  return message;
}

Result<ScramClientFirst> ParseScramClientFirst(std::string_view token) {
  RETURN_NOT_OK(CheckToken(token));
  ScramClientFirst message;
  std::string_view rest = token;
  ASSIGN_OR_RETURN(message.authorization_id, ParseGs2Header(rest));
  message.gs2_header = token.substr(0, token.size() - rest.size());
  message.bare = rest;
  std::string_view part = CutPart(rest);
  if (part.starts_with("m=")) return Fault::Unsupported("scram: a mandatory extension that is not spoken");
  ASSIGN_OR_RETURN(auto name, ValueOf(part, 'n'));
  ASSIGN_OR_RETURN(message.name, DecodeSaslName(name));
  RETURN_NOT_OK(CheckName(message.name));
  ASSIGN_OR_RETURN(message.nonce, ValueOf(CutPart(rest), 'r'));
  if (!IsNonce(message.nonce)) return Fault::Invalid("scram: a nonce that is empty or not printable");
  if (rest.find("tokenauth=true") != std::string_view::npos) return Fault::Unsupported("scram: delegation tokens are not spoken");
  return message;
}

Result<ScramClientFinal> ParseScramClientFinal(std::string_view token) {
  RETURN_NOT_OK(CheckToken(token));
  size_t proof = token.rfind(",p=");
  if (proof == std::string_view::npos) return Fault::Invalid("scram: a last message without a proof at its end");
  ScramClientFinal message;
  message.without_proof = token.substr(0, proof);
  message.proof = token.substr(proof + 3);
  std::string_view rest = message.without_proof;
  ASSIGN_OR_RETURN(message.channel_binding, ValueOf(CutPart(rest), 'c'));
  ASSIGN_OR_RETURN(message.nonce, ValueOf(CutPart(rest), 'r'));
  if (!IsNonce(message.nonce)) return Fault::Invalid("scram: a nonce that is empty or not printable");
  return message;
}

}  // namespace freshet::wire::sasl
