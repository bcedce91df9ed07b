#include "model/onnx_runtime.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "base/cpu.h"
#include "base/file.h"
#include "base/mutex.h"
#include "base/thread_pool.h"
#include "kernels/simd.h"
#include "model/kokoro.h"
#include "model/onnx_runtime_api.h"
#include "model/sha256.h"
#include "model/vocabulary.h"

namespace litetts::model {
namespace {

constexpr std::array<std::string_view, 4> kLevels = {"disabled", "basic", "extended", "all"};
constexpr std::array<int, 4> kLevelNumbers = {0, 1, 2, 99};
constexpr const char* kIntraSpin = "session.intra_op.allow_spinning";
constexpr const char* kInterSpin = "session.inter_op.allow_spinning";
constexpr auto kCancelInterval = std::chrono::milliseconds(5);

std::string_view YesNo(bool value) { return value ? "true" : "false"; }

// One object of the library, given back at the end.
template <typename T>
class Owned {
 public:
  explicit Owned(const ort::Api& api) : api_(&api) {}
  Owned(Owned&& other) noexcept
      : api_(other.api_), object_(std::exchange(other.object_, nullptr)) {}
  Owned& operator=(Owned&&) = delete;
  ~Owned() {
    if (object_ != nullptr) api_->Release(object_);
  }
  T* get() const { return object_; }
  T** out() { return &object_; }

 private:
  const ort::Api* api_;
  T* object_ = nullptr;
};

std::string OneLine(std::string text) {
  constexpr size_t kMaxLength = 300;
  if (text.size() > kMaxLength) text = text.substr(0, kMaxLength) + "...";
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// A shared library, never unloaded: its threads may outlive the last session.
struct Library {
  std::string path;
  std::string version;
  ort::Api api;

  Status Check(ort::Status* status, std::string_view what) const {
    if (status == nullptr) return OkStatus();
    std::string message = OneLine(api.Message(status));
    api.Release(status);
    return InvalidArgument("ONNX Runtime ", version, " cannot ", what, ": ", message);
  }
};

// Where Python packages of an installation are.
void AddPackageFolders(const std::filesystem::path& lib, std::vector<std::string>& folders) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(lib, error)) {
    if (!entry.path().filename().string().starts_with("python")) continue;
    for (const char* name : {"site-packages", "dist-packages"}) {
      folders.push_back((entry.path() / name / "onnxruntime" / "capi").string());
    }
  }
}

std::optional<std::string> LibraryIn(const std::string& folder) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().filename().string().starts_with("libonnxruntime.so")) {
      return entry.path().string();
    }
  }
  return std::nullopt;
}

Result<Library> OpenLibrary(const std::string& path) {
  void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    return FailedPrecondition("cannot load the ONNX Runtime library: ", OneLine(::dlerror()));
  }
  using GetBase = const ort::ApiBase* (*)();
  const auto get_base = reinterpret_cast<GetBase>(::dlsym(handle, "OrtGetApiBase"));
  if (get_base == nullptr) {
    return FailedPrecondition("'", path, "' is no ONNX Runtime library: it lacks OrtGetApiBase");
  }
  const ort::ApiBase* base = get_base();
  Library library{.path = path, .version = base->version(), .api = {}};
  const void* const* table = base->get_api(ort::kMinVersion);
  if (table == nullptr) {
    return FailedPrecondition("'", path, "' is ONNX Runtime ", library.version, "; at least 1.",
                              ort::kMinVersion, " is needed");
  }
  library.api = ort::Api(table);
  return library;
}

// An input or output of the graph.
struct Port {
  std::string name;
  ort::Type type = ort::Type::kFloat;
  std::vector<int64_t> shape;  // -1: free
};

std::string Describe(const Port& port) {
  std::string text = port.name + " ";
  switch (port.type) {
    case ort::Type::kFloat:
      text += "float";
      break;
    case ort::Type::kInt32:
      text += "int32";
      break;
    case ort::Type::kInt64:
      text += "int64";
      break;
    case ort::Type::kFloat16:
      text += "float16";
      break;
    default:
      text += Concat("type ", static_cast<int>(port.type));
  }
  text += '[';
  for (size_t i = 0; i < port.shape.size(); ++i) {
    text += Concat(i > 0 ? "," : "", port.shape[i] < 0 ? "?" : std::to_string(port.shape[i]));
  }
  return text + "]";
}

std::string Describe(std::span<const Port> ports) {
  std::string text;
  for (const Port& port : ports) text += (text.empty() ? "" : ", ") + Describe(port);
  return text;
}

// Ends a run once `cancel` is true.
class CancelWatch {
 public:
  CancelWatch(const std::atomic<bool>* cancel, const Library& library, ort::RunOptions* options) {
    if (cancel == nullptr) return;
    thread_ = std::thread([this, cancel, &library, options] {
      MutexLock lock(mutex_);
      while (!is_over_) {
        if (cancel->load(std::memory_order_relaxed)) {
          (void)library.Check(library.api.Terminate(options), "end a run");
          return;
        }
        over_.WaitUntil(mutex_, std::chrono::steady_clock::now() + kCancelInterval);
      }
    });
  }
  ~CancelWatch() {
    if (!thread_.joinable()) return;
    {
      MutexLock lock(mutex_);
      is_over_ = true;
    }
    over_.NotifyAll();
    thread_.join();
  }
  CancelWatch(const CancelWatch&) = delete;
  CancelWatch& operator=(const CancelWatch&) = delete;

 private:
  Mutex mutex_;
  CondVar over_;
  bool is_over_ LITETTS_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

class OnnxRuntime : public Backend {
 public:
  explicit OnnxRuntime(Library library)
      : library_(std::move(library)), env_(api()), memory_(api()), session_(api()) {}
  ~OnnxRuntime() override {
    if (has_profile_ && session_.get() != nullptr) EndProfile();
  }

  Status Load(const std::string& path, const OnnxRuntimeOptions& options);
  Result<Utterance> Run(const Request& request, Workspace& workspace) const override;
  const BackendInfo& info() const override { return info_; }

 private:
  const ort::Api& api() const { return library_.api; }
  Status SetUp(const OnnxRuntimeOptions& options, ort::SessionOptions* session);
  Result<std::string> ReadEntry(const ort::SessionOptions* session, const char* key) const;
  Result<std::vector<Port>> Ports(bool is_input) const;
  Status FindPorts(const std::string& path);
  Status MakeTensor(void* data, const Port& port, int64_t size, Owned<ort::Value>& out) const;
  void EndProfile();

  const Library library_;
  Owned<ort::Env> env_;
  Owned<ort::MemoryInfo> memory_;
  Owned<ort::Session> session_;
  ort::Allocator* allocator_ = nullptr;  // the library's
  Port tokens_, style_, speed_, samples_;
  BackendInfo info_;
  bool has_profile_ = false;
};

void OnnxRuntime::EndProfile() {
  char* name = nullptr;
  if (library_.Check(api().EndProfiling(session_.get(), allocator_, &name), "profile").ok()) {
    (void)library_.Check(api().Free(allocator_, name), "free a name");
  }
}

Result<std::string> OnnxRuntime::ReadEntry(const ort::SessionOptions* session,
                                           const char* key) const {
  std::array<char, 16> value{};
  size_t size = value.size();
  LITETTS_RETURN_IF_ERROR(
      library_.Check(api().GetEntry(session, key, value.data(), &size), "read a setting"));
  return std::string(value.data());
}

// Sets each option, and notes it as it is in use.
Status OnnxRuntime::SetUp(const OnnxRuntimeOptions& options, ort::SessionOptions* session) {
  const auto level = std::find(kLevels.begin(), kLevels.end(), options.graph_optimization);
  if (level == kLevels.end()) {
    return InvalidArgument("graph_optimization is disabled, basic, extended or all, not '",
                           options.graph_optimization, "'");
  }
  const int intra_op_threads =
      options.intra_op_threads > 0 ? options.intra_op_threads : static_cast<int>(UsableCores());
  const char* spins = options.spins ? "1" : "0";
  const auto number = kLevelNumbers[static_cast<size_t>(level - kLevels.begin())];
  const std::array<std::pair<std::string_view, ort::Status*>, 9> calls = {{
      {"graph_optimization", api().SetGraphOptimization(session, number)},
      {"execution_mode", api().SetExecutionMode(session, options.runs_in_parallel ? 1 : 0)},
      {"intra_op_threads", api().SetIntraOpThreads(session, intra_op_threads)},
      {"inter_op_threads", api().SetInterOpThreads(session, options.inter_op_threads)},
      {"spinning", api().AddEntry(session, kIntraSpin, spins)},
      {"spinning", api().AddEntry(session, kInterSpin, spins)},
      {"arena", api().SetArena(session, options.has_arena)},
      {"memory_pattern", api().SetMemoryPattern(session, options.has_memory_pattern)},
      {"deterministic", api().SetDeterministic(session, options.is_deterministic)},
  }};
  Status status;
  for (const auto& [name, result] : calls) {
    const Status each = library_.Check(result, Concat("set ", name));
    if (status.ok()) status = each;
  }
  LITETTS_RETURN_IF_ERROR(status);
  if (!options.profile.empty()) {
    LITETTS_RETURN_IF_ERROR(
        library_.Check(api().EnableProfiling(session, options.profile.c_str()), "set profile"));
    has_profile_ = true;
  }
  LITETTS_ASSIGN_OR_RETURN(const std::string intra_spins, ReadEntry(session, kIntraSpin));
  LITETTS_ASSIGN_OR_RETURN(const std::string inter_spins, ReadEntry(session, kInterSpin));
  info_.settings = {
      {"library", library_.path},
      {"graph_optimization", options.graph_optimization},
      {"execution_mode", options.runs_in_parallel ? "parallel" : "sequential"},
      {"intra_op_threads", std::to_string(intra_op_threads)},
      {"inter_op_threads", std::to_string(options.inter_op_threads)},
      {"spinning", std::string(YesNo(intra_spins == "1" && inter_spins == "1"))},
      {"arena", std::string(YesNo(options.has_arena))},
      {"memory_pattern", std::string(YesNo(options.has_memory_pattern))},
      {"deterministic", std::string(YesNo(options.is_deterministic))},
      {"profile", options.profile},
  };
  return OkStatus();
}

Result<std::vector<Port>> OnnxRuntime::Ports(bool is_input) const {
  const auto check = [&](ort::Status* status) { return library_.Check(status, "read the model"); };
  ort::Session* session = session_.get();
  size_t count = 0;
  LITETTS_RETURN_IF_ERROR(
      check(is_input ? api().NumInputs(session, &count) : api().NumOutputs(session, &count)));
  std::vector<Port> ports(count);
  for (size_t i = 0; i < count; ++i) {
    char* name = nullptr;
    LITETTS_RETURN_IF_ERROR(check(is_input ? api().InputName(session, i, allocator_, &name)
                                           : api().OutputName(session, i, allocator_, &name)));
    ports[i].name = name;
    LITETTS_RETURN_IF_ERROR(check(api().Free(allocator_, name)));
    Owned<ort::TypeInfo> type(api());
    LITETTS_RETURN_IF_ERROR(check(is_input ? api().InputType(session, i, type.out())
                                           : api().OutputType(session, i, type.out())));
    const ort::TensorInfo* tensor = nullptr;
    LITETTS_RETURN_IF_ERROR(check(api().TensorInfoOf(type.get(), &tensor)));
    if (tensor == nullptr) {
      ports[i].type = ort::Type{0};
      continue;
    }
    size_t num_dimensions = 0;
    LITETTS_RETURN_IF_ERROR(check(api().ElementType(tensor, &ports[i].type)));
    LITETTS_RETURN_IF_ERROR(check(api().NumDimensions(tensor, &num_dimensions)));
    ports[i].shape.resize(num_dimensions);
    LITETTS_RETURN_IF_ERROR(check(api().Dimensions(tensor, ports[i].shape.data(), num_dimensions)));
  }
  return ports;
}

// Which input is which, by type and shape: exports give them different names.
Status OnnxRuntime::FindPorts(const std::string& path) {
  LITETTS_ASSIGN_OR_RETURN(const std::vector<Port> inputs, Ports(true));
  LITETTS_ASSIGN_OR_RETURN(const std::vector<Port> outputs, Ports(false));
  size_t num_tokens = 0, num_styles = 0, num_speeds = 0;
  for (const Port& port : inputs) {
    const bool is_style = !port.shape.empty() && port.shape.back() == int64_t{kStyleSize};
    const bool is_one = port.shape.size() <= 1;
    if (port.type == ort::Type::kInt64 && port.shape.size() == 2) {
      tokens_ = port;
      ++num_tokens;
    } else if (port.type == ort::Type::kFloat && is_style) {
      style_ = port;
      ++num_styles;
    } else if ((port.type == ort::Type::kFloat || port.type == ort::Type::kInt32) && is_one) {
      speed_ = port;
      ++num_speeds;
    }
  }
  const auto output = std::find_if(outputs.begin(), outputs.end(),
                                   [](const Port& port) { return port.type == ort::Type::kFloat; });
  const bool fits = inputs.size() == 3 && num_tokens == 1 && num_styles == 1 && num_speeds == 1;
  if (!fits || output == outputs.end()) {
    return InvalidArgument("'", path, "' is no Kokoro-82M model: it has inputs ", Describe(inputs),
                           " and outputs ", Describe(outputs),
                           ", not tokens int64[1,?], style float[1,256] and speed[1] to float");
  }
  samples_ = *output;
  info_.has_speed = speed_.type == ort::Type::kFloat;
  return OkStatus();
}

Status OnnxRuntime::Load(const std::string& path, const OnnxRuntimeOptions& options) {
  LITETTS_ASSIGN_OR_RETURN(const MappedFile file, MappedFile::Open(path));
  const std::string sha256 = Sha256Hex(file.bytes());
  const auto check = [&](ort::Status* status) { return library_.Check(status, "start"); };
  LITETTS_RETURN_IF_ERROR(check(api().CreateEnv(ort::kLogNothing, "litetts", env_.out())));
  LITETTS_RETURN_IF_ERROR(
      check(api().CreateCpuMemoryInfo(ort::kArenaAllocator, ort::kDefaultMemory, memory_.out())));
  LITETTS_RETURN_IF_ERROR(check(api().DefaultAllocator(&allocator_)));
  Owned<ort::SessionOptions> session(api());
  LITETTS_RETURN_IF_ERROR(check(api().Create(session.out())));
  LITETTS_RETURN_IF_ERROR(SetUp(options, session.get()));
  LITETTS_RETURN_IF_ERROR(
      library_.Check(api().Create(env_.get(), path.c_str(), session.get(), session_.out()),
                     Concat("load '", path, "'")));
  LITETTS_RETURN_IF_ERROR(FindPorts(path));
  info_.name = "onnxruntime";
  info_.version = library_.version;
  info_.precision = "model";
  info_.variant = std::filesystem::path(path).stem().string();
  info_.has_durations = false;
  info_.has_noise_seed = false;
  info_.identity = Concat(info_.name, ' ', info_.version, ' ', sha256, ' ', kernels::SimdName());
  for (const auto& [name, value] : info_.settings) {
    if (name != "library" && name != "profile") info_.identity += Concat(' ', value);
  }
  return OkStatus();
}

Status OnnxRuntime::MakeTensor(void* data, const Port& port, int64_t size,
                               Owned<ort::Value>& out) const {
  const size_t item = port.type == ort::Type::kInt64 ? 8 : 4;
  const std::array<int64_t, 2> shape = {1, size};
  // The speed has no second dimension, or none at all.
  const size_t num_dimensions = std::min<size_t>(port.shape.size(), 2);
  return library_.Check(api().CreateTensor(memory_.get(), data, static_cast<size_t>(size) * item,
                                           shape.data(), num_dimensions, port.type, out.out()),
                        "make an input");
}

Result<Utterance> OnnxRuntime::Run(const Request& request, Workspace& workspace) const {
  LITETTS_RETURN_IF_ERROR(ValidateRequest(request));
  if (request.noise_seed) {
    return InvalidArgument("the backend onnxruntime takes no seed: its model adds no noise");
  }
  if (!info_.has_speed && request.speed != 1.0f) {
    return InvalidArgument("this model takes whole speeds only, not ", request.speed);
  }
  const auto is_cancelled = [&] {
    return request.cancel != nullptr && request.cancel->load(std::memory_order_relaxed);
  };
  if (is_cancelled()) return Cancelled("the synthesis was cancelled");
  workspace.arena.Reset();
  const std::span<int64_t> ids = workspace.arena.Allocate<int64_t>(request.tokens.size() + 2);
  std::copy(request.tokens.begin(), request.tokens.end(), ids.begin() + 1);
  ids.front() = ids.back() = kPadId;
  const std::span<float> style = workspace.arena.Allocate<float>(kStyleSize);
  std::copy(request.style.begin(), request.style.end(), style.begin());
  float speed = request.speed;
  int32_t whole_speed = 1;
  void* const speed_data =
      info_.has_speed ? static_cast<void*>(&speed) : static_cast<void*>(&whole_speed);

  Owned<ort::Value> tokens_value(api()), style_value(api()), speed_value(api()), output(api());
  Owned<ort::RunOptions> options(api());
  LITETTS_RETURN_IF_ERROR(
      MakeTensor(ids.data(), tokens_, static_cast<int64_t>(ids.size()), tokens_value));
  LITETTS_RETURN_IF_ERROR(MakeTensor(style.data(), style_, kStyleSize, style_value));
  LITETTS_RETURN_IF_ERROR(MakeTensor(speed_data, speed_, 1, speed_value));
  LITETTS_RETURN_IF_ERROR(library_.Check(api().Create(options.out()), "run"));
  const std::array<const char*, 3> names = {tokens_.name.c_str(), style_.name.c_str(),
                                            speed_.name.c_str()};
  const std::array<const ort::Value*, 3> values = {tokens_value.get(), style_value.get(),
                                                   speed_value.get()};
  const char* const output_name = samples_.name.c_str();
  ort::Status* result = nullptr;
  {
    const CancelWatch watch(request.cancel, library_, options.get());
    result = api().Run(session_.get(), options.get(), names.data(), values.data(), names.size(),
                       &output_name, 1, output.out());
  }
  const Status status = library_.Check(result, "run the model");
  if (is_cancelled()) return Cancelled("the synthesis was cancelled");
  if (!status.ok()) return Internal(status.message());
  Owned<ort::TensorInfo> info(api());
  size_t size = 0;
  void* data = nullptr;
  LITETTS_RETURN_IF_ERROR(library_.Check(api().TensorInfoOf(output.get(), info.out()), "run"));
  LITETTS_RETURN_IF_ERROR(library_.Check(api().NumElements(info.get(), &size), "run"));
  LITETTS_RETURN_IF_ERROR(library_.Check(api().Data(output.get(), &data), "run"));
  const std::span<float> samples = workspace.arena.Allocate<float>(size);
  std::copy_n(static_cast<const float*>(data), size, samples.begin());
  if (request.sample_listener != nullptr) {
    LITETTS_RETURN_IF_ERROR(request.sample_listener->OnSamples(samples));
  }
  return Utterance{.durations = {}, .samples = samples};
}

Result<bool> ParseBool(std::string_view name, std::string_view value) {
  if (value == "true" || value == "false") return value == "true";
  return InvalidArgument(name, " is true or false, not '", value, "'");
}

Result<int> ParseThreads(std::string_view name, std::string_view value) {
  int number = -1;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc() && end == value.data() + value.size() && number >= 0 &&
      number <= static_cast<int>(kMaxThreads)) {
    return number;
  }
  return InvalidArgument(name, " is from 0 to ", kMaxThreads, ", not '", value, "'");
}

}  // namespace

Result<BackendKind> ParseBackend(std::string_view name) {
  if (name == "native") return BackendKind::kNative;
  if (name == "onnxruntime") return BackendKind::kOnnxRuntime;
  return InvalidArgument("a backend is native or onnxruntime, not '", name, "'");
}

Result<std::string> FindOnnxRuntime() {
  if (const char* path = std::getenv("LITETTS_ONNXRUNTIME_LIBRARY");
      path != nullptr && *path != '\0') {
    return std::string(path);
  }
  std::vector<std::string> folders = {HomeFolder() + "/onnxruntime"};
  if (const char* venv = std::getenv("VIRTUAL_ENV"); venv != nullptr && *venv != '\0') {
    AddPackageFolders(Concat(venv, "/lib"), folders);
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    AddPackageFolders(Concat(home, "/.local/lib"), folders);
  }
  AddPackageFolders("/usr/local/lib", folders);
  AddPackageFolders("/usr/lib", folders);
  for (const std::string& folder : folders) {
    if (const std::optional<std::string> found = LibraryIn(folder)) return *found;
  }
  constexpr const char* kSystem = "libonnxruntime.so.1";
  if (::dlopen(kSystem, RTLD_NOW | RTLD_LOCAL) != nullptr) return std::string(kSystem);
  return NotFound(
      "there is no ONNX Runtime library: name it with --onnx library=FILE or in "
      "LITETTS_ONNXRUNTIME_LIBRARY, or run tools/fetch_onnxruntime.py");
}

Status SetOnnxRuntimeOption(std::string_view name, std::string_view value,
                            OnnxRuntimeOptions& options) {
  const std::array<std::pair<std::string_view, bool*>, 4> flags = {{
      {"spinning", &options.spins},
      {"arena", &options.has_arena},
      {"memory_pattern", &options.has_memory_pattern},
      {"deterministic", &options.is_deterministic},
  }};
  for (const auto& [flag, target] : flags) {
    if (flag != name) continue;
    LITETTS_ASSIGN_OR_RETURN(*target, ParseBool(name, value));
    return OkStatus();
  }
  if (name == "intra_op_threads") {
    LITETTS_ASSIGN_OR_RETURN(options.intra_op_threads, ParseThreads(name, value));
  } else if (name == "inter_op_threads") {
    LITETTS_ASSIGN_OR_RETURN(options.inter_op_threads, ParseThreads(name, value));
  } else if (name == "execution_mode") {
    if (value != "sequential" && value != "parallel") {
      return InvalidArgument("execution_mode is sequential or parallel, not '", value, "'");
    }
    options.runs_in_parallel = value == "parallel";
  } else if (name == "graph_optimization") {
    if (std::find(kLevels.begin(), kLevels.end(), value) == kLevels.end()) {
      return InvalidArgument("graph_optimization is disabled, basic, extended or all, not '", value,
                             "'");
    }
    options.graph_optimization = value;
  } else if (name == "library") {
    options.library = value;
  } else if (name == "profile") {
    options.profile = value;
  } else {
    return InvalidArgument(
        "ONNX Runtime has no setting '", name,
        "' here; known: library, graph_optimization, execution_mode, intra_op_threads, "
        "inter_op_threads, spinning, arena, memory_pattern, deterministic, profile");
  }
  return OkStatus();
}

Result<std::unique_ptr<const Backend>> LoadOnnxRuntime(const std::string& path,
                                                       const OnnxRuntimeOptions& options) {
  std::string library_path = options.library;
  if (library_path.empty()) {
    LITETTS_ASSIGN_OR_RETURN(library_path, FindOnnxRuntime());
  }
  LITETTS_ASSIGN_OR_RETURN(Library library, OpenLibrary(library_path));
  auto backend = std::make_unique<OnnxRuntime>(std::move(library));
  LITETTS_RETURN_IF_ERROR(backend->Load(path, options));
  return std::unique_ptr<const Backend>(std::move(backend));
}

}  // namespace litetts::model
