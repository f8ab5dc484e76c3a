#pragma once

#include <span>

#include "app/admin/broker.h"
#include "app/admin/table.h"
#include "app/commands/command.h"

namespace freshet::app {

inline constexpr size_t kManyWords = 1'000'000;

// One verb of `freshet topics` or `freshet groups`.
struct AdminVerb {
  std::string_view name;
  std::string_view usage;                     // "create NAME [--partitions N] [--config K=V]…"
  size_t words = 0;                           // behind the verb: at least so many
  size_t words_max = 0;                       // kManyWords: any number
  std::span<const std::string_view> options;  // that it takes, beside those that all take
  Task<Table> (*run)(Broker& broker, const ParsedArguments& arguments);
  Status (*check)(const ParsedArguments& arguments) = nullptr;  // of what its options say, before anybody is asked
};

// Finds the verb and checks its words, its options, and what they say.
Result<const AdminVerb*> FindVerb(std::string_view command, std::span<const AdminVerb> verbs, const ParsedArguments& arguments);

// Connects to the broker that --bootstrap names or, of a house, DATA/doors.json; runs the verb, and prints its table; what is for people alone goes to standard error.
Result<int> RunAdminVerb(std::string_view command, std::span<const AdminVerb> verbs, std::span<const Option> options, const Arguments& words);

Result<int64_t> ParseNumber(std::string_view option, std::string_view text, int64_t least);

}  // namespace freshet::app
