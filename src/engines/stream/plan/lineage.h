#pragma once

#include <compare>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engines/stream/plan/node.h"

// Which input columns make, or have a say in, each output column of a statement. Read from the plan as it was bound: what a rewrite leaves
// out was said all the same.

namespace freshet::stream {

// As OpenLineage names data sets: kafka://broker:9092 and a topic.
struct Dataset {
  std::string name_space;
  std::string name;
  auto operator<=>(const Dataset&) const = default;
};

// A column; of a ROW, "person.name".
struct Field {
  Dataset dataset;
  std::string name;
  auto operator<=>(const Field&) const = default;
};

// OpenLineage's subtypes; the first three are DIRECT: the value comes from there. The others are INDIRECT: it is decided there.
enum class Influence : uint8_t { kIdentity, kTransformation, kAggregation, kConditional, kFilter, kGroupBy, kJoin, kSort, kWindow };
inline bool IsDirect(Influence influence) { return influence <= Influence::kAggregation; }

struct Transformation {
  Influence influence = Influence::kIdentity;
  bool masking = false;      // the value cannot be told from what comes out: a digest, a count
  std::string description;   // "ML_PREDICT with model delay"
  auto operator<=>(const Transformation&) const = default;
};
using Influences = std::map<Field, std::set<Transformation>>;

struct Lineage {
  Dataset output;
  std::vector<Dataset> inputs;                                // each once, sorted
  std::vector<std::pair<std::string, Influences>> columns;    // of the output, in order
  Influences rows;                                            // what decides which rows there are
};

// Of a plan whose root is a Sink. Tables that do not say where they are belong to the namespace `house`.
Lineage LineageOf(const Node& sink, const std::string& house);

// {"fields":{…},"dataset":[…]}: OpenLineage's ColumnLineageDatasetFacet, version 1-2-0.
std::string ColumnLineageFacet(const Lineage& lineage, std::string_view producer);

}  // namespace freshet::stream
