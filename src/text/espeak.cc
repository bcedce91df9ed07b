#include "text/espeak.h"

#include <espeak-ng/speak_lib.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "text/unicode.h"

namespace litetts::text {
namespace {

using Replacement = std::pair<std::string_view, std::string_view>;

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// In this order. "ʔˌn̩" and the like are the syllabic n with its mark.
constexpr Replacement kBoth[] = {
    {"ʔˌn\u0329", "ʔn"}, {"ʔn\u0329", "ʔn"}, {"a^ɪ", "I"},  {"a^ʊ", "W"}, {"d^ʒ", "ʤ"},
    {"t^ʃ", "ʧ"},        {"ɔ^ɪ", "Y"},       {"ə^l", "ᵊl"}, {"ʲo", "jo"}, {"ʲə", "jə"}};
constexpr Replacement kBritishDiphthongs[] = {
    {"e^ə", "ɛː"}, {"i^ə", "ɪə"}, {"iə", "ɪə"}, {"ə^ʊ", "Q"}};
constexpr Replacement kPlain[] = {{"e^ɪ", "A"}, {"e", "A"},    {"ʲ", ""},  {"ɚ", "əɹ"},
                                  {"r", "ɹ"},   {"x", "k"},    {"ç", "k"}, {"ɐ", "ə"},
                                  {"ɬ", "l"},   {"\u0303", ""}};
constexpr Replacement kAmerican[] = {
    {"o^ʊ", "O"}, {"ɜːɹ", "ɜɹ"}, {"ɜː", "ɜɹ"}, {"ɪə", "iə"}, {"ː", ""}};
constexpr Replacement kLast[] = {{"o", "ɔ"}, {"ɾ", "T"}, {"ʔ", "t"}, {"^", ""}};

template <size_t kSize>
void ReplaceAll(std::string& text, const Replacement (&replacements)[kSize]) {
  for (const auto& [from, to] : replacements) ReplaceAll(text, from, to);
}

// A syllabic consonant (the mark U+0329 after it) gets a reduced schwa before it.
std::string ExpandSyllabic(std::string_view ipa) {
  std::string out;
  size_t last = 0;  // where the last scalar of `out` starts
  for (size_t i = 0; i < ipa.size();) {
    const char32_t c = NextScalar(ipa, i);
    if (c != 0x0329) {
      last = out.size();
      AppendUtf8(c, out);
    } else if (!out.empty() && out.back() != ' ') {
      out.insert(last, "ᵊ");
    }
  }
  return out;
}

Mutex espeak_mutex;  // espeak-ng's own state is global

enum class EspeakState { kUnused, kReady, kBroken };
EspeakState espeak_state LITETTS_GUARDED_BY(espeak_mutex) = EspeakState::kUnused;
Locale espeak_locale LITETTS_GUARDED_BY(espeak_mutex) = Locale::kEnUs;

bool StartEspeak(Locale locale) LITETTS_REQUIRES(espeak_mutex) {
  if (espeak_state == EspeakState::kBroken) return false;
  const bool is_first = espeak_state == EspeakState::kUnused;
  if (is_first) {
    const int rate =
        espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, nullptr, espeakINITIALIZE_DONT_EXIT);
    espeak_state = rate > 0 ? EspeakState::kReady : EspeakState::kBroken;
    if (rate <= 0) return false;
  }
  // Seldom, since each time that a voice is set espeak-ng 1.51 loses 1,360 bytes.
  if (is_first || espeak_locale != locale) {
    // British English is the file "en"; "en-gb" is found by newer versions only.
    const bool is_set = locale == Locale::kEnUs ? espeak_SetVoiceByName("en-us") == EE_OK
                                                : espeak_SetVoiceByName("en-gb") == EE_OK ||
                                                      espeak_SetVoiceByName("en") == EE_OK;
    if (!is_set) {
      espeak_state = EspeakState::kBroken;
      return false;
    }
    espeak_locale = locale;
  }
  return true;
}

// IPA of text without punctuation.
std::string EspeakIpa(const std::string& text, Locale locale) {
  constexpr int kIpaWithTies = 0x02 | 0x80 | ('^' << 8);
  const MutexLock lock(espeak_mutex);
  if (!StartEspeak(locale)) return {};
  std::string ipa;
  const void* next = text.c_str();
  while (next != nullptr) {
    const char* clause = espeak_TextToPhonemes(&next, espeakCHARS_UTF8, kIpaWithTies);
    if (clause == nullptr) break;
    if (!ipa.empty() && *clause != '\0') ipa += ' ';
    ipa += clause;
  }
  return ipa;
}

// espeak-ng 1.51 reads freed memory where a word calls for the rules of one more language while
// those of another are in use: letters that it has no name for, and words of several scripts. What
// it reads without that was found with Valgrind: each character of Unicode alone but for
// kUnnamed, and words within one of these scripts (30,000 at random).
struct Range {
  char32_t first;
  char32_t last;
};
constexpr Range kScripts[] = {
    {0x00, 0x24F},      // Latin, with what stands beside and between its words
    {0x386, 0x3CE},     // Greek
    {0x400, 0x45F},     // Cyrillic
    {0x531, 0x586},     // Armenian
    {0x5D0, 0x5EA},     // Hebrew
    {0x621, 0x64A},     // Arabic
    {0x905, 0x94D},     // Devanagari
    {0x985, 0x9CD},     // Bengali
    {0xA05, 0xA4D},     // Gurmukhi
    {0xA85, 0xACD},     // Gujarati
    {0xB85, 0xBCD},     // Tamil
    {0xC05, 0xC4D},     // Telugu
    {0xC85, 0xCCD},     // Kannada
    {0xD05, 0xD4D},     // Malayalam
    {0xD85, 0xDDF},     // Sinhala
    {0xE01, 0xE3A},     // Thai
    {0x10D0, 0x10F0},   // Georgian
    {0x3041, 0x30FF},   // Kana
    {0x4E00, 0x9FA5},   // Han
    {0xAC00, 0xD7A3}};  // Hangul
constexpr Range kUnnamed[] = {
    {0x559, 0x55A}, {0x560, 0x560}, {0x588, 0x588},   {0x58D, 0x58F},   {0x900, 0x900},
    {0x904, 0x904}, {0x93A, 0x93B}, {0x94E, 0x94F},   {0x953, 0x957},   {0x970, 0x97F},
    {0x9E6, 0x9EF}, {0x9F2, 0x9F3}, {0x9F7, 0x9FE},   {0xA66, 0xA6F},   {0xA76, 0xA76},
    {0xAE6, 0xAFF}, {0xBE6, 0xBEF}, {0xC80, 0xC84},   {0xC8C, 0xC8C},   {0xCDD, 0xCDD},
    {0xCE1, 0xCF2}, {0xD00, 0xD04}, {0xD0C, 0xD0C},   {0xD29, 0xD29},   {0xD3A, 0xD3C},
    {0xD4F, 0xD79}, {0xDE6, 0xDEF}, {0x10FB, 0x10FB}, {0x1180, 0x11A7}, {0x11C3, 0x11FF}};

// The range that holds `c`; null if none does.
template <size_t kSize>
const Range* Find(const Range (&ranges)[kSize], char32_t c) {
  const auto* found = std::ranges::find_if(
      ranges, [c](const Range& range) { return range.first <= c && c <= range.last; });
  return found == std::end(ranges) ? nullptr : found;
}

// What is said of a character without a name: a digit's value, or its number.
std::string NameOf(char32_t c) {
  const char32_t low = c & 0x7F;  // each of India's scripts has 128 places
  if (c < 0xE00 && low >= 0x66 && low <= 0x6F) return std::to_string(low - 0x66);
  std::string name = "letter";
  for (int shift = 12; shift >= 0; shift -= 4) {
    name += ' ';
    name += "0123456789abcdef"[c >> shift & 0xF];
  }
  return name;
}

bool IsMark(char32_t c) {
  return std::u32string_view(U";:,.!?¡¿—…\"«»“”(){}[]").find(c) != std::u32string_view::npos;
}

}  // namespace

Phonemes FromEspeakIpa(std::string ipa, Locale locale) {
  // The language that follows, "(^h^i)": the text itself comes without brackets.
  for (size_t at = ipa.find('('); at != std::string::npos; at = ipa.find('(', at)) {
    ipa.erase(at, ipa.find(')', at) - at + 1);
  }
  ReplaceAll(ipa, kBoth);
  // Before the general "e": "hair" keeps its long vowel.
  if (locale == Locale::kEnGb) ReplaceAll(ipa, kBritishDiphthongs);
  ReplaceAll(ipa, kPlain);
  ipa = ExpandSyllabic(ipa);
  if (locale == Locale::kEnUs) ReplaceAll(ipa, kAmerican);
  ReplaceAll(ipa, kLast);
  Phonemes phonemes = FromUtf8(ipa);
  while (!phonemes.empty() && phonemes.back() == phone::kSpace) phonemes.pop_back();
  phonemes.erase(0, phonemes.find_first_not_of(phone::kSpace));
  return phonemes;
}

std::optional<Pronunciation> EspeakFallback::Speak(std::string_view text) const {
  constexpr size_t kLongestText = 400;  // bytes; espeak-ng reads clauses of at most about 800
  if (text.size() > kLongestText) return std::nullopt;
  Phonemes phonemes;
  bool is_after_word = false;
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    char32_t c = NextScalar(text, i);
    if (IsMark(c)) {  // espeak-ng would end a clause here and lose the mark
      phonemes += FromUtf8(text.substr(begin, i - begin));
      is_after_word = false;
      continue;
    }
    const bool is_unnamed = Find(kUnnamed, c) != nullptr;
    const std::string name = is_unnamed ? NameOf(c) : std::string();
    const Range* script = is_unnamed ? nullptr : Find(kScripts, c);
    while (script != nullptr && i < text.size()) {
      size_t next = i;
      c = NextScalar(text, next);
      if (IsMark(c) || Find(kScripts, c) != script || Find(kUnnamed, c) != nullptr) break;
      i = next;
    }
    const Phonemes part = FromEspeakIpa(
        EspeakIpa(is_unnamed ? name : std::string(text.substr(begin, i - begin)), locale_),
        locale_);
    if (part.empty()) continue;
    if (is_after_word) phonemes += phone::kSpace;
    phonemes += part;
    is_after_word = true;
  }
  if (phonemes.empty()) return std::nullopt;
  return Pronunciation{std::move(phonemes), Source::kEspeak};
}

}  // namespace litetts::text
