#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "kernels/matrix.h"
#include "model/tensor_file.h"
#include "text/tag.h"
#include "text/tokenizer.h"

namespace litetts::text {

// Tokens of one paragraph, and where their tags go.
struct TaggerInput {
  std::string_view text;
  std::span<const Word> words;
  std::span<Tag> tags;  // one per word
};

// Parts of speech by the network of spaCy's en_core_web_sm 3.8: hash embeddings of six word
// features, a mixing layer, four convolutions of one word to each side. Thread-safe: each call
// takes a scratch of its own, and scratches with their memo of words are kept for later calls.
// Borrows the file.
class Tagger {
 public:
  static Result<Tagger> Create(const model::TensorFile& file);
  Tagger(Tagger&&) noexcept;
  Tagger& operator=(Tagger&&) noexcept;
  ~Tagger();

  // Tags the words of some paragraphs. The sentences of a paragraph see each other, paragraphs do
  // not; many short ones together take less time than one by one.
  void TagParagraphs(std::span<const TaggerInput> paragraphs) const;

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
  struct Slot;
  struct Scratch;
  class ScratchPool;

  Tagger();
  uint64_t StringId(std::string_view s) const;
  Features FeaturesOf(std::string_view text, const Word& word) const;
  void Embed(const Features& features, std::span<float> out) const;
  // Writes a row of kWidth for each slot, computing each distinct word once.
  void MixWords(std::span<const Slot> slots, Scratch& scratch, float* rows) const;
  static void RunBlock(const Block& block, size_t kernel, const kernels::ConstMatrix& x,
                       Scratch& scratch, float* out);
  static void FinishBlock(const Block& block, const float* sums, float* y);
  // Tags slots [begin, end), which see their neighbours.
  void TagWindow(std::span<const Slot> slots, size_t begin, size_t end, Scratch& scratch) const;

  std::span<const int64_t> symbol_keys_, symbol_values_;  // sorted as unsigned
  std::span<const int64_t> norm_keys_, norm_values_;
  std::array<std::span<const float>, kNumFeatures> embeddings_;  // [rows, kWidth]
  Block mix_;
  std::array<Block, kNumLayers> layers_;
  std::span<const float> output_weight_, output_bias_;  // [kWidth, kNumTags], [kNumTags]
  std::unique_ptr<ScratchPool> scratches_;
};

}  // namespace litetts::text
