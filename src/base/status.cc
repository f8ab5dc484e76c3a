#include "base/status.h"

namespace freshet {

std::string_view CodeName(Code code) {
  switch (code) {
    case Code::kOk: return "ok";
    case Code::kInvalid: return "invalid";
    case Code::kNotFound: return "not found";
    case Code::kAlreadyExists: return "already exists";
    case Code::kOutOfRange: return "out of range";
    case Code::kTooLarge: return "too large";
    case Code::kUnsupported: return "unsupported";
    case Code::kCorrupt: return "corrupt";
    case Code::kIoError: return "io error";
    case Code::kDiskFull: return "disk full";
    case Code::kExhausted: return "exhausted";
    case Code::kUnavailable: return "unavailable";
    case Code::kDeadlineExceeded: return "deadline exceeded";
    case Code::kCancelled: return "cancelled";
    case Code::kUnauthenticated: return "unauthenticated";
    case Code::kPermissionDenied: return "permission denied";
    case Code::kConflict: return "conflict";
    case Code::kFenced: return "fenced";
    case Code::kOutOfOrder: return "out of order";
    case Code::kDuplicate: return "duplicate";
    case Code::kUnknownProducer: return "unknown producer";
    case Code::kInternal: return "internal";
  }
  return "unknown";
}

Fault::Fault(Code code, Blame blame, Retry retry, std::string message) : what_(new What{code, blame, retry, std::move(message)}) {}
Fault::Fault(Code code, Blame blame, Retry retry, std::initializer_list<TextPart> message) : Fault(code, blame, retry, Joined(message)) {}
Fault::Fault(const Fault& other) : what_(other.what_ == nullptr ? nullptr : new What(*other.what_)) {}
void Fault::Drop() noexcept { delete what_; }

std::string Fault::ToString() const { return StrCat(CodeName(what_->code), ": ", what_->message); }

}  // namespace freshet
