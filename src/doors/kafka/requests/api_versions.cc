#include "doors/kafka/requests.h"
#include "wire/kafka/messages/api_versions.h"

namespace freshet::doors::kafka {
namespace {

wire::ApiVersionsResponse::ApiVersion RowOf(const Verb& verb) {
  return {static_cast<int16_t>(verb.key), verb.advertised_first, verb.versions.last};
}

// To a version that we do not know: the oldest body, its error, and which versions of this request to use.
AnswerFrame UnknownVersion(const Call& call, const Verb& verb) {
  wire::ApiVersionsResponse response;
  response.error_code = Number(Error::kUnsupportedVersion);
  response.api_keys.push_back(RowOf(verb));
  AnswerFrame frame;
  wire::EncodeResponse(response, 0, call.header.correlation_id, frame.bytes);
  return frame;
}

}  // namespace

Task<AnswerFrame> ApiVersions(Ctx, Room&, const Call& call) {
  const Verb* self = FindVerb(call.header.key);
  if (!self->versions.Has(call.header.version)) co_return UnknownVersion(call, *self);
  auto request = wire::Decode<wire::ApiVersionsRequest>(call.body, call.header.version);
  if (!request.ok()) co_return request.status();
  wire::ApiVersionsResponse response;
  for (const Verb& verb : Verbs()) response.api_keys.push_back(RowOf(verb));
  AnswerFrame frame;
  wire::EncodeResponse(response, call.header.version, call.header.correlation_id, frame.bytes);
  co_return frame;
}

}  // namespace freshet::doors::kafka
