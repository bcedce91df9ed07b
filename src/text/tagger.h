#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/tensor_file.h"
#include "text/tag.h"
#include "text/tokenizer.h"

namespace litetts::text {

// Parts of speech by the network of spaCy's en_core_web_sm 3.8: hash embeddings of six word
// features, a mixing layer, four convolutions of one word to each side. Immutable, thread-safe;
// borrows the file.
class Tagger {
 public:
  static Result<Tagger> Create(const model::TensorFile& file);

  // One tag per word. `words` are tokens of `text`, one paragraph; its sentences see each other.
  std::vector<Tag> TagWords(std::string_view text, std::span<const Word> words) const;

  static constexpr size_t kWidth = 96;

 private:
  static constexpr size_t kNumFeatures = 6;
  static constexpr size_t kNumLayers = 4;
  using Features = std::array<uint64_t, kNumFeatures>;

  // y = LayerNorm(max over 3 pieces of (x W + b)); W is [inputs, 3 * kWidth], a piece's columns
  // together.
  struct Block {
    std::span<const float> weight;
    std::span<const float> bias;
    std::span<const float> gain;
    std::span<const float> offset;
  };

  uint64_t StringId(std::string_view s) const;
  Features FeaturesOf(std::string_view text, const Word& word) const;
  void Embed(const Features& features, std::span<float> out) const;
  // Rows of kWidth for `words`, each distinct word computed once.
  std::vector<float> MixWords(std::string_view text, std::span<const Word> words) const;
  static void ApplyBlock(const Block& block, std::span<const float> x, size_t row_stride,
                         size_t num_rows, std::span<float> out);
  void TagWindow(std::span<float> rows, size_t num_rows, size_t first, std::span<Tag> tags) const;

  std::span<const int64_t> symbol_keys_, symbol_values_;  // sorted as unsigned
  std::span<const int64_t> norm_keys_, norm_values_;
  std::array<std::span<const float>, kNumFeatures> embeddings_;  // [rows, kWidth]
  Block mix_;
  std::array<Block, kNumLayers> layers_;
  std::span<const float> output_weight_, output_bias_;  // [kWidth, kNumTags], [kNumTags]
};

}  // namespace litetts::text
