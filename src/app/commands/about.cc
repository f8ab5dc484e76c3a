#include <cstdio>

#include "app/commands/command.h"
#include "app/config.h"

namespace freshet::app {

Result<int> PrintConfigKeys(const Arguments& arguments) {
  RETURN_NOT_OK(ParseArguments(arguments, {}, 0));
  std::fputs(DescribeConfigKeys().c_str(), stdout);
  return 0;
}

Result<int> PrintVersion(const Arguments& arguments) {
  RETURN_NOT_OK(ParseArguments(arguments, {}, 0));
  std::puts("freshet 0.1.0");
  return 0;
}

}  // namespace freshet::app
