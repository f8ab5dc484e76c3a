#include "doors/resp/requests.h"

namespace freshet::doors::resp {
namespace {

// The first word of an error is what clients look at.
std::string_view PrefixOf(Code code) {
  switch (code) {
    case Code::kOk: return "ERR";
    case Code::kExhausted: return "OOM";
    case Code::kPermissionDenied: return "NOPERM";
    case Code::kUnauthenticated: return "NOAUTH";
    case Code::kDiskFull: return "MISCONF";
    case Code::kIoError: return "MISCONF";
    case Code::kUnavailable: return "TRYAGAIN";
    case Code::kInvalid:
    case Code::kNotFound:
    case Code::kAlreadyExists:
    case Code::kOutOfRange:
    case Code::kTooLarge:
    case Code::kUnsupported:
    case Code::kCorrupt:
    case Code::kDeadlineExceeded:
    case Code::kCancelled:
    case Code::kConflict:
    case Code::kFenced:
    case Code::kOutOfOrder:
    case Code::kDuplicate:
    case Code::kUnknownProducer:
    case Code::kInternal: return "ERR";
  }
  return "ERR";
}

}  // namespace

void Refuse(ReplyWriter& reply, const Fault& fault) {
  if (fault.code() == Code::kExhausted) return reply.Error("OOM command not allowed when used memory > 'maxmemory'.");
  reply.Error(StrCat(PrefixOf(fault.code()), " ", fault.message()));
}

void RefuseArity(ReplyWriter& reply, std::string_view verb) {
  std::string lower(verb);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  reply.Error(StrCat("ERR wrong number of arguments for '", lower, "' command"));
}

}  // namespace freshet::doors::resp
