#include "server/voice_names.h"

#include <algorithm>
#include <array>

namespace litetts::server {
namespace {

// Where Kokoro has a voice of that name it is taken; the others are matched by sex and manner.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kOpenAiVoices = {{
    {"alloy", "af_alloy"},
    {"ash", "am_michael"},
    {"ballad", "bm_george"},
    {"cedar", "am_fenrir"},
    {"coral", "af_bella"},
    {"echo", "am_echo"},
    {"fable", "bm_fable"},
    {"marin", "af_heart"},
    {"nova", "af_nova"},
    {"onyx", "am_onyx"},
    {"sage", "af_sarah"},
    {"shimmer", "af_sky"},
    {"verse", "am_puck"},
}};

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<std::string> ResolveOne(std::string_view name, std::span<const std::string> known) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return std::string(name);
  for (const auto& [openai, kokoro] : kOpenAiVoices) {
    if (openai == name && std::find(known.begin(), known.end(), kokoro) != known.end()) {
      return std::string(kokoro);
    }
  }
  std::optional<std::string> found;
  for (const std::string& voice : known) {
    const size_t bar = voice.find('_');
    if (bar == std::string::npos || std::string_view(voice).substr(bar + 1) != name) continue;
    if (found) return std::nullopt;  // ambiguous, such as "alpha"
    found = voice;
  }
  return found;
}

}  // namespace

std::span<const std::pair<std::string_view, std::string_view>> OpenAiVoices() {
  return kOpenAiVoices;
}

std::optional<std::string> ResolveVoice(std::string_view voice,
                                        std::span<const std::string> known) {
  std::string resolved;
  while (true) {
    const size_t plus = voice.find_first_of("+,");
    const std::string_view part = Trim(voice.substr(0, plus));
    const size_t weight = part.find('(');
    const std::optional<std::string> name = ResolveOne(Trim(part.substr(0, weight)), known);
    if (!name) return std::nullopt;
    resolved += *name;
    if (weight != std::string_view::npos) resolved += part.substr(weight);
    if (plus == std::string_view::npos) return resolved;
    resolved += voice[plus];
    voice.remove_prefix(plus + 1);
  }
}

}  // namespace litetts::server
