#include "doors/http/routes.h"

namespace freshet::doors::http {

int StatusOf(Code code) {
  switch (code) {
    case Code::kOk: return 200;
    case Code::kInvalid: return 400;
    case Code::kOutOfRange: return 400;
    case Code::kUnauthenticated: return 401;
    case Code::kPermissionDenied: return 403;
    case Code::kNotFound: return 404;
    case Code::kUnknownProducer: return 404;
    case Code::kAlreadyExists: return 409;
    case Code::kConflict: return 409;
    case Code::kFenced: return 409;
    case Code::kOutOfOrder: return 409;
    case Code::kDuplicate: return 409;
    case Code::kTooLarge: return 413;
    case Code::kExhausted: return 429;
    case Code::kCorrupt: return 500;
    case Code::kInternal: return 500;
    case Code::kIoError: return 500;
    case Code::kUnsupported: return 501;
    case Code::kDiskFull: return 503;
    case Code::kUnavailable: return 503;
    case Code::kCancelled: return 503;
    case Code::kDeadlineExceeded: return 504;
  }
  return 500;
}

Response ErrorResponse(const Fault& fault) {
  Response response;
  response.status = StatusOf(fault.code());
  response.body = "{\"error\":{\"code\":";
  AppendJsonString(response.body, CodeName(fault.code()));
  response.body += ",\"message\":";
  AppendJsonString(response.body, fault.message());
  response.body += "}}\n";
  if (fault.code() == Code::kUnauthenticated) response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"freshet\", charset=\"UTF-8\"");
  if (fault.retry() == Retry::kLater) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace freshet::doors::http
