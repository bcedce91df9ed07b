#include "text/tagger.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <string>
#include <unordered_map>

#include "base/arena.h"
#include "base/mutex.h"
#include "base/thread_pool.h"
#include "kernels/conv.h"
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

// y = LayerNorm(max over the pieces) of `sums`, a row of kColumns.
void Tagger::FinishBlock(const Block& block, const float* sums, float* y) {
  for (size_t c = 0; c < kWidth; ++c) {
    y[c] = std::max({sums[c], sums[kWidth + c], sums[2 * kWidth + c]});
  }
  const auto mean_of = [&](const auto& term) {
    // Independent sums that the compiler keeps in one vector.
    std::array<float, 8> partial{};
    for (size_t c = 0; c < kWidth; ++c) partial[c % 8] += term(y[c]);
    return std::accumulate(partial.begin(), partial.end(), 0.0f) / kWidth;
  };
  const float mean = mean_of([](float v) { return v; });
  const float variance = mean_of([mean](float v) { return (v - mean) * (v - mean); });
  const float scale = 1.0f / std::sqrt(variance + 1e-8f);
  for (size_t c = 0; c < kWidth; ++c) {
    y[c] = (y[c] - mean) * scale * block.gain[c] + block.offset[c];
  }
}

// One row of the network's input: a word, or a zero row of padding.
struct Tagger::Slot {
  std::string_view text;
  const Word* word = nullptr;
  Tag* tag = nullptr;
};

struct Tagger::Scratch {
  static constexpr size_t kMaxWords = 8192;   // 3 MB
  static constexpr size_t kLongestWord = 64;  // bytes of a word that is kept

  ThreadPool pool{1};
  Arena arena;
  // The words' rows after the mixing layer, by spelling: most words of a text come again.
  std::unordered_map<std::string, size_t> seen[2];  // by space_after; the row in `mixed`
  std::vector<float> mixed;                         // [rows, kWidth]
};

class Tagger::ScratchPool {
 public:
  std::unique_ptr<Scratch> Take() {
    const MutexLock lock(mutex_);
    if (idle_.empty()) return std::make_unique<Scratch>();
    std::unique_ptr<Scratch> scratch = std::move(idle_.back());
    idle_.pop_back();
    return scratch;
  }
  void GiveBack(std::unique_ptr<Scratch> scratch) {
    constexpr size_t kMaxIdle = 4;
    scratch->arena.Reset();
    const MutexLock lock(mutex_);
    if (idle_.size() < kMaxIdle) idle_.push_back(std::move(scratch));
  }

 private:
  Mutex mutex_;
  std::vector<std::unique_ptr<Scratch>> idle_ LITETTS_GUARDED_BY(mutex_);
};

Tagger::Tagger() : scratches_(std::make_unique<ScratchPool>()) {}
Tagger::Tagger(Tagger&&) noexcept = default;
Tagger& Tagger::operator=(Tagger&&) noexcept = default;
Tagger::~Tagger() = default;

void Tagger::MixWords(std::span<const Slot> slots, Scratch& scratch, float* rows) const {
  constexpr size_t kPadding = static_cast<size_t>(-1);
  if (scratch.mixed.size() + slots.size() * kWidth > Scratch::kMaxWords * kWidth) {
    for (auto& seen : scratch.seen) seen.clear();
    scratch.mixed.clear();
  }
  const size_t first_new = scratch.mixed.size() / kWidth;
  std::vector<size_t> places(slots.size(), kPadding);
  std::vector<Features> fresh;
  for (size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].word == nullptr) continue;
    const Word& word = *slots[i].word;
    const size_t next = first_new + fresh.size();
    places[i] = next;
    // A word with a norm of its own is rare, and its spelling alone does not tell the norm.
    if (word.norm == 0 && word.end - word.begin <= Scratch::kLongestWord) {
      std::string spelling(slots[i].text.substr(word.begin, word.end - word.begin));
      const auto [place, is_new] =
          scratch.seen[word.space_after ? 1 : 0].emplace(std::move(spelling), next);
      places[i] = place->second;
      if (!is_new) continue;
    }
    fresh.push_back(FeaturesOf(slots[i].text, word));
  }
  const Arena::Scope scope(scratch.arena);
  constexpr size_t kInputs = kNumFeatures * kWidth;
  const std::span<float> embedded = scratch.arena.Allocate<float>(fresh.size() * kInputs);
  for (size_t i = 0; i < fresh.size(); ++i) Embed(fresh[i], embedded.subspan(i * kInputs, kInputs));
  scratch.mixed.resize((first_new + fresh.size()) * kWidth);
  RunBlock(mix_, 1, {embedded.data(), fresh.size(), kInputs, kInputs}, scratch,
           scratch.mixed.data() + first_new * kWidth);
  for (size_t i = 0; i < slots.size(); ++i) {
    if (places[i] == kPadding) {
      std::fill_n(rows + i * kWidth, kWidth, 0.0f);
    } else {
      std::copy_n(scratch.mixed.data() + places[i] * kWidth, kWidth, rows + i * kWidth);
    }
  }
}

void Tagger::RunBlock(const Block& block, size_t kernel, const kernels::ConstMatrix& x,
                      Scratch& scratch, float* out) {
  if (x.rows == 0) return;
  const Arena::Scope scope(scratch.arena);
  const std::span<float> sums = scratch.arena.Allocate<float>(x.rows * kColumns);
  kernels::Weights weights;
  weights.data = block.weight.data();
  weights.rows = kernel * x.columns;
  weights.columns = kColumns;
  kernels::ConvOptions options;
  options.kernel = kernel;
  options.padding = kernel / 2;
  options.bias = block.bias;
  kernels::Conv1d(x, weights, options, scratch.pool, scratch.arena,
                  {sums.data(), x.rows, kColumns, kColumns});
  for (size_t r = 0; r < x.rows; ++r)
    FinishBlock(block, sums.data() + r * kColumns, out + r * kWidth);
}

void Tagger::TagWindow(std::span<const Slot> slots, size_t begin, size_t end,
                       Scratch& scratch) const {
  const size_t first = begin - std::min(begin, kContext);
  const size_t num_rows = std::min(end + kContext, slots.size()) - first;
  const Arena::Scope scope(scratch.arena);
  const std::span<float> rows = scratch.arena.Allocate<float>(num_rows * kWidth);
  const std::span<float> change = scratch.arena.Allocate<float>(num_rows * kWidth);
  MixWords(slots.subspan(first, num_rows), scratch, rows.data());
  for (const Block& layer : layers_) {
    RunBlock(layer, 3, {rows.data(), num_rows, kWidth, kWidth}, scratch, change.data());
    for (size_t i = 0; i < rows.size(); ++i) rows[i] += change[i];
  }
  for (size_t t = begin; t < end; ++t) {
    if (slots[t].word == nullptr) continue;
    const float* x = rows.data() + (t - first) * kWidth;
    std::array<float, kNumTags> scores;
    std::copy(output_bias_.begin(), output_bias_.end(), scores.begin());
    for (size_t c = 0; c < kWidth; ++c) {
      const float* weight = output_weight_.data() + c * kNumTags;
      for (size_t k = 0; k < kNumTags; ++k) scores[k] += x[c] * weight[k];
    }
    *slots[t].tag =
        static_cast<Tag>(std::max_element(scores.begin(), scores.end()) - scores.begin());
  }
}

void Tagger::TagParagraphs(std::span<const TaggerInput> paragraphs) const {
  // Before and after a text there are kContext zero rows, as in training: the layers change them,
  // and they reach the first and last words. A row of padding is needed unchanged by as many layers
  // as it lies away from the word, so two texts can share one padding.
  std::vector<Slot> slots(kContext);
  for (const TaggerInput& paragraph : paragraphs) {
    for (size_t i = 0; i < paragraph.words.size(); ++i) {
      slots.push_back({paragraph.text, &paragraph.words[i], &paragraph.tags[i]});
    }
    slots.resize(slots.size() + kContext);
  }
  std::unique_ptr<Scratch> scratch = scratches_->Take();
  for (size_t begin = 0; begin < slots.size(); begin += kWindow) {
    TagWindow(slots, begin, std::min(begin + kWindow, slots.size()), *scratch);
  }
  scratches_->GiveBack(std::move(scratch));
}

}  // namespace litetts::text
