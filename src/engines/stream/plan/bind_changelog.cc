#include <algorithm>

#include "base/nearest.h"
#include "engines/stream/plan/binder.h"
#include "wire/flink_sql/lexer.h"

// TO_CHANGELOG(input => TABLE t [, op => DESCRIPTOR(c)] [, op_mapping => MAP[…]]) and FROM_CHANGELOG of the same.

namespace freshet::stream {

namespace {

using data::RowKind;

constexpr std::string_view kKinds[] = {"INSERT", "UPDATE_BEFORE", "UPDATE_AFTER", "DELETE"};  // by RowKind
constexpr std::string_view kParameters[] = {"INPUT", "OP", "OP_MAPPING"};

struct Arguments {
  const sql::Expr* input = nullptr;
  const sql::Expr* op = nullptr;
  const sql::Expr* mapping = nullptr;
};

Result<Arguments> ArgumentsOf(const sql::Expr& call) {
  constexpr size_t kCount = std::size(kParameters);
  const sql::Expr* given[kCount] = {};
  for (size_t i = 0; i < call.args.size(); ++i) {
    const sql::Expr* arg = call.args[i].get();
    size_t place = i;
    if (arg->kind == sql::ExprKind::kNamedArg) {
      place = static_cast<size_t>(std::find(std::begin(kParameters), std::end(kParameters), arg->text) - std::begin(kParameters));
      if (place == kCount) return Fault::Invalid(sql::At(arg->position), call.function, " has no parameter ", arg->text, "; known are input, op, op_mapping");
      arg = arg->args[0].get();
    }
    if (place >= kCount) return Fault::Invalid(sql::At(call.position), call.function, " takes at most ", kCount, " arguments");
    given[place] = arg;
  }
  bool has_table = given[0] != nullptr && given[0]->kind == sql::ExprKind::kTable;
  if (!has_table) return Fault::Invalid(sql::At(call.position), "write ", call.function, "(input => TABLE t)");
  if (!given[0]->partition_by.empty()) return Fault::Invalid(sql::At(given[0]->position), call.function, " takes no PARTITION BY: each row is looked at alone");
  bool names_one = given[1] == nullptr || (given[1]->kind == sql::ExprKind::kDescriptor && given[1]->args.size() == 1);
  if (!names_one) return Fault::Invalid(sql::At(given[1]->position), call.function, " takes op => DESCRIPTOR(column), of one column");
  return Arguments{given[0], given[1], given[2]};
}

std::string OpOf(const Arguments& arguments) { return arguments.op == nullptr ? "op" : arguments.op->args[0]->name.back(); }

// "c, r": each of them.
std::vector<std::string> PartsOf(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t at = 0; at <= text.size();) {
    size_t comma = std::min(text.find(',', at), text.size());
    std::string part = text.substr(at, comma - at);
    part.erase(0, std::min(part.find_first_not_of(' '), part.size()));
    part.erase(part.find_last_not_of(' ') + 1);
    parts.push_back(std::move(part));
    at = comma + 1;
  }
  return parts;
}

Result<size_t> KindNamed(const std::string& name, const sql::Expr& said) {
  auto kind = static_cast<size_t>(std::find(std::begin(kKinds), std::end(kKinds), name) - std::begin(kKinds));
  if (kind < std::size(kKinds)) return kind;
  return Fault::Invalid(sql::At(said.position), "op_mapping: '", name, "' is no kind of change", DidYouMean(name, kKinds), " There are INSERT, UPDATE_BEFORE, UPDATE_AFTER and DELETE");
}

// Its texts, one pair after the other.
Result<std::vector<std::pair<const sql::Expr*, const sql::Expr*>>> PairsOf(const sql::Expr& map) {
  std::vector<std::pair<const sql::Expr*, const sql::Expr*>> pairs;
  bool texts = map.kind == sql::ExprKind::kMap && std::all_of(map.args.begin(), map.args.end(), [](const auto& arg) { return arg->kind == sql::ExprKind::kString; });
  if (!texts) return Fault::Invalid(sql::At(map.position), "op_mapping takes MAP['…', '…'] of texts");
  for (size_t i = 0; i + 1 < map.args.size(); i += 2) pairs.emplace_back(map.args[i].get(), map.args[i + 1].get());
  return pairs;
}

Fault Twice(const sql::Expr& said, std::string_view kind, std::string_view remedy) { return Fault::Invalid(sql::At(said.position), "op_mapping names ", kind, " twice", remedy); }

Result<ToChangelogSpec> ToSpec(const sql::Expr* mapping) {
  ToChangelogSpec spec;
  for (size_t kind = 0; mapping == nullptr && kind < std::size(kKinds); ++kind) spec.words[kind] = kKinds[kind];
  if (mapping == nullptr) return spec;
  ASSIGN_OR_RETURN(auto pairs, PairsOf(*mapping));
  for (const auto& [kinds, word] : pairs) {
    for (const auto& name : PartsOf(kinds->text)) {
      ASSIGN_OR_RETURN(size_t kind, KindNamed(name, *kinds));
      if (spec.words[kind]) return Twice(*kinds, name, "");
      spec.words[kind] = word->text;
    }
  }
  return spec;
}

Result<FromChangelogSpec> FromSpec(const sql::Expr* mapping) {
  FromChangelogSpec spec;
  for (size_t kind = 0; mapping == nullptr && kind < std::size(kKinds); ++kind) spec.kinds[std::string(kKinds[kind])] = static_cast<RowKind>(kind);
  if (mapping == nullptr) return spec;
  ASSIGN_OR_RETURN(auto pairs, PairsOf(*mapping));
  std::array<bool, 4> said = {};
  for (const auto& [words, name] : pairs) {
    ASSIGN_OR_RETURN(size_t kind, KindNamed(PartsOf(name->text)[0], *name));
    if (std::exchange(said[kind], true)) return Twice(*name, kKinds[kind], "; put its words together: MAP['c, r', 'INSERT']");
    for (auto& word : PartsOf(words->text)) spec.kinds[std::move(word)] = static_cast<RowKind>(kind);
  }
  bool halves = said[static_cast<size_t>(RowKind::kUpdateAfter)] && !said[static_cast<size_t>(RowKind::kUpdateBefore)];
  if (halves) return Fault::Unsupported(sql::At(mapping->position), "op_mapping has UPDATE_AFTER and no UPDATE_BEFORE: updates are taken in both halves only");
  return spec;
}

// Only an argument that says so would keep a column a time attribute.
std::vector<PlanColumn> WithoutTime(std::vector<PlanColumn> columns) {
  for (auto& column : columns) column = {column.name, column.type};
  return columns;
}

}  // namespace

Result<NodePtr> Binder::BindChangelog(const sql::Expr& call) {
  ASSIGN_OR_RETURN(Arguments arguments, ArgumentsOf(call));
  const sql::Expr& table = *arguments.input;
  ASSIGN_OR_RETURN(NodePtr input, table.query ? BindQuery(*table.query) : BindNamed(table.name, table.position, {}));
  std::string op = OpOf(arguments);
  std::vector<PlanColumn> columns = WithoutTime(input->columns);
  if (call.function == "TO_CHANGELOG") {
    ASSIGN_OR_RETURN(auto spec, ToSpec(arguments.mapping));
    columns.insert(columns.begin(), PlanColumn{op, data::Type::String()});
    return NodePtr(MakeNode(std::move(spec), {input}, std::move(columns)));
  }
  auto at = std::find_if(columns.begin(), columns.end(), [&](const auto& column) { return column.name == op; });
  if (at == columns.end()) return Fault::NotFound(sql::At(call.position), "FROM_CHANGELOG: no column '", op, "' says what a row is; name it: op => DESCRIPTOR(column)");
  if (!at->type.IsString()) return Fault::Invalid(sql::At(call.position), "FROM_CHANGELOG: column ", op, " is ", at->type, "; it must be STRING");
  ASSIGN_OR_RETURN(auto spec, FromSpec(arguments.mapping));
  spec.op = static_cast<int>(at - columns.begin());
  spec.place = sql::At(call.position);
  columns.erase(at);
  return NodePtr(MakeNode(std::move(spec), {input}, std::move(columns)));
}

}  // namespace freshet::stream
