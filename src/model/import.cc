#include "model/import.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <utility>

#include "base/file.h"
#include "model/kokoro.h"
#include "model/model_layout.h"
#include "model/onnx_reader.h"
#include "model/onnx_weights.h"
#include "model/sha256.h"
#include "model/weight_layout.h"

namespace litetts::model {
namespace {

constexpr std::string_view kLanguages = "en-us en-gb es fr-fr hi it ja pt-br zh";
constexpr std::string_view kMergedLayer = "bert.layer";
constexpr std::string_view kCheckpointLayer = "bert.encoder.albert_layer_groups.0.albert_layers.0";

// The checkpoint's name of a layer of ours.
std::string CheckpointName(const std::string& name) {
  if (!name.starts_with(kMergedLayer)) return name;
  return std::string(kCheckpointLayer) + name.substr(kMergedLayer.size());
}

// "predictor.F0.1.conv1" -> "predictor/F0.1/conv1": a number belongs to the list before it.
std::string ModulePath(const std::string& name) {
  std::string path;
  std::string last;
  bool is_in_list = false;
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('.', begin), name.size());
    const std::string part = name.substr(begin, end - begin);
    const bool is_number = part.find_first_not_of("0123456789") == std::string::npos;
    if (is_number && is_in_list) {  // a sequence inside a list: cnn.0.0 -> cnn.0/cnn.0.0
      path += "/" + last + "." + part;
    } else if (is_number) {
      path += "." + part;
    } else {
      path += (path.empty() ? "" : "/") + part;
    }
    last = is_number ? last + "." + part : part;
    is_in_list = is_number;
    begin = end + 1;
  }
  return path;
}

// Where exporters put a module (family A: at the root; family B: under /encoder and /decoder).
std::vector<std::string> NodePaths(const std::string& checkpoint_name) {
  std::string path = ModulePath(checkpoint_name);
  // A sequence that is a module's own child repeats its name.
  constexpr std::string_view kSequence = "asr_res.0";
  if (path.ends_with(kSequence))
    path.replace(path.size() - kSequence.size(), kSequence.size(), "asr_res/asr_res.0");
  std::vector<std::string> paths;
  const auto add = [&](const std::string& suffix) {
    for (const char* root : {"", "/kmodel"}) paths.push_back(root + suffix);
  };
  constexpr std::string_view kPredictor = "predictor/";
  if (path.starts_with("decoder/")) {
    add("/decoder/" + path);
    add("/" + path);
    return paths;
  }
  add("/encoder/" + path);
  if (path.starts_with(kPredictor)) {
    add("/encoder/" + path.substr(kPredictor.size()));
    add("/" + path.substr(kPredictor.size()));
  }
  add("/" + path);
  return paths;
}

// Collects the tensors of a model file from a graph. One use.
class Importer {
 public:
  explicit Importer(const OnnxGraph& graph) : weights_(graph) {}

  Status Run() {
    std::vector<const Parameter*> parts;
    for (const Parameter& parameter : ModelParameters()) {
      if (parameter.name == "bert.layer.attention.dense") {
        for (const Parameter& projection : AttentionProjections()) parts.push_back(&projection);
        LITETTS_RETURN_IF_ERROR(AddMerged("bert.layer.attention.query_key_value", parts));
      }
      LITETTS_RETURN_IF_ERROR(Add(parameter));
    }
    LITETTS_RETURN_IF_ERROR(AddStyles("style.prosodic", StyleHalf::kProsodic));
    return AddStyles("style.acoustic", StyleHalf::kAcoustic);
  }

  const std::vector<OwnedTensor>& tensors() const { return tensors_; }

  std::string Variant() const {
    const QuantisationSeen& seen = weights_.seen();
    std::string variant = seen.has_blocks    ? "q4"
                          : seen.has_static  ? "uint8"
                          : seen.has_dynamic ? "int8"
                                             : "";
    if (variant.empty()) return seen.has_half ? "f16" : "f32";
    return seen.has_half ? variant + "f16" : variant;
  }

 private:
  Result<const OnnxNode*> Find(const Parameter& parameter) const {
    const std::vector<std::string> paths = NodePaths(CheckpointName(parameter.name));
    const auto kind = parameter.kind == ParameterKind::kLstm ? OnnxWeights::LayerKind::kLstm
                      : parameter.kind == ParameterKind::kEmbedding
                          ? OnnxWeights::LayerKind::kEmbedding
                          : OnnxWeights::LayerKind::kProduct;
    for (const std::string& path : paths) {
      if (const OnnxNode* node = weights_.FindLayer(path, kind)) return node;
    }
    return DataLoss("no node holds the weight of '", parameter.name, "' (looked for ", paths[0],
                    "/...); is this Kokoro v1.0?");
  }

  Status CheckShape(const Parameter& parameter, const SourceTensor& source,
                    std::span<const size_t> shape) const {
    if (std::ranges::equal(source.dims, shape)) return OkStatus();
    return DataLoss("'", parameter.name, "': tensor '", source.name, "' has shape ",
                    ShapeString(source.dims), ", not ", ShapeString(shape));
  }

  Status Add(const Parameter& parameter) {
    switch (parameter.kind) {
      case ParameterKind::kVector:
        return AddVector(parameter);
      case ParameterKind::kLstm:
        return AddLstm(parameter);
      default:
        break;
    }
    LITETTS_ASSIGN_OR_RETURN(const OnnxNode* node, Find(parameter));
    LITETTS_ASSIGN_OR_RETURN(const SourceTensor source, weights_.Weight(*node));
    LITETTS_ASSIGN_OR_RETURN(const Weight weight, Laid(parameter, source));
    const std::string name = parameter.name + ".weight";
    if (parameter.kind == ParameterKind::kPool || parameter.kind == ParameterKind::kFloatLinear) {
      LITETTS_RETURN_IF_ERROR(AppendFloats(name, weight.shape, Values(weight), tensors_));
    } else {
      LITETTS_RETURN_IF_ERROR(AppendWeight(name, weight, tensors_));
    }
    if (!parameter.has_bias) return OkStatus();
    LITETTS_ASSIGN_OR_RETURN(std::vector<float> bias, Bias(parameter, *node));
    if (parameter.kind == ParameterKind::kTransposedConv) {
      const size_t stride = parameter.kernel / 2;
      const std::vector<float> once = bias;
      for (size_t i = 1; i < stride; ++i) bias.insert(bias.end(), once.begin(), once.end());
    }
    return AppendFloats(parameter.name + ".bias", {bias.size()}, bias, tensors_);
  }

  // The weight in the file's order, its source's shape checked.
  Result<Weight> Laid(const Parameter& parameter, const SourceTensor& source) const {
    const size_t kernel = parameter.kernel;
    const size_t inputs = parameter.inputs;
    const size_t outputs = parameter.outputs;
    switch (parameter.kind) {
      case ParameterKind::kConv:
        LITETTS_RETURN_IF_ERROR(CheckShape(parameter, source, std::array{outputs, inputs, kernel}));
        return Rearranged(source, {kernel, inputs, outputs}, 0, [&](size_t i) {
          const size_t row = i / outputs;
          return (i % outputs * inputs + row % inputs) * kernel + row / inputs;
        });
      case ParameterKind::kTransposedConv: {
        const size_t stride = kernel / 2;
        LITETTS_RETURN_IF_ERROR(CheckShape(parameter, source, std::array{inputs, outputs, kernel}));
        return Rearranged(source, {2, inputs, stride * outputs}, 1, [&](size_t i) {
          const size_t column = i % (stride * outputs);
          const size_t row = i / (stride * outputs);
          const size_t tap = column / outputs + (row < inputs ? stride : 0);
          return (row % inputs * outputs + column % outputs) * kernel + tap;
        });
      }
      case ParameterKind::kPool: {
        LITETTS_RETURN_IF_ERROR(
            CheckShape(parameter, source, std::array{outputs, size_t{1}, kernel}));
        return Rearranged(source, {kernel, outputs}, 0,
                          [&](size_t i) { return i % outputs * kernel + i / outputs; });
      }
      default:
        LITETTS_RETURN_IF_ERROR(CheckShape(parameter, source, std::array{inputs, outputs}));
        return Rearranged(source, {inputs, outputs}, 1, [](size_t i) { return i; });
    }
  }

  Result<std::vector<float>> Bias(const Parameter& parameter, const OnnxNode& node) {
    std::optional<SourceTensor> named = weights_.Named(CheckpointName(parameter.name) + ".bias");
    if (named && named->elements.size() == parameter.outputs) return Values(*named);
    LITETTS_ASSIGN_OR_RETURN(const SourceTensor bias, weights_.Bias(node));
    if (bias.elements.size() != parameter.outputs) {
      return DataLoss("'", parameter.name, "': its bias '", bias.name, "' has ",
                      bias.elements.size(), " values, not ", parameter.outputs);
    }
    return Values(bias);
  }

  Status AddVector(const Parameter& parameter) {
    const std::optional<SourceTensor> source = weights_.Named(CheckpointName(parameter.name));
    if (!source) return DataLoss("'", parameter.name, "' is missing; is this Kokoro v1.0?");
    if (source->elements.size() != parameter.outputs) {
      return DataLoss("'", parameter.name, "': tensor '", source->name, "' has shape ",
                      ShapeString(source->dims), ", not ", parameter.outputs, " values");
    }
    return AppendFloats(parameter.name, {parameter.outputs}, Values(*source), tensors_);
  }

  Status AddLstm(const Parameter& parameter) {
    LITETTS_ASSIGN_OR_RETURN(const OnnxNode* node, Find(parameter));
    LITETTS_ASSIGN_OR_RETURN(const OnnxWeights::Lstm lstm, weights_.LstmWeights(*node));
    const auto add = [&](const char* part, const SourceTensor& source, size_t inputs) -> Status {
      const std::array<size_t, 3> shape = {2, inputs, parameter.outputs};
      LITETTS_RETURN_IF_ERROR(CheckShape(parameter, source, shape));
      SourceTensor whole = source;
      whole.scale.clear();
      Weight weight =
          Rearranged(whole, {shape.begin(), shape.end()}, 2, [](size_t i) { return i; });
      for (size_t i = 0; i < 2 * parameter.outputs && !source.scale.empty(); ++i) {
        weight.scale.push_back(source.ScaleAt(i / parameter.outputs));
      }
      return AppendWeight(parameter.name + part, weight, tensors_);
    };
    LITETTS_RETURN_IF_ERROR(add(".weight_ih", lstm.input, parameter.inputs));
    LITETTS_RETURN_IF_ERROR(add(".weight_hh", lstm.recurrent, kLstmUnits));
    const size_t gates = parameter.outputs;
    LITETTS_RETURN_IF_ERROR(CheckShape(parameter, lstm.bias, std::array{size_t{2}, 2 * gates}));
    const std::vector<float> both = Values(lstm.bias);
    std::vector<float> sum(2 * gates);
    for (size_t i = 0; i < sum.size(); ++i) {
      const size_t at = i / gates * 2 * gates + i % gates;
      sum[i] = both[at] + both[at + gates];
    }
    return AppendFloats(parameter.name + ".bias", {2, gates}, sum, tensors_);
  }

  // Linear layers of the same input as one.
  Status AddMerged(const std::string& name, std::span<const Parameter* const> parts) {
    std::vector<Weight> weights;
    std::vector<float> biases;
    for (const Parameter* part : parts) {
      LITETTS_ASSIGN_OR_RETURN(const OnnxNode* node, Find(*part));
      LITETTS_ASSIGN_OR_RETURN(const SourceTensor source, weights_.Weight(*node));
      LITETTS_ASSIGN_OR_RETURN(Weight weight, Laid(*part, source));
      LITETTS_ASSIGN_OR_RETURN(const std::vector<float> bias, Bias(*part, *node));
      weights.push_back(std::move(weight));
      biases.insert(biases.end(), bias.begin(), bias.end());
    }
    LITETTS_RETURN_IF_ERROR(AppendWeight(name + ".weight", SideBySide(weights), tensors_));
    return AppendFloats(name + ".bias", {biases.size()}, biases, tensors_);
  }

  Status AddStyles(const std::string& name, StyleHalf half) {
    std::vector<Parameter> layers;
    for (const StyleLayer& layer : StyleLayers()) {
      if (layer.half != half) continue;
      layers.push_back({layer.name + ".fc", ParameterKind::kLinear, 1, kStyleHalf, layer.width});
    }
    std::vector<const Parameter*> parts;
    for (const Parameter& layer : layers) parts.push_back(&layer);
    return AddMerged(name, parts);
  }

  OnnxWeights weights_;
  std::vector<OwnedTensor> tensors_;
};

ModelInfo Describe(std::span<const Tensor> tensors,
                   const std::map<std::string, std::string>& metadata) {
  const auto value = [&](const std::string& key) {
    const auto found = metadata.find(key);
    return found == metadata.end() ? std::string() : found->second;
  };
  ModelInfo info;
  info.variant = value("variant");
  info.source_name = value("source_name");
  info.source_sha256 = value("source_sha256");
  info.languages = value("languages");
  info.format_version = value("format_version");
  const std::string rate = value("sample_rate_hz");
  std::from_chars(rate.data(), rate.data() + rate.size(), info.sample_rate_hz);
  for (const Tensor& tensor : tensors) {
    ModelInfo::TypeUse& use = info.types[std::string(DataTypeName(tensor.type))];
    ++use.num_tensors;
    use.num_elements += tensor.size();
    use.num_bytes += tensor.bytes.size();
    ++info.num_tensors;
    if (!tensor.name.ends_with("_scale")) info.num_parameters += tensor.size();
  }
  return info;
}

Status WithFile(const std::string& path, const Status& status) {
  return Status(status.code(), Concat("'", path, "': ", status.message()));
}

}  // namespace

Result<ModelInfo> ReadModelInfo(const std::string& path) {
  LITETTS_ASSIGN_OR_RETURN(const TensorFile file, TensorFile::Open(path));
  if (file.Metadata("format") != kModelFormat) {
    return InvalidArgument("'", path, "' is no model file: its format is '",
                           file.Metadata("format"), "', not '", kModelFormat, "'");
  }
  ModelInfo info = Describe(file.tensors(), file.metadata());
  std::error_code error;
  info.file_bytes = std::filesystem::file_size(path, error);
  return info;
}

Status CheckOnnx(std::span<const std::byte> source) {
  LITETTS_ASSIGN_OR_RETURN(const OnnxGraph graph, OnnxGraph::Parse(source));
  return Importer(graph).Run();
}

Result<ModelInfo> ImportOnnx(const std::string& source, const std::string& destination) {
  LITETTS_ASSIGN_OR_RETURN(const MappedFile file, MappedFile::Open(source));
  const Result<OnnxGraph> graph = OnnxGraph::Parse(file.bytes());
  if (!graph.ok()) return WithFile(source, graph.status());
  Importer importer(graph.value());
  if (const Status status = importer.Run(); !status.ok()) return WithFile(source, status);
  const std::string sha256 = Sha256Hex(file.bytes());
  std::vector<Tensor> tensors;
  for (const OwnedTensor& tensor : importer.tensors()) tensors.push_back(tensor.View());
  std::map<std::string, std::string> metadata = {
      {"format", std::string(kModelFormat)},
      {"format_version", std::string(kModelFormatVersion)},
      {"variant", importer.Variant()},
      {"source_name", std::filesystem::path(source).filename().string()},
      {"source_sha256", sha256},
      {"languages", std::string(kLanguages)},
      {"sample_rate_hz", std::to_string(kSampleRateHz)},
  };
  metadata["parameters"] = std::to_string(Describe(tensors, metadata).num_parameters);
  LITETTS_RETURN_IF_ERROR(WriteTensorFile(destination, tensors, metadata));
  return ReadModelInfo(destination);
}

}  // namespace litetts::model
