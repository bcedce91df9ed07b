#include "model/model_layout.h"

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

}  // namespace

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
