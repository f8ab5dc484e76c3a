#include <charconv>
#include <cmath>
#include <map>
#include <memory_resource>

#include "data/expr/decimal_math.h"
#include "engines/stream/operators/aggregate_states.h"

// Variance and what comes of it, and percentiles.

namespace freshet::stream {
namespace {

using data::Column;
using data::ColumnBuilder;
using data::Type;

// Welford's recurrence, as Flink has it: sums of squares would lose digits.
struct Moments {
  int64_t count = 0;
  double mean = 0;
  double squares = 0;  // of the distances from the mean
};

class Variance final : public FixedAggregate<Moments> {
 public:
  Variance(Type out, bool sample, bool root) : out_(std::move(out)), sample_(sample), root_(root) {}
  void Update(const AggregateInput& in) const override {
    data::Reader<double> value(*in.argument);
    in.rows.ForEach([&](uint32_t row) {
      if (!value.valid(row)) return;
      if (in.Added(row)) Add(At(in.states[row]), value[row]);
      else Remove(At(in.states[row]), value[row]);
    });
  }
  void Merge(char* into, const char* from) const override {
    Moments &a = At(into);
    const Moments& b = At(from);
    if (b.count == 0) return;
    auto total = static_cast<double>(a.count + b.count);
    double distance = b.mean - a.mean;
    a.squares += b.squares + distance * distance * static_cast<double>(a.count) * static_cast<double>(b.count) / total;
    a.mean += distance * static_cast<double>(b.count) / total;
    a.count += b.count;
  }
  void Output(const char* state, ColumnBuilder& out) const override {
    const Moments& m = At(state);
    int64_t divisor = m.count - (sample_ ? 1 : 0);
    if (m.count <= 0 || divisor <= 0) return out.AppendNull();
    double value = m.squares / static_cast<double>(divisor);
    if (root_) value = std::sqrt(value);
    if (out_.kind() == data::Kind::kDouble) return out.Append(value);
    if (out_.kind() == data::Kind::kFloat) return out.Append(static_cast<float>(value));
    if (out_.IsInteger()) return out.AppendInt(static_cast<int64_t>(value));
    auto decimal = expr::DoubleToDecimal(value, out_.precision(), out_.scale());
    if (decimal) out.AppendDecimal(*decimal);
    else out.AppendNull();
  }

 private:
  static void Add(Moments& m, double value) {
    ++m.count;
    double distance = value - m.mean;
    m.mean += distance / static_cast<double>(m.count);
    m.squares += distance * (value - m.mean);
  }
  static void Remove(Moments& m, double value) {
    if (m.count <= 1) {
      m = {};
      return;
    }
    --m.count;
    double distance = value - m.mean;
    m.mean -= distance / static_cast<double>(m.count);
    m.squares -= distance * (value - m.mean);
  }

  Type out_;
  bool sample_;
  bool root_;
};

// Every value with its weight. The argument is the value, or a ROW of value and weight.
class Percentile final : public OwnedAggregate<std::pmr::map<double, int64_t>> {
 public:
  explicit Percentile(std::string_view option) : several_(option.starts_with("ARRAY")) {
    if (several_) option.remove_prefix(std::min<size_t>(option.size(), 6));
    while (!option.empty()) {
      double p = 0;
      auto end = std::from_chars(option.data(), option.data() + option.size(), p).ptr;
      fractions_.push_back(p);
      option.remove_prefix(std::min(option.size(), static_cast<size_t>(end - option.data()) + 1));
    }
  }
  void Update(const AggregateInput& in) const override {
    bool weighted = in.argument->type.kind() == data::Kind::kRow;
    in.rows.ForEach([&](uint32_t row) {
      int r = static_cast<int>(row), base = weighted ? in.argument->Base(r) : r;
      const Column& values = weighted ? *in.argument->children[0] : *in.argument;
      if (in.argument->IsNull(r) || values.IsNull(base)) return;
      int64_t weight = weighted ? (in.argument->children[1]->IsNull(base) ? 0 : in.argument->children[1]->IntAt(base)) : 1;
      if (weight > 0) Add(Get(in.states[row]), values.Value<double>(base), in.Added(row) ? weight : -weight);
    });
  }
  void Merge(char* into, const char* from) const override {
    if (Peek(from) == nullptr) return;
    for (const auto& [value, weight] : *Peek(from)) Add(Get(into), value, weight);
  }
  void Output(const char* state, ColumnBuilder& out) const override {
    if (Peek(state) == nullptr || Peek(state)->empty()) return out.AppendNull();
    if (!several_) return out.Append(At(*Peek(state), fractions_[0]));
    for (double p : fractions_) out.child(0).Append(At(*Peek(state), p));
    out.AppendList();
  }
  void Save(const char* state, ByteWriter& out) const override {
    out.WriteVarUint64(Peek(state) == nullptr ? 0 : Peek(state)->size());
    if (Peek(state) == nullptr) return;
    for (const auto& [value, weight] : *Peek(state)) {
      out.WriteBytes({reinterpret_cast<const char*>(&value), sizeof value});
      out.WriteVarInt64(weight);
    }
  }
  void Load(char* state, ByteReader& in) const override {
    uint64_t n = in.ReadVarUint64();
    for (uint64_t i = 0; i < n && in.ok(); ++i) {
      double value = 0;
      auto bytes = in.ReadBytes(sizeof value);
      if (bytes.size() == sizeof value) std::memcpy(&value, bytes.data(), sizeof value);
      Get(state)[value] = in.ReadVarInt64();
    }
  }

 private:
  static void Add(std::pmr::map<double, int64_t>& values, double value, int64_t weight) {
    if (std::isnan(value)) return;  // it has no place among numbers
    auto at = values.try_emplace(value, 0).first;
    at->second += weight;
    if (at->second == 0) values.erase(at);
  }
  // The value at place p · (n - 1), counted from 0, between its neighbours by proportion.
  static double At(const std::pmr::map<double, int64_t>& values, double p) {
    int64_t total = 0;
    for (const auto& [value, weight] : values) total += weight;
    double place = p * static_cast<double>(total - 1);
    double below = std::floor(place), above = std::ceil(place);
    double low = Nth(values, static_cast<int64_t>(below)), high = Nth(values, static_cast<int64_t>(above));
    return below == above || low == high ? low : (above - place) * low + (place - below) * high;
  }
  static double Nth(const std::pmr::map<double, int64_t>& values, int64_t n) {
    for (const auto& [value, weight] : values) {
      if (n < weight) return value;
      n -= weight;
    }
    return values.rbegin()->first;
  }

  bool several_;
  std::vector<double> fractions_;
};

}  // namespace

std::unique_ptr<Aggregate> MakeStatistic(const AggregateCall& call) {
  const std::string& name = call.function;
  bool root = name.starts_with("STDDEV"), sample = name.ends_with("SAMP") || name == "STDDEV" || name == "VARIANCE";
  if (root || name.starts_with("VAR")) return std::make_unique<Variance>(call.type, sample, root);
  if (name == "PERCENTILE") return std::make_unique<Percentile>(call.option);
  return nullptr;
}

}  // namespace freshet::stream
