#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "base/thread_pool.h"
#include "model/layer.h"
#include "model/model_layout.h"
#include "model/precision.h"
#include "model/tensor_file.h"

namespace litetts::model {

// Takes the parameters of the network out of a model file by name, checking types and shapes. The
// first problem is kept in status(), and what is returned after it is empty, so that layers bind
// without error handling of their own. One thread.
class Binder {
 public:
  using Shape = std::initializer_list<size_t>;

  // `precision`: of ResolvePrecision().
  Binder(const TensorFile& file, Precision precision) : file_(file), precision_(precision) {}

  const Status& status() const { return status_; }
  // The parts of the file that were returned and not packed by Prepare(): those read later on.
  std::span<const std::span<const std::byte>> parts() const { return parts_; }

  // NAME, float32, of this shape.
  std::span<const float> Floats(const std::string& name, Shape shape);
  // NAME with its scale, of any weight type; all dimensions but the last become the rows. One
  // scale, or one per column; of an LSTM one per column of each of its `directions`, the first
  // dimension.
  kernels::Weights WeightsOf(const std::string& name, Shape shape, size_t directions = 1);
  // NAME.weight [inputs, outputs] and NAME.bias.
  Linear LinearLayer(const std::string& name, size_t inputs, size_t outputs);
  // NAME.weight [kernel, inputs, outputs] and NAME.bias.
  Linear ConvLayer(const std::string& name, size_t kernel, size_t inputs, size_t outputs);
  // How layers that are not to be computed in int8 may round their inputs: bfloat16 where the
  // precision is int8 and the CPU multiplies it; none: not at all.
  std::optional<kernels::NarrowFormat> CarefulFormat() const;
  // The weights of a convolution without stride, prepared for the precision. `is_sensitive`: not
  // in int8, but as CarefulFormat() tells.
  PreparedFilter Prepare(const kernels::Weights& weights, size_t kernel, bool is_sensitive);
  // First column of a norm layer among its half of the style layers.
  size_t StyleColumn(const std::string& name, size_t width);

 private:
  void Fail(Status status) {
    if (status_.ok()) status_ = std::move(status);
  }

  const TensorFile& file_;
  const Precision precision_;
  std::optional<ThreadPool> pool_;  // once something is prepared
  Status status_;
  std::vector<std::span<const std::byte>> parts_;
};

// One of `count` equal parts along the first dimension of `weights`, e.g. a direction of an LSTM.
kernels::Weights WeightsPart(const kernels::Weights& weights, size_t index, size_t count);

}  // namespace litetts::model
