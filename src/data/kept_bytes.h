#pragma once

#include <memory>
#include <span>
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

// Memory that its one owner fills, and may write over: a frame as it comes, say. It is not cleared first. Once nobody writes any more, parts of it are kept.
class OwnBytes {
 public:
  OwnBytes() = default;
  explicit OwnBytes(size_t size) : memory_(size > 0 ? std::make_shared_for_overwrite<char[]>(size) : nullptr), bytes_(memory_.get(), size) {}
  // Takes the string's memory over.
  explicit OwnBytes(std::string whole) {
    auto kept = std::make_shared<std::string>(std::move(whole));
    bytes_ = *kept;
    memory_ = std::shared_ptr<char[]>(kept, kept->data());
  }

  char* data() { return bytes_.data(); }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }
  std::span<char> span() { return bytes_; }

  // Some of them, over which whoever has them may write: the owner of the whole does no more.
  OwnBytes Part(std::string_view part) const {
    OwnBytes own;
    own.memory_ = memory_;
    own.bytes_ = bytes_.subspan(static_cast<size_t>(part.data() - bytes_.data()), part.size());
    return own;
  }
  KeptBytes Keep() const { return KeptBytes(memory_, view()); }

 private:
  std::shared_ptr<char[]> memory_;
  std::span<char> bytes_;
};

}  // namespace freshet::data
