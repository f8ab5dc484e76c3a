#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engines/models/onnx_scorer.h"
#include "io/env.h"
#include "io/task_group.h"
#include "ports/models.h"

namespace freshet::models {

struct ModelFolderOptions {
  std::string directory;                              // each sub-folder with a model.yaml is a model
  std::string onnxruntime = "libonnxruntime.so.1.32.0";
  Duration interval = Seconds(1);
  int64_t model_bytes_max = 512 << 20;
};

// A ModelFolder serves the models of a folder, models/NAME/model.yaml: {version, file, format: xgboost-json | onnx, inputs: […],
// score, sha256} (docs/models.md). It looks every second: a model.yaml that changed is loaded on a worker and takes the old one's place between two
// Pins; what does not load, or what a user cannot use, leaves the old one serving, and says why in log and metric. So write the model file under a
// new name first, and model.yaml last. Owned by House; it looks from loop 0.
class ModelFolder final : public ports::Models {
 public:
  ModelFolder(Env& env, ModelFolderOptions options);
  ~ModelFolder() override;

  // From now on `user` is asked before a version is served. Before Begin; `user` outlives the folder's looks.
  void AddUser(const ports::ModelUser& user) { users_.push_back(&user); }

  // Loads what is there, then looks on. On loop 0. A model that does not load is no reason not to start.
  Task<> Begin();
  Task<> Close();
  // One look now; also called by tests. On loop 0.
  Task<> Look();

  Result<std::shared_ptr<const ports::Scorer>> Pin(std::string_view name) const override;
  std::vector<ports::ModelIdentity> List() const override;

 private:
  using ScorerRef = std::shared_ptr<const ports::Scorer>;
  using Snapshot = std::map<std::string, ScorerRef, std::less<>>;
  // What was found when a model was last looked at. The looking task's own.
  struct Seen {
    std::string yaml;
    int64_t file_bytes = -1;
    bool settled = false;  // loaded, or refused by a user: another look at the same files would say the same
    Status outcome;
    std::string told;      // the fault that the log has
  };

  Task<> LookOn();
  Status LookAtAll(Snapshot& models);    // on a worker
  Status LookAt(const std::string& name, Snapshot& models);
  Status CheckUsers(const ports::Scorer& model) const;
  Result<ScorerRef> Load(const std::string& name, const std::string& yaml);

  Env& env_;
  const ModelFolderOptions options_;
  Logger log_;
  std::atomic<std::shared_ptr<const Snapshot>> snapshot_;
  std::vector<const ports::ModelUser*> users_;              // fixed after Begin
  std::map<std::string, Seen> seen_;                        // of whoever looks
  std::shared_ptr<const OnnxRuntime> onnxruntime_;          // of whoever looks; loaded by the first ONNX model
  io::TaskGroup looking_;
  Gauge& serving_;
  Counter& loads_;
  Counter& failures_;
};

}  // namespace freshet::models
