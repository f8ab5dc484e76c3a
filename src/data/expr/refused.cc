#include "data/expr/function.h"

// What Flink has and is refused here, by name and with the reason.

namespace freshet::expr {

std::span<const RefusedFunction> RefusedFunctions() {
  static constexpr RefusedFunction kRefused[] = {
      {"JSON", "JSON_OBJECT and JSON_ARRAY put each other in as they are"},
      {"OVERLAPS", "write (a < d AND c < b)"},
      {"SOURCE_WATERMARK", "write the watermark as an expression in CREATE TABLE"},
      {"CURRENT_DATABASE", "there is one database"},
      {"GROUP_ID", "GROUPING tells the keys of a set apart"},
      {"BITMAP_BUILD", "there is no type BITMAP; ARRAY_DISTINCT makes a set of an array"},
      {"BITMAP_AND", "there is no type BITMAP; ARRAY_INTERSECT puts sets together"},
      {"BITMAP_OR", "there is no type BITMAP; ARRAY_UNION puts sets together"},
      {"BITMAP_XOR", "there is no type BITMAP; ARRAY_EXCEPT and ARRAY_UNION put sets together"},
      {"BITMAP_ANDNOT", "there is no type BITMAP; ARRAY_EXCEPT puts sets together"},
      {"BITMAP_CARDINALITY", "there is no type BITMAP; CARDINALITY counts an array"},
      {"BITMAP_TO_ARRAY", "there is no type BITMAP"},
      {"BITMAP_TO_BYTES", "there is no type BITMAP"},
      {"BITMAP_TO_STRING", "there is no type BITMAP"},
      {"BITMAP_FROM_BYTES", "there is no type BITMAP"},
      {"BITMAP_BUILD_AGG", "there is no type BITMAP; ARRAY_AGG(DISTINCT x) keeps a set, COUNT(DISTINCT x) counts it exactly"},
      {"BITMAP_BUILD_CARDINALITY_AGG", "there is no type BITMAP; COUNT(DISTINCT x) is exact"},
      {"BITMAP_AND_AGG", "there is no type BITMAP"},
      {"BITMAP_AND_CARDINALITY_AGG", "there is no type BITMAP"},
      {"BITMAP_OR_AGG", "there is no type BITMAP"},
      {"BITMAP_OR_CARDINALITY_AGG", "there is no type BITMAP"},
      {"BITMAP_XOR_AGG", "there is no type BITMAP"},
      {"BITMAP_XOR_CARDINALITY_AGG", "there is no type BITMAP"},
      {"OBJECT_OF", "structured types are not supported; use ROW"},
      {"OBJECT_UPDATE", "structured types are not supported; use ROW"},
      {"IS_VALID_UTF8", "texts are UTF-8 already"},
      {"REGEXP_SPLIT", "split by a text with SPLIT"},
  };
  return kRefused;
}

}  // namespace freshet::expr
