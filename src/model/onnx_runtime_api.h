#pragma once

#include <cstddef>
#include <cstdint>

// The part of ONNX Runtime's C API that we call. Its functions lie in one table, in an order that
// never changes, new ones behind the old; the places are those of onnxruntime_c_api.h.
namespace litetts::model::ort {

struct Status;
struct Env;
struct SessionOptions;
struct Session;
struct RunOptions;
struct Value;
struct MemoryInfo;
struct Allocator;
struct TypeInfo;
struct TensorInfo;

inline constexpr uint32_t kMinVersion = 17;  // the last function of Api came with 1.17
inline constexpr int kLogNothing = 4;        // errors come back as Status and are told once
inline constexpr int kArenaAllocator = 1;
inline constexpr int kDefaultMemory = 0;

// Element types of a tensor.
enum class Type : int { kFloat = 1, kInt32 = 6, kInt64 = 7, kFloat16 = 10 };

struct ApiBase {
  const void* const* (*get_api)(uint32_t version);  // null: the library is older
  const char* (*version)();                         // "1.32.0"
};

// A null Status is success.
class Api {
 public:
  Api() = default;
  explicit Api(const void* const* table) : table_(table) {}

  const char* Message(const Status* status) const { return Call<2, const char*>(status); }
  void Release(Status* status) const { Call<93, void>(status); }

  Status* CreateEnv(int log_level, const char* name, Env** out) const {
    return Call<3, Status*>(log_level, name, out);
  }
  void Release(Env* env) const { Call<92, void>(env); }

  Status* Create(SessionOptions** out) const { return Call<10, Status*>(out); }
  void Release(SessionOptions* options) const { Call<100, void>(options); }
  Status* SetExecutionMode(SessionOptions* options, int is_parallel) const {
    return Call<13, Status*>(options, is_parallel);
  }
  Status* EnableProfiling(SessionOptions* options, const char* prefix) const {
    return Call<14, Status*>(options, prefix);
  }
  Status* SetMemoryPattern(SessionOptions* options, bool is_on) const {
    return is_on ? Call<16, Status*>(options) : Call<17, Status*>(options);
  }
  Status* SetArena(SessionOptions* options, bool is_on) const {
    return is_on ? Call<18, Status*>(options) : Call<19, Status*>(options);
  }
  Status* SetGraphOptimization(SessionOptions* options, int level) const {
    return Call<23, Status*>(options, level);
  }
  Status* SetIntraOpThreads(SessionOptions* options, int count) const {
    return Call<24, Status*>(options, count);
  }
  Status* SetInterOpThreads(SessionOptions* options, int count) const {
    return Call<25, Status*>(options, count);
  }
  Status* AddEntry(SessionOptions* options, const char* key, const char* value) const {
    return Call<130, Status*>(options, key, value);
  }
  // `size` bytes at `value`, then the bytes that it has, its end included.
  Status* GetEntry(const SessionOptions* options, const char* key, char* value,
                   size_t* size) const {
    return Call<238, Status*>(options, key, value, size);
  }
  Status* SetDeterministic(SessionOptions* options, bool is_on) const {
    return Call<273, Status*>(options, is_on);
  }

  Status* Create(const Env* env, const char* path, const SessionOptions* options,
                 Session** out) const {
    return Call<7, Status*>(env, path, options, out);
  }
  void Release(Session* session) const { Call<95, void>(session); }
  Status* NumInputs(const Session* session, size_t* out) const {
    return Call<30, Status*>(session, out);
  }
  Status* NumOutputs(const Session* session, size_t* out) const {
    return Call<31, Status*>(session, out);
  }
  Status* InputType(const Session* session, size_t index, TypeInfo** out) const {
    return Call<33, Status*>(session, index, out);
  }
  Status* OutputType(const Session* session, size_t index, TypeInfo** out) const {
    return Call<34, Status*>(session, index, out);
  }
  // To be freed with `allocator`.
  Status* InputName(const Session* session, size_t index, Allocator* allocator, char** out) const {
    return Call<36, Status*>(session, index, allocator, out);
  }
  Status* OutputName(const Session* session, size_t index, Allocator* allocator, char** out) const {
    return Call<37, Status*>(session, index, allocator, out);
  }
  // Writes the profile; its name, to be freed with `allocator`.
  Status* EndProfiling(Session* session, Allocator* allocator, char** out) const {
    return Call<110, Status*>(session, allocator, out);
  }

  Status* DefaultAllocator(Allocator** out) const { return Call<78, Status*>(out); }
  Status* Free(Allocator* allocator, void* memory) const {
    return Call<76, Status*>(allocator, memory);
  }

  // Null where the value is no tensor. Belongs to `type`.
  Status* TensorInfoOf(const TypeInfo* type, const TensorInfo** out) const {
    return Call<55, Status*>(type, out);
  }
  void Release(TypeInfo* type) const { Call<98, void>(type); }
  Status* TensorInfoOf(const Value* value, TensorInfo** out) const {
    return Call<65, Status*>(value, out);
  }
  void Release(TensorInfo* info) const { Call<99, void>(info); }
  Status* ElementType(const TensorInfo* info, Type* out) const {
    return Call<60, Status*>(info, out);
  }
  Status* NumDimensions(const TensorInfo* info, size_t* out) const {
    return Call<61, Status*>(info, out);
  }
  // Free ones are -1.
  Status* Dimensions(const TensorInfo* info, int64_t* out, size_t count) const {
    return Call<62, Status*>(info, out, count);
  }
  Status* NumElements(const TensorInfo* info, size_t* out) const {
    return Call<64, Status*>(info, out);
  }

  Status* CreateCpuMemoryInfo(int allocator, int memory, MemoryInfo** out) const {
    return Call<69, Status*>(allocator, memory, out);
  }
  void Release(MemoryInfo* info) const { Call<94, void>(info); }
  // The tensor reads `data` where it lies.
  Status* CreateTensor(const MemoryInfo* memory, void* data, size_t num_bytes, const int64_t* shape,
                       size_t num_dimensions, Type type, Value** out) const {
    return Call<49, Status*>(memory, data, num_bytes, shape, num_dimensions, type, out);
  }
  Status* Data(Value* value, void** out) const { return Call<51, Status*>(value, out); }
  void Release(Value* value) const { Call<96, void>(value); }

  Status* Create(RunOptions** out) const { return Call<39, Status*>(out); }
  void Release(RunOptions* options) const { Call<97, void>(options); }
  // Ends a Run() with these options within one node.
  Status* Terminate(RunOptions* options) const { return Call<46, Status*>(options); }
  Status* Run(Session* session, const RunOptions* options, const char* const* input_names,
              const Value* const* inputs, size_t num_inputs, const char* const* output_names,
              size_t num_outputs, Value** outputs) const {
    return Call<9, Status*>(session, options, input_names, inputs, num_inputs, output_names,
                            num_outputs, outputs);
  }

 private:
  template <size_t kPlace, typename Out, typename... In>
  Out Call(In... in) const {
    return reinterpret_cast<Out (*)(In...)>(const_cast<void*>(table_[kPlace]))(in...);
  }
  const void* const* table_ = nullptr;
};

}  // namespace litetts::model::ort
