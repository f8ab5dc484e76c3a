#include "wire/yaml/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "base/nearest.h"

namespace freshet::wire::yaml {
namespace {

constexpr size_t kBytesMax = 1 << 20;
constexpr int kDepthMax = 32;
constexpr int kNodesMax = 100000;

Status Convert(const YAML::Node& from, std::string_view file, int depth, int& nodes, Node& to) {
  to.line = std::max(from.Mark().line, 0) + 1;
  if (depth > kDepthMax) return Fault::Invalid(file, ":", to.line, ": nested deeper than ", kDepthMax, " levels");
  if (++nodes > kNodesMax) return Fault::TooLarge(file, " has more than ", kNodesMax, " values");
  if (from.IsScalar()) {
    to.kind = Node::Kind::kScalar;
    to.text = from.Scalar();
  } else if (from.IsSequence()) {
    to.kind = Node::Kind::kList;
    for (const auto& item : from) RETURN_NOT_OK(Convert(item, file, depth + 1, nodes, to.items.emplace_back()));
  } else if (from.IsMap()) {
    to.kind = Node::Kind::kMap;
    std::set<std::string> seen;
    for (const auto& pair : from) {
      int line = pair.first.Mark().line + 1;
      if (!pair.first.IsScalar()) return Fault::Invalid(file, ":", line, ": keys must be plain words");
      Entry& entry = to.entries.emplace_back(Entry{pair.first.Scalar(), line, {}});
      if (!seen.insert(entry.key).second) return Fault::Invalid(file, ":", line, ": '", entry.key, "' is set twice");
      RETURN_NOT_OK(Convert(pair.second, file, depth + 1, nodes, entry.value));
      if (entry.value.kind == Node::Kind::kNull) entry.value.line = line;  // nothing stands where it would
    }
  }
  return {};
}

// Where documents begin, and nothing else of them.
struct DocumentStarts final : YAML::EventHandler {
  std::vector<YAML::Mark> starts;

  void OnDocumentStart(const YAML::Mark& mark) override { starts.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

std::string_view LineOf(std::string_view text, int line) {
  for (; line > 0; --line) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

// A sign that is out of place ends a document, and each that follows begins at it: whoever reads them all (YAML::LoadAll) never ends. Two are enough to know.
Status CheckIsOneDocument(const std::string& yaml, std::string_view file) {
  std::istringstream in(yaml);
  YAML::Parser parser(in);
  DocumentStarts documents;
  while (documents.starts.size() < 2 && parser.HandleNextDocument(documents)) continue;
  if (documents.starts.size() < 2) return {};
  int line = std::max(documents.starts[1].line, 0);
  std::string_view text = LineOf(yaml, line);
  if (text.starts_with("---")) return Fault::Invalid(file, ":", line + 1, ": a second document begins behind '---'; a file is one document");
  return Fault::Invalid(file, ":", line + 1, ": not valid YAML: '", text.substr(0, 40), "' does not go on with what stands before it");
}

// The line before a word of which a tab stands: the one at which yaml-cpp gave up, or the one above it; -1: neither.
int LineWithATabInFront(std::string_view yaml, int gave_up) {
  for (int line = gave_up; line >= std::max(0, gave_up - 1); --line) {
    std::string_view text = LineOf(yaml, line);
    if (text.substr(0, text.find_first_not_of(" \t")).find('\t') != std::string_view::npos) return line;
  }
  return -1;
}

}  // namespace

Fault NotYaml(std::string_view yaml, std::string_view file, int line, std::string_view why) {
  line = std::max(line, 0);
  int tab = LineWithATabInFront(yaml, line);
  if (tab >= 0) return Fault::Invalid(file, ":", tab + 1, ": not valid YAML: a tab stands in front of the line's first word; write blanks in its place");
  bool has_tab = LineOf(yaml, line).find('\t') != std::string_view::npos;
  return Fault::Invalid(file, ":", line + 1, ": not valid YAML: ", why, has_tab ? "; the line has a tab, and YAML takes blanks in front of a key" : "");
}

Result<Node> Parse(std::string_view yaml, std::string_view file) {
  if (yaml.size() > kBytesMax) return Fault::TooLarge(file, " is larger than ", kBytesMax, " bytes");
  Node root;
  try {
    int nodes = 0;
    std::string text(yaml);
    RETURN_NOT_OK(CheckIsOneDocument(text, file));
    RETURN_NOT_OK(Convert(YAML::Load(text), file, 0, nodes, root));
  } catch (const YAML::Exception& error) {
    return NotYaml(yaml, file, error.mark.line, error.msg);
  }
  return root;
}

Result<Fields> Fields::Of(const Node& node, std::string_view file, std::string path, std::initializer_list<std::string_view> known) {
  bool is_map = node.kind == Node::Kind::kMap || (node.kind == Node::Kind::kNull && path.empty());
  bool lacks_a_colon = path.empty() && node.kind == Node::Kind::kScalar;
  if (lacks_a_colon) return Fault::Invalid(file, ":", node.line, ": '", node.text.substr(0, 40), "' is no 'key: value'; is a colon missing?");
  if (!is_map) return Fault::Invalid(file, ":", node.line, ": ", path.empty() ? "the file" : path, " must be a mapping", node.kind == Node::Kind::kNull ? "; write what belongs to it below, or leave it out" : "");
  Fields fields(node, file, std::move(path));
  for (const Entry& entry : node.entries) {
    if (std::find(known.begin(), known.end(), entry.key) == known.end()) return fields.Refuse(entry, {known.begin(), known.size()}).fault();
  }
  return fields;
}

Status Fields::Refuse(const Entry& entry, std::span<const std::string_view> known) const {
  std::string instead = DidYouMean(entry.key, known);
  bool guessed = !instead.empty();
  for (std::string_view key : known) instead += guessed ? "" : StrCat(instead.empty() ? "; it takes " : ", ", key);
  return Fault::Invalid(file_, ":", entry.line, ": unknown key '", PathOf(entry.key), "'", instead);
}

const Node* Fields::Find(std::string_view key) {
  asked_.emplace(key);
  for (const Entry& entry : node_->entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Result<const Node*> Fields::Need(std::string_view key) {
  const Node* node = Find(key);
  if (node == nullptr) return Fault::Invalid(file_, ":", node_->line, ": '", PathOf(key), "' is missing");
  return node;
}

Result<std::string> Fields::TextOf(const Node& node, std::string_view key) const {
  if (node.kind != Node::Kind::kScalar || node.text.empty()) return Bad(node, key, "must be a single value");
  return node.text;
}

Result<std::string> Fields::Text(std::string_view key) {
  ASSIGN_OR_RETURN(const Node* node, Need(key));
  return TextOf(*node, key);
}

Result<std::string> Fields::Text(std::string_view key, std::string_view when_absent) {
  const Node* node = Find(key);
  if (node == nullptr) return std::string(when_absent);
  return TextOf(*node, key);
}

Result<int64_t> Fields::Integer(std::string_view key, int64_t when_absent, int64_t least, int64_t most) {
  const Node* node = Find(key);
  if (node == nullptr) return when_absent;
  ASSIGN_OR_RETURN(std::string text, TextOf(*node, key));
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return Bad(*node, key, "'", text, "' is not a whole number");
  if (number < least || number > most) return Bad(*node, key, number, " is not between ", least, " and ", most);
  return number;
}

Result<std::vector<std::string>> Fields::Texts(std::string_view key) {
  std::vector<std::string> texts;
  const Node* node = Find(key);
  if (node == nullptr) return texts;
  if (node->kind != Node::Kind::kList) return Bad(*node, key, "must be a list");
  for (const Node& item : node->items) {
    ASSIGN_OR_RETURN(std::string text, TextOf(item, key));
    texts.push_back(std::move(text));
  }
  return texts;
}

Status Fields::Finish() const {
  for (const Entry& entry : node_->entries) {
    if (asked_.contains(entry.key)) continue;
    std::vector<std::string_view> known(asked_.begin(), asked_.end());
    return Refuse(entry, known);
  }
  return {};
}

}  // namespace freshet::wire::yaml
