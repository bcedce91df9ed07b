#include "kernels/channel_stats.h"

#include <algorithm>

namespace litetts::kernels {

void CombineStats(const double* blocks, size_t num_blocks, size_t block_rows, size_t rows,
                  const ChannelStats& stats) {
  const size_t channels = stats.mean.size();
  for (size_t c = 0; c < channels; ++c) {
    double count = 0.0;
    double mean = 0.0;
    double squares = 0.0;
    for (size_t block = 0; block < num_blocks; ++block) {
      const double* entry = blocks + block * 2 * channels + c;
      const auto added = static_cast<double>(std::min(block_rows, rows - block * block_rows));
      const double delta = entry[0] - mean;
      const double total = count + added;
      mean += delta * added / total;
      squares += entry[channels] + delta * delta * count * added / total;
      count = total;
    }
    stats.mean[c] = static_cast<float>(mean);
    stats.variance[c] = static_cast<float>(squares / count);
  }
}

}  // namespace litetts::kernels
