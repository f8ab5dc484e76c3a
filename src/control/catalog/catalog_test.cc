#include "control/catalog/catalog.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "control/catalog/change.h"
#include "control/catalog/topic_configs.h"
#include "io/task_group.h"
#include "testing/crash_states.h"
#include "testing/figure.h"
#include "testing/memory_journal.h"
#include "testing/memory_log.h"
#include "testing/sim_env.h"

namespace freshet::catalog {
namespace {

using testing::MemoryJournal;
using testing::MemoryLog;
using testing::SimEnv;

// A catalog whose journal outlives it.
struct Bench {
  explicit Bench(SimEnv& the_sim) : sim(the_sim), journal(the_sim), log(the_sim) {}

  SimEnv& sim;
  MemoryJournal journal;
  MemoryLog log;
  std::unique_ptr<Catalog> catalog;
  CatalogOptions options{.directory = "data/catalog"};
};

Task<> Open(Bench& bench) {
  auto opened = Catalog::Open(bench.sim, bench.options);
  if (!opened.ok()) co_return opened.status();
  bench.catalog = std::move(opened).value();
  Status replayed = bench.journal.ReplayInto(*bench.catalog);
  if (!replayed.ok()) co_return replayed;
  auto begin = bench.catalog->Begin(bench.journal, bench.log);
  co_return co_await begin;
}

Task<ports::Topics::Ref> Create(Bench& bench, std::string name, int32_t partitions, std::map<std::string, std::string> configs) {
  Ctx ctx;
  ports::TopicSpec spec{.name = std::move(name), .partitions = partitions, .configs = std::move(configs)};
  auto create = bench.catalog->Create(ctx, std::move(spec), false);
  co_return co_await create;
}

Task<> Flush(Bench& bench) {
  Ctx ctx;
  auto flush = bench.catalog->Flush(ctx, bench.journal.durable());
  co_return co_await flush;
}

void ExpectRuns(Task<> (*body)(Bench&)) {
  SimEnv sim;
  Bench bench(sim);
  Status ran = sim.Run(body(bench));
  EXPECT_TRUE(ran.ok()) << ran.ToString();
}

std::string Names(const Catalog& catalog) {
  std::string names;
  for (const auto& topic : catalog.List()) names += StrCat(topic->name, "/", topic->partitions, " ");
  return names;
}

ports::NamedCredential CredentialOf(std::string name, data::ScramMechanism mechanism) {
  data::ScramCredential credential{.salt = "salt of " + name, .iterations = 8192, .stored_key = Secret(std::string(data::ScramKeyBytes(mechanism), 's')),
                                   .server_key = Secret(std::string(data::ScramKeyBytes(mechanism), 'k'))};
  return {std::move(name), mechanism, std::make_shared<const data::ScramCredential>(std::move(credential))};
}

std::string CredentialsOf(const Catalog& catalog) {
  std::string text;
  for (const auto& [name, mechanism, credential] : catalog.ListCredentials()) {
    text += StrCat(name, "/", data::ScramMechanismName(mechanism), "/", credential->salt, "/", credential->iterations, "/", credential->stored_key.Reveal().size(), " ");
  }
  return text;
}

Task<> KeepsCredentialsOverRestarts(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  Ctx ctx;
  CO_RETURN_NOT_OK(bench.catalog->PutCredential(ctx, CredentialOf("gone", data::ScramMechanism::kSha512)));
  CO_RETURN_NOT_OK(bench.catalog->PutCredential(ctx, CredentialOf("alice", data::ScramMechanism::kSha256)));
  CO_RETURN_NOT_OK(bench.catalog->RemoveCredential(ctx, "gone", data::ScramMechanism::kSha512));
  CO_ASSIGN_OR_RETURN(Secret secret, bench.catalog->LoginSecret(ctx));
  CO_RETURN_NOT_OK(Flush(bench));
  CO_RETURN_NOT_OK(bench.catalog->PutCredential(ctx, CredentialOf("alice", data::ScramMechanism::kSha512)));
  auto again = bench.catalog->RemoveCredential(ctx, "gone", data::ScramMechanism::kSha512);
  Status removed_again = co_await again;

  bench.catalog.reset();
  CO_RETURN_NOT_OK(Open(bench));

  EXPECT_EQ(removed_again.code(), Code::kNotFound);
  EXPECT_EQ(CredentialsOf(*bench.catalog), "alice/SCRAM-SHA-256/salt of alice/8192/32 alice/SCRAM-SHA-512/salt of alice/8192/64 ");
  EXPECT_EQ(bench.catalog->FindCredential("gone", data::ScramMechanism::kSha512), nullptr);
  CO_ASSIGN_OR_RETURN(Secret same, bench.catalog->LoginSecret(ctx));
  EXPECT_TRUE(same.Equals(secret.Reveal()));
  co_return Status::Ok();
}
TEST(Catalog, KeepsCredentialsOverRestarts) { ExpectRuns(KeepsCredentialsOverRestarts); }

TEST(Change, RefusesCredentialsThatAreNone) {
  Change good{.kind = Change::Kind::kCredentialPut, .topic = {}, .credential = CredentialOf("alice", data::ScramMechanism::kSha256)};
  Change weak = good, short_key = good, unknown = good, secret{.kind = Change::Kind::kLoginSecret, .topic = {}, .login_secret = Secret("short")};
  auto few = *good.credential.credential;
  few.iterations = 1;
  weak.credential.credential = std::make_shared<const data::ScramCredential>(few);
  short_key.credential.mechanism = data::ScramMechanism::kSha512;
  unknown.credential.mechanism = static_cast<data::ScramMechanism>(3);

  EXPECT_TRUE(DecodeChange(EncodeChange(good)).ok());
  for (const Change& bad : {weak, short_key, unknown, secret}) EXPECT_EQ(DecodeChange(EncodeChange(bad)).code(), Code::kCorrupt);
}

Task<> KeepsTopicsOverRestarts(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  Ctx ctx;
  std::map<std::string, std::string> none;
  std::map<std::string, std::string> configs;
  configs["retention.ms"] = "60000";
  CO_ASSIGN_OR_RETURN(ports::Topics::Ref clicks, Create(bench, "clicks", 3, configs));
  CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Topics::Ref gone, Create(bench, "gone", -1, none));
  CO_RETURN_NOT_OK(bench.catalog->Delete(ctx, "gone"));
  CO_RETURN_NOT_OK(Flush(bench));
  CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Topics::Ref views, Create(bench, "views", 1, none));
  CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Topics::Ref wider, bench.catalog->AddPartitions(ctx, "views", 5, false));

  for (int life = 0; life < 3; ++life) {
    CO_RETURN_NOT_OK(Open(bench));

    EXPECT_EQ(Names(*bench.catalog), "clicks/3 views/5 ");
    EXPECT_EQ(bench.catalog->Find("clicks")->id, clicks->id);
    EXPECT_EQ(bench.catalog->FindById(clicks->id)->log.retention_ms, 60000);
    EXPECT_EQ(bench.catalog->Find("gone"), nullptr);
    if (life == 1) {
      CO_RETURN_NOT_OK(Flush(bench));
    }
  }
  auto bounds = bench.log.Bounds(ctx, {bench.catalog->Find("views")->id, data::PartitionId(4)});
  auto known = co_await bounds;
  EXPECT_TRUE(known.ok());  // the log was told
  co_return Status::Ok();
}
TEST(Catalog, KeepsTopicsOverRestarts) { ExpectRuns(KeepsTopicsOverRestarts); }

Task<> RefusesWhatMakesNoSense(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  Ctx ctx;
  std::map<std::string, std::string> none;
  CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Topics::Ref clicks, Create(bench, "clicks", 3, none));
  size_t frames = bench.journal.frames().size();
  struct Case {
    std::string name;
    int32_t partitions;
    std::string config;
    std::string value;
    Code code;
  };
  std::vector<Case> cases = {{"clicks", 1, "", "", Code::kAlreadyExists}, {"a b", 1, "", "", Code::kInvalid},        {"", 1, "", "", Code::kInvalid},
                             {"..", 1, "", "", Code::kInvalid},           {"zero", 0, "", "", Code::kOutOfRange},    {"many", 1000000, "", "", Code::kOutOfRange},
                             {"x", 1, "no.such", "1", Code::kInvalid},    {"x", 1, "retention.ms", "soon", Code::kInvalid},
                             {"x", 1, "segment.bytes", "1", Code::kInvalid}};
  for (const Case& one : cases) {
    std::map<std::string, std::string> configs;
    if (!one.config.empty()) configs[one.config] = one.value;
    auto create = Create(bench, one.name, one.partitions, configs);
    auto refused = co_await create;
    EXPECT_EQ(refused.code(), one.code) << one.name << " " << one.config << ": " << refused.ToString();
  }
  auto remove = bench.catalog->Delete(ctx, "nothing");
  Status removed = co_await remove;
  auto narrow = bench.catalog->AddPartitions(ctx, "clicks", 3, false);
  auto narrowed = co_await narrow;
  ports::TopicSpec spec{.name = "would-be"};
  CO_ASSIGN_OR_RETURN(ports::Topics::Ref would_be, bench.catalog->Create(ctx, spec, true));

  EXPECT_EQ(removed.code(), Code::kNotFound);
  EXPECT_EQ(narrowed.code(), Code::kOutOfRange);
  EXPECT_EQ(would_be->partitions, 4);
  EXPECT_EQ(bench.journal.frames().size(), frames);
  EXPECT_EQ(Names(*bench.catalog), "clicks/3 ");
  co_return Status::Ok();
}
TEST(Catalog, RefusesWhatMakesNoSense) { ExpectRuns(RefusesWhatMakesNoSense); }

Task<> HasSoManyPartitionsInAll(Bench& bench) {
  bench.options.all_partitions_max = 10;
  CO_RETURN_NOT_OK(Open(bench));
  Ctx ctx;
  std::map<std::string, std::string> none;
  CO_RETURN_NOT_OK(Create(bench, "clicks", 8, none));
  auto beyond = Create(bench, "views", 3, none);
  auto refused = co_await beyond;
  auto widen = bench.catalog->AddPartitions(ctx, "clicks", 11, false);
  auto not_widened = co_await widen;
  CO_RETURN_NOT_OK(Create(bench, "__offsets", 4, none));
  CO_RETURN_NOT_OK(bench.catalog->Delete(ctx, "clicks"));
  CO_RETURN_NOT_OK(Create(bench, "views", 3, none));

  EXPECT_EQ(refused.code(), Code::kTooLarge);
  EXPECT_EQ(not_widened.code(), Code::kTooLarge);
  EXPECT_EQ(Names(*bench.catalog), "__offsets/4 views/3 ");
  EXPECT_FALSE(bench.sim.sink().Contains("more partitions than"));
  bench.options.all_partitions_max = 5;  // with less memory than before it opens nevertheless
  CO_RETURN_NOT_OK(Open(bench));
  EXPECT_EQ(Names(*bench.catalog), "__offsets/4 views/3 ");
  EXPECT_TRUE(bench.sim.sink().Contains("more partitions than the memory of the house is for"));
  co_return Status::Ok();
}
TEST(Catalog, HasSoManyPartitionsInAll) { ExpectRuns(HasSoManyPartitionsInAll); }

Task<> ChangesNothingThatIsNotDurable(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  std::map<std::string, std::string> none;
  bench.journal.Fail(Fault::Unavailable("the journal failed"), false);
  auto create = Create(bench, "clicks", 3, none);
  auto refused = co_await create;
  bench.journal.Fail({}, false);

  EXPECT_EQ(refused.code(), Code::kUnavailable);
  EXPECT_EQ(bench.catalog->Find("clicks"), nullptr);
  CO_ASSIGN_OR_RETURN(ports::Topics::Ref created, Create(bench, "clicks", 2, none));
  EXPECT_EQ(created->partitions, 2);
  CO_RETURN_NOT_OK(Open(bench));
  EXPECT_EQ(Names(*bench.catalog), "clicks/2 ");
  co_return Status::Ok();
}
TEST(Catalog, ChangesNothingThatIsNotDurable) { ExpectRuns(ChangesNothingThatIsNotDurable); }

Task<> ChangesConfigsForGoodOrNotAtAll(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  Ctx ctx;
  std::map<std::string, std::string> configs;
  configs["retention.ms"] = "60000";
  configs["segment.bytes"] = "4096";
  CO_ASSIGN_OR_RETURN(ports::Topics::Ref clicks, Create(bench, "clicks", 1, configs));
  std::vector<ports::ConfigEdit> edits, half_wrong, unknown;
  edits.push_back({"retention.ms", "77000"});
  edits.push_back({"segment.bytes", std::nullopt});
  half_wrong.push_back({"retention.ms", "1"});
  half_wrong.push_back({"cleanup.policy", "shrink"});
  unknown.push_back({"no.such", std::nullopt});

  CO_ASSIGN_OR_RETURN(ports::Topics::Ref altered, bench.catalog->AlterConfigs(ctx, "clicks", edits, false));
  size_t frames = bench.journal.frames().size();
  CO_ASSIGN_OR_RETURN(ports::Topics::Ref same, bench.catalog->AlterConfigs(ctx, "clicks", edits, false));
  auto alter = bench.catalog->AlterConfigs(ctx, "clicks", half_wrong, false);
  auto refused = co_await alter;
  auto alter_unknown = bench.catalog->AlterConfigs(ctx, "clicks", unknown, false);
  auto refused_unknown = co_await alter_unknown;
  auto alter_nothing = bench.catalog->AlterConfigs(ctx, "nothing", edits, false);
  auto refused_nothing = co_await alter_nothing;

  EXPECT_GT(altered->revision, clicks->revision);
  EXPECT_EQ(same->configs, altered->configs);
  EXPECT_EQ(refused.code(), Code::kInvalid);
  EXPECT_EQ(refused_unknown.code(), Code::kInvalid);
  EXPECT_EQ(refused_nothing.code(), Code::kNotFound);
  EXPECT_EQ(bench.journal.frames().size(), frames);
  CO_RETURN_NOT_OK(Open(bench));
  ports::Topics::Ref found = bench.catalog->Find("clicks");
  EXPECT_EQ(found->id, clicks->id);
  EXPECT_EQ(found->log.retention_ms, 77000);
  EXPECT_EQ(found->log.segment_bytes, data::LogConfig().segment_bytes);
  EXPECT_FALSE(found->configs.contains("segment.bytes"));
  co_return Status::Ok();
}
TEST(Catalog, ChangesConfigsForGoodOrNotAtAll) { ExpectRuns(ChangesConfigsForGoodOrNotAtAll); }

Task<> NeverGivesAProducerIdTwice(Bench& bench) {
  std::set<int64_t> given;
  Ctx ctx;
  for (int life = 0; life < 4; ++life) {
    CO_RETURN_NOT_OK(Open(bench));
    for (int i = 0; i < 700; ++i) {
      CO_ASSIGN_OR_RETURN(data::ProducerId id, bench.catalog->Allocate(ctx));
      EXPECT_TRUE(given.insert(id.get()).second) << id.get();
    }
    if (life % 2 == 1) {
      CO_RETURN_NOT_OK(Flush(bench));
    }
  }
  EXPECT_LT(bench.journal.frames().size(), 10u);
  co_return Status::Ok();
}
TEST(Catalog, NeverGivesAProducerIdTwice) { ExpectRuns(NeverGivesAProducerIdTwice); }

Task<> DoesNotStartOnHalfACatalog(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  std::map<std::string, std::string> none;
  for (const char* name : {"a", "b", "c"}) {
    CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Topics::Ref created, Create(bench, name, 1, none));
  }
  std::vector<data::Frame> frames = bench.journal.frames();
  auto fresh = Catalog::Open(bench.sim, {.directory = "data/elsewhere"});
  Catalog& half = **fresh;
  Status first = half.Apply({.type = frames[0].type, .payload = frames[0].head});
  Status again = half.Apply({.type = frames[0].type, .payload = frames[0].head});
  Status third = half.Apply({.type = frames[2].type, .payload = frames[2].head});
  Status damaged = half.ApplyDamage({data::StreamId::OfCatalog(), data::Offset(-1), data::Position(1), data::Position(2)});
  Status other = half.ApplyDamage({data::StreamId::OfPartition({}), data::Offset(-1), data::Position(1), data::Position(2)});

  EXPECT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(third.code(), Code::kCorrupt);  // the second is missing
  EXPECT_EQ(damaged.code(), Code::kCorrupt);
  EXPECT_TRUE(other.ok());
  co_return Status::Ok();
}
TEST(Catalog, DoesNotStartOnHalfACatalog) { ExpectRuns(DoesNotStartOnHalfACatalog); }

Task<> CreateHeld(Bench& bench, Status* created) {
  std::map<std::string, std::string> none;
  auto create = Create(bench, "held", 1, none);
  auto topic = co_await create;
  *created = topic.status();
  co_return Status::Ok();
}

// The journal may hold a change until a checkpoint, which the snapshot is a part of, has made room.
Task<> FlushBesideAHeldChange(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  std::map<std::string, std::string> none;
  CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Topics::Ref a, Create(bench, "a", 1, none));
  data::Position before = bench.journal.durable();
  bench.journal.Hold();
  io::TaskGroup group(bench.sim.loop(0), "creator");
  Status created = Fault::Internal("no answer");
  group.Spawn(io::Lane::kNormal, CreateHeld(bench, &created));
  io::SleepUntil pause(bench.sim.clock().Now() + Milliseconds(100));
  co_await pause;

  CO_RETURN_NOT_OK(Flush(bench));

  EXPECT_FALSE(created.ok());
  EXPECT_EQ(bench.catalog->DurablePosition(), before);
  bench.journal.Release();
  auto ended = group.Close();
  co_await ended;
  EXPECT_TRUE(created.ok()) << created.ToString();
  bench.catalog.reset();
  CO_RETURN_NOT_OK(Open(bench));
  EXPECT_EQ(Names(*bench.catalog), "a/1 held/1 ");
  CO_RETURN_NOT_OK(Flush(bench));
  EXPECT_GT(bench.catalog->DurablePosition(), before);
  co_return Status::Ok();
}
TEST(Catalog, ASnapshotWaitsForNoChangeThatIsHeld) { ExpectRuns(FlushBesideAHeldChange); }

Task<> MakeTwo(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  std::map<std::string, std::string> none;
  CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Topics::Ref a, Create(bench, "a", 1, none));
  CO_RETURN_NOT_OK(Flush(bench));
  CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Topics::Ref b, Create(bench, "b", 1, none));
  co_return Status::Ok();
}

// A snapshot is the old one or the new one, whenever the power goes and whichever of the two copies rots then; with the journal behind it, it is always
// the same catalog.
TEST(Catalog, HasAWholeSnapshotInEveryCrashState) {
  SimEnv sim;
  Bench bench(sim);
  ASSERT_TRUE(sim.Run(MakeTwo(bench)).ok());
  testing::CrashStates states(sim.disk());
  ASSERT_TRUE(sim.Run(Flush(bench)).ok());
  states.Stop();

  testing::CrashReport report = states.ForEach([&](const testing::CrashState& state) -> std::string {
    for (const char* rotten : {"", "data/catalog/SNAPSHOT", "data/catalog/SNAPSHOT.copy"}) {
      SimEnv after;
      after.disk().Load(state.disk);
      if (*rotten != '\0') after.disk().FlipBit(rotten, 8);
      auto opened = Catalog::Open(after, {.directory = "data/catalog"});
      if (!opened.ok()) return opened.ToString();
      Status replayed = bench.journal.ReplayInto(**opened);
      if (!replayed.ok()) return replayed.ToString();
      if (Names(**opened) != "a/1 b/1 ") return StrCat(rotten, ": ", Names(**opened));
    }
    return "";
  });

  testing::PrintFigure("F3, the catalog: ", report.states, " disks that ", report.cuts, " moments can leave; ", report.violations.size(), " broke a promise");
  EXPECT_GT(report.states, 5);
  EXPECT_EQ(report.violations, std::vector<std::string>());
}

TEST(Catalog, OutlivesAFlippedBitOfItsSnapshot) {
  SimEnv sim;
  Bench bench(sim);
  ASSERT_TRUE(sim.Run(MakeTwo(bench)).ok());
  for (const char* path : {"data/catalog/SNAPSHOT", "data/catalog/SNAPSHOT.copy", "data/catalog/SNAPSHOT"}) {
    sim.disk().FlipBit(path, 40);

    auto opened = Catalog::Open(sim, {.directory = "data/catalog"});

    ASSERT_TRUE(opened.ok()) << path << ": " << opened.ToString();
    EXPECT_EQ(Names(**opened), "a/1 ");
  }
}

TEST(Catalog, ReadsNoSnapshotWithAFlippedByte) {
  SimEnv sim;
  Bench bench(sim);
  ASSERT_TRUE(sim.Run(MakeTwo(bench)).ok());
  std::string bytes = io::ReadWhole(sim.disk(), "data/catalog/SNAPSHOT", 1 << 20).value();

  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i >= 28 && i < 32) continue;  // reserved, zero
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 16);
    for (const char* path : {"data/catalog/SNAPSHOT", "data/catalog/SNAPSHOT.copy"}) ASSERT_TRUE(io::WriteWhole(sim.disk(), path, flipped).ok());
    EXPECT_FALSE(Catalog::Open(sim, {.directory = "data/catalog"}).ok()) << "byte " << i;
  }
}

TEST(TopicConfigs, SayWhatIsInForce) {
  data::Topic topic{.name = "clicks", .partitions = 1, .configs = {{"retention.ms", "5"}}};

  auto entries = DescribeLogConfig(topic);

  ASSERT_FALSE(entries.empty());
  EXPECT_TRUE(std::is_sorted(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; }));
  for (const auto& entry : entries) {
    EXPECT_EQ(entry.source, entry.name == "retention.ms" ? ports::ConfigSource::kTopic : ports::ConfigSource::kDefault) << entry.name;
    EXPECT_TRUE(entry.name != "retention.ms" || entry.value == "5");
    EXPECT_TRUE(entry.name == "retention.ms" || ParseLogConfig({{entry.name, entry.value}}).ok()) << entry.name << ": its default is refused";
  }
}

TEST(TopicConfigs, CleanUpByAListOfPolicies) {
  for (const char* both : {"compact,delete", " delete, compact", "delete ,compact"}) {
    auto config = ParseLogConfig({{"cleanup.policy", both}});
    ASSERT_TRUE(config.ok()) << both;
    EXPECT_TRUE(config->compacted && config->deleted) << both;
  }
  EXPECT_FALSE(ParseLogConfig({{"cleanup.policy", "compact"}})->deleted);
  for (const char* none : {"", " ", ",", "compact,keep", "compact;delete"}) EXPECT_FALSE(ParseLogConfig({{"cleanup.policy", none}}).ok()) << none;
}

TEST(TopicConfigs, CompactNoLaterThanTheyCompactAtAll) {
  EXPECT_TRUE(AcceptLogConfig({{"min.compaction.lag.ms", "5"}, {"max.compaction.lag.ms", "5"}}).ok());
  EXPECT_FALSE(AcceptLogConfig({{"min.compaction.lag.ms", "6"}, {"max.compaction.lag.ms", "5"}}).ok());
  EXPECT_TRUE(ParseLogConfig({{"min.compaction.lag.ms", "6"}, {"max.compaction.lag.ms", "5"}}).ok());  // of a house that took it once
}

TEST(TopicConfigs, RelaxDurabilityByInterval) {
  EXPECT_EQ(ParseLogConfig({{"durability", "interval:250"}})->relaxed_durability_ms, 250);
  EXPECT_EQ(ParseLogConfig({{"durability", "strict"}})->relaxed_durability_ms, 0);
  EXPECT_FALSE(ParseLogConfig({{"durability", "interval:"}}).ok());
  EXPECT_FALSE(ParseLogConfig({{"durability", "sometimes"}}).ok());
}

}  // namespace
}  // namespace freshet::catalog
