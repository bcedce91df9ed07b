#include "text/number_words.h"

#include <array>
#include <utility>

namespace litetts::text {
namespace {

constexpr size_t kMostDigits = 36;  // the names below end with decillions

constexpr std::array<std::string_view, 20> kSmall = {
    "zero",     "one",     "two",     "three",     "four",     "five",    "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array<std::string_view, 10> kTens = {
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};
constexpr std::array<std::string_view, 12> kScales = {
    "",           "thousand",   "million",   "billion",   "trillion", "quadrillion", "quintillion",
    "sextillion", "septillion", "octillion", "nonillion", "decillion"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kOrdinals = {{
    {"one", "first"},
    {"two", "second"},
    {"three", "third"},
    {"five", "fifth"},
    {"eight", "eighth"},
    {"nine", "ninth"},
    {"twelve", "twelfth"},
    {"oh", "ohth"},
}};

void Add(std::string& words, std::string_view word) {
  if (!words.empty()) words += ' ';
  words += word;
}

std::string_view WithoutLeadingZeros(std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

int Value(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

void AddBelowHundred(std::string& words, int value) {
  if (value < 20) {
    Add(words, kSmall[static_cast<size_t>(value)]);
    return;
  }
  Add(words, kTens[static_cast<size_t>(value / 10)]);
  if (value % 10 != 0) Add(words, kSmall[static_cast<size_t>(value % 10)]);
}

void AddBelowThousand(std::string& words, int value, Locale locale) {
  if (value >= 100) {
    Add(words, kSmall[static_cast<size_t>(value / 100)]);
    Add(words, "hundred");
    value %= 100;
    if (value == 0) return;
    if (locale == Locale::kEnGb) Add(words, "and");
  }
  AddBelowHundred(words, value);
}

// The last word of `words` and where it begins.
std::pair<std::string_view, size_t> LastWord(const std::string& words) {
  const size_t space = words.rfind(' ');
  const size_t begin = space == std::string::npos ? 0 : space + 1;
  return {std::string_view(words).substr(begin), begin};
}

}  // namespace

std::string CardinalWords(std::string_view digits, Locale locale) {
  if (digits.empty()) return {};
  digits = WithoutLeadingZeros(digits);
  if (digits.size() > kMostDigits) return DigitWords(digits);
  if (digits == "0") return "zero";
  std::string words;
  for (size_t groups = (digits.size() + 2) / 3; groups > 0; --groups) {
    const size_t take = digits.size() - (groups - 1) * 3;
    const int value = Value(digits.substr(0, take));
    digits.remove_prefix(take);
    if (value == 0) continue;
    if (groups == 1 && value < 100 && !words.empty() && locale == Locale::kEnGb) Add(words, "and");
    AddBelowThousand(words, value, locale);
    if (groups > 1) Add(words, kScales[groups - 1]);
  }
  return words;
}

std::string OrdinalOfWords(std::string cardinal) {
  const auto [last, begin] = LastWord(cardinal);
  for (const auto& [from, to] : kOrdinals) {
    if (last == from) return cardinal.replace(begin, std::string::npos, to);
  }
  if (last.empty()) return cardinal;
  if (last.back() == 'y') {
    cardinal.pop_back();
    return cardinal + "ieth";
  }
  return cardinal + "th";
}

std::string OrdinalWords(std::string_view digits, Locale locale) {
  return OrdinalOfWords(CardinalWords(digits, locale));
}

std::string DigitWords(std::string_view digits) {
  std::string words;
  words.reserve(digits.size() * 6);
  for (const char c : digits) Add(words, kSmall[static_cast<size_t>(c - '0')]);
  return words;
}

std::string YearWords(std::string_view digits, Locale locale) {
  if (digits.size() != 4 || digits[0] == '0') return CardinalWords(digits, locale);
  const int high = Value(digits.substr(0, 2));
  const int low = Value(digits.substr(2));
  if (high % 10 == 0 && low < 10) return CardinalWords(digits, locale);
  std::string words;
  AddBelowHundred(words, high);
  if (low == 0) {
    Add(words, "hundred");
  } else {
    if (low < 10) Add(words, "oh");
    AddBelowHundred(words, low);
  }
  return words;
}

std::string CodeWords(std::string_view digits, Locale locale) {
  if (digits.size() == 1) return DigitWords(digits);
  if (digits.empty() || digits[0] == '0' || digits.size() > 4) return DigitWords(digits);
  if (digits.size() == 2) return CardinalWords(digits, locale);
  if (digits.size() == 4) return YearWords(digits, locale);
  const int low = Value(digits.substr(1));
  if (low == 0) return CardinalWords(digits, locale);
  std::string words = DigitWords(digits.substr(0, 1));
  if (low < 10) Add(words, "oh");
  AddBelowHundred(words, low);
  return words;
}

std::string DecimalWords(std::string_view whole, std::string_view fraction, Locale locale) {
  std::string words = CardinalWords(whole, locale);
  if (fraction.empty()) return words;
  Add(words, "point");
  Add(words, DigitWords(fraction));
  return words;
}

std::string PluralOfWords(std::string words) {
  if (words.empty()) return words;
  if (words.back() == 'y') {
    words.pop_back();
    return words + "ies";
  }
  return words + (words.back() == 'x' || words.back() == 's' || words.back() == 'h' ? "es" : "s");
}

std::string FractionWords(std::string_view numerator, std::string_view denominator, Locale locale) {
  numerator = WithoutLeadingZeros(numerator);
  denominator = WithoutLeadingZeros(denominator);
  std::string words = CardinalWords(numerator, locale);
  const bool is_plain = denominator.size() <= 2 || denominator == "100" || denominator == "1000";
  if (!is_plain || denominator == "0" || denominator == "1") {
    Add(words, "over");
    Add(words, CardinalWords(denominator, locale));
    return words;
  }
  const bool is_one = numerator == "1";
  if (denominator == "2") {
    Add(words, is_one ? "half" : "halves");
  } else if (denominator == "4") {
    Add(words, is_one ? "quarter" : "quarters");
  } else {
    const std::string ordinal = OrdinalWords(denominator, locale);
    Add(words, is_one ? ordinal : ordinal + "s");
  }
  return words;
}

}  // namespace litetts::text
