// What the norm predictor is fitted to and judged by (tools/train_norms.py):
//   norm_samples MODEL REQUESTS RESULT [THREADS]
// REQUESTS, a tensor file: tokens I32 [all], ends I32 [n] (of each request's tokens), styles F32
// [n, 256], speeds F32 [n], seeds I32 [n] (-1: none); optionally check (any tensor). RESULT:
// features F32 [n, NormPredictor::kFeatures], norms F32 [n, 2, Generator::kNormChannels]; with
// check instead exact.I and early.I F32, the samples of request I as a file and as a stream.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/status.h"
#include "model/generator.h"
#include "model/kokoro.h"
#include "model/norm_predictor.h"
#include "model/tensor_file.h"

namespace litetts::model {
namespace {

// Keeps the stages that the predictor sees and foretells.
class Keeper final : public StageObserver {
 public:
  void OnStage(std::string_view name, std::span<const float> values, size_t, size_t) override {
    if (name == "stage.0") first.assign(values.begin(), values.end());
    if (name == "har") har.assign(values.begin(), values.end());
    if (name == "norms") norms.assign(values.begin(), values.end());
  }
  std::vector<float> first;
  std::vector<float> har;
  std::vector<float> norms;
};

class NoListener final : public SampleListener {
 public:
  Status OnSamples(std::span<const float>) override { return OkStatus(); }
};

class Results {
 public:
  void Add(std::string name, std::vector<size_t> shape, std::vector<float> values) {
    values_.push_back(std::move(values));
    tensors_.push_back(
        {.name = std::move(name), .type = DataType::kF32, .shape = std::move(shape), .bytes = {}});
  }
  Status Write(const std::string& path) {
    for (size_t i = 0; i < values_.size(); ++i) {
      tensors_[i].bytes = std::as_bytes(std::span(values_[i]));
    }
    return WriteTensorFile(path, tensors_, {});
  }

 private:
  std::vector<std::vector<float>> values_;
  std::vector<Tensor> tensors_;
};

Status MakeSamples(const std::string& model, const std::string& requests_path,
                   const std::string& result_path, size_t num_threads) {
  LITETTS_ASSIGN_OR_RETURN(const Kokoro kokoro, Kokoro::Load(model, Precision::kAuto));
  LITETTS_ASSIGN_OR_RETURN(const TensorFile file, TensorFile::Open(requests_path));
  const auto find = [&]<typename T>(std::string_view name, T) {
    const Tensor* tensor = file.Find(name);
    return tensor == nullptr ? std::span<const T>() : tensor->As<T>();
  };
  const auto tokens = find("tokens", int32_t{});
  const auto ends = find("ends", int32_t{});
  const auto styles = find("styles", float{});
  const auto speeds = find("speeds", float{});
  const auto seeds = find("seeds", int32_t{});
  if (styles.size() != ends.size() * kStyleSize || speeds.size() != ends.size() ||
      seeds.size() != ends.size()) {
    return InvalidArgument("the tensors of the requests do not fit each other");
  }
  const bool is_check = file.Find("check") != nullptr;
  Workspace workspace(num_threads);
  Arena scratch;
  Results results;
  std::vector<float> features(ends.size() * NormPredictor::kFeatures);
  std::vector<float> norms;
  size_t begin = 0;
  for (size_t i = 0; i < ends.size(); ++i) {
    const auto end = static_cast<size_t>(ends[i]);
    Request request;
    request.tokens = tokens.subspan(begin, end - begin);
    request.style = styles.subspan(i * kStyleSize, kStyleSize);
    request.speed = speeds[i];
    if (seeds[i] >= 0) request.noise_seed = static_cast<uint64_t>(seeds[i]);
    begin = end;
    Keeper keeper;
    if (!is_check) request.observer = &keeper;
    const auto run = [&](std::string_view name) -> Status {
      LITETTS_ASSIGN_OR_RETURN(const Utterance made, kokoro.Run(request, workspace));
      if (!is_check) return OkStatus();
      results.Add(Concat(name, '.', i), {made.samples.size()},
                  {made.samples.begin(), made.samples.end()});
      return OkStatus();
    };
    LITETTS_RETURN_IF_ERROR(run("exact"));
    if (is_check) {
      NoListener listener;
      request.sample_listener = &listener;
      LITETTS_RETURN_IF_ERROR(run("early"));
      continue;
    }
    constexpr size_t kFirst = Generator::kFirstChannels;
    constexpr size_t kSpectrum = Generator::kSpectrum;
    NormPredictor::Describe(
        scratch, {keeper.first.data(), keeper.first.size() / kFirst, kFirst, kFirst},
        {keeper.har.data(), keeper.har.size() / kSpectrum, kSpectrum, kSpectrum},
        request.style.first(kStyleSize / 2),
        std::span(features).subspan(i * NormPredictor::kFeatures, NormPredictor::kFeatures));
    norms.insert(norms.end(), keeper.norms.begin(), keeper.norms.end());
  }
  if (!is_check) {
    results.Add("features", {ends.size(), NormPredictor::kFeatures}, std::move(features));
    results.Add("norms", {ends.size(), 2, Generator::kNormChannels}, std::move(norms));
  }
  return results.Write(result_path);
}

}  // namespace
}  // namespace litetts::model

int main(int argc, char** argv) {
  if (argc < 4 || argc > 5) {
    std::fprintf(stderr, "usage: %s MODEL REQUESTS RESULT [THREADS]\n", argv[0]);
    return 2;
  }
  const int threads = argc > 4 ? std::atoi(argv[4]) : 1;
  const litetts::Status status = litetts::model::MakeSamples(
      argv[1], argv[2], argv[3], threads > 0 ? static_cast<size_t>(threads) : 1);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}
