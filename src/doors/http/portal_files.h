#pragma once

#include <span>
#include <string_view>

namespace freshet::doors::http {

// A file of the portal, as the build put it into the program (tools/portal/embed.py makes portal_files.cc).
struct PortalFile {
  std::string_view path;          // "/", "/assets/index-BFgqGXdq.js"
  std::string_view content_type;
  std::string_view etag;          // with its quotes
  std::string_view bytes;
  std::string_view gzip;          // the same bytes; empty where packing does not pay
};
std::span<const PortalFile> PortalFiles();

}  // namespace freshet::doors::http
