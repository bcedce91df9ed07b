#pragma once

#include <string>

#include "engine/timings.h"

namespace litetts::engine {

// Subtitles by the usual rules of broadcasters: at most two lines of 42 characters and 7 seconds a
// cue, cut at the end of a sentence or clause where one is near, shown for at least a second and
// long enough to read 20 characters a second where the next cue leaves the time. Empty without
// words.
std::string SubRip(const Timings& timings);
std::string WebVtt(const Timings& timings);

}  // namespace litetts::engine
