#include "engines/stream/job/loading.h"

#include <algorithm>

#include "engines/stream/job/carried.h"
#include "engines/stream/state/snapshot_part.h"

namespace freshet::stream {

Loading::Loading(std::vector<Pipeline*> parts) : parts_(std::move(parts)) {
  for (const Pipeline* part : parts_) {
    for (auto& op : part->operators()) operators_.push_back(std::move(op));
  }
  is_doubtful_ = std::any_of(operators_.begin(), operators_.end(), [](const auto& op) { return IsApart(*op.node) || IsWindowJoin(*op.node); });
  if (is_doubtful_) doubtful_names_ = NamesBefore(operators_, {""});
  else names_before_ = NamesBefore(operators_, {});
}

Loading::Loading(std::vector<Pipeline*> parts, const std::set<std::string>& names) : Loading(std::move(parts)) {
  is_doubtful_ = false;
  names_before_ = NamesBefore(operators_, names);
}

std::vector<std::string> Loading::NamesOf(std::string_view signature) {
  std::string own(signature);
  auto before = names_before_.find(own);
  if (before == names_before_.end()) return {std::move(own)};
  loaded_.renamed = true;
  std::vector<std::string> names = before->second;
  if (Knows(own)) names.push_back(std::move(own));
  return names;
}

bool Loading::OfVersion1() const { return waiting_.starts_with(std::string_view("FSTS\1\0", 6)); }

Status Loading::ForEachPart(std::string& waiting, std::string_view bytes, const std::function<Status(const PartView& part)>& take) {
  waiting += bytes;
  std::string_view left = waiting;
  while (!left.empty()) {
    ASSIGN_OR_RETURN(auto body, TakePart(&left));
    if (!body.has_value()) break;
    ASSIGN_OR_RETURN(PartView part, ReadPart(*body));
    RETURN_NOT_OK(take(part));
  }
  waiting.erase(0, waiting.size() - left.size());
  return {};
}

void Loading::NoteNames(const PartView& part) {
  for (const auto& op : part.operators) {
    bool is_new = seen_.emplace(op.signature).second;
    if (is_new) mistaken_ |= doubtful_names_.contains(std::string(op.signature)) && !Knows(std::string(op.signature));
  }
  for (const auto& [signature, position] : part.sources) seen_.emplace(signature);
}

bool Loading::was_mistaken() const {
  if (!is_doubtful_ || seen_.empty()) return false;
  NewNames before = NamesBefore(operators_, seen_);
  return std::any_of(before.begin(), before.end(), [this](const auto& name) { return seen_.contains(name.first); });
}

Status Loading::Look(std::string_view bytes) {
  bool of_version_1 = bytes.starts_with(std::string_view("FSTS\1\0", 6));
  if (of_version_1) return {};  // it is decoded whole
  std::string rest;
  RETURN_NOT_OK(ForEachPart(rest, bytes, [this](const PartView& part) {
    NoteNames(part);
    return Status();
  }));
  is_doubtful_ = mistaken_ = false;
  names_before_ = NamesBefore(operators_, seen_);
  return {};
}

Status Loading::TakeAll(std::string_view bytes) {
  if (is_doubtful_) RETURN_NOT_OK(Look(bytes));
  return Take(bytes);
}

Status Loading::Take(std::string_view bytes) {
  if (waiting_.empty() || OfVersion1()) {  // which of them it is stands in front
    waiting_ += bytes;
    bytes = {};
  }
  if (OfVersion1()) return {};
  return ForEachPart(waiting_, bytes, [this](const PartView& part) { return TakePartOf(part); });
}

Status Loading::TakePartOf(const PartView& part) {
  if (is_doubtful_) NoteNames(part);
  if (mistaken_) return {};
  for (const auto& op : part.operators) {
    for (const auto& signature : NamesOf(op.signature)) RETURN_NOT_OK(TakeAs(signature, op));
  }
  loaded_.known.sources.clear();
  for (const auto& [signature, position] : part.sources) {
    for (auto& name : NamesOf(signature)) loaded_.known.sources[std::move(name)] = position;
  }
  return {};
}

Status Loading::TakeAs(const std::string& signature, const PartView::Operator& op) {
  loaded_.known.operators[signature].whole = op.whole;
  for (Pipeline* pipeline : parts_) RETURN_NOT_OK(pipeline->LoadEntries(signature, op.entries));
  if (Knows(signature)) return {};
  return ForEachEntry(op.entries, [&](int group, std::string_view id, std::optional<std::string_view> rest) {
    std::string key = StrCat(group, " ", id);
    if (rest.has_value()) unclaimed_[signature].insert(std::move(key));
    else unclaimed_[signature].erase(key);
    return Status();
  });
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
  loaded_.renamed = Rename(loaded_.known, operators_);
  for (Pipeline* part : parts_) RETURN_NOT_OK(part->Load(loaded_.known));
  for (auto& [signature, state] : loaded_.known.operators) {
    bool holds = std::any_of(state.groups.begin(), state.groups.end(), [](const auto& group) { return !group.empty(); });
    if (holds && !Knows(signature)) loaded_.unclaimed.push_back(signature);
    state.groups = {};
  }
  return std::move(loaded_);
}

}  // namespace freshet::stream
