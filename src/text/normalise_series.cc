#include <algorithm>
#include <array>

#include "text/number_words.h"
#include "text/rules.h"

// Numbers that a slash, a hyphen, a dash or an exponent joins, the signs of fractions, and decades.
namespace litetts::text {

namespace {

using Words = std::vector<std::string_view>;

bool Contains(const Words& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// "Step 1/4" is the first of four.
bool IsPartOfWhole(const AtomView& v, size_t i) {
  static constexpr std::array<std::string_view, 26> kParts = {
      "lap",   "step",  "part",  "page",  "slide", "chapter", "episode", "question", "day",
      "round", "level", "week",  "stage", "batch", "file",    "item",    "task",     "phase",
      "image", "photo", "tweet", "test",  "disc",  "attempt", "volume",  "exercise"};
  return std::ranges::find(kParts, v.WordBefore(i)) != kParts.end();
}

}  // namespace

bool FollowsResult(const AtomView& v, size_t i) {
  static constexpr std::array<std::string_view, 8> kResults = {
      "won", "lost", "made", "missed", "scored", "answered", "passed", "completed"};
  return std::ranges::find(kResults, v.WordBefore(i)) != kResults.end();
}

namespace {

// "18/20 on the test"
bool IsMarkOfTest(const AtomView& v, size_t next) {
  if (!v.IsSpace(next) || !(v.IsWord(next + 1, "on") || v.IsWord(next + 1, "in"))) return false;
  static constexpr std::array<std::string_view, 9> kTests = {
      "test", "quiz", "exam", "homework", "assignment", "essay", "midterm", "final", "paper"};
  for (size_t at = next + 3; at <= next + 7 && v.IsWord(at); at += 2) {
    if (std::ranges::find(kTests, v.Lower(at)) != kTests.end()) return true;
    if (!v.IsSpace(at + 1)) break;
  }
  return false;
}

// "9.5/10"
MaybeReading ReadDecimalRating(const AtomView& v, size_t i) {
  const std::optional<Number> number = ParseNumber(v, i);
  if (!number || number->fraction.empty() || !v.IsMark(number->next, U'/')) return std::nullopt;
  const size_t best = number->next + 1;
  if (!v.IsDigits(best) || v.IsMark(best + 1, U'/') || v.IsWord(best + 1)) return std::nullopt;
  static constexpr std::array<std::string_view, 5> kBest = {"4", "5", "10", "20", "100"};
  if (std::ranges::find(kBest, v.Text(best)) == kBest.end()) return std::nullopt;
  return Reading{
      Kind::kScore,
      NumberWords(*number, v.locale()) + " out of " + CardinalWords(v.Text(best), v.locale()),
      best + 1};
}

}  // namespace

MaybeReading ReadFractionSign(const AtomView& v, size_t i) {
  struct Sign {
    char32_t sign;
    std::string_view top;
    std::string_view bottom;
  };
  static constexpr std::array<Sign, 18> kSigns = {{
      {U'½', "1", "2"},
      {U'¼', "1", "4"},
      {U'¾', "3", "4"},
      {U'⅓', "1", "3"},
      {U'⅔', "2", "3"},
      {U'⅕', "1", "5"},
      {U'⅖', "2", "5"},
      {U'⅗', "3", "5"},
      {U'⅘', "4", "5"},
      {U'⅙', "1", "6"},
      {U'⅚', "5", "6"},
      {U'⅛', "1", "8"},
      {U'⅜', "3", "8"},
      {U'⅝', "5", "8"},
      {U'⅞', "7", "8"},
      {U'⅐', "1", "7"},
      {U'⅑', "1", "9"},
      {U'⅒', "1", "10"},
  }};
  for (const Sign& sign : kSigns) {
    if (v.IsMark(i, sign.sign)) {
      Reading reading{Kind::kFraction, FractionWords(sign.top, sign.bottom, v.locale()), i + 1};
      if (const std::optional<Unit> unit =
              v.IsDigits(i - 1) ? std::nullopt : ParseUnit(v, i + 1, i)) {
        AddWords(reading.spoken, unit->one);
        reading.next = unit->next;
      }
      return reading;
    }
  }
  return std::nullopt;
}

// "1.618:1"
MaybeReading ReadDecimalRatio(const AtomView& v, size_t i) {
  const std::optional<Number> number = ParseNumber(v, i);
  if (!number || number->fraction.empty() || !v.IsMark(number->next, U':')) return std::nullopt;
  const std::optional<Number> second = ParseNumber(v, number->next + 1);
  if (!second || v.IsMark(second->next, U':') || v.IsWord(second->next)) return std::nullopt;
  return Reading{Kind::kRatio,
                 NumberWords(*number, v.locale()) + " to " + NumberWords(*second, v.locale()),
                 second->next};
}

MaybeReading ReadSlashed(const AtomView& v, size_t i) {
  if (MaybeReading ratio = ReadDecimalRatio(v, i)) return ratio;
  if (MaybeReading rating = ReadDecimalRating(v, i)) return rating;
  if (!v.IsDigits(i) || !v.IsMark(i + 1, U'/') || !v.IsDigits(i + 2)) return std::nullopt;
  if (v.Text(i, i + 5) == "24/7/365") {
    return Reading{Kind::kFraction, "twenty four seven three sixty five", i + 5};
  }
  if (v.IsMark(i + 3, U'/') || v.IsWord(i + 3)) {
    // "1/2s", "3/4ths"
    if (!v.IsWord(i + 3, "ths") && !v.IsWord(i + 3, "rds") && !v.IsWord(i + 3, "th")) {
      return std::nullopt;
    }
  }
  const size_t next = i + 3 + (v.IsWord(i + 3) ? 1 : 0);
  const std::string_view top = v.Text(i);
  const std::string_view bottom = v.Text(i + 2);
  const auto both = [&](std::string_view between) {
    std::string words = CardinalWords(top, v.locale());
    AddWords(words, between);
    AddWords(words, CardinalWords(bottom, v.locale()));
    return words;
  };
  if (IsMarkOfTest(v, next)) return Reading{Kind::kScore, both("out of"), next};
  if (IsPartOfWhole(v, i)) return Reading{Kind::kScore, both("of"), next};
  // "No. 2024/0117"
  if (top.size() >= 4 || bottom[0] == '0') {
    std::string words = CodeWords(top, v.locale());
    AddWords(words, "slash");
    AddWords(words, CodeWords(bottom, v.locale()));
    return Reading{Kind::kSerial, words, next};
  }
  if (v.IsSpace(next) && v.IsWord(next + 1, "time") && bottom.size() == 1) {  // a waltz
    return Reading{Kind::kFraction, both(""), next};
  }
  // "10/10, would buy again"
  if (top == bottom && (top == "5" || top == "10" || top == "100")) {
    return Reading{Kind::kScore, both("out of"), next};
  }
  if ((top == "24" && bottom == "7") || top == bottom || (top == "9" && bottom == "11") ||
      (top.size() == 2 && bottom.size() == 2 && top > bottom) || (top == "20" && bottom == "20")) {
    if (top.size() > 1 || bottom != top || top == "9") {
      return Reading{Kind::kFraction, both(""), next};
    }
  }
  const bool is_rating =
      v.HasCueBefore(i, 10,
                     {"rated", "score", "scored", "rating", "rate", "gave", "give", "gives", "got",
                      "grade", "review", "stars", "solid"}) ||
      (v.IsSpace(next) && (v.IsWord(next + 1, "stars") || v.IsWord(next + 1, "points")));
  if (is_rating && (bottom == "10" || bottom == "5" || bottom == "100" || bottom == "20")) {
    return Reading{Kind::kScore, both("out of"), next};
  }
  if (top.size() == 3 && bottom.size() >= 2 && bottom.size() <= 3) {  // blood pressure
    std::string words = CodeWords(top, v.locale());
    AddWords(words, "over");
    AddWords(words, CodeWords(bottom, v.locale()));
    return Reading{Kind::kFraction, words, next};
  }
  // "9/10 dentists", "won 5/17 games"; "3/10 miles" is a length.
  static constexpr std::array<std::string_view, 9> kMeasured = {
      "miles", "cups", "inches", "seconds", "degrees", "points", "teaspoons", "hours", "feet"};
  const bool is_part = bottom.size() == 2 && bottom != "16" && bottom != "32" && bottom != "64" &&
                       (top.size() == 1 || top < bottom);
  const bool counts =
      CountsThings(v, next) && std::ranges::find(kMeasured, v.Text(next + 1)) == kMeasured.end();
  if (is_part && (counts || FollowsResult(v, i))) {
    return Reading{Kind::kScore, both("out of"), next};
  }
  if (top == "1" && v.IsSpace(next) && v.IsWord(next + 1) && v.Text(next + 1) == "s") {
    return Reading{Kind::kMeasure, "one " + OrdinalWords(bottom, v.locale()) + " of a second",
                   next + 2};  // the shutter of a camera
  }
  Reading reading{Kind::kFraction, FractionWords(top, bottom, v.locale()), next};
  if (const std::optional<Unit> unit = ParseUnit(v, next, i)) {
    AddWords(reading.spoken, unit->one);
    reading.next = unit->next;
  }
  return reading;
}

// The nine digits of "Springfield, IL 62704-1234".
MaybeReading ReadLongZip(const AtomView& v, size_t i) {
  if (!v.IsDigits(i, 5) || !v.IsHyphen(i + 1) || !v.IsDigits(i + 2, 4) || v.IsHyphen(i + 3) ||
      v.IsWord(i + 3)) {
    return std::nullopt;
  }
  const size_t state = v.WordIndexBefore(i);
  const bool is_address = (v.IsUpperCase(state) && v.Text(state).size() == 2) ||
                          v.HasCueBefore(i, 6, {"zip", "postal"});
  if (!is_address) return std::nullopt;
  return Reading{Kind::kSerial, DigitWords(v.Text(i)) + ", " + DigitWords(v.Text(i + 2)), i + 3};
}

// 978-3-16-148410-0, 1-2-3: three and more groups that are no date and no telephone number.
MaybeReading ReadHyphenatedDigits(const AtomView& v, size_t i) {
  constexpr size_t kMostAtoms = 24;
  if (MaybeReading zip = ReadLongZip(v, i)) return zip;
  size_t end = i + 1;
  size_t groups = 1;
  bool is_short = v.IsDigits(i) && v.Text(i).size() <= 2;
  while (v.IsHyphen(end) && v.IsDigits(end + 1) && end < i + kMostAtoms) {
    is_short = is_short && v.Text(end + 1).size() <= 2;
    ++groups;
    end += 2;
  }
  if (groups < 3 || v.IsWord(end)) return std::nullopt;
  std::string words;
  for (size_t k = i; k < end; k += 2) {
    if (k > i && !is_short) words += ',';
    AddWords(words, is_short ? CodeWords(v.Text(k), v.locale()) : DigitWords(v.Text(k)));
  }
  return Reading{Kind::kSerial, words, end};
}

MaybeReading ReadRange(const AtomView& v, size_t i) {
  const std::optional<Number> first = ParseNumber(v, i);
  if (!first) return std::nullopt;
  size_t dash = first->next;
  const bool spaced = v.IsSpace(dash) && v.IsSpace(dash + 2);
  if (spaced) ++dash;
  if (!v.IsDash(dash)) return std::nullopt;
  size_t second = dash + 1;
  if (v.IsHyphen(dash) && v.IsHyphen(second)) ++second;
  if (spaced) ++second;
  if (!v.IsDigits(second)) return std::nullopt;
  // "10 - 5 = 5" is a subtraction.
  const std::optional<Number> last = ParseNumber(v, second);
  if (!last) return std::nullopt;
  if (spaced && v.IsMark(v.SkipSpace(last->next), U'=')) return std::nullopt;
  if (v.IsHyphen(last->next) && v.IsDigits(last->next + 1)) return std::nullopt;
  // "No. 55-0192"
  if (!spaced && last->whole.size() > 2 && last->whole[0] == '0' && !first->has_commas &&
      first->fraction.empty()) {
    return Reading{Kind::kSerial,
                   CodeWords(first->whole, v.locale()) + " " + DigitWords(last->whole), last->next};
  }
  // "1-800 numbers"
  static constexpr std::array<std::string_view, 7> kTollFree = {"800", "888", "877", "866",
                                                                "855", "844", "833"};
  if (first->whole == "1" && !spaced && v.IsHyphen(dash) && v.IsDigits(second, 3) &&
      last->next == second + 1 && std::ranges::find(kTollFree, last->whole) != kTollFree.end()) {
    return Reading{Kind::kPhone, "one " + CardinalWords(last->whole, Locale::kEnUs), last->next};
  }
  // "747-400", "737-8": a Boeing and its model
  const bool is_airliner = first->whole.size() == 3 && first->whole[0] == '7' &&
                           first->whole[2] == '7' && !spaced && v.IsHyphen(dash) &&
                           second == dash + 1 && last->next == second + 1 &&
                           ((last->whole.size() == 3 && last->whole.ends_with("00")) ||
                            last->whole == "8" || last->whole == "9");
  if (is_airliner) {
    return Reading{Kind::kSerial,
                   CodeWords(first->whole, v.locale()) + " " + CodeWords(last->whole, v.locale()),
                   last->next};
  }
  const bool years =
      IsYearLike(v, i, *first) && (last->whole.size() == 4 || last->whole.size() == 2);
  std::string words = years ? YearWords(first->whole, v.locale()) : NumberWords(*first, v.locale());
  const bool is_even =
      first->whole == last->whole && (first->whole == "50" || first->whole == "20");
  if (!is_even) AddWords(words, "to");
  Reading reading{years ? Kind::kYear : Kind::kRange, {}, last->next};
  if (years) {
    const bool short_year = last->whole.size() == 2 && last->whole[0] == '0';
    AddWords(words, short_year ? "oh " + DigitWords(last->whole.substr(1))
                               : YearWords(last->whole, v.locale()));
  } else if (MaybeReading tail = ReadFractionSign(v, last->next); tail) {  // 1-1½
    if (MaybeReading mixed = ReadMixed(v, second)) {
      AddWords(words, mixed->spoken);
      reading.next = mixed->next;
    }
  } else if (tail = ReadDimension(v, second); tail) {  // 2-3x
    AddWords(words, tail->spoken);
    reading.next = tail->next;
  } else if (tail = ReadOrdinal(v, second); tail) {
    AddWords(words, tail->spoken);
    reading.next = tail->next;
  } else if (tail = ReadMoneyAfterNumber(v, second); tail) {
    AddWords(words, tail->spoken);
    reading.next = tail->next;
  } else if (tail = ReadMeasure(v, second); tail) {
    AddWords(words, tail->spoken);
    reading.next = tail->next;
  } else if (tail = ReadScaleSuffix(v, second, *last); tail) {
    AddWords(words, tail->spoken);
    reading.next = tail->next;
  } else {
    AddWords(words, NumberWords(*last, v.locale()));
  }
  reading.spoken = words;
  return reading;
}

MaybeReading ReadScientific(const AtomView& v, size_t i) {
  const std::optional<Number> number = ParseNumber(v, i);
  if (!number) return std::nullopt;
  const size_t at = number->next;
  size_t exponent = at + 1;
  if (v.IsWord(at, "e") && !v.IsSpace(at + 1)) {
    // 2.5e6, 1e-5
  } else {
    // 3 x 10^8, 6×10^23
    size_t times = v.SkipSpace(at);
    if (!v.IsWord(times, "x") && !v.IsMark(times, U'×') && !v.IsMark(times, U'*') &&
        !v.IsMark(times, U'·')) {
      return std::nullopt;
    }
    times = v.SkipSpace(times + 1);
    if (!v.IsDigits(times, 2) || v.Text(times) != "10") return std::nullopt;
    if (!v.IsMark(times + 1, U'^')) {
      const MaybeReading power = ReadMathematics(v, times + 1);
      if (!power || power->spoken.empty() || v[times + 1].type != Atom::Type::kMark) {
        return std::nullopt;
      }
      Reading reading{Kind::kFormula,
                      NumberWords(*number, v.locale()) + " times ten " + power->spoken,
                      power->next};
      if (const std::optional<Unit> unit = ParseUnit(v, power->next, i)) {
        AddWords(reading.spoken, unit->many);
        reading.kind = Kind::kMeasure;
        reading.next = unit->next;
      }
      return reading;
    }
    exponent = times + 2;
  }
  const bool is_negative = v.IsHyphen(exponent) || v.IsMark(exponent, U'−');
  if (is_negative || v.IsMark(exponent, U'+')) ++exponent;
  if (!v.IsDigits(exponent) || v.IsWord(exponent + 1)) return std::nullopt;
  std::string words = NumberWords(*number, v.locale());
  AddWords(words, is_negative ? "times ten to the negative" : "times ten to the");
  AddWords(words, OrdinalWords(v.Text(exponent), v.locale()));
  if (const std::optional<Unit> unit = ParseUnit(v, exponent + 1, i)) {
    AddWords(words, unit->many);
    return Reading{Kind::kMeasure, words, unit->next};
  }
  return Reading{Kind::kFormula, words, exponent + 1};
}

namespace {

// "in 30s.", "a 60s timeout", "within 300s": seconds, where "in 90s Britain" and "the 60s" are
// years and "a fleet of 747s" are things. `next` is behind the s.
bool IsSeconds(const AtomView& v, size_t i, size_t next) {
  static const Words kTimed = {"timeout",   "delay",     "timer",  "window", "windows",
                               "interval",  "intervals", "pause",  "pauses", "cooldown",
                               "countdown", "burst",     "bursts", "sprint", "exposure",
                               "exposures", "increments"};
  static const Words kBefore = {"in",   "of",    "within", "for",   "after",
                                "took", "takes", "lasts",  "lasted"};
  static const Words kThings = {"pack", "packs", "pair",  "pairs", "set",   "sets",
                                "row",  "bunch", "stack", "deck",  "group", "lot"};
  static const Words kSpans = {"delay", "timeout",  "period", "interval", "total", "maximum",
                               "time",  "duration", "length", "minimum",  "gap",   "pause",
                               "done",  "finished", "window", "average",  "ready", "loads"};
  const std::string_view digits = v.Text(i);
  const std::string behind = v.IsSpace(next) ? v.Lower(next + 1) : std::string();
  if (digits.size() <= 3 && v.IsLowerCase(next + 1) && Contains(kTimed, behind)) return true;
  const std::string before = v.WordBefore(i);
  if (!Contains(kBefore, before)) return false;
  // "a pack of 6s", "in 2s"
  const std::string before2 = v.WordBefore(i, 2);
  if (before == "of" && Contains(kThings, before2)) return false;
  if (digits.size() == 1 && (before == "of" || before == "in") && !Contains(kSpans, before2)) {
    return false;
  }
  if (digits.size() == 3) return !(digits[0] == '7' && digits[2] == '7') && digits != "100";
  const bool has_noun = v.IsWord(next + 1) && !behind.empty() && !IsFunctionWord(behind);
  return digits.size() <= 2 && !has_noun;
}

}  // namespace

// 1990s, 1960's, 90s, 747s, 1800s.
MaybeReading ReadDecade(const AtomView& v, size_t i) {
  if (!v.IsDigits(i)) return std::nullopt;
  const std::string digits(v.Text(i));
  size_t next = i + 1;
  if (v.IsMark(next, U'\'')) ++next;
  if (!v.IsWord(next, "s") || v.IsDigits(next + 1)) return std::nullopt;
  ++next;
  if (digits == "100" || (digits == "1000" && !HasYearCue(v, i))) {
    return Reading{Kind::kCardinal, digits == "100" ? "hundreds" : "thousands", next};
  }
  if (digits.size() == 4 && digits.back() == '0') {
    std::string words = PluralOfWords(YearWords(digits, v.locale()));
    // "1960s–70s"
    if (v.IsDash(next) && v.IsDigits(next + 1, 2) && v.IsWord(next + 2, "s")) {
      words += " to " + PluralOfWords(CardinalWords(v.Text(next + 1), v.locale()));
      next += 3;
    }
    return Reading{Kind::kYear, words, next};
  }
  const std::string before = v.WordBefore(i);
  static const Words kBefore = {"the",  "mid", "early", "late", "his", "her",   "their", "my",
                                "your", "our", "in",    "high", "low", "upper", "lower", "of"};
  const bool is_tens = digits.size() == 2 && digits[1] == '0' && digits[0] >= '1';
  const bool is_touching = next == i + 2;  // no apostrophe
  // "20s and 30s": the decades of a life.
  const bool is_list =
      (v.IsSpace(next) && (v.IsWord(next + 1, "and") || v.IsWord(next + 1, "or")) &&
       v.IsDigits(next + 3, 2) && v.IsWord(next + 4, "s")) ||
      ((before == "and" || before == "or") && i >= 5 && v.IsWord(i - 4, "s") &&
       v.IsDigits(i - 5, 2));
  // "80s music"
  static const Words kTaste = {"music", "rock",      "pop",   "fashion", "movie", "movies",
                               "films", "hits",      "style", "hair",    "band",  "bands",
                               "songs", "nostalgia", "disco", "sitcom",  "kid",   "kids"};
  const bool is_taste =
      v.IsSpace(next) && v.IsLowerCase(next + 1) && Contains(kTaste, v.Text(next + 1));
  if (is_touching && !is_list && !v.IsMark(i - 1, U'\'') && IsSeconds(v, i, next)) {
    return std::nullopt;
  }
  if (is_tens && (is_list || is_taste || Contains(kBefore, before) || v.IsHyphen(i - 1) ||
                  v.IsMark(i - 1, U'\'') || next > i + 2)) {
    return Reading{Kind::kYear, PluralOfWords(CardinalWords(digits, v.locale())), next};
  }
  if (is_touching && !Contains(kBefore, before) && digits.size() <= 2) return std::nullopt;
  return Reading{Kind::kCardinal, PluralOfWords(CodeWords(digits, v.locale())), next};
}

MaybeReading ReadDecadeOrElision(const AtomView& v, size_t i) {
  if (!v.IsMark(i, U'\'') || v.IsGlued(i) || !v.IsDigits(i + 1, 2)) return std::nullopt;
  if (v.IsWord(i + 2, "s") || (v.IsMark(i + 2, U'\'') && v.IsWord(i + 3, "s"))) {
    MaybeReading decade = ReadDecade(v, i + 1);
    if (decade) decade->kind = Kind::kYear;
    return decade;
  }
  if (v.IsWord(i + 2) || v.IsMark(i + 2, U'\'')) return std::nullopt;
  const std::string_view year = v.Text(i + 1);
  std::string words =
      year[0] == '0' ? "oh " + DigitWords(year.substr(1)) : CardinalWords(year, v.locale());
  return Reading{Kind::kYear, words, i + 2};
}

}  // namespace litetts::text
