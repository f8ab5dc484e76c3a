#include "engines/stream/job/carried.h"

#include <algorithm>

namespace freshet::stream {
namespace {

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

}  // namespace

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

std::map<std::string, std::string> NamesBefore(const std::vector<Pipeline::OperatorPart>& operators) {
  std::map<std::string, std::string> names;
  for (const auto& op : operators) {
    std::string_view asked = std::string_view(op.signature).substr(Signature(*op.node).size());
    std::string before = StrCat(SignatureWithoutTypes(*op.node), asked);
    if (before != op.signature) names[before] = op.signature;
  }
  return names;
}

bool Rename(Snapshot& last, const std::map<std::string, std::string>& names_before) {
  bool renamed = false;
  for (const auto& [before, now] : names_before) {
    if (auto op = last.operators.extract(before); !op.empty()) {
      op.key() = now;
      last.operators.insert(std::move(op));
      renamed = true;
    }
    if (auto source = last.sources.extract(before); !source.empty()) {
      source.key() = now;
      last.sources.insert(std::move(source));
      renamed = true;
    }
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
