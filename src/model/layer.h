#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/thread_pool.h"
#include "kernels/conv.h"
#include "kernels/matrix.h"
#include "kernels/narrow_conv.h"
#include "kernels/toom_cook.h"
#include "model/kokoro.h"
#include "model/profile.h"

namespace litetts::model {

// Weights and bias of a convolution or linear layer, borrowed from the mapped file.
struct Linear {
  kernels::Weights weights;
  std::span<const float> bias;  // empty: none
  // Inputs are rounded so, and int8 weights packed while they are used; none: in float.
  std::optional<kernels::NarrowFormat> rounded = {};
};

// A filter in the form in which it is multiplied fastest in the model's precision.
struct PreparedFilter {
  std::optional<kernels::ToomCookFilter> toom_cook;
  std::optional<kernels::NarrowFilter> narrow;

  void Use(kernels::ConvOptions& options) const {
    options.toom_cook = toom_cook ? &*toom_cook : nullptr;
    options.narrow = narrow ? &*narrow : nullptr;
  }

  // Rows of the output whose rounding errors depend on each other, and the taps that are read for
  // one (kernels/toom_cook.h).
  size_t TileRows() const { return toom_cook ? kernels::ToomCookFilter::kTileRows : 1; }
  size_t ReadTaps(size_t kernel) const {
    return toom_cook ? kernels::ToomCookFilter::ReadTaps(kernel) : kernel;
  }
};

// What the layers of one run share: threads, scratch, and where observations go. Layers write to
// matrices that the caller booked and give their own scratch back. One thread.
class LayerContext {
 public:
  // Loops over the pool stop when the request is cancelled, for as long as this lives.
  LayerContext(const Request& request, Workspace& workspace)
      : pool(workspace.pool), arena(workspace.arena), request_(request) {
    pool.SetCancel(request.cancel);
  }
  ~LayerContext() { pool.SetCancel(nullptr); }
  LayerContext(const LayerContext&) = delete;
  LayerContext& operator=(const LayerContext&) = delete;

  ThreadPool& pool;
  Arena& arena;

  // Once true, stages may hold anything, and loops over `pool` skip their tasks: return soon.
  bool IsCancelled() const {
    return request_.cancel != nullptr && request_.cancel->load(std::memory_order_relaxed);
  }

  // Uninitialised scratch; rows of a matrix start on cache lines.
  std::span<float> NewVector(size_t size) { return arena.Allocate<float>(size); }
  kernels::Matrix NewMatrix(size_t rows, size_t columns);
  kernels::ChannelStats NewStats(size_t channels);

  // kernels::Conv1d with `layer`'s weights and bias, counted in the profile.
  void Conv(const kernels::ConstMatrix& x, const Linear& layer, kernels::ConvOptions options,
            const kernels::Matrix& out);

  void Observe(std::string_view stage, const kernels::ConstMatrix& values);

 private:
  friend class GroupTimer;
  const Request& request_;
  LayerGroup group_ = LayerGroup::kAlbert;  // the running one's
  double flops_ = 0.0;
  double product_seconds_ = 0.0;
};

// Adds the time and work of its scope to a group of the request's profile, if it has one.
class GroupTimer {
 public:
  GroupTimer(LayerContext& context, LayerGroup group);
  GroupTimer(const GroupTimer&) = delete;
  GroupTimer& operator=(const GroupTimer&) = delete;
  ~GroupTimer();

 private:
  LayerContext& context_;
  LayerGroup group_;
  double start_seconds_ = 0.0;
  double start_cpu_seconds_ = 0.0;
  double start_product_seconds_ = 0.0;
  double start_flops_ = 0.0;
};

// Calls function(begin, end) for blocks of `block` rows of [0, rows), in parallel.
template <typename Function>
void ForRowBlocks(ThreadPool& pool, size_t rows, size_t block, const Function& function) {
  pool.ParallelFor((rows + block - 1) / block, [&](size_t task, size_t) {
    const size_t begin = task * block;
    function(begin, begin + block < rows ? begin + block : rows);
  });
}

// out row i = values row indices[i].
void GatherRows(ThreadPool& pool, const kernels::ConstMatrix& values,
                std::span<const int32_t> indices, const kernels::Matrix& out);

// Every row of `out` = `row`.
void RepeatRow(std::span<const float> row, const kernels::Matrix& out);

}  // namespace litetts::model
