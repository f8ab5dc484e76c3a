#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace freshet::data {

// Bytes that do not change, kept for as long as somebody holds them: one batch of what a read has brought, say. Cheap to copy. A budget may count them; that
// count is given back with the last holder, or by one who counts them in another.
class KeptBytes {
 public:
  KeptBytes() = default;
  KeptBytes(std::shared_ptr<const std::string> whole) : bytes_(*whole), keeper_(std::move(whole)) {}
  KeptBytes(std::shared_ptr<const void> keeper, std::string_view bytes) : bytes_(bytes), keeper_(std::move(keeper)) {}

  const std::string_view& operator*() const { return bytes_; }
  const std::string_view* operator->() const { return &bytes_; }

  // Some of them, kept by the same keeper.
  KeptBytes Part(std::string_view part, std::shared_ptr<const void> count) const {
    KeptBytes kept(keeper_, part);
    kept.count_ = std::move(count);
    return kept;
  }
  void CountElsewhere() { count_.reset(); }

 private:
  std::string_view bytes_;
  std::shared_ptr<const void> keeper_;
  std::shared_ptr<const void> count_;  // gives back what they take of a budget
};

}  // namespace freshet::data
