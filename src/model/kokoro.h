#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/status.h"
#include "base/thread_pool.h"
#include "model/backend.h"
#include "model/precision.h"
#include "model/profile.h"
#include "model/vocabulary.h"

namespace litetts::model {

inline constexpr int kSampleRateHz = 24000;
inline constexpr size_t kSamplesPerFrame = 600;  // one alignment frame = 25 ms
inline constexpr size_t kStyleSize = 256;
inline constexpr size_t kFramesPerSecond = 40;
// Longest utterance, 160 s: 1.6 GB of scratch.
inline constexpr size_t kMaxFrames = 160 * kFramesPerSecond;
inline constexpr float kMinSpeed = 0.1f;
inline constexpr float kMaxSpeed = 10.0f;

// Scratch and threads of one synthesis. Thread-compatible: one Run() at a time.
struct Workspace {
  explicit Workspace(size_t num_threads) : pool(num_threads) {}
  ThreadPool pool;
  Arena arena;
};

// Receives intermediate results, for golden tests and profiling. Layout: row-major [rows, columns],
// time-major. Names are those of tests/golden/README.md ("bert", "d", "f0", "har", ...).
class StageObserver {
 public:
  virtual ~StageObserver() = default;
  virtual void OnStage(std::string_view name, std::span<const float> values, size_t rows,
                       size_t columns) = 0;
};

// Told the durations as soon as they are known, before the decoder and the vocoder (over 90 % of
// the work) run.
class DurationListener {
 public:
  virtual ~DurationListener() = default;
  virtual void OnDurations(std::span<const int32_t> durations) = 0;
};

// Given the samples while they are made. An error that it returns ends Run() with that error.
class SampleListener {
 public:
  virtual ~SampleListener() = default;
  virtual Status OnSamples(std::span<const float> samples) = 0;
};

// Frames of the windows in which samples leave: the first is short, so that sound leaves soon, the
// others each twice as long as the one before, since longer ones share more work.
struct WindowSizes {
  size_t first = 8;
  size_t most = 192;
};

// What lasts 1 / speed of what it does at speed 1: the tokens and those pads that are asked for.
struct WholeRate {
  bool with_start = true;
  bool with_end = true;
};

struct Request {
  std::span<const int32_t> tokens;  // 1..kMaxTokens ids without pads, each in [0, 178)
  std::span<const float> style;     // [256]: acoustic half, then prosodic half
  float speed = 1.0f;               // durations are divided by it; kMinSpeed..kMaxSpeed
  // The whole lasts 1 / speed of what it does at speed 1, to a frame. None: each token's duration
  // is divided and rounded by itself, as the reference does, and the whole is up to 8 % off.
  std::optional<WholeRate> whole_rate;
  std::optional<uint64_t>
      noise_seed;  // Gaussian source noise (spec section 11); none: noise-free source
  // Once true, Run() returns kCancelled within milliseconds: loops over the pool look at it.
  const std::atomic<bool>* cancel = nullptr;
  DurationListener* duration_listener = nullptr;
  // Has the samples leave window by window, with norms that are foretold (norm_predictor.h) where
  // they are for this model and style; else all at once at the end, as without a listener.
  SampleListener* sample_listener = nullptr;
  WindowSizes windows = {};
  StageObserver* observer = nullptr;
  LayerProfile* profile = nullptr;  // what the run took is added to it
  // Golden tests replace what is ill-conditioned (spec section 11): time-major, empty: computed.
  std::span<const float> inject_har = {};      // [120 F + 1, 22]
  std::span<const float> inject_decoder = {};  // [2 F, 512]
  // Means, then variances of the second stage's norm channels, as the stage "norms" shows them: the
  // generator runs in windows with these.
  std::span<const float> inject_norms = {};  // [2, Generator::kNormChannels]
};

// Views into the workspace's arena, valid until its next Run().
struct Utterance {
  // Frames per token, both pads included: tokens + 2 entries. Empty: the backend does not tell.
  std::span<const int32_t> durations;
  std::span<const float> samples;  // 24 kHz, 600 * sum(durations)
};

// kInvalidArgument for what no backend can speak: tokens, style or speed outside their ranges.
Status ValidateRequest(const Request& request);

// The native backend: the Kokoro-82M network over a mapped model file (docs/formats/model-file.md).
// Immutable after Load(), thread-safe: Run() may be called from many threads, each with its own
// Workspace.
class Kokoro : public Backend {
 public:
  // kNotFound, kDataLoss naming the tensor or offset, kInvalidArgument for a file of another kind,
  // or what ResolvePrecision() says. `copies_weights`: what is read later on is copied into memory
  // of this process, as MakePrivate() does; info() tells where it lies.
  static Result<Kokoro> Load(const std::string& path, Precision precision = Precision::kF32,
                             bool copies_weights = false);
  Kokoro(Kokoro&&) noexcept;
  Kokoro& operator=(Kokoro&&) noexcept;
  ~Kokoro() override;

  // Resets the workspace's arena. kInvalidArgument for a request outside its ranges or one that
  // would last more than kMaxFrames, kCancelled. After a warm-up of the same size it allocates
  // nothing.
  Result<Utterance> Run(const Request& request, Workspace& workspace) const override;

  const BackendInfo& info() const override;
  std::span<const std::span<const std::byte>> WeightPages() const override;
  Precision precision() const;  // in use, never kAuto

 private:
  struct Network;
  explicit Kokoro(std::unique_ptr<const Network> network);
  std::unique_ptr<const Network> network_;
};

}  // namespace litetts::model
