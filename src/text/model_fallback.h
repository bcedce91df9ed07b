#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "base/mutex.h"
#include "text/fallback.h"
#include "text/g2p_model.h"

namespace litetts::text {

// Unknown words by our own model: parts of a compound that the lexicon knows are looked up, accents
// are folded, and what has no Latin letters goes to `next` (may be null). Answers are kept in a
// bounded memo. Borrows all three. Thread-safe.
class ModelFallback : public Fallback {
 public:
  ModelFallback(const G2pModel& model, const Pronouncer& pronouncer, const Fallback* next)
      : model_(model), pronouncer_(pronouncer), next_(next) {}
  std::optional<Pronunciation> Speak(std::string_view text) const override;

 private:
  std::optional<Pronunciation> SpeakNew(std::string_view text) const;
  std::optional<Phonemes> SpeakLetters(std::string_view letters) const;

  const G2pModel& model_;
  const Pronouncer& pronouncer_;
  const Fallback* next_;
  mutable Mutex mutex_;
  mutable std::unordered_map<std::string, std::optional<Pronunciation>> memo_
      LITETTS_GUARDED_BY(mutex_);
};

// Latin letters without their accents ("Škoda" is "Skoda", "ß" is "ss"); empty if another script is
// in it.
std::string FoldToLatin(std::string_view utf8);

}  // namespace litetts::text
