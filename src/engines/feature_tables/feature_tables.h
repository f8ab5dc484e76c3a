#pragma once

#include <span>
#include <string_view>

#include "ports/connector.h"
#include "ports/features.h"

namespace freshet::feature_tables {

// Feature views as tables that SQL looks up: WITH ('connector' = 'features', 'view' = 'card'). The columns are the
// view's entity keys and features by name; a lookup join equates all the keys. What the view's fallback chain answers is
// what the row says; a key is known when the view has its row (decision 0308). Thread-safe; borrows the store.
class FeatureTables final : public ports::Connector {
 public:
  explicit FeatureTables(const ports::FeatureStore& store) : store_(store) {}

  Status Check(const ports::TableRequest& table, ports::TableUse use) const override;
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx ctx, ports::LookupRequest lookup) override;

 private:
  std::string ViewOf(const ports::TableRequest& table) const;
  Fault NoView(const ports::TableRequest& table) const;

  const ports::FeatureStore& store_;
};

// Every option that is taken, for docs/sql.md.
std::span<const std::string_view> FeatureOptionNames();

}  // namespace freshet::feature_tables
