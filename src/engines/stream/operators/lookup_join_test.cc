#include "engines/stream/operators/lookup_join.h"

#include <gtest/gtest.h>

#include "data/canonical.h"
#include "testing/sim_env.h"

namespace freshet::stream {
namespace {

using data::Type;

// Knows every key from its so-manieth question on: key k at question k. Of others it says "nobody".
class SlowLookup final : public ports::Lookup {
 public:
  explicit SlowLookup(std::vector<std::string>* asked) : asked_(asked) {}
  Task<Found> Get(Ctx, data::Batch keys) override {
    Found found;
    data::BatchBuilder rows({Type::Int(), Type::String()});
    std::string question;
    auto number = static_cast<int64_t>(asked_->size()) + 1;
    for (int i = 0; i < keys.length(); ++i) {
      int64_t key = keys.column(0)->IntAt(i);
      question += StrCat(key, " ");
      found.found.push_back(key <= number);
      if (found.found.back()) rows.AppendRow({key, StrCat("row ", key)});
      else rows.AppendRow({data::Value(), "nobody"});
    }
    asked_->push_back(question);
    found.rows = rows.Build();
    co_return found;
  }

 private:
  std::vector<std::string>* asked_;
};

class SlowTable final : public ports::Connector {
 public:
  Status Check(const ports::TableRequest&, ports::TableUse) const override { return {}; }
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx, ports::TableRequest) override { co_return Fault::Unsupported("no"); }
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx, ports::TableRequest) override { co_return Fault::Unsupported("no"); }
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx, ports::LookupRequest) override {
    std::unique_ptr<ports::Lookup> lookup = std::make_unique<SlowLookup>(&asked);
    co_return lookup;
  }
  std::vector<std::string> asked;  // the keys of each question
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
  std::vector<std::string> asked;
  std::string rows;
  int64_t ms;
};

Outcome JoinWithRetries(int retries, JoinKind kind = JoinKind::kLeft) {
  testing::SimEnv sim;
  expr::Session session;
  session.clock = &sim.clock();
  JoinSpec spec;
  spec.kind = kind;
  spec.expiry = JoinSpec::Expiry::kLookup;
  spec.left_keys = spec.right_keys = {0};
  spec.null_equal = {false};
  spec.lookup_retries = retries;
  spec.lookup_delay_ms = 100;
  SlowTable table;
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

  EXPECT_TRUE(sim.Run(join.Settle({})).ok());

  return {table.asked, taken.text, (sim.clock().Now() - before).ms()};
}

TEST(LookupJoin, AsksOnceUnlessItIsToldToAskAgain) {
  Outcome once = JoinWithRetries(0);

  EXPECT_EQ(once.asked, (std::vector<std::string>{"1 3 9 "}));
  EXPECT_EQ(once.rows, "1 1 \"row 1\" 3 null \"nobody\" 9 null \"nobody\" 3 null \"nobody\" ");
  EXPECT_LT(once.ms, 50);
}

TEST(LookupJoin, AsksAgainForKeysThatNobodyKnows) {
  Outcome all = JoinWithRetries(3);

  EXPECT_EQ(all.asked, (std::vector<std::string>{"1 3 9 ", "3 9 ", "3 9 ", "9 "}));
  EXPECT_EQ(all.rows, "1 1 \"row 1\" 3 3 \"row 3\" 9 null \"nobody\" 3 3 \"row 3\" ");
  EXPECT_GE(all.ms, 300);
}

TEST(LookupJoin, DropsKeysThatNobodyKnowsFromAnInnerJoin) {
  EXPECT_EQ(JoinWithRetries(0, JoinKind::kInner).rows, "1 1 \"row 1\" ");
}

}  // namespace
}  // namespace freshet::stream
