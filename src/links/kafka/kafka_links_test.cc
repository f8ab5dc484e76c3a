#include "links/kafka/kafka_links.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <map>

#include "data/canonical.h"
#include "io/real_env.h"
#include "io/run_to_end.h"
#include "io/wait.h"
#include "links/kafka/outbox.h"
#include "links/kafka/position.h"
#include "links/kafka/properties.h"

namespace freshet::links::kafka {
namespace {

using data::Type;

// A cluster of librdkafka's own, in this process, and a producer that is its client.
class MockCluster {
 public:
  explicit MockCluster(int partitions) {
    char why[200];
    host_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof why);
    cluster_ = rd_kafka_mock_cluster_new(host_, 1);
    addresses_ = rd_kafka_mock_cluster_bootstraps(cluster_);
    rd_kafka_mock_topic_create(cluster_, "rows", partitions, 1);
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", addresses_.c_str(), why, sizeof why);
    producer_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
  }
  ~MockCluster() {
    rd_kafka_destroy(producer_);
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(host_);
  }
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  const std::string& addresses() const { return addresses_; }
  std::string Id() {
    char* id = rd_kafka_clusterid(producer_, 10000);
    std::string text = id;
    rd_kafka_mem_free(producer_, id);
    return text;
  }
  // {"k":"<i>","v":i} from first to last.
  void Produce(int32_t partition, int first, int last) {
    for (int i = first; i <= last; ++i) ProduceText(partition, StrCat("{\"k\":\"", i, "\",\"v\":", i, "}"));
    rd_kafka_flush(producer_, 10000);
  }
  void ProduceText(int32_t partition, std::string text) {
    rd_kafka_producev(producer_, RD_KAFKA_V_TOPIC("rows"), RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(text.data(), text.size()), RD_KAFKA_V_END);
    rd_kafka_flush(producer_, 10000);
  }

 private:
  rd_kafka_t* host_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
  rd_kafka_t* producer_ = nullptr;
  std::string addresses_;
};

data::TableRequest Request(const std::string& servers, data::ConnectorOptions more = {}) {
  data::TableRequest table;
  table.name = "t";
  table.columns.Add("k", Type::String());
  table.columns.Add("v", Type::Int());
  table.record = table.columns;
  table.metadata_keys = {"", ""};
  table.options = std::move(more);
  table.options["connector"] = "kafka";
  table.options["topic"] = "rows";
  table.options.try_emplace("format", "json");
  table.options.try_emplace("scan.startup.mode", "earliest-offset");
  table.options["properties.bootstrap.servers"] = servers;
  return table;
}

// Remembers letters.
class Letters final : public ports::DeadLetters {
 public:
  Task<> Keep(Ctx, std::vector<ports::DeadLetter> letters) override {
    for (auto& letter : letters) all.push_back(std::move(letter));
    co_return Status();
  }
  Task<std::vector<ports::LogAppend>> Stage(Ctx, std::vector<ports::DeadLetter> letters) override {
    for (auto& letter : letters) all.push_back(std::move(letter));
    co_return std::vector<ports::LogAppend>();
  }
  Task<std::vector<ports::LetterPlace>> Standing(Ctx, ports::DeadLetter) override { co_return std::vector<ports::LetterPlace>(); }
  std::vector<ports::DeadLetter> all;
};

// Rows as "partition:v ", until the end or so many rows, and the position then.
struct Read {
  std::map<int32_t, std::string> by_partition;
  std::string position;
  bool ended = false;
};
Task<Read> ReadRows(KafkaLinks& links, data::TableRequest table, int rows_max, std::string position) {
  CO_ASSIGN_OR_RETURN(auto source, links.OpenSource({}, std::move(table)));
  if (!position.empty()) {
    Status sought = source->Seek(position);
    if (!sought.ok()) co_return sought;
  }
  Read read;
  int rows = 0;
  while (!read.ended && rows < rows_max) {
    CO_ASSIGN_OR_RETURN(auto polled, source->Poll({}));
    for (int row = 0; row < polled.batch.length(); ++row) {
      std::string& out = read.by_partition[polled.partition];
      data::AppendCanonical(out, *polled.batch.column(1), row);
      out += " ";
    }
    rows += polled.batch.length();
    read.ended = polled.ended;
  }
  read.position = source->Position();
  co_return read;
}

Task<> DoNothingOnAWorker(Env& env) {
  auto nothing = [] { return Status(); };
  io::Offload offload(env.workers(), io::Pool::kRemote, nothing);
  co_return co_await offload;
}

class AnotherCluster : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = io::RealEnv::Open();
    ASSERT_TRUE(opened.ok());
    env_ = std::move(opened).value();
    links_ = std::make_unique<KafkaLinks>(*env_, KafkaLinksOptions{.own_cluster = "this", .dead_letters = &letters_});
  }
  // Clients come to their end on workers: what was asked of these before has begun when this has been done.
  void TearDown() override {
    EXPECT_TRUE(io::RunToEnd(*env_, DoNothingOnAWorker(*env_)).ok());
  }
  Result<Read> ReadAll(data::TableRequest table, int rows_max = 1000, std::string position = "") { return io::RunToEnd(*env_, ReadRows(*links_, std::move(table), rows_max, std::move(position))); }

  Letters letters_;
  std::unique_ptr<io::RealEnv> env_;
  std::unique_ptr<KafkaLinks> links_;
};

TEST_F(AnotherCluster, IsReadToTheEndOfEachPartition) {
  MockCluster cluster(2);
  cluster.Produce(0, 1, 3);
  cluster.Produce(1, 10, 11);

  auto read = ReadAll(Request(cluster.addresses()));

  ASSERT_TRUE(read.ok()) << read.ToString();
  EXPECT_EQ(read->by_partition[0], "1 2 3 ");
  EXPECT_EQ(read->by_partition[1], "10 11 ");
  EXPECT_TRUE(read->ended);
}

TEST_F(AnotherCluster, IsReadFromOffsetsToOffsets) {
  MockCluster cluster(1);
  cluster.Produce(0, 0, 9);

  auto read = ReadAll(Request(cluster.addresses(), {{"scan.startup.mode", "specific-offsets"}, {"scan.startup.specific-offsets", "partition:0,offset:2"},
                                                    {"scan.bounded.mode", "specific-offsets"}, {"scan.bounded.specific-offsets", "partition:0,offset:5"}}));

  ASSERT_TRUE(read.ok()) << read.ToString();
  EXPECT_EQ(read->by_partition[0], "2 3 4 ");
}

TEST_F(AnotherCluster, IsReadByAPatternOfTopics) {
  MockCluster cluster(1);
  cluster.Produce(0, 1, 2);
  data::TableRequest table = Request(cluster.addresses(), {{"topic-pattern", "ro.s"}}), none = Request(cluster.addresses(), {{"topic-pattern", "ro"}});
  table.options.erase("topic");
  none.options.erase("topic");

  auto read = ReadAll(table), nothing = ReadAll(none);

  ASSERT_TRUE(read.ok()) << read.ToString();
  EXPECT_EQ(read->by_partition[0], "1 2 ");
  ASSERT_TRUE(nothing.ok()) << nothing.ToString();
  EXPECT_TRUE(nothing->by_partition.empty() && nothing->ended);
}

Task<std::unique_ptr<ports::Source>> OpenUntil(KafkaLinks& links, data::TableRequest table, std::shared_ptr<io::CancelFlag> cancel) {
  Ctx ctx;
  ctx.cancel = cancel;
  auto raise = [cancel] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    cancel->Raise();
  };
  auto opening = links.OpenSource(ctx, std::move(table));
  std::thread later(raise);
  auto opened = co_await opening;
  later.join();
  co_return opened;
}

TEST_F(AnotherCluster, IsNotWaitedForWhenNobodyWantsItAnyMore) {
  auto endless = Request("127.0.0.1:1");
  endless.bounded = false;
  MonoTime before = env_->clock().Now();

  auto opened = io::RunToEnd(*env_, OpenUntil(*links_, endless, std::make_shared<io::CancelFlag>()));

  EXPECT_EQ(opened.code(), Code::kCancelled) << opened.ToString();
  EXPECT_LT((env_->clock().Now() - before).ms(), 10'000);  // it would be 15 s
}

TEST_F(AnotherCluster, TellsATopicThatIsGoneFromOneThatItsPatternDoesNotTake) {
  MockCluster cluster(1);
  cluster.Produce(0, 1, 2);
  data::TableRequest table = Request(cluster.addresses(), {{"topic-pattern", "ro.s"}}), narrow = Request(cluster.addresses(), {{"topic-pattern", "ro"}});
  for (auto* one : {&table, &narrow}) {
    one->options.erase("topic");
    one->bounded = false;
  }
  auto first = ReadAll(table, 2);
  ASSERT_TRUE(first.ok()) << first.ToString();
  auto places = DecodePlaces(first->position);
  places->all.push_back({.topic = "raws", .partition = 0, .next = 7});  // of which the cluster knows nothing
  cluster.Produce(0, 3, 3);

  auto narrowed = ReadAll(narrow, 1, first->position);
  auto without = ReadAll(table, 1, EncodePlaces(*places));

  EXPECT_EQ(narrowed.code(), Code::kConflict) << narrowed.ToString();
  ASSERT_TRUE(without.ok()) << without.ToString();
  EXPECT_EQ(without->by_partition[0], "3 ");
  EXPECT_EQ(DecodePlaces(without->position)->all[1].next, 7);  // it goes on from there if it comes back
}

TEST_F(AnotherCluster, GoesOnFromItsPosition) {
  MockCluster cluster(1);
  cluster.Produce(0, 1, 3);
  auto endless = Request(cluster.addresses());
  endless.bounded = false;
  auto first = ReadAll(endless, 3);
  ASSERT_TRUE(first.ok()) << first.ToString();
  cluster.Produce(0, 4, 5);

  auto second = ReadAll(endless, 2, first->position);

  ASSERT_TRUE(second.ok()) << second.ToString();
  EXPECT_EQ(first->by_partition[0], "1 2 3 ");
  EXPECT_EQ(second->by_partition[0], "4 5 ");
}

// One after another, each once the one before has come: whether it is said to have come later.
Task<std::vector<bool>> ReadAsTheyCome(KafkaLinks& links, MockCluster& cluster, data::TableRequest table) {
  CO_ASSIGN_OR_RETURN(auto source, links.OpenSource({}, std::move(table)));
  std::vector<bool> later;
  for (int i = 0; i < 100 && (later.empty() || !later.back()); ++i) {
    cluster.Produce(0, i, i);
    ports::Polled polled;
    while (polled.batch.length() == 0) {
      CO_ASSIGN_OR_RETURN(polled, source->Poll({}));
    }
    later.push_back(polled.came_later);
  }
  co_return later;
}

TEST_F(AnotherCluster, SaysWhatHasComeSinceItsEndWasSeen) {
  MockCluster cluster(1);
  auto endless = Request(cluster.addresses());
  endless.bounded = false;

  auto later = io::RunToEnd(*env_, ReadAsTheyCome(*links_, cluster, endless));

  ASSERT_TRUE(later.ok()) << later.ToString();
  EXPECT_FALSE(later->front());
  EXPECT_TRUE(later->back());
}

TEST_F(AnotherCluster, IsAnotherOneWhenItsIdChanges) {
  MockCluster cluster(1);
  cluster.Produce(0, 1, 1);
  ClusterPlaces places{.cluster = "some other", .all = {{.topic = "rows"}}};

  auto read = ReadAll(Request(cluster.addresses()), 1, EncodePlaces(places));

  EXPECT_EQ(read.code(), Code::kConflict) << read.ToString();
}

TEST_F(AnotherCluster, HasBadRecordsKeptAsDeadLetters) {
  MockCluster cluster(1);
  cluster.Produce(0, 1, 1);
  cluster.ProduceText(0, "{no json");
  cluster.Produce(0, 2, 2);

  auto read = ReadAll(Request(cluster.addresses()));

  ASSERT_TRUE(read.ok()) << read.ToString();
  EXPECT_EQ(read->by_partition[0], "1 2 ");
  ASSERT_EQ(letters_.all.size(), 1U);
  EXPECT_EQ(letters_.all[0].cluster, cluster.addresses());
  EXPECT_EQ(letters_.all[0].offset.get(), 1);
  EXPECT_EQ(letters_.all[0].value, "{no json");
}

TEST_F(AnotherCluster, IsRefusedWhenItIsThisHouse) {
  MockCluster cluster(1);
  KafkaLinks links(*env_, {.own_cluster = cluster.Id()});

  auto read = io::RunToEnd(*env_, ReadRows(links, Request(cluster.addresses()), 1, ""));

  EXPECT_NE(read.ToString().find("leads to this house itself"), std::string::npos) << read.ToString();
}

ports::EpochToken Token(int64_t epoch) { return {.pipeline = "p", .lineage = Uuid::FromBytes("0123456789abcdef"), .epoch = epoch}; }

data::TableRequest SinkRequest(const std::string& servers, data::ConnectorOptions more) {
  auto table = Request(servers, std::move(more));
  table.bounded = false;
  table.writer = "p.t";
  return table;
}

data::Batch Rows(int first, int last, size_t text_bytes = 1) {
  data::BatchBuilder builder({Type::String(), Type::Int()}, last - first + 1);
  for (int i = first; i <= last; ++i) {
    builder.column(0).AppendString(std::string(text_bytes, 'x'));
    builder.column(1).AppendInt(i);
    builder.EndRow();
  }
  return builder.Build();
}

// Each batch is one epoch of one sink; without `delivers` nothing comes after its commit. (What is told again is shown by
// tests/process/links_test.py: librdkafka's own cluster forgets offsets that a transaction commits.)
Task<std::vector<std::string>> WriteEpochs(KafkaLinks& links, data::TableRequest table, std::vector<std::pair<int64_t, data::Batch>> epochs, bool delivers) {
  CO_ASSIGN_OR_RETURN(auto sink, links.OpenSink({}, std::move(table)));
  std::vector<std::string> outboxes;
  for (auto& [epoch, batch] : epochs) {
    Status written = sink->Write(batch);
    if (!written.ok()) co_return written;
    CO_ASSIGN_OR_RETURN(auto prepared, sink->Prepare({}, Token(epoch)));
    outboxes.push_back(prepared.outbox);
    if (!delivers) continue;
    CO_RETURN_NOT_OK(sink->Deliver({}, Token(epoch), prepared.outbox));
  }
  co_return outboxes;
}
Task<> Redeliver(KafkaLinks& links, data::TableRequest table, int64_t epoch, std::string outbox) {
  CO_ASSIGN_OR_RETURN(auto sink, links.OpenSink({}, std::move(table)));
  CO_RETURN_NOT_OK(sink->Deliver({}, Token(epoch), std::move(outbox)));
  co_return Status();
}

const data::ConnectorOptions kExactlyOnce = {{"sink.delivery-guarantee", "exactly-once"}, {"sink.transactional-id-prefix", "tests"}};

TEST_F(AnotherCluster, IsWrittenAtLeastOnce) {
  MockCluster cluster(2);

  auto written = io::RunToEnd(*env_, WriteEpochs(*links_, SinkRequest(cluster.addresses(), {{"sink.partitioner", "round-robin"}}), {{1, Rows(1, 3)}, {2, Rows(4, 4)}}, true));

  ASSERT_TRUE(written.ok()) << written.ToString();
  EXPECT_EQ(*written, (std::vector<std::string>{"", ""}));
  auto read = ReadAll(Request(cluster.addresses()));
  ASSERT_TRUE(read.ok()) << read.ToString();
  EXPECT_EQ(read->by_partition[0], "1 3 ");
  EXPECT_EQ(read->by_partition[1], "2 4 ");
}

TEST_F(AnotherCluster, HasNothingOfAnEpochBeforeItIsDelivered) {
  MockCluster cluster(1);
  auto table = SinkRequest(cluster.addresses(), kExactlyOnce);

  auto written = io::RunToEnd(*env_, WriteEpochs(*links_, table, {{1, Rows(1, 3)}}, false));

  ASSERT_TRUE(written.ok()) << written.ToString();
  EXPECT_EQ(ReadAll(Request(cluster.addresses()))->by_partition[0], "");
  Status delivered = io::RunToEnd(*env_, Redeliver(*links_, table, 1, written->at(0)));
  ASSERT_TRUE(delivered.ok()) << delivered.ToString();
  EXPECT_EQ(ReadAll(Request(cluster.addresses()))->by_partition[0], "1 2 3 ");
}

TEST_F(AnotherCluster, HasManyRowsWaitInAFile) {
  MockCluster cluster(1);
  std::string folder = StrCat(testing::TempDir(), "/links-", env_->random().Next());
  links_ = std::make_unique<KafkaLinks>(*env_, KafkaLinksOptions{.own_cluster = "this", .directory = folder});
  auto table = SinkRequest(cluster.addresses(), kExactlyOnce);
  std::string text;
  while (text.size() < 600'000) text += static_cast<char>('a' + env_->random().Below(26));  // lz4 makes no less of it
  data::BatchBuilder builder({Type::String(), Type::Int()}, 1);
  builder.column(0).AppendString(text);
  builder.column(1).AppendInt(1);
  builder.EndRow();
  auto written = io::RunToEnd(*env_, WriteEpochs(*links_, table, {{1, builder.Build()}}, false));
  ASSERT_TRUE(written.ok()) << written.ToString();
  EXPECT_EQ(DecodeOutbox(written->at(0))->file, "p%2Et.1");

  Status delivered = io::RunToEnd(*env_, Redeliver(*links_, table, 1, written->at(0)));

  ASSERT_TRUE(delivered.ok()) << delivered.ToString();
  EXPECT_EQ(ReadAll(Request(cluster.addresses()))->by_partition[0], "1 ");
  EXPECT_FALSE(*env_->files().Exists(folder + "/p%2Et.1"));
}

TEST_F(AnotherCluster, NeedsANameForTransactions) {
  Status checked = links_->Check(SinkRequest("broker.example:9092", {{"sink.delivery-guarantee", "exactly-once"}}), ports::TableUse::kWrite);

  EXPECT_NE(checked.ToString().find("needs the option 'sink.transactional-id-prefix'"), std::string::npos) << checked.ToString();
}

TEST_F(AnotherCluster, TakesWhatItsClientKnows) {
  struct Case {
    std::string key, value, fault;
  };
  const Case cases[] = {
      {"properties.security.protocol", "SASL_PLAINTEXT", ""},
      {"properties.fetch.max.wait.ms", "50", ""},
      {"properties.acks", "all", ""},
      {"properties.acks", "all of them", ""},  // a producer's: of a table that is read it is not looked at
      {"properties.isolation.level", "read_uncommitted", ""},
      {"properties.isolation.level", "serializable", "setting 'isolation.level'"},
      {"properties.fetch.max.wait.mss", "50", "did you mean 'fetch.max.wait.ms'"},
      {"properties.session.timeout.ms", "45000", ""},
      {"properties.key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer", ""},
      {"properties.partitioner.class", "com.example.Mine", "'properties.partitioner.class' is not taken"},
      {"properties.interceptor.classes", "x", "'properties.interceptor.classes' is not taken"},
      {"properties.ssl.truststore.location", "/x.jks", "'properties.ssl.truststore.type' = 'PEM' only"},
      {"properties.sasl.jaas.config", "com.sun.security.auth.module.Krb5LoginModule required;", "'properties.sasl.jaas.config' is read with"},
      {"scan.topic-partition-discovery.interval", "10 s", ""},
      {"scan.topic-partition-discovery.interval", "soon", "'scan.topic-partition-discovery.interval' is 'soon'"}};
  for (const Case& one : cases) {
    Status checked = links_->Check(Request("broker.example:9092", {{one.key, one.value}}), ports::TableUse::kRead);

    if (one.fault.empty()) EXPECT_TRUE(checked.ok()) << one.key << ": " << checked.ToString();
    else EXPECT_NE(checked.ToString().find(one.fault), std::string::npos) << one.key << ": " << checked.ToString();
  }
}

TEST(ClientSettings, TakeNameAndPasswordOutOfJaas) {
  records::TopicOptions options;
  options.properties = {{"sasl.jaas.config", "org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username=\"ann\" password=\"o\\\"x\";"}};

  auto settings = ClientSettings("t", options, Role::kReader);

  ASSERT_TRUE(settings.ok()) << settings.ToString();
  EXPECT_EQ((*settings)["sasl.username"], "ann");
  EXPECT_EQ((*settings)["sasl.password"], "o\"x");
}

TEST(LinkOutbox, ReadsBackWhatItWroteAndRefusesTheRest) {
  std::string rows = EncodeRows({{3, "batches"}, {0, ""}}), here = EncodeOutbox({.rows = rows});
  std::string in_file = EncodeOutbox({.rows = "", .file = "p.7", .file_bytes = 5, .file_checksum = 9});

  EXPECT_EQ(DecodeRows(DecodeOutbox(here)->rows)->at(0).batches, "batches");
  EXPECT_EQ(DecodeOutbox(in_file)->file, "p.7");
  EXPECT_EQ(DecodeOutbox(in_file)->file_checksum, 9U);
  EXPECT_EQ(DecodeRows(rows.substr(0, rows.size() - 1)).code(), Code::kCorrupt);
  EXPECT_EQ(DecodeRows(rows + "x").code(), Code::kCorrupt);
  EXPECT_EQ(DecodeOutbox(in_file.substr(0, 14)).code(), Code::kCorrupt);
  EXPECT_EQ(DecodeOutbox(EncodeOutbox({.rows = "", .file = "../p.7"})).code(), Code::kCorrupt);
  EXPECT_EQ(DecodeOutbox("").code(), Code::kUnsupported);
}

TEST(LinkPosition, ReadsBackWhatItWroteAndRefusesTheRest) {
  ClusterPlaces places{.cluster = "c", .all = {{.topic = "rows", .partition = 7, .next = int64_t{1} << 40, .stop = 3}, {.topic = "rows"}}};
  std::string bytes = EncodePlaces(places);

  auto back = DecodePlaces(bytes);

  ASSERT_TRUE(back.ok()) << back.ToString();
  ASSERT_EQ(back->all.size(), 2U);
  EXPECT_EQ(back->all[0].next, int64_t{1} << 40);
  EXPECT_EQ(back->all[1].stop, Place::kNoStop);
  EXPECT_EQ(DecodePlaces(bytes.substr(0, bytes.size() - 1)).code(), Code::kCorrupt);
  EXPECT_EQ(DecodePlaces(bytes + "x").code(), Code::kCorrupt);
  EXPECT_EQ(DecodePlaces("\x02").code(), Code::kUnsupported);
}

}  // namespace
}  // namespace freshet::links::kafka
