#include "control/catalog/catalog.h"

#include "base/planted.h"
#include "control/catalog/snapshot_file.h"
#include "control/catalog/topic_configs.h"
#include "io/twice.h"

namespace freshet::catalog {
namespace {

constexpr int64_t kSnapshotBytesMax = 256 << 20;
constexpr int64_t kProducerIdBlock = 1000;
constexpr int64_t kFirstProducerId = 1;

}  // namespace

Catalog::Catalog(Env& env, CatalogOptions options)
    : env_(env), options_(std::move(options)), log_(env.log().ForRoom("control/catalog")), snapshot_(std::make_shared<const Snapshot>()) {}

Result<std::unique_ptr<Catalog>> Catalog::Open(Env& env, CatalogOptions options) {
  std::unique_ptr<Catalog> catalog(new Catalog(env, std::move(options)));
  RETURN_NOT_OK(env.files().CreateDirectories(catalog->options_.directory));
  std::string path = catalog->options_.directory + "/SNAPSHOT";
  SnapshotFile file;
  auto take = [&file](std::string_view bytes) -> Status {
    ASSIGN_OR_RETURN(file, DecodeSnapshotFile(bytes));
    return {};
  };
  auto read = io::ReadEither(env.files(), path, kSnapshotBytesMax, take);
  if (read.code() == Code::kNotFound) return catalog;
  if (read.code() == Code::kCorrupt) return Fault::Corrupt(read.fault().message(), "; which topics exist cannot be known, so nothing is started; restore one of them from a backup");
  RETURN_NOT_OK(read);
  io::RenewOther(env.files(), *read, catalog->log_);
  for (Change& change : file.changes) RETURN_NOT_OK(catalog->ApplyChange(std::move(change)));
  auto last = std::make_shared<Snapshot>(*catalog->snapshot());
  last->changes = file.number;
  catalog->snapshot_.store(std::move(last), std::memory_order_release);
  catalog->durable_position_.store(file.position.get());
  return catalog;
}

// A snapshot is the list of changes that would make it.
std::string Catalog::EncodeSnapshot(const Snapshot& snapshot, data::Position position) {
  SnapshotFile file{.position = position, .number = snapshot.changes, .changes = {}};
  file.changes.push_back({.kind = Change::Kind::kProducerIdsEnd, .number = 0, .topic = {}, .producer_ids_end = snapshot.producer_ids_end});
  for (const auto& [name, topic] : snapshot.by_name) file.changes.push_back({.kind = Change::Kind::kTopicPut, .number = 0, .topic = *topic});
  for (const auto& [key, credential] : snapshot.credentials) {
    file.changes.push_back({.kind = Change::Kind::kCredentialPut, .number = 0, .topic = {}, .credential = {key.first, key.second, credential}});
  }
  if (!snapshot.login_secret.empty()) file.changes.push_back({.kind = Change::Kind::kLoginSecret, .number = 0, .topic = {}, .login_secret = snapshot.login_secret});
  return EncodeSnapshotFile(file);
}

Task<> Catalog::Begin(ports::Commit& commit, ports::EventLog& log) {
  commit_ = &commit;
  event_log_ = &log;
  next_producer_id_ = std::max(snapshot()->producer_ids_end, kFirstProducerId);
  Ctx ctx;
  for (const Ref& topic : List()) {
    CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  }
  if (int64_t all = all_partitions(); all > options_.all_partitions_max) {
    env_.log().ForRoom("catalog").Warn("there are more partitions than the memory of the house is for; none can be added", {{"partitions", all}, {"partitions_max", options_.all_partitions_max}});
  }
  co_return Status::Ok();
}

Catalog::Ref Catalog::Find(std::string_view name) const {
  SnapshotRef now = snapshot();
  auto found = now->by_name.find(name);
  return found == now->by_name.end() ? nullptr : found->second;
}

Catalog::Ref Catalog::FindById(const Uuid& id) const {
  SnapshotRef now = snapshot();
  auto found = now->by_id.find(id);
  return found == now->by_id.end() ? nullptr : found->second;
}

std::vector<Catalog::Ref> Catalog::List() const {
  std::vector<Ref> topics;
  SnapshotRef now = snapshot();
  for (const auto& [name, topic] : now->by_name) topics.push_back(topic);
  return topics;
}

std::vector<ports::ConfigEntry> Catalog::DescribeConfigs(const data::Topic& topic) const { return DescribeLogConfig(topic); }

int64_t Catalog::all_partitions() const {
  int64_t all = 0;
  SnapshotRef now = snapshot();
  for (const auto& [name, topic] : now->by_name) all += topic->partitions;
  return all;
}

Status Catalog::CheckAllPartitions(std::string_view name, int64_t more) const {
  int64_t have = all_partitions();
  if (data::IsInternalTopic(name) || have + more <= options_.all_partitions_max) return {};
  return Fault::TooLarge("topic '", name, "': the house has ", have, " partitions, and with ", more, " more there would be more than the ", options_.all_partitions_max,
                         " that its memory is for; delete topics, or give it more (memory)");
}

Result<Catalog::Ref> Catalog::Plan(const ports::TopicSpec& spec) const {
  RETURN_NOT_OK(data::CheckTopicName(spec.name));
  if (Find(spec.name) != nullptr) return Fault::AlreadyExists("topic '", spec.name, "' exists already");
  SnapshotRef now = snapshot();
  if (static_cast<int32_t>(now->by_name.size()) >= options_.topics_max) return Fault::TooLarge("there are ", options_.topics_max, " topics already, and that is all that a house takes; delete some");
  int32_t partitions = spec.partitions == -1 ? options_.default_partitions : spec.partitions;
  if (partitions < 1 || partitions > options_.partitions_max) {
    return Fault::OutOfRange("topic '", spec.name, "': ", partitions, " partitions; from 1 to ", options_.partitions_max, " are possible");
  }
  RETURN_NOT_OK(CheckAllPartitions(spec.name, partitions));
  ASSIGN_OR_RETURN(data::LogConfig log, AcceptLogConfig(spec.configs));
  return std::make_shared<const data::Topic>(
      data::Topic{.id = env_.random().NewUuid(), .name = spec.name, .partitions = partitions, .configs = spec.configs, .log = log, .revision = now->revision + 1});
}

Task<Catalog::Ref> Catalog::Create(Ctx ctx, ports::TopicSpec spec, bool validate_only) {
  io::RunOn hop(env_.loop(0), CreateOnLoop(ctx, std::move(spec), validate_only));
  co_return co_await hop;
}

Task<Catalog::Ref> Catalog::CreateOnLoop(Ctx ctx, ports::TopicSpec spec, bool validate_only) {
  io::Turn turn(changes_);
  co_await turn;
  auto planned = Plan(spec);
  if (!planned.ok() || validate_only) co_return planned;
  Ref topic = *planned;
  Change change{.kind = Change::Kind::kTopicPut, .number = 0, .topic = *topic};
  CO_RETURN_NOT_OK(Commit(ctx, change));
  CO_RETURN_NOT_OK(event_log_->Declare(ctx, topic));
  co_return topic;
}

Task<> Catalog::Delete(Ctx ctx, std::string name) {
  io::RunOn hop(env_.loop(0), DeleteOnLoop(ctx, std::move(name)));
  co_return co_await hop;
}

Task<> Catalog::DeleteOnLoop(Ctx ctx, std::string name) {
  io::Turn turn(changes_);
  co_await turn;
  Ref topic = Find(name);
  if (topic == nullptr) co_return Fault::NotFound("no topic '", name, "'");
  Change change{.kind = Change::Kind::kTopicGone};
  change.topic.id = topic->id;
  CO_RETURN_NOT_OK(Commit(ctx, change));
  CO_RETURN_NOT_OK(event_log_->Drop(ctx, topic->id));
  co_return Status::Ok();
}

Task<Catalog::Ref> Catalog::AddPartitions(Ctx ctx, std::string name, int32_t partitions_total, bool validate_only) {
  io::RunOn hop(env_.loop(0), AddPartitionsOnLoop(ctx, std::move(name), partitions_total, validate_only));
  co_return co_await hop;
}

Task<Catalog::Ref> Catalog::AddPartitionsOnLoop(Ctx ctx, std::string name, int32_t partitions_total, bool validate_only) {
  io::Turn turn(changes_);
  co_await turn;
  Ref topic = Find(name);
  if (topic == nullptr) co_return Fault::NotFound("no topic '", name, "'");
  if (partitions_total <= topic->partitions || partitions_total > options_.partitions_max) {
    co_return Fault::OutOfRange("topic '", name, "' has ", topic->partitions, " partitions; ", partitions_total, " is not more, up to ", options_.partitions_max);
  }
  Status room = CheckAllPartitions(name, partitions_total - topic->partitions);
  if (!room.ok()) co_return room;
  auto wider = std::make_shared<data::Topic>(*topic);
  wider->partitions = partitions_total;
  wider->revision = snapshot()->revision + 1;
  if (validate_only) co_return Ref(wider);
  Change change{.kind = Change::Kind::kTopicPut, .number = 0, .topic = *wider};
  CO_RETURN_NOT_OK(Commit(ctx, change));
  CO_RETURN_NOT_OK(event_log_->Declare(ctx, wider));
  co_return Ref(wider);
}

Task<Catalog::Ref> Catalog::AlterConfigs(Ctx ctx, std::string name, std::vector<ports::ConfigEdit> edits, bool validate_only) {
  io::RunOn hop(env_.loop(0), AlterConfigsOnLoop(ctx, std::move(name), std::move(edits), validate_only));
  co_return co_await hop;
}

Task<Catalog::Ref> Catalog::AlterConfigsOnLoop(Ctx ctx, std::string name, std::vector<ports::ConfigEdit> edits, bool validate_only) {
  io::Turn turn(changes_);
  co_await turn;
  Ref topic = Find(name);
  if (topic == nullptr) co_return Fault::NotFound("no topic '", name, "'");
  auto altered = std::make_shared<data::Topic>(*topic);
  Status edited = EditLogConfig(edits, *altered);
  if (!edited.ok()) co_return edited;
  altered->revision = snapshot()->revision + 1;
  if (validate_only || altered->configs == topic->configs) co_return Ref(altered);
  Change change{.kind = Change::Kind::kTopicPut, .number = 0, .topic = *altered};
  CO_RETURN_NOT_OK(Commit(ctx, change));
  CO_RETURN_NOT_OK(event_log_->Declare(ctx, altered));
  co_return Ref(altered);
}

Task<data::ProducerId> Catalog::Allocate(Ctx ctx) {
  io::RunOn hop(env_.loop(0), AllocateOnLoop(ctx));
  co_return co_await hop;
}

Task<data::ProducerId> Catalog::AllocateOnLoop(Ctx ctx) {
  io::Turn turn(changes_);
  co_await turn;
  if (next_producer_id_ >= snapshot()->producer_ids_end) {
    Change change{.kind = Change::Kind::kProducerIdsEnd, .number = 0, .topic = {}, .producer_ids_end = next_producer_id_ + kProducerIdBlock};
    CO_RETURN_NOT_OK(Commit(ctx, change));
  }
  co_return data::ProducerId(next_producer_id_++);
}

Catalog::CredentialRef Catalog::FindCredential(std::string_view name, data::ScramMechanism mechanism) const {
  SnapshotRef now = snapshot();
  auto found = now->credentials.find({std::string(name), mechanism});
  return found == now->credentials.end() ? nullptr : found->second;
}

std::vector<ports::NamedCredential> Catalog::ListCredentials() const {
  std::vector<ports::NamedCredential> all;
  SnapshotRef now = snapshot();
  for (const auto& [key, credential] : now->credentials) all.push_back({key.first, key.second, credential});
  return all;
}

Task<> Catalog::PutCredential(Ctx ctx, ports::NamedCredential credential) {
  io::RunOn hop(env_.loop(0), PutCredentialOnLoop(ctx, std::move(credential)));
  co_return co_await hop;
}

Task<> Catalog::PutCredentialOnLoop(Ctx ctx, ports::NamedCredential credential) {
  io::Turn turn(changes_);
  co_await turn;
  SnapshotRef now = snapshot();
  bool is_new = !now->credentials.contains({credential.name, credential.mechanism});
  if (is_new && now->credentials.size() >= options_.credentials_max) co_return Fault::Exhausted("there are ", options_.credentials_max, " credentials already");
  Change change{.kind = Change::Kind::kCredentialPut, .topic = {}, .credential = std::move(credential)};
  auto commit = Commit(ctx, std::move(change));
  co_return co_await commit;
}

Task<> Catalog::RemoveCredential(Ctx ctx, std::string name, data::ScramMechanism mechanism) {
  io::RunOn hop(env_.loop(0), RemoveCredentialOnLoop(ctx, std::move(name), mechanism));
  co_return co_await hop;
}

Task<> Catalog::RemoveCredentialOnLoop(Ctx ctx, std::string name, data::ScramMechanism mechanism) {
  io::Turn turn(changes_);
  co_await turn;
  if (FindCredential(name, mechanism) == nullptr) co_return Fault::NotFound("'", name, "' has no credential for ", data::ScramMechanismName(mechanism));
  Change change{.kind = Change::Kind::kCredentialGone, .topic = {}, .credential = {std::move(name), mechanism, nullptr}};
  auto commit = Commit(ctx, std::move(change));
  co_return co_await commit;
}

Task<Secret> Catalog::LoginSecret(Ctx ctx) {
  io::RunOn hop(env_.loop(0), LoginSecretOnLoop(ctx));
  co_return co_await hop;
}

Task<Secret> Catalog::LoginSecretOnLoop(Ctx ctx) {
  io::Turn turn(changes_);
  co_await turn;
  if (snapshot()->login_secret.empty()) {
    std::string bytes;
    ByteWriter writer(bytes);
    for (int i = 0; i < 4; ++i) writer.Write<uint64_t>(env_.random().Next());
    Change change{.kind = Change::Kind::kLoginSecret, .topic = {}, .login_secret = Secret(std::move(bytes))};
    CO_RETURN_NOT_OK(Commit(ctx, std::move(change)));
  }
  Secret secret = snapshot()->login_secret;
  co_return secret;
}

Task<> Catalog::Commit(Ctx ctx, Change change) {
  change.number = snapshot()->changes + 1;
  if (Planted("topic_answered_before_durable")) co_return ApplyChange(std::move(change));
  ports::OpenUnits::Open is_open(open_units_, *commit_);
  ports::Unit unit;
  unit.Stage({.type = data::RecordType::kCatalogChange, .stream = data::StreamId::OfCatalog(), .head = EncodeChange(change)});
  auto submit = commit_->Submit(ctx, std::move(unit));
  auto submitted = co_await submit;
  if (!submitted.ok()) co_return submitted.status();
  co_return ApplyChange(std::move(change));
}

Status Catalog::ApplyChange(Change change) {
  auto next = std::make_shared<Snapshot>(*snapshot());
  if (change.number > 0) next->changes = change.number;
  switch (change.kind) {
    case Change::Kind::kTopicPut: {
      auto topic = std::make_shared<const data::Topic>(std::move(change.topic));
      next->revision = std::max(next->revision, topic->revision);
      next->by_name[topic->name] = topic;
      next->by_id[topic->id] = topic;
      break;
    }
    case Change::Kind::kTopicGone: {
      auto gone = next->by_id.find(change.topic.id);
      if (gone == next->by_id.end()) break;
      next->by_name.erase(gone->second->name);
      next->by_id.erase(gone);
      break;
    }
    case Change::Kind::kProducerIdsEnd: next->producer_ids_end = std::max(next->producer_ids_end, change.producer_ids_end); break;
    case Change::Kind::kCredentialPut: next->credentials[{change.credential.name, change.credential.mechanism}] = change.credential.credential; break;
    case Change::Kind::kCredentialGone: next->credentials.erase({change.credential.name, change.credential.mechanism}); break;
    case Change::Kind::kLoginSecret: next->login_secret = std::move(change.login_secret); break;
  }
  snapshot_.store(std::move(next), std::memory_order_release);
  return {};
}

Status Catalog::Apply(const data::FrameView& frame) {
  if (frame.type != data::RecordType::kCatalogChange) return {};
  ASSIGN_OR_RETURN(Change change, DecodeChange(frame.payload));
  uint64_t last = snapshot()->changes;
  if (change.number <= last) return {};  // in the snapshot already
  if (change.number > last + 1) {
    return Fault::Corrupt("the catalog lacks its changes ", last + 1, " to ", change.number - 1, "; which topics exist cannot be known, so nothing is started; restore from a backup");
  }
  return ApplyChange(std::move(change));
}

Status Catalog::ApplyDamage(const data::Damage& damage) {
  if (!damage.stream.has_value() || damage.stream->kind != data::StreamKind::kCatalog) return {};
  return Fault::Corrupt("a catalog record at journal position ", damage.begin, " is damaged; which topics exist cannot be known, so nothing is started; restore from a backup");
}

Task<> Catalog::Flush(Ctx, data::Position up_to) {
  io::RunOn hop(env_.loop(0), FlushOnLoop(up_to));
  co_return co_await hop;
}

Task<> Catalog::FlushOnLoop(data::Position up_to) {
  up_to = open_units_.WholeBelow(up_to);
  std::string bytes = EncodeSnapshot(*snapshot(), up_to);
  auto write = [&] { return io::WriteTwice(env_.files(), options_.directory + "/SNAPSHOT", bytes); };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, write);
  Status written = co_await offload;
  if (written.ok()) durable_position_.store(up_to.get(), std::memory_order_release);
  co_return written;
}

}  // namespace freshet::catalog
