#include <array>
#include <boost/json.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>

#include "text/english_tensors.h"
#include "text/hash.h"
#include "text/lexicon.h"
#include "text/phonemes.h"
#include "text/unicode.h"

namespace litetts::text {
namespace {

constexpr size_t kMaxJsonBytes = 64 << 20;

Status Damaged(const std::string& path, std::string_view word, std::string_view what) {
  return {StatusCode::kDataLoss, Concat("lexicon '", path, "', word '", word, "': ", what)};
}

std::optional<Form> FormFromName(std::string_view name) {
  static const std::map<std::string_view, Form> kForms = {
      {"DEFAULT", Form::kDefault}, {"None", Form::kFinal},
      {"NOUN", Form::kNoun},       {"VERB", Form::kVerb},
      {"ADJ", Form::kAdjective},   {"ADV", Form::kAdverb},
      {"VBD", Form::kVbd},         {"VBN", Form::kVbn},
      {"VBP", Form::kVbp},         {"DT", Form::kDt}};
  const auto found = kForms.find(name);
  return found == kForms.end() ? std::nullopt : std::optional(found->second);
}

// Appends one form to an entry; `value` is phonemes or null.
Status AppendForm(Form form, const boost::json::value& value, const std::string& path,
                  std::string_view word, std::string& entry) {
  entry += static_cast<char>(form);
  if (value.is_null()) {
    entry += static_cast<char>(LexiconEntry::kAbsent);
    return OkStatus();
  }
  if (!value.is_string()) return Damaged(path, word, "phonemes must be text");
  std::vector<std::string> unknown;
  const Phonemes phonemes = FromUtf8(std::string_view(value.get_string()), &unknown);
  if (!unknown.empty())
    return Damaged(path, word, Concat("the model has no symbol '", unknown[0], "'"));
  if (phonemes.size() >= LexiconEntry::kAbsent)
    return Damaged(path, word, "more than 254 phonemes");
  entry += static_cast<char>(phonemes.size());
  entry += phonemes;
  return OkStatus();
}

Result<std::string> MakeEntry(const boost::json::value& value, const std::string& path,
                              std::string_view word) {
  std::string entry(1, '\1');
  if (!value.is_object()) {
    LITETTS_RETURN_IF_ERROR(AppendForm(Form::kDefault, value, path, word, entry));
    return entry;
  }
  const boost::json::object& forms = value.get_object();
  if (!forms.contains("DEFAULT")) return Damaged(path, word, "no DEFAULT form");
  if (forms.size() > kNumForms) return Damaged(path, word, "too many forms");
  entry[0] = static_cast<char>(forms.size());
  for (const auto& [name, phonemes] : forms) {
    const auto form = FormFromName(std::string_view(name.data(), name.size()));
    if (!form)
      return Damaged(path, word,
                     Concat("unknown form '", std::string_view(name.data(), name.size()), "'"));
    LITETTS_RETURN_IF_ERROR(AppendForm(*form, phonemes, path, word, entry));
  }
  return entry;
}

struct Tables {
  std::map<std::string, std::array<int32_t, 4>, std::less<>>
      values;  // by word: where its entries are, + 1
  std::vector<uint8_t> entries;
  std::unordered_map<std::string, int32_t> places;  // equal entries are stored once
};

// By word, of one accent.
using Corrections = std::map<std::string, Phonemes, std::less<>>;

std::string MakeEntry(const Phonemes& phonemes) {
  std::string entry = {'\1', static_cast<char>(Form::kDefault)};
  entry += static_cast<char>(phonemes.size());
  return entry + phonemes;
}

// The default form of a word's entry.
std::optional<Phonemes> DefaultPhonemes(std::string_view word, const boost::json::value& value,
                                        const Corrections& corrections) {
  if (const auto found = corrections.find(word); found != corrections.end()) return found->second;
  const boost::json::value& form = value.is_object() ? value.get_object().at("DEFAULT") : value;
  if (!form.is_string()) return std::nullopt;
  return FromUtf8(std::string_view(form.get_string()));
}

// Words of letters and apostrophes, at most the first one a capital; one pronunciation each.
void CollectWord(std::string_view word, const std::optional<Phonemes>& phonemes,
                 std::set<std::string>& seen, std::vector<SpelledWord>& words) {
  if (!phonemes || word.size() < 2) return;
  for (size_t i = 0; i < word.size(); ++i) {
    const bool is_capital = i == 0 && IsAsciiUpper(word[i]);
    if (!is_capital && !IsAsciiLower(word[i]) && word[i] != '\'') return;
  }
  const std::string lower = Lower(word);
  if (!seen.insert(lower).second) return;
  words.push_back({lower, *phonemes});
}

// Where an entry stands, + 1.
int32_t Place(const std::string& entry, Tables& tables) {
  const auto [place, is_new] =
      tables.places.emplace(entry, static_cast<int32_t>(tables.entries.size() + 1));
  if (is_new) tables.entries.insert(tables.entries.end(), entry.begin(), entry.end());
  return place->second;
}

Status AddLexicon(const std::string& path, size_t column, const Corrections& corrections,
                  Tables& tables, std::set<std::string>& seen, std::vector<SpelledWord>& words) {
  LITETTS_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxJsonBytes));
  boost::system::error_code error;
  const boost::json::value json = boost::json::parse(text, error);
  if (error || !json.is_object()) {
    return {StatusCode::kDataLoss,
            Concat("lexicon '", path, "' is not a JSON object: ", error.message())};
  }
  for (const auto& [key, value] : json.get_object()) {
    const std::string word(key.data(), key.size());
    LITETTS_ASSIGN_OR_RETURN(const std::string entry, MakeEntry(value, path, word));
    tables.values[word][column] = Place(entry, tables);
    CollectWord(word, DefaultPhonemes(word, value, corrections), seen, words);
  }
  return OkStatus();
}

// Open addressing, at most half full.
std::vector<int32_t> MakeSlots(const Tables& tables) {
  size_t num_slots = 16;
  while (num_slots < tables.values.size() * 2) num_slots *= 2;
  std::vector<int32_t> slots(num_slots, 0);
  int32_t number = 0;
  for (const auto& [word, values] : tables.values) {
    size_t slot = HashString(word) & (num_slots - 1);
    while (slots[slot] != 0) slot = (slot + 1) & (num_slots - 1);
    slots[slot] = ++number;
  }
  return slots;
}

}  // namespace

Status AddLexicons(const std::string (&paths)[4], std::span<const LexiconCorrection> corrections,
                   EnglishTensors& tensors, std::vector<SpelledWord> (&words)[2]) {
  Tables tables;
  std::set<std::string> seen[2];
  Corrections corrected[2];
  for (const LexiconCorrection& correction : corrections) {
    corrected[correction.locale == Locale::kEnUs ? 0 : 1][correction.word] = correction.phonemes;
  }
  for (size_t column = 0; column < 4; ++column) {
    const size_t locale = column / 2;
    LITETTS_RETURN_IF_ERROR(
        AddLexicon(paths[column], column, corrected[locale], tables, seen[locale], words[locale]));
  }
  for (size_t locale = 0; locale < 2; ++locale) {
    for (const auto& [word, phonemes] : corrected[locale]) {
      tables.values[word][locale * 2] = Place(MakeEntry(phonemes), tables);  // over gold
    }
  }
  std::vector<uint8_t> keys;
  std::vector<int32_t> key_offsets = {0}, values;
  for (const auto& [word, places] : tables.values) {
    keys.insert(keys.end(), word.begin(), word.end());
    key_offsets.push_back(static_cast<int32_t>(keys.size()));
    values.insert(values.end(), places.begin(), places.end());
  }
  constexpr size_t kLimit = std::numeric_limits<int32_t>::max();
  if (keys.size() >= kLimit || tables.entries.size() >= kLimit) {
    return {StatusCode::kResourceExhausted, "the lexicons are larger than 2 GiB"};
  }
  tensors.Add("lexicon.slots", MakeSlots(tables));
  tensors.Add("lexicon.key_offsets", key_offsets);
  tensors.Add("lexicon.keys", keys);
  tensors.Add("lexicon.values", {values.size() / 4, 4}, values);
  tensors.Add("lexicon.entries", tables.entries);
  return OkStatus();
}

}  // namespace litetts::text
