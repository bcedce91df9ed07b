#include "model/norm_predictor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/file.h"
#include "model/voice.h"

namespace litetts::model {
namespace {

const std::string kModel = HomeFolder() + "/models/kokoro-v1.0-int8.safetensors";

TEST(NormPredictorTest, DescribesLevels) {
  constexpr size_t kFrames = 3;
  std::vector<float> first(kFrames * Generator::kFirstRowsPerFrame * Generator::kFirstChannels);
  for (size_t i = 0; i < first.size(); ++i) {
    first[i] = (i / Generator::kFirstChannels) % 2 == 0 ? 3.0f : -10.0f;  // -1 behind the ReLU
  }
  const size_t har_rows = 120 * kFrames + 1;
  std::vector<float> har(har_rows * Generator::kSpectrum, -2.0f);
  std::fill(har.end() - Generator::kSpectrum, har.end(), 1000.0f);  // the row of no frame
  const std::vector<float> style(kStyleSize / 2, 0.5f);
  std::vector<float> features(NormPredictor::kFeatures);
  Arena scratch;
  NormPredictor::Describe(scratch,
                          {first.data(), kFrames * Generator::kFirstRowsPerFrame,
                           Generator::kFirstChannels, Generator::kFirstChannels},
                          {har.data(), har_rows, Generator::kSpectrum, Generator::kSpectrum}, style,
                          features);
  EXPECT_FLOAT_EQ(features[7], 1.0f);
  EXPECT_FLOAT_EQ(features[Generator::kFirstChannels + 7], std::sqrt(5.0f));
  EXPECT_FLOAT_EQ(features[2 * Generator::kFirstChannels + 3], -2.0f);
  EXPECT_FLOAT_EQ(features[2 * Generator::kFirstChannels + Generator::kSpectrum + 3], 2.0f);
  EXPECT_EQ(features.back(), 0.5f);
}

TEST(NormPredictorTest, KnowsTheWeightsItWasFittedTo) {
  Result<TensorFile> model = TensorFile::Open(kModel);
  if (!model.ok()) GTEST_SKIP() << "no model file under " << HomeFolder();
  const NormPredictor predictor;
  EXPECT_TRUE(predictor.Knows(*model));
  // The same layer alone, with one weight in another place of its grid.
  const std::string name = "decoder.generator.noise_convs.1";
  std::vector<Tensor> tensors;
  std::vector<std::byte> changed;
  for (const char* part : {".weight", ".weight_scale", ".bias"}) {
    const Tensor* tensor = model->Find(name + part);
    ASSERT_NE(tensor, nullptr);
    tensors.push_back(*tensor);
  }
  const std::string path = testing::TempDir() + "/norm_predictor_test.safetensors";
  ASSERT_TRUE(WriteTensorFile(path, tensors, {}).ok());
  EXPECT_TRUE(predictor.Knows(*TensorFile::Open(path)));
  changed.assign(tensors[0].bytes.begin(), tensors[0].bytes.end());
  changed[5] = static_cast<std::byte>(static_cast<int8_t>(changed[5]) + 1);
  tensors[0].bytes = changed;
  ASSERT_TRUE(WriteTensorFile(path, tensors, {}).ok());
  EXPECT_FALSE(predictor.Knows(*TensorFile::Open(path)));
  ASSERT_TRUE(WriteTensorFile(path, std::span(tensors).first(1), {}).ok());
  EXPECT_FALSE(predictor.Knows(*TensorFile::Open(path)));
}

TEST(NormPredictorTest, KnowsTheStylesOfVoicesAndBlends) {
  const Result<VoiceTable> voices = VoiceTable::Open(HomeFolder() + "/voices.safetensors");
  if (!voices.ok()) GTEST_SKIP() << "no voice file under " << HomeFolder();
  const NormPredictor predictor;
  Workspace workspace(1);
  const Request request;
  LayerContext context(request, workspace);
  const auto knows = [&](std::string_view name, size_t size, float factor) {
    const Result<Voice> voice = voices->Resolve(name);
    std::vector<float> row(voice->StyleRow(size).begin(), voice->StyleRow(size).end());
    for (float& value : row) value *= factor;
    return predictor.Knows(context, {.values = std::span(row).first(kStyleSize / 2), .norms = {}});
  };
  // Rows of fewer than some ten symbols lie apart; so few are spoken at once anyway.
  for (const VoiceInfo& voice : voices->voices()) {
    for (const size_t size : {12, 60, 180})
      EXPECT_TRUE(knows(voice.name, size, 1.0f)) << voice.name;
  }
  EXPECT_TRUE(knows("af_heart(2)+bm_george", 60, 1.0f));
  EXPECT_FALSE(knows("af_heart", 60, 4.0f));
}

}  // namespace
}  // namespace litetts::model
