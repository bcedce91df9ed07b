#include "model/onnx_runtime.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <span>
#include <vector>

#include "model/kokoro.h"
#include "model/onnx_for_test.h"

namespace litetts::model {
namespace {

constexpr int kFloat = 1, kInt32 = 6, kInt64 = 7;

class OnnxRuntimeTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "onnx_runtime_test." +
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& contents) const {
    std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << contents;
    return path;
  }

  // The signature of a Kokoro export: the samples are style * speed + the first token.
  std::string Toy(const std::string& tokens, int speed_type) const {
    OnnxBuilder builder;
    builder.Input(tokens, kInt64, {1, 0});
    builder.Input("style", kFloat, {1, 256});
    builder.Input("speed", speed_type, {1});
    builder.Output("waveform", kFloat, {0});
    builder.Tensor("second", kInt64, {1}, std::string("\1\0\0\0\0\0\0\0", 8));
    builder.Tensor("flat", kInt64, {1}, std::string("\0\1\0\0\0\0\0\0", 8));
    builder.Node("Gather", "gather", {tokens, "second"}, {"token"}, {{"axis", 1}});
    builder.Node("Cast", "cast_token", {"token"}, {"offset"}, {{"to", kFloat}});
    builder.Node("Cast", "cast_speed", {"speed"}, {"factor"}, {{"to", kFloat}});
    builder.Node("Mul", "mul", {"style", "factor"}, {"scaled"});
    builder.Node("Add", "add", {"scaled", "offset"}, {"sum"});
    builder.Node("Reshape", "reshape", {"sum", "flat"}, {"waveform"});
    return Write("toy.onnx", builder.RunnableModel());
  }

  static std::string Problem(const std::string& path, const OnnxRuntimeOptions& options = {}) {
    return LoadOnnxRuntime(path, options).status().message();
  }

  std::string folder_;
};

Request MakeRequest(std::span<const int32_t> tokens, std::span<const float> style,
                    float speed = 1.0f) {
  Request request;
  request.tokens = tokens;
  request.style = style;
  request.speed = speed;
  return request;
}

bool HasLibrary() { return FindOnnxRuntime().ok(); }
#define LITETTS_NEED_LIBRARY() \
  if (!HasLibrary()) GTEST_SKIP() << FindOnnxRuntime().status().message()

TEST_F(OnnxRuntimeTest, ALibraryThatIsNoneIsToldInOneLine) {
  const auto problem = [&](const std::string& library) {
    return Problem("model.onnx", {.library = library});
  };
  EXPECT_EQ(problem("/nowhere/libonnxruntime.so"),
            "cannot load the ONNX Runtime library: /nowhere/libonnxruntime.so: cannot open shared "
            "object file: No such file or directory");
  const std::string text = Write("text.so", "not a library");
  EXPECT_NE(problem(text).find("cannot load the ONNX Runtime library: " + text), std::string::npos);
  EXPECT_EQ(problem("libm.so.6"), "'libm.so.6' is no ONNX Runtime library: it lacks OrtGetApiBase");
}

TEST_F(OnnxRuntimeTest, SettingsAreChecked) {
  OnnxRuntimeOptions options;
  EXPECT_TRUE(SetOnnxRuntimeOption("intra_op_threads", "3", options).ok());
  EXPECT_TRUE(SetOnnxRuntimeOption("inter_op_threads", "2", options).ok());
  EXPECT_TRUE(SetOnnxRuntimeOption("execution_mode", "parallel", options).ok());
  EXPECT_TRUE(SetOnnxRuntimeOption("graph_optimization", "basic", options).ok());
  EXPECT_TRUE(SetOnnxRuntimeOption("spinning", "false", options).ok());
  EXPECT_TRUE(SetOnnxRuntimeOption("deterministic", "true", options).ok());
  EXPECT_EQ(options.intra_op_threads, 3);
  EXPECT_EQ(options.inter_op_threads, 2);
  EXPECT_TRUE(options.runs_in_parallel);
  EXPECT_EQ(options.graph_optimization, "basic");
  EXPECT_FALSE(options.spins);
  EXPECT_TRUE(options.is_deterministic);
  for (const auto& [name, value] : {std::pair("intra_op_threads", "many"),
                                    {"inter_op_threads", "-1"},
                                    {"execution_mode", "both"},
                                    {"graph_optimization", "most"},
                                    {"arena", "1"},
                                    {"memory", "true"}}) {
    EXPECT_EQ(SetOnnxRuntimeOption(name, value, options).code(), StatusCode::kInvalidArgument)
        << name;
  }
  EXPECT_FALSE(ParseBackend("openvino").ok());
}

TEST_F(OnnxRuntimeTest, FilesThatAreNoModelAreToldInOneLine) {
  LITETTS_NEED_LIBRARY();
  EXPECT_EQ(LoadOnnxRuntime(folder_ + "/none.onnx", {}).status().code(), StatusCode::kNotFound);
  const std::string text = Problem(Write("text.onnx", "Hello, I am no model."));
  EXPECT_NE(text.find("cannot load '" + folder_ + "/text.onnx'"), std::string::npos) << text;
  EXPECT_EQ(text.find('\n'), std::string::npos);

  OnnxBuilder other;
  other.Input("image", kFloat, {1, 3});
  other.Output("class", kFloat, {1, 3});
  other.Node("Identity", "same", {"image"}, {"class"});
  const std::string problem = Problem(Write("other.onnx", other.RunnableModel()));
  EXPECT_NE(problem.find("is no Kokoro-82M model: it has inputs image float[1,3] and outputs class "
                         "float[1,3]"),
            std::string::npos)
      << problem;
}

TEST_F(OnnxRuntimeTest, FindsTheInputsByWhatTheyTake) {
  LITETTS_NEED_LIBRARY();
  const std::vector<int32_t> tokens = {43, 44};
  std::vector<float> style(kStyleSize);
  std::iota(style.begin(), style.end(), 0.0f);
  for (const char* name : {"tokens", "input_ids"}) {
    const auto backend = LoadOnnxRuntime(Toy(name, kFloat), {});
    ASSERT_TRUE(backend.ok()) << backend.status().message();
    Workspace workspace(1);
    const auto made = (*backend)->Run(MakeRequest(tokens, style, 0.5f), workspace);
    ASSERT_TRUE(made.ok()) << made.status().message();
    ASSERT_EQ(made->samples.size(), kStyleSize);
    EXPECT_TRUE(made->durations.empty());
    EXPECT_EQ(made->samples[0], 43.0f);
    EXPECT_EQ(made->samples[100], 93.0f);
  }
}

TEST_F(OnnxRuntimeTest, AWholeSpeedIsOne) {
  LITETTS_NEED_LIBRARY();
  const auto backend = LoadOnnxRuntime(Toy("input_ids", kInt32), {});
  ASSERT_TRUE(backend.ok()) << backend.status().message();
  EXPECT_FALSE((*backend)->info().has_speed);
  const std::vector<int32_t> tokens = {43};
  const std::vector<float> style(kStyleSize, 1.0f);
  Workspace workspace(1);
  EXPECT_TRUE((*backend)->Run(MakeRequest(tokens, style), workspace).ok());
  EXPECT_EQ((*backend)->Run(MakeRequest(tokens, style, 1.2f), workspace).status().code(),
            StatusCode::kInvalidArgument);
}

TEST_F(OnnxRuntimeTest, RefusesWhatItCannotDo) {
  LITETTS_NEED_LIBRARY();
  const auto backend = LoadOnnxRuntime(Toy("tokens", kFloat), {});
  ASSERT_TRUE(backend.ok()) << backend.status().message();
  const std::vector<int32_t> tokens = {43};
  const std::vector<float> style(kStyleSize, 1.0f);
  Workspace workspace(1);
  const auto code = [&](const Request& request) {
    return (*backend)->Run(request, workspace).status().code();
  };
  EXPECT_EQ(code(MakeRequest({}, style)), StatusCode::kInvalidArgument);
  Request request = MakeRequest(tokens, style);
  request.noise_seed = 1;
  EXPECT_EQ(code(request), StatusCode::kInvalidArgument);
  request.noise_seed.reset();
  std::atomic<bool> cancel = false;
  request.cancel = &cancel;
  EXPECT_EQ(code(request), StatusCode::kOk);
  cancel = true;
  EXPECT_EQ(code(request), StatusCode::kCancelled);
}

TEST_F(OnnxRuntimeTest, ShowsItsSettingsAndKnowsWhatChangesTheBits) {
  LITETTS_NEED_LIBRARY();
  const std::string path = Toy("tokens", kFloat);
  OnnxRuntimeOptions options{.graph_optimization = "basic",
                             .intra_op_threads = 2,
                             .spins = false,
                             .has_arena = false,
                             .has_memory_pattern = false,
                             .is_deterministic = true,
                             .profile = folder_ + "/profile"};
  std::string identity;
  {
    const auto backend = LoadOnnxRuntime(path, options);
    ASSERT_TRUE(backend.ok()) << backend.status().message();
    const BackendInfo& info = (*backend)->info();
    identity = info.identity;
    EXPECT_EQ(info.name, "onnxruntime");
    EXPECT_EQ(info.variant, "toy");
    EXPECT_NE(info.version.find("1."), std::string::npos);
    EXPECT_FALSE(info.has_durations);
    std::string settings;
    for (const auto& [name, value] : info.settings) {
      if (name != "library" && name != "profile") settings += name + "=" + value + " ";
    }
    EXPECT_EQ(settings,
              "graph_optimization=basic execution_mode=sequential intra_op_threads=2 "
              "inter_op_threads=1 spinning=false arena=false memory_pattern=false "
              "deterministic=true ");
  }
  const auto has_profile = [&] {
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      if (entry.path().filename().string().starts_with("profile")) return true;
    }
    return false;
  };
  EXPECT_TRUE(has_profile());
  options.profile.clear();
  EXPECT_EQ((*LoadOnnxRuntime(path, options))->info().identity, identity);
  options.graph_optimization = "all";
  EXPECT_NE((*LoadOnnxRuntime(path, options))->info().identity, identity);
}

}  // namespace
}  // namespace litetts::model
