#include "text/say_as.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/status.h"
#include "text/atoms.h"
#include "text/code_point.h"
#include "text/normalise.h"
#include "text/number_words.h"
#include "text/rules.h"
#include "text/unicode.h"

namespace litetts::text {
namespace {

std::string Normal(std::string_view text, Locale locale) {
  return JoinSpoken(Normalise(text, {.locale = locale, .markup = false}).segments);
}

std::string WithoutSpaces(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!IsAsciiSpace(c)) out += c;
  }
  return out;
}

bool IsDigits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return IsAsciiDigit(c); });
}

// "-1,234.50", "+7"
std::optional<SaidAs> Cardinal(std::string_view content, Locale locale) {
  std::string number = WithoutSpaces(content);
  std::erase(number, ',');
  std::string words;
  if (number.starts_with('-')) words = "minus";
  if (number.starts_with('+')) words = "plus";
  if (!words.empty()) number.erase(0, 1);
  const size_t point = std::min(number.find('.'), number.size());
  const std::string whole = number.substr(0, point);
  const std::string fraction = point < number.size() ? number.substr(point + 1) : "";
  if (!IsDigits(whole) || (point < number.size() && !IsDigits(fraction))) return std::nullopt;
  AddWords(words,
           fraction.empty() ? CardinalWords(whole, locale) : DecimalWords(whole, fraction, locale));
  return SaidAs{fraction.empty() ? Kind::kCardinal : Kind::kDecimal, words};
}

std::optional<SaidAs> Ordinal(std::string_view content, Locale locale) {
  std::string number = AsciiLower(WithoutSpaces(content));
  std::erase(number, ',');
  for (const std::string_view suffix : {"st", "nd", "rd", "th"}) {
    if (number.ends_with(suffix)) number.resize(number.size() - suffix.size());
  }
  if (!IsDigits(number)) return std::nullopt;
  return SaidAs{Kind::kOrdinal, OrdinalWords(number, locale)};
}

// Letters, digits and signs one by one; a comma between what spaces part.
std::string Characters(std::string_view content) {
  std::string words;
  bool has_space = false;
  for (size_t pos = 0; pos < content.size();) {
    const CodePoint c = DecodeUtf8(content, pos);
    const std::string_view character = content.substr(pos, c.size);
    pos += c.size;
    if (!c.is_valid) continue;
    if (IsSpace(c.value)) {
      has_space = !words.empty();
      continue;
    }
    std::string word;
    if (IsLetter(c.value)) {
      word = Upper(character);
    } else if (const int digit = DecimalDigit(c.value); digit >= 0) {
      const char ascii = static_cast<char>('0' + digit);
      word = DigitWords(std::string_view(&ascii, 1));
    } else {
      word = SignName(c.value);
    }
    if (word.empty()) continue;
    if (std::exchange(has_space, false)) words += ',';
    AddWords(words, word);
  }
  return words;
}

// Digits one by one, a comma where the writing has a gap.
std::string Digits(std::string_view content, bool is_telephone) {
  std::string words;
  bool has_gap = false;
  for (size_t i = 0; i < content.size(); ++i) {
    std::string word;
    const char c = content[i];
    if (IsAsciiDigit(c)) {
      word = DigitWords(content.substr(i, 1));
    } else if (c == '+') {
      word = "plus";
    } else if (c == '*') {
      word = "star";
    } else if (c == '#') {
      word = is_telephone ? "pound" : "hash";
    } else if (c == '.' && !is_telephone) {
      word = "point";
    } else if (IsAsciiLetter(c)) {
      size_t end = i;
      while (end < content.size() && IsAsciiLetter(content[end])) ++end;
      const std::string letters = AsciiLower(content.substr(i, end - i));
      const bool is_extension = letters == "x" || letters == "ext" || letters == "extension";
      word = is_telephone && is_extension ? "extension" : Characters(content.substr(i, end - i));
      i = end - 1;
    } else {
      has_gap = !words.empty();
      continue;
    }
    const bool is_after_sign = words.ends_with("plus") || words.ends_with("point");
    if (std::exchange(has_gap, false) && !is_after_sign) words += ',';
    AddWords(words, word);
  }
  return words;
}

// "1/2", "3 1/2", "3+1/2"
std::optional<SaidAs> Fraction(std::string_view content, Locale locale) {
  std::string text(content);
  for (char& c : text) {
    if (c == '+') c = ' ';
  }
  const size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const std::string bottom = WithoutSpaces(text.substr(slash + 1));
  std::string top = text.substr(0, slash);
  while (!top.empty() && top.back() == ' ') top.pop_back();
  const size_t space = top.rfind(' ');
  std::string whole;
  if (space != std::string::npos) {
    whole = WithoutSpaces(top.substr(0, space));
    top.erase(0, space + 1);
  }
  if (!IsDigits(top) || !IsDigits(bottom) || (!whole.empty() && !IsDigits(whole))) {
    return std::nullopt;
  }
  std::string words;
  if (!whole.empty()) words = CardinalWords(whole, locale) + " and";
  AddWords(words, FractionWords(top, bottom, locale));
  return SaidAs{Kind::kFraction, words};
}

// The groups of digits of a date; empty for anything else.
std::vector<std::string> DateGroups(std::string_view content, std::string_view format) {
  std::vector<std::string> groups;
  bool is_inside = false;
  for (const char c : content) {
    if (IsAsciiDigit(c)) {
      if (!std::exchange(is_inside, true)) groups.emplace_back();
      groups.back() += c;
    } else if (c == '/' || c == '-' || c == '.' || IsAsciiSpace(c)) {
      is_inside = false;
    } else {
      return {};
    }
  }
  if (groups.size() != 1 || format.size() < 2) return groups;
  // "20240315": the year has what two digits for each of the others leave.
  std::string digits = groups[0];
  groups.clear();
  const size_t num_others = 2 * (format.size() - 1);
  if (digits.size() < num_others + 2) return {};
  const size_t year_size = digits.size() - num_others;
  for (size_t i = 0, at = 0; i < format.size(); ++i) {
    const size_t size = format[i] == 'y' ? year_size : 2;
    groups.push_back(digits.substr(std::min(at, digits.size()), size));
    at += size;
  }
  return groups;
}

std::string FullYear(const std::string& year) {
  if (year.size() != 2) return year;
  // As POSIX has it.
  return (year < "69" ? "20" : "19") + year;
}

std::optional<SaidAs> Date(const SayAs& how, std::string_view content, Locale locale) {
  std::string format(how.format);
  std::erase(format, ',');
  const bool is_format =
      !format.empty() && format.size() <= 3 && format.find_first_not_of("ymd") == std::string::npos;
  const bool is_first_year = std::ranges::find_if_not(content, IsAsciiDigit) - content.begin() >= 4;
  if (!is_format) {
    format = is_first_year ? "ymd" : locale == Locale::kEnGb ? "dmy" : "mdy";
  }
  std::vector<std::string> groups = DateGroups(content, format);
  if (groups.empty()) {
    const std::string words = Normal(content, locale);
    if (words.empty()) return std::nullopt;
    return SaidAs{Kind::kDate, words};
  }
  if (!is_format && groups.size() < format.size()) std::erase(format, 'y');
  if (groups.size() != format.size()) return std::nullopt;
  std::string day, month, year;
  for (size_t i = 0; i < format.size(); ++i) {
    (format[i] == 'd' ? day : format[i] == 'm' ? month : year) = groups[i];
  }
  const auto in_range = [](const std::string& digits, int most) {
    const int value = digits.empty() ? 1 : digits.size() > 2 ? 0 : std::stoi(digits);
    return value >= 1 && value <= most;
  };
  if (!in_range(day, 31) || !in_range(month, 12) || year.size() > 4) return std::nullopt;
  std::string words;
  if (!month.empty()) words = MonthName(std::stoi(month));
  if (!day.empty()) {
    const std::string ordinal = OrdinalWords(day, locale);
    if (words.empty()) {
      words = ordinal;
    } else {
      words = locale == Locale::kEnGb ? Concat("the ", ordinal, " of ", words)
                                      : Concat(words, ' ', ordinal);
    }
  }
  if (!year.empty()) {
    if (!day.empty() && !month.empty()) words += ',';
    AddWords(words, YearWords(FullYear(year), locale));
  }
  return SaidAs{Kind::kDate, words};
}

// "2:30pm", "14.30", "1430", and the length "1'21\"".
std::optional<SaidAs> Time(std::string_view content, Locale locale) {
  std::string text = WithoutSpaces(content);
  const size_t minutes = text.find('\'');
  if (minutes != std::string::npos && text.ends_with('"')) {
    const std::string seconds = text.substr(minutes + 1, text.size() - minutes - 2);
    text.resize(minutes);
    if (!IsDigits(text) || !IsDigits(seconds)) return std::nullopt;
    const auto count = [&](const std::string& number, std::string_view unit) {
      const std::string words = CardinalWords(number, locale);
      return Concat(words, ' ', unit, words == "one" ? "" : "s");
    };
    return SaidAs{Kind::kTime, Concat(count(text, "minute"), " and ", count(seconds, "second"))};
  }
  std::ranges::replace(text, '.', ':');
  if (IsDigits(text) && (text.size() == 3 || text.size() == 4)) {
    text.insert(text.size() - 2, 1, ':');
  }
  if (text.empty() || !IsAsciiDigit(text[0])) return std::nullopt;
  // "p:m:" of "p.m.".
  const size_t letters = text.find_first_not_of("0123456789:");
  if (letters != std::string::npos) {
    std::string half = AsciiLower(text.substr(letters));
    std::erase(half, ':');
    text.resize(letters);
    if (half != "am" && half != "pm") return std::nullopt;
    text += half == "am" ? " AM" : " PM";
  }
  const std::string words = Normal(text, locale);
  if (words.empty()) return std::nullopt;
  return SaidAs{Kind::kTime, words};
}

// "$42.50", "42.50 USD", "42.50" with the code as format.
std::optional<SaidAs> Currency(const SayAs& how, std::string_view content, Locale locale) {
  std::string text(content);
  const bool is_number = text.find_first_not_of("0123456789., ") == std::string::npos;
  const bool has_code = how.format.size() == 3 && std::ranges::all_of(how.format, IsAsciiLetter);
  if (is_number && has_code) text = Concat(Upper(how.format), ' ', text);
  const std::string words = Normal(text, locale);
  if (words.empty()) return std::nullopt;
  return SaidAs{Kind::kMoney, words};
}

enum class Way {
  kCardinal,
  kOrdinal,
  kCharacters,
  kDigits,
  kDate,
  kTime,
  kTelephone,
  kCurrency,
  kFraction,
  kUnit,
  kAddress
};

constexpr std::pair<std::string_view, Way> kReadings[] = {
    {"cardinal", Way::kCardinal},
    {"number", Way::kCardinal},
    {"ordinal", Way::kOrdinal},
    {"characters", Way::kCharacters},
    {"spell-out", Way::kCharacters},
    {"spell", Way::kCharacters},
    {"verbatim", Way::kCharacters},
    {"letters", Way::kCharacters},
    {"digits", Way::kDigits},
    {"date", Way::kDate},
    {"time", Way::kTime},
    {"telephone", Way::kTelephone},
    {"currency", Way::kCurrency},
    {"fraction", Way::kFraction},
    {"unit", Way::kUnit},
    {"measure", Way::kUnit},
    {"address", Way::kAddress},
};

const std::pair<std::string_view, Way>* Find(std::string_view name) {
  const auto* const found =
      std::ranges::find(kReadings, name, &std::pair<std::string_view, Way>::first);
  return found == std::end(kReadings) ? nullptr : found;
}

std::optional<SaidAs> IfAny(Kind kind, std::string words) {
  if (words.empty()) return std::nullopt;
  return SaidAs{kind, std::move(words)};
}

}  // namespace

bool IsSayAs(std::string_view interpret_as) { return Find(interpret_as) != nullptr; }

std::optional<SaidAs> SayAsWords(const SayAs& how, std::string_view content, Locale locale) {
  const auto* const reading = Find(how.interpret_as);
  if (reading == nullptr) return std::nullopt;
  switch (reading->second) {
    case Way::kCardinal:
      return Cardinal(content, locale);
    case Way::kOrdinal:
      return Ordinal(content, locale);
    case Way::kCharacters:
      return IfAny(Kind::kLetters, Characters(content));
    case Way::kDigits:
      return IfAny(Kind::kSerial, Digits(content, false));
    case Way::kDate:
      return Date(how, content, locale);
    case Way::kTime:
      return Time(content, locale);
    case Way::kTelephone:
      return IfAny(Kind::kPhone, Digits(content, true));
    case Way::kCurrency:
      return Currency(how, content, locale);
    case Way::kFraction:
      return Fraction(content, locale);
    case Way::kUnit:
      return IfAny(Kind::kMeasure, Normal(content, locale));
    case Way::kAddress:
      return IfAny(Kind::kAddress, Normal(content, locale));
  }
  return std::nullopt;
}

}  // namespace litetts::text
