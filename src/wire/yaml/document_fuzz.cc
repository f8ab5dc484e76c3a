#include <cstdint>

#include "wire/yaml/document.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto node = freshet::wire::yaml::Parse(std::string_view(reinterpret_cast<const char*>(data), size), "f.yaml");
  if (node.ok()) {
    auto fields = freshet::wire::yaml::Fields::Of(*node, "f.yaml", "", {"name"});
    if (fields.ok()) (void)fields->Finish().ok();
  }
  return 0;
}
