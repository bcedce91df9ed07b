#pragma once

#include <optional>
#include <string_view>

#include "text/frontend.h"
#include "text/pronouncer.h"

namespace litetts::text {

// Speaks words that neither the lexicon nor a rule knows. Thread-safe.
class Fallback {
 public:
  virtual ~Fallback() = default;
  // `text` is a word, or a few joined by hyphens and the like. None if it has nothing to say.
  virtual std::optional<Pronunciation> Speak(std::string_view text) const = 0;
};

}  // namespace litetts::text
