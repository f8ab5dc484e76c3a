#include <map>

#include "doors/kafka/requests.h"
#include "wire/kafka/messages/alter_user_scram_credentials.h"

namespace freshet::doors::kafka {
namespace {

using Request = wire::AlterUserScramCredentialsRequest;

bool IsMechanism(int8_t number) {
  return number == static_cast<int8_t>(data::ScramMechanism::kSha256) || number == static_cast<int8_t>(data::ScramMechanism::kSha512);
}

struct Outcome {
  Error error = Error::kNone;
  std::string message = {};
};

Outcome OutcomeOf(const Status& status) {
  switch (status.code()) {
    case Code::kOk: return {};
    case Code::kNotFound: return {Error::kResourceNotFound, status.fault().message()};
    case Code::kInvalid: return {Error::kUnacceptableCredential, status.fault().message()};
    default: return {ErrorOf(status.code()), status.fault().message()};
  }
}

Outcome Earlier(int8_t mechanism, bool twice) {
  if (!IsMechanism(mechanism)) return {Error::kUnsupportedSaslMechanism, StrCat("SCRAM mechanism ", static_cast<int>(mechanism), " is not known; 1 is SCRAM-SHA-256, 2 SCRAM-SHA-512")};
  if (twice) return {Error::kDuplicateResource, "a credential is named more than once in one request"};
  return {};
}

// How often each credential is named, deletions and upsertions together.
std::map<std::pair<std::string_view, int8_t>, int> CountOf(const Request& request) {
  std::map<std::pair<std::string_view, int8_t>, int> count;
  for (const auto& one : request.deletions) ++count[{one.name, one.mechanism}];
  for (const auto& one : request.upsertions) ++count[{one.name, one.mechanism}];
  return count;
}

}  // namespace

// One outcome for each user: the first that went wrong, and nothing after it was done for that user.
Task<wire::AlterUserScramCredentialsResponse> AlterUserScramCredentials(Ctx ctx, Room& room, const Call&, const Request& request) {
  ports::Identities& identities = room.ports.identities;
  auto count = CountOf(request);
  std::map<std::string_view, Outcome> outcomes;
  for (const auto& [credential, times] : count) {
    Outcome& outcome = outcomes[credential.first];
    if (outcome.error == Error::kNone) outcome = Earlier(credential.second, times > 1);
  }
  for (const auto& one : request.deletions) {
    Outcome& outcome = outcomes[one.name];
    if (outcome.error != Error::kNone) continue;
    auto remove = identities.RemoveCredential(ctx, std::string(one.name), static_cast<data::ScramMechanism>(one.mechanism));
    Status removed = co_await remove;
    outcome = OutcomeOf(removed);
  }
  for (const auto& one : request.upsertions) {
    Outcome& outcome = outcomes[one.name];
    if (outcome.error != Error::kNone) continue;
    auto put = identities.PutCredential(ctx, std::string(one.name), static_cast<data::ScramMechanism>(one.mechanism), std::string(one.salt), one.iterations,
                                        Secret(std::string(one.salted_password)));
    Status stored = co_await put;
    outcome = OutcomeOf(stored);
  }
  wire::AlterUserScramCredentialsResponse response;
  for (auto& [user, outcome] : outcomes) {
    auto& result = response.results.emplace_back();
    result.user = user;
    result.error_code = Number(outcome.error);
    result.error_message.reset();
    if (outcome.error != Error::kNone) result.error_message = std::move(outcome.message);
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
