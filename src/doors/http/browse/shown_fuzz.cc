#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "base/check.h"
#include "doors/http/browse/shown.h"

// Any bytes as a record's value: what the portal is told is JSON, and no longer than it may be.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  constexpr size_t kBytesMax = 256;
  static const auto schema = avro::ParseSchema(R"({"type":"record","name":"r","fields":[{"name":"s","type":["null","string"]},{"name":"d","type":"double"}]})");
  for (const avro::Schema* as : {static_cast<const avro::Schema*>(nullptr), &**schema}) {
    std::string json;
    doors::http::AppendShown(json, std::string_view(reinterpret_cast<const char*>(data), size), kBytesMax, as);
    CHECK(nlohmann::json::accept(json));
  }
  return 0;
}
