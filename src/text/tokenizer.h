#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "model/tensor_file.h"
#include "text/hash.h"

namespace litetts::text {

// One token as the tagger wants it: "don't" is two, "U.S." is one.
struct Word {
  size_t begin = 0;  // bytes of the tokenised text
  size_t end = 0;
  bool space_after = false;
  uint64_t norm = 0;  // id of the normal form that a contraction's table gives, or 0
};

// English tokens by the rules that the tagger was trained with (spaCy 3.8): affixes are peeled from
// each white-space separated span, then infixes split it; a table has the contractions. Immutable,
// thread-safe.
class Tokenizer {
 public:
  static Result<Tokenizer> Create(const model::TensorFile& file);

  std::vector<Word> Tokenize(std::string_view text) const;

 private:
  struct Piece {
    uint8_t length = 0;  // bytes
    uint64_t norm = 0;
  };
  using Special = std::vector<Piece>;

  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view s) const { return HashString(s); }
  };
  struct Entry {
    Special pieces;
    bool has_affix = false;  // an affix rule would cut it: "'em"
  };
  const Entry* FindSpecial(std::string_view span) const;
  void TokenizeSpan(std::string_view text, size_t begin, size_t end,
                    std::vector<Word>& words) const;
  void EmitCore(std::string_view text, size_t begin, size_t end, std::vector<Word>& words) const;
  // Puts together neighbours that spell a special case of that kind after all.
  void Rejoin(std::string_view text, std::vector<Word>& words) const;

  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> specials_;
  size_t longest_special_ = 0;
  // By first byte: bit n is set where a key of n bytes begins so (bit 63: of 63 or more). Says at
  // once that most words are none.
  std::array<uint64_t, 256> special_sizes_{};
};

}  // namespace litetts::text
