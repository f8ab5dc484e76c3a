#include "data/expr/function.h"

// What Flink has and is refused here, by name and with the reason.

namespace freshet::expr {

std::span<const RefusedFunction> RefusedFunctions() {
  static constexpr RefusedFunction kRefused[] = {
      {"SOURCE_WATERMARK", "write the watermark as an expression in CREATE TABLE"},
      {"GROUP_ID", "GROUPING tells the keys of a set apart"},
      {"OBJECT_OF", "structured types are not supported; use ROW"},
      {"OBJECT_UPDATE", "structured types are not supported; use ROW"},
      {"IS_VALID_UTF8", "texts are UTF-8 already"},
      {"REGEXP_SPLIT", "split by a text with SPLIT"},
  };
  return kRefused;
}

}  // namespace freshet::expr
