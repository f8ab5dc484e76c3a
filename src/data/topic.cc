#include "data/topic.h"

namespace freshet::data {

Status CheckTopicName(std::string_view name) {
  constexpr size_t kNameBytesMax = 249;
  if (name.empty()) return Fault::Invalid("topic name is empty");
  if (name.size() > kNameBytesMax) return Fault::Invalid("topic name is longer than ", kNameBytesMax, " characters");
  if (name == "." || name == "..") return Fault::Invalid("topic name cannot be '", name, "'");
  for (char c : name) {
    bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    if (!fine) return Fault::Invalid("topic name '", name, "' may hold letters, digits, '.', '_' and '-' only");
  }
  return {};
}

}  // namespace freshet::data
