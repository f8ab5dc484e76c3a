#include "engines/stream/plan/unique_keys.h"

#include <algorithm>

namespace freshet::stream {
namespace {

using Keys = std::vector<UniqueKey>;

constexpr size_t kKeysMax = 16;  // of a node: joins of joins multiply them

bool IsWithin(const UniqueKey& key, const UniqueKey& columns) { return std::includes(columns.begin(), columns.end(), key.begin(), key.end()); }

bool AnyWithin(const Keys& keys, const UniqueKey& columns) {
  return std::any_of(keys.begin(), keys.end(), [&](const UniqueKey& key) { return IsWithin(key, columns); });
}

UniqueKey SetOf(const std::vector<int>& columns) { return {columns.begin(), columns.end()}; }

UniqueKey FirstColumns(size_t n) {
  UniqueKey key;
  for (size_t c = 0; c < n; ++c) key.insert(static_cast<int>(c));
  return key;
}

// Different values stay different: whole numbers and decimals grow, texts are not cut (nor padded, which makes 'a' of 'a '), times keep their digits.
bool TellsApart(const data::Type& from, const data::Type& to) {
  if (from.SameExceptNull(to)) return true;
  if (from.IsString() && to.kind() == data::Kind::kVarchar) return to.length() >= from.length();
  if (from.IsInteger() && to.IsInteger()) return data::PhysicalWidth(to.physical()) >= data::PhysicalWidth(from.physical());
  bool has_digits = from.kind() == data::Kind::kDecimal || from.IsTimestamp();
  return has_digits && from.kind() == to.kind() && to.precision() - to.scale() >= from.precision() - from.scale() && to.scale() >= from.scale();
}

// The input's column that an expression hands on, with or without a cast that tells its values apart; or -1.
int ColumnOf(const expr::Expr& e) {
  if (e.op == expr::Op::kInput) return e.index;
  bool widens = e.op == expr::Op::kCast && !e.try_cast && TellsApart(e.args[0]->type, e.type);
  return widens ? ColumnOf(*e.args[0]) : -1;
}

// A column may be handed on twice: then each of its places will do.
Keys ThroughProject(const ProjectSpec& project, const Keys& keys) {
  Keys out;
  for (const auto& key : keys) {
    Keys moved{{}};
    for (int column : key) {
      Keys longer;
      for (size_t place = 0; place < project.exprs.size(); ++place) {
        if (ColumnOf(*project.exprs[place]) != column) continue;
        for (UniqueKey one : moved) {
          one.insert(static_cast<int>(place));
          if (longer.size() < kKeysMax) longer.push_back(std::move(one));
        }
      }
      moved = std::move(longer);
    }
    out.insert(out.end(), moved.begin(), moved.end());
  }
  return out;
}

// Where each row of one side meets at most one of the other, that side's keys tell the pairs apart.
Keys OfJoin(const JoinSpec& join, const Node& node) {
  Keys left = UniqueKeys(*node.inputs[0]);
  if (join.kind == JoinKind::kSemi || join.kind == JoinKind::kAnti) return left;
  Keys right = UniqueKeys(*node.inputs[1]);
  bool one_right = join.expiry == JoinSpec::Expiry::kVersion || AnyWithin(right, SetOf(join.right_keys));
  bool one_left = AnyWithin(left, SetOf(join.left_keys));
  bool left_padded = join.kind == JoinKind::kRight || join.kind == JoinKind::kFull, right_padded = join.kind == JoinKind::kLeft || join.kind == JoinKind::kFull;
  auto width = static_cast<int>(node.inputs[0]->columns.size());
  for (auto& key : right) {
    UniqueKey shifted;
    for (int column : key) shifted.insert(column + width);
    key = std::move(shifted);
  }
  auto may_be_null = [&node](const UniqueKey& key, int input, int from) { return std::all_of(key.begin(), key.end(), [&](int c) { return node.inputs[static_cast<size_t>(input)]->columns[static_cast<size_t>(c - from)].type.nullable(); }); };
  Keys out;
  if (one_right && !left_padded) out.insert(out.end(), left.begin(), left.end());
  if (one_left && !right_padded) out.insert(out.end(), right.begin(), right.end());
  for (const auto& l : left) {
    for (const auto& r : right) {
      bool looks_padded = join.kind == JoinKind::kFull && may_be_null(l, 0, 0) && may_be_null(r, 1, width);  // a lone row of either side may be NULL in all of both
      if (looks_padded) continue;
      UniqueKey both = l;
      both.insert(r.begin(), r.end());
      out.push_back(std::move(both));
    }
  }
  return out;
}

Keys OfWindows(size_t keys, const std::vector<std::pair<SliceAggregateSpec::Output, int>>& outputs) {
  using Output = SliceAggregateSpec::Output;
  UniqueKey key;
  std::set<int> shown;
  bool bounded = false;
  for (size_t c = 0; c < outputs.size(); ++c) {
    auto [output, number] = outputs[c];
    if (output == Output::kCall) continue;
    key.insert(static_cast<int>(c));
    if (output == Output::kKey) shown.insert(number);
    bounded |= output != Output::kKey;
  }
  return bounded && shown.size() == keys ? Keys{key} : Keys{};
}

struct KeysOf {
  const Node& node;
  Keys Below() const { return UniqueKeys(*node.inputs[0]); }

  Keys operator()(const SourceSpec& s) const {
    UniqueKey key;
    for (const auto& name : s.table->primary_key) {
      auto at = std::find_if(node.columns.begin(), node.columns.end(), [&](const auto& column) { return column.name == name; });
      if (at == node.columns.end()) return {};
      key.insert(static_cast<int>(at - node.columns.begin()));
    }
    return key.empty() ? Keys{} : Keys{key};
  }
  Keys operator()(const ValuesSpec&) const { return {}; }
  Keys operator()(const FilterSpec&) const { return Below(); }
  Keys operator()(const ProjectSpec& s) const { return ThroughProject(s, Below()); }
  Keys operator()(const WatermarkSpec&) const { return Below(); }
  Keys operator()(const WindowSpec& s) const {
    bool once = s.shape.kind == WindowKind::kTumble || s.shape.kind == WindowKind::kSession;
    return once ? Below() : Keys{};
  }
  Keys operator()(const AggregateSpec& s) const { return {FirstColumns(s.keys.size())}; }
  Keys operator()(const WindowAggregateSpec& s) const { return {FirstColumns(s.keys.size())}; }
  Keys operator()(const SliceAggregateSpec& s) const { return OfWindows(s.keys.size(), s.outputs); }
  Keys operator()(const SessionAggregateSpec& s) const { return s.keeps_rows ? Below() : OfWindows(s.keys.size(), s.outputs); }
  Keys operator()(const UnnestSpec& s) const {
    if (!s.ordinality) return {};
    Keys out = Below();
    for (auto& key : out) key.insert(static_cast<int>(node.columns.size()) - 1);
    return out;
  }
  Keys operator()(const ExpandSpec&) const { return {}; }
  Keys operator()(const UnionSpec&) const { return {}; }
  Keys operator()(const ReplicateSpec&) const { return {}; }
  Keys operator()(const CurrentWatermarkSpec&) const { return Below(); }
  Keys operator()(const ToChangelogSpec&) const { return {}; }
  Keys operator()(const FromChangelogSpec&) const { return {}; }
  Keys operator()(const OverSpec&) const { return Below(); }
  Keys operator()(const RankSpec& s) const {
    Keys out = Below();
    UniqueKey place = SetOf(s.partition);
    if (s.from != s.to && s.with_rank) place.insert(static_cast<int>(node.columns.size()) - 1);
    if (s.from == s.to || s.with_rank) out.push_back(std::move(place));
    return out;
  }
  Keys operator()(const JoinSpec& s) const { return OfJoin(s, node); }
  Keys operator()(const MatchSpec&) const { return {}; }
  Keys operator()(const PredictSpec&) const { return Below(); }
  Keys operator()(const PythonSpec&) const { return Below(); }
  Keys operator()(const ExchangeSpec&) const { return Below(); }
  Keys operator()(const StandingSpec& s) const { return {SetOf(s.keys)}; }
  Keys operator()(const SinkSpec&) const { return Below(); }
};

}  // namespace

bool AreUniqueBy(const Node& node, const UniqueKey& columns) { return AnyWithin(UniqueKeys(node), columns); }

std::vector<UniqueKey> UniqueKeys(const Node& node) {
  Keys keys = std::visit(KeysOf{node}, node.spec);
  if (keys.size() > kKeysMax) keys.resize(kKeysMax);
  return keys;
}

}  // namespace freshet::stream
