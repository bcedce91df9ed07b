#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/timings.h"

namespace litetts::engine {

// When each character of the text is heard, as ElevenLabs' API has it. Three lists of one length.
struct Alignment {
  std::vector<std::string> characters;
  std::vector<double> start_seconds;
  std::vector<double> end_seconds;
};

// `text`: what was spoken, UTF-8. A word's characters share its time evenly; what stands between
// two words has the time between them. Times never fall.
Alignment AlignmentOf(std::string_view text, const Timings& timings);

}  // namespace litetts::engine
