#include "app/house.h"

#include "app/broker_configs.h"
#include "app/first_identity.h"
#include "app/product_checks.h"
#include "app/project.h"
#include "app/project_reading.h"
#include "control/catalog/catalog.h"
#include "control/guard/identities.h"
#include "control/guard/identity_guard.h"
#include "control/guard/open_guard.h"
#include "doors/http/door.h"
#include "doors/kafka/door.h"
#include "doors/resp/door.h"
#include "engines/coordinators/coordinators.h"
#include "engines/coordinators/transactions.h"
#include "engines/decide/decisions.h"
#include "engines/epochs/epochs.h"
#include "engines/feature_tables/feature_tables.h"
#include "engines/features/features.h"
#include "engines/datagen/datagen.h"
#include "engines/files/files.h"
#include "engines/functions/python_functions.h"
#include "engines/journal/data_dir.h"
#include "engines/journal/journal.h"
#include "engines/kv/store.h"
#include "engines/lake/lake.h"
#include "engines/lake/parquet_files.h"
#include "engines/log/log.h"
#include "engines/models/model_folder.h"
#include "engines/stream/job/changes.h"
#include "engines/stream/job/kept_names.h"
#include "engines/stream/job/pipelines.h"
#include "engines/stream/job/previews.h"
#include "engines/topic_tables/topic_tables.h"
#include "io/wait.h"
#include "links/kafka/kafka_links.h"
#include "links/postgres/jdbc_tables.h"
#include "links/registry/registry.h"

namespace freshet::app {
namespace {

constexpr Duration kFunctionsMayTake = Seconds(5);  // of a house that closes
constexpr int64_t kPartitionsShare = 4;    // of `memory`: a fourth is for partitions …
constexpr int64_t kPartitionBytes = 1536;  // … of which an empty one takes so much

}  // namespace

struct House::Rooms {
  Rooms(Env& the_env, Config the_config, journal::DataDir the_data) : env(the_env), config(std::move(the_config)), data(std::move(the_data)), state_memory("state of pipelines", config.memory_bytes / 2, env.memory()), state_pages(data.path()) {}

  Env& env;
  const Config config;
  journal::DataDir data;
  std::atomic<bool> ready{false};
  io::Budget state_memory;
  io::PageFile state_pages;

  // In floor order.
  std::unique_ptr<log::SegmentLog> log;
  std::unique_ptr<catalog::Catalog> catalog;
  std::unique_ptr<guard::Identities> identities;
  std::unique_ptr<ports::Guard> guard;
  ProjectReading project;  // when it was built
  std::unique_ptr<epochs::EpochStore> epochs;
  std::unique_ptr<journal::FileJournal> journal;
  std::unique_ptr<links::registry::Registry> registry;
  std::unique_ptr<links::postgres::JdbcTables> jdbc;
  std::unique_ptr<links::kafka::KafkaLinks> kafka_links;
  std::unique_ptr<topic_tables::TopicTables> tables;
  std::unique_ptr<formats::FileFormat> parquet;
  std::unique_ptr<files::FilesConnector> files;
  std::unique_ptr<datagen::DatagenConnector> datagen;
  std::unique_ptr<lake::LakeConnector> lake;
  std::unique_ptr<feature_tables::FeatureTables> feature_tables;
  ports::Connectors connectors;
  io::PosixProcesses processes;
  std::unique_ptr<functions::PythonFunctions> functions;  // none without a folder of them
  std::unique_ptr<coordinators::Coordinators> groups;
  std::unique_ptr<coordinators::Transactions> transactions;
  std::unique_ptr<features::Features> features;
  std::unique_ptr<models::ModelFolder> models;
  std::unique_ptr<kv::Store> keys;
  std::unique_ptr<decide::Decisions> decisions;
  std::unique_ptr<stream::Pipelines> pipelines;
  std::unique_ptr<stream::KeptNames> kept_names;
  std::unique_ptr<stream::Previews> previews;
  std::unique_ptr<stream::Changes> changes;
  std::unique_ptr<doors::kafka::KafkaDoor> kafka;
  std::unique_ptr<doors::resp::RespDoor> resp;
  std::unique_ptr<doors::http::HttpDoor> http;
};

House::House(std::unique_ptr<Rooms> rooms) : rooms_(std::move(rooms)) {}
House::~House() = default;

Result<std::unique_ptr<House>> House::Build(Env& env, const Config& config, const std::string& project_dir, const std::string& data_dir) {
  ASSIGN_OR_RETURN(auto house, BuildStore(env, config, data_dir, project_dir));
  RETURN_NOT_OK(BuildServing(*house->rooms_, project_dir));
  return house;
}

std::vector<std::string> House::OwnAddresses(const Rooms& r) { return app::OwnAddresses(r.config, r.kafka != nullptr ? r.kafka->address() : r.config.kafka_listen); }

const ports::Connectors& House::connectors() const { return rooms_->connectors; }
ports::Epochs* House::epochs() { return rooms_->epochs.get(); }
ports::PipelineChanges& House::changes() { return *rooms_->changes; }

Result<std::unique_ptr<House>> House::BuildStore(Env& env, const Config& config, const std::string& data_dir, const std::string& project_dir) {
  ASSIGN_OR_RETURN(auto data, journal::DataDir::Open(env, data_dir));
  auto rooms = std::make_unique<Rooms>(env, config, std::move(data));
  ASSIGN_OR_RETURN(rooms->log, log::SegmentLog::Open(env, {.directory = data_dir + "/log", .scrub_bytes_per_second = config.scrub_bytes_per_second,
                                                             .scrub_interval = Seconds(config.scrub_interval_hours * 3600), .open_writers_max = config.log_writers_max}));
  ASSIGN_OR_RETURN(rooms->catalog, catalog::Catalog::Open(env, {.directory = data_dir + "/catalog",
                                                                .default_partitions = static_cast<int32_t>(config.default_partitions),
                                                                .all_partitions_max = config.memory_bytes / kPartitionsShare / kPartitionBytes}));
  ASSIGN_OR_RETURN(rooms->epochs, epochs::EpochStore::Open(env, {.directory = data_dir + "/epochs",
                                                                .begins_at = std::min(rooms->catalog->DurablePosition(), rooms->log->DurablePosition())}));
  ASSIGN_OR_RETURN(rooms->journal, journal::FileJournal::Open(env, {.directory = data_dir + "/journal", .house = rooms->data.house()},
                                                              {rooms->catalog.get(), rooms->log.get(), rooms->epochs.get()}));
  Rooms* r = rooms.get();
  rooms->registry = std::make_unique<links::registry::Registry>(env);
  rooms->kafka_links = std::make_unique<links::kafka::KafkaLinks>(env, links::kafka::KafkaLinksOptions{.own_cluster = rooms->data.house().ToString(), .directory = data_dir + "/links", .registry = rooms->registry.get()});
  rooms->tables = std::make_unique<topic_tables::TopicTables>(
      env, topic_tables::TopicTablesOptions{.own_addresses = [r] { return OwnAddresses(*r); }, .elsewhere = rooms->kafka_links.get(), .groups = [r] { return r->groups.get(); }, .registry = rooms->registry.get(), .auto_create_topics = config.auto_create_topics}, *rooms->log, *rooms->catalog);
  rooms->kafka_links->KeepDeadLettersIn(rooms->tables->dead_letters());
  rooms->parquet = lake::ParquetFiles();
  rooms->files = std::make_unique<files::FilesConnector>(env, formats::FileFormats{{"arrow", &formats::ArrowFiles()}, {"avro", &formats::AvroFiles()}, {"parquet", rooms->parquet.get()}});
  rooms->files->KeepDeadLettersIn(rooms->tables->dead_letters());
  rooms->datagen = std::make_unique<datagen::DatagenConnector>(env);
  rooms->lake = std::make_unique<lake::LakeConnector>(env);
  rooms->jdbc = std::make_unique<links::postgres::JdbcTables>(env);
  rooms->connectors = {{"kafka", rooms->tables.get()}, {"upsert-kafka", rooms->tables.get()}, {"filesystem", rooms->files.get()}, {"datagen", rooms->datagen.get()}, {"iceberg", rooms->lake.get()}, {"jdbc", rooms->jdbc.get()}};
  RETURN_NOT_OK(OpenFunctions(*r, project_dir));
  rooms->changes = std::make_unique<stream::Changes>(env, rooms->connectors, *rooms->log, *rooms->catalog, *rooms->epochs, rooms->functions.get());
  return std::unique_ptr<House>(new House(std::move(rooms)));
}

// Only files of this folder become code, whatever SQL says.
Status House::OpenFunctions(Rooms& r, const std::string& project_dir) {
  if (project_dir.empty()) return {};
  std::string folder = project_dir + "/functions";
  ASSIGN_OR_RETURN(bool there, r.env.files().Exists(folder));
  if (!there) return {};
  r.functions = functions::PythonFunctions::Open(r.env, r.processes, {.directory = folder, .python = r.config.python, .patience = Milliseconds(r.config.functions_patience_ms), .memory_bytes = r.config.functions_memory_bytes});
  return {};
}

namespace {

Result<stream::ScriptFile> PipelineFile(io::Files& files, const std::string& project_dir, const std::string& name) {
  ASSIGN_OR_RETURN(ProjectFile file, ReadProjectFile(files, StrCat(project_dir, "/pipelines/", name, ".sql")));
  return stream::ScriptFile{std::move(file.name), std::move(file.text)};
}

}  // namespace

// Features, models, keys and decisions: what answers online, all of it derived from topics and the project folder.
Status House::BuildServing(Rooms& r, const std::string& project_dir) {
  io::Files& files = r.env.files();
  ASSIGN_OR_RETURN(r.project, ReadingOf(files, project_dir));
  ASSIGN_OR_RETURN(auto first_identity, ReadFirstIdentity(files, r.config));
  r.identities = std::make_unique<guard::Identities>(r.env, *r.catalog, std::move(first_identity));
  ASSIGN_OR_RETURN(auto not_read, FoldersNotRead(files, project_dir));
  for (const std::string& what : not_read) r.env.log().ForRoom("app").Warn("a folder of the project is not read", {{"what", what}});
  std::vector<features::ProductFile> products;
  ASSIGN_OR_RETURN(auto product_files, ReadProjectFiles(files, project_dir, "products"));
  for (const ProjectFile& file : product_files) products.push_back({file.name, file.text});
  ASSIGN_OR_RETURN(r.features, features::Features::Open(r.env, {.memory_bytes_max = r.config.memory_bytes / 2}, products));
  r.feature_tables = std::make_unique<feature_tables::FeatureTables>(*r.features);
  r.connectors["features"] = r.feature_tables.get();
  r.models = std::make_unique<models::ModelFolder>(r.env, models::ModelFolderOptions{.directory = project_dir + "/models", .onnxruntime = r.config.onnxruntime});
  r.keys = std::make_unique<kv::Store>(r.env, kv::StoreOptions{.memory_bytes_max = r.config.memory_bytes / 4}, *r.log, *r.catalog, r.features.get());
  std::vector<decide::ServiceFile> services;
  ASSIGN_OR_RETURN(auto service_files, ReadProjectFiles(files, project_dir, "services"));
  for (ProjectFile& file : service_files) services.push_back({std::move(file.name), std::move(file.text)});
  ASSIGN_OR_RETURN(r.decisions, decide::Decisions::Open(r.env, services, *r.features, *r.models));
  r.models->AddUser(*r.decisions);
  std::vector<stream::ScriptFile> pipelines;
  ASSIGN_OR_RETURN(auto pipeline_files, ReadProjectFiles(files, project_dir, "pipelines", ".sql"));
  for (const Doubt& doubt : DoubtsOfProducts(product_files, pipeline_files, OwnAddresses(r))) {
    Logger log = r.env.log().ForRoom("app");
    if (doubt.is_mild) log.Info("a feature view has its rows from elsewhere, or none", {{"what", doubt.text}});
    else log.Warn("a feature view does not fit what is written to its topic", {{"what", doubt.text}});
  }
  for (ProjectFile& file : pipeline_files) pipelines.push_back({std::move(file.name), std::move(file.text)});
  ASSIGN_OR_RETURN(r.pipelines, stream::Pipelines::Open(r.env, r.connectors, *r.models, {&r.state_memory, &r.state_pages}, pipelines, r.functions.get(), stream::Pipelines::Unplanned::kFails));
  io::Files* project = &files;
  r.pipelines->AllowSwaps(*r.changes, *r.epochs, [project, project_dir](const std::string& name) { return PipelineFile(*project, project_dir, name); });
  r.kept_names = std::make_unique<stream::KeptNames>(r.env, *r.epochs, *r.pipelines, [project, project_dir](const std::string& name) { return project->Exists(StrCat(project_dir, "/pipelines/", name, ".sql")); });
  r.previews = std::make_unique<stream::Previews>(r.env, r.connectors, *r.models, stream::Previews::BoundsWithin(r.config.memory_bytes, {&r.state_memory, &r.state_pages}), r.functions.get());
  return {};
}

Task<> House::BeginServing() {
  Rooms& r = *rooms_;
  CO_RETURN_NOT_OK(r.identities->Begin());
  if (!r.identities->is_open() && !r.config.resp_password.empty()) {
    co_return Fault::Invalid("doors.resp.password opens a house without identities only; in this one Redis clients log in by a name and its password");
  }
  if (r.identities->is_open()) r.guard = std::make_unique<guard::OpenGuard>();
  else r.guard = std::make_unique<guard::IdentityGuard>(*r.identities);
  CO_RETURN_NOT_OK(r.features->Begin(*r.log, *r.catalog));
  CO_RETURN_NOT_OK(r.models->Begin());
  CO_RETURN_NOT_OK(r.keys->Begin());
  CO_RETURN_NOT_OK(r.decisions->Begin(*r.log, *r.catalog));
  co_return Status::Ok();
}

Task<> House::OpenStore() {
  Rooms& r = *rooms_;
  CO_RETURN_NOT_OK(r.catalog->Begin(*r.journal, *r.log));
  CO_RETURN_NOT_OK(r.log->Begin(*r.journal));
  CO_RETURN_NOT_OK(r.epochs->Start(*r.journal, *r.log));
  r.journal->Start();
  co_return Status::Ok();
}

namespace {

coordinators::CoordinatorOptions GroupOptionsOf(const Config& config) {
  coordinators::CoordinatorOptions groups;
  groups.offsets_retention = Seconds(config.offsets_retention_minutes * 60);
  return groups;
}

}  // namespace

Task<> House::Open() {
  Rooms& r = *rooms_;
  CO_RETURN_NOT_OK(OpenStore());
  r.groups = std::make_unique<coordinators::Coordinators>(r.env, GroupOptionsOf(r.config), *r.log, *r.catalog);
  CO_RETURN_NOT_OK(r.groups->Begin());
  r.transactions = std::make_unique<coordinators::Transactions>(r.env, coordinators::TransactionOptions{},
                                                                coordinators::TransactionPorts{*r.log, *r.log, *r.log, *r.catalog, *r.catalog}, *r.groups);
  CO_RETURN_NOT_OK(r.transactions->Begin());
  CO_RETURN_NOT_OK(BeginServing());
  CO_RETURN_NOT_OK(OpenDoors());
  r.pipelines->Begin(*r.catalog, *r.epochs);
  std::string doors = DoorsJson() + "\n";
  auto write = [&] {
    Status reading = WriteReading(r.env.files(), r.data.path(), r.project);
    return reading.ok() ? io::WriteWhole(r.env.files(), r.data.path() + "/doors.json", doors) : reading;
  };
  io::Offload offload(r.env.workers(), io::Pool::kGeneral, write);
  Status written = co_await offload;
  if (!written.ok()) co_return written;
  r.ready.store(true);
  co_return Status::Ok();
}

namespace {

doors::http::Readiness ReadinessOf(bool serves, const journal::FileJournal& journal, const log::SegmentLog& log) {
  if (journal.failed()) return {.reason = "the journal has failed"};
  if (!serves) return {.reason = "starting or stopping"};
  std::string failed = log.failed_partition();
  if (!failed.empty()) return {.reason = "the disk did not take in a segment of " + failed + ": it takes no records, and no checkpoint is made; restart the house, which replays it from the journal"};
  if (journal.syncs_slowly()) return {.reason = "the data disk takes seconds for a sync: what is written waits for it, what is read does not"};
  if (journal.lacks_room()) return {.reason = "the data disk is nearly full and new data is refused; delete or trim topics, or make room"};
  return {.ready = true};
}

Fault OfDoor(std::string_view key, const Fault& fault) {
  return Fault(fault.code(), fault.blame(), fault.retry(), StrCat(key, ": ", fault.message(), "; --set ", key, "=127.0.0.1:0 takes a free port"));
}

}  // namespace

Task<> House::OpenDoors() {
  Rooms& r = *rooms_;
  doors::http::HttpPorts http_ports{.guard = *r.guard, .identities = *r.identities, .readiness = [&r] { return ReadinessOf(r.ready.load(), *r.journal, *r.log); },
                                     .decider = r.decisions.get(), .previews = r.previews.get(), .changes = r.changes.get(), .swaps = r.pipelines.get(), .kept = r.kept_names.get(),
                                     .rooms = doors::http::HouseRooms{*r.catalog, *r.log, *r.groups, *r.pipelines, *r.features, *r.models, [this] { return DoorsJson(); }}};
  auto http = doors::http::HttpDoor::Open(r.env, {.listen = r.config.http_listen, .tls = r.config.http_tls, .connections_max = r.config.connections_max,
                                                  .drain = Milliseconds(r.config.drain_ms)}, std::move(http_ports));
  if (!http.ok()) co_return OfDoor("doors.http.listen", http.fault());
  r.http = std::move(http).value();
  auto kafka = doors::kafka::KafkaDoor::Open(
      r.env,
      {.listen = r.config.kafka_listen, .tls = r.config.kafka_tls, .advertised_host = r.config.kafka_advertised, .cluster_id = r.data.house().ToString(),
       .auto_create_topics = r.config.auto_create_topics, .request_bytes_max = r.config.kafka_request_bytes_max,
       .connections_max = r.config.connections_max, .drain = Milliseconds(r.config.drain_ms),
       .broker_configs = BrokerConfigsOf(r.config, GroupOptionsOf(r.config), coordinators::TransactionOptions{}),
       .log_disk = [data = r.data.path()] { return io::DiskRoomOf(data); }},
      {*r.log, *r.catalog, *r.catalog, *r.groups, *r.transactions, *r.log, *r.guard, *r.identities});
  if (!kafka.ok()) co_return OfDoor("doors.kafka.listen", kafka.fault());
  r.kafka = std::move(kafka).value();
  auto resp = doors::resp::RespDoor::Open(r.env, {.listen = r.config.resp_listen, .tls = r.config.resp_tls, .password = r.config.resp_password, .connections_max = r.config.connections_max,
                                                  .drain = Milliseconds(r.config.drain_ms)}, {*r.keys, *r.guard, *r.identities});
  if (!resp.ok()) co_return OfDoor("doors.resp.listen", resp.fault());
  r.resp = std::move(resp).value();
  co_return Status::Ok();
}

Task<> House::Close() {
  Rooms& r = *rooms_;
  r.ready.store(false);
  if (r.functions != nullptr) r.functions->GiveUpAt(r.env.clock().Now() + kFunctionsMayTake);
  if (r.pipelines != nullptr) r.pipelines->EndSwaps();  // the door waits for its answers
  if (r.groups != nullptr) {
    auto leave = r.groups->Close();
    co_await leave;
  }
  if (r.kafka != nullptr) {
    auto close = r.kafka->Close();
    co_await close;
  }
  if (r.transactions != nullptr) {
    auto close = r.transactions->Close();
    co_await close;
  }
  if (r.resp != nullptr) {
    auto close = r.resp->Close();
    co_await close;
  }
  if (r.http != nullptr) {
    auto close = r.http->Close();
    co_await close;
  }
  if (r.pipelines != nullptr) {
    auto close = r.pipelines->Close();
    co_await close;
  }
  auto close_epochs = r.epochs->Close();
  co_await close_epochs;
  if (r.keys != nullptr) {
    auto close = r.keys->Close();
    co_await close;
  }
  if (r.models != nullptr) {
    auto close = r.models->Close();
    co_await close;
  }
  if (r.features != nullptr) {
    auto close = r.features->Close();
    co_await close;
  }
  auto close_log = r.log->Close();
  co_await close_log;
  Ctx ctx;
  auto checkpoint = r.journal->Checkpoint(ctx);
  Status done = co_await checkpoint;
  if (!done.ok()) r.env.log().Warn("no last checkpoint; the next start replays the journal", {{"why", done.ToString()}});
  auto close_journal = r.journal->Close();
  co_return co_await close_journal;
}

std::string House::DoorsJson() const {
  std::string out = "{\"http\":";
  AppendJsonString(out, rooms_->http->address().ToString());
  out += ",\"kafka\":";
  AppendJsonString(out, rooms_->kafka->address().ToString());
  out += ",\"resp\":";
  AppendJsonString(out, rooms_->resp->address().ToString());
  return out + "}";
}

}  // namespace freshet::app
