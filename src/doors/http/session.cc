#include "doors/http/session.h"

#include <algorithm>

#include "data/credential.h"
#include "doors/http/basic.h"
#include "io/patience.h"

namespace freshet::doors::http {
namespace {

constexpr size_t kReadBytes = 16 << 10;
constexpr size_t kFreeBytes = 64 << 10;   // that a connection may hold without asking
bool IsAddress(std::string_view host) { return host.starts_with('[') || host.find_first_not_of("0123456789.") == std::string_view::npos; }
// 0.0.0.0 and [::]: nobody's name, though a connect to them ends at this machine, wherever the page came from that asked for it.
bool IsNobodysAddress(std::string_view host) { return !host.empty() && host.find_first_not_of("0.:[]") == std::string_view::npos; }

// An Origin that is not the address that was called ("null" is nobody's own), or a browser's word that another site's page asks: it sends that one
// where it leaves the Origin out, too, and no page can set it.
bool IsOfAnotherPage(const wire::http::RequestHead& head) {
  std::string_view origin = head.header("origin"), site = head.header("sec-fetch-site");
  if (site == "cross-site" || site == "same-site") return true;
  size_t scheme = origin.find("://");
  bool is_own = scheme != std::string_view::npos && wire::http::EqualsIgnoreCase(origin.substr(scheme + 3), head.header("host"));
  return !origin.empty() && !is_own;
}

// An open house is anybody's on this machine, and a browser there runs pages of anybody's: a name that is not this machine's may have been led here by its
// owner's DNS, and a page of another origin may read nothing, but its posts would be carried out.
Status CheckPage(const wire::http::RequestHead& head) {
  std::string_view authority = head.header("host"), origin = head.header("origin");
  std::string_view host = authority.substr(0, authority.starts_with('[') ? authority.find(']') : authority.rfind(':'));
  bool is_here = (IsAddress(host) && !IsNobodysAddress(host)) || wire::http::EqualsIgnoreCase(host, "localhost");
  if (!is_here) return Fault::PermissionDenied("this house is open to its own machine only, and was called ", host.substr(0, 256), "; call it 127.0.0.1 or localhost, or set identities.first.password_file");
  bool reads = head.method == "GET" || head.method == "HEAD";
  if (reads || !IsOfAnotherPage(head)) return {};
  return Fault::PermissionDenied("a page of ", origin.empty() ? "another site" : origin.substr(0, 256), " may not write into a house that is open; set identities.first.password_file");
}

constexpr int64_t kNobodysBodyBytesMax = 64 << 10;   // before anybody was let in, where somebody must be

}  // namespace

Task<> HttpSession::Run() {
  while (!served_.draining()) {
    served_.set_idle(unread_.empty());
    auto read = ReadRequest();
    auto has_request = co_await read;
    served_.set_idle(false);
    if (!has_request.ok()) {
      if (has_request.fault().blame() != Blame::kCaller || has_request.code() == Code::kCancelled) co_return has_request.status();
      Response refusal = ErrorResponse(has_request.fault());
      auto answer = Answer(refusal, false);
      co_return co_await answer;
    }
    if (!*has_request) break;
    Ctx ctx;
    ctx.principal = principal_;
    io::Random& random = room_.env.random();
    if (options_.trace_every > 0 && random.Below(options_.trace_every) == 0) ctx.trace = random.Next() | 1;
    Span span(room_.env.tracer(), ctx.trace, "doors/http", request_.method);
    auto dispatch = Dispatch(ctx, room_, request_);
    auto response = co_await dispatch;
    if (!response.ok()) co_return response.status();
    CO_RETURN_NOT_OK(Answer(*response, keep_alive_));
    if (!keep_alive_) break;
  }
  co_return Status::Ok();
}

// What was accepted on this connection is not checked again.
Task<> HttpSession::Identify(Secret authorization) {
  principal_ = nullptr;
  if (room_.ports.identities.is_open() || authorization.empty()) co_return Status::Ok();
  if (known_ == nullptr || !known_authorization_.Equals(authorization.Reveal())) {
    known_ = nullptr;
    auto words = ParseBasic(authorization.Reveal());
    if (!words.ok()) co_return words.status();
    Ctx ctx;
    std::string shown = data::ShownName(words->name);
    auto check = room_.ports.identities.CheckPassword(ctx, std::move(words->name), std::move(words->password));
    auto checked = co_await check;
    if (!checked.ok()) room_.env.log().Warn("an http login was refused", {{"peer", served_.peer()}, {"name", shown}});
    if (!checked.ok()) co_return checked.status();
    known_ = std::move(checked).value();
    known_authorization_ = std::move(authorization);
  }
  principal_ = known_;
  co_return Status::Ok();
}

Task<bool> HttpSession::ReadRequest() {
  wire::http::RequestHead head;
  size_t head_bytes = 0;
  for (;;) {
    auto parsed = ParseRequestHead(unread_, head);
    if (!parsed.ok()) co_return parsed.status();
    head_bytes = *parsed;
    if (head_bytes > 0) break;
    CO_ASSIGN_OR_RETURN(bool more, ReadMore());
    if (!more && unread_.empty()) co_return false;
    if (!more) co_return Fault::Cancelled("the peer closed inside a request head");
  }
  auto path = wire::http::DecodePercent(head.path, false);
  if (!path.ok()) co_return path.status();
  Status page = room_.ports.identities.is_open() ? CheckPage(head) : Status();
  if (!page.ok()) co_return page;
  auto framing = FramingOf(head);
  if (!framing.ok()) co_return framing.status();
  request_.method = head.method;
  request_.path = std::move(path).value();
  request_.query = head.query;
  request_.body.clear();
  request_.accept_encoding = head.header("accept-encoding");
  request_.if_none_match = head.header("if-none-match");
  request_.is_of_another_page = IsOfAnotherPage(head);
  keep_alive_ = head.keep_alive();
  bool expects_continue = wire::http::EqualsIgnoreCase(head.header("expect"), "100-continue");
  Secret authorization{std::string(head.header("authorization"))};
  unread_.erase(0, head_bytes);
  CO_RETURN_NOT_OK(Identify(std::move(authorization)));
  CO_RETURN_NOT_OK(ReadBody(*framing, expects_continue));
  co_return true;
}

Task<> HttpSession::ReadBody(wire::http::BodyFraming framing, bool expects_continue) {
  bool is_nobody = principal_ == nullptr && !room_.ports.identities.is_open();
  int64_t most = is_nobody ? std::min(options_.body_bytes_max, kNobodysBodyBytesMax) : options_.body_bytes_max;
  auto body_bytes_max = static_cast<size_t>(most);
  if (framing.content_length > most) co_return Fault::TooLarge("body of ", framing.content_length, " bytes; at most ", most, " are taken");
  bool has_body = framing.chunked || framing.content_length > 0;
  size_t piece_end = 0;
  MonoTime piece_began;
  if (has_body && expects_continue) {
    CO_RETURN_NOT_OK(served_.connection().Write("HTTP/1.1 100 Continue\r\n\r\n"));
  }
  for (bool done = !has_body; !done;) {
    if (framing.chunked) {
      auto consumed = wire::http::DecodeChunks(unread_, body_bytes_max, request_.body, done);
      if (!consumed.ok()) co_return consumed.status();
      unread_.erase(0, *consumed);
    } else {
      auto wanted = static_cast<size_t>(framing.content_length) - request_.body.size();
      request_.body.append(unread_, 0, wanted);
      unread_.erase(0, wanted);
      done = request_.body.size() == static_cast<size_t>(framing.content_length);
    }
    if (done) break;
    Status held = Hold(request_.body.size() + unread_.size() + kReadBytes);
    if (!held.ok()) co_return held;
    if (request_.body.size() >= piece_end) {
      piece_began = room_.env.clock().Now();
      piece_end = request_.body.size() + io::PeerPatience::kPieceBytes;
    }
    io::PeerPatience patience(served_.connection(), room_.held, piece_began);
    CO_ASSIGN_OR_RETURN(bool more, ReadMore());
    if (!more) co_return Fault::Cancelled("the peer closed inside a request body");
  }
  co_return Status::Ok();
}

Task<bool> HttpSession::ReadMore() {
  auto read = served_.connection().ReadMore(unread_, kReadBytes);
  auto got = co_await read;
  if (!got.ok()) co_return got.status();
  co_return *got > 0;
}

Status HttpSession::Hold(size_t bytes) {
  auto wanted = static_cast<int64_t>(bytes);
  if (bytes <= kFreeBytes || wanted <= held_.bytes()) return {};
  if (wanted > room_.held.bytes_max()) return Fault::TooLarge(wanted, " bytes, and this house has ", room_.held.bytes_max(), " for all requests and answers of HTTP; give it more 'memory'");
  int64_t ahead = std::min(2 * held_.bytes(), room_.held.bytes_max() / 4);  // a body that comes piece by piece does not ask for each
  held_ = io::Reservation();
  ASSIGN_OR_RETURN(held_, io::Reservation::Take(room_.held, std::max(wanted, ahead)));
  return {};
}

Task<> HttpSession::Answer(const Response& response, bool keep_alive) {
  std::string bytes;
  Status held = Hold(std::min(2 * response.body.size(), std::max(response.body.size(), static_cast<size_t>(room_.held.bytes_max()))));
  bool is_head = request_.method == "HEAD";
  if (held.ok()) AppendResponse(response, keep_alive, is_head, bytes);
  else AppendResponse(ErrorResponse(held.fault()), keep_alive, is_head, bytes);
  auto write = io::WriteWithPatience(served_.connection(), bytes, room_.held);
  Status written = co_await write;
  held_ = io::Reservation();
  co_return written;
}

}  // namespace freshet::doors::http
