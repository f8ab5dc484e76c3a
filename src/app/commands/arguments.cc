#include "app/commands/command.h"
#include "base/nearest.h"

namespace freshet::app {
namespace {

const Option* FindOption(std::span<const Option> options, std::string_view name) {
  for (const Option& option : options) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

std::string Nearest(std::span<const Option> options, std::string_view name) {
  std::vector<std::string_view> known;
  for (const Option& option : options) known.push_back(option.name);
  return DidYouMean(name, known);
}

}  // namespace

std::string ParsedArguments::value(std::string_view name, std::string_view otherwise) const {
  for (const auto& [option, text] : options) {
    if (option == name) return text;
  }
  return std::string(otherwise);
}

std::vector<std::string> ParsedArguments::values(std::string_view name) const {
  std::vector<std::string> found;
  for (const auto& [option, text] : options) {
    if (option == name) found.push_back(text);
  }
  return found;
}

bool ParsedArguments::has(std::string_view name) const { return !values(name).empty(); }

Result<ParsedArguments> ParseArguments(const Arguments& arguments, std::span<const Option> options, size_t words_max) {
  ParsedArguments parsed;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!argument.starts_with("--")) {
      if (parsed.words.size() == words_max) return Fault::Invalid("unexpected argument '", argument, "'");
      parsed.words.push_back(argument);
      continue;
    }
    size_t equals = argument.find('=');
    std::string name = argument.substr(0, equals);
    const Option* option = FindOption(options, name);
    if (option == nullptr) return Fault::Invalid("unknown option '", name, "'", Nearest(options, name));
    if (!option->repeats && parsed.has(name)) return Fault::Invalid("option ", name, " is given twice");
    if (!option->takes_value && equals != std::string::npos) return Fault::Invalid("option ", name, " takes no value");
    std::string value;
    if (option->takes_value) {
      if (equals == std::string::npos && i + 1 == arguments.size()) return Fault::Invalid("option ", name, " needs a value");
      value = equals == std::string::npos ? arguments[++i] : argument.substr(equals + 1);
    }
    parsed.options.emplace_back(name, value);
  }
  return parsed;
}

}  // namespace freshet::app
