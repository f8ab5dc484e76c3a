#include <cstdint>
#include <string>

#include "base/check.h"
#include "data/expr/variant.h"

// A text as VARIANT: what is read is read again as the same, its members and elements are whole values, and so are theirs.
namespace {

using freshet::expr::VariantReader;

void CheckValue(std::string_view value) {
  VariantReader reader;
  freshet::expr::JsonDocument document;
  CHECK(document.Parse(value));
  CHECK(document.node(0).end + (document.node(0).kind == freshet::expr::JsonKind::kString ? 1 : 0) == value.size());
  auto again = reader.Read(value, VariantReader::Twice::kRefused);
  CHECK(again.ok() && *again == value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet::expr;
  std::string_view json(reinterpret_cast<const char*>(data), size);
  VariantReader reader;
  auto read = reader.Read(json, VariantReader::Twice::kLastCounts);
  if (!read.ok()) return 0;
  std::string variant(*read);
  CheckValue(variant);
  JsonDocument document;
  CHECK(document.Parse(variant));
  const JsonNode& root = document.node(0);
  if (root.is_scalar()) return 0;
  int64_t place = 0;
  for (uint32_t k = document.first_child(0); k < root.next; k = document.node(k).next) {
    std::string key;
    if (root.kind == JsonKind::kObject) document.AppendScalar(key, document.node(k++));
    auto part = root.kind == JsonKind::kObject ? VariantMember(variant, CanonicalKey(key)) : VariantElement(variant, ++place);
    CHECK(part.has_value());
    CheckValue(*part);
  }
  CHECK(!VariantElement(variant, place + 1));
  return 0;
}
