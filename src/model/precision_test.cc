#include "model/precision.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/file.h"
#include "model/kokoro.h"

namespace litetts::model {
namespace {

TEST(PrecisionTest, NamesAreReadAndWritten) {
  for (const Precision precision :
       {Precision::kAuto, Precision::kF32, Precision::kBf16, Precision::kI8}) {
    EXPECT_EQ(*ParsePrecision(PrecisionName(precision)), precision);
  }
  EXPECT_EQ(ParsePrecision("f8").status().code(), StatusCode::kInvalidArgument);
}

TEST(PrecisionTest, AutoPicksWhatThisCpuHas) {
  const Result<Precision> picked = ResolvePrecision(Precision::kAuto);
  ASSERT_TRUE(picked.ok());
  EXPECT_NE(*picked, Precision::kAuto);
  EXPECT_EQ(*ResolvePrecision(*picked), *picked);
  EXPECT_EQ(*ResolvePrecision(Precision::kF32), Precision::kF32);
}

struct Speech {
  std::vector<int32_t> durations;
  std::vector<float> samples;
};

class PrecisionSpeechTest : public testing::TestWithParam<Precision> {
 protected:
  // A short word in a smooth style; the same source for all, since pitch is computed in float.
  static Result<Speech> Speak(Precision precision, size_t num_threads) {
    LITETTS_ASSIGN_OR_RETURN(
        const Kokoro kokoro,
        Kokoro::Load(HomeFolder() + "/models/kokoro-v1.0-int8.safetensors", precision));
    const std::vector<int32_t> tokens = {50, 83, 54, 156, 31, 3, 16, 65, 156, 87, 123, 54, 46, 5};
    std::vector<float> style(kStyleSize);
    for (size_t i = 0; i < kStyleSize; ++i)
      style[i] = 0.2f * std::sin(1.7f * static_cast<float>(i));
    Request request;
    request.tokens = tokens;
    request.style = style;
    Workspace workspace(num_threads);
    LITETTS_ASSIGN_OR_RETURN(const Utterance result, kokoro.Run(request, workspace));
    return Speech{{result.durations.begin(), result.durations.end()},
                  {result.samples.begin(), result.samples.end()}};
  }
};

INSTANTIATE_TEST_SUITE_P(Narrow, PrecisionSpeechTest,
                         testing::Values(Precision::kBf16, Precision::kI8),
                         [](const auto& each) { return std::string(PrecisionName(each.param)); });

TEST_P(PrecisionSpeechTest, KeepsDurationsAndStaysNearFloat) {
  if (!ResolvePrecision(GetParam()).ok()) GTEST_SKIP() << "this CPU has no such instructions";
  const Result<Speech> want = Speak(Precision::kF32, 1);
  if (want.status().code() == StatusCode::kNotFound) GTEST_SKIP() << "no model file";
  ASSERT_TRUE(want.ok());
  const Result<Speech> got = Speak(GetParam(), 1);
  ASSERT_TRUE(got.ok()) << got.status().ToString();
  EXPECT_EQ(got->durations, want->durations);
  double signal = 0.0;
  double noise = 1e-30;
  ASSERT_EQ(got->samples.size(), want->samples.size());
  for (size_t i = 0; i < want->samples.size(); ++i) {
    const double difference = got->samples[i] - want->samples[i];
    signal += static_cast<double>(want->samples[i]) * want->samples[i];
    noise += difference * difference;
  }
  // Measured on many utterances: 44 to 48 dB and 29 dB (docs/performance.md).
  EXPECT_GT(10.0 * std::log10(signal / noise), GetParam() == Precision::kBf16 ? 38.0 : 22.0);
  EXPECT_EQ(Speak(GetParam(), 3)->samples, got->samples) << "another number of threads";
}

}  // namespace
}  // namespace litetts::model
