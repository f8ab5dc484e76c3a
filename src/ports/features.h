#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/event_time.h"
#include "data/ids.h"
#include "data/value.h"
#include "io/ctx.h"
#include "io/task.h"

namespace freshet::ports {

enum class FeatureKind : unsigned char { kBoolean, kInteger, kReal, kText };

struct FeatureColumn {
  std::string name;
  FeatureKind kind = FeatureKind::kReal;
  data::Value initial;        // what is answered in the end; null when has_default is false
  bool has_default = false;
};

// A feature view: rows per entity, kept by an upsert topic. Immutable.
struct FeatureView {
  std::string name;
  std::string topic;
  std::vector<std::string> entity;      // names of the keys that make an entity, in order
  std::vector<FeatureColumn> columns;
  int64_t fresh_ms = -1;                // the freshness objective; -1: a row is always fresh
  int64_t ttl_ms = -1;                  // older rows are as if they were not there; -1: never
  bool serves_stale = true;             // the fallback chain: fresh, then stale, then default
  bool serves_default = true;
};

// The values of an entity's keys as text, in the view's order: numbers by their digits, strings as they are.
using EntityKey = std::vector<std::string>;

// Where an answered value comes from; every answer says it.
enum class FeatureSource : unsigned char { kFresh, kStale, kDefault, kMissing };
std::string_view FeatureSourceName(FeatureSource source);

struct FeatureAnswer {
  data::Value value;                                  // of the column's kind, or null
  FeatureSource source = FeatureSource::kMissing;
  data::EventTime event_time = data::kNoEventTime;    // of the row the value is from; with kMissing, of the row that lacks it
  int64_t age_ms = -1;                                // at the time of the answer; -1 without a row
  data::Offset offset{-1};                            // of the record the value is from
};

struct EntityRow {
  bool found = false;                    // there is a row that has not outlived its time
  std::vector<FeatureAnswer> features;   // one a column of the view
};

struct FeatureWrite {
  EntityKey entity;
  std::vector<data::Value> values;       // one a column
  data::EventTime event_time;
};

// Newest feature rows by entity. Thread-safe; what is put becomes visible once the view has followed its topic there.
class FeatureStore {
 public:
  virtual ~FeatureStore() = default;

  // Null when there is none.
  virtual std::shared_ptr<const FeatureView> Find(std::string_view view) const = 0;
  virtual std::vector<std::shared_ptr<const FeatureView>> List() const = 0;

  // Durable at return. kNotFound: no such view; kInvalid: a row or key of another shape.
  virtual Task<> Put(Ctx ctx, std::string view, std::vector<FeatureWrite> rows) = 0;
  virtual Task<> Forget(Ctx ctx, std::string view, std::vector<EntityKey> entities) = 0;
  // One row an entity, in order, with the view's fallback chain applied.
  virtual Task<std::vector<EntityRow>> Get(Ctx ctx, std::string view, std::vector<EntityKey> entities) const = 0;
};

inline std::string_view FeatureSourceName(FeatureSource source) {
  switch (source) {
    case FeatureSource::kFresh: return "fresh";
    case FeatureSource::kStale: return "stale";
    case FeatureSource::kDefault: return "default";
    case FeatureSource::kMissing: return "missing";
  }
  return "missing";
}

}  // namespace freshet::ports
