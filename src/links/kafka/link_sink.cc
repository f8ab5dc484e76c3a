#include "links/kafka/link_sink.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/crc32c.h"
#include "base/planted.h"

namespace freshet::links::kafka {
namespace {

constexpr Duration kSilenceMax = Seconds(20);     // of a cluster that owes answers
constexpr Duration kLookPause = Milliseconds(200);
constexpr int kLooksMax = 25;                     // for a topic that its cluster is to make
constexpr Duration kLookInterval = Seconds(300);  // for partitions that were added
constexpr size_t kBatchBytes = 512 << 10;
constexpr size_t kHereBytesMax = 32 << 10;        // of rows in the outbox itself, which has 4 MiB for all of an epoch's
constexpr int64_t kOwedHereBytesMax = 4 << 20;    // of rows in outboxes; while so much waits for the cluster, all that comes goes to files
constexpr int64_t kFileBytesMax = int64_t{1} << 30;
constexpr size_t kUnpackedBytesMax = 256 << 20;
constexpr int64_t kRecordOverheadBytes = 2048;

// Of the client's own default, where the table says nothing.
int64_t RecordBytesMax(const records::TopicOptions& options) {
  int64_t bytes = 1'000'000;
  auto said = options.properties.find("max.request.size");
  if (said != options.properties.end()) std::from_chars(said->second.data(), said->second.data() + said->second.size(), bytes);
  return bytes;
}

// A name for one file: letters, digits, and % with two of them for all else.
std::string FileName(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text) {
    if (std::isalnum(c) != 0 || c == '-' || c == '_') out += static_cast<char>(c);
    else out += {'%', kDigits[c >> 4], kDigits[c & 15]};
  }
  return out;
}

data::Record RecordOf(const records::OutgoingRecord& row) {
  data::Record record;
  record.timestamp_ms = row.timestamp_ms;
  if (row.key) record.key = *row.key;
  if (row.value) record.value = *row.value;
  for (const auto& [key, value] : row.headers) record.headers.push_back({key, value ? std::optional<std::string_view>(*value) : std::nullopt});
  return record;
}

}  // namespace

std::string TransactionalId(const records::TopicOptions& options, const data::TableRequest& table) {
  return StrCat(options.transactional_id_prefix, "-", table.writer.empty() ? table.name : table.writer);
}

LinkSink::LinkSink(Env& env, LinkSinkOptions house, const records::TopicOptions& options, const data::TableRequest& table, std::unique_ptr<records::RowRecords> rows, OpenWriter open_writer)
    : env_(env), house_(std::move(house)), options_(options), table_(table.name), writer_name_(table.writer), topic_(options_.topics[0]), rows_(std::move(rows)), open_writer_(std::move(open_writer)),
      partition_(options.partitioner), record_bytes_max_(RecordBytesMax(options)),
      written_(env.metrics().AddCounter("freshet_topic_table_written_total", "records written by a table over a topic", {{"table", table.name}})) {}

// On a worker.
Result<int32_t> LinkSink::LookUpTopic(const Ctx& ctx) const {
  ASSIGN_OR_RETURN(std::string cluster, writer_->ClusterId(ctx));
  if (cluster == house_.own_cluster) {
    return Fault::Invalid("properties.bootstrap.servers '", options_.properties.at("bootstrap.servers"), "' leads to this house itself; leave the option out, or let doors.kafka.advertised say that name");
  }
  return writer_->Partitions(topic_);
}

Task<> LinkSink::Begin(Ctx ctx) {
  auto writer = open_writer_();
  if (!writer.ok()) co_return writer.fault();
  writer_ = std::move(writer).value();
  for (int look = 1;; ++look) {
    auto ask = [this, &ctx] { return LookUpTopic(ctx); };
    io::Offload offload(env_.workers(), io::Pool::kRemote, ask);
    auto asked = co_await offload;
    if (asked.ok()) {
      partitions_ = *asked;
      break;
    }
    if (asked.code() != Code::kNotFound || look == kLooksMax) co_return OfTable(asked.fault());
    io::SleepUntil pause(env_.clock().Now() + kLookPause);
    co_await pause;
  }
  next_look_ = env_.clock().Now() + kLookInterval;
  if (house_.registry == nullptr) co_return Status();
  auto registering = house_.registry->RegisterFor(ctx, *rows_);
  Status registered = co_await registering;
  if (!registered.ok()) co_return OfTable(registered.fault());
  co_return Status();
}

Task<> LinkSink::LookAgain() {
  if (env_.clock().Now() < next_look_) co_return Status();
  auto ask = [this] { return LookUpTopic({}); };
  io::Offload offload(env_.workers(), io::Pool::kRemote, ask);
  auto asked = co_await offload;
  next_look_ = env_.clock().Now() + kLookInterval;
  if (asked.ok()) partitions_ = *asked;
  else env_.log().ForRoom("links/kafka").Warn("another cluster was not asked for new partitions", {{"table", table_}, {"why", asked.fault().message()}});
  co_return Status();  // those that are known will do
}

Status LinkSink::Write(const data::Batch& batch) {
  int64_t bytes_max = std::min(records::RowRecords::kBlockBytes, record_bytes_max_ - kRecordOverheadBytes);
  return rows_->Append(batch, env_.clock().WallNow().ms, bytes_max);
}

Task<> LinkSink::Flush(Ctx ctx) {
  if (options_.exactly_once || rows_->empty()) co_return Status();
  Span span(env_.tracer(), ctx.trace, "links/kafka", "send");
  auto rows = rows_->Take(INT64_MAX);
  if (!rows.ok()) co_return rows.status();
  auto sending = SendRows(std::move(rows).value());
  Status sent = co_await sending;
  if (!sent.ok()) co_return OfTable(sent.fault());
  co_return Status();
}

Task<> LinkSink::SendRows(std::vector<records::OutgoingRecord> rows) {
  for (const auto& row : rows) {
    data::Record record = RecordOf(row);
    int32_t partition = partition_.For(row, partitions_);
    auto sent = writer_->Send(topic_, partition, record);
    if (!sent.ok()) co_return sent.fault();
    if (*sent) continue;
    auto sending = SendWithRoom(partition, record);
    Status done = co_await sending;
    if (!done.ok()) co_return done;
  }
  partition_.EndBatch(partitions_);
  written_.Add(static_cast<int64_t>(rows.size()));
  auto waiting = AwaitAnswers(0);
  co_return co_await waiting;
}

// Of a record for which the client had no room.
Task<> LinkSink::SendWithRoom(int32_t partition, const data::Record& record) {
  for (bool sent = false; !sent;) {
    auto waiting = AwaitAnswers(std::max<int64_t>(writer_->pending() - 1, 0));
    Status room = co_await waiting;
    if (!room.ok()) co_return room;
    auto sending = writer_->Send(topic_, partition, record);
    if (!sending.ok()) co_return sending.fault();
    sent = *sending;
  }
  co_return Status();
}

Task<> LinkSink::AwaitAnswers(int64_t pending_max) {
  MonoTime last = env_.clock().Now();
  while (true) {
    int64_t before = writer_->pending();
    Status collected = writer_->Collect();
    if (!collected.ok()) co_return collected;
    if (writer_->pending() <= pending_max) co_return Status();
    MonoTime now = env_.clock().Now();
    if (writer_->pending() < before) last = now;
    if (now - last > kSilenceMax) co_return writer_->Silent(StrCat("topic ", topic_, ": no answer for ", kSilenceMax.ms() / 1000, " s"));
    auto waiting = writer_->Wait(now + Milliseconds(100));
    co_await waiting;
  }
}

Task<ports::Prepared> LinkSink::Prepare(Ctx ctx, ports::EpochToken token) {
  ports::Prepared prepared;
  if (!options_.exactly_once) {
    auto looking = LookAgain();
    co_await looking;
    auto flushing = Flush(ctx);
    Status flushed = co_await flushing;
    if (!flushed.ok()) co_return flushed.fault();
    co_return prepared;
  }
  if (!has_prepared_) {
    has_prepared_ = true;
    auto clearing = RemoveUnborn(token);
    Status cleared = co_await clearing;
    if (!cleared.ok()) co_return OfTable(cleared.fault());
  }
  auto asking = RefuseOlderFolder(token);
  Status newer = co_await asking;
  if (!newer.ok()) co_return OfTable(newer.fault());
  if (rows_->empty()) co_return prepared;
  auto owed = TakeOwed();
  if (!owed.ok()) co_return OfTable(owed.fault());
  auto keeping = Keep(token, EncodeRows(*owed));
  auto kept = co_await keeping;
  if (!kept.ok()) co_return OfTable(kept.fault());
  prepared.outbox = EncodeOutbox(*kept);
  co_return prepared;
}

Result<std::vector<OwedRecords>> LinkSink::TakeOwed() {
  struct Growing {
    data::RecordBatchBuilder builder;
    std::string done;
  };
  std::map<int32_t, Growing> partitions;
  ASSIGN_OR_RETURN(std::vector<records::OutgoingRecord> rows, rows_->Take(INT64_MAX));
  for (const auto& row : rows) {
    data::RecordBatchBuilder empty({.codec = data::Codec::kLz4});
    Growing& growing = partitions.try_emplace(partition_.For(row, partitions_), Growing{std::move(empty), {}}).first->second;
    if (growing.builder.count() > 0 && growing.builder.plain_bytes() + static_cast<size_t>(row.bytes()) > kBatchBytes) {
      ASSIGN_OR_RETURN(std::string batch, growing.builder.Finish());
      growing.done += batch;
    }
    if (row.bytes() > record_bytes_max_) return Fault::TooLarge("a row of ", row.bytes(), " bytes; the client sends records of ", record_bytes_max_, " at most ('properties.max.request.size')");
    data::Record record = RecordOf(row);
    growing.builder.Add(record.timestamp_ms, record.key, record.value, record.headers);
  }
  partition_.EndBatch(partitions_);
  std::vector<OwedRecords> owed;
  for (auto& [partition, growing] : partitions) {
    ASSIGN_OR_RETURN(std::string batch, growing.builder.Finish());
    owed.push_back({partition, std::move(growing.done) + batch});
  }
  written_.Add(static_cast<int64_t>(rows.size()));
  return owed;
}

// Files of epochs that never were: this one is new here, and what is owed is of older ones.
Task<> LinkSink::RemoveUnborn(ports::EpochToken token) {
  if (house_.directory.empty() || writer_name_.empty()) co_return Status();
  auto remove = [&]() -> Status {
    ASSIGN_OR_RETURN(bool there, env_.files().Exists(house_.directory));
    if (!there) return {};
    ASSIGN_OR_RETURN(auto entries, env_.files().List(house_.directory));
    std::string own = FileName(writer_name_) + ".";
    for (const auto& entry : entries) {
      if (!entry.name.starts_with(own)) continue;
      int64_t epoch = 0;
      std::from_chars(entry.name.data() + own.size(), entry.name.data() + entry.name.size(), epoch);
      if (epoch >= token.epoch) RETURN_NOT_OK(env_.files().Remove(StrCat(house_.directory, "/", entry.name)));
    }
    return {};
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, remove);
  co_return co_await offload;
}

Task<Outbox> LinkSink::Keep(ports::EpochToken token, std::string rows) {
  Outbox outbox;
  bool is_little = rows.size() <= kHereBytesMax && owed_here_bytes_ < kOwedHereBytesMax;
  if (is_little || house_.directory.empty() || writer_name_.empty()) {
    outbox.rows = std::move(rows);
    co_return outbox;
  }
  outbox.file = StrCat(FileName(writer_name_), ".", token.epoch);
  outbox.file_bytes = static_cast<int64_t>(rows.size());
  outbox.file_checksum = Crc32c(rows);
  auto write = [&]() -> Status {
    RETURN_NOT_OK(env_.files().CreateDirectories(house_.directory));
    return io::WriteWhole(env_.files(), StrCat(house_.directory, "/", outbox.file), rows);
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, write);
  Status written = co_await offload;
  if (!written.ok()) co_return written.fault();
  co_return outbox;
}

Task<> LinkSink::Deliver(Ctx ctx, ports::EpochToken token, std::string bytes) {
  if (!options_.exactly_once) co_return Status();
  Span span(env_.tracer(), ctx.trace, "links/kafka", "deliver");
  auto outbox = DecodeOutbox(bytes);
  if (!outbox.ok()) co_return OfTable(outbox.fault());
  auto beginning = BeginSession();
  Status begun = co_await beginning;
  if (!begun.ok()) co_return OfTable(begun.fault());
  auto looking = LookAgain();
  co_await looking;
  auto delivering = DeliverInSession(token, *outbox);
  Status delivered = co_await delivering;
  if (!delivered.ok()) {
    EndSession();
    co_return OfTable(delivered.fault());
  }
  owed_here_bytes_ -= static_cast<int64_t>(outbox->rows.size());
  co_return Status();
}

Task<> LinkSink::DeliverInSession(ports::EpochToken token, Outbox outbox) {
  if (!HasFrom(token)) {
    auto delivering = DeliverRows(token, outbox);
    Status delivered = co_await delivering;
    if (!delivered.ok()) co_return delivered;
  }
  if (outbox.file.empty()) co_return Status();
  auto remove = [&]() -> Status {
    Status removed = env_.files().Remove(StrCat(house_.directory, "/", outbox.file));
    return removed.code() == Code::kNotFound ? Status() : removed;
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, remove);
  co_return co_await offload;
}

Result<int64_t> LinkSink::Owe(const ports::EpochToken&, std::string_view bytes) {
  if (!options_.exactly_once) return 0;
  auto outbox = DecodeOutbox(bytes);
  if (!outbox.ok()) return OfTable(outbox.fault());
  owed_here_bytes_ += static_cast<int64_t>(outbox->rows.size());
  return outbox->file_bytes;
}

// What this session delivers itself it knows.
Task<> LinkSink::BeginSession() {
  io::Turn turn(session_turns_);
  co_await turn;
  if (in_session_) co_return Status();
  if (writer_ == nullptr) {
    auto writer = open_writer_();
    if (!writer.ok()) co_return writer.fault();
    writer_ = std::move(writer).value();
  }
  auto begin = [this]() -> Status {
    RETURN_NOT_OK(writer_->BeginSession());
    if (writer_name_.empty()) return {};
    ASSIGN_OR_RETURN(note_, writer_->ReadNote(topic_));
    return {};
  };
  io::Offload offload(env_.workers(), io::Pool::kRemote, begin);
  Status begun = co_await offload;
  in_session_ = begun.ok();
  if (!begun.ok()) EndSession();
  co_return begun;
}

// Behind a delivery that failed, or a session that was not given: the client may be of no use any more, and only the next session's note tells whether its transaction has committed.
void LinkSink::EndSession() {
  in_session_ = false;
  note_.reset();
  writer_.reset();
}

// Whether the session found this epoch there, or a later one: epochs are delivered in their order.
bool LinkSink::HasFrom(const ports::EpochToken& token) const {
  return note_ && !Planted("outbox_retried_without_asking") && note_->text == token.lineage.ToString() && note_->number >= token.epoch;
}

// Before the attempt's first epoch commits, with rows or without: once it has, what it owes would be taken for what is there, and later ones would pass.
Task<> LinkSink::RefuseOlderFolder(ports::EpochToken token) {
  if (has_asked_) co_return Status();
  do {
    auto beginning = BeginSession();
    Status begun = co_await beginning;
    if (!begun.ok()) co_return begun;
  } while (!in_session_);  // a delivery has failed in it meanwhile
  if (HasFrom(token)) {
    co_return Fault::Conflict("topic ", topic_, " has the rows of epoch ", note_->number, " of pipeline ", token.pipeline, ", and this data folder is at epoch ", token.epoch - 1,
                              " only: it is older than what was delivered. Give the pipeline's file another name to begin anew");
  }
  has_asked_ = true;
  co_return Status();
}

Task<> LinkSink::DeliverRows(ports::EpochToken token, Outbox outbox) {
  if (!outbox.file.empty()) {
    auto read = [&]() -> Status {
      auto rows = io::ReadWhole(env_.files(), StrCat(house_.directory, "/", outbox.file), kFileBytesMax);
      bool whole = rows.ok() && static_cast<int64_t>(rows->size()) == outbox.file_bytes && Crc32c(*rows) == outbox.file_checksum;
      if (!whole) return Fault::Corrupt("file ", house_.directory, "/", outbox.file, " holds what epoch ", token.epoch, " owes; it is not there, or not whole", rows.ok() ? "" : ": ", rows.ok() ? "" : rows.fault().message());
      outbox.rows = std::move(*rows);
      return {};
    };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, read);
    Status whole = co_await offload;
    if (!whole.ok()) co_return whole;
  }
  auto rows = DecodeRows(outbox.rows);
  if (!rows.ok()) co_return rows.fault();
  auto transacting = Transact(token, std::move(*rows));
  Status done = co_await transacting;
  if (done.ok()) co_return done;
  auto abort = [this]() -> Status {
    writer_->Abort();
    return {};
  };
  io::Offload aborting(env_.workers(), io::Pool::kRemote, abort);
  co_await aborting;
  co_return done;
}

Task<> LinkSink::Transact(ports::EpochToken token, std::vector<OwedRecords> rows) {
  auto begin = [this] { return writer_->BeginTransaction(); };
  io::Offload beginning(env_.workers(), io::Pool::kRemote, begin);
  Status begun = co_await beginning;
  if (!begun.ok()) co_return begun;
  auto sending = SendOwed(std::move(rows));
  Status sent = co_await sending;
  if (!sent.ok()) co_return sent;
  std::optional<Writer::Note> note;
  if (!writer_name_.empty()) note = Writer::Note{token.epoch, token.lineage.ToString()};
  env_.kill_points().Reach("link.before_commit");
  auto commit = [&] { return writer_->Commit(topic_, note); };
  io::Offload offload(env_.workers(), io::Pool::kRemote, commit);
  Status committed = co_await offload;
  if (!committed.ok()) co_return committed;
  env_.kill_points().Reach("link.after_commit");
  note_ = std::nullopt;  // the older one; from here on this session knows what it has done
  co_return Status();
}

Task<> LinkSink::SendOwed(std::vector<OwedRecords> rows) {
  for (const OwedRecords& of : rows) {
    std::string_view run = of.batches;
    while (!run.empty()) {
      auto view = data::RecordBatchView::Parse(run);
      Status valid = view.ok() ? view->Validate() : view.status();
      if (!valid.ok()) co_return valid;
      run.remove_prefix(view->header().size_bytes());
      auto reader = data::RecordReader::Open(*view, kUnpackedBytesMax);
      if (!reader.ok()) co_return reader.fault();
      data::Record record;
      for (int32_t i = 0; i < reader->count(); ++i) {
        auto next = reader->Next(record);
        if (!next.ok()) co_return next.fault();
        auto sent = writer_->Send(topic_, of.partition, record);
        if (!sent.ok()) co_return sent.fault();
        if (*sent) continue;
        auto sending = SendWithRoom(of.partition, record);
        Status done = co_await sending;
        if (!done.ok()) co_return done;
      }
    }
  }
  auto waiting = AwaitAnswers(0);
  co_return co_await waiting;
}

}  // namespace freshet::links::kafka
