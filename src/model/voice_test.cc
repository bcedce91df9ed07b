#include "model/voice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
