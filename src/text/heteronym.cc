#include "text/heteronym.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "text/unicode.h"

namespace litetts::text {
namespace {

constexpr size_t kReach = 8;        // words to each side
constexpr size_t kLongestWord = 8;  // of those that have rules

// Parts of speech that a rule is for, as the tagger gives them.
enum class Only : uint8_t { kAny, kNotVerb, kVerb, kNoun, kPast };

// A rule fits if each of its conditions that is not empty does; the first that fits decides. Lists
// are separated by spaces and "fish*" stands for all that begins so.
struct Rule {
  std::string_view word;
  std::string_view us = {};  // phonemes; empty: those of `tag`, and kXx: what the lexicon says
  std::string_view gb = {};
  Tag tag = Tag::kXx;
  Only only = Only::kAny;
  std::string_view near = {};     // within reach
  std::string_view before = {};   // the word before
  std::string_view before2 = {};  // the one before that
  std::string_view after = {};    // the word behind
  std::string_view without = {};  // nothing of this within reach
};

constexpr std::string_view kThings =
    "coat jacket shirt dress sail sails fabric cloth muscle* ligament* tendon knee rotator cuff "
    "acl "
    "meniscus paper jeans skirt curtain* tent net retina* seam trousers pants sleeve tarp canvas "
    "stocking* surg*";
constexpr std::string_view kWeeping =
    "cheek* eye eyes cry cried crying wept weep* shed funeral sad* joy burst duct* gas grief face";
constexpr std::string_view kOwners = "a an the my your his her its our their this that";

constexpr auto kRules = std::to_array<Rule>({
    {.word = "bass",
     .near = "fish* lake trout caught catch pond river swam grill* fried fry perch hook* angler* "
             "dock salmon cod fillet* reel*",
     .without = "guitar* drum* music* band sing* sang"},
    {.word = "bass", .before = "sea striped largemouth smallmouth chilean rock"},
    {.word = "bass", .us = "bˈAs", .gb = "bˈAs"},

    {.word = "bow",
     .us = "bˈW",
     .gb = "bˈW",
     .only = Only::kNotVerb,
     .before = "a final last",
     .before2 = "take takes took taking taken"},
    {.word = "bow",
     .only = Only::kNotVerb,
     .near = "arrow* archer* violin* cello fiddle string* tie hair ribbon* gift wrap* rosin quiver "
             "hunt* knot* hand hands"},
    {.word = "bow",
     .us = "bˈW",
     .gb = "bˈW",
     .only = Only::kNotVerb,
     .near =
         "ship* boat* deck stern sail* hull vessel yacht prow anchor* submarine ferry canoe "
         "stage actor* audience applause curtain* curts* courteous polite* low deep* respectful "
         "slight"},
    {.word = "bow",
     .us = "bˈW",
     .gb = "bˈW",
     .only = Only::kNotVerb,
     .before = "a final last",
     .before2 = "with"},

    {.word = "lead",
     .us = "lˈɛd",
     .gb = "lˈɛd",
     .only = Only::kNotVerb,
     .after = "paint* pipe pipes piping poison* bullet* acid ore roof* glass crystal contamination "
              "battery batteries dust solder* weights pencil* exposure shot toxicity oxide "
              "content acetate isotope* mine mines plumbing apron aprons"},
    {.word = "lead",
     .us = "lˈɛd",
     .gb = "lˈɛd",
     .only = Only::kNotVerb,
     .near = "metal metals zinc copper mercury arsenic cadmium toxic denser pencil* alloy* melted "
             "molten smelt* chromium uranium radiation"},
    {.word = "lead",
     .us = "lˈɛd",
     .gb = "lˈɛd",
     .only = Only::kNotVerb,
     .before = "of",
     .before2 = "made sheet sheets trace traces amount amounts level levels ounce ounces pound "
                "pounds ton tons piece pieces block blocks lump lumps out full symbol balls"},
    {.word = "lead",
     .us = "lˈɛd",
     .gb = "lˈɛd",
     .only = Only::kNotVerb,
     .near = "heav* weigh* like",
     .before = "as than like"},

    {.word = "lives",
     .us = "lˈIvz",
     .gb = "lˈIvz",
     .before =
         "save saves saved saving lose losing lost risk* cost* claim* endanger* our their your "
         "his her my its many human busy of take took taking nine people's change* ruin* "
         "private daily whole other's past double"},

    {.word = "minute",
     .us = "mInˈut",
     .gb = "mInjˈuːt",
     .after =
         "traces trace amount amounts detail details quantity quantities particle* difference* "
         "crystal* change changes fraction* fragment* organism* speck* variation* proportion* "
         "print creature* dose doses hole holes scratch* portion*"},
    {.word = "minute", .us = "mInˈut", .gb = "mInjˈuːt", .before = "so very extremely too"},

    {.word = "row",
     .only = Only::kNotVerb,
     .near = "seat* front chair* table column* boat* tree trees houses spreadsheet database desk* "
             "death skid windows corn plants"},
    {.word = "row", .before = "a", .before2 = "in"},
    {.word = "row",
     .us = "ɹˈW",
     .gb = "ɹˈW",
     .only = Only::kNotVerb,
     .near = "argu* quarrel* blazing terrible political diplomatic bitter* furious* erupt* angry "
             "fierce neighbours neighbor* heated transfer"},
    {.word = "row",
     .us = "ɹˈW",
     .gb = "ɹˈW",
     .only = Only::kNotVerb,
     .after = "over about broke erupt* with"},
    {.word = "row", .us = "ɹˈW", .gb = "ɹˈW", .before = "a", .before2 = "into what"},

    {.word = "sewer",
     .us = "sˈOəɹ",
     .gb = "sˈQə",
     .near = "sewing shirt* dress* fabric* needle* thread* garment* quilt* seam* stitch* tailor* "
             "pattern* cloth* skilled"},

    {.word = "tear", .only = Only::kNotVerb, .near = kWeeping},
    {.word = "tear", .us = "tˈɛɹ", .gb = "tˈɛː", .only = Only::kNotVerb, .near = kThings},
    {.word = "tear", .us = "tˈɛɹ", .gb = "tˈɛː", .before = "and", .before2 = "wear"},
    {.word = "tear",
     .us = "tˈɛɹ",
     .gb = "tˈɛː",
     .before = "^",
     .after = "along down off apart up out"},
    {.word = "tears", .only = Only::kNotVerb, .near = kWeeping},
    {.word = "tears", .us = "tˈɛɹz", .gb = "tˈɛːz", .only = Only::kNotVerb, .near = kThings},

    {.word = "wound", .us = "wˈWnd", .gb = "wˈWnd", .after = "up"},
    {.word = "wound",
     .us = "wˈWnd",
     .gb = "wˈWnd",
     .before = "path road river trail stream way lane street track procession it they she he "
               "staircase stairs",
     .after = "along through around round its past between down into across tightly toward* up"},

    {.word = "read",
     .tag = Tag::kVbn,
     .before = "i you he she we they anyone anybody everyone",
     .before2 = "have has had haven't hasn't hadn't n't"},
    {.word = "read",
     .tag = Tag::kVb,
     .only = Only::kPast,
     .near = "always usually often sometimes every rarely",
     .before = "i you we they people always usually often sometimes rarely who children parents "
               "students",
     .without = "ago yesterday was were had he she"},

    {.word = "desert", .tag = Tag::kVb, .before = "who"},
    {.word = "does",
     .us = "dˈOz",
     .gb = "dˈQz",
     .near = "buck* deer fawn* stag* antler* herd graz*",
     .before = "two three four five six several some many the these those of young"},
    {.word = "content",
     .tag = Tag::kJj,
     .only = Only::kNoun,
     .before = "am quite very perfectly so feel feels felt seem seems seemed"},
    {.word = "contract",
     .tag = Tag::kVb,
     .only = Only::kNoun,
     .before = "*s",
     .after = "when as if"},
    {.word = "moped", .tag = Tag::kNn, .before = kOwners},
    {.word = "resume",
     .us = "ɹˈɛzəmˌA",
     .gb = "ɹˈɛzjuːmˌA",
     .only = Only::kNotVerb,
     .before = "a the my your his her their our updated impressive professional"},
    {.word = "learned",
     .us = "lˈɜɹnɪd",
     .gb = "lˈɜːnɪd",
     .before = "a the my most very",
     .after = "man men woman women friend* judge* professor* scholar* society societies doctor* "
              "counsel colleague* lady gentleman people treatise book books discussion debate"},
    {.word = "putting",
     .us = "pˈʌɾɪŋ",
     .gb = "pˈʌtɪŋ",
     .near = "golf* putt putts putter fairway* caddie tournament birdie"},
    {.word = "putting", .us = "pˈʌɾɪŋ", .gb = "pˈʌtɪŋ", .before = "the a", .after = "green stroke"},
    {.word = "invalid",
     .us = "ˈɪnvəlɪd",
     .gb = "ˈɪnvəlɪd",
     .after = "mother father husband wife sister brother aunt uncle child son daughter"},
    {.word = "invalid",
     .us = "ˈɪnvəlɪd",
     .gb = "ˈɪnvəlɪd",
     .before = "an",
     .after = "after since for who and from in $"},
    {.word = "number",
     .us = "nˈʌməɹ",
     .gb = "nˈʌmə",
     .before = "grew getting become became felt",
     .after = "in and than with by $"},
});

bool FitsWord(std::string_view pattern, std::string_view word) {
  if (pattern.ends_with('*')) return word.starts_with(pattern.substr(0, pattern.size() - 1));
  if (pattern.starts_with('*')) return word.ends_with(pattern.substr(1)) && word.size() > 2;
  return pattern == word;
}

bool FitsList(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const size_t end = std::min(list.find(' '), list.size());
    if (FitsWord(list.substr(0, end), word)) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

bool FitsTag(Only only, Tag tag) {
  switch (only) {
    case Only::kAny:
      return true;
    case Only::kNotVerb:
      return !IsVerb(tag);
    case Only::kVerb:
      return IsVerb(tag);
    case Only::kNoun:
      return IsNoun(tag);
    case Only::kPast:
      return tag == Tag::kVbd || tag == Tag::kVbp || tag == Tag::kVbn;
  }
  return false;
}

// The words around one in lower case, within its sentence.
class Surroundings {
 public:
  Surroundings(std::string_view text, std::span<const Word> words, std::span<const Tag> tags,
               size_t index)
      : center_(std::min(index, kReach)) {
    const auto lower = [&](size_t i) {
      return Lower(text.substr(words[i].begin, words[i].end - words[i].begin));
    };
    for (size_t i = index; i > index - center_;) {
      if (tags[--i] == Tag::kStop) {
        center_ = index - i - 1;
        break;
      }
    }
    for (size_t i = index - center_; i < std::min(words.size(), index + kReach + 1); ++i) {
      if (tags[i] == Tag::kStop) break;
      words_.push_back(lower(i));
    }
  }
  // "^" and "$" where the sentence begins and ends.
  std::string_view At(int offset) const {
    const auto at = static_cast<std::ptrdiff_t>(center_) + offset;
    if (at < 0) return "^";
    if (at >= std::ssize(words_)) return "$";
    return words_[static_cast<size_t>(at)];
  }
  bool HasNear(std::string_view list) const {
    for (size_t i = 0; i < words_.size(); ++i) {
      if (i != center_ && FitsList(list, words_[i])) return true;
    }
    return false;
  }

 private:
  size_t center_;
  std::vector<std::string> words_;
};

bool Fits(const Rule& rule, Tag tag, const Surroundings& around) {
  return FitsTag(rule.only, tag) && (rule.before.empty() || FitsList(rule.before, around.At(-1))) &&
         (rule.before2.empty() || FitsList(rule.before2, around.At(-2))) &&
         (rule.after.empty() || FitsList(rule.after, around.At(1))) &&
         (rule.near.empty() || around.HasNear(rule.near)) &&
         (rule.without.empty() || !around.HasNear(rule.without));
}

}  // namespace

std::optional<HeteronymReading> ReadHeteronym(std::string_view text, std::span<const Word> words,
                                              std::span<const Tag> tags, size_t index,
                                              Locale locale) {
  const Word& word = words[index];
  if (word.end - word.begin < 3 || word.end - word.begin > kLongestWord) return std::nullopt;
  const std::string lower = Lower(text.substr(word.begin, word.end - word.begin));
  const auto first = std::ranges::find(kRules, lower, &Rule::word);
  if (first == kRules.end()) return std::nullopt;
  const Surroundings around(text, words, tags, index);
  for (auto rule = first; rule != kRules.end() && rule->word == lower; ++rule) {
    if (!Fits(*rule, tags[index], around)) continue;
    if (!rule->us.empty()) {
      return HeteronymReading{.tag = std::nullopt,
                              .phonemes = FromUtf8(locale == Locale::kEnGb ? rule->gb : rule->us)};
    }
    if (rule->tag == Tag::kXx) return std::nullopt;
    return HeteronymReading{.tag = rule->tag, .phonemes = std::nullopt};
  }
  return std::nullopt;
}

}  // namespace litetts::text
