#include <algorithm>
#include <array>

#include "text/code_point.h"
#include "text/number_words.h"
#include "text/rules.h"
#include "text/unit_names.h"

namespace litetts::text {
namespace {

using Words = std::vector<std::string_view>;

bool Contains(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// British spelling of meters and liters.
std::string Spelled(std::string name, Locale locale) {
  if (locale != Locale::kEnGb) return name;
  for (const std::string_view american : {std::string_view("meter"), std::string_view("liter")}) {
    const size_t at = name.find(american);
    if (at != std::string::npos) name.replace(at + american.size() - 2, 2, "re");
  }
  return name;
}

const UnitName* LookUp(const AtomView& v, size_t i) {
  if (!v.IsWord(i) && !v.IsMark(i, U'Ω')) return nullptr;
  const std::string_view sign = v.Text(i);
  if (sign.size() > 8) return nullptr;
  if (const UnitName* const unit = FindUnitName(sign)) return unit;
  if (sign.size() < 2) return nullptr;
  // "Km", "Lbs"
  const std::string lower = v.Lower(i);
  if (v[i].letter_case == Atom::Case::kTitle) {
    return lower == "mo" || lower == "us" ? nullptr : FindUnitName(lower);
  }
  // "KG", "MPH": most other capitals are names, "the 50 US states", "3 CDs", "2 CT scans".
  static const Words kUnits = {"kg",  "km",  "cm",  "mm",  "lb",  "lbs", "oz",  "ft",  "yd",
                               "yds", "mph", "kph", "kmh", "mpg", "rpm", "fps", "bpm", "wpm",
                               "dpi", "ppi", "psi", "ppm", "ppb", "mcg", "bhp", "hrs", "mins"};
  if (Contains(kUnits, lower)) return sign.back() == 's' ? nullptr : FindUnitName(lower);
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kOther = {
      {{"KWH", "kWh"}, {"HZ", "Hz"}, {"KHZ", "kHz"}, {"MHZ", "MHz"}, {"GHZ", "GHz"}}};
  for (const auto& [capitals, unit] : kOther) {
    if (sign == capitals) return FindUnitName(unit);
  }
  // "500MG tablets", "300 HP.", but "3 HR managers", "2 ML engineers"
  static const Words kNames = {"ml", "mg", "hp", "hr", "cc", "qt", "cal", "sec", "pts"};
  const bool has_noun =
      v.IsSpace(i - 1) && v.IsSpace(i + 1) && v.IsWord(i + 2) && !IsFunctionWord(v.Lower(i + 2));
  return Contains(kNames, lower) && !has_noun ? FindUnitName(lower) : nullptr;
}

// Letters that are units only where nothing else fits.
bool FitsContext(const AtomView& v, size_t i, size_t number_begin, std::string_view sign) {
  const bool is_spaced = v.IsSpace(i - 1);
  if (is_spaced && ReadCompass(v, i)) return false;  // "456 N. Elm St."
  const bool ends =
      !v.IsWord(i + 1) && !v.IsDigits(i + 1) && !v.IsMark(i + 1, U'\'') && !v.IsMark(i + 1, U'&');
  if (!ends)
    return v.IsDigits(i + 1, 1) && (v.Text(i + 1) == "2" || v.Text(i + 1) == "3") &&
           !v.IsWord(i + 2);
  if (sign == "au" || sign == "ac" || sign == "us" || sign == "t" || sign == "N" || sign == "J" ||
      sign == "cd" || sign == "ly" || sign == "atm" || sign == "mo") {
    return is_spaced || sign == "N" || sign == "J";
  }
  if (sign == "d") return !is_spaced;
  // "5 m" and "5 s", but "the 5 V" or "type 5 L" may be names; a letter in capitals needs an end.
  if ((sign == "L" || sign == "W" || sign == "V") && is_spaced) {
    return !(is_spaced && v.IsSpace(i + 1) && v.IsCapitalised(i + 2));
  }
  return !(sign.size() == 1 && !is_spaced && IsAsciiUpper(sign[0]) && NamesThing(v, number_begin));
}

bool IsInches(const AtomView& v, size_t i, size_t number_begin) {
  if (!v.IsWord(i, "in") || v.Text(i) == "IN") return false;
  const bool is_spaced = v.IsSpace(i - 1);
  if (!is_spaced) return !v.IsWord(i + 1);
  static const Words kFeet = {"ft", "foot", "feet"};
  if (Contains(kFeet, v.WordBefore(number_begin))) return true;
  if (v.IsSpace(number_begin - 1) && v.IsMark(number_begin - 2, U'.') &&
      v.IsWord(number_begin - 3, "ft")) {
    return true;
  }
  if (v.IsMark(i + 1, U'.') && !v.IsBreak(i + 2)) return false;
  static const Words kAfter = {"x", "by", "in", "of", "across", "square"};
  static const Words kExtents = {"tall", "wide", "long", "deep", "high", "thick"};
  if (v.IsSpace(i + 1)) {
    // "3 in high", but "1 in high school", "3 in long lines"
    const bool has_noun =
        v.IsSpace(i + 3) && v.IsLowerCase(i + 4) && !IsFunctionWord(v.Text(i + 4));
    return (v.IsWord(i + 2) && Contains(kAfter, v.Text(i + 2))) ||
           (v.IsWord(i + 2) && Contains(kExtents, v.Text(i + 2)) && !has_noun) ||
           v.IsMark(i + 2, U',') || v[i + 2].type == Atom::Type::kParagraph;
  }
  if (v[i + 1].type == Atom::Type::kParagraph) return true;
  return v[i + 1].type == Atom::Type::kMark || v[i + 1].type == Atom::Type::kEnd;
}

struct Piece {
  std::string one;
  std::string many;
  size_t next = 0;
};

// "2h 30m", "5m 20s": minutes beside hours or seconds.
bool IsMinutes(const AtomView& v, size_t at, size_t number_begin) {
  if (v.Text(at) != "m" || v.IsSpace(at - 1)) return false;
  const std::string before = v.WordBefore(number_begin);
  if (before == "h" || before == "hr" || before == "hrs") return true;
  if (number_begin >= 1 && v.IsWord(number_begin - 1, "h")) return true;
  const size_t seconds = v.SkipSpace(at + 1);
  return v.IsDigits(seconds) && v.IsWord(seconds + 1) && v.Text(seconds + 1) == "s";
}

// "5 A", "300 K": signs that are units only near what they measure.
std::optional<Piece> ParseLoneCapital(const AtomView& v, size_t at, size_t number_begin) {
  if (!v.IsUpperCase(at) || v.Text(at).size() != 1 || !v.IsSpace(at - 1)) return std::nullopt;
  const bool ends = v[at + 1].type == Atom::Type::kEnd || v.IsMark(at + 1, U',') ||
                    v.IsMark(at + 1, U'.') ||
                    (v.IsSpace(at + 1) && v.IsLowerCase(at + 2) && IsFunctionWord(v.Text(at + 2)));
  if (v.Text(at) == "A") {
    static const Words kCircuit = {"fuse", "circuit", "current", "breaker", "charger", "supply"};
    const bool is_near =
        v.IsSpace(at + 1) && v.IsWord(at + 2) && Contains(kCircuit, v.Lower(at + 2));
    if (is_near ||
        (ends && v.HasCueBefore(number_begin, 16, {"current", "volts", "draws", "v", "charge"})))
      return Piece{"amp", "amps", at + 1};
  }
  if (v.Text(at) == "K" && v.HasCueBefore(number_begin, 12,
                                          {"temperature", "temperatures", "kelvin", "absolute",
                                           "cooled", "heated", "freezes", "boils", "melts"})) {
    return Piece{"kelvin", "kelvin", at + 1};
  }
  return std::nullopt;
}

// The full stop of "20 min." before atom `i` ends the sentence.
bool EndsAtUnit(const AtomView& v, size_t i) {
  if (v.IsSpace(i) && v.IsUpperCase(i + 1) && ReadCompass(v, i + 1)) return false;
  return StartsSentence(v, i) || (v.IsSpace(i) && v.IsCapitalised(i + 1));
}

// "3 c. flour": cups where a recipe goes on with what is in them.
bool IsCups(const AtomView& v, size_t at, size_t number_begin) {
  if (v.Text(at) != "c" || !v.IsSpace(at - 1) || !v.IsMark(at + 1, U'.') || !v.IsSpace(at + 2))
    return false;
  return v.IsLowerCase(at + 3) && v.IsDigits(number_begin) &&
         (v.Text(at + 3) == "of" || !IsFunctionWord(v.Text(at + 3)));
}

// "12 st 4 lb": the weight of a person.
bool IsStone(const AtomView& v, size_t at) {
  if (v.Text(at) != "st") return false;
  if (!v.IsSpace(at - 1) && v.Text(at - 1).ends_with('1') && !v.Text(at - 1).ends_with("11"))
    return false;  // an ordinal
  if (v.IsSpace(at + 1) && v.IsDigits(at + 2)) {
    const size_t pounds = v.SkipSpace(at + 3);
    return v.IsWord(pounds, "lb") || v.IsWord(pounds, "lbs");
  }
  if (!v.IsSpace(at - 1)) return v.locale() == Locale::kEnGb;
  return v.locale() == Locale::kEnGb &&
         (v[at + 1].type == Atom::Type::kMark || v[at + 1].type == Atom::Type::kEnd);
}

// "5 bps" where interest is spoken of; else bits per second.
bool IsBasisPoints(const AtomView& v, size_t at, size_t number_begin) {
  if (v.Text(at) != "bps" && v.Text(at) != "bp") return false;
  return v.HasCueBefore(number_begin, 24,
                        {"yield", "yields", "rate", "rates", "spread", "spreads", "bond", "bonds",
                         "fed", "margin", "margins", "treasury", "mortgage", "inflation"});
}

// A unit without "per": "km", "m²", "sq ft", "°C", "%".
std::optional<Piece> ParsePlainUnit(const AtomView& v, size_t i, size_t number_begin) {
  if (IsInches(v, i, number_begin)) {
    const bool has_stop = v.IsMark(i + 1, U'.') && !EndsAtUnit(v, i + 2);
    return Piece{"inch", "inches", i + (has_stop ? 2 : 1)};
  }
  std::string_view power;
  size_t at = i;
  if (v.IsWord(at, "sq") || v.IsWord(at, "cu") || v.IsWord(at, "fl")) {
    power = v.IsWord(at, "sq") ? "square " : v.IsWord(at, "cu") ? "cubic " : "fluid ";
    ++at;
    if (v.IsMark(at, U'.')) ++at;
    at = v.SkipSpace(at);
    if (v.IsWord(at, "in")) {
      const bool has_stop = v.IsMark(at + 1, U'.') && !EndsAtUnit(v, at + 2);
      return Piece{std::string(power) + "inch", std::string(power) + "inches",
                   at + (has_stop ? 2 : 1)};
    }
  }
  if (power.empty() && v.IsWord(at)) {
    if (IsMinutes(v, at, number_begin)) return Piece{"minute", "minutes", at + 1};
    if (auto capital = ParseLoneCapital(v, at, number_begin)) return capital;
    if (IsCups(v, at, number_begin)) return Piece{"cup", "cups", at + 2};
    if (IsStone(v, at)) return Piece{"stone", "stone", at + 1};
    if (IsBasisPoints(v, at, number_begin)) return Piece{"basis point", "basis points", at + 1};
  }
  const UnitName* const unit = LookUp(v, at);
  if (unit == nullptr || (power.empty() && !FitsContext(v, at, number_begin, v.Text(at)))) {
    return std::nullopt;
  }
  size_t next = at + 1;
  const auto is_power = [&](char32_t sign, std::string_view digit) {
    return v.IsMark(next, sign) ||
           (v.IsDigits(next, 1) && v.Text(next) == digit && !v.IsWord(next + 1)) ||
           (v.IsMark(next, U'^') && v.IsDigits(next + 1, 1) && v.Text(next + 1) == digit);
  };
  if (power.empty() && (is_power(U'²', "2") || is_power(U'³', "3"))) {
    power = is_power(U'²', "2") ? "square " : "cubic ";
    next += v.IsMark(next, U'^') ? 2 : 1;
  }
  if (v.IsMark(next, U'.') && v.Text(at).size() >= 2 && !EndsAtUnit(v, next + 1) &&
      !v.IsDigits(next + 1) && !v.IsWord(next + 1)) {
    ++next;  // "5 oz. of it"
  }
  return Piece{std::string(power) + std::string(unit->one),
               std::string(power) + std::string(unit->many), next};
}

std::string_view CompassWord(std::string_view letter) {
  return letter == "N"   ? "north"
         : letter == "S" ? "south"
         : letter == "E" ? "east"
         : letter == "W" ? "west"
                         : std::string_view();
}

std::optional<Unit> ParseDegrees(const AtomView& v, size_t i) {
  if ((v.IsWord(i, "degrees") || v.IsWord(i, "degree")) && v.IsSpace(i + 1) &&
      v.IsUpperCase(i + 2) && v.Text(i + 2).size() == 1 && !v.IsDigits(i + 3)) {
    const std::string_view letter = v.Text(i + 2);
    const std::string_view scale = letter == "C"   ? " Celsius"
                                   : letter == "F" ? " Fahrenheit"
                                                   : std::string_view();
    if (scale.empty()) return std::nullopt;
    return Unit{"degree" + std::string(scale), "degrees" + std::string(scale), i + 3};
  }
  if (!v.IsMark(i, U'°') && !v.IsMark(i, U'º')) return std::nullopt;
  const size_t at =
      v.IsSpace(i + 1) && v.IsUpperCase(i + 2) && v.Text(i + 2).size() == 1 ? i + 2 : i + 1;
  std::string scale;
  if (v.IsWord(at) && !v.IsDigits(at + 1)) {
    const std::string_view letter = v.Text(at);
    if (letter == "C" || letter == "c") scale = " Celsius";
    if (letter == "F" || letter == "f") scale = " Fahrenheit";
    if (letter == "K" && at == i + 1) scale = " Kelvin";
    if (const std::string_view point = CompassWord(letter); !point.empty()) {
      scale = " ";
      scale += point;
    }
  }
  return Unit{"degree" + scale, "degrees" + scale, scale.empty() ? i + 1 : at + 1};
}

// "25 C", "72F" where the sentence speaks of temperatures.
std::optional<Unit> ParseBareDegrees(const AtomView& v, size_t i, size_t number_begin) {
  if (!v.IsUpperCase(i) || (v.Text(i) != "C" && v.Text(i) != "F")) return std::nullopt;
  if (v.IsWord(i + 1) || v.IsDigits(i + 1)) return std::nullopt;
  if (!v.HasCueBefore(
          number_begin, 16,
          {"temperature", "temperatures", "oven",  "degrees", "heat",  "weather", "warm",
           "cold",        "hot",          "boils", "freezes", "bake",  "preheat", "cool",
           "highs",       "lows",         "high",  "low",     "below", "fever"})) {
    return std::nullopt;
  }
  const std::string scale = v.Text(i) == "C" ? " Celsius" : " Fahrenheit";
  return Unit{"degree" + scale, "degrees" + scale, i + 1};
}

// A straight quotation mark that was opened before atom `i` is still open.
bool IsInQuotes(const AtomView& v, size_t i) {
  constexpr size_t kReach = 200;
  bool is_open = false;
  for (size_t back = 1; back <= kReach && back <= i; ++back) {
    if (v[i - back].type == Atom::Type::kParagraph) break;
    if (v.IsMark(i - back, U'"') && !v.IsDigits(i - back - 1)) is_open = !is_open;
  }
  return is_open;
}

std::string_view PerName(const AtomView& v, size_t i) {
  if (v.IsWord(i, "day") || v.IsWord(i, "d")) return "day";
  if (v.IsWord(i, "week")) return "week";
  if (v.IsWord(i, "month")) return "month";
  if (v.IsWord(i, "year")) return "year";
  if (v.IsWord(i, "hour")) return "hour";
  if (v.IsWord(i, "minute")) return "minute";
  if (v.IsWord(i, "second")) return "second";
  if (v.IsWord(i, "person")) return "person";
  return {};
}

// "3 x 4 = 12": an equals sign follows soon.
bool IsProduct(const AtomView& v, size_t i) {
  for (size_t at = i; at < i + 8; ++at) {
    if (v.IsMark(at, U'=')) return true;
  }
  return false;
}

// "6 × 7": the sign of mathematics with spaces, and no unit behind.
bool IsBareProduct(const AtomView& v, size_t sign, size_t second) {
  if (!v.IsSpace(sign) || !v.IsMark(sign + 1, U'×')) return false;
  const std::optional<Number> last = ParseNumber(v, second);
  if (!last || ParseUnit(v, last->next, second)) return false;
  return !v.IsMark(v.SkipSpace(last->next), U'×');
}

// "What's 7 x 8?"
bool IsAsked(const AtomView& v, size_t i) {
  const std::string before = v.WordBefore(i);
  if (before == "is") return v.WordBefore(i, 2) == "what";
  if (before == "s") return v.IsMark(i - 3, U'\'') && v.IsWord(i - 4, "what");
  return before == "calculate" || before == "compute" || before == "multiply";
}

// The x of "y = 2x + 1" is no "times".
bool IsInEquation(const AtomView& v, size_t i, size_t next) {
  const auto is_operator = [&](size_t at) {
    return v.IsMark(at, U'=') || v.IsMark(at, U'+') || v.IsMark(at, U'^') || v.IsMark(at, U'²');
  };
  const size_t before = v.IsSpace(i - 1) ? i - 2 : i - 1;
  const size_t after = v.SkipSpace(next);
  const bool is_minus = v.IsHyphen(after) && v.IsSpace(after + 1) && v.IsDigits(after + 2);
  const bool is_behind_minus = v.IsHyphen(before) && v.IsSpace(before - 1) && v.IsSpace(i - 1);
  return is_operator(before) || is_operator(after) || is_minus || is_behind_minus;
}

}  // namespace

std::optional<Unit> ParseUnit(const AtomView& v, size_t i, size_t number_begin) {
  if (v.IsMark(i, U'%') || (v.IsSpace(i) && v.IsMark(i + 1, U'%'))) {
    return Unit{"percent", "percent", v.SkipSpace(i) + 1};
  }
  if (v.IsMark(i, U'"') && v.IsDigits(i - 1) && !IsInQuotes(v, number_begin)) {
    return Unit{"inch", "inches", i + 1};
  }
  // 8' x 10'
  if (v.IsMark(i, U'\'') && v.IsDigits(i - 1)) {
    const size_t after = v.SkipSpace(i + 1);
    const size_t before = v.IsSpace(number_begin - 1) ? number_begin - 2 : number_begin - 1;
    const auto is_times = [&](size_t at) { return v.IsWord(at, "x") || v.IsMark(at, U'×'); };
    static const Words kExtents = {"by", "wide", "long", "tall", "high", "deep"};
    const bool has_extent = v.IsLowerCase(after) && Contains(kExtents, v.Text(after));
    const std::string article = v.WordBefore(number_begin);
    const bool has_article = (article == "a" || article == "an") && v.IsLowerCase(after);
    bool has_other = false;  // "he's 6'5", she's 5'"
    for (size_t back = 2; back < 20 && back < number_begin; ++back) {
      has_other =
          has_other || (v.IsMark(number_begin - back, U'"') && v.IsDigits(number_begin - back - 1));
    }
    if (is_times(after) || is_times(before) ||
        (v.IsBreak(i + 1) && (has_extent || has_article || has_other)))
      return Unit{"foot", "feet", i + 1};
  }
  if (v.IsMark(i, U'‰')) return Unit{"per mille", "per mille", i + 1};
  const bool has_hyphen = v.IsHyphen(i) && v.IsWord(i + 1);
  const size_t at = has_hyphen ? i + 1 : v.SkipSpace(i);
  if (std::optional<Unit> degrees = ParseDegrees(v, at)) return degrees;
  if (std::optional<Unit> degrees = ParseBareDegrees(v, at, number_begin)) return degrees;
  const std::optional<Piece> piece = ParsePlainUnit(v, at, number_begin);
  if (!piece) return std::nullopt;
  Unit unit{Spelled(piece->one, v.locale()), Spelled(piece->many, v.locale()), piece->next};
  if (v.IsMark(piece->next, U'/') && v.IsWord(piece->next + 1)) {
    std::string per(PerName(v, piece->next + 1));
    size_t next = piece->next + 2;
    if (per.empty()) {
      const std::optional<Piece> under = ParsePlainUnit(v, piece->next + 1, piece->next);
      if (!under) return unit;
      const bool is_time = under->one.substr(0, 13) == "square second";
      per = is_time ? "second squared" : Spelled(under->one, v.locale());
      next = under->next;
    }
    unit.one += " per " + per;
    unit.many += " per " + per;
    unit.next = next;
  }
  return unit;
}

namespace {

// The minutes and seconds of an angle: what follows the degrees of 40°26'46"N.
MaybeReading ReadArc(const AtomView& v, size_t i) {
  const size_t degrees = v.IsSpace(i - 1) ? i - 2 : i - 1;
  if (!v.IsMark(degrees, U'°') || !v.IsDigits(i) || !v.IsMark(i + 1, U'\'')) return std::nullopt;
  std::string words = CardinalWords(v.Text(i), v.locale());
  AddWords(words, v.Text(i) == "1" ? "minute" : "minutes");
  size_t next = i + 2;
  const std::optional<Number> seconds = ParseNumber(v, v.SkipSpace(next));
  if (seconds && v.IsMark(seconds->next, U'"')) {
    AddWords(words, NumberWords(*seconds, v.locale()));
    AddWords(words, seconds->IsOne() ? "second" : "seconds");
    next = seconds->next + 1;
  }
  const size_t point = v.SkipSpace(next);
  if (v.IsWord(point) && !CompassWord(v.Text(point)).empty()) {
    AddWords(words, CompassWord(v.Text(point)));
    next = point + 1;
  }
  return Reading{Kind::kMeasure, words, next};
}

// "a 10" pipe", "27" monitor": the noun that the measure belongs to follows.
bool HasNounBehind(const AtomView& v, size_t next) {
  return v.IsSpace(next) && v.IsLowerCase(next + 1) && !IsFunctionWord(v.Text(next + 1)) &&
         v.Text(next + 1) != "x" && v.Text(next + 1) != "long" && v.Text(next + 1) != "thick" &&
         v.Text(next + 1) != "square" && !v.Text(next + 1).ends_with("ly");
}

// "500mg tablets", "a 5kg bag": a unit that touches its number and a thing that comes by it.
bool IsGoodsNoun(const AtomView& v, size_t unit_next, size_t number_next) {
  static const Words kNouns = {
      "tablet",    "tablets",  "bag",       "bags",   "bottle", "bottles",   "run",
      "race",      "dash",     "sprint",    "walk",   "pack",   "packs",     "jar",
      "can",       "cans",     "box",       "boxes",  "dose",   "doses",     "pill",
      "pills",     "capsule",  "capsules",  "cable",  "lens",   "drive",     "disk",
      "battery",   "screen",   "monitor",   "engine", "radius", "plate",     "plates",
      "weight",    "weights",  "limit",     "zone",   "trip",   "swim",      "ride",
      "hike",      "timeout",  "delay",     "file",   "files",  "model",     "interval",
      "intervals", "window",   "windows",   "timer",  "burst",  "bursts",    "countdown",
      "cooldown",  "exposure", "exposures", "pause",  "pauses", "increments"};
  return !v.IsSpace(number_next) && v.IsSpace(unit_next) && v.IsLowerCase(unit_next + 1) &&
         Contains(kNouns, v.Text(unit_next + 1));
}

bool IsAngleNoun(const AtomView& v, size_t next) {
  static const Words kNouns = {"angle",    "angles", "turn", "turns", "view",
                               "rotation", "corner", "bend", "arc",   "heat"};
  return v.IsSpace(next) && v.IsLowerCase(next + 1) && Contains(kNouns, v.Text(next + 1));
}

// "2h13m", "5m20s", "1h30": hours, minutes and seconds without a space.
MaybeReading ReadCompactDuration(const AtomView& v, size_t i) {
  static constexpr std::array<std::string_view, 3> kSigns = {"h", "m", "s"};
  static constexpr std::array<std::string_view, 3> kOne = {"hour", "minute", "second"};
  std::string words;
  size_t at = i;
  size_t parts = 0;
  for (size_t k = 0; k < kSigns.size(); ++k) {
    if (!v.IsDigits(at) || v.Text(at).size() > 2) break;
    const bool is_last = parts > 0 && kSigns[k] != "h" && !v.IsWord(at + 1);  // "1h30"
    if (!is_last && !(v.IsWord(at + 1) && v.Text(at + 1) == kSigns[k])) continue;
    AddWords(words, CardinalWords(v.Text(at), v.locale()));
    AddWords(words, std::string(kOne[k]) + (v.Text(at) == "1" ? "" : "s"));
    ++parts;
    at += is_last ? 1 : 2;
    if (is_last) break;
  }
  if (parts < 2 || v.IsWord(at) || v.IsDigits(at)) return std::nullopt;
  return Reading{Kind::kMeasure, words, at};
}

}  // namespace

MaybeReading ReadMeasure(const AtomView& v, size_t i) {
  const std::optional<Number> number = ParseNumber(v, i);
  if (!number || IsMilitaryTime(v, i, *number)) return std::nullopt;
  if (MaybeReading arc = ReadArc(v, i)) return arc;
  if (MaybeReading duration = ReadCompactDuration(v, i)) return duration;
  // 5'10", 6'
  if (v.IsMark(number->next, U'\'') && number->fraction.empty() && number->whole.size() <= 3) {
    const size_t inches = v.SkipSpace(number->next + 1);
    std::string words = CardinalWords(number->whole, v.locale());
    AddWords(words, number->IsOne() ? "foot" : "feet");
    if (v.IsDigits(inches) &&
        (v.IsMark(inches + 1, U'"') || v.IsMark(inches + 1, U'”') || v.IsMark(inches + 1, U'\''))) {
      const bool two = v.IsMark(inches + 1, U'\'') && v.IsMark(inches + 2, U'\'');
      const size_t next = inches + (two ? 3 : 2);
      if (IsAttributive(v, i, next)) {  // "a 6'2" man"
        words = CardinalWords(number->whole, v.locale()) + " foot";
        AddWords(words, CardinalWords(v.Text(inches), v.locale()));
        return Reading{Kind::kMeasure, words, next};
      }
      AddWords(words, CardinalWords(v.Text(inches), v.locale()));
      AddWords(words, v.Text(inches) == "1" ? "inch" : "inches");
      return Reading{Kind::kMeasure, words, next};
    }
    // "he's 5'11"
    const bool is_height = inches == number->next + 1 && v.IsDigits(inches) &&
                           v.Text(inches).size() <= 2 && number->whole.size() == 1 &&
                           (v.Text(inches).size() == 1 || v.Text(inches) <= "11") &&
                           v.IsBreak(i - 1) && !v.IsWord(inches + 1);
    if (is_height) {
      words = CardinalWords(number->whole, v.locale()) + " foot";
      AddWords(words, CardinalWords(v.Text(inches), v.locale()));
      return Reading{Kind::kMeasure, words, inches + 1};
    }
  }
  if (v.IsMark(number->next, U'"') && !IsInQuotes(v, i)) {
    std::string words = NumberWords(*number, v.locale());
    const bool is_one = number->IsOne() || IsAttributive(v, i, number->next + 1) ||
                        HasNounBehind(v, number->next + 1);
    AddWords(words, is_one ? "inch" : "inches");
    return Reading{Kind::kMeasure, words, number->next + 1};
  }
  const std::optional<Unit> unit = ParseUnit(v, number->next, i);
  if (!unit) return std::nullopt;
  const bool is_percent = unit->one == "percent";
  std::string words = NumberWords(*number, v.locale());
  const bool is_singular = number->IsOne() || v.IsHyphen(number->next) ||
                           (!is_percent && IsAttributive(v, i, unit->next)) ||
                           (!is_percent && IsGoodsNoun(v, unit->next, number->next)) ||
                           (unit->one == "degree" && IsAngleNoun(v, unit->next));
  AddWords(words, is_singular ? unit->one : unit->many);
  // "10%-20%", "5°–10°"
  if (v.IsDash(unit->next) && v.IsDigits(unit->next + 1)) {
    const std::optional<Number> last = ParseNumber(v, unit->next + 1);
    const std::optional<Unit> same = last ? ParseUnit(v, last->next, unit->next + 1) : std::nullopt;
    if (same && same->one == unit->one) {
      AddWords(words, "to");
      AddWords(words, NumberWords(*last, v.locale()));
      AddWords(words, same->many);
      return Reading{is_percent ? Kind::kPercent : Kind::kMeasure, words, same->next};
    }
  }
  return Reading{is_percent ? Kind::kPercent : Kind::kMeasure, words, unit->next};
}

// 12x15 ft, 1920×1080, 3 x 4 x 5 cm, 4x4, 2x.
MaybeReading ReadDimension(const AtomView& v, size_t i) {
  std::optional<Number> number = ParseNumber(v, i);
  if (!number) return std::nullopt;
  const auto times = [&](size_t at) -> size_t {  // behind the sign, or 0
    const bool is_spaced = v.IsSpace(at);
    const size_t sign = v.SkipSpace(at);
    if (!v.IsWord(sign, "x") && !v.IsMark(sign, U'×')) return 0;
    if (is_spaced != v.IsSpace(sign + 1)) return 0;
    return v.SkipSpace(sign + 1);
  };
  // A unit may stand behind each number: 5 cm x 3 cm.
  const auto skip_unit = [&](const Number& n, size_t begin) -> std::optional<Unit> {
    std::optional<Unit> unit = ParseUnit(v, n.next, begin);
    if (unit && times(unit->next) == 0) return std::nullopt;
    return unit;
  };
  const auto side = [&](const Number& n) {
    const bool as_code = n.whole.size() == 4 && n.fraction.empty() && !n.has_commas;
    return as_code ? CodeWords(n.whole, v.locale()) : NumberWords(n, v.locale());
  };
  std::string words = side(*number);
  std::optional<Unit> unit = skip_unit(*number, i);
  if (unit) AddWords(words, number->IsOne() ? unit->one : unit->many);
  size_t next = unit ? unit->next : number->next;
  size_t second = times(next);
  if (second == 0 || !v.IsDigits(second)) {
    // "10x faster"
    const bool is_factor = v.IsWord(number->next) && v.Text(number->next) == "x" &&
                           !v.IsGlued(number->next + 2) && !v.IsDigits(number->next + 1) && !unit &&
                           !IsInEquation(v, i, number->next + 1);
    if (!is_factor) return std::nullopt;
    return Reading{Kind::kMeasure, words + " times", number->next + 1};
  }
  size_t last = i;
  const bool is_product = IsProduct(v, second) || IsBareProduct(v, next, second) || IsAsked(v, i);
  while (second != 0 && v.IsDigits(second)) {
    last = second;
    number = ParseNumber(v, second);
    AddWords(words, is_product ? "times" : "by");
    AddWords(words, side(*number));
    if (const std::optional<Unit> more = skip_unit(*number, second)) {
      AddWords(words, more->many);
      next = more->next;
    } else {
      next = number->next;
    }
    second = times(next);
  }
  if (v.IsWord(next) && v.Text(next) == "s" && number->whole.size() <= 2) {  // "2x4s"
    return Reading{Kind::kDimension, PluralOfWords(words), next + 1};
  }
  if (next == number->next) {
    if (const std::optional<Unit> tail = ParseUnit(v, next, last)) {
      AddWords(words, IsAttributive(v, i, tail->next) ? tail->one : tail->many);
      next = tail->next;
    }
  }
  // "a 2"x4" board"
  if (unit && unit->many != unit->one && IsAttributive(v, i, next)) {
    for (size_t at; (at = words.find(" " + unit->many)) != std::string::npos;)
      words.replace(at + 1, unit->many.size(), unit->one);
  }
  return Reading{Kind::kDimension, words, next};
}

}  // namespace litetts::text
