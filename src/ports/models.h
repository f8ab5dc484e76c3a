#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace freshet::ports {

struct ModelIdentity {
  std::string name;
  std::string version;
  std::string digest;   // sha256 of the model file, lower-case hex
};

struct ModelSignature {
  std::vector<std::string> inputs;   // feature names, in the order of a row's values
  std::vector<std::string> outputs;  // names of what comes out, in order
  int score = 0;                     // which output a decision calls its score; -1: none
};

// A loaded model: immutable and thread-safe. Score is CPU work: call it from Workers when there are many rows.
class Scorer {
 public:
  virtual ~Scorer() = default;

  virtual const ModelIdentity& identity() const = 0;
  virtual const ModelSignature& signature() const = 0;
  // `rows` is row-major, rows × inputs; NaN is a missing value. Returns rows × outputs, row-major.
  virtual Result<std::vector<float>> Score(std::span<const float> rows) const = 0;
};

// Who answers with models, and must be able to feed them.
class ModelUser {
 public:
  virtual ~ModelUser() = default;
  // kInvalid with what it lacks for `model`. Asked on any thread, before a version is served.
  virtual Status CanUse(const Scorer& model) const = 0;
};

// Models by name. A Pin stays valid, and stays the same version, as long as it is held; the next Pin sees a swap.
// Thread-safe.
class Models {
 public:
  virtual ~Models() = default;
  virtual Result<std::shared_ptr<const Scorer>> Pin(std::string_view name) const = 0;
  virtual std::vector<ModelIdentity> List() const = 0;
};

}  // namespace freshet::ports
