#include "engines/topic_tables/topic_tables.h"

#include <gtest/gtest.h>

#include "data/canonical.h"
#include "data/record_batch.h"
#include "engines/topic_tables/position.h"
#include "io/wait.h"
#include "testing/lone_groups.h"
#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"

namespace freshet::topic_tables {
namespace {

using data::Type;

ports::TableRequest Request(std::string connector, std::map<std::string, std::string> more) {
  ports::TableRequest table;
  table.name = "t";
  table.columns.Add("k", Type::String().NotNull());
  table.columns.Add("v", Type::Int());
  table.record = table.columns;
  table.metadata_keys = {"", ""};
  table.bounded = false;
  table.options = std::move(more);
  table.options["connector"] = connector;
  table.options["topic"] = "rows";
  if (connector == "kafka") {
    table.options.try_emplace("format", "json");
    table.options.try_emplace("scan.startup.mode", "earliest-offset");
  } else {
    table.primary_key = {"k"};
    table.options["key.format"] = table.options["value.format"] = "json";
  }
  return table;
}

struct House {
  explicit House(testing::SimEnv& sim) : env(sim), log(sim), topics(sim, log), tables(sim, {.own_addresses = {}, .groups = [this] { return &groups; }}, log, topics) {}

  Task<> MakeTopic(int32_t partitions) {
    ports::TopicSpec spec;
    spec.name = "rows";
    spec.partitions = partitions;
    auto creating = topics.Create({}, spec, false);
    auto created = co_await creating;
    co_return created.status();
  }
  // One log batch with the values {"k":"<i>","v":i}, from first to last.
  Task<> Produce(int32_t partition, int first, int last, data::Codec codec) {
    data::RecordBatchBuilder builder({.codec = codec});
    for (int i = first; i <= last; ++i) builder.Add(i, std::nullopt, StrCat("{\"k\":\"", i, "\",\"v\":", i, "}"));
    std::vector<ports::LogAppend> appends(1);
    appends[0].key = {topics.Find("rows")->id, data::PartitionId(partition)};
    appends[0].batches = *builder.Finish();
    CO_ASSIGN_OR_RETURN(auto appended, log.Append({}, std::move(appends)));
    co_return appended[0].status();
  }
  // The same in a transaction of producer 7, which stays open.
  Task<> ProduceOpen(int first, int last) {
    data::PartitionKey key{topics.Find("rows")->id, data::PartitionId(0)};
    CO_RETURN_NOT_OK(log.AdmitTransaction({}, data::ProducerId(7), data::ProducerEpoch(0), {key}));
    data::RecordBatchBuilder builder({.producer_id = data::ProducerId(7), .producer_epoch = data::ProducerEpoch(0), .transactional = true});
    for (int i = first; i <= last; ++i) builder.Add(i, std::nullopt, StrCat("{\"k\":\"", i, "\",\"v\":", i, "}"));
    std::vector<ports::LogAppend> appends(1);
    appends[0] = {key, *builder.Finish(data::Sequence(sent_))};
    sent_ += last - first + 1;
    CO_ASSIGN_OR_RETURN(auto appended, log.Append({}, std::move(appends)));
    co_return appended[0].status();
  }
  Task<> EndTransaction(data::ControlMarker::Kind kind) {
    data::ControlMarker marker{.kind = kind, .producer_id = data::ProducerId(7), .producer_epoch = data::ProducerEpoch(0)};
    std::vector<ports::LogAppend> appends(1);
    appends[0] = {{topics.Find("rows")->id, data::PartitionId(0)}, data::BuildControlBatch(marker)};
    CO_RETURN_NOT_OK(log.AppendTogether({}, std::move(appends), {}));
    co_return Status::Ok();
  }
  // Rows of so many polls as "partition:v ".
  Task<std::string> Poll(ports::Source* source, int polls) {
    std::string out;
    for (int n = 0; n < polls; ++n) {
      CO_ASSIGN_OR_RETURN(auto polled, source->Poll(Ctx().WithDeadline(env.clock().Now())));
      for (int row = 0; row < polled.batch.length(); ++row) {
        out += StrCat(polled.partition, ":");
        if (polled.batch.op(row) == data::RowKind::kDelete) out += "deleted ";
        data::AppendCanonical(out, *polled.batch.column(polled.batch.op(row) == data::RowKind::kDelete ? 0 : 1), row);
        out += " ";
      }
    }
    co_return out;
  }

  Env& env;
  testing::MemoryLog log;
  testing::MemoryTopics topics;
  testing::LoneGroups groups;
  TopicTables tables;
  int sent_ = 0;
};

template <typename T>
T Get(Result<T> result) {
  EXPECT_TRUE(result.ok()) << result.ToString();
  return std::move(result).value();
}

Task<> Sleep(MonoTime until) {
  io::SleepUntil pause(until);
  co_await pause;
  co_return Status();
}

TEST(TopicPosition, ReadsBackWhatItWroteAndRefusesTheRest) {
  PartitionPlace place;
  place.key = {Uuid::FromBytes("0123456789abcdef"), data::PartitionId(7)};
  place.next = data::Offset(int64_t{1} << 40);
  std::string bytes = EncodePlaces({place, place});

  auto back = DecodePlaces(bytes);

  ASSERT_TRUE(back.ok()) << back.ToString();
  ASSERT_EQ(back->size(), 2U);
  EXPECT_EQ((*back)[1].key, place.key);
  EXPECT_EQ((*back)[1].next, place.next);
  EXPECT_EQ((*back)[1].stop, PartitionPlace::kNoStop);
  EXPECT_EQ(DecodePlaces(bytes.substr(0, bytes.size() - 1)).code(), Code::kCorrupt);
  EXPECT_EQ(DecodePlaces("\x02").code(), Code::kUnsupported);
  EXPECT_EQ(DecodePlaces("").code(), Code::kUnsupported);
  EXPECT_EQ(DecodePlaces("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01").code(), Code::kCorrupt);
}

TEST(TopicSource, GoesOnInTheMiddleOfABatchFromItsPosition) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 0, data::kMaxBatchRows + 2, data::Codec::kZstd)).ok());  // more than one batch of rows
  auto first = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  std::string rows = *sim.Run(house.Poll(first.get(), 1));
  std::string position = first->Position();
  auto second = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));

  ASSERT_TRUE(second->Seek(position).ok());
  std::string rest = *sim.Run(house.Poll(second.get(), 1));

  EXPECT_TRUE(rows.ends_with("0:8191 ")) << rows.substr(rows.size() - 20);
  EXPECT_EQ(rest, "0:8192 0:8193 0:8194 ");
  EXPECT_EQ(*sim.Run(house.Poll(first.get(), 1)), rest);
}

TEST(TopicSource, ThatReplaysStopsBeforeThePositionThatItIsTold) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(2)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 0, 9, data::Codec::kNone)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(1, 10, 11, data::Codec::kNone)).ok());
  data::PartitionKey first{house.topics.Find("rows")->id, data::PartitionId(0)}, second{first.topic, data::PartitionId(1)};
  auto at = [&](int64_t of_first, int64_t of_second) { return EncodePlaces({{.key = second, .next = data::Offset(of_second)}, {.key = first, .next = data::Offset(of_first)}}); };
  ports::TableRequest request = Request("kafka", {});
  request.bounded = false;
  request.replays = true;
  auto source = Get(sim.Run(house.tables.OpenSource({}, request)));

  ASSERT_TRUE(source->HoldAt(at(4, 0)).ok());
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 3)), "1:0 1:1 1:2 1:3 ");  // partitions in the order of the position
  EXPECT_EQ(source->Position(), at(4, 0));
  ASSERT_TRUE(source->HoldAt(at(10, 1)).ok());
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 3)), "0:10 1:4 1:5 1:6 1:7 1:8 1:9 ");
  EXPECT_EQ(source->Position(), at(10, 1));
}

TEST(TopicSource, ThatReplaysBeginsWhereItBegan) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  auto refusal = [&](data::ConnectorOptions options) {
    ports::TableRequest request = Request("kafka", std::move(options));
    request.bounded = false;
    request.replays = true;
    return sim.Run(house.tables.OpenSource({}, request)).ToString();
  };

  EXPECT_NE(refusal({{"scan.startup.mode", "latest-offset"}}).find("begins at latest-offset, and where that was when the pipeline began is not known"), std::string::npos);
  EXPECT_NE(refusal({{"scan.bounded.mode", "latest-offset"}}).find("ends by scan.bounded.mode"), std::string::npos);
  EXPECT_EQ(refusal({}), "ok");
}

TEST(TopicSource, SaysWhatHasComeSinceItWasOpened) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 0, 3, data::Codec::kNone)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  auto poll = [&] { return Get(sim.Run(source->Poll(Ctx().WithDeadline(sim.clock().Now())))); };
  auto before = poll();

  ASSERT_TRUE(sim.Run(house.Produce(0, 4, 5, data::Codec::kNone)).ok());
  auto after = poll();

  EXPECT_EQ(before.batch.length(), 4);
  EXPECT_FALSE(before.came_later);
  EXPECT_EQ(after.batch.length(), 2);
  EXPECT_TRUE(after.came_later);
}

TEST(TopicSource, ReadsWhatIsCommitted) {
  using Kind = data::ControlMarker::Kind;
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.ProduceOpen(1, 2)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 3, 3, data::Codec::kNone)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  auto to_the_end = Request("kafka", {});
  to_the_end.bounded = true;
  auto bounded = Get(sim.Run(house.tables.OpenSource({}, to_the_end)));

  std::string while_open = *sim.Run(house.Poll(source.get(), 2));
  auto ended = Get(sim.Run(bounded->Poll(Ctx().WithDeadline(sim.clock().Now()))));
  ASSERT_TRUE(sim.Run(house.EndTransaction(Kind::kAbort)).ok());
  ASSERT_TRUE(sim.Run(house.ProduceOpen(4, 5)).ok());
  std::string after_abort = *sim.Run(house.Poll(source.get(), 2));
  ASSERT_TRUE(sim.Run(house.EndTransaction(Kind::kCommit)).ok());
  std::string after_commit = *sim.Run(house.Poll(source.get(), 2));

  EXPECT_EQ(while_open, "");
  EXPECT_TRUE(ended.ended);
  EXPECT_EQ(ended.batch.length(), 0);
  EXPECT_EQ(after_abort, "0:3 ");
  EXPECT_EQ(after_commit, "0:4 0:5 ");
}

TEST(TopicSource, ReadsEveryCodec) {
  for (int codec = 0; codec < data::kCodecs; ++codec) {
    testing::SimEnv sim;
    House house(sim);
    ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
    ASSERT_TRUE(sim.Run(house.Produce(0, 1, 3, static_cast<data::Codec>(codec))).ok());

    auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));

    EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "0:1 0:2 0:3 ") << codec;
  }
}

// How many records each batch of a topic's partitions has.
Task<std::vector<int>> RecordsOfBatches(House* house, std::string topic) {
  std::vector<int> out;
  auto described = house->topics.Find(topic);
  for (int32_t p = 0; p < described->partitions; ++p) {
    std::vector<ports::LogRead> reads{{.key = {described->id, data::PartitionId(p)}, .from = data::Offset(0), .bytes_max = 1 << 30, .committed_only = true}};
    CO_ASSIGN_OR_RETURN(auto slices, house->log.Read({}, std::move(reads), {.bytes_min = 1, .bytes_max = 1 << 30, .until = {0}}));
    for (const auto& batch : slices[0].batches) out.push_back(data::RecordBatchView::Parse(*batch)->header().record_count);
  }
  co_return out;
}

TEST(TopicSource, KeepsDeadLettersByTheBatchSoThatManyDoNotHoldUpTheGoodOnes) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  auto produce = [&](std::string value, int times) {
    data::RecordBatchBuilder builder({});
    for (int i = 0; i < times; ++i) builder.Add(i, "k", value);
    std::vector<ports::LogAppend> appends(1);
    appends[0] = {{house.topics.Find("rows")->id, data::PartitionId(0)}, *builder.Finish()};
    ASSERT_TRUE(sim.Run(house.log.Append({}, std::move(appends))).ok());
  };
  produce("no json", 500);
  produce(std::string(150 << 10, '['), 3);
  ASSERT_TRUE(sim.Run(house.Produce(0, 7, 7, data::Codec::kNone)).ok());
  ports::TableRequest to_the_end = Request("kafka", {});
  to_the_end.bounded = true;
  auto source = Get(sim.Run(house.tables.OpenSource({}, to_the_end)));

  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "0:7 ");
  for (auto& letters : Get(sim.Run(source->Prepare({})))) {  // as the epoch's end takes them
    std::vector<ports::LogAppend> appends;
    appends.push_back(std::move(letters));
    ASSERT_TRUE(sim.Run(house.log.Append({}, std::move(appends))).ok());
  }

  EXPECT_EQ(*sim.Run(RecordsOfBatches(&house, "__dead.rows")), (std::vector<int>{500, 1, 1, 1}));
  EXPECT_EQ(sim.metrics().AddCounter("freshet_topic_table_dead_letters_total", "", {{"table", "t"}}).value(), 503);
}

TEST(TopicSource, HandsDeadLettersToTheEpochAndSaysWhatItHasRead) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 1, 2, data::Codec::kNone)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  ASSERT_EQ(*sim.Run(house.Poll(source.get(), 1)), "0:1 0:2 ");

  EXPECT_EQ(source->LastRead(), "topic rows partition 0 offsets 0 to 1");
  ASSERT_TRUE(sim.Run(source->Refuse({}, {1}, Fault::Invalid("it has no time"))).ok());
  EXPECT_GT(source->staged_bytes(), 0);
  EXPECT_EQ(house.topics.Find("__dead.rows"), nullptr);
  auto staged = *sim.Run(source->Prepare({}));

  EXPECT_EQ(source->staged_bytes(), 0);
  ASSERT_EQ(staged.size(), 1U);
  EXPECT_NE(staged[0].batches.find("table t, topic rows partition 0 offset 1: it has no time"), std::string::npos);
  EXPECT_NE(staged[0].batches.find(R"({"k":"2","v":2})"), std::string::npos);
}

TEST(TopicSource, SeesPartitionsThatAreAddedLater) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 1, 1, data::Codec::kNone)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {{"scan.startup.mode", "latest-offset"}}))));
  std::string position = source->Position();

  ASSERT_TRUE(sim.Run(house.topics.AddPartitions({}, "rows", 2, false)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(1, 2, 2, data::Codec::kNone)).ok());

  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 2)), "1:2 ");
  auto again = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {{"scan.startup.mode", "latest-offset"}}))));
  ASSERT_TRUE(again->Seek(position).ok());
  EXPECT_EQ(*sim.Run(house.Poll(again.get(), 2)), "1:2 ");  // not known to the position: from its start
}

TEST(TopicSource, SeesTopicsOfItsPatternThatAreMadeLater) {
  testing::SimEnv sim;
  House house(sim);
  ports::TableRequest table = Request("kafka", {{"scan.startup.mode", "latest-offset"}, {"topic-pattern", "r.w[s]"}});
  table.options.erase("topic");
  auto source = Get(sim.Run(house.tables.OpenSource({}, table)));
  std::string before = source->Position();
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "");

  ASSERT_TRUE(sim.Run(house.MakeTopic(2)).ok());
  ASSERT_TRUE(sim.Run(house.topics.Create({}, {.name = "rows2", .partitions = 1}, false)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(1, 2, 2, data::Codec::kNone)).ok());
  ASSERT_TRUE(sim.Run(Sleep(sim.clock().Now() + Seconds(2))).ok());

  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 3)), "1:2 ");  // from its start, whatever the options say of those that were there
  EXPECT_EQ(source->Partitions().size(), 2u);
  auto again = Get(sim.Run(house.tables.OpenSource({}, table)));
  ASSERT_TRUE(again->Seek(before).ok());
  EXPECT_EQ(*sim.Run(house.Poll(again.get(), 3)), "1:2 ");
}

// One record {"k":"<v>","v":v} in partition 0.
Task<> ProduceInto(House* house, std::string topic, int v) {
  data::RecordBatchBuilder builder({});
  builder.Add(v, std::nullopt, StrCat("{\"k\":\"", v, "\",\"v\":", v, "}"));
  std::vector<ports::LogAppend> appends(1);
  appends[0].key = {house->topics.Find(topic)->id, data::PartitionId(0)};
  appends[0].batches = *builder.Finish();
  CO_ASSIGN_OR_RETURN(auto appended, house->log.Append({}, std::move(appends)));
  co_return appended[0].status();
}

TEST(TopicSource, GoesOnWithoutATopicOfItsPatternThatIsDeleted) {
  testing::SimEnv sim;
  House house(sim);
  ports::TableRequest table = Request("kafka", {{"topic-pattern", "rows[0-9]"}});
  table.options.erase("topic");
  for (const char* name : {"rows1", "rows2"}) {
    ASSERT_TRUE(sim.Run(house.topics.Create({}, {.name = name, .partitions = 1}, false)).ok());
    ASSERT_TRUE(sim.Run(ProduceInto(&house, name, 1)).ok());
  }
  auto source = Get(sim.Run(house.tables.OpenSource({}, table)));
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 2)), "0:1 1:1 ");

  ASSERT_TRUE(sim.Run(house.topics.Delete({}, "rows1")).ok());
  ASSERT_TRUE(sim.Run(ProduceInto(&house, "rows2", 2)).ok());

  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "1:2 ");
  auto ended = Get(sim.Run(source->Poll(Ctx().WithDeadline(sim.clock().Now()))));
  EXPECT_TRUE(ended.partition_ended && !ended.ended);  // it holds no watermark back any more
  EXPECT_EQ(ended.partition, 0);
  EXPECT_EQ(sim.metrics().AddCounter("freshet_topic_table_deleted_topics_total", "", {{"table", "t"}}).value(), 1);
  EXPECT_TRUE(sim.sink().Contains("the table goes on without it"));

  auto again = Get(sim.Run(house.tables.OpenSource({}, table)));
  ASSERT_TRUE(again->Seek(source->Position()).ok());
  EXPECT_EQ(again->Partitions().size(), 2u);  // the one that stays has the number that it had
  ASSERT_TRUE(sim.Run(house.topics.Create({}, {.name = "rows1", .partitions = 1}, false)).ok());
  ASSERT_TRUE(sim.Run(ProduceInto(&house, "rows1", 7)).ok());
  ASSERT_TRUE(sim.Run(ProduceInto(&house, "rows2", 3)).ok());
  ASSERT_TRUE(sim.Run(Sleep(sim.clock().Now() + Seconds(2))).ok());
  EXPECT_EQ(*sim.Run(house.Poll(again.get(), 3)), "1:3 2:7 ");  // made again it is another one
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 3)), "1:3 2:7 ");
  ASSERT_TRUE(sim.Run(house.topics.Delete({}, "rows1")).ok());
  ASSERT_TRUE(sim.Run(house.topics.Delete({}, "rows2")).ok());
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 4)), "");  // it waits for the next one
}

TEST(TopicSource, RefusesAPositionOfATopicThatIsThereAndThatItsPatternDoesNotTake) {
  testing::SimEnv sim;
  House house(sim);
  ports::TableRequest table = Request("kafka", {{"topic-pattern", "rows[0-9]"}});
  table.options.erase("topic");
  for (const char* name : {"rows1", "rows2"}) ASSERT_TRUE(sim.Run(house.topics.Create({}, {.name = name, .partitions = 1}, false)).ok());
  std::string position = Get(sim.Run(house.tables.OpenSource({}, table)))->Position();
  ports::TableRequest narrow = table, bounded = table;
  narrow.options["topic-pattern"] = "rows2";
  bounded.options["scan.bounded.mode"] = "latest-offset";

  Status narrowed = Get(sim.Run(house.tables.OpenSource({}, narrow)))->Seek(position);
  ASSERT_TRUE(sim.Run(house.topics.Delete({}, "rows1")).ok());
  Status lacking = Get(sim.Run(house.tables.OpenSource({}, bounded)))->Seek(position);
  Status gone = Get(sim.Run(house.tables.OpenSource({}, table)))->Seek(position);

  EXPECT_NE(narrowed.ToString().find("its last epoch had read topic 'rows1', which is none of its topics now"), std::string::npos) << narrowed.ToString();
  EXPECT_EQ(lacking.code(), Code::kConflict) << "what has an end would lack rows";
  EXPECT_TRUE(gone.ok()) << gone.ToString();
  EXPECT_EQ(sim.metrics().AddCounter("freshet_topic_table_deleted_topics_total", "", {{"table", "t"}}).value(), 1);
}

TEST(TopicSource, GoesOnWithATopicThatWasMadeAgainIfLossIsAccepted) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 1, 1, data::Codec::kNone)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "0:1 ");
  ASSERT_TRUE(sim.Run(house.topics.Delete({}, "rows")).ok());
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 5, 5, data::Codec::kNone)).ok());

  auto strict = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  Status refused = strict->Seek(source->Position());
  auto again = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  Status accepted = again->SeekWhatIsThere(source->Position());

  EXPECT_EQ(refused.code(), Code::kConflict);
  EXPECT_NE(refused.ToString().find("table t: topic 'rows', which its last epoch had read, was deleted"), std::string::npos) << refused.ToString();
  ASSERT_TRUE(accepted.ok()) << accepted.ToString();
  EXPECT_EQ(*sim.Run(house.Poll(again.get(), 2)), "1:5 ");
  auto later = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  EXPECT_TRUE(later->Seek(again->Position()).ok());  // accepted once is enough
}

TEST(TopicSource, TellsOfATopicThatIsMadeForItsTable) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.topics.Create({}, {.name = "rowss", .partitions = 1}, false)).ok());

  ASSERT_TRUE(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))).ok());

  EXPECT_TRUE(sim.sink().Contains("a topic is made for a table that reads it, and is empty until somebody writes it; did you mean 'rowss'?"));
}

TEST(TopicSource, FailsWithoutATopicThatItsTableNames) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));

  ASSERT_TRUE(sim.Run(house.topics.Delete({}, "rows")).ok());

  EXPECT_NE(sim.Run(house.Poll(source.get(), 1)).ToString().find("topic 'rows' was deleted; what it held cannot be read any more"), std::string::npos);
}

// Of topic rows, partition 0 and on.
Task<> CommitOffsets(ports::Groups& groups, std::vector<int64_t> committed) {
  ports::GroupCaller caller{.group = "readers", .member_id = "", .instance_id = {}};
  std::vector<ports::CommittedOffset> offsets;
  for (int64_t offset : committed) {
    offsets.push_back({.topic = "rows", .partition = data::PartitionId(static_cast<int32_t>(offsets.size())), .offset = data::Offset(offset), .metadata = ""});
  }
  CO_ASSIGN_OR_RETURN(auto error, groups.CommitOffsets({}, caller, std::move(offsets)));
  co_return error == ports::GroupError::kNone ? Status::Ok() : Status(Fault::Invalid("not committed"));
}

TEST(TopicSource, BeginsAndEndsWhereAGroupStands) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(2)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 0, 4, data::Codec::kNone)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(1, 7, 8, data::Codec::kNone)).ok());
  ASSERT_TRUE(sim.Run(CommitOffsets(house.groups, {3})).ok());
  auto rows = [&](std::map<std::string, std::string> options) {
    options["properties.group.id"] = "readers";
    auto opened = sim.Run(house.tables.OpenSource({}, Request("kafka", std::move(options))));
    if (!opened.ok()) return opened.ToString();
    auto polled = sim.Run(house.Poll(opened->get(), 4));
    return polled.ok() ? *polled : polled.ToString();
  };
  std::string no_offset = "not found: table t: group 'readers' has no offset of topic 'rows' partition 1; commit one, or say 'properties.auto.offset.reset' = 'earliest' or 'latest'";

  EXPECT_EQ(rows({{"scan.startup.mode", "group-offsets"}}), no_offset);
  EXPECT_EQ(rows({{"scan.startup.mode", "group-offsets"}, {"properties.auto.offset.reset", "earliest"}}), "0:3 0:4 1:7 1:8 ");
  EXPECT_EQ(rows({{"scan.startup.mode", "group-offsets"}, {"properties.auto.offset.reset", "latest"}}), "0:3 0:4 ");
  EXPECT_EQ(rows({{"scan.bounded.mode", "group-offsets"}, {"scan.startup.mode", "earliest-offset"}}), no_offset);
  ASSERT_TRUE(sim.Run(CommitOffsets(house.groups, {3, 1})).ok());
  EXPECT_EQ(rows({{"scan.startup.mode", "group-offsets"}}), "0:3 0:4 1:8 ");
  EXPECT_EQ(rows({{"scan.bounded.mode", "group-offsets"}, {"scan.startup.mode", "earliest-offset"}}), "0:0 0:1 0:2 1:7 ");
  EXPECT_EQ(rows({{"scan.startup.mode", "group-offsets"}, {"properties.auto.offset.reset", "newest"}}),
            "invalid: table t: option 'properties.auto.offset.reset' is 'newest'; it takes earliest, latest or none");
}

TEST(TopicSource, CountsAndTellsWhatWasRemovedBeforeItWasRead) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 0, 0, data::Codec::kNone)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "0:0 ");
  for (int i = 1; i <= 4; ++i) ASSERT_TRUE(sim.Run(house.Produce(0, i, i, data::Codec::kNone)).ok());
  ASSERT_TRUE(sim.Run(house.log.Trim({}, {house.topics.Find("rows")->id, data::PartitionId(0)}, data::Offset(4))).ok());

  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 2)), "0:4 ");
  EXPECT_EQ(sim.metrics().AddCounter("freshet_topic_table_lost_offsets_total", "", {{"table", "t"}}).value(), 3);
  EXPECT_TRUE(sim.sink().Contains("records were removed before they were read"));
}

TEST(TopicSource, GoesOnFromItsPositionThoughTheGroupHasNoOffsets) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  ASSERT_TRUE(sim.Run(house.Produce(0, 0, 4, data::Codec::kNone)).ok());
  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {{"scan.startup.mode", "group-offsets"}, {"properties.group.id", "nobody"}}))));
  ASSERT_TRUE(source->Seek(EncodePlaces({{.key = {house.topics.Find("rows")->id, data::PartitionId(0)}, .next = data::Offset(3)}})).ok());
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "0:3 0:4 ");
}

TEST(TopicSource, RefusesThePositionOfATopicThatWasMadeAgain) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  auto old = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  ASSERT_TRUE(sim.Run(house.topics.Delete({}, "rows")).ok());
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());

  auto fresh = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));

  EXPECT_EQ(fresh->Seek(old->Position()).code(), Code::kConflict);
  EXPECT_EQ(sim.Run(house.Poll(old.get(), 1)).code(), Code::kNotFound);
}

data::Batch Rows(std::vector<std::pair<data::RowKind, std::pair<const char*, int>>> rows) {
  data::BatchBuilder builder({Type::String(), Type::Int()});
  for (const auto& [kind, row] : rows) builder.AppendRow({row.first, row.second}, kind);
  return builder.Build();
}

Task<std::vector<ports::LogAppend>> Prepared(ports::Sink* sink) {
  ports::EpochToken token;
  CO_RETURN_NOT_OK(sink->Flush({}));
  CO_ASSIGN_OR_RETURN(auto prepared, sink->Prepare({}, token));
  co_return prepared.staged;
}

TEST(TopicSink, HandsItsRowsToTheEpochAndWritesTombstones) {
  using enum data::RowKind;
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  auto request = Request("upsert-kafka", {{"sink.delivery-guarantee", "exactly-once"}});
  auto sink = Get(sim.Run(house.tables.OpenSink({}, request)));

  ASSERT_TRUE(sink->Write(Rows({{kInsert, {"a", 1}}, {kInsert, {"b", 2}}, {kUpdateBefore, {"a", 1}}, {kUpdateAfter, {"a", 3}}, {kDelete, {"b", 2}}})).ok());
  auto staged = *sim.Run(Prepared(sink.get()));

  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("upsert-kafka", {}))));
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "");  // nothing is readable before the epoch commits
  ASSERT_EQ(staged.size(), 1U);
  ASSERT_TRUE(sim.Run(house.log.Append({}, staged)).ok());
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 1)), "0:3 0:deleted \"b\" ");
  EXPECT_TRUE(sim.Run(Prepared(sink.get()))->empty());
}

TEST(TopicSink, DealsRowsWithoutAKeyRoundRobin) {
  using enum data::RowKind;
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(2)).ok());
  auto sink = Get(sim.Run(house.tables.OpenSink({}, Request("kafka", {{"sink.partitioner", "round-robin"}, {"properties.compression.type", "lz4"}}))));

  ASSERT_TRUE(sink->Write(Rows({{kInsert, {"a", 1}}, {kInsert, {"b", 2}}, {kInsert, {"c", 3}}})).ok());
  ASSERT_TRUE(sim.Run(Prepared(sink.get()))->empty());  // at least once: appended, nothing is staged

  auto source = Get(sim.Run(house.tables.OpenSource({}, Request("kafka", {}))));
  EXPECT_EQ(*sim.Run(house.Poll(source.get(), 2)), "0:1 0:3 1:2 ");
  EXPECT_EQ(sink->Write(Rows({{kDelete, {"a", 1}}})).code(), Code::kInvalid);
}

TEST(TopicSink, RefusesARecordThatTheTopicDoesNotTake) {
  testing::SimEnv sim;
  House house(sim);
  auto sink = Get(sim.Run(house.tables.OpenSink({}, Request("kafka", {}))));
  std::string long_text(2 << 20, 'x');

  ASSERT_TRUE(sink->Write(Rows({{data::RowKind::kInsert, {long_text.c_str(), 1}}})).ok());

  EXPECT_EQ(sim.Run(Prepared(sink.get())).code(), Code::kTooLarge);
}

TEST(TopicSink, WritesManyRowsInBatchesAndUnitsThatTheLogTakes) {
  testing::SimEnv sim;
  House house(sim);
  ASSERT_TRUE(sim.Run(house.MakeTopic(1)).ok());
  auto sink = Get(sim.Run(house.tables.OpenSink({}, Request("kafka", {}))));
  std::string text(1000, 'y');

  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(sink->Write(Rows({{data::RowKind::kInsert, {text.c_str(), i}}})).ok());
  Status flushed = sim.Run(sink->Flush({}));

  ASSERT_TRUE(flushed.ok()) << flushed.ToString();
  EXPECT_EQ(sink->buffered_bytes(), 0);
  auto bounds = *sim.Run(house.log.Bounds({}, {house.topics.Find("rows")->id, data::PartitionId(0)}));
  EXPECT_EQ(bounds.end, data::Offset(10'000));
}

}  // namespace
}  // namespace freshet::topic_tables
