#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "io/env.h"
#include "io/turn.h"
#include "io/wait.h"
#include "ports/commit.h"
#include "ports/credentials.h"
#include "ports/event_log.h"
#include "ports/open_units.h"
#include "ports/topics.h"

namespace freshet::catalog {

struct Change;

struct CatalogOptions {
  std::string directory;             // data/catalog
  int32_t default_partitions = 4;
  int32_t partitions_max = 10000;    // of one topic
  int32_t topics_max = 20000;
  int64_t all_partitions_max = 1'000'000;  // of all topics together: each takes memory, with no record in it, too
  size_t credentials_max = 20000;
};

// What exists: topics by name and id, which producer ids were given, and identities' credentials. A projection of CatalogChange
// records with a snapshot file of its own. Readers see an immutable snapshot from any thread; changes run one at a time on loop 0: journal,
// then snapshot, then the log is told. Owned by House.
class Catalog final : public ports::Topics, public ports::ProducerIds, public ports::Credentials, public ports::Projection {
 public:
  // Reads the snapshot file. Blocks. Replay comes through the Projection; then Begin.
  static Result<std::unique_ptr<Catalog>> Open(Env& env, CatalogOptions options);

  // After replay: tells the log of every topic. On loop 0.
  Task<> Begin(ports::Commit& commit, ports::EventLog& log);

  Ref Find(std::string_view name) const override;
  Ref FindById(const Uuid& id) const override;
  std::vector<Ref> List() const override;
  Task<Ref> Create(Ctx ctx, ports::TopicSpec spec, bool validate_only) override;
  Task<> Delete(Ctx ctx, std::string name) override;
  Task<Ref> AddPartitions(Ctx ctx, std::string name, int32_t partitions_total, bool validate_only) override;
  Task<Ref> AlterConfigs(Ctx ctx, std::string name, std::vector<ports::ConfigEdit> edits, bool validate_only) override;
  std::vector<ports::ConfigEntry> DescribeConfigs(const data::Topic& topic) const override;
  Task<data::ProducerId> Allocate(Ctx ctx) override;
  CredentialRef FindCredential(std::string_view name, data::ScramMechanism mechanism) const override;
  std::vector<ports::NamedCredential> ListCredentials() const override;
  Task<> PutCredential(Ctx ctx, ports::NamedCredential credential) override;
  Task<> RemoveCredential(Ctx ctx, std::string name, data::ScramMechanism mechanism) override;
  Task<Secret> LoginSecret(Ctx ctx) override;

  std::string_view name() const override { return "catalog"; }
  Status Apply(const data::FrameView& frame) override;
  Status ApplyDamage(const data::Damage& damage) override;
  Task<> Flush(Ctx ctx, data::Position up_to) override;
  data::Position DurablePosition() const override { return data::Position(durable_position_.load(std::memory_order_acquire)); }

 private:
  struct Snapshot {
    std::map<std::string, Ref, std::less<>> by_name;
    std::unordered_map<Uuid, Ref> by_id;
    std::map<std::pair<std::string, data::ScramMechanism>, CredentialRef> credentials;
    Secret login_secret;
    int64_t producer_ids_end = 0;  // all below were given or are reserved
    int64_t revision = 0;
    uint64_t changes = 0;          // number of the last change
  };
  using SnapshotRef = std::shared_ptr<const Snapshot>;

  Catalog(Env& env, CatalogOptions options);
  SnapshotRef snapshot() const { return snapshot_.load(std::memory_order_acquire); }
  Result<Ref> Plan(const ports::TopicSpec& spec) const;
  int64_t all_partitions() const;
  // The house's own topics find room in any case.
  Status CheckAllPartitions(std::string_view name, int64_t more) const;
  Task<Ref> CreateOnLoop(Ctx ctx, ports::TopicSpec spec, bool validate_only);
  Task<> DeleteOnLoop(Ctx ctx, std::string name);
  Task<Ref> AddPartitionsOnLoop(Ctx ctx, std::string name, int32_t partitions_total, bool validate_only);
  Task<Ref> AlterConfigsOnLoop(Ctx ctx, std::string name, std::vector<ports::ConfigEdit> edits, bool validate_only);
  Task<data::ProducerId> AllocateOnLoop(Ctx ctx);
  Task<> PutCredentialOnLoop(Ctx ctx, ports::NamedCredential credential);
  Task<> RemoveCredentialOnLoop(Ctx ctx, std::string name, data::ScramMechanism mechanism);
  Task<Secret> LoginSecretOnLoop(Ctx ctx);
  Task<> FlushOnLoop(data::Position up_to);
  // Journals the change and, once durable, applies it.
  Task<> Commit(Ctx ctx, Change change);
  Status ApplyChange(Change change);
  static std::string EncodeSnapshot(const Snapshot& snapshot, data::Position position);

  Env& env_;
  const CatalogOptions options_;
  Logger log_;
  ports::Commit* commit_ = nullptr;
  ports::OpenUnits open_units_;     // loop 0: changes given to the journal, not applied yet
  ports::EventLog* event_log_ = nullptr;
  std::atomic<SnapshotRef> snapshot_;
  std::atomic<uint64_t> durable_position_{0};
  io::Turns changes_;               // loop 0; a turn is held across the waits of a change
  int64_t next_producer_id_ = 0;    // loop 0
};

}  // namespace freshet::catalog
