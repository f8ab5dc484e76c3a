#include "doors/http/portal_files.h"
#include "doors/http/routes.h"

namespace freshet::doors::http {
namespace {

// The page is this house's own and asks nobody else.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// Visits the items of "a, b, c"; whether one of them satisfied.
template <typename Satisfies>
bool AnyItem(std::string_view list, Satisfies satisfies) {
  while (!list.empty()) {
    size_t comma = std::min(list.find(','), list.size());
    if (satisfies(Trim(list.substr(0, comma)))) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

// "gzip;q=0" says no (RFC 9110 §12.5.3).
bool TakesGzip(std::string_view accept_encoding) {
  return AnyItem(accept_encoding, [](std::string_view item) {
    size_t semicolon = std::min(item.find(';'), item.size());
    bool refused = item.ends_with("q=0") || item.ends_with("q=0.0");
    return wire::http::EqualsIgnoreCase(Trim(item.substr(0, semicolon)), "gzip") && !refused;
  });
}

bool IsKnown(std::string_view if_none_match, std::string_view etag) {
  return AnyItem(if_none_match, [etag](std::string_view item) {
    if (item.starts_with("W/")) item.remove_prefix(2);
    return item == etag || item == "*";
  });
}

const PortalFile* FindFile(std::string_view path) {
  for (const PortalFile& file : PortalFiles()) {
    if (file.path == path) return &file;
  }
  return nullptr;
}

}  // namespace

// Names of assets carry their content's hash: they never change, and the page that names them is asked for each time.
Task<Response> Portal(Ctx, Room&, const Request& request) {
  const PortalFile* file = FindFile(request.path);
  if (file == nullptr) co_return Fault::NotFound("the portal has no file ", request.path.substr(0, 256));
  Response response{.content_type = std::string(file->content_type)};
  response.headers = {{"ETag", StrCat("W/", file->etag)},  // weak: packed or not, it is the same file
                      {"Cache-Control", file->path == "/" ? "no-cache" : "public, max-age=31536000, immutable"},
                      {"Vary", "Accept-Encoding"},
                      {"X-Content-Type-Options", "nosniff"}};
  if (file->path == "/") response.headers.emplace_back("Content-Security-Policy", kContentSecurityPolicy);
  if (IsKnown(request.if_none_match, file->etag)) {
    response.status = 304;
    co_return response;
  }
  bool packed = !file->gzip.empty() && TakesGzip(request.accept_encoding);
  if (packed) response.headers.emplace_back("Content-Encoding", "gzip");
  response.body = packed ? file->gzip : file->bytes;
  co_return response;
}

}  // namespace freshet::doors::http
