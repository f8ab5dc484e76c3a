#include "links/registry/http.h"

#include <curl/curl.h>
#include <dlfcn.h>

#include <mutex>

namespace freshet::links::registry {
namespace {

constexpr const char* kLibrary = "libcurl.so.4";
constexpr long kConnectMs = 5000, kAnswerMs = 15000;
constexpr size_t kBodyBytesMax = 4 << 20;
constexpr const char* kContent = "application/vnd.schemaregistry.v1+json";

// What is called of libcurl. RTLD_LOCAL keeps the names of the libraries that come with it from everybody else.
struct Curl {
  decltype(&curl_global_init) global_init = nullptr;
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_setopt) easy_setopt = nullptr;
  decltype(&curl_easy_perform) easy_perform = nullptr;
  decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&curl_easy_strerror) easy_strerror = nullptr;
  decltype(&curl_slist_append) slist_append = nullptr;
  decltype(&curl_slist_free_all) slist_free_all = nullptr;

  Status Load() {
    void* handle = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == nullptr) return Fault::Unavailable("a schema registry cannot be asked: ", dlerror(), "; install Debian's libcurl4");
    bool whole = Find(handle, "curl_global_init", global_init) && Find(handle, "curl_easy_init", easy_init) && Find(handle, "curl_easy_setopt", easy_setopt) &&
                 Find(handle, "curl_easy_perform", easy_perform) && Find(handle, "curl_easy_getinfo", easy_getinfo) && Find(handle, "curl_easy_cleanup", easy_cleanup) &&
                 Find(handle, "curl_easy_strerror", easy_strerror) && Find(handle, "curl_slist_append", slist_append) && Find(handle, "curl_slist_free_all", slist_free_all);
    if (!whole || global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return Fault::Unavailable(kLibrary, " is of no use here: another version?");
    return {};
  }

 private:
  template <typename Function>
  static bool Find(void* handle, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(handle, name));
    return function != nullptr;
  }
};

size_t TakeBody(char* bytes, size_t size, size_t count, void* to) {
  auto& body = *static_cast<std::string*>(to);
  if (body.size() + size * count > kBodyBytesMax) return 0;  // an error of the transfer
  body.append(bytes, size * count);
  return size * count;
}

class LoadedHttp final : public Http {
 public:
  Result<HttpAnswer> Get(const formats::RegistryAccess& access, const std::string& path) override { return Ask(access, path, nullptr); }
  Result<HttpAnswer> Post(const formats::RegistryAccess& access, const std::string& path, const std::string& json) override { return Ask(access, path, &json); }

 private:
  Result<const Curl*> Loaded() {
    std::lock_guard lock(mutex_);
    if (!loaded_) {
      RETURN_NOT_OK(curl_.Load());
      loaded_ = true;
    }
    return &curl_;
  }

  Result<HttpAnswer> Ask(const formats::RegistryAccess& access, const std::string& path, const std::string* json) {
    ASSIGN_OR_RETURN(const Curl* curl, Loaded());
    std::unique_ptr<CURL, decltype(curl->easy_cleanup)> call(curl->easy_init(), curl->easy_cleanup);
    if (!call) return Fault::Unavailable("libcurl makes no handle");
    std::unique_ptr<curl_slist, decltype(curl->slist_free_all)> headers(nullptr, curl->slist_free_all);
    auto add = [&](const std::string& line) { headers.reset(curl->slist_append(headers.release(), line.c_str())); };
    add(StrCat("Accept: ", kContent));
    if (json != nullptr) add(StrCat("Content-Type: ", kContent));
    if (!access.token.empty()) add(StrCat("Authorization: Bearer ", access.token));
    HttpAnswer answer;
    auto set = [&](CURLoption option, auto value) { curl->easy_setopt(call.get(), option, value); };
    std::string url = access.url + path;
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
    set(CURLOPT_TIMEOUT_MS, kAnswerMs);
    set(CURLOPT_HTTPHEADER, headers.get());
    if (!access.trusted.empty()) set(CURLOPT_CAINFO, access.trusted.c_str());
    if (!access.own.empty()) {
      set(CURLOPT_SSLCERT, access.own.c_str());
      set(CURLOPT_SSLCERTTYPE, access.own_is_pkcs12 ? "P12" : "PEM");
      set(CURLOPT_KEYPASSWD, access.own_password.c_str());
    }
    if (!access.user_info.empty()) set(CURLOPT_USERPWD, access.user_info.c_str());
    if (json != nullptr) {
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(json->size()));
      set(CURLOPT_POSTFIELDS, json->data());
    }
    set(CURLOPT_WRITEFUNCTION, &TakeBody);
    set(CURLOPT_WRITEDATA, &answer.body);
    CURLcode code = curl->easy_perform(call.get());
    if (code != CURLE_OK) return Fault(Code::kUnavailable, Blame::kWorld, Retry::kLater, StrCat("schema registry ", access.url, ": ", curl->easy_strerror(code)));
    long status = 0;
    curl->easy_getinfo(call.get(), CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    return answer;
  }

  std::mutex mutex_;
  Curl curl_;            // GUARDED_BY(mutex_) until it is loaded, then it does not change
  bool loaded_ = false;  // GUARDED_BY(mutex_)
};

}  // namespace

std::unique_ptr<Http> CurlHttp() { return std::make_unique<LoadedHttp>(); }

}  // namespace freshet::links::registry
