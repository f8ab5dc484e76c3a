#pragma once

#include <map>
#include <string>

namespace bench {

// Says what is wrong and ends the program: a bench has nothing to go on with.
[[noreturn]] void Fail(const std::string& what);

// `--name value` pairs. Every option has a default; one that a command does not know is refused.
class Options {
 public:
  Options(int argc, char** argv, std::map<std::string, std::string> defaults);
  const std::string& Text(const std::string& name) const { return values_.at(name); }
  long Number(const std::string& name) const;

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace bench
