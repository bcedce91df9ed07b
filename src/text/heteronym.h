#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "text/frontend.h"
#include "text/phonemes.h"
#include "text/tag.h"
#include "text/tokenizer.h"

namespace litetts::text {

// What the words around a heteronym say about it. One of the two is set: another part of speech to
// look the word up with, or the sound itself.
struct HeteronymReading {
  std::optional<Tag> tag;
  std::optional<Phonemes> phonemes;
};

// For words that are spelled alike and said differently where the part of speech does not decide
// ("bass", "lead", "row") or where the tagger is known to miss it ("I read it every day"). None:
// the lexicon's form for the tag is right. Looks at most eight words around, never beyond the
// sentence. `words` and `tags` are those of the paragraph `text`.
std::optional<HeteronymReading> ReadHeteronym(std::string_view text, std::span<const Word> words,
                                              std::span<const Tag> tags, size_t index,
                                              Locale locale);

}  // namespace litetts::text
