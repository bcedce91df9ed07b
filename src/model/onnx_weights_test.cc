#include "model/onnx_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "model/onnx_for_test.h"

namespace litetts::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = OnnxWeights::LayerKind;

std::span<const std::byte> AsBytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

// Parses a graph and looks for the weight of /layer.
struct Loaded {
  explicit Loaded(OnnxBuilder& builder)
      : file(builder.Model()), graph(OnnxGraph::Parse(AsBytes(file))), weights(graph.value()) {}
  Result<SourceTensor> Weight(Kind kind = Kind::kProduct) {
    const OnnxNode* node = weights.FindLayer("/layer", kind);
    if (node == nullptr) return NotFound("no layer");
    return weights.Weight(*node);
  }
  Result<SourceTensor> Bias() { return weights.Bias(*weights.FindLayer("/layer", Kind::kProduct)); }

  std::string file;
  Result<OnnxGraph> graph;
  OnnxWeights weights;
};

TEST(OnnxWeightsTest, ReadsFloatAndHalf) {
  OnnxBuilder builder;
  builder.Floats("w", {1, 2, 1}, {0.5f, -2.0f});
  builder.Floats("b", {1}, {3.0f});
  builder.Node("Conv", "/layer/Conv", {"x", "w", "b"}, {"y"});
  Loaded floats(builder);
  ASSERT_TRUE(floats.Weight().ok());
  EXPECT_THAT(floats.Weight()->elements, ElementsAre(0.5f, -2.0f));
  EXPECT_EQ(floats.Weight()->form, SourceTensor::Form::kFloat);
  EXPECT_THAT(floats.Bias()->elements, ElementsAre(3.0f));

  OnnxBuilder half_builder;
  half_builder.Tensor("w", 10, {2}, std::string("\x00\x38\x00\xC0", 4));
  half_builder.Node("Cast", "/layer/Cast", {"w"}, {"w32"});
  half_builder.Node("MatMul", "/layer/MatMul", {"x", "w32"}, {"y"});
  Loaded halves(half_builder);
  ASSERT_TRUE(halves.Weight().ok()) << halves.Weight().status().ToString();
  EXPECT_THAT(halves.Weight()->elements, ElementsAre(0.5f, -2.0f));
  EXPECT_EQ(halves.Weight()->form, SourceTensor::Form::kHalf);
  EXPECT_TRUE(halves.weights.seen().has_half);
}

TEST(OnnxWeightsTest, ReadsDynamicInt8WithItsInt32Bias) {
  OnnxBuilder builder;
  builder.Tensor("w", 2, {2, 1, 1}, std::string("\x00\x7F", 2));
  builder.Tensor("zero", 2, {}, std::string("\x40", 1));
  builder.Floats("w_scale", {}, {0.25f});
  builder.Floats("b", {2}, {1.0f, 2.0f});
  builder.Node("ConvInteger", "/layer/Conv_quant", {"x", "w", "x_zero", "zero"}, {"y32"});
  builder.Node("Mul", "/layer/scale", {"x_scale", "w_scale"}, {"scale"});
  builder.Node("Div", "/layer/Div", {"b", "scale"}, {"b_div"});
  builder.Node("Floor", "/layer/Floor", {"b_div"}, {"b_floor"});
  builder.Node("Cast", "/layer/Cast", {"b_floor"}, {"b32"});
  builder.Node("Add", "/layer/Add", {"y32", "b32"}, {"sum"});
  builder.Node("Cast", "/layer/Cast_1", {"sum"}, {"sum_float"});
  builder.Node("Mul", "/layer/Mul", {"sum_float", "scale"}, {"y"});
  Loaded loaded(builder);
  const Result<SourceTensor> weight = loaded.Weight();
  ASSERT_TRUE(weight.ok()) << weight.status().ToString();
  EXPECT_EQ(weight.value().form, SourceTensor::Form::kInteger);
  EXPECT_THAT(weight.value().elements, ElementsAre(-64.0f, 63.0f));
  EXPECT_THAT(weight.value().scale, ElementsAre(0.25f));
  EXPECT_THAT(loaded.Bias()->elements, ElementsAre(1.0f, 2.0f));
}

TEST(OnnxWeightsTest, ReadsStaticFormsPerChannel) {
  OnnxBuilder builder;
  builder.Tensor("w", 3, {2, 2}, std::string("\x01\x02\x03\xFF", 4));
  builder.Floats("s", {2}, {0.5f, 2.0f});
  builder.Tensor("z", 3, {2}, std::string("\x00\x01", 2));
  builder.Node("DequantizeLinear", "/layer/dq", {"w", "s", "z"}, {"wf"}, {{"axis", 1}});
  builder.Node("MatMul", "/layer/MatMul", {"x", "wf"}, {"y"});
  Loaded qdq(builder);
  ASSERT_TRUE(qdq.Weight().ok()) << qdq.Weight().status().ToString();
  EXPECT_THAT(qdq.Weight()->elements, ElementsAre(1.0f, 1.0f, 3.0f, -2.0f));
  EXPECT_EQ(qdq.Weight()->scale_axis, 1u);

  OnnxBuilder qgemm;
  qgemm.Tensor("w", 2, {2, 1}, std::string("\x05\x06", 2));  // [out, in]
  qgemm.Floats("xs", {}, {0.5f});
  qgemm.Floats("ws", {}, {0.25f});
  qgemm.Tensor("z", 2, {}, std::string("\x05", 1));
  qgemm.Tensor("b", 6, {2}, std::string("\x08\0\0\0\xF8\xFF\xFF\xFF", 8));
  qgemm.Node("QGemm", "/layer/Gemm_quant", {"x", "xs", "xz", "w", "ws", "z", "b"}, {"y"},
             {{"transB", 1}});
  Loaded gemm(qgemm);
  ASSERT_TRUE(gemm.Weight().ok()) << gemm.Weight().status().ToString();
  EXPECT_THAT(gemm.Weight()->dims, ElementsAre(1, 2));
  EXPECT_THAT(gemm.Weight()->elements, ElementsAre(0.0f, 1.0f));
  EXPECT_THAT(gemm.Bias()->elements, ElementsAre(8.0f, -8.0f));
  EXPECT_THAT(gemm.Bias()->scale, ElementsAre(0.125f));
}

TEST(OnnxWeightsTest, ReadsFourBitBlocks) {
  OnnxBuilder builder;
  // K 16, N 1: one block of 16; lower halves first. Values 0..15 with zero point 8 and scale 0.5.
  builder.Tensor("w", 2, {1, 1, 8}, std::string("\x10\x32\x54\x76\x98\xBA\xDC\xFE", 8));
  builder.Floats("s", {1}, {0.5f});
  builder.Node("MatMulNBits", "/layer/MatMul_Q4", {"x", "w", "s"}, {"y"},
               {{"K", 16}, {"N", 1}, {"bits", 4}, {"block_size", 16}});
  Loaded loaded(builder);
  const Result<SourceTensor> weight = loaded.Weight();
  ASSERT_TRUE(weight.ok()) << weight.status().ToString();
  EXPECT_THAT(weight.value().dims, ElementsAre(16, 1));
  for (size_t i = 0; i < 16; ++i)
    EXPECT_EQ(weight.value().elements[i], (static_cast<float>(i) - 8.0f) * 0.5f);
}

TEST(OnnxWeightsTest, RefusesFourBitBlocksThatAreNoBytes) {
  OnnxBuilder builder;
  builder.Floats("w", {1, 1, 8}, {0, 1, 2, 3, 4, 5, 6, -1});
  builder.Floats("s", {1}, {0.5f});
  builder.Node("MatMulNBits", "/layer/MatMul_Q4", {"x", "w", "s"}, {"y"},
               {{"K", 16}, {"N", 1}, {"bits", 4}, {"block_size", 16}});
  Loaded loaded(builder);
  EXPECT_EQ(loaded.Weight().status().code(), StatusCode::kDataLoss);
  EXPECT_THAT(std::string(loaded.Weight().status().message()), HasSubstr("'w'"));
}

TEST(OnnxWeightsTest, ReadsAnIntegerEmbedding) {
  OnnxBuilder builder;
  builder.Tensor("w", 3, {2, 1}, std::string("\x02\xFE", 2));
  builder.Floats("s", {}, {0.5f});
  builder.Tensor("z", 3, {}, std::string("\0", 1));
  builder.Node("Gather", "/layer/Gather_quant", {"w", "ids"}, {"q"});
  builder.Node("DequantizeLinear", "/layer/dq", {"q", "s", "z"}, {"y"});
  Loaded loaded(builder);
  ASSERT_TRUE(loaded.Weight(Kind::kEmbedding).ok());
  EXPECT_THAT(loaded.Weight(Kind::kEmbedding)->elements, ElementsAre(2.0f, -2.0f));
}

TEST(OnnxWeightsTest, ErrorsNameNodeOrTensor) {
  const auto message = [](OnnxBuilder& builder) {
    return Loaded(builder).Weight().status().message();
  };
  OnnxBuilder computed;
  computed.Node("Tanh", "/layer/Tanh", {"x"}, {"w"});
  computed.Node("MatMul", "/layer/MatMul", {"x", "w"}, {"y"});
  EXPECT_THAT(message(computed),
              HasSubstr("node '/layer/MatMul' (MatMul): value 'w' is computed by a Tanh"));
  OnnxBuilder absent;
  absent.Node("MatMul", "/layer/MatMul", {"x", "w"}, {"y"});
  EXPECT_THAT(message(absent), HasSubstr("value 'w' is no constant"));
  OnnxBuilder loop;
  loop.Node("Cast", "/layer/Cast", {"w"}, {"w"});
  loop.Node("MatMul", "/layer/MatMul", {"x", "w"}, {"y"});
  EXPECT_THAT(message(loop), HasSubstr("loop"));
  OnnxBuilder deep;
  deep.Node("DequantizeLinear", "/layer/dq", {"w", "w", "w"}, {"w"});
  deep.Node("MatMul", "/layer/MatMul", {"x", "w"}, {"y"});
  EXPECT_THAT(message(deep), HasSubstr("dequantises no constant"));
  OnnxBuilder external;
  external.External("w", {2});
  external.Node("MatMul", "/layer/MatMul", {"x", "w"}, {"y"});
  EXPECT_THAT(message(external), HasSubstr("tensor 'w' lies in another file"));
  OnnxBuilder sized;
  sized.Tensor("w", 1, {size_t{1} << 62u, 8}, "1234");
  sized.Node("MatMul", "/layer/MatMul", {"x", "w"}, {"y"});
  EXPECT_THAT(message(sized), HasSubstr("tensor 'w' at offset "));
  OnnxBuilder strange;
  strange.Tensor("w", 11, {1}, "12345678");
  strange.Node("MatMul", "/layer/MatMul", {"x", "w"}, {"y"});
  EXPECT_THAT(message(strange), HasSubstr("ONNX type 11"));
  OnnxBuilder unscaled;
  unscaled.Tensor("w", 3, {2, 1}, "12");
  unscaled.Node("MatMulInteger", "/layer/MatMul", {"x", "w"}, {"y"});
  EXPECT_THAT(message(unscaled), HasSubstr("no scale"));
  OnnxBuilder zeros;
  zeros.Tensor("w", 3, {}, "1");
  zeros.Floats("s", {}, {1.0f});
  zeros.Tensor("z", 3, {2}, "12");
  zeros.Node("DequantizeLinear", "/layer/dq", {"w", "s", "z"}, {"v"});
  zeros.Node("MatMul", "/layer/MatMul", {"x", "v"}, {"y"});
  EXPECT_THAT(message(zeros), HasSubstr("a zero point too many or too few"));
}

}  // namespace
}  // namespace litetts::model
