#include <algorithm>
#include <array>
#include <unordered_map>

#include "text/code_point.h"
#include "text/number_words.h"
#include "text/rules.h"

namespace litetts::text {
namespace {

using Names = std::vector<std::string_view>;

bool Contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

enum class Needs : uint8_t {
  kNothing,  // with a full stop it is always the abbreviation
  kName,     // a capitalised word follows; the stop is optional: "Dr Smith"
  kNumber,   // a number follows: "No. 7"
  kAfter,    // stands behind a capitalised name: "Main St."; the stop is optional at its end
};

struct Abbreviation {
  std::string_view words;
  Needs needs = Needs::kNothing;
};

// By lower-case text without the stop.
const std::unordered_map<std::string_view, Abbreviation>& Abbreviations() {
  static const std::unordered_map<std::string_view, Abbreviation> kTable = {
      {"mr", {"Mister", Needs::kName}},
      {"mrs", {"Missus", Needs::kName}},
      {"ms", {"Ms.", Needs::kName}},
      {"dr", {"Doctor", Needs::kName}},
      {"prof", {"Professor", Needs::kName}},
      {"sgt", {"Sergeant", Needs::kName}},
      {"capt", {"Captain", Needs::kName}},
      {"cpt", {"Captain", Needs::kName}},
      {"lt", {"Lieutenant", Needs::kName}},
      {"col", {"Colonel", Needs::kName}},
      {"gen", {"General", Needs::kName}},
      {"maj", {"Major", Needs::kName}},
      {"cpl", {"Corporal", Needs::kName}},
      {"pvt", {"Private", Needs::kName}},
      {"adm", {"Admiral", Needs::kName}},
      {"cmdr", {"Commander", Needs::kName}},
      {"rev", {"Reverend", Needs::kName}},
      {"fr", {"Father", Needs::kName}},
      {"hon", {"Honorable", Needs::kName}},
      {"pres", {"President", Needs::kName}},
      {"gov", {"Governor", Needs::kName}},
      {"sen", {"Senator", Needs::kName}},
      {"rep", {"Representative", Needs::kName}},
      {"revd", {"Reverend", Needs::kName}},
      {"gtr", {"Greater", Needs::kName}},
      {"cres", {"Crescent", Needs::kAfter}},
      {"gdns", {"Gardens", Needs::kAfter}},
      {"terr", {"Terrace", Needs::kAfter}},
      {"mlle", {"Mademoiselle", Needs::kName}},
      {"mme", {"Madame", Needs::kName}},
      {"msgr", {"Monsignor", Needs::kName}},
      {"brig", {"Brigadier", Needs::kName}},
      {"rte", {"Route", Needs::kNumber}},
      {"rm", {"Room", Needs::kNumber}},
      {"ll", {"lines", Needs::kNumber}},
      {"pt", {"part", Needs::kNumber}},
      {"pop", {"population", Needs::kNumber}},
      {"lat", {"latitude", Needs::kNumber}},
      {"long", {"longitude", Needs::kNumber}},
      {"amb", {"Ambassador", Needs::kName}},
      {"atty", {"Attorney", Needs::kName}},
      {"cllr", {"Councillor", Needs::kName}},
      {"cdr", {"Commander", Needs::kName}},
      {"appt", {"appointment", Needs::kNothing}},
      {"appts", {"appointments", Needs::kNothing}},
      {"depts", {"departments", Needs::kNothing}},
      {"mtg", {"meeting", Needs::kNothing}},
      {"msg", {"message", Needs::kNothing}},
      {"pkg", {"package", Needs::kNothing}},
      {"esp", {"especially", Needs::kNothing}},
      {"usu", {"usually", Needs::kNothing}},
      {"cont", {"continued", Needs::kNothing}},
      {"contd", {"continued", Needs::kNothing}},
      {"prev", {"previous", Needs::kNothing}},
      {"std", {"standard", Needs::kNothing}},
      {"wt", {"weight", Needs::kNothing}},
      {"ht", {"height", Needs::kNothing}},
      {"diam", {"diameter", Needs::kNothing}},
      {"freq", {"frequency", Needs::kNothing}},
      {"yd", {"yard", Needs::kNothing}},
      {"sched", {"schedule", Needs::kNothing}},
      {"ep", {"Episode", Needs::kNumber}},
      {"thx", {"thanks", Needs::kNothing}},
      {"pls", {"please", Needs::kNothing}},
      {"plz", {"please", Needs::kNothing}},
      {"messrs", {"Messrs", Needs::kName}},
      {"supt", {"Superintendent", Needs::kName}},
      {"insp", {"Inspector", Needs::kName}},
      {"det", {"Detective", Needs::kName}},
      {"st", {"Saint", Needs::kName}},
      {"ste", {"Suite", Needs::kNumber}},
      {"mt", {"Mount", Needs::kName}},
      {"ft", {"Fort", Needs::kName}},
      {"ave", {"Avenue", Needs::kAfter}},
      {"av", {"Avenue", Needs::kAfter}},
      {"blvd", {"Boulevard", Needs::kAfter}},
      {"rd", {"Road", Needs::kAfter}},
      {"ln", {"Lane", Needs::kAfter}},
      {"ct", {"Court", Needs::kAfter}},
      {"pl", {"Place", Needs::kAfter}},
      {"sq", {"Square", Needs::kAfter}},
      {"hwy", {"Highway", Needs::kAfter}},
      {"pkwy", {"Parkway", Needs::kAfter}},
      {"jr", {"Junior", Needs::kAfter}},
      {"sr", {"Senior", Needs::kAfter}},
      {"esq", {"Esquire", Needs::kAfter}},
      {"inc", {"Incorporated", Needs::kAfter}},
      {"corp", {"Corporation", Needs::kAfter}},
      {"ltd", {"Limited", Needs::kAfter}},
      {"co", {"Company", Needs::kAfter}},
      {"bros", {"Brothers", Needs::kAfter}},
      {"univ", {"University", Needs::kNothing}},
      {"apt", {"Apartment", Needs::kNumber}},
      {"dept", {"Department", Needs::kNothing}},
      {"no", {"number", Needs::kNumber}},
      {"nos", {"numbers", Needs::kNumber}},
      {"nr", {"number", Needs::kNumber}},
      {"vol", {"volume", Needs::kNumber}},
      {"vols", {"volumes", Needs::kNumber}},
      {"ch", {"chapter", Needs::kNumber}},
      {"p", {"page", Needs::kNumber}},
      {"pp", {"pages", Needs::kNumber}},
      {"pg", {"page", Needs::kNumber}},
      {"fig", {"figure", Needs::kNumber}},
      {"figs", {"figures", Needs::kNumber}},
      {"eq", {"equation", Needs::kNumber}},
      {"sec", {"section", Needs::kNumber}},
      {"art", {"article", Needs::kNumber}},
      {"ex", {"example", Needs::kNumber}},
      {"op", {"opus", Needs::kNumber}},
      {"ver", {"version", Needs::kNumber}},
      {"tel", {"telephone", Needs::kNumber}},
      {"ext", {"extension", Needs::kNumber}},
      {"c", {"circa", Needs::kNumber}},
      {"ca", {"circa", Needs::kNumber}},
      {"vs", {"versus", Needs::kNothing}},
      {"etc", {"etcetera", Needs::kNothing}},
      {"cf", {"compare", Needs::kNothing}},
      {"viz", {"namely", Needs::kNothing}},
      {"approx", {"approximately", Needs::kNothing}},
      {"exp", {"expires", Needs::kNumber}},
      {"fn", {"footnote", Needs::kNumber}},
      {"ps", {"Psalm", Needs::kNumber}},
      {"rt", {"Route", Needs::kNumber}},
      {"fl", {"Floor", Needs::kNumber}},
      {"est", {"established", Needs::kNumber}},
      {"ed", {"edition", Needs::kNumber}},
      {"misc", {"miscellaneous", Needs::kNothing}},
      {"temp", {"temperature", Needs::kNumber}},
      {"avg", {"average", Needs::kNothing}},
      {"max", {"maximum", Needs::kNumber}},
      {"min", {"minimum", Needs::kNumber}},
      {"attn", {"attention", Needs::kNothing}},
      {"acct", {"account", Needs::kNothing}},
      {"assn", {"association", Needs::kNothing}},
      {"assoc", {"associate", Needs::kNothing}},
      {"asst", {"assistant", Needs::kNothing}},
      {"govt", {"government", Needs::kNothing}},
      {"intl", {"international", Needs::kNothing}},
      {"natl", {"national", Needs::kNothing}},
      {"mfg", {"manufacturing", Needs::kNothing}},
      {"mgr", {"manager", Needs::kNothing}},
      {"bldg", {"building", Needs::kNothing}},
      {"fwd", {"forward", Needs::kNothing}},
      {"incl", {"including", Needs::kNothing}},
      {"excl", {"excluding", Needs::kNothing}},
      {"resp", {"respectively", Needs::kNothing}},
      {"orig", {"originally", Needs::kNothing}},
      {"para", {"paragraph", Needs::kNumber}},
      {"hr", {"hour", Needs::kNothing}},
      {"hrs", {"hours", Needs::kNothing}},
      {"yr", {"year", Needs::kNothing}},
      {"yrs", {"years", Needs::kNothing}},
      {"mins", {"minutes", Needs::kNothing}},
      {"secs", {"seconds", Needs::kNothing}},
      {"lb", {"pound", Needs::kNothing}},
      {"lbs", {"pounds", Needs::kNothing}},
      {"oz", {"ounces", Needs::kNothing}},
      {"tsp", {"teaspoon", Needs::kNothing}},
      {"tbsp", {"tablespoon", Needs::kNothing}},
      {"qty", {"quantity", Needs::kNothing}},
      {"ref", {"reference", Needs::kNumber}},
  };
  return kTable;
}

// Said even without a stop.
const Names& WithoutStop() {
  static const Names kNames = {"vs",   "approx", "blvd", "ave",  "mr",   "mrs",  "dr",  "ltd",
                               "jr",   "prof",   "sgt",  "capt", "bldg", "dept", "hwy", "mt",
                               "st",   "ms",     "inc",  "corp", "gov",  "sen",  "lt",  "pkwy",
                               "attn", "govt",   "thx",  "pls",  "plz",  "rd",   "ln",  "sq",
                               "cres", "gdns",   "revd", "gtr",  "rev",  "mme",  "mlle"};
  return kNames;
}

// "near Main St", "221 Baker St.", "5th Ave": a capitalised name or ordinal is before.
bool FollowsName(const AtomView& v, size_t i) {
  size_t before = i;
  if (v.IsSpace(i - 1) && v.IsMark(i - 2, U',')) before = i - 1;  // "Smith, Jr."
  if (!v.IsSpace(before - 1) && !v.IsMark(before - 1, U',')) return false;
  size_t word = before - 2;
  if (v.IsWord(word, "s") && v.IsMark(word - 1, U'\'')) word -= 2;  // "St. James's St."
  if (v.IsCapitalised(word)) return true;
  return v.IsWord(word) && v.IsDigits(word - 1);  // "5th"
}

bool IsNumberAhead(const AtomView& v, size_t at) {
  const size_t next = v.SkipSpace(at);
  if (v.IsDigits(next)) return true;
  const bool has_sign =
      v.IsMark(next, U'#') || v.IsMark(next, U'$') || v.IsMark(next, U'£') || v.IsMark(next, U'€');
  if (has_sign && v.IsDigits(next + 1)) return true;
  if (v.IsUpperCase(next) && v.Text(next).size() <= 3 && v.IsDigits(next + 1)) return true;
  return v.IsUpperCase(next) && next > at &&
         v.Text(next).find_first_not_of("IVXLC") == std::string_view::npos && v.Text(next) != "I";
}

// "It didn't take long. 10 minutes later": a word that ends its sentence, and what the next one
// counts.
bool EndsBeforeCount(const AtomView& v, size_t i, std::string_view lower) {
  const size_t at = v.SkipSpace(i + 2);
  const bool is_price = v.IsMark(at, U'$') || v.IsMark(at, U'£') || v.IsMark(at, U'€');
  if (is_price) return lower == "long" || lower == "no" || lower == "art" || lower == "ex";
  const std::optional<Number> number = ParseNumber(v, at);
  if (!number) return false;
  const bool counts = CountsThings(v, number->next) && !v.IsWord(number->next + 1, "degrees");
  if (lower == "long") {  // of a place: "lat. 40 N, long. 73 W"
    const size_t point = v.SkipSpace(number->next);
    return counts || !(v.IsMark(point, U'°') || v.IsUpperCase(point) ||
                       v.HasCueBefore(i, 16, {"lat", "latitude"}));
  }
  const std::string before = v.WordBefore(i);
  if (lower == "no" && v.IsLowerCase(i)) {
    static const Names kSaid = {"said", "says", "say", "or", "answered", "replied"};
    if (Contains(kSaid, before)) return true;
  }
  if (!counts) return false;
  // "No. 2 pencils", "the art. 5 rules"
  static const Names kAmounts = {"minutes", "hours", "days",    "weeks",   "months", "years",
                                 "seconds", "times", "percent", "dollars", "people"};
  const bool is_named = before == "the" || (lower == "no" && v.IsCapitalised(i));
  if (is_named && !Contains(kAmounts, v.Text(number->next + 1))) return false;
  if (lower == "no") return true;
  static const Names kWords = {"art", "ex", "pop", "ref", "temp", "op", "ed", "fig", "sec", "exp"};
  if (Contains(kWords, lower)) return v.IsLowerCase(i) || lower == "ed" || lower == "art";
  // "I met Max. 3 days", but "It takes max. 3 days."
  return (lower == "max" || lower == "min") && v.IsCapitalised(i) && !before.empty();
}

bool IsBracketedNumber(const AtomView& v, size_t at, std::string_view lower) {
  const size_t bracket = v.SkipSpace(at);
  return (lower == "eq" || lower == "fig" || lower == "ref") && v.IsMark(bracket, U'(') &&
         v.IsDigits(bracket + 1) && v.IsMark(bracket + 2, U')');
}

bool IsCodeNumber(const AtomView& v, size_t i, std::string_view lower) {
  static const Names kThings = {"serial", "part", "model", "order", "account", "policy", "ref",
                                "case",   "item", "lot",   "batch", "article", "invoice"};
  return lower == "no" && Contains(kThings, v.WordBefore(i)) && v.IsSpace(i + 2) &&
         v.IsUpperCase(i + 3);
}

Reading Take(Kind kind, std::string_view words, const AtomView& v, size_t stop, bool is_title) {
  const bool has_stop = v.IsMark(stop, U'.') && !v.IsMark(stop + 1, U'.');
  const bool ends = has_stop && !is_title &&
                    (StartsSentence(v, stop + 1) ||
                     (words == "etcetera" && v.IsSpace(stop + 1) && v.IsCapitalised(stop + 2)));
  return Reading{kind, std::string(words), has_stop && !ends ? stop + 1 : stop};
}

MaybeReading ReadStreetOrSaint(const AtomView& v, size_t i, bool has_stop) {
  const std::string_view text = v.Text(i);
  if (text != "St" && text != "Dr" && text != "Ft" && text != "Mt") return std::nullopt;
  const size_t after = v.SkipSpace(i + (has_stop ? 2 : 1));
  const bool name_ahead =
      after > i + 1 && v.IsCapitalised(after) && v[after].letter_case != Atom::Case::kUpper;
  if (text == "St" || text == "Dr") {
    // Behind a name it is the street, unless another name follows: "on Main St.", "King St. John".
    const bool street = FollowsName(v, i) && (!name_ahead || v.IsDigits(i - 4) ||
                                              (v.IsWord(i - 2) && v.IsDigits(i - 3)) ||
                                              StartsSentence(v, i + (has_stop ? 2 : 1)));
    if (street)
      return Take(Kind::kAbbreviation, text == "St" ? "Street" : "Drive", v, i + 1, false);
  }
  if (!name_ahead) {
    if (text == "Dr" && has_stop && !StartsSentence(v, i + 2)) {
      return Take(Kind::kAbbreviation, "Doctor", v, i + 1, true);
    }
    return Reading{Kind::kWord, std::string(text), i + 1};
  }
  const std::string_view words = text == "St"   ? "Saint"
                                 : text == "Dr" ? "Doctor"
                                 : text == "Ft" ? "Fort"
                                                : "Mount";
  return Take(Kind::kAbbreviation, words, v, i + 1, true);
}

// The name that ends at atom `i` is a town's: "in Salt Lake City", or one word that begins the
// sentence; "Jane Smith" is a person's.
bool IsPlace(const AtomView& v, size_t i) {
  static const Names kBefore = {"in", "at", "from", "to", "near", "of", "outside", "and", "or"};
  size_t first = i;
  while (v.IsSpace(first - 1) && v.IsCapitalised(first - 2)) first -= 2;
  if (Contains(kBefore, v.WordBefore(first))) return true;
  const bool begins =
      v[first - 1].type == Atom::Type::kEnd ||
      (v.IsSpace(first - 1) &&
       ((v.IsMark(first - 2, U'.') && v.IsLowerCase(first - 3)) || v.IsMark(first - 2, U'!') ||
        v.IsMark(first - 2, U'?') || v.IsMark(first - 2, U')')));
  return begins && first == i;
}

// The two-letter code of a state behind a comma: "Austin, TX".
MaybeReading ReadState(const AtomView& v, size_t i) {
  static const std::unordered_map<std::string_view, std::string_view> kStates = {
      {"AL", "Alabama"},        {"AK", "Alaska"},        {"AZ", "Arizona"},
      {"AR", "Arkansas"},       {"CA", "California"},    {"CO", "Colorado"},
      {"CT", "Connecticut"},    {"DE", "Delaware"},      {"FL", "Florida"},
      {"GA", "Georgia"},        {"HI", "Hawaii"},        {"ID", "Idaho"},
      {"IL", "Illinois"},       {"IN", "Indiana"},       {"IA", "Iowa"},
      {"KS", "Kansas"},         {"KY", "Kentucky"},      {"LA", "Louisiana"},
      {"ME", "Maine"},          {"MD", "Maryland"},      {"MA", "Massachusetts"},
      {"MI", "Michigan"},       {"MN", "Minnesota"},     {"MS", "Mississippi"},
      {"MO", "Missouri"},       {"MT", "Montana"},       {"NE", "Nebraska"},
      {"NV", "Nevada"},         {"NH", "New Hampshire"}, {"NJ", "New Jersey"},
      {"NM", "New Mexico"},     {"NY", "New York"},      {"NC", "North Carolina"},
      {"ND", "North Dakota"},   {"OH", "Ohio"},          {"OK", "Oklahoma"},
      {"OR", "Oregon"},         {"PA", "Pennsylvania"},  {"RI", "Rhode Island"},
      {"SC", "South Carolina"}, {"SD", "South Dakota"},  {"TN", "Tennessee"},
      {"TX", "Texas"},          {"UT", "Utah"},          {"VT", "Vermont"},
      {"VA", "Virginia"},       {"WA", "Washington"},    {"WV", "West Virginia"},
      {"WI", "Wisconsin"},      {"WY", "Wyoming"}};
  if (!v.IsUpperCase(i) || v.Text(i).size() != 2 || !v.IsSpace(i - 1) || !v.IsMark(i - 2, U',') ||
      !v.IsCapitalised(i - 3)) {
    return std::nullopt;
  }
  const auto found = kStates.find(v.Text(i));
  if (found == kStates.end()) return std::nullopt;
  static const Names kAmbiguous = {"OK", "OR", "IN", "ME", "HI", "OH", "LA", "ID",
                                   "PA", "MA", "AL", "MD", "MS", "CO", "DE"};
  const bool has_zip = v.IsSpace(i + 1) && v.IsDigits(i + 2, 5);
  if (!has_zip && Contains(kAmbiguous, v.Text(i)) && !IsPlace(v, i - 3)) return std::nullopt;
  return Reading{Kind::kAbbreviation, std::string(found->second), i + 1};
}

// Abbreviations that only what stands beside them shows: "18 pp.", "21st Fl.", "the est. cost",
// "Nos 4-6", "No 10", "Rt Hon.".
MaybeReading ReadByNeighbours(const AtomView& v, size_t i, std::string_view lower, bool has_stop) {
  const size_t after = v.SkipSpace(i + (has_stop ? 2 : 1));
  const bool has_gap = v.IsSpace(i + (has_stop ? 2 : 1));
  if (lower == "pp" && has_stop && v.IsSpace(i - 1) && v.IsDigits(i - 2) && !v.IsDigits(after)) {
    return Take(Kind::kAbbreviation, "pages", v, i + 1, false);
  }
  if (lower == "c" && has_stop && v.IsSpace(i - 1) && v.IsWord(i - 2) && v.IsDigits(i - 3)) {
    return Take(Kind::kAbbreviation, "century", v, i + 1, false);  // "the 19th c."
  }
  if (lower == "fl" && has_stop && v.IsSpace(i - 1) && v.IsWord(i - 2) && v.IsDigits(i - 3)) {
    return Take(Kind::kAbbreviation, "Floor", v, i + 1, false);
  }
  if (lower == "est" && has_stop && has_gap && !v.IsUpperCase(i)) {
    // "est. in 1990", "est. 1990"; "the est. cost", "est. 200 people", "est. $5"
    static const Names kFounded = {"in", "by", "as", "since", "on", "at", "circa"};
    const bool is_founded = v.IsLowerCase(after) && Contains(kFounded, v.Text(after));
    const std::optional<Number> number = ParseNumber(v, after);
    const bool is_amount = v.IsMark(after, U'$') || v.IsMark(after, U'£') ||
                           v.IsMark(after, U'€') || (number && CountsThings(v, number->next));
    if (is_founded) return Reading{Kind::kAbbreviation, "established", i + 2};
    if (v.IsLowerCase(after) || is_amount) return Reading{Kind::kAbbreviation, "estimated", i + 2};
  }
  const bool is_name = v.IsCapitalised(i) && !has_stop && has_gap && v.IsDigits(after);
  // "Hwy 9", "Apt 3B", "Fig 2": no stop is needed where a number shows what they are.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kNumbered = {
      {{"hwy", "Highway"},
       {"rte", "Route"},
       {"apt", "Apartment"},
       {"ste", "Suite"},
       {"vol", "Volume"},
       {"fig", "Figure"},
       {"bldg", "Building"},
       {"rm", "Room"},
       {"ext", "extension"}}};
  for (const auto& [name, words] : kNumbered) {
    if (lower == name && (is_name || (name == "hwy" && has_stop && v.IsDigits(after)))) {
      return Take(Kind::kAbbreviation, words, v, i + 1, true);
    }
  }
  if (lower == "nos" && is_name) return Reading{Kind::kAbbreviation, "numbers", i + 1};
  // "the rd.", "this apt."
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kThings = {
      {{"rd", "road"},
       {"ave", "avenue"},
       {"blvd", "boulevard"},
       {"hwy", "highway"},
       {"apt", "apartment"},
       {"co", "company"},
       {"vol", "volume"},
       {"fig", "figure"},
       {"st", "street"},
       {"dr", "doctor"}}};
  static const Names kDeterminers = {"the", "a", "an", "this", "that", "our", "my", "your", "his"};
  if (has_stop && v.IsLowerCase(i) && Contains(kDeterminers, v.WordBefore(i))) {
    for (const auto& [name, words] : kThings) {
      if (lower == name && !EndsBeforeCount(v, i, lower))
        return Take(Kind::kAbbreviation, words, v, i + 1, false);
    }
  }
  if (lower == "ref" && has_stop && has_gap && v.IsWord(after, "no")) {
    return Reading{Kind::kAbbreviation, "reference", i + 2};
  }
  if (v.Text(i) == "No" && is_name && v.IsSpace(i - 1) && v.IsWord(i - 2)) {
    return Reading{Kind::kAbbreviation, "number", i + 1};
  }
  if (v.Text(i) == "Rt" && has_gap && v.IsWord(after, "hon")) {
    return Reading{Kind::kAbbreviation, "Right", i + (has_stop ? 2u : 1u)};
  }
  if (v.Text(i) == "Hon" && v.locale() == Locale::kEnGb && has_gap && v.IsCapitalised(after)) {
    return Reading{Kind::kAbbreviation, "Honourable", i + (has_stop ? 2u : 1u)};
  }
  return std::nullopt;
}

}  // namespace

bool StartsSentence(const AtomView& v, size_t i) {
  static const Names kStarters = {
      "the",        "he",     "she",      "it",      "they",     "we",        "i",      "this",
      "that",       "these",  "those",    "in",      "on",       "at",        "but",    "and",
      "if",         "when",   "then",     "there",   "a",        "an",        "my",     "his",
      "her",        "our",    "your",     "their",   "its",      "what",      "who",    "why",
      "how",        "where",  "after",    "before",  "while",    "as",        "so",     "however",
      "you",        "is",     "are",      "was",     "do",       "did",       "not",    "no",
      "yes",        "for",    "from",     "to",      "with",     "by",        "once",   "some",
      "many",       "most",   "all",      "each",    "every",    "since",     "until",  "because",
      "although",   "now",    "next",     "later",   "today",    "please",    "let",    "here",
      "meanwhile",  "well",   "call",     "see",     "read",     "read",      "open",   "use",
      "go",         "come",   "also",     "finally", "another",  "one",       "nobody", "everyone",
      "someone",    "people", "thanks",   "thank",   "can",      "could",     "will",   "would",
      "should",     "never",  "always",   "maybe",   "perhaps",  "still",     "yet",    "only",
      "just",       "both",   "or",       "of",      "good",     "great",     "have",   "has",
      "had",        "does",   "may",      "more",    "nothing",  "something", "other",  "turn",
      "take",       "bring",  "add",      "remove",  "serve",    "keep",      "make",   "put",
      "stir",       "bake",   "heat",     "try",     "check",    "click",     "press",  "select",
      "note",       "find",   "get",      "ask",     "tell",     "send",      "visit",  "stay",
      "walk",       "follow", "wait",     "look",    "remember", "contact",   "enter",  "choose",
      "start",      "run",    "give",     "show",    "which",    "whose",     "nor",    "instead",
      "such",       "during", "despite",  "until",   "through",  "thus",      "even",   "much",
      "everything", "anyone", "two",      "three",   "several",  "few",       "any",    "neither",
      "therefore",  "soon",   "suddenly", "inside",  "outside",  "across",    "above",  "below"};
  size_t at = i;
  while (v.IsMark(at, U'"') || v.IsMark(at, U'”') || v.IsMark(at, U')') || v.IsMark(at, U'\'') ||
         v[at].type == Atom::Type::kObject) {
    ++at;
  }
  const Atom::Type type = v[at].type;
  if (type == Atom::Type::kEnd || type == Atom::Type::kParagraph) return true;
  if (!v.IsSpace(at)) return false;
  ++at;
  if (v[at].type == Atom::Type::kEnd || v[at].type == Atom::Type::kObject) return true;
  while (v.IsMark(at, U'"') || v.IsMark(at, U'“') || v.IsMark(at, U'(') || v.IsMark(at, U'\''))
    ++at;
  return v.IsCapitalised(at) && Contains(kStarters, v.Lower(at));
}

MaybeReading ReadAbbreviation(const AtomView& v, size_t i) {
  if (!v.IsWord(i) || v.Text(i).size() > 7 || v.IsGlued(i)) return std::nullopt;
  const bool has_stop = v.IsMark(i + 1, U'.');
  if (v.Text(i) == "v" && has_stop && v.IsSpace(i - 1) && v.IsCapitalised(i - 2) &&
      v.IsSpace(i + 2) && v.IsCapitalised(i + 3)) {
    return Reading{Kind::kAbbreviation, "versus", i + 2};  // "Roe v. Wade"
  }
  if (v.IsUpperCase(i)) {
    if (MaybeReading state = ReadState(v, i)) return state;
  }
  const std::string lower = v.Lower(i);
  if (has_stop || v.IsCapitalised(i)) {
    if (MaybeReading near = ReadByNeighbours(v, i, lower, has_stop)) return near;
  }
  const auto found = Abbreviations().find(lower);
  if (found == Abbreviations().end()) return std::nullopt;
  if (!has_stop && !Contains(WithoutStop(), lower)) return std::nullopt;
  if (v.IsUpperCase(i) && lower.size() > 1 && !has_stop && lower != "vs") return std::nullopt;
  if (has_stop && v.IsWord(i + 2)) return std::nullopt;  // a name with a dot in it
  if (MaybeReading reading = ReadStreetOrSaint(v, i, has_stop)) {
    if (reading->kind == Kind::kWord) return std::nullopt;
    return reading;
  }
  const Abbreviation& abbreviation = found->second;
  const size_t after = i + (has_stop ? 2 : 1);
  switch (abbreviation.needs) {
    case Needs::kName: {
      const size_t name = v.SkipSpace(after);
      const bool joins = v.IsMark(name, U'&') || v.IsWord(name, "and");  // "Mr. and Mrs. Brown"
      if (name == after || v.IsLowerCase(i) || !(v.IsCapitalised(name) || (joins && has_stop))) {
        return std::nullopt;
      }
      if (lower == "fr" || lower == "rep" || lower == "gen" || lower == "col") {
        if (!has_stop) return std::nullopt;
      }
      return Take(Kind::kAbbreviation, abbreviation.words, v, i + 1, true);
    }
    case Needs::kNumber:
      // "Eq. (7)", "Serial no. SN-4471"
      if (has_stop && (IsBracketedNumber(v, after, lower) || IsCodeNumber(v, i, lower)))
        return Take(Kind::kAbbreviation, abbreviation.words, v, i + 1, true);
      if (!has_stop || !IsNumberAhead(v, after) || EndsBeforeCount(v, i, lower)) {
        // "he is 5 ft. tall" and "Max." are not these.
        return std::nullopt;
      }
      // "It has a min. 5 people" is one; "p. 5" needs its stop close by.
      return Take(Kind::kAbbreviation, abbreviation.words, v, i + 1, true);
    case Needs::kAfter:
      if (!FollowsName(v, i) || v.IsLowerCase(i)) return std::nullopt;
      if (!has_stop && lower != "ave" && lower != "blvd" && lower != "jr" && lower != "ltd" &&
          lower != "rd" && lower != "ln" && lower != "sq" && lower != "cres" && lower != "gdns" &&
          lower != "inc" && lower != "corp" && lower != "hwy" && lower != "pkwy") {
        return std::nullopt;
      }
      return Take(Kind::kAbbreviation, abbreviation.words, v, i + 1, false);
    case Needs::kNothing:
      return Take(Kind::kAbbreviation, abbreviation.words, v, i + 1, lower == "vs");
  }
  return std::nullopt;
}

MaybeReading ReadDottedLetters(const AtomView& v, size_t i) {
  if (!v.IsWord(i) || v.Text(i).size() > 3 || !v.IsMark(i + 1, U'.') || v.IsGlued(i)) {
    return std::nullopt;
  }
  // Pieces of at most three letters with a dot between: U.S., e.g., Ph.D., a.m.
  size_t last = i;
  while (v.IsMark(last + 1, U'.') && v.IsWord(last + 2) && v.Text(last + 2).size() <= 2 &&
         last < i + 20) {
    last += 2;
  }
  if (last == i) {
    // An initial: "E. P. Alexander", "J. Smith".
    const bool is_initial = v.IsUpperCase(i) && v.Text(i).size() == 1 && v.IsSpace(i + 2) &&
                            v.IsCapitalised(i + 3) && v.Text(i) != "I" && !StartsSentence(v, i + 2);
    if (!is_initial) return std::nullopt;
    return Reading{Kind::kWord, std::string(v.Text(i, i + 2)), i + 2};
  }
  const std::string letters = AsciiLower(v.Text(i, last + 1));
  struct Latin {
    std::string_view letters;
    std::string_view words;
  };
  static constexpr std::array<Latin, 7> kLatin = {{{"e.g", "for example"},
                                                   {"i.e", "that is"},
                                                   {"n.b", "note well"},
                                                   {"p.s", "P S"},
                                                   {"a.k.a", "also known as"},
                                                   {"p.a", "per annum"},
                                                   {"w.r.t", "with respect to"}}};
  for (const Latin& latin : kLatin) {
    if (letters == latin.letters) return Take(Kind::kAbbreviation, latin.words, v, last + 1, false);
  }
  if (v[last].letter_case == Atom::Case::kLower && letters != "a.m" && letters != "p.m" &&
      last == i + 2 && v.Text(i).size() > 1) {
    return std::nullopt;  // "end.so" without a space
  }
  const Reading taken = Take(Kind::kWord, {}, v, last + 1, false);
  return Reading{Kind::kWord, std::string(v.Text(i, taken.next)), taken.next};
}

}  // namespace litetts::text
