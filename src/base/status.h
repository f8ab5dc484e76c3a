#pragma once

#include <concepts>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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
// in the remedy where there is one. One pointer wide, so that what carries it on good days is small; it may be moved from, then only destroyed or assigned.
class Fault {
 public:
  Fault(Code code, Blame blame, Retry retry, std::string message);
  Fault(Code code, Blame blame, Retry retry, std::initializer_list<TextPart> message);
  Fault(const Fault& other);
  Fault(Fault&& other) noexcept : what_(std::exchange(other.what_, nullptr)) {}
  Fault& operator=(Fault other) noexcept {
    std::swap(what_, other.what_);
    return *this;
  }
  ~Fault() { if (what_ != nullptr) [[unlikely]] Drop(); }

#define FRESHET_FAULT(Name, code, blame, retry)                                  \
  template <typename... Parts>                                                   \
  static Fault Name(const Parts&... parts) {                                     \
    return Fault(Code::code, Blame::blame, Retry::retry, {TextPart(parts)...});  \
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

  Code code() const { return what_->code; }
  Blame blame() const { return what_->blame; }
  Retry retry() const { return what_->retry; }
  const std::string& message() const { return what_->message; }

  // "corrupt: segment 12: footer does not match body"
  std::string ToString() const;

 private:
  friend class Status;
  struct What {
    Code code;
    Blame blame;
    Retry retry;
    std::string message;
  };
  Fault() = default;  // none: of a Status that is ok
  void Drop() noexcept;

  What* what_ = nullptr;
};

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Fault fault) : fault_(std::move(fault)) {}  // NOLINT: faults convert

  static Status Ok() { return {}; }

  bool ok() const { return fault_.what_ == nullptr; }
  Code code() const { return ok() ? Code::kOk : fault_.code(); }
  const Fault& fault() const& { CHECK(!ok()); return fault_; }
  Fault fault() && { CHECK(!ok()); return std::move(fault_); }
  std::string ToString() const { return ok() ? "ok" : fault_.ToString(); }

 private:
  Fault fault_;
};

// By hand instead of a std::variant: nearly every coroutine and reader has one, and the compiler pays for each.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : ok_(true), value_(std::move(value)) {}                      // NOLINT: values convert
  Result(Fault fault) : ok_(false), fault_(std::move(fault)) {}                 // NOLINT: faults convert
  Result(Status status) : ok_(false), fault_(std::move(status).fault()) {}      // NOLINT
  template <typename U>
    requires(std::convertible_to<U &&, T> && !std::same_as<std::remove_cvref_t<U>, T> &&
             !std::same_as<std::remove_cvref_t<U>, Fault> && !std::same_as<std::remove_cvref_t<U>, Status> &&
             !std::same_as<std::remove_cvref_t<U>, Result>)
  Result(U&& value) : ok_(true), value_(std::forward<U>(value)) {}              // NOLINT: values convert
  Result(Result&& other) noexcept : ok_(other.ok_) {
    if (ok_) std::construct_at(&value_, std::move(other.value_));
    else std::construct_at(&fault_, std::move(other.fault_));
  }
  Result(const Result& other) requires std::copy_constructible<T> : ok_(other.ok_) {
    if (ok_) std::construct_at(&value_, other.value_);
    else std::construct_at(&fault_, other.fault_);
  }
  Result& operator=(Result other) noexcept {
    std::destroy_at(this);
    return *std::construct_at(this, std::move(other));
  }
  ~Result() {
    if (ok_) value_.~T();
    else fault_.~Fault();
  }

  bool ok() const { return ok_; }
  Code code() const { return ok_ ? Code::kOk : fault_.code(); }

  T& value() & { CHECK(ok_); return value_; }
  const T& value() const& { CHECK(ok_); return value_; }
  T value() && { CHECK(ok_); return std::move(value_); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Fault& fault() const { CHECK(!ok_); return fault_; }
  Status status() const { return ok_ ? Status() : Status(fault_); }
  std::string ToString() const { return ok_ ? "ok" : fault_.ToString(); }

 private:
  bool ok_;
  union {
    T value_;
    Fault fault_;
  };
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
