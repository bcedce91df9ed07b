// Runs one utterance and writes every stage of the network, for comparison with a reference
// (tools/compare_reference.py, tools/make_goldens.py). Request and result are tensor files:
//   [LITETTS_SIMD=avx2] dump_stages MODEL REQUEST RESULT [THREADS [PRECISION]]
// REQUEST: tokens I32 [n], style F32 [256], speed F32 [1]; optionally har F32 [120 F + 1, 22],
// decoder F32 [2 F, 512], seed I32 [1] (noise), and only_result (any tensor): no stages. RESULT:
// the stages by name, durations I32, samples F32.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "base/status.h"
#include "kernels/simd.h"
#include "model/kokoro.h"
#include "model/tensor_file.h"

namespace litetts::model {
namespace {

class StageWriter final : public StageObserver {
 public:
  void OnStage(std::string_view name, std::span<const float> values, size_t rows,
               size_t columns) override {
    values_.emplace_back(values.begin(), values.end());
    tensors_.push_back(
        {.name = std::string(name), .type = DataType::kF32, .shape = {rows, columns}, .bytes = {}});
  }

  // `result` must outlive the call only.
  Status Write(const std::string& path, const Utterance& result) {
    for (size_t i = 0; i < values_.size(); ++i)
      tensors_[i].bytes = std::as_bytes(std::span(values_[i]));
    tensors_.push_back({.name = "durations",
                        .type = DataType::kI32,
                        .shape = {result.durations.size()},
                        .bytes = std::as_bytes(result.durations)});
    tensors_.push_back({.name = "samples",
                        .type = DataType::kF32,
                        .shape = {result.samples.size()},
                        .bytes = std::as_bytes(result.samples)});
    return WriteTensorFile(path, tensors_, {});
  }

 private:
  std::vector<std::vector<float>> values_;
  std::vector<Tensor> tensors_;
};

template <typename T>
std::span<const T> Optional(const TensorFile& file, std::string_view name) {
  const Tensor* tensor = file.Find(name);
  return tensor == nullptr ? std::span<const T>() : tensor->As<T>();
}

Status DumpStages(const std::string& model, const std::string& request_path,
                  const std::string& result_path, size_t num_threads,
                  std::string_view precision_name) {
  if (const char* cap = std::getenv("LITETTS_SIMD")) LITETTS_RETURN_IF_ERROR(kernels::CapSimd(cap));
  LITETTS_ASSIGN_OR_RETURN(const Precision precision, ParsePrecision(precision_name));
  LITETTS_ASSIGN_OR_RETURN(const Kokoro kokoro, Kokoro::Load(model, precision));
  LITETTS_ASSIGN_OR_RETURN(const TensorFile file, TensorFile::Open(request_path));
  LITETTS_ASSIGN_OR_RETURN(const std::span<const float> speed, file.Get<float>("speed", {1}));
  StageWriter writer;
  Request request;
  request.tokens = Optional<int32_t>(file, "tokens");
  request.style = Optional<float>(file, "style");
  request.speed = speed[0];
  request.inject_har = Optional<float>(file, "har");
  request.inject_decoder = Optional<float>(file, "decoder");
  const std::span<const int32_t> seed = Optional<int32_t>(file, "seed");
  if (!seed.empty()) request.noise_seed = static_cast<uint64_t>(seed[0]);
  if (file.Find("only_result") == nullptr) request.observer = &writer;
  Workspace workspace(num_threads);
  LITETTS_ASSIGN_OR_RETURN(const Utterance result, kokoro.Run(request, workspace));
  return writer.Write(result_path, result);
}

}  // namespace
}  // namespace litetts::model

int main(int argc, char** argv) {
  if (argc < 4 || argc > 6) {
    std::fprintf(stderr, "usage: %s MODEL REQUEST RESULT [THREADS [PRECISION]]\n", argv[0]);
    return 2;
  }
  const auto num_threads = argc > 4 ? static_cast<size_t>(std::atoi(argv[4])) : size_t{1};
  const litetts::Status status = litetts::model::DumpStages(
      argv[1], argv[2], argv[3], num_threads > 0 ? num_threads : 1, argc > 5 ? argv[5] : "f32");
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}
