#include "engines/stream/operators/retractable_list.h"

#include <algorithm>
#include <deque>

#include "engines/stream/state/keys.h"
#include "engines/stream/state/rows.h"

namespace freshet::stream {
namespace {

using data::ColumnBuilder;
using Values = std::deque<std::string>;  // as AppendKey writes them

class RetractableList final : public Aggregate {
 public:
  RetractableList(ListOutput output, std::string separator) : output_(output), separator_(std::move(separator)) {}

  size_t state_bytes() const override { return sizeof(Values*); }
  void Start(char* state) const override { At(state) = nullptr; }
  void End(char* state) const override {
    delete At(state);
    At(state) = nullptr;
  }

  void Update(const AggregateInput& in) const override {
    in.rows.ForEach([&](uint32_t row) {
      int r = static_cast<int>(row);
      if (in.argument->IsNull(r)) return;
      std::string value;
      AppendKey(value, *in.argument, r);
      Values& values = Get(in.states[row]);
      if (in.Added(row)) return values.push_back(std::move(value));
      auto found = std::find(values.begin(), values.end(), value);
      if (found != values.end()) values.erase(found);
    });
  }

  void Merge(char* into, const char* from) const override {  // slices are merged oldest first
    if (Peek(from) == nullptr) return;
    Values& values = Get(into);
    values.insert(values.end(), Peek(from)->begin(), Peek(from)->end());
  }

  void Output(const char* state, ColumnBuilder& out) const override {
    if (Peek(state) == nullptr || Peek(state)->empty()) return out.AppendNull();
    const Values& values = *Peek(state);
    if (output_ == ListOutput::kText) return out.AppendString(Joined(values));
    std::string_view bytes = output_ == ListOutput::kFirst ? values.front() : values.back();
    AppendFromKey(out, &bytes);
  }

  void Save(const char* state, ByteWriter& out) const override {
    out.WriteVarUint64(Peek(state) == nullptr ? 0 : Peek(state)->size());
    if (Peek(state) == nullptr) return;
    for (const auto& value : *Peek(state)) WriteBytes(out, value);
  }
  void Load(char* state, ByteReader& in) const override {
    uint64_t count = in.ReadVarUint64();
    for (uint64_t i = 0; i < count && in.ok(); ++i) Get(state).emplace_back(ReadBytes(in));
  }

 private:
  static Values*& At(char* state) { return *reinterpret_cast<Values**>(state); }
  static Values& Get(char* state) {
    if (At(state) == nullptr) At(state) = new Values();
    return *At(state);
  }
  static const Values* Peek(const char* state) { return *reinterpret_cast<Values* const*>(state); }

  std::string Joined(const Values& values) const {
    ColumnBuilder texts(data::Type::String(), static_cast<int>(values.size()));
    for (const auto& value : values) {
      std::string_view bytes = value;
      AppendFromKey(texts, &bytes);
    }
    auto column = texts.Finish();
    std::string all;
    for (int i = 0; i < static_cast<int>(values.size()); ++i) {
      if (i > 0) all += separator_;
      all += column->String(i);
    }
    return all;
  }

  ListOutput output_;
  std::string separator_;
};

}  // namespace

std::unique_ptr<Aggregate> MakeRetractableList(ListOutput output, const std::string& separator) { return std::make_unique<RetractableList>(output, separator); }

}  // namespace freshet::stream
