#include "text/lexicon.h"

#include <algorithm>
#include <string>

#include "text/hash.h"
#include "text/unicode.h"

namespace litetts::text {
namespace {

template <typename T>
Result<std::span<const T>> Column(const model::TensorFile& file, std::string_view name) {
  const model::Tensor* tensor = file.Find(name);
  if (tensor == nullptr || tensor->type != model::DataTypeOf<T>::kValue) {
    return Status(StatusCode::kDataLoss,
                  Concat("tensor '", name, "' is missing or of another type"));
  }
  return tensor->As<T>();
}

std::optional<Form> FormOfTag(Tag tag) {
  switch (tag) {
    case Tag::kVbd:
      return Form::kVbd;
    case Tag::kVbn:
      return Form::kVbn;
    case Tag::kVbp:
      return Form::kVbp;
    case Tag::kDt:
      return Form::kDt;
    default:
      return std::nullopt;
  }
}

std::optional<Form> FormOfClass(Tag tag) {
  if (IsVerb(tag)) return Form::kVerb;
  if (IsNoun(tag)) return Form::kNoun;
  if (IsAdverb(tag)) return Form::kAdverb;
  if (IsAdjective(tag)) return Form::kAdjective;
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> LexiconEntry::Find(Form form) const {
  if (bytes_.empty()) return std::nullopt;
  size_t i = 1;
  for (uint8_t left = bytes_[0]; left > 0 && i + 2 <= bytes_.size(); --left) {
    const uint8_t length = bytes_[i + 1];
    const size_t size = length == kAbsent ? 0 : length;
    if (i + 2 + size > bytes_.size()) break;
    if (bytes_[i] == static_cast<uint8_t>(form)) {
      return std::string_view(reinterpret_cast<const char*>(bytes_.data() + i + 2), size);
    }
    i += 2 + size;
  }
  return std::nullopt;
}

std::string_view LexiconEntry::ForTag(Tag tag, bool is_final) const {
  if (!bytes_.empty() && bytes_[0] > 1) {
    if (is_final) {
      if (const auto phonemes = Find(Form::kFinal)) return *phonemes;
    }
    if (const auto form = FormOfTag(tag)) {
      if (const auto phonemes = Find(*form)) return *phonemes;
    }
    if (const auto form = FormOfClass(tag)) {
      if (const auto phonemes = Find(*form)) return *phonemes;
    }
  }
  return Find(Form::kDefault).value_or(std::string_view());
}

Result<Lexicon> Lexicon::Create(const model::TensorFile& file, Locale locale) {
  Lexicon lexicon;
  LITETTS_ASSIGN_OR_RETURN(lexicon.slots_, Column<int32_t>(file, "lexicon.slots"));
  LITETTS_ASSIGN_OR_RETURN(lexicon.key_offsets_, Column<int32_t>(file, "lexicon.key_offsets"));
  LITETTS_ASSIGN_OR_RETURN(lexicon.key_bytes_, Column<uint8_t>(file, "lexicon.keys"));
  LITETTS_ASSIGN_OR_RETURN(lexicon.values_, Column<int32_t>(file, "lexicon.values"));
  LITETTS_ASSIGN_OR_RETURN(lexicon.entries_, Column<uint8_t>(file, "lexicon.entries"));
  const size_t num_slots = lexicon.slots_.size();
  if (num_slots == 0 || (num_slots & (num_slots - 1)) != 0 || lexicon.key_offsets_.empty() ||
      lexicon.values_.size() != (lexicon.key_offsets_.size() - 1) * 4) {
    return Status(StatusCode::kDataLoss, "the lexicon tables do not fit each other");
  }
  lexicon.gold_column_ = locale == Locale::kEnUs ? 0 : 2;
  return lexicon;
}

std::optional<LexiconEntry> Lexicon::EntryAt(size_t key, size_t column) const {
  const int32_t value = values_[key * 4 + column];
  if (value <= 0 || static_cast<size_t>(value) > entries_.size()) return std::nullopt;
  return LexiconEntry(entries_.subspan(static_cast<size_t>(value) - 1));
}

void Lexicon::FindExactly(std::string_view word, Entries& entries) const {
  const size_t mask = slots_.size() - 1;
  const size_t num_keys = key_offsets_.size() - 1;
  size_t slot = HashString(word) & mask;
  // Offsets are checked as they are used: a damaged file finds nothing, it never reads outside.
  for (size_t probes = 0; probes <= mask; ++probes, slot = (slot + 1) & mask) {
    if (slots_[slot] <= 0) return;
    const auto key = static_cast<size_t>(slots_[slot] - 1);
    if (key >= num_keys) return;
    const auto begin = static_cast<size_t>(key_offsets_[key]);
    const auto end = static_cast<size_t>(key_offsets_[key + 1]);
    if (begin > end || end > key_bytes_.size()) return;
    if (std::string_view(reinterpret_cast<const char*>(key_bytes_.data() + begin), end - begin) !=
        word) {
      continue;
    }
    if (!entries.gold) entries.gold = EntryAt(key, gold_column_);
    if (!entries.gold && !entries.silver) entries.silver = EntryAt(key, gold_column_ + 1);
    return;
  }
}

Lexicon::Entries Lexicon::Find(std::string_view word) const {
  constexpr size_t kLongestWord = 64;  // bytes; the longest key has 45 letters
  Entries entries;
  if (word.empty() || word.size() > kLongestWord) return entries;
  FindExactly(word, entries);
  if (entries.gold) return entries;
  size_t second = 0;
  const char32_t first = NextScalar(word, second);
  if (second == word.size()) return entries;
  if (IsAsciiLower(word[0]) && std::ranges::all_of(word, IsAsciiLower)) {  // most words
    std::string capitalised(word);
    capitalised[0] = static_cast<char>(UpperScalar(first));
    FindExactly(capitalised, entries);
    return entries;
  }
  const std::string lower = Lower(word);
  const std::string capitalised = Capitalised(word);
  if (lower == capitalised) return entries;
  if (word == capitalised && LowerScalar(first) != first) {
    FindExactly(lower, entries);
  } else if (word == lower) {
    FindExactly(capitalised, entries);
  }
  return entries;
}

}  // namespace litetts::text
