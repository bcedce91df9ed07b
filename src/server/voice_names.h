#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "model/blend_store.h"

namespace litetts::server {

// OpenAI's voice names and the Kokoro voice that stands in for each.
std::span<const std::pair<std::string_view, std::string_view>> OpenAiVoices();

// A client's voice as the engine knows it: OpenAI's names, Kokoro ids, short names ("heart" for
// "af_heart" where only one voice ends so), saved blends, and blends of all of them
// ("nova(2)+heart"), in their one spelling. kNotFound if a part is unknown, kInvalidArgument for
// what is no blend.
Result<std::string> ResolveVoice(std::string_view voice, std::span<const std::string> known,
                                 const model::BlendStore* saved);

}  // namespace litetts::server
