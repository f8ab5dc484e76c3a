#include <numeric>

#include "engines/log/log.h"

namespace freshet::log {
namespace {

constexpr size_t kDamageToldMax = 1000;  // places

int64_t BytesOf(const std::vector<ports::LogSlice>& slices) {
  int64_t bytes = 0;
  for (const ports::LogSlice& slice : slices) {
    for (const auto& batch : slice.batches) bytes += static_cast<int64_t>(batch->size());
  }
  return bytes;
}

}  // namespace

Task<std::vector<ports::LogSlice>> SegmentLog::Read(Ctx ctx, std::vector<ports::LogRead> reads, ports::ReadWait wait) {
  io::ThisLoop this_loop;
  io::Loop& loop = co_await this_loop;
  MonoTime until = std::min(wait.until, ctx.deadline);
  for (;;) {
    std::vector<ports::LogSlice> slices(reads.size());
    bool may_wait = env_.clock().Now() < until;
    std::shared_ptr<Watch> watch = may_wait ? std::make_shared<Watch>(loop) : nullptr;
    auto read = ReadHomes(&reads, &slices, std::min(wait.bytes_max, options_.read_bytes_max), may_wait ? until : MonoTime::Never(), watch);
    Status done = co_await read;
    if (!done.ok()) co_return done;
    bool failed = std::any_of(slices.begin(), slices.end(), [](const ports::LogSlice& slice) { return !slice.status.ok(); });
    int64_t bytes = BytesOf(slices);
    bool enough = failed || bytes >= wait.bytes_min || reads.empty();
    if (enough || !may_wait || (ctx.cancel != nullptr && ctx.cancel->raised())) co_return slices;
    auto waiting = WaitForBytes(&reads, wait.bytes_min, until, std::move(watch), ctx.cancel);
    co_await waiting;
  }
}

// Until the partitions seem to hold what this read waits for, or its time is up. They are asked by numbers: what has come so far is not
// read at every wake to be thrown away. Whoever waits for one byte need not ask.
Task<> SegmentLog::WaitForBytes(const std::vector<ports::LogRead>* reads, int64_t bytes_min, MonoTime until, std::shared_ptr<Watch> watch,
                                std::shared_ptr<const io::CancelFlag> cancel) {
  io::ThisLoop this_loop;
  io::Loop& loop = co_await this_loop;
  for (;;) {
    if (!watch->fired()) {
      io::Signal::Waiter waiter(watch->signal(), until);
      co_await waiter;
    }
    bool is_over = bytes_min <= 1 || env_.clock().Now() >= until || (cancel != nullptr && cancel->raised());
    if (is_over) co_return Status::Ok();
    watch = std::make_shared<Watch>(loop);
    std::vector<int64_t> bytes(homes_.size());
    io::RunOnAll count;
    for (size_t i = 0; i < homes_.size(); ++i) {
      bool has_any = std::any_of(reads->begin(), reads->end(), [&](const ports::LogRead& read) { return &HomeOf(read.key) == homes_[i].get(); });
      if (has_any) count.Add(homes_[i]->loop, CountAtHome(*homes_[i], reads, bytes_min, watch, &bytes[i]));
    }
    co_await count;
    if (std::accumulate(bytes.begin(), bytes.end(), int64_t{0}) >= bytes_min) co_return Status::Ok();
  }
}

// What these reads would bring; a refusal is worth the answer at once.
Task<> SegmentLog::CountAtHome(Home& home, const std::vector<ports::LogRead>* reads, int64_t bytes_min, std::shared_ptr<Watch> watch, int64_t* bytes) {
  for (const ports::LogRead& read : *reads) {
    if (&HomeOf(read.key) != &home) continue;
    auto partition = Find(home, read.key);
    bool is_refused = !partition.ok() || !(*partition)->CheckReadable(read.from).ok();
    if (is_refused) {
      *bytes += bytes_min;
      continue;
    }
    (*partition)->AddWatch(watch);
    ports::PartitionBounds bounds = (*partition)->bounds();
    *bytes += (*partition)->BytesFrom(read.from, read.committed_only ? bounds.last_stable : bounds.end, read.bytes_max);
  }
  co_return Status::Ok();
}

// Homes whose reads fit into the answer, whatever each brings, read at the same time; else each takes what those before it have left.
Task<> SegmentLog::ReadHomes(const std::vector<ports::LogRead>* reads, std::vector<ports::LogSlice>* slices, int64_t bytes_max, MonoTime until, std::shared_ptr<Watch> watch) {
  int64_t asked = 0;
  for (const ports::LogRead& read : *reads) asked += std::min(read.bytes_max, bytes_max);
  bool fits = asked <= bytes_max;
  io::RunOnAll together;
  for (auto& home : homes_) {
    std::vector<ports::LogRead> here;
    std::vector<ports::LogSlice*> here_slices;
    for (size_t i = 0; i < reads->size(); ++i) {
      if (&HomeOf((*reads)[i].key) != home.get()) continue;
      here.push_back((*reads)[i]);
      here_slices.push_back(&(*slices)[i]);
    }
    if (here.empty()) continue;
    int64_t taken = fits ? 0 : BytesOf(*slices);
    auto read = ReadAtHome(*home, std::move(here), std::move(here_slices), bytes_max - taken, taken == 0, until, watch);
    if (fits) {
      together.Add(home->loop, std::move(read));
      continue;
    }
    io::RunOn hop(home->loop, std::move(read));
    Status done = co_await hop;
    if (!done.ok()) co_return done;
  }
  co_return co_await together;
}

Task<> SegmentLog::ReadAtHome(Home& home, std::vector<ports::LogRead> reads, std::vector<ports::LogSlice*> slices, int64_t bytes_max, bool first,
                              MonoTime until, std::shared_ptr<Watch> watch) {
  bool is_short = false;  // of memory: it was waited for once
  for (size_t i = 0; i < reads.size(); ++i) {
    auto partition = Find(home, reads[i].key);
    if (!partition.ok()) {
      slices[i]->status = partition.status();
      continue;
    }
    if (watch != nullptr) (*partition)->AddWatch(watch);
    slices[i]->bounds = (*partition)->bounds();
    if (is_short || (!first && bytes_max <= 0)) continue;
    ports::LogRead wanted = reads[i];
    wanted.bytes_max = std::min(wanted.bytes_max, bytes_max);
    auto read = ReadPartition(home, *partition, wanted, first, until, slices[i]);
    co_await read;
    is_short = slices[i]->status.code() == Code::kExhausted;
    for (const auto& batch : slices[i]->batches) {
      bytes_max -= static_cast<int64_t>(batch->size());
      first = false;
    }
  }
  co_return Status::Ok();
}

Task<> SegmentLog::ReadPartition(Home& home, PartitionRef partition, ports::LogRead wanted, bool first, MonoTime until, ports::LogSlice* slice) {
  data::Offset from = wanted.from;
  data::Offset end = wanted.committed_only ? slice->bounds.last_stable : slice->bounds.end;
  slice->status = partition->CheckReadable(from);
  if (!slice->status.ok() || from >= end) co_return Status::Ok();
  Status read;
  if (partition->InTail(from)) {
    partition->ReadTail(from, end, wanted.bytes_max, first, *slice);
  } else {
    auto cold = ReadCold(home, partition, from, end, wanted.bytes_max, first, until, slice);
    read = co_await cold;
  }
  if (wanted.committed_only && !slice->batches.empty()) {
    slice->aborted = partition->AbortedIn(from, data::RecordBatchView::Parse(*slice->batches.back())->header().next_offset());
  }
  if (read.ok() || !slice->batches.empty()) co_return Status::Ok();  // what is wrong behind them is met by the next read
  if (from < partition->start()) {
    slice->status = Fault::OutOfRange("partition ", partition->key(), " begins at ", partition->start(), " now");
    co_return Status::Ok();
  }
  slice->status = read;
  if (read.code() == Code::kExhausted) co_return Status::Ok();
  if (read.code() == Code::kNotFound) slice->status = Fault::Corrupt("partition ", partition->key(), ": a file is missing: ", read.fault().message());
  corrupt_reads_.Add();
  TellDamage(home, from, slice->status.fault());
  co_return Status::Ok();
}

// Readers ask again and again, so each place is told once.
void SegmentLog::TellDamage(Home& home, data::Offset from, const Fault& fault) {
  bool is_new = home.damage_told.size() < kDamageToldMax && home.damage_told.insert(StrCat(from, " ", fault.message())).second;
  if (is_new) log_.Error("a reader was refused records that are damaged; freshet inspect verify names the files", {{"offset", from}, {"why", fault.message()}});
}

void SegmentLog::TellRenewed(Partition& partition, const Segment& segment, int64_t entries) {
  if (entries == 0) return;
  log_.Warn("an index was damaged; what it lacked was made anew from its segment, and no record is lost",
            {{"partition", partition.key()}, {"file", partition.files().IdxPath(segment.name())}, {"entries", entries}});
}

Task<> SegmentLog::LoadIndex(Home& home, PartitionRef partition, data::Offset segment_base) {
  for (;;) {
    const Segment* segment = partition->FindSegment(segment_base);
    if (segment == nullptr) co_return Fault::NotFound("segment ", segment_base, " is gone");
    if (segment->index != nullptr) {
      KeepIndex(home, partition, segment_base);
      co_return Status::Ok();
    }
    Segment copy = *segment;
    auto load = [&] { return partition->files().LoadIndex(copy); };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, load);
    auto index = co_await offload;
    segment = partition->FindSegment(segment_base);
    if (segment == nullptr || segment->blocks != copy.blocks || segment->name() != copy.name()) continue;  // it has grown or was compacted meanwhile
    if (!index.ok()) co_return index.status();
    TellRenewed(*partition, copy, index->renewed);
    partition->SetIndex(segment_base, index->blocks);
    KeepIndex(home, partition, segment_base);
  }
}

// An index was loaded, made or used. When there are too many, the one that nobody used for longest goes; it is loaded again when
// somebody reads there.
void SegmentLog::KeepIndex(Home& home, const PartitionRef& partition, data::Offset segment_base) {
  const Segment* segment = partition->FindSegment(segment_base);
  if (segment == nullptr || segment->index == nullptr) return;
  auto kept = std::find_if(home.indexes.begin(), home.indexes.end(), [&](const auto& one) { return one.second == segment_base && one.first.lock() == partition; });
  if (kept != home.indexes.end()) home.indexes.erase(kept);
  home.indexes.emplace_back(partition, segment_base);
  if (home.indexes.size() <= options_.indexes_max) return;
  if (auto oldest = home.indexes.front().first.lock()) oldest->SetIndex(home.indexes.front().second, nullptr);
  home.indexes.pop_front();
}

namespace {

constexpr Duration kColdPatience = Seconds(10);
constexpr Duration kColdPause = Milliseconds(20);

struct ColdRoom {
  std::shared_ptr<io::Budget> budget;
  io::Reservation reserved;  // given back before the budget goes
};

// Blocks from the one that holds `from`, as many as one read should take.
std::vector<Block> BlocksFrom(const std::vector<Block>& index, data::Offset from, int64_t bytes_max) {
  constexpr int64_t kReadBytes = 1 << 20;
  std::vector<Block> blocks;
  int64_t bytes = 0;
  auto block = std::partition_point(index.begin(), index.end(), [from](const Block& b) { return b.last_offset < from; });
  if (block == index.end() || block->base_offset > from) return blocks;
  for (; block != index.end() && (bytes == 0 || bytes < std::min(bytes_max, kReadBytes)); ++block) {
    if (!blocks.empty() && block->base_offset != blocks.back().last_offset + 1) break;
    blocks.push_back(*block);
    bytes += block->bytes;
  }
  return blocks;
}

}  // namespace

Task<io::Reservation> SegmentLog::WaitForCold(int64_t bytes, MonoTime until) {
  MonoTime give_up = std::min(until, env_.clock().Now() + kColdPatience);
  for (;;) {
    auto taken = io::Reservation::Take(*cold_budget_, bytes);
    if (taken.ok() || env_.clock().Now() >= give_up) co_return taken;
    io::SleepUntil pause(env_.clock().Now() + kColdPause);
    co_await pause;
  }
}

Task<> SegmentLog::ReadCold(Home& home, PartitionRef partition, data::Offset from, data::Offset end, int64_t bytes_max, bool first, MonoTime until, ports::LogSlice* slice) {
  for (;;) {
    if (from >= end || !partition->CheckQuarantine(from).ok()) co_return Status::Ok();
    const auto& segments = partition->segments();
    auto segment = std::partition_point(segments.begin(), segments.end(), [from](const Segment& s) { return s.next_offset <= from; });
    if (segment == segments.end()) {
      partition->ReadTail(from, end, bytes_max, first, *slice);
      co_return Status::Ok();
    }
    data::Offset base = segment->base_offset;
    SegmentName name = segment->name();
    if (segment->index == nullptr) {
      auto load = LoadIndex(home, partition, base);
      Status loaded = co_await load;
      bool is_gone = partition->FindSegment(base) == nullptr && from >= partition->start();  // into another, by compaction
      if (!loaded.ok() && !is_gone) co_return loaded;
      continue;
    }
    KeepIndex(home, partition, base);
    if (segment->blocks == 0) {
      from = segment->next_offset;
      continue;
    }
    std::vector<Block> blocks = BlocksFrom(*segment->index, from, bytes_max);
    if (blocks.empty()) co_return Fault::Corrupt("partition ", partition->key(), ": the index of segment ", base, " is damaged at offset ", from);
    int64_t wanted = 0;
    for (const Block& block : blocks) wanted += block.bytes;
    auto room = io::Reservation::Take(*cold_budget_, wanted);
    if (!room.ok() && !first) co_return Status::Ok();  // what this read has so far goes first, and gives its room back
    if (!room.ok()) {
      auto wait = WaitForCold(wanted, until);
      room = co_await wait;
    }
    if (!room.ok()) co_return room.status();
    auto reserved = std::make_shared<const ColdRoom>(ColdRoom{cold_budget_, std::move(room).value()});
    auto read_blocks = [&] { return partition->files().ReadBlocks(name, blocks); };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, read_blocks);
    auto runs = co_await offload;
    if (!runs.ok()) {
      const Segment* now = partition->FindSegment(base);
      bool was_replaced = (now == nullptr || now->name() != name) && from >= partition->start();
      if (was_replaced) continue;
      co_return runs.status();
    }
    data::Offset readable = std::min(end, partition->ReadableEnd(from));
    for (const data::KeptBytes& run : *runs) {
      auto batches = SplitBatches(*run);
      if (!batches.ok()) co_return batches.status();
      for (std::string_view batch : *batches) {
        auto view = data::RecordBatchView::Parse(batch);
        if (view->header().last_offset() < from) continue;
        auto size = static_cast<int64_t>(batch.size());
        if (view->header().base_offset >= readable || (size > bytes_max && !first)) co_return Status::Ok();
        slice->batches.push_back(run.Part(batch, reserved));
        bytes_max -= size;
        first = false;
        from = view->header().next_offset();
        if (bytes_max <= 0) co_return Status::Ok();
      }
    }
    from = std::max(from, blocks[runs->size() - 1].last_offset + 1);
  }
}

Task<ports::PartitionBounds> SegmentLog::Bounds(Ctx, data::PartitionKey key) {
  Home& home = HomeOf(key);
  io::RunOn hop(home.loop, BoundsAtHome(home, key));
  co_return co_await hop;
}

Task<ports::PartitionBounds> SegmentLog::BoundsAtHome(Home& home, data::PartitionKey key) {
  auto partition = Find(home, key);
  if (!partition.ok()) co_return partition.status();
  co_return (*partition)->bounds();
}

Task<int64_t> SegmentLog::Size(Ctx, data::PartitionKey key) {
  Home& home = HomeOf(key);
  io::RunOn hop(home.loop, SizeAtHome(home, key));
  co_return co_await hop;
}

Task<int64_t> SegmentLog::SizeAtHome(Home& home, data::PartitionKey key) {
  auto partition = Find(home, key);
  if (!partition.ok()) co_return partition.status();
  co_return (*partition)->kept_bytes();
}

}  // namespace freshet::log
