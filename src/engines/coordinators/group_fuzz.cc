#include "engines/coordinators/group.h"

// What a member says of itself is its own: the group that it joins can always tell whether somebody reads a topic.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace freshet;
  std::string metadata(reinterpret_cast<const char*>(bytes), size);
  io::Budget memory("members", 64 << 20);
  coordinators::Group group("g", {}, memory);
  ports::GroupJoin join{.group = "g", .protocol_type = "consumer", .protocols = {{"range", metadata}}, .session_timeout_ms = 10'000, .rebalance_timeout_ms = 10'000};
  (void)group.Join(join, "m", MonoTime());
  for (std::string_view topic : {"", "t", "topic"}) (void)group.Reads(topic);
  (void)group.Describe();
  return 0;
}
