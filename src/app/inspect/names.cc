#include "app/inspect/names.h"

namespace freshet::app {
namespace {

std::string NameOf(const std::map<Uuid, std::string>& names, const Uuid& id, std::string_view what) {
  auto found = names.find(id);
  return found == names.end() ? StrCat(what, " ", id) : StrCat(what, " '", found->second, "'");
}

}  // namespace

// A topic that is gone keeps its name here: its last records may still stand in the journal.
void Names::Learn(const catalog::Change& change) {
  if (change.kind == catalog::Change::Kind::kTopicPut) topics_[change.topic.id] = change.topic.name;
}

std::string Names::Topic(const Uuid& id) const { return NameOf(topics_, id, "topic"); }
std::string Names::Partition(const data::PartitionKey& key) const { return StrCat(Topic(key.topic), " partition ", key.partition); }
std::string Names::Pipeline(const Uuid& id) const { return NameOf(pipelines_, id, "pipeline"); }

std::string Names::Owner(const data::StreamId& stream) const {
  switch (stream.kind) {
    case data::StreamKind::kPartition: return Partition(stream.key());
    case data::StreamKind::kPipeline: return Pipeline(stream.id);
    case data::StreamKind::kCatalog: return "the catalog";
  }
  return StrCat("a stream of kind ", static_cast<int>(stream.kind));
}

}  // namespace freshet::app
