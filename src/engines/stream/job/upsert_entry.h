#pragma once

#include <unordered_map>

#include "engines/stream/operators/operator.h"

namespace freshet::stream {

// Where an upsert source enters: it brings new rows and deletions of keys; what goes on are whole changes, made with
// the newest row of each key, which it keeps. A row that changes nothing goes no further.
class UpsertEntry final : public Operator {
 public:
  UpsertEntry(std::vector<int> key_columns, std::vector<data::Type> types, bool update_before)
      : Operator(1), keys_(std::move(key_columns)), types_(std::move(types)), update_before_(update_before), newest_(&memory()) {}

  Status OnBatch(int input, const Batch& batch) override;
  void Save(OperatorState& state) const override;
  Status Load(const OperatorState& state) override;

 private:
  void Apply(const Batch& batch, int row, data::BatchBuilder& out);
  void Append(std::string_view row, data::BatchBuilder& out, data::RowKind kind) const;

  const std::vector<int> keys_;
  const std::vector<data::Type> types_;
  const bool update_before_;
  std::pmr::unordered_map<std::pmr::string, std::pmr::string> newest_;  // key → row, both as AppendKey writes them
};

}  // namespace freshet::stream
