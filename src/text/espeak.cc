#include "text/espeak.h"

#include <espeak-ng/speak_lib.h>

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

bool IsMark(char32_t c) {
  return std::u32string_view(U";:,.!?¡¿—…\"«»“”(){}[]").find(c) != std::u32string_view::npos;
}

}  // namespace

Phonemes FromEspeakIpa(std::string ipa, Locale locale) {
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
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    char32_t c = NextScalar(text, i);
    if (IsMark(c)) {  // espeak-ng would end a clause here and lose the mark
      phonemes += FromUtf8(text.substr(begin, i - begin));
      continue;
    }
    while (i < text.size()) {
      size_t next = i;
      c = NextScalar(text, next);
      if (IsMark(c)) break;
      i = next;
    }
    phonemes +=
        FromEspeakIpa(EspeakIpa(std::string(text.substr(begin, i - begin)), locale_), locale_);
  }
  if (phonemes.empty()) return std::nullopt;
  return Pronunciation{std::move(phonemes), Source::kEspeak};
}

}  // namespace litetts::text
