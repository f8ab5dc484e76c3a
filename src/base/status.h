#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/text.h"

// One vocabulary for "it did not work": a Fault says what kind, whose doing, whether trying again helps, and
// names the thing. Status is a Fault or nothing; Result<T> is a Fault or a value. Doors translate Code to
// their wire's number in one exhaustive switch (doors/*/errors.cc), so a new Code is a compile error there.

namespace freshet {

enum class Code : unsigned char {
  kOk,
  kInvalid,             // the request or input makes no sense
  kNotFound,
  kAlreadyExists,
  kOutOfRange,          // an offset or index outside what is kept
  kTooLarge,            // a message, key or request above its stated cap
  kUnsupported,         // known, and refused by name
  kCorrupt,             // a checksum or structure on disk or wire does not hold
  kIoError,             // the operating system refused; durable state may be unknown
  kDiskFull,
  kExhausted,           // a bounded queue, budget or quota is full
  kUnavailable,         // not now: starting, draining, or storage stopped
  kDeadlineExceeded,
  kCancelled,
  kUnauthenticated,
  kPermissionDenied,
  kConflict,            // a precondition no longer holds
  kFenced,              // a newer epoch or attempt owns this
  kOutOfOrder,          // a producer sequence with a gap
  kDuplicate,           // a producer sequence already stored, beyond what can be answered again
  kUnknownProducer,
  kInternal,            // our defect
};

enum class Blame : unsigned char { kCaller, kUs, kWorld };
enum class Retry : unsigned char { kNo, kLater };

std::string_view CodeName(Code code);

// A Fault is what went wrong, immutable after construction. Messages are lower-case, name the thing, and end
// in the remedy where there is one.
class Fault {
 public:
  Fault(Code code, Blame blame, Retry retry, std::string message)
      : code_(code), blame_(blame), retry_(retry), message_(std::move(message)) {}

#define FRESHET_FAULT(Name, code, blame, retry)                                  \
  template <typename... Parts>                                                   \
  static Fault Name(const Parts&... parts) {                                     \
    return Fault(Code::code, Blame::blame, Retry::retry, StrCat(parts...));      \
  }
  FRESHET_FAULT(Invalid, kInvalid, kCaller, kNo)
  FRESHET_FAULT(NotFound, kNotFound, kCaller, kNo)
  FRESHET_FAULT(AlreadyExists, kAlreadyExists, kCaller, kNo)
  FRESHET_FAULT(OutOfRange, kOutOfRange, kCaller, kNo)
  FRESHET_FAULT(TooLarge, kTooLarge, kCaller, kNo)
  FRESHET_FAULT(Unsupported, kUnsupported, kCaller, kNo)
  FRESHET_FAULT(Corrupt, kCorrupt, kWorld, kNo)
  FRESHET_FAULT(IoError, kIoError, kWorld, kNo)
  FRESHET_FAULT(DiskFull, kDiskFull, kWorld, kLater)
  FRESHET_FAULT(Exhausted, kExhausted, kCaller, kLater)
  FRESHET_FAULT(Unavailable, kUnavailable, kUs, kLater)
  FRESHET_FAULT(DeadlineExceeded, kDeadlineExceeded, kUs, kLater)
  FRESHET_FAULT(Cancelled, kCancelled, kCaller, kNo)
  FRESHET_FAULT(Unauthenticated, kUnauthenticated, kCaller, kNo)
  FRESHET_FAULT(PermissionDenied, kPermissionDenied, kCaller, kNo)
  FRESHET_FAULT(Conflict, kConflict, kCaller, kLater)
  FRESHET_FAULT(Fenced, kFenced, kCaller, kNo)
  FRESHET_FAULT(OutOfOrder, kOutOfOrder, kCaller, kNo)
  FRESHET_FAULT(Duplicate, kDuplicate, kCaller, kNo)
  FRESHET_FAULT(UnknownProducer, kUnknownProducer, kCaller, kNo)
  FRESHET_FAULT(Internal, kInternal, kUs, kNo)
#undef FRESHET_FAULT

  Code code() const { return code_; }
  Blame blame() const { return blame_; }
  Retry retry() const { return retry_; }
  const std::string& message() const { return message_; }

  // "corrupt: segment 12: footer does not match body"
  std::string ToString() const;

 private:
  Code code_;
  Blame blame_;
  Retry retry_;
  std::string message_;
};

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Fault fault) : fault_(std::make_unique<Fault>(std::move(fault))) {}  // NOLINT: faults convert
  Status(Status&&) noexcept = default;
  Status& operator=(Status&&) noexcept = default;
  Status(const Status& other) : fault_(other.fault_ ? std::make_unique<Fault>(*other.fault_) : nullptr) {}
  Status& operator=(const Status& other) {
    fault_ = other.fault_ ? std::make_unique<Fault>(*other.fault_) : nullptr;
    return *this;
  }

  static Status Ok() { return {}; }

  bool ok() const { return fault_ == nullptr; }
  Code code() const { return fault_ ? fault_->code() : Code::kOk; }
  const Fault& fault() const& { CHECK(fault_ != nullptr); return *fault_; }
  Fault fault() && { CHECK(fault_ != nullptr); return std::move(*fault_); }
  std::string ToString() const { return fault_ ? fault_->ToString() : "ok"; }

 private:
  std::unique_ptr<Fault> fault_;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}           // NOLINT: values convert
  Result(Fault fault) : state_(std::in_place_index<1>, std::move(fault)) {}       // NOLINT: faults convert
  Result(Status status) : state_(std::in_place_index<1>, std::move(status).fault()) {}  // NOLINT
  template <typename U>
    requires(std::convertible_to<U &&, T> && !std::same_as<std::remove_cvref_t<U>, T> &&
             !std::same_as<std::remove_cvref_t<U>, Fault> && !std::same_as<std::remove_cvref_t<U>, Status> &&
             !std::same_as<std::remove_cvref_t<U>, Result>)
  Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}   // NOLINT: values convert

  bool ok() const { return state_.index() == 0; }
  Code code() const { return ok() ? Code::kOk : fault().code(); }

  T& value() & { CHECK(ok()); return std::get<0>(state_); }
  const T& value() const& { CHECK(ok()); return std::get<0>(state_); }
  T value() && { CHECK(ok()); return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Fault& fault() const { CHECK(!ok()); return std::get<1>(state_); }
  Status status() const { return ok() ? Status() : Status(fault()); }
  std::string ToString() const { return ok() ? "ok" : fault().ToString(); }

 private:
  std::variant<T, Fault> state_;
};

inline Status ToStatus(Status status) { return status; }
template <typename T>
Status ToStatus(const Result<T>& result) { return result.status(); }

}  // namespace freshet

#define FRESHET_CONCAT_(a, b) a##b
#define FRESHET_CONCAT(a, b) FRESHET_CONCAT_(a, b)

// Leaves the function with the Fault, or goes on.
#define RETURN_NOT_OK(expr)                                    \
  do {                                                         \
    if (auto status_ = ::freshet::ToStatus(expr); !status_.ok()) [[unlikely]] \
      return std::move(status_).fault();                       \
  } while (false)

// ASSIGN_OR_RETURN(auto footer, ReadFooter(file)): the value, or leave with the Fault.
#define ASSIGN_OR_RETURN(lhs, expr) FRESHET_ASSIGN_OR_RETURN_(FRESHET_CONCAT(result_, __LINE__), lhs, expr)
#define FRESHET_ASSIGN_OR_RETURN_(name, lhs, expr)  \
  auto name = (expr);                               \
  if (!name.ok()) [[unlikely]] return name.fault(); \
  lhs = std::move(name).value()
