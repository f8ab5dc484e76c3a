#pragma once

#include <cstddef>
#include <cstdint>

// The part of ONNX Runtime's C interface that we call. OrtApi is a table of function pointers that only ever grows
// at its end and is asked for by version, so an entry is known by its place; kPlaces below are those of the published C
// API header (onnxruntime_c_api.h, versions 1 to 24). onnx_scorer_test calls every entry once.

namespace freshet::models::ort {

constexpr uint32_t kApiVersion = 17;  // the newest entry used here is older than this

struct ApiBase {
  const void* const* (*GetApi)(uint32_t version);
  const char* (*GetVersionString)();
};

// Opaque objects of the library.
struct Status;
struct Environment;
struct SessionOptions;
struct Session;
struct MemoryInfo;
struct Value;
struct TypeInfo;
struct ShapeInfo;  // OrtTensorTypeAndShapeInfo
struct Allocator;
struct RunOptions;

constexpr int kLogWarning = 2;
constexpr int kArenaAllocator = 1;
constexpr int kMemoryDefault = 0;
constexpr int kElementFloat = 1;

// One typed entry of the table.
template <size_t kPlace, typename Function>
struct Entry {
  static Function* In(const void* const* api) { return reinterpret_cast<Function*>(const_cast<void*>(api[kPlace])); }
};

using GetErrorMessage = Entry<2, const char*(const Status*)>;
using CreateEnv = Entry<3, Status*(int level, const char* name, Environment** out)>;
using CreateSessionFromArray = Entry<8, Status*(const Environment*, const void* bytes, size_t length, const SessionOptions*, Session** out)>;
using Run = Entry<9, Status*(Session*, const RunOptions*, const char* const* input_names, const Value* const* inputs, size_t input_count,
                             const char* const* output_names, size_t output_count, Value** outputs)>;
using CreateSessionOptions = Entry<10, Status*(SessionOptions** out)>;
using SetIntraOpNumThreads = Entry<24, Status*(SessionOptions*, int)>;
using SetInterOpNumThreads = Entry<25, Status*(SessionOptions*, int)>;
using SessionGetInputCount = Entry<30, Status*(const Session*, size_t* out)>;
using SessionGetOutputCount = Entry<31, Status*(const Session*, size_t* out)>;
using SessionGetInputTypeInfo = Entry<33, Status*(const Session*, size_t, TypeInfo** out)>;
using SessionGetOutputTypeInfo = Entry<34, Status*(const Session*, size_t, TypeInfo** out)>;
using SessionGetInputName = Entry<36, Status*(const Session*, size_t, Allocator*, char** out)>;
using SessionGetOutputName = Entry<37, Status*(const Session*, size_t, Allocator*, char** out)>;
using CreateTensorWithDataAsOrtValue = Entry<49, Status*(const MemoryInfo*, void* data, size_t bytes, const int64_t* shape, size_t rank,
                                                         int element_type, Value** out)>;
using GetTensorMutableData = Entry<51, Status*(Value*, void** out)>;
using CastTypeInfoToTensorInfo = Entry<55, Status*(const TypeInfo*, const ShapeInfo** out)>;
using GetTensorElementType = Entry<60, Status*(const ShapeInfo*, int* out)>;
using GetDimensionsCount = Entry<61, Status*(const ShapeInfo*, size_t* out)>;
using GetDimensions = Entry<62, Status*(const ShapeInfo*, int64_t* out, size_t count)>;
using GetTensorShapeElementCount = Entry<64, Status*(const ShapeInfo*, size_t* out)>;
using GetTensorTypeAndShape = Entry<65, Status*(const Value*, ShapeInfo** out)>;
using CreateCpuMemoryInfo = Entry<69, Status*(int allocator, int memory, MemoryInfo** out)>;
using AllocatorFree = Entry<76, Status*(Allocator*, void*)>;
using GetAllocatorWithDefaultOptions = Entry<78, Status*(Allocator** out)>;
using ReleaseEnv = Entry<92, void(Environment*)>;
using ReleaseStatus = Entry<93, void(Status*)>;
using ReleaseMemoryInfo = Entry<94, void(MemoryInfo*)>;
using ReleaseSession = Entry<95, void(Session*)>;
using ReleaseValue = Entry<96, void(Value*)>;
using ReleaseTypeInfo = Entry<98, void(TypeInfo*)>;
using ReleaseShapeInfo = Entry<99, void(ShapeInfo*)>;
using ReleaseSessionOptions = Entry<100, void(SessionOptions*)>;
using AddSessionConfigEntry = Entry<130, Status*(SessionOptions*, const char* key, const char* value)>;

}  // namespace freshet::models::ort
