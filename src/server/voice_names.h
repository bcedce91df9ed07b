#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace litetts::server {

// OpenAI's voice names and the Kokoro voice that stands in for each.
std::span<const std::pair<std::string_view, std::string_view>> OpenAiVoices();

// A client's voice as the engine knows it: OpenAI's names, Kokoro ids, short names ("heart" for
// "af_heart" where only one voice ends so), and blends of them ("nova(2)+heart"). None if a part is
// unknown.
std::optional<std::string> ResolveVoice(std::string_view voice, std::span<const std::string> known);

}  // namespace litetts::server
