#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "engine/timings.h"

namespace litetts::engine {

// A position of the mouth, of the fifteen that lip-sync programs name: sil PP FF TH DD kk CH SS nn
// RR aa E ih oh ou.
struct VisemeTiming {
  std::string_view viseme;
  double start_seconds = 0.0;
  double end_seconds = 0.0;
};

// From the phonemes: without gaps, no two of a kind in a row. A diphthong is its first vowel, a
// space between words the position before it.
std::vector<VisemeTiming> VisemesOf(std::span<const PhonemeTiming> phonemes);

}  // namespace litetts::engine
