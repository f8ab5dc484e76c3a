#include <charconv>

#include "data/quantity_text.h"
#include "doors/http/routes.h"
#include "ports/previews.h"

namespace freshet::doors::http {
namespace {

constexpr int64_t kRowsMax = 100'000;
constexpr size_t kHeaderBytesMax = 2000;

Status ReadParameter(const std::string& name, const std::string& value, ports::PreviewRequest& request) {
  if (name == "last") {
    ASSIGN_OR_RETURN(request.last, data::ParseDurationWithUnit(value.substr(0, 256)));
    return {};
  }
  if (name == "result") {
    request.result = value;
    return {};
  }
  if (name != "limit") return Fault::Invalid("'", name.substr(0, 256), "': the query takes last, result and limit");
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), request.rows_max);
  bool fine = error == std::errc() && end == value.data() + value.size() && request.rows_max >= 1 && request.rows_max <= kRowsMax;
  return fine ? Status() : Status(Fault::Invalid("limit: '", value.substr(0, 256), "' is no number from 1 to ", kRowsMax));
}

// ?last=10m&result=totals&limit=100
Result<ports::PreviewRequest> ReadRequest(std::string_view query, std::string sql) {
  ports::PreviewRequest request;
  request.sql = std::move(sql);
  while (!query.empty()) {
    size_t end = std::min(query.find('&'), query.size()), equals = std::min(query.find('='), end);
    ASSIGN_OR_RETURN(std::string name, wire::http::DecodePercent(query.substr(0, equals), true));
    ASSIGN_OR_RETURN(std::string value, wire::http::DecodePercent(query.substr(std::min(equals + 1, end), end - std::min(equals + 1, end)), true));
    RETURN_NOT_OK(ReadParameter(name, value, request));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  if (request.last.ns <= 0) return Fault::Invalid("say how far back to look: ?last=10m");
  return request;
}

// A header's value is printable ASCII; what is not is percent-encoded, as is '%'.
std::string HeaderText(std::string_view text) {
  std::string out;
  for (char c : text.substr(0, kHeaderBytesMax)) {
    bool plain = c >= ' ' && c <= '~' && c != '%';
    if (plain) out += c;
    else out += "%" + ToHex(std::string_view(&c, 1));
  }
  return out;
}

}  // namespace

Task<Response> Preview(Ctx ctx, Room& room, const Request& request) {
  if (room.ports.previews == nullptr) co_return ErrorResponse(Fault::Unavailable("this house gives no previews"));
  auto asked = ReadRequest(request.query, request.body);
  if (!asked.ok()) co_return ErrorResponse(asked.fault());
  auto preview = room.ports.previews->Preview(ctx, std::move(asked).value());
  auto answer = co_await preview;
  if (!answer.ok()) co_return ErrorResponse(answer.fault());
  Response response{.content_type = "application/x-ndjson", .body = std::move(answer->lines)};
  response.headers = {{"Freshet-Result", answer->result}, {"Freshet-Rows", StrCat(answer->rows)}, {"Freshet-Events", StrCat(answer->events)}, {"Freshet-Late-Rows", StrCat(answer->late_rows)}};
  if (answer->newest_max > 0) response.headers.emplace_back("Freshet-Newest-Records", StrCat(answer->newest_max));
  if (answer->unread_records > 0) {
    response.headers.emplace_back("Freshet-Unread-Records", StrCat(answer->unread_records));
    response.headers.emplace_back("Freshet-First-Unread", HeaderText(answer->first_unread));
  }
  co_return response;
}

}  // namespace freshet::doors::http
