#include "engines/models/onnx_scorer.h"

#include <dlfcn.h>

#include "engines/models/ort_abi.h"
#include "engines/models/score_output.h"

namespace freshet::models {

constexpr int64_t kWidthMax = 1 << 16;

struct OnnxRuntime::Library {
  void* handle = nullptr;
  const ort::ApiBase* base = nullptr;
  const void* const* api = nullptr;
  ort::Environment* environment = nullptr;
  ort::MemoryInfo* memory = nullptr;
  ort::Allocator* allocator = nullptr;

  template <typename Entry, typename... Arguments>
  auto Call(Arguments... arguments) const { return Entry::In(api)(arguments...); }

  // A status of the library as ours; `what` names the thing that failed.
  Status Check(ort::Status* status, Code code, std::string_view what) const {
    if (status == nullptr) return {};
    std::string message = StrCat(what, ": ", Call<ort::GetErrorMessage>(static_cast<const ort::Status*>(status)));
    Call<ort::ReleaseStatus>(status);
    return Fault(code, Blame::kCaller, Retry::kNo, message);
  }

  ~Library() {
    if (memory != nullptr) Call<ort::ReleaseMemoryInfo>(memory);
    if (environment != nullptr) Call<ort::ReleaseEnv>(environment);
    if (handle != nullptr) dlclose(handle);
  }
};

// Owns one session. Run is thread-safe in the library.
class OnnxScorer final : public ports::Scorer {
 public:
  OnnxScorer(std::shared_ptr<const OnnxRuntime> runtime, ports::ModelIdentity identity)
      : runtime_(std::move(runtime)), library_(*runtime_->library_), identity_(std::move(identity)) {}
  ~OnnxScorer() override { if (session_ != nullptr) library_.Call<ort::ReleaseSession>(session_); }

  Status Open(std::vector<std::string> inputs, std::string_view score, std::string_view model);

  const ports::ModelIdentity& identity() const override { return identity_; }
  const ports::ModelSignature& signature() const override { return signature_; }
  Result<std::vector<float>> Score(std::span<const float> rows) const override;

 private:
  Status ReadInput(std::vector<std::string> inputs);
  Status ReadOutputs();
  Result<std::string> NameOf(bool input, size_t index) const;
  // Element type float and the last dimension (1 for a vector), or a refusal.
  Result<int64_t> WidthOf(const ort::TypeInfo* info, std::string_view name) const;
  Status CopyOutput(ort::Value* value, size_t index, size_t rows, std::vector<float>& scores) const;

  std::shared_ptr<const OnnxRuntime> runtime_;
  const OnnxRuntime::Library& library_;
  ports::ModelIdentity identity_;
  ports::ModelSignature signature_;
  ort::Session* session_ = nullptr;
  std::string input_name_;
  std::vector<std::string> output_names_;
  std::vector<size_t> output_widths_;
};

Status OnnxScorer::Open(std::vector<std::string> inputs, std::string_view score, std::string_view model) {
  ort::SessionOptions* options = nullptr;
  RETURN_NOT_OK(library_.Check(library_.Call<ort::CreateSessionOptions>(&options), Code::kInternal, "onnx runtime"));
  // Threads come from our workers; the library starts and spins none of its own.
  Status set = library_.Check(library_.Call<ort::SetIntraOpNumThreads>(options, 1), Code::kInternal, "onnx runtime");
  if (set.ok()) set = library_.Check(library_.Call<ort::SetInterOpNumThreads>(options, 1), Code::kInternal, "onnx runtime");
  if (set.ok()) {
    set = library_.Check(library_.Call<ort::AddSessionConfigEntry>(options, "session.intra_op.allow_spinning", "0"), Code::kInternal,
                         "onnx runtime");
  }
  if (set.ok()) {
    set = library_.Check(library_.Call<ort::CreateSessionFromArray>(static_cast<const ort::Environment*>(library_.environment),
                                                                    static_cast<const void*>(model.data()), model.size(),
                                                                    static_cast<const ort::SessionOptions*>(options), &session_),
                         Code::kCorrupt, StrCat("model '", identity_.name, "'"));
  }
  library_.Call<ort::ReleaseSessionOptions>(options);
  RETURN_NOT_OK(set);
  RETURN_NOT_OK(ReadInput(std::move(inputs)));
  RETURN_NOT_OK(ReadOutputs());
  ASSIGN_OR_RETURN(signature_.score, ScoreAmong(identity_, signature_.outputs, score));
  return {};
}

Result<std::string> OnnxScorer::NameOf(bool input, size_t index) const {
  char* name = nullptr;
  auto* session = static_cast<const ort::Session*>(session_);
  ort::Status* status = input ? library_.Call<ort::SessionGetInputName>(session, index, library_.allocator, &name)
                              : library_.Call<ort::SessionGetOutputName>(session, index, library_.allocator, &name);
  RETURN_NOT_OK(library_.Check(status, Code::kCorrupt, "model names"));
  std::string text = name;
  RETURN_NOT_OK(library_.Check(library_.Call<ort::AllocatorFree>(library_.allocator, static_cast<void*>(name)), Code::kInternal, "onnx runtime"));
  return text;
}

Result<int64_t> OnnxScorer::WidthOf(const ort::TypeInfo* info, std::string_view name) const {
  const ort::ShapeInfo* shape = nullptr;
  RETURN_NOT_OK(library_.Check(library_.Call<ort::CastTypeInfoToTensorInfo>(info, &shape), Code::kUnsupported, name));
  if (shape == nullptr) return Fault::Unsupported("model '", identity_.name, "': '", name, "' is not a tensor");
  int element = 0;
  size_t rank = 0;
  RETURN_NOT_OK(library_.Check(library_.Call<ort::GetTensorElementType>(shape, &element), Code::kUnsupported, name));
  if (element != ort::kElementFloat) return Fault::Unsupported("model '", identity_.name, "': '", name, "' is no tensor of float32; convert the model with float32 inputs, such as skl2onnx's FloatTensorType([None, n])");
  RETURN_NOT_OK(library_.Check(library_.Call<ort::GetDimensionsCount>(shape, &rank), Code::kUnsupported, name));
  if (rank == 1) return int64_t{1};
  if (rank != 2) return Fault::Unsupported("model '", identity_.name, "': '", name, "' has ", rank, " dimensions; [rows, n] is scored");
  int64_t dimensions[2] = {0, 0};
  RETURN_NOT_OK(library_.Check(library_.Call<ort::GetDimensions>(shape, static_cast<int64_t*>(dimensions), rank), Code::kUnsupported, name));
  if (dimensions[1] < 1 || dimensions[1] > kWidthMax) {
    return Fault::Unsupported("model '", identity_.name, "': '", name, "' does not say how many columns it has");
  }
  return dimensions[1];
}

Status OnnxScorer::ReadInput(std::vector<std::string> inputs) {
  size_t count = 0;
  RETURN_NOT_OK(library_.Check(library_.Call<ort::SessionGetInputCount>(static_cast<const ort::Session*>(session_), &count), Code::kCorrupt, "model"));
  if (count != 1) return Fault::Unsupported("model '", identity_.name, "' has ", count, " inputs; one tensor [rows, n] is scored");
  ASSIGN_OR_RETURN(input_name_, NameOf(true, 0));
  ort::TypeInfo* info = nullptr;
  RETURN_NOT_OK(library_.Check(library_.Call<ort::SessionGetInputTypeInfo>(static_cast<const ort::Session*>(session_), size_t{0}, &info), Code::kCorrupt, "model"));
  auto width = WidthOf(info, input_name_);
  library_.Call<ort::ReleaseTypeInfo>(info);
  if (!width.ok()) return width.status();
  if (inputs.size() != static_cast<size_t>(*width)) {
    return Fault::Invalid("model '", identity_.name, "' takes ", *width, " features; ", inputs.size(), " are named");
  }
  signature_.inputs = std::move(inputs);
  return {};
}

Status OnnxScorer::ReadOutputs() {
  size_t count = 0;
  RETURN_NOT_OK(library_.Check(library_.Call<ort::SessionGetOutputCount>(static_cast<const ort::Session*>(session_), &count), Code::kCorrupt, "model"));
  for (size_t i = 0; i < count; ++i) {
    ASSIGN_OR_RETURN(std::string name, NameOf(false, i));
    ort::TypeInfo* info = nullptr;
    RETURN_NOT_OK(library_.Check(library_.Call<ort::SessionGetOutputTypeInfo>(static_cast<const ort::Session*>(session_), i, &info), Code::kCorrupt, "model"));
    auto width = WidthOf(info, name);
    library_.Call<ort::ReleaseTypeInfo>(info);
    if (!width.ok() && width.code() == Code::kUnsupported && count > 1) continue;  // class labels beside the scores
    if (!width.ok()) return width.status();
    output_names_.push_back(name);
    output_widths_.push_back(static_cast<size_t>(*width));
    for (int64_t k = 0; k < *width; ++k) signature_.outputs.push_back(*width == 1 ? name : StrCat(name, "_", k));
  }
  if (output_names_.empty()) return Fault::Unsupported("model '", identity_.name, "' has no output of float32 numbers, [rows, n]; scikit-learn's classifiers have one when they are converted with options={'zipmap': False}");
  return {};
}

Result<std::vector<float>> OnnxScorer::Score(std::span<const float> rows) const {
  size_t width = signature_.inputs.size();
  CHECK(rows.size() % width == 0);
  size_t count = rows.size() / width;
  std::vector<float> scores(count * signature_.outputs.size());
  if (count == 0) return scores;
  int64_t shape[2] = {static_cast<int64_t>(count), static_cast<int64_t>(width)};
  ort::Value* input = nullptr;
  RETURN_NOT_OK(library_.Check(
      library_.Call<ort::CreateTensorWithDataAsOrtValue>(static_cast<const ort::MemoryInfo*>(library_.memory),
                                                         static_cast<void*>(const_cast<float*>(rows.data())), rows.size_bytes(),
                                                         static_cast<const int64_t*>(shape), size_t{2}, ort::kElementFloat, &input),
      Code::kInternal, "onnx runtime"));
  const char* input_names[] = {input_name_.c_str()};
  const ort::Value* inputs[] = {input};
  std::vector<const char*> output_names;
  for (const std::string& name : output_names_) output_names.push_back(name.c_str());
  std::vector<ort::Value*> outputs(output_names.size(), nullptr);
  Status ran = library_.Check(
      library_.Call<ort::Run>(session_, static_cast<const ort::RunOptions*>(nullptr), static_cast<const char* const*>(input_names),
                              static_cast<const ort::Value* const*>(inputs), size_t{1}, static_cast<const char* const*>(output_names.data()),
                              output_names.size(), outputs.data()),
      Code::kInternal, StrCat("model '", identity_.name, "'"));
  library_.Call<ort::ReleaseValue>(input);
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i] == nullptr) continue;
    if (ran.ok()) ran = CopyOutput(outputs[i], i, count, scores);
    library_.Call<ort::ReleaseValue>(outputs[i]);
  }
  RETURN_NOT_OK(ran);
  return scores;
}

Status OnnxScorer::CopyOutput(ort::Value* value, size_t index, size_t rows, std::vector<float>& scores) const {
  ort::ShapeInfo* shape = nullptr;
  size_t elements = 0;
  RETURN_NOT_OK(library_.Check(library_.Call<ort::GetTensorTypeAndShape>(static_cast<const ort::Value*>(value), &shape), Code::kInternal, "model output"));
  Status counted = library_.Check(library_.Call<ort::GetTensorShapeElementCount>(static_cast<const ort::ShapeInfo*>(shape), &elements), Code::kInternal,
                                  "model output");
  library_.Call<ort::ReleaseShapeInfo>(shape);
  RETURN_NOT_OK(counted);
  size_t width = output_widths_[index];
  if (elements != rows * width) {
    return Fault::Invalid("model '", identity_.name, "': '", output_names_[index], "' gave ", elements, " values for ", rows, " rows of ", width);
  }
  void* data = nullptr;
  RETURN_NOT_OK(library_.Check(library_.Call<ort::GetTensorMutableData>(value, &data), Code::kInternal, "model output"));
  size_t column = 0;
  for (size_t i = 0; i < index; ++i) column += output_widths_[i];
  for (size_t r = 0; r < rows; ++r) {
    std::memcpy(&scores[r * signature_.outputs.size() + column], static_cast<float*>(data) + r * width, width * sizeof(float));
  }
  return {};
}

Result<std::shared_ptr<const OnnxRuntime>> OnnxRuntime::Load(const std::string& path) {
  auto library = std::make_unique<Library>();
  library->handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library->handle == nullptr) return Fault::Unavailable("onnx runtime: ", dlerror());
  auto* get_base = reinterpret_cast<const ort::ApiBase* (*)()>(dlsym(library->handle, "OrtGetApiBase"));
  if (get_base == nullptr) return Fault::Unavailable(path, " is not ONNX Runtime");
  library->base = get_base();
  library->api = library->base->GetApi(ort::kApiVersion);
  if (library->api == nullptr) return Fault::Unavailable("onnx runtime ", library->base->GetVersionString(), " is too old");
  RETURN_NOT_OK(library->Check(library->Call<ort::CreateEnv>(ort::kLogWarning, "freshet", &library->environment), Code::kInternal, "onnx runtime"));
  RETURN_NOT_OK(library->Check(library->Call<ort::CreateCpuMemoryInfo>(ort::kArenaAllocator, ort::kMemoryDefault, &library->memory), Code::kInternal,
                               "onnx runtime"));
  RETURN_NOT_OK(library->Check(library->Call<ort::GetAllocatorWithDefaultOptions>(&library->allocator), Code::kInternal, "onnx runtime"));
  return std::shared_ptr<const OnnxRuntime>(new OnnxRuntime(std::move(library)));
}

OnnxRuntime::OnnxRuntime(std::unique_ptr<Library> library) : library_(std::move(library)) {}
OnnxRuntime::~OnnxRuntime() = default;

std::string OnnxRuntime::version() const { return library_->base->GetVersionString(); }

Result<std::unique_ptr<ports::Scorer>> OnnxRuntime::OpenModel(std::shared_ptr<const OnnxRuntime> runtime, ports::ModelIdentity identity,
                                                              std::vector<std::string> inputs, std::string_view score, std::string_view model) {
  auto scorer = std::make_unique<OnnxScorer>(std::move(runtime), std::move(identity));
  RETURN_NOT_OK(scorer->Open(std::move(inputs), score, model));
  return std::unique_ptr<ports::Scorer>(std::move(scorer));
}

}  // namespace freshet::models
