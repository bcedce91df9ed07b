#include "text/pronouncer.h"

#include <algorithm>
#include <string>

#include "text/stress.h"
#include "text/unicode.h"

namespace litetts::text {
namespace {

// Symbols that are read as a word even where the normaliser left them.
std::string_view SymbolWord(std::string_view word) {
  if (word == "%") return "percent";
  if (word == "&") return "and";
  if (word == "+") return "plus";
  if (word == "@") return "at";
  return {};
}

bool IsAllAsciiLetters(std::string_view word) { return std::ranges::all_of(word, IsAsciiLetter); }

// Letters of any alphabet, apostrophes aside.
bool IsAlphabetic(std::string_view word) {
  bool has_letter = false;
  for (size_t i = 0; i < word.size();) {
    const char32_t c = NextScalar(word, i);
    if (c == '\'') continue;
    if (!IsLetter(c)) return false;
    has_letter = true;
  }
  return has_letter;
}

// "U.S.", "a.m", "Ph.D.": dots inside and no run of letters longer than two.
bool IsDottedAbbreviation(std::string_view word) {
  const size_t first = word.find_first_not_of('.');
  if (first == std::string_view::npos) return false;
  const size_t last = word.find_last_not_of('.');
  if (word.substr(first, last - first).find('.') == std::string_view::npos) return false;
  size_t run = 0;
  for (size_t i = 0; i < word.size();) {
    const char32_t c = NextScalar(word, i);
    if (c == '.') {
      run = 0;
    } else if (!IsLetter(c) || ++run > 2) {
      return false;
    }
  }
  return true;
}

// Every scalar is its own capital, or its own small letter.
bool IsUpperCase(std::string_view word) {
  for (size_t i = 0; i < word.size();) {
    if (const char32_t c = NextScalar(word, i); UpperScalar(c) != c) return false;
  }
  return true;
}
bool IsLowerCase(std::string_view word) {
  for (size_t i = 0; i < word.size();) {
    if (const char32_t c = NextScalar(word, i); LowerScalar(c) != c) return false;
  }
  return true;
}

std::string_view WithoutFirst(std::string_view word) {
  size_t i = 0;
  if (!word.empty()) NextScalar(word, i);
  return word.substr(i);
}

bool EqualsIgnoringCase(std::string_view word, std::string_view lower) {
  return word.size() == lower.size() && Lower(word) == lower;
}

// "word", "Word" or, where the tag confirms that it is no acronym, "WORD".
bool IsCasing(std::string_view word, std::string_view lower, bool upper_too) {
  if (word.size() != lower.size() || (word[0] | 0x20) != lower[0]) return false;
  return word == lower || word == Capitalised(lower) || (upper_too && word == Upper(lower));
}

}  // namespace

bool Pronouncer::IsKnown(std::string_view word, const Lexicon::Entries& entries) const {
  if (!users_.empty() && UserWord({.word = word, .stress = {}, .context = {}})) return true;
  if (entries.has_any() || !SymbolWord(word).empty()) return true;
  if (word.empty() || !IsAllAsciiLetters(word)) return false;
  if (word.size() == 1) return true;
  if (IsUpperCase(word) && lexicon_.Gold(Lower(word))) return true;
  return IsUpperCase(word.substr(1));
}

std::optional<Pronunciation> Pronouncer::Spell(std::string_view word) const {
  Phonemes phonemes;
  for (size_t i = 0; i < word.size();) {
    const char32_t c = NextScalar(word, i);
    if (!IsLetter(c)) continue;
    std::string letter;
    AppendUtf8(UpperScalar(c), letter);
    const auto entry = lexicon_.Gold(letter);
    if (!entry) return std::nullopt;
    phonemes += entry->ForTag(Tag::kXx, false);
  }
  if (phonemes.empty()) return std::nullopt;
  std::erase(phonemes, phone::kSecondary);
  std::replace(phonemes.begin(), phonemes.end(), phone::kPrimary, phone::kSecondary);
  if (const size_t last = phonemes.rfind(phone::kSecondary); last != Phonemes::npos) {
    phonemes[last] = phone::kPrimary;
  }
  return Pronunciation{std::move(phonemes), Source::kRule};
}

Pronouncer::Answer Pronouncer::GoldForm(std::string_view word, Form form) const {
  const auto entry = lexicon_.Gold(word);
  if (!entry) return std::nullopt;
  const auto phonemes = entry->Find(form);
  return Pronunciation{Phonemes(phonemes ? *phonemes : entry->ForTag(Tag::kXx, false)),
                       Source::kGold};
}

Pronouncer::Answer Pronouncer::Lookup(const Query& query, const Lexicon::Entries& entries) const {
  if (auto answer = UserWord(query)) return answer;
  std::string lowered;
  std::string_view word = query.word;
  bool is_name = false;
  Lexicon::Entries found = entries;
  if (!found.gold && IsUpperCase(word)) {
    lowered = Lower(word);
    word = lowered;
    is_name = query.tag == Tag::kNnp;
    found = lexicon_.Find(word);
  }
  auto entry = found.gold;
  Source source = Source::kGold;
  if (!entry && !is_name) {
    entry = found.silver;
    source = Source::kSilver;
  }
  Phonemes phonemes;
  if (entry) phonemes = entry->ForTag(query.tag, query.context.next == Context::Next::kNothing);
  const bool is_weak_name = is_name && phonemes.find(phone::kPrimary) == Phonemes::npos;
  if (phonemes.empty() || is_weak_name) {
    if (auto spelled = Spell(word)) return spelled;
    if (phonemes.empty()) return std::nullopt;
  }
  return Pronunciation{ApplyStress(std::move(phonemes), query.stress), source};
}

Pronouncer::Answer Pronouncer::SpecialCase(const Query& query) const {
  const std::string_view word = query.word;
  if (query.tag == Tag::kAdd && (word == "." || word == "/")) {
    Query spoken = query.WithWord(word == "." ? "dot" : "slash");
    spoken.stress = -0.5f;
    return Lookup(spoken);
  }
  if (const std::string_view symbol = SymbolWord(word); !symbol.empty()) {
    Query spoken = query.WithWord(symbol);
    spoken.tag = Tag::kXx;
    spoken.stress.reset();
    return Lookup(spoken);
  }
  if (IsDottedAbbreviation(word)) return Spell(word);
  if (word.size() > 4) return std::nullopt;
  return FunctionWord(query);
}

Pronouncer::Answer Pronouncer::FunctionWord(const Query& query) const {
  static const Phonemes kAn = FromUtf8("ɐn"), kAm = FromUtf8("ɐm"), kLetterA = FromUtf8("ˈA"),
                        kI = FromUtf8("ˌI"), kBy = FromUtf8("bˈI"), kToConsonant = FromUtf8("tə"),
                        kToVowel = FromUtf8("tʊ"), kIn = FromUtf8("ɪn"),
                        kStressedIn = FromUtf8("ˈɪn"), kTheVowel = FromUtf8("ði"),
                        kTheConsonant = FromUtf8("ðə");
  const std::string_view word = query.word;
  const Tag tag = query.tag;
  const Context::Next next = query.context.next;
  const auto rule = [](const Phonemes& phonemes) { return Pronunciation{phonemes, Source::kRule}; };
  if (word == "a" || word == "A")
    return rule(tag == Tag::kDt ? Phonemes(1, phone::kTurnedA) : kLetterA);
  if (IsCasing(word, "am", true)) {
    if (IsNoun(tag)) return Spell(word);
    const bool is_stressed = query.stress.value_or(0.0f) > 0.0f;
    if (next == Context::Next::kNothing || word != "am" || is_stressed)
      return GoldForm("am", Form::kDefault);
    return rule(kAm);
  }
  if (IsCasing(word, "an", true)) {
    if (word == "AN" && IsNoun(tag)) return Spell(word);
    return rule(kAn);
  }
  if (word == "I" && tag == Tag::kPrp) return rule(kI);
  if (IsCasing(word, "by", true) && IsAdverb(tag)) return rule(kBy);
  if (IsCasing(word, "to", tag == Tag::kTo || tag == Tag::kIn)) {
    if (next == Context::Next::kNothing) return GoldForm("to", Form::kDefault);
    return rule(next == Context::Next::kVowel ? kToVowel : kToConsonant);
  }
  if (IsCasing(word, "in", tag != Tag::kNnp)) {
    return rule(next == Context::Next::kNothing || tag != Tag::kIn ? kStressedIn : kIn);
  }
  if (IsCasing(word, "the", tag == Tag::kDt)) {
    return rule(next == Context::Next::kVowel ? kTheVowel : kTheConsonant);
  }
  if (tag == Tag::kIn && (EqualsIgnoringCase(word, "vs") || EqualsIgnoringCase(word, "vs."))) {
    Query spoken = query.WithWord("versus");
    spoken.stress.reset();
    return Lookup(spoken);
  }
  if (IsCasing(word, "used", true)) {
    const bool is_habit = (tag == Tag::kVbd || tag == Tag::kJj) && query.context.to_follows;
    return GoldForm("used", is_habit ? Form::kVbd : Form::kDefault);
  }
  return std::nullopt;
}

bool Pronouncer::ShouldLower(const Query& query, std::string_view lower) const {
  const std::string_view word = query.word;
  if (word.size() < 2 || word == lower || !IsAlphabetic(word)) return false;
  if (query.tag == Tag::kNnp && word.size() <= 7) return false;
  if (!IsUpperCase(word) && !IsLowerCase(WithoutFirst(word))) return false;
  if (lexicon_.Find(word).has_any()) return false;
  if (lexicon_.Find(lower).has_any()) return true;
  const Query lowered = query.WithWord(lower);
  return StemS(lowered) || StemEd(lowered) || StemIng(lowered);
}

Pronouncer::Answer Pronouncer::UserWord(const Query& query) const {
  if (query.is_alias) return std::nullopt;
  const Locale locale = is_british_ ? Locale::kEnGb : Locale::kEnUs;
  for (const auto& lexicon : users_) {
    const UserLexicon::Word* word = lexicon->FindWord(query.word, query.tag, locale);
    if (word == nullptr) continue;
    if (word->alias.empty()) return Pronunciation{word->phonemes, Source::kUser};
    Query alias = query.WithWord(word->alias);
    alias.is_alias = true;
    auto answer = BuiltInWord(alias);
    if (answer) answer->source = Source::kUser;
    return answer;
  }
  return std::nullopt;
}

// "routes" follows the user's "route" although the lexicon has it. Not "as" for "a".
Pronouncer::Answer Pronouncer::UserWordWithS(const Query& query) const {
  const std::string_view word = query.word;
  const size_t ending = word.ends_with("'s") ? 2 : word.ends_with('s') ? 1 : 0;
  if (ending == 0 || word.size() < ending + (ending == 1 ? 3 : 1) || word.ends_with("ss"))
    return std::nullopt;
  auto answer = UserWord(query.WithWord(word.substr(0, word.size() - ending)));
  if (answer) answer->phonemes = WithS(std::move(answer->phonemes));
  return answer;
}

Pronouncer::Answer Pronouncer::Word(const Query& query) const {
  if (!users_.empty()) {
    if (auto answer = UserWord(query)) return answer;
    if (auto answer = UserWordWithS(query)) return answer;
  }
  return BuiltInWord(query);
}

Pronouncer::Answer Pronouncer::BuiltInWord(const Query& query) const {
  if (auto special = SpecialCase(query)) return special;
  const std::string lower = Lower(query.word);
  const Query query_in_case = ShouldLower(query, lower) ? query.WithWord(lower) : query;
  const std::string_view word = query_in_case.word;
  if (const Lexicon::Entries entries = lexicon_.Find(word); IsKnown(word, entries))
    return Lookup(query_in_case, entries);
  if (word.ends_with("s'")) {
    const std::string possessive = std::string(word.substr(0, word.size() - 2)) + "'s";
    if (IsKnown(possessive)) return Lookup(query_in_case.WithWord(possessive));
  }
  if (word.ends_with('\'') && IsKnown(word.substr(0, word.size() - 1))) {
    return Lookup(query_in_case.WithWord(word.substr(0, word.size() - 1)));
  }
  if (auto plural = StemS(query_in_case)) return plural;
  if (auto past = StemEd(query_in_case)) return past;
  Query participle = query_in_case;
  participle.stress = query.stress.value_or(0.5f);
  return StemIng(participle);
}

Pronouncer::Answer Pronouncer::StemS(const Query& query) const {
  const std::string_view word = query.word;
  if (word.size() < 3 || !word.ends_with('s')) return std::nullopt;
  std::string stem(word.substr(0, word.size() - 1));
  if (word.ends_with("ss") || !IsKnown(stem)) {
    const bool is_es = word.size() > 4 && word.ends_with("es") && !word.ends_with("ies");
    stem = word.substr(0, word.size() - 2);
    if (!(word.ends_with("'s") || is_es) || !IsKnown(stem)) {
      if (word.size() <= 4 || !word.ends_with("ies")) return std::nullopt;
      stem = std::string(word.substr(0, word.size() - 3)) + "y";
      if (!IsKnown(stem)) return std::nullopt;
    }
  }
  auto answer = Lookup(query.WithWord(stem));
  if (!answer) return std::nullopt;
  return Pronunciation{WithS(std::move(answer->phonemes)), Source::kRule};
}

Pronouncer::Answer Pronouncer::StemEd(const Query& query) const {
  const std::string_view word = query.word;
  if (word.size() < 4 || !word.ends_with('d')) return std::nullopt;
  std::string_view stem = word.substr(0, word.size() - 1);
  if (word.ends_with("dd") || !IsKnown(stem)) {
    stem = word.substr(0, word.size() - 2);
    if (word.size() <= 4 || !word.ends_with("ed") || word.ends_with("eed") || !IsKnown(stem))
      return std::nullopt;
  }
  auto answer = Lookup(query.WithWord(stem));
  if (!answer) return std::nullopt;
  return Pronunciation{AddEd(std::move(answer->phonemes)), Source::kRule};
}

Pronouncer::Answer Pronouncer::StemIng(const Query& query) const {
  const std::string_view word = query.word;
  if (word.size() < 5 || !word.ends_with("ing")) return std::nullopt;
  const std::string_view bare = word.substr(0, word.size() - 3);
  std::string stem(bare);
  if (word.size() <= 5 || !IsKnown(stem)) {
    stem += 'e';
    if (!IsKnown(stem)) {
      const char last = bare.back();
      const bool is_doubled =
          bare.size() >= 2 && bare[bare.size() - 2] == last &&
          std::string_view("bcdgklmnprstvxz").find(last) != std::string_view::npos;
      if (word.size() <= 5 || !(is_doubled || bare.ends_with("ck"))) return std::nullopt;
      stem = bare.substr(0, bare.size() - 1);
      if (!IsKnown(stem)) return std::nullopt;
    }
  }
  auto answer = Lookup(query.WithWord(stem));
  if (!answer) return std::nullopt;
  auto phonemes = AddIng(std::move(answer->phonemes));
  if (!phonemes) return std::nullopt;
  return Pronunciation{std::move(*phonemes), Source::kRule};
}

namespace {

// Before these a US t between vowels is tapped.
bool IsTapContext(char phone) {
  static const Phonemes kContexts = FromUtf8("AIOWYiuæɑəɛɪɹʊʌ");
  return kContexts.find(phone) != Phonemes::npos;
}

bool EndsInTappedT(std::string_view stem) {
  static const char kT = FromUtf8("t")[0];
  return stem.size() > 1 && stem.back() == kT && IsTapContext(stem[stem.size() - 2]);
}

}  // namespace

Phonemes Pronouncer::WithS(Phonemes stem) const {
  static const Phonemes kVoiceless = FromUtf8("ptkfθ"), kSibilants = FromUtf8("szʃʒʧʤ"),
                        kS = FromUtf8("s"), kZ = FromUtf8("z"), kUs = FromUtf8("ᵻz"),
                        kGb = FromUtf8("ɪz");
  if (stem.empty()) return stem;
  const char last = stem.back();
  if (kVoiceless.find(last) != Phonemes::npos) return stem + kS;
  if (kSibilants.find(last) != Phonemes::npos) return stem + (is_british_ ? kGb : kUs);
  return stem + kZ;
}

Phonemes Pronouncer::AddEd(Phonemes stem) const {
  static const Phonemes kVoiceless = FromUtf8("pkfθʃsʧ"), kT = FromUtf8("t"), kD = FromUtf8("d"),
                        kUs = FromUtf8("ᵻd"), kGb = FromUtf8("ɪd"), kTapped = FromUtf8("ɾᵻd");
  if (stem.empty()) return stem;
  const char last = stem.back();
  if (kVoiceless.find(last) != Phonemes::npos) return stem + kT;
  if (last == kD[0]) return stem + (is_british_ ? kGb : kUs);
  if (last != kT[0]) return stem + kD;
  if (is_british_ || stem.size() < 2) return stem + kGb;
  if (!EndsInTappedT(stem)) return stem + kUs;
  stem.pop_back();
  return stem + kTapped;
}

std::optional<Phonemes> Pronouncer::AddIng(Phonemes stem) const {
  static const Phonemes kIng = FromUtf8("ɪŋ"), kTapped = FromUtf8("ɾɪŋ");
  if (stem.empty()) return std::nullopt;
  if (is_british_) {
    if (stem.back() == phone::kSchwa || stem.back() == phone::kLong) return std::nullopt;
    return stem + kIng;
  }
  if (!EndsInTappedT(stem)) return stem + kIng;
  stem.pop_back();
  return stem + kTapped;
}

std::optional<Pronunciation> Pronouncer::Pronounce(std::string_view word, Tag tag,
                                                   std::optional<float> stress,
                                                   const Context& context) const {
  if (word.empty()) return std::nullopt;
  std::string straight;
  if (word.find('\xE2') != std::string_view::npos) {  // first byte of ‘ and ’
    for (size_t i = 0; i < word.size();) {
      const char32_t c = NextScalar(word, i);
      AppendUtf8(c == U'‘' || c == U'’' ? U'\'' : c, straight);
    }
    word = straight;
  }
  Query query{.word = word, .tag = tag, .stress = std::nullopt, .context = context};
  if (!IsLowerCase(word)) query.stress = IsUpperCase(word) ? 2.0f : 0.5f;
  auto answer = Word(query);
  if (answer) answer->phonemes = ApplyStress(std::move(answer->phonemes), stress);
  return answer;
}

}  // namespace litetts::text
