#include "engines/stream/operators/lookup_join.h"

#include <gtest/gtest.h>

#include "data/canonical.h"
#include "testing/sim_env.h"

namespace freshet::stream {
namespace {

using data::Type;

// How a table answers.
struct Manner {
  bool has_rows_of_keys = false;  // k rows of key k
  bool is_late = false;
};

// Knows every key from its so-manieth question on: key k at question k. Of others it says "nobody".
class SlowLookup final : public ports::Lookup {
 public:
  SlowLookup(std::vector<std::string>* asked, Manner manner) : asked_(asked), manner_(manner) {}
  Task<Found> Get(Ctx ctx, data::Batch keys) override {
    if (manner_.is_late && ctx.deadline != MonoTime::Never()) co_return Fault::DeadlineExceeded("late");
    Found found;
    data::BatchBuilder rows({Type::Int(), Type::String()});
    std::string question;
    auto number = static_cast<int64_t>(asked_->size()) + 1;
    for (int i = 0; i < keys.length(); ++i) {
      int64_t key = keys.column(0)->IntAt(i);
      question += StrCat(key, " ");
      found.found.push_back(key <= number);
      int64_t count = found.found.back() && manner_.has_rows_of_keys ? key : 1;
      for (int64_t r = 0; r < count; ++r) {
        if (found.found.back()) rows.AppendRow({key, StrCat("row ", key)});
        else rows.AppendRow({data::Value(), "nobody"});
        if (manner_.has_rows_of_keys) found.keys.push_back(i);
      }
    }
    asked_->push_back(question);
    found.rows = rows.Build();
    co_return found;
  }

 private:
  std::vector<std::string>* asked_;
  const Manner manner_;
};

class SlowTable final : public ports::Connector {
 public:
  Status Check(const ports::TableRequest&, ports::TableUse) const override { return {}; }
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx, ports::TableRequest) override { co_return Fault::Unsupported("no"); }
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx, ports::TableRequest) override { co_return Fault::Unsupported("no"); }
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx, ports::LookupRequest) override {
    std::unique_ptr<ports::Lookup> lookup = std::make_unique<SlowLookup>(&asked, manner);
    co_return lookup;
  }
  std::vector<std::string> asked;  // the keys of each question
  Manner manner;
};

class Taken final : public Operator {
 public:
  Taken() : Operator(1) {}
  Status OnBatch(int, const Batch& batch) override {
    batch.selection().ForEach([&](uint32_t row) {
      for (const auto& column : batch.columns()) {
        data::AppendCanonical(text, *column, static_cast<int>(row));
        text += ' ';
      }
    });
    return {};
  }
  std::string text;
};

struct Outcome {
  Status status;
  std::vector<std::string> asked;
  std::string rows;
  int64_t ms;
};

Outcome JoinWithHint(LookupHint hint, JoinKind kind = JoinKind::kLeft, Manner manner = {}) {
  testing::SimEnv sim;
  expr::Session session;
  session.clock = &sim.clock();
  JoinSpec spec;
  spec.kind = kind;
  spec.expiry = JoinSpec::Expiry::kLookup;
  spec.left_keys = spec.right_keys = {0};
  spec.null_equal = {false};
  spec.lookup = hint;
  SlowTable table;
  table.manner = manner;
  ports::TableRequest request;
  request.name = "slow";
  request.columns.Add("k", Type::Int());
  request.columns.Add("v", Type::String());
  LookupJoin join(spec, &table, request, {Type::Int()}, {Type::Int(), Type::Int(), Type::String()}, session);
  Taken taken;
  join.SendTo(taken, 0);
  data::BatchBuilder rows({Type::Int()});
  for (int k : {1, 3, 9, 3}) rows.AppendRow({k});
  EXPECT_TRUE(join.OnBatch(0, rows.Build()).ok());
  MonoTime before = sim.clock().Now();

  Status settled = sim.Run(join.Settle({}));

  return {settled, table.asked, taken.text, (sim.clock().Now() - before).ms()};
}

TEST(LookupJoin, AsksOnceUnlessItIsToldToAskAgain) {
  Outcome once = JoinWithHint({});

  EXPECT_EQ(once.asked, (std::vector<std::string>{"1 3 9 "}));
  EXPECT_EQ(once.rows, "1 1 \"row 1\" 3 null \"nobody\" 9 null \"nobody\" 3 null \"nobody\" ");
  EXPECT_LT(once.ms, 50);
}

TEST(LookupJoin, AsksAgainForKeysThatNobodyKnows) {
  Outcome all = JoinWithHint({.retries = 3, .delay_ms = 100});

  EXPECT_EQ(all.asked, (std::vector<std::string>{"1 3 9 ", "3 9 ", "3 9 ", "9 "}));
  EXPECT_EQ(all.rows, "1 1 \"row 1\" 3 3 \"row 3\" 9 null \"nobody\" 3 3 \"row 3\" ");
  EXPECT_GE(all.ms, 300);
}

TEST(LookupJoin, DropsKeysThatNobodyKnowsFromAnInnerJoin) {
  EXPECT_EQ(JoinWithHint({}, JoinKind::kInner).rows, "1 1 \"row 1\" ");
}

TEST(LookupJoin, GivesEveryRowOfAKey) {
  Outcome inner = JoinWithHint({.retries = 2, .delay_ms = 1}, JoinKind::kInner, {.has_rows_of_keys = true});
  Outcome left = JoinWithHint({}, JoinKind::kLeft, {.has_rows_of_keys = true});

  EXPECT_EQ(inner.rows, "1 1 \"row 1\" 3 3 \"row 3\" 3 3 \"row 3\" 3 3 \"row 3\" 3 3 \"row 3\" 3 3 \"row 3\" 3 3 \"row 3\" ");
  EXPECT_EQ(left.rows, "1 1 \"row 1\" 3 null \"nobody\" 9 null \"nobody\" 3 null \"nobody\" ");
}

TEST(LookupJoin, WaitsNoLongerThanTheHintSays) {
  Outcome late = JoinWithHint({.timeout_ms = 200}, JoinKind::kLeft, {.is_late = true});
  Outcome retries = JoinWithHint({.retries = 8, .delay_ms = 100, .timeout_ms = 250});

  EXPECT_TRUE(JoinWithHint({}, JoinKind::kLeft, {.is_late = true}).status.ok());
  for (const Outcome& one : {late, retries}) {
    EXPECT_EQ(one.status.code(), Code::kDeadlineExceeded);
    EXPECT_NE(one.status.ToString().find("which is the 'timeout' of the hint LOOKUP"), std::string::npos) << one.status.ToString();
  }
  EXPECT_LT(retries.ms, 400);
}

}  // namespace
}  // namespace freshet::stream
