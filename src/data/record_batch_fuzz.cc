#include "data/record_batch.h"

// Walks whatever parses, checksum ignored: every length inside is the attacker's.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet::data;
  std::string_view run(reinterpret_cast<const char*>(data), size);
  auto batch = RecordBatchView::Parse(run);
  if (!batch.ok() || batch->header().codec_number() >= kCodecs) return 0;
  (void)batch->Validate();
  (void)ValidateRecords(*batch, 1 << 16, true);
  if (batch->header().control()) (void)ParseControlBatch(*batch);
  return 0;
}
