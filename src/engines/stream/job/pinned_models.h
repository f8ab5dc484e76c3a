#pragma once

#include <map>
#include <mutex>
#include <string>

#include "ports/models.h"

namespace freshet::stream {

// The models of one job: what was served at the first Pin of a name stays for all shards. Thread-safe.
class PinnedModels final : public ports::Models {
 public:
  explicit PinnedModels(const ports::Models& served) : served_(served) {}

  Result<std::shared_ptr<const ports::Scorer>> Pin(std::string_view name) const override {
    std::lock_guard lock(mutex_);
    auto found = pinned_.find(name);
    if (found != pinned_.end()) return found->second;
    ASSIGN_OR_RETURN(auto scorer, served_.Pin(name));
    pinned_.emplace(name, scorer);
    return scorer;
  }
  std::vector<ports::ModelIdentity> List() const override { return served_.List(); }

 private:
  const ports::Models& served_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const ports::Scorer>, std::less<>> pinned_;  // GUARDED_BY(mutex_)
};

}  // namespace freshet::stream
