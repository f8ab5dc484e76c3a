#include <cstdio>

#include "app/commands/command.h"
#include "app/config.h"
#include "doors/http/door.h"
#include "doors/kafka/door.h"
#include "doors/resp/door.h"

namespace freshet::app {

Result<int> PrintConfigKeys(const Arguments& arguments) {
  RETURN_NOT_OK(ParseArguments(arguments, {}, 0));
  std::fputs(DescribeConfigKeys().c_str(), stdout);
  return 0;
}

Result<int> PrintCompatibility(const Arguments& arguments) {
  RETURN_NOT_OK(ParseArguments(arguments, {}, 0));
  std::printf("## Kafka: requests spoken\n%s\n## Redis: commands spoken\n%s\n## HTTP: routes\n%s", doors::kafka::KafkaDoor::DescribeRequests().c_str(),
              doors::resp::RespDoor::DescribeCommands().c_str(), doors::http::HttpDoor::DescribeRoutes().c_str());
  return 0;
}

Result<int> PrintVersion(const Arguments& arguments) {
  RETURN_NOT_OK(ParseArguments(arguments, {}, 0));
  std::puts("freshet 0.1.0");
  return 0;
}

}  // namespace freshet::app
