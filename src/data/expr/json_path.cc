#include "data/expr/json_path.h"

#include <algorithm>
#include <charconv>

#include "data/expr/json_filter.h"

namespace freshet::expr {
namespace {

constexpr size_t kStepsMax = 256;
constexpr size_t kFoundMax = 1 << 20;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// Cuts "lax " or "strict " off.
bool TakeMode(std::string_view& path, std::string_view mode) {
  std::string_view text = Trimmed(path);
  if (text.size() <= mode.size() || !IsBlank(text[mode.size()])) return false;
  for (size_t i = 0; i < mode.size(); ++i) {
    if ((text[i] | 0x20) != mode[i]) return false;
  }
  path = Trimmed(text.substr(mode.size()));
  return true;
}

Fault Broken(std::string_view path, std::string_view why) { return Fault::Invalid("JSON path '", path.substr(0, 100), "' ", why); }

std::optional<int64_t> Whole(std::string_view text) {
  text = Trimmed(text);
  int64_t n = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return n;
}

}  // namespace

bool JsonPath::scans() const {
  return std::any_of(steps_.begin(), steps_.end(), [](const Step& step) { return step.kind == Step::kScan; });
}

Result<JsonPath> JsonPath::Compile(std::string_view path) { return CompileWithin(path, 0); }

Result<JsonPath> JsonPath::CompileWithin(std::string_view path, int filters) {
  JsonPath out;
  out.filters_ = filters;
  out.lax_ = TakeMode(path, "lax");
  if (!out.lax_) TakeMode(path, "strict");
  path = Trimmed(path);
  if (path.empty()) return Broken(path, "is empty; the root is $");
  std::string whole(path);
  if (path[0] != '$') whole = "$." + whole;  // "a.b" is "$.a.b"
  path = whole;
  size_t at = 1;
  while (at < path.size()) {
    if (out.steps_.size() >= kStepsMax) return Broken(path, "has more than 256 steps");
    if (!out.steps_.empty() && out.steps_.back().kind == Step::kLength) return Broken(path, "has something behind length()");
    if (path[at] == '.') RETURN_NOT_OK(Dotted(path, &at, out));
    else if (path[at] == '[') RETURN_NOT_OK(Bracketed(path, &at, out));
    else return Broken(path, StrCat("has '", path.substr(at, 1), "' where '.' or '[' should stand"));
  }
  return out;
}

// .name, .*, ..name
Status JsonPath::Dotted(std::string_view path, size_t* at, JsonPath& out) {
  if (path.substr(*at).starts_with("..")) {
    bool again = std::any_of(out.steps_.begin(), out.steps_.end(), [](const Step& step) { return step.kind == Step::kScan; });
    if (again) return Fault::Unsupported("JSON path '", path.substr(0, 100), "': more than one '..' is not supported");
    out.steps_.push_back({Step::kScan, {}, {}, {}, {}});
    out.definite_ = false;
    ++*at;
    if (path.substr(*at).starts_with(".[")) {
      ++*at;
      return {};
    }
  }
  size_t begin = ++*at;
  while (*at < path.size() && path[*at] != '.' && path[*at] != '[') ++*at;
  std::string_view name = path.substr(begin, *at - begin);
  if (name.empty()) return Broken(path, "ends in a dot");
  if (name == "*") {
    out.steps_.push_back({Step::kAny, {}, {}, {}, {}});
    out.definite_ = false;
    return {};
  }
  if (name == "length()" && out.definite_) {
    out.steps_.push_back({Step::kLength, {}, {}, {}, {}});
    return {};
  }
  if (name.find('(') != std::string_view::npos) return Fault::Unsupported("JSON path '", path.substr(0, 100), "': ", name == "length()" ? "length() behind a path to several places is" : StrCat("functions but length(), such as ", name, ", are"), " not supported");
  if (name.find(' ') != std::string_view::npos) return Broken(path, StrCat("has blanks in '", name, "'; write ['", name, "']"));
  out.steps_.push_back({Step::kName, std::string(name), {}, {}, {}});
  return {};
}

// ['name'], ["name"], [*], [1], [0,1], [1:3]
Status JsonPath::Bracketed(std::string_view path, size_t* at, JsonPath& out) {
  size_t begin = *at + 1;
  while (begin < path.size() && path[begin] == ' ') ++begin;
  bool quoted = begin < path.size() && (path[begin] == '\'' || path[begin] == '"');
  if (quoted) {
    std::string name;
    size_t i = begin + 1;
    for (; i < path.size() && path[i] != path[begin]; ++i) {
      if (path[i] == '\\' && i + 1 < path.size()) ++i;
      name += path[i];
    }
    do ++i;
    while (i < path.size() && path[i] == ' ');
    if (i >= path.size()) return Broken(path, "has a bracket or a quote that is never closed");
    if (path[i] == ',') return Fault::Unsupported("JSON path '", path.substr(0, 100), "': several names in brackets are not supported; ask for one after the other");
    if (path[i] != ']') return Broken(path, "has a bracket that is never closed");
    out.steps_.push_back({Step::kName, std::move(name), {}, {}, {}});
    *at = i + 1;
    return {};
  }
  if (path.substr(begin).starts_with('?')) {
    *at = begin;
    return Filtered(path, at, out);
  }
  size_t end = path.find(']', begin);
  if (end == std::string_view::npos) return Broken(path, "has a bracket that is never closed");
  std::string_view inside = Trimmed(path.substr(begin, end - begin));
  *at = end + 1;
  if (inside == "*") {
    out.steps_.push_back({Step::kAny, {}, {}, {}, {}});
    out.definite_ = false;
    return {};
  }
  Status numbers = Numbers(inside, out);
  return numbers.ok() ? numbers : Status(Broken(path, StrCat("has '[", inside, "]', which is no index")));
}

// [?( … )]
Status JsonPath::Filtered(std::string_view path, size_t* at, JsonPath& out) {
  Step step{Step::kFilter, {}, {}, {}, {}};
  ASSIGN_OR_RETURN(step.filter, JsonFilter::Read(path, at, out.filters_));
  while (*at < path.size() && IsBlank(path[*at])) ++*at;
  if (*at >= path.size() || path[*at] != ']') return Broken(path, "has a bracket that is never closed");
  ++*at;
  out.definite_ = false;
  out.steps_.push_back(std::move(step));
  return {};
}

Status JsonPath::Numbers(std::string_view inside, JsonPath& out) {
  Step step{Step::kIndex, {}, {}, {}, {}};
  size_t colon = inside.find(':');
  if (colon != std::string_view::npos) {
    step.kind = Step::kSlice;
    step.from = Whole(inside.substr(0, colon));
    step.to = Whole(inside.substr(colon + 1));
    bool from_wrong = !step.from && !Trimmed(inside.substr(0, colon)).empty(), to_wrong = !step.to && !Trimmed(inside.substr(colon + 1)).empty();
    if (from_wrong || to_wrong || (!step.from && !step.to)) return Fault::Invalid("no index");
    out.definite_ = false;
    out.steps_.push_back(std::move(step));
    return {};
  }
  while (true) {
    size_t comma = inside.find(',');
    auto index = Whole(inside.substr(0, comma));
    if (!index) return Fault::Invalid("no index");
    step.indices.push_back(*index);
    if (comma == std::string_view::npos) break;
    inside.remove_prefix(comma + 1);
  }
  if (step.indices.size() > 1) out.definite_ = false;
  out.steps_.push_back(std::move(step));
  return {};
}

void JsonPath::FindFrom(const JsonDocument& document, uint32_t node, JsonFound* found) const {
  found->nodes.clear();
  found->length.reset();
  bool good = Follow(document, node, 0, true, found);
  found->kind = !definite_ ? JsonFound::kMany : JsonFound::kOne;
  if (definite_ && found->nodes.empty()) found->kind = JsonFound::kError;
  if (!good && !lax_) found->kind = JsonFound::kError;
  bool counts = found->kind == JsonFound::kOne && steps_.size() > 0 && steps_.back().kind == Step::kLength;
  if (!counts) return;
  found->kind = JsonFound::kLength;
  uint32_t counted = found->nodes[0];
  if (!document.node(counted).is_scalar()) found->length = static_cast<int64_t>(document.ChildrenOf(counted));
}

// False: a step that had to lead somewhere did not. Behind a step that may lead to several places, none is fine.
bool JsonPath::Follow(const JsonDocument& document, uint32_t node, size_t step, bool definite, JsonFound* found) const {
  if (step == steps_.size()) {
    if (found->nodes.size() < kFoundMax) found->nodes.push_back(node);
    return true;
  }
  const Step& here = steps_[step];
  const JsonNode& self = document.node(node);
  switch (here.kind) {
    case Step::kName: {
      if (self.kind != JsonKind::kObject) return !definite;
      uint32_t value = document.Member(node, here.name);
      if (value != 0) return Follow(document, value, step + 1, definite, found);
      return !definite || step + 1 == steps_.size();
    }
    case Step::kAny: {
      if (self.is_scalar()) return true;
      bool object = self.kind == JsonKind::kObject;
      for (uint32_t i = document.first_child(node); i < self.next; i = document.node(object ? i + 1 : i).next) Follow(document, object ? i + 1 : i, step + 1, false, found);
      return true;
    }
    case Step::kLength: return Follow(document, node, step + 1, definite, found);  // the place that is counted
    case Step::kFilter:
      if (self.is_scalar()) return !definite;
      Chosen(document, node, step, found);
      return true;
    case Step::kScan: Scan(document, node, step + 1, found); return true;
    default: return self.kind == JsonKind::kArray ? Elements(document, node, step, definite, found) : !definite;
  }
}

bool JsonPath::Elements(const JsonDocument& document, uint32_t node, size_t step, bool definite, JsonFound* found) const {
  const Step& here = steps_[step];
  std::vector<uint32_t> elements;
  for (uint32_t i = document.first_child(node); i < document.node(node).next; i = document.node(i).next) elements.push_back(i);
  auto size = static_cast<int64_t>(elements.size());
  auto place = [size](int64_t index) { return index < 0 ? index + size : index; };
  if (here.kind == Step::kSlice) {
    int64_t from = std::max<int64_t>(place(here.from.value_or(0)), 0), to = std::min(here.to ? place(*here.to) : size, size);
    for (int64_t i = from; i < to; ++i) Follow(document, elements[static_cast<size_t>(i)], step + 1, false, found);
    return true;
  }
  bool one = here.indices.size() == 1, good = true;
  for (int64_t index : here.indices) {
    int64_t i = place(index);
    if (i < 0 || i >= size) continue;
    good &= Follow(document, elements[static_cast<size_t>(i)], step + 1, definite && one, found);
  }
  return good || !one;
}

// Elements of an array that the filter takes, or the object itself.
void JsonPath::Chosen(const JsonDocument& document, uint32_t node, size_t step, JsonFound* found) const {
  const JsonFilter& filter = *steps_[step].filter;
  const JsonNode& self = document.node(node);
  if (self.kind == JsonKind::kObject) {
    if (filter.Takes(document, node)) Follow(document, node, step + 1, false, found);
    return;
  }
  for (uint32_t i = document.first_child(node); i < self.next; i = document.node(i).next) {
    if (filter.Takes(document, i)) Follow(document, i, step + 1, false, found);
  }
}

// The node itself and everything below it. A filter is asked of each of them, not of an array's elements once more.
void JsonPath::Scan(const JsonDocument& document, uint32_t node, size_t step, JsonFound* found) const {
  const JsonNode& self = document.node(node);
  bool asks = step < steps_.size() && steps_[step].kind == Step::kFilter;
  if (!asks) Follow(document, node, step, false, found);
  else if (!self.is_scalar() && steps_[step].filter->Takes(document, node)) Follow(document, node, step + 1, false, found);
  if (self.is_scalar()) return;
  bool object = self.kind == JsonKind::kObject;
  for (uint32_t i = document.first_child(node); i < self.next; i = document.node(object ? i + 1 : i).next) Scan(document, object ? i + 1 : i, step, found);
}

}  // namespace freshet::expr
