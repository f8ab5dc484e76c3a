#pragma once

#include <cstdint>
#include <initializer_list>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

// YAML as the project's files use it: mappings, lists and single values, each with its line. Bytes in, values out.

namespace freshet::wire::yaml {

struct Entry;

struct Node {
  enum class Kind : unsigned char { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  int line = 1;
  std::string text;            // kScalar
  std::vector<Node> items;     // kList
  std::vector<Entry> entries;  // kMap, in the order of the file
};

struct Entry {
  std::string key;
  int line;
  Node value;
};

// At most 1 MiB, 32 levels, 100,000 nodes (aliases count each time). A key twice is kInvalid. Messages name `file` and line.
Result<Node> Parse(std::string_view yaml, std::string_view file);

// The fault of text that yaml-cpp gave up on, at its line (from 0) and with its words, and what to do where the text shows it.
Fault NotYaml(std::string_view yaml, std::string_view file, int line, std::string_view why);

// Reads a mapping whose keys are all known: what was not asked for is refused by Finish, too. Borrows node and file.
//   ASSIGN_OR_RETURN(auto fields, Fields::Of(node, "products/flight.yaml", "features", {"topic", "entity"}));
//   ASSIGN_OR_RETURN(std::string topic, fields.Text("topic"));
//   RETURN_NOT_OK(fields.Finish());
class Fields {
 public:
  // `path` is how messages call the mapping; "" for the whole file. A key that is none of `known` is kInvalid, before any that is missing.
  static Result<Fields> Of(const Node& node, std::string_view file, std::string path, std::initializer_list<std::string_view> known);

  const Node* Find(std::string_view key);   // null when absent
  Result<const Node*> Need(std::string_view key);
  Result<std::string> Text(std::string_view key);
  Result<std::string> Text(std::string_view key, std::string_view when_absent);
  Result<int64_t> Integer(std::string_view key, int64_t when_absent, int64_t least, int64_t most);
  Result<std::vector<std::string>> Texts(std::string_view key);   // a list of single values; empty when absent
  Status Finish() const;

  // "products/flight.yaml:7: features.topic: <parts>"
  template <typename... Parts>
  Fault Bad(const Node& node, std::string_view key, const Parts&... parts) const {
    return Fault::Invalid(file_, ":", node.line, ": ", PathOf(key), ": ", parts...);
  }
  std::string PathOf(std::string_view key) const { return path_.empty() ? std::string(key) : StrCat(path_, ".", key); }
  int line() const { return node_->line; }

 private:
  Fields(const Node& node, std::string_view file, std::string path) : node_(&node), file_(file), path_(std::move(path)) {}
  Status Refuse(const Entry& entry, std::span<const std::string_view> known) const;
  Result<std::string> TextOf(const Node& node, std::string_view key) const;

  const Node* node_;
  std::string_view file_;
  std::string path_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace freshet::wire::yaml
