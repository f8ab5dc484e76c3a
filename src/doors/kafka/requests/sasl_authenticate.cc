#include "doors/kafka/login.h"
#include "doors/kafka/requests.h"
#include "wire/kafka/messages/sasl_authenticate.h"

namespace freshet::doors::kafka {
namespace {

// A connection that changes hands would mix what it has in flight.
bool ChangesHands(const Login& login, const ports::SaslStep& step) {
  return login.principal != nullptr && step.principal != nullptr && login.principal->name != step.principal->name;
}

Task<ports::SaslStep> Step(Ctx ctx, Login& login, std::string_view token) {
  if (login.exchange == nullptr) co_return Fault::Conflict("no exchange was begun; SaslHandshake comes first");
  auto next = login.exchange->Next(ctx, std::string(token));
  auto step = co_await next;
  login.name = login.exchange->name();
  bool goes_on = step.ok() && step->principal == nullptr;
  if (!goes_on) login.exchange = nullptr;
  if (!step.ok()) co_return step;
  if (ChangesHands(login, *step)) co_return Fault::Unauthenticated("a connection stays with whom it began; open another for '", step->principal->name, "'");
  if (step->principal != nullptr) login.principal = step->principal;
  co_return step;
}

Error ErrorOfLogin(Code code) {
  if (code == Code::kConflict) return Error::kIllegalSaslState;
  return code == Code::kUnauthenticated ? Error::kSaslAuthenticationFailed : ErrorOf(code);
}

}  // namespace

Task<wire::SaslAuthenticateResponse> SaslAuthenticate(Ctx ctx, Room&, const Call& call, const wire::SaslAuthenticateRequest& request) {
  wire::SaslAuthenticateResponse response;
  response.error_message.reset();
  auto take = Step(ctx, call.login, request.auth_bytes);
  auto step = co_await take;
  if (step.ok()) {
    response.auth_bytes = std::move(step->token);
    co_return response;
  }
  call.login.failed = true;
  response.error_code = Number(ErrorOfLogin(step.code()));
  response.error_message = step.fault().message();
  co_return response;
}

// What failed has no answer in this form: the connection ends.
Task<AnswerFrame> SaslToken(Ctx ctx, Room&, const Call& call) {
  auto take = Step(ctx, call.login, call.body);
  auto step = co_await take;
  call.login.failed = !step.ok();
  call.login.is_raw = step.ok() && call.login.exchange != nullptr;
  AnswerFrame frame;
  if (!step.ok()) co_return frame;
  ByteWriter writer(frame.bytes);
  writer.Write<int32_t>(static_cast<int32_t>(step->token.size()));
  writer.WriteBytes(step->token);
  co_return frame;
}

}  // namespace freshet::doors::kafka
