#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engines/stream/cases/sql_case.h"
#include "ports/functions.h"
#include "ports/models.h"

namespace freshet::stream {

// One way to run a case. However it runs, the answers must be the same.
struct Way {
  std::string name;
  uint64_t seed = 0;       // of where batches end and when a job rests; 0: as large batches as there are
  int shards = 0;          // on how many it begins; 0: as the script SETs
  std::vector<int> rests;  // saved to bytes and restored at random moments, on one of these numbers of shards; none: it never rests
  bool in_order = true;    // changes come in one order only; else those of different keys may change places
};

// Straight, with other batches, restored, on several shards, restored on another number of them than it was saved on.
const std::vector<Way>& Ways();
inline const Way& StraightWay() { return Ways().front(); }

// What a run came to.
struct Outcome {
  Status status;
  std::vector<std::string> names;              // of the results, in the order of the script
  std::map<std::string, std::string> results;
  std::string printed;
};

// Where a run takes place. Besides `connectors` there is 'inline' (inline_connector.h).
struct CaseWorld {
  Env& env;
  ports::Connectors connectors;
  const ports::Models* models = nullptr;
  std::function<Status(Task<>)> run_to_end;
  StateBounds state = {};
  ports::Functions* functions = nullptr;
};

Outcome RunCase(const SqlCase& c, ResultMode mode, const Way& way, const CaseWorld& world);

}  // namespace freshet::stream
