#include "figures.h"

#include <algorithm>
#include <cstdio>

namespace bench {

std::string PercentilesMs(std::vector<int64_t>& waits_ns) {
  std::sort(waits_ns.begin(), waits_ns.end());
  std::string text = "{";
  for (auto [name, share] : {std::pair{"p50", 0.5}, {"p99", 0.99}, {"p99.9", 0.999}}) {
    if (waits_ns.empty()) break;
    size_t place = std::min(waits_ns.size() - 1, static_cast<size_t>(static_cast<double>(waits_ns.size()) * share));
    char one[64];
    std::snprintf(one, sizeof one, "%s\"%s\": %.3f", text.size() > 1 ? ", " : "", name, static_cast<double>(waits_ns[place]) / 1e6);
    text += one;
  }
  return text + "}";
}

std::string Hex(uint64_t number) {
  char text[24];
  std::snprintf(text, sizeof text, "\"%016llx\"", static_cast<unsigned long long>(number));
  return text;
}

}  // namespace bench
