#include "model/model_layout.h"

#include <initializer_list>
#include <utility>

#include "base/status.h"

namespace litetts::model {
namespace {

// Appends layers, each beginning where the last of its half ended.
class Builder {
 public:
  void Add(std::string name, StyleHalf half, size_t channels) {
    size_t& next = half == StyleHalf::kProsodic ? prosodic_ : acoustic_;
    layers_.push_back({std::move(name), half, next, 2 * channels});
    next += 2 * channels;
  }
  void AddHifiBlock(const std::string& name, size_t channels) {
    for (int j = 0; j < 3; ++j) {
      Add(Concat(name, ".adain1.", j), StyleHalf::kAcoustic, channels);
      Add(Concat(name, ".adain2.", j), StyleHalf::kAcoustic, channels);
    }
  }
  std::vector<StyleLayer> Take() { return std::move(layers_); }

 private:
  std::vector<StyleLayer> layers_;
  size_t prosodic_ = 0;
  size_t acoustic_ = 0;
};

std::vector<StyleLayer> MakeStyleLayers() {
  Builder builder;
  for (const int i : {1, 3, 5}) {
    builder.Add(Concat("predictor.text_encoder.lstms.", i), StyleHalf::kProsodic, 512);
  }
  for (const char* branch : {"predictor.F0", "predictor.N"}) {
    constexpr size_t kChannels[3][2] = {{512, 512}, {512, 256}, {256, 256}};
    for (int block = 0; block < 3; ++block) {
      for (int norm = 0; norm < 2; ++norm) {
        builder.Add(Concat(branch, ".", block, ".norm", norm + 1), StyleHalf::kProsodic,
                    kChannels[block][norm]);
      }
    }
  }
  builder.Add("decoder.encode.norm1", StyleHalf::kAcoustic, 514);
  builder.Add("decoder.encode.norm2", StyleHalf::kAcoustic, 1024);
  for (int block = 0; block < 4; ++block) {
    builder.Add(Concat("decoder.decode.", block, ".norm1"), StyleHalf::kAcoustic, 1090);
    builder.Add(Concat("decoder.decode.", block, ".norm2"), StyleHalf::kAcoustic,
                block < 3 ? 1024 : 512);
  }
  builder.AddHifiBlock("decoder.generator.noise_res.0", 256);
  builder.AddHifiBlock("decoder.generator.noise_res.1", 128);
  for (int block = 0; block < 6; ++block) {
    builder.AddHifiBlock(Concat("decoder.generator.resblocks.", block), block < 3 ? 256 : 128);
  }
  return builder.Take();
}

// Appends the parameters in file order.
class ParameterBuilder {
 public:
  void Embedding(std::string name, size_t rows, size_t width) {
    Add({std::move(name), ParameterKind::kEmbedding, 1, rows, width, false});
  }
  void Linear(std::string name, size_t inputs, size_t outputs) {
    Add({std::move(name), ParameterKind::kLinear, 1, inputs, outputs});
  }
  void FloatLinear(std::string name, size_t inputs, size_t outputs) {
    Add({std::move(name), ParameterKind::kFloatLinear, 1, inputs, outputs});
  }
  void Conv(std::string name, size_t kernel, size_t inputs, size_t outputs, bool has_bias = true) {
    Add({std::move(name), ParameterKind::kConv, kernel, inputs, outputs, has_bias});
  }
  void TransposedConv(std::string name, size_t kernel, size_t inputs, size_t outputs) {
    Add({std::move(name), ParameterKind::kTransposedConv, kernel, inputs, outputs});
  }
  void Pool(std::string name, size_t channels) {
    Add({std::move(name), ParameterKind::kPool, 3, channels, channels});
  }
  void Lstm(std::string name, size_t inputs) {
    Add({std::move(name), ParameterKind::kLstm, 1, inputs, 4 * kLstmUnits});
  }
  void Vectors(const std::string& name, std::initializer_list<const char*> parts, size_t size) {
    for (const char* part : parts) {
      Add({Concat(name, ".", part), ParameterKind::kVector, 1, 0, size, false});
    }
  }
  void AdainBlock(const std::string& name, size_t inputs, size_t outputs, bool has_pool) {
    Conv(name + ".conv1", 3, inputs, outputs);
    Conv(name + ".conv2", 3, outputs, outputs);
    if (inputs != outputs) Conv(name + ".conv1x1", 1, inputs, outputs, /*has_bias=*/false);
    if (has_pool) Pool(name + ".pool", inputs);
  }
  void HifiBlock(const std::string& name, size_t channels, size_t kernel) {
    for (int j = 0; j < 3; ++j) {
      for (int half = 1; half <= 2; ++half) {
        Conv(Concat(name, ".convs", half, ".", j), kernel, channels, channels);
        Add({Concat(name, ".alpha", half, ".", j), ParameterKind::kVector, 1, 0, channels, false});
      }
    }
  }
  std::vector<Parameter> Take() { return std::move(parameters_); }

 private:
  void Add(Parameter parameter) { parameters_.push_back(std::move(parameter)); }
  std::vector<Parameter> parameters_;
};

void AddText(ParameterBuilder& builder) {
  const std::string embeddings = "bert.embeddings.";
  builder.Embedding(embeddings + "word_embeddings", 178, 128);
  builder.Embedding(embeddings + "position_embeddings", 512, 128);
  builder.Embedding(embeddings + "token_type_embeddings", 2, 128);
  builder.Vectors(embeddings + "LayerNorm", {"weight", "bias"}, 128);
  builder.Linear("bert.encoder.embedding_hidden_mapping_in", 128, 768);
  builder.Linear("bert.layer.attention.dense", 768, 768);
  builder.Vectors("bert.layer.attention.LayerNorm", {"weight", "bias"}, 768);
  builder.Linear("bert.layer.ffn", 768, 2048);
  builder.Linear("bert.layer.ffn_output", 2048, 768);
  builder.Vectors("bert.layer.full_layer_layer_norm", {"weight", "bias"}, 768);
  builder.Linear("bert_encoder", 768, 512);
  builder.Embedding("text_encoder.embedding", 178, 512);
  for (int i = 0; i < 3; ++i) {
    builder.Conv(Concat("text_encoder.cnn.", i, ".0"), 5, 512, 512);
    builder.Vectors(Concat("text_encoder.cnn.", i, ".1"), {"gamma", "beta"}, 512);
  }
  builder.Lstm("text_encoder.lstm", 512);
}

void AddPredictor(ParameterBuilder& builder) {
  for (const int i : {0, 2, 4}) builder.Lstm(Concat("predictor.text_encoder.lstms.", i), 640);
  builder.Lstm("predictor.lstm", 640);
  builder.Linear("predictor.duration_proj.linear_layer", 512, 50);
  builder.Lstm("predictor.shared", 640);
  for (const std::string branch : {"predictor.F0", "predictor.N"}) {
    builder.AdainBlock(branch + ".0", 512, 512, /*has_pool=*/false);
    builder.AdainBlock(branch + ".1", 512, 256, /*has_pool=*/true);
    builder.AdainBlock(branch + ".2", 256, 256, /*has_pool=*/false);
    builder.Conv(branch + "_proj", 1, 256, 1);
  }
}

void AddDecoder(ParameterBuilder& builder) {
  builder.Conv("decoder.F0_conv", 3, 1, 1);
  builder.Conv("decoder.N_conv", 3, 1, 1);
  builder.Conv("decoder.asr_res.0", 1, 512, 64);
  builder.AdainBlock("decoder.encode", 514, 1024, /*has_pool=*/false);
  for (int i = 0; i < 4; ++i) {
    builder.AdainBlock(Concat("decoder.decode.", i), 1090, i < 3 ? 1024 : 512, /*has_pool=*/i == 3);
  }
}

void AddGenerator(ParameterBuilder& builder) {
  const std::string generator = "decoder.generator.";
  builder.FloatLinear(generator + "m_source.l_linear", 9, 1);
  builder.Conv(generator + "noise_convs.0", 12, 22, 256);
  builder.Conv(generator + "noise_convs.1", 1, 22, 128);
  builder.HifiBlock(generator + "noise_res.0", 256, 7);
  builder.HifiBlock(generator + "noise_res.1", 128, 11);
  builder.TransposedConv(generator + "ups.0", 20, 512, 256);
  builder.TransposedConv(generator + "ups.1", 12, 256, 128);
  constexpr size_t kKernels[] = {3, 7, 11};
  for (size_t i = 0; i < 6; ++i) {
    builder.HifiBlock(Concat(generator, "resblocks.", i), i < 3 ? 256 : 128, kKernels[i % 3]);
  }
  builder.Conv(generator + "conv_post", 7, 128, 22);
}

std::vector<Parameter> MakeParameters() {
  ParameterBuilder builder;
  AddText(builder);
  AddPredictor(builder);
  AddDecoder(builder);
  AddGenerator(builder);
  return builder.Take();
}

std::vector<Parameter> MakeAttentionProjections() {
  ParameterBuilder builder;
  for (const char* name : {"query", "key", "value"}) {
    builder.Linear(Concat("bert.layer.attention.", name), 768, 768);
  }
  return builder.Take();
}

}  // namespace

const std::vector<Parameter>& ModelParameters() {
  static const std::vector<Parameter> parameters = MakeParameters();
  return parameters;
}

const std::vector<Parameter>& AttentionProjections() {
  static const std::vector<Parameter> parameters = MakeAttentionProjections();
  return parameters;
}

const std::vector<StyleLayer>& StyleLayers() {
  static const std::vector<StyleLayer> layers = MakeStyleLayers();
  return layers;
}

size_t StyleWidth(StyleHalf half) {
  size_t width = 0;
  for (const StyleLayer& layer : StyleLayers()) width += layer.half == half ? layer.width : 0;
  return width;
}

}  // namespace litetts::model
