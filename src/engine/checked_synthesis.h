#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "engine/segment_cache.h"

namespace litetts::engine {

// kDataLoss, with what is wrong, for audio that no voice speaks at a `speed` of the network: a
// length that does not fit the tokens (without pads), samples that are no numbers or far too loud,
// and of the whole also silence and clipping.
Status CheckLength(size_t num_samples, size_t num_tokens, double speed);
Status CheckSamples(std::span<const float> samples);  // of any part
Status CheckSegment(const Segment& segment, size_t num_tokens, double speed);

// One way to make a chunk.
struct Attempt {
  bool is_exact = false;  // 32-bit floats in the generator
  size_t num_parts = 1;   // the tokens in so many pieces, cut at spaces
};

// What the ways after the first are: exact arithmetic where it was not exact, then halves, quarters
// and so on.
std::vector<Attempt> AttemptsAfterFirst(bool is_exact, size_t max_retries);

struct CheckedSynthesis {
  double speed = 1.0;
  bool is_exact = false;  // what the first attempt computes with
  size_t max_retries = 0;
  // Makes `tokens`. Its errors end the synthesis: another way would not help.
  std::function<Result<Segment>(std::span<const int32_t> tokens, bool is_exact)> run;
  std::function<void(const Status& problem)> on_retry;  // may be empty
};

// The first attempt whose audio passes CheckSegment(). kInternal, with the last problem, where none
// does: never bad audio.
Result<Segment> MakeSegment(std::span<const int32_t> tokens, const CheckedSynthesis& synthesis);

}  // namespace litetts::engine
