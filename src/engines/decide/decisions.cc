#include "engines/decide/decisions.h"

#include <algorithm>
#include <cmath>

#include "data/key_partition.h"
#include "data/known_words.h"
#include "data/record_batch.h"
#include "engines/decide/decision_json.h"

namespace freshet::decide {
namespace {

constexpr int64_t kDeadlineMsMax = 600000;

std::string TextOf(const Service& service, const ports::EntityKey& entity, size_t view) {
  std::string out;
  for (size_t i = 0; i < entity.size(); ++i) out += StrCat(i > 0 ? ", " : "", service.views[view]->entity[i], "=", entity[i]);
  return out;
}

Result<ports::EntityKey> EntityFor(const ports::FeatureView& view, const ports::DecisionRequest& request) {
  ports::EntityKey entity;
  for (const std::string& name : view.entity) {
    auto found = request.entities.find(name);
    if (found == request.entities.end()) return Fault::Invalid("entities lack '", name, "', which feature view '", view.name, "' is kept by");
    entity.push_back(found->second);
  }
  return entity;
}

// A model's number for a value; null is a missing value.
Result<float> NumberOf(std::string_view name, const data::Value& value) {
  if (value.is_null()) return std::nanf("");
  if (auto* number = std::get_if<int64_t>(&value.v)) return static_cast<float>(*number);
  if (auto* real = std::get_if<double>(&value.v)) return static_cast<float>(*real);
  return Fault::Invalid("'", name, "' is text; models take numbers and booleans");
}

Result<float> FromRequest(std::string_view name, const RequestField& field, const ports::DecisionRequest& request) {
  auto given = request.request.find(name);
  if (given == request.request.end()) return Fault::Invalid("request lacks '", name, "'");
  if (given->second.is_null() && !field.has_default) {
    return Fault::Invalid("request field '", name, "' is null and has no default; give it one in services/, 'default: null' where the model may miss it");
  }
  return NumberOf(name, given->second);
}

// What was not sent, or as null, is the field's default: what is scored is what the record says.
void FillDefaults(const Service& service, ports::DecisionRequest& request) {
  for (const auto& [name, field] : service.request) {
    if (!field.has_default) continue;
    data::Value& value = request.request[name];
    if (value.is_null()) value = field.initial;
  }
}

Result<float> FromFeature(const Service& service, FeaturePlace place, const std::vector<ports::EntityRow>& rows, const ports::DecisionRequest& request) {
  const ports::FeatureView& view = *service.views[place.view];
  const ports::EntityRow& row = rows[place.view];
  const ports::FeatureAnswer& answer = row.features[place.column];
  const ports::FeatureColumn& column = view.columns[place.column];
  const std::string& name = column.name;
  if (answer.source != ports::FeatureSource::kMissing) return NumberOf(name, answer.value);
  std::string why = column.has_default ? StrCat("the fallback of view '", view.name, "' leaves its default out") : "it has no default";
  bool row_lacks_it = answer.event_time != data::kNoEventTime;
  if (row.found && !row_lacks_it) return Fault::Unavailable("feature '", name, "' of view '", view.name, "' is older than its freshness objective, and ", why);
  ASSIGN_OR_RETURN(auto entity, EntityFor(view, request));
  return Fault::NotFound("feature '", name, "': entity ", TextOf(service, entity, place.view), " has no ", row_lacks_it ? "value of it in its row of" : "row in", " feature view '", view.name, "', and ", why);
}

Fault Lacks(const Service& service, const ports::Scorer& model, std::string_view input) {
  return Fault::Unavailable("model '", model.identity().name, "' version ", model.identity().version, " takes '", input, "', which service '", service.name,
                            "' has neither as a feature nor as a request field");
}

// Whether each of the model's inputs is a number that the service has.
Status CanFeed(const Service& service, const ports::Scorer& model) {
  for (const std::string& name : model.signature().inputs) {
    if (service.request.contains(name)) continue;
    auto place = service.features.find(name);
    if (place == service.features.end()) return Lacks(service, model, name);
    const ports::FeatureView& view = *service.views[place->second.view];
    if (view.columns[place->second.column].kind != ports::FeatureKind::kText) continue;
    return Fault::Invalid("model '", model.identity().name, "' version ", model.identity().version, " takes '", name, "', which is text in feature view '", view.name,
                          "'; models take numbers and booleans");
  }
  return {};
}

// The model's row, its inputs by name from the request and the views.
Result<std::vector<float>> InputsOf(const Service& service, const ports::Scorer& model, const std::vector<ports::EntityRow>& rows,
                                    const ports::DecisionRequest& request) {
  std::vector<float> inputs;
  for (const std::string& name : model.signature().inputs) {
    if (auto field = service.request.find(name); field != service.request.end()) {
      ASSIGN_OR_RETURN(float number, FromRequest(name, field->second, request));
      inputs.push_back(number);
      continue;
    }
    auto place = service.features.find(name);
    if (place == service.features.end()) return Lacks(service, model, name);
    ASSIGN_OR_RETURN(float number, FromFeature(service, place->second, rows, request));
    inputs.push_back(number);
  }
  return inputs;
}

// What is given must be known: a misspelt field would otherwise be answered with its default.
Status CheckRequest(const Service& service, const ports::DecisionRequest& request) {
  for (const auto& [name, value] : request.request) {
    auto field = service.request.find(name);
    if (field == service.request.end()) return Fault::Invalid("request field '", name, "' is not one of service '", service.name, "'");
    bool is_whole = std::holds_alternative<int64_t>(value.v);
    bool fits = value.is_null() || is_whole || (field->second.kind == ports::FeatureKind::kReal && std::holds_alternative<double>(value.v));
    if (!fits) return Fault::Invalid("request field '", name, "' has a value of another type");
    auto* whole = std::get_if<int64_t>(&value.v);
    if (whole != nullptr && field->second.is_int && *whole != static_cast<int32_t>(*whole)) return Fault::Invalid("request field '", name, "' is ", *whole, ", which is no INT; declare it BIGINT in services/");
  }
  for (const auto& [name, value] : request.entities) {
    bool used = false;
    for (const auto& view : service.views) used = used || std::find(view->entity.begin(), view->entity.end(), name) != view->entity.end();
    if (!used) return Fault::Invalid("entity key '", name, "' is not one of service '", service.name, "'");
  }
  return {};
}

}  // namespace

Decisions::Serving::Serving(Metrics& metrics, std::string the_file, Service the_service)
    : file(std::move(the_file)), service(std::move(the_service)),
      answered(metrics.AddCounter("freshet_decisions_total", "decisions by outcome", {{"service", service.name}, {"outcome", "answered"}})),
      refused(metrics.AddCounter("freshet_decisions_total", "decisions by outcome", {{"service", service.name}, {"outcome", "refused"}})),
      fallbacks(metrics.AddCounter("freshet_decision_fallbacks_total", "features answered that were not fresh", {{"service", service.name}})),
      elapsed(metrics.AddHistogram("freshet_decide_seconds", "from the request to the durable decision", {{"service", service.name}})) {}

Result<std::unique_ptr<Decisions>> Decisions::Open(Env& env, const std::vector<ServiceFile>& files, ports::FeatureStore& features, const ports::Models& models) {
  std::unique_ptr<Decisions> decisions(new Decisions(env, features, models));
  for (const ServiceFile& file : files) {
    ASSIGN_OR_RETURN(Service service, ReadService(file.text, file.name, features));
    const Serving* other = decisions->FindServing(service.name);
    if (other != nullptr) return Fault::Invalid(file.name, ": service '", service.name, "' is defined in ", other->file, ", too; give one of them another name");
    decisions->servings_.push_back(std::make_unique<Serving>(env.metrics(), file.name, std::move(service)));
  }
  return decisions;
}

const Decisions::Serving* Decisions::FindServing(std::string_view service) const {
  for (const auto& serving : servings_) {
    if (serving->service.name == service) return serving.get();
  }
  return nullptr;
}

void Decisions::TellOfMissingModels() const {
  auto loaded = models_.List();
  std::vector<std::string_view> names;
  for (const auto& model : loaded) names.push_back(model.name);
  for (const auto& serving : servings_) {
    const std::string& wanted = serving->service.model;
    if (std::find(names.begin(), names.end(), wanted) != names.end()) continue;
    std::string instead = names.empty() ? "" : data::InsteadOf(wanted, names);
    env_.log().ForRoom("engines/decide").Warn("a service has no model yet; its requests are refused until models/ has it", {{"service", serving->service.name}, {"why", StrCat("model '", wanted, "' is not loaded", instead)}});
  }
}

Status Decisions::CheckService(std::string_view service) const {
  if (FindServing(service) != nullptr) return {};
  std::vector<std::string_view> names;
  for (const auto& serving : servings_) names.push_back(serving->service.name);
  std::string instead = names.empty() ? "" : data::InsteadOf(service, names);
  return Fault::NotFound("no service '", service.substr(0, 256), "' was in services/ when the house started", instead);
}

Task<> Decisions::Begin(ports::EventLog& log, ports::Topics& topics) {
  event_log_ = &log;
  topics_ = &topics;
  TellOfMissingModels();
  Ctx ctx;
  for (const auto& serving : servings_) {
    if (topics.Find(serving->service.topic) != nullptr) continue;
    ports::TopicSpec spec{.name = serving->service.topic, .partitions = -1, .configs = {}};
    auto create = topics.Create(ctx, std::move(spec), false);
    auto created = co_await create;
    if (!created.ok() && created.code() != Code::kAlreadyExists) co_return created.status();
  }
  co_return Status::Ok();
}

Task<ports::Decision> Decisions::Decide(Ctx ctx, ports::DecisionRequest request) {
  Span span(env_.tracer(), ctx.trace, "engines/decide", "decide");
  const Serving* serving = FindServing(request.service);
  if (serving == nullptr) co_return CheckService(request.service);
  auto answer = Answer(ctx, *serving, std::move(request));
  auto decision = co_await answer;
  (decision.ok() ? serving->answered : serving->refused).Add();
  co_return decision;
}

Status Decisions::CanUse(const ports::Scorer& model) const {
  for (const auto& serving : servings_) {
    if (serving->service.model == model.identity().name) RETURN_NOT_OK(CanFeed(serving->service, model));
  }
  return {};
}

Task<ports::Decision> Decisions::Answer(Ctx ctx, const Serving& serving, ports::DecisionRequest request) {
  const Service& service = serving.service;
  Clock& clock = env_.clock();
  MonoTime begin = clock.Now();
  int64_t deadline_ms = request.deadline_ms.value_or(service.deadline_ms);
  if (deadline_ms < 0 || deadline_ms > kDeadlineMsMax) co_return Fault::Invalid("deadline_ms ", deadline_ms, " is not between 0 and ", kDeadlineMsMax);
  ctx = ctx.WithDeadline(begin + Milliseconds(deadline_ms));
  Status known = CheckRequest(service, request);
  if (!known.ok()) co_return known;
  FillDefaults(service, request);
  auto model = models_.Pin(service.model);
  if (!model.ok()) co_return Fault::Unavailable("service '", service.name, "': ", model.fault().message());

  CO_ASSIGN_OR_RETURN(auto rows, LoadRows(ctx, service, request));
  MonoTime loaded = clock.Now();
  Status in_time = ctx.Check(loaded);
  if (!in_time.ok()) co_return in_time;

  auto inputs = InputsOf(service, **model, rows, request);
  if (!inputs.ok()) co_return inputs.status();
  auto scores = (*model)->Score(*inputs);
  if (!scores.ok()) co_return scores.status();
  MonoTime scored = clock.Now();
  in_time = ctx.Check(scored);
  if (!in_time.ok()) co_return in_time;

  ports::Decision decision{.request_id = env_.random().NewUuid(), .scores = std::move(scores).value(), .score = (*model)->signature().score, .features = {}, .model = (*model)->identity(), .timing = {}, .json = {}};
  for (size_t v = 0; v < service.views.size(); ++v) {
    for (size_t c = 0; c < service.views[v]->columns.size(); ++c) {
      const auto& column = service.views[v]->columns[c];
      decision.features.push_back({column.name, column.kind, std::move(rows[v].features[c])});
      if (decision.features.back().answer.source != ports::FeatureSource::kFresh) serving.fallbacks.Add();
    }
  }
  decision.json = AnswerJson(decision);
  CO_RETURN_NOT_OK(Record(ctx, service, request, decision));
  MonoTime recorded = clock.Now();
  serving.elapsed.Record(recorded - begin);
  decision.timing = {(loaded - begin).us(), (scored - loaded).us(), (recorded - scored).us(), (recorded - begin).us()};
  if (recorded >= ctx.deadline) co_return Fault::DeadlineExceeded("decision ", decision.request_id, " was recorded after its deadline");
  co_return decision;
}

Task<std::vector<ports::EntityRow>> Decisions::LoadRows(Ctx ctx, const Service& service, const ports::DecisionRequest& request) {
  std::vector<ports::EntityRow> rows;
  for (const auto& view : service.views) {
    auto entity = EntityFor(*view, request);
    if (!entity.ok()) co_return entity.status();
    std::vector<ports::EntityKey> entities(1, std::move(entity).value());
    CO_ASSIGN_OR_RETURN(auto found, features_.Get(ctx, view->name, std::move(entities)));
    rows.push_back(std::move(found[0]));
  }
  co_return rows;
}

Task<> Decisions::Record(Ctx ctx, const Service& service, const ports::DecisionRequest& request, const ports::Decision& decision) {
  Span span(env_.tracer(), ctx.trace, "engines/decide", "record");
  auto topic = topics_->Find(service.topic);
  if (topic == nullptr) co_return Fault::Unavailable("decision topic '", service.topic, "' was deleted; the next start makes it again");
  WallTime now = env_.clock().WallNow();
  std::string key = EntitiesJson(request);
  data::RecordBatchBuilder builder({});
  builder.Add(now.ms, key, RecordJson(service, request, decision, now));
  auto batch = builder.Finish();
  if (!batch.ok()) co_return batch.status();
  data::PartitionKey partition{topic->id, data::PartitionOfKey(key, topic->partitions)};
  std::vector<ports::LogAppend> appends(1);
  appends[0] = {.key = partition, .batches = std::move(batch).value()};
  CO_ASSIGN_OR_RETURN(auto appended, event_log_->Append(ctx, std::move(appends)));
  co_return appended[0].status();
}

}  // namespace freshet::decide
