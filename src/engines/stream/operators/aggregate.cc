#include "engines/stream/operators/aggregate.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory_resource>
#include <unordered_map>

#include "data/expr/decimal_math.h"
#include "data/expr/kernel.h"
#include "engines/stream/operators/aggregate_states.h"
#include "engines/stream/state/keys.h"

namespace freshet::stream {
namespace {

using data::Column;
using data::ColumnBuilder;
using data::Int128;
using data::Type;

class Count final : public FixedAggregate<int64_t> {
 public:
  void Update(const AggregateInput& in) const override {
    in.rows.ForEach([&](uint32_t row) {
      if (in.argument != nullptr && in.argument->IsNull(static_cast<int>(row))) return;
      At(in.states[row]) += in.Added(row) ? 1 : -1;
    });
  }
  void Merge(char* into, const char* from) const override { At(into) += At(from); }
  void Output(const char* state, ColumnBuilder& out) const override { out.Append(At(state)); }
};

template <typename T>
struct SumState {
  T sum{};
  int64_t count = 0;
};

// SUM and AVG of integers: 64-bit, wrapping. A SUM is cut to its type, an AVG toward zero.
template <typename In, bool kAverage>
class IntegerSum final : public FixedAggregate<SumState<uint64_t>> {
 public:
  void Update(const AggregateInput& in) const override {
    data::Reader<In> value(*in.argument);
    in.rows.ForEach([&](uint32_t row) {
      if (!value.valid(row)) return;
      auto& state = At(in.states[row]);
      auto v = static_cast<uint64_t>(static_cast<int64_t>(value[row]));
      bool added = in.Added(row);
      state.sum += added ? v : -v;
      state.count += added ? 1 : -1;
    });
  }
  void Merge(char* into, const char* from) const override {
    At(into).sum += At(from).sum;
    At(into).count += At(from).count;
  }
  void Output(const char* state, ColumnBuilder& out) const override {
    const auto& s = At(state);
    if (s.count <= 0) return out.AppendNull();
    auto sum = static_cast<int64_t>(s.sum);
    out.Append(static_cast<In>(kAverage ? sum / s.count : sum));
  }
  using FixedAggregate<SumState<uint64_t>>::At;
};

template <typename In, bool kAverage>
class FloatingSum final : public FixedAggregate<SumState<double>> {
 public:
  void Update(const AggregateInput& in) const override {
    data::Reader<In> value(*in.argument);
    in.rows.ForEach([&](uint32_t row) {
      if (!value.valid(row)) return;
      auto& state = At(in.states[row]);
      bool added = in.Added(row);
      state.sum += added ? value[row] : -value[row];
      state.count += added ? 1 : -1;
    });
  }
  void Merge(char* into, const char* from) const override {
    At(into).sum += At(from).sum;
    At(into).count += At(from).count;
  }
  void Output(const char* state, ColumnBuilder& out) const override {
    const auto& s = At(state);
    if (s.count <= 0) return out.AppendNull();
    out.Append(static_cast<In>(kAverage ? s.sum / static_cast<double>(s.count) : s.sum));
  }
  using FixedAggregate<SumState<double>>::At;
};

// Unscaled 128-bit sums; what leaves 38 digits is NULL.
class DecimalSum final : public FixedAggregate<SumState<Int128>> {
 public:
  DecimalSum(const Type& in, const Type& out, bool average) : in_scale_(in.scale()), out_(out), average_(average) {}
  void Update(const AggregateInput& in) const override {
    expr::DecimalReader value(*in.argument);
    in.rows.ForEach([&](uint32_t row) {
      if (!value.valid(row)) return;
      auto& state = At(in.states[row]);
      bool added = in.Added(row);
      state.sum += added ? value[row] : -value[row];
      state.count += added ? 1 : -1;
    });
  }
  void Merge(char* into, const char* from) const override {
    At(into).sum += At(from).sum;
    At(into).count += At(from).count;
  }
  void Output(const char* state, ColumnBuilder& out) const override {
    const auto& s = At(state);
    if (s.count <= 0) return out.AppendNull();
    std::optional<Int128> value = s.sum;
    if (average_) value = expr::DivideDecimal(s.sum, s.count, out_.scale() - in_scale_);
    if (!value || !expr::Fits(*value, out_.precision())) return out.AppendNull();
    out.AppendDecimal(*value);
  }

 private:
  int in_scale_;
  Type out_;
  bool average_;
};

template <typename T>
struct BestState {
  T best{};
  bool there = false;
};

// MIN and MAX over rows that are never taken back.
template <typename T, bool kMax>
class Best final : public FixedAggregate<BestState<T>> {
 public:
  void Update(const AggregateInput& in) const override {
    data::Reader<T> value(*in.argument);
    in.rows.ForEach([&](uint32_t row) {
      if (value.valid(row)) Offer(this->At(in.states[row]), value[row]);
    });
  }
  void Merge(char* into, const char* from) const override {
    if (this->At(from).there) Offer(this->At(into), this->At(from).best);
  }
  void Output(const char* state, ColumnBuilder& out) const override {
    if (!this->At(state).there) return out.AppendNull();
    out.Append(this->At(state).best);
  }

 private:
  static void Offer(BestState<T>& state, T value) {
    bool better = kMax ? state.best < value : value < state.best;
    if (state.there && !better) return;
    state.best = value;
    state.there = true;
  }
};

// MIN and MAX of strings, append-only.
template <bool kMax>
class BestText final : public OwnedAggregate<std::pmr::string> {
 public:
  void Update(const AggregateInput& in) const override {
    data::Reader<std::string_view> value(*in.argument);
    in.rows.ForEach([&](uint32_t row) {
      if (value.valid(row)) Offer(in.states[row], value[row]);
    });
  }
  void Merge(char* into, const char* from) const override {
    if (Peek(from) != nullptr) Offer(into, *Peek(from));
  }
  void Output(const char* state, ColumnBuilder& out) const override {
    if (Peek(state) == nullptr) return out.AppendNull();
    out.AppendString(*Peek(state));
  }
  void Save(const char* state, ByteWriter& out) const override {
    out.WriteVarUint64(Peek(state) == nullptr ? 0 : Peek(state)->size() + 1);
    if (Peek(state) != nullptr) out.WriteBytes(*Peek(state));
  }
  void Load(char* state, ByteReader& in) const override {
    uint64_t size = in.ReadVarUint64();
    if (size > 0) Get(state).assign(in.ReadBytes(size - 1));
  }

 private:
  void Offer(char* state, std::string_view value) const {
    bool first = Pointer(state) == nullptr;
    std::pmr::string& best = Get(state);
    if (first || (kMax ? best < value : value < best)) best.assign(value);
  }
};

// A value of any comparable type as a key that orders like the value.
using Ordered = std::variant<int64_t, Int128, double, std::string>;
Ordered OrderedAt(const Column& column, int row) {
  switch (column.type.physical()) {
    case data::Physical::kFloat: return static_cast<double>(column.Value<float>(row));
    case data::Physical::kDouble: return column.Value<double>(row);
    case data::Physical::kString: return std::string(column.String(row));
    case data::Physical::kInt128: return column.Value<Int128>(row);
    default: return column.IntAt(row);
  }
}
// NaN is the greatest, as in Java: a map cannot have a key that is equal to all others.
struct OrderedLess {
  bool operator()(const Ordered& a, const Ordered& b) const {
    const auto* x = std::get_if<double>(&a);
    const auto* y = std::get_if<double>(&b);
    if (x == nullptr || y == nullptr) return a < b;
    return std::isnan(*y) ? !std::isnan(*x) : *x < *y;
  }
};
using OrderedCounts = std::pmr::map<Ordered, int64_t, OrderedLess>;
void AppendOrdered(ColumnBuilder& out, const Ordered& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return out.AppendString(*text);
  if (const auto* n = std::get_if<int64_t>(&value)) return out.type().physical() == data::Physical::kInt128 ? out.AppendDecimal(*n) : out.AppendInt(*n);
  if (const auto* n = std::get_if<Int128>(&value)) return out.AppendDecimal(*n);
  double d = std::get<double>(value);
  if (out.type().kind() == data::Kind::kFloat) out.Append(static_cast<float>(d));
  else out.Append(d);
}
void SaveOrdered(const Ordered& value, ByteWriter& out) {
  out.Write(static_cast<uint8_t>(value.index()));
  std::visit(
      [&out](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::string>) {
          out.WriteVarUint64(v.size());
          out.WriteBytes(v);
        } else {
          out.WriteBytes({reinterpret_cast<const char*>(&v), sizeof(T)});
        }
      },
      value);
}
template <typename T>
T ReadRaw(ByteReader& in) {
  T value{};
  auto bytes = in.ReadBytes(sizeof(T));
  if (bytes.size() == sizeof(T)) std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}
Ordered LoadOrdered(ByteReader& in) {
  switch (in.Read<uint8_t>()) {
    case 0: return ReadRaw<int64_t>(in);
    case 1: return ReadRaw<Int128>(in);
    case 2: return ReadRaw<double>(in);
    default: return std::string(in.ReadBytes(in.ReadVarUint64()));
  }
}

// MIN and MAX over rows that may be taken back: every value with its count.
template <bool kMax>
class RetractableBest final : public OwnedAggregate<OrderedCounts> {
 public:
  void Update(const AggregateInput& in) const override {
    in.rows.ForEach([&](uint32_t row) {
      int r = static_cast<int>(row);
      if (!in.argument->IsNull(r)) Add(Get(in.states[row]), OrderedAt(*in.argument, r), in.Added(row) ? 1 : -1);
    });
  }
  void Merge(char* into, const char* from) const override {
    if (Peek(from) == nullptr) return;
    for (const auto& [value, count] : *Peek(from)) Add(Get(into), value, count);
  }
  void Output(const char* state, ColumnBuilder& out) const override {
    if (Peek(state) == nullptr || Peek(state)->empty()) return out.AppendNull();
    AppendOrdered(out, kMax ? Peek(state)->rbegin()->first : Peek(state)->begin()->first);
  }
  void Save(const char* state, ByteWriter& out) const override {
    out.WriteVarUint64(Peek(state) == nullptr ? 0 : Peek(state)->size());
    if (Peek(state) == nullptr) return;
    for (const auto& [value, count] : *Peek(state)) {
      SaveOrdered(value, out);
      out.WriteVarInt64(count);
    }
  }
  void Load(char* state, ByteReader& in) const override {
    uint64_t n = in.ReadVarUint64();
    for (uint64_t i = 0; i < n && in.ok(); ++i) {
      Ordered value = LoadOrdered(in);
      Get(state)[value] = in.ReadVarInt64();
    }
  }

 private:
  // Counts may dip below zero between batches whose pairs were split; zero is nothing.
  static void Add(OrderedCounts& values, const Ordered& value, int64_t n) {
    auto [at, added] = values.try_emplace(value, 0);
    at->second += n;
    if (at->second == 0) values.erase(at);
  }
};

// FIRST_VALUE and LAST_VALUE by arrival, over rows that are never taken back. NULL is skipped.
template <bool kLast>
class Arrival final : public OwnedAggregate<std::pmr::string> {
 public:
  explicit Arrival(Type type) : type_(std::move(type)) {}
  void Update(const AggregateInput& in) const override {
    std::string value;
    in.rows.ForEach([&](uint32_t row) {
      int r = static_cast<int>(row);
      if (in.argument->IsNull(r) || (!kLast && Peek(in.states[row]) != nullptr)) return;
      value.clear();
      AppendKey(value, *in.argument, r);
      Get(in.states[row]).assign(value);
    });
  }
  void Merge(char* into, const char* from) const override {  // slices are merged oldest first
    if (Peek(from) != nullptr && (kLast || Peek(into) == nullptr)) Get(into) = *Peek(from);
  }
  void Output(const char* state, ColumnBuilder& out) const override {
    if (Peek(state) == nullptr) return out.AppendNull();
    std::string_view bytes = *Peek(state);
    AppendFromKey(out, &bytes);
  }
  void Save(const char* state, ByteWriter& out) const override {
    out.WriteVarUint64(Peek(state) == nullptr ? 0 : Peek(state)->size());
    if (Peek(state) != nullptr) out.WriteBytes(*Peek(state));
  }
  void Load(char* state, ByteReader& in) const override {
    uint64_t size = in.ReadVarUint64();
    if (size > 0) Get(state).assign(in.ReadBytes(size));
  }

 private:
  Type type_;
};

// LISTAGG by arrival, over rows that are never taken back. NULL is skipped.
class TextList final : public OwnedAggregate<std::pmr::string> {
 public:
  explicit TextList(std::string separator) : separator_(std::move(separator)) {}
  void Update(const AggregateInput& in) const override {
    data::Reader<std::string_view> value(*in.argument);
    in.rows.ForEach([&](uint32_t row) {
      if (value.valid(row)) Add(in.states[row], value[row]);
    });
  }
  void Merge(char* into, const char* from) const override {
    if (Peek(from) != nullptr) Add(into, *Peek(from));
  }
  void Output(const char* state, ColumnBuilder& out) const override {
    if (Peek(state) == nullptr) return out.AppendNull();
    out.AppendString(*Peek(state));
  }
  void Save(const char* state, ByteWriter& out) const override {
    out.WriteVarUint64(Peek(state) == nullptr ? 0 : Peek(state)->size() + 1);
    if (Peek(state) != nullptr) out.WriteBytes(*Peek(state));
  }
  void Load(char* state, ByteReader& in) const override {
    uint64_t size = in.ReadVarUint64();
    if (size > 0) Get(state).assign(in.ReadBytes(size - 1));
  }

 private:
  void Add(char* state, std::string_view text) const {
    bool first = Pointer(state) == nullptr;
    std::pmr::string& list = Get(state);
    if (!first) list += separator_;
    list += text;
  }
  std::string separator_;
};

// DISTINCT in front of another aggregate: it sees a value when it comes first and when it goes last.
struct DistinctState {
  struct Value {
    int64_t count = 0;
    uint64_t arrival = 0;
  };
  using allocator_type = std::pmr::polymorphic_allocator<>;
  explicit DistinctState(const allocator_type& memory) : counts(memory), inner(memory) {}

  using Counts = std::pmr::unordered_map<std::pmr::string, Value>;
  Counts counts;
  uint64_t arrivals = 0;
  std::pmr::string inner;
};
class Distinct final : public OwnedAggregate<DistinctState> {
 public:
  Distinct(std::unique_ptr<Aggregate> inner, Type argument, bool nulls) : inner_(std::move(inner)), argument_(std::move(argument)), nulls_(nulls) {}
  void UseMemory(std::pmr::memory_resource* memory) override {
    OwnedAggregate::UseMemory(memory);
    inner_->UseMemory(memory);
  }
  void End(char* state) const override {
    if (Peek(state) != nullptr) inner_->End(Get(state).inner.data());
    OwnedAggregate::End(state);
  }
  void Update(const AggregateInput& in) const override {
    if (in.rows.count == 0) return;
    auto length = static_cast<size_t>(in.rows.row(in.rows.count - 1)) + 1;
    std::vector<uint16_t> passed;
    std::vector<int8_t> ops(length);
    std::vector<char*> states(length);
    std::string key;
    in.rows.ForEach([&](uint32_t row) {
      int r = static_cast<int>(row);
      if (in.argument->IsNull(r) && !nulls_) return;
      key.clear();
      AppendKey(key, *in.argument, r);
      DistinctState& state = Started(in.states[row]);
      auto [at, added] = state.counts.try_emplace(std::pmr::string(key));
      if (added) at->second.arrival = state.arrivals++;
      int64_t before = at->second.count, after = before + (in.Added(row) ? 1 : -1);
      at->second.count = after;
      bool came = before <= 0 && after > 0, went = before > 0 && after <= 0;
      if (after == 0) state.counts.erase(at);
      if (!came && !went) return;
      passed.push_back(static_cast<uint16_t>(row));
      ops[row] = static_cast<int8_t>(came ? data::RowKind::kInsert : data::RowKind::kDelete);
      states[row] = state.inner.data();
    });
    inner_->Update({{passed.data(), static_cast<int>(passed.size())}, in.argument, ops.data(), states.data()});
  }
  void Merge(char* into, const char* from) const override {
    if (Peek(from) == nullptr) return;
    DistinctState& state = Started(into);
    for (const auto* value : InOrder(*Peek(from))) {
      auto [at, added] = state.counts.try_emplace(value->first);
      if (added) at->second.arrival = state.arrivals++;
      bool came = at->second.count <= 0 && at->second.count + value->second.count > 0;
      at->second.count += value->second.count;
      if (!came) continue;
      ColumnBuilder one(argument_, 1);
      std::string_view bytes = value->first;
      AppendFromKey(one, &bytes);
      auto column = one.Finish();
      char* states[1] = {state.inner.data()};
      inner_->Update({{nullptr, 1}, column.get(), nullptr, states});
    }
  }
  void Output(const char* state, ColumnBuilder& out) const override {
    if (Peek(state) != nullptr) return inner_->Output(Peek(state)->inner.data(), out);
    std::string nothing(inner_->state_bytes(), '\0');
    inner_->Start(nothing.data());
    inner_->Output(nothing.data(), out);
    inner_->End(nothing.data());
  }
  void Save(const char* state, ByteWriter& out) const override {
    out.WriteVarUint64(Peek(state) == nullptr ? 0 : Peek(state)->counts.size() + 1);
    if (Peek(state) == nullptr) return;
    for (const auto* value : InOrder(*Peek(state))) {
      out.WriteVarUint64(value->first.size());
      out.WriteBytes(value->first);
      out.WriteVarInt64(value->second.count);
    }
    inner_->Save(Peek(state)->inner.data(), out);
  }
  void Load(char* state, ByteReader& in) const override {
    uint64_t n = in.ReadVarUint64();
    if (n == 0) return;
    DistinctState& loaded = Started(state);
    for (uint64_t i = 1; i < n && in.ok(); ++i) {
      std::pmr::string key(in.ReadBytes(in.ReadVarUint64()));
      loaded.counts[key] = {in.ReadVarInt64(), loaded.arrivals++};
    }
    inner_->Load(loaded.inner.data(), in);
  }

 private:
  static std::vector<const DistinctState::Counts::value_type*> InOrder(const DistinctState& state) {
    std::vector<const DistinctState::Counts::value_type*> values;
    for (const auto& value : state.counts) values.push_back(&value);
    std::sort(values.begin(), values.end(), [](const auto* a, const auto* b) { return a->second.arrival < b->second.arrival; });
    return values;
  }

  DistinctState& Started(char* state) const {
    bool fresh = Pointer(state) == nullptr;
    DistinctState& object = Get(state);
    if (fresh) {
      object.inner.resize(inner_->state_bytes());
      inner_->Start(object.inner.data());
    }
    return object;
  }

  std::unique_ptr<Aggregate> inner_;
  Type argument_;
  bool nulls_;  // NULL is a value like others
};

template <bool kAverage>
std::unique_ptr<Aggregate> MakeSum(const Type& in, const Type& out) {
  switch (in.kind()) {
    case data::Kind::kTinyInt: return std::make_unique<IntegerSum<int8_t, kAverage>>();
    case data::Kind::kSmallInt: return std::make_unique<IntegerSum<int16_t, kAverage>>();
    case data::Kind::kInt: return std::make_unique<IntegerSum<int32_t, kAverage>>();
    case data::Kind::kBigInt: return std::make_unique<IntegerSum<int64_t, kAverage>>();
    case data::Kind::kFloat: return std::make_unique<FloatingSum<float, kAverage>>();
    case data::Kind::kDouble: return std::make_unique<FloatingSum<double, kAverage>>();
    default: return std::make_unique<DecimalSum>(in, out, kAverage);
  }
}

template <bool kMax>
std::unique_ptr<Aggregate> MakeBest(const Type& in, bool retracts) {
  if (retracts) return std::make_unique<RetractableBest<kMax>>();
  return expr::VisitPhysical(in.physical(), [](auto tag) -> std::unique_ptr<Aggregate> {
    using T = decltype(tag);
    if constexpr (std::is_same_v<T, std::string_view>) return std::make_unique<BestText<kMax>>();
    else return std::make_unique<Best<T, kMax>>();
  });
}

}  // namespace

Result<std::unique_ptr<Aggregate>> MakeAggregate(const AggregateCall& call, const std::vector<Type>& input_types, bool retracts) {
  std::unique_ptr<Aggregate> made;
  Type argument = call.args.empty() ? Type::Null() : input_types[static_cast<size_t>(call.args[0])];
  if (call.function == "MIN") return MakeBest<false>(argument, retracts);  // DISTINCT changes nothing for these
  if (call.function == "MAX") return MakeBest<true>(argument, retracts);
  bool arrival = call.function == "FIRST_VALUE" || call.function == "LAST_VALUE";
  if (arrival && !retracts) return call.function == "FIRST_VALUE" ? std::unique_ptr<Aggregate>(std::make_unique<Arrival<false>>(argument)) : std::make_unique<Arrival<true>>(argument);
  if (call.function == "APPROX_COUNT_DISTINCT" && retracts) return std::make_unique<Distinct>(std::make_unique<Count>(), argument, false);
  if (call.function == "COUNT") made = std::make_unique<Count>();
  if (call.function == "SUM") made = MakeSum<false>(argument, call.type);
  if (call.function == "AVG") made = MakeSum<true>(argument, call.type);
  if (call.function == "LISTAGG" && !retracts) made = std::make_unique<TextList>(call.option);
  if (made == nullptr) made = MakeCollecting(call, argument, retracts);
  if (made == nullptr) made = MakeStatistic(call);
  if (made == nullptr) made = MakeBitmap(call, retracts);
  if (made == nullptr) return Fault::Unsupported("aggregate ", call.function, " is not supported");
  if (call.distinct && !call.args.empty()) made = std::make_unique<Distinct>(std::move(made), argument, call.function == "ARRAY_AGG");
  return made;
}

}  // namespace freshet::stream
