#include "engine/delivery.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/kokoro.h"

namespace litetts::engine {
namespace {

constexpr double kRateHz = model::kSampleRateHz;
constexpr size_t kLevelSamples = 120;  // 5 ms
// A sound is heard before its token's frames begin: the network mixes neighbouring frames. Median
// against a forced aligner over 380 words of four voices: 54 ms.
constexpr double kSoundLeadSamples = 0.05 * kRateHz;

void Append(std::vector<float>& to, std::span<const float> more) {
  to.insert(to.end(), more.begin(), more.end());
}

void Scale(std::span<float> samples, double gain) {
  if (gain == 1.0) return;
  for (float& sample : samples) sample = static_cast<float>(static_cast<double>(sample) * gain);
}

size_t Samples(double seconds) { return static_cast<size_t>(std::lround(seconds * kRateHz)); }

// Loudness of a piece that may be shorter than the 0.4 s that the standard asks for.
std::optional<double> LoudnessOf(std::span<const float> samples) {
  audio::LoudnessMeter meter;
  for (size_t size = 0; size < Samples(0.5) && !samples.empty(); size += samples.size()) {
    meter.Add(samples);
  }
  return meter.integrated();
}

double Gain(double decibels) { return std::pow(10.0, decibels / 20.0); }

}  // namespace

bool Delivery::KeepsStart(size_t index) const {
  return index == 0 && !options_.trim && leading_pause_seconds_ == 0.0 && !has_clip_;
}

bool Delivery::KeepsEnd(size_t index) const {
  return index + 1 == analysis_->chunks.size() && !options_.trim &&
         trailing_pause_seconds_ == 0.0 && analysis_->chunks.back().clips_after.empty();
}

bool Delivery::knows_total() const {
  return keeps_start() && keeps_end() && analysis_->backgrounds.empty();
}

Status Delivery::Start(const text::Analysis& analysis, double trailing_pause_seconds) {
  analysis_ = &analysis;
  trailing_pause_seconds_ = trailing_pause_seconds;
  timings_.Start(analysis);
  has_limiter_ =
      options_.volume > 1.0 || options_.loudness_lufs || options_.watermark ||
      !analysis.backgrounds.empty() || !analysis.clips_before.empty() ||
      std::ranges::any_of(analysis.styles, [](const auto& style) { return style.gain > 1.0; }) ||
      std::ranges::any_of(analysis.chunks,
                          [](const auto& chunk) { return !chunk.clips_after.empty(); });
  return sink_.OnStart(analysis);
}

void Delivery::AddPause(double seconds) {
  if (joiner_.num_out() == 0) leading_pause_seconds_ += seconds;
  joiner_.AddPause(Samples(seconds));
}

Status Delivery::AddClip(std::span<const float> samples) {
  has_clip_ = true;
  std::vector<float> out = joiner_.BeginPiece(0);
  Append(out, joiner_.Add(samples));
  joiner_.EndPiece({});
  if (!is_past_end_) return Emit(std::move(out));
  Append(held_, out);
  return OkStatus();
}

// At the start of a chunk.
void Delivery::ChangeBackground() {
  if (style_.background == background_) return;
  if (background_ >= 0) backgrounds_.Stop(chunk_end_);
  background_ = style_.background;
  if (background_ >= 0) {
    backgrounds_.Start(analysis_->backgrounds[static_cast<size_t>(background_)],
                       joiner_.piece_begin());
  }
}

Status Delivery::BeginChunk(size_t index, std::span<const int32_t> durations, size_t num_samples,
                            const ChunkStyle& style) {
  index_ = index;
  style_ = style;
  durations_.assign(durations.begin(), durations.end());
  stretch_.emplace(
      audio::TimeStretchOptions{.tempo = style.tempo, .pitch_semitones = style.pitch_semitones});
  whisperer_.reset();
  if (style.is_whispered) whisperer_.emplace();
  trimmer_.emplace(audio::EdgeTrimmerOptions{
      .keep_start = keeps_start(), .keep_end = keeps_end(), .margin = audio::kJointMargin});
  has_begun_ = false;
  levels_ = {};
  level_sum_ = 0.0;
  level_count_ = 0;
  const uint64_t num_stretched = audio::StretchedLength(num_samples, style.tempo);
  LITETTS_RETURN_IF_ERROR(sink_.OnChunk(index, durations, num_stretched));
  return knows_total() ? sink_.OnTotal(num_stretched) : OkStatus();
}

void Delivery::MeasureLevels(std::span<const float> samples) {
  for (const float sample : samples) {
    level_sum_ += static_cast<double>(sample) * static_cast<double>(sample);
    if (++level_count_ < kLevelSamples) continue;
    levels_.levels.push_back(static_cast<float>(std::sqrt(level_sum_ / kLevelSamples)));
    level_sum_ = 0.0;
    level_count_ = 0;
  }
}

void Delivery::Join(std::vector<float> samples, std::vector<float>& out) {
  if (samples.empty()) return;
  Scale(samples, style_.gain);
  if (!std::exchange(has_begun_, true)) {
    Append(out, joiner_.BeginPiece(keeps_start() ? 0 : trimmer_->start_margin()));
    levels_.start_seconds = static_cast<double>(joiner_.piece_begin()) / kRateHz;
    levels_.step_seconds = kLevelSamples / kRateHz;
    ChangeBackground();
  }
  MeasureLevels(samples);
  Append(out, joiner_.Add(samples));
}

Status Delivery::AddSamples(std::span<const float> samples) {
  std::vector<float> out;
  std::vector<float> styled = stretch_->Process(samples);
  if (whisperer_) styled = whisperer_->Process(styled);
  Join(trimmer_->Process(styled), out);
  if (options_.loudness_lufs) {
    Append(held_, out);
    return OkStatus();
  }
  return Emit(std::move(out));
}

Status Delivery::EndChunk() {
  std::vector<float> out = std::exchange(held_, {});
  std::vector<float> styled = stretch_->Finish();
  if (whisperer_) {
    styled = whisperer_->Process(styled);
    Append(styled, whisperer_->Finish());
  }
  Join(trimmer_->Process(styled), out);
  std::vector<float> end = trimmer_->Finish();
  if (keeps_end() || !has_begun_) {
    Join(std::move(end), out);
    end.clear();
  }
  Scale(end, style_.gain);
  joiner_.EndPiece(end);
  chunk_end_ = joiner_.num_out_at_end();
  is_past_end_ = is_last_chunk();
  AddTimings();
  if (!is_last_chunk()) {
    LITETTS_RETURN_IF_ERROR(sink_.OnTimings(timings_.timings()));
    return Emit(std::move(out));
  }
  held_ = std::move(out);
  return OkStatus();
}

Status Delivery::Finish() {
  joiner_.AddPause(Samples(trailing_pause_seconds_));
  if (background_ >= 0) backgrounds_.Stop(chunk_end_);
  joiner_.FillUpTo(backgrounds_.end());
  Append(held_, joiner_.Finish());
  timings_.Finish(static_cast<double>(joiner_.num_out()) / kRateHz);
  if (!knows_total()) LITETTS_RETURN_IF_ERROR(sink_.OnTotal(joiner_.num_out()));
  LITETTS_RETURN_IF_ERROR(sink_.OnTimings(timings_.timings()));
  LITETTS_RETURN_IF_ERROR(Emit(std::exchange(held_, {})));
  if (watermark_) LITETTS_RETURN_IF_ERROR(Limit(watermark_->Finish()));
  const std::vector<float> rest = limiter_.Finish();
  return rest.empty() ? OkStatus() : sink_.OnSamples(rest);
}

void Delivery::AddTimings() {
  if (durations_.empty()) return;
  const auto begin = static_cast<double>(joiner_.piece_begin());
  const auto end = static_cast<double>(joiner_.num_out_at_end());
  const auto trimmed = static_cast<double>(trimmer_->num_trimmed_at_start());
  // Where each token begins and the last one ends.
  std::vector<double> edges;
  int64_t frames = 0;
  const auto add = [&] {
    const double at = static_cast<double>(frames * static_cast<int64_t>(model::kSamplesPerFrame)) -
                      kSoundLeadSamples;
    edges.push_back(std::clamp(begin + at / style_.tempo - trimmed, begin, std::max(begin, end)) /
                    kRateHz);
  };
  add();
  for (const int32_t duration : durations_) {
    frames += duration;
    add();
  }
  timings_.AddChunk(index_, edges, end / kRateHz, levels_);
}

// What all chunks so far would need together, so that they keep their differences; corrected,
// within limits, so that what has left and what leaves now meet the target in spite of what the
// limiter takes away and of what was not known before.
double Delivery::LoudnessGain(std::span<const float> samples) {
  loudness_.Add(samples);
  std::optional<double> measured = loudness_.integrated();
  if (!measured) measured = LoudnessOf(samples);
  if (!measured) return 1.0;
  const double target = *options_.loudness_lufs;
  const double wanted = target - *measured;
  constexpr double kMostCorrection = 2.0;  // dB; the limiter's loss is on top of it
  // How much louder the chunk must become for the whole to become 1 dB louder.
  num_measured_ += samples.size();
  const double share = static_cast<double>(num_measured_) / static_cast<double>(samples.size());
  const std::optional<double> before = LoudnessOf(samples);
  double decibels = wanted;
  std::vector<float> limited;
  constexpr int kRounds = 8;
  for (int round = 0;; ++round) {
    limited.assign(samples.begin(), samples.end());
    Scale(limited, Gain(decibels));
    audio::TruePeakLimiter limiter;
    limited = limiter.Process(limited);
    Append(limited, limiter.Finish());
    audio::LoudnessMeter trial;
    trial.Add(limited);
    const std::optional<double> whole = sent_loudness_.IntegratedWith(trial);
    const std::optional<double> alone = LoudnessOf(limited);
    if (round == kRounds || !whole || !before || !alone) break;
    // Above what was asked of the chunk itself by the correction at most.
    const double room = *before + wanted + kMostCorrection - *alone;
    double step = std::min((target - *whole) * share, room);
    step = std::max(step, wanted - kMostCorrection - decibels);
    if (std::abs(step) < 0.02) break;
    decibels += step;
  }
  sent_loudness_.Add(limited);
  return Gain(decibels);
}

Status Delivery::Emit(std::vector<float> samples) {
  if (samples.empty()) return OkStatus();
  backgrounds_.Mix(samples);
  double gain = options_.volume;
  if (options_.loudness_lufs) gain *= LoudnessGain(samples);
  Scale(samples, gain);
  if (watermark_) samples = watermark_->Process(samples);
  return Limit(std::move(samples));
}

Status Delivery::Limit(std::vector<float> samples) {
  if (has_limiter_) samples = limiter_.Process(samples);
  return samples.empty() ? OkStatus() : sink_.OnSamples(samples);
}

}  // namespace litetts::engine
