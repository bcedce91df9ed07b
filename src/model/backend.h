#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "model/precision.h"

namespace litetts::model {

struct Request;
struct Utterance;
struct Workspace;

// Name of the setting that tells where the copies of BackendOptions::copies_weights lie.
inline constexpr std::string_view kCopiedWeights = "copied_weights";

// What a backend says of itself.
struct BackendInfo {
  std::string name;       // "native" or "onnxruntime"
  std::string version;    // of the library; empty where it is ours
  std::string precision;  // of the arithmetic: "bf16"; "model": as the model file says
  std::string variant;    // of the weights: "int8"
  // Equal where equal requests give equal bits: weights, arithmetic, instructions and program.
  std::string identity;
  bool has_durations = true;   // Run() tells how long each token lasts
  bool has_noise_seed = true;  // Request::noise_seed has an effect
  bool has_speed = true;       // any speed; false: Request::speed must be 1
  bool is_exact = true;        // nothing computes these weights more exactly
  std::vector<std::pair<std::string, std::string>> settings = {};  // in use, by name
};

// What turns tokens into samples. Immutable, thread-safe: Run() may be called from many threads,
// each with its own Workspace.
class Backend {
 public:
  virtual ~Backend() = default;
  // Resets the workspace's arena. kInvalidArgument for a request outside its ranges, kCancelled.
  virtual Result<Utterance> Run(const Request& request, Workspace& workspace) const = 0;
  virtual const BackendInfo& info() const = 0;
  // The pages (of PagesOf()) of the model file, or their copies, that Run() reads; empty where
  // the backend has memory of its own for what it reads.
  virtual std::span<const std::span<const std::byte>> WeightPages() const { return {}; }
};

// Settings of ONNX Runtime, as its documentation has them.
struct OnnxRuntimeOptions {
  std::string library = {};                // path; empty: FindOnnxRuntime()
  std::string graph_optimization = "all";  // or disabled, basic, extended
  bool runs_in_parallel = false;           // independent nodes at once, on inter_op_threads
  int intra_op_threads = 0;                // within a node; 0: UsableCores()
  int inter_op_threads = 1;
  bool spins = true;  // idle threads wait busily
  bool has_arena = true;
  bool has_memory_pattern = true;
  bool is_deterministic = false;
  std::string profile = {};  // start of the name of a JSON file that it writes; empty: none
};

enum class BackendKind { kNative, kOnnxRuntime };

// "native" or "onnxruntime"; kInvalidArgument for another name.
Result<BackendKind> ParseBackend(std::string_view name);

struct BackendOptions {
  BackendKind kind = BackendKind::kNative;
  Precision precision = Precision::kAuto;  // of the native backend
  bool copies_weights = false;             // the same: Kokoro::Load()
  OnnxRuntimeOptions onnx = {};
};

}  // namespace litetts::model
