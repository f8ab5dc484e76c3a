#include "options.h"

#include <cstdio>
#include <cstdlib>

namespace bench {

void Fail(const std::string& what) {
  std::fprintf(stderr, "client: %s\n", what.c_str());
  std::fflush(nullptr);
  std::_Exit(1);  // threads of others may still run
}

Options::Options(int argc, char** argv, std::map<std::string, std::string> defaults) : values_(std::move(defaults)) {
  for (int i = 0; i < argc; i += 2) {
    std::string name = argv[i];
    bool known = name.rfind("--", 0) == 0 && values_.contains(name.substr(2));
    if (!known) Fail("no option '" + name + "'");
    if (i + 1 == argc) Fail("option " + name + " needs a value");
    values_[name.substr(2)] = argv[i + 1];
  }
}

long Options::Number(const std::string& name) const {
  const std::string& text = Text(name);
  char* end = nullptr;
  long number = std::strtol(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0') Fail("option --" + name + " is a number, not '" + text + "'");
  return number;
}

}  // namespace bench
