#include "engines/models/model_folder.h"

#include "engines/models/digest.h"
#include "engines/models/forest_scorer.h"
#include "wire/yaml/document.h"

namespace freshet::models {
namespace {

constexpr int64_t kYamlBytesMax = 1 << 20;
constexpr std::string_view kXgboostJson = "xgboost-json";
constexpr std::string_view kOnnx = "onnx";

struct ModelFile {
  std::string version;
  std::string file;
  std::string format;
  std::vector<std::string> inputs;
  std::string score;  // the name of the output that is; empty: the only one
  std::string sha256;
};

Result<ModelFile> ReadModelFile(std::string_view yaml, std::string_view name) {
  using wire::yaml::Fields;
  ASSIGN_OR_RETURN(auto root, wire::yaml::Parse(yaml, name));
  ASSIGN_OR_RETURN(Fields fields, Fields::Of(root, name, "", {"version", "file", "format", "inputs", "score", "sha256"}));
  ModelFile model;
  ASSIGN_OR_RETURN(model.version, fields.Text("version"));
  ASSIGN_OR_RETURN(model.file, fields.Text("file"));
  ASSIGN_OR_RETURN(model.format, fields.Text("format"));
  ASSIGN_OR_RETURN(model.inputs, fields.Texts("inputs"));
  ASSIGN_OR_RETURN(model.score, fields.Text("score", ""));
  ASSIGN_OR_RETURN(model.sha256, fields.Text("sha256", ""));
  if (model.file.find('/') != std::string::npos || model.file.starts_with('.')) return fields.Bad(*fields.Find("file"), "file", "'", model.file, "' must be the name of a file beside model.yaml");
  if (model.format != kXgboostJson && model.format != kOnnx) return fields.Bad(*fields.Find("format"), "format", "'", model.format, "' is neither ", kXgboostJson, " nor ", kOnnx);
  if (model.format == kOnnx && model.inputs.empty()) return fields.Bad(*fields.Find("format"), "format", "an onnx model needs its inputs listed");
  RETURN_NOT_OK(fields.Finish());
  return model;
}

// "score", or "p_0, p_1; the score is p_1".
std::string OutputsText(const ports::ModelSignature& signature) {
  constexpr size_t kNamesMax = 20;
  std::string out;
  for (size_t i = 0; i < signature.outputs.size() && i < kNamesMax; ++i) out += StrCat(i > 0 ? ", " : "", signature.outputs[i]);
  if (signature.outputs.size() > kNamesMax) out += ", …";
  if (signature.outputs.size() == 1) return out;
  if (signature.score < 0) return out + "; none is the score of a decision: name one in model.yaml, as score: " + signature.outputs.back();
  return out + "; the score is " + signature.outputs[static_cast<size_t>(signature.score)];
}

Result<int64_t> FileBytes(io::Files& files, const std::string& path) {
  ASSIGN_OR_RETURN(auto file, files.Open(path, io::OpenMode::kRead));
  return file->Size();
}

}  // namespace

ModelFolder::ModelFolder(Env& env, ModelFolderOptions options)
    : env_(env), options_(std::move(options)), log_(env.log().ForRoom("engines/models")), snapshot_(std::make_shared<const Snapshot>()),
      looking_(env.loop(0), "model folder"), serving_(env.metrics().AddGauge("freshet_models_serving", "models that can be pinned")),
      loads_(env.metrics().AddCounter("freshet_model_loads_total", "model versions loaded")),
      failures_(env.metrics().AddCounter("freshet_model_load_failures_total", "looks at a model that could not be loaded")) {}

ModelFolder::~ModelFolder() = default;

Task<> ModelFolder::Begin() {
  CO_RETURN_NOT_OK(Look());
  looking_.Spawn(io::Lane::kIdle, LookOn());
  co_return Status::Ok();
}

Task<> ModelFolder::Close() {
  auto close = looking_.Close();
  co_return co_await close;
}

Task<> ModelFolder::LookOn() {
  while (!looking_.cancel()->raised()) {
    io::Signal::Waiter pause(looking_.cancelled(), env_.clock().Now() + options_.interval);
    co_await pause;
    auto look = Look();
    Status looked = co_await look;
    if (!looked.ok()) log_.Warn("the model folder cannot be read", {{"folder", options_.directory}, {"why", looked.ToString()}});
  }
  co_return Status::Ok();
}

Task<> ModelFolder::Look() {
  auto next = std::make_shared<Snapshot>(*snapshot_.load());
  auto look = [&] { return LookAtAll(*next); };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, look);
  Status looked = co_await offload;
  serving_.Set(static_cast<int64_t>(next->size()));
  if (looked.ok()) snapshot_.store(std::move(next));
  co_return looked;
}

Status ModelFolder::LookAtAll(Snapshot& models) {
  ASSIGN_OR_RETURN(bool exists, env_.files().Exists(options_.directory));
  std::map<std::string, Seen> still_there;
  if (exists) {
    ASSIGN_OR_RETURN(auto entries, env_.files().List(options_.directory));
    for (const io::Entry& entry : entries) {
      if (!entry.is_directory) continue;
      ASSIGN_OR_RETURN(bool is_model, env_.files().Exists(options_.directory + "/" + entry.name + "/model.yaml"));
      if (!is_model) continue;
      Status looked = LookAt(entry.name, models);
      Seen& seen = still_there[entry.name] = seen_[entry.name];
      if (looked.ok()) continue;
      failures_.Add();
      if (looked.ToString() != seen.told) {
        log_.Warn(models.contains(entry.name) ? "a model was not loaded; its earlier version goes on serving" : "a model was not loaded",
                  {{"model", entry.name}, {"why", looked.ToString()}});
      }
      seen.told = looked.ToString();
    }
  }
  for (auto at = models.begin(); at != models.end();) {
    if (still_there.contains(at->first)) {
      ++at;
      continue;
    }
    log_.Warn("a model is gone, for its model.yaml is; whoever asks for it is refused", {{"model", at->first}, {"folder", options_.directory}});
    at = models.erase(at);
  }
  seen_ = std::move(still_there);
  return {};
}

Status ModelFolder::LookAt(const std::string& name, Snapshot& models) {
  std::string folder = options_.directory + "/" + name;
  ASSIGN_OR_RETURN(std::string yaml, io::ReadWhole(env_.files(), folder + "/model.yaml", kYamlBytesMax));
  Seen& seen = seen_[name];
  ASSIGN_OR_RETURN(ModelFile described, ReadModelFile(yaml, folder + "/model.yaml"));
  ASSIGN_OR_RETURN(int64_t file_bytes, FileBytes(env_.files(), folder + "/" + described.file));
  if (seen.settled && seen.yaml == yaml && seen.file_bytes == file_bytes) return seen.outcome;
  seen.settled = false;
  ASSIGN_OR_RETURN(ScorerRef scorer, Load(name, yaml));
  seen = {.yaml = std::move(yaml), .file_bytes = file_bytes, .settled = true, .outcome = CheckUsers(*scorer), .told = std::move(seen.told)};
  RETURN_NOT_OK(seen.outcome);
  seen.told.clear();
  loads_.Add();
  const auto& identity = scorer->identity();
  log_.Info("model loaded", {{"model", name}, {"version", identity.version}, {"sha256", identity.digest}, {"outputs", OutputsText(scorer->signature())}});
  models[name] = std::move(scorer);
  return {};
}

Status ModelFolder::CheckUsers(const ports::Scorer& model) const {
  for (const ports::ModelUser* user : users_) RETURN_NOT_OK(user->CanUse(model));
  return {};
}

Result<ModelFolder::ScorerRef> ModelFolder::Load(const std::string& name, const std::string& yaml) {
  std::string folder = options_.directory + "/" + name;
  ASSIGN_OR_RETURN(ModelFile described, ReadModelFile(yaml, folder + "/model.yaml"));
  ASSIGN_OR_RETURN(std::string bytes, io::ReadWhole(env_.files(), folder + "/" + described.file, options_.model_bytes_max));
  ports::ModelIdentity identity{.name = name, .version = described.version, .digest = Sha256Hex(bytes)};
  if (!described.sha256.empty() && described.sha256 != identity.digest) {
    return Fault::Corrupt(folder, "/", described.file, " has sha256 ", identity.digest, ", and model.yaml pins ", described.sha256);
  }
  if (described.format == kXgboostJson) {
    ASSIGN_OR_RETURN(auto scorer, ForestScorer::Open(std::move(identity), std::move(described.inputs), described.score, bytes));
    if (std::string doubt = scorer->doubt(); !doubt.empty()) log_.Warn("a model may predict otherwise than where it was trained", {{"model", name}, {"why", doubt}});
    return ScorerRef(std::move(scorer));
  }
  if (onnxruntime_ == nullptr) {
    ASSIGN_OR_RETURN(onnxruntime_, OnnxRuntime::Load(options_.onnxruntime));
  }
  ASSIGN_OR_RETURN(auto scorer, OnnxRuntime::OpenModel(onnxruntime_, std::move(identity), std::move(described.inputs), described.score, bytes));
  return ScorerRef(std::move(scorer));
}

Result<std::shared_ptr<const ports::Scorer>> ModelFolder::Pin(std::string_view name) const {
  auto models = snapshot_.load();
  auto found = models->find(name);
  if (found == models->end()) return Fault::NotFound("no model '", name, "' is loaded: models/", name, "/model.yaml is not there, or the log says why it was refused");
  return found->second;
}

std::vector<ports::ModelIdentity> ModelFolder::List() const {
  std::vector<ports::ModelIdentity> identities;
  auto models = snapshot_.load();
  for (const auto& [name, scorer] : *models) identities.push_back(scorer->identity());
  return identities;
}

}  // namespace freshet::models
