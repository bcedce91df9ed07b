#include "text/phonemiser.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "text/stress.h"
#include "text/unicode.h"

namespace litetts::text {
namespace {

// A group of more bytes than this goes to the fallback piece by piece, and no longer run of pieces
// is looked up together (the lexicon's longest word has 45 letters): both keep the work linear.
constexpr size_t kLongestGroup = 200;
constexpr size_t kLongestCompound = 64;

bool IsApostrophe(char32_t c) { return c == U'\'' || c == U'‘' || c == U'’'; }

// Silent inside a word.
bool IsJunk(char32_t c) {
  return std::u32string_view(U"',-._‘’/").find(c) != std::u32string_view::npos;
}

template <typename Predicate>
bool AllOf(std::string_view text, Predicate predicate) {
  for (size_t i = 0; i < text.size();) {
    if (!predicate(NextScalar(text, i))) return false;
  }
  return true;
}

char32_t At(std::string_view text, size_t i) { return i < text.size() ? NextScalar(text, i) : 0; }

size_t After(std::string_view text, size_t i) {
  NextScalar(text, i);
  return i;
}

template <typename Predicate>
size_t EndOfRun(std::string_view text, size_t i, Predicate predicate) {
  while (i < text.size() && predicate(At(text, i))) i = After(text, i);
  return i;
}

// The end of the letters at `i`: a run with its inner apostrophes ("don't"), cut where lower case
// meets upper case ("camel|Case").
size_t EndOfLetters(std::string_view text, size_t i) {
  size_t end = i;
  while (end < text.size() && IsLetter(At(text, end))) {
    const size_t next = After(text, end);
    if (IsLower(At(text, end)) && next < text.size() && IsUpper(At(text, next))) return next;
    end = next;
  }
  for (;;) {
    if (end >= text.size() || !IsApostrophe(At(text, end))) return end;
    const size_t letter = After(text, end);
    if (letter >= text.size() || !IsLetter(At(text, letter))) return end;
    end = After(text, letter);
    // "O'NeilX": one more lower-case letter may end the part before a capital.
    if (end < text.size() && IsLower(At(text, end))) {
      const size_t next = After(text, end);
      if (next < text.size() && IsUpper(At(text, next))) return next;
    }
  }
}

// The end of the part of a word that starts at `i`; `i` itself where a character belongs to none.
size_t EndOfPart(std::string_view word, size_t i) {
  const char32_t c = At(word, i);
  const size_t next = After(word, i);
  if (IsApostrophe(c)) {
    const size_t end = EndOfRun(word, i, IsApostrophe);
    return i == 0 || end == word.size() || end > next ? end : i;
  }
  if (IsUpper(c) && IsUpper(At(word, next)) && next < word.size() &&
      IsLower(At(word, After(word, next))))
    return next;
  if (IsDigit(c))
    return EndOfRun(word, i, [](char32_t d) { return IsDigit(d) || d == U',' || d == U'.'; });
  if (c == U'-' || c == U'_')
    return EndOfRun(word, i, [](char32_t d) { return d == U'-' || d == U'_'; });
  if (IsLetter(c)) return EndOfLetters(word, i);
  return next;
}

// Most words: small ASCII letters, at most the first one a capital. One part, no punctuation.
bool IsPlainWord(std::string_view spelling) {
  return IsAsciiLetter(spelling[0]) && std::ranges::all_of(spelling.substr(1), IsAsciiLower);
}

// What a punctuation token sounds like; none if the token is a word.
std::optional<Phonemes> PunctuationPhonemes(std::string_view text, Tag tag) {
  switch (tag) {
    case Tag::kStop:
    case Tag::kComma:
    case Tag::kColon:
    case Tag::kDollar:
    case Tag::kNfp:
    case Tag::kLrb:
    case Tag::kRrb:
    case Tag::kOpenQuote:
    case Tag::kCloseQuote:
      break;
    default:
      return std::nullopt;
  }
  if (tag == Tag::kColon && (text == "-" || text == "–")) return Phonemes(1, phone::kDash);
  if (std::ranges::all_of(text, IsAsciiLetter)) return std::nullopt;
  if (tag == Tag::kLrb) return Phonemes(1, phone::kOpenBracket);
  if (tag == Tag::kRrb) return Phonemes(1, phone::kCloseBracket);
  if (tag == Tag::kOpenQuote) return Phonemes(1, phone::kOpenQuote);
  if (tag == Tag::kCloseQuote) return Phonemes(1, phone::kCloseQuote);
  static const Phonemes kMarks = FromUtf8(";:,.!?—…\"“”");
  Phonemes marks = FromUtf8(text);
  std::erase_if(marks, [](char c) { return kMarks.find(c) == Phonemes::npos; });
  return marks;
}

int TextWeight(std::string_view text) {
  int weight = 0;
  for (size_t i = 0; i < text.size();) {
    const char32_t c = NextScalar(text, i);
    weight += LowerScalar(c) == c ? 1 : 2;
  }
  return weight;
}

// Letters, digits and the rest in one group are said as separate words.
bool HasMixedClasses(std::string_view text) {
  int last = -1;
  for (size_t i = 0; i < text.size();) {
    const char32_t c = NextScalar(text, i);
    if (c == U'/' || c == U' ') return true;
    if (IsJunk(c)) continue;
    const int kind = IsLetter(c) ? 0 : c >= U'0' && c <= U'9' ? 1 : 2;
    if (last >= 0 && kind != last) return true;
    last = kind;
  }
  return false;
}

}  // namespace

void Phonemiser::Split(std::string_view text, const TaggedWord& word, std::vector<Piece>& pieces) {
  const std::string_view spelling = text.substr(word.begin, word.end - word.begin);
  Piece piece;
  piece.begin = word.begin;
  piece.end = word.end;
  piece.space_after = word.space_after;
  piece.tag = word.tag;
  piece.stress = word.stress;
  if (word.phonemes) {
    piece.phonemes = word.phonemes;
    piece.source = word.source;
    pieces.push_back(std::move(piece));
    return;
  }
  if (IsPlainWord(spelling)) {
    pieces.push_back(std::move(piece));
    return;
  }
  const size_t first = pieces.size();
  for (size_t i = 0; i < spelling.size();) {
    const size_t end = EndOfPart(spelling, i);
    if (end > i) {
      Piece part = piece;
      part.begin = word.begin + i;
      part.end = word.begin + end;
      part.space_after = false;
      part.phonemes = PunctuationPhonemes(spelling.substr(i, end - i), word.tag);
      pieces.push_back(std::move(part));
    }
    i = std::max(end, After(spelling, i));
  }
  if (pieces.size() == first) {
    piece.phonemes = Phonemes();
    pieces.push_back(std::move(piece));
  } else {
    pieces.back().space_after = word.space_after;
  }
}

// "[Kokoro](/kˈOkəɹO/)'s": the ending sounds as after any other word.
bool Phonemiser::JoinPossessive(std::string_view text, const TaggedWord& word,
                                std::vector<Piece>& pieces) const {
  const std::string_view ending = text.substr(word.begin, word.end - word.begin);
  if (pieces.empty() || word.phonemes || (ending != "'s" && ending != "’s")) return false;
  if (pieces.back().space_after) return false;
  // The first of several words has the phonemes of all.
  const auto stem = std::find_if(pieces.rbegin(), pieces.rend(), [](const Piece& p) {
    return !p.phonemes || !p.phonemes->empty();
  });
  const bool is_given = stem != pieces.rend() && stem->phonemes &&
                        (stem->source == Source::kMarkup || stem->source == Source::kUser);
  if (!is_given) return false;
  stem->phonemes = pronouncer_.WithS(std::move(*stem->phonemes));
  Piece piece;
  piece.begin = word.begin;
  piece.end = word.end;
  piece.space_after = word.space_after;
  piece.tag = word.tag;
  piece.phonemes = Phonemes();
  piece.source = stem->source;
  pieces.push_back(std::move(piece));
  return true;
}

std::vector<Phonemiser::Group> Phonemiser::MakeGroups(std::span<const Piece> pieces) {
  std::vector<Group> groups;
  bool is_open = false;  // the last group takes more
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (!pieces[i].phonemes && is_open) {
      groups.back().end = i + 1;
    } else {
      groups.push_back({i, i + 1});
    }
    is_open = !pieces[i].phonemes && !pieces[i].space_after;
  }
  return groups;
}

void Phonemiser::Advance(std::string_view word, Tag tag, std::string_view phonemes,
                         Context& context) {
  for (const char c : phonemes) {
    const PhoneClass kind = ClassOf(c);
    if (kind == PhoneClass::kOther) continue;
    context.next = kind == PhoneClass::kVowel       ? Context::Next::kVowel
                   : kind == PhoneClass::kConsonant ? Context::Next::kConsonant
                                                    : Context::Next::kNothing;
    break;
  }
  context.to_follows =
      word == "to" || word == "To" || (word == "TO" && (tag == Tag::kTo || tag == Tag::kIn));
}

void Phonemiser::ResolveSingle(std::string_view text, Piece& piece, Context& context) const {
  const std::string_view word = text.substr(piece.begin, piece.end - piece.begin);
  if (!piece.phonemes) {
    auto answer = pronouncer_.Pronounce(word, piece.tag, piece.stress, context);
    if (!answer && fallback_ != nullptr) answer = fallback_->Speak(word);
    if (answer) {
      piece.phonemes = std::move(answer->phonemes);
      piece.source = answer->source;
    }
  }
  Advance(word, piece.tag, piece.phonemes ? *piece.phonemes : std::string_view(), context);
}

std::optional<Pronunciation> Phonemiser::LookUp(std::string_view text,
                                                std::span<const Piece> pieces,
                                                const Context& context) const {
  std::string word;
  Tag tag = pieces.front().tag;
  int heaviest = -1;
  std::optional<float> stress;
  bool has_one_stress = true;
  for (const Piece& piece : pieces) {
    const std::string_view part = text.substr(piece.begin, piece.end - piece.begin);
    word += part;
    if (const int weight = TextWeight(part); weight > heaviest) {
      heaviest = weight;
      tag = piece.tag;
    }
    if (piece.stress && stress && *stress != *piece.stress) has_one_stress = false;
    if (piece.stress) stress = piece.stress;
  }
  if (!has_one_stress) stress.reset();
  return pronouncer_.Pronounce(word, tag, stress, context);
}

void Phonemiser::ResolveGroup(std::string_view text, std::span<Piece> pieces,
                              Context& context) const {
  const size_t num_bytes = pieces.back().end - pieces.front().begin;
  // The first of the pieces that may be looked up together with the one before `end`.
  const auto first_before = [&](size_t end) {
    size_t first = end;
    while (first > 0 &&
           (first == end || pieces[end - 1].end - pieces[first - 1].begin <= kLongestCompound)) {
      --first;
    }
    return first;
  };
  size_t right = pieces.size();
  size_t left = first_before(right);
  while (left < right) {
    if (auto answer = LookUp(text, pieces.subspan(left, right - left), context)) {
      const std::string_view word =
          text.substr(pieces[left].begin, pieces[right - 1].end - pieces[left].begin);
      Advance(word, pieces[left].tag, answer->phonemes, context);
      for (Piece& piece : pieces.subspan(left, right - left)) piece.phonemes = Phonemes();
      pieces[left].phonemes = std::move(answer->phonemes);
      pieces[left].source = answer->source;
      right = left;
      left = first_before(right);
      continue;
    }
    if (right - left > 1) {
      ++left;
      continue;
    }
    --right;
    left = first_before(right);
    Piece& piece = pieces[right];
    const std::string_view part = text.substr(piece.begin, piece.end - piece.begin);
    if (AllOf(part, IsJunk)) {
      piece.phonemes = Phonemes();
    } else if (fallback_ != nullptr && num_bytes <= kLongestGroup) {
      auto answer = fallback_->Speak(text.substr(pieces.front().begin, num_bytes));
      for (Piece& other : pieces) other.phonemes = Phonemes();
      if (answer) {
        pieces[0].phonemes = std::move(answer->phonemes);
        pieces[0].source = answer->source;
      } else {
        pieces[0].phonemes.reset();
      }
      return;
    } else if (fallback_ != nullptr) {
      ResolveSingle(text, piece, context);
    }
  }
  BalanceStress(text, pieces);
}

void Phonemiser::BalanceStress(std::string_view text, std::span<Piece> pieces) {
  const std::string_view whole =
      text.substr(pieces.front().begin, pieces.back().end - pieces.front().begin);
  const bool is_spaced = HasMixedClasses(whole);
  static const Phonemes kPauses = FromUtf8(";:,.!?—…");
  for (size_t i = 0; i < pieces.size(); ++i) {
    Piece& piece = pieces[i];
    const std::string_view part = text.substr(piece.begin, piece.end - piece.begin);
    if (piece.phonemes) {
      if (i > 0) piece.space_before = is_spaced;
    } else if (const Phonemes mark = FromUtf8(part); i + 1 == pieces.size() && mark.size() == 1 &&
                                                     kPauses.find(mark[0]) != Phonemes::npos) {
      piece.phonemes = mark;
    } else if (AllOf(part, IsJunk)) {
      piece.phonemes = Phonemes();
    } else if (i > 0) {
      piece.space_before = is_spaced;
    }
  }
  if (is_spaced) return;
  std::vector<std::tuple<bool, int, size_t>> order;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (!pieces[i].phonemes || pieces[i].phonemes->empty()) continue;
    const Phonemes& phonemes = *pieces[i].phonemes;
    order.emplace_back(phonemes.find(phone::kPrimary) != Phonemes::npos, StressWeight(phonemes), i);
  }
  const auto weaken = [&](size_t i) {
    pieces[i].phonemes = ApplyStress(std::move(*pieces[i].phonemes), -0.5f);
  };
  if (order.size() == 2) {
    const Piece& first = pieces[std::get<2>(order[0])];
    if (After(text, first.begin) == first.end) return weaken(std::get<2>(order[1]));
  }
  const auto num_primary =
      std::ranges::count_if(order, [](const auto& entry) { return std::get<0>(entry); });
  if (order.size() < 2 || static_cast<size_t>(num_primary) <= (order.size() + 1) / 2) return;
  std::ranges::sort(order);
  for (size_t k = 0; k < order.size() / 2; ++k) weaken(std::get<2>(order[k]));
}

SpokenToken Phonemiser::Join(std::string_view text, std::span<Piece> pieces) {
  SpokenToken token;
  token.begin = pieces.front().begin;
  token.end = pieces.back().end;
  token.space_after = pieces.back().space_after;
  token.tag = pieces.front().tag;
  int heaviest = -1;
  for (Piece& piece : pieces) {
    if (pieces.size() > 1) {
      const int weight = TextWeight(text.substr(piece.begin, piece.end - piece.begin));
      if (weight > heaviest) token.tag = piece.tag;
      heaviest = std::max(heaviest, weight);
    }
    if (!piece.phonemes) {
      token.is_incomplete = true;
      continue;
    }
    if (piece.phonemes->empty()) continue;
    if (piece.space_before && !token.phonemes.empty() && token.phonemes.back() != phone::kSpace) {
      token.phonemes += phone::kSpace;
    }
    if (token.phonemes.empty()) {
      token.phonemes = std::move(*piece.phonemes);
    } else {
      token.phonemes += *piece.phonemes;
    }
    // The least certain part names the whole.
    token.source = std::max(token.source, piece.source);
  }
  if (token.is_incomplete && token.phonemes.empty()) token.source = Source::kUnknown;
  std::ranges::replace(token.phonemes, phone::kTap, phone::kT);
  static const char kPlainT = FromUtf8("t")[0];
  std::ranges::replace(token.phonemes, phone::kGlottal, kPlainT);
  return token;
}

std::vector<SpokenToken> Phonemiser::Phonemise(std::string_view text,
                                               std::span<const TaggedWord> words) const {
  std::vector<Piece> pieces;
  pieces.reserve(words.size() + words.size() / 8);
  for (const TaggedWord& word : words) {
    if (!JoinPossessive(text, word, pieces)) Split(text, word, pieces);
  }
  const std::vector<Group> groups = MakeGroups(pieces);
  std::vector<SpokenToken> tokens(groups.size());
  Context context;
  for (size_t g = groups.size(); g-- > 0;) {
    const std::span<Piece> members =
        std::span(pieces).subspan(groups[g].begin, groups[g].end - groups[g].begin);
    if (members.size() == 1) {
      ResolveSingle(text, members[0], context);
    } else {
      ResolveGroup(text, members, context);
    }
    tokens[g] = Join(text, members);
  }
  return tokens;
}

}  // namespace litetts::text
