#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "wire/flink_sql/ast.h"

namespace freshet::wire::flink_sql {

enum class TokenKind : uint8_t { kWord, kQuotedName, kString, kBinary, kNumber, kSymbol, kHintBegin, kHintEnd, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;   // decoded: quotes taken off, doubled quotes single
  std::string upper;  // words in capitals, for keywords
  Position position;
  bool Is(std::string_view symbol_or_word) const {
    return (kind == TokenKind::kSymbol || kind == TokenKind::kHintEnd) ? text == symbol_or_word
                                                                         : kind == TokenKind::kWord && upper == symbol_or_word;
  }
};

// Caps of one script: what is larger is refused before memory is taken for it.
inline constexpr size_t kMaxScriptBytes = 16 << 20;
inline constexpr size_t kMaxTokens = 2 << 20;
inline constexpr int kMaxDepth = 200;
inline constexpr size_t kFaultsMax = 10;  // that one look at a script tells of
inline constexpr int kMaxOperands = 10000;  // of one chain such as a OR b OR …: it is a tree as deep

// Cuts a whole script into tokens, the last one kEnd. Comments vanish; /*+ … */ stays.
Result<std::vector<Token>> Tokenize(std::string_view script);

// "line 3, column 7: " for messages.
std::string At(Position position);

}  // namespace freshet::wire::flink_sql
