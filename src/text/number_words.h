#pragma once

#include <string>
#include <string_view>

#include "text/frontend.h"

// Numbers as words. All take ASCII digits; words are separated by single spaces, without hyphens,
// since the lexicon knows "twenty" and "one".
namespace litetts::text {

// "1234": one thousand two hundred thirty four; en-GB says "and" after hundreds. Leading zeros are
// ignored; more than 36 digits are read one by one.
std::string CardinalWords(std::string_view digits, Locale locale);
// "22": twenty second.
std::string OrdinalWords(std::string_view digits, Locale locale);
// The ordinal of a cardinal in words: "twenty two": twenty second.
std::string OrdinalOfWords(std::string cardinal);
// "007": zero zero seven.
std::string DigitWords(std::string_view digits);
// Three or four digits as a year: "1905" nineteen oh five, "2005" two thousand five, "1900"
// nineteen hundred. Others as a cardinal.
std::string YearWords(std::string_view digits, Locale locale);
// As names and codes are read: "12" twelve, "747" seven forty seven, "101" one oh one, "4090" forty
// ninety, five and more one by one.
std::string CodeWords(std::string_view digits, Locale locale);
// "3" "14": three point one four. An empty whole part is left out.
std::string DecimalWords(std::string_view whole, std::string_view fraction, Locale locale);
// The plural of the last word: sixties, sevens, twenty ones.
std::string PluralOfWords(std::string words);
// "1" "4" one quarter, "3" "8" three eighths, "10" "3" ten over three.
std::string FractionWords(std::string_view numerator, std::string_view denominator, Locale locale);

}  // namespace litetts::text
