#include <map>

#include "doors/kafka/requests.h"
#include "wire/kafka/messages/describe_user_scram_credentials.h"

namespace freshet::doors::kafka {
namespace {

using Answer = wire::DescribeUserScramCredentialsResponse;

Answer::DescribeUserScramCredentialsResult ResultOf(const ports::IdentityDescription& identity) {
  Answer::DescribeUserScramCredentialsResult result;
  result.user = identity.name;
  result.error_message.reset();
  for (const auto& [mechanism, iterations] : identity.credentials) result.credential_infos.push_back({static_cast<int8_t>(mechanism), iterations});
  return result;
}

Answer::DescribeUserScramCredentialsResult Refusal(std::string_view user, Error error, std::string message) {
  Answer::DescribeUserScramCredentialsResult result;
  result.user = user;
  result.error_code = Number(error);
  result.error_message = std::move(message);
  return result;
}

}  // namespace

// Everybody when nobody is named.
Task<Answer> DescribeUserScramCredentials(Ctx, Room& room, const Call&, const wire::DescribeUserScramCredentialsRequest& request) {
  Answer response;
  response.error_message.reset();
  std::map<std::string_view, const ports::IdentityDescription*> known;
  auto identities = room.ports.identities.List();
  for (const auto& identity : identities) known[identity.name] = &identity;
  if (!request.users || request.users->empty()) {
    for (const auto& identity : identities) response.results.push_back(ResultOf(identity));
    co_return response;
  }
  std::map<std::string_view, int> times;
  for (const auto& user : *request.users) ++times[user.name];
  for (const auto& [name, count] : times) {
    auto found = known.find(name);
    if (count > 1) response.results.push_back(Refusal(name, Error::kDuplicateResource, StrCat("'", name, "' is asked for more than once")));
    else if (found == known.end()) response.results.push_back(Refusal(name, Error::kResourceNotFound, StrCat("'", name, "' has no SCRAM credentials")));
    else response.results.push_back(ResultOf(*found->second));
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
