#include "app/commands/change_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "data/json_tree.h"

namespace freshet::app {
namespace {

constexpr std::string_view kFates[] = {"kept", "rebuilt", "lost", "changed"};

std::string CostOf(const ports::PartChange& part) {
  std::string out;
  if (part.state_bytes > 0) out += StrCat("; ", part.state_bytes, " bytes of state", part.fate == ports::Fate::kKept ? "" : " are let go");
  if (part.records > 0) out += StrCat("; ", part.records, " records, about ", part.bytes, " bytes");
  return out;
}

}  // namespace

Result<ports::PipelineChange> ReadChange(const std::string& body) {
  auto json = data::ParseJson<nlohmann::json>(body);
  bool fine = json.is_object() && json.contains("parts") && json["parts"].is_array();
  if (!fine) return Fault::Invalid("the house answers nothing that this program understands; are both of one version?");
  ports::PipelineChange change{.pipeline = json.value("pipeline", ""), .epoch = json.value("epoch", int64_t{0}), .parts = {}, .lets_go = json.value("lets_go", false), .refusal = json.value("refusal", "")};
  if (json.contains("known")) change.known = json["known"].get<std::vector<std::string>>();
  for (const auto& part : json["parts"]) {
    if (!part.is_object()) continue;
    const auto* fate = std::find(std::begin(kFates), std::end(kFates), part.value("fate", "lost"));
    if (fate == std::end(kFates)) return Fault::Invalid("the house says of a part that it is '", part.value("fate", ""), "', which this program does not understand; are both of one version?");
    change.parts.push_back({static_cast<ports::Fate>(fate - std::begin(kFates)), part.value("part", ""), part.value("reason", ""), part.value("state_bytes", int64_t{0}), part.value("records", int64_t{0}), part.value("bytes", int64_t{0})});
  }
  return change;
}

std::string PartsText(const ports::PipelineChange& change) {
  std::string out;
  for (const auto& part : change.parts) {
    std::string fate(kFates[static_cast<size_t>(part.fate)]);
    fate.resize(8, ' ');
    out += StrCat("  ", fate, " ", part.part, "\n           ", part.reason, CostOf(part), "\n");
  }
  if (!change.refusal.empty()) out += StrCat("  freshet apply refuses: ", change.refusal, "\n");
  return out;
}

}  // namespace freshet::app
