// The network against the stages that ONNX Runtime computes on the same weights (README.md here).
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numbers>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "kernels/simd.h"
#include "model/kokoro.h"
#include "model/tensor_file.h"

namespace litetts::model {
namespace {

// Two float32 implementations differ by up to 6e-6 (ALBERT on two tokens).
constexpr double kMaxStageError = 1e-5;
constexpr double kMinSnrDb = 95.0;
// Phases drift apart, since they integrate the pitch: 0.1 cent gives up to 2.5 dB on long
// utterances.
constexpr double kMaxLsdDb = 2.5;
constexpr double kMaxLevelDb = 0.3;
// The export's inverse transform scales so many samples at each end wrongly.
constexpr size_t kEdge = 10;

// Root mean square of the difference over that of `want`.
double RelativeError(std::span<const float> got, std::span<const float> want) {
  double difference = 0.0;
  double norm = 0.0;
  for (size_t i = 0; i < want.size(); ++i) {
    const double d = static_cast<double>(got[i]) - want[i];
    difference += d * d;
    norm += static_cast<double>(want[i]) * want[i];
  }
  return std::sqrt(difference / norm);
}

double Energy(std::span<const float> samples) {
  double energy = 0.0;
  for (const float sample : samples) energy += static_cast<double>(sample) * sample;
  return energy;
}

class LogSpectra {
 public:
  LogSpectra() {
    for (size_t i = 0; i < kSize; ++i) {
      const double turns = static_cast<double>(i) / kSize;
      cosine_[i] = std::cos(2.0 * std::numbers::pi * turns);
      sine_[i] = std::sin(2.0 * std::numbers::pi * turns);
      window_[i] = 0.5 - 0.5 * cosine_[i];
    }
  }

  // Mean over frames of the root mean square difference of log spectra, floor 80 dB below the
  // loudest bin.
  double Distance(std::span<const float> a, std::span<const float> b) const {
    const std::vector<double> pa = Powers(a);
    const std::vector<double> pb = Powers(b);
    double loudest = 0.0;
    for (const double p : pa) loudest = std::max(loudest, p);
    for (const double p : pb) loudest = std::max(loudest, p);
    const auto db = [&](double p) {
      return std::max(-80.0, 10.0 * std::log10((p + 1e-30) / loudest));
    };
    double total = 0.0;
    for (size_t frame = 0; frame < pa.size(); frame += kBins) {
      double sum = 0.0;
      for (size_t k = 0; k < kBins; ++k) {
        const double d = db(pa[frame + k]) - db(pb[frame + k]);
        sum += d * d;
      }
      total += std::sqrt(sum / kBins);
    }
    return total / static_cast<double>(pa.size() / kBins);
  }

 private:
  static constexpr size_t kSize = 1024;
  static constexpr size_t kHop = 512;
  static constexpr size_t kBins = kSize / 2 + 1;

  std::vector<double> Powers(std::span<const float> samples) const {
    std::vector<double> powers;
    for (size_t begin = 0; begin + kSize <= samples.size(); begin += kHop) {
      for (size_t k = 0; k < kBins; ++k) {
        double re = 0.0;
        double im = 0.0;
        for (size_t i = 0; i < kSize; ++i) {
          const double x = window_[i] * samples[begin + i];
          re += x * cosine_[i * k % kSize];
          im += x * sine_[i * k % kSize];
        }
        powers.push_back(re * re + im * im);
      }
    }
    return powers;
  }

  std::array<double, kSize> window_;
  std::array<double, kSize> cosine_;
  std::array<double, kSize> sine_;
};

class StageCollector final : public StageObserver {
 public:
  struct Stage {
    std::vector<float> values;
    size_t rows = 0;
    size_t columns = 0;
  };
  void OnStage(std::string_view name, std::span<const float> values, size_t rows,
               size_t columns) override {
    stages_[std::string(name)] = {std::vector<float>(values.begin(), values.end()), rows, columns};
  }
  std::map<std::string, Stage> stages_;
};

// The stages whose input a test injects: all that follow the source.
bool FollowsSource(const std::string& stage) {
  return stage.starts_with("noise_res") || stage.starts_with("ups") ||
         stage.starts_with("stage.") || stage == "conv_post";
}

class GoldenTest : public testing::TestWithParam<const char*> {
 protected:
  static void SetUpTestSuite() {
    const char* cap = std::getenv("LITETTS_SIMD");
    ASSERT_TRUE(cap == nullptr || kernels::CapSimd(cap).ok()) << cap;
    Result<Kokoro> loaded = Kokoro::Load(HomeFolder() + "/models/kokoro-v1.0-int8.safetensors");
    ASSERT_TRUE(loaded.ok() || loaded.status().code() == StatusCode::kNotFound)
        << loaded.status().ToString();
    if (loaded.ok()) kokoro_.emplace(std::move(loaded).value());
  }
  static void TearDownTestSuite() { kokoro_.reset(); }

  void SetUp() override {
    if (!kokoro_.has_value()) GTEST_SKIP() << "no model file under " << HomeFolder();
    Result<TensorFile> file =
        TensorFile::Open(std::string("tests/golden/") + GetParam() + ".safetensors");
    ASSERT_TRUE(file.ok()) << file.status().ToString();
    golden_.emplace(std::move(file).value());
    request_.tokens = golden_->Find("tokens")->As<int32_t>();
    request_.style = golden_->Find("style")->As<float>();
    request_.speed = golden_->Find("speed")->As<float>()[0];
    want_samples_ = golden_->Find("samples")->As<float>();
    ruled_samples_ = golden_->Find("ruled_samples")->As<float>();
    request_.observer = &observed_;
  }

  // Runs the request and compares the stages that `is_compared` picks.
  template <typename Predicate>
  std::vector<float> RunAndCompare(const Predicate& is_compared) {
    Workspace workspace(2);
    const Result<Utterance> result = kokoro_->Run(request_, workspace);
    if (!result.ok()) {
      ADD_FAILURE() << result.status().ToString();
      return {};
    }
    const auto durations = golden_->Find("durations")->As<int32_t>();
    EXPECT_EQ(std::vector<int32_t>(result->durations.begin(), result->durations.end()),
              std::vector<int32_t>(durations.begin(), durations.end()));
    for (const Tensor& tensor : golden_->tensors()) {
      if (!tensor.name.starts_with("stage.")) continue;
      const std::string stage = tensor.name.substr(6);
      if (is_compared(stage)) CompareStage(stage, tensor.As<float>());
    }
    return std::vector<float>(result->samples.begin(), result->samples.end());
  }

  void CompareStage(const std::string& stage, std::span<const float> want) {
    const auto layout = golden_->Find("layout." + stage)->As<int32_t>();
    ASSERT_TRUE(observed_.stages_.contains(stage)) << stage;
    const StageCollector::Stage& got = observed_.stages_[stage];
    ASSERT_EQ(got.rows, static_cast<size_t>(layout[0])) << stage;
    ASSERT_EQ(got.columns, static_cast<size_t>(layout[1])) << stage;
    std::vector<float> sample;
    for (size_t i = 0; i < got.values.size(); i += static_cast<size_t>(layout[2])) {
      sample.push_back(got.values[i]);
    }
    ASSERT_EQ(sample.size(), want.size()) << stage;
    EXPECT_LE(RelativeError(sample, want), kMaxStageError) << stage;
  }

  static inline std::optional<Kokoro> kokoro_;
  std::optional<TensorFile> golden_;
  StageCollector observed_;
  Request request_;
  std::span<const float> want_samples_;
  std::span<const float> ruled_samples_;
};

TEST_P(GoldenTest, FreeRunAgreesUpToPhases) {
  const std::vector<float> got = RunAndCompare(
      [](const std::string& stage) { return !FollowsSource(stage) && stage != "har"; });
  ASSERT_EQ(got.size(), want_samples_.size());
  EXPECT_LE(std::abs(10.0 * std::log10(Energy(got) / Energy(ruled_samples_))), kMaxLevelDb);
  EXPECT_LE(LogSpectra().Distance(got, want_samples_), kMaxLsdDb);
}

// Of the goldens that hold har and decode.3 whole.
using GoldenGeneratorTest = GoldenTest;

TEST_P(GoldenGeneratorTest, AgreesOnInjectedInput) {
  request_.inject_har = golden_->Find("stage.har")->As<float>();
  request_.inject_decoder = golden_->Find("stage.decode.3")->As<float>();
  const std::vector<float> got = RunAndCompare(FollowsSource);
  ASSERT_EQ(got.size(), want_samples_.size());
  const auto inner = [](std::span<const float> all) {
    return all.subspan(kEdge, all.size() - 2 * kEdge);
  };
  const double error = RelativeError(inner(got), inner(want_samples_));
  EXPECT_GE(-20.0 * std::log10(error), kMinSnrDb);
}

std::string NameOf(const testing::TestParamInfo<const char*>& info) {
  return std::string(info.param).substr(0, 3);
}
INSTANTIATE_TEST_SUITE_P(Utterances, GoldenTest, testing::Values("u02-af_heart", "u04-bf_emma"),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(Utterances, GoldenGeneratorTest, testing::Values("u02-af_heart"), NameOf);

}  // namespace
}  // namespace litetts::model
