#include "links/kafka/kafka_links.h"

#include <algorithm>

#include "io/wait.h"
#include "links/kafka/link_sink.h"
#include "links/kafka/link_source.h"
#include "links/kafka/properties.h"

namespace freshet::links::kafka {
namespace {

using records::Cluster;
using records::TopicOptions;

// A table without a cluster's address is over topics of the house, and here is none.
Result<TopicOptions> OptionsOf(const data::TableRequest& table) {
  ASSIGN_OR_RETURN(Cluster cluster, records::ClusterOf(table, {}));
  if (cluster == Cluster::kThisHouse) {
    return Fault::Unsupported("table ", table.name, ": topics live in a data folder, and this run has none; add --data DATA, the folder of a house that is not running, or name another cluster in properties.bootstrap.servers");
  }
  return records::ReadTopicOptions(table, cluster);
}

}  // namespace

Status KafkaLinks::CheckRegistry(bool needed, const data::TableRequest& table) const {
  if (!needed || options_.registry != nullptr) return {};
  return Fault::Unsupported("table ", table.name, ": no schema registry can be asked from here; write avro instead of avro-confluent");
}

Status KafkaLinks::CheckReading(const TopicOptions& options, const data::TableRequest& table) const {
  RETURN_NOT_OK(records::CheckGroup(options, table));
  bool asks_epoch = std::find(table.metadata_keys.begin(), table.metadata_keys.end(), "leader-epoch") != table.metadata_keys.end();
  if (asks_epoch) return Fault::Unsupported("table ", table.name, ": metadata 'leader-epoch' is not told by the client of another cluster; leave the column out");
  ASSIGN_OR_RETURN(auto settings, ClientSettings(table.name, options, Role::kReader));
  RETURN_NOT_OK(Client::Check(table.name, Role::kReader, settings));
  ASSIGN_OR_RETURN(auto rows, records::RecordRows::Open(options, table));
  return CheckRegistry(rows->has_registry(), table);
}

Status KafkaLinks::CheckWriting(const TopicOptions& options, const data::TableRequest& table) const {
  RETURN_NOT_OK(records::CheckOneTopic(options, table));
  bool unnamed = options.exactly_once && options.transactional_id_prefix.empty();
  if (unnamed) return Fault::Invalid("table ", table.name, ": sink.delivery-guarantee 'exactly-once' on another cluster needs the option 'sink.transactional-id-prefix', which nobody else uses there");
  ASSIGN_OR_RETURN(auto settings, ClientSettings(table.name, options, Role::kWriter));
  bool weak = options.exactly_once && (settings.contains("acks") || settings.contains("enable.idempotence"));
  if (weak) return Fault::Invalid("table ", table.name, ": properties.acks and properties.enable.idempotence are not for choice with sink.delivery-guarantee 'exactly-once'; leave them out");
  RETURN_NOT_OK(Client::Check(table.name, Role::kWriter, settings));
  ASSIGN_OR_RETURN(auto rows, records::RowRecords::Open(options, table));
  return CheckRegistry(!rows->to_register().empty(), table);
}

Status KafkaLinks::Check(const ports::TableRequest& table, ports::TableUse use) const {
  if (use == ports::TableUse::kLookUp) return Fault::Unsupported("table ", table.name, ": topics cannot be looked up by key");
  ASSIGN_OR_RETURN(auto options, OptionsOf(table));
  if (use == ports::TableUse::kRead) return CheckReading(options, table);
  return CheckWriting(options, table);
}

Task<std::unique_ptr<ports::Source>> KafkaLinks::OpenSource(Ctx ctx, ports::TableRequest table) {
  Status checked = Check(table, ports::TableUse::kRead);
  if (!checked.ok()) co_return checked.fault();
  auto options = OptionsOf(table);
  auto settings = ClientSettings(table.name, *options, Role::kReader);
  auto rows = records::RecordRows::Open(*options, table);
  if (!rows.ok()) co_return rows.fault();
  io::ThisLoop here;
  io::Loop& loop = co_await here;
  auto reader = Reader::Open(env_, loop, table.name, *settings);
  if (!reader.ok()) co_return reader.fault();
  auto source = std::make_unique<LinkSource>(env_, *options, table, std::move(rows).value(), std::move(reader).value(), options_.own_cluster, LinkSource::Others{options_.dead_letters, options_.registry});
  auto beginning = source->Begin(ctx);
  Status begun = co_await beginning;
  if (!begun.ok()) co_return begun.fault();
  std::unique_ptr<ports::Source> opened = std::move(source);
  co_return opened;
}

Task<std::unique_ptr<ports::Sink>> KafkaLinks::OpenSink(Ctx ctx, ports::TableRequest table) {
  Status checked = Check(table, ports::TableUse::kWrite);
  if (!checked.ok()) co_return checked.fault();
  auto options = OptionsOf(table);
  auto settings = ClientSettings(table.name, *options, Role::kWriter);
  auto rows = records::RowRecords::Open(*options, table);
  if (!rows.ok()) co_return rows.fault();
  io::ThisLoop here;
  io::Loop& loop = co_await here;
  std::string transactional_id = options->exactly_once ? TransactionalId(*options, table) : "";
  auto open_writer = [this, &loop, name = table.name, settings = *settings, transactional_id] { return ClientWriter::Open(env_, loop, name, settings, transactional_id); };
  LinkSinkOptions house{options_.own_cluster, options_.directory, options_.registry};
  auto sink = std::make_unique<LinkSink>(env_, house, *options, table, std::move(rows).value(), open_writer);
  auto beginning = sink->Begin(ctx);
  Status begun = co_await beginning;
  if (!begun.ok()) co_return begun.fault();
  std::unique_ptr<ports::Sink> opened = std::move(sink);
  co_return opened;
}

Task<std::unique_ptr<ports::Lookup>> KafkaLinks::OpenLookup(Ctx, ports::LookupRequest lookup) { co_return Check(lookup.table, ports::TableUse::kLookUp); }

}  // namespace freshet::links::kafka
