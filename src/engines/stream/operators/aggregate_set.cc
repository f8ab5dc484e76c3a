#include <algorithm>

#include "engines/stream/operators/aggregate.h"
#include "engines/stream/state/seen_values.h"

// Several aggregates over one payload. DISTINCT calls over one column share the values that they have seen, where nothing is taken back.

namespace freshet::stream {

using data::Column;
using data::ColumnBuilder;
using data::Type;

Result<AggregateSet> AggregateSet::Make(const std::vector<AggregateCall>& calls, const std::vector<Type>& input_types, bool retracts) {
  AggregateSet set;
  for (const auto& call : calls) {
    bool shares = call.distinct && !call.args.empty() && !retracts && call.function != "MIN" && call.function != "MAX";
    AggregateCall own = call;
    own.distinct = call.distinct && !shares;
    ASSIGN_OR_RETURN(auto aggregate, MakeAggregate(own, input_types, retracts));
    size_t offset = (set.stride_ + 15) / 16 * 16;
    set.stride_ = offset + aggregate->state_bytes();
    set.members_.push_back({call, std::move(aggregate), offset});
    if (shares) set.ShareDistinct(set.members_.size() - 1, input_types[static_cast<size_t>(call.args[0])]);
  }
  for (auto& distinct : set.distincts_) {
    distinct.offset = (set.stride_ + 15) / 16 * 16;
    set.stride_ = distinct.offset + sizeof(SeenValues*);
  }
  set.stride_ = (set.stride_ + 15) / 16 * 16;
  return set;
}

void AggregateSet::ShareDistinct(size_t member, const Type& argument) {
  constexpr size_t kMostCalls = 32;
  Member& own = members_[member];
  int column = own.call.args[0];
  bool nulls = own.call.function == "ARRAY_AGG";
  bool in_order = own.call.function != "COUNT" && own.call.function != "SUM" && own.call.function != "AVG";
  auto shares = [&](const DistinctArgument& d) { return d.column == column && !d.in_order && !in_order && d.members.size() < kMostCalls; };
  auto at = static_cast<size_t>(std::find_if(distincts_.begin(), distincts_.end(), shares) - distincts_.begin());
  if (at == distincts_.size()) distincts_.push_back({column, argument, nulls, in_order, {}, 0});
  own.distinct = static_cast<int>(at);
  own.bit = uint32_t{1} << distincts_[at].members.size();
  distincts_[at].members.push_back(member);
}

namespace {

SeenValues*& SeenAt(char* payload, size_t offset) { return *reinterpret_cast<SeenValues**>(payload + offset); }
const SeenValues* SeenAt(const char* payload, size_t offset) { return *reinterpret_cast<SeenValues* const*>(payload + offset); }

}  // namespace

void AggregateSet::UseMemory(std::pmr::memory_resource* memory) {
  memory_ = memory;
  for (const auto& member : members_) member.aggregate->UseMemory(memory);
}

SeenValues& AggregateSet::SeenIn(char* payload, const DistinctArgument& distinct) const {
  SeenValues*& seen = SeenAt(payload, distinct.offset);
  if (seen == nullptr) seen = std::pmr::polymorphic_allocator<>(memory_).new_object<SeenValues>(distinct.type, distinct.in_order, memory_);
  return *seen;
}

void AggregateSet::Start(char* payload) const {
  *reinterpret_cast<int64_t*>(payload) = 0;
  for (const auto& member : members_) member.aggregate->Start(payload + member.offset);
  for (const auto& distinct : distincts_) SeenAt(payload, distinct.offset) = nullptr;
}

void AggregateSet::End(char* payload) const {
  for (const auto& member : members_) member.aggregate->End(payload + member.offset);
  for (const auto& distinct : distincts_) {
    if (SeenAt(payload, distinct.offset) != nullptr) std::pmr::polymorphic_allocator<>(memory_).delete_object(SeenAt(payload, distinct.offset));
  }
}

bool AggregateSet::Passes(const Member& member, const data::Batch& batch, uint32_t row) const {
  if (member.call.filter < 0) return true;
  const Column& condition = *batch.column(member.call.filter);
  auto r = static_cast<int>(row);
  return !condition.IsNull(r) && condition.Value<int8_t>(r) != 0;
}

void AggregateSet::Update(const data::Batch& batch, data::Selection rows, char* const* payloads) const {
  if (rows.count == 0) return;
  const int8_t* ops = batch.ops();
  rows.ForEach([&](uint32_t row) {
    bool added = ops == nullptr || data::IsAdded(static_cast<data::RowKind>(ops[row]));
    *reinterpret_cast<int64_t*>(payloads[row]) += added ? 1 : -1;
  });
  auto states = std::make_unique_for_overwrite<char*[]>(static_cast<size_t>(batch.length()));
  std::vector<uint16_t> passed;
  for (const auto& member : members_) {
    if (member.distinct >= 0) continue;
    data::Selection counted = rows;
    if (member.call.filter >= 0) {
      passed.clear();
      rows.ForEach([&](uint32_t row) {
        if (Passes(member, batch, row)) passed.push_back(static_cast<uint16_t>(row));
      });
      counted = {passed.data(), static_cast<int>(passed.size())};
    }
    counted.ForEach([&](uint32_t row) { states[row] = payloads[row] + member.offset; });
    const Column* argument = member.call.args.empty() ? nullptr : batch.column(member.call.args[0]).get();
    member.aggregate->Update({counted, argument, ops, states.get()});
  }
  for (const auto& distinct : distincts_) UpdateDistinct(distinct, batch, rows, payloads, states.get());
}

// Each row asks once, for all the calls whose filter it passes, what of its value is new to them.
void AggregateSet::UpdateDistinct(const DistinctArgument& distinct, const data::Batch& batch, data::Selection rows, char* const* payloads, char** states) const {
  const Column& argument = *batch.column(distinct.column);
  std::vector<std::vector<uint16_t>> fresh(distinct.members.size());
  rows.ForEach([&](uint32_t row) {
    auto r = static_cast<int>(row);
    if (!distinct.nulls && argument.IsNull(r)) return;
    uint32_t asking = 0;
    for (size_t m : distinct.members) asking |= Passes(members_[m], batch, row) ? members_[m].bit : 0;
    if (asking == 0) return;
    uint32_t now = SeenIn(payloads[row], distinct).Add(argument, r, asking);
    for (; now != 0; now &= now - 1) fresh[static_cast<size_t>(std::countr_zero(now))].push_back(static_cast<uint16_t>(row));
  });
  for (size_t i = 0; i < fresh.size(); ++i) {
    const Member& member = members_[distinct.members[i]];
    for (uint16_t row : fresh[i]) states[row] = payloads[row] + member.offset;
    member.aggregate->Update({{fresh[i].data(), static_cast<int>(fresh[i].size())}, &argument, nullptr, states});
  }
}

void AggregateSet::Merge(char* into, const char* from) const {
  *reinterpret_cast<int64_t*>(into) += Rows(from);
  for (const auto& member : members_) {
    if (member.distinct < 0) member.aggregate->Merge(into + member.offset, from + member.offset);
  }
  for (const auto& distinct : distincts_) MergeDistinct(distinct, into, from);
}

void AggregateSet::MergeDistinct(const DistinctArgument& distinct, char* into, const char* from) const {
  const SeenValues* other = SeenAt(from, distinct.offset);
  if (other == nullptr) return;
  SeenValues& own = SeenIn(into, distinct);
  other->ForEach([&](std::string_view key, uint32_t calls) {
    uint32_t now = own.AddKey(key, calls);
    if (now == 0) return;
    ColumnBuilder one(distinct.type.WithNullable(true), 1);
    AppendFromKey(one, &key);
    auto column = one.Finish();
    for (; now != 0; now &= now - 1) {
      const Member& member = members_[distinct.members[static_cast<size_t>(std::countr_zero(now))]];
      char* state = into + member.offset;
      member.aggregate->Update({{nullptr, 1}, column.get(), nullptr, &state});
    }
  });
}

void AggregateSet::Output(const char* payload, data::BatchBuilder& out, int first_column) const {
  for (size_t i = 0; i < members_.size(); ++i) OutputCall(payload, i, out.column(first_column + static_cast<int>(i)));
}

// A DISTINCT call is written as one with values of its own: the number of values and one, each with a count, and then what they come to.
void AggregateSet::SaveSeen(const Member& member, const char* payload, ByteWriter& out) const {
  const SeenValues* seen = SeenAt(payload, distincts_[static_cast<size_t>(member.distinct)].offset);
  uint64_t values = 0;
  auto each = [&](auto visit) {
    if (seen == nullptr) return;
    seen->ForEach([&](std::string_view key, uint32_t calls) {
      if ((calls & member.bit) != 0) visit(key);
    });
  };
  each([&](std::string_view) { ++values; });
  out.WriteVarUint64(values == 0 ? 0 : values + 1);
  if (values == 0) return;
  each([&](std::string_view key) {
    out.WriteVarUint64(key.size());
    out.WriteBytes(key);
    out.WriteVarInt64(1);
  });
  member.aggregate->Save(payload + member.offset, out);
}

void AggregateSet::LoadSeen(const Member& member, char* payload, ByteReader& in) const {
  const DistinctArgument& distinct = distincts_[static_cast<size_t>(member.distinct)];
  uint64_t values = in.ReadVarUint64();
  if (values == 0) return;
  for (uint64_t i = 1; i < values && in.ok(); ++i) {
    std::string_view key = in.ReadBytes(in.ReadVarUint64());
    in.ReadVarInt64();
    bool whole = !key.empty() && (key[0] != '\0' || key.size() > 1);
    if (whole) SeenIn(payload, distinct).AddKey(key, member.bit);
    else in.Fail();
  }
  if (in.ok()) member.aggregate->Load(payload + member.offset, in);
}

void AggregateSet::Save(const char* payload, ByteWriter& out) const {
  out.WriteVarInt64(Rows(payload));
  for (const auto& member : members_) {
    if (member.distinct >= 0) SaveSeen(member, payload, out);
    else member.aggregate->Save(payload + member.offset, out);
  }
}

void AggregateSet::Load(char* payload, ByteReader& in) const {
  *reinterpret_cast<int64_t*>(payload) = in.ReadVarInt64();
  for (const auto& member : members_) {
    if (member.distinct >= 0) LoadSeen(member, payload, in);
    else member.aggregate->Load(payload + member.offset, in);
  }
}

}  // namespace freshet::stream
