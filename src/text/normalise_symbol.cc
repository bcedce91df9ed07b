#include <array>

#include "text/code_point.h"
#include "text/number_words.h"
#include "text/rules.h"

namespace litetts::text {
namespace {

struct Sign {
  char32_t sign;
  std::string_view words;
};

// Signs with one name wherever they stand.
constexpr std::array<Sign, 47> kNames = {{
    {U'%', "percent"},
    {U'&', "and"},
    {U'@', "at"},
    {U'§', "section"},
    {U'¶', "paragraph"},
    {U'©', "copyright"},
    {U'°', "degrees"},
    {U'×', "times"},
    {U'÷', "divided by"},
    {U'−', "minus"},
    {U'±', "plus or minus"},
    {U'=', "equals"},
    {U'+', "plus"},
    {U'≠', "does not equal"},
    {U'≤', "is less than or equal to"},
    {U'≥', "is greater than or equal to"},
    {U'≈', "is approximately"},
    {U'∞', "infinity"},
    {U'√', "the square root of"},
    {U'∑', "the sum of"},
    {U'∫', "the integral of"},
    {U'∈', "in"},
    {U'→', "to"},
    {U'⇒', "implies"},
    {U'↔', "to"},
    {U'∆', "delta"},
    {U'∂', "partial"},
    {U'£', "pounds"},
    {U'€', "euros"},
    {U'¥', "yen"},
    {U'¢', "cents"},
    {U'₹', "rupees"},
    {U'‰', "per mille"},
    {U'∴', "therefore"},
    {U'∝', "is proportional to"},
    {U'⌘', "command"},
    {U'⌥', "option"},
    {U'⇧', "shift"},
    {U'⌃', "control"},
    {U'∪', "union"},
    {U'∩', "intersection"},
    {U'≡', "is identical to"},
    {U'∅', "the empty set"},
    {U'✓', "check"},
    {U'Ω', "ohms"},
    {U'♭', "flat"},
    {U'♯', "sharp"},
}};

int SuperscriptDigit(char32_t c) {
  switch (c) {
    case U'⁰':
      return 0;
    case U'¹':
      return 1;
    case U'²':
      return 2;
    case U'³':
      return 3;
    default:
      return c >= U'⁴' && c <= U'⁹' ? static_cast<int>(c - U'⁴') + 4 : -1;
  }
}

std::string PowerWords(std::string_view digits, bool is_negative, Locale locale) {
  if (!is_negative && digits == "2") return "squared";
  if (!is_negative && digits == "3") return "cubed";
  std::string words = "to the power of";
  if (is_negative) words += " negative";
  AddWords(words, CardinalWords(digits, locale));
  return words;
}

// A number, a lone letter or a closing bracket can be multiplied.
bool IsOperand(const AtomView& v, size_t i) {
  if (v.IsDigits(i) || v.IsMark(i, U')') || v.IsMark(i, U'²') || v.IsMark(i, U'³')) return true;
  return v.IsWord(i) && v.Text(i).size() <= 2 && v.Text(i) != "a" && v.Text(i) != "I";
}

bool OpensOperand(const AtomView& v, size_t i) {
  return IsOperand(v, i) || v.IsMark(i, U'(') || v.IsMark(i, U'√') ||
         ((v.IsHyphen(i) || v.IsMark(i, U'.')) && v.IsDigits(i + 1));
}

MaybeReading ReadCaret(const AtomView& v, size_t i, bool has_base) {
  const bool is_negative = v.IsHyphen(i + 1) || v.IsMark(i + 1, U'−');
  const size_t at = is_negative ? i + 2 : i + 1;
  if (!has_base) return std::nullopt;
  if (v.IsDigits(at)) {
    return Reading{Kind::kFormula, PowerWords(v.Text(at), is_negative, v.locale()), at + 1};
  }
  if (!v.IsWord(at) || v.Text(at).size() != 1) return std::nullopt;
  const std::string words = is_negative ? "to the power of minus " : "to the power of ";
  return Reading{Kind::kFormula, words + Upper(v.Text(at)), at + 1};
}

MaybeReading ReadPower(const AtomView& v, size_t i) {
  const bool has_base =
      v.IsDigits(i - 1) || v.IsMark(i - 1, U')') ||
      (v.IsWord(i - 1) &&  // "r", "xy", "πr"
       v.Text(i - 1).size() <= (static_cast<unsigned char>(v.Text(i - 1)[0]) < 0x80 ? 2u : 3u));
  if (v.IsMark(i, U'^')) return ReadCaret(v, i, has_base);
  constexpr size_t kMostDigits = 20;
  std::string digits;
  const bool is_negative = v.IsMark(i, U'⁻');
  size_t at = is_negative ? i + 1 : i;
  for (; v[at].type == Atom::Type::kMark && at < i + kMostDigits; ++at) {
    const int digit = SuperscriptDigit(v[at].mark);
    if (digit < 0) break;
    digits += static_cast<char>('0' + digit);
  }
  if (digits.empty()) return std::nullopt;
  // Behind a word it is the sign of a footnote.
  return Reading{Kind::kFormula,
                 has_base ? PowerWords(digits, is_negative, v.locale()) : std::string(), at};
}

std::string_view OperatorName(char32_t c) {
  switch (c) {
    case U'*':
    case U'·':
    case U'×':
      return "times";
    case U'/':
    case U'÷':
      return "divided by";
    case U'<':
      return "is less than";
    case U'>':
      return "is greater than";
    case U'-':
    case U'−':
    case U'–':
      return "minus";
    default:
      return {};
  }
}

bool IsPrice(const AtomView& v, size_t i) {
  return (v.IsMark(i, U'$') || v.IsMark(i, U'£') || v.IsMark(i, U'€')) && v.IsDigits(i + 1);
}

// "10 - 5 = 5" and "x - 1", but "5 - 10 people" is a range and "A - B" are two things.
bool IsSubtraction(const AtomView& v, size_t i, size_t left, size_t right) {
  const bool is_word = v.IsLowerCase(right) && v.Text(right).size() > 1;  // "Pay $50 - no more"
  if (v.IsDigits(left) != v.IsDigits(right) && !IsPrice(v, right) && !is_word) return true;
  for (size_t k = 1; k <= 8; ++k) {
    for (const size_t at : {i + k, i - k}) {
      if (v.IsMark(at, U'=') || v.IsMark(at, U'+')) return true;
    }
  }
  return false;
}

bool IsPunctuation(char32_t c) {
  switch (c) {
    case U'.':
    case U',':
    case U';':
    case U':':
    case U'!':
    case U'?':
    case U'…':
    case U'"':
    case U'\'':
    case U'“':
    case U'”':
    case U'(':
    case U')':
    case U'-':
    case U'–':
    case U'—':
      return true;
    default:
      return false;
  }
}

// <=, >=, !=, ==
MaybeReading ReadComparison(const AtomView& v, size_t i) {
  const char32_t sign = v[i].mark;
  if (!v.IsMark(i + 1, U'=')) return std::nullopt;
  if (sign == U'<') return Reading{Kind::kFormula, "is less than or equal to", i + 2};
  if (sign == U'>') return Reading{Kind::kFormula, "is greater than or equal to", i + 2};
  if (sign == U'!') return Reading{Kind::kFormula, "does not equal", i + 2};
  if (sign != U'=') return std::nullopt;
  size_t next = i + 1;
  while (v.IsMark(next, U'=')) ++next;
  // A row of them is a line that was drawn.
  return Reading{Kind::kFormula, next > i + 3 ? "" : "equals", next};
}

std::string_view KeypadName(char32_t sign, Locale locale) {
  if (sign == U'*') return "star";
  return locale == Locale::kEnGb ? "hash" : "pound";
}

Reading ReadServiceCode(const AtomView& v, size_t i) {
  std::string words(KeypadName(v[i].mark, v.locale()));
  AddWords(words, DigitWords(v.Text(i + 1)));
  size_t next = i + 2;
  if (v.IsMark(next, U'#') || v.IsMark(next, U'*'))
    AddWords(words, KeypadName(v[next++].mark, v.locale()));
  return Reading{Kind::kPhone, words, next};
}

}  // namespace

MaybeReading ReadMathematics(const AtomView& v, size_t i) {
  if (MaybeReading power = ReadPower(v, i)) return power;
  if (MaybeReading comparison = ReadComparison(v, i)) return comparison;
  const char32_t sign = v[i].mark;
  const std::string_view name = OperatorName(sign);
  if (name.empty()) return std::nullopt;
  const bool is_spaced = v.IsSpace(i - 1) && v.IsSpace(i + 1);
  const size_t left = is_spaced ? i - 2 : i - 1;
  const size_t right = is_spaced ? i + 2 : i + 1;
  const Reading reading{Kind::kFormula, std::string(name), i + 1};
  if ((sign == U'<' || sign == U'>') && is_spaced) return reading;
  const bool is_price = (sign == U'-' || sign == U'–') && IsPrice(v, right);
  if (!IsOperand(v, left) || !(OpensOperand(v, right) || is_price)) return std::nullopt;
  if (sign == U'-' || sign == U'–') {
    if (!is_spaced || !IsSubtraction(v, i, left, right)) return std::nullopt;
  }
  if (sign == U'/' && !(is_spaced && v.IsDigits(left) && v.IsDigits(right))) return std::nullopt;
  if (sign == U'·' && !v.IsDigits(left)) return std::nullopt;
  return reading;
}

MaybeReading ReadSymbol(const AtomView& v, size_t i) {
  constexpr size_t kLongestRun = 64;
  const char32_t sign = v[i].mark;
  if (IsPunctuation(sign)) {
    size_t next = i + 1;
    while (v.IsMark(next, sign) && next < i + kLongestRun) ++next;
    return Reading{Kind::kPunctuation, std::string(v.Text(i, next)), next};
  }
  if (sign == U'[' || sign == U'{') return Reading{Kind::kPunctuation, "(", i + 1};
  if (sign == U']' || sign == U'}') return Reading{Kind::kPunctuation, ")", i + 1};
  if ((sign == U'#' || sign == U'*') && v.IsBreak(i - 1) && !v.IsGlued(i + 2) &&
      v.HasCueBefore(i, 24, {"press", "hit", "dial", "key", "keypad"})) {
    return Reading{Kind::kSymbol, std::string(KeypadName(sign, v.locale())), i + 1};
  }
  // "Dial *67", "#31#"
  if ((sign == U'#' || sign == U'*') && v.IsDigits(i + 1) && !v.IsWord(i + 2) &&
      v.HasCueBefore(i, 12, {"dial", "press", "dialing", "dialling"})) {
    return ReadServiceCode(v, i);
  }
  if (sign == U'$' && v.IsWord(i + 1)) return Reading{Kind::kSymbol, "dollar", i + 1};
  if (sign == U'\\' && v.IsWord(i + 1)) return Reading{Kind::kSymbol, "backslash", i + 1};
  if (sign == U'°' && v.IsWord(i + 1) && !v.IsWord(i + 2)) {
    if (v.Text(i + 1) == "C") return Reading{Kind::kSymbol, "degrees Celsius", i + 2};
    if (v.Text(i + 1) == "F") return Reading{Kind::kSymbol, "degrees Fahrenheit", i + 2};
  }
  if (sign == U'/' && v.IsWord(i - 1, "x") && v.IsDigits(i - 2) && v.IsLowerCase(i + 1)) {
    return Reading{Kind::kSymbol, "per", i + 1};  // "2x/week"
  }
  if (sign == U'/' && v.IsWord(i - 1, "f") && v.IsDigits(i + 1)) {  // the stop of a lens
    const std::optional<Number> stop = ParseNumber(v, i + 1);
    return Reading{Kind::kSerial, NumberWords(*stop, v.locale()), stop->next};
  }
  if (sign == U'/' && v.IsDigits(i - 1)) {
    if (v.IsWord(i + 1)) return Reading{Kind::kSymbol, "per", i + 1};
    if (v.IsDigits(i + 1)) return Reading{Kind::kSymbol, "slash", i + 1};
  }
  for (const Sign& name : kNames) {
    if (name.sign == sign) return Reading{Kind::kSymbol, std::string(name.words), i + 1};
  }
  return Reading{Kind::kSymbol, "", i + 1};
}

}  // namespace litetts::text
