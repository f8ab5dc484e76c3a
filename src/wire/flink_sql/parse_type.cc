#include <charconv>

#include "wire/flink_sql/parser.h"

// The phrases of data types: INT, DECIMAL(10, 2), TIMESTAMP(3) WITH LOCAL TIME ZONE, ROW<a INT>, ARRAY<…>.

namespace freshet::wire::flink_sql {
namespace {

constexpr int kMaxTypeParameters = 2;

// What else the same type is called.
std::string CanonicalName(const std::string& upper) {
  if (upper == "INTEGER") return "INT";
  if (upper == "DEC" || upper == "NUMERIC") return "DECIMAL";
  if (upper == "REAL") return "FLOAT";
  return upper;
}

}  // namespace

Status Parser::TypeParameters(TypeSpec& type) {
  if (!Take("(")) return {};
  do {
    if (Here().kind != TokenKind::kNumber || type.parameters.size() >= kMaxTypeParameters) return Unexpected("a length or precision");
    int n = 0;
    const std::string& text = Here().text;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc() || end != text.data() + text.size()) return Unexpected("a whole number up to 2147483647");
    type.parameters.push_back(n);
    ++at_;
  } while (Take(","));
  return Expect(")");
}

Result<TypeSpec> Parser::RowType(TypeSpec type) {
  std::string_view close = Take("<") ? ">" : ")";
  if (close == ")") RETURN_NOT_OK(Expect("("));
  if (Take(close)) return type;
  do {
    ASSIGN_OR_RETURN(auto name, Identifier("a field name"));
    ASSIGN_OR_RETURN(auto part, TypeName());
    if (Here().kind == TokenKind::kString) ++at_;  // a field's comment
    type.field_names.push_back(std::move(name));
    type.parts.push_back(std::move(part));
  } while (Take(","));
  // "ROW<a ROW<b INT>>": the lexer has no ">>", so every close stands alone.
  RETURN_NOT_OK(Expect(close));
  return type;
}

Result<TypeSpec> Parser::TypeName() {
  Depth depth(*this);
  if (depth.too_deep()) return TooDeep();
  TypeSpec type;
  type.position = Here().position;
  if (Here().kind != TokenKind::kWord) return Unexpected("a data type");
  type.name = CanonicalName(Here().upper);
  if (type.name == "RAW") return Fault::Unsupported(At(type.position), "RAW holds values of a Java class by its serializer, and no class is loaded here; declare BYTES");
  ++at_;
  if (type.name == "DOUBLE") Take("PRECISION");
  if (type.name == "CHARACTER") type.name = Take("VARYING") ? "VARCHAR" : "CHAR";
  if (type.name == "ROW") {
    ASSIGN_OR_RETURN(type, RowType(std::move(type)));
  } else if ((type.name == "ARRAY" || type.name == "MAP" || type.name == "MULTISET") && Take("<")) {
    do {
      ASSIGN_OR_RETURN(auto part, TypeName());
      type.parts.push_back(std::move(part));
    } while (Take(","));
    RETURN_NOT_OK(Expect(">"));
    if (type.parts.size() != (type.name == "MAP" ? 2U : 1U)) return Fault::Invalid(At(type.position), type.name, " takes ", type.name == "MAP" ? "a key and a value type" : "one element type");
  } else if (type.name == "INTERVAL") {
    ASSIGN_OR_RETURN(auto unit, IntervalUnit());
    type.field_names.push_back(std::move(unit));
  } else {
    RETURN_NOT_OK(TypeParameters(type));
  }
  if (type.name == "TIMESTAMP" || type.name == "TIME") {
    if (TakeWords({"WITH", "LOCAL", "TIME", "ZONE"})) {
      type.name += "_LTZ";
    } else if (TakeWords({"WITH", "TIME", "ZONE"})) {
      type.name += "_TZ";
    } else {
      TakeWords({"WITHOUT", "TIME", "ZONE"});
    }
  }
  int postfixes = 0;
  while (true) {  // postfix forms: INT ARRAY, INT MULTISET, NOT NULL
    if (TakeWords({"NOT", "NULL"})) {
      type.nullable = false;
    } else if (Is("NULL")) {
      ++at_;
    } else if ((Is("ARRAY") || Is("MULTISET"))) {
      TypeSpec outer;
      outer.name = Here().upper;
      outer.position = type.position;
      outer.parts.push_back(std::move(type));
      type = std::move(outer);
      ++at_;
      if (++postfixes > 16) return TooDeep();
    } else {
      return type;
    }
  }
}

}  // namespace freshet::wire::flink_sql
