#include "model/weight_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "kernels/weights.h"

namespace litetts::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Form = SourceTensor::Form;

size_t Same(size_t i) { return i; }

TEST(WeightLayoutTest, KeepsAScaleOfTheColumns) {
  const SourceTensor source{"w", Form::kInteger, {2, 3}, {1, 2, 3, 4, 5, 6}, {0.5f, 2.0f}, 0};
  // Transposed, the first dimension becomes the columns.
  const Weight weight = Rearranged(source, {3, 2}, 0, [](size_t i) { return i % 2 * 3 + i / 2; });
  EXPECT_EQ(weight.form, Form::kInteger);
  EXPECT_THAT(weight.elements, ElementsAre(1, 4, 2, 5, 3, 6));
  EXPECT_THAT(weight.scale, ElementsAre(0.5f, 2.0f));
  EXPECT_THAT(Values(weight), ElementsAre(0.5f, 8.0f, 1.0f, 10.0f, 1.5f, 12.0f));
}

TEST(WeightLayoutTest, MultipliesAScaleOfOtherAxesIn) {
  const SourceTensor source{"w", Form::kInteger, {2, 3}, {1, 2, 3, 4, 5, 6}, {0.5f, 2.0f}, 0};
  const Weight weight = Rearranged(source, {2, 3}, 1, Same);
  EXPECT_EQ(weight.form, Form::kFloat);
  EXPECT_THAT(weight.elements, ElementsAre(0.5f, 1.0f, 1.5f, 8.0f, 10.0f, 12.0f));
  EXPECT_TRUE(weight.scale.empty());
}

TEST(WeightLayoutTest, RepeatsColumnScales) {
  const SourceTensor source{"w", Form::kInteger, {1, 2, 2}, {1, 2, 3, 4}, {0.5f, 2.0f}, 1};
  const Weight weight = Rearranged(source, {1, 4}, 1, Same);
  EXPECT_THAT(weight.scale, ElementsAre(0.5f, 2.0f, 0.5f, 2.0f));
}

TEST(WeightLayoutTest, JoinsColumnsInTheSmallestFormOfAll) {
  const Weight integers{Form::kInteger, {2, 1}, {1, 2}, {0.5f}};
  const Weight more{Form::kInteger, {2, 2}, {3, 4, 5, 6}, {1.0f, 2.0f}};
  const Weight floats{Form::kFloat, {2, 1}, {7, 8}, {}};
  const Weight joined = SideBySide({integers, more});
  EXPECT_EQ(joined.form, Form::kInteger);
  EXPECT_THAT(joined.shape, ElementsAre(2, 3));
  EXPECT_THAT(joined.elements, ElementsAre(1, 3, 4, 2, 5, 6));
  EXPECT_THAT(joined.scale, ElementsAre(0.5f, 1.0f, 2.0f));
  const Weight mixed = SideBySide({integers, floats});
  EXPECT_EQ(mixed.form, Form::kFloat);
  EXPECT_THAT(mixed.elements, ElementsAre(0.5f, 7, 1, 8));
}

TEST(WeightLayoutTest, StoresEachFormExactly) {
  std::vector<OwnedTensor> tensors;
  ASSERT_TRUE(AppendWeight("byte", {Form::kInteger, {1, 2}, {-128, 127}, {0.5f}}, tensors).ok());
  ASSERT_TRUE(AppendWeight("wide", {Form::kInteger, {1, 2}, {-131, 127}, {0.5f}}, tensors).ok());
  ASSERT_TRUE(AppendWeight("huge", {Form::kInteger, {1, 2}, {-2049, 4}, {0.5f}}, tensors).ok());
  ASSERT_EQ(tensors.size(), 5u);
  EXPECT_EQ(tensors[0].type, DataType::kI8);
  EXPECT_EQ(tensors[1].name, "byte_scale");
  EXPECT_EQ(tensors[2].type, DataType::kF16);
  EXPECT_EQ(tensors[3].name, "wide_scale");
  EXPECT_EQ(tensors[4].type, DataType::kF32);
  float first = 0.0f;
  std::memcpy(&first, tensors[4].bytes.data(), sizeof(first));
  EXPECT_EQ(first, -1024.5f);
}

TEST(WeightLayoutTest, EveryHalfStaysItself) {
  Weight weight{Form::kHalf, {1, 0}, {}, {}};
  std::vector<uint16_t> bits;
  for (uint32_t half = 0; half < 0x10000; ++half) {
    if ((half & 0x7C00u) == 0x7C00u) continue;  // infinite or no number
    bits.push_back(static_cast<uint16_t>(half));
    weight.elements.push_back(kernels::HalfToFloat(bits.back()));
  }
  weight.shape[1] = weight.elements.size();
  std::vector<OwnedTensor> tensors;
  ASSERT_TRUE(AppendWeight("w", weight, tensors).ok());
  ASSERT_EQ(tensors.size(), 1u);
  EXPECT_EQ(std::memcmp(tensors[0].bytes.data(), bits.data(), tensors[0].bytes.size()), 0);
}

TEST(WeightLayoutTest, RefusesWhatIsNotFinite) {
  std::vector<OwnedTensor> tensors;
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_THAT(AppendFloats("b", {2}, {1.0f, infinity}, tensors).message(),
              HasSubstr("tensor 'b': value 1"));
  EXPECT_THAT(AppendWeight("w", {Form::kInteger, {1, 1}, {1}, {infinity}}, tensors).message(),
              HasSubstr("tensor 'w_scale': value 0"));
}

}  // namespace
}  // namespace litetts::model
