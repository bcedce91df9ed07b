#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/frontend.h"
#include "text/segment.h"

namespace litetts::text {

struct NormaliseOptions {
  Locale locale = Locale::kEnUs;
  bool markup = true;          // obey [word](/ipa/), [pause:1s], spell(API), word_noun, ...
  bool name_emoji = false;     // say "grinning face" instead of nothing
  bool announce_code = false;  // say "code block" where a fenced block is left out
  bool shorten_urls = true;    // leave out "https://" and "www."
};

// Cleans `original` (any bytes) and decides how each stretch of it is read. Pure; linear in the
// size of the text. Rules and their examples: docs/text-normalisation.md.
// - Plain English comes out byte for byte.
// - A full stop is a segment of its own only where it may end a sentence: that of an abbreviation,
//   initial or decimal belongs to its segment.
// - In segments other than kWord a word of capitals ("AM", "US", "B") is said as letter names; what
//   is to be pronounced is in lower case or capitalised.
SpokenText Normalise(std::string_view original, const NormaliseOptions& options);

// The text that the tokeniser reads: `spoken` of each segment, a space after those that have one.
std::string JoinSpoken(const std::vector<Segment>& segments);

}  // namespace litetts::text
