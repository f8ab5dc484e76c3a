#include <cstdio>

#include "commands.h"
#include "figures.h"
#include "kafka.h"
#include "options.h"
#include "record.h"

namespace bench {
namespace {

constexpr int64_t kPatienceNs = 10'000'000'000;  // without a record

}  // namespace

// Until `--records` have come or no more do. The time is that from the first request to the last record.
int Fetch(int argc, char** argv) {
  Options options(argc, argv, {{"brokers", ""}, {"topic", ""}, {"records", "0"}});
  long read = 0;
  uint64_t checksum = 0;
  Reader reader(options.Text("brokers"), options.Text("topic"));
  int64_t begin = Now(), last = begin;
  while (read < options.Number("records") && Now() - last < kPatienceNs) {
    int taken = reader.Take(100, [&](std::string_view record) { checksum += Checksum(record); });
    if (taken > 0) last = Now();
    read += taken;
  }
  std::printf("{\"read\": %ld, \"checksum\": %s, \"seconds\": %.3f}\n", read, Hex(checksum).c_str(), static_cast<double>(last - begin) / 1e9);
  return 0;
}

}  // namespace bench
