#include "wire/kafka/frame.h"

#include "base/bytes.h"
#include "wire/kafka/messages/all.h"

namespace freshet::wire::kafka {
namespace {

#define FRESHET_KAFKA_API_ROW(name) {ApiKey::k##name, #name, name##Request::kVersions, name##Request::kFlexible},
constexpr ApiInfo kApis[] = {FRESHET_KAFKA_APIS(FRESHET_KAFKA_API_ROW)};
#undef FRESHET_KAFKA_API_ROW

void SkipTags(ByteReader& reader) {
  uint32_t count = reader.ReadVarUint32();
  if (count > reader.remaining() / 2) return reader.Fail();
  for (uint32_t i = 0; i < count && reader.ok(); ++i) {
    reader.ReadVarUint32();
    reader.Skip(reader.ReadVarUint32());
  }
}

bool ResponseHeaderHasTags(ApiKey key, bool flexible) { return flexible && key != ApiKey::kApiVersions; }

}  // namespace

Result<std::optional<size_t>> FrameBytes(std::string_view received, size_t frame_bytes_max) {
  if (received.size() < kLengthBytes) return std::optional<size_t>();
  auto length = LoadInt<int32_t>(Order::kBig, received.data());
  if (length < 0) return Fault::Invalid("kafka frame: negative length");
  auto size = static_cast<size_t>(length);
  if (size > frame_bytes_max) return Fault::TooLarge("kafka frame: ", size, " bytes, at most ", frame_bytes_max);
  return std::optional(size);
}

Result<std::optional<std::string_view>> CutFrame(std::string_view received, size_t frame_bytes_max) {
  ASSIGN_OR_RETURN(auto size, FrameBytes(received, frame_bytes_max));
  if (!size || received.size() - kLengthBytes < *size) return std::optional<std::string_view>();
  return std::optional(received.substr(kLengthBytes, *size));
}

std::span<const ApiInfo> KnownApis() { return kApis; }

const ApiInfo* FindApi(int16_t key) {
  for (const ApiInfo& api : kApis) {
    if (static_cast<int16_t>(api.key) == key) return &api;
  }
  return nullptr;
}

Result<Request> DecodeRequest(std::string_view frame) {
  ByteReader reader(frame);
  Request request;
  RequestHeader& header = request.header;
  header.key = reader.Read<int16_t>();
  header.version = reader.Read<int16_t>();
  header.correlation_id = reader.Read<int32_t>();
  header.api = FindApi(header.key);
  if (reader.ok() && (header.api == nullptr || !header.api->versions.Has(header.version))) return request;
  // The client id keeps its two-byte length in every version.
  auto length = reader.Read<int16_t>();
  if (length >= 0) header.client_id = reader.ReadBytes(static_cast<size_t>(length));
  else if (length != -1) reader.Fail();
  if (reader.ok() && header.api->flexible.Has(header.version)) SkipTags(reader);
  if (!reader.ok()) return Fault::Invalid("kafka request header: cut short or malformed");
  request.body = reader.ReadBytes(reader.remaining());
  return request;
}

Result<ResponseFrame> DecodeResponse(std::string_view frame, ApiKey key, int version) {
  ByteReader reader(frame);
  ResponseFrame response;
  response.correlation_id = reader.Read<int32_t>();
  const ApiInfo* api = FindApi(static_cast<int16_t>(key));
  if (ResponseHeaderHasTags(key, api != nullptr && api->flexible.Has(version))) SkipTags(reader);
  if (!reader.ok()) return Fault::Invalid("kafka response header: cut short or malformed");
  response.body = reader.ReadBytes(reader.remaining());
  return response;
}

namespace internal {

size_t BeginResponse(ApiKey key, bool flexible, int32_t correlation_id, std::string& out) {
  size_t begin = out.size();
  ByteWriter writer(out);
  writer.Write(int32_t{0});
  writer.Write(correlation_id);
  if (ResponseHeaderHasTags(key, flexible)) writer.WriteVarUint32(0);
  return begin;
}

size_t BeginRequest(ApiKey key, bool flexible, int version, int32_t correlation_id, std::string_view client_id,
                    std::string& out) {
  size_t begin = out.size();
  ByteWriter writer(out);
  writer.Write(int32_t{0});
  writer.Write(static_cast<int16_t>(key));
  writer.Write(static_cast<int16_t>(version));
  writer.Write(correlation_id);
  writer.Write(static_cast<int16_t>(client_id.size()));
  writer.WriteBytes(client_id);
  if (flexible) writer.WriteVarUint32(0);
  return begin;
}

void EndFrame(size_t begin, std::string& out, size_t bytes_apart) {
  ByteWriter(out).Patch(begin, static_cast<int32_t>(out.size() + bytes_apart - begin - kLengthBytes));
}

}  // namespace internal
}  // namespace freshet::wire::kafka
