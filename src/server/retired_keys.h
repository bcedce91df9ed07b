#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace litetts::server {

// Settings of the LiteTTS that ran on Python and ONNX Runtime, for files that still have them.
// `name` is a section ("text_processing") or a key ("server.workers"); none where neither was ever
// known. The advice completes a sentence that begins with the name.
std::optional<std::string> RetiredAdvice(std::string_view name);

}  // namespace litetts::server
