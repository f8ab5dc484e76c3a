#include "engines/stream/operators/ml_predict.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace freshet::stream {
namespace {

float FeatureAt(const data::Column& column, int row) {
  if (column.IsNull(row)) return std::numeric_limits<float>::quiet_NaN();
  switch (column.type.kind()) {
    case data::Kind::kFloat: return column.Value<float>(row);
    case data::Kind::kDouble: return static_cast<float>(column.Value<double>(row));
    case data::Kind::kDecimal: return static_cast<float>(static_cast<double>(column.DecimalAt(row)) / std::pow(10.0, column.type.scale()));
    default: return static_cast<float>(column.IntAt(row));
  }
}

void AppendPrediction(data::ColumnBuilder& out, float value) {
  switch (out.type().kind()) {
    case data::Kind::kFloat: return out.Append(value);
    case data::Kind::kDouble: return out.Append(static_cast<double>(value));
    default: return std::isnan(value) ? out.AppendNull() : out.AppendInt(std::lround(value));
  }
}

std::string Listed(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += StrCat(out.empty() ? "" : ", ", name);
  return out;
}

// Values go by place, whatever their names are. A name that the model has at another place is a mistake.
Status CheckPlaces(const PredictSpec& spec, std::string_view clause, const std::vector<std::string>& declared, const std::vector<std::string>& served) {
  for (size_t i = 0; i < declared.size(); ++i) {
    auto at = std::find(served.begin(), served.end(), declared[i]);
    if (served[i] == declared[i] || at == served.end()) continue;
    return Fault::Invalid("model ", spec.name, ": ", clause, " (", Listed(declared), ") names ", declared[i], " as number ", i + 1, ", and to the model that is number ", at - served.begin() + 1, " (", Listed(served),
                          "). Values go by place: name them in the model's order, or otherwise than it does");
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const ports::Scorer>> ScorerFor(const PredictSpec& spec, const ports::Models& models) {
  ASSIGN_OR_RETURN(auto scorer, models.Pin(spec.model));
  const auto& signature = scorer->signature();
  if (signature.inputs.size() != spec.args.size()) return Fault::Invalid("model ", spec.name, " takes ", signature.inputs.size(), " inputs, its INPUT declares ", spec.args.size());
  if (signature.outputs.size() != spec.outputs) return Fault::Invalid("model ", spec.name, " gives ", signature.outputs.size(), " outputs, its OUTPUT declares ", spec.outputs);
  RETURN_NOT_OK(CheckPlaces(spec, "INPUT", spec.input_names, signature.inputs));
  RETURN_NOT_OK(CheckPlaces(spec, "OUTPUT", spec.output_names, signature.outputs));
  const std::string& digest = scorer->identity().digest;
  if (!spec.digest.empty() && spec.digest != digest) return Fault::Conflict("model ", spec.name, " is pinned to digest ", spec.digest, ", served is ", digest, "; serve that file again or change 'digest'");
  return scorer;
}

MlPredict::MlPredict(PredictSpec spec, const ports::Models* models, std::vector<data::Type> out) : spec_(std::move(spec)), models_(models), out_(std::move(out)) {}

Status MlPredict::Pin() {
  if (scorer_) return {};
  if (models_ == nullptr) return Fault::Unsupported("model ", spec_.name, ": no models are served here: they are in models/ of a project folder (freshet up), or where freshet test --models says");
  ASSIGN_OR_RETURN(scorer_, ScorerFor(spec_, *models_));
  return {};
}

Result<Batch> MlPredict::Score(const Batch& batch) {
  RETURN_NOT_OK(Pin());
  Batch rows = batch.Gather();
  auto count = static_cast<size_t>(rows.length());
  std::vector<float> features(count * spec_.args.size());
  for (size_t row = 0; row < count; ++row) {
    for (size_t a = 0; a < spec_.args.size(); ++a) features[row * spec_.args.size() + a] = FeatureAt(*rows.column(spec_.args[a]), static_cast<int>(row));
  }
  ASSIGN_OR_RETURN(auto scores, scorer_->Score(features));
  if (scores.size() != count * spec_.outputs) return Fault::Corrupt("model ", spec_.name, " answered ", scores.size(), " values for ", count, " rows");
  std::vector<data::ColumnPtr> columns = rows.columns();
  for (size_t o = 0; o < spec_.outputs; ++o) {
    data::ColumnBuilder column(out_[columns.size()], rows.length());
    for (size_t row = 0; row < count; ++row) AppendPrediction(column, scores[row * spec_.outputs + o]);
    columns.push_back(column.Finish());
  }
  return rows.WithColumns(std::move(columns));
}

Task<MlPredict::Batches> MlPredict::Answer(Ctx, Batch batch) {
  auto scored = Score(batch);
  if (!scored.ok()) co_return scored.fault();
  Batches out;
  out.push_back(std::move(*scored));
  co_return out;
}

}  // namespace freshet::stream
