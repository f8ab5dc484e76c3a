#include "io/os_error.h"

#include <cerrno>
#include <cstring>

namespace freshet::io {
namespace {

struct Kind {
  Code code;
  Blame blame;
  Retry retry;
  std::string_view remedy;
};

Kind KindOf(int error) {
  switch (error) {
    case ENOENT: return {Code::kNotFound, Blame::kCaller, Retry::kNo, ""};
    case EEXIST: return {Code::kAlreadyExists, Blame::kCaller, Retry::kNo, ""};
    case ENOTEMPTY:
    case EADDRINUSE: return {Code::kConflict, Blame::kCaller, Retry::kLater, ""};
    case EACCES:
    case EPERM: return {Code::kPermissionDenied, Blame::kWorld, Retry::kNo, ""};
    case EISDIR:
    case ENOTDIR:
    case ENAMETOOLONG:
    case EINVAL: return {Code::kInvalid, Blame::kCaller, Retry::kNo, ""};
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return {Code::kDiskFull, Blame::kWorld, Retry::kLater, "; free some space"};
    case EMFILE:
    case ENFILE: return {Code::kExhausted, Blame::kWorld, Retry::kLater, "; raise the limit on open files (ulimit -n)"};
    case ENOMEM:
    case ENOBUFS: return {Code::kExhausted, Blame::kWorld, Retry::kLater, ""};
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ETIMEDOUT:
    case EADDRNOTAVAIL: return {Code::kUnavailable, Blame::kWorld, Retry::kLater, ""};
    case EPIPE:
    case ECONNRESET:
    case ECONNABORTED:
    case ENOTCONN: return {Code::kCancelled, Blame::kCaller, Retry::kNo, ""};
    default: return {Code::kIoError, Blame::kWorld, Retry::kNo, ""};
  }
}

// strerror_r comes in two kinds; the overloads pick the right one.
[[maybe_unused]] std::string_view Chosen(int failed, const char* buffer) { return failed == 0 ? buffer : "unknown error"; }
[[maybe_unused]] std::string_view Chosen(const char* text, const char*) { return text; }

}  // namespace

Fault FaultFromErrno(int error, std::string_view doing, std::string_view what) {
  char buffer[128];
  std::string text(Chosen(strerror_r(error, buffer, sizeof buffer), buffer));
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  Kind kind = KindOf(error);
  return Fault(kind.code, kind.blame, kind.retry, StrCat("cannot ", doing, " ", what, ": ", text, kind.remedy));
}

}  // namespace freshet::io
