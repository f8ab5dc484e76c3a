#pragma once

#include <deque>

#include "engines/stream/operators/aggregate.h"
#include "engines/stream/operators/operator.h"
#include "engines/stream/plan/node.h"
#include "engines/stream/state/keys.h"

namespace freshet::stream {

// MATCH_RECOGNIZE over rows in the order of their time: every row of a partition may begin a match, and each beginning goes on in every way that
// the pattern allows, row by row without gaps. A whole match comes out once none that began earlier can still become one; then what it
// skips is given up.
class Match final : public Operator {
 public:
  Match(MatchSpec spec, std::vector<data::Type> input, std::vector<data::Type> output, const expr::Session& session);
  static Result<std::unique_ptr<Operator>> Make(MatchSpec spec, std::vector<data::Type> input, std::vector<data::Type> output, const expr::Session& session);

  Status OnBatch(int input, const Batch& batch) override;
  void Save(OperatorState& state) const override;
  Status Load(const OperatorState& state) override;

 protected:
  Status OnTime(EventTime watermark) override;

 private:
  struct Taken {
    int32_t variable;
    uint64_t row;  // its number in the partition
  };
  // A beginning and how far it has come: `times` rows of part `part`.
  struct Partial {
    size_t part = 0;
    int64_t times = 0;
    uint64_t start = 0;
    int64_t start_time = 0;
    std::vector<Taken> taken;
  };
  struct Partition {
    uint64_t first = 0;        // the number of rows[0]
    std::deque<Batch> rows;    // each of one row
    std::vector<Partial> partials;   // by start
    std::vector<Partial> complete;   // by start
  };

  uint32_t GroupOf(std::string_view key, uint64_t hash);
  Status Take(Partition& partition, Batch row);
  Status Advance(Partition& partition, const Partial& partial, uint64_t row, std::vector<Partial>& next);
  bool Completes(size_t part, int64_t times) const;
  bool Wants(int32_t variable) const { return spec_.conditions[static_cast<size_t>(variable)].value != nullptr; }
  Result<bool> Holds(const Partition& partition, const std::vector<Taken>& taken, int32_t variable);
  Result<data::ColumnPtr> ValueOf(const Partition& partition, const std::vector<Taken>& taken, size_t formula);
  Status AppendReference(const Partition& partition, const std::vector<Taken>& taken, const MatchSpec::Reference& reference, const Aggregate* aggregate, data::ColumnBuilder& out);
  Status TellMatches(Partition& partition);
  Status EmitMatch(const Partition& partition, const Partial& match);
  Result<uint64_t> SkippedBefore(const Partial& match) const;
  void TimeOut(Partition& partition, int64_t time);
  static void Forget(Partition& partition);
  void SavePartial(ByteWriter& out, const Partial& partial) const;
  static Partial LoadPartial(ByteReader& in);
  int64_t TimeOf(const Batch& row) const;
  const Batch& RowAt(const Partition& partition, uint64_t row) const { return partition.rows[static_cast<size_t>(row - partition.first)]; }

  // Conditions, then measures.
  struct Formula {
    const MatchSpec::Formula* spec;
    std::vector<data::Type> types;                        // of the references
    std::vector<std::unique_ptr<Aggregate>> aggregates;   // absent where a reference is no aggregate
  };

  MatchSpec spec_;
  std::vector<data::Type> input_;
  const expr::Session& session_;
  std::vector<Formula> formulas_;
  GroupIndex index_;
  std::vector<Partition> partitions_;
  KeyBatch keys_;
  data::BatchBuilder rows_;
  data::BatchBuilder out_;
};

}  // namespace freshet::stream
