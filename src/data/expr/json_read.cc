#include <charconv>

#include "data/expr/json_path.h"
#include "data/expr/kernel.h"
#include "data/expr/utf8.h"

// JSON_VALUE, JSON_QUERY, JSON_EXISTS, IS JSON: what lies at a path of a text. In lax mode what is missing is EMPTY, in strict mode, the default, an ERROR.

namespace freshet::expr {
namespace {

using data::Kind;
using Text = std::string_view;

enum class Then : uint8_t { kNull, kError, kDefault, kEmptyArray, kEmptyObject, kTrue, kFalse, kUnknown };
enum class Wrapper : uint8_t { kNone, kConditional, kAlways };

// The clauses behind path and document, as the parser passes them: "RETURNING DEFAULT ON EMPTY ERROR ON ERROR".
struct Clauses {
  bool returning = false;  // argument 2 is a NULL of the type
  Wrapper wrapper = Wrapper::kNone;
  Then on_empty = Then::kNull;
  Then on_error = Then::kNull;
  size_t empty_default = 0;  // arguments
  size_t error_default = 0;
};

// Takes clause after clause off a text of words.
class ClauseReader {
 public:
  explicit ClauseReader(Text text) : rest_(text) {}
  bool done() const { return rest_.empty(); }
  bool Take(Text word) {
    if (!rest_.starts_with(word) || (rest_.size() > word.size() && rest_[word.size()] != ' ')) return false;
    rest_.remove_prefix(std::min(rest_.size(), word.size() + 1));
    return true;
  }
  Text rest() const { return rest_; }

 private:
  Text rest_;
};

bool TakeThen(ClauseReader& in, Then* then) {
  static constexpr std::pair<Text, Then> kWords[] = {{"NULL", Then::kNull}, {"ERROR", Then::kError}, {"DEFAULT", Then::kDefault}, {"TRUE", Then::kTrue}, {"FALSE", Then::kFalse}, {"UNKNOWN", Then::kUnknown}};
  for (auto [word, meaning] : kWords) {
    if (!in.Take(word)) continue;
    *then = meaning;
    return true;
  }
  if (!in.Take("EMPTY")) return false;
  *then = in.Take("OBJECT") ? Then::kEmptyObject : Then::kEmptyArray;
  if (*then == Then::kEmptyArray) in.Take("ARRAY");
  return true;
}

Result<Clauses> ReadClauses(Text function, const std::string& option) {
  Clauses out;
  ClauseReader in(option);
  out.returning = in.Take("RETURNING");
  size_t next_default = out.returning ? 3 : 2;
  auto wrong = [&] { return Fault::Invalid("function ", function, " does not take '", in.rest(), "'"); };
  while (!in.done()) {
    if (in.Take("WITHOUT")) {
      in.Take("ARRAY");
      if (!in.Take("WRAPPER")) return wrong();
      continue;
    }
    if (in.Take("WITH")) {
      out.wrapper = in.Take("CONDITIONAL") ? Wrapper::kConditional : Wrapper::kAlways;
      in.Take("UNCONDITIONAL");
      in.Take("ARRAY");
      if (!in.Take("WRAPPER")) return wrong();
      continue;
    }
    Then then;
    if (!TakeThen(in, &then) || !in.Take("ON")) return wrong();
    bool empty = in.Take("EMPTY");
    if (!empty && !in.Take("ERROR")) return wrong();
    (empty ? out.on_empty : out.on_error) = then;
    if (then == Then::kDefault) (empty ? out.empty_default : out.error_default) = next_default++;
  }
  return out;
}

// The document and what its path finds in it, row by row.
class Finder {
 public:
  enum Answer : uint8_t { kValue, kEmpty, kError };

  explicit Finder(const Call& call) : text_(*call.args[0]), path_(*call.args[1]) {}
  bool valid(uint32_t i) const { return text_.valid(i) && path_.valid(i); }

  // One node, or with `many` a list of them, lies there; or nothing; or an error, which `why` names.
  Answer Find(uint32_t i) {
    if (!compiled_ || path_text_ != path_[i]) {
      compiled_ = JsonPath::Compile(path_[i]);
      path_text_ = path_[i];
    }
    if (!compiled_->ok()) return Fail(compiled_->fault().message());
    const JsonPath& path = **compiled_;
    if (!document_.Parse(text_[i])) return path.lax() ? kEmpty : Fail("the text is not JSON");
    path.Find(document_, &found_);
    counts_ = found_.kind == JsonFound::kLength;
    if (counts_) return Counted();
    if (found_.kind == JsonFound::kError) return path.lax() ? kEmpty : Fail(StrCat("nothing lies at '", path_[i].substr(0, 100), "'"));
    bool null = !many() && document_.node(node()).kind == JsonKind::kNull;
    return null ? kEmpty : kValue;
  }

  bool lax() const { return (*compiled_)->lax(); }
  bool many() const { return found_.kind == JsonFound::kMany; }
  uint32_t node() const { return counts_ ? 0 : found_.nodes[0]; }
  const std::vector<uint32_t>& nodes() const { return found_.nodes; }
  const JsonDocument& document() const { return counts_ ? count_ : document_; }
  const std::string& why() const { return why_; }
  Answer Fail(std::string why) {
    why_ = std::move(why);
    return kError;
  }

 private:
  // What length() says is a document of its own.
  Answer Counted() {
    if (!found_.length) return kEmpty;
    count_text_ = StrCat(*found_.length);
    CHECK(count_.Parse(count_text_));
    return kValue;
  }

  Reader<Text> text_, path_;
  JsonDocument document_;
  JsonDocument count_;
  std::string count_text_;
  bool counts_ = false;
  JsonFound found_;
  std::optional<Result<JsonPath>> compiled_;
  std::string path_text_;
  std::string why_;
};

Fault Refused(const Call& call, Finder::Answer answer, const std::string& why) {
  Text what = answer == Finder::kEmpty ? "nothing was found, and EMPTY was to be an ERROR" : Text(why);
  return Fault::Invalid("function ", call.expr.function->name, ": ", what);
}

// ---- binding ----

Status BindTextAndPath(Site& s) {
  bool json = s.type(0).IsString() || s.type(0).IsVariant();  // which is a JSON text, too
  if (!json || !s.type(1).IsString()) return s.Mismatch("a JSON text or a VARIANT, and a path");
  const Expr& path = *s.args[1];
  if (path.op != Op::kLiteral || path.value.is_null()) return {};
  auto compiled = JsonPath::Compile(path.value.text());
  bool refused = !compiled.ok() && compiled.fault().code() == Code::kUnsupported;
  return refused ? Status(compiled.fault()) : Status();
}

Result<Type> BindJsonValue(Site& s) {
  RETURN_NOT_OK(BindTextAndPath(s));
  ASSIGN_OR_RETURN(Clauses clauses, ReadClauses(s.name, s.option));
  Type type = clauses.returning ? s.type(2).WithNullable(true) : Type::String();
  bool fine = type.IsString() || type.kind() == Kind::kInt || type.kind() == Kind::kDouble || type.kind() == Kind::kBoolean;
  if (!fine) return Fault::Unsupported("JSON_VALUE … RETURNING ", type, " is not supported; it knows STRING, INT, DOUBLE and BOOLEAN, around which a CAST may stand");
  for (size_t i = clauses.returning ? 3 : 2; i < s.args.size(); ++i) RETURN_NOT_OK(s.CastTo(i, type));
  return type;
}

Result<Type> BindJsonQuery(Site& s) {
  RETURN_NOT_OK(BindTextAndPath(s));
  ASSIGN_OR_RETURN(Clauses clauses, ReadClauses(s.name, s.option));
  Type type = clauses.returning ? s.type(2).WithNullable(true) : Type::String();
  bool list = type.kind() == Kind::kArray && type.element().IsString();
  if (!type.IsString() && !list) return Fault::Unsupported("JSON_QUERY … RETURNING ", type, " is not supported; it knows STRING and ARRAY<STRING>");
  bool object = clauses.on_empty == Then::kEmptyObject || clauses.on_error == Then::kEmptyObject;
  if (list && object) return Fault::Invalid("JSON_QUERY … RETURNING ARRAY<STRING> cannot give an EMPTY OBJECT");
  return type;
}

Result<Type> BindJsonExists(Site& s) {
  RETURN_NOT_OK(BindTextAndPath(s));
  RETURN_NOT_OK(ReadClauses(s.name, s.option).status());
  return Type::Boolean();
}

Result<Type> BindIsJson(Site& s) {
  if (!s.type(0).IsString()) return s.Mismatch("a string");
  return Type::Boolean().NotNull();
}

Result<Type> BindQuote(Site& s) {
  if (!s.type(0).IsString()) return s.Mismatch("a string");
  return Type::String().WithNullable(s.AnyNullable());
}

// ---- kernels ----

// The node as a value of T. False: it is of another type.
bool Take(const JsonDocument& document, const JsonNode& node, std::string* out) {
  out->clear();
  document.AppendScalar(*out, node);
  return true;
}
bool Take(const JsonDocument&, const JsonNode& node, int8_t* out) {
  *out = node.kind == JsonKind::kTrue ? 1 : 0;
  return node.kind == JsonKind::kTrue || node.kind == JsonKind::kFalse;
}
bool Take(const JsonDocument& document, const JsonNode& node, int32_t* out) {
  Text text = document.raw(node);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return node.kind == JsonKind::kNumber && error == std::errc() && end == text.data() + text.size();
}
bool Take(const JsonDocument& document, const JsonNode& node, double* out) {
  Text text = document.raw(node);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  if (error == std::errc::result_out_of_range) *out = std::strtod(std::string(text).c_str(), nullptr);
  return node.kind == JsonKind::kNumber && error != std::errc::invalid_argument && end == text.data() + text.size();
}

// T: how the value is read; R: how the column holds it.
template <typename R, typename T>
Result<ColumnPtr> ValuesAs(const Call& call) {
  ASSIGN_OR_RETURN(Clauses clauses, ReadClauses("JSON_VALUE", call.option()));
  Finder finder(call);
  Output<R> out(call.length);
  T value{};
  Status status;
  auto instead = [&](uint32_t i, Finder::Answer answer) {
    Then then = answer == Finder::kEmpty ? clauses.on_empty : clauses.on_error;
    if (then == Then::kError && status.ok()) status = Refused(call, answer, finder.why());
    if (then != Then::kDefault) return out.SetNull(i);
    Reader<R> other(*call.args[answer == Finder::kEmpty ? clauses.empty_default : clauses.error_default]);
    if (other.valid(i)) out.Set(i, other[i]);
    else out.SetNull(i);
  };
  call.sel.ForEach([&](uint32_t i) {
    if (!finder.valid(i)) return out.SetNull(i);
    auto answer = finder.Find(i);
    if (answer != Finder::kValue) return instead(i, answer);
    bool scalar = !finder.many() && finder.document().node(finder.node()).is_scalar();
    if (!scalar) return instead(i, finder.lax() ? Finder::kEmpty : finder.Fail("an object or an array lies there, not one value"));
    const JsonNode& node = finder.document().node(finder.node());
    if (Take(finder.document(), node, &value)) return out.Set(i, value);
    if (status.ok()) status = Fault::Invalid("JSON_VALUE: '", finder.document().raw(node).substr(0, 80), "' is no ", call.type().WithNullable(true), "; read it as a STRING and TRY_CAST it");
    out.SetNull(i);
  });
  RETURN_NOT_OK(status);
  return out.Finish(call.type());
}

Result<ColumnPtr> JsonValue(const Call& call) {
  switch (call.type().kind()) {
    case Kind::kBoolean: return ValuesAs<int8_t, int8_t>(call);
    case Kind::kInt: return ValuesAs<int32_t, int32_t>(call);
    case Kind::kDouble: return ValuesAs<double, double>(call);
    default: return ValuesAs<Text, std::string>(call);
  }
}

// JSON_QUERY's answer for one row, as text or as a list of texts.
class QueryOutput {
 public:
  QueryOutput(const Call& call, const Clauses& clauses) : clauses_(clauses), list_(call.type().kind() == Kind::kArray), builder_(call.type(), call.length) {}
  int length() const { return builder_.length(); }
  void AppendNull() { builder_.AppendNull(); }
  ColumnPtr Finish() { return builder_.Finish(); }

  void AppendInstead(Then then) {
    if (then != Then::kEmptyArray && then != Then::kEmptyObject) return builder_.AppendNull();
    if (list_) builder_.AppendList();
    else builder_.AppendString(then == Then::kEmptyArray ? "[]" : "{}");
  }

  // False: what was found is no list, and one was wanted.
  bool Append(const Finder& finder) {
    const JsonDocument& document = finder.document();
    bool array = finder.many() || document.node(finder.node()).kind == JsonKind::kArray;
    bool wrap = clauses_.wrapper == Wrapper::kAlways || (clauses_.wrapper == Wrapper::kConditional && !array);
    if (!list_) {
      text_.clear();
      if (wrap) text_ += '[';
      AppendFound(finder);
      if (wrap) text_ += ']';
      builder_.AppendString(text_);
      return true;
    }
    if (!array && !wrap) return false;
    if (wrap && array) {
      text_.clear();
      AppendFound(finder);
      builder_.child(0).AppendString(text_);
    } else if (wrap || finder.many()) {
      for (uint32_t node : finder.nodes()) AppendElement(document, node);
    } else {
      uint32_t list = finder.node();
      for (uint32_t i = document.first_child(list); i < document.node(list).next; i = document.node(i).next) AppendElement(document, i);
    }
    builder_.AppendList();
    return true;
  }

 private:
  void AppendFound(const Finder& finder) {
    if (!finder.many()) return finder.document().AppendCompact(text_, finder.node());
    text_ += '[';
    for (size_t k = 0; k < finder.nodes().size(); ++k) {
      if (k > 0) text_ += ',';
      finder.document().AppendCompact(text_, finder.nodes()[k]);
    }
    text_ += ']';
  }
  void AppendElement(const JsonDocument& document, uint32_t node) {
    const JsonNode& element = document.node(node);
    if (element.kind == JsonKind::kNull) return builder_.child(0).AppendNull();
    text_.clear();
    if (element.is_scalar()) document.AppendScalar(text_, element);
    else document.AppendCompact(text_, node);
    builder_.child(0).AppendString(text_);
  }

  const Clauses& clauses_;
  bool list_;
  data::ColumnBuilder builder_;
  std::string text_;
};

Result<ColumnPtr> JsonQuery(const Call& call) {
  ASSIGN_OR_RETURN(Clauses clauses, ReadClauses("JSON_QUERY", call.option()));
  Finder finder(call);
  QueryOutput out(call, clauses);
  Status status;
  auto instead = [&](Finder::Answer answer) {
    Then then = answer == Finder::kEmpty ? clauses.on_empty : clauses.on_error;
    if (then == Then::kError && status.ok()) status = Refused(call, answer, finder.why());
    out.AppendInstead(then);
  };
  call.sel.ForEach([&](uint32_t i) {
    while (out.length() < static_cast<int>(i)) out.AppendNull();
    if (!finder.valid(i)) return out.AppendNull();
    auto answer = finder.Find(i);
    if (answer != Finder::kValue) return instead(answer);
    bool bare = clauses.wrapper == Wrapper::kNone && !finder.many() && finder.document().node(finder.node()).is_scalar();
    if (bare) return instead(finder.lax() ? Finder::kEmpty : finder.Fail("one value lies there, no object and no array; WITH WRAPPER puts it into one"));
    if (!out.Append(finder)) instead(finder.Fail("an object lies there, no array"));
  });
  while (out.length() < call.length) out.AppendNull();
  RETURN_NOT_OK(status);
  return out.Finish();
}

Result<ColumnPtr> JsonExists(const Call& call) {
  ASSIGN_OR_RETURN(Clauses clauses, ReadClauses("JSON_EXISTS", call.option()));
  Finder finder(call);
  Output<int8_t> out(call.length);
  Status status;
  call.sel.ForEach([&](uint32_t i) {
    if (!finder.valid(i)) return out.SetNull(i);
    auto answer = finder.Find(i);
    if (answer != Finder::kError) return out.Set(i, answer == Finder::kValue ? 1 : 0);
    if (clauses.on_error == Then::kError && status.ok()) status = Refused(call, answer, finder.why());
    if (clauses.on_error == Then::kUnknown) return out.SetNull(i);
    out.Set(i, clauses.on_error == Then::kTrue ? 1 : 0);
  });
  RETURN_NOT_OK(status);
  return out.Finish(call.type());
}

template <bool kWanted>
Result<ColumnPtr> IsJson(const Call& call) {
  Reader<Text> text(*call.args[0]);
  Output<int8_t> out(call.length);
  JsonDocument document;
  const std::string& kind = call.option();
  call.sel.ForEach([&](uint32_t i) {
    bool is = text.valid(i) && document.Parse(text[i]);
    if (is && kind == "OBJECT") is = document.node(0).kind == JsonKind::kObject;
    if (is && kind == "ARRAY") is = document.node(0).kind == JsonKind::kArray;
    if (is && kind == "SCALAR") is = document.node(0).is_scalar();
    out.Set(i, is == kWanted ? 1 : 0);
  });
  return out.Finish(call.type());
}

// JSON_QUOTE writes ASCII only, and escapes the slash.
void AppendQuoted(std::string& out, Text text) {
  constexpr Text kSpecial = "\"\\/\b\f\n\r\t", kNames = "\"\\/bfnrt";
  out += '"';
  for (size_t at = 0; at < text.size();) {
    uint32_t code = TakeCodePoint(text, &at);
    size_t special = code < 0x80 ? kSpecial.find(static_cast<char>(code)) : Text::npos;
    char digits[16];
    if (special != Text::npos) {
      out += '\\';
      out += kNames[special];
    } else if (code >= 0x20 && code < 0x7F) {
      out += static_cast<char>(code);
    } else if (code < 0x10000) {
      std::snprintf(digits, sizeof digits, "\\u%04x", code);
      out += digits;
    } else {
      std::snprintf(digits, sizeof digits, "\\u%04x\\u%04x", 0xD800 + ((code - 0x10000) >> 10), 0xDC00 + ((code - 0x10000) & 0x3FF));
      out += digits;
    }
  }
  out += '"';
}

Result<ColumnPtr> JsonQuote(const Call& call) {
  return Map1<Text, Text>(call, [out = std::string()](Text text) mutable {
    out.clear();
    AppendQuoted(out, text);
    return Text(out);
  });
}

// A JSON string's meaning; other text stays as it is.
Result<ColumnPtr> JsonUnquote(const Call& call) {
  return Map1<Text, Text>(call, [out = std::string(), document = JsonDocument()](Text text) mutable {
    bool quoted = text.size() > 1 && text.front() == '"' && text.back() == '"' && document.Parse(text) && document.node(0).end + 1 == text.size();
    if (!quoted) return text;
    out.clear();
    document.AppendScalar(out, document.node(0));
    return Text(out);
  });
}

constexpr Function kFunctions[] = {
    {"JSON_VALUE", 2, 5, BindJsonValue, JsonValue,
     {"JSON_VALUE(json, path [RETURNING type] [NULL|ERROR|DEFAULT x ON EMPTY] [… ON ERROR])",
      "the single value at a path, as STRING, INT, DOUBLE or BOOLEAN; a path without 'lax' is strict: what is missing is an ERROR",
      "JSON_VALUE('{\"a\":{\"b\":1.50}}', '$.a.b')", "'1.50'"}},
    {"JSON_QUERY", 2, 3, BindJsonQuery, JsonQuery,
     {"JSON_QUERY(json, path [RETURNING ARRAY<STRING>] [WITH [CONDITIONAL] WRAPPER] [NULL|ERROR|EMPTY ARRAY|EMPTY OBJECT ON EMPTY] [… ON ERROR])",
      "the object or array at a path, without blanks, keys in order", "JSON_QUERY('{\"a\": [{\"b\": 1}, {\"b\": 2}]}', 'lax $.a[*].b')", "'[1,2]'"}},
    {"JSON_EXISTS", 2, 2, BindJsonExists, JsonExists,
     {"JSON_EXISTS(json, path [TRUE|FALSE|UNKNOWN|ERROR ON ERROR])", "whether anything but null lies at a path", "JSON_EXISTS('{\"a\":1}', '$.a')", "true"}},
    {"IS JSON", 1, 1, BindIsJson, IsJson<true>, {"s IS JSON [VALUE|OBJECT|ARRAY|SCALAR]", "whether a text is JSON (of that kind); NULL is not", "'[1]' IS JSON ARRAY", "true"}},
    {"IS NOT JSON", 1, 1, BindIsJson, IsJson<false>, {"s IS NOT JSON [VALUE|OBJECT|ARRAY|SCALAR]", "the opposite", "'{' IS NOT JSON", "true"}},
    {"JSON_QUOTE", 1, 1, BindQuote, JsonQuote, {"JSON_QUOTE(s)", "a text as a JSON string of ASCII characters", "JSON_QUOTE('a\"b')", "'\"a\\\"b\"'"}},
    {"JSON_UNQUOTE", 1, 1, BindQuote, JsonUnquote, {"JSON_UNQUOTE(s)", "what a JSON string says; other text as it is", "JSON_UNQUOTE('\"a b\"')", "'a b'"}},
};

}  // namespace

std::span<const Function> JsonPathFunctions() { return kFunctions; }

}  // namespace freshet::expr
