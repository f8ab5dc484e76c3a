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

Result<ports::Connector*> TopicTables::Elsewhere(const ports::TableRequest& table) const {
  ASSIGN_OR_RETURN(auto cluster, records::ClusterOf(table, options_.own_addresses ? options_.own_addresses() : std::vector<std::string>()));
  if (cluster == records::Cluster::kThisHouse) return nullptr;
  if (table.replays) return Fault::Unsupported("table ", table.name, ": only topics of this house are read again, not those of '", table.options.at("properties.bootstrap.servers"), "'");
  if (table.since) return Fault::Unsupported("table ", table.name, ": a look at what is new goes to topics of this house only, not to '", table.options.at("properties.bootstrap.servers"), "'; freshet run reads other clusters");
  if (options_.elsewhere != nullptr) return options_.elsewhere;
  return Fault::Unsupported("table ", table.name, ": properties.bootstrap.servers '", table.options.at("properties.bootstrap.servers"), "' is another cluster, which is not reached from here; leave the option out for this house");
}

Status TopicTables::Check(const ports::TableRequest& table, ports::TableUse use) const {
  ASSIGN_OR_RETURN(auto* elsewhere, Elsewhere(table));
  return elsewhere != nullptr ? elsewhere->Check(table, use) : CheckOwn(table, use);
}

Status TopicTables::CheckRegistry(bool needed, const ports::TableRequest& table) const {
  if (needed && table.since) return Fault::Unsupported("table ", table.name, ": a look at what is new asks no schema registry, whose address anybody might give; freshet run reads avro-confluent");
  if (!needed || options_.registry != nullptr) return {};
  return Fault::Unsupported("table ", table.name, ": no schema registry can be asked from here; write avro instead of avro-confluent");
}

// Where reading began must be where it begins again.
Status TopicTables::CheckReplay(const records::TopicOptions& options, const ports::TableRequest& table) const {
  if (!table.replays) return {};
  if (options.end != Edge::kNone) return Fault::Unsupported("table ", table.name, " ends by scan.bounded.mode; only tables without an end are read again beside the pipeline that reads them");
  bool is_known = options.begin != Edge::kLatest && options.begin != Edge::kGroup;
  if (is_known) return {};
  return Fault::Unsupported("table ", table.name, " begins at ", options.begin == Edge::kLatest ? "latest-offset" : "group-offsets", ", and where that was when the pipeline began is not known; say 'scan.startup.mode' = 'earliest-offset' to build from all that is there, or 'timestamp'");
}

Status TopicTables::CheckOwn(const ports::TableRequest& table, ports::TableUse use) const {
  if (use == ports::TableUse::kLookUp) return Fault::Unsupported("table ", table.name, ": topics cannot be looked up by key; bind the topic to a feature view and look that up");
  ASSIGN_OR_RETURN(auto options, records::ReadTopicOptions(table));
  if (use == ports::TableUse::kRead) {
    RETURN_NOT_OK(records::CheckGroup(options, table));
    RETURN_NOT_OK(CheckReplay(options, table));
    ASSIGN_OR_RETURN(auto rows, RecordRows::Open(options, table));
    return CheckRegistry(rows->has_registry(), table);
  }
  RETURN_NOT_OK(records::CheckOneTopic(options, table));
  if (data::IsInternalTopic(options.topics[0])) return Fault::PermissionDenied("table ", table.name, ": topic '", options.topics[0], "' is the house's own; it can be read, not written");
  ASSIGN_OR_RETURN(auto rows, RowRecords::Open(options, table));
  return CheckRegistry(!rows->to_register().empty(), table);
}

Task<std::unique_ptr<ports::Source>> TopicTables::OpenSource(Ctx ctx, ports::TableRequest table) {
  auto elsewhere = Elsewhere(table);
  if (!elsewhere.ok()) co_return elsewhere.fault();
  auto opening = *elsewhere != nullptr ? (*elsewhere)->OpenSource(ctx, std::move(table)) : OpenOwnSource(ctx, std::move(table));
  co_return co_await opening;
}

Task<std::unique_ptr<ports::Sink>> TopicTables::OpenSink(Ctx ctx, ports::TableRequest table) {
  auto elsewhere = Elsewhere(table);
  if (!elsewhere.ok()) co_return elsewhere.fault();
  auto opening = *elsewhere != nullptr ? (*elsewhere)->OpenSink(ctx, std::move(table)) : OpenOwnSink(ctx, std::move(table));
  co_return co_await opening;
}

// A job that goes on for ever waits for its topic, so it is made as a client's metadata request would make it; a run
// to the end of what is there has nothing to read, and more likely a name that is wrong.
Task<std::unique_ptr<ports::Source>> TopicTables::OpenOwnSource(Ctx ctx, ports::TableRequest table) {
  Status checked = CheckOwn(table, ports::TableUse::kRead);
  if (!checked.ok()) co_return checked.fault();
  auto options = records::ReadTopicOptions(table);
  if (!options.ok()) co_return options.fault();
  auto rows = RecordRows::Open(*options, table);
  if (!rows.ok()) co_return rows.fault();
  bool create = options_.auto_create_topics && options->end == Edge::kNone && !table.replays;
  ports::Groups* groups = options_.groups ? options_.groups() : nullptr;
  auto source = std::make_unique<TopicSource>(env_, log_, topics_, groups, dead_letters_, options_.registry, *options, table, std::move(rows).value(), options_.read_bytes_max, create);
  auto beginning = source->Begin(ctx);
  Status begun = co_await beginning;
  if (!begun.ok()) co_return Fault(begun.fault().code(), begun.fault().blame(), begun.fault().retry(), StrCat("table ", table.name, ": ", begun.fault().message()));
  std::unique_ptr<ports::Source> opened = std::move(source);
  co_return opened;
}

Task<std::unique_ptr<ports::Sink>> TopicTables::OpenOwnSink(Ctx ctx, ports::TableRequest table) {
  Status checked = CheckOwn(table, ports::TableUse::kWrite);
  if (!checked.ok()) co_return checked.fault();
  auto options = records::ReadTopicOptions(table);
  if (!options.ok()) co_return options.fault();
  auto opening = TopicNamed(topics_, ctx, options->topics[0], options_.auto_create_topics, options->upsert ? Keep::kNewestOfKey : Keep::kAsUsual);
  auto topic = co_await opening;
  if (!topic.ok()) co_return Fault(topic.fault().code(), topic.fault().blame(), topic.fault().retry(), StrCat("table ", table.name, ": ", topic.fault().message()));
  auto rows = RowRecords::Open(*options, table);
  if (!rows.ok()) co_return rows.fault();
  if (options_.registry != nullptr) {
    auto registering = options_.registry->RegisterFor(ctx, **rows);
    Status registered = co_await registering;
    if (!registered.ok()) co_return Fault(registered.fault().code(), registered.fault().blame(), registered.fault().retry(), StrCat("table ", table.name, ": ", registered.fault().message()));
  }
  std::unique_ptr<ports::Sink> opened = std::make_unique<TopicSink>(env_, log_, topics_, *options, table, (*topic)->id, std::move(rows).value());
  co_return opened;
}

Task<std::unique_ptr<ports::Lookup>> TopicTables::OpenLookup(Ctx, ports::LookupRequest lookup) {
  co_return Check(lookup.table, ports::TableUse::kLookUp);
}

}  // namespace freshet::topic_tables
