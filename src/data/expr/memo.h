#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "data/expr/expr.h"

namespace freshet::expr {

// What expressions over the same rows have in common, computed once. A part is computed for the rows that it is asked for and never sooner than it is asked
// for: AND, OR and CASE leave out what they always left out (docs/decisions/0281). Owned by an operator, used by one thread.
class Memo {
 public:
  // One more that will be evaluated with it; it outlives the memo.
  void Add(const Expr& expr);
  // Whether any part occurs twice.
  bool shares() const { return shares_; }

  // What is known is of these columns; of others it is forgotten.
  void Begin(const Batch& batch);
  void Forget();

  // The rows of an expression that are known.
  class Part {
   public:
    // Absent: some of these rows are not known.
    ColumnPtr Known(Selection rows) const;
    void Keep(const ColumnPtr& column, Selection rows);

   private:
    friend class Memo;
    int asked_ = 0;
    ColumnPtr column_;
    int count_ = 0;              // of rows that are known
    std::vector<uint8_t> rows_;  // whether it is; none: all up to count_ are
  };
  // Absent: it is asked for in one place only.
  Part* PartOf(const Expr& expr) {
    auto found = parts_of_.find(&expr);
    return found != parts_of_.end() && parts_[found->second].asked_ > 1 ? &parts_[found->second] : nullptr;
  }

 private:
  static constexpr size_t kPartsMax = 2000;  // of expressions with more the rest is computed as often as it is asked for

  bool shares_ = false;
  std::unordered_map<std::string, size_t> by_text_;
  std::unordered_map<const Expr*, size_t> parts_of_;
  std::vector<Part> parts_;
  std::vector<ColumnPtr> columns_;
};

// As without it.
Result<ColumnPtr> Evaluate(const Expr& expr, const Batch& batch, Selection selection, const Session& session, Memo& memo);
Result<std::vector<uint16_t>> Filter(const Expr& expr, const Batch& batch, Selection selection, const Session& session, Memo& memo);

}  // namespace freshet::expr
