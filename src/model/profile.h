#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

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
  kNoiseBranch1,
  kUpsampling1,
  kBlocks1,
  kOutput,
};
inline constexpr size_t kNumLayerGroups = 13;

std::string_view LayerGroupName(LayerGroup group);

// Where the time of one or more runs went. One thread: that which calls Run().
struct LayerProfile {
  struct Entry {
    double seconds = 0.0;      // wall clock
    double cpu_seconds = 0.0;  // of all threads of the process
    double flops = 0.0;  // of convolutions and linear layers as written: 2 per multiply-accumulate
  };
  std::array<Entry, kNumLayerGroups> entries;

  Entry& operator[](LayerGroup group) { return entries[static_cast<size_t>(group)]; }
  const Entry& operator[](LayerGroup group) const { return entries[static_cast<size_t>(group)]; }
};

}  // namespace litetts::model
