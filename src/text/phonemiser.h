#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "text/fallback.h"
#include "text/phonemes.h"
#include "text/pronouncer.h"
#include "text/tag.h"

namespace litetts::text {

// A word of the tagger's, and what mark-up asks for it.
struct TaggedWord {
  size_t begin = 0;  // bytes of the text
  size_t end = 0;
  bool space_after = false;
  Tag tag = Tag::kXx;
  std::optional<float> stress;
  std::optional<Phonemes> phonemes;  // given: not looked up
  Source source = Source::kMarkup;   // of given phonemes
};

// What is said together: "don't", "well-known", one punctuation mark.
struct SpokenToken {
  size_t begin = 0;
  size_t end = 0;
  bool space_after = false;
  Tag tag = Tag::kXx;
  Phonemes phonemes;
  Source source = Source::kNone;
  bool is_incomplete = false;  // some of it could not be spoken
};

// Turns the tagged words of a paragraph into phonemes, from the last to the first, since small
// words depend on the sound that follows. Immutable, thread-safe.
class Phonemiser {
 public:
  // `fallback` may be null: then words outside lexicon and rules stay silent and are marked.
  Phonemiser(const Pronouncer& pronouncer, const Fallback* fallback)
      : pronouncer_(pronouncer), fallback_(fallback) {}

  std::vector<SpokenToken> Phonemise(std::string_view text,
                                     std::span<const TaggedWord> words) const;

 private:
  // Part of a word: "iPhone" has two, "-" is one.
  struct Piece {
    size_t begin = 0;
    size_t end = 0;
    bool space_after = false;
    Tag tag = Tag::kXx;
    std::optional<float> stress;
    std::optional<Phonemes> phonemes;
    Source source = Source::kNone;
    bool space_before = false;  // within a group
  };
  struct Group {
    size_t begin = 0;  // pieces
    size_t end = 0;
  };

  static void Split(std::string_view text, const TaggedWord& word, std::vector<Piece>& pieces);
  bool JoinPossessive(std::string_view text, const TaggedWord& word,
                      std::vector<Piece>& pieces) const;
  static std::vector<Group> MakeGroups(std::span<const Piece> pieces);
  void ResolveSingle(std::string_view text, Piece& piece, Context& context) const;
  void ResolveGroup(std::string_view text, std::span<Piece> pieces, Context& context) const;
  std::optional<Pronunciation> LookUp(std::string_view text, std::span<const Piece> pieces,
                                      const Context& context) const;
  static void BalanceStress(std::string_view text, std::span<Piece> pieces);
  static SpokenToken Join(std::string_view text, std::span<Piece> pieces);
  static void Advance(std::string_view word, Tag tag, std::string_view phonemes, Context& context);

  const Pronouncer& pronouncer_;
  const Fallback* fallback_;
};

}  // namespace litetts::text
