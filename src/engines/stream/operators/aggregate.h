#pragma once

#include <memory>
#include <memory_resource>
#include <vector>

#include "base/bytes.h"
#include "data/batch.h"
#include "engines/stream/plan/node.h"

namespace freshet::stream {

class SeenValues;

// The rows of one batch for one aggregate call. `states[row]` is the state of that row's group.
struct AggregateInput {
  data::Selection rows;
  const data::Column* argument;  // absent: COUNT(*)
  const int8_t* ops;             // absent: all rows are added
  char* const* states;

  bool Added(uint32_t row) const { return ops == nullptr || data::IsAdded(static_cast<data::RowKind>(ops[row])); }
};

// An aggregate function over states of a fixed size that lie in a group's payload. Stateless itself: one object
// serves all groups. To add a function, copy its neighbour in aggregate.cc and give it a type in plan/aggregates.cc.
class Aggregate {
 public:
  virtual ~Aggregate() = default;
  virtual size_t state_bytes() const = 0;
  virtual void Start(char* state) const = 0;
  virtual void End(char* state) const = 0;  // frees what the state owns
  virtual void Update(const AggregateInput& input) const = 0;
  virtual void Merge(char* into, const char* from) const = 0;  // for windows made of slices
  virtual void Output(const char* state, data::ColumnBuilder& out) const = 0;
  virtual void Save(const char* state, ByteWriter& out) const = 0;
  virtual void Load(char* state, ByteReader& in) const = 0;     // into a started state
  // Where states keep what does not lie in the payload; before the first Start.
  virtual void UseMemory(std::pmr::memory_resource* memory) { memory_ = memory; }

 protected:
  std::pmr::memory_resource* memory_ = std::pmr::new_delete_resource();
};

// `retracts`: the input takes rows back, so MIN and MAX must remember every value.
Result<std::unique_ptr<Aggregate>> MakeAggregate(const AggregateCall& call, const std::vector<data::Type>& input_types, bool retracts);

// All calls of one operator side by side in a payload of `stride` bytes; first comes the group's row count. Of rows that are never taken back, DISTINCT
// calls over one column share the values that they have seen.
class AggregateSet {
 public:
  static Result<AggregateSet> Make(const std::vector<AggregateCall>& calls, const std::vector<data::Type>& input_types, bool retracts);

  void UseMemory(std::pmr::memory_resource* memory);
  size_t stride() const { return stride_; }
  void Start(char* payload) const;
  void End(char* payload) const;
  // `payloads[row]` for every row of `rows`.
  void Update(const data::Batch& batch, data::Selection rows, char* const* payloads) const;
  void Merge(char* into, const char* from) const;
  void Output(const char* payload, data::BatchBuilder& out, int first_column) const;
  void OutputCall(const char* payload, size_t call, data::ColumnBuilder& out) const { members_[call].aggregate->Output(payload + members_[call].offset, out); }
  void Save(const char* payload, ByteWriter& out) const;
  void Load(char* payload, ByteReader& in) const;
  size_t size() const { return members_.size(); }
  static int64_t Rows(const char* payload) { return *reinterpret_cast<const int64_t*>(payload); }

 private:
  struct Member {
    AggregateCall call;
    std::unique_ptr<Aggregate> aggregate;
    size_t offset;
    int distinct = -1;       // in distincts_
    uint32_t bit = 0;        // there
  };
  struct DistinctArgument {
    int column;
    data::Type type;
    bool nulls;              // NULL is a value like others
    bool in_order;           // of its only call, which asks for the order of arrival
    std::vector<size_t> members;
    size_t offset;           // of a pointer to SeenValues
  };
  SeenValues& SeenIn(char* payload, const DistinctArgument& distinct) const;
  void ShareDistinct(size_t member, const data::Type& argument);
  bool Passes(const Member& member, const data::Batch& batch, uint32_t row) const;
  void UpdateDistinct(const DistinctArgument& distinct, const data::Batch& batch, data::Selection rows, char* const* payloads, char** states) const;
  void MergeDistinct(const DistinctArgument& distinct, char* into, const char* from) const;
  void SaveSeen(const Member& member, const char* payload, ByteWriter& out) const;
  void LoadSeen(const Member& member, char* payload, ByteReader& in) const;

  std::vector<Member> members_;
  std::vector<DistinctArgument> distincts_;
  size_t stride_ = sizeof(int64_t);
  std::pmr::memory_resource* memory_ = std::pmr::new_delete_resource();
};

}  // namespace freshet::stream
