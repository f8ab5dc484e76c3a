#pragma once

#include <map>
#include <optional>
#include <set>

#include "data/expr/expr.h"
#include "engines/stream/operators/operator.h"
#include "engines/stream/plan/node.h"
#include "engines/stream/state/keys.h"

namespace freshet::stream {

// FOR SYSTEM_TIME AS OF l.rowtime: each left row meets the version of the right table that was valid at its time.
// Left rows wait until both inputs' watermark has passed them, so versions may come out of order; they leave in time
// order and are never corrected. Of each key the version valid at the watermark and those behind it are kept.
class TemporalJoin final : public Operator {
 public:
  TemporalJoin(JoinSpec spec, std::vector<data::Type> left, std::vector<data::Type> right, std::vector<data::Type> out, const expr::Session& session);

  Status OnBatch(int input, const Batch& batch) override;
  void Save(OperatorState& state) const override;
  Status Load(const OperatorState& state) override;
  WholeState whole_state() const override { return WholeState::kArrivals; }

 protected:
  Status OnTime(EventTime watermark) override;

 private:
  struct Waiting {
    std::pmr::string key;  // empty with `unknown`
    std::pmr::string row;
    bool unknown = false;  // a NULL key: meets nothing
    data::RowKind kind = data::RowKind::kInsert;
  };
  using Version = std::optional<std::pmr::string>;
  using Versions = std::pmr::map<int64_t, Version>;  // by time; absent: deleted then

  std::pmr::string Kept(std::string_view bytes) { return std::pmr::string(bytes, &memory()); }
  void AddVersion(std::string_view key, int64_t time, Version row);
  const std::pmr::string* VersionAt(const Waiting& waiting, int64_t time) const;
  Status Join();
  void Prune(int64_t watermark);

  JoinSpec spec_;
  std::vector<data::Type> left_;
  std::vector<data::Type> right_;
  const expr::Session& session_;
  std::pmr::map<std::pair<int64_t, uint64_t>, Waiting> waiting_;  // by time and arrival
  std::pmr::map<std::pmr::string, Versions, std::less<>> versions_;                  // by key
  std::pmr::map<int64_t, std::pmr::set<std::pmr::string>> superseded_;       // keys that have an older version than one of this time
  uint64_t arrivals_ = 0;
  KeyBatch keys_;
  data::BatchBuilder pairs_;
  std::vector<bool> met_;                                     // per row of pairs_: there is a version
  data::BatchBuilder out_;
};

}  // namespace freshet::stream
