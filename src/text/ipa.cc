#include "text/ipa.h"

#include <algorithm>
#include <span>
#include <utility>

namespace litetts::text {
namespace {

using Replacement = std::pair<std::string_view, std::string_view>;

// At each place the first that fits; longer ones stand before those that begin them.
constexpr Replacement kBoth[] = {
    {"t͡ʃ", "ʧ"}, {"d͡ʒ", "ʤ"}, {"tʃ", "ʧ"}, {"dʒ", "ʤ"}, {"eɪ", "A"}, {"aɪ", "I"}, {"aʊ", "W"},
    {"ɔɪ", "Y"}, {"ɚ", "əɹ"}, {"ɝ", "ɜɹ"}, {"l̩", "ᵊl"}, {"n̩", "ᵊn"}, {"m̩", "ᵊm"}, {"r", "ɹ"},
    {"ɻ", "ɹ"},  {"ʁ", "ɹ"},  {"g", "ɡ"},  {"ɫ", "l"},  {"ʍ", "w"},  {"x", "k"},  {"ç", "k"},
    {"'", "ˈ"},  {"/", ""},   {"[", ""},   {"]", ""},   {"͡", ""},    {"͜", ""}};
constexpr Replacement kAmerican[] = {{"oʊ", "O"}, {"əʊ", "O"}, {"ɒ", "ɑ"}, {"e", "ɛ"},
                                     {"a", "æ"},  {"o", "ɔ"},  {"ː", ""},  {":", ""}};
constexpr Replacement kBritish[] = {{"oʊ", "Q"}, {"əʊ", "Q"}, {"eə", "ɛː"}, {"e", "ɛ"},
                                    {"æ", "a"},  {"o", "ɔ"},  {":", "ː"}};

const Replacement* Find(std::string_view text, std::span<const Replacement> replacements) {
  const auto found = std::ranges::find_if(
      replacements, [&](const Replacement& r) { return text.starts_with(r.first); });
  return found == replacements.end() ? nullptr : &*found;
}

bool CarriesStress(char phone) {
  return IsVowel(phone) || phone == phone::kTurnedA || phone == phone::kReducedSchwa;
}

// Dictionaries mark the stressed syllable, the model wants the mark before its vowel.
Phonemes MarkVowels(std::string_view phonemes) {
  Phonemes out;
  char mark = 0;
  for (const char phone : phonemes) {
    if (phone == phone::kPrimary || phone == phone::kSecondary) {
      mark = phone;
      continue;
    }
    if (mark != 0 && CarriesStress(phone)) {
      out += mark;
      mark = 0;
    }
    out += phone;
  }
  return out;
}

}  // namespace

Phonemes FromIpa(std::string_view ipa, Locale locale, std::vector<std::string>* unknown) {
  const std::span<const Replacement> own =
      locale == Locale::kEnGb ? std::span<const Replacement>(kBritish) : kAmerican;
  std::string symbols;
  for (std::string_view rest = ipa; !rest.empty();) {
    const Replacement* found = Find(rest, kBoth);
    if (found == nullptr) found = Find(rest, own);
    if (found != nullptr) {
      symbols += found->second;
      rest.remove_prefix(found->first.size());
      continue;
    }
    // A dot between syllables is not heard; one at the end of a sentence does not stand in IPA.
    if (rest[0] != '.') symbols += rest[0];
    rest.remove_prefix(1);
  }
  return MarkVowels(FromUtf8(symbols, unknown));
}

}  // namespace litetts::text
