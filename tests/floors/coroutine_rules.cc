#include <regex>
#include <utility>
#include <vector>

#include "base/text.h"
#include "floors/rules.h"
#include "floors/source_text.h"

// g++ 12 miscompiles some coroutines; these are the shapes that are known to break, or that are one edit away.

namespace freshet::floors {
namespace {

// A piece of code between two of ; { }, with the character that ends it.
struct Piece {
  size_t at;
  std::string text;
  char end;
};

std::vector<Piece> PiecesOf(const std::string& code) {
  std::vector<Piece> pieces;
  size_t begin = 0;
  int parentheses = 0;          // inside these, ; belongs to a for head
  std::vector<int> outside;     // their number around each open brace
  for (size_t i = 0; i < code.size(); ++i) {
    char c = code[i];
    if (c == '(') ++parentheses;
    if (c == ')') --parentheses;
    if (c == '{') outside.push_back(std::exchange(parentheses, 0));
    if (c == '}') {
      parentheses = outside.empty() ? 0 : outside.back();
      if (!outside.empty()) outside.pop_back();
    }
    if (!(c == '{' || c == '}' || (c == ';' && parentheses == 0))) continue;
    pieces.push_back({begin, code.substr(begin, i - begin), c});
    begin = i + 1;
  }
  return pieces;
}

size_t ClosingOf(const std::string& text, size_t open) {
  int depth = 0;
  for (size_t i = open; i < text.size(); ++i) {
    if (text[i] == '(' || text[i] == '{') ++depth;
    if ((text[i] == ')' || text[i] == '}') && --depth == 0) return i;
  }
  return text.size();
}

// Takes "if (…)", "while (…)" and "for (…)" off the front. A head that awaits is returned alone.
std::string FullExpression(std::string text) {
  static const std::regex kHead(R"(^\s*(else\s+)?(if|while|for|switch)\s*(constexpr\s*)?\()");
  std::smatch match;
  while (std::regex_search(text, match, kHead)) {
    size_t open = static_cast<size_t>(match.length()) - 1;
    size_t close = ClosingOf(text, open);
    std::string head = text.substr(open, close - open);
    if (head.find("co_await") != std::string::npos) return head;
    text = close < text.size() ? text.substr(close + 1) : "";
  }
  return text;
}

void CheckAwait(std::string_view path, const std::string& code, const Piece& piece, std::vector<Violation>& out) {
  static const std::regex kLambda(R"((^|[(,={]|return)\s*\[[&=\w][^\]]*\]\s*[({]?)");
  static const std::regex kBinding(R"(auto\s*&{0,2}\s*\[)");
  static const std::regex kCall(R"(co_await\s+[\w:.<>*&\->]*\w\s*\()");
  size_t await = piece.text.find("co_await");
  if (await == std::string::npos) return;
  std::string expression = FullExpression(piece.text);
  int line = LineAt(code, piece.at + await);
  auto add = [&](std::string what) { out.push_back({std::string(path), line, std::move(what)}); };
  if (expression.find("co_await") == std::string::npos) return;
  if (expression.find('?') != std::string::npos || expression.find("&&") != std::string::npos || expression.find("||") != std::string::npos) {
    add("co_await inside ?:, && or ||: name its outcome first");
  }
  if (std::regex_search(expression, kLambda)) add("a capturing lambda in an expression with co_await: name it first");
  if (std::regex_search(expression, kBinding)) add("a structured binding of a co_await: name the outcome first");
  size_t last = piece.text.find_last_not_of(" \t\n");
  if (piece.end == '{' && piece.text[last] != ')') add("a braced value in an expression with co_await: name it first");
  if (std::regex_search(expression, kCall)) add("co_await of a temporary: name the task first");
}

void BlankMacros(std::string& code) {
  for (size_t at = code.find("#define"); at != std::string::npos; at = code.find("#define", at)) {
    for (bool continued = true; continued && at < code.size(); ++at) {
      size_t end = std::min(code.find('\n', at), code.size());
      continued = end > at && code[end - 1] == '\\';
      std::fill(code.begin() + static_cast<std::ptrdiff_t>(at), code.begin() + static_cast<std::ptrdiff_t>(end), ' ');
      at = end;
    }
  }
}

}  // namespace

void CheckCoroutines(std::string_view path, std::string_view text, std::vector<Violation>& out) {
  if (text.find("co_") == std::string_view::npos) return;
  std::string code = CodeOnly(text);
  // Macro bodies are written with care; what uses them is checked.
  BlankMacros(code);
  for (const Piece& piece : PiecesOf(code)) CheckAwait(path, code, piece, out);
  static const std::regex kLambdaBody(R"((^|[^\w\])\[])\s*\[[^\[\]]*\]\s*(\([^()]*\))?\s*(mutable\s*)?(->\s*[\w:<>, ]+)?\s*\{)");
  for (std::sregex_iterator next(code.begin(), code.end(), kLambdaBody), end; next != end; ++next) {
    auto open = static_cast<size_t>(next->position() + next->length()) - 1;
    std::string body = code.substr(open, ClosingOf(code, open) - open);
    if (body.find("co_await") != std::string::npos || body.find("co_return") != std::string::npos) {
      out.push_back({std::string(path), LineAt(code, open), "a lambda that is a coroutine: make it a function"});
    }
  }
}

}  // namespace freshet::floors
