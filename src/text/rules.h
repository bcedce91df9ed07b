#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "text/atoms.h"

// The families of the normaliser. Each Read function looks at the atoms from `i` on and either
// takes some of them or declines; it may look a bounded way back and ahead for context, never
// beyond the sentence.
namespace litetts::text {

// ---- numbers (normalise_number.cc) ----

// "1,234.50" as digits.
struct Number {
  std::string whole;     // without commas; empty in ".5"
  std::string fraction;  // after the point
  bool has_commas = false;
  size_t next = 0;
  bool IsOne() const { return whole == "1" && fraction.empty(); }
};
std::optional<Number> ParseNumber(const AtomView& v, size_t i);
std::string NumberWords(const Number& number, Locale locale);
// A whole number of four digits that is a year unless the context says otherwise.
bool IsYearLike(const AtomView& v, size_t i, const Number& number);
// What follows makes a thing of the quantity before: "a 5 km run", so "five kilometer".
bool IsAttributive(const AtomView& v, size_t i, size_t next);
bool IsFunctionWord(std::string_view lower);
// The word before the number at `i` is "in", "since", "spring", ...
bool HasYearCue(const AtomView& v, size_t i);
// The word before the number at `i` is one of those that it names: "Room", "Route".
bool NamesThing(const AtomView& v, size_t i);
// The lower-case word behind `next` looks like a plural noun that is counted.
bool CountsThings(const AtomView& v, size_t next);

MaybeReading ReadNumber(const AtomView& v, size_t i);           // anything that begins with digits
MaybeReading ReadMixed(const AtomView& v, size_t i);            // 3½, 3 1/2 and its unit
MaybeReading ReadSignedNumber(const AtomView& v, size_t i);     // -5, +5, ±5, ~5, .5, <5
MaybeReading ReadDecadeOrElision(const AtomView& v, size_t i);  // '90s, '98
MaybeReading ReadOrdinal(const AtomView& v, size_t i);
MaybeReading ReadDecade(const AtomView& v, size_t i);
// "5K", "2.5M", "10bn" directly behind a number that is no money.
MaybeReading ReadScaleSuffix(const AtomView& v, size_t i, const Number& number);

// ---- numbers in a row (normalise_series.cc) ----

MaybeReading ReadSlashed(const AtomView& v, size_t i);       // 1/2, 24/7, 8/10
bool FollowsResult(const AtomView& v, size_t i);             // won 5/17, made 7/13 free throws
MaybeReading ReadFractionSign(const AtomView& v, size_t i);  // ½
MaybeReading ReadRange(const AtomView& v, size_t i);
MaybeReading ReadHyphenatedDigits(const AtomView& v, size_t i);
MaybeReading ReadScientific(const AtomView& v, size_t i);

// ---- numbers that name something (normalise_name.cc) ----

MaybeReading ReadNumberName(const AtomView& v, size_t i);     // 123 Main St., Windows 365
MaybeReading ReadVerse(const AtomView& v, size_t i);          // Psalm 23:4
MaybeReading ReadSeason(const AtomView& v, size_t i);         // 2022/23
MaybeReading ReadGroupedDigits(const AtomView& v, size_t i);  // 4111 1111 1111 1111
MaybeReading ReadCompass(const AtomView& v, size_t i);        // Pennsylvania Ave NW

// ---- codes (normalise_code.cc) ----

MaybeReading ReadCode(const AtomView& v, size_t i);  // 401(k), 0x1F, fe80::1, Ca(OH)2, Na+, O-
// "CaCO", "H", "NaCl": only symbols of chemical elements (normalise_letters.cc).
bool IsElements(std::string_view text);
// "0x1F", "fe80", "CaCO": digits one by one, letters by their names ("CO" of a formula is no
// company).
std::string CharacterWords(std::string_view code);

// ---- others ----

MaybeReading ReadMoney(const AtomView& v, size_t i);             // begins with a sign or code
MaybeReading ReadMoneyAfterNumber(const AtomView& v, size_t i);  // 5¢, 5 USD, 20€
MaybeReading ReadNumericDate(const AtomView& v, size_t i);
MaybeReading ReadMonthDate(const AtomView& v, size_t i);  // begins with a month's or day's name
MaybeReading ReadDayMonth(const AtomView& v, size_t i);
MaybeReading ReadTime(const AtomView& v, size_t i);
MaybeReading ReadTelephone(const AtomView& v, size_t i);
MaybeReading ReadMeasure(const AtomView& v, size_t i);
// "0800 hrs", "at 1430 hours": a time, not a number of hours.
bool IsMilitaryTime(const AtomView& v, size_t i, const Number& number);
MaybeReading ReadDimension(const AtomView& v, size_t i);

struct Unit {
  std::string one;
  std::string many;
  size_t next = 0;
};
// The unit at `i`, directly behind the number or behind its space.
std::optional<Unit> ParseUnit(const AtomView& v, size_t i, size_t number_begin);

MaybeReading ReadDottedNumber(const AtomView& v, size_t i);  // versions, IP addresses
MaybeReading ReadElectronic(const AtomView& v, size_t i, size_t span_end);
MaybeReading ReadHandleOrHashtag(const AtomView& v, size_t i);
// Words, digits and signs one after the other, as in addresses: "john dot doe at example dot com".
std::string SpellAddress(const AtomView& v, size_t begin, size_t end);
std::string_view SignName(char32_t sign);

MaybeReading ReadRoman(const AtomView& v, size_t i);
MaybeReading ReadAbbreviation(const AtomView& v, size_t i);
MaybeReading ReadDottedLetters(const AtomView& v, size_t i);     // U.S., Ph.D., e.g.
MaybeReading ReadLettersAndDigits(const AtomView& v, size_t i);  // B12, H2O, COVID-19, 3D, 4x4
MaybeReading ReadSpecialWord(const AtomView& v, size_t i);       // AT&T, C++, Ctrl+C, w/o, Nf3
MaybeReading ReadMathematics(const AtomView& v, size_t i);       // signs between numbers or letters
MaybeReading ReadSymbol(const AtomView& v, size_t i);            // whatever is left
bool StartsSentence(const AtomView& v, size_t i);  // the full stop before atom `i` ends a sentence
// The month's number for "Jan", "January", "Sept"; 0 for others.
int MonthNumber(std::string_view word);
std::string_view MonthName(int month);

}  // namespace litetts::text
