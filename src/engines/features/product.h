#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engines/features/key_pattern.h"
#include "ports/features.h"

namespace freshet::features {

enum class Shape : unsigned char { kJson, kHash };

// What a product file says about its feature view. Immutable.
struct Product {
  std::shared_ptr<const ports::FeatureView> view;
  std::optional<KeyPattern> resp_key;    // under which rows are shown as keys
  Shape resp_shape = Shape::kJson;
  std::string event_time_column;         // "": the record's timestamp
  bool stream_time = false;              // ages count from the newest event time seen, not from the wall clock
};

// Reads a products/*.yaml. An unknown key or a bad value is kInvalid and names file and line. docs/products.md tells the keys.
Result<Product> ReadProduct(std::string_view yaml, std::string_view file);

}  // namespace freshet::features
