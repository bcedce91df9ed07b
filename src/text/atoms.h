#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/normalise.h"
#include "text/segment.h"

namespace litetts::text {

// The smallest pieces that the rules of the normaliser look at.
struct Atom {
  enum class Type : uint8_t { kEnd, kSpace, kLine, kParagraph, kObject, kDigits, kWord, kMark };
  enum class Case : uint8_t { kNone, kLower, kTitle, kUpper, kMixed };
  size_t begin = 0;
  size_t end = 0;
  char32_t mark = 0;  // kMark: the character
  Type type = Type::kEnd;
  Case letter_case = Case::kNone;  // kWord
};

// A longer run of digits is several atoms. Nobody reads more as one number, and no reading then
// holds more bytes than its words do.
constexpr size_t kMostDigitsOfAtom = 40;

// Cuts cleaned text: runs of letters, runs of digits, runs of spaces, single other characters, and
// wherever a position of `cuts` (ascending) stands.
std::vector<Atom> CutAtoms(std::string_view text, const std::vector<size_t>& cuts);

// What the rules read: atoms by index, where one outside of the text is an end.
class AtomView {
 public:
  AtomView(std::string_view text, const std::vector<Atom>& atoms, const NormaliseOptions& options)
      : AtomView(text, atoms, options, atoms.size()) {}
  // The first `size` atoms of the text.
  AtomView(std::string_view text, const std::vector<Atom>& atoms, const NormaliseOptions& options,
           size_t size)
      : text_(text), atoms_(atoms), options_(options), size_(size) {}

  const Atom& operator[](size_t i) const { return i < size_ ? atoms_[i] : end_; }
  size_t size() const { return size_; }
  const NormaliseOptions& options() const { return options_; }
  Locale locale() const { return options_.locale; }
  std::string_view text() const { return text_; }
  std::string_view Text(size_t i) const {
    const Atom& atom = (*this)[i];
    return text_.substr(atom.begin, atom.end - atom.begin);
  }
  std::string_view Text(size_t begin, size_t end) const {  // of the atoms [begin, end)
    return begin >= end
               ? std::string_view()
               : text_.substr((*this)[begin].begin, (*this)[end - 1].end - (*this)[begin].begin);
  }
  std::string Lower(size_t i) const;

  bool IsWord(size_t i) const { return (*this)[i].type == Atom::Type::kWord; }
  bool IsDigits(size_t i) const { return (*this)[i].type == Atom::Type::kDigits; }
  bool IsDigits(size_t i, size_t size) const { return IsDigits(i) && Text(i).size() == size; }
  bool IsMark(size_t i, char32_t mark) const {
    return (*this)[i].type == Atom::Type::kMark && (*this)[i].mark == mark;
  }
  bool IsWord(size_t i, std::string_view lower) const;  // ASCII letters compared without case
  // Space or a single line break, one character as often as not.
  bool IsSpace(size_t i) const {
    return (*this)[i].type == Atom::Type::kSpace || (*this)[i].type == Atom::Type::kLine;
  }
  // Nothing that could continue a word or number: space, end, object.
  bool IsBreak(size_t i) const {
    return IsSpace(i) || (*this)[i].type == Atom::Type::kEnd ||
           (*this)[i].type == Atom::Type::kParagraph || (*this)[i].type == Atom::Type::kObject;
  }
  bool IsCapitalised(size_t i) const {
    return IsWord(i) && (*this)[i].letter_case != Atom::Case::kLower;
  }
  bool IsLowerCase(size_t i) const {
    return IsWord(i) && (*this)[i].letter_case == Atom::Case::kLower;
  }
  bool IsUpperCase(size_t i) const {
    return IsWord(i) && (*this)[i].letter_case == Atom::Case::kUpper;
  }
  bool IsHyphen(size_t i) const { return IsMark(i, U'-'); }
  bool IsDash(size_t i) const { return IsMark(i, U'-') || IsMark(i, U'–') || IsMark(i, U'—'); }
  // A letter or digit touches atom `i` from the left (a hyphen between does not count).
  bool IsGlued(size_t i) const { return IsWord(i - 1) || IsDigits(i - 1); }

  size_t SkipSpace(size_t i) const { return IsSpace(i) ? i + 1 : i; }
  // The word before atom `i` with only space between, in lower case; empty if there is none.
  // `count` 2 is the word before that.
  std::string WordBefore(size_t i, int count = 1) const;
  // The index of that word, or npos.
  size_t WordIndexBefore(size_t i, int count = 1) const;
  // One of `words` stands in the same sentence within the `reach` atoms before `i`.
  bool HasCueBefore(size_t i, size_t reach, const std::vector<std::string_view>& words) const;
  static constexpr size_t npos = static_cast<size_t>(-1);

 private:
  std::string_view text_;
  const std::vector<Atom>& atoms_;
  const NormaliseOptions& options_;
  size_t size_;
  Atom end_;
};

// How a rule reads the atoms [i, next).
struct Reading {
  Kind kind = Kind::kWord;
  std::string spoken;
  size_t next = 0;
};
using MaybeReading = std::optional<Reading>;

// Appends a word or words with the space that they need.
void AddWords(std::string& words, std::string_view more);

}  // namespace litetts::text
