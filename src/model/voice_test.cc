#include "model/voice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace litetts::model {
namespace {

using ::testing::HasSubstr;

constexpr size_t kPackSize = kStyleRows * kStyleColumns;

// A voice whose value at (row, column) is base + row + column / 256.
std::vector<float> MakePack(float base) {
  std::vector<float> pack(kPackSize);
  for (size_t i = 0; i < pack.size(); ++i)
    pack[i] = base + static_cast<float>(i) / static_cast<float>(kStyleColumns);
  return pack;
}

class VoiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::vector<float> heart = MakePack(0.0f);
    const std::vector<float> sky = MakePack(1000.0f);
    const std::vector<size_t> shape = {kStyleRows, kStyleColumns};
    const std::vector<Tensor> tensors = {
        {"af_heart", DataType::kF32, shape, std::as_bytes(std::span(heart))},
        {"af_sky", DataType::kF32, shape, std::as_bytes(std::span(sky))}};
    ASSERT_TRUE(
        WriteTensorFile(path_, tensors, {{"format", "litetts-voices"}, {"format_version", "1"}})
            .ok());
  }
  VoiceTable Table() {
    Result<VoiceTable> table = VoiceTable::Open(path_);
    EXPECT_TRUE(table.ok()) << table.status().ToString();
    return std::move(table).value();
  }
  std::string path_ = ::testing::TempDir() + "/voice_test.safetensors";
};

TEST_F(VoiceTest, SelectsTheRowByLengthAndClampsIt) {
  const VoiceTable table = Table();
  const std::optional<Voice> voice = table.Find("af_heart");
  ASSERT_TRUE(voice);
  ASSERT_EQ(voice->StyleRow(1).size(), kStyleColumns);
  EXPECT_EQ(voice->StyleRow(1)[0], 0.0f);
  EXPECT_EQ(voice->StyleRow(0)[0], 0.0f);
  EXPECT_EQ(voice->StyleRow(100)[0], 99.0f);
  EXPECT_EQ(voice->StyleRow(510)[128], 509.5f);
  EXPECT_EQ(voice->StyleRow(99999)[0], 509.0f);
  EXPECT_FALSE(table.Find("af_moon"));
}

TEST_F(VoiceTest, BlendsByWeight) {
  const VoiceTable table = Table();
  EXPECT_EQ(table.Resolve("af_sky")->StyleRow(1)[0], 1000.0f);
  EXPECT_EQ(table.Resolve("af_sky(3)")->StyleRow(1)[0], 1000.0f);
  EXPECT_EQ(table.Resolve("af_heart+af_sky")->StyleRow(1)[0], 500.0f);
  EXPECT_EQ(table.Resolve("af_heart,af_sky")->StyleRow(3)[0], 502.0f);
  EXPECT_EQ(table.Resolve(" af_heart (3) + af_sky(1) ")->StyleRow(1)[0], 250.0f);
  EXPECT_EQ(table.Resolve("af_heart(1.5)+af_sky(-0.5)")->StyleRow(1)[0], -500.0f);
}

TEST_F(VoiceTest, EverySpellingGivesTheSameTensor) {
  const VoiceTable table = Table();
  const Result<Voice> want = table.Resolve("af_heart(2)+af_sky(3)");
  for (const std::string_view spelling :
       {"af_heart.4+af_sky.6", "af_heart*0.4+af_sky*0.6", "af_heart:40,af_sky:60",
        "af_sky(3)+af_heart(2)", "af_sky+af_heart+af_sky+af_heart+af_sky"}) {
    const Result<Voice> got = table.Resolve(spelling);
    ASSERT_TRUE(got.ok()) << got.status().ToString();
    EXPECT_TRUE(std::ranges::equal(got->rows(), want->rows())) << spelling;
  }
}

TEST_F(VoiceTest, AVoiceWithItselfIsThatVoiceBitForBit) {
  const VoiceTable table = Table();
  const BlendStore saved(::testing::TempDir() + "/voice_test_blends");
  ASSERT_TRUE(saved.Save("twin", "af_sky").ok());
  const std::optional<Voice> want = table.Find("af_sky");
  for (const std::string_view spelling :
       {"af_sky+af_sky", "af_sky.3+af_sky.7", "af_sky|af_sky", "twin", "twin(0.3)+af_sky(0.7)",
        "twin|af_sky", "spherical:twin+af_sky"}) {
    const Result<Voice> got = table.Resolve(spelling, &saved);
    ASSERT_TRUE(got.ok()) << got.status().ToString();
    EXPECT_TRUE(std::ranges::equal(got->rows(), want->rows())) << spelling;
  }
  EXPECT_EQ(table.Resolve("twin").status().code(), StatusCode::kNotFound);
}

TEST_F(VoiceTest, HalvesComeFromDifferentVoices) {
  const VoiceTable table = Table();
  const Result<Voice> voice = table.Resolve("af_heart|af_sky");
  const std::span<const float> row = voice->StyleRow(3);
  EXPECT_EQ(row[0], 2.0f);
  EXPECT_EQ(row[127], 2.0f + 127.0f / 256.0f);
  EXPECT_EQ(row[128], 1002.5f);
  EXPECT_EQ(table.Resolve("af_heart|af_heart+af_sky")->StyleRow(3)[128], 502.5f);
}

TEST_F(VoiceTest, SphericalGoesAlongTheArc) {
  std::vector<float> x(kPackSize, 0.0f), y(kPackSize, 0.0f);
  for (size_t i = 0; i < kPackSize; i += 128) {
    x[i] = 3.0f;
    y[i + 1] = 5.0f;
  }
  const std::vector<Tensor> tensors = {
      {"x", DataType::kF32, {kStyleRows, kStyleColumns}, std::as_bytes(std::span(x))},
      {"y", DataType::kF32, {kStyleRows, kStyleColumns}, std::as_bytes(std::span(y))}};
  ASSERT_TRUE(
      WriteTensorFile(path_, tensors, {{"format", "litetts-voices"}, {"format_version", "1"}})
          .ok());
  const VoiceTable table = Table();
  const Result<Voice> half = table.Resolve("spherical:x+y");
  const Result<Voice> third = table.Resolve("spherical:x(2)+y");
  for (const size_t at : {size_t{0}, size_t{128}}) {
    // Half way: 45 degrees at the mean length, 4. A third of the way: 30 degrees at 3.667.
    EXPECT_NEAR(half->StyleRow(9)[at], 4.0 * std::sqrt(0.5), 1e-5);
    EXPECT_NEAR(half->StyleRow(9)[at + 1], 4.0 * std::sqrt(0.5), 1e-5);
    EXPECT_NEAR(third->StyleRow(9)[at], 11.0 / 3.0 * std::cos(M_PI / 6), 1e-5);
    EXPECT_NEAR(third->StyleRow(9)[at + 1], 11.0 / 3.0 * std::sin(M_PI / 6), 1e-5);
    EXPECT_EQ(half->StyleRow(9)[at + 2], 0.0f);
  }
}

TEST_F(VoiceTest, RefusesWhatIsNoBlend) {
  const VoiceTable table = Table();
  const Status unknown = table.Resolve("af_heart+af_moon").status();
  EXPECT_EQ(unknown.code(), StatusCode::kNotFound);
  EXPECT_THAT(unknown.message(), HasSubstr("known: af_heart af_sky"));
  for (const std::string text :
       {"", "+", "af_heart+", "af_heart(", "af_heart()", "af_heart(x)", "af_heart(2",
        "af_heart(nan)", "af_heart(2)x", "(2)", "af_heart(1)+af_sky(-1)",
        "af_heart(1e-320)+af_heart(1e-320)", "af_heart(1e308)+af_sky(1e308)"}) {
    EXPECT_EQ(table.Resolve(text).status().code(), StatusCode::kInvalidArgument) << text;
  }
  std::string many = "af_sky";
  for (int i = 0; i < 20; ++i) many += "+af_sky";
  EXPECT_EQ(table.Resolve(many).status().code(), StatusCode::kInvalidArgument);
}

TEST_F(VoiceTest, NamesTellLanguageAndGender) {
  EXPECT_EQ(Table().voices().at(0).name, "af_heart");
  EXPECT_EQ(DescribeVoice("af_heart").language, "en-us");
  EXPECT_EQ(DescribeVoice("bm_george").language, "en-gb");
  EXPECT_EQ(DescribeVoice("bm_george").gender, "male");
  EXPECT_EQ(DescribeVoice("pf_dora").flag, "🇧🇷");
  EXPECT_EQ(DescribeVoice("mine").language, "und");
}

TEST_F(VoiceTest, RefusesOtherFiles) {
  const std::vector<float> one = {1.0f};
  const std::vector<Tensor> tensors = {{"a", DataType::kF32, {1}, std::as_bytes(std::span(one))}};
  ASSERT_TRUE(WriteTensorFile(path_, tensors, {{"format", "litetts-kokoro"}}).ok());
  EXPECT_EQ(VoiceTable::Open(path_).status().code(), StatusCode::kInvalidArgument);
  ASSERT_TRUE(
      WriteTensorFile(path_, tensors, {{"format", "litetts-voices"}, {"format_version", "2"}})
          .ok());
  EXPECT_THAT(VoiceTable::Open(path_).status().message(), HasSubstr("version '2'"));
  ASSERT_TRUE(
      WriteTensorFile(path_, tensors, {{"format", "litetts-voices"}, {"format_version", "1"}})
          .ok());
  EXPECT_THAT(VoiceTable::Open(path_).status().message(), HasSubstr("tensor 'a' is F32[1]"));
  EXPECT_EQ(VoiceTable::Open("/absent").status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace litetts::model
