#pragma once

#include <memory>
#include <string>

#include "base/status.h"
#include "data/formats/registry_format.h"

namespace freshet::links::registry {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// Asks a registry over HTTP or HTTPS. Blocks; thread-safe.
class Http {
 public:
  virtual ~Http() = default;
  virtual Result<HttpAnswer> Get(const formats::RegistryAccess& access, const std::string& path) = 0;
  virtual Result<HttpAnswer> Post(const formats::RegistryAccess& access, const std::string& path, const std::string& json) = 0;
};

// By libcurl, which is loaded by the first request and never unloaded.
std::unique_ptr<Http> CurlHttp();

}  // namespace freshet::links::registry
