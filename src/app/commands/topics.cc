#include "app/admin/topics.h"

#include "app/admin/verb.h"

namespace freshet::app {
namespace {

constexpr int64_t kPartitionsMax = 1'000'000;
constexpr Option kOptions[] = {{"--bootstrap"}, {"--data"}, {"--user"}, {"--password-file"}, {"--tls-ca"}, {"--tls-certificate"}, {"--tls-key"}, {"--json", false}, {"--partitions"}, {"--config", true, true}, {"--unset", true, true}, {"--configs", false}, {"--replication-factor"}};

// --partitions N, --config K=V and --unset K.
Result<TopicWish> WishOf(const ParsedArguments& arguments) {
  if (arguments.has("--replication-factor")) return Fault::Unsupported("--replication-factor: a topic has as many replicas as its broker gives, which is one in a house; leave it out");
  TopicWish wish;
  if (arguments.has("--partitions")) {
    ASSIGN_OR_RETURN(int64_t partitions, ParseNumber("--partitions", arguments.value("--partitions"), 1));
    if (partitions > kPartitionsMax) return Fault::Invalid("--partitions: ", partitions, " is more than any broker takes");
    wish.partitions = static_cast<int32_t>(partitions);
  }
  std::set<std::string> named;
  for (const std::string& text : arguments.values("--config")) {
    size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) return Fault::Invalid("--config ", text, ": write NAME=VALUE, such as --config retention.ms=86400000");
    wish.configs.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  for (const std::string& name : arguments.values("--unset")) wish.configs.push_back({name, std::nullopt});
  for (const ConfigWish& config : wish.configs) {
    if (!named.insert(config.name).second) return Fault::Invalid("config ", config.name, " is given twice");
  }
  return wish;
}

Status CheckWish(const ParsedArguments& arguments) { return WishOf(arguments).status(); }

Status CheckChange(const ParsedArguments& arguments) {
  bool is_none = !arguments.has("--partitions") && !arguments.has("--config") && !arguments.has("--unset");
  return is_none ? Status(Fault::Invalid("nothing to alter: name --partitions, --config or --unset")) : CheckWish(arguments);
}

Table Done(std::string name, std::string what) {
  Table table({{"topic"}, {"done"}});
  table.Add({std::move(name), std::move(what)});
  return table;
}

Task<Table> List(Broker& broker, const ParsedArguments&) { return ListTopics(broker); }

Task<Table> Describe(Broker& broker, const ParsedArguments& arguments) {
  return arguments.has("--configs") ? DescribeTopicConfigs(broker, arguments.words[1]) : DescribeTopic(broker, arguments.words[1]);
}

Task<Table> Create(Broker& broker, const ParsedArguments& arguments) {
  auto wish = WishOf(arguments);
  if (!wish.ok()) co_return wish.status();
  CO_RETURN_NOT_OK(CreateTopic(broker, arguments.words[1], *wish));
  co_return Done(arguments.words[1], "created");
}

Task<Table> Alter(Broker& broker, const ParsedArguments& arguments) {
  auto wish = WishOf(arguments);
  if (!wish.ok()) co_return wish.status();
  CO_RETURN_NOT_OK(AlterTopic(broker, arguments.words[1], *wish));
  co_return Done(arguments.words[1], "altered");
}

Task<Table> Delete(Broker& broker, const ParsedArguments& arguments) {
  std::set<std::string> names(arguments.words.begin() + 1, arguments.words.end());
  auto remove = DeleteTopics(broker, std::move(names));
  co_return co_await remove;
}

constexpr std::string_view kDescribeOptions[] = {"--configs"};
constexpr std::string_view kCreateOptions[] = {"--partitions", "--config", "--replication-factor"};
constexpr std::string_view kAlterOptions[] = {"--partitions", "--config", "--unset"};
constexpr AdminVerb kVerbs[] = {
    {"list", "list", 0, 0, {}, List},
    {"describe", "describe TOPIC [--configs]", 1, 1, kDescribeOptions, Describe},
    {"create", "create TOPIC [--partitions N] [--config NAME=VALUE]…", 1, 1, kCreateOptions, Create, CheckWish},
    {"alter", "alter TOPIC [--partitions N] [--config NAME=VALUE]… [--unset NAME]…", 1, 1, kAlterOptions, Alter, CheckChange},
    {"delete", "delete TOPIC…", 1, kManyWords, {}, Delete},
};

}  // namespace

Result<int> Topics(const Arguments& words) { return RunAdminVerb("topics", kVerbs, kOptions, words); }

}  // namespace freshet::app
