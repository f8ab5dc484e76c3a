#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/avro/schema.h"
#include "io/env.h"
#include "ports/event_log.h"
#include "ports/topics.h"

namespace freshet::doors::http {

// Which records of a topic somebody wants to see.
struct Search {
  enum class From : unsigned char { kNewest, kEarliest, kOffset, kTime };
  ports::Topics::Ref topic;
  std::optional<int32_t> partition;         // none: all, each with its share of the limit
  From from = From::kNewest;
  int64_t number = 0;                       // the offset, or milliseconds since 1970
  std::optional<std::string> key;           // only records with this key, byte for byte
  int64_t limit = 50;
  avro::SchemaPtr key_schema, value_schema; // null: as they are
};

struct SearchBounds {
  int64_t partitions_max = 100;
  int64_t read_bytes_max = 16 << 20;        // of record batches, as they are stored
  int64_t answer_bytes_max = 4 << 20;
  Duration time_max = Seconds(5);
};

// {"records":[…],"partitions":[{"partition":0,"start":0,"end":9,"next":9}],"scanned":9,"stopped":null}: records of committed transactions only. `next` is where to search on; what ended
// the search before its end is "limit", "bytes" or "time"; a place that cannot be read is its partition's "trouble". Records are opened on a worker.
Task<std::string> FindRecords(Ctx ctx, Env& env, ports::EventLog& log, Search search, SearchBounds bounds = {});

}  // namespace freshet::doors::http
