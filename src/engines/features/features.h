#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engines/features/table.h"
#include "io/env.h"
#include "io/task_group.h"
#include "ports/event_log.h"
#include "ports/key_value.h"
#include "ports/topics.h"

namespace freshet::data {
struct Record;
}

namespace freshet::features {

struct FeaturesOptions {
  int64_t memory_bytes_max = 512 << 20;
  int64_t read_bytes_max = 4 << 20;
};

// A product file: its text, and how messages call it.
struct ProductFile {
  std::string name;
  std::string text;
};

// Features keeps the newest row of every entity of every view in memory, by following the views' topics from their start;
// a topic that is missing is made and kept for ever. Reads go from any loop without waiting. Owned by House; each view has
// a home loop where its follower runs.
class Features final : public ports::FeatureStore, public ports::DerivedKeys {
 public:
  // kInvalid, naming file and line, for a product that does not read, a name twice, or two views that claim the same keys.
  static Result<std::unique_ptr<Features>> Open(Env& env, FeaturesOptions options, const std::vector<ProductFile>& products);

  // Reads every topic as far as it now goes, then follows on. On loop 0; after it what was there before is visible.
  Task<> Begin(ports::EventLog& log, ports::Topics& topics);
  // On loop 0.
  Task<> Close();

  std::shared_ptr<const ports::FeatureView> Find(std::string_view view) const override;
  std::vector<std::shared_ptr<const ports::FeatureView>> List() const override;
  Task<> Put(Ctx ctx, std::string view, std::vector<ports::FeatureWrite> rows) override;
  Task<> Forget(Ctx ctx, std::string view, std::vector<ports::EntityKey> entities) override;
  Task<std::vector<ports::EntityRow>> Get(Ctx ctx, std::string view, std::vector<ports::EntityKey> entities) const override;

  bool Owns(std::string_view key) const override;
  std::optional<ports::KeyEntry> Find(std::string_view key, WallTime now) const override;
  uint64_t Scan(uint64_t cursor, size_t count, WallTime now, const ports::KeySpace::Visit& visit) const override;
  int64_t size() const override;

 private:
  // One view with where its follower stands. The follower's own, but for the table.
  struct Following {
    Following(Env& env, io::Loop& loop, std::string file, Product product, io::Budget& budget);
    std::string file;                   // that defines it
    Table table;
    RowReader reader;
    io::TaskGroup group;
    Uuid topic;                         // whose records the table has
    std::vector<data::Offset> next;     // per partition
    int64_t warned = 0;
    Gauge& rows;
    Counter& applied;
    Counter& refused;
    Gauge& newest_ms;
  };

  Features(Env& env, FeaturesOptions options);
  Following* FindFollowing(std::string_view view) const;
  Task<ports::Topics::Ref> TopicOf(Following& following);
  Task<> CatchUp(Following& following);
  Task<> Follow(Following& following);
  Task<> ReadOn(Following& following, MonoTime until);
  Task<> Append(Ctx ctx, Following& following, std::vector<std::pair<std::string, std::optional<std::string>>> records, std::vector<int64_t> times_ms);
  void Attend(Following& following, const data::Topic& topic);
  void ApplyBatch(Following& following, data::PartitionId partition, std::string_view batch);
  void ApplyRecord(Following& following, data::PartitionId partition, const data::Record& record);
  void Refuse(Following& following, data::PartitionId partition, data::Offset offset, const Fault& fault);
  Task<> CloseView(Following& following);

  Env& env_;
  const FeaturesOptions options_;
  Logger log_;
  io::Budget budget_;
  ports::EventLog* event_log_ = nullptr;
  ports::Topics* topics_ = nullptr;
  std::vector<std::unique_ptr<Following>> followings_;   // fixed after Open
};

}  // namespace freshet::features
