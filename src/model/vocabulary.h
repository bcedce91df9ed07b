#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace litetts::model {

// The symbols of Kokoro v1.0: 114 Unicode scalars, each with an id in [1, kVocabularySize). Id 0 is
// the pad that the network adds at both ends; the ids between are rows of the embedding that no
// symbol reaches.
inline constexpr int32_t kVocabularySize = 178;
inline constexpr int32_t kPadId = 0;
inline constexpr size_t kMaxTokens = 510;  // in one run of the network, without the two pads

// The id of a phoneme symbol, or none: the model cannot say it.
std::optional<int32_t> SymbolId(char32_t symbol);
// The symbol of an id, or none.
std::optional<char32_t> IdSymbol(int32_t id);

// A scalar without an id, or a byte that is no UTF-8.
struct UnknownSymbol {
  size_t position = 0;  // byte offset in the phoneme string
  std::string symbol;   // its bytes
};

struct Tokens {
  std::vector<int32_t> ids;  // without pads
  size_t num_symbols = 0;    // Unicode scalars of the string, known or not: selects the style row
  std::vector<UnknownSymbol> unknown;  // in order
};

// Maps a UTF-8 phoneme string to ids. What has no id is left out and reported.
Tokens Tokenize(std::string_view phonemes);

}  // namespace litetts::model
