#include "doors/kafka/requests.h"
#include "wire/kafka/messages/delete_groups.h"

namespace freshet::doors::kafka {

Task<wire::DeleteGroupsResponse> DeleteGroups(Ctx ctx, Room& room, const Call&, const wire::DeleteGroupsRequest& request) {
  wire::DeleteGroupsResponse response;
  for (std::string_view name : request.groups_names) {
    auto run = room.ports.groups.Delete(ctx, std::string(name));
    auto deleted = co_await run;
    response.results.push_back({std::string(name), ErrorNumber(deleted)});
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
