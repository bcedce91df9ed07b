#include "model/onnx_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "model/import.h"
#include "model/onnx_for_test.h"

namespace litetts::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::span<const std::byte> AsBytes(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string SmallModel() {
  OnnxBuilder builder;
  builder.Floats("w", {2, 1}, {1.0f, 2.0f});
  builder.Varints("z", 3, {2}, {1, static_cast<uint64_t>(-2)});
  builder.Node("MatMul", "/a/b/MatMul", {"x", "w"}, {"y"}, {{"axis", -1}});
  builder.Node("Add", "/a/b/Add", {"y", "z"}, {"out"});
  return builder.Model();
}

TEST(OnnxReaderTest, IndexesTheGraph) {
  const std::string model = SmallModel();
  const Result<OnnxGraph> graph = OnnxGraph::Parse(AsBytes(model));
  ASSERT_TRUE(graph.ok()) << graph.status().ToString();
  ASSERT_EQ(graph.value().nodes().size(), 2u);
  EXPECT_EQ(graph.value().nodes()[0].attributes.at("axis"), -1);
  EXPECT_EQ(graph.value().NodesIn("/a/b").size(), 2u);
  EXPECT_TRUE(graph.value().NodesIn("/a").empty());
  EXPECT_EQ(graph.value().Producer("y")->name, "/a/b/MatMul");
  EXPECT_EQ(graph.value().Consumers("y")[0]->op, "Add");
  EXPECT_EQ(graph.value().Producer("x"), nullptr);
  ASSERT_NE(graph.value().FindConstant("w"), nullptr);
  EXPECT_THAT(graph.value().FindConstant("w")->dims, ElementsAre(2, 1));
  EXPECT_THAT(graph.value().FindConstant("z")->bytes, ElementsAre(std::byte{1}, std::byte{0xFE}));
}

TEST(OnnxReaderTest, EveryTruncationAndDamagedByteIsHarmless) {
  const std::string model = SmallModel();
  for (size_t size = 0; size < model.size(); ++size) {
    const std::unique_ptr<char[]> exact(
        new char[size]);  // so that a sanitizer sees a read past the end
    std::copy_n(model.data(), size, exact.get());
    EXPECT_FALSE(OnnxGraph::Parse(AsBytes({exact.get(), size})).ok()) << size;
  }
  for (size_t offset = 0; offset < model.size(); ++offset) {
    for (int value = 0; value < 256; ++value) {
      std::string damaged = model;
      damaged[offset] = static_cast<char>(value);
      EXPECT_FALSE(CheckOnnx(AsBytes(damaged)).ok());
    }
  }
}

TEST(OnnxReaderTest, ErrorsTellTheOffset) {
  EXPECT_EQ(OnnxGraph::Parse({}).status().code(), StatusCode::kDataLoss);
  EXPECT_THAT(OnnxGraph::Parse(AsBytes("\x3A\x7F")).status().message(),
              HasSubstr("offset 0: a field longer"));
  EXPECT_THAT(OnnxGraph::Parse(AsBytes("\x3A\x02\x0A\x05")).status().message(),
              HasSubstr("offset 2: a field longer"));
  EXPECT_THAT(OnnxGraph::Parse(AsBytes("<html>")).status().message(), HasSubstr("offset 0"));
}

TEST(OnnxReaderTest, BoundsTheGraph) {
  std::string nodes;
  for (int i = 0; i < 200'000; ++i) nodes += std::string("\x0A\x00", 2);  // empty nodes
  std::string model = "\x3A";
  for (size_t size = nodes.size(); size > 0; size >>= 7u) {
    model += static_cast<char>((size & 0x7Fu) | (size > 0x7F ? 0x80u : 0u));
  }
  EXPECT_EQ(OnnxGraph::Parse(AsBytes(model + nodes)).status().code(),
            StatusCode::kResourceExhausted);
}

TEST(OnnxReaderTest, AnotherModelIsNamedAsSuch) {
  EXPECT_THAT(CheckOnnx(AsBytes(SmallModel())).message(), HasSubstr("is this Kokoro v1.0?"));
  EXPECT_EQ(ImportOnnx("/absent.onnx", "/tmp/x").status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace litetts::model
