#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ports/models.h"

namespace freshet::models {

// The ONNX Runtime library, loaded when the first ONNX model is. Thread-safe, immutable; outlives its scorers through
// shared ownership.
class OnnxRuntime {
 public:
  // `library` is the path of libonnxruntime.so. kUnavailable when it cannot be loaded.
  static Result<std::shared_ptr<const OnnxRuntime>> Load(const std::string& library);
  ~OnnxRuntime();

  // A model with one float tensor [rows, n] in and float or [rows, k] tensors out. The bytes are all there is: a model
  // that names external data files is refused by the library, because it is given no directory.
  // kCorrupt when the library rejects the bytes, kUnsupported for other shapes and element types, kInvalid when `score` (empty: not
  // said) is no output.
  static Result<std::unique_ptr<ports::Scorer>> OpenModel(std::shared_ptr<const OnnxRuntime> runtime, ports::ModelIdentity identity,
                                                          std::vector<std::string> inputs, std::string_view score, std::string_view model);

  std::string version() const;

 private:
  friend class OnnxScorer;
  struct Library;
  explicit OnnxRuntime(std::unique_ptr<Library> library);
  std::unique_ptr<Library> library_;
};

}  // namespace freshet::models
