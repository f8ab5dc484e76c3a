#include "data/expr/json_filter.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "base/text.h"

namespace freshet::expr {
namespace {

constexpr int kFilterDepthMax = 4;    // filters in paths of filters
constexpr int kBracketDepthMax = 32;  // of one filter
constexpr size_t kNodesMax = 256;
constexpr size_t kPatternBytesMax = 1000;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsWord(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// A value by itself: kinds are JSON's, and a number's text is its digits.
struct Compared {
  enum Kind : uint8_t { kNothing, kNull, kBoolean, kNumber, kString, kJson };
  Kind kind = kNothing;
  std::string text;  // of kJson compact, keys in order: two of the same are equal
  bool yes = false;
};

double NumberOf(const std::string& text) {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}
bool IsNumber(const std::string& text) {
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && error != std::errc::invalid_argument && end == text.data() + text.size();
}

// As 64 bits where both are whole, else as doubles.
int CompareNumbers(const std::string& a, const std::string& b) {
  int64_t whole_a = 0, whole_b = 0;
  auto whole = [](const std::string& text, int64_t& into) {
    auto read = std::from_chars(text.data(), text.data() + text.size(), into);
    return read.ec == std::errc() && read.ptr == text.data() + text.size();
  };
  if (whole(a, whole_a) && whole(b, whole_b)) return whole_a < whole_b ? -1 : whole_a > whole_b;
  double da = NumberOf(a), db = NumberOf(b);
  return da < db ? -1 : da > db;
}

bool Equal(const Compared& a, const Compared& b) {
  if (a.kind == Compared::kNumber && b.kind == Compared::kString) return IsNumber(b.text) && CompareNumbers(a.text, b.text) == 0;
  if (a.kind != b.kind) return a.kind == Compared::kString && b.kind == Compared::kNumber && a.text == b.text;
  switch (a.kind) {
    case Compared::kNothing: return false;
    case Compared::kNull: return true;
    case Compared::kBoolean: return a.yes == b.yes;
    case Compared::kNumber: return CompareNumbers(a.text, b.text) == 0;
    default: return a.text == b.text;
  }
}

// Absent: they have no order.
std::optional<int> Ordered(const Compared& a, const Compared& b) {
  if (a.kind == Compared::kNumber && b.kind == Compared::kNumber) return CompareNumbers(a.text, b.text);
  if (a.kind == Compared::kString && b.kind == Compared::kString) return a.text.compare(b.text);
  return std::nullopt;
}

Compared ValueAt(const JsonDocument& document, uint32_t i) {
  const JsonNode& node = document.node(i);
  Compared out;
  switch (node.kind) {
    case JsonKind::kNull: out.kind = Compared::kNull; return out;
    case JsonKind::kTrue:
    case JsonKind::kFalse:
      out.kind = Compared::kBoolean;
      out.yes = node.kind == JsonKind::kTrue;
      return out;
    case JsonKind::kNumber:
      out.kind = Compared::kNumber;
      out.text = document.raw(node);
      return out;
    case JsonKind::kString:
      out.kind = Compared::kString;
      document.AppendScalar(out.text, node);
      return out;
    default:
      out.kind = Compared::kJson;
      document.AppendCompact(out.text, i);
      return out;
  }
}

std::vector<Compared> ElementsAt(const JsonDocument& document, uint32_t list) {
  std::vector<Compared> out;
  if (document.node(list).kind != JsonKind::kArray) return out;
  for (uint32_t i = document.first_child(list); i < document.node(list).next; i = document.node(i).next) out.push_back(ValueAt(document, i));
  return out;
}

bool Contains(const std::vector<Compared>& list, const Compared& value) {
  return std::any_of(list.begin(), list.end(), [&value](const Compared& one) { return Equal(value, one); });
}

}  // namespace

// Recursive descent over `?( … )`.
class JsonFilter::Parser {
 public:
  Parser(std::string_view path, size_t at, int depth, JsonFilter& out) : path_(path), at_(at), depth_(depth), out_(out) {}

  Result<size_t> Whole() {
    if (depth_ >= kFilterDepthMax) return Refused("filters lie more than 4 deep in each other");
    ++at_;  // ?
    SkipBlanks();
    if (Here() != '(') return Broken("a filter is written [?( … )]");
    ++at_;
    ASSIGN_OR_RETURN(out_.root_, Either(0));
    RETURN_NOT_OK(Close());
    return at_;
  }

 private:
  char Here() const { return at_ < path_.size() ? path_[at_] : '\0'; }
  bool Is(std::string_view text) const { return path_.substr(at_).starts_with(text); }
  void SkipBlanks() {
    while (at_ < path_.size() && IsBlank(path_[at_])) ++at_;
  }
  template <typename... Parts>
  Fault Broken(const Parts&... why) const { return Fault::Invalid("JSON path '", path_.substr(0, 100), "': ", why...); }
  template <typename... Parts>
  Fault Refused(const Parts&... why) const { return Fault::Unsupported("JSON path '", path_.substr(0, 100), "': ", why...); }

  Status Close() {
    SkipBlanks();
    if (Here() != ')') return Broken("a filter lacks a ')' at '", path_.substr(std::min(at_, path_.size()), 20), "'");
    ++at_;
    return {};
  }
  Result<int> Add(Node node) {
    if (out_.nodes_.size() == kNodesMax) return Broken("its filter has more than 256 parts");
    out_.nodes_.push_back(std::move(node));
    return static_cast<int>(out_.nodes_.size()) - 1;
  }

  Result<int> Either(int depth) {
    if (depth > kBracketDepthMax) return Broken("its filter is nested deeper than 32 brackets");
    ASSIGN_OR_RETURN(int left, Both(depth));
    for (SkipBlanks(); Is("||"); SkipBlanks()) {
      at_ += 2;
      ASSIGN_OR_RETURN(int right, Both(depth));
      ASSIGN_OR_RETURN(left, Add({Do::kOr, left, right, {}, {}}));
    }
    return left;
  }
  Result<int> Both(int depth) {
    ASSIGN_OR_RETURN(int left, One(depth));
    for (SkipBlanks(); Is("&&"); SkipBlanks()) {
      at_ += 2;
      ASSIGN_OR_RETURN(int right, One(depth));
      ASSIGN_OR_RETURN(left, Add({Do::kAnd, left, right, {}, {}}));
    }
    return left;
  }
  Result<int> One(int depth) {
    SkipBlanks();
    if (depth > kBracketDepthMax) return Broken("its filter is nested deeper than 32 brackets");
    if (Here() == '!') {
      ++at_;
      ASSIGN_OR_RETURN(int inner, One(depth + 1));
      return Add({Do::kNot, inner, -1, {}, {}});
    }
    if (Here() == '(') {
      ++at_;
      ASSIGN_OR_RETURN(int inner, Either(depth + 1));
      RETURN_NOT_OK(Close());
      return inner;
    }
    return Comparison();
  }

  Result<int> Comparison() {
    Node node{Do::kExists, -1, -1, {}, {}};
    ASSIGN_OR_RETURN(node.first, Side());
    SkipBlanks();
    bool ends = at_ >= path_.size() || Here() == ')' || Is("&&") || Is("||");
    if (ends && !node.first.path) return Broken("a filter compares two values, or asks whether a path leads somewhere");
    if (ends) return Add(std::move(node));
    ASSIGN_OR_RETURN(node.does, Operator());
    ASSIGN_OR_RETURN(node.second, Side());
    bool matches = node.does == Do::kMatches;
    bool two = (node.first.pattern != nullptr) != (node.second.pattern != nullptr);
    if (matches != two || (node.first.pattern && node.second.pattern)) return Broken("=~ stands between a value and a /pattern/");
    for (const Operand* side : {&node.first, &node.second}) {
      if (side->path && side->path->many()) return Refused("a path to several values is compared in its filter; only one value can be");
    }
    return Add(std::move(node));
  }

  Result<Do> Operator() {
    static constexpr std::pair<std::string_view, Do> kSigns[] = {{"===", Do::kSame}, {"!==", Do::kNotSame}, {"==", Do::kEqual}, {"!=", Do::kNotEqual}, {"<=", Do::kLessOrEqual}, {">=", Do::kGreaterOrEqual}, {"<", Do::kLess}, {">", Do::kGreater}, {"=~", Do::kMatches}};
    for (auto [sign, does] : kSigns) {
      if (!Is(sign)) continue;
      at_ += sign.size();
      return does;
    }
    static constexpr std::pair<std::string_view, Do> kWords[] = {{"IN", Do::kIn}, {"NIN", Do::kNotIn}, {"CONTAINS", Do::kContains}, {"SIZE", Do::kSize}, {"EMPTY", Do::kEmpty}, {"SUBSETOF", Do::kSubset}, {"ANYOF", Do::kAny}, {"NONEOF", Do::kNone}, {"ALL", Do::kAll}};
    size_t end = at_;
    std::string word;
    while (end < path_.size() && IsWord(path_[end]) && word.size() < 20) word += static_cast<char>(path_[end++] & ~0x20);
    for (auto [known, does] : kWords) {
      if (word != known) continue;
      at_ = end;
      return does;
    }
    if (word == "TYPE" || word == "MATCHES") return Refused("the operator ", word, " of its filter is not supported");
    return Broken("its filter has '", path_.substr(at_, 20), "' where a comparison should stand; it knows == != < <= > >= === !== =~ in nin contains size empty subsetof anyof noneof all");
  }

  Result<Operand> Side() {
    SkipBlanks();
    char c = Here();
    if (c == '@' || c == '$') return Path();
    if (c == '/') return Pattern();
    return Literal();
  }

  // To a blank, a comparison, or a bracket that it has not opened.
  size_t PathEnd() const {
    int open = 0;
    char quote = '\0';
    size_t i = at_ + 1;
    for (; i < path_.size(); ++i) {
      char c = path_[i];
      if (quote != '\0') {
        if (c == '\\') ++i;
        else if (c == quote) quote = '\0';
        continue;
      }
      if (open > 0 && (c == '\'' || c == '"')) quote = c;
      else if (c == '[' || c == '(') ++open;
      else if (c == ']' || (c == ')' && open > 0)) --open;
      else if (open == 0 && (c == ')' || IsBlank(c) || std::string_view("<>=!~&|,").find(c) != std::string_view::npos)) break;
    }
    return std::min(i, path_.size());
  }

  Result<Operand> Path() {
    Operand out;
    out.of_item = Here() == '@';
    size_t end = PathEnd();
    std::string text = StrCat("$", path_.substr(at_ + 1, end - at_ - 1));
    at_ = end;
    ASSIGN_OR_RETURN(JsonPath path, JsonPath::CompileWithin(text, depth_ + 1));
    // For each item once more: what is looked at all over again would take the square of the time.
    if (path.scans()) return Refused("'..' within a filter is not supported");
    if (!out.of_item && path.many()) return Refused("a path from $ to several values is not supported within a filter");
    out.path = std::make_shared<const JsonPath>(std::move(path));
    return out;
  }

  Result<Operand> Pattern() {
    size_t end = at_ + 1;
    while (end < path_.size() && path_[end] != '/') end += path_[end] == '\\' ? 2 : 1;
    if (end >= path_.size()) return Broken("a /pattern/ is never closed");
    std::string pattern(path_.substr(at_ + 1, end - at_ - 1)), flags;
    for (at_ = end + 1; IsWord(Here()); ++at_) flags += Here();
    if (pattern.size() > kPatternBytesMax) return Broken("a /pattern/ has more than 1000 bytes");
    bool known = flags.find_first_not_of("ims") == std::string::npos;
    if (!known) return Refused("a /pattern/ with the flags '", flags, "'; i, m and s are known");
    if (!flags.empty()) pattern = StrCat("(?", flags, ")", pattern);
    ASSIGN_OR_RETURN(auto match, WholeMatch::Of(pattern));
    Operand out;
    out.pattern = std::make_shared<const WholeMatch>(std::move(match));
    return out;
  }

  // JSON, or a string between single quotes.
  Result<Operand> Literal() {
    auto text = std::make_shared<std::string>();
    if (Here() == '\'') {
      std::string inside;
      for (++at_; at_ < path_.size() && path_[at_] != '\''; ++at_) {
        if (path_[at_] == '\\' && at_ + 1 < path_.size()) ++at_;
        inside += path_[at_];
      }
      if (at_ >= path_.size()) return Broken("a quote is never closed in its filter");
      ++at_;
      AppendJsonString(*text, inside);
    } else {
      size_t end = LiteralEnd();
      *text = path_.substr(at_, end - at_);
      at_ = end;
    }
    auto document = std::make_shared<JsonDocument>();
    if (text->empty() || !document->Parse(*text)) return Broken("its filter has '", text->empty() ? path_.substr(std::min(at_, path_.size()), 20) : *text, "', which is neither a path that begins with @ or $, nor a JSON value, nor a /pattern/");
    Operand out;
    out.text = std::move(text);
    out.literal = std::move(document);
    return out;
  }

  size_t LiteralEnd() const {
    int open = 0;
    bool quoted = false;
    size_t i = at_;
    for (; i < path_.size(); ++i) {
      char c = path_[i];
      if (quoted && c == '\\') ++i;
      else if (c == '"') quoted = !quoted;
      else if (!quoted && (c == '[' || c == '{')) ++open;
      else if (!quoted && (c == ']' || c == '}')) --open;
      else if (!quoted && open == 0 && (c == ')' || IsBlank(c) || std::string_view("<>=!~&|").find(c) != std::string_view::npos)) break;
    }
    return std::min(i, path_.size());
  }

  std::string_view path_;
  size_t at_;
  int depth_;
  JsonFilter& out_;
};

Result<std::shared_ptr<const JsonFilter>> JsonFilter::Read(std::string_view path, size_t* at, int depth) {
  auto filter = std::make_shared<JsonFilter>();
  ASSIGN_OR_RETURN(*at, Parser(path, *at, depth, *filter).Whole());
  return std::shared_ptr<const JsonFilter>(std::move(filter));
}

JsonFilter::Seen JsonFilter::See(const Operand& operand, const JsonDocument& document, uint32_t item) const {
  if (operand.literal) return {operand.literal.get(), 0, {}};
  JsonFound found;
  operand.path->FindFrom(document, operand.of_item ? item : 0, &found);
  if (found.kind == JsonFound::kError) return {};
  if (found.kind == JsonFound::kLength) return found.length ? Seen{&document, 0, found.length} : Seen{};
  return {&document, found.nodes.empty() ? item : found.nodes[0], {}};
}

bool JsonFilter::Decide(const JsonDocument& document, uint32_t item, int number) const {
  const Node& node = nodes_[static_cast<size_t>(number)];
  switch (node.does) {
    case Do::kOr: return Decide(document, item, node.left) || Decide(document, item, node.right);
    case Do::kAnd: return Decide(document, item, node.left) && Decide(document, item, node.right);
    case Do::kNot: return !Decide(document, item, node.left);
    case Do::kExists: return See(node.first, document, item).document != nullptr;
    default: return Compare(node, document, item);
  }
}

bool JsonFilter::Compare(const Node& node, const JsonDocument& document, uint32_t item) const {
  auto value_of = [](const Seen& seen) {
    if (seen.document == nullptr) return Compared();
    return seen.length ? Compared{Compared::kNumber, StrCat(*seen.length), false} : ValueAt(*seen.document, seen.node);
  };
  if (node.does == Do::kMatches) {
    const Operand& other = node.first.pattern ? node.second : node.first;
    Compared text = value_of(See(other, document, item));
    if (text.kind != Compared::kString && text.kind != Compared::kNumber) return false;
    auto takes = (node.first.pattern ? node.first : node.second).pattern->Takes(text.text);
    return takes.ok() && *takes;
  }
  Seen a_seen = See(node.first, document, item), b_seen = See(node.second, document, item);
  Compared a = value_of(a_seen), b = value_of(b_seen);
  auto list = [](const Seen& seen) { return seen.document == nullptr || seen.length ? std::vector<Compared>() : ElementsAt(*seen.document, seen.node); };
  auto is_list = [](const Seen& seen) { return seen.document != nullptr && !seen.length && seen.document->node(seen.node).kind == JsonKind::kArray; };
  auto order = Ordered(a, b);
  switch (node.does) {
    case Do::kEqual: return Equal(a, b);
    case Do::kNotEqual: return !Equal(a, b);
    case Do::kSame: return a.kind == b.kind && Equal(a, b);
    case Do::kNotSame: return a.kind != b.kind || !Equal(a, b);
    case Do::kLess: return order && *order < 0;
    case Do::kLessOrEqual: return order && *order <= 0;
    case Do::kGreater: return order && *order > 0;
    case Do::kGreaterOrEqual: return order && *order >= 0;
    case Do::kIn: return is_list(b_seen) && Contains(list(b_seen), a);
    case Do::kNotIn: return !is_list(b_seen) || !Contains(list(b_seen), a);
    case Do::kContains:
      if (a.kind == Compared::kString && b.kind == Compared::kString) return a.text.find(b.text) != std::string::npos;
      return Contains(list(a_seen), b);
    case Do::kSize: {
      if (b.kind != Compared::kNumber) return false;
      size_t size = 0;
      if (a.kind == Compared::kString) size = static_cast<size_t>(std::count_if(a.text.begin(), a.text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
      else if (is_list(a_seen)) size = list(a_seen).size();
      else if (a.kind == Compared::kJson) size = a_seen.document->ChildrenOf(a_seen.node);
      else return false;
      return CompareNumbers(StrCat(size), b.text) == 0;
    }
    case Do::kEmpty: {
      bool can = b.kind == Compared::kBoolean && (a.kind == Compared::kString || a.kind == Compared::kJson);
      return can && (a.kind == Compared::kString ? a.text.empty() : a.text.size() == 2) == b.yes;
    }
    default: break;
  }
  if (!is_list(a_seen) || !is_list(b_seen)) return false;
  std::vector<Compared> ones = list(a_seen), others = list(b_seen);
  auto in = [](const std::vector<Compared>& all) { return [&all](const Compared& one) { return Contains(all, one); }; };
  if (node.does == Do::kSubset) return std::all_of(ones.begin(), ones.end(), in(others));
  if (node.does == Do::kAny) return std::any_of(ones.begin(), ones.end(), in(others));
  if (node.does == Do::kNone) return std::none_of(ones.begin(), ones.end(), in(others));
  return std::all_of(others.begin(), others.end(), in(ones));
}

}  // namespace freshet::expr
