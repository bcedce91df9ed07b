#include "engine/checked_synthesis.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/kokoro.h"
#include "text/phonemes.h"

namespace litetts::engine {
namespace {

// Extremes of 1,896 good chunks of 8 voices at speeds 0.6, 1 and 1.8: 0.051 to 0.184 s a token,
// a peak of 1.90, 1.4 % of the samples beyond full scale. The bounds lie well beyond.
constexpr double kMinTokenSeconds = 0.015;  // at speed 1
constexpr double kMaxTokenSeconds = 0.6;    // at speed 1
constexpr double kSpareSeconds = 1.0;       // pads and a last vowel of very short chunks
constexpr float kMaxPeak = 8.0f;
constexpr double kMaxClippedShare = 0.1;
constexpr double kMinRms = 1e-4;  // -80 dB: the quietest whisper is at -45 dB

// Tokens in `num_parts` pieces of about equal length, none empty; a space at a cut is in neither.
std::vector<std::span<const int32_t>> Cut(std::span<const int32_t> tokens, size_t num_parts) {
  std::vector<std::span<const int32_t>> parts;
  while (num_parts > 1) {
    const size_t middle = tokens.size() / num_parts;
    size_t best = 0;  // the space next to the middle
    for (size_t i = 1; i + 1 < tokens.size(); ++i) {
      const auto distance = [&](size_t at) { return at > middle ? at - middle : middle - at; };
      const bool is_space = tokens[i] == static_cast<uint8_t>(text::phone::kSpace);
      if (is_space && (best == 0 || distance(i) < distance(best))) best = i;
    }
    if (best == 0) break;
    parts.push_back(tokens.first(best));
    tokens = tokens.subspan(best + 1);
    --num_parts;
  }
  parts.push_back(tokens);
  return parts;
}

// As if the whole had been made at once: the pads around a cut are the space's frames.
void Append(Segment piece, Segment& whole) {
  if (whole.samples.empty()) {
    whole = std::move(piece);
    return;
  }
  if (!piece.durations.empty()) {
    whole.durations.back() += piece.durations.front();
    whole.durations.insert(whole.durations.end(), piece.durations.begin() + 1,
                           piece.durations.end());
  }
  whole.samples.insert(whole.samples.end(), piece.samples.begin(), piece.samples.end());
}

}  // namespace

Status CheckLength(size_t num_samples, size_t num_tokens, double speed) {
  const double seconds = static_cast<double>(num_samples) / model::kSampleRateHz;
  const double least = kMinTokenSeconds * static_cast<double>(num_tokens) / speed;
  const double most = (kMaxTokenSeconds * static_cast<double>(num_tokens) + kSpareSeconds) / speed;
  if (seconds >= least && seconds <= most) return OkStatus();
  return DataLoss(num_tokens, " tokens last ", seconds, " s, not ", least, " to ", most, " s");
}

Status CheckSamples(std::span<const float> samples) {
  float peak = 0.0f;
  for (const float sample : samples) {
    if (!std::isfinite(sample)) return DataLoss("a sample is no number");
    peak = std::max(peak, std::abs(sample));
  }
  return peak > kMaxPeak ? DataLoss("a sample is ", peak, " times full scale") : OkStatus();
}

Status CheckSegment(const Segment& segment, size_t num_tokens, double speed) {
  LITETTS_RETURN_IF_ERROR(CheckLength(segment.samples.size(), num_tokens, speed));
  LITETTS_RETURN_IF_ERROR(CheckSamples(segment.samples));
  double energy = 0.0;
  size_t num_clipped = 0;
  for (const float sample : segment.samples) {
    if (std::abs(sample) > 1.0f) ++num_clipped;
    energy += static_cast<double>(sample) * static_cast<double>(sample);
  }
  const auto size = static_cast<double>(segment.samples.size());
  if (std::sqrt(energy / size) < kMinRms) return DataLoss("it is silent");
  if (static_cast<double>(num_clipped) > kMaxClippedShare * size) {
    return DataLoss(std::lround(100.0 * static_cast<double>(num_clipped) / size),
                    " % of the samples are beyond full scale");
  }
  return OkStatus();
}

std::vector<Attempt> AttemptsAfterFirst(bool is_exact, size_t max_retries) {
  std::vector<Attempt> attempts;
  for (size_t num_parts = is_exact ? 2 : 1; attempts.size() < max_retries; num_parts *= 2) {
    attempts.push_back({.is_exact = true, .num_parts = num_parts});
  }
  return attempts;
}

Result<Segment> MakeSegment(std::span<const int32_t> tokens, const CheckedSynthesis& synthesis) {
  std::vector<Attempt> attempts = {{.is_exact = synthesis.is_exact}};
  for (const Attempt& attempt : AttemptsAfterFirst(synthesis.is_exact, synthesis.max_retries)) {
    attempts.push_back(attempt);
  }
  Status problem;
  for (const Attempt& attempt : attempts) {
    if (!problem.ok() && synthesis.on_retry) synthesis.on_retry(problem);
    Segment whole;
    for (const std::span<const int32_t> part : Cut(tokens, attempt.num_parts)) {
      LITETTS_ASSIGN_OR_RETURN(Segment piece, synthesis.run(part, attempt.is_exact));
      Append(std::move(piece), whole);
    }
    problem = CheckSegment(whole, tokens.size(), synthesis.speed);
    if (problem.ok()) return whole;
  }
  return Internal("a chunk came out wrong in ", attempts.size(),
                  attempts.size() == 1 ? " attempt: " : " attempts: ", problem.message());
}

}  // namespace litetts::engine
