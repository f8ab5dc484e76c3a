#include "engines/stream/job/loading.h"

#include <algorithm>

#include "engines/stream/job/carried.h"
#include "engines/stream/state/snapshot_part.h"

namespace freshet::stream {

Loading::Loading(std::vector<Pipeline*> parts) : parts_(std::move(parts)) {
  for (const Pipeline* part : parts_) names_before_.merge(NamesBefore(part->operators()));
}

std::string Loading::NameOf(std::string_view signature) {
  auto before = names_before_.find(std::string(signature));
  if (before == names_before_.end()) return std::string(signature);
  loaded_.renamed = true;
  return before->second;
}

bool Loading::OfVersion1() const { return waiting_.starts_with(std::string_view("FSTS\1\0", 6)); }

Status Loading::Take(std::string_view bytes) {
  waiting_ += bytes;
  if (OfVersion1()) return {};
  std::string_view left = waiting_;
  while (!left.empty()) {
    ASSIGN_OR_RETURN(auto body, TakePart(&left));
    if (!body.has_value()) break;
    RETURN_NOT_OK(TakePartOf(*body));
  }
  waiting_.erase(0, waiting_.size() - left.size());
  return {};
}

Status Loading::TakePartOf(std::string_view body) {
  ASSIGN_OR_RETURN(PartView part, ReadPart(body));
  for (const auto& op : part.operators) {
    std::string signature = NameOf(op.signature);
    loaded_.known.operators[signature].whole = op.whole;
    for (Pipeline* pipeline : parts_) RETURN_NOT_OK(pipeline->LoadEntries(signature, op.entries));
    if (Knows(signature)) continue;
    RETURN_NOT_OK(ForEachEntry(op.entries, [&](int group, std::string_view id, std::optional<std::string_view> rest) {
      std::string key = StrCat(group, " ", id);
      if (rest.has_value()) unclaimed_[signature].insert(std::move(key));
      else unclaimed_[signature].erase(key);
      return Status();
    }));
  }
  loaded_.known.sources.clear();
  for (const auto& [signature, position] : part.sources) loaded_.known.sources[NameOf(signature)] = position;
  return {};
}

bool Loading::Knows(const std::string& signature) const {
  return std::any_of(parts_.begin(), parts_.end(), [&](const Pipeline* part) { return part->Knows(signature); });
}

Result<Loading::Loaded> Loading::End() {
  if (OfVersion1()) return EndVersion1();
  if (!waiting_.empty()) return Fault::Corrupt("snapshot: a part is cut off");
  for (Pipeline* part : parts_) RETURN_NOT_OK(part->EndLoad(loaded_.known));
  for (const auto& [signature, ids] : unclaimed_) {
    if (!ids.empty()) loaded_.unclaimed.push_back(signature);
  }
  return std::move(loaded_);
}

Result<Loading::Loaded> Loading::EndVersion1() {
  ASSIGN_OR_RETURN(loaded_.known, Snapshot::Decode(waiting_));
  waiting_ = {};
  loaded_.renamed = Rename(loaded_.known, names_before_);
  for (Pipeline* part : parts_) RETURN_NOT_OK(part->Load(loaded_.known));
  for (auto& [signature, state] : loaded_.known.operators) {
    bool holds = std::any_of(state.groups.begin(), state.groups.end(), [](const auto& group) { return !group.empty(); });
    if (holds && !Knows(signature)) loaded_.unclaimed.push_back(signature);
    state.groups = {};
  }
  return std::move(loaded_);
}

}  // namespace freshet::stream
