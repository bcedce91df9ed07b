#include "text/tagger.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <unordered_map>

#include "text/hash.h"
#include "text/unicode.h"

namespace litetts::text {
namespace {

constexpr size_t kPieces = 3;
constexpr size_t kColumns = kPieces * Tagger::kWidth;
constexpr size_t kContext = 4;   // rows of context to each side: one per layer
constexpr size_t kWindow = 248;  // words tagged at a time; bounds the memory
constexpr std::array<size_t, 6> kEmbeddingRows = {5000, 1000, 2500, 2500, 50, 50};
constexpr uint64_t kFirstSeed = 8;

uint64_t Mix64(uint64_t k) {
  k = (k ^ (k >> 33)) * 0xff51afd7ed558ccd;
  k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53;
  return k ^ (k >> 33);
}

// Four row numbers of one value: MurmurHash3's mixing as the thinc library has it for an 8-byte
// key.
std::array<uint32_t, 4> HashRows(uint64_t value, uint64_t seed) {
  uint64_t h1 = std::rotl(value * 0x87c37b91114253d5, 31) * 0x4cf5ad432745937f;
  h1 ^= seed ^ 8;
  uint64_t h2 = seed ^ 8;
  h1 += h2;
  h2 += h1;
  h1 = Mix64(h1);
  h2 = Mix64(h2);
  h1 += h2;
  h2 += h1;
  return {static_cast<uint32_t>(h1), static_cast<uint32_t>(h1 >> 32), static_cast<uint32_t>(h2),
          static_cast<uint32_t>(h2 >> 32)};
}

std::string Shape(std::string_view word) {
  std::string shape;
  char32_t last = 0;
  size_t run = 0, count = 0;
  for (size_t i = 0; i < word.size(); ++count) {
    const char32_t c = NextScalar(word, i);
    const char32_t mapped = IsLetter(c) ? (IsUpper(c) ? U'X' : U'x') : IsDigit(c) ? U'd' : c;
    run = mapped == last && count > 0 ? run + 1 : 1;
    last = mapped;
    if (run <= 4) AppendUtf8(mapped, shape);
  }
  return count >= 100 ? "LONG" : shape;
}

// REQUIRES: keys sorted as unsigned numbers.
const int64_t* FindValue(std::span<const int64_t> keys, std::span<const int64_t> values,
                         uint64_t key) {
  const auto found = std::lower_bound(keys.begin(), keys.end(), key, [](int64_t a, uint64_t b) {
    return static_cast<uint64_t>(a) < b;
  });
  if (found == keys.end() || static_cast<uint64_t>(*found) != key) return nullptr;
  return &values[static_cast<size_t>(found - keys.begin())];
}

Result<std::span<const int64_t>> Column(const model::TensorFile& file, std::string_view name) {
  const model::Tensor* tensor = file.Find(name);
  if (tensor == nullptr || tensor->type != model::DataType::kI64) {
    return Status(StatusCode::kDataLoss,
                  Concat("tensor '", name, "' is missing or of another type"));
  }
  return tensor->As<int64_t>();
}

}  // namespace

Result<Tagger> Tagger::Create(const model::TensorFile& file) {
  Tagger tagger;
  LITETTS_ASSIGN_OR_RETURN(tagger.symbol_keys_, Column(file, "tagger.symbol_keys"));
  LITETTS_ASSIGN_OR_RETURN(tagger.symbol_values_, Column(file, "tagger.symbol_values"));
  LITETTS_ASSIGN_OR_RETURN(tagger.norm_keys_, Column(file, "tagger.norm_keys"));
  LITETTS_ASSIGN_OR_RETURN(tagger.norm_values_, Column(file, "tagger.norm_values"));
  if (tagger.symbol_keys_.size() != tagger.symbol_values_.size() ||
      tagger.norm_keys_.size() != tagger.norm_values_.size()) {
    return Status(StatusCode::kDataLoss, "the tagger's tables do not fit each other");
  }
  for (size_t i = 0; i < kNumFeatures; ++i) {
    LITETTS_ASSIGN_OR_RETURN(
        tagger.embeddings_[i],
        file.Get<float>("tagger.embedding." + std::to_string(i), {kEmbeddingRows[i], kWidth}));
  }
  const auto load_block = [&](const std::string& name, size_t inputs, Block& block) -> Status {
    LITETTS_ASSIGN_OR_RETURN(block.weight, file.Get<float>(name + ".weight", {inputs, kColumns}));
    LITETTS_ASSIGN_OR_RETURN(block.bias, file.Get<float>(name + ".bias", {kColumns}));
    LITETTS_ASSIGN_OR_RETURN(block.gain, file.Get<float>(name + ".gain", {kWidth}));
    LITETTS_ASSIGN_OR_RETURN(block.offset, file.Get<float>(name + ".offset", {kWidth}));
    return OkStatus();
  };
  LITETTS_RETURN_IF_ERROR(load_block("tagger.mix", kNumFeatures * kWidth, tagger.mix_));
  for (size_t i = 0; i < kNumLayers; ++i) {
    LITETTS_RETURN_IF_ERROR(
        load_block("tagger.layer." + std::to_string(i), 3 * kWidth, tagger.layers_[i]));
  }
  LITETTS_ASSIGN_OR_RETURN(tagger.output_weight_,
                           file.Get<float>("tagger.output.weight", {kWidth, kNumTags}));
  LITETTS_ASSIGN_OR_RETURN(tagger.output_bias_, file.Get<float>("tagger.output.bias", {kNumTags}));
  return tagger;
}

uint64_t Tagger::StringId(std::string_view s) const {
  const uint64_t hash = HashString(s);
  const int64_t* symbol = FindValue(symbol_keys_, symbol_values_, hash);
  return symbol != nullptr ? static_cast<uint64_t>(*symbol) : hash;
}

Tagger::Features Tagger::FeaturesOf(std::string_view text, const Word& word) const {
  const std::string_view w = text.substr(word.begin, word.end - word.begin);
  Features features{};
  features[0] = word.norm;
  if (word.norm == 0) {
    const int64_t* norm = FindValue(norm_keys_, norm_values_, StringId(w));
    features[0] = norm != nullptr ? static_cast<uint64_t>(*norm) : StringId(Lower(w));
  }
  size_t first = 0;
  if (!w.empty()) NextScalar(w, first);
  size_t suffix = w.size();
  for (int i = 0; i < 3 && suffix > 0; ++i) PreviousScalar(w, suffix);
  features[1] = StringId(w.substr(0, first));
  features[2] = StringId(w.substr(suffix));
  features[3] = StringId(Shape(w));
  features[4] = word.space_after ? 1 : 0;
  return features;  // [5] is set for white space, which is no word here
}

void Tagger::Embed(const Features& features, std::span<float> out) const {
  std::ranges::fill(out, 0.0f);
  for (size_t i = 0; i < kNumFeatures; ++i) {
    float* slice = out.data() + i * kWidth;
    for (const uint32_t hash : HashRows(features[i], kFirstSeed + i)) {
      const float* row = embeddings_[i].data() + (hash % kEmbeddingRows[i]) * kWidth;
      for (size_t c = 0; c < kWidth; ++c) slice[c] += row[c];
    }
  }
}

void Tagger::ApplyBlock(const Block& block, std::span<const float> x, size_t row_stride,
                        size_t num_rows, std::span<float> out) {
  const size_t num_inputs = block.weight.size() / kColumns;
  std::array<float, kColumns> sums;
  for (size_t r = 0; r < num_rows; ++r) {
    std::copy(block.bias.begin(), block.bias.end(), sums.begin());
    for (size_t i = 0; i < num_inputs; ++i) {
      const float value = x[r * row_stride + i];
      const float* weight = block.weight.data() + i * kColumns;
      for (size_t c = 0; c < kColumns; ++c) sums[c] += value * weight[c];
    }
    float* y = out.data() + r * kWidth;
    float mean = 0.0f;
    for (size_t c = 0; c < kWidth; ++c) {
      y[c] = std::max({sums[c], sums[kWidth + c], sums[2 * kWidth + c]});
      mean += y[c];
    }
    mean /= kWidth;
    float variance = 0.0f;
    for (size_t c = 0; c < kWidth; ++c) variance += (y[c] - mean) * (y[c] - mean);
    const float scale = 1.0f / std::sqrt(variance / kWidth + 1e-8f);
    for (size_t c = 0; c < kWidth; ++c)
      y[c] = (y[c] - mean) * scale * block.gain[c] + block.offset[c];
  }
}

std::vector<float> Tagger::MixWords(std::string_view text, std::span<const Word> words) const {
  std::vector<float> rows(words.size() * kWidth);
  std::array<float, kNumFeatures * kWidth> embedded;
  std::unordered_map<std::string_view, size_t>
      seen[2];  // by space_after; the row of an earlier same word
  for (size_t w = 0; w < words.size(); ++w) {
    float* row = rows.data() + w * kWidth;
    const Word& word = words[w];
    // A word with a norm of its own is rare, and its spelling alone does not tell the norm.
    if (word.norm == 0) {
      const std::string_view spelling = text.substr(word.begin, word.end - word.begin);
      const auto [earlier, is_new] = seen[word.space_after ? 1 : 0].emplace(spelling, w);
      if (!is_new) {
        std::copy_n(rows.data() + earlier->second * kWidth, kWidth, row);
        continue;
      }
    }
    Embed(FeaturesOf(text, word), embedded);
    ApplyBlock(mix_, embedded, embedded.size(), 1, {row, kWidth});
  }
  return rows;
}

void Tagger::TagWindow(std::span<float> rows, size_t num_rows, size_t first,
                       std::span<Tag> tags) const {
  // One zero row at each end lets a row's three neighbours be one slice.
  std::vector<float> padded((num_rows + 2) * kWidth, 0.0f);
  std::vector<float> change(num_rows * kWidth);
  std::copy_n(rows.begin(), num_rows * kWidth, padded.begin() + kWidth);
  for (const Block& layer : layers_) {
    ApplyBlock(layer, padded, kWidth, num_rows, change);
    for (size_t i = 0; i < change.size(); ++i) padded[kWidth + i] += change[i];
  }
  for (size_t t = 0; t < tags.size(); ++t) {
    const float* x = padded.data() + (first + t + 1) * kWidth;
    std::array<float, kNumTags> scores;
    std::copy(output_bias_.begin(), output_bias_.end(), scores.begin());
    for (size_t c = 0; c < kWidth; ++c) {
      for (size_t k = 0; k < kNumTags; ++k) scores[k] += x[c] * output_weight_[c * kNumTags + k];
    }
    tags[t] = static_cast<Tag>(std::max_element(scores.begin(), scores.end()) - scores.begin());
  }
}

std::vector<Tag> Tagger::TagWords(std::string_view text, std::span<const Word> words) const {
  std::vector<Tag> tags(words.size());
  for (size_t begin = 0; begin < words.size(); begin += kWindow) {
    const size_t end = std::min(begin + kWindow, words.size());
    // The network was trained with kContext zero rows before and after the text, which its layers
    // change.
    const size_t before = std::min(begin, kContext);
    const size_t after = std::min(words.size() - end, kContext);
    const size_t pad_before = kContext - before, pad_after = kContext - after;
    const std::vector<float> mixed =
        MixWords(text, words.subspan(begin - before, end - begin + before + after));
    std::vector<float> rows(pad_before * kWidth, 0.0f);
    rows.insert(rows.end(), mixed.begin(), mixed.end());
    rows.resize(rows.size() + pad_after * kWidth, 0.0f);
    TagWindow(rows, rows.size() / kWidth, kContext, std::span(tags).subspan(begin, end - begin));
  }
  return tags;
}

}  // namespace litetts::text
