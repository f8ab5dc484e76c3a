#include "links/kafka/client.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <mutex>

namespace freshet::links::kafka {
namespace {

constexpr int kSyslogError = 3, kSyslogWarning = 4;

struct ConfDeleter {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};
using Conf = std::unique_ptr<rd_kafka_conf_t, ConfDeleter>;

Status Set(rd_kafka_conf_t* conf, const std::string& table, const Settings& settings) {
  char why[512];
  for (const auto& [name, value] : settings) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why, sizeof why) == RD_KAFKA_CONF_OK) continue;
    bool secret = name.find("password") != std::string::npos || name.find(".pem") != std::string::npos;  // the text has it
    return Fault::Invalid("table ", table, ": the client of another cluster does not take setting '", name, "': ", secret ? "its value is of no use" : why);
  }
  return {};
}

}  // namespace

// Told from any of the client's threads; silent once the client is on its way to its end.
struct Client::Words {
  explicit Words(const Logger& to) : log(to) {}

  void Say(int level, const char* facility, const char* text) {
    if (std::string_view(facility) == "CONFWARN") return;  // what is deprecated; what is wrong is refused
    std::lock_guard lock(mutex);
    if (level <= kSyslogError) last = text;
    if (silent) return;
    if (level <= kSyslogError) log.Error("the client of another cluster complains", {{"what", facility}, {"why", text}});
    else if (level == kSyslogWarning) log.Warn("the client of another cluster warns", {{"what", facility}, {"why", text}});
  }
  std::string Last() {
    std::lock_guard lock(mutex);
    return last;
  }
  void Hush() {
    std::lock_guard lock(mutex);
    silent = true;
  }

  const Logger log;
  std::mutex mutex;
  std::string last;     // GUARDED_BY(mutex)
  bool silent = false;  // GUARDED_BY(mutex)
};

Client::Parts::~Parts() {
  if (handle == nullptr) return;
  for (const auto& [topic, partition] : consumed) rd_kafka_consume_stop(topic, partition);
  for (auto& [name, topic] : topics) rd_kafka_topic_destroy(topic);
  if (queue != nullptr) rd_kafka_queue_destroy(queue);
  rd_kafka_destroy(handle);
}

// Waits for the client's threads, so it is a worker's work. A process that ends first leaves the client to it.
class Client::Ending final : public io::Job {
 public:
  explicit Ending(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
  void Run() override { delete this; }

 private:
  std::unique_ptr<Parts> parts_;
};

Client::~Client() {
  parts_->words->Hush();
  if (parts_->queue != nullptr) rd_kafka_queue_cb_event_enable(parts_->queue, nullptr, nullptr);
  env_.workers().Submit(io::Pool::kRemote, *new Ending(std::move(parts_)));
}

Status Client::Check(const std::string& table, Role, const Settings& settings) {
  Conf conf(rd_kafka_conf_new());
  return Set(conf.get(), table, settings);
}

Result<std::unique_ptr<Client>> Client::Open(Env& env, const std::string& table, Role role, const Settings& settings, const Settings& own) {
  Conf conf(rd_kafka_conf_new());
  RETURN_NOT_OK(Set(conf.get(), table, {{"client.id", "freshet"}}));
  RETURN_NOT_OK(Set(conf.get(), table, settings));
  RETURN_NOT_OK(Set(conf.get(), table, own));
  auto parts = std::make_unique<Parts>();
  parts->words = std::make_shared<Words>(env.log().ForRoom("links/kafka"));
  rd_kafka_conf_set_opaque(conf.get(), parts->words.get());
  rd_kafka_conf_set_log_cb(conf.get(), [](const rd_kafka_t* handle, int level, const char* facility, const char* text) { static_cast<Words*>(rd_kafka_opaque(handle))->Say(level, facility, text); });
  if (role == Role::kWriter) rd_kafka_conf_set_events(conf.get(), RD_KAFKA_EVENT_DR);  // answers come through a queue
  char why[512];
  parts->handle = rd_kafka_new(role == Role::kReader ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER, conf.get(), why, sizeof why);
  if (parts->handle == nullptr) return Fault::Invalid("table ", table, ": the client of another cluster cannot be made: ", why);
  conf.release();  // the client's now
  return std::unique_ptr<Client>(new Client(env, std::move(parts)));
}

void Client::RingFor(rd_kafka_queue_s* queue, io::Doorbell& bell) {
  CHECK(parts_->queue == nullptr);
  parts_->queue = queue;
  rd_kafka_queue_cb_event_enable(queue, [](rd_kafka_t*, void* rung) { static_cast<io::Doorbell*>(rung)->Ring(); }, &bell);
}

rd_kafka_topic_s* Client::Topic(const std::string& name) {
  rd_kafka_topic_t*& topic = parts_->topics[name];
  if (topic == nullptr) topic = rd_kafka_topic_new(handle(), name.c_str(), nullptr);
  CHECK(topic != nullptr);
  return topic;
}

Fault Client::Failed(std::string_view what, int error) const {
  auto code = static_cast<rd_kafka_resp_err_t>(error);
  std::string last = parts_->words->Last();
  std::string why = StrCat(what, ": ", rd_kafka_err2str(code), last.empty() ? "" : "; the client last said: ", last);
  switch (code) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION: return Fault::NotFound(why);
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED: return Fault::PermissionDenied(why);
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
    case RD_KAFKA_RESP_ERR_PRODUCER_FENCED: return Fault::Fenced(why);
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE: return Fault::TooLarge(why);
    default: return Fault(Code::kUnavailable, Blame::kWorld, Retry::kLater, why);
  }
}

Result<std::string> Client::ClusterId(const Ctx& ctx) {
  constexpr int kLookMs = 200;
  char* id = nullptr;
  for (int waited = 0; id == nullptr && waited < kAnswerMs; waited += kLookMs) {
    RETURN_NOT_OK(ctx.Check(env_.clock().Now()));
    id = rd_kafka_clusterid(handle(), kLookMs);
  }
  if (id == nullptr) return Failed("no broker answers", RD_KAFKA_RESP_ERR__TRANSPORT);
  std::string text = id;
  rd_kafka_mem_free(handle(), id);
  return text;
}

Result<int32_t> Client::Partitions(const std::string& topic) {
  const rd_kafka_metadata_t* metadata = nullptr;
  rd_kafka_resp_err_t error = rd_kafka_metadata(handle(), 0, Topic(topic), &metadata, kAnswerMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return Failed(StrCat("topic '", topic, "'"), error);
  std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)> held(metadata, &rd_kafka_metadata_destroy);
  if (metadata->topic_cnt != 1) return Fault::NotFound("topic '", topic, "' is not told by its cluster");
  if (metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) return Failed(StrCat("topic '", topic, "'"), metadata->topics[0].err);
  if (metadata->topics[0].partition_cnt < 1) return Fault::NotFound("topic '", topic, "' has no partitions");
  return metadata->topics[0].partition_cnt;
}

Result<std::vector<std::string>> Client::Topics() {
  const rd_kafka_metadata_t* metadata = nullptr;
  rd_kafka_resp_err_t error = rd_kafka_metadata(handle(), 1, nullptr, &metadata, kAnswerMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return Failed("its topics", error);
  std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)> held(metadata, &rd_kafka_metadata_destroy);
  std::vector<std::string> names;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    std::string name = metadata->topics[i].topic;
    bool usable = name != "__consumer_offsets" && name != "__transaction_state" && metadata->topics[i].partition_cnt > 0;
    if (usable) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace freshet::links::kafka
