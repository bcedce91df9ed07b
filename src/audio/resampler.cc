#include "audio/resampler.h"

#include <soxr.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/check.h"

namespace litetts::audio {
namespace {

struct SoxrDelete {
  void operator()(soxr* resampler) const { soxr_delete(resampler); }
};

}  // namespace

struct Resampler::State {
  ResamplerOptions options;
  std::unique_ptr<soxr, SoxrDelete> filter;  // none when the rates are equal
  uint64_t num_in = 0;                       // frames
  uint64_t num_out = 0;

  // `in` null: the end of the input.
  Result<std::vector<float>> Run(const float* in, size_t num_frames) {
    const auto channels = static_cast<size_t>(options.num_channels);
    std::vector<float> out;
    num_in += num_frames;
    const uint64_t total = ResampledLength(num_in, options.from_hz, options.to_hz);
    size_t done_in = 0;
    for (;;) {
      // All that can come now, and a little, so that one call is mostly enough.
      const size_t room = static_cast<size_t>(total - std::min(total, num_out)) + 256;
      const size_t begin = out.size();
      out.resize(begin + room * channels);
      size_t used = 0;
      size_t made = 0;
      const soxr_error_t error =
          soxr_process(filter.get(), in == nullptr ? nullptr : in + done_in * channels,
                       num_frames - done_in, &used, out.data() + begin, room, &made);
      out.resize(begin + made * channels);
      if (error != nullptr) return Internal("resampling failed: ", error);
      done_in += used;
      num_out += made;
      if (made < room && done_in == num_frames) return out;
    }
  }
};

Resampler::Resampler(std::unique_ptr<State> state) : state_(std::move(state)) {}
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler& Resampler::operator=(Resampler&&) noexcept = default;
Resampler::~Resampler() = default;

Result<Resampler> Resampler::Create(const ResamplerOptions& options) {
  if (options.from_hz <= 0 || options.to_hz <= 0 || options.num_channels <= 0) {
    return InvalidArgument("cannot resample ", options.num_channels, " channels from ",
                           options.from_hz, " to ", options.to_hz, " Hz");
  }
  auto state = std::make_unique<State>();
  state->options = options;
  if (options.from_hz != options.to_hz) {
    const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
    const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
    soxr_error_t error = nullptr;
    state->filter.reset(soxr_create(options.from_hz, options.to_hz,
                                    static_cast<unsigned>(options.num_channels), &error, &io,
                                    &quality, &runtime));
    if (error != nullptr) return Internal("libsoxr: ", error);
  }
  return Resampler(std::move(state));
}

Result<std::vector<float>> Resampler::Process(std::span<const float> samples) {
  LITETTS_CHECK(samples.size() % static_cast<size_t>(state_->options.num_channels) == 0);
  if (state_->filter == nullptr) return std::vector<float>(samples.begin(), samples.end());
  if (samples.empty()) return std::vector<float>();  // a null input would end the stream
  return state_->Run(samples.data(),
                     samples.size() / static_cast<size_t>(state_->options.num_channels));
}

Result<std::vector<float>> Resampler::Finish() {
  if (state_->filter == nullptr) return std::vector<float>();
  const uint64_t before = state_->num_out;
  LITETTS_ASSIGN_OR_RETURN(std::vector<float> out, state_->Run(nullptr, 0));
  const uint64_t total =
      ResampledLength(state_->num_in, state_->options.from_hz, state_->options.to_hz);
  if (total < before) return Internal("libsoxr made more samples than the rates allow");
  // libsoxr rounds the end by its own rule; the last frame may be missing or too many.
  out.resize(static_cast<size_t>(total - before) *
             static_cast<size_t>(state_->options.num_channels));
  return out;
}

uint64_t ResampledLength(uint64_t num_frames, int from_hz, int to_hz) {
  const auto from = static_cast<uint64_t>(from_hz);
  const auto to = static_cast<uint64_t>(to_hz);
  return (num_frames / from) * to + ((num_frames % from) * to + from / 2) / from;
}

}  // namespace litetts::audio
