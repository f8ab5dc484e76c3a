#include <algorithm>
#include <charconv>

#include "base/capitals.h"
#include "data/expr/types.h"
#include "data/known_words.h"
#include "data/quantity_text.h"
#include "engines/stream/plan/binder.h"
#include "wire/flink_sql/lexer.h"

// ML_PREDICT(TABLE t, MODEL m, DESCRIPTOR(columns) [, MAP[…]]).

namespace freshet::stream {

namespace {

constexpr std::string_view kModelOptions[] = {"provider", "model", "digest"};
constexpr std::string_view kConfig[] = {"async", "max-concurrent-operations", "timeout", "output-mode"};

std::string FreeName(const std::string& wanted, const std::vector<PlanColumn>& columns) {
  auto taken = [&columns](const std::string& name) { return std::any_of(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; }); };
  if (!taken(wanted)) return wanted;
  int n = 0;
  while (taken(StrCat(wanted, n))) ++n;
  return StrCat(wanted, n);
}

Status CheckModel(const Model& model, sql::Position position) {
  const std::string& provider = model.options.at("provider");
  if (provider != "freshet") return Fault::Unsupported(sql::At(position), "model ", model.name, ": provider '", provider, "' is not there; known is 'freshet', the models served by this house");
  for (const auto& [key, value] : model.options) {
    bool known = std::find(std::begin(kModelOptions), std::end(kModelOptions), key) != std::end(kModelOptions);
    if (!known) return Fault::Invalid(sql::At(position), "model ", model.name, " has no option '", key, "'", data::InsteadOf(key, kModelOptions));
  }
  for (const auto& [name, type] : model.input) {
    bool number = type.IsNumeric() || type.kind() == data::Kind::kBoolean;
    if (!number) return Fault::Unsupported(sql::At(position), "model ", model.name, ": INPUT ", name, " is ", type, "; models take numbers and BOOLEAN");
  }
  for (const auto& [name, type] : model.output) {
    bool fine = type.IsFloating() || type.kind() == data::Kind::kInt || type.kind() == data::Kind::kBigInt;
    if (!fine) return Fault::Unsupported(sql::At(position), "model ", model.name, ": OUTPUT ", name, " is ", type, "; models give FLOAT, DOUBLE, INT or BIGINT");
  }
  return {};
}

// What a setting takes; empty when the value is that. None of them changes a row: models are asked by the batch and answer in its order.
std::string_view LacksIn(std::string_view key, const std::string& value) {
  auto is_one_of = [&value](std::initializer_list<std::string_view> words) { return std::find(words.begin(), words.end(), InCapitals(value)) != words.end(); };
  if (key == "async") return is_one_of({"TRUE", "FALSE"}) ? "" : "true or false";
  if (key == "output-mode") return is_one_of({"ORDERED", "ALLOW_UNORDERED"}) ? "" : "ORDERED or ALLOW_UNORDERED";
  if (key == "timeout") {
    auto duration = data::ParseDuration(value);
    return duration.ok() && duration->ns > 0 ? "" : "a duration such as 30 s";
  }
  int operations = 0;
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), operations);
  bool number = error == std::errc() && end == value.data() + value.size() && operations > 0;
  return number ? "" : "a number from 1 on";
}

Status CheckConfig(const sql::Expr& map) {
  if (map.kind != sql::ExprKind::kMap) return Fault::Invalid(sql::At(map.position), "ML_PREDICT takes MAP[…] as its configuration");
  for (size_t i = 0; i + 1 < map.args.size(); i += 2) {
    const sql::Expr &key = *map.args[i], &value = *map.args[i + 1];
    bool known = std::find(std::begin(kConfig), std::end(kConfig), key.text) != std::end(kConfig);
    if (!known) return Fault::Invalid(sql::At(key.position), "ML_PREDICT has no setting '", key.text, "'; known are async, max-concurrent-operations, timeout, output-mode");
    if (value.kind != sql::ExprKind::kString) return Fault::Invalid(sql::At(value.position), "ML_PREDICT: the value of '", key.text, "' is a text in quotes");
    std::string_view lacks = LacksIn(key.text, value.text);
    if (!lacks.empty()) return Fault::Invalid(sql::At(value.position), "ML_PREDICT: '", key.text, "' is '", value.text, "'; it takes ", lacks);
  }
  return {};
}

}  // namespace

Result<NodePtr> Binder::BindPredict(const sql::Expr& call) {
  static constexpr std::string_view kNames[] = {"INPUT", "MODEL", "ARGS", "CONFIG"};
  const sql::Expr* given[4] = {};
  for (size_t i = 0; i < call.args.size(); ++i) {
    const sql::Expr* arg = call.args[i].get();
    size_t place = i;
    if (arg->kind == sql::ExprKind::kNamedArg) {
      place = static_cast<size_t>(std::find(std::begin(kNames), std::end(kNames), arg->text) - std::begin(kNames));
      if (place == 4) return Fault::Invalid(sql::At(arg->position), "ML_PREDICT has no parameter ", arg->text, "; known are INPUT, MODEL, ARGS, CONFIG");
      arg = arg->args[0].get();
    }
    if (place >= 4) return Fault::Invalid(sql::At(call.position), "ML_PREDICT takes at most four arguments");
    given[place] = arg;
  }
  bool whole = given[0] != nullptr && given[0]->kind == sql::ExprKind::kTable && given[1] != nullptr && given[1]->kind == sql::ExprKind::kModel && given[2] != nullptr && given[2]->kind == sql::ExprKind::kDescriptor;
  if (!whole) return Fault::Invalid(sql::At(call.position), "write ML_PREDICT(TABLE t, MODEL m, DESCRIPTOR(columns))");
  if (given[3] != nullptr) RETURN_NOT_OK(CheckConfig(*given[3]));
  ASSIGN_OR_RETURN(NodePtr input, given[0]->query ? BindQuery(*given[0]->query) : BindNamed(given[0]->name, given[0]->position, {}));
  ASSIGN_OR_RETURN(TableId id, Resolve(given[1]->name));
  std::string name = StrCat(id);
  const Model* model = catalog_.FindModel(id);
  if (model == nullptr) return Fault::NotFound(sql::At(given[1]->position), "no model '", name, "'; CREATE MODEL it first");
  RETURN_NOT_OK(CheckModel(*model, given[1]->position));
  const auto& columns = given[2]->args;
  if (columns.size() != model->input.size()) return Fault::Invalid(sql::At(given[2]->position), "model ", name, " takes ", model->input.size(), " columns, DESCRIPTOR names ", columns.size());
  PredictSpec spec;
  spec.name = name;
  auto served = model->options.find("model"), digest = model->options.find("digest");
  spec.model = served == model->options.end() ? name : served->second;
  if (digest != model->options.end()) spec.digest = digest->second;
  spec.outputs = model->output.size();
  for (const auto& [input_name, type] : model->input) spec.input_names.push_back(input_name);
  for (const auto& [output_name, type] : model->output) spec.output_names.push_back(output_name);
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string& column = columns[i]->name.back();
    auto at = std::find_if(input->columns.begin(), input->columns.end(), [&](const auto& c) { return c.name == column; });
    if (at == input->columns.end()) return Fault::NotFound(sql::At(given[2]->position), "no column '", column, "' for model ", name);
    const auto& [input_name, input_type] = model->input[i];
    if (!expr::ImplicitlyCastable(at->type, input_type)) {
      return Fault::Invalid(sql::At(given[2]->position), "column '", column, "' is ", at->type, ", and input ", input_name, " of model ", name, " is ", input_type,
                            ": DESCRIPTOR names the columns in the order of INPUT; put a CAST into the query, or declare INPUT as the column is");
    }
    spec.args.push_back(static_cast<int>(at - input->columns.begin()));
  }
  std::vector<PlanColumn> out = input->columns;
  for (const auto& [output, type] : model->output) out.push_back({FreeName(output, out), type.WithNullable(true)});
  return NodePtr(MakeNode(std::move(spec), {input}, std::move(out)));
}

}  // namespace freshet::stream
