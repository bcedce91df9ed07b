#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace litetts::model {

// The parts of the network, in the order in which they run.
enum class LayerGroup : uint8_t {
  kAlbert,
  kDurations,
  kTextEncoder,
  kProsody,
  kDecoder,
  kSource,
  kNoiseBranch0,
  kUpsampling0,
  kBlocks0,
  kNorms,  // foretold
  kNoiseBranch1,
  kUpsampling1,
  kBlocks1,
  kOutput,
};
inline constexpr size_t kNumLayerGroups = 14;

std::string_view LayerGroupName(LayerGroup group);

// Where the time of one or more runs went. One thread: that which calls Run().
struct LayerProfile {
  struct Entry {
    double seconds = 0.0;          // wall clock
    double cpu_seconds = 0.0;      // of all threads of the process
    double product_seconds = 0.0;  // wall clock inside convolutions and linear layers
    double flops = 0.0;            // of those as written: 2 per multiply-accumulate
  };
  // The sizes of a convolution or linear layer.
  struct Shape {
    size_t rows = 0;  // of the output
    size_t inputs = 0;
    size_t outputs = 0;
    size_t kernel = 0;
    size_t dilation = 0;
  };
  // One run of a group, or of a convolution inside it.
  struct Event {
    LayerGroup group = LayerGroup::kAlbert;
    double start_seconds = 0.0;  // on the clock of NowSeconds()
    double seconds = 0.0;
    double flops = 0.0;
    std::optional<Shape> shape = std::nullopt;  // of a convolution
  };
  std::array<Entry, kNumLayerGroups> entries;
  std::vector<Event>* trace = nullptr;  // each run is appended, if there is one

  Entry& operator[](LayerGroup group) { return entries[static_cast<size_t>(group)]; }
  const Entry& operator[](LayerGroup group) const { return entries[static_cast<size_t>(group)]; }
};

}  // namespace litetts::model
