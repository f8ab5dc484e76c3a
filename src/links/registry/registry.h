#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "io/env.h"
#include "links/registry/http.h"
#include "ports/schema_registry.h"

namespace freshet::links::registry {

// Confluent's schema registry, or who speaks as it does. A schema never changes behind its number, so what was fetched is
// kept. Owned by the house; thread-safe.
class Registry final : public ports::SchemaRegistry {
 public:
  explicit Registry(Env& env, std::unique_ptr<Http> http = CurlHttp()) : env_(env), http_(std::move(http)) {}

  Task<> FetchFor(Ctx ctx, records::RecordRows& rows, std::span<const data::Record> records) override;
  Task<> RegisterFor(Ctx ctx, records::RowRecords& rows) override;

 private:
  // kNotFound and kUnsupported are of this one schema; other Faults of the registry.
  Result<std::string> Fetch(const formats::RegistryAccess& access, int32_t id);
  Result<std::string> Ask(const formats::RegistryAccess& access, int32_t id);
  Result<int32_t> Register(const formats::RegistryAccess& access, const std::string& subject, const std::string& schema);

  Env& env_;
  const std::unique_ptr<Http> http_;
  std::mutex mutex_;
  std::map<std::pair<std::string, int32_t>, std::string> fetched_;  // by URL and id; GUARDED_BY(mutex_)
  struct Absent {
    Fault why;
    MonoTime until;  // not asked for again
  };
  std::map<std::pair<std::string, int32_t>, Absent> absent_;         // the same; GUARDED_BY(mutex_)
};

}  // namespace freshet::links::registry
