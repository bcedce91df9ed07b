#include "text/user_lexicon.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "text/atoms.h"
#include "text/clean.h"
#include "text/code_point.h"
#include "text/hash.h"
#include "text/ipa.h"
#include "text/markup.h"
#include "text/normalise.h"

namespace litetts::text {
namespace {

constexpr size_t kLongestWritten = 200;
constexpr size_t kLongestValue = 1000;
// A regular expression sees a line at a time, and of a long line this many bytes: so the work stays
// linear in the text whatever the expression is.
constexpr size_t kRegexReach = 1000;
constexpr size_t kMaxGroups = 9;

constexpr std::array<Locale, 2> kLocales = {Locale::kEnUs, Locale::kEnGb};

// As Clean() writes it.
std::string AsCleaned(std::string_view written) {
  std::string out;
  for (size_t i = 0; i < written.size();) {
    const char32_t c = NextScalar(written, i);
    AppendUtf8(c == U'’' || c == U'‘' ? U'\'' : c, out);
  }
  return Compose(out, false);
}

std::string PieceOf(std::string_view text, const Atom& atom) {
  if (atom.type == Atom::Type::kSpace || atom.type == Atom::Type::kLine) return " ";
  return Lower(text.substr(atom.begin, atom.end - atom.begin));
}

// Letters with apostrophes and hyphens inside: what the tagger takes for a word.
bool IsWordlike(std::string_view written) {
  bool was_letter = false;
  for (size_t i = 0; i < written.size();) {
    const char32_t c = NextScalar(written, i);
    const bool is_joint = was_letter && (c == U'\'' || c == U'-');
    if (!is_joint && !IsLetter(c)) return false;
    was_letter = !is_joint;
  }
  return was_letter;
}

bool FitsTag(char part_of_speech, Tag tag) {
  switch (part_of_speech) {
    case 'n':
      return IsNoun(tag);
    case 'v':
      return IsVerb(tag);
    case 'j':
      return IsAdjective(tag);
    case 'r':
      return IsAdverb(tag);
    default:
      return true;
  }
}

Result<Phonemes> PhonemesOf(const LexiconRule& rule, Locale locale) {
  std::vector<std::string> unknown;
  Phonemes phonemes = rule.meaning == LexiconRule::Meaning::kIpa
                          ? FromIpa(rule.value, locale, &unknown)
                          : FromUtf8(rule.value, &unknown);
  if (!unknown.empty()) {
    return InvalidArgument("'", rule.written, "': the model has no symbol '", unknown.front(), "'");
  }
  const bool has_sound = std::ranges::any_of(phonemes, [](char c) {
    return ClassOf(c) == PhoneClass::kVowel || ClassOf(c) == PhoneClass::kConsonant;
  });
  if (!has_sound) return InvalidArgument("'", rule.written, "': phonemes without a sound");
  return phonemes;
}

std::string SpokenOf(std::string_view alias, Locale locale) {
  return JoinSpoken(Normalise(alias, {.locale = locale, .markup = false}).segments);
}

int Specificity(const LexiconRule& rule) {
  return (rule.part_of_speech != 0 ? 4 : 0) + (rule.is_exact ? 2 : 0) + (rule.locale ? 1 : 0);
}

bool Overlaps(const std::vector<Mark>& marks, size_t begin, size_t end) {
  const auto next = std::ranges::upper_bound(marks, begin, {}, &Mark::begin);
  if (next != marks.end() && next->begin < end) return true;
  return next != marks.begin() && std::prev(next)->end > begin;
}

void Merge(std::vector<Mark>& marks, std::vector<Mark> more) {
  const auto middle = static_cast<std::ptrdiff_t>(marks.size());
  std::ranges::move(more, std::back_inserter(marks));
  std::ranges::inplace_merge(marks, marks.begin() + middle, {}, &Mark::begin);
}

std::string WhereOf(const LexiconRule& rule) {
  return rule.line == 0 ? std::string() : Concat("line ", rule.line, ": ");
}

}  // namespace

struct UserLexicon::Entry {
  std::vector<std::string> pieces;  // lower case; " " for any space
  std::string written;
  std::array<Word, 2> words;          // by locale, as kLocales
  std::array<std::string, 2> spoken;  // of an alias
  std::optional<Locale> locale;
  int specificity = 0;
  char part_of_speech = 0;
  bool is_alias = false;
  bool is_exact = false;
  bool is_word = false;  // the pronouncer knows it: endings can be added

  bool Fits(Locale wanted) const { return !locale || *locale == wanted; }
};

struct UserLexicon::Regex {
  std::unique_ptr<const RE2> pattern;
  LexiconRule rule;
  std::array<Phonemes, 2> phonemes;
  std::string rewrite;  // of an alias, as RE2 writes groups: \1
};

struct UserLexicon::Match {
  const Entry* entry = nullptr;
  size_t end = 0;  // atom
};

UserLexicon::UserLexicon() = default;
UserLexicon::UserLexicon(UserLexicon&&) noexcept = default;
UserLexicon& UserLexicon::operator=(UserLexicon&&) noexcept = default;
UserLexicon::~UserLexicon() = default;

Result<UserLexicon> UserLexicon::Create(std::vector<LexiconRule> rules) {
  if (rules.size() > kMaxRules) {
    return ResourceExhausted("a lexicon of ", rules.size(), " entries; at most ", kMaxRules);
  }
  UserLexicon lexicon;
  lexicon.num_rules_ = rules.size();
  for (LexiconRule& rule : rules) {
    const std::string where = WhereOf(rule);
    const std::string content =
        Concat(lexicon.fingerprint_, rule.written, '\n', rule.value, '\n',
               static_cast<int>(rule.meaning), rule.is_regex, rule.is_exact, rule.part_of_speech,
               rule.locale ? static_cast<int>(*rule.locale) : -1);
    lexicon.fingerprint_ = HashString(content);
    if (const Status status = lexicon.Add(std::move(rule)); !status.ok()) {
      return Status(status.code(), where + status.message());
    }
  }
  const auto is_better = [&](uint32_t a, uint32_t b) {
    const Entry& x = lexicon.entries_[a];
    const Entry& y = lexicon.entries_[b];
    return std::tuple(x.pieces.size(), x.specificity, a) >
           std::tuple(y.pieces.size(), y.specificity, b);
  };
  for (auto& [piece, list] : lexicon.by_first_piece_) std::ranges::sort(list, is_better);
  for (auto& [word, list] : lexicon.by_word_) std::ranges::sort(list, is_better);
  return lexicon;
}

Result<UserLexicon> UserLexicon::Parse(std::string_view text, std::string_view name) {
  LexiconRules parsed = ParseLexicon(text);
  if (!parsed.problems.empty()) {
    const LexiconProblem& first = parsed.problems.front();
    return InvalidArgument("'", name, "': line ", first.line, ": ", first.text);
  }
  Result<UserLexicon> lexicon = Create(std::move(parsed.rules));
  if (lexicon.ok()) return lexicon;
  return Status(lexicon.status().code(), Concat("'", name, "': ", lexicon.status().message()));
}

Status UserLexicon::Add(LexiconRule rule) {
  rule.written = AsCleaned(rule.written);
  if (rule.written.size() > kLongestWritten || rule.value.size() > kLongestValue) {
    return InvalidArgument("'", rule.written.substr(0, 40), "...' is too long: at most ",
                           kLongestWritten, " bytes, and ", kLongestValue, " for its reading");
  }
  if (rule.is_regex) return AddRegex(rule);
  Entry entry;
  entry.written = rule.written;
  entry.locale = rule.locale;
  entry.specificity = Specificity(rule);
  entry.part_of_speech = rule.part_of_speech;
  entry.is_alias = rule.meaning == LexiconRule::Meaning::kAlias;
  entry.is_exact = rule.is_exact;
  entry.is_word = IsWordlike(rule.written) && (!entry.is_alias || rule.part_of_speech != 0);
  if (rule.part_of_speech != 0 && !entry.is_word) {
    return InvalidArgument("'", rule.written, "': only a single word has a part of speech");
  }
  if (entry.is_alias && entry.is_word && !IsWordlike(rule.value)) {
    return InvalidArgument("'", rule.written, "': with a part of speech, '", rule.value,
                           "' must be a single word or phonemes");
  }
  for (size_t k = 0; k < kLocales.size(); ++k) {
    if (!entry.Fits(kLocales[k])) continue;
    if (entry.is_alias) {
      entry.words[k].alias = rule.value;
      entry.spoken[k] = SpokenOf(rule.value, kLocales[k]);
    } else {
      LITETTS_ASSIGN_OR_RETURN(entry.words[k].phonemes, PhonemesOf(rule, kLocales[k]));
    }
  }
  for (const Atom& atom : CutAtoms(rule.written, {})) {
    entry.pieces.push_back(PieceOf(rule.written, atom));
  }
  const auto index = static_cast<uint32_t>(entries_.size());
  if (entry.is_word) by_word_[Lower(rule.written)].push_back(index);
  if (entry.part_of_speech == 0) by_first_piece_[entry.pieces.front()].push_back(index);
  entries_.push_back(std::move(entry));
  return OkStatus();
}

Status UserLexicon::AddRegex(const LexiconRule& rule) {
  if (regexes_.size() == kMaxRegexes) {
    return ResourceExhausted("at most ", kMaxRegexes, " regular expressions");
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(rule.is_exact);
  options.set_max_mem(1 << 20);
  Regex regex;
  regex.pattern = std::make_unique<const RE2>(rule.written, options);
  regex.rule = rule;
  if (!regex.pattern->ok()) {
    return InvalidArgument("'", rule.written, "': ", regex.pattern->error());
  }
  if (rule.meaning == LexiconRule::Meaning::kAlias) {
    for (size_t i = 0; i < rule.value.size(); ++i) {
      const char c = rule.value[i];
      const bool is_group =
          c == '$' && i + 1 < rule.value.size() && IsAsciiDigit(rule.value[i + 1]);
      if (c == '\\') regex.rewrite += '\\';
      regex.rewrite += is_group ? '\\' : c;
    }
    std::string error;
    if (!regex.pattern->CheckRewriteString(regex.rewrite, &error)) {
      return InvalidArgument("'", rule.written, "': its reading names a group that it lacks");
    }
  } else {
    for (size_t k = 0; k < kLocales.size(); ++k) {
      LITETTS_ASSIGN_OR_RETURN(regex.phonemes[k], PhonemesOf(rule, kLocales[k]));
    }
  }
  regexes_.push_back(std::move(regex));
  return OkStatus();
}

const UserLexicon::Word* UserLexicon::FindWord(std::string_view word, Tag tag,
                                               Locale locale) const {
  if (by_word_.empty()) return nullptr;
  const auto found = by_word_.find(Lower(word));
  if (found == by_word_.end()) return nullptr;
  for (const uint32_t index : found->second) {
    const Entry& entry = entries_[index];
    if (!entry.Fits(locale) || !FitsTag(entry.part_of_speech, tag)) continue;
    if (entry.is_exact && entry.written != word) continue;
    return &entry.words[locale == Locale::kEnGb ? 1 : 0];
  }
  return nullptr;
}

namespace {

bool IsLetterOrDigit(const Atom& atom) {
  return atom.type == Atom::Type::kWord || atom.type == Atom::Type::kDigits;
}

bool IsMark(const std::vector<Atom>& atoms, size_t i, std::u32string_view marks) {
  return i < atoms.size() && atoms[i].type == Atom::Type::kMark &&
         marks.find(atoms[i].mark) != std::u32string_view::npos;
}

// What is written at `i` is the rest of something: "can" in "scan2can", "t" in "don't", "5" in
// "1.5".
bool ContinuesToLeft(const std::vector<Atom>& atoms, size_t i) {
  if (!IsLetterOrDigit(atoms[i]) || i == 0) return false;
  if (IsLetterOrDigit(atoms[i - 1])) return true;
  if (i < 2) return false;
  const bool are_digits =
      atoms[i].type == Atom::Type::kDigits && atoms[i - 2].type == Atom::Type::kDigits;
  return (IsMark(atoms, i - 1, U"'") && IsLetterOrDigit(atoms[i - 2])) ||
         (IsMark(atoms, i - 1, U".,") && are_digits);
}

// The same for what ends before `end`. A possessive s may follow.
bool ContinuesToRight(std::string_view text, const std::vector<Atom>& atoms, size_t end) {
  if (!IsLetterOrDigit(atoms[end - 1]) || end >= atoms.size()) return false;
  if (IsLetterOrDigit(atoms[end])) return true;
  if (end + 1 >= atoms.size()) return false;
  const Atom& next = atoms[end + 1];
  if (IsMark(atoms, end, U"'") && IsLetterOrDigit(next)) {
    return AsciiLower(text.substr(next.begin, next.end - next.begin)) != "s";
  }
  return IsMark(atoms, end, U".,") && atoms[end - 1].type == Atom::Type::kDigits &&
         next.type == Atom::Type::kDigits;
}

// The atoms of an apostrophe and an s behind `end`.
bool HasPossessive(const std::vector<Atom>& atoms, size_t end) {
  return IsMark(atoms, end, U"'") && end + 1 < atoms.size() && IsLetterOrDigit(atoms[end + 1]);
}

}  // namespace

std::optional<UserLexicon::Match> UserLexicon::FindAt(std::string_view text,
                                                      const std::vector<Atom>& atoms, size_t i,
                                                      Locale locale) const {
  const auto found = by_first_piece_.find(PieceOf(text, atoms[i]));
  if (found == by_first_piece_.end() || ContinuesToLeft(atoms, i)) return std::nullopt;
  for (const uint32_t index : found->second) {
    const Entry& entry = entries_[index];
    const size_t end = i + entry.pieces.size();
    if (!entry.Fits(locale) || end > atoms.size()) continue;
    bool is_equal = true;
    for (size_t k = 1; is_equal && k < entry.pieces.size(); ++k) {
      is_equal = PieceOf(text, atoms[i + k]) == entry.pieces[k];
    }
    if (!is_equal || ContinuesToRight(text, atoms, end)) continue;
    const size_t begin = atoms[i].begin;
    if (entry.is_exact && text.substr(begin, atoms[end - 1].end - begin) != entry.written) continue;
    return Match{&entry, end};
  }
  return std::nullopt;
}

void UserLexicon::AddMarks(std::string_view text, const std::vector<Atom>& atoms, Locale locale,
                           std::vector<Mark>& marks) const {
  const size_t which = locale == Locale::kEnGb ? 1 : 0;
  std::vector<Mark> found;
  for (size_t i = 0; !by_first_piece_.empty() && i < atoms.size(); ++i) {
    const std::optional<Match> match = FindAt(text, atoms, i, locale);
    if (!match) continue;
    const Entry& entry = *match->entry;
    size_t end = match->end;
    Mark mark;
    mark.is_user = true;
    mark.begin = atoms[i].begin;
    const bool has_s = HasPossessive(atoms, end) && (entry.is_word || entry.is_alias);
    if (has_s) end += 2;
    mark.end = atoms[end - 1].end;
    if (Overlaps(marks, mark.begin, mark.end)) continue;
    if (entry.is_word) {
      mark.type = Mark::Type::kKeep;
    } else if (entry.is_alias) {
      mark.type = Mark::Type::kAlias;
      mark.spoken = entry.spoken[which];
      if (has_s && !mark.spoken.empty()) mark.spoken += "'s";
    } else {
      mark.type = Mark::Type::kPhonemes;
      mark.phonemes = ToUtf8(entry.words[which].phonemes);
    }
    found.push_back(std::move(mark));
    i = end - 1;
  }
  Merge(marks, std::move(found));
  AddRegexMarks(text, locale, marks);
}

void UserLexicon::AddRegexMarks(std::string_view text, Locale locale,
                                std::vector<Mark>& marks) const {
  constexpr std::string_view kLineEnds = "\n\x1e\x01";  // with the signs of clean.h
  static_assert(kLineEnds[1] == kParagraphSign && kLineEnds[2] == kObjectSign);
  for (const Regex& regex : regexes_) {
    if (regex.rule.locale && *regex.rule.locale != locale) continue;
    std::vector<Mark> found;
    std::array<re2::StringPiece, kMaxGroups + 1> groups;
    const int num_groups = std::min<int>(regex.pattern->NumberOfCapturingGroups(), kMaxGroups) + 1;
    for (size_t begin = 0; begin < text.size();) {
      size_t end = std::min({text.find_first_of(kLineEnds, begin), text.size()});
      if (end - begin > kRegexReach) {
        const size_t space = text.rfind(' ', begin + kRegexReach);
        end = space != std::string_view::npos && space > begin ? space : begin + kRegexReach;
      }
      const re2::StringPiece line(text.data() + begin, end - begin);
      for (size_t at = 0; at < line.size();) {
        if (!regex.pattern->Match(line, at, line.size(), RE2::UNANCHORED, groups.data(),
                                  num_groups)) {
          break;
        }
        const auto match_begin = static_cast<size_t>(groups[0].data() - line.data());
        at = std::max(match_begin + groups[0].size(), at + 1);
        if (groups[0].empty()) continue;
        Mark mark;
        mark.is_user = true;
        mark.begin = begin + match_begin;
        mark.end = mark.begin + groups[0].size();
        if (Overlaps(marks, mark.begin, mark.end)) continue;
        if (regex.rule.meaning == LexiconRule::Meaning::kAlias) {
          std::string alias;
          regex.pattern->Rewrite(&alias, regex.rewrite, groups.data(), num_groups);
          mark.type = Mark::Type::kAlias;
          mark.spoken = SpokenOf(alias, locale);
        } else {
          mark.type = Mark::Type::kPhonemes;
          mark.phonemes = ToUtf8(regex.phonemes[locale == Locale::kEnGb ? 1 : 0]);
        }
        found.push_back(std::move(mark));
      }
      begin = std::max(end, begin + 1);
    }
    Merge(marks, std::move(found));
  }
}

std::vector<LexiconProblem> UserLexicon::Check(std::string_view text) {
  LexiconRules parsed = ParseLexicon(text);
  std::vector<LexiconProblem> problems = std::move(parsed.problems);
  using Key = std::tuple<std::string, bool, bool, char, int>;
  std::map<Key, const LexiconRule*> seen;
  UserLexicon lexicon;
  for (const LexiconRule& rule : parsed.rules) {
    if (const Status status = lexicon.Add(rule); !status.ok()) {
      problems.push_back({rule.line, true, status.message()});
      continue;
    }
    const Key key{rule.is_exact || rule.is_regex ? rule.written : Lower(rule.written),
                  rule.is_exact, rule.is_regex, rule.part_of_speech,
                  rule.locale ? static_cast<int>(*rule.locale) : -1};
    const auto [before, is_new] = seen.emplace(key, &rule);
    if (!is_new) {
      const bool is_same =
          before->second->value == rule.value && before->second->meaning == rule.meaning;
      problems.push_back({rule.line, !is_same,
                          Concat("'", rule.written, "' ", is_same ? "stands" : "is said otherwise",
                                 " in line ", before->second->line, " already")});
      before->second = &rule;
    }
    if (rule.meaning == LexiconRule::Meaning::kAlias) continue;
    const Phonemes phonemes = *PhonemesOf(rule, rule.locale.value_or(Locale::kEnUs));
    const bool has_primary = phonemes.find(phone::kPrimary) != Phonemes::npos;
    if (!has_primary && std::ranges::count_if(phonemes, IsVowel) > 1) {
      problems.push_back({rule.line, false, Concat("'", rule.written, "' has no stress mark ˈ")});
    }
  }
  std::ranges::stable_sort(problems, {}, &LexiconProblem::line);
  return problems;
}

}  // namespace litetts::text
