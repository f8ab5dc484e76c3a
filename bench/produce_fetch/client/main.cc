// The one client of bench/produce_fetch: the same program against every broker. run.py starts it.

#include <map>
#include <string>

#include "commands.h"
#include "options.h"

int main(int argc, char** argv) {
  const std::map<std::string, int (*)(int, char**)> commands = {
      {"create", bench::Create}, {"first", bench::First}, {"produce", bench::Produce}, {"fetch", bench::Fetch}, {"paced", bench::Paced}};
  auto command = commands.find(argc > 1 ? argv[1] : "");
  if (command == commands.end()) bench::Fail("usage: client create|first|produce|fetch|paced --brokers HOST:PORT …");
  return command->second(argc - 2, argv + 2);
}
