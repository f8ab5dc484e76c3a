#pragma once

#include <cstring>
#include <memory>

#include "engines/stream/operators/aggregate.h"

// Where aggregates keep what they know: a small value in the payload itself, or an object of their own. Included by the aggregates' .cc files alone.

namespace freshet::stream {

// The common shape: a trivially copyable State, a loop over rows with a value.
template <typename State>
class FixedAggregate : public Aggregate {
 public:
  size_t state_bytes() const override { return sizeof(State); }
  void Start(char* state) const override { new (state) State(); }
  void End(char*) const override {}
  void Save(const char* state, ByteWriter& out) const override { out.WriteBytes({state, sizeof(State)}); }
  void Load(char* state, ByteReader& in) const override {
    auto bytes = in.ReadBytes(sizeof(State));
    if (bytes.size() == sizeof(State)) std::memcpy(state, bytes.data(), sizeof(State));
  }

 protected:
  static State& At(char* state) { return *reinterpret_cast<State*>(state); }
  static const State& At(const char* state) { return *reinterpret_cast<const State*>(state); }
};

// A state that is a pointer to an object of its own, which keeps what it keeps in the same memory: a container of std::pmr, or a class that takes the allocator.
template <typename Object>
class OwnedAggregate : public Aggregate {
 public:
  size_t state_bytes() const override { return sizeof(Object*); }
  void Start(char* state) const override { Pointer(state) = nullptr; }
  void End(char* state) const override {
    if (Pointer(state) != nullptr) Objects().delete_object(Pointer(state));
    Pointer(state) = nullptr;
  }

 protected:
  static Object*& Pointer(char* state) { return *reinterpret_cast<Object**>(state); }
  Object& Get(char* state) const {
    if (Pointer(state) == nullptr) Pointer(state) = Objects().template new_object<Object>();
    return *Pointer(state);
  }
  static const Object* Peek(const char* state) { return *reinterpret_cast<Object* const*>(state); }

 private:
  std::pmr::polymorphic_allocator<> Objects() const { return {memory_}; }
};

// Families of aggregates; absent where the function is none of theirs.
std::unique_ptr<Aggregate> MakeCollecting(const AggregateCall& call, const data::Type& argument, bool retracts);
std::unique_ptr<Aggregate> MakeStatistic(const AggregateCall& call);
std::unique_ptr<Aggregate> MakeBitmap(const AggregateCall& call, bool retracts);

}  // namespace freshet::stream
