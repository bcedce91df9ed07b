#include <algorithm>
#include <array>

#include "text/code_point.h"
#include "text/number_words.h"
#include "text/rules.h"

namespace litetts::text {
namespace {

using Names = std::vector<std::string_view>;

bool Contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

struct Rewrite {
  std::string_view from;
  std::string_view to;
};

template <size_t kSize>
std::string_view Find(const std::array<Rewrite, kSize>& table, std::string_view from) {
  for (const Rewrite& rewrite : table) {
    if (rewrite.from == from) return rewrite.to;
  }
  return {};
}

std::string AsciiUpper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (IsAsciiLower(c)) c = static_cast<char>(c - 32);
  }
  return upper;
}

}  // namespace

bool IsElements(std::string_view text) {
  static const Names kElements = {"H",  "He", "Li", "Be", "B",  "C",  "N",  "O",  "F",  "Ne", "Na",
                                  "Mg", "Al", "Si", "P",  "S",  "Cl", "Ar", "K",  "Ca", "Ti", "V",
                                  "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "As", "Se", "Br", "Kr",
                                  "Rb", "Sr", "Ag", "Cd", "Sn", "Sb", "I",  "Xe", "Cs", "Ba", "W",
                                  "Pt", "Au", "Hg", "Pb", "Bi", "U",  "Pu"};
  for (size_t pos = 0; pos < text.size();) {
    if (!IsAsciiUpper(text[pos])) return false;
    const size_t size = pos + 1 < text.size() && IsAsciiLower(text[pos + 1]) ? 2 : 1;
    if (!Contains(kElements, text.substr(pos, size))) return false;
    pos += size;
  }
  return true;
}

namespace {

// Pieces of a code: capitals are letters, one small letter is too.
std::string PieceWords(std::string_view piece) {
  return piece.size() <= 1 ? AsciiUpper(piece) : std::string(piece);
}

constexpr std::array<Rewrite, 12> kModifiers = {{{"ctrl", "control"},
                                                 {"control", "control"},
                                                 {"alt", "alt"},
                                                 {"shift", "shift"},
                                                 {"cmd", "command"},
                                                 {"command", "command"},
                                                 {"option", "option"},
                                                 {"win", "windows"},
                                                 {"fn", "function"},
                                                 {"super", "super"},
                                                 {"meta", "meta"},
                                                 {"opt", "option"}}};
constexpr std::array<Rewrite, 7> kKeys = {{{"del", "delete"},
                                           {"esc", "escape"},
                                           {"ins", "insert"},
                                           {"pgup", "page up"},
                                           {"pgdn", "page down"},
                                           {"prtsc", "print screen"},
                                           {"bksp", "backspace"}}};

std::string KeyWords(const AtomView& v, size_t i) {
  const std::string key = v.Lower(i);
  if (v.IsDigits(i)) return CodeWords(key, v.locale());
  std::string_view name = Find(kModifiers, key);
  if (name.empty()) name = Find(kKeys, key);
  if (!name.empty()) return std::string(name);
  return key.size() == 1 ? AsciiUpper(key) : key;
}

// Ctrl+C, Cmd-Shift-P, Alt+F4.
MaybeReading ReadKeys(const AtomView& v, size_t i) {
  const bool has_plus = v.IsMark(i + 1, U'+');
  if (!has_plus && !v.IsHyphen(i + 1)) return std::nullopt;
  std::string words(Find(kModifiers, v.Lower(i)));
  if (words.empty()) return std::nullopt;
  static const Names kClear = {"ctrl", "cmd", "alt", "control"};
  if (!has_plus && !(v.IsCapitalised(i) && Contains(kClear, v.Lower(i)))) return std::nullopt;
  size_t at = i + 1;
  while ((v.IsMark(at, U'+') || v.IsHyphen(at)) && (v.IsWord(at + 1) || v.IsDigits(at + 1)) &&
         at < i + 12) {
    AddWords(words, KeyWords(v, at + 1));
    at += 2;
    if (v.IsDigits(at) && v.IsWord(at - 1)) {  // F4
      AddWords(words, CodeWords(v.Text(at), v.locale()));
      ++at;
    }
  }
  if (at == i + 1) return std::nullopt;
  return Reading{Kind::kSerial, words, at};
}

// Nf3, Qxd5, exd5, O-O: moves of chess; "e4" is read as a code.
MaybeReading ReadChess(const AtomView& v, size_t i) {
  static constexpr std::array<Rewrite, 5> kPieces = {
      {{"K", "king"}, {"Q", "queen"}, {"R", "rook"}, {"B", "bishop"}, {"N", "knight"}}};
  const std::string_view text = v.Text(i);
  if (text == "O" && v.IsHyphen(i + 1) && v.IsWord(i + 2) && v.Text(i + 2) == "O") {
    const bool is_long = v.IsHyphen(i + 3) && v.IsWord(i + 4) && v.Text(i + 4) == "O";
    const bool has_verb = v.WordBefore(i).starts_with("castle");
    std::string words = has_verb ? "" : "castles ";
    words += is_long ? "queenside" : "kingside";
    return Reading{Kind::kSerial, words, i + (is_long ? 5u : 3u)};
  }
  if (text.size() < 2 || text.size() > 4 || !v.IsDigits(i + 1, 1) || v.IsWord(i + 2)) {
    return std::nullopt;
  }
  const auto is_file = [](char c) { return c >= 'a' && c <= 'h'; };
  const std::string_view piece = Find(kPieces, text.substr(0, 1));
  const std::string_view rank = v.Text(i + 1);
  const bool takes = text.size() > 2 && text[text.size() - 2] == 'x';
  const bool is_pawn = piece.empty() && takes && text.size() == 3 && is_file(text[0]);
  if ((piece.empty() && !is_pawn) || !is_file(text.back()) || rank < "1" || rank > "8") {
    return std::nullopt;
  }
  std::string words = is_pawn ? AsciiUpper(text.substr(0, 1)) : std::string(piece);
  const std::string_view middle = text.substr(1, text.size() - 2 - (takes ? 1 : 0));
  if (middle.size() > 1 || (middle.size() == 1 && !is_file(middle[0]))) return std::nullopt;
  AddWords(words, AsciiUpper(middle));
  if (takes) AddWords(words, "takes");
  AddWords(words, AsciiUpper(text.substr(text.size() - 1)));
  AddWords(words, DigitWords(rank));
  size_t next = i + 2;
  if (v.IsMark(next, U'+')) AddWords(words, "check");
  if (v.IsMark(next, U'#')) AddWords(words, "checkmate");
  if (v.IsMark(next, U'+') || v.IsMark(next, U'#')) ++next;
  return Reading{Kind::kSerial, words, next};
}

// w/o, b/c, I/O: letters with a slash between.
MaybeReading ReadSlashWord(const AtomView& v, size_t i) {
  if (!v.IsMark(i + 1, U'/')) return std::nullopt;
  static constexpr std::array<Rewrite, 7> kWords = {{{"w/o", "without"},
                                                     {"y/o", "year old"},
                                                     {"b/c", "because"},
                                                     {"c/o", "care of"},
                                                     {"n/a", "not applicable"},
                                                     {"i/o", "I O"},
                                                     {"a/c", "A C"}}};
  if (v.IsWord(i + 2) && !v.IsMark(i + 3, U'/')) {
    const std::string_view words = Find(kWords, AsciiLower(v.Text(i, i + 3)));
    if (!words.empty()) return Reading{Kind::kAbbreviation, std::string(words), i + 3};
  }
  if (v.IsWord(i, "w") && (v.IsSpace(i + 2) || v.IsWord(i + 2))) {
    return Reading{Kind::kAbbreviation, "with", i + 2};
  }
  return std::nullopt;
}

// "Bb7", "F#m", "C#" near a word of music.
MaybeReading ReadChord(const AtomView& v, size_t i) {
  const std::string_view text = v.Text(i);
  if (text[0] < 'A' || text[0] > 'G') return std::nullopt;
  std::string_view rest = text.substr(1);
  std::string words(text.substr(0, 1));
  size_t next = i + 1;
  if (rest.starts_with('b')) {
    words += " flat";
    rest.remove_prefix(1);
  } else if (rest.empty() && (v.IsMark(next, U'#') || v.IsMark(next, U'♯'))) {
    words += " sharp";
    ++next;
    if (v.IsWord(next)) rest = v.Text(next++);
  } else if (rest.empty() && v.IsMark(next, U'♭')) {
    return Reading{Kind::kLetters, words + " flat", next + 1};
  } else {
    return std::nullopt;
  }
  static constexpr std::array<Rewrite, 7> kQualities = {{{"m", "minor"},
                                                         {"maj", "major"},
                                                         {"min", "minor"},
                                                         {"dim", "diminished"},
                                                         {"aug", "augmented"},
                                                         {"sus", "suspended"},
                                                         {"add", "add"}}};
  const std::string_view quality = Find(kQualities, rest);
  if (!rest.empty() && quality.empty()) return std::nullopt;
  AddWords(words, quality);
  if (v.IsDigits(next)) AddWords(words, CardinalWords(v.Text(next++), v.locale()));
  if (v.IsWord(next)) return std::nullopt;
  static const Names kMusic = {"chord", "chords", "major", "minor", "scale", "key", "clarinet"};
  const size_t behind = v.SkipSpace(next);
  const bool is_music =
      (v.IsWord(behind) && Contains(kMusic, v.Lower(behind))) || v.HasCueBefore(i, 20, kMusic);
  if (!is_music) return std::nullopt;
  return Reading{Kind::kLetters, words, next};
}

// Letters that stand for quantities: the "mc" of "mc²", the "ma" of "F = ma".
MaybeReading ReadFactors(const AtomView& v, size_t i) {
  const std::string_view text = v.Text(i);
  if (text.size() < 2 || text.size() > 3 || !v.IsLowerCase(i) || v.IsDigits(i - 1)) {
    return std::nullopt;
  }
  const bool has_power = v.IsMark(i + 1, U'²') || v.IsMark(i + 1, U'³') || v.IsMark(i + 1, U'^');
  const size_t sign = v.IsSpace(i - 1) ? i - 2 : i - 1;
  const size_t left = v.IsSpace(sign - 1) ? sign - 2 : sign - 1;
  const bool is_product = text.size() == 2 && v.IsMark(sign, U'=') && v.IsWord(left) &&
                          v.Text(left).size() == 1 && !v.IsMark(i + 1, U'(');
  if (!has_power && !is_product) return std::nullopt;
  std::string words;
  for (const char c : text) AddWords(words, AsciiUpper(std::string(1, c)));
  return Reading{Kind::kFormula, words, i + 1};
}

// f(x), f(1), f'(x), P(A|B).
MaybeReading ReadFunction(const AtomView& v, size_t i) {
  const std::string_view text = v.Text(i);
  const bool is_function = text.size() == 1 && text >= "f" && text <= "h";
  if (!is_function && text != "P") return std::nullopt;
  const bool is_prime = is_function && v.IsMark(i + 1, U'\'') && v.IsMark(i + 2, U'(');
  const size_t open = i + (is_prime ? 2u : 1u);
  const auto is_letter = [&](size_t at) { return v.IsWord(at) && v.Text(at).size() == 1; };
  if (!v.IsMark(open, U'(')) return std::nullopt;
  std::string words = AsciiUpper(text);
  if (is_prime) words += " prime";
  words += " of ";
  if (text == "P" && is_letter(open + 1) && v.IsMark(open + 2, U'|') && is_letter(open + 3) &&
      v.IsMark(open + 4, U')')) {
    words += AsciiUpper(v.Text(open + 1)) + " given " + AsciiUpper(v.Text(open + 3));
    return Reading{Kind::kFormula, words, open + 5};
  }
  if (!v.IsMark(open + 2, U')') || !(is_letter(open + 1) || v.IsDigits(open + 1)))
    return std::nullopt;
  words += v.IsDigits(open + 1) ? CardinalWords(v.Text(open + 1), v.locale())
                                : AsciiUpper(v.Text(open + 1));
  return Reading{Kind::kFormula, words, open + 3};
}

// "cells per mL", "per kg": a unit without a number.
MaybeReading ReadPerUnit(const AtomView& v, size_t i) {
  const std::string_view text = v.Text(i);
  if (text.size() > 4 || v.WordBefore(i) != "per" || v.IsDigits(i + 1)) return std::nullopt;
  static const Names kWords = {"in", "us", "as", "au", "ha", "min", "max", "a", "p", "m", "s", "h"};
  if (Contains(kWords, v.Lower(i))) return std::nullopt;
  const std::optional<Unit> unit = ParseUnit(v, i, i);
  if (!unit) return std::nullopt;
  return Reading{Kind::kMeasure, unit->one, unit->next};
}

MaybeReading ReadGreek(const AtomView& v, size_t i) {
  static constexpr std::array<Rewrite, 34> kLetters = {{
      {"α", "alpha"},  {"β", "beta"},   {"γ", "gamma"}, {"δ", "delta"},   {"ε", "epsilon"},
      {"ζ", "zeta"},   {"η", "eta"},    {"θ", "theta"}, {"ι", "iota"},    {"κ", "kappa"},
      {"λ", "lambda"}, {"µ", "mu"},     {"ν", "nu"},    {"ξ", "xi"},      {"π", "pi"},
      {"ρ", "rho"},    {"σ", "sigma"},  {"τ", "tau"},   {"υ", "upsilon"}, {"φ", "phi"},
      {"χ", "chi"},    {"ψ", "psi"},    {"ω", "omega"}, {"Γ", "gamma"},   {"Δ", "delta"},
      {"Θ", "theta"},  {"Λ", "lambda"}, {"Ξ", "xi"},    {"Π", "pi"},      {"Σ", "sigma"},
      {"Φ", "phi"},    {"Ψ", "psi"},    {"Ω", "omega"}, {"ϕ", "phi"},
  }};
  const std::string_view name = Find(kLetters, v.Text(i));
  if (!name.empty()) return Reading{Kind::kFormula, std::string(name), i + 1};
  // "πr", "λx": the Latin letter beside it.
  const std::string_view text = v.Text(i);
  if (text.size() != 3 || !IsAsciiLetter(text[2])) return std::nullopt;
  const std::string_view first = Find(kLetters, text.substr(0, 2));
  if (first.empty()) return std::nullopt;
  return Reading{Kind::kFormula, std::string(first) + " " + AsciiUpper(text.substr(2)), i + 1};
}

}  // namespace

namespace {

// British "CB2 1ST", "SW1A 2AA".
MaybeReading ReadPostcode(const AtomView& v, size_t i) {
  if (!v.IsUpperCase(i) || v.Text(i).size() > 2 || !v.IsDigits(i + 1) || v.Text(i + 1).size() > 2)
    return std::nullopt;
  size_t at = i + 2;
  const bool has_letter = v.IsUpperCase(at) && v.Text(at).size() == 1;
  if (has_letter) ++at;
  if (!v.IsSpace(at) || !v.IsDigits(at + 1, 1) || !v.IsUpperCase(at + 2) ||
      v.Text(at + 2).size() != 2 || v.IsDigits(at + 3)) {
    return std::nullopt;
  }
  std::string words(v.Text(i));
  AddWords(words, CodeWords(v.Text(i + 1), v.locale()));
  if (has_letter) AddWords(words, v.Text(at - 1));
  AddWords(words, DigitWords(v.Text(at + 1)));
  AddWords(words, v.Text(at + 2).substr(0, 1));
  AddWords(words, v.Text(at + 2).substr(1));
  return Reading{Kind::kSerial, words, at + 3};
}

}  // namespace

MaybeReading ReadLettersAndDigits(const AtomView& v, size_t i) {
  constexpr size_t kMostPieces = 64;
  if (v.IsGlued(i)) return std::nullopt;
  size_t end = i;
  bool has_digits = false;
  bool has_words = false;
  bool is_formula = v.IsWord(i);
  for (; (v.IsWord(end) || v.IsDigits(end)) && end < i + kMostPieces; ++end) {
    has_digits = has_digits || v.IsDigits(end);
    has_words = has_words || v.IsWord(end);
  }
  if (!has_digits || !has_words) return std::nullopt;
  for (size_t k = i; is_formula && k < end; ++k)
    is_formula = v.IsDigits(k) || IsElements(v.Text(k));
  // "v2.0", "v1.2.3": the number keeps its points.
  if (v.IsWord(i, "v") && end == i + 2 && v.IsMark(end, U'.') && v.IsDigits(end + 1)) {
    MaybeReading version = ReadDottedNumber(v, i + 1);
    if (!version) {
      const std::optional<Number> number = ParseNumber(v, i + 1);
      version = Reading{Kind::kVersion, NumberWords(*number, v.locale()), number->next};
    }
    return Reading{Kind::kVersion, "version " + version->spoken, version->next};
  }
  if (MaybeReading postcode = ReadPostcode(v, i)) return postcode;
  // A longer name keeps its own segment, so that the lexicon decides: COVID19, iPhone15.
  if (v.IsWord(i) && v.Text(i).size() > 3 && !is_formula) {
    return Reading{Kind::kWord, std::string(v.Text(i)), i + 1};
  }
  std::string words;
  for (size_t k = i; k < end; ++k) {
    if (v.IsDigits(k)) {
      AddWords(words, CodeWords(v.Text(k), v.locale()));
    } else if (k + 1 == end && k > i && v.Text(k) == "s") {
      words = PluralOfWords(words);
    } else {
      AddWords(words, is_formula ? CharacterWords(v.Text(k)) : PieceWords(v.Text(k)));
    }
  }
  // The parts of "i7-9700K", "x86-64", "R2-D2" belong together.
  while (v.IsHyphen(end) &&
         (v.IsDigits(end + 1) || (v.IsUpperCase(end + 1) && v.IsDigits(end + 2))) &&
         end < i + kMostPieces) {
    for (++end; (v.IsWord(end) || v.IsDigits(end)) && end < i + kMostPieces; ++end) {
      AddWords(words,
               v.IsDigits(end) ? CodeWords(v.Text(end), v.locale()) : PieceWords(v.Text(end)));
    }
  }
  return Reading{is_formula ? Kind::kFormula : Kind::kSerial, words, end};
}

namespace {

// "B-", "A*": marks of a school and of a search.
MaybeReading ReadGrade(const AtomView& v, size_t i) {
  const std::string_view text = v.Text(i);
  if (text.size() != 1 || text[0] < 'A' || text[0] > 'F') return std::nullopt;
  if (v.IsMark(i + 1, U'*') && v.IsBreak(i + 2)) {
    return Reading{Kind::kLetters, std::string(text) + " star", i + 2};
  }
  if (!v.IsHyphen(i + 1) || v.IsWord(i + 2) || v.IsDigits(i + 2) || v.IsHyphen(i + 2))
    return std::nullopt;
  static const Names kBefore = {"a",   "an", "got",  "grade", "her",
                                "his", "my", "with", "gave",  "of"};
  static const Names kBehind = {"grade", "student", "average", "rating", "minus"};
  const bool is_behind = v.IsSpace(i + 2) && v.IsWord(i + 3) && Contains(kBehind, v.Lower(i + 3));
  if (!is_behind && !Contains(kBefore, v.WordBefore(i))) return std::nullopt;
  return Reading{Kind::kLetters, std::string(text) + " minus", i + 2};
}

// "NaCl", "NaOH" without a digit.
bool IsCompound(std::string_view text) {
  if (text.size() < 3 || text.size() > 6) return false;
  const bool has_ending = text.ends_with("Cl") || text.ends_with("Br") || text.ends_with('F') ||
                          text.ends_with('O') || text.ends_with("OH");
  return has_ending && std::ranges::any_of(text, IsAsciiLower) && IsElements(text);
}

}  // namespace

MaybeReading ReadSpecialWord(const AtomView& v, size_t i) {
  const std::string_view text = v.Text(i);
  if (static_cast<unsigned char>(text[0]) >= 0x80) return ReadGreek(v, i);
  static constexpr std::array<Rewrite, 5> kWhole = {{{"WWII", "World War two"},
                                                     {"WWI", "World War one"},
                                                     {"aka", "also known as"},
                                                     {"AKA", "also known as"},
                                                     {"mph", "miles per hour"}}};
  if (text.size() <= 4 && !v.IsMark(i + 1, U'.')) {
    const std::string_view whole = Find(kWhole, text);
    if (!whole.empty()) return Reading{Kind::kAbbreviation, std::string(whole), i + 1};
  }
  if (IsCompound(text) && !v.IsDigits(i + 1)) {
    return Reading{Kind::kFormula, CharacterWords(text), i + 1};
  }
  if (text == "localhost" && v.IsMark(i + 1, U':') && v.IsDigits(i + 2)) {
    return Reading{Kind::kAddress, "localhost colon " + CodeWords(v.Text(i + 2), v.locale()),
                   i + 3};
  }
  if (MaybeReading function = ReadFunction(v, i)) return function;
  if (MaybeReading unit = ReadPerUnit(v, i)) return unit;
  if (MaybeReading chord = ReadChord(v, i)) return chord;
  if (MaybeReading factors = ReadFactors(v, i)) return factors;
  // "3 sets x 12 reps"
  if (text == "x" && v.IsSpace(i - 1) && v.IsLowerCase(i - 2) && v.IsSpace(i + 1) &&
      v.IsDigits(i + 2)) {
    return Reading{Kind::kDimension, "by", i + 1};
  }
  if (MaybeReading grade = ReadGrade(v, i)) return grade;
  const bool is_capital = text.size() == 1 && IsAsciiUpper(text[0]);
  if (is_capital && v.IsMark(i + 1, U'+') && v.IsMark(i + 2, U'+')) {
    return Reading{Kind::kLetters, std::string(text) + " plus plus", i + 3};
  }
  if (is_capital && text[0] <= 'G' && v.IsMark(i + 1, U'#') && !v.IsDigits(i + 2) &&
      !v.IsWord(i + 2)) {
    return Reading{Kind::kLetters, std::string(text) + " sharp", i + 2};
  }
  if (v.IsUpperCase(i) && text.size() <= 4 && v.IsMark(i + 1, U'&') && v.IsUpperCase(i + 2) &&
      v.Text(i + 2).size() <= 4) {
    return Reading{Kind::kLetters, std::string(text) + " and " + std::string(v.Text(i + 2)), i + 3};
  }
  static const Names kLettered = {"vitamin",  "plan",   "grade",   "section",
                                  "group",    "option", "exhibit", "hepatitis",
                                  "appendix", "letter", "column",  "terminal"};
  if (text == "A" && Contains(kLettered, v.WordBefore(i))) {
    return Reading{Kind::kLetters, "A", i + 1};
  }
  if (MaybeReading keys = ReadKeys(v, i)) return keys;
  if (MaybeReading move = ReadChess(v, i)) return move;
  return ReadSlashWord(v, i);
}

}  // namespace litetts::text
