#include "data/expr/kernel.h"
#include "data/expr/utf8.h"

// LIKE. There is no escape character unless ESCAPE names one.

namespace freshet::expr {
namespace {

using Text = std::string_view;

enum class Piece : uint8_t { kLiteral, kOne, kAny };
struct LikePart {
  Piece piece;
  std::string text;
};

// "a%b_" as literal runs, single characters and gaps.
Result<std::vector<LikePart>> CompileLike(Text pattern, Text escape) {
  if (CountCodePoints(escape) > 1) return Fault::Invalid("ESCAPE '", escape, "' must be one character");
  std::vector<LikePart> parts;
  auto literal = [&parts](char c) {
    if (parts.empty() || parts.back().piece != Piece::kLiteral) parts.push_back({Piece::kLiteral, {}});
    parts.back().text += c;
  };
  for (size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (!escape.empty() && c == escape[0]) {
      if (++i >= pattern.size()) return Fault::Invalid("LIKE pattern '", pattern, "' ends in its escape character");
      literal(pattern[i]);
    } else if (c == '%') {
      if (parts.empty() || parts.back().piece != Piece::kAny) parts.push_back({Piece::kAny, {}});
    } else if (c == '_') {
      parts.push_back({Piece::kOne, {}});
    } else {
      literal(c);
    }
  }
  return parts;
}

// Greedy with one point of return, the last %: linear in practice, never exponential.
bool LikeMatches(Text s, const std::vector<LikePart>& parts) {
  size_t at = 0, p = 0, retry_part = SIZE_MAX, retry_at = 0;
  while (true) {
    bool step = false;
    if (p < parts.size()) {
      const LikePart& part = parts[p];
      if (part.piece == Piece::kAny) {
        retry_part = ++p;
        retry_at = at;
        continue;
      }
      if (part.piece == Piece::kOne && at < s.size()) {
        at += ByteOffset(s.substr(at), 1);
        step = true;
      } else if (part.piece == Piece::kLiteral && s.substr(at).starts_with(part.text)) {
        at += part.text.size();
        step = true;
      }
    } else if (at == s.size()) {
      return true;
    }
    if (step) {
      ++p;
    } else {
      if (retry_part == SIZE_MAX || retry_at >= s.size()) return false;
      retry_at += ByteOffset(s.substr(retry_at), 1);
      at = retry_at;
      p = retry_part;
    }
  }
}

Result<Type> BindLike(Site& s) {
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (!s.type(i).IsString()) return s.Mismatch("a string and a pattern");
  }
  return Type::Boolean().WithNullable(s.AnyNullable());
}

Result<ColumnPtr> Like(const Call& call) {
  std::string compiled_from;
  std::vector<LikePart> parts;
  bool compiled = false;
  Status status;
  Reader<Text> escape(*call.args[call.args.size() > 2 ? 2 : 1]);
  bool escaped = call.args.size() > 2;
  auto column = Write2<int8_t, Text, Text>(call, [&](auto& out, uint32_t i, Text s, Text pattern) {
    if (escaped && !escape.valid(i)) return out.SetNull(i);
    if (!status.ok()) return out.SetNull(i);
    if (!compiled || compiled_from != pattern) {
      auto fresh = CompileLike(pattern, escaped ? escape[i] : Text());
      if (!fresh.ok()) {
        status = fresh.status();
        return out.SetNull(i);
      }
      parts = std::move(*fresh);
      compiled_from = pattern;
      compiled = true;
    }
    out.Set(i, LikeMatches(s, parts) ? 1 : 0);
  });
  RETURN_NOT_OK(status);
  return column;
}

constexpr Function kFunctions[] = {
    {"LIKE", 2, 3, BindLike, Like,
     {"s [NOT] LIKE pattern [ESCAPE c]", "% stands for any text, _ for one character; no escape unless ESCAPE names one", "'a_b' LIKE 'a!_b' ESCAPE '!'", "true"}},
};

}  // namespace

std::span<const Function> PatternFunctions() { return kFunctions; }

}  // namespace freshet::expr
