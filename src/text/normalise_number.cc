#include <algorithm>
#include <array>

#include "text/code_point.h"
#include "text/number_words.h"
#include "text/rules.h"

namespace litetts::text {
namespace {

using Words = std::vector<std::string_view>;

constexpr size_t kMostGroups = 24;  // atoms of digits and commas in one number

bool Contains(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Words before a number of which each digit counts.
const Words& DigitCues() {
  static const Words kCues = {"code", "pin",     "zip",    "password", "passcode",  "ssn", "digits",
                              "dial", "account", "serial", "postcode", "extension", "ext", "isbn",
                              "cvv",  "cvc",     "otp",    "imei",     "iban"};
  return kCues;
}

// Words before a number that names a thing: "Room 101", "Boeing 747".
const Words& NameCues() {
  static const Words kCues = {
      "room",    "flight", "route",     "highway", "interstate", "bus",   "boeing",   "airbus",
      "suite",   "apt",    "apartment", "gate",    "channel",    "train", "area",     "building",
      "exit",    "hwy",    "porsche",   "ferrari", "peugeot",    "nokia", "intel",    "geforce",
      "radeon",  "rtx",    "gtx",       "psalm",   "studio",     "unit",  "platform", "form",
      "section", "box",    "model",     "engine",  "seat",       "aisle", "row",      "track",
      "pier",    "locker", "rfc"};
  return kCues;
}

const Words& YearCues() {
  static const Words kCues = {
      "in",     "since",  "by",      "from", "until",     "till",   "before", "after",  "during",
      "circa",  "year",   "mid",     "late", "early",     "spring", "summer", "autumn", "fall",
      "winter", "around", "through", "ad",   "copyright", "fiscal", "season", "class"};
  return kCues;
}

}  // namespace

bool HasYearCue(const AtomView& v, size_t i) { return Contains(YearCues(), v.WordBefore(i)); }

bool NamesThing(const AtomView& v, size_t i) { return Contains(NameCues(), v.WordBefore(i)); }

bool CountsThings(const AtomView& v, size_t next) {
  if (!v.IsSpace(next) || !v.IsLowerCase(next + 1)) return false;
  const std::string_view word = v.Text(next + 1);
  static const Words kOther = {
      "was",      "is",      "has",        "as",      "this",    "us",        "does",    "saw",
      "sees",     "plus",    "thus",       "perhaps", "brings",  "marks",     "comes",   "always",
      "sounds",   "seems",   "means",      "shows",   "its",     "elections", "begins",  "opens",
      "says",     "goes",    "gets",       "lies",    "becomes", "remains",   "expires", "contains",
      "includes", "happens", "appears",    "exists",  "arrives", "sometimes", "unless",  "across",
      "towards",  "besides", "afterwards", "yes",     "less"};
  static const Words kIrregular = {"people",   "men",     "women", "children", "feet",
                                   "percent",  "fish",    "sheep", "million",  "billion",
                                   "thousand", "dollars", "more"};
  if (Contains(kIrregular, word)) return true;
  return word.size() > 2 && word.back() == 's' && !Contains(kOther, word);
}

namespace {

// "a card ending in 4242", "my SSN ends in 6789"; "the season ends in 2025", "the war ending in
// 1945" are years.
bool IsLastDigits(const AtomView& v, size_t i, const std::string& digits) {
  const bool has_in = v.WordBefore(i) == "in";
  const std::string verb = v.WordBefore(i, has_in ? 2 : 1);
  const bool may_be_year = digits.size() == 4 && digits >= "1100" && digits <= "2199";
  if (verb == "ending" && digits.size() >= 3 && !may_be_year && !CountsThings(v, i + 1)) {
    return true;
  }
  if (verb != "ending" && (!has_in || (verb != "ends" && verb != "ended" && verb != "end"))) {
    return false;
  }
  return v.HasCueBefore(i, 14,
                        {"ssn", "card", "account", "number", "phone", "pin", "code", "zip", "iban",
                         "license", "plate", "policy", "digits", "visa", "mastercard"});
}

// "911 operators" are called by the number; "called 211 people" and "112 minutes" are amounts.
bool IsServiceNumber(const AtomView& v, size_t i, const Number& number) {
  const std::string& digits = number.whole;
  const bool is_known = digits.size() == 3 && (digits == "999" || digits == "112" ||
                                               digits == "988" || digits.substr(1) == "11");
  if (!is_known) return false;
  if (CountsThings(v, number.next)) {
    static const Words kServices = {"operators", "calls", "dispatchers", "callers", "services"};
    return Contains(kServices, v.Text(number.next + 1));
  }
  return v.HasCueBefore(i, 14,
                        {"call", "dial", "phone", "emergency", "ring", "text", "called", "dialed",
                         "calling", "calls"});
}

// "Room 204", but "we train 250 people", "it can seat 250 guests": a verb and what it counts.
bool IsNamed(const AtomView& v, size_t i, const Number& number) {
  const std::string before = v.WordBefore(i);
  const bool has_number_word = before == "number" || before == "no";
  if (!Contains(NameCues(), has_number_word ? v.WordBefore(i, 2) : before)) return false;
  if (!CountsThings(v, number.next)) return true;
  static const Words kCrowd = {"people",  "men",    "women",   "children", "million", "billion",
                               "percent", "meters", "metres",  "feet",     "miles",   "yards",
                               "years",   "days",   "minutes", "hours",    "seconds", "times",
                               "pounds",  "pages",  "dollars", "inches",   "degrees", "kilometers"};
  static const Words kSubjects = {"we",     "they", "i",   "you",   "to",  "will",  "can",
                                  "could",  "must", "may", "would", "and", "might", "should",
                                  "cannot", "who",  "not", "that",  "also"};
  return !Contains(kCrowd, v.Text(number.next + 1)) && !Contains(kSubjects, v.WordBefore(i, 2));
}

MaybeReading WholeNumber(const AtomView& v, size_t i, const Number& number) {
  const std::string before = v.WordBefore(i);
  const std::string before2 = v.WordBefore(i, 2);
  const bool is_plain = !number.has_commas && number.fraction.empty();
  const std::string& digits = number.whole;
  const size_t after = v.SkipSpace(number.next);
  if (IsMilitaryTime(v, i, number)) {
    std::string words = digits[0] == '0' ? "zero " : "";
    words += CardinalWords(digits.substr(0, 2), v.locale());
    AddWords(words, digits.substr(2) == "00" ? "hundred" : CodeWords(digits.substr(2), v.locale()));
    return Reading{Kind::kTime, words, number.next};
  }
  if (is_plain && digits.size() > 1 && digits[0] == '0') {
    return Reading{Kind::kSerial, DigitWords(digits), number.next};
  }
  const bool digit_cue =
      Contains(DigitCues(), before) || IsLastDigits(v, i, digits) ||
      (Contains(DigitCues(), before2) && !CountsThings(v, number.next) &&
       (before == "is" || before == "was" || before == "number")) ||
      (before == "is" && before2 == "number" &&  // "my PIN number is 4821"
       Contains(DigitCues(), v.WordBefore(i, 3)) && !CountsThings(v, number.next)) ||
      // "Ask for ext. 405"
      (v.IsSpace(i - 1) && v.IsMark(i - 2, U'.') && v.IsWord(i - 3, "ext")) ||
      (before == "t" && v.IsMark(i - 3, U'\'') &&  // "my PIN isn't 1234"
       Contains(DigitCues(), v.WordBefore(i - 4)));
  const bool emergency = is_plain && IsServiceNumber(v, i, number);
  const bool is_short_code =
      is_plain && (digits.size() == 5 || digits.size() == 6) &&
      (before == "text" || (before == "to" && v.HasCueBefore(i, 8, {"text", "sms", "texting"})));
  if (is_plain && (digit_cue || emergency || is_short_code || digits.size() > 15)) {
    const Kind kind = emergency || is_short_code ? Kind::kPhone : Kind::kSerial;
    return Reading{kind, DigitWords(digits), number.next};
  }
  if (is_plain && v.IsUpperCase(v.WordIndexBefore(i)) && digits.size() == 5 && before.size() == 2) {
    return Reading{Kind::kSerial, DigitWords(digits), number.next};  // a ZIP code behind its state
  }
  const bool is_behind_dc = v.IsSpace(i - 1) && v.IsMark(i - 2, U'.') && v.IsUpperCase(i - 3) &&
                            v.IsMark(i - 4, U'.') && v.IsUpperCase(i - 5);
  if (is_plain && digits.size() == 5 && is_behind_dc) {
    return Reading{Kind::kSerial, DigitWords(digits), number.next};
  }
  if (is_plain && digits.size() >= 3 && digits.size() <= 4 && IsNamed(v, i, number)) {
    return Reading{Kind::kSerial, CodeWords(digits, v.locale()), number.next};
  }
  const bool is_era = is_plain && digits.size() == 4 &&
                      (v.IsWord(after, "bc") || v.IsWord(after, "ad") || v.IsWord(after, "ce") ||
                       v.IsWord(after, "bce") || before == "ad");
  if (IsYearLike(v, i, number) || (is_era && v.IsUpperCase(after))) {
    return Reading{Kind::kYear, YearWords(digits, v.locale()), number.next};
  }
  const Kind kind = number.fraction.empty() ? Kind::kCardinal : Kind::kDecimal;
  return Reading{kind, NumberWords(number, v.locale()), number.next};
}

// "1m people": what is counted in millions and not measured in meters.
bool IsCrowd(const AtomView& v, size_t i) {
  static const Words kCrowds = {"people",    "users",  "views",    "followers", "subscribers",
                                "downloads", "jobs",   "homes",    "votes",     "customers",
                                "copies",    "visits", "tourists", "workers",   "children",
                                "barrels",   "shares", "visitors", "tickets",   "households"};
  return (v.IsSpace(i) && v.IsLowerCase(i + 1) && Contains(kCrowds, v.Text(i + 1))) ||
         v.HasCueBefore(i, 14,
                        {"population", "populations", "audience", "circulation", "viewers",
                         "turnout", "electorate", "worth", "revenue", "turnover", "profit"});
}

// A number or mixed number with a vulgar fraction sign: 3½, 3 1/2.
MaybeReading MixedFraction(const AtomView& v, const Number& number) {
  if (!number.fraction.empty()) return std::nullopt;
  const size_t at = v.SkipSpace(number.next);
  std::string fraction;
  size_t next = 0;
  if (const MaybeReading sign = ReadFractionSign(v, number.next)) {
    fraction = sign->spoken;
    next = sign->next;
  } else if ((at > number.next || v.IsHyphen(at)) && v.IsDigits(at + (v.IsHyphen(at) ? 1 : 0))) {
    const size_t top = at + (v.IsHyphen(at) ? 1 : 0);
    if (!v.IsMark(top + 1, U'/') || !v.IsDigits(top + 2) || v.IsMark(top + 3, U'/')) {
      return std::nullopt;
    }
    const std::string_view numerator = v.Text(top);
    const std::string_view denominator = v.Text(top + 2);
    static const Words kUsual = {"2", "3", "4", "5", "6", "8", "10", "16", "32", "64"};
    if (!Contains(kUsual, denominator) || numerator.size() > denominator.size() ||
        (numerator.size() == denominator.size() && numerator >= denominator)) {
      return std::nullopt;
    }
    fraction = FractionWords(numerator, denominator, v.locale());
    next = top + 3;
  } else {
    return std::nullopt;
  }
  if (fraction.substr(0, 4) == "one " && fraction != "one half")
    fraction = "a" + fraction.substr(3);
  if (fraction == "one half") fraction = "a half";
  if (fraction.substr(0, 2) == "a " && fraction[2] == 'e') fraction.insert(1, "n");
  return Reading{Kind::kFraction, CardinalWords(number.whole, v.locale()) + " and " + fraction,
                 next};
}

// The K of "10k followers", "250K" is a thousand; that of "a 5K", "10K runs" is a distance.
bool IsThousands(const AtomView& v, size_t next, const Number& number) {
  static const Words kRuns = {"runs", "races", "runners", "times", "miles", "walks"};
  if (CountsThings(v, next)) return !Contains(kRuns, v.Text(next + 1));
  return number.fraction.empty() && number.whole.size() >= 2 && number.whole != "10";
}

}  // namespace

// "5K", "2.5M", "10bn" directly behind a number that is no money.
MaybeReading ReadScaleSuffix(const AtomView& v, size_t i, const Number& number) {
  const size_t at = number.next;
  if (!v.IsWord(at) || v.IsDigits(at + 1)) return std::nullopt;
  if (v.IsSpace(at + 1) && v.IsCapitalised(at + 2)) return std::nullopt;  // "221B Baker Street"
  const std::string_view suffix = v.Text(at);
  // "Room 305B", "Apt. 4B": a letter of the name.
  const size_t named = v.WordIndexBefore(i);
  const bool is_name = suffix == "B" && (Contains(NameCues(), v.WordBefore(i)) ||
                                         v.IsMark(i - 2, U'.') || v.IsCapitalised(named));
  if (is_name) return std::nullopt;
  // "seat 30B", "a 7B model": billions show themselves by a point or by what is counted.
  const bool is_amount = !number.fraction.empty() || number.whole.size() > 2 ||
                         CountsThings(v, at + 1) || IsCrowd(v, at + 1);
  if (suffix == "B" && !is_amount) return std::nullopt;
  std::string words = NumberWords(number, v.locale());
  if (suffix == "M" || suffix == "mn" || suffix == "mln") {
    AddWords(words, "million");
  } else if (suffix == "B" || suffix == "bn") {
    AddWords(words, "billion");
  } else if (suffix == "m" && IsCrowd(v, at + 1)) {
    AddWords(words, "million");
  } else if (suffix == "tn") {
    AddWords(words, "trillion");
  } else if ((suffix == "K" || suffix == "k") && number.whole != "401" &&
             IsThousands(v, at + 1, number)) {
    AddWords(words, "thousand");
  } else if (suffix == "k" && number.whole == "401") {
    words = "four oh one K";
  } else {
    return std::nullopt;
  }
  return Reading{Kind::kCardinal, words, at + 1};
}

bool IsFunctionWord(std::string_view lower) {
  static const Words kWords = {
      "a",       "about", "after", "all",    "also",   "am",      "an",      "and",     "are",
      "as",      "at",    "be",    "been",   "before", "but",     "by",      "can",     "could",
      "did",     "do",    "does",  "down",   "each",   "every",   "for",     "from",    "had",
      "has",     "have",  "he",    "her",    "his",    "i",       "if",      "in",      "into",
      "is",      "it",    "its",   "later",  "less",   "long",    "may",     "might",   "more",
      "must",    "my",    "near",  "next",   "not",    "now",     "of",      "off",     "on",
      "or",      "out",   "over",  "per",    "she",    "should",  "since",   "so",      "than",
      "that",    "the",   "their", "then",   "there",  "these",   "they",    "this",    "those",
      "through", "to",    "today", "under",  "until",  "up",      "was",     "we",      "were",
      "when",    "where", "which", "while",  "who",    "will",    "with",    "would",   "yesterday",
      "you",     "your",  "wide",  "tall",   "deep",   "high",    "away",    "apart",   "ago",
      "versus",  "vs",    "onto",  "across", "around", "between", "against", "because", "just",
      "only",    "plus",  "minus", "went",   "came",   "without", "within",  "during",  "again",
      "instead"};
  return Contains(kWords, lower);
}

namespace {

// "the", "her", "a proposed" before the quantity: what it measures is one thing.
bool HasDeterminer(const AtomView& v, size_t i) {
  static const Words kDeterminers = {"a",   "an",  "the",   "this", "that",  "his",  "her",    "my",
                                     "our", "its", "their", "your", "every", "each", "another"};
  static const Words kCounting = {"first", "last", "next", "only", "other", "additional", "extra"};
  size_t at = i;
  for (int count = 0; count < 3; ++count) {
    if (!v.IsSpace(at - 1)) return false;
    at -= v.IsMark(at - 2, U',') ? 3 : 2;
    if (!v.IsWord(at)) return false;
    while (v.IsHyphen(at - 1) && (v.IsWord(at - 2) || v.IsDigits(at - 2))) at -= 2;
    const std::string word = v.Lower(at);
    if (Contains(kDeterminers, word)) return true;
    if (v.IsCapitalised(at) || IsFunctionWord(word) || Contains(kCounting, word)) return false;
  }
  return false;
}

// "the $5 raised", "the 10 km left": no noun of a measure.
bool IsParticiple(std::string_view word) {
  static const Words kIrregular = {"left", "lost",  "spent", "paid", "found", "made",
                                   "sent", "given", "taken", "won",  "lent",  "needed"};
  return word.ends_with("ed") || Contains(kIrregular, word);
}

}  // namespace

bool IsAttributive(const AtomView& v, size_t i, size_t next) {
  const std::string before = v.WordBefore(i);
  const bool has_article = before == "a" || before == "an";
  if (v.IsHyphen(next) && v.IsWord(next + 1)) return true;
  // "a $400K, 30-year loan"
  if (v.IsMark(next, U',') && v.IsSpace(next + 1) && v.IsHyphen(next + 3)) return has_article;
  if (!v.IsSpace(next) || !v.IsWord(next + 1)) return false;
  if (IsFunctionWord(v.Lower(next + 1))) return false;
  if (has_article) return true;
  return v.IsLowerCase(next + 1) && !IsParticiple(v.Text(next + 1)) && HasDeterminer(v, i);
}

std::optional<Number> ParseNumber(const AtomView& v, size_t i) {
  Number number;
  if (v.IsMark(i, U'.')) {
    if (!v.IsDigits(i + 1)) return std::nullopt;
    number.fraction = v.Text(i + 1);
    number.next = i + 2;
    return number;
  }
  if (!v.IsDigits(i)) return std::nullopt;
  number.whole = v.Text(i);
  size_t next = i + 1;
  size_t end = next;
  // Groups of three, or of two before the last as in "1,00,000".
  for (size_t at = next;
       number.whole.size() <= 3 && v.IsMark(at, U',') && v.IsDigits(at + 1) && at < i + kMostGroups;
       at += 2) {
    const size_t size = v.Text(at + 1).size();
    if (size != 3 && size != 2) break;
    if (size == 3) end = at + 2;
  }
  // "1.250,00" with a point for the comma and a comma for the point
  if (number.whole.size() <= 3 && number.whole[0] != '0' && v.IsMark(next, U'.') &&
      v.IsDigits(next + 1, 3) && v.IsMark(next + 2, U',') && v.IsDigits(next + 3, 2) &&
      !v.IsWord(next + 4)) {
    number.whole += v.Text(next + 1);
    number.fraction = v.Text(next + 3);
    number.has_commas = true;
    number.next = next + 4;
    return number;
  }
  // "1.234.567" with points for commas; four groups would be an address.
  const auto is_point_group = [&](size_t at) {
    return v.IsMark(at, U'.') && v.IsDigits(at + 1, 3);
  };
  if (number.whole.size() <= 3 && number.whole[0] != '0' && is_point_group(next) &&
      is_point_group(next + 2) && !(v.IsMark(next + 4, U'.') && v.IsDigits(next + 5)) &&
      v.WordBefore(i) != "version") {
    number.whole += v.Text(next + 1);
    number.whole += v.Text(next + 3);
    number.has_commas = true;
    number.next = next + 4;
    return number;
  }
  if (end > next) {
    number.whole.clear();
    for (size_t at = i; at < end; at += 2) number.whole += v.Text(at);
    number.has_commas = true;
    next = end;
  } else if (number.whole.size() <= 3 && v.IsSpace(next) && v.IsDigits(next + 1, 3) &&
             v.IsSpace(next + 2) && v.IsDigits(next + 3, 3) && number.whole[0] != '0') {
    do {
      number.whole += v.Text(next + 1);
      next += 2;
    } while (next < i + kMostGroups && v.IsSpace(next) && v.IsDigits(next + 1, 3));
    number.has_commas = true;
  } else if (number.whole.size() <= 3 && number.whole[0] != '0' && v.IsSpace(next) &&
             v.IsDigits(next + 1, 3) && v.Text(next + 1) == "000") {
    number.whole += "000";
    number.has_commas = true;
    next += 2;
  }
  if (v.IsMark(next, U'.') && v.IsDigits(next + 1)) {
    number.fraction = v.Text(next + 1);
    next += 2;
  }
  number.next = next;
  return number;
}

std::string NumberWords(const Number& number, Locale locale) {
  return DecimalWords(number.whole, number.fraction, locale);
}

bool IsYearLike(const AtomView& v, size_t i, const Number& number) {
  if (number.whole.size() != 4 || number.has_commas || !number.fraction.empty()) return false;
  if (number.whole < "1000" || number.whole > "2199") return false;
  // "after 1500 hours", but "in 2019 hours were cut"
  static const Words kMeasured = {"hours", "minutes", "seconds",  "miles", "words", "steps",
                                  "feet",  "meters",  "calories", "pages", "hrs",   "pounds"};
  const bool is_modern = number.whole >= "1900" && number.whole <= "2099";
  if (!is_modern && CountsThings(v, number.next) && Contains(kMeasured, v.Text(number.next + 1))) {
    return false;
  }
  // "in 1066", but "in 1050 cases" and "1024"
  if (number.whole < "1100") {
    const std::string cue = v.WordBefore(i);
    const bool is_listed = cue == "and" && v.HasCueBefore(i, 10, {"in", "since", "ad"});
    return number.whole.substr(2, 1) != "0" && (is_listed || Contains(YearCues(), cue)) &&
           !CountsThings(v, number.next) && !v.IsWord(v.SkipSpace(number.next), "of");
  }
  const std::string before = v.WordBefore(i);
  if (Contains(YearCues(), before)) return true;
  // "between 2019 and 2021 sales doubled"
  const auto is_recent = [](std::string_view digits) {
    return digits >= "1900" && digits <= "2099";
  };
  const bool is_second = (before == "and" || before == "or" || before == "to") &&
                         v.IsSpace(i - 3) && v.IsDigits(i - 4, 4) && is_recent(v.Text(i - 4));
  if (is_second && is_recent(number.whole)) return true;
  if (v.IsMark(i - 1, U',') || v.IsMark(i - 1, U'(')) return true;
  return !CountsThings(v, number.next);
}

MaybeReading ReadOrdinal(const AtomView& v, size_t i) {
  const std::optional<Number> number = ParseNumber(v, i);
  if (!number || !number->fraction.empty() || !v.IsWord(number->next)) return std::nullopt;
  const std::string suffix = v.Lower(number->next);
  if (suffix != "st" && suffix != "nd" && suffix != "rd" && suffix != "th") return std::nullopt;
  // "9st" is a weight.
  const bool is_teen = number->whole.size() > 1 && number->whole[number->whole.size() - 2] == '1';
  if (suffix == "st" && (number->whole.back() != '1' || is_teen)) return std::nullopt;
  return Reading{Kind::kOrdinal, OrdinalWords(number->whole, v.locale()), number->next + 1};
}

namespace {

// ".300 hitter", "batting .285": thousandths that are said as a whole number.
bool IsBattingAverage(const AtomView& v, size_t i) {
  if (!v.IsDigits(i + 1, 3) || v.Text(i + 1)[0] == '0' || v.IsWord(i + 2)) return false;
  static const Words kBehind = {"hitter", "hitters", "average", "batter", "season"};
  if (v.IsSpace(i + 2) && v.IsLowerCase(i + 3) && Contains(kBehind, v.Text(i + 3))) return true;
  return v.HasCueBefore(i, 8,
                        {"batting", "batted", "hitting", "hits", "hit", "slugging", "slugged"});
}

}  // namespace

MaybeReading ReadSignedNumber(const AtomView& v, size_t i) {
  if (v.IsGlued(i) || v.IsMark(i - 1, U')')) return std::nullopt;
  const char32_t sign = v[i].mark;
  std::string_view name;
  size_t number = i + 1;
  switch (sign) {
    case U'-':
    case U'−':
    case U'–':
      name = "minus";
      break;
    case U'+':
      name = "plus";
      break;
    case U'±':
      name = "plus or minus";
      break;
    case U'~':
    case U'≈':
      name = "approximately";
      break;
    case U'<':
      name = "less than";
      break;
    case U'>':
      name = "greater than";
      break;
    case U'≤':
      name = "at most";
      break;
    case U'≥':
      name = "at least";
      break;
    case U'.':
      break;
    default:
      return std::nullopt;
  }
  if (sign == U'.') {
    number = i;
    if (v.IsMark(i - 1, U'.') || !v.IsDigits(i + 1)) return std::nullopt;
  } else if (v.IsMark(number, U'=') && (sign == U'<' || sign == U'>')) {
    name = sign == U'<' ? "at most" : "at least";
    ++number;
  }
  MaybeReading reading;
  if (sign == U'.' && IsBattingAverage(v, i)) {
    const std::string_view digits = v.Text(i + 1);
    return Reading{Kind::kDecimal, CodeWords(digits, v.locale()), i + 2};
  }
  const bool is_caliber = sign == U'.' && v.IsDigits(i + 1, 2) && v.IsSpace(i + 2) &&
                          (v.IsWord(i + 3, "caliber") || v.IsWord(i + 3, "calibre"));
  if (is_caliber) {
    return Reading{Kind::kSerial, CardinalWords(v.Text(i + 1), v.locale()), i + 2};
  }
  if (v.IsDigits(number) || (v.IsMark(number, U'.') && v.IsDigits(number + 1))) {
    reading = ReadNumber(v, number);
  } else if (v[number].type == Atom::Type::kMark && number > i) {
    reading = ReadMoney(v, number);
  }
  if (!reading) return std::nullopt;
  // "-2023" after minus is a number, not a year.
  if (reading->kind == Kind::kYear && sign != U'~' && sign != U'≈') {
    const std::optional<Number> value = ParseNumber(v, number);
    if (value) reading = Reading{Kind::kCardinal, NumberWords(*value, v.locale()), value->next};
  }
  std::string words(name);
  AddWords(words, reading->spoken);
  reading->spoken = words;
  return reading;
}

MaybeReading ReadMixed(const AtomView& v, size_t i) {
  const std::optional<Number> number = ParseNumber(v, i);
  if (!number) return std::nullopt;
  MaybeReading mixed = MixedFraction(v, *number);
  if (!mixed) return std::nullopt;
  if (const std::optional<Unit> unit = ParseUnit(v, mixed->next, i)) {
    AddWords(mixed->spoken, IsAttributive(v, i, unit->next) ? unit->one : unit->many);
    mixed->next = unit->next;
    mixed->kind = Kind::kMeasure;
  }
  return mixed;
}

namespace {

// A number that is not mixed.
MaybeReading ReadWhole(const AtomView& v, size_t i) {
  using Rule = MaybeReading (*)(const AtomView&, size_t);
  static constexpr std::array<Rule, 20> kRules = {
      ReadCode,      ReadGroupedDigits, ReadSeason,           ReadVerse,
      ReadTelephone, ReadNumericDate,   ReadHyphenatedDigits, ReadDottedNumber,
      ReadTime,      ReadDayMonth,      ReadScientific,       ReadDimension,
      ReadDecade,    ReadRange,         ReadMoneyAfterNumber, ReadMeasure,
      ReadOrdinal,   ReadSlashed,       ReadLettersAndDigits, ReadNumberName};
  const std::optional<Number> number = ParseNumber(v, i);
  if (!number) return std::nullopt;
  // The rest of a run that was cut.
  if (v.IsDigits(i - 1, kMostDigitsOfAtom))
    return Reading{Kind::kSerial, DigitWords(v.Text(i)), i + 1};
  for (const Rule rule : kRules) {
    if (MaybeReading reading = rule(v, i)) return reading;
    if (rule == static_cast<Rule>(ReadMoneyAfterNumber)) {
      if (MaybeReading scaled = ReadScaleSuffix(v, i, *number)) return scaled;
    }
  }
  MaybeReading whole = WholeNumber(v, i, *number);
  if (whole && v.IsMark(whole->next, U'+') && !v.IsDigits(whole->next + 1) &&
      !v.IsWord(whole->next + 1)) {
    AddWords(whole->spoken, "plus");
    ++whole->next;
  }
  return whole;
}

}  // namespace

MaybeReading ReadNumber(const AtomView& v, size_t i) {
  MaybeReading mixed = ReadMixed(v, i);
  if (!mixed) return ReadWhole(v, i);
  // "1 1/2-2 cups". One number is joined, whatever follows it: what reads it does not join again.
  if (!v.IsDash(mixed->next) || !v.IsDigits(mixed->next + 1)) return mixed;
  MaybeReading last = ReadMixed(v, mixed->next + 1);
  if (!last) last = ReadWhole(v, mixed->next + 1);
  if (!last) return mixed;
  AddWords(mixed->spoken, "to");
  AddWords(mixed->spoken, last->spoken);
  return Reading{Kind::kRange, mixed->spoken, last->next};
}

}  // namespace litetts::text
