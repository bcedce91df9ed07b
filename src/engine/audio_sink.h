#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "engine/timings.h"
#include "text/frontend.h"

namespace litetts::engine {

// Where audio goes while it is made. Speak() calls from its own thread; an error that a sink
// returns ends the synthesis with that error.
class AudioSink {
 public:
  virtual ~AudioSink() = default;
  // The whole analysis, before any audio.
  virtual Status OnStart(const text::Analysis& analysis) = 0;
  // The durations of the chunk that comes next are known: most of the work, its samples, begins.
  virtual void OnDurationsKnown() {}
  // The audio of the chunk that comes next failed its checks and is made in another way.
  virtual void OnRetry(const Status& /*problem*/) {}
  // Chunk `index` comes next. Called before its samples, with the durations (frames per token, pads
  // included; empty where the backend does not tell them); it will have about `num_samples`.
  virtual Status OnChunk(size_t index, std::span<const int32_t> durations, size_t num_samples) = 0;
  // The chunk that comes next is not computed for this request: a cache has it. Before OnChunk().
  virtual void OnCachedChunk() {}
  // The next samples, 24 kHz, nominally in [-1, 1]; at least one.
  virtual Status OnSamples(std::span<const float> samples) = 0;
  // The exact number of samples of the whole: before the first of them where it is known that
  // early (a text of one chunk), else before the last.
  virtual Status OnTotal(uint64_t /*num_samples*/) { return OkStatus(); }
  // Between two pieces of work, when the workspace is free and what follows may get another one:
  // the time to wait for a reader or to let others go first.
  virtual Status OnBreak() { return OkStatus(); }
  // All timings so far, when a chunk is complete, before its last samples. They only grow;
  // `audio_seconds` is that of the whole at the end.
  virtual Status OnTimings(const Timings& /*timings*/) { return OkStatus(); }
};

// Takes everything and keeps nothing.
class NullSink : public AudioSink {
 public:
  Status OnStart(const text::Analysis&) override { return OkStatus(); }
  Status OnChunk(size_t, std::span<const int32_t>, size_t) override { return OkStatus(); }
  Status OnSamples(std::span<const float>) override { return OkStatus(); }
};

// Keeps all samples and the timings.
class CollectingSink : public NullSink {
 public:
  Status OnSamples(std::span<const float> samples) override {
    samples_.insert(samples_.end(), samples.begin(), samples.end());
    return OkStatus();
  }
  Status OnTimings(const Timings& timings) override {
    timings_ = timings;
    return OkStatus();
  }
  const std::vector<float>& samples() const { return samples_; }
  const Timings& timings() const { return timings_; }

 private:
  std::vector<float> samples_;
  Timings timings_;
};

}  // namespace litetts::engine
