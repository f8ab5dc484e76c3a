#include "doors/http/browse/search.h"

#include "data/record_batch.h"
#include "doors/http/browse/shown.h"
#include "io/wait.h"

namespace freshet::doors::http {
namespace {

using From = Search::From;

constexpr int64_t kReadBytes = 1 << 20;
constexpr int64_t kUnpackedBytesMax = 64 << 20;  // of one batch, and no more than a fourth of the house's memory: as producers may send it
constexpr size_t kKeyBytesMax = 4 << 10;        // that are shown
constexpr size_t kValueBytesMax = 64 << 10;
constexpr size_t kHeaderBytesMax = 1 << 10;
constexpr size_t kHeadersMax = 32;

void AppendRecord(std::string& json, int32_t partition, const data::Record& record, const Search& search) {
  json += StrCat(json.empty() ? "" : ",", "{\"partition\":", partition, ",\"offset\":", record.offset.get(), ",\"time_ms\":", record.timestamp_ms, ",\"key\":");
  AppendShown(json, record.key, kKeyBytesMax, search.key_schema.get());
  json += ",\"value\":";
  AppendShown(json, record.value, kValueBytesMax, search.value_schema.get());
  json += ",\"headers\":[";
  for (size_t i = 0; i < std::min(record.headers.size(), kHeadersMax); ++i) {
    json += i > 0 ? ",{\"name\":" : "{\"name\":";
    AppendShown(json, record.headers[i].key, kHeaderBytesMax);
    json += ",\"value\":";
    AppendShown(json, record.headers[i].value, kHeaderBytesMax);
    json += '}';
  }
  json += StrCat("],\"headers_left_out\":", record.headers.size() - std::min(record.headers.size(), kHeadersMax), "}");
}

// What one search has found and used up.
class Finding {
 public:
  Finding(Env& env, const Search& search, const SearchBounds& bounds) : env_(env), search_(search), bounds_(bounds), until_(env.clock().Now() + bounds.time_max) {}

  // One partition after another.
  void Begin(int32_t partition, const ports::PartitionBounds& ends, data::Offset from, int64_t share) {
    partition_ = partition;
    ends_ = ends;
    at_ = from;
    wanted_ = share;
    trouble_.clear();
  }
  bool goes_on() {
    if (!trouble_.empty() || at_ >= ends_.last_stable || !stopped_.empty()) return false;
    if (wanted_ == 0) limited_ = true;
    else if (read_bytes_ >= bounds_.read_bytes_max || static_cast<int64_t>(records_.size()) >= bounds_.answer_bytes_max) stopped_ = "bytes";
    else if (env_.clock().Now() >= until_) stopped_ = "time";
    return wanted_ > 0 && stopped_.empty();
  }
  data::Offset at() const { return at_; }
  void Trouble(std::string why) { trouble_ = std::move(why); }

  // On a worker.
  Status Take(const ports::LogSlice& slice) {
    data::Offset began = at_;
    for (const auto& bytes : slice.batches) {
      if (wanted_ == 0 || read_bytes_ >= bounds_.read_bytes_max || static_cast<int64_t>(records_.size()) >= bounds_.answer_bytes_max || env_.clock().Now() >= until_) return {};
      read_bytes_ += static_cast<int64_t>(bytes->size());
      auto batch = data::RecordBatchView::Parse(*bytes);
      if (!batch.ok()) return batch.status();
      RETURN_NOT_OK(TakeBatch(*batch, slice));
    }
    if (at_ == began) at_ = ends_.last_stable;  // what is left is nobody's: markers, or records of open transactions
    return {};
  }

  void End() {
    partitions_ += StrCat(partitions_.empty() ? "" : ",", "{\"partition\":", partition_, ",\"start\":", ends_.start.get(), ",\"end\":", ends_.end.get(), ",\"next\":", at_.get());
    if (!trouble_.empty()) {
      partitions_ += ",\"trouble\":";
      AppendJsonString(partitions_, trouble_);
    }
    partitions_ += '}';
  }

  std::string Json() const {
    std::string_view stopped = stopped_.empty() && limited_ ? "limit" : std::string_view(stopped_);
    return StrCat("{\"records\":[", records_, "],\"partitions\":[", partitions_, "],\"scanned\":", scanned_, ",\"stopped\":", stopped.empty() ? "null" : StrCat("\"", stopped, "\""), "}\n");
  }

 private:
  Status TakeBatch(const data::RecordBatchView& batch, const ports::LogSlice& slice) {
    const auto& header = batch.header();
    bool counts = !header.control() && !(header.transactional() && slice.CountsForNothing(header.producer_id, header.base_offset));
    if (counts) {
      auto bytes_max = static_cast<size_t>(std::min(kUnpackedBytesMax, env_.memory().bytes_max() / 4));
      ASSIGN_OR_RETURN(auto reader, data::RecordReader::Open(batch, bytes_max));
      data::Record record;
      for (;;) {
        ASSIGN_OR_RETURN(bool more, reader.Next(record));
        if (!more) break;
        if (record.offset < at_) continue;
        if (wanted_ == 0 || static_cast<int64_t>(records_.size()) >= bounds_.answer_bytes_max) return {};
        at_ = record.offset + 1;
        ++scanned_;
        bool is_wanted = !search_.key.has_value() || (record.key.has_value() && *record.key == *search_.key);
        if (!is_wanted) continue;
        AppendRecord(records_, partition_, record, search_);
        --wanted_;
      }
    }
    at_ = std::max(at_, header.next_offset());
    return {};
  }

  Env& env_;
  const Search& search_;
  const SearchBounds bounds_;
  const MonoTime until_;
  int32_t partition_ = 0;
  ports::PartitionBounds ends_;
  data::Offset at_;
  int64_t wanted_ = 0;
  std::string trouble_;
  std::string records_, partitions_, stopped_;
  int64_t read_bytes_ = 0, scanned_ = 0;
  bool limited_ = false;
};

Task<data::Offset> BeginOf(Ctx ctx, ports::EventLog& log, data::PartitionKey key, ports::PartitionBounds ends, const Search& search, int64_t share) {
  data::Offset from = ends.start;
  if (search.from == From::kNewest && !search.key.has_value()) from = ends.last_stable - share;
  if (search.from == From::kOffset) from = data::Offset(search.number);
  if (search.from == From::kTime) {
    CO_ASSIGN_OR_RETURN(auto found, log.FindTime(ctx, key, search.number));
    from = found.offset.get() < 0 ? ends.end : found.offset;
  }
  co_return std::clamp(from, ends.start, std::max(ends.start, ends.end));
}

Task<> SearchPartition(Ctx ctx, Env& env, ports::EventLog& log, const Search& search, int32_t partition, int64_t share, Finding& finding) {
  data::PartitionKey key{search.topic->id, data::PartitionId(partition)};
  CO_ASSIGN_OR_RETURN(auto ends, log.Bounds(ctx, key));
  CO_ASSIGN_OR_RETURN(data::Offset from, BeginOf(ctx, log, key, ends, search, share));
  finding.Begin(partition, ends, from, share);
  while (finding.goes_on()) {
    std::vector<ports::LogRead> reads(1);
    reads[0] = {.key = key, .from = finding.at(), .bytes_max = kReadBytes, .committed_only = true};
    ports::ReadWait no_wait;
    CO_ASSIGN_OR_RETURN(auto slices, log.Read(ctx, std::move(reads), no_wait));
    const ports::LogSlice& slice = slices[0];
    Status taken = slice.status;
    if (taken.ok()) {
      auto take = [&] { return finding.Take(slice); };
      io::Offload offload(env.workers(), io::Pool::kGeneral, take);
      taken = co_await offload;
    }
    if (!taken.ok()) finding.Trouble(taken.fault().message());
  }
  finding.End();
  co_return Status::Ok();
}

}  // namespace

Task<std::string> FindRecords(Ctx ctx, Env& env, ports::EventLog& log, Search search, SearchBounds bounds) {
  int32_t first = search.partition.value_or(0);
  bool there = first >= 0 && first < search.topic->partitions;
  int32_t end = search.partition.has_value() && there ? first + 1 : search.topic->partitions;
  if (!there) co_return Fault::NotFound("topic ", search.topic->name, " has no partition ", first);
  if (end - first > bounds.partitions_max) co_return Fault::Invalid("topic ", search.topic->name, " has ", search.topic->partitions, " partitions; name one with partition=0");
  int64_t share = std::max<int64_t>(1, search.limit / (end - first));
  Finding finding(env, search, bounds);
  for (int32_t partition = first; partition < end; ++partition) {
    CO_RETURN_NOT_OK(SearchPartition(ctx, env, log, search, partition, share, finding));
  }
  co_return finding.Json();
}

}  // namespace freshet::doors::http
