#include "model/adain_block.h"

#include <algorithm>
#include <numbers>

#include "base/check.h"
#include "model/binder.h"

namespace litetts::model {

using kernels::Activation;
using kernels::ChannelStats;
using kernels::ConstMatrix;
using kernels::InputTransform;
using kernels::Matrix;

namespace {

constexpr float kSlope = 0.2f;

InputTransform LeakyRelu(const ChannelAffine& affine) {
  return {.scale = affine.scale,
          .shift = affine.shift,
          .activation = Activation::kLeakyRelu,
          .slope = kSlope};
}

}  // namespace

AdainBlock::AdainBlock(Binder& binder, const std::string& name, size_t inputs, size_t outputs,
                       Length length, std::optional<kernels::NarrowFormat> rounded)
    : outputs_(outputs),
      length_(length),
      norm1_(binder, name + ".norm1", inputs),
      norm2_(binder, name + ".norm2", outputs),
      conv1_(binder.ConvLayer(name + ".conv1", 3, inputs, outputs)),
      conv2_(binder.ConvLayer(name + ".conv2", 3, outputs, outputs)) {
  if (inputs != outputs) {
    shortcut_.weights = binder.WeightsOf(name + ".conv1x1.weight", {1, inputs, outputs});
  }
  for (Linear* layer : {&conv1_, &conv2_, &shortcut_}) layer->rounded = rounded;
  if (length == Length::kDouble) {
    LITETTS_CHECK(inputs != outputs);
    pool_taps_ = binder.Floats(name + ".pool.weight", {3, inputs});
    pool_bias_ = binder.Floats(name + ".pool.bias", {inputs});
  }
}

void AdainBlock::Run(LayerContext& context, const Style& style, const ConstMatrix& x,
                     const ChannelStats& x_stats, const Matrix& out,
                     ChannelStats* out_stats) const {
  const Arena::Scope scope(context.arena);
  ChannelStats middle_stats = context.NewStats(outputs_);
  const Matrix middle = context.NewMatrix(out.rows, outputs_);
  const ChannelAffine affine1 = norm1_.OfStats(context, style, x_stats);
  if (length_ == Length::kDouble) {
    const Arena::Scope pool_scope(context.arena);
    const Matrix pooled = context.NewMatrix(out.rows, x.columns);
    Pool(context, x, affine1, pooled);
    context.Conv(pooled, conv1_, {.kernel = 3, .padding = 1, .stats = &middle_stats}, middle);
  } else {
    context.Conv(x, conv1_,
                 {.kernel = 3, .padding = 1, .input = LeakyRelu(affine1), .stats = &middle_stats},
                 middle);
  }
  const ChannelAffine affine2 = norm2_.OfStats(context, style, middle_stats);
  context.Conv(middle, conv2_,
               {.kernel = 3,
                .padding = 1,
                .input = LeakyRelu(affine2),
                .residual = Shortcut(context, x, out),
                .output_scale = static_cast<float>(1.0 / std::numbers::sqrt2),
                .stats = out_stats},
               out);
}

ConstMatrix AdainBlock::Shortcut(LayerContext& context, const ConstMatrix& x,
                                 const Matrix& out) const {
  if (length_ == Length::kSame && shortcut_.weights.data == nullptr) return x;
  if (length_ == Length::kSame) {
    context.Conv(x, shortcut_, {}, out);
    return out;
  }
  // Repeating rows and mixing channels commute: mix half as many rows, into every second one.
  const Matrix even = {out.data, x.rows, out.columns, 2 * out.stride};
  context.Conv(x, shortcut_, {}, even);
  ForRowBlocks(context.pool, x.rows, 64, [&](size_t begin, size_t end) {
    for (size_t row = begin; row < end; ++row) {
      std::copy_n(out.Row(2 * row), out.columns, out.Row(2 * row + 1));
    }
  });
  return out;
}

void AdainBlock::Pool(LayerContext& context, const ConstMatrix& x, const ChannelAffine& affine,
                      const Matrix& out) const {
  const size_t channels = x.columns;
  const auto value = [&](size_t row, size_t c) {
    const float v = x.Row(row)[c] * affine.scale[c] + affine.shift[c];
    return v >= 0.0f ? v : kSlope * v;
  };
  const float* w0 = pool_taps_.data();
  const float* w1 = w0 + channels;
  const float* w2 = w1 + channels;
  ForRowBlocks(context.pool, x.rows, 16, [&](size_t begin, size_t end) {
    for (size_t row = begin; row < end; ++row) {
      const bool is_last = row + 1 == x.rows;
      float* even = out.Row(2 * row);
      float* odd = out.Row(2 * row + 1);
      for (size_t c = 0; c < channels; ++c) {
        const float here = value(row, c);
        const float next = is_last ? 0.0f : value(row + 1, c);
        even[c] = w1[c] * here + pool_bias_[c];
        odd[c] = w2[c] * here + w0[c] * next + pool_bias_[c];
      }
    }
  });
}

}  // namespace litetts::model
