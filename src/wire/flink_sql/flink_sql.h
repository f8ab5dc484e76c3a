#pragma once

#include <string_view>
#include <vector>

#include "base/status.h"
#include "wire/flink_sql/ast.h"

// The grammar of Flink SQL, by hand: bytes in, trees out. Every refusal names line, column, the token found
// and what would have been right. Pure; caps in lexer.h.

namespace freshet::wire::flink_sql {

// A whole script: statements parted by ';'. A Fault has a line for each statement that cannot be read, up to kFaultsMax.
Result<std::vector<Statement>> ParseScript(std::string_view script);

// One scalar expression, or one type, and nothing behind it.
Result<ExprPtr> ParseExpression(std::string_view text);
Result<TypeSpec> ParseType(std::string_view text);

// Words that are names only between back-ticks. In capitals.
bool IsReserved(std::string_view upper);

}  // namespace freshet::wire::flink_sql
