#include <algorithm>
#include <array>

#include "text/code_point.h"
#include "text/number_words.h"
#include "text/rules.h"

// Codes of letters, digits and signs: 401(k), 0x1F, fe80::1, 802.11ac, Al2(SO4)3, Na+, blood types.
namespace litetts::text {

std::string CharacterWords(std::string_view code) {
  std::string words;
  for (const char c : code) {
    AddWords(words, IsAsciiDigit(c) ? DigitWords(std::string(1, c)) : Upper(std::string(1, c)));
  }
  return words;
}

namespace {

constexpr size_t kMostAtoms = 64;  // of one code

bool IsHexadecimal(std::string_view text) {
  return text.find_first_not_of("0123456789ABCDEFabcdef") == std::string_view::npos;
}

// The end of the letters and digits at `i`.
size_t EndOfAlnum(const AtomView& v, size_t i) {
  size_t end = i;
  while ((v.IsWord(end) || v.IsDigits(end)) && end < i + kMostAtoms) ++end;
  return end;
}

// 0x80070005, 0xFF
MaybeReading ReadHexadecimal(const AtomView& v, size_t i) {
  if (!v.IsDigits(i, 1) || v.Text(i) != "0" || !v.IsWord(i + 1)) return std::nullopt;
  const size_t end = EndOfAlnum(v, i);
  const std::string_view code = v.Text(i, end);
  if (code.size() < 3 || code[1] != 'x' || !IsHexadecimal(code.substr(2))) return std::nullopt;
  return Reading{Kind::kSerial, "zero X " + CharacterWords(code.substr(2)), end};
}

// 2001:db8::1, fe80::1
MaybeReading ReadIpv6(const AtomView& v, size_t i) {
  size_t end = i;
  size_t colons = 0;
  bool has_gap = false;
  bool has_digits = false;
  std::string words;
  while (end < i + kMostAtoms) {
    const size_t next = EndOfAlnum(v, end);
    const std::string_view group = v.Text(end, next);
    if (group.size() > 4 || !IsHexadecimal(group)) return std::nullopt;
    has_digits = has_digits || group.find_first_of("0123456789") != std::string_view::npos;
    AddWords(words, CharacterWords(group));
    end = next;
    if (!v.IsMark(end, U':') || v.IsBreak(end + 1)) break;
    const bool is_gap = v.IsMark(end + 1, U':');
    has_gap = has_gap || is_gap;
    AddWords(words, is_gap ? "colon colon" : "colon");
    ++colons;
    end += is_gap ? 2 : 1;
  }
  if (!has_digits || !(has_gap || colons == 7) || v.IsGlued(end + 1)) return std::nullopt;
  return Reading{Kind::kAddress, words, end};
}

// The wireless and wired networks of IEEE: 802.11ac, 802.3.
MaybeReading ReadNetworkStandard(const AtomView& v, size_t i) {
  if (!v.IsDigits(i) || v.Text(i) != "802" || !v.IsMark(i + 1, U'.') || !v.IsDigits(i + 2)) {
    return std::nullopt;
  }
  if (v.Text(i + 2).size() > 2 || v.IsMark(i + 3, U'.')) return std::nullopt;
  std::string words = "eight oh two dot " + CardinalWords(v.Text(i + 2), v.locale());
  const bool has_letters = v.IsLowerCase(i + 3) && v.Text(i + 3).size() <= 2;
  if (has_letters) AddWords(words, CharacterWords(v.Text(i + 3)));
  return Reading{Kind::kSerial, words, i + (has_letters ? 4u : 3u)};
}

// 401(k), 501(c)(3), section 4(b): one letter or number in each bracket. "2(x)" is a product.
MaybeReading ReadSubsection(const AtomView& v, size_t i) {
  const auto bracket = [&](size_t at) {
    return v.IsMark(at, U'(') && v.IsMark(at + 2, U')') &&
           ((v.IsLowerCase(at + 1) && v.Text(at + 1).size() == 1 && v.Text(at + 1) <= "m") ||
            v.IsDigits(at + 1, 1));
  };
  if (!v.IsDigits(i) || v.Text(i).size() > 4 || v.IsGlued(i)) return std::nullopt;
  if (!bracket(i + 1) || v.IsDigits(i + 2)) return std::nullopt;
  std::string words = v.Text(i).size() == 3 ? CodeWords(v.Text(i), v.locale())
                                            : CardinalWords(v.Text(i), v.locale());
  size_t at = i + 1;
  for (; bracket(at) && at < i + kMostAtoms; at += 3)
    AddWords(words, CharacterWords(v.Text(at + 1)));
  if (v.IsGlued(at + 1) && (v.IsWord(at) || v.IsDigits(at))) return std::nullopt;
  return Reading{Kind::kSerial, words, at};
}

// Ca(OH)2, Al2(SO4)3
MaybeReading ReadGroupedFormula(const AtomView& v, size_t i) {
  std::string words;
  size_t at = i;
  bool is_open = false;
  bool has_group = false;
  for (; at < i + kMostAtoms; ++at) {
    if (v.IsWord(at)) {
      if (!IsElements(v.Text(at))) return std::nullopt;
      AddWords(words, CharacterWords(v.Text(at)));
    } else if (v.IsDigits(at)) {
      AddWords(words, CardinalWords(v.Text(at), v.locale()));
    } else if (v.IsMark(at, U'(') && !is_open && v.IsWord(at + 1)) {
      is_open = true;
    } else if (v.IsMark(at, U')') && is_open && v.IsDigits(at + 1)) {
      is_open = false;
      has_group = true;
    } else {
      break;
    }
  }
  if (is_open || !has_group) return std::nullopt;
  return Reading{Kind::kFormula, words, at};
}

bool EndsCode(const AtomView& v, size_t i) {
  return v.IsBreak(i) || v.IsMark(i, U',') || v.IsMark(i, U'.') || v.IsMark(i, U';') ||
         v.IsMark(i, U')') || v.IsMark(i, U'?') || v.IsMark(i, U'!');
}

std::string_view ChargeName(const AtomView& v, size_t i, bool is_blood) {
  if (v.IsMark(i, U'+')) return is_blood ? "positive" : "plus";
  if (v.IsMark(i, U'-') || v.IsMark(i, U'−')) return is_blood ? "negative" : "minus";
  return {};
}

// Na+, Ca2+, Cl-
MaybeReading ReadIon(const AtomView& v, size_t i) {
  static constexpr std::array<std::string_view, 15> kIons = {
      "Na", "Cl", "Br", "Li", "Mg", "Ca", "Cu", "Zn", "Ag", "Fe", "Hg", "Pb", "Rb", "Cs", "Al"};
  if (std::ranges::find(kIons, v.Text(i)) == kIons.end()) return std::nullopt;
  const size_t sign = v.IsDigits(i + 1, 1) ? i + 2 : i + 1;
  const std::string_view charge = ChargeName(v, sign, false);
  if (charge.empty() || !EndsCode(v, sign + 1)) return std::nullopt;
  std::string words = CharacterWords(v.Text(i));
  if (sign > i + 1) AddWords(words, DigitWords(v.Text(i + 1)));
  AddWords(words, charge);
  return Reading{Kind::kFormula, words, sign + 1};
}

// "Type O-", "AB+ blood"
MaybeReading ReadBloodType(const AtomView& v, size_t i) {
  static constexpr std::array<std::string_view, 4> kTypes = {"A", "B", "AB", "O"};
  const std::string_view charge = ChargeName(v, i + 1, true);
  if (charge.empty() || !EndsCode(v, i + 2)) return std::nullopt;
  if (std::ranges::find(kTypes, v.Text(i)) == kTypes.end()) return std::nullopt;
  const std::string before = v.WordBefore(i);
  const std::string behind = v.IsSpace(i + 2) ? v.Lower(i + 3) : std::string();
  const bool is_blood =
      behind == "blood" || behind == "donor" || behind == "donors" || before == "blood" ||
      ((before == "type" || before == "is") && v.HasCueBefore(i, 12, {"blood"})) ||
      (before == "type" && v.Text(i) != "A" && v.Text(i) != "B");
  if (!is_blood) return std::nullopt;
  std::string words = CharacterWords(v.Text(i));
  AddWords(words, charge);
  return Reading{Kind::kLetters, words, i + 2};
}

}  // namespace

MaybeReading ReadCode(const AtomView& v, size_t i) {
  if (v.IsGlued(i)) return std::nullopt;
  if (v.IsDigits(i)) {
    if (MaybeReading code = ReadHexadecimal(v, i)) return code;
    if (MaybeReading code = ReadNetworkStandard(v, i)) return code;
    if (MaybeReading code = ReadSubsection(v, i)) return code;
  } else {
    if (MaybeReading code = ReadGroupedFormula(v, i)) return code;
    if (MaybeReading code = ReadIon(v, i)) return code;
    if (MaybeReading code = ReadBloodType(v, i)) return code;
  }
  return ReadIpv6(v, i);
}

}  // namespace litetts::text
