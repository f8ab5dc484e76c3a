#include <cstdint>

#include "testing/memory_bound.h"
#include "wire/sasl/messages.h"

// What is accepted is made of its parts, and its name could be said again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  using namespace freshet::wire::sasl;
  std::string_view token(reinterpret_cast<const char*>(data), size);
  auto bound = freshet::testing::MemoryBound::ForReceived(size);
  if (auto plain = ParsePlain(token); plain.ok()) {
    CHECK(plain->authorization_id.size() + plain->name.size() + plain->password.size() + 2 == size);
  }
  if (auto first = ParseScramClientFirst(token); first.ok()) {
    CHECK(StrCat(first->gs2_header, first->bare) == token);
    CHECK(CheckName(first->name).ok());
    std::string name;
    for (char c : first->name) name += c == ',' ? "=2C" : c == '=' ? "=3D" : std::string(1, c);
    auto again = ParseScramClientFirst(StrCat("n,,n=", name, ",r=", first->nonce));
    CHECK(again.ok() ? again->name == first->name : again.code() == Code::kTooLarge);
  }
  if (auto last = ParseScramClientFinal(token); last.ok()) {
    CHECK(StrCat(last->without_proof, ",p=", last->proof) == token);
    CHECK(last->without_proof.starts_with(StrCat("c=", last->channel_binding, ",r=", last->nonce)));
  }
  return 0;
}
