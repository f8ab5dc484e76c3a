#include "engines/datagen/datagen.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "engines/datagen/recipe.h"
#include "io/wait.h"

namespace freshet::datagen {
namespace {

constexpr Duration kPatience = Milliseconds(10);  // rows of so long come together, and nobody else waits for them
constexpr int64_t kLookRowsMost = 10'000;
constexpr int64_t kBatchBytes = 16 << 20;

// Rows by number, as fast as the table says. Time in which nobody asks makes no rows: what was missed of more than a second is not made up for.
class DatagenSource final : public ports::Source {
 public:
  DatagenSource(Env& env, const io::CancelFlag* stop, ports::TableRequest table, TableRecipe recipe)
      : env_(env), stop_(stop), table_(std::move(table)), recipe_(std::move(recipe)), seed_(env.random().Next()) {
    if (!table_.since) return;
    int64_t fit = std::max<int64_t>(1, kBatchBytes / std::max<int64_t>(recipe_.row_bytes, 1));
    recipe_.rows = std::min({recipe_.rows.value_or(kLookRowsMost), recipe_.rows_per_second, kLookRowsMost, fit});  // a look has a second's worth
    at_once_ = true;
  }

  Task<ports::Polled> Poll(Ctx ctx) override {
    ports::Polled polled;
    if (Due() == 0 && !AtEnd()) {
      io::SleepUntil pause(std::min(ctx.deadline, env_.clock().Now() + kPatience));
      co_await pause;
    }
    int64_t rows = RowsNow();
    if (rows > 0) polled.batch = NextRows(rows);
    polled.partition_ended = polled.ended = AtEnd();
    co_return polled;
  }

  // "seed:rows": the same rows come again behind it.
  std::string Position() const override { return StrCat(seed_, ":", number_); }
  Status Seek(std::string_view position) override {
    const char *at = position.data(), *end = position.data() + position.size();
    auto seed = std::from_chars(at, end, seed_);
    bool good = seed.ec == std::errc() && seed.ptr != end && *seed.ptr == ':';
    auto number = good ? std::from_chars(seed.ptr + 1, end, number_) : seed;
    good = good && number.ec == std::errc() && number.ptr == end && number_ >= 0;
    return good ? Status() : Status(Fault::Corrupt("table ", table_.name, ": position '", position, "' is not one of datagen"));
  }
  std::vector<int32_t> Partitions() const override { return {0}; }

 private:
  bool AtEnd() const { return (recipe_.rows && number_ >= *recipe_.rows) || (stop_ != nullptr && stop_->raised()); }

  // How many rows the clock allows by now.
  int64_t Due() {
    if (at_once_) return data::kMaxBatchRows;
    MonoTime now = env_.clock().Now();
    if (!began_) began_ = now;
    int64_t most = recipe_.rows_per_second, due = RowsUntil(now);
    if (due <= most) return due;
    began_ = MonoTime{now.ns - Seconds(1).ns};
    made_ = 0;
    return most;
  }
  int64_t RowsUntil(MonoTime now) const {
    auto rows = static_cast<__int128>((now - *began_).ns) * recipe_.rows_per_second / Seconds(1).ns + 1 - made_;
    return rows > INT64_MAX ? INT64_MAX : static_cast<int64_t>(std::max<__int128>(rows, 0));
  }

  int64_t RowsNow() {
    if (AtEnd()) return 0;
    int64_t most = std::min<int64_t>(data::kMaxBatchRows, std::max<int64_t>(1, kBatchBytes / std::max<int64_t>(recipe_.row_bytes, 1)));
    return std::min({Due(), most, recipe_.rows.value_or(INT64_MAX) - number_});
  }

  data::Batch NextRows(int64_t count) {
    RowAt row{seed_, number_, env_.clock().WallNow().ms};
    row.local_ms = table_.zone.ToLocal(row.now_ms);
    data::BatchBuilder rows(data::TypesOf(table_.columns), static_cast<int>(count));
    for (; row.number < number_ + count; ++row.number) {
      for (size_t c = 0; c < recipe_.columns.size(); ++c) rows.column(static_cast<int>(c)).AppendValue(MakeValue(recipe_.columns[c], row));
      rows.EndRow();
    }
    number_ += count;
    made_ += count;
    return rows.Build();
  }

  Env& env_;
  const io::CancelFlag* stop_;
  const ports::TableRequest table_;
  TableRecipe recipe_;
  uint64_t seed_;
  bool at_once_ = false;
  int64_t number_ = 0;              // of the next row
  std::optional<MonoTime> began_;   // when the first of made_ was due
  int64_t made_ = 0;
};

Fault ReadOnly(const ports::TableRequest& table) { return Fault::Unsupported("table ", table.name, ": connector datagen makes rows, it takes none; write into blackhole, print or a topic"); }
Fault NoLookup(const ports::TableRequest& table) { return Fault::Unsupported("table ", table.name, ": connector datagen cannot be looked up"); }

}  // namespace

Status DatagenConnector::Check(const ports::TableRequest& table, ports::TableUse use) const {
  if (use == ports::TableUse::kWrite) return ReadOnly(table);
  if (use == ports::TableUse::kLookUp) return NoLookup(table);
  return ReadRecipe(table).status();
}

Task<std::unique_ptr<ports::Source>> DatagenConnector::OpenSource(Ctx, ports::TableRequest table) {
  auto recipe = ReadRecipe(table);
  if (!recipe.ok()) co_return recipe.fault();
  if (!recipe->rows && !table.since) endless_.store(true);
  std::unique_ptr<ports::Source> source = std::make_unique<DatagenSource>(env_, stop_, std::move(table), std::move(*recipe));
  co_return source;
}

Task<std::unique_ptr<ports::Sink>> DatagenConnector::OpenSink(Ctx, ports::TableRequest table) { co_return ReadOnly(table); }
Task<std::unique_ptr<ports::Lookup>> DatagenConnector::OpenLookup(Ctx, ports::LookupRequest lookup) { co_return NoLookup(lookup.table); }

}  // namespace freshet::datagen
