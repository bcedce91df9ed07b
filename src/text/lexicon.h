#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/status.h"
#include "model/tensor_file.h"
#include "text/frontend.h"
#include "text/tag.h"

namespace litetts::text {

// What a form of a word is for. An entry has kDefault at least.
enum class Form : uint8_t {
  kDefault,
  kFinal,
  kNoun,
  kVerb,
  kAdjective,
  kAdverb,
  kVbd,
  kVbn,
  kVbp,
  kDt
};
inline constexpr size_t kNumForms = 10;

// One word's phonemes, by form. Borrows the mapped file.
class LexiconEntry {
 public:
  // `bytes` starts with the number of forms; each is form, length (kAbsent: none) and token ids.
  explicit LexiconEntry(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  static constexpr uint8_t kAbsent = 255;

  bool Has(Form form) const { return Find(form).has_value(); }
  // The phonemes of that form; an empty view for a form whose value is "spell it".
  std::optional<std::string_view> Find(Form form) const;
  // The form for a tag: the exact tag, else its class, else the default. With `is_final` (nothing
  // that sounds follows) the form for that wins.
  std::string_view ForTag(Tag tag, bool is_final) const;

 private:
  std::span<const uint8_t> bytes_;
};

// The pronunciation tables of one locale in english.safetensors (docs/formats/english-data.md):
// "gold" is checked by hand, "silver" is not. A word found in lower case is found capitalised too,
// and the other way. Immutable, thread-safe; borrows the file.
class Lexicon {
 public:
  static Result<Lexicon> Create(const model::TensorFile& file, Locale locale);

  struct Entries {
    std::optional<LexiconEntry> gold, silver;
    bool has_any() const { return gold || silver; }
  };
  // `silver` is not looked for where there is gold.
  Entries Find(std::string_view word) const;
  std::optional<LexiconEntry> Gold(std::string_view word) const { return Find(word).gold; }

 private:
  // What `word` itself has, put where `entries` has nothing yet.
  void FindExactly(std::string_view word, Entries& entries) const;
  std::optional<LexiconEntry> EntryAt(size_t key, size_t column) const;

  std::span<const int32_t> slots_;        // open addressing: index of the key + 1, or 0
  std::span<const int32_t> key_offsets_;  // [keys + 1] into key_bytes_
  std::span<const uint8_t> key_bytes_;
  std::span<const int32_t>
      values_;  // [keys, 4] offset in entries_ + 1, or 0; US gold, silver, GB gold, silver
  std::span<const uint8_t> entries_;
  size_t gold_column_ = 0;
};

}  // namespace litetts::text
