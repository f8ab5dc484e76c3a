#pragma once

#include "ports/connector.h"

namespace freshet::stream {

// 'connector' = 'inline': a table whose rows stand in its own option `rows`, one record a line; the seed decides
// where batches end. 'partitions' = 'n' deals line i to partition i mod n;
// 'interleave' = 'any' lets the seed decide whose turn it is. As a lookup it answers with the last row of a key.
class InlineConnector final : public ports::Connector {
 public:
  explicit InlineConnector(uint64_t seed) : seed_(seed) {}

  Status Check(const ports::TableRequest& table, ports::TableUse use) const override;
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx ctx, ports::LookupRequest lookup) override;

 private:
  uint64_t seed_;  // 0: as large batches as there are
};

}  // namespace freshet::stream
