#pragma once

#include <optional>
#include <string_view>

namespace litetts::text {

// Values of SSML's attributes; nothing for what is none. White space around a value is allowed.

// "500ms", "1.5s", "+2s": seconds, not negative.
std::optional<double> ParseSeconds(std::string_view value);
// Break strengths "none" to "x-strong" as seconds.
std::optional<double> ParseStrength(std::string_view value);
// "fast", "1.2", "120%", "+20%", "-10%": the factor of the speed around; more than 0.
std::optional<double> ParseRate(std::string_view value);
// "high", "+2st", "-1.5st", "+10%": semitones to add.
std::optional<double> ParsePitch(std::string_view value);
// "loud", "+6dB", "-3dB", "+10%", "80" (of 100): the factor of the amplitude.
std::optional<double> ParseVolume(std::string_view value);
// "-30dB", "30dB": decibels.
std::optional<double> ParseDecibels(std::string_view value);
// "2", "1.5": not negative.
std::optional<double> ParseCount(std::string_view value);

}  // namespace litetts::text
