#include <algorithm>
#include <array>

#include "text/number_words.h"
#include "text/rules.h"

namespace litetts::text {
namespace {

using Names = std::vector<std::string_view>;

bool Contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Words that a number follows: "Chapter IV" four.
const Names& NumberedThings() {
  static const Names kNames = {
      "chapter",   "part",     "act",      "scene",  "book",     "volume",   "vol",
      "section",   "article",  "war",      "phase",  "type",     "stage",    "class",
      "level",     "figure",   "table",    "title",  "appendix", "step",     "canto",
      "season",    "episode",  "lesson",   "unit",   "grade",    "tier",     "mark",
      "psalm",     "symphony", "no",       "number", "group",    "schedule", "bowl",
      "amendment", "division", "category", "apollo", "vatican",  "series",   "quadrant",
      "panel",     "exhibit",  "annex",    "plate",  "movement", "gemini",   "saturn",
      "trident",   "rocky",    "factor",   "wars",   "parts",    "chapters", "volumes",
      "books",     "acts",     "titles",   "phases", "stages",   "types",    "sections",
      "articles"};
  return kNames;
}

const Names& Rulers() {
  static const Names kNames = {
      "henry",     "louis",       "elizabeth", "charles",   "george",    "edward",   "james",
      "william",   "richard",     "philip",    "john",      "paul",      "benedict", "pius",
      "leo",       "gregory",     "alexander", "napoleon",  "catherine", "peter",    "nicholas",
      "frederick", "francis",     "ferdinand", "ivan",      "otto",      "mary",     "victor",
      "emmanuel",  "carl",        "gustav",    "christian", "ramses",    "ramesses", "cleopatra",
      "ptolemy",   "darius",      "xerxes",    "innocent",  "clement",   "urban",    "boniface",
      "julius",    "sixtus",      "alfonso",   "juan",      "felipe",    "harald",   "haakon",
      "olaf",      "margaret",    "malcolm",   "robert",    "david",     "stephen",  "baldwin",
      "theodore",  "constantine", "justinian", "umberto",   "wilhelm",   "albert",   "leopold",
      "joseph",    "maximilian",  "rudolf",    "sigismund", "mehmed",    "suleiman", "selim",
      "murad",     "isabella",    "adrian",    "callixtus", "celestine", "eugene",   "honorius",
      "martin",    "pedro",       "rama",      "thutmose",  "amenhotep", "seti",     "rainier",
      "willem",    "beatrix",     "sancho",    "vladimir"};
  return kNames;
}

const Names& Ranks() {
  static const Names kNames = {"king",    "queen", "pope",   "emperor", "empress",
                               "tsar",    "czar",  "kaiser", "prince",  "sultan",
                               "pharaoh", "saint", "duke",   "tsarina", "shah"};
  return kNames;
}

// First names of people who may have a numeral behind their family name.
const Names& FirstNames() {
  static const Names kNames = {"john",   "william",   "james",  "robert",    "thomas",   "george",
                               "henry",  "charles",   "edward", "richard",   "joseph",   "david",
                               "frank",  "samuel",    "walter", "arthur",    "albert",   "harold",
                               "howard", "thurston",  "davis",  "michael",   "daniel",   "paul",
                               "mark",   "peter",     "philip", "martin",    "oliver",   "benjamin",
                               "jack",   "harry",     "fred",   "frederick", "sam",      "anthony",
                               "andrew", "alexander", "louis",  "theodore",  "cornelius"};
  return kNames;
}

int Value(char c) {
  switch (c) {
    case 'I':
      return 1;
    case 'V':
      return 5;
    case 'X':
      return 10;
    case 'L':
      return 50;
    case 'C':
      return 100;
    case 'D':
      return 500;
    case 'M':
      return 1000;
    default:
      return 0;
  }
}

std::string ToRoman(int value) {
  static constexpr std::array<std::pair<int, std::string_view>, 13> kParts = {{
      {1000, "M"},
      {900, "CM"},
      {500, "D"},
      {400, "CD"},
      {100, "C"},
      {90, "XC"},
      {50, "L"},
      {40, "XL"},
      {10, "X"},
      {9, "IX"},
      {5, "V"},
      {4, "IV"},
      {1, "I"},
  }};
  std::string roman;
  for (const auto& [part, letters] : kParts) {
    while (value >= part) {
      roman += letters;
      value -= part;
    }
  }
  return roman;
}

// The value of a correctly written numeral in capitals, else 0.
int RomanValue(std::string_view text) {
  if (text.empty() || text.size() > 15) return 0;
  int total = 0;
  for (size_t k = 0; k < text.size(); ++k) {
    const int value = Value(text[k]);
    if (value == 0) return 0;
    const int next = k + 1 < text.size() ? Value(text[k + 1]) : 0;
    total += value < next ? -value : value;
  }
  return total > 0 && total < 4000 && ToRoman(total) == text ? total : 0;
}

// A lone "I" is mostly the pronoun: what follows has to show that it is not.
bool EndsName(const AtomView& v, size_t next) {
  if (!v.IsSpace(next)) return !v.IsMark(next, U'\'') || v.IsWord(next + 1, "s");
  static const Names kAfter = {"of",      "and",    "was",  "is",     "in",      "the",   "had",
                               "reigned", "ruled",  "died", "became", "married", "to",    "by",
                               "with",    "at",     "from", "who",    "or",      "ended", "began",
                               "for",     "signed", "on",   "saw",    "led"};
  return v.IsLowerCase(next + 1) && Contains(kAfter, v.Text(next + 1));
}

// The "I" before atom `next`, behind a word that numbers follow, is the pronoun all the same: "Part
// I like". Verbs that a person has and a thing has not.
bool IsPronoun(const AtomView& v, size_t name, size_t next) {
  if (!v.IsSpace(next)) return !EndsName(v, next);
  static const Names kVerbs = {
      "am",     "have",  "do",     "don",    "think", "thought",  "know",   "knew",     "want",
      "wanted", "like",  "liked",  "love",   "loved", "need",     "wish",   "hope",     "feel",
      "felt",   "guess", "hate",   "hear",   "heard", "see",      "say",    "said",     "tell",
      "told",   "meet",  "met",    "write",  "wrote", "buy",      "bought", "ate",      "eat",
      "go",     "take",  "make",   "give",   "find",  "remember", "mean",   "believe",  "teach",
      "taught", "never", "always", "really", "just",  "still",    "also",   "actually", "usually"};
  if (!v.IsLowerCase(next + 1)) return false;
  static const Names kDeterminers = {"the", "a", "every", "each", "first", "last", "next"};
  static const Names kPast = {"took", "made", "saw",  "got",   "found", "gave",
                              "went", "had",  "left", "chose", "won",   "built"};
  if (Contains(kVerbs, v.Text(next + 1))) return true;
  // "The Level I reached"
  return (v.Text(next + 1).ends_with("ed") || Contains(kPast, v.Text(next + 1))) &&
         Contains(kDeterminers, v.WordBefore(name));
}

// "Edward I. Koch": the initial of a second name. "under Charles I. Parliament" is a king.
bool IsInitialI(const AtomView& v, size_t i, size_t name) {
  const std::string title = v.WordBefore(name);
  return v.Text(i) == "I" && v.IsMark(i + 1, U'.') && v.IsSpace(i + 2) && v.IsCapitalised(i + 3) &&
         !StartsSentence(v, i + 2) && !Contains(Ranks(), title) && title != "under";
}

}  // namespace

MaybeReading ReadRoman(const AtomView& v, size_t i) {
  if (!v.IsWord(i) || v.IsDigits(i + 1) || v.IsGlued(i)) return std::nullopt;
  if (std::string_view("IVXLCDMivxlcdm").find(v.Text(i)[0]) == std::string_view::npos) {
    return std::nullopt;
  }
  const bool is_lower = v.IsLowerCase(i);
  if (!is_lower && !v.IsUpperCase(i)) return std::nullopt;
  std::string letters(v.Text(i));
  if (letters.size() > 9) return std::nullopt;
  for (char& c : letters) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  const int value = RomanValue(letters);
  if (value == 0) return std::nullopt;
  size_t name = v.WordIndexBefore(i);
  if (name == AtomView::npos && v.IsSpace(i - 1) && v.IsMark(i - 2, U'.') && v.IsWord(i - 3)) {
    name = i - 3;  // "Vol. IV"
  }
  const std::string digits = std::to_string(value);
  if (!is_lower && v.IsSpace(i + 1) &&
      (v.IsWord(i + 2, "century") || v.IsWord(i + 2, "centuries"))) {
    return Reading{Kind::kRoman, OrdinalWords(digits, v.locale()), i + 1};
  }
  // "the 1st XI"
  if (!is_lower && letters.size() > 1 && v.IsSpace(i - 1) && v.IsWord(i - 2) && v.IsDigits(i - 3) &&
      v.Text(i - 2).size() == 2) {
    return Reading{Kind::kRoman, CardinalWords(digits, v.locale()), i + 1};
  }
  // "MCMXCIX": the year of a film or a stone.
  if (!is_lower && letters.size() >= 4 && value >= 1000 && value <= 2100) {
    return Reading{Kind::kYear, YearWords(digits, v.locale()), i + 1};
  }
  if (name == AtomView::npos) return std::nullopt;
  // "the XXII Olympics", "the II Corps"
  if (!is_lower && letters.size() > 1 && v.IsWord(name, "the") && v.IsSpace(i + 1) &&
      v.IsCapitalised(i + 2) && !v.IsUpperCase(i + 2) &&
      letters.find_first_not_of("IVX") == std::string::npos) {
    return Reading{Kind::kRoman, OrdinalWords(digits, v.locale()), i + 1};
  }
  // "James I and VI"
  const size_t first = v.WordIndexBefore(i, 2);
  if (!is_lower && v.IsWord(name, "and") && first != AtomView::npos && v.IsUpperCase(first) &&
      RomanValue(v.Text(first)) > 0 && Contains(Rulers(), v.WordBefore(first))) {
    return Reading{Kind::kRoman, "the " + OrdinalWords(digits, v.locale()), i + 1};
  }
  const std::string before = v.Lower(name);
  const std::string cardinal = CardinalWords(digits, v.locale());
  // "World Wars I and II"
  const bool is_joined = v.IsWord(name, "and") || v.IsWord(name, "or") || v.IsWord(name, "to");
  if (!is_lower && is_joined && first != AtomView::npos && v.IsUpperCase(first) &&
      RomanValue(v.Text(first)) > 0 && Contains(NumberedThings(), v.WordBefore(first))) {
    return Reading{Kind::kRoman, cardinal, i + 1};
  }
  const bool is_numbered = Contains(NumberedThings(), before);
  if (is_lower) {  // "scene ii", "part iv"; "act i" is too rare
    static const Names kClear = {"scene", "chapter", "part", "volume", "book",
                                 "act",   "section", "page", "pages"};
    if (letters.size() < 2 || !Contains(kClear, before) || letters == "MIX" || letters == "DI") {
      return std::nullopt;
    }
    return Reading{Kind::kRoman, cardinal, i + 1};
  }
  if (!v.IsCapitalised(name)) {
    if (!is_numbered || letters.size() < 2) return std::nullopt;
    return Reading{Kind::kRoman, cardinal, i + 1};
  }
  const bool is_single = letters.size() == 1;
  const bool is_thing = is_numbered && before != "no" && before != "number";
  if (is_single && letters == "I" && (is_thing ? IsPronoun(v, name, i + 1) : !EndsName(v, i + 1)))
    return std::nullopt;
  if (is_thing && letters == "X" && before == "series") return std::nullopt;  // "Xbox Series X"
  if (is_single && letters != "I" && letters != "V" && letters != "X") {      // "Schedule C"
    return std::nullopt;
  }
  const std::string before2 = v.WordBefore(name);
  const std::string ordinal = "the " + OrdinalWords(digits, v.locale());
  if (!is_numbered && Contains(Rulers(), before) && IsInitialI(v, i, name)) {
    return Reading{Kind::kWord, "I.", i + 2};
  }
  if (Contains(Rulers(), before) || Contains(Ranks(), before2)) {
    // "Malcolm X", "Saint John V"
    if (is_single && letters == "X" && !Contains(Ranks(), before2) && before == "malcolm") {
      return std::nullopt;
    }
    if (value <= 40) return Reading{Kind::kRoman, ordinal, i + 1};
  }
  if (is_numbered) return Reading{Kind::kRoman, cardinal, i + 1};
  if (is_single || letters.find_first_of("LCDM") != std::string::npos || v.IsUpperCase(name)) {
    return std::nullopt;
  }
  const bool has_initial = v.IsSpace(name - 1) && v.IsMark(name - 2, U'.') &&
                           v.IsUpperCase(name - 3) && v.Text(name - 3).size() == 1;
  if (has_initial && value <= 6) return Reading{Kind::kRoman, ordinal, i + 1};
  if (Contains(FirstNames(), before2) && value <= 6 && v.IsCapitalised(v.WordIndexBefore(name))) {
    return Reading{Kind::kRoman, ordinal, i + 1};
  }
  return Reading{Kind::kRoman, cardinal, i + 1};
}

}  // namespace litetts::text
