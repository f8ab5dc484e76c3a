#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "wire/kafka/api_key.h"
#include "wire/kafka/codec.h"

// Around each message: a length, and a header whose form depends on the message's version.

namespace freshet::wire::kafka {

inline constexpr size_t kLengthBytes = 4;

// How long the frame is that `received` begins with, or nothing before four bytes are there. A negative length is
// kInvalid, one above `frame_bytes_max` kTooLarge: such a stream cannot be read on.
Result<std::optional<size_t>> FrameBytes(std::string_view received, size_t frame_bytes_max);

// That frame without its length, or nothing while it is still on its way.
Result<std::optional<std::string_view>> CutFrame(std::string_view received, size_t frame_bytes_max);

// What the schemata say about one API, whether or not a door speaks it.
struct ApiInfo {
  ApiKey key;
  std::string_view name;
  Versions versions;
  Versions flexible;  // of the request's body; its header is version 2 then, else 1
};

std::span<const ApiInfo> KnownApis();
const ApiInfo* FindApi(int16_t key);  // null when unknown

// `api` is null for a key that is unknown to the schemata; the rest of the frame is then left unread, as it is
// when the version is unknown, for the header's form is not known either.
struct RequestHeader {
  const ApiInfo* api = nullptr;
  int16_t key = 0;
  int16_t version = 0;
  int32_t correlation_id = 0;
  std::optional<std::string_view> client_id;
};

struct Request {
  RequestHeader header;
  std::string_view body;
};

// The header, and the body that follows it in the same bytes.
Result<Request> DecodeRequest(std::string_view frame);

// Length, header and body as one frame, appended to `out`. The answer to ApiVersions always has the oldest
// header, because whoever asks cannot know yet what we speak. With `apart`, the frame's length counts what stays apart.
template <typename Response>
void EncodeResponse(const Response& response, int version, int32_t correlation_id, std::string& out, std::vector<Apart>* apart = nullptr);
template <typename Request>
void EncodeRequest(const Request& request, int version, int32_t correlation_id, std::string_view client_id,
                   std::string& out);

// The client's side: the correlation id, and the body that follows.
struct ResponseFrame {
  int32_t correlation_id = 0;
  std::string_view body;
};
Result<ResponseFrame> DecodeResponse(std::string_view frame, ApiKey key, int version);

namespace internal {
size_t BeginResponse(ApiKey key, bool flexible, int32_t correlation_id, std::string& out);
size_t BeginRequest(ApiKey key, bool flexible, int version, int32_t correlation_id, std::string_view client_id,
                    std::string& out);
void EndFrame(size_t begin, std::string& out, size_t bytes_apart = 0);
}  // namespace internal

template <typename Response>
void EncodeResponse(const Response& response, int version, int32_t correlation_id, std::string& out, std::vector<Apart>* apart) {
  size_t begin = internal::BeginResponse(Response::kKey, Response::kFlexible.Has(version), correlation_id, out);
  Encode(response, version, out, apart);
  size_t bytes_apart = 0;
  if (apart != nullptr) for (const Apart& one : *apart) bytes_apart += one.bytes.size();
  internal::EndFrame(begin, out, bytes_apart);
}

template <typename Request>
void EncodeRequest(const Request& request, int version, int32_t correlation_id, std::string_view client_id,
                   std::string& out) {
  size_t begin =
      internal::BeginRequest(Request::kKey, Request::kFlexible.Has(version), version, correlation_id, client_id, out);
  Encode(request, version, out);
  internal::EndFrame(begin, out);
}

}  // namespace freshet::wire::kafka
