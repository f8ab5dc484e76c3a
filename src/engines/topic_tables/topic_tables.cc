#include "engines/topic_tables/topic_tables.h"

#include "engines/topic_tables/topic_sink.h"
#include "engines/topic_tables/topic_source.h"

namespace freshet::topic_tables {

Task<ports::Topics::Ref> TopicNamed(ports::Topics& topics, Ctx ctx, std::string name, bool create, Keep keep) {
  auto topic = topics.Find(name);
  if (topic != nullptr) co_return topic;
  if (!create) co_return Fault::NotFound("topic '", name, "' does not exist; create it, or produce to it, first");
  ports::TopicSpec spec;
  spec.name = name;
  if (keep != Keep::kAsUsual) spec.configs["retention.ms"] = "-1";
  if (keep == Keep::kNewestOfKey) spec.configs["cleanup.policy"] = "compact";
  auto creating = topics.Create(ctx, spec, false);
  auto created = co_await creating;
  if (!created.ok() && created.code() != Code::kAlreadyExists) co_return created;
  topic = topics.Find(name);
  if (topic == nullptr) co_return Fault::Unavailable("topic '", name, "' was deleted while it was opened; try again");
  co_return topic;
}

namespace {

// A table that is only written need not say where reading begins, so this is asked of what is read.
Status CheckGroup(const TopicOptions& options, const ports::TableRequest& table) {
  if (options.begin != Edge::kGroup && options.end != Edge::kGroup) return {};
  if (options.group.empty()) {
    return Fault::Invalid("table ", table.name, ": ", options.begin == Edge::kGroup ? "scan.startup.mode 'group-offsets', the default," : "scan.bounded.mode 'group-offsets'",
                          " needs the option 'properties.group.id'; or say where reading begins and ends, as earliest-offset, latest-offset, timestamp or specific-offsets");
  }
  return {};
}

}  // namespace

Status TopicTables::Check(const ports::TableRequest& table, ports::TableUse use) const {
  if (use == ports::TableUse::kLookUp) return Fault::Unsupported("table ", table.name, ": topics cannot be looked up by key; bind the topic to a feature view and look that up");
  ASSIGN_OR_RETURN(auto options, ReadTopicOptions(table));
  if (use == ports::TableUse::kRead) {
    RETURN_NOT_OK(CheckGroup(options, table));
    return RecordRows::Open(options, table).status();
  }
  if (options.topics.size() != 1) return Fault::Invalid("table ", table.name, ": rows are written to one topic; 'topic' names ", options.topics.size());
  if (data::IsInternalTopic(options.topics[0])) return Fault::PermissionDenied("table ", table.name, ": topic '", options.topics[0], "' is the house's own; it can be read, not written");
  return TopicSink::Open(env_, log_, topics_, options, table).status();
}

Result<TopicOptions> TopicTables::Checked(const ports::TableRequest& table, ports::TableUse use) const {
  RETURN_NOT_OK(Check(table, use));
  RETURN_NOT_OK(CheckAddress(table, OwnAddresses()));
  return ReadTopicOptions(table);
}

// A job that goes on for ever waits for its topic, so it is made as a client's metadata request would make it; a run
// to the end of what is there has nothing to read, and more likely a name that is wrong.
Task<std::unique_ptr<ports::Source>> TopicTables::OpenSource(Ctx ctx, ports::TableRequest table) {
  auto options = Checked(table, ports::TableUse::kRead);
  if (!options.ok()) co_return options.fault();
  auto rows = RecordRows::Open(*options, table);
  if (!rows.ok()) co_return rows.fault();
  bool create = options_.auto_create_topics && options->end == Edge::kNone;
  ports::Groups* groups = options_.groups ? options_.groups() : nullptr;
  auto source = std::make_unique<TopicSource>(env_, log_, topics_, groups, *options, table, std::move(rows).value(), options_.read_bytes_max, create);
  auto beginning = source->Begin(ctx);
  Status begun = co_await beginning;
  if (!begun.ok()) co_return Fault(begun.fault().code(), begun.fault().blame(), begun.fault().retry(), StrCat("table ", table.name, ": ", begun.fault().message()));
  std::unique_ptr<ports::Source> opened = std::move(source);
  co_return opened;
}

Task<std::unique_ptr<ports::Sink>> TopicTables::OpenSink(Ctx ctx, ports::TableRequest table) {
  auto options = Checked(table, ports::TableUse::kWrite);
  if (!options.ok()) co_return options.fault();
  auto opening = TopicNamed(topics_, ctx, options->topics[0], options_.auto_create_topics, options->upsert ? Keep::kNewestOfKey : Keep::kAsUsual);
  auto topic = co_await opening;
  if (!topic.ok()) co_return Fault(topic.fault().code(), topic.fault().blame(), topic.fault().retry(), StrCat("table ", table.name, ": ", topic.fault().message()));
  auto sink = TopicSink::Open(env_, log_, topics_, *options, table);
  if (!sink.ok()) co_return sink.fault();
  std::unique_ptr<ports::Sink> opened = std::move(sink).value();
  co_return opened;
}

Task<std::unique_ptr<ports::Lookup>> TopicTables::OpenLookup(Ctx, ports::LookupRequest lookup) {
  co_return Check(lookup.table, ports::TableUse::kLookUp);
}

}  // namespace freshet::topic_tables
