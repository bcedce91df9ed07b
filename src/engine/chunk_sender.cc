#include "engine/chunk_sender.h"

#include <numeric>

#include "base/cpu.h"
#include "engine/checked_synthesis.h"

namespace litetts::engine {

Status ChunkSender::Add(std::span<const int32_t> durations, size_t num_samples,
                        std::span<const float> samples) {
  const double before = NowSeconds();
  if (!begin_seconds_) {
    LITETTS_RETURN_IF_ERROR(delivery_.BeginChunk(index_, durations, num_samples, style_));
    num_samples_ = num_samples;
    begin_seconds_ = NowSeconds();
  }
  num_sent_ += samples.size();
  const Status status = delivery_.AddSamples(samples);
  seconds_ += NowSeconds() - before;
  return status;
}

Status ChunkSender::Finish(const Segment& segment) {
  const std::span<const float> samples = segment.samples;
  if (begin_seconds_ && samples.size() != num_samples_) {
    return Internal("a chunk came out wrong when part of it had been heard");
  }
  LITETTS_RETURN_IF_ERROR(Add(segment.durations, samples.size(), samples.subspan(num_sent_)));
  return delivery_.EndChunk();
}

void NetworkListener::OnDurations(std::span<const int32_t> durations) {
  sink_.OnDurationsKnown();
  durations_.assign(durations.begin(), durations.end());
  const int64_t frames = std::accumulate(durations.begin(), durations.end(), int64_t{0});
  num_samples_ = static_cast<size_t>(frames) * model::kSamplesPerFrame;
  if (!CheckLength(num_samples_, num_tokens_, speed_).ok()) sender_ = nullptr;
}

Status NetworkListener::OnSamples(std::span<const float> samples) {
  const bool is_length_known = !durations_.empty();
  if (!is_length_known || !CheckSamples(samples).ok()) sender_ = nullptr;
  return sender_ == nullptr ? OkStatus() : sender_->Add(durations_, num_samples_, samples);
}

}  // namespace litetts::engine
