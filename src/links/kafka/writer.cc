#include "links/kafka/writer.h"

#include <librdkafka/rdkafka.h>

namespace freshet::links::kafka {
namespace {

constexpr int kSessionMs = 30000;

template <auto destroy>
struct Destroys {
  template <typename T>
  void operator()(T* thing) const { destroy(thing); }
};
template <typename T, auto destroy>
using Held = std::unique_ptr<T, Destroys<destroy>>;
using List = Held<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;
using Event = Held<rd_kafka_event_t, rd_kafka_event_destroy>;

// The note stands at one partition of the table's topic.
List NotePlace(const std::string& topic) {
  List list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), 0);
  return list;
}

// As a Java producer does it when nothing is said; with transactions the client has its own way.
Settings WithJavaDefaults(Settings settings, bool transactions) {
  if (transactions) return settings;
  if (!settings.contains("acks")) settings.try_emplace("enable.idempotence", "true");
  settings.try_emplace("delivery.timeout.ms", "120000");
  return settings;
}

}  // namespace

Result<std::unique_ptr<Writer>> ClientWriter::Open(Env& env, io::Loop& loop, const std::string& table, const Settings& settings, const std::string& transactional_id) {
  Settings own;
  if (!transactional_id.empty()) own["transactional.id"] = transactional_id;
  ASSIGN_OR_RETURN(auto client, Client::Open(env, table, Role::kWriter, WithJavaDefaults(settings, !transactional_id.empty()), own));
  std::unique_ptr<ClientWriter> writer(new ClientWriter(loop, std::move(client), transactional_id));
  writer->queue_ = rd_kafka_queue_get_main(writer->client_->handle());
  writer->client_->RingFor(writer->queue_, writer->bell_);
  return std::unique_ptr<Writer>(std::move(writer));
}

Result<bool> ClientWriter::Send(const std::string& topic, int32_t partition, const data::Record& record) {
  rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
  for (const auto& header : record.headers) {
    rd_kafka_header_add(headers, header.key.data(), static_cast<ssize_t>(header.key.size()), header.value ? header.value->data() : nullptr, header.value ? static_cast<ssize_t>(header.value->size()) : 0);
  }
  auto bytes = [](const std::optional<std::string_view>& text) { return text ? const_cast<char*>(text->data() == nullptr ? "" : text->data()) : nullptr; };
  auto size = [](const std::optional<std::string_view>& text) { return text ? text->size() : 0; };
  rd_kafka_resp_err_t error = rd_kafka_producev(client_->handle(), RD_KAFKA_V_RKT(client_->Topic(topic)), RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                                RD_KAFKA_V_TIMESTAMP(record.timestamp_ms), RD_KAFKA_V_KEY(bytes(record.key), size(record.key)), RD_KAFKA_V_VALUE(bytes(record.value), size(record.value)),
                                                RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    ++pending_;
    return true;
  }
  rd_kafka_headers_destroy(headers);
  if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
  return client_->Failed(StrCat("topic ", topic, " partition ", partition), error);
}

Status ClientWriter::Collect() {
  while (Event event{rd_kafka_queue_poll(queue_, 0)}) {
    if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_DR) continue;
    while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event.get())) {
      --pending_;
      if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) return client_->Failed(StrCat("topic ", rd_kafka_topic_name(message->rkt), " partition ", message->partition), message->err);
    }
  }
  return {};
}

Task<> ClientWriter::Wait(MonoTime until) {
  io::Signal::Waiter wait(bell_.signal(), until);
  co_await wait;
  co_return Status();
}

Fault ClientWriter::Silent(std::string_view what) const { return client_->Failed(what, RD_KAFKA_RESP_ERR__TRANSPORT); }

Status ClientWriter::Sent(std::string_view what, void* error) {
  Held<rd_kafka_error_t, rd_kafka_error_destroy> held(static_cast<rd_kafka_error_t*>(error));
  if (!held) return {};
  return client_->Failed(StrCat("transactional id '", transactional_id_, "': ", what, ": ", rd_kafka_error_string(held.get())), rd_kafka_error_code(held.get()));
}

Status ClientWriter::BeginSession() { return Sent("no session", rd_kafka_init_transactions(client_->handle(), kSessionMs)); }

Status ClientWriter::BeginTransaction() { return Sent("no transaction", rd_kafka_begin_transaction(client_->handle())); }

Result<std::optional<Writer::Note>> ClientWriter::ReadNote(const std::string& topic) {
  rd_kafka_t* handle = client_->handle();
  char why[256];
  List place = NotePlace(topic);
  Held<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy> options(rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), kAnswerMs, why, sizeof why);
  RETURN_NOT_OK(Sent("stable offsets", rd_kafka_AdminOptions_set_require_stable_offsets(options.get(), 1)));
  Held<rd_kafka_ListConsumerGroupOffsets_t, rd_kafka_ListConsumerGroupOffsets_destroy> wanted(rd_kafka_ListConsumerGroupOffsets_new(transactional_id_.c_str(), place.get()));
  Held<rd_kafka_queue_t, rd_kafka_queue_destroy> answers(rd_kafka_queue_new(handle));
  rd_kafka_ListConsumerGroupOffsets_t* one = wanted.get();
  rd_kafka_ListConsumerGroupOffsets(handle, &one, 1, options.get(), answers.get());
  Event event(rd_kafka_queue_poll(answers.get(), 2 * kAnswerMs));
  std::string what = StrCat("offsets of group '", transactional_id_, "'");
  if (!event) return client_->Failed(what, RD_KAFKA_RESP_ERR__TIMED_OUT);
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) return client_->Failed(what, rd_kafka_event_error(event.get()));
  size_t count = 0;
  const auto* result = rd_kafka_event_ListConsumerGroupOffsets_result(event.get());
  const auto** groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count);
  if (count != 1) return client_->Failed(what, RD_KAFKA_RESP_ERR__BAD_MSG);
  if (const rd_kafka_error_t* error = rd_kafka_group_result_error(groups[0])) return client_->Failed(what, rd_kafka_error_code(error));
  const rd_kafka_topic_partition_list_t* found = rd_kafka_group_result_partitions(groups[0]);
  if (found->cnt != 1) return client_->Failed(what, RD_KAFKA_RESP_ERR__BAD_MSG);
  const rd_kafka_topic_partition_t& partition = found->elems[0];
  if (partition.err != RD_KAFKA_RESP_ERR_NO_ERROR) return client_->Failed(what, partition.err);
  if (partition.offset < 0) return std::optional<Note>();
  return std::optional(Note{partition.offset, std::string(static_cast<const char*>(partition.metadata), partition.metadata_size)});
}

Status ClientWriter::Commit(const std::string& topic, const std::optional<Note>& note) {
  if (note) {
    List place = NotePlace(topic);
    rd_kafka_topic_partition_t& partition = place->elems[0];
    partition.offset = note->number;
    partition.metadata = rd_kafka_mem_malloc(client_->handle(), note->text.size());
    partition.metadata_size = note->text.size();
    note->text.copy(static_cast<char*>(partition.metadata), note->text.size());
    Held<rd_kafka_consumer_group_metadata_t, rd_kafka_consumer_group_metadata_destroy> group(rd_kafka_consumer_group_metadata_new(transactional_id_.c_str()));
    RETURN_NOT_OK(Sent("its note is not taken", rd_kafka_send_offsets_to_transaction(client_->handle(), place.get(), group.get(), kAnswerMs)));
  }
  return Sent("not committed", rd_kafka_commit_transaction(client_->handle(), kSessionMs));
}

void ClientWriter::Abort() { (void)Sent("not aborted", rd_kafka_abort_transaction(client_->handle(), kAnswerMs)); }

}  // namespace freshet::links::kafka
