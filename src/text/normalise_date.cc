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
    const bool before_date = v.IsDigits(near) || (v.IsWord(near) && MonthNumber(v.Text(near)) > 0 &&
                                                  v.IsCapitalised(near));
    const bool in_range =
        (v.IsDash(next) && v.IsCapitalised(next + 1) && v.Text(next + 1).size() <= 5) ||
        (v.IsDash(i - 1) && i > 1 && (v.IsCapitalised(i - 2) || v.IsMark(i - 2, U'.')));
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
  if (!v.IsCapitalised(name)) return false;
  static constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu",
                                                            "fri", "sat", "sun"};
  const std::string word = v.Lower(name);
  return std::ranges::find(kDays, word.substr(0, 3)) != kDays.end() &&
         (word.size() <= 5 || word.ends_with("day"));
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
  return !v.IsWord(i + 3) && !v.IsHyphen(i + 3) && !v.IsMark(i + 3, U'%') &&
         !(v.IsSpace(i + 3) && (v.IsWord(i + 4, "of") || v.IsWord(i + 4, "full")));
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
    const std::string before = v.WordBefore(i);
    static constexpr std::array<std::string_view, 14> kCues = {
        "on",      "by",   "until", "since",   "dated",  "due",      "from",
        "through", "thru", "till",  "between", "before", "starting", "after"};
    const bool us = v.locale() == Locale::kEnUs;
    const int month = ToInt(us ? a : b);
    if (a == "9" && b == "11") return std::nullopt;  // the day that needs no year
    const bool is_date = std::ranges::find(kCues, before) != kCues.end() || FollowsWeekday(v, i) ||
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
