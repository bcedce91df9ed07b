#include "server/voice_names.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "model/blend.h"

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

Result<std::string> ResolveVoice(std::string_view voice, std::span<const std::string> known,
                                 const model::BlendStore* saved) {
  if (const std::optional<std::string> name = ResolveOne(voice, known)) return *name;
  LITETTS_ASSIGN_OR_RETURN(model::Blend blend, model::ParseBlend(voice));
  for (std::vector<model::BlendPart>* parts : {&blend.timbre, &blend.prosody}) {
    for (model::BlendPart& part : *parts) {
      if (const std::optional<std::string> name = ResolveOne(part.name, known)) {
        part.name = *name;
      } else if (saved == nullptr || !saved->Find(part.name)) {
        return NotFound("the voice '", part.name.substr(0, 100),
                        "' is unknown; see /v1/audio/voices");
      }
    }
  }
  LITETTS_RETURN_IF_ERROR(model::Canonicalise(blend));
  return model::BlendText(blend);
}

}  // namespace litetts::server
