#pragma once

#include <memory>
#include <unordered_map>

#include "data/expr/expr.h"
#include "engines/stream/operators/waiting.h"
#include "engines/stream/plan/node.h"
#include "engines/stream/state/keys.h"
#include "ports/connector.h"

namespace freshet::stream {

// Rows joined with what a table says at the time they come by; never corrected later. A table that its connector can
// look up is asked by key; one of files is read once, at the first row, and kept. Once `cancel` is raised it waits for no answer that is still to come: a Fault.
class LookupJoin final : public WaitingOperator {
 public:
  LookupJoin(JoinSpec spec, ports::Connector* connector, ports::TableRequest table, std::vector<data::Type> left, std::vector<data::Type> out, const expr::Session& session,
             std::shared_ptr<const io::CancelFlag> cancel = nullptr);

 protected:
  Task<Batches> Answer(Ctx ctx, Batch batch) override;

 private:
  struct Place {
    uint32_t batch;
    int row;
  };
  Task<> Open(Ctx ctx);
  Task<> ReadTable(Ctx ctx);
  // Distinct keys of a batch, each with a row that has it.
  struct Asked {
    std::vector<uint16_t> rows;
    std::vector<std::string> keys;
  };
  Task<> Ask(Ctx ctx, Batch batch);
  Fault TooLate(const Fault& fault) const;
  Asked KeysOf(const Batch& batch);
  Task<Asked> AskOnce(Ctx ctx, Batch batch, Asked asked);
  Result<Batches> Combine(const Batch& batch);
  Status Flush(const Batch& batch, Batches& out);
  void EndRow(const Batch& batch, int row);

  JoinSpec spec_;
  ports::Connector* connector_;
  ports::TableRequest table_;
  std::vector<data::Type> left_;
  const expr::Session& session_;
  const std::shared_ptr<const io::CancelFlag> cancel_;  // absent: who settles it says so, if anybody does
  std::unique_ptr<ports::Lookup> lookup_;
  bool whole_ = false;                                          // the table was read
  std::vector<Batch> rows_;                                     // of the table, or of the last answers
  std::unordered_map<std::string, std::vector<Place>> places_;  // by key
  std::unordered_map<std::string, Place> unknown_;              // what the table says of keys that it does not know; of a LEFT JOIN
  data::BatchBuilder pairs_;                                    // left and right columns
  std::vector<int> pair_rows_;                                  // the left row of each pair
  std::vector<bool> padded_;                                    // pairs without a right row
  bool met_before_ = false;                                     // the row at hand met somebody before the last flush
};

}  // namespace freshet::stream
