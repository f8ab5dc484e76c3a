#include "wire/flink_sql/parser.h"

#include <algorithm>
#include <array>

#include "wire/flink_sql/flink_sql.h"

namespace freshet::wire::flink_sql {
namespace {

// Sorted. Words that Flink's grammar keeps for itself, as far as they could be taken for a name or an alias.
constexpr std::string_view kReserved[] = {
    "ALL", "ALTER", "AND", "ANY", "ARRAY", "AS", "ASYMMETRIC", "AT", "BEGIN", "BETWEEN", "BIGINT", "BINARY", "BOOLEAN", "BOTH", "BY",
    "BYTES", "CASE", "CAST", "CHAR", "CHARACTER", "CHECK", "COLUMN", "CONSTRAINT", "COUNT", "CREATE", "CROSS", "CUBE", "CURRENT", "CURRENT_DATE",
    "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURSOR", "DATE", "DAY", "DEC", "DECIMAL", "DECLARE", "DEFAULT", "DEFINE", "DELETE", "DESC", "DESCRIBE", "DISTINCT",
    "DOUBLE", "DROP", "ELSE", "END", "ESCAPE", "EXCEPT", "EXECUTE", "EXISTS", "EXPLAIN", "FALSE", "FETCH", "FILTER", "FLOAT",
    "FOR", "FROM", "FULL", "GRANT", "GROUP", "GROUPING", "HAVING", "HOUR", "IN", "INNER", "INSERT", "INT", "INTEGER", "INTERSECT",
    "INTERVAL", "INTO", "IS", "JOIN", "LANGUAGE", "LATERAL", "LEADING", "LEFT", "LIKE", "LIMIT", "LOCALTIME", "LOCALTIMESTAMP", "MAP",
    "MATCH_NUMBER", "MATCH_RECOGNIZE", "MEASURES", "METHOD", "MINUTE", "MINUS", "MODEL", "MODULE", "MONTH", "MULTISET", "NATURAL", "NEXT", "NO", "NOT", "NULL",
    "NUMERIC", "OF", "OFFSET", "ON", "OR", "ORDER", "OUTER", "OVER", "OVERLAPS", "PARTITION", "PATTERN", "PERCENT", "POSITION", "PRECISION", "PREV", "PRIMARY",
    "QUALIFY", "RANGE", "REAL", "RESET", "RESULT", "RETURN", "RIGHT", "ROLLUP", "ROW", "ROWS", "SECOND", "SELECT", "SESSION_USER", "SET", "SHOW", "SIMILAR",
    "SMALLINT", "SOME", "START", "STATEMENT", "STRING", "SYMMETRIC", "SYSTEM", "SYSTEM_TIME", "TABLE", "TABLESAMPLE", "THEN", "TIME", "TIMESTAMP", "TINYINT", "TO",
    "TRAILING", "TRUE", "UNION", "UNIQUE", "UNKNOWN", "UNNEST", "UPDATE", "USER", "USING", "VALUE", "VALUES", "VARBINARY", "VARCHAR", "VIEW", "WHEN",
    "WHERE", "WINDOW", "WITH", "WITHIN", "WITHOUT", "YEAR"};

std::string Shown(const Token& token) {
  switch (token.kind) {
    case TokenKind::kEnd: return "the end of the script";
    case TokenKind::kString: return StrCat("string '", token.text.substr(0, 60), "'");
    case TokenKind::kBinary: return "a binary literal";
    default: return StrCat("'", token.text.substr(0, 60), "'");
  }
}

std::string Quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (char c : text) out.append(c == quote ? 2 : 1, c);
  return out + quote;
}

// Words of clauses, which are written apart from a bracket behind them: others are names of calls.
bool IsBeforeBracket(std::string_view upper) {
  static constexpr std::string_view kClauses[] = {"ALL", "AND", "ANY", "AS", "BETWEEN", "BY", "DEFINE", "DISTINCT", "ELSE", "EXCEPT", "EXISTS", "FILTER", "FROM", "HAVING", "IN", "INTERSECT", "JOIN", "LATERAL", "LIKE",
                                                  "MATCH_RECOGNIZE", "NOT", "ON", "OR", "OVER", "PATTERN", "QUALIFY", "SELECT", "SETS", "SOME", "THEN", "UNION", "USING", "VALUES", "WHEN", "WHERE"};
  return std::binary_search(std::begin(kClauses), std::end(kClauses), upper);
}

// As a script may say it.
std::string Written(const Token& token) {
  switch (token.kind) {
    case TokenKind::kString: return Quoted(token.text, '\'');
    case TokenKind::kQuotedName: return Quoted(token.text, '`');
    case TokenKind::kBinary: {
      static constexpr char kDigits[] = "0123456789abcdef";
      std::string out = "X'";
      for (unsigned char c : token.text) out += {kDigits[c >> 4], kDigits[c & 15]};
      return out + "'";
    }
    case TokenKind::kHintBegin: return "/*+";
    case TokenKind::kHintEnd: return "*/";
    default: return token.text;
  }
}

}  // namespace

bool IsReserved(std::string_view upper) {
  static const bool sorted = std::is_sorted(std::begin(kReserved), std::end(kReserved));
  if (!sorted) return std::find(std::begin(kReserved), std::end(kReserved), upper) != std::end(kReserved);
  return std::binary_search(std::begin(kReserved), std::end(kReserved), upper);
}

Result<std::vector<Statement>> ParseScript(std::string_view script) {
  ASSIGN_OR_RETURN(auto tokens, Tokenize(script));
  return Parser(std::move(tokens)).Script();
}

Result<ExprPtr> ParseExpression(std::string_view text) {
  ASSIGN_OR_RETURN(auto tokens, Tokenize(text));
  return Parser(std::move(tokens)).OnlyExpression();
}

Result<TypeSpec> ParseType(std::string_view text) {
  ASSIGN_OR_RETURN(auto tokens, Tokenize(text));
  return Parser(std::move(tokens)).OnlyType();
}

bool Parser::AreWords(std::initializer_list<std::string_view> words) const {
  size_t n = 0;
  for (auto word : words) {
    if (!Ahead(n++).Is(word)) return false;
  }
  return true;
}

bool Parser::Take(std::string_view word) {
  if (!Is(word)) return false;
  ++at_;
  return true;
}

bool Parser::TakeWords(std::initializer_list<std::string_view> words) {
  if (!AreWords(words)) return false;
  at_ += words.size();
  return true;
}

Status Parser::Expect(std::string_view word) {
  if (!Take(word)) return Unexpected(StrCat("'", word, "'"));
  return {};
}

Fault Parser::Unexpected(std::string_view expected) const {
  const Token& token = Here();
  std::string remedy;
  bool is_interval = token.kind == TokenKind::kWord && token.upper == "INTERVAL" && tokens_[at_ + 1].kind == TokenKind::kNumber;  // the last token is the end
  if (is_interval) {
    remedy = "; an interval is written INTERVAL '5' MINUTE";
  } else if (token.kind == TokenKind::kWord && IsReserved(token.upper) && expected.find("name") != std::string_view::npos) {
    remedy = StrCat("; ", token.text, " is a reserved word: as a name it is written `", token.text, "`");
  }
  return Fault::Invalid(At(token.position), "found ", Shown(token), " where ", expected, " should stand", remedy);
}

Fault Parser::TooDeep() const {
  return Fault::TooLarge(At(Here().position), "nested deeper than ", kMaxDepth, " levels; name a part of it as a view");
}

bool Parser::IsIdentifier() const {
  return Here().kind == TokenKind::kQuotedName || (Here().kind == TokenKind::kWord && !IsReserved(Here().upper));
}

Result<std::string> Parser::Identifier(std::string_view what) {
  if (!IsIdentifier()) return Unexpected(what);
  return tokens_[at_++].text;
}

Result<Name> Parser::QualifiedName(std::string_view what) {
  Name name;
  do {
    if (name.size() >= 8) return Unexpected("a name of fewer parts");
    ASSIGN_OR_RETURN(auto part, Identifier(what));
    name.push_back(std::move(part));
  } while (Take("."));
  return name;
}

Result<std::vector<std::string>> Parser::NameList(std::string_view what) {
  std::vector<std::string> names;
  RETURN_NOT_OK(Expect("("));
  do {
    ASSIGN_OR_RETURN(auto name, Identifier(what));
    names.push_back(std::move(name));
  } while (Take(","));
  RETURN_NOT_OK(Expect(")"));
  return names;
}

Result<std::string> Parser::StringLiteral(std::string_view what) {
  if (Here().kind != TokenKind::kString) return Unexpected(what);
  return tokens_[at_++].text;
}

Result<Options> Parser::OptionList() {
  Options options;
  RETURN_NOT_OK(Expect("("));
  if (Take(")")) return options;
  do {
    ASSIGN_OR_RETURN(auto key, StringLiteral("an option key such as 'connector'"));
    RETURN_NOT_OK(Expect("="));
    ASSIGN_OR_RETURN(auto value, StringLiteral("an option value between single quotes"));
    options.emplace_back(std::move(key), std::move(value));
  } while (Take(","));
  RETURN_NOT_OK(Expect(")"));
  return options;
}

std::string Parser::TextSince(size_t begin) const {
  std::string text;
  for (size_t at = begin; at < at_; ++at) {
    const Token& token = tokens_[at];
    bool opens = at == begin || tokens_[at - 1].Is("(") || tokens_[at - 1].Is("[") || tokens_[at - 1].Is("."), closes = token.Is(")") || token.Is("]") || token.Is(",") || token.Is(".");
    bool of_call = at > begin && (token.Is("(") || token.Is("[")) && tokens_[at - 1].kind == TokenKind::kWord && !IsBeforeBracket(tokens_[at - 1].upper);
    if (!opens && !closes && !of_call) text += ' ';
    text += Written(token);
  }
  return text;
}

Result<std::vector<Hint>> Parser::Hints() {
  std::vector<Hint> hints;
  if (Here().kind != TokenKind::kHintBegin) return hints;
  ++at_;
  do {
    Hint hint;
    ASSIGN_OR_RETURN(hint.name, Identifier("a hint name"));
    if (Is("(") && Ahead(1).kind == TokenKind::kString && Ahead(2).Is("=")) {
      ASSIGN_OR_RETURN(hint.options, OptionList());
    } else if (Is("(")) {
      ASSIGN_OR_RETURN(auto names, NameList("a table name"));
      for (auto& name : names) hint.options.emplace_back(std::move(name), "");
    }
    hints.push_back(std::move(hint));
  } while (Take(","));
  if (Here().kind != TokenKind::kHintEnd) return Unexpected("'*/' at the end of the hint");
  ++at_;
  return hints;
}

Result<ExprPtr> Parser::OnlyExpression() {
  ASSIGN_OR_RETURN(auto expr, Expression());
  if (Here().kind != TokenKind::kEnd) return Unexpected("the end of the expression");
  return expr;
}

Result<TypeSpec> Parser::OnlyType() {
  ASSIGN_OR_RETURN(auto type, TypeName());
  if (Here().kind != TokenKind::kEnd) return Unexpected("the end of the type");
  return type;
}

}  // namespace freshet::wire::flink_sql
