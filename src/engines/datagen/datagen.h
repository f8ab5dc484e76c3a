#pragma once

#include <atomic>
#include <span>

#include "io/env.h"
#include "ports/connector.h"

namespace freshet::datagen {

// 'connector' = 'datagen': rows out of nothing, by chance or in sequence, so many a second, for queries that wait for their data. Owned by the house (or the
// run command); its sources live on the loop that opened them.
class DatagenConnector final : public ports::Connector {
 public:
  // `stop`: once it is raised every table ends where it is. Absent: those without a number of rows never do.
  explicit DatagenConnector(Env& env, const io::CancelFlag* stop = nullptr) : env_(env), stop_(stop) {}

  Status Check(const ports::TableRequest& table, ports::TableUse use) const override;
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx ctx, ports::LookupRequest lookup) override;
  // Whether a table was opened that ends only when it is told to.
  bool endless() const { return endless_.load(); }

 private:
  Env& env_;
  const io::CancelFlag* stop_;
  std::atomic<bool> endless_{false};
};

// Every option that is taken, F for a field, for docs/sql.md.
std::span<const std::string_view> DatagenOptionNames();

}  // namespace freshet::datagen
