#include <algorithm>
#include <array>

#include "text/code_point.h"
#include "text/number_words.h"
#include "text/rules.h"

// Numbers that name something: houses, verses, products, seasons; and the compass behind a street.
namespace litetts::text {
namespace {

using Names = std::vector<std::string_view>;

bool Contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const Names& Streets() {
  static const Names kNames = {"st",   "street",    "ave",  "avenue",  "rd",  "road",
                               "blvd", "boulevard", "dr",   "drive",   "ln",  "lane",
                               "ct",   "court",     "pl",   "place",   "sq",  "square",
                               "hwy",  "highway",   "pkwy", "parkway", "way", "terrace"};
  return kNames;
}

const Names& BibleBooks() {
  static const Names kNames = {
      "genesis",      "exodus",    "leviticus",   "deuteronomy", "joshua",      "judges",
      "ruth",         "samuel",    "kings",       "chronicles",  "ezra",        "nehemiah",
      "esther",       "job",       "psalm",       "psalms",      "proverbs",    "ecclesiastes",
      "isaiah",       "jeremiah",  "ezekiel",     "daniel",      "hosea",       "joel",
      "amos",         "jonah",     "micah",       "habakkuk",    "zechariah",   "malachi",
      "matthew",      "mark",      "luke",        "john",        "acts",        "romans",
      "galatians",    "ephesians", "philippians", "colossians",  "timothy",     "titus",
      "hebrews",      "james",     "peter",       "jude",        "corinthians", "revelation",
      "thessalonians"};
  return kNames;
}

// "123 Main St.", "1600 Pennsylvania Avenue": a street within the next three capitalised words.
bool IsHouseNumber(const AtomView& v, size_t next) {
  size_t at = next;
  for (int words = 0; words < 4; ++words) {
    if (v[at].type != Atom::Type::kSpace || !v.IsCapitalised(at + 1)) return false;
    if (words > 0 && Contains(Streets(), v.Lower(at + 1))) return true;
    at += 2;
    if (v.IsMark(at, U'.')) ++at;  // "123 N. Main St."
  }
  return false;
}

// The word before is a name in the middle of a sentence or of its own line: "Windows 365".
bool FollowsProperName(const AtomView& v, size_t i) {
  const size_t name = v.WordIndexBefore(i);
  if (name == AtomView::npos || !v.IsCapitalised(name)) return false;
  static const Names kOther = {"about", "nearly", "almost",  "roughly", "some",  "approximately",
                               "only",  "number", "no",      "no.",     "page",  "chapter",
                               "plus",  "minus",  "another", "exactly", "maybe", "perhaps"};
  const std::string lower = v.Lower(name);
  return !IsFunctionWord(lower) && !Contains(kOther, lower) && MonthNumber(v.Text(name)) == 0;
}

// "Boeing's 737", "a 747 jet", "737 MAX"
bool IsAirliner(const AtomView& v, size_t i) {
  const std::string_view digits = v.Text(i);
  if (digits.size() != 3 || digits[0] != '7' || digits[2] != '7' || v.IsWord(i + 1)) return false;
  static const Names kBehind = {"max",    "jet",      "jets",     "plane",     "planes",
                                "flight", "aircraft", "airliner", "airliners", "jumbo"};
  if (v.IsSpace(i + 1) && v.IsWord(i + 2) && Contains(kBehind, v.Lower(i + 2))) return true;
  return v.HasCueBefore(i, 4, {"boeing"});
}

// "119" of a psalm.
std::string VerseWords(std::string_view digits, Locale locale) {
  return digits.size() == 3 ? CodeWords(digits, locale) : CardinalWords(digits, locale);
}

}  // namespace

MaybeReading ReadNumberName(const AtomView& v, size_t i) {
  if (!v.IsDigits(i) || v.Text(i)[0] == '0') return std::nullopt;
  const std::string_view digits = v.Text(i);
  if (digits.size() < 3 || digits.size() > 5) return std::nullopt;
  static const Names kEmergency = {"911", "999", "112", "411", "311", "988"};
  if (Contains(kEmergency, digits)) return std::nullopt;
  if (v.IsMark(i + 1, U',') && v.IsDigits(i + 2)) return std::nullopt;
  if (v.IsMark(i + 1, U'.') && v.IsDigits(i + 2)) return std::nullopt;
  if (IsAirliner(v, i)) return Reading{Kind::kSerial, CodeWords(digits, v.locale()), i + 1};
  const bool is_house = IsHouseNumber(v, i + 1);
  if (!is_house && (digits.size() != 3 || digits.substr(1) == "00" || !FollowsProperName(v, i)))
    return std::nullopt;
  if (!is_house) {
    // What follows must not be something that is counted.
    if (CountsThings(v, i + 1) || IsAttributive(v, i, i + 1) || v.IsWord(i + 1))
      return std::nullopt;
  }
  return Reading{Kind::kSerial, CodeWords(digits, v.locale()), i + 1};
}

MaybeReading ReadVerse(const AtomView& v, size_t i) {
  if (!v.IsDigits(i) || !v.IsMark(i + 1, U':') || !v.IsDigits(i + 2)) return std::nullopt;
  const size_t book = v.WordIndexBefore(i);
  if (book == AtomView::npos || !v.IsCapitalised(book) || !Contains(BibleBooks(), v.Lower(book)))
    return std::nullopt;
  std::string words = VerseWords(v.Text(i), v.locale());
  AddWords(words, VerseWords(v.Text(i + 2), v.locale()));
  size_t next = i + 3;
  if (v.IsDash(next) && v.IsDigits(next + 1)) {
    AddWords(words, "to");
    AddWords(words, VerseWords(v.Text(next + 1), v.locale()));
    next += 2;
  }
  return Reading{Kind::kSerial, words, next};
}

MaybeReading ReadSeason(const AtomView& v, size_t i) {
  if (!v.IsDigits(i, 4) || !v.IsMark(i + 1, U'/') || !v.IsDigits(i + 2, 2)) return std::nullopt;
  if (v.IsMark(i + 3, U'/') || v.IsWord(i + 3)) return std::nullopt;
  const std::string_view year = v.Text(i);
  const auto two = [](std::string_view digits) {
    return (digits[0] - '0') * 10 + (digits[1] - '0');
  };
  if (two(v.Text(i + 2)) != (two(year.substr(2)) + 1) % 100) return std::nullopt;
  std::string words = YearWords(year, v.locale());
  const std::string_view second = v.Text(i + 2);
  AddWords(words, second[0] == '0' ? "oh " + DigitWords(second.substr(1))
                                   : CardinalWords(second, v.locale()));
  return Reading{Kind::kYear, words, i + 3};
}

MaybeReading ReadGroupedDigits(const AtomView& v, size_t i) {
  constexpr size_t kMostGroups = 8;
  std::string words;
  size_t groups = 0;
  size_t at = i;
  while (v.IsDigits(at, 4) && groups < kMostGroups) {
    if (groups > 0) words += ',';
    AddWords(words, DigitWords(v.Text(at)));
    ++groups;
    if (v[at + 1].type != Atom::Type::kSpace || !v.IsDigits(at + 2, 4)) break;
    at += 2;
  }
  if (groups < 3 || v.IsWord(at + 1)) return std::nullopt;
  return Reading{Kind::kSerial, words, at + 1};
}

namespace {

// "35 km SW of the city", "winds NW 10 mph", "I-80 W is closed".
bool IsBearing(const AtomView& v, size_t i) {
  static const Names kLengths = {"km",     "mi",         "m",          "ft",     "mile", "miles",
                                 "meters", "kilometers", "kilometres", "metres", "feet", "blocks"};
  static const Names kRoads = {"route", "highway", "hwy", "interstate", "rte", "road"};
  const std::string before = v.WordBefore(i);
  if (v.IsSpace(i + 1) && v.IsWord(i + 2, "of") &&
      (Contains(kLengths, before) || before == "just")) {
    return true;
  }
  // "5 mi. N of town"
  if (v.IsSpace(i + 1) && v.IsWord(i + 2, "of") && v.IsSpace(i - 1) && v.IsMark(i - 2, U'.') &&
      Contains(kLengths, v.Lower(i - 3))) {
    return true;
  }
  // "winds from the NE"
  static const Names kTowards = {"from", "to", "in", "toward", "towards"};
  if (v.Text(i).size() == 2 && before == "the" && Contains(kTowards, v.WordBefore(i, 2))) {
    return v.IsBreak(i + 1) ? !v.IsCapitalised(i + 2) : !v.IsHyphen(i + 1);
  }
  if (before == "wind" || before == "winds" || before == "gusts") return v.IsBreak(i + 1);
  if (!v.IsDigits(i - 2) || v.Text(i).size() != 1 || v.IsMark(i + 1, U'.')) return false;
  if (v.IsDigits(v.SkipSpace(i + 1)) || v.IsHyphen(i + 1)) return false;
  const bool is_numbered_road =
      v.IsHyphen(i - 3) && v.IsUpperCase(i - 4) && (v.Text(i - 4) == "I" || v.Text(i - 4) == "US");
  return is_numbered_road || Contains(kRoads, v.WordBefore(i - 2));
}

}  // namespace

MaybeReading ReadCompass(const AtomView& v, size_t i) {
  struct Point {
    std::string_view letters;
    std::string_view words;
  };
  static constexpr std::array<Point, 8> kPoints = {{{"N", "North"},
                                                    {"S", "South"},
                                                    {"E", "East"},
                                                    {"W", "West"},
                                                    {"NE", "Northeast"},
                                                    {"NW", "Northwest"},
                                                    {"SE", "Southeast"},
                                                    {"SW", "Southwest"}}};
  if (!v.IsUpperCase(i) || v.Text(i).size() > 2 || v[i - 1].type != Atom::Type::kSpace)
    return std::nullopt;
  const auto* const point = std::ranges::find(kPoints, v.Text(i), &Point::letters);
  if (point == kPoints.end()) return std::nullopt;
  if (IsBearing(v, i)) return Reading{Kind::kAbbreviation, AsciiLower(point->words), i + 1};
  const size_t before = v.IsMark(i - 2, U'.') ? i - 3 : i - 2;
  const bool is_behind = v.IsCapitalised(before) && Contains(Streets(), v.Lower(before)) &&
                         !v.IsDigits(i + 1) && !v.IsMark(i + 1, U'&');
  // "350 N Main St", "12 W. 3rd Street"
  const size_t after = v.SkipSpace(v.IsMark(i + 1, U'.') ? i + 2 : i + 1);
  const bool has_name =
      v.IsCapitalised(after) && v.IsSpace(after + 1) && Contains(Streets(), v.Lower(after + 2));
  // "42 W. 5th St.", "off at W. 72nd"
  const bool has_ordinal = v.IsDigits(after) && v.IsWord(after + 1) && ReadOrdinal(v, after);
  const bool has_street =
      has_ordinal && v.IsSpace(after + 2) && Contains(Streets(), v.Lower(after + 3));
  const bool is_ahead = v.Text(i).size() == 1 && after > i + 1 &&
                        ((v.IsDigits(i - 2) && (has_name || has_street)) ||
                         (has_ordinal && v.IsMark(i + 1, U'.') && v.IsLowerCase(i - 2)));
  if (!is_behind && !is_ahead) return std::nullopt;
  const bool has_stop = v.IsMark(i + 1, U'.') && is_ahead;
  return Reading{Kind::kAbbreviation, std::string(point->words), i + (has_stop ? 2u : 1u)};
}

}  // namespace litetts::text
