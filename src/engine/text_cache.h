#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/lru_cache.h"
#include "text/frontend.h"

namespace litetts::engine {

// Texts that were read before, down to their phonemes.
using TextCache = LruCache<text::Analysis>;

// Equal where the analyses are: the text and everything that its reading depends on. Not for SSML,
// which may name files.
std::string TextKey(std::string_view text, const text::TextOptions& options);

// What an analysis takes in memory, about.
size_t AnalysisBytes(const text::Analysis& analysis);

}  // namespace litetts::engine
