#include "model/kokoro.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/cpu.h"
#include "base/file.h"
#include "kernels/simd.h"
#include "kernels/targets_test.h"
#include "model/voice.h"

namespace {

std::atomic<size_t> num_allocations{0};

void* CountedAllocation(size_t size, size_t alignment) {
  num_allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* p = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment))
    return p;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(size_t size) { return CountedAllocation(size, alignof(std::max_align_t)); }
void* operator new(size_t size, std::align_val_t alignment) {
  return CountedAllocation(size, static_cast<size_t>(alignment));
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, size_t, std::align_val_t) noexcept { std::free(p); }

namespace litetts::model {
namespace {

const std::string kModel = HomeFolder() + "/models/kokoro-v1.0-int8.safetensors";
const std::vector<int32_t> kHello = {50, 83, 54, 156, 31, 3, 16, 65, 156, 87, 123, 54, 46, 5};

// A smooth row in the range of real ones, so that no voice file is needed.
std::vector<float> SomeStyle() {
  std::vector<float> style(kStyleSize);
  for (size_t i = 0; i < style.size(); ++i) {
    style[i] = 0.2f * std::sin(1.7f * static_cast<float>(i));
  }
  return style;
}

class KokoroTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    Result<Kokoro> loaded = Kokoro::Load(kModel);
    if (loaded.ok()) kokoro_.emplace(std::move(loaded).value());
    ASSERT_TRUE(loaded.ok() || loaded.status().code() == StatusCode::kNotFound)
        << loaded.status().ToString();
  }
  static void TearDownTestSuite() { kokoro_.reset(); }

  void SetUp() override {
    if (!kokoro_.has_value()) GTEST_SKIP() << "no model file under " << HomeFolder();
    request_.tokens = kHello;
    request_.style = style_;
  }

  StatusCode CodeOf(const Request& request) {
    Workspace workspace(1);
    return kokoro_->Run(request, workspace).status().code();
  }

  static inline std::optional<Kokoro> kokoro_;
  const std::vector<float> style_ = SomeStyle();
  Request request_;
};

TEST_F(KokoroTest, SpeaksFramesTimesSamples) {
  Workspace workspace(1);
  const Result<Utterance> result = kokoro_->Run(request_, workspace);
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  ASSERT_EQ(result->durations.size(), kHello.size() + 2);
  const int frames = std::accumulate(result->durations.begin(), result->durations.end(), 0);
  EXPECT_EQ(result->samples.size(), static_cast<size_t>(frames) * kSamplesPerFrame);
  double energy = 0.0;
  for (const float sample : result->samples) {
    ASSERT_TRUE(std::isfinite(sample));
    energy += static_cast<double>(sample) * sample;
  }
  EXPECT_GT(energy / static_cast<double>(result->samples.size()), 1e-6);
}

TEST_F(KokoroTest, SameSamplesForAnyNumberOfThreads) {
  request_.noise_seed = 7;
  std::vector<float> want;
  for (const size_t num_threads : {1, 2, 3}) {
    Workspace workspace(num_threads);
    const Result<Utterance> result = kokoro_->Run(request_, workspace);
    ASSERT_TRUE(result.ok());
    const std::vector<float> got(result->samples.begin(), result->samples.end());
    if (want.empty()) want = got;
    EXPECT_EQ(got, want) << num_threads << " threads";
  }
}

TEST_F(KokoroTest, SameSamplesInAWarmWorkspace) {
  Workspace workspace(2);
  const Result<Utterance> first = kokoro_->Run(request_, workspace);
  ASSERT_TRUE(first.ok());
  const std::vector<float> want(first->samples.begin(), first->samples.end());
  Request other = request_;
  other.speed = 0.5f;
  ASSERT_TRUE(kokoro_->Run(other, workspace).ok());
  const Result<Utterance> again = kokoro_->Run(request_, workspace);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(std::vector<float>(again->samples.begin(), again->samples.end()), want);
}

// That a third run of the request in one workspace allocates nothing.
void ExpectNoAllocationsOnceWarm(const Kokoro& kokoro, const Request& request) {
  Workspace workspace(2);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(kokoro.Run(request, workspace).ok());
  const size_t before = num_allocations.load();
  const bool ok = kokoro.Run(request, workspace).ok();
  EXPECT_EQ(num_allocations.load() - before, 0u);
  EXPECT_TRUE(ok);
}

TEST_F(KokoroTest, AllocatesNothingAfterWarmUp) {
#ifdef LITETTS_VERIFY_KERNELS
  GTEST_SKIP() << "the kernels' references allocate";
#endif
  ExpectNoAllocationsOnceWarm(*kokoro_, request_);
}

// Keeps the stage "norms", which a run in windows can be given.
class NormsKeeper final : public StageObserver {
 public:
  void OnStage(std::string_view name, std::span<const float> values, size_t, size_t) override {
    if (name == "norms") norms_.assign(values.begin(), values.end());
  }
  std::vector<float> norms_;
};

class Recorder final : public SampleListener {
 public:
  Status OnSamples(std::span<const float> samples) override {
    ++num_windows_;
    samples_.insert(samples_.end(), samples.begin(), samples.end());
    return num_windows_ == fail_at_ ? DataLoss("the listener is full") : OkStatus();
  }
  std::vector<float> samples_;
  size_t num_windows_ = 0;
  size_t fail_at_ = 0;
};

// The style of a real voice; empty without a voice file.
std::vector<float> StyleOf(std::string_view name, size_t num_symbols) {
  const Result<VoiceTable> voices = VoiceTable::Open(HomeFolder() + "/voices.safetensors");
  if (!voices.ok()) return {};
  const std::optional<Voice> voice = voices->Find(name);
  const std::span<const float> row = voice->StyleRow(num_symbols);
  return {row.begin(), row.end()};
}

TEST_F(KokoroTest, SamplesLeaveEarlyAndSoundLikeTheWhole) {
  const std::vector<float> style = StyleOf("bf_emma", kHello.size());
  if (style.empty()) GTEST_SKIP() << "no voice file under " << HomeFolder();
  request_.style = style;
  Workspace workspace(1);
  const Result<Utterance> exact = kokoro_->Run(request_, workspace);
  ASSERT_TRUE(exact.ok());
  const std::vector<float> want(exact->samples.begin(), exact->samples.end());
  const std::vector<int32_t> durations(exact->durations.begin(), exact->durations.end());
  std::vector<float> one_thread;
  for (const size_t num_threads : {1, 3}) {
    Recorder recorder;
    request_.sample_listener = &recorder;
    Workspace other(num_threads);
    const Result<Utterance> result = kokoro_->Run(request_, other);
    ASSERT_TRUE(result.ok());
    EXPECT_GT(recorder.num_windows_, 1u);
    EXPECT_TRUE(std::equal(recorder.samples_.begin(), recorder.samples_.end(),
                           result->samples.begin(), result->samples.end()));
    EXPECT_EQ(durations, std::vector<int32_t>(result->durations.begin(), result->durations.end()));
    if (one_thread.empty()) one_thread = recorder.samples_;
    EXPECT_EQ(recorder.samples_, one_thread) << num_threads << " threads";
  }
  double signal = 0.0;
  double error = 0.0;
  for (size_t i = 0; i < want.size(); ++i) {
    const auto difference = static_cast<double>(one_thread[i]) - static_cast<double>(want[i]);
    signal += static_cast<double>(want[i]) * static_cast<double>(want[i]);
    error += difference * difference;
  }
  EXPECT_GT(10.0 * std::log10(signal / error), 10.0) << "dB";
  EXPECT_GT(error, 0.0);
}

TEST_F(KokoroTest, AStyleLikeNoVoiceIsHeardExactly) {
  Workspace workspace(1);
  const Result<Utterance> exact = kokoro_->Run(request_, workspace);
  ASSERT_TRUE(exact.ok());
  const std::vector<float> want(exact->samples.begin(), exact->samples.end());
  Recorder recorder;
  request_.sample_listener = &recorder;
  ASSERT_TRUE(kokoro_->Run(request_, workspace).ok());
  EXPECT_EQ(recorder.num_windows_, 1u);
  EXPECT_EQ(recorder.samples_, want);
}

TEST_F(KokoroTest, AllocatesNothingInWindowsAfterWarmUp) {
#ifdef LITETTS_VERIFY_KERNELS
  GTEST_SKIP() << "the kernels' references allocate";
#endif
  class Counter final : public SampleListener {
   public:
    Status OnSamples(std::span<const float>) override {
      ++num_windows_;
      return OkStatus();
    }
    size_t num_windows_ = 0;
  } counter;
  const std::vector<float> style = StyleOf("am_adam", kHello.size());
  if (style.empty()) GTEST_SKIP() << "no voice file under " << HomeFolder();
  request_.style = style;
  request_.sample_listener = &counter;
  ExpectNoAllocationsOnceWarm(*kokoro_, request_);
  EXPECT_GT(counter.num_windows_, 3u);
}

TEST_F(KokoroTest, EndsWithTheErrorOfTheSampleListener) {
  NormsKeeper norms;
  Request whole = request_;
  whole.observer = &norms;
  Workspace workspace(2);
  Recorder recorder;
  recorder.fail_at_ = 1;
  whole.sample_listener = &recorder;
  EXPECT_EQ(kokoro_->Run(whole, workspace).status().code(), StatusCode::kDataLoss);
  request_.inject_norms = norms.norms_;
  request_.windows = {8, 8};
  Recorder second;
  second.fail_at_ = 2;
  request_.sample_listener = &second;
  EXPECT_EQ(kokoro_->Run(request_, workspace).status().code(), StatusCode::kDataLoss);
  EXPECT_EQ(second.num_windows_, 2u);
}

// What decides in which kernels the generator runs.
struct Arithmetic {
  int64_t target = 0;
  bool hides_amx = false;
  Precision precision = Precision::kF32;

  void Select() const {
    hwy::SetSupportedTargetsForTest(target);
    kernels::HideAmxForTest(hides_amx);
  }
  static void Reset() {
    hwy::SetSupportedTargetsForTest(0);
    kernels::HideAmxForTest(false);
  }
};

std::vector<Arithmetic> ArithmeticsOfThisCpu() {
  std::vector<Arithmetic> all;
  for (const int64_t target : kernels::TargetsOfThisCpu()) {
    for (const bool hides_amx : {false, true}) {
      const Arithmetic with_target = {target, hides_amx};
      with_target.Select();
      const bool is_same = hides_amx && !kernels::AvailableDotInstructions().has_vnni;
      for (const Precision precision : {Precision::kF32, Precision::kBf16, Precision::kI8}) {
        if (!is_same && ResolvePrecision(precision).ok()) {
          all.push_back({target, hides_amx, precision});
        }
      }
      Arithmetic::Reset();
    }
  }
  return all;
}

class ArithmeticTest : public testing::TestWithParam<Arithmetic> {
 protected:
  void SetUp() override { GetParam().Select(); }
  void TearDown() override { Arithmetic::Reset(); }
};

INSTANTIATE_TEST_SUITE_P(Arithmetics, ArithmeticTest, testing::ValuesIn(ArithmeticsOfThisCpu()),
                         [](const auto& each) {
                           return std::string(hwy::TargetName(each.param.target)) +
                                  (each.param.hides_amx ? "_without_amx_" : "_") +
                                  std::string(PrecisionName(each.param.precision));
                         });

TEST_P(ArithmeticTest, GivesEqualBitsForAnyNumberOfThreadsAndTheSameDurations) {
  const Result<Kokoro> kokoro = Kokoro::Load(kModel, GetParam().precision);
  if (kokoro.status().code() == StatusCode::kNotFound) GTEST_SKIP() << "no model file";
  ASSERT_TRUE(kokoro.ok());
  const std::vector<float> style = SomeStyle();
  Request request;
  request.tokens = std::span(kHello).first(4);
  request.style = style;
  std::vector<float> want;
  for (const size_t num_threads : {1, 3}) {
    Workspace workspace(num_threads);
    const Result<Utterance> result = kokoro->Run(request, workspace);
    ASSERT_TRUE(result.ok());
    const std::vector<float> got(result->samples.begin(), result->samples.end());
    if (want.empty()) want = got;
    EXPECT_EQ(got, want) << num_threads << " threads";
    EXPECT_EQ(std::vector<int32_t>(result->durations.begin(), result->durations.end()),
              (std::vector<int32_t>{13, 2, 2, 3, 4, 1}));
  }
}

TEST_P(ArithmeticTest, WindowsWithTheNormsOfTheWholeGiveItsBits) {
  const Result<Kokoro> kokoro = Kokoro::Load(kModel, GetParam().precision);
  if (kokoro.status().code() == StatusCode::kNotFound) GTEST_SKIP() << "no model file";
  ASSERT_TRUE(kokoro.ok());
  const std::vector<float> style = SomeStyle();
  NormsKeeper norms;
  Request request;
  request.tokens = std::span(kHello).first(4);
  request.style = style;
  request.observer = &norms;
  Workspace workspace(2);
  const Result<Utterance> result = kokoro->Run(request, workspace);
  ASSERT_TRUE(result.ok());
  const std::vector<float> want(result->samples.begin(), result->samples.end());
  const size_t num_frames = want.size() / kSamplesPerFrame;
  request.observer = nullptr;
  request.inject_norms = norms.norms_;
  for (const WindowSizes sizes : {WindowSizes{1, 9}, {7, 7}, {1000, 1000}}) {
    Recorder recorder;
    request.sample_listener = &recorder;
    request.windows = sizes;
    const Result<Utterance> windowed = kokoro->Run(request, workspace);
    ASSERT_TRUE(windowed.ok());
    EXPECT_EQ(recorder.samples_, want) << sizes.first << " to " << sizes.most;
    EXPECT_TRUE(std::equal(want.begin(), want.end(), windowed->samples.begin()));
    EXPECT_EQ(recorder.num_windows_ == 1, sizes.first >= num_frames);
  }
}

TEST_F(KokoroTest, SeedsGiveDifferentRepeatableNoise) {
  Workspace workspace(1);
  const auto samples = [&](std::optional<uint64_t> seed) {
    Request request = request_;
    request.noise_seed = seed;
    const Result<Utterance> result = kokoro_->Run(request, workspace);
    return std::vector<float>(result->samples.begin(), result->samples.end());
  };
  const std::vector<float> one = samples(1);
  EXPECT_EQ(one, samples(1));
  EXPECT_NE(one, samples(2));
  EXPECT_NE(one, samples(std::nullopt));
}

TEST_F(KokoroTest, TellsDurationsBeforeItReturns) {
  class Listener final : public DurationListener {
   public:
    void OnDurations(std::span<const int32_t> durations) override {
      durations_.assign(durations.begin(), durations.end());
    }
    std::vector<int32_t> durations_;
  } listener;
  request_.duration_listener = &listener;
  Workspace workspace(1);
  const Result<Utterance> result = kokoro_->Run(request_, workspace);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(listener.durations_,
            std::vector<int32_t>(result->durations.begin(), result->durations.end()));
}

TEST_F(KokoroTest, ProfilesWorkAndTime) {
  LayerProfile profile;
  request_.profile = &profile;
  Workspace workspace(1);
  const Result<Utterance> result = kokoro_->Run(request_, workspace);
  ASSERT_TRUE(result.ok());
  double flops = 0.0;
  for (size_t i = 0; i < kNumLayerGroups; ++i) {
    if (static_cast<LayerGroup>(i) == LayerGroup::kNorms) continue;  // not foretold
    EXPECT_GT(profile.entries[i].seconds, 0.0) << LayerGroupName(static_cast<LayerGroup>(i));
    flops += profile.entries[i].flops;
  }
  // 52.7 GFLOP a second of audio and 0.16 a token (spec section 16); LSTM recurrences, the
  // transforms and attention are not counted, the projection of `shared` once a token.
  const double seconds = static_cast<double>(result->samples.size()) / kSampleRateHz;
  const double want = 52.5e9 * seconds + 0.145e9 * static_cast<double>(kHello.size() + 2);
  EXPECT_NEAR(flops / want, 1.0, 0.03);
}

TEST_F(KokoroTest, StopsSoonWhenCancelled) {
  std::vector<int32_t> tokens;
  for (int i = 0; i < 30; ++i) tokens.insert(tokens.end(), kHello.begin(), kHello.end());
  request_.tokens = tokens;
  // At once, in the text side, and inside long loops of the generator.
  for (const int delay_ms : {0, 20, 300, 800}) {
    std::atomic<bool> cancel{delay_ms == 0};
    std::atomic<double> cancelled_at{NowSeconds()};
    request_.cancel = &cancel;
    std::thread client([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
      cancelled_at.store(NowSeconds());
      cancel.store(true);
    });
    Workspace workspace(2);
    const StatusCode code = kokoro_->Run(request_, workspace).status().code();
    const double waited_seconds = NowSeconds() - cancelled_at.load();
    client.join();
    EXPECT_EQ(code, StatusCode::kCancelled) << delay_ms;
    RecordProperty("waited_ms_after_" + std::to_string(delay_ms),
                   std::to_string(1e3 * waited_seconds));
  }
}

TEST_F(KokoroTest, RefusesTokensOutsideTheVocabularyOrTheLimits) {
  const std::vector<int32_t> full(kMaxTokens + 1, 50);
  for (const std::vector<int32_t>& tokens :
       {std::vector<int32_t>{}, std::vector<int32_t>{-1}, std::vector<int32_t>{178},
        std::vector<int32_t>{5, std::numeric_limits<int32_t>::max()},
        std::vector<int32_t>{std::numeric_limits<int32_t>::min()}, full}) {
    request_.tokens = tokens;
    EXPECT_EQ(CodeOf(request_), StatusCode::kInvalidArgument) << tokens.size();
  }
}

TEST_F(KokoroTest, RefusesStylesOfAnotherSizeOrNotFinite) {
  request_.style = std::span(style_).first(255);
  EXPECT_EQ(CodeOf(request_), StatusCode::kInvalidArgument);
  std::vector<float> bad = style_;
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    bad[200] = value;
    request_.style = bad;
    EXPECT_EQ(CodeOf(request_), StatusCode::kInvalidArgument);
  }
}

TEST_F(KokoroTest, RefusesSpeedsOutsideTheRange) {
  for (const float speed :
       {0.0f, -1.0f, 1e9f, 1e-9f, 0.09f, 10.1f, std::numeric_limits<float>::quiet_NaN(),
        std::numeric_limits<float>::infinity()}) {
    request_.speed = speed;
    EXPECT_EQ(CodeOf(request_), StatusCode::kInvalidArgument) << speed;
  }
}

TEST_F(KokoroTest, RefusesUtterancesThatWouldLastTooLong) {
  std::vector<int32_t> tokens;
  while (tokens.size() + kHello.size() <= kMaxTokens) {
    tokens.insert(tokens.end(), kHello.begin(), kHello.end());
  }
  request_.tokens = tokens;
  request_.speed = kMinSpeed;
  Workspace workspace(2);
  const Result<Utterance> result = kokoro_->Run(request_, workspace);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(result.status().message().find("split the text"), std::string::npos);
  EXPECT_LT(workspace.arena.peak(), size_t{64} << 20);  // refused before the memory is taken
}

TEST_F(KokoroTest, ExtremeButValidStylesGiveSound) {
  const std::vector<float> loud(kStyleSize, 100.0f);
  request_.style = loud;
  Workspace workspace(2);
  const Result<Utterance> result = kokoro_->Run(request_, workspace);
  EXPECT_TRUE(result.ok() || result.status().code() == StatusCode::kInvalidArgument)
      << result.status().ToString();
}

TEST_F(KokoroTest, CopiedWeightsSoundTheSameAndAreTold) {
  EXPECT_TRUE(kokoro_->info().settings.empty());
  size_t num_bytes = 0;
  for (const auto& pages : kokoro_->WeightPages()) num_bytes += pages.size();
  // Of 87 MiB, what the generator multiplies has been packed.
  EXPECT_GT(num_bytes, size_t{55} << 20);
  EXPECT_LT(num_bytes, size_t{80} << 20);
  Workspace workspace(2);
  const Result<Utterance> mapped = kokoro_->Run(request_, workspace);
  ASSERT_TRUE(mapped.ok());
  const std::vector<float> want(mapped->samples.begin(), mapped->samples.end());
  const Result<Kokoro> copied = Kokoro::Load(kModel, Precision::kF32, /*copies_weights=*/true);
  ASSERT_TRUE(copied.ok()) << copied.status().ToString();
  for (int i = 0; i < 2; ++i) {  // nothing of the copies is given back by a run
    const Result<Utterance> result = copied->Run(request_, workspace);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(std::vector<float>(result->samples.begin(), result->samples.end()), want);
  }
  ASSERT_EQ(copied->info().settings.size(), 1u);
  const auto& [name, value] = copied->info().settings[0];
  EXPECT_EQ(name, kCopiedWeights);
  EXPECT_TRUE(value.starts_with(Concat(num_bytes >> 20, " MiB, "))) << value;
}

TEST(KokoroLoadTest, SaysWhatIsWrongWithTheFile) {
  EXPECT_EQ(Kokoro::Load("/nonexistent/model.safetensors").status().code(), StatusCode::kNotFound);
  EXPECT_FALSE(Kokoro::Load("src/model/kokoro_test.cc").ok());
}

}  // namespace
}  // namespace litetts::model
