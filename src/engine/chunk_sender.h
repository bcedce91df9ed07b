#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/status.h"
#include "engine/audio_sink.h"
#include "engine/delivery.h"
#include "engine/segment_cache.h"
#include "model/kokoro.h"

namespace litetts::engine {

// Hands a chunk to the delivery, whole or as it is made. One thread.
class ChunkSender {
 public:
  // `delivery` must outlive the sender.
  ChunkSender(Delivery& delivery, size_t index, const ChunkStyle& style)
      : delivery_(delivery), index_(index), style_(style) {}

  // The next samples of a chunk that will have `num_samples`.
  Status Add(std::span<const int32_t> durations, size_t num_samples,
             std::span<const float> samples);
  // What of the chunk was not added yet. kInternal where that does not fit what was.
  Status Finish(const Segment& segment);

  // When the first samples were added; REQUIRES: some were.
  double begin_seconds() const { return *begin_seconds_; }
  // What Add() took so far: a sink may wait for its reader.
  double seconds() const { return seconds_; }

 private:
  Delivery& delivery_;
  const size_t index_;
  const ChunkStyle style_;
  std::optional<double> begin_seconds_;
  size_t num_samples_ = 0;
  size_t num_sent_ = 0;
  double seconds_ = 0.0;
};

// Tells the sink that the network has its durations, and has samples leave as they are made where
// there is a sender, for as long as they pass the checks that a part can be put to.
class NetworkListener : public model::DurationListener, public model::SampleListener {
 public:
  // `speed`: of the network; `sender`: null: the chunk is sent when it is whole.
  NetworkListener(AudioSink& sink, size_t num_tokens, double speed, ChunkSender* sender)
      : sink_(sink), num_tokens_(num_tokens), speed_(speed), sender_(sender) {}

  void OnDurations(std::span<const int32_t> durations) override;
  Status OnSamples(std::span<const float> samples) override;

 private:
  AudioSink& sink_;
  const size_t num_tokens_;
  const double speed_;
  ChunkSender* sender_;  // null from the first part on that did not pass
  std::vector<int32_t> durations_;
  size_t num_samples_ = 0;
};

}  // namespace litetts::engine
