#include "text/atoms.h"

#include <algorithm>

#include "text/clean.h"
#include "text/code_point.h"

namespace litetts::text {
namespace {

Atom::Type TypeOf(const CodePoint& c) {
  using Type = Atom::Type;
  if (c.value < 0x80) {
    const char ascii = static_cast<char>(c.value);
    if (IsAsciiLetter(ascii)) return Type::kWord;
    if (IsAsciiDigit(ascii)) return Type::kDigits;
    if (ascii == '\n') return Type::kLine;
    if (ascii == kParagraphSign) return Type::kParagraph;
    if (ascii == kObjectSign) return Type::kObject;
    if (IsAsciiSpace(ascii)) return Type::kSpace;
    return Type::kMark;
  }
  return IsLetter(c.value) || IsCombining(c.value) ? Type::kWord : Type::kMark;
}

Atom::Case CaseOf(std::string_view word) {
  size_t upper = 0;
  size_t letters = 0;
  bool is_first_upper = false;
  for (size_t pos = 0; pos < word.size(); ++letters) {
    const CodePoint c = DecodeUtf8(word, pos);
    pos += c.size;
    if (!IsUpper(c.value)) continue;
    ++upper;
    if (letters == 0) is_first_upper = true;
  }
  if (upper == 0) return Atom::Case::kLower;
  if (upper == letters) return Atom::Case::kUpper;
  return upper == 1 && is_first_upper ? Atom::Case::kTitle : Atom::Case::kMixed;
}

bool IsSentenceEnd(char32_t mark) { return mark == U'.' || mark == U'!' || mark == U'?'; }

}  // namespace

std::vector<Atom> CutAtoms(std::string_view text, const std::vector<size_t>& cuts) {
  using Type = Atom::Type;
  std::vector<Atom> atoms;
  atoms.reserve(text.size() / 3 + 1);
  auto cut = cuts.begin();
  for (size_t pos = 0; pos < text.size();) {
    while (cut != cuts.end() && *cut <= pos) ++cut;
    const size_t limit = cut == cuts.end() ? text.size() : std::min(*cut, text.size());
    const CodePoint first = DecodeUtf8(text, pos);
    Atom atom;
    atom.begin = pos;
    atom.type = TypeOf(first);
    atom.mark = atom.type == Type::kMark ? first.value : 0;
    pos += first.size;
    if (atom.type == Type::kWord || atom.type == Type::kDigits || atom.type == Type::kSpace) {
      while (pos < limit) {
        const CodePoint c = DecodeUtf8(text, pos);
        if (TypeOf(c) != atom.type) break;
        if (atom.type == Type::kDigits && pos - atom.begin == kMostDigitsOfAtom) break;
        pos += c.size;
      }
    }
    atom.end = pos;
    if (atom.type == Type::kWord) {
      atom.letter_case = CaseOf(text.substr(atom.begin, atom.end - atom.begin));
    }
    atoms.push_back(atom);
  }
  return atoms;
}

std::string AtomView::Lower(size_t i) const { return AsciiLower(Text(i)); }

bool AtomView::IsWord(size_t i, std::string_view lower) const {
  if (!IsWord(i)) return false;
  const std::string_view word = Text(i);
  if (word.size() != lower.size()) return false;
  for (size_t k = 0; k < word.size(); ++k) {
    const char c = IsAsciiUpper(word[k]) ? static_cast<char>(word[k] + 32) : word[k];
    if (c != lower[k]) return false;
  }
  return true;
}

size_t AtomView::WordIndexBefore(size_t i, int count) const {
  for (int k = 0; k < count; ++k) {
    if (!IsSpace(i - 1) || !IsWord(i - 2)) return npos;
    i -= 2;
  }
  return i;
}

std::string AtomView::WordBefore(size_t i, int count) const {
  const size_t word = WordIndexBefore(i, count);
  return word == npos ? std::string() : Lower(word);
}

bool AtomView::HasCueBefore(size_t i, size_t reach,
                            const std::vector<std::string_view>& words) const {
  for (size_t back = 1; back <= reach && back <= i; ++back) {
    const Atom& atom = (*this)[i - back];
    if (atom.type == Atom::Type::kParagraph) return false;
    if (atom.type == Atom::Type::kMark && IsSentenceEnd(atom.mark) && IsBreak(i - back + 1)) {
      // "approx. 67m": what goes on small or with a number is the same sentence.
      const size_t behind = i - back + 2;
      const bool goes_on = atom.mark == U'.' && (IsLowerCase(behind) || IsDigits(behind));
      if (!goes_on) return false;
    }
    if (atom.type != Atom::Type::kWord) continue;
    for (const std::string_view word : words) {
      if (IsWord(i - back, word)) return true;
    }
  }
  return false;
}

void AddWords(std::string& words, std::string_view more) {
  if (more.empty()) return;
  if (!words.empty()) words += ' ';
  words += more;
}

}  // namespace litetts::text
