#include <deque>
#include <map>
#include <memory_resource>
#include <unordered_map>

#include "data/expr/json_text.h"
#include "engines/stream/operators/aggregate_states.h"
#include "engines/stream/operators/distinct_sketch.h"
#include "engines/stream/state/keys.h"

// Aggregates that keep every value, or something of every value: LISTAGG, ARRAY_AGG, the JSON lists, FIRST_VALUE and LAST_VALUE over rows that may be taken back, COLLECT.

namespace freshet::stream {
namespace {

using data::Column;
using data::ColumnBuilder;
using data::Type;

// Values, as bytes of AppendKey, in the order in which they came. A value that is taken back is the oldest of its equals.
class OrderedValues {
 public:
  using allocator_type = std::pmr::polymorphic_allocator<>;
  explicit OrderedValues(const allocator_type& memory) : values_(memory), places_(memory) {}

  void Add(std::string_view value, bool retracts) {
    if (retracts) places_[std::pmr::string(value)].push_back(next_);
    values_.emplace(next_++, value);
  }
  void Remove(std::string_view value) {
    auto found = places_.find(std::pmr::string(value));
    if (found == places_.end()) return;
    values_.erase(found->second.front());
    found->second.pop_front();
    if (found->second.empty()) places_.erase(found);
  }
  bool empty() const { return values_.empty(); }
  std::string_view first() const { return values_.begin()->second; }
  std::string_view last() const { return values_.rbegin()->second; }
  template <typename F>
  void ForEach(F f) const {
    for (const auto& [place, value] : values_) f(value);
  }

  void Save(ByteWriter& out) const {
    out.WriteVarUint64(values_.size());
    ForEach([&out](std::string_view value) {
      out.WriteVarUint64(value.size());
      out.WriteBytes(value);
    });
  }
  void Load(ByteReader& in, bool retracts) {
    uint64_t n = in.ReadVarUint64();
    for (uint64_t i = 0; i < n && in.ok(); ++i) Add(in.ReadBytes(in.ReadVarUint64()), retracts);
  }

 private:
  int64_t next_ = 0;
  std::pmr::map<int64_t, std::pmr::string> values_;
  std::pmr::unordered_map<std::pmr::string, std::pmr::deque<int64_t>> places_;  // of rows that may be taken back
};

// The common shape of lists: what they skip and how they print is their own.
class ListAggregate : public OwnedAggregate<OrderedValues> {
 public:
  ListAggregate(Type argument, bool retracts, bool nulls) : argument_(std::move(argument)), retracts_(retracts), nulls_(nulls) {}
  void Update(const AggregateInput& in) const override {
    in.rows.ForEach([&](uint32_t row) {
      int r = static_cast<int>(row);
      if (in.argument->IsNull(r) && !nulls_) return;
      std::string value;
      AppendKey(value, *in.argument, r);
      OrderedValues& values = Get(in.states[row]);
      if (in.Added(row)) values.Add(value, retracts_);
      else values.Remove(value);
    });
  }
  void Merge(char* into, const char* from) const override {  // slices are merged oldest first
    if (Peek(from) == nullptr) return;
    Peek(from)->ForEach([&](std::string_view value) { Get(into).Add(value, retracts_); });
  }
  void Save(const char* state, ByteWriter& out) const override {
    if (Peek(state) != nullptr) Peek(state)->Save(out);
    else out.WriteVarUint64(0);
  }
  void Load(char* state, ByteReader& in) const override { Get(state).Load(in, retracts_); }

 protected:
  static bool Empty(const char* state) { return Peek(state) == nullptr || Peek(state)->empty(); }
  // The values as a column of the argument's type.
  data::ColumnPtr Column(const char* state) const {
    ColumnBuilder builder(argument_);
    if (Peek(state) != nullptr) {
      Peek(state)->ForEach([&](std::string_view bytes) { AppendFromKey(builder, &bytes); });
    }
    return builder.Finish();
  }

 private:
  Type argument_;
  bool retracts_;
  bool nulls_;
};

template <bool kLast>
class EndOfList final : public ListAggregate {
 public:
  explicit EndOfList(Type argument) : ListAggregate(std::move(argument), true, false) {}
  void Output(const char* state, ColumnBuilder& out) const override {
    if (Empty(state)) return out.AppendNull();
    std::string_view bytes = kLast ? Peek(state)->last() : Peek(state)->first();
    AppendFromKey(out, &bytes);
  }
};

class ArrayOfAll final : public ListAggregate {
 public:
  ArrayOfAll(Type argument, bool retracts) : ListAggregate(std::move(argument), retracts, true) {}
  void Output(const char* state, ColumnBuilder& out) const override {
    if (Empty(state)) return out.AppendNull();
    Peek(state)->ForEach([&](std::string_view bytes) { AppendFromKey(out.child(0), &bytes); });
    out.AppendList();
  }
};

class JoinedText final : public ListAggregate {
 public:
  JoinedText(Type argument, std::string separator) : ListAggregate(std::move(argument), true, false), separator_(std::move(separator)) {}
  void Output(const char* state, ColumnBuilder& out) const override {
    if (Empty(state)) return out.AppendNull();
    auto texts = Column(state);
    std::string text;
    for (int i = 0; i < texts->length; ++i) {
      if (i > 0) text += separator_;
      text += texts->String(i);
    }
    out.AppendString(text);
  }

 private:
  std::string separator_;
};

// Its argument is JSON text already.
class JsonList final : public ListAggregate {
 public:
  JsonList(Type argument, bool retracts, bool nulls) : ListAggregate(std::move(argument), retracts, nulls) {}
  void Output(const char* state, ColumnBuilder& out) const override {
    auto values = Column(state);
    std::string text = "[";
    for (int i = 0; i < values->length; ++i) {
      if (i > 0) text += ',';
      text += values->IsNull(i) ? std::string_view("null") : values->String(i);
    }
    out.AppendString(text + "]");
  }
};

// Its argument is a ROW of a key and JSON text. Of a key that came twice the newest value counts.
class JsonMembers final : public ListAggregate {
 public:
  JsonMembers(Type argument, bool retracts, bool nulls) : ListAggregate(std::move(argument), retracts, false), keep_nulls_(nulls) {}
  void Output(const char* state, ColumnBuilder& out) const override {
    auto rows = Column(state);
    const auto &keys = *rows->children[0], &values = *rows->children[1];
    std::vector<expr::JsonMember> members;
    for (int i = 0; i < rows->length; ++i) {
      bool null = values.IsNull(i);
      if (keys.IsNull(i) || (null && !keep_nulls_)) continue;
      members.push_back({std::string(keys.String(i)), null ? "null" : std::string(values.String(i))});
    }
    std::string text;
    expr::AppendObject(text, std::move(members));
    out.AppendString(text);
  }

 private:
  bool keep_nulls_;
};

// The argument's values that are not NULL, as keys.
template <typename Visit>
void ForEachKey(const AggregateInput& in, Visit visit) {
  std::string value;
  in.rows.ForEach([&](uint32_t row) {
    auto place = static_cast<int>(row);
    if (in.argument->IsNull(place)) return;
    value.clear();
    AppendKey(value, *in.argument, place);
    visit(row, value);
  });
}

// COLLECT: every value with its count, in the order of their bytes.
using TextCounts = std::pmr::map<std::pmr::string, int64_t>;
class Multiset final : public OwnedAggregate<TextCounts> {
 public:
  void Update(const AggregateInput& in) const override {
    ForEachKey(in, [&](uint32_t row, std::string_view value) { Add(Get(in.states[row]), value, in.Added(row) ? 1 : -1); });
  }
  void Merge(char* into, const char* from) const override {
    if (Peek(from) == nullptr) return;
    for (const auto& [value, count] : *Peek(from)) Add(Get(into), value, count);
  }
  void Output(const char* state, ColumnBuilder& out) const override {
    if (Peek(state) != nullptr) {
      for (const auto& [value, count] : *Peek(state)) {
        std::string_view bytes = value;
        AppendFromKey(out.child(0), &bytes);
        out.child(1).AppendInt(count);
      }
    }
    out.AppendList();
  }
  void Save(const char* state, ByteWriter& out) const override {
    out.WriteVarUint64(Peek(state) == nullptr ? 0 : Peek(state)->size());
    if (Peek(state) == nullptr) return;
    for (const auto& [value, count] : *Peek(state)) {
      out.WriteVarUint64(value.size());
      out.WriteBytes(value);
      out.WriteVarInt64(count);
    }
  }
  void Load(char* state, ByteReader& in) const override {
    uint64_t n = in.ReadVarUint64();
    for (uint64_t i = 0; i < n && in.ok(); ++i) {
      std::pmr::string value(in.ReadBytes(in.ReadVarUint64()));
      Get(state)[value] = in.ReadVarInt64();
    }
  }

 private:
  static void Add(TextCounts& values, std::string_view value, int64_t n) {
    auto at = values.try_emplace(std::pmr::string(value), 0).first;
    at->second += n;
    if (at->second == 0) values.erase(at);
  }
};

// APPROX_COUNT_DISTINCT over rows that are never taken back. NULL is skipped.
class ApproximateDistinct final : public OwnedAggregate<DistinctSketch> {
 public:
  void Update(const AggregateInput& in) const override {
    ForEachKey(in, [&](uint32_t row, std::string_view value) { Get(in.states[row]).Add(HashBytes(value)); });
  }
  void Merge(char* into, const char* from) const override {
    if (Peek(from) != nullptr) Get(into).Add(*Peek(from));
  }
  void Output(const char* state, ColumnBuilder& out) const override { out.Append(Peek(state) == nullptr ? int64_t{0} : Peek(state)->Count()); }
  void Save(const char* state, ByteWriter& out) const override {
    if (Peek(state) != nullptr) Peek(state)->Save(out);
    else out.WriteVarUint64(0);
  }
  void Load(char* state, ByteReader& in) const override { Get(state).Load(in); }
};

}  // namespace

std::unique_ptr<Aggregate> MakeCollecting(const AggregateCall& call, const Type& argument, bool retracts) {
  bool nulls = call.option.starts_with("NULL");
  if (call.function == "FIRST_VALUE") return std::make_unique<EndOfList<false>>(argument);
  if (call.function == "LAST_VALUE") return std::make_unique<EndOfList<true>>(argument);
  if (call.function == "LISTAGG") return std::make_unique<JoinedText>(argument, call.option);
  if (call.function == "ARRAY_AGG") return std::make_unique<ArrayOfAll>(argument, retracts);
  if (call.function == "JSON_ARRAYAGG") return std::make_unique<JsonList>(argument, retracts, nulls);
  if (call.function == "JSON_OBJECTAGG") return std::make_unique<JsonMembers>(argument, retracts, nulls);
  if (call.function == "APPROX_COUNT_DISTINCT" && !retracts) return std::make_unique<ApproximateDistinct>();
  if (call.function == "COLLECT") return std::make_unique<Multiset>();
  return nullptr;
}

}  // namespace freshet::stream
