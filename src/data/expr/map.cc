#include <unordered_map>

#include "data/expr/element.h"
#include "data/expr/kernel.h"
#include "data/expr/types.h"

// Functions on maps. Of equal keys the last one counts.

namespace freshet::expr {
namespace {

using data::ColumnBuilder;
using data::Kind;

Result<Type> BindParts(Site& s) {
  if (s.type(0).kind() != Kind::kMap) return s.Mismatch("a map");
  const Type &key = s.type(0).key(), &value = s.type(0).value();
  Type element = s.name == "MAP_KEYS" ? key : s.name == "MAP_VALUES" ? value : Type::Row({{"key", key}, {"value", value}});
  return Type::Array(element).WithNullable(s.AnyNullable());
}

Result<Type> BindFromArrays(Site& s) {
  if (s.type(0).kind() != Kind::kArray || s.type(1).kind() != Kind::kArray) return s.Mismatch("an array of keys and one of values");
  return Type::Map(s.type(0).element(), s.type(1).element()).WithNullable(s.AnyNullable());
}

Result<Type> BindUnion(Site& s) {
  Type key = Type::Null(), value = Type::Null();
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (s.type(i).kind() != Kind::kMap) return s.Mismatch("maps");
    auto keys = CommonType(key, s.type(i).key()), values = CommonType(value, s.type(i).value());
    if (!keys || !values) return s.Mismatch("maps of one type");
    key = i == 0 ? s.type(i).key() : *keys;
    value = i == 0 ? s.type(i).value() : *values;
  }
  for (size_t i = 0; i < s.args.size(); ++i) RETURN_NOT_OK(s.CastTo(i, Type::Map(key, value)));
  return Type::Map(key, value).WithNullable(s.AnyNullable());
}

// One row's entries, each key once, at its first place and with its last value.
class Entries {
 public:
  void Add(const Column& keys, int k, const Column& values, int v) {
    std::string bytes;
    AppendElement(bytes, keys, k);
    auto [place, fresh] = places_.try_emplace(std::move(bytes), entries_.size());
    if (fresh) entries_.push_back({&keys, k, &values, v});
    else entries_[place->second].values = &values, entries_[place->second].value = v;
  }
  void AppendTo(ColumnBuilder& out) const {
    for (const auto& entry : entries_) {
      out.child(0).AppendFrom(*entry.keys, entry.key);
      out.child(1).AppendFrom(*entry.values, entry.value);
    }
    out.AppendList();
  }

 private:
  struct Entry {
    const Column* keys;
    int key;
    const Column* values;
    int value;
  };
  std::vector<Entry> entries_;
  std::unordered_map<std::string, size_t> places_;
};

template <int kChild>
Result<ColumnPtr> Part(const Call& call) {
  return BuildPresent(call, [&](ColumnBuilder& out, int row) {
    auto [begin, end] = call.args[0]->Range(row);
    for (int k = begin; k < end; ++k) out.child(0).AppendFrom(*call.args[0]->children[kChild], k);
    out.AppendList();
  });
}

Result<ColumnPtr> AsRows(const Call& call) {
  return BuildPresent(call, [&](ColumnBuilder& out, int row) {
    auto [begin, end] = call.args[0]->Range(row);
    for (int k = begin; k < end; ++k) {
      for (int c = 0; c < 2; ++c) out.child(0).child(c).AppendFrom(*call.args[0]->children[static_cast<size_t>(c)], k);
      out.child(0).AppendRow();
    }
    out.AppendList();
  });
}

Result<ColumnPtr> FromArrays(const Call& call) {
  bool uneven = false;
  auto column = BuildPresent(call, [&](ColumnBuilder& out, int row) {
    auto [key, keys_end] = call.args[0]->Range(row);
    auto [value, values_end] = call.args[1]->Range(row);
    uneven |= keys_end - key != values_end - value;
    if (uneven) return out.AppendNull();
    Entries entries;
    for (; key < keys_end; ++key, ++value) entries.Add(*call.args[0]->children[0], key, *call.args[1]->children[0], value);
    entries.AppendTo(out);
  });
  if (uneven) return Fault::Invalid("function MAP_FROM_ARRAYS: there are more keys than values, or fewer");
  return column;
}

Result<ColumnPtr> Union(const Call& call) {
  return BuildPresent(call, [&](ColumnBuilder& out, int row) {
    Entries entries;
    for (const auto& arg : call.args) {
      auto [begin, end] = arg->Range(row);
      for (int k = begin; k < end; ++k) entries.Add(*arg->children[0], k, *arg->children[1], k);
    }
    entries.AppendTo(out);
  });
}

constexpr Function kFunctions[] = {
    {"MAP_KEYS", 1, 1, BindParts, Part<0>, {"MAP_KEYS(map)", "the keys as an array", "MAP_KEYS(MAP['a', 1, 'b', 2])", "['a','b']"}},
    {"MAP_VALUES", 1, 1, BindParts, Part<1>, {"MAP_VALUES(map)", "the values as an array", "MAP_VALUES(MAP['a', 1, 'b', 2])", "[1,2]"}},
    {"MAP_ENTRIES", 1, 1, BindParts, AsRows, {"MAP_ENTRIES(map)", "the entries as an array of rows with the fields key and value", "MAP_ENTRIES(MAP['a', 1])", "[{'key':'a','value':1}]"}},
    {"MAP_FROM_ARRAYS", 2, 2, BindFromArrays, FromArrays, {"MAP_FROM_ARRAYS(keys, values)", "a map of two arrays of one length", "MAP_FROM_ARRAYS(ARRAY['a', 'b'], ARRAY[1, 2])", "[['a',1],['b',2]]"}},
    {"MAP_UNION", 1, 1000, BindUnion, Union, {"MAP_UNION(a, b, …)", "the entries of all; of equal keys the last one counts", "MAP_UNION(MAP['a', 1], MAP['a', 2, 'b', 3])", "[['a',2],['b',3]]"}},
};

}  // namespace

std::span<const Function> MapFunctions() { return kFunctions; }

}  // namespace freshet::expr
