#include "app/admin/groups.h"

#include "app/admin/reset.h"
#include "app/admin/verb.h"

namespace freshet::app {
namespace {

constexpr Option kOptions[] = {{"--bootstrap"},          {"--data"},           {"--user"},           {"--password-file"}, {"--tls-ca"}, {"--tls-certificate"}, {"--tls-key"}, {"--json", false},  {"--topic", true, true}, {"--all-topics", false}, {"--to-earliest", false},
                               {"--to-latest", false}, {"--to-offset"},      {"--to-datetime"},   {"--shift-by"},     {"--execute", false}};

// "T", or "T:0,2".
Result<TopicPartitions> ParseTopic(const std::string& text) {
  size_t colon = text.find(':');
  TopicPartitions wanted{.topic = text.substr(0, colon), .partitions = {}};
  if (wanted.topic.empty()) return Fault::Invalid("--topic ", text, ": write TOPIC, or TOPIC:0,2 for some of its partitions");
  if (colon == std::string::npos) return wanted;
  std::string_view rest = std::string_view(text).substr(colon + 1);
  for (bool more = true; more;) {
    size_t comma = rest.find(',');
    ASSIGN_OR_RETURN(int64_t partition, ParseNumber(StrCat("--topic ", text), rest.substr(0, comma), 0));
    if (partition > INT32_MAX) return Fault::Invalid("--topic ", text, ": no topic has a partition ", partition);
    wanted.partitions.insert(static_cast<int32_t>(partition));
    more = comma != std::string_view::npos;
    rest.remove_prefix(more ? comma + 1 : rest.size());
  }
  return wanted;
}

// Exactly one way is said; --all-topics stands for every partition that the group has committed.
Result<std::vector<TopicPartitions>> TopicsOf(const ParsedArguments& arguments) {
  if (arguments.has("--topic") == arguments.has("--all-topics")) return Fault::Invalid("say where: --topic TOPIC[:0,2]…, or --all-topics for what the group has committed");
  std::vector<TopicPartitions> topics;
  std::set<std::string> named;
  for (const std::string& text : arguments.values("--topic")) {
    ASSIGN_OR_RETURN(TopicPartitions wanted, ParseTopic(text));
    if (!named.insert(wanted.topic).second) return Fault::Invalid("--topic ", wanted.topic, " is given twice; write --topic ", wanted.topic, ":0,2 for some of its partitions");
    topics.push_back(std::move(wanted));
  }
  return topics;
}

constexpr std::pair<std::string_view, ResetWish::To> kWays[] = {{"--to-earliest", ResetWish::To::kEarliest},
                                                                {"--to-latest", ResetWish::To::kLatest},
                                                                {"--to-offset", ResetWish::To::kOffset},
                                                                {"--to-datetime", ResetWish::To::kTime},
                                                                {"--shift-by", ResetWish::To::kShift}};

Result<ResetWish> WishOf(const ParsedArguments& arguments) {
  ResetWish wish{.execute = arguments.has("--execute")};
  ASSIGN_OR_RETURN(wish.topics, TopicsOf(arguments));
  int ways = 0;
  for (const auto& [option, way] : kWays) {
    if (!arguments.has(option)) continue;
    ++ways;
    wish.to = way;
    std::string text = arguments.value(option);
    if (way == ResetWish::To::kTime) {
      ASSIGN_OR_RETURN(wish.number, ParseDateTime(text));
    } else if (!text.empty() || way == ResetWish::To::kOffset || way == ResetWish::To::kShift) {
      ASSIGN_OR_RETURN(wish.number, ParseNumber(option, text, way == ResetWish::To::kOffset ? 0 : INT64_MIN));
    }
  }
  if (ways != 1) return Fault::Invalid("say where to by one of --to-earliest, --to-latest, --to-offset N, --to-datetime 2026-11-30T08:00:00 and --shift-by N");
  return wish;
}

Status CheckWish(const ParsedArguments& arguments) { return WishOf(arguments).status(); }
Status CheckTopics(const ParsedArguments& arguments) { return TopicsOf(arguments).status(); }

Task<Table> List(Broker& broker, const ParsedArguments&) { return ListGroups(broker); }
Task<Table> Describe(Broker& broker, const ParsedArguments& arguments) { return DescribeGroup(broker, arguments.words[1]); }

Task<Table> Lag(Broker& broker, const ParsedArguments& arguments) {
  std::vector<std::string> groups(arguments.words.begin() + 1, arguments.words.end());
  if (groups.empty()) {
    CO_ASSIGN_OR_RETURN(groups, GroupNames(broker));
  }
  auto lag = GroupLag(broker, std::move(groups));
  co_return co_await lag;
}

Task<Table> Reset(Broker& broker, const ParsedArguments& arguments) {
  auto wish = WishOf(arguments);
  if (!wish.ok()) co_return wish.status();
  auto reset = ResetOffsets(broker, arguments.words[1], std::move(wish).value());
  co_return co_await reset;
}

Task<Table> DeleteOffsets(Broker& broker, const ParsedArguments& arguments) {
  auto topics = TopicsOf(arguments);
  if (!topics.ok()) co_return topics.status();
  auto forget = DeleteGroupOffsets(broker, arguments.words[1], std::move(topics).value());
  co_return co_await forget;
}

Task<Table> Delete(Broker& broker, const ParsedArguments& arguments) {
  CO_RETURN_NOT_OK(DeleteGroup(broker, arguments.words[1]));
  Table table({{"group"}, {"done"}});
  table.Add({arguments.words[1], "deleted"});
  co_return table;
}

constexpr std::string_view kResetOptions[] = {"--topic", "--all-topics", "--to-earliest", "--to-latest", "--to-offset", "--to-datetime", "--shift-by", "--execute"};
constexpr std::string_view kDeleteOffsetsOptions[] = {"--topic", "--all-topics"};
constexpr AdminVerb kVerbs[] = {
    {"list", "list", 0, 0, {}, List},
    {"describe", "describe GROUP", 1, 1, {}, Describe},
    {"lag", "lag [GROUP]", 0, 1, {}, Lag},
    {"reset-offsets", "reset-offsets GROUP (--topic TOPIC[:0,2]… | --all-topics) (--to-earliest | --to-latest | --to-offset N | --to-datetime T | --shift-by N) [--execute]", 1, 1, kResetOptions, Reset, CheckWish},
    {"delete-offsets", "delete-offsets GROUP (--topic TOPIC[:0,2]… | --all-topics)", 1, 1, kDeleteOffsetsOptions, DeleteOffsets, CheckTopics},
    {"delete", "delete GROUP", 1, 1, {}, Delete},
};

}  // namespace

Result<int> Groups(const Arguments& words) { return RunAdminVerb("groups", kVerbs, kOptions, words); }

}  // namespace freshet::app
