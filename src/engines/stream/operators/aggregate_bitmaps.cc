#include <map>
#include <memory_resource>

#include "data/bitmap.h"
#include "engines/stream/operators/aggregate_states.h"

// BITMAP_BUILD_AGG, BITMAP_AND_AGG, BITMAP_OR_AGG, BITMAP_XOR_AGG, and the same that count. Of rows that are never taken back, and for XOR always, a state
// is the set itself; otherwise it is how often each number has come.

namespace freshet::stream {
namespace {

using data::BitmapOp;
using data::BitmapSet;
using data::ColumnBuilder;
using Text = std::string_view;

// What one row does to the set of its group.
enum class What : uint8_t { kNumber, kAnd, kOr, kXor };

struct Call {
  What what;
  bool counts;  // BIGINT instead of BITMAP

  BitmapOp op() const { return what == What::kAnd ? BitmapOp::kAnd : what == What::kXor ? BitmapOp::kXor : BitmapOp::kOr; }
};

// Calls f(row, number) or g(row, bitmap) for rows that have one.
template <typename F, typename G>
void ForEachValue(What what, const AggregateInput& in, F f, G g) {
  if (what == What::kNumber) {
    data::Reader<int32_t> number(*in.argument);
    in.rows.ForEach([&](uint32_t row) {
      if (number.valid(row)) f(row, static_cast<uint32_t>(number[row]));
    });
    return;
  }
  data::Reader<Text> bitmap(*in.argument);
  in.rows.ForEach([&](uint32_t row) {
    if (bitmap.valid(row)) g(row, bitmap[row]);
  });
}

void AppendSet(const Call& call, const BitmapSet& set, ColumnBuilder& out) {
  if (call.counts) out.Append(set.cardinality());
  else out.AppendString(set.bitmap());
}

struct SetState {
  using allocator_type = std::pmr::polymorphic_allocator<>;
  explicit SetState(const allocator_type& memory) : set(memory) {}
  int64_t rows = 0;  // that had a value
  BitmapSet set;
};

class SetOfRows final : public OwnedAggregate<SetState> {
 public:
  explicit SetOfRows(Call call) : call_(call) {}
  void Update(const AggregateInput& in) const override {
    ForEachValue(
        call_.what, in,
        [&](uint32_t row, uint32_t number) {
          SetState& state = Get(in.states[row]);
          state.set.Add(number);
          ++state.rows;
        },
        [&](uint32_t row, Text bitmap) { Take(Get(in.states[row]), bitmap, in.Added(row) ? 1 : -1); });
  }
  void Merge(char* into, const char* from) const override {
    if (Peek(from) != nullptr && Peek(from)->rows != 0) Take(Get(into), Peek(from)->set.bitmap(), Peek(from)->rows);
  }
  void Output(const char* state, ColumnBuilder& out) const override {
    if (Peek(state) == nullptr || Peek(state)->rows <= 0) return out.AppendNull();
    AppendSet(call_, Peek(state)->set, out);
  }
  void Save(const char* state, ByteWriter& out) const override {
    out.WriteVarInt64(Peek(state) == nullptr ? 0 : Peek(state)->rows);
    std::string bitmap = Peek(state) == nullptr ? data::BitmapOf({}) : Peek(state)->set.bitmap();
    out.WriteVarUint64(bitmap.size());
    out.WriteBytes(bitmap);
  }
  void Load(char* state, ByteReader& in) const override {
    SetState& loaded = Get(state);
    loaded.rows = in.ReadVarInt64();
    loaded.set.Combine(BitmapOp::kOr, in.ReadBytes(in.ReadVarUint64()));
  }

 private:
  // `rows` are that many of which `bitmap` is the result; taking one back is, of XOR, the same as adding it.
  void Take(SetState& state, Text bitmap, int64_t rows) const {
    state.set.Combine(state.rows == 0 && call_.what == What::kAnd ? BitmapOp::kOr : call_.op(), bitmap);
    state.rows += rows;
  }

  Call call_;
};

struct CountedState {
  using allocator_type = std::pmr::polymorphic_allocator<>;
  explicit CountedState(const allocator_type& memory) : numbers(memory) {}
  int64_t rows = 0;                            // that had a value
  std::pmr::map<uint32_t, int64_t> numbers;  // how many of them had each number; below zero between batches whose pairs were split; never zero
};

class CountedNumbers final : public OwnedAggregate<CountedState> {
 public:
  explicit CountedNumbers(Call call) : call_(call) {}
  void Update(const AggregateInput& in) const override {
    ForEachValue(
        call_.what, in,
        [&](uint32_t row, uint32_t number) {
          CountedState& state = Get(in.states[row]);
          Add(state, number, in.Added(row) ? 1 : -1);
        },
        [&](uint32_t row, Text bitmap) {
          CountedState& state = Get(in.states[row]);
          int64_t n = in.Added(row) ? 1 : -1;
          state.rows += n;
          data::ForEachNumber(bitmap, [&](uint32_t number) { Add(state, number, n); });
        });
  }
  void Merge(char* into, const char* from) const override {
    if (Peek(from) == nullptr) return;
    CountedState& state = Get(into);
    state.rows += Peek(from)->rows;
    for (const auto& [number, n] : Peek(from)->numbers) Add(state, number, n);
  }
  void Output(const char* state, ColumnBuilder& out) const override {
    if (Peek(state) == nullptr) return out.AppendNull();
    const CountedState& counted = *Peek(state);
    std::vector<uint32_t> there;
    for (const auto& [number, n] : counted.numbers) {
      if (call_.what == What::kAnd ? n == counted.rows : n > 0) there.push_back(number);
    }
    bool nothing = call_.what == What::kNumber ? there.empty() : counted.rows <= 0;
    if (nothing) return out.AppendNull();
    if (call_.counts) out.Append(static_cast<int64_t>(there.size()));
    else out.AppendString(data::BitmapOf(std::move(there)));
  }
  void Save(const char* state, ByteWriter& out) const override {
    out.WriteVarInt64(Peek(state) == nullptr ? 0 : Peek(state)->rows);
    out.WriteVarUint64(Peek(state) == nullptr ? 0 : Peek(state)->numbers.size());
    if (Peek(state) == nullptr) return;
    for (const auto& [number, n] : Peek(state)->numbers) {
      out.WriteVarUint32(number);
      out.WriteVarInt64(n);
    }
  }
  void Load(char* state, ByteReader& in) const override {
    CountedState& loaded = Get(state);
    loaded.rows = in.ReadVarInt64();
    uint64_t size = in.ReadVarUint64();
    for (uint64_t i = 0; i < size && in.ok(); ++i) {
      uint32_t number = in.ReadVarUint32();
      loaded.numbers[number] = in.ReadVarInt64();
    }
  }

 private:
  static void Add(CountedState& state, uint32_t number, int64_t n) {
    auto at = state.numbers.try_emplace(number, 0).first;
    at->second += n;
    if (at->second == 0) state.numbers.erase(at);
  }

  Call call_;
};

}  // namespace

std::unique_ptr<Aggregate> MakeBitmap(const AggregateCall& call, bool retracts) {
  if (!call.function.starts_with("BITMAP_")) return nullptr;
  auto begins = [&call](Text word) { return call.function.starts_with(word); };
  What what = begins("BITMAP_BUILD") ? What::kNumber : begins("BITMAP_AND") ? What::kAnd : begins("BITMAP_OR") ? What::kOr : What::kXor;
  Call made{what, call.function.ends_with("_CARDINALITY_AGG")};
  if (retracts && what != What::kXor) return std::make_unique<CountedNumbers>(made);
  return std::make_unique<SetOfRows>(made);
}

}  // namespace freshet::stream
