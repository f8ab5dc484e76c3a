#include "wire/flink_sql/lexer.h"

#include "base/capitals.h"
#include "base/text.h"

namespace freshet::wire::flink_sql {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool IsWordPart(char c) { return IsWordStart(c) || IsDigit(c) || c == '$'; }
int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  char u = Capital(c);
  return u >= 'A' && u <= 'F' ? u - 'A' + 10 : -1;
}

void AppendUtf8(std::string& out, uint32_t c) {
  auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | (c >> 6));
  } else {
    if (c < 0x10000) {
      put(0xE0 | (c >> 12));
    } else {
      put(0xF0 | (c >> 18));
      put(0x80 | ((c >> 12) & 0x3F));
    }
    put(0x80 | ((c >> 6) & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

class Lexer {
 public:
  explicit Lexer(std::string_view script) : script_(script) {}

  Result<std::vector<Token>> Run() {
    while (true) {
      RETURN_NOT_OK(SkipBlank());
      if (at_ >= script_.size()) break;
      if (tokens_.size() >= kMaxTokens) return Fault::TooLarge("script has more than ", kMaxTokens, " tokens; split it");
      RETURN_NOT_OK(Next());
    }
    Push(TokenKind::kEnd, "");
    return std::move(tokens_);
  }

 private:
  char Peek(size_t ahead = 0) const { return at_ + ahead < script_.size() ? script_[at_ + ahead] : '\0'; }
  Position Here() const { return {line_, static_cast<int>(at_ - line_begin_) + 1}; }
  void Step() {
    if (script_[at_] == '\n') {
      ++line_;
      line_begin_ = at_ + 1;
    }
    ++at_;
  }
  void Push(TokenKind kind, std::string text) {
    Token token{kind, std::move(text), {}, start_};
    if (kind == TokenKind::kWord) {
      for (char c : token.text) token.upper += Capital(c);
    }
    if (kind == TokenKind::kEnd) token.position = Here();
    tokens_.push_back(std::move(token));
  }

  Status SkipBlank() {
    while (at_ < script_.size()) {
      char c = Peek();
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f') {
        Step();
      } else if (c == '-' && Peek(1) == '-') {
        while (at_ < script_.size() && Peek() != '\n') Step();
      } else if (c == '/' && Peek(1) == '*' && Peek(2) != '+') {
        RETURN_NOT_OK(SkipBlockComment());
      } else {
        break;
      }
    }
    return {};
  }

  Status SkipBlockComment() {
    Position begin = Here();
    at_ += 2;
    while (at_ < script_.size() && !(Peek() == '*' && Peek(1) == '/')) Step();
    if (at_ >= script_.size()) return Fault::Invalid(At(begin), "comment /* is never closed; add */");
    at_ += 2;
    return {};
  }

  Status Next() {
    start_ = Here();
    char c = Peek();
    if ((c == 'x' || c == 'X') && Peek(1) == '\'') return TakeBinary();
    if ((c == 'u' || c == 'U') && Peek(1) == '&' && Peek(2) == '\'') return TakeUnicode();
    if (c == '\'') return TakeString();
    if (c == '`') return TakeQuotedName();
    if (c == '"') {
      return Fault::Invalid(At(start_), "'\"' does not quote names in Flink SQL; write `name` for a name or 'text' for a string");
    }
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return TakeNumber();
    if (IsWordStart(c)) return TakeWord();
    return TakeSymbol();
  }

  // Reads to the closing quote; a doubled quote stands for one.
  Status TakeQuoted(char quote, std::string_view what, std::string* out) {
    Step();
    while (true) {
      if (at_ >= script_.size()) return Fault::Invalid(At(start_), what, " is never closed; add ", quote);
      char c = Peek();
      Step();
      if (c != quote) {
        *out += c;
      } else if (Peek() == quote) {
        *out += quote;
        Step();
      } else {
        return {};
      }
    }
  }

  Status TakeString() {
    std::string text;
    RETURN_NOT_OK(TakeQuoted('\'', "string", &text));
    Push(TokenKind::kString, std::move(text));
    return {};
  }

  Status TakeQuotedName() {
    std::string text;
    RETURN_NOT_OK(TakeQuoted('`', "quoted name", &text));
    if (text.empty()) return Fault::Invalid(At(start_), "a name between ` must not be empty");
    Push(TokenKind::kQuotedName, std::move(text));
    return {};
  }

  Status TakeBinary() {
    Step();
    std::string hex, bytes;
    RETURN_NOT_OK(TakeQuoted('\'', "binary literal", &hex));
    if (hex.size() % 2 != 0) return Fault::Invalid(At(start_), "binary literal X'", hex, "' needs an even number of digits");
    for (size_t i = 0; i < hex.size(); i += 2) {
      int high = HexValue(hex[i]), low = HexValue(hex[i + 1]);
      if (high < 0 || low < 0) return Fault::Invalid(At(start_), "binary literal X'", hex, "' takes only digits 0-9 and a-f");
      bytes.push_back(static_cast<char>(high * 16 + low));
    }
    Push(TokenKind::kBinary, std::move(bytes));
    return {};
  }

  Status TakeUnicode() {
    Step();
    Step();
    std::string raw, text;
    RETURN_NOT_OK(TakeQuoted('\'', "string", &raw));
    for (size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '\\') {
        text += raw[i];
        continue;
      }
      if (i + 1 < raw.size() && raw[i + 1] == '\\') {
        text += raw[i++];
        continue;
      }
      uint32_t code = 0;
      for (size_t d = 1; d <= 4; ++d) {
        int digit = i + d < raw.size() ? HexValue(raw[i + d]) : -1;
        if (digit < 0) return Fault::Invalid(At(start_), "U&'…' takes \\ and four hex digits, such as \\00e9");
        code = code * 16 + static_cast<uint32_t>(digit);
      }
      AppendUtf8(text, code);
      i += 4;
    }
    Push(TokenKind::kString, std::move(text));
    return {};
  }

  Status TakeNumber() {
    size_t begin = at_;
    while (IsDigit(Peek())) Step();
    if (Peek() == '.' && Peek(1) != '.') {
      Step();
      while (IsDigit(Peek())) Step();
    }
    bool exponent = (Peek() == 'e' || Peek() == 'E') && (IsDigit(Peek(1)) || ((Peek(1) == '+' || Peek(1) == '-') && IsDigit(Peek(2))));
    if (exponent) {
      Step();
      Step();
      while (IsDigit(Peek())) Step();
    }
    if (IsWordStart(Peek())) {
      return Fault::Invalid(At(start_), "'", script_.substr(begin, at_ - begin + 1),
                            "' is neither a number nor a name; a name that begins with a digit goes between `");
    }
    Push(TokenKind::kNumber, std::string(script_.substr(begin, at_ - begin)));
    return {};
  }

  Status TakeWord() {
    size_t begin = at_;
    while (IsWordPart(Peek())) Step();
    Push(TokenKind::kWord, std::string(script_.substr(begin, at_ - begin)));
    return {};
  }

  Status TakeSymbol() {
    static constexpr std::string_view kLong[] = {"/*+", "<>", "!=", "<=", ">=", "||", "=>"};
    for (auto symbol : kLong) {
      if (script_.substr(at_, symbol.size()) != symbol) continue;
      for (size_t i = 0; i < symbol.size(); ++i) Step();
      Push(symbol == "/*+" ? TokenKind::kHintBegin : TokenKind::kSymbol, std::string(symbol));
      return {};
    }
    if (script_.substr(at_, 2) == "*/") {
      at_ += 2;
      Push(TokenKind::kHintEnd, "*/");
      return {};
    }
    static constexpr std::string_view kShort = "+-*/%=<>(),;.[]{}?|^$:&@";
    char c = Peek();
    if (kShort.find(c) == std::string_view::npos) return Fault::Invalid(At(start_), "character '", c, "' has no meaning in SQL");
    Step();
    Push(TokenKind::kSymbol, std::string(1, c));
    return {};
  }

  std::string_view script_;
  size_t at_ = 0;
  int line_ = 1;
  size_t line_begin_ = 0;
  Position start_;
  std::vector<Token> tokens_;
};

}  // namespace

std::string At(Position position) { return StrCat("line ", position.line, ", column ", position.column, ": "); }

std::string NameText(const Name& name) {
  std::string out;
  for (const auto& part : name) out += (out.empty() ? "" : ".") + part;
  return out;
}

Result<std::vector<Token>> Tokenize(std::string_view script) {
  if (script.size() > kMaxScriptBytes) return Fault::TooLarge("script has ", script.size(), " bytes, more than ", kMaxScriptBytes, "; split it");
  return Lexer(script).Run();
}

}  // namespace freshet::wire::flink_sql
