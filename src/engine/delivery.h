#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "audio/edge_trimmer.h"
#include "audio/joiner.h"
#include "audio/limiter.h"
#include "audio/loudness.h"
#include "audio/time_stretch.h"
#include "audio/watermark.h"
#include "audio/whisper.h"
#include "base/status.h"
#include "engine/audio_sink.h"
#include "engine/background_mixer.h"
#include "engine/timings.h"
#include "engine/word_edges.h"
#include "text/frontend.h"

namespace litetts::engine {

struct DeliveryOptions {
  bool trim = false;    // also the silence before the first sound and after the last
  double volume = 1.0;  // above 1 with a limiter
  std::optional<double> loudness_lufs = {};
  std::optional<audio::WatermarkMark> watermark = {};
};

// How one chunk is to sound beyond what the network does.
struct ChunkStyle {
  double tempo = 1.0;  // 2 halves the duration
  double pitch_semitones = 0.0;
  double gain = 1.0;
  bool is_whispered = false;
  int background = -1;  // of the analysis; -1: none
};

// From the network's samples to the listener's, as they come: tempo and pitch, silence at the edges
// of chunks, pauses and joints, loudness, limits; and when each word is heard in the end. Without
// any of them, a single chunk passes through bit for bit. Thread-compatible.
class Delivery {
 public:
  // `sink` must outlive the Delivery.
  Delivery(const DeliveryOptions& options, AudioSink& sink) : options_(options), sink_(sink) {
    if (options_.watermark) watermark_.emplace(*options_.watermark);
  }

  // `analysis` must outlive the calls that follow; `trailing_pause_seconds` comes after the last
  // chunk.
  Status Start(const text::Analysis& analysis, double trailing_pause_seconds);
  // Silence from sound to sound, between the chunks that came and those that come; adds up.
  void AddPause(double seconds);
  // A recording between two chunks, before the first or after the last: samples at 24 kHz.
  Status AddClip(std::span<const float> samples);
  // The chunks in order, each with its number of samples and the durations of all tokens and both
  // pads; without durations the chunk has no timings.
  Status BeginChunk(size_t index, std::span<const int32_t> durations, size_t num_samples,
                    const ChunkStyle& style);
  Status AddSamples(std::span<const float> samples);
  Status EndChunk();
  // REQUIRES: all chunks came.
  Status Finish();

  // Whether the silence that the network makes before the first sound of a chunk, or after its last
  // one, is heard. Of the chunk that comes next, or came last.
  bool KeepsStart(size_t index) const;
  bool KeepsEnd(size_t index) const;

  uint64_t num_samples() const { return joiner_.num_out(); }
  const Timings& timings() const { return timings_.timings(); }

 private:
  bool is_last_chunk() const { return index_ + 1 == analysis_->chunks.size(); }
  bool keeps_start() const { return KeepsStart(index_); }
  bool keeps_end() const { return KeepsEnd(index_); }
  bool knows_total() const;  // before the first samples
  void ChangeBackground();
  // Trimmed samples of the chunk into the joiner; what comes out is added to `out`.
  void Join(std::vector<float> samples, std::vector<float>& out);
  void MeasureLevels(std::span<const float> samples);
  void AddTimings();
  Status Emit(std::vector<float> samples);
  Status Limit(std::vector<float> samples);
  double LoudnessGain(std::span<const float> samples);

  const DeliveryOptions options_;
  AudioSink& sink_;
  const text::Analysis* analysis_ = nullptr;
  double trailing_pause_seconds_ = 0.0;
  double leading_pause_seconds_ = 0.0;
  TimingCollector timings_;
  audio::Joiner joiner_;
  BackgroundMixer backgrounds_;
  int background_ = -1;       // that sounds now
  uint64_t chunk_end_ = 0;    // of the last chunk, without the pause
  bool has_limiter_ = false;  // something may be louder than the network made it
  bool has_clip_ = false;     // before the current chunk
  bool is_past_end_ = false;  // all chunks came
  std::optional<audio::WatermarkEmbedder> watermark_;
  audio::TruePeakLimiter limiter_;
  audio::LoudnessMeter loudness_;       // of what came so far, as the network made it
  audio::LoudnessMeter sent_loudness_;  // as it was sent
  uint64_t num_measured_ = 0;           // samples in them

  // The current chunk.
  size_t index_ = 0;
  ChunkStyle style_;
  std::vector<int32_t> durations_;
  std::optional<audio::TimeStretch> stretch_;
  std::optional<audio::Whisperer> whisperer_;  // after the stretch
  std::optional<audio::EdgeTrimmer> trimmer_;
  bool has_begun_ = false;   // its first samples have gone to the joiner
  std::vector<float> held_;  // kept back until the chunk is whole, where its loudness is needed
  LevelCurve levels_;
  double level_sum_ = 0.0;
  size_t level_count_ = 0;
};

}  // namespace litetts::engine
