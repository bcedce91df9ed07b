#pragma once

#include <optional>

#include "text/phonemes.h"

namespace litetts::text {

// Moves the stress of a word: -2 removes every mark, -1 weakens, 0 and 0.5 give a word without
// marks a secondary stress, 1 strengthens, 2 gives a primary stress to a word without marks. None:
// unchanged.
Phonemes ApplyStress(Phonemes phonemes, std::optional<float> stress);

// How heavy a word sounds: diphthongs and affricates count twice.
int StressWeight(std::string_view phonemes);

}  // namespace litetts::text
