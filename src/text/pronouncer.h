#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "text/frontend.h"
#include "text/lexicon.h"
#include "text/phonemes.h"
#include "text/tag.h"
#include "text/user_lexicon.h"

namespace litetts::text {

// What follows a word, which "the", "a", "to", "in", "am" and "used" listen to.
struct Context {
  enum class Next { kNothing, kConsonant, kVowel };
  Next next = Next::kNothing;
  bool to_follows = false;
};

struct Pronunciation {
  Phonemes phonemes;
  Source source = Source::kGold;
};

// One word to phonemes by lexicon, stress, spelling and suffix rules. Immutable, thread-safe.
class Pronouncer {
 public:
  // `users` go before the built-in lexicon, the first of them first.
  Pronouncer(const Lexicon& lexicon, Locale locale,
             std::span<const std::shared_ptr<const UserLexicon>> users = {})
      : lexicon_(lexicon), users_(users), is_british_(locale == Locale::kEnGb) {}

  // None if neither the lexicon nor a rule knows the word. `stress` is the one that mark-up asks
  // for.
  std::optional<Pronunciation> Pronounce(std::string_view word, Tag tag,
                                         std::optional<float> stress, const Context& context) const;
  // Letter by letter, the last one stressed; none if a character is no letter of the alphabet.
  std::optional<Pronunciation> Spell(std::string_view word) const;
  // A word with a plural or possessive s behind it.
  Phonemes WithS(Phonemes stem) const;

 private:
  struct Query {
    std::string_view word;
    Tag tag = Tag::kXx;
    std::optional<float> stress;
    Context context;
    bool is_alias = false;  // of a user's word: users are not asked again
    Query WithWord(std::string_view other) const {
      Query query = *this;
      query.word = other;
      return query;
    }
  };
  using Answer = std::optional<Pronunciation>;

  bool IsKnown(std::string_view word) const { return IsKnown(word, lexicon_.Find(word)); }
  bool IsKnown(std::string_view word, const Lexicon::Entries& entries) const;
  Answer UserWord(const Query& query) const;
  Answer UserWordWithS(const Query& query) const;
  Answer Lookup(const Query& query) const { return Lookup(query, lexicon_.Find(query.word)); }
  Answer Lookup(const Query& query, const Lexicon::Entries& entries) const;
  Answer SpecialCase(const Query& query) const;
  Answer FunctionWord(const Query& query) const;
  Answer Word(const Query& query) const;
  Answer BuiltInWord(const Query& query) const;
  bool ShouldLower(const Query& query, std::string_view lower) const;
  Answer StemS(const Query& query) const;
  Answer StemEd(const Query& query) const;
  Answer StemIng(const Query& query) const;
  Phonemes AddEd(Phonemes stem) const;
  std::optional<Phonemes> AddIng(Phonemes stem) const;
  Answer GoldForm(std::string_view word, Form form) const;

  const Lexicon& lexicon_;
  std::span<const std::shared_ptr<const UserLexicon>> users_;
  bool is_british_;
};

}  // namespace litetts::text
