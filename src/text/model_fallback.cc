#include "text/model_fallback.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <utility>

#include "text/unicode.h"

namespace litetts::text {
namespace {

constexpr size_t kMostMemos = 4096;
constexpr size_t kLongestMemo = 64;

bool IsApostrophe(char32_t c) { return c == U'\'' || c == U'’' || c == U'‘'; }

// Letters that are no base letter with an accent.
constexpr std::array<std::pair<char32_t, std::string_view>, 16> kSpecialLetters = {{{U'ß', "ss"},
                                                                                    {U'æ', "ae"},
                                                                                    {U'Æ', "Ae"},
                                                                                    {U'œ', "oe"},
                                                                                    {U'Œ', "Oe"},
                                                                                    {U'ø', "o"},
                                                                                    {U'Ø', "O"},
                                                                                    {U'ł', "l"},
                                                                                    {U'Ł', "L"},
                                                                                    {U'đ', "d"},
                                                                                    {U'Đ', "D"},
                                                                                    {U'ð', "th"},
                                                                                    {U'þ', "th"},
                                                                                    {U'Þ', "Th"},
                                                                                    {U'ı', "i"},
                                                                                    {U'ħ', "h"}}};

// The end of the letters at `i`; "camelCase" and "JSONParser" are two runs.
size_t EndOfLetters(std::string_view text, size_t i) {
  char32_t before = 0;
  size_t last = i;  // where `before` starts
  while (i < text.size()) {
    size_t next = i;
    const char32_t c = NextScalar(text, next);
    if (!IsLetter(c) && !IsApostrophe(c) && !IsCombining(c)) break;
    if (before != 0 && IsUpper(c) && IsLower(before)) break;
    if (before != 0 && IsLower(c) && IsUpper(before) && last > 0) {
      size_t at = last;
      if (IsUpper(PreviousScalar(text, at)) && at < last) return last;
    }
    before = c;
    last = i;
    i = next;
  }
  return i;
}

bool HasVowelLetter(std::string_view word) {
  return word.find_first_of("aeiouyAEIOUY") != std::string_view::npos;
}

}  // namespace

std::string FoldToLatin(std::string_view utf8) {
  std::string out;
  for (size_t i = 0; i < utf8.size();) {
    const char32_t c = NextScalar(utf8, i);
    if (c < 0x80) {
      out += static_cast<char>(c);
      continue;
    }
    if (IsApostrophe(c)) {
      out += '\'';
      continue;
    }
    if (IsCombining(c)) continue;
    const auto special =
        std::ranges::find(kSpecialLetters, c, &std::pair<char32_t, std::string_view>::first);
    if (special != kSpecialLetters.end()) {
      out += special->second;
      continue;
    }
    std::array<utf8proc_int32_t, 8> parts{};
    const utf8proc_ssize_t count = utf8proc_decompose_char(
        static_cast<utf8proc_int32_t>(c), parts.data(), static_cast<utf8proc_ssize_t>(parts.size()),
        static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT), nullptr);
    if (count <= 0 || parts[0] >= 0x80 || !IsAsciiLetter(static_cast<char>(parts[0]))) return {};
    for (utf8proc_ssize_t k = 0; k < std::min<utf8proc_ssize_t>(count, 8); ++k) {
      if (parts[static_cast<size_t>(k)] < 0x80)
        out += static_cast<char>(parts[static_cast<size_t>(k)]);
    }
  }
  return out;
}

std::optional<Phonemes> ModelFallback::SpeakLetters(std::string_view letters) const {
  const std::string folded = FoldToLatin(letters);
  if (folded.empty()) {
    auto answer = next_ != nullptr ? next_->Speak(letters) : std::nullopt;
    if (!answer) return std::nullopt;
    return std::move(answer->phonemes);
  }
  const Context middle{.next = Context::Next::kConsonant, .to_follows = false};
  if (auto known = pronouncer_.Pronounce(folded, Tag::kNn, std::nullopt, middle))
    return std::move(known->phonemes);
  if (folded.size() <= 5 && !HasVowelLetter(folded)) {
    if (auto spelled = pronouncer_.Spell(folded)) return std::move(spelled->phonemes);
  }
  const std::string lower = Lower(folded);
  if (lower.size() > 2 && lower.ends_with("'s")) {
    if (auto stem = SpeakLetters(folded.substr(0, folded.size() - 2)))
      return pronouncer_.WithS(std::move(*stem));
  }
  return model_.Pronounce(lower);
}

std::optional<Pronunciation> ModelFallback::SpeakNew(std::string_view text) const {
  Phonemes phonemes;
  Source source = Source::kModel;
  const auto append = [&](std::string_view part, bool is_apart) {
    if (part.empty()) return;
    if (is_apart && !phonemes.empty()) phonemes += phone::kSpace;
    phonemes += part;
  };
  bool is_apart = false;  // a new word, not the next part of a compound
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    const char32_t c = NextScalar(text, i);
    if (IsLetter(c) || IsApostrophe(c)) {
      i = std::max(i, EndOfLetters(text, begin));
      const auto part = SpeakLetters(text.substr(begin, i - begin));
      if (part) append(*part, is_apart);
      is_apart = true;
      continue;
    }
    if (c == U'-' || c == U'_' || IsCombining(c)) {
      is_apart = false;
      continue;
    }
    const Phonemes mark = FromUtf8(text.substr(begin, i - begin));
    if (mark.size() == 1 && ClassOf(mark[0]) == PhoneClass::kPause) {
      append(mark, false);
    } else if (const auto symbol =
                   next_ != nullptr ? next_->Speak(text.substr(begin, i - begin)) : std::nullopt) {
      append(symbol->phonemes, true);
      source = symbol->source;
    }
    is_apart = true;
  }
  if (phonemes.empty()) return std::nullopt;
  return Pronunciation{std::move(phonemes), source};
}

std::optional<Pronunciation> ModelFallback::Speak(std::string_view text) const {
  if (text.size() > kLongestMemo) return SpeakNew(text);
  std::string key(text);
  {
    const MutexLock lock(mutex_);
    if (const auto found = memo_.find(key); found != memo_.end()) return found->second;
  }
  auto answer = SpeakNew(text);
  const MutexLock lock(mutex_);
  if (memo_.size() >= kMostMemos) memo_.clear();
  memo_.emplace(std::move(key), answer);
  return answer;
}

}  // namespace litetts::text
