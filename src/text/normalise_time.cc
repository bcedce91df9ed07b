#include <algorithm>
#include <array>

#include "text/number_words.h"
#include "text/rules.h"

namespace litetts::text {
namespace {

int ToInt(std::string_view digits) {
  int value = 0;
  for (const char c : digits.substr(0, 6)) value = value * 10 + (c - '0');
  return value;
}

// The full stop of "p.m." before atom `i` ends the sentence: what follows is no day and no zone.
bool EndsAtTime(const AtomView& v, size_t i) {
  if (StartsSentence(v, i)) return true;
  if (!v.IsSpace(i) || !v.IsCapitalised(i + 1) || v.IsUpperCase(i + 1)) return false;
  static constexpr std::array<std::string_view, 17> kFollow = {
      "eastern",  "central",  "pacific", "mountain", "greenwich", "standard",
      "daylight", "local",    "monday",  "tuesday",  "wednesday", "thursday",
      "friday",   "saturday", "sunday",  "london",   "beijing"};
  const std::string word = v.Lower(i + 1);
  static constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu",
                                                            "fri", "sat", "sun"};
  return std::ranges::find(kFollow, word) == kFollow.end() && MonthNumber(v.Text(i + 1)) == 0 &&
         std::ranges::find(kDays, word.substr(0, 3)) == kDays.end();
}

// "AM" and where it ends, at `i` or behind its space: am, AM, a.m., PM.
struct HalfDay {
  std::string_view name;
  size_t next = 0;
};
std::optional<HalfDay> ParseHalfDay(const AtomView& v, size_t i) {
  const size_t at = v.SkipSpace(i);
  const bool is_spaced = at > i;
  if (v.IsWord(at, "am") || v.IsWord(at, "pm")) {
    // "I am at 5 am" is fine; "the 5 am I" too. A lower-case "am" behind a space needs a time.
    if (v.IsWord(at + 1) || v.IsDigits(at + 1)) return std::nullopt;
    return HalfDay{v.IsWord(at, "am") ? "AM" : "PM", at + 1};
  }
  if ((v.IsWord(at, "a") || v.IsWord(at, "p")) && v.IsMark(at + 1, U'.')) {
    const size_t second = v.IsSpace(at + 2) && is_spaced ? at + 3 : at + 2;
    if (!v.IsWord(second, "m")) return std::nullopt;
    size_t next = second + 1;
    if (v.IsMark(next, U'.') && !EndsAtTime(v, next + 1)) ++next;
    return HalfDay{v.IsWord(at, "a") ? "AM" : "PM", next};
  }
  return std::nullopt;
}

void AddZone(const AtomView& v, Reading& reading) {
  static constexpr std::array<std::string_view, 27> kZones = {
      "EST", "EDT",  "CST",  "CDT", "MST", "MDT",  "PST",  "PDT",  "ET",
      "CT",  "PT",   "MT",   "UTC", "GMT", "BST",  "CET",  "CEST", "IST",
      "JST", "AEST", "AEDT", "EET", "HST", "AKST", "NZST", "WET",  "MSK"};
  const size_t at = v.SkipSpace(reading.next);
  if (!v.IsUpperCase(at)) return;
  const std::string_view zone = v.Text(at);
  if (zone == "Z" && at == reading.next) {
    AddWords(reading.spoken, "UTC");
    reading.next = at + 1;
    return;
  }
  if (std::find(kZones.begin(), kZones.end(), zone) == kZones.end()) return;
  AddWords(reading.spoken, zone);
  reading.next = at + 1;
  const bool has_offset = (v.IsMark(at + 1, U'+') || v.IsHyphen(at + 1)) && v.IsDigits(at + 2);
  if (!has_offset) return;
  AddWords(reading.spoken, v.IsHyphen(at + 1) ? "minus" : "plus");
  AddWords(reading.spoken, CardinalWords(v.Text(at + 2), v.locale()));
  reading.next = at + 3;
}

std::string ClockWords(std::string_view hour, std::string_view minute, bool has_half_day,
                       Locale locale) {
  std::string words = CardinalWords(hour, locale);
  if (hour.size() == 2 && hour[0] == '0' && !has_half_day) words = "zero " + words;
  if (hour == "00") words = "zero";
  if (minute == "00") {
    if (has_half_day) return words;
    if (ToInt(hour) == 0) return "midnight";
    return words + (ToInt(hour) >= 1 && ToInt(hour) <= 12 ? " o'clock" : " hundred");
  }
  if (minute[0] == '0') {
    AddWords(words, "oh");
    minute.remove_prefix(1);
  }
  AddWords(words, CardinalWords(minute, locale));
  return words;
}

struct Clock {
  std::string_view hour;
  std::string_view minute;
  std::string_view second;
  size_t next = 0;
};

std::optional<Clock> ParseClock(const AtomView& v, size_t i) {
  const bool has_colon = v.IsMark(i + 1, U':');
  if (!v.IsDigits(i) || v.Text(i).size() > 2 || !has_colon || !v.IsDigits(i + 2, 2)) {
    return std::nullopt;
  }
  if (v.Text(i + 2)[0] > '5') return std::nullopt;
  Clock clock{v.Text(i), v.Text(i + 2), {}, i + 3};
  if (v.IsMark(i + 3, U':') && v.IsDigits(i + 4, 2)) {
    clock.second = v.Text(i + 4);
    clock.next = i + 5;
    if (v.IsMark(clock.next, U'.') && v.IsDigits(clock.next + 1)) clock.next += 2;
  }
  return clock;
}

// "finished in 2:15:30" is a length of time, "at 14:30:15" a time of day.
bool IsDuration(const AtomView& v, size_t i) {
  return v.HasCueBefore(i, 12,
                        {"took", "takes", "lasted", "lasts", "duration", "finished", "ran",
                         "runtime", "record", "elapsed", "clocked", "length"});
}

std::string DurationWords(const Clock& clock, Locale locale) {
  std::string words;
  const auto add = [&](std::string_view digits, std::string_view unit) {
    if (ToInt(digits) == 0) return;
    if (unit == "second" && !words.empty()) AddWords(words, "and");
    AddWords(words, CardinalWords(digits, locale));
    AddWords(words, unit);
    if (ToInt(digits) != 1) words += 's';
  };
  add(clock.hour, "hour");
  add(clock.minute, "minute");
  add(clock.second, "second");
  return words.empty() ? "zero" : words;
}

// "3:1", "16:9": two numbers and a colon that are no time.
MaybeReading ReadRatio(const AtomView& v, size_t i) {
  if (!v.IsDigits(i) || !v.IsMark(i + 1, U':') || !v.IsDigits(i + 2) || v.IsWord(i + 3)) {
    return std::nullopt;
  }
  std::string words = CardinalWords(v.Text(i), v.locale());
  size_t next = i + 1;
  while (v.IsMark(next, U':') && v.IsDigits(next + 1)) {
    const std::optional<Number> part = ParseNumber(v, next + 1);  // "1:50,000"
    AddWords(words, "to");
    AddWords(words, NumberWords(*part, v.locale()));
    next = part->next;
  }
  return Reading{Kind::kRatio, words, next};
}

// British "the 19.45 to Leeds".
MaybeReading ReadTimetable(const AtomView& v, size_t i) {
  if (v.locale() != Locale::kEnGb || !v.IsDigits(i) || v.Text(i).size() > 2) return std::nullopt;
  if (!v.IsMark(i + 1, U'.') || !v.IsDigits(i + 2, 2) || v.Text(i + 2)[0] > '5' ||
      ToInt(v.Text(i)) > 23 || v.IsWord(i + 3) || v.IsDigits(i + 4)) {
    return std::nullopt;
  }
  // "from 07.00 to 23.30", "at 5.30"
  const std::string before = v.WordBefore(i);
  const bool has_zero = v.Text(i)[0] == '0';
  const size_t other = v.WordIndexBefore(i);
  const bool is_second = (before == "to" || before == "until") && v.IsDigits(other - 2, 2) &&
                         v.IsMark(other - 3, U'.') && v.IsDigits(other - 4, 2) &&
                         v.Text(other - 2)[0] <= '5';
  const bool is_five = v.Text(i + 2)[1] == '0' || v.Text(i + 2)[1] == '5';
  const bool is_hour = is_five && (before == "at" || before == "until" || before == "till");
  const size_t behind = v.SkipSpace(i + 3);
  const bool is_measure = v.IsMark(behind, U'%') || v.IsWord(behind, "per") ||
                          v.IsWord(behind, "million") || v.IsWord(behind, "billion") ||
                          v.IsWord(behind, "points") || ParseUnit(v, i + 3, i);
  if ((has_zero || is_second || is_hour) && !is_measure && (v.Text(i).size() == 2 || is_hour)) {
    std::string words = ClockWords(v.Text(i), v.Text(i + 2), false, v.locale());
    if (has_zero && v.Text(i + 2) == "00") {
      words = "zero " + DigitWords(v.Text(i).substr(1)) + " hundred";
    }
    return Reading{Kind::kTime, words, i + 3};
  }
  if (before != "the" || !v.IsSpace(i + 3)) return std::nullopt;
  static constexpr std::array<std::string_view, 9> kBehind = {
      "to", "from", "train", "bus", "service", "departure", "flight", "ferry", "coach"};
  if (!v.IsLowerCase(i + 4) || std::ranges::find(kBehind, v.Text(i + 4)) == kBehind.end())
    return std::nullopt;
  return Reading{Kind::kTime, ClockWords(v.Text(i), v.Text(i + 2), false, v.locale()), i + 3};
}

MaybeReading ReadOneTime(const AtomView& v, size_t i) {
  if (const std::optional<Clock> clock = ParseClock(v, i)) {
    const std::optional<HalfDay> half = ParseHalfDay(v, clock->next);
    const bool is_ratio =
        v.HasCueBefore(i, 12,
                       {"ratio", "ratios", "odds", "scale", "mixed", "mix", "proportion", "diluted",
                        "dilute", "dilution", "concentration"});
    if (!half && (is_ratio || ToInt(clock->hour) > 24) && clock->second.empty()) {
      if (is_ratio) return ReadRatio(v, i);
    }
    Reading reading{Kind::kTime,
                    ClockWords(clock->hour, clock->minute, half.has_value(), v.locale()),
                    half ? half->next : clock->next};
    if (clock->second.empty() && !half && v.IsMark(clock->next, U'.') &&
        v.IsDigits(clock->next + 1) && !v.IsWord(clock->next + 2)) {  // the lap of 1:32.608
      AddWords(reading.spoken, "point");
      AddWords(reading.spoken, DigitWords(v.Text(clock->next + 1)));
      reading.next = clock->next + 2;
      return reading;
    }
    if (!clock->second.empty() && !half && IsDuration(v, i)) {
      return Reading{Kind::kTime, DurationWords(*clock, v.locale()), clock->next};
    }
    if (!clock->second.empty()) {
      if (clock->minute == "00")
        reading.spoken = CardinalWords(clock->hour, v.locale()) + " zero zero";
      AddWords(reading.spoken, "and");
      AddWords(reading.spoken, CardinalWords(clock->second, v.locale()));
      AddWords(reading.spoken, clock->second == "01" ? "second" : "seconds");
    }
    if (half) AddWords(reading.spoken, half->name);
    AddZone(v, reading);
    return reading;
  }
  if (!v.IsDigits(i) || v.Text(i).size() > 2) return std::nullopt;
  if (MaybeReading timetable = ReadTimetable(v, i)) return timetable;
  // British "9.30 am".
  if (v.IsMark(i + 1, U'.') && v.IsDigits(i + 2, 2) && v.Text(i + 2)[0] <= '5') {
    if (const std::optional<HalfDay> half = ParseHalfDay(v, i + 3)) {
      Reading reading{Kind::kTime, ClockWords(v.Text(i), v.Text(i + 2), true, v.locale()),
                      half->next};
      AddWords(reading.spoken, half->name);
      return reading;
    }
  }
  const std::optional<HalfDay> half = ParseHalfDay(v, i + 1);
  if (!half || ToInt(v.Text(i)) > 24) return std::nullopt;
  Reading reading{Kind::kTime, CardinalWords(v.Text(i), v.locale()), half->next};
  AddWords(reading.spoken, half->name);
  AddZone(v, reading);
  return reading;
}

}  // namespace

MaybeReading ReadTime(const AtomView& v, size_t i) {
  if (v.IsDigits(i) && v.IsMark(i + 1, U':') && v.IsDigits(i + 2) && !ParseClock(v, i)) {
    return ReadRatio(v, i);
  }
  MaybeReading first = ReadOneTime(v, i);
  // "9-5 pm", "9:00-17:30", "9 AM - 5 PM": the first may leave out what the second says.
  size_t end = first ? first->next : i + 1;
  const bool bare = !first && v.IsDigits(i) && v.Text(i).size() <= 2;
  if (!first && !bare) return std::nullopt;
  const size_t dash = v.SkipSpace(end);
  if (v.IsDash(dash) && v.IsSpace(end) == v.IsSpace(dash + 1)) {
    const size_t second = v.SkipSpace(dash + 1);
    const MaybeReading last = v.IsDigits(second) ? ReadOneTime(v, second) : std::nullopt;
    if (last && last->kind == Kind::kTime) {
      std::string words = first ? first->spoken : CardinalWords(v.Text(i), v.locale());
      AddWords(words, "to");
      AddWords(words, last->spoken);
      return Reading{Kind::kTime, words, last->next};
    }
  }
  return first;
}

bool IsMilitaryTime(const AtomView& v, size_t i, const Number& number) {
  if (number.whole.size() != 4 || number.has_commas || !number.fraction.empty()) return false;
  if (number.whole >= "2400" || number.whole.substr(2) >= "60") return false;
  const size_t unit = v.SkipSpace(number.next);
  if (!v.IsWord(unit, "hrs") && !v.IsWord(unit, "hours")) return false;
  // "after 1500 hours of flight"
  if (v.IsSpace(unit + 1) && v.IsWord(unit + 2, "of")) return false;
  static constexpr std::array<std::string_view, 8> kBefore = {"at",    "by",   "until", "before",
                                                              "after", "from", "since", "till"};
  if (number.whole[0] == '0' || std::ranges::find(kBefore, v.WordBefore(i)) != kBefore.end())
    return true;
  // "from 0900 to 1700 hours"
  return v.WordBefore(i) == "to" && v.IsSpace(i - 3) && v.IsDigits(i - 4, 4) &&
         v.Text(i - 4)[0] == '0';
}

}  // namespace litetts::text
