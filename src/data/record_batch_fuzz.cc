#include "data/record_batch.h"
#include "data/record_filter.h"
#include "testing/memory_bound.h"

// Walks whatever parses, checksum ignored: every length inside is the attacker's. What compaction leaves of it is as good as it was.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace freshet;
  using namespace freshet::data;
  constexpr size_t kPlainBytesMax = 1 << 16;
  std::string_view run(reinterpret_cast<const char*>(bytes), size);
  auto batch = RecordBatchView::Parse(run);
  if (!batch.ok() || batch->header().codec_number() >= kCodecs) return 0;
  (void)batch->Validate();
  bool is_plain = batch->header().codec() == Codec::kNone;
  auto records = [&] {
    freshet::testing::MemoryBound bound(size * freshet::testing::kBytesForEachReceived + freshet::testing::kBytesForWords + (is_plain ? 0 : 10 * kPlainBytesMax + (9 << 20)));
    return ValidateRecords(*batch, kPlainBytesMax, true);
  }();
  if (batch->header().control()) (void)ParseControlBatch(*batch);
  auto filtered = FilterRecordBatch(*batch, {.keeps = [](const Record& record) { return record.offset.get() % 2 == 0; }, .delete_horizon_ms = 1}, kPlainBytesMax);
  if (!filtered.ok() || filtered->empty()) return 0;
  auto kept = RecordBatchView::Parse(*filtered);
  CHECK(kept.ok() && kept->bytes().size() == filtered->size());
  if (records.ok()) CHECK(ValidateRecords(*kept, 2 * kPlainBytesMax, true).ok());
  return 0;
}
