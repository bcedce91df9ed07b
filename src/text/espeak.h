#pragma once

#include <memory>

#include "text/fallback.h"

namespace litetts::text {

// Unknown words by espeak-ng, its phonemes mapped to the model's. espeak-ng keeps its state in
// globals, so all instances share one lock, and it starts with the first word. Thread-safe.
class EspeakFallback : public Fallback {
 public:
  explicit EspeakFallback(Locale locale) : locale_(locale) {}
  std::optional<Pronunciation> Speak(std::string_view text) const override;

 private:
  Locale locale_;
};

// espeak-ng's IPA with '^' as the tie inside multi-letter phonemes, to the model's phonemes.
Phonemes FromEspeakIpa(std::string ipa, Locale locale);

}  // namespace litetts::text
