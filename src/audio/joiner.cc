#include "audio/joiner.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.h"

namespace litetts::audio {
namespace {

// Gain of sample `i` of a rising edge of `size` samples; its square and that of the falling edge
// add up to 1.
float FadeGain(size_t i, size_t size) {
  const double phase = (static_cast<double>(i) + 0.5) / static_cast<double>(size);
  return static_cast<float>(std::sin(std::numbers::pi / 2 * phase));
}

}  // namespace

std::vector<float> Joiner::BeginPiece(size_t margin) {
  fade_size_ = margin;
  position_ = 0;
  std::vector<float> out = std::move(tail_);
  tail_.clear();
  overlap_.clear();
  const size_t margins = out.size() + margin;
  const size_t gap = has_piece_ ? std::max(pause_, kJointMargin) : std::max(pause_, margin);
  if (gap >= margins) {
    out.resize(out.size() + gap - margins);
  } else {
    // gap >= kJointMargin >= margin, so no more than the tail overlaps.
    const auto kept = static_cast<std::ptrdiff_t>(gap - margin);
    overlap_.assign(out.begin() + kept, out.end());
    out.resize(static_cast<size_t>(kept));
  }
  pause_ = 0;
  has_piece_ = true;
  num_out_ += out.size();
  piece_begin_ = num_out_;
  return out;
}

std::vector<float> Joiner::Add(std::span<const float> samples) {
  std::vector<float> out(samples.begin(), samples.end());
  for (size_t i = 0; i < out.size() && position_ + i < fade_size_; ++i) {
    out[i] *= FadeGain(position_ + i, fade_size_);
  }
  for (size_t i = 0; i < out.size() && position_ + i < overlap_.size(); ++i) {
    out[i] += overlap_[position_ + i];
  }
  position_ += out.size();
  num_out_ += out.size();
  return out;
}

void Joiner::EndPiece(std::span<const float> margin) {
  LITETTS_CHECK(margin.size() <= kJointMargin);
  tail_.assign(margin.begin(), margin.end());
  for (size_t i = 0; i < tail_.size(); ++i) {
    tail_[i] *= FadeGain(tail_.size() - 1 - i, tail_.size());
  }
  pause_ = 0;
}

size_t Joiner::num_out_at_end() const { return num_out_ + std::max(tail_.size(), pause_); }

void Joiner::FillUpTo(size_t num_samples) {
  if (num_samples > num_out_) pause_ = std::max(pause_, num_samples - num_out_);
}

std::vector<float> Joiner::Finish() {
  std::vector<float> out = std::move(tail_);
  out.resize(std::max(out.size(), pause_));
  num_out_ += out.size();
  return out;
}

}  // namespace litetts::audio
