#include <algorithm>
#include <array>

#include "text/code_point.h"
#include "text/number_words.h"
#include "text/rules.h"

namespace litetts::text {
namespace {

constexpr std::array<std::string_view, 13> kMonths = {
    "",     "January", "February",  "March",   "April",    "May",     "June",
    "July", "August",  "September", "October", "November", "December"};

int ToInt(std::string_view digits) {
  int value = 0;
  for (const char c : digits.substr(0, 6)) value = value * 10 + (c - '0');
  return value;
}

bool IsDay(std::string_view digits) {
  return digits.size() <= 2 && ToInt(digits) >= 1 && ToInt(digits) <= 31;
}

bool IsYear(const AtomView& v, size_t i) {
  return v.IsDigits(i, 4) && v.Text(i)[0] >= '1' && v.Text(i)[0] <= '2' && !v.IsWord(i + 1) &&
         !(v.IsMark(i + 1, U',') && v.IsDigits(i + 2, 3)) && !v.IsMark(i + 1, U':');
}

// "October twenty seventh twenty twenty three"; en-GB "the twenty seventh of October ...". No year
// where it is empty.
std::string DateWords(int month, std::string_view day, std::string_view year, bool day_first,
                      Locale locale) {
  std::string words;
  if (day_first) {
    words = "the " + OrdinalWords(day, locale) + " of ";
    words += kMonths[static_cast<size_t>(month)];
  } else {
    words = kMonths[static_cast<size_t>(month)];
    if (locale == Locale::kEnGb) words += " the";
    AddWords(words, OrdinalWords(day, locale));
  }
  if (year.size() == 2) {
    AddWords(words,
             year[0] == '0' ? "oh " + DigitWords(year.substr(1)) : CardinalWords(year, locale));
  } else if (!year.empty()) {
    AddWords(words, YearWords(year, locale));
  }
  return words;
}

struct Day {
  std::string_view digits;
  size_t next = 0;
};

// "5", "5th" as a day of a month.
std::optional<Day> ParseDay(const AtomView& v, size_t i) {
  if (!v.IsDigits(i) || !IsDay(v.Text(i))) return std::nullopt;
  Day day{v.Text(i), i + 1};
  if (v.IsWord(day.next)) {
    const std::string suffix = v.Lower(day.next);
    if (suffix != "st" && suffix != "nd" && suffix != "rd" && suffix != "th") return std::nullopt;
    ++day.next;
  }
  if (v.IsMark(day.next, U':') && v.IsDigits(day.next + 1)) return std::nullopt;  // a time
  if ((v.IsMark(day.next, U'.') || v.IsMark(day.next, U',')) && v.IsDigits(day.next + 1)) {
    if (!IsYear(v, day.next + 1)) return std::nullopt;
  }
  if (v.IsMark(day.next, U'%')) return std::nullopt;
  return day;
}

// ", 2023" or " 2023" at `i`.
size_t YearIndex(const AtomView& v, size_t i) {
  size_t at = i;
  if (v.IsMark(at, U',')) ++at;
  at = v.SkipSpace(at);
  return at > i && IsYear(v, at) ? at : 0;
}

// "closed Sat. & Sun.", "every Wed", "Sun. at 9": the star sets a higher bar than the others.
bool IsDayInContext(const AtomView& v, size_t i, bool is_star) {
  static constexpr std::array<std::string_view, 16> kBefore = {
      "on",   "every", "until", "till",   "by",   "next",  "last", "closed",
      "open", "opens", "each",  "closes", "this", "early", "late", "from"};
  static constexpr std::array<std::string_view, 8> kBehind = {
      "at", "morning", "evening", "night", "afternoon", "through", "until", "from"};
  static constexpr std::array<std::string_view, 12> kDays = {
      "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "weds", "weekdays"};
  const bool has_stop = v.IsMark(i + 1, U'.');
  const size_t behind = v.SkipSpace(has_stop ? i + 2 : i + 1);
  if (v.IsWord(i + 1) || v.IsMark(i + 1, U'\'')) return false;
  // Another day before: "Sat. & Sun."
  size_t other = i;
  if (v.IsSpace(i - 1) && (v.IsMark(i - 2, U'&') || v.IsWord(i - 2, "and"))) other = i - 3;
  if (v.IsSpace(i - 1) && v.IsMark(i - 2, U',')) other = i - 3;
  if (other < i) {
    if (v.IsSpace(other)) --other;
    if (v.IsMark(other, U'.')) --other;
    if (v.IsWord(other) && std::ranges::find(kDays, v.Lower(other)) != kDays.end()) return true;
  }
  const bool has_cue_behind = behind > i + 1 && v.IsLowerCase(behind) &&
                              std::ranges::find(kBehind, v.Text(behind)) != kBehind.end();
  if (has_cue_behind && (has_stop || !is_star)) return true;
  if (is_star && !has_stop) return false;
  return std::ranges::find(kBefore, v.WordBefore(i)) != kBefore.end();
}

// "M-F 9-5"
MaybeReading ReadWorkingWeek(const AtomView& v, size_t i) {
  if (v.Text(i) != "M" || !v.IsDash(i + 1) || !v.IsWord(i + 2) || v.Text(i + 2) != "F")
    return std::nullopt;
  size_t at = i + 3;
  if (v.IsMark(at, U',') || v.IsMark(at, U':')) ++at;
  if (!v.IsSpace(at) || !(v.IsDigits(at + 1) || v.IsWord(at + 1, "from"))) return std::nullopt;
  return Reading{Kind::kDate, "Monday to Friday", i + 3};
}

// The name of a day, short or whole.
bool IsWeekday(const AtomView& v, size_t i) {
  static constexpr std::array<std::string_view, 18> kDays = {
      "mon",  "monday", "tue",      "tues", "tuesday", "wed", "weds",     "wednesday", "thu",
      "thur", "thurs",  "thursday", "fri",  "friday",  "sat", "saturday", "sun",       "sunday"};
  return v.IsCapitalised(i) && std::ranges::find(kDays, v.Lower(i)) != kDays.end();
}

// "5 March", "10-2", "9am" behind "Sat", not "3 hours", "4.6 billion".
bool IsDayOrTime(const AtomView& v, size_t i) {
  if (v.IsMark(i + 1, U':') && v.IsDigits(i + 2)) return true;
  if (v.IsDigits(i) && (v.IsWord(i + 1, "am") || v.IsWord(i + 1, "pm"))) return true;
  const std::optional<Day> day = ParseDay(v, i);
  if (!day || CountsThings(v, day->next) || ParseUnit(v, day->next, i)) return false;
  const std::optional<Number> last =
      v.IsDash(day->next) ? ParseNumber(v, day->next + 1) : std::nullopt;
  return !last || !(CountsThings(v, last->next) || ParseUnit(v, last->next, day->next + 1));
}

// A weekday's short name, where the context shows that it is one; with the one that a dash joins to
// it if `may_join`.
MaybeReading ReadWeekday(const AtomView& v, size_t i, bool may_join) {
  struct Name {
    std::string_view name;
    std::string_view full;
    bool is_word;  // also an English word or name
  };
  static constexpr std::array<Name, 11> kNames = {{{"Mon", "Monday", true},
                                                   {"Tue", "Tuesday", false},
                                                   {"Tues", "Tuesday", false},
                                                   {"Wed", "Wednesday", true},
                                                   {"Weds", "Wednesday", false},
                                                   {"Thu", "Thursday", false},
                                                   {"Thur", "Thursday", false},
                                                   {"Thurs", "Thursday", false},
                                                   {"Fri", "Friday", false},
                                                   {"Sat", "Saturday", true},
                                                   {"Sun", "Sunday", true}}};
  for (const Name& name : kNames) {
    if (v.Text(i) != name.name) continue;
    size_t next = i + 1;
    if (v.IsMark(next, U'.') && !StartsSentence(v, next + 1)) ++next;
    size_t after = next;
    if (v.IsMark(after, U',')) ++after;
    const size_t near = v.SkipSpace(after);
    const bool before_number = v.IsDigits(near) && (!name.is_word || IsDayOrTime(v, near));
    const bool before_date =
        before_number || (v.IsWord(near) && MonthNumber(v.Text(near)) > 0 && v.IsCapitalised(near));
    const size_t other = v.IsMark(i - 2, U'.') ? i - 3 : i - 2;
    const bool in_range =
        (v.IsDash(next) && IsWeekday(v, next + 1)) || (v.IsDash(i - 1) && IsWeekday(v, other));
    if (name.name == "Sun" && v.WordBefore(i) == "the" && !in_range) return std::nullopt;
    const bool is_listed = v.IsMark(i + 1, U'.') && v.IsMark(i + 2, U',');  // "Mon., Wed."
    const bool is_alone =
        is_listed || (!name.is_word && (next > i + 1 || v.IsBreak(next) || v.IsMark(next, U',') ||
                                        v.IsMark(next, U'.')));
    if (!before_date && !in_range && !is_alone && !IsDayInContext(v, i, name.name == "Sun")) {
      return std::nullopt;
    }
    std::string words(name.full);
    if (may_join && in_range && v.IsDash(next)) {
      if (MaybeReading last = ReadWeekday(v, next + 1, false)) {
        AddWords(words, "to");
        AddWords(words, last->spoken);
        return Reading{Kind::kDate, words, last->next};
      }
    }
    return Reading{Kind::kDate, words, next};
  }
  return std::nullopt;
}

// "Fri, 3/15", "Friday 3/15"
bool FollowsWeekday(const AtomView& v, size_t i) {
  if (!v.IsSpace(i - 1)) return false;
  size_t name = i - 2;
  while (v.IsMark(name, U',') || v.IsMark(name, U'.')) --name;
  return IsWeekday(v, name);
}

std::string DigitPair(std::string_view digits, Locale locale) {
  return digits[0] == '0' ? "oh " + DigitWords(digits.substr(1)) : CardinalWords(digits, locale);
}

// "12/24", "7/31": neither a usual fraction nor points out of twenty or thirty.
bool IsClearDate(const AtomView& v, size_t i, std::string_view month, std::string_view day) {
  static constexpr std::array<std::string_view, 12> kDays = {"13", "14", "17", "18", "19", "21",
                                                             "22", "23", "24", "27", "28", "31"};
  if (ToInt(month) < 2 || ToInt(month) > 12 || std::ranges::find(kDays, day) == kDays.end())
    return false;
  // "won 5/17 games"
  if (FollowsResult(v, i) || (CountsThings(v, i + 3) && v.WordBefore(i) != "the")) return false;
  return !v.IsWord(i + 3) && !v.IsHyphen(i + 3) && !v.IsMark(i + 3, U'%') &&
         !(v.IsSpace(i + 3) && (v.IsWord(i + 4, "of") || v.IsWord(i + 4, "full")));
}

// "1/2", "3/4", "5/8" at `i`.
bool IsUsualFraction(const AtomView& v, size_t i) {
  if (!v.IsDigits(i, 1) || !v.IsMark(i + 1, U'/') || !v.IsDigits(i + 2, 1)) return false;
  const std::string_view bottom = v.Text(i + 2);
  return v.Text(i) < bottom && (bottom == "2" || bottom == "3" || bottom == "4" || bottom == "8");
}

// The word before a day and month without a year says that they are one: "on 3/4", "from 5/1 to
// 5/6". What is a usual fraction as well needs a word that no amount has: "by 1/2", "between 1/4
// and 1/2 inch".
bool HasDateCue(const AtomView& v, size_t i) {
  static constexpr std::array<std::string_view, 8> kClear = {"on",  "until", "since",    "dated",
                                                             "due", "till",  "starting", "thru"};
  static constexpr std::array<std::string_view, 6> kOther = {"by",      "from",   "through",
                                                             "between", "before", "after"};
  const std::string before = v.WordBefore(i);
  const size_t behind = v.IsSpace(i + 3) ? i + 4 : i + 3;
  // "on 1/2 of the days", "on 1/4 acre"
  const bool is_amount = v.IsWord(behind, "of") || v.IsWord(behind, "an") ||
                         v.IsWord(behind, "acre") || v.IsWord(behind, "full");
  if (std::ranges::find(kClear, before) != kClear.end()) {
    return !IsUsualFraction(v, i) || !is_amount;
  }
  if (std::ranges::find(kOther, before) == kOther.end() || is_amount) return false;
  const bool has_other = v.IsWord(behind) && v.IsSpace(behind + 1) && v.IsDigits(behind + 2) &&
                         v.IsMark(behind + 3, U'/') && v.IsDigits(behind + 4);
  // The other end decides where this one does not.
  if (has_other && v.IsSpace(i + 3)) {
    if (IsUsualFraction(v, behind + 2)) return !IsUsualFraction(v, i) && v.Text(i) >= v.Text(i + 2);
    return true;
  }
  return !IsUsualFraction(v, i);
}

// "5/15" of "from 5/1 to 5/15".
bool EndsDateRange(const AtomView& v, size_t i) {
  const std::string joint = v.WordBefore(i);
  if (joint != "to" && joint != "and" && joint != "through" && joint != "until") return false;
  if (!v.IsSpace(i - 3) || !v.IsDigits(i - 4) || !v.IsMark(i - 5, U'/') || !v.IsDigits(i - 6))
    return false;
  return HasDateCue(v, i - 6);
}

}  // namespace

int MonthNumber(std::string_view word) {
  if (word.size() < 3) return 0;
  const std::string lower = AsciiLower(word);
  for (size_t m = 1; m < kMonths.size(); ++m) {
    if ((kMonths[m][0] | 0x20) != lower[0]) continue;
    const std::string name = AsciiLower(kMonths[m]);
    if (lower == name || lower == name.substr(0, 3)) return static_cast<int>(m);
  }
  return lower == "sept" ? 9 : 0;
}

std::string_view MonthName(int month) { return kMonths[static_cast<size_t>(month)]; }

MaybeReading ReadMonthDate(const AtomView& v, size_t i) {
  if (!v.IsCapitalised(i) || v.Text(i).size() > 9) return std::nullopt;
  if (MaybeReading week = ReadWorkingWeek(v, i)) return week;
  const int month = MonthNumber(v.Text(i));
  if (month == 0) return ReadWeekday(v, i, true);
  size_t at = i + 1;
  const bool is_short = v.Text(i).size() < MonthName(month).size();
  if (is_short && v.IsMark(at, U'.')) ++at;
  // "Jan.–Mar.", "May-June"
  if (v.IsDash(at) && v.IsCapitalised(at + 1) && MonthNumber(v.Text(at + 1)) > 0) {
    const int last = MonthNumber(v.Text(at + 1));
    std::string words(MonthName(month));
    words += " to " + std::string(MonthName(last));
    const bool has_stop = v.IsMark(at + 2, U'.') &&
                          v.Text(at + 1).size() < MonthName(last).size() &&
                          !StartsSentence(v, at + 3);
    return Reading{Kind::kDate, words, at + (has_stop ? 3 : 2)};
  }
  const size_t after_name = at;
  const bool is_hyphened = v.IsHyphen(at);
  at = is_hyphened ? at + 1 : v.SkipSpace(at);
  if (at == i + 1 || (!v.IsDigits(at) && !v.IsWord(at))) at = after_name;
  const std::optional<Day> day = at > i + 1 ? ParseDay(v, at) : std::nullopt;
  if (!day) {
    if (at > i + 1 && IsYear(v, at)) {
      std::string words(MonthName(month));
      AddWords(words, YearWords(v.Text(at), v.locale()));
      return Reading{Kind::kDate, words, at + 1};
    }
    if (!is_short || v.IsUpperCase(i)) return std::nullopt;  // "4% APR"
    // "in Oct.", "Jan" alone; "Mar" and "Dec" may be names.
    const bool has_stop = v.IsMark(i + 1, U'.');
    const bool ends = has_stop && StartsSentence(v, i + 2);
    if (!has_stop && v.Text(i) != "Sept" && v.WordBefore(i) != "in") return std::nullopt;
    return Reading{Kind::kDate, std::string(MonthName(month)), has_stop && !ends ? i + 2 : i + 1};
  }
  std::string words = DateWords(month, day->digits, {}, false, v.locale());
  Reading reading{Kind::kDate, {}, day->next};
  if (v.IsDash(day->next) && ParseDay(v, day->next + 1)) {
    const std::optional<Day> last = ParseDay(v, day->next + 1);
    AddWords(words, "to");
    AddWords(words, OrdinalWords(last->digits, v.locale()));
    reading.next = last->next;
  }
  if (const size_t year = YearIndex(v, reading.next)) {
    AddWords(words, YearWords(v.Text(year), v.locale()));
    reading.next = year + 1;
  }
  reading.spoken = words;
  return reading;
}

MaybeReading ReadDayMonth(const AtomView& v, size_t i) {
  const std::optional<Day> day = ParseDay(v, i);
  if (!day) return std::nullopt;
  size_t at = day->next;
  if (v.IsHyphen(at)) {
    ++at;
  } else {
    at = v.SkipSpace(at);
    if (v.IsWord(at, "of") && v.IsSpace(at + 1)) at += 2;
  }
  if (at == day->next && !v.IsWord(at)) return std::nullopt;
  if (!v.IsCapitalised(at)) return std::nullopt;
  const int month = MonthNumber(v.Text(at));
  if (month == 0) return std::nullopt;
  const bool is_short = v.Text(at).size() < MonthName(month).size();
  size_t next = at + 1;
  if (is_short && v.IsMark(next, U'.') && !StartsSentence(v, next + 1)) ++next;
  // "May" begins a question or wish too, but not behind a day.
  std::string_view year;
  if (v.IsHyphen(next) && (IsYear(v, next + 1) || v.IsDigits(next + 1, 2))) {
    year = v.Text(next + 1);
    next += 2;
  } else if (const size_t index = YearIndex(v, next)) {
    year = v.Text(index);
    next = index + 1;
  }
  std::string words = DateWords(month, day->digits, year, true, v.locale());
  if (v.WordBefore(i) == "the") words.erase(0, 4);
  return Reading{Kind::kDate, words, next};
}

MaybeReading ReadNumericDate(const AtomView& v, size_t i) {
  if (!v.IsDigits(i) || !v.IsDigits(i + 2)) return std::nullopt;
  const Atom& sign = v[i + 1];
  if (sign.type != Atom::Type::kMark) return std::nullopt;
  const std::string_view a = v.Text(i);
  const std::string_view b = v.Text(i + 2);
  const bool has_third = v.IsMark(i + 3, sign.mark) && v.IsDigits(i + 4);
  const bool is_separator = sign.mark == U'/' || sign.mark == U'-' || sign.mark == U'.';
  if (!is_separator || v.IsMark(i - 1, sign.mark)) return std::nullopt;
  if (!has_third) {
    // "6/2023"
    if (sign.mark == U'/' && IsYear(v, i + 2) && b >= "1900" && b < "2100" && ToInt(a) >= 1 &&
        ToInt(a) <= 12 && a.size() <= 2) {
      return Reading{Kind::kDate, std::string(MonthName(ToInt(a))) + " " + YearWords(b, v.locale()),
                     i + 3};
    }
    // Month and day without a year: only with a slash and where a date is to be expected.
    if (sign.mark != U'/' || !IsDay(a) || !IsDay(b)) return std::nullopt;
    // "exp. 09/27": month and year of a card
    if (a.size() == 2 && b.size() == 2 && ToInt(a) <= 12 &&
        v.HasCueBefore(i, 4, {"exp", "expires", "expiry", "expiration", "thru"})) {
      return Reading{Kind::kDate, DigitPair(a, v.locale()) + " " + DigitPair(b, v.locale()), i + 3};
    }
    const bool us = v.locale() == Locale::kEnUs;
    const int month = ToInt(us ? a : b);
    if (a == "9" && b == "11") return std::nullopt;  // the day that needs no year
    const bool is_date = HasDateCue(v, i) || FollowsWeekday(v, i) || EndsDateRange(v, i) ||
                         IsClearDate(v, i, us ? a : b, us ? b : a);
    if (!is_date || month > 12 || (a == "50" && b == "50")) return std::nullopt;
    return Reading{Kind::kDate, DateWords(month, us ? b : a, {}, !us, v.locale()), i + 3};
  }
  const std::string_view c = v.Text(i + 4);
  size_t next = i + 5;
  if (v.IsMark(next, sign.mark) && v.IsDigits(next + 1)) return std::nullopt;
  const bool us = v.locale() == Locale::kEnUs;
  if (a.size() == 4 && b.size() <= 2 && IsDay(c) && ToInt(b) >= 1 && ToInt(b) <= 12) {
    // ISO; the T of "2023-10-27T14:30" parts date and time.
    if (v.IsWord(next, "t") && v.IsDigits(next + 1)) ++next;
    return Reading{Kind::kDate, DateWords(ToInt(b), c, a, !us, v.locale()), next};
  }
  const bool year_fits = c.size() == 4 ? IsYear(v, i + 4) : c.size() == 2 && sign.mark == U'/';
  if (!IsDay(a) || !IsDay(b) ||
      !(year_fits || (c.size() == 2 && sign.mark == U'-' && a.size() == 2 && b.size() == 2))) {
    return std::nullopt;
  }
  bool month_first = us;
  if (ToInt(a) > 12) month_first = false;
  if (ToInt(b) > 12) month_first = true;
  const int month = ToInt(month_first ? a : b);
  if (month > 12) return std::nullopt;
  return Reading{Kind::kDate, DateWords(month, month_first ? b : a, c, !us, v.locale()), next};
}

}  // namespace litetts::text
