#include "engines/stream/job/carried.h"

#include <algorithm>

namespace freshet::stream {
namespace {

constexpr char kAskedByRow = 'w';  // see Pipeline::AskedOf
constexpr std::string_view kHints = "], options=[";

// Two uses of one table with other options are two tables.
std::string_view HintsText(std::string_view signature) {
  size_t at = signature.rfind(kHints);
  return at == std::string_view::npos ? std::string_view() : signature.substr(at, signature.rfind(')') - at);
}

bool IsSameReading(std::string_view a, std::string_view b) { return TableText(a) == TableText(b) && HintsText(a) == HintsText(b); }

// Whether what the source feeds may miss what came before.
bool GoesOn(const std::string& source, const std::vector<Pipeline::OperatorPart>& operators, const Snapshot& last) {
  bool written = false;
  for (const auto& op : operators) {
    bool fed = std::find(op.sources.begin(), op.sources.end(), source) != op.sources.end();
    if (!fed) continue;
    if (HoldsState(*op.node) || IsUpsertSource(*op.node)) return false;
    written = written || (std::holds_alternative<SinkSpec>(op.node->spec) && WroteTo(last, *op.node));
  }
  return written;
}

void AddBelow(const Node& node, std::set<std::string>& signatures) {
  for (const auto& input : node.inputs) {
    if (signatures.insert(Signature(*input)).second) AddBelow(*input, signatures);
  }
}

std::set<std::string> BelowWindowJoins(const std::vector<Pipeline::OperatorPart>& operators) {
  std::set<std::string> signatures;
  for (const auto& op : operators) {
    if (IsWindowJoin(*op.node)) AddBelow(*op.node, signatures);
  }
  return signatures;
}

// What may stand behind a name's text. Window joins ask what is below them for the time of each row since decision 0370.
std::vector<std::string_view> AskedBefore(std::string_view asked, bool below_window_join) {
  std::vector<std::string_view> all{asked};
  if (below_window_join && asked.ends_with(kAskedByRow)) all.push_back(asked.substr(0, asked.size() - 1));
  return all;
}

}  // namespace

bool IsWindowJoin(const Node& node) {
  const auto* join = std::get_if<JoinSpec>(&node.spec);
  return join != nullptr && join->expiry == JoinSpec::Expiry::kWindow;
}

bool HoldsState(const Node& node) {
  if (const auto* join = std::get_if<JoinSpec>(&node.spec)) return join->expiry != JoinSpec::Expiry::kLookup;
  const Spec& spec = node.spec;
  return std::holds_alternative<AggregateSpec>(spec) || std::holds_alternative<WindowAggregateSpec>(spec) || std::holds_alternative<SliceAggregateSpec>(spec) || std::holds_alternative<SessionAggregateSpec>(spec) ||
         std::holds_alternative<OverSpec>(spec) || std::holds_alternative<RankSpec>(spec) || std::holds_alternative<StandingSpec>(spec) || std::holds_alternative<MatchSpec>(spec);
}

bool IsUpsertSource(const Node& node) {
  const auto* source = std::get_if<SourceSpec>(&node.spec);
  return source != nullptr && source->table->connector() == "upsert-kafka";
}

NewNames NamesBefore(const std::vector<Pipeline::OperatorPart>& operators, const std::set<std::string>& known) {
  NewNames names;
  const std::set<std::string> below = known.empty() ? std::set<std::string>() : BelowWindowJoins(operators);
  for (const auto& op : operators) {
    if (known.contains(op.signature)) continue;
    std::string signature = Signature(*op.node);
    for (std::string_view asked : AskedBefore(std::string_view(op.signature).substr(signature.size()), below.contains(signature))) {
      for (const std::string& text : {signature, SignatureUnmarked(*op.node), SignatureWithoutTypes(*op.node)}) {
        std::string before = StrCat(text, asked);
        std::vector<std::string>& now = names[before];
        bool is_new = before != op.signature && std::find(now.begin(), now.end(), op.signature) == now.end();
        if (is_new) now.push_back(op.signature);
        if (now.empty()) names.erase(before);
      }
    }
  }
  return names;
}

std::set<std::string> NamesIn(const Snapshot& snapshot) {
  std::set<std::string> names;
  for (const auto& [name, state] : snapshot.operators) names.insert(name);
  for (const auto& [name, position] : snapshot.sources) names.insert(name);
  return names;
}

bool Rename(Snapshot& last, const std::vector<Pipeline::OperatorPart>& operators) {
  auto has = [&operators](const std::string& name) { return std::any_of(operators.begin(), operators.end(), [&](const auto& op) { return op.signature == name; }); };
  auto rename = [&has](auto& map, const std::string& before, const std::vector<std::string>& all_now) {
    auto found = map.find(before);
    if (found == map.end()) return false;
    for (const auto& now : all_now) map.insert({now, found->second});
    if (!has(before)) map.erase(found);
    return true;
  };
  bool renamed = false;
  for (const auto& [before, now] : NamesBefore(operators, NamesIn(last))) {
    renamed |= rename(last.operators, before, now);
    renamed |= rename(last.sources, before, now);
  }
  return renamed;
}

std::string_view TableText(std::string_view signature) {
  constexpr std::string_view kColumns = ", columns=[";
  size_t at = signature.find(kColumns);
  return at == std::string_view::npos ? signature : signature.substr(0, at + kColumns.size());
}

bool WasRead(const Snapshot& last, std::string_view signature) {
  return std::any_of(last.sources.begin(), last.sources.end(), [&](const auto& known) { return IsSameReading(known.first, signature); });
}

bool WasReadOtherwise(const Snapshot& last, std::string_view signature) {
  return std::any_of(last.sources.begin(), last.sources.end(), [&](const auto& known) { return TableText(known.first) == TableText(signature) && !IsSameReading(known.first, signature); });
}

std::optional<std::string> PlaceOfTable(const Snapshot& last, std::string_view signature) {
  std::optional<std::string> place;
  for (const auto& [known, position] : last.sources) {
    if (!IsSameReading(known, signature)) continue;
    if (place && *place != position) return std::nullopt;
    place = position;
  }
  return place;
}

bool WroteTo(const Snapshot& last, const Node& sink) {
  std::string begin = NodeText(sink) + "<";
  auto first = last.operators.lower_bound(begin);
  return first != last.operators.end() && first->first.starts_with(begin);
}

bool IsNewlyJudged(const Snapshot& last, const Node& sink) {
  bool judged = !sink.inputs.empty() && std::holds_alternative<StandingSpec>(sink.inputs[0]->spec);
  if (!judged || last.operators.contains(Signature(sink))) return false;
  auto without = MakeNode(sink.spec, sink.inputs[0]->inputs, sink.columns);
  return last.operators.contains(Signature(*without)) || last.operators.contains(SignatureWithoutTypes(*without));
}

std::map<std::string, std::string> CarriedPositions(const std::vector<Pipeline::OperatorPart>& operators, const Snapshot& last) {
  std::map<std::string, std::string> carried;
  for (const auto& op : operators) {
    bool is_new = std::holds_alternative<SourceSpec>(op.node->spec) && !last.sources.contains(op.signature);
    if (!is_new || !GoesOn(op.signature, operators, last)) continue;
    if (auto place = PlaceOfTable(last, op.signature)) carried[op.signature] = *place;
  }
  return carried;
}

}  // namespace freshet::stream
